import csv

from torch import nn

from cnnviz.drawing.table import table_csv, table_text
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize

# As the seed prints them: "Sequential output shape:  torch.Size([1, 64, 112, 112])" and so on.
VGG11_SHAPES = [
    "[1, 64, 112, 112]",
    "[1, 128, 56, 56]",
    "[1, 256, 28, 28]",
    "[1, 512, 14, 14]",
    "[1, 512, 7, 7]",
    "[1, 25088]",
    *["[1, 4096]"] * 6,
    "[1, 10]",
]


def test_the_table_gives_the_seeds_shapes_in_the_seeds_order():
    lines = table_text(summarize(preset("vgg11"))).splitlines()[3:16]
    assert [line[line.index("[") : line.index("]") + 1] for line in lines] == VGG11_SHAPES


def test_the_table_ends_with_exact_and_readable_totals():
    text = table_text(summarize(preset("alexnet")))
    assert "Parameters           46,764,746 (46.8 M, 187 MB in float32)" in text
    assert "Mult-adds per image  938,146,176 (938 M)" in text
    assert "Trainable" not in text


def test_depth_two_shows_the_layers_inside_blocks():
    assert "0.0    Conv2d(out_channels=64, kernel_size=3, padding=1)" in table_text(summarize(preset("vgg11")), depth=2)


def test_a_network_that_does_not_fit_keeps_its_good_rows_and_names_the_problem():
    text = table_text(summarize(preset("vgg11").replace(input_shape=(1, 16, 16))))
    assert "3  VGGBlock(num_convs=2, out_channels=512)  [1, 512, 1, 1]" in text
    assert "4  VGGBlock(num_convs=2, out_channels=512)  does not fit" in text
    assert "layer 4.4 (MaxPool2d) cannot take 512×1×1: its 2×2 window is larger than the 1×1 map" in text


def test_a_module_is_shown_without_the_batch_with_what_is_frozen_and_what_never_ran():
    class Headed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.aux = nn.Linear(4, 2), nn.Linear(4, 3)
            self.body.requires_grad_(False)

        def forward(self, x):
            return self.body(x).sum()

    lines = table_text(summarize_module(Headed(), (6, 4)), batched=False).splitlines()
    assert lines[0] == "Headed, input [6, 4]"
    assert [" ".join(line.split()) for line in lines[3:6]] == [
        "body Linear(out_features=2) [6, 2] 10 48",
        "sum sum() [] 0 0",
        "aux Linear(out_features=3), never used — 15 0",
    ]
    assert lines[-3].startswith("Parameters           25 ")
    assert lines[-2] == "Trainable            15"


def test_csv_has_every_row_with_exact_numbers():
    rows = list(csv.DictReader(table_csv(summarize(preset("vgg11"))).splitlines()))
    assert len(rows) == 13 + 2 * 3 + 3 * 5
    assert rows[1] == {
        "path": "0.0",
        "kind": "Conv2d",
        "text": "Conv2d(out_channels=64, kernel_size=3, padding=1)",
        "input_shape": "1×224×224",
        "output_shape": "64×224×224",
        "num_params": "640",
        "mult_adds": str(64 * 9 * 224 * 224),
        "output_bytes": str(4 * 64 * 224 * 224),
    }
