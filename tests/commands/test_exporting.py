import pytest

from tests.training.export.conftest import TINY, new_run


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_written_under_a_name_that_tells_the_run(cnnviz, here):
    run_id = new_run(TINY)
    code, output, _ = cnnviz("export", run_id, "--what", "source")
    assert (code, output) == (0, f"Tiny-{run_id}.py\n")
    assert "net = nn.Sequential(" in (here / f"Tiny-{run_id}.py").read_text()


def test_the_ending_of_the_file_chooses_the_form(cnnviz, here):
    code, output, _ = cnnviz("export", new_run(TINY), "--what", "metrics", "--output", "m.json")
    assert (code, output) == (0, "m.json\n")
    assert (here / "m.json").read_text().startswith("{")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--what", "weights"), "is queued and has no weights yet"),
        (("--what", "picture"), "there is no export 'picture'; it is one of weights, metrics, source, onnx"),
        (("--what", "source", "-o", "x.txt"), "source cannot be written as 'txt'; the file must end with .py"),
        (("--what", "source", "-o", "missing/x.py"), "missing/x.py: cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line(cnnviz, here, arguments, message):
    code, output, error = cnnviz("export", new_run(TINY), *arguments)
    assert (code, output) == (2, "")
    assert error.count("\n") == 1
    assert message in error
    assert list(here.iterdir()) == []


def test_an_unknown_run_is_told(cnnviz):
    code, _, error = cnnviz("export", "nonsense", "--what", "source")
    assert code == 2
    assert "there is no run nonsense" in error
