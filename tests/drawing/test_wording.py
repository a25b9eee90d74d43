"""A layer in the few words under its drawing, and how wide they are."""

from pathlib import Path

import pytest
from PIL import ImageFont

from cnnviz.drawing.lettering import text_width
from cnnviz.drawing.png import _fonts
from cnnviz.drawing.wording import short_text, textbook_text
from cnnviz.network.summary import Row, summarize
from tests.network.examples import network


def row_of(text: str) -> Row:
    before = ["Flatten()"] if text.startswith("Linear") else []
    return summarize(network(*before, text, input_shape=(8, 32, 32))).top_rows[-1]


@pytest.mark.parametrize(
    ("text", "short", "textbook"),
    [
        ("Conv2d(out_channels=96, kernel_size=11, stride=4)", "Conv 11×11 /4", "11×11 Conv (96), stride 4"),
        ("MaxPool2d(kernel_size=(3, 2), padding=1)", "MaxPool 3×2", "3×2 MaxPool, pad 1"),
        ("AdaptiveAvgPool2d(output_size=1)", "AvgPool to 1×1", "AvgPool to 1×1"),
        ("Repeat([ReLU()], n=4)", "Repeat ×4", "Repeat ×4"),
        ("VGGBlock(num_convs=2, out_channels=8)", "VGGBlock ×2", "VGGBlock ×2 (8)"),
        ("Linear(out_features=10)", "Linear", "FC (10)"),
        ("NiNBlock(out_channels=96, kernel_size=5)", "NiNBlock 5×5", "5×5 NiNBlock (96)"),
    ],
)
def test_a_layer_is_told_by_its_window_channels_and_number_of_times(text, short, textbook):
    row = row_of(text)
    assert (short_text(row), textbook_text(row)) == (short, textbook)


@pytest.mark.parametrize(
    "words", ["InvertedResidual /2", "256×26×26", "11×11 Conv (96), stride 4", "LocalResponseNorm"]
)
def test_words_have_the_room_that_the_font_of_images_needs_and_little_more(words):
    font = ImageFont.truetype(str(next(Path(_fonts()).glob("SourceSansPro-Regular.*"))), 1000)
    needed = font.getlength(words) / 1000
    assert needed <= text_width(words, 1.0) <= 1.25 * needed
