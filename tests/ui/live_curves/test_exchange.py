import math

import numpy as np
import pytest

from cnnviz.ui.live_curves.exchange import Span, details, news, num_columns, parse_span
from cnnviz.ui.live_curves.series import Series


def series_of(num_points: int, start: int = 1) -> Series:
    """A run whose loss falls, with a test accuracy every fifth point, ten points an epoch, two seconds each."""
    series = Series()
    seqs = range(start, start + num_points)
    series.extend(
        {
            "seq": seqs,
            "epoch": [seq / 10 for seq in seqs],
            "step": [7 * seq for seq in seqs],
            "elapsed_s": [2.0 * seq for seq in seqs],
            "train_loss": [1000 - seq for seq in seqs],
            "test_acc": [seq / 1000 if seq % 5 == 0 else None for seq in seqs],
        }
    )
    return series


def test_a_series_grows_and_tells_its_last_point():
    series = Series()
    assert (len(series), series.last) == (0, 0)
    for seq in range(1, 201):
        series.extend({"seq": [seq]} if seq <= 100 else {"seq": [seq], "lr": [0.1]})
    assert (len(series), series.last) == (200, 200)
    assert math.isnan(series["lr"][99])
    assert series["lr"][100] == 0.1
    assert np.isnan(series["unheard of"]).all()


def test_only_what_is_new_is_sent():
    series = series_of(12)
    assert news(series, ("train_loss", "test_acc", "valid_acc"), since=9, columns=100) == {
        "train_loss": {"e": [1.0, 1.1, 1.2], "t": [20.0, 22.0, 24.0], "y": [990.0, 989.0, 988.0]},
        "test_acc": {"e": [1.0], "t": [20.0], "y": [0.01]},
    }
    assert news(series, ("train_loss",), since=12, columns=100) == {}


def test_a_long_run_is_thinned_to_two_points_a_column():
    curve = news(series_of(5000), ("train_loss",), since=0, columns=50)["train_loss"]
    assert len(curve["e"]) <= 102
    assert (curve["e"][0], curve["e"][-1]) == (0.1, 500.0)


@pytest.mark.parametrize("span", [Span("epoch", 10.05, 11), Span("step", 703.5, 770), Span("time", 201, 220)])
def test_zooming_in_gives_every_point_and_one_to_either_side(span):
    curve = details(series_of(5000), ("train_loss",), span, columns=50)["train_loss"]
    assert curve["e"] == pytest.approx([seq / 10 for seq in range(100, 111)])


def test_no_more_is_sent_for_many_curves_than_can_be_drawn():
    assert num_columns(1) == 1000
    assert num_columns(40) * 2 * 40 <= 60_000


@pytest.mark.parametrize(
    "value",
    [None, "", {}, {"axis": "epoch", "low": 1}, {"axis": "colour", "low": 1, "high": 2}]
    + [{"axis": "epoch", "low": low, "high": high} for low, high in [(2, 1), ("1", 2), (math.nan, 1)]],
)
def test_nonsense_from_the_browser_is_no_zoom(value):
    assert parse_span(value) is None


def test_a_zoom_is_read():
    assert parse_span({"axis": "time", "low": 1, "high": 2.5}) == Span("time", 1.0, 2.5)
