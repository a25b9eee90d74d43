import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import PRESETS, load, preset
from cnnviz.network.summary import summarize
from tests.network import handwritten

NUM_PARAMS = {"lenet": 61_706, "alexnet": 46_764_746, "vgg11": 128_806_154, "vgg11-narrow": 43_093_322}

# The seed's own printed lines: name of the layer, output shape for one image.
SEED_LINES = {
    "alexnet": """
Conv2d output shape:	 torch.Size([1, 96, 54, 54])
ReLU output shape:	 torch.Size([1, 96, 54, 54])
MaxPool2d output shape:	 torch.Size([1, 96, 26, 26])
Conv2d output shape:	 torch.Size([1, 256, 26, 26])
ReLU output shape:	 torch.Size([1, 256, 26, 26])
MaxPool2d output shape:	 torch.Size([1, 256, 12, 12])
Conv2d output shape:	 torch.Size([1, 384, 12, 12])
ReLU output shape:	 torch.Size([1, 384, 12, 12])
Conv2d output shape:	 torch.Size([1, 384, 12, 12])
ReLU output shape:	 torch.Size([1, 384, 12, 12])
Conv2d output shape:	 torch.Size([1, 256, 12, 12])
ReLU output shape:	 torch.Size([1, 256, 12, 12])
MaxPool2d output shape:	 torch.Size([1, 256, 5, 5])
Flatten output shape:	 torch.Size([1, 6400])
Linear output shape:	 torch.Size([1, 4096])
ReLU output shape:	 torch.Size([1, 4096])
Dropout output shape:	 torch.Size([1, 4096])
Linear output shape:	 torch.Size([1, 4096])
ReLU output shape:	 torch.Size([1, 4096])
Dropout output shape:	 torch.Size([1, 4096])
Linear output shape:	 torch.Size([1, 10])
""",
    "vgg11": """
Sequential output shape:	 torch.Size([1, 64, 112, 112])
Sequential output shape:	 torch.Size([1, 128, 56, 56])
Sequential output shape:	 torch.Size([1, 256, 28, 28])
Sequential output shape:	 torch.Size([1, 512, 14, 14])
Sequential output shape:	 torch.Size([1, 512, 7, 7])
Flatten output shape:	 torch.Size([1, 25088])
Linear output shape:	 torch.Size([1, 4096])
ReLU output shape:	 torch.Size([1, 4096])
Dropout output shape:	 torch.Size([1, 4096])
Linear output shape:	 torch.Size([1, 4096])
ReLU output shape:	 torch.Size([1, 4096])
Dropout output shape:	 torch.Size([1, 4096])
Linear output shape:	 torch.Size([1, 10])
""",
}


@pytest.mark.parametrize("name", SEED_LINES)
def test_shapes_are_those_the_seed_prints(name):
    rows = summarize(preset(name)).top_rows
    printed = [
        f"{'Sequential' if row.kind == 'VGGBlock' else row.kind} output shape:\t {torch.Size([1, *row.output_shape])}"
        for row in rows
    ]
    assert printed == SEED_LINES[name].strip().splitlines()


@pytest.mark.parametrize("name", PRESETS)
def test_parameters_and_state_are_those_of_the_module_written_by_hand(name):
    with torch.device("meta"):
        by_hand = handwritten.NETWORKS[name]()
    ours = build(preset(name), device="meta")
    assert {k: v.shape for k, v in ours.state_dict().items()} == {k: v.shape for k, v in by_hand.state_dict().items()}
    assert sum(p.numel() for p in by_hand.parameters()) == summarize(preset(name)).num_params == NUM_PARAMS[name]


@pytest.mark.parametrize("name", PRESETS)
def test_mult_adds_are_half_of_pytorchs_floating_point_operations(name):
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), counter:
        handwritten.NETWORKS[name]()(torch.empty(1, *preset(name).input_shape))
    assert summarize(preset(name)).mult_adds == counter.get_total_flops() / 2


def test_the_same_seed_draws_the_same_weights_as_the_module_written_by_hand():
    torch.manual_seed(7)
    by_hand = handwritten.lenet().state_dict()
    torch.manual_seed(7)
    ours = build(preset("lenet")).state_dict()
    assert by_hand.keys() == ours.keys()
    assert all(torch.equal(by_hand[name], ours[name]) for name in by_hand)


def test_vgg11_at_a_quarter_of_its_width_is_the_narrow_one():
    quarter = infer_shapes(preset("vgg11").replace(width=0.25))
    narrow = infer_shapes(preset("vgg11-narrow"))
    assert quarter == narrow
    assert [layer.params.get("out_channels") for layer in preset("vgg11-narrow").layers[:5]] == [16, 32, 64, 128, 128]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_fits_and_says_where_it_comes_from(name):
    assert summarize(preset(name)).output_shape == (10,)
    assert "Dive into Deep Learning" in preset(name).source


def test_load_takes_a_name_or_a_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("input_shape: [1, 4, 4]\nlayers: [ReLU()]\n", encoding="utf-8")
    assert load("lenet") == preset("lenet")
    assert load(path).name == load(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("alexnt", "did you mean alexnet?"),
        ("", "the presets are lenet, alexnet"),
        ("x" * 5000, "the presets are lenet"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(name, message):
    with pytest.raises(SpecError, match=message.replace("?", r"\?")):
        load(name)
