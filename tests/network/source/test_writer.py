"""A network as a PyTorch file: run for real, and held against the module that is built."""

import ast
import subprocess
import sys

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.infer import infer_shapes
from cnnviz.network.layers import LAYERS
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.source import to_source
from cnnviz.network.source.definitions import CLASSES, FUNCTIONS
from cnnviz.network.spec import Network
from tests.network import running as random_networks
from tests.network.examples import network
from tests.network.refusals import error_line
from tests.network.source.running import run_code

ALEXNET_BEGINS = """
net = nn.Sequential(
    nn.Conv2d(1, 96, kernel_size=11, stride=4),     # 96×54×54
    nn.ReLU(),                                      # 96×54×54
    nn.MaxPool2d(kernel_size=3, stride=2),          # 96×26×26
"""
ALEXNET_ENDS = """
    nn.Linear(4096, 10),                            # 10
)


if __name__ == "__main__":
    x = torch.randn(1, 1, 224, 224)
    net.eval()
    print(net(x).shape)  # torch.Size([1, 10])
"""

EXAMPLES = {
    "Conv2d": "Conv2d(out_channels=6, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2, "
    "bias=False, padding_mode='circular')",
    "ConvTranspose2d": "ConvTranspose2d(out_channels=6, kernel_size=3, stride=2, output_padding=1, dilation=2)",
    "MaxPool2d": "MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=2, ceil_mode=True)",
    "AvgPool2d": "AvgPool2d(kernel_size=(2, 3), ceil_mode=True, count_include_pad=False, divisor_override=5)",
    "LayerNorm": "LayerNorm(normalized_shape=(8, 8), eps=0.001, bias=False)",
    "GroupNorm": "GroupNorm(num_groups=2, affine=False)",
    "LocalResponseNorm": "LocalResponseNorm(size=3, alpha=0.01, k=2)",
    "PReLU": "PReLU(num_parameters=4, init=0.5)",
    "Upsample": "Upsample(scale_factor=2, mode='bilinear', align_corners=True)",
    "ZeroPad2d": "ZeroPad2d(padding=(1, 2, 3, 4))",
    "BatchNorm1d": "Sequential([Flatten(), BatchNorm1d(eps=0.001)])",
    "Linear": "Sequential([Flatten(), Linear(out_features=3, bias=False)])",
    "Flatten": "Flatten(start_dim=2)",
    "Unflatten": "Unflatten(dim=1, unflattened_size=(2, 2))",
    "Softmax": "Softmax(dim=1)",
    "LogSoftmax": "LogSoftmax(dim=1)",
    "AdaptiveAvgPool2d": "AdaptiveAvgPool2d(output_size=(2, 3))",
    "AdaptiveMaxPool2d": "AdaptiveMaxPool2d(output_size=2)",
    "PixelShuffle": "PixelShuffle(upscale_factor=2)",
    "VGGBlock": "VGGBlock(num_convs=3, out_channels=6)",
    "NiNBlock": "NiNBlock(out_channels=6, kernel_size=(3, 1), stride=2, padding=(1, 0))",
    "Inception": "Inception(c1=2, c2=(3, 4), c3=(1, 2), c4=5)",
    "Fire": "Fire(squeeze_channels=2, expand_channels=3)",
    "Bottleneck": "Bottleneck(channels=2, stride=2, expansion=3)",
    "DenseBlock": "DenseBlock(num_layers=3, growth_rate=2, bottleneck=4, bias=True)",
    "Transition": "Transition(out_channels=3, bias=True)",
    "DepthwiseSeparable": "DepthwiseSeparable(out_channels=6, stride=2)",
    "SqueezeExcite": "SqueezeExcite(reduction=2)",
    "Sequential": "Sequential([ReLU(), Sequential([Conv2d(out_channels=2, kernel_size=1)])])",
    "Repeat": "Repeat([Conv2d(out_channels=6, kernel_size=1), ReLU()], n=4)",
    "Residual": "Residual([Conv2d(out_channels=6, kernel_size=1)], [Conv2d(out_channels=6, kernel_size=1), ReLU()])",
    "Concat": "Concat([], [Conv2d(out_channels=3, kernel_size=1), ReLU()], [Sigmoid()])",
    "Gate": "Gate([AdaptiveAvgPool2d(output_size=1), Sigmoid()])",
}
"""A layer of each kind with most of its parameters, for an input of 4×8×8; a kind that is not here is taken bare."""

MORE = (
    "ResidualBlock(out_channels=4)",
    "ResidualBlock(out_channels=4, stride=2)",
    "ResidualBlock(out_channels=6, bias=True)",
    "ResidualBlock(out_channels=6, stride=2, bias=True, shortcut_norm=False)",
    "Bottleneck(channels=1)",
    "DenseBlock(num_layers=1, growth_rate=1)",
    "Transition()",
    "InvertedResidual(out_channels=4)",
    "InvertedResidual(out_channels=6, expand_ratio=1)",
    "InvertedResidual(out_channels=4, stride=2, expand_ratio=3)",
    "Residual([Dropout(), Conv2d(out_channels=4, kernel_size=3, padding=1), Dropout2d(p=0.2)])",
    "Conv2d(out_channels=4, kernel_size=3, padding='same')",
    "Repeat([Repeat([Conv2d(out_channels=4, kernel_size=1)], n=2), ReLU()], n=2)",
    "Repeat([Conv2d(out_channels=4, kernel_size=1)], n=1)",
)


def of_every_kind() -> list[str]:
    bare = {
        kind: f"{kind}(out_channels=6)" if "out_channels" in entry.params else f"{kind}()"
        for kind, entry in LAYERS.items()
    }
    return [*({**bare, **EXAMPLES}.values()), *MORE]


def hold_against_the_built_module(network: Network) -> None:
    """Same names, shapes and first values of weights; with one's weights in the other, the same outputs to the bit."""
    torch.manual_seed(0)
    built = build(network)
    torch.manual_seed(0)
    written = run_code(to_source(network))["net"]
    ours, theirs = written.state_dict(), built.state_dict()
    assert list(ours) == list(theirs)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    randomize(built)
    written.load_state_dict(built.state_dict())
    x = torch.rand(2, *network.input_shape)
    for training in (True, False):
        outputs = []
        for module in (built, written):
            torch.manual_seed(1)
            outputs.append(output_of(module.train(training), x))
        first, second = outputs
        assert torch.equal(first, second) if isinstance(first, torch.Tensor) else first == second


def randomize(module: nn.Module) -> None:
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand_like(tensor) + 0.1)


def output_of(module: nn.Module, x: torch.Tensor) -> torch.Tensor | str:
    """Return what comes out, or what PyTorch says where it needs more values to learn from."""
    try:
        return module(x.clone()).nan_to_num()
    except ValueError as error:
        return str(error)


def test_a_layer_is_written_as_people_write_it_with_its_shape_beside_it():
    source = to_source(preset("alexnet"))
    assert source.startswith('"""AlexNet\n\nKrizhevsky')
    assert '"""\n\nimport torch\nfrom torch import nn\n\n\nnet = nn.Sequential(' in source
    assert ALEXNET_BEGINS in source
    assert source.endswith(ALEXNET_ENDS)


def test_the_file_runs_by_itself_without_cnnviz(tmp_path):
    path = tmp_path / "resnet18.py"
    path.write_text(to_source(preset("resnet18")), encoding="utf-8")
    code = f"import runpy, sys; runpy.run_path({str(path)!r}, run_name='__main__'); print('cnnviz' in sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "torch.Size([1, 10])\nFalse\n"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_the_built_network(name):
    hold_against_the_built_module(preset(name).replace(width=0.25))


@pytest.mark.parametrize("layer", of_every_kind())
def test_every_kind_is_the_built_layer(layer):
    hold_against_the_built_module(network(layer, input_shape=(4, 8, 8)))


def test_every_block_has_a_function_that_is_written_only_where_it_is_used():
    assert FUNCTIONS.keys() == {kind for kind, entry in LAYERS.items() if entry.expand and entry.parts is None}
    assert CLASSES.keys() == {kind for kind, entry in LAYERS.items() if entry.merge}
    for kind in FUNCTIONS:
        (layer,) = (text for text in of_every_kind() if text.startswith(f"{kind}(") and text not in MORE)
        source = to_source(network(layer, input_shape=(4, 8, 8)))
        defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
        assert defined == {FUNCTIONS[kind].__name__}
    assert "class " not in to_source(preset("vgg11"))
    assert "class Residual(" in to_source(preset("resnet18"))
    assert "class Concat(" not in to_source(preset("resnet18"))


def test_copies_that_are_alike_are_written_once():
    source = to_source(network("Repeat([Conv2d(out_channels=4, kernel_size=1), ReLU()], n=5)"))
    assert source.count("nn.Conv2d(4, 4, kernel_size=1)") == 1
    assert "for _ in range(4)" in source
    assert source.count("nn.Conv2d(1, 4, kernel_size=1)") == 1


def test_the_width_ratio_is_applied():
    assert "vgg_block(2, 32, 64),    # 64×28×28" in to_source(preset("vgg11").replace(width=0.25))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(random_networks.networks())
def test_random_networks_are_the_built_ones(network):
    problem = infer_shapes(network).problem
    if problem is None:
        hold_against_the_built_module(network)
    else:
        with pytest.raises(SpecError) as error:
            to_source(network)
        assert str(error.value) == str(problem)


def test_a_network_that_does_not_fit_is_told():
    broken = network("ReLU()", "Conv2d(out_channels=3, kernel_size=11)")
    assert error_line(to_source, broken).startswith("layer 1 (Conv2d) cannot take 1×8×8: its 11×11 window is larger")


@pytest.mark.parametrize(
    "text",
    [
        '"""\nimport os',
        '"',
        '""',
        '"""',
        "\\",
        '\\"""',
        "'''",
        "# é 网 %s {x}",
        '"""+__import__("os").abort()+"""',
        "\\N{DASH}",
    ],
)
def test_a_name_is_only_ever_text(text):
    line = text.replace("\n", " ")
    source = to_source(network("ReLU()").replace(name=line, source=line))
    statements = ast.parse(source).body
    assert ast.get_docstring(ast.parse(source), clean=False) == f"{line}\n\n{line}\n"
    assert [type(each) for each in statements] == [ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.If]
    run_code(source)


def test_the_written_code_is_within_line_length_and_well_formed():
    source = to_source(network(*of_every_kind()[:1], input_shape=(4, 8, 8)))
    conv = [line for line in source.splitlines() if line.startswith("    nn.Conv2d(") or "padding_mode" in line]
    assert [line.strip() for line in conv] == ["nn.Conv2d(", 'padding_mode="circular",']
