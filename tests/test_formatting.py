import pytest

from cnnviz.formatting import bytes_text, count_text, duration_text, percent_text, shape_text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1.00 k"),
        (61_706, "61.7 k"),
        (614_656, "615 k"),
        (999_499, "999 k"),
        (999_999, "1.00 M"),
        (1_327_488, "1.33 M"),
        (46_764_746, "46.8 M"),
        (938_146_176, "938 M"),
        (7_547_232_256, "7.55 G"),
        (4.5e15, "4,500 T"),
    ],
)
def test_counts_have_three_digits_and_a_unit(count, text):
    assert count_text(count) == text


def test_bytes_are_decimal():
    assert [bytes_text(n) for n in (40, 8_192, 187_058_984)] == ["40 B", "8.19 kB", "187 MB"]


def test_shapes_are_written_with_times_signs():
    assert shape_text((96, 54, 54)) == "96×54×54"


def test_a_small_share_is_not_rounded_to_nothing():
    assert [percent_text(share) for share in (0, 0.001, 0.01, 0.924)] == ["0 %", "< 1 %", "1 %", "92 %"]


def test_durations_are_in_the_two_largest_units():
    assert [duration_text(s) for s in (42, 59.6, 185, 7_620)] == ["42 s", "1 min 00 s", "3 min 05 s", "2 h 07 min"]
