import pytest
import torch
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.presets import preset
from cnnviz.network.summary import summarize
from tests.network import handwritten
from tests.network.examples import network


def test_what_follows_from_the_input_is_inferred():
    module = build(
        network(
            "Conv2d(out_channels=6, kernel_size=3)",
            "BatchNorm2d()",
            "Flatten()",
            "Linear(out_features=10)",
            input_shape=(3, 8, 8),
        )
    )
    assert (module[0].in_channels, module[1].num_features, module[3].in_features) == (3, 6, 6 * 6 * 6)


def test_the_module_is_in_training_mode_with_real_weights_that_learn():
    module = build(preset("lenet"))
    assert all(part.training for part in module.modules())
    assert {(p.device.type, p.requires_grad) for p in module.parameters()} == {("cpu", True)}
    module(torch.rand(2, 1, 28, 28)).sum().backward()
    assert all(p.grad is not None for p in module.parameters())


def test_batch_norm_starts_with_pytorchs_own_statistics():
    ours, pytorchs = (
        build(network("BatchNorm2d()", input_shape=(3, 4, 4)))[0].state_dict(),
        nn.BatchNorm2d(3).state_dict(),
    )
    assert ours.keys() == pytorchs.keys()
    assert all(torch.equal(ours[name], pytorchs[name]) for name in ours)


def test_blocks_draw_their_weights_in_the_order_of_their_layers():
    texts = ("VGGBlock(num_convs=2, out_channels=4)", "VGGBlock(num_convs=1, out_channels=8)")
    torch.manual_seed(5)
    by_hand = nn.Sequential(handwritten.vgg_block(2, 1, 4), handwritten.vgg_block(1, 4, 8)).state_dict()
    torch.manual_seed(5)
    ours = build(network(*texts)).state_dict()
    assert ours.keys() == by_hand.keys()
    assert all(torch.equal(ours[name], by_hand[name]) for name in ours)


def test_a_large_network_is_built_on_the_meta_device_without_drawing_or_allocating():
    before = torch.get_rng_state()
    module = build(preset("vgg11").replace(width=16), device="meta")
    assert {p.device.type for p in module.parameters()} == {"meta"}
    assert torch.equal(before, torch.get_rng_state())
    assert torch.empty(1).device.type == "cpu"


def test_a_network_that_does_not_fit_is_not_built():
    with pytest.raises(SpecError) as error:
        build(network("ReLU()", "Conv2d(out_channels=3, kernel_size=11)", input_shape=(1, 5, 6)))
    assert str(error.value) == (
        "layer 1 (Conv2d) cannot take 1×5×6: its 11×11 window is larger than the 5×6 map that reaches it"
    )


IMAGES = torch.linspace(-2, 2, 2 * 3 * 4 * 4).view(2, 3, 4, 4)


@pytest.mark.parametrize(
    ("layer", "by_hand"),
    [
        ("Residual([Tanh()])", lambda x: x.tanh() + x),
        ("Residual([Tanh()], [ReLU()])", lambda x: x.tanh() + x.relu()),
        ("Concat([], [Tanh()], [ReLU(), Tanh()])", lambda x: torch.cat([x, x.tanh(), x.relu().tanh()], dim=1)),
        ("Gate([Sigmoid()])", lambda x: x * x.sigmoid()),
        ("Gate([AdaptiveAvgPool2d(output_size=1)])", lambda x: x * x.mean((2, 3), keepdim=True)),
        ("Sequential([ReLU(), Tanh()])", lambda x: x.relu().tanh()),
        ("Repeat([Tanh(), Sigmoid()], n=2)", lambda x: x.tanh().sigmoid().tanh().sigmoid()),
    ],
)
def test_a_container_computes_what_its_name_says(layer, by_hand):
    assert torch.equal(build(network(layer, input_shape=(3, 4, 4)))(IMAGES), by_hand(IMAGES))


def test_every_repeat_has_weights_of_its_own():
    module = build(network("Repeat([Conv2d(out_channels=3, kernel_size=1)], n=3)", input_shape=(3, 4, 4)))
    assert list(module.state_dict()) == [f"0.{n}.{name}" for n in range(3) for name in ("weight", "bias")]
    assert len({weight.sum().item() for weight in module.state_dict().values() if weight.dim() == 4}) == 3


def test_modules_stand_at_the_paths_of_their_rows():
    spec = network(
        "Residual([Conv2d(out_channels=3, kernel_size=1)], [Conv2d(out_channels=3, kernel_size=1)])",
        "Concat([], [Conv2d(out_channels=2, kernel_size=1)])",
        "Repeat([Conv2d(out_channels=5, kernel_size=1), ReLU()], n=2)",
    )
    weights = [name.removesuffix(".weight") for name in build(spec).state_dict() if name.endswith("weight")]
    assert weights == ["0.body.0", "0.shortcut.0", "1.1.0", "2.0.0", "2.1.0"]
    assert weights == [row.path for row in summarize(spec).rows if row.kind == "Conv2d"]
