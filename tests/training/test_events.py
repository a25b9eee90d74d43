from cnnviz.training.events import Result, summary_lines


def test_summary_is_written_as_the_book_writes_it() -> None:
    result = Result(0.3266, 0.88149, 0.8777, 1409.44, 1200.0, "cuda:0")
    assert summary_lines(result) == (
        "loss 0.327, train acc 0.881, test acc 0.878",
        "1409.4 examples/sec on cuda:0",
    )


def test_summary_of_a_loss_that_is_not_finite_says_nan() -> None:
    result = Result(float("nan"), 0.1, 0.1, 10.0, 9.0, "cpu")
    assert summary_lines(result)[0] == "loss nan, train acc 0.100, test acc 0.100"
