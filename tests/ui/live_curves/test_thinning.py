import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.ui.live_curves.thinning import extremes


def test_few_points_are_all_kept():
    assert extremes(np.arange(8.0), np.zeros(8), 4).tolist() == list(range(8))


def test_each_column_keeps_its_lowest_and_highest_point():
    x, y = np.arange(12.0), np.array([0, 5, 1, 2, 9, -1, 4, 4, 4, 3, 3, 8.0])
    # columns of x below 5.5 and above, beside the first and the last place
    assert extremes(x, y, 2).tolist() == [0, 4, 5, 9, 11]


@given(
    st.lists(st.tuples(st.floats(0, 1000), st.floats(-1e6, 1e6)), min_size=1, max_size=400),
    st.integers(1, 40),
)
def test_what_is_drawn_covers_what_all_points_cover(points, num_columns):
    x, y = np.array(sorted(points)).T
    places = extremes(x, y, num_columns)
    assert list(places) == sorted(set(places))
    assert {0, len(x) - 1} <= set(places)
    assert len(places) <= 2 * num_columns + 2
    columns = np.minimum(((x - x[0]) / (x[-1] - x[0] or 1.0) * num_columns).astype(int), num_columns - 1)
    if len(x) > 2 * num_columns:
        for column in set(columns):
            there, kept = y[columns == column], y[places][columns[places] == column]
            assert (there.min(), there.max()) == (kept.min(), kept.max())
