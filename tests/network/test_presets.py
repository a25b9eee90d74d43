from collections.abc import Callable

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import PRESETS, load, preset, presets
from cnnviz.network.summary import summarize
from tests.network import book, handwritten

# As published: by the book for its own forms, by torchvision for ImageNet's.
NUM_PARAMS = {
    "lenet": 61_706,
    "bn-lenet": 44_878,
    "alexnet": 46_764_746,
    "vgg11": 128_806_154,
    "vgg11-narrow": 43_093_322,
    "nin": 1_992_166,
    "googlenet": 5_977_530,
    "resnet18": 11_178_378,
    "densenet": 758_226,
    "alexnet-2012": 60_965_224,
    "vgg13": 133_047_848,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet18-imagenet": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "mobilenet-v2": 3_504_872,
    "squeezenet1.1": 1_235_496,
}

TORCHVISION = {
    "vgg13": torchvision.models.vgg13,
    "vgg16": torchvision.models.vgg16,
    "vgg19": torchvision.models.vgg19,
    "resnet18-imagenet": torchvision.models.resnet18,
    "resnet34": torchvision.models.resnet34,
    "resnet50": torchvision.models.resnet50,
    "mobilenet-v2": torchvision.models.mobilenet_v2,
    "squeezenet1.1": torchvision.models.squeezenet1_1,
}

REFERENCES: dict[str, Callable[[], nn.Module]] = {**handwritten.NETWORKS, **book.NETWORKS, **TORCHVISION}
SMALL = [name for name in PRESETS if NUM_PARAMS[name] < 30_000_000]


def reference(name: str, device: str = "meta") -> nn.Module:
    with torch.device(device):
        return REFERENCES[name]()


def computed_shapes(module: nn.Module, input_shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the output shape of every layer with parameters, in the order they run."""
    shapes: list[tuple[int, ...]] = []

    def note(_: nn.Module, __: object, output: Tensor) -> None:
        shapes.append(tuple(output.shape[1:]))

    for layer in module.modules():
        if not list(layer.children()) and list(layer.parameters()):
            layer.register_forward_hook(note)
    with torch.device("meta"):
        module.eval()(torch.empty(1, *input_shape))
    return shapes


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
def test_parameters_and_state_are_those_of_the_reference(name):
    theirs, ours = reference(name), build(preset(name), device="meta")
    assert [value.shape for value in ours.state_dict().values()] == [v.shape for v in theirs.state_dict().values()]
    assert sum(p.numel() for p in theirs.parameters()) == summarize(preset(name)).num_params == NUM_PARAMS[name]


@pytest.mark.parametrize("name", PRESETS)
def test_every_output_shape_is_that_of_the_reference(name):
    network = preset(name)
    rows = [row.output_shape for row in summarize(network).leaf_rows if row.num_params]
    assert rows == computed_shapes(reference(name), network.input_shape)


@pytest.mark.parametrize("name", SMALL)
def test_outputs_are_those_of_the_reference_with_the_same_weights(name):
    network = preset(name)
    theirs, ours = reference(name, "cpu").eval(), build(network).eval()
    ours.load_state_dict(dict(zip(ours.state_dict(), theirs.state_dict().values(), strict=True)))
    image = torch.rand(1, *network.input_shape)
    with torch.no_grad():
        assert torch.equal(ours(image), theirs(image))


@pytest.mark.parametrize("name", PRESETS)
def test_mult_adds_are_half_of_pytorchs_floating_point_operations(name):
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), counter:
        reference(name).eval()(torch.empty(1, *preset(name).input_shape))
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
    network = preset(name)
    by_the_book = "Dive into Deep Learning" in network.source
    assert summarize(network).output_shape == ((10,) if by_the_book else (1000,))
    assert by_the_book == bool(network.recipe)
    assert network.source
    assert 1998 <= network.year <= 2018


def test_the_presets_are_offered_by_name_each_a_copy_of_its_own():
    assert tuple(presets()) == PRESETS
    assert presets()["lenet"] == preset("lenet")
    presets()["lenet"].recipe["lr"] = 100
    assert preset("lenet").recipe["lr"] == 0.9


def test_load_takes_a_name_or_a_file(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("input_shape: [1, 4, 4]\nlayers: [ReLU()]\n", encoding="utf-8")
    assert load("lenet") == preset("lenet")
    assert load(path).name == load(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("alexnt", "did you mean alexnet?"),
        ("", "the presets are lenet, bn-lenet"),
        ("x" * 5000, "the presets are lenet"),
    ],
)
def test_an_unknown_name_is_told_with_what_there_is(name, message):
    with pytest.raises(SpecError, match=message.replace("?", r"\?")):
        load(name)
