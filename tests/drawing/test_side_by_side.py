import pytest

from cnnviz.drawing.side_by_side import ratio_text, side_by_side_text, totals
from cnnviz.network.comparison import compare
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize


@pytest.mark.parametrize(
    ("value", "first", "text"),
    [
        (28, 10, "×2.8"),
        (7.0, 7, "same"),
        (0, 0, "same"),
        (5, 0, ""),
        (0, 5, "×0.0"),
        (1030, 1000, "×1.03"),
        (1001, 1000, "×1.00"),
        (43, 1000, "×0.043"),
        (994, 100, "×9.9"),
        (996, 100, "×10"),
        (2_252_344, 1000, "×2,252"),
    ],
)
def test_a_ratio_is_told_with_two_digits_and_near_one_with_two_decimals(value, first, text):
    assert ratio_text(value, first) == text


def test_totals_are_those_of_the_book_and_their_ratios_those_to_the_first_network():
    summaries = [summarize(preset(name)) for name in ("alexnet", "vgg11", "nin")]
    figures = {total.label: [(each.text, each.ratio) for each in total.figures] for total in totals(summaries)}
    assert figures["Output"] == [("10", "")] * 3
    assert figures["Parameters"] == [("46.8 M", ""), ("129 M", "×2.8"), ("1.99 M", "×0.043")]
    assert figures["Share in linear layers"] == [("92 %", ""), ("93 %", ""), ("0 %", "")]
    assert [each.exact for each in totals(summaries)[3].figures][:2] == ["46,764,746", "128,806,154"]


def test_what_does_not_fit_is_told_under_the_totals():
    broken = preset("alexnet").replace(input_shape=(1, 28, 28))
    text = side_by_side_text([summarize(preset("alexnet")), summarize(broken)], [compare(preset("alexnet"), broken)])
    totals, problem, differences = text.split("\n\n")
    assert "does not fit" in totals
    assert problem.startswith("AlexNet does not fit together: layer 5 (MaxPool2d) cannot take 256×2×2")
    assert differences == "AlexNet → AlexNet\n  ~ input 1×224×224 → 1×28×28"
