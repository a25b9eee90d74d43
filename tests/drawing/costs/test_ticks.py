import pytest

from cnnviz.drawing.costs.ticks import tick_text, ticks


@pytest.mark.parametrize(
    ("largest", "expected"),
    [
        (171e6, (0, 50e6, 100e6, 150e6, 200e6)),
        (4.2e9, (0, 2e9, 4e9, 6e9)),
        (4, (0, 1, 2, 3, 4)),
        (1, (0, 0.25, 0.5, 0.75, 1)),
        (0, (0, 1)),
    ],
)
def test_ticks_are_round_and_reach_the_largest(largest, expected):
    assert ticks(largest) == pytest.approx(expected)


def test_no_more_ticks_than_asked_for():
    assert ticks(448, most=5) == pytest.approx((0, 100, 200, 300, 400, 500))


@pytest.mark.parametrize(
    ("text", "expected"), [("50.0 M", "50 M"), ("2.50 G", "2.5 G"), ("200 M", "200 M"), ("10", "10"), ("0.5", "0.5")]
)
def test_zeros_after_the_point_are_left_out(text, expected):
    assert tick_text(text) == expected
