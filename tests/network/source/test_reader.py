"""Networks read from PyTorch code: the seed's, what `to_source` writes, and code as people write it, run for real."""

import inspect
import sys
from importlib import import_module

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from torch import nn

from cnnviz.network.build import build
from cnnviz.network.document import parse
from cnnviz.network.infer import Node, infer_shapes
from cnnviz.network.notation import layer_text
from cnnviz.network.presets import PRESETS, load, preset
from cnnviz.network.source import from_source, to_source
from cnnviz.network.summary import summarize
from tests.network import running as random_networks
from tests.network.examples import network
from tests.network.refusals import error_line
from tests.network.source.running import (
    copy_weights_as_they_run,
    pasted,
    run_code,
    stand_in_for_d2l,
    the_network,
)
from tests.network.source.test_writer import of_every_kind

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


def texts(source: str) -> list[str]:
    return [layer_text(layer) for layer in from_source(source).layers]


# The book


def up_to_the_network(name: str) -> str:
    """Return the book's code up to where it tries what it has made."""
    return pasted(name).partition("\nX = ")[0]


def test_the_first_code_block_of_the_book_is_the_preset_alexnet():
    read = from_source(up_to_the_network("book-alexnet"))
    assert (read.layers, read.input_shape) == (preset("alexnet").layers, (1, 224, 224))


def test_the_second_code_block_of_the_book_is_the_preset_vgg11():
    read = from_source(up_to_the_network("book-vgg"))
    assert (read.layers, read.input_shape) == (preset("vgg11").layers, (1, 224, 224))


@pytest.mark.parametrize(("name", "is_preset"), [("book-alexnet", "alexnet"), ("book-vgg", "vgg11-narrow")])
def test_all_cells_of_a_chapter_with_printed_output_and_training_are_the_last_network_in_it(name, is_preset):
    text = pasted(name)
    assert "output:" in text
    assert "d2l.train_ch6(net" in text
    assert from_source(text).layers == preset(is_preset).layers
    assert from_source(text).input_shape == (1, 224, 224)


def test_both_chapters_after_each_other_are_the_last_network():
    assert from_source(pasted("book-alexnet") + pasted("book-vgg")).layers == preset("vgg11-narrow").layers


# What to_source writes


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_read_back(name):
    wanted, read = preset(name), from_source(to_source(preset(name)))
    assert (read.name, read.input_shape) == (wanted.name, wanted.input_shape)
    assert same_layers(read, wanted)
    if name != "resnet18":  # whose blocks without a shortcut say all the same that it would have no norm
        assert read.layers == wanted.layers


@pytest.mark.parametrize("layer", of_every_kind())
def test_every_kind_is_read_back(layer):
    wanted = network(layer, input_shape=(4, 8, 8))
    assert same_layers(from_source(to_source(wanted)), wanted)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(random_networks.networks())
def test_random_networks_are_read_back(network):
    if infer_shapes(network).problem is None:
        read = from_source(to_source(network))
        assert read.input_shape == network.input_shape
        assert same_layers(read, network)


def test_containers_within_containers_are_read_back_to_the_deepest():
    deep = "ReLU()"
    for _ in range(10):
        deep = f"Residual([Sequential([{deep}, Tanh()])])"
    assert same_layers(from_source(to_source(network(deep))), network(deep))


def test_a_network_of_the_most_layers_is_read_back():
    wanted = network("Repeat([Conv2d(out_channels=4, kernel_size=3, padding=1), ReLU()], n=999)", "ReLU()")
    assert same_layers(from_source(to_source(wanted)), wanted)


def same_layers(one, other) -> bool:
    return tree(infer_shapes(one).nodes) == tree(infer_shapes(other).nodes) != []


def tree(nodes: tuple[Node, ...]) -> list:
    """Return the layers with all parameters and shapes, blocks and chains replaced by what they stand for."""
    found = []
    for node in nodes:
        if node.kind.expand is not None:
            found += tree(node.parts[0])
        elif node.kind.merge is not None:
            found.append((node.layer.kind, [tree(part) for part in node.parts], node.output_shape))
        else:
            found.append((node.layer.kind, dict(node.params), node.output_shape))
    return found


# Code as people write it

CODE = {
    "class-straight": """
input_shape: [3, 32, 32]
layers:
  - Conv2d(out_channels=6, kernel_size=5)
  - ReLU()
  - MaxPool2d(kernel_size=2, stride=2)
  - Conv2d(out_channels=16, kernel_size=5)
  - ReLU()
  - MaxPool2d(kernel_size=2, stride=2)
  - Flatten()
  - Linear(out_features=120)
  - ReLU()
  - Linear(out_features=84)
  - ReLU()
  - Linear(out_features=10)
""",
    "class-counting-features": """
input_shape: [1, 32, 32]
layers:
  - Conv2d(out_channels=6, kernel_size=3)
  - ReLU()
  - MaxPool2d(kernel_size=2)
  - Conv2d(out_channels=16, kernel_size=3)
  - ReLU()
  - MaxPool2d(kernel_size=2)
  - Flatten()
  - Linear(out_features=10)
""",
    "script-with-training": """
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=32, kernel_size=3)
  - ReLU()
  - Conv2d(out_channels=64, kernel_size=3)
  - ReLU()
  - MaxPool2d(kernel_size=2)
  - Dropout(p=0.25)
  - Flatten()
  - Linear(out_features=128)
  - ReLU()
  - Dropout()
  - Linear(out_features=10)
""",
    "residual-class": """
input_shape: [3, 32, 32]
layers:
  - Conv2d(out_channels=64, kernel_size=3, padding=1, bias=False)
  - BatchNorm2d()
  - ReLU()
  - Repeat(n=2):
      - ResidualBlock(out_channels=64)
  - ResidualBlock(out_channels=128, stride=2)
  - ResidualBlock(out_channels=128)
  - ResidualBlock(out_channels=128)
  - AvgPool2d(kernel_size=16)
  - Flatten()
  - Linear(out_features=10)
""",
    "residual-optional-conv": """
input_shape: [1, 96, 96]
layers:
  - Sequential:
      - Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3)
      - BatchNorm2d()
      - ReLU()
      - MaxPool2d(kernel_size=3, stride=2, padding=1)
  - Repeat(n=2):
      - ResidualBlock(out_channels=64, bias=True)
  - Sequential:
      - ResidualBlock(out_channels=128, stride=2, bias=True, shortcut_norm=False)
      - ResidualBlock(out_channels=128, bias=True)
  - Sequential:
      - ResidualBlock(out_channels=256, stride=2, bias=True, shortcut_norm=False)
      - ResidualBlock(out_channels=256, bias=True)
  - Sequential:
      - ResidualBlock(out_channels=512, stride=2, bias=True, shortcut_norm=False)
      - ResidualBlock(out_channels=512, bias=True)
  - AdaptiveAvgPool2d(output_size=1)
  - Flatten()
  - Linear(out_features=10)
""",
    "branches-class": """
input_shape: [1, 96, 96]
layers:
  - Conv2d(out_channels=64, kernel_size=7, stride=2, padding=3)
  - ReLU()
  - Inception(c1=64, c2=(96, 128), c3=(16, 32), c4=32)
  - Inception(c1=128, c2=(128, 192), c3=(32, 96), c4=64)
  - AdaptiveAvgPool2d(output_size=1)
  - Flatten()
  - Linear(out_features=10)
""",
    "dense-joined-anew": """
input_shape: [3, 224, 224]
layers:
  - Conv2d(out_channels=8, kernel_size=3)
  - DenseBlock(num_layers=3, growth_rate=4, bias=True)
""",
    "squeeze-excite-class": """
input_shape: [3, 224, 224]
layers:
  - Conv2d(out_channels=32, kernel_size=3)
  - Gate:
      - AdaptiveAvgPool2d(output_size=1)
      - Flatten()
      - Sequential:
          - Linear(out_features=2, bias=False)
          - ReLU(inplace=True)
          - Linear(out_features=32, bias=False)
          - Sigmoid()
      - Unflatten(dim=1, unflattened_size=(32, 1, 1))
""",
    "module-list": """
input_shape: [3, 224, 224]
layers:
  - Conv2d(out_channels=8, kernel_size=3)
  - ReLU()
  - Conv2d(out_channels=16, kernel_size=3)
  - AdaptiveAvgPool2d(output_size=1)
  - Flatten()
  - Linear(out_features=10)
""",
    "u-net": """
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=8, kernel_size=3, padding=1)
  - ReLU()
  - Concat:
      - - MaxPool2d(kernel_size=2)
        - Conv2d(out_channels=16, kernel_size=3, padding=1)
        - ReLU()
        - ConvTranspose2d(out_channels=8, kernel_size=2, stride=2)
      - []
  - Conv2d(out_channels=2, kernel_size=1)
""",
    "ordered-dict": """
input_shape: [1, 28, 28]
layers:
  - Conv2d(out_channels=20, kernel_size=5)
  - BatchNorm2d(eps=0.001)
  - ReLU()
  - MaxPool2d(kernel_size=2)
  - Conv2d(out_channels=30, kernel_size=3)
  - Conv2d(out_channels=40, kernel_size=3)
""",
    "vgg-from-configuration": """
input_shape: [3, 224, 224]
layers:
  - Conv2d(out_channels=8, kernel_size=3, padding=1)
  - BatchNorm2d()
  - ReLU(inplace=True)
  - MaxPool2d(kernel_size=2, stride=2)
  - Conv2d(out_channels=16, kernel_size=3, padding=1)
  - BatchNorm2d()
  - ReLU(inplace=True)
  - Conv2d(out_channels=16, kernel_size=3, padding=1)
  - BatchNorm2d()
  - ReLU(inplace=True)
  - MaxPool2d(kernel_size=2, stride=2)
  - AdaptiveAvgPool2d(output_size=7)
  - Flatten()
  - Linear(out_features=64)
  - ReLU(inplace=True)
  - Dropout()
  - Linear(out_features=100)
""",
    "inverted-residual-class": """
input_shape: [3, 224, 224]
layers:
  - Sequential:
      - Conv2d(out_channels=32, kernel_size=3, stride=2, padding=1, bias=False)
      - BatchNorm2d()
      - ReLU6(inplace=True)
  - Sequential:
      - Sequential:
          - Conv2d(out_channels=32, kernel_size=3, padding=1, groups=32, bias=False)
          - BatchNorm2d()
          - ReLU6(inplace=True)
      - Conv2d(out_channels=16, kernel_size=1, bias=False)
      - BatchNorm2d()
  - Sequential:
      - Sequential:
          - Conv2d(out_channels=96, kernel_size=1, bias=False)
          - BatchNorm2d()
          - ReLU6(inplace=True)
      - Sequential:
          - Conv2d(out_channels=96, kernel_size=3, stride=2, padding=1, groups=96, bias=False)
          - BatchNorm2d()
          - ReLU6(inplace=True)
      - Conv2d(out_channels=24, kernel_size=1, bias=False)
      - BatchNorm2d()
  - Residual:
      - Sequential:
          - Conv2d(out_channels=144, kernel_size=1, bias=False)
          - BatchNorm2d()
          - ReLU6(inplace=True)
      - Sequential:
          - Conv2d(out_channels=144, kernel_size=3, padding=1, groups=144, bias=False)
          - BatchNorm2d()
          - ReLU6(inplace=True)
      - Conv2d(out_channels=24, kernel_size=1, bias=False)
      - BatchNorm2d()
""",
}
"""What a person would list for each of the files in pasted/."""


@pytest.mark.parametrize("name", CODE)
def test_code_is_read_as_a_person_would_list_it(name):
    read, wanted = from_source(pasted(name)), parse(CODE[name])
    assert (read.layers, read.input_shape) == (wanted.layers, wanted.input_shape)


def test_the_books_densenet_is_the_preset_but_for_its_stem():
    read, wanted = from_source(pasted("dense-loop")), preset("densenet")
    assert (read.layers, read.input_shape) == (wanted.layers, wanted.input_shape)


def test_lazy_layers_in_a_class_whose_base_is_not_known():
    assert texts(pasted("lazy-in-foreign-class")) == [
        "Conv2d(out_channels=96, kernel_size=11, stride=4, padding=1)",
        "ReLU()",
        "MaxPool2d(kernel_size=3, stride=2)",
        "Conv2d(out_channels=256, kernel_size=5, padding=2)",
        "BatchNorm2d()",
        "ReLU()",
        "MaxPool2d(kernel_size=3, stride=2)",
        "Flatten()",
        "Linear(out_features=64)",
        "ReLU()",
        "Dropout()",
        "Linear(out_features=10)",
    ]


@pytest.mark.parametrize("name", [*CODE, "dense-loop"])
def test_what_is_read_computes_what_the_code_does(name, monkeypatch):
    for package, module in stand_in_for_d2l().items():
        monkeypatch.setitem(sys.modules, package, module)
    read = from_source(pasted(name))
    real, ours = the_network(run_code(pasted(name))), build(read)
    x = torch.rand(2, *read.input_shape)
    copy_weights_as_they_run(real, ours, x)
    with torch.no_grad():
        assert torch.equal(ours(x), real(x))


TORCHVISION = {
    "resnet": "net = ResNet(BasicBlock, [2, 2, 2, 2])",
    "resnet in groups": "net = ResNet(Bottleneck, [1, 1, 1, 1], groups=4, width_per_group=16)",
    "squeezenet": "net = SqueezeNet('1_1')",
    "densenet": "net = DenseNet(16, (2, 3, 2), 32)",
    "mnasnet": "net = MNASNet(0.5)",
}


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_own_files_are_read_as_they_stand(name):
    module = import_module(f"torchvision.models.{name.partition(' ')[0]}")
    read = from_source(f"{inspect.getsource(module)}\n{TORCHVISION[name]}\n")
    scope = dict(vars(module))
    exec(TORCHVISION[name], scope)
    real, ours, x = scope["net"], build(read), torch.rand(1, 3, 64, 64)
    copy_weights_as_they_run(real, ours, x)
    with torch.no_grad():
        assert torch.equal(ours(x), real(x))


@pytest.mark.parametrize(
    ("name", "code", "num_params"),
    [
        ("alexnet", "net = AlexNet()", 61_100_840),
        ("vgg", "net = VGG(make_layers(cfgs['D'], batch_norm=True))", 138_365_992),
    ],
)
def test_torchvisions_large_networks_have_the_parameters_that_its_documentation_says(name, code, num_params):
    module = import_module(f"torchvision.models.{name}")
    assert summarize(from_source(f"{inspect.getsource(module)}\n{code}\n")).num_params == num_params


PYTHON = [
    ("d = nn.ModuleDict({'a': nn.ReLU()})\nd['b'] = nn.Tanh()\nnet = nn.Sequential(*d.values())", "ReLU Tanh"),
    ("d = nn.ModuleDict()\nd.add_module('a%d' % 1, nn.ReLU())\nnet = nn.Sequential(d['a1'])", "ReLU"),
    ("d = {f'{1}{2}': nn.ReLU(), '{}'.format(3): nn.Tanh()}\nnet = nn.Sequential(d['12'], d['3'])", "ReLU Tanh"),
    ("class A:\n    @staticmethod\n    def f(n):\n        return n()\nnet = nn.Sequential(A().f(nn.ReLU))", "ReLU"),
    ("class A:\n    n = 3\nnet = nn.Sequential(*[nn.ReLU()] * A.n)", "ReLU ReLU ReLU"),
    ("a, *b = 3, 4, 5\nnet = nn.Sequential(*[nn.ReLU() for x in b for y in b if x != y])", "ReLU ReLU"),
    ("x = 3 if unknown.x and False else 1\nnet = nn.Sequential(*x * [nn.ReLU()])", "ReLU"),
    ("i = 0\nwhile i < 2 or i is None:\n    i += 1\nnet = nn.Sequential(*i * [nn.ReLU()])", "ReLU ReLU"),
    (
        "def f(*a, n=1, **k):\n    return a * n + k['b']\nnet = nn.Sequential(*f(nn.ELU(), n=2, b=(nn.Tanh(),)))",
        "ELU ELU Tanh",
    ),
    ("x = [nn.ReLU() for n in map(lambda n: n - 1, range(4)) if n % 2 == 0]\nnet = nn.Sequential(*x)", "ReLU ReLU"),
    (
        "class N(nn.Module):\n    '''>>> N()\n    ```\n    '''\n"
        "    def forward(self, x):\n        return x.relu()\nnet = N()",
        "ReLU",
    ),
    (
        "for n in range(9):\n    if n == 1:\n        continue\n    if n > 2:\n        break\n"
        "else:\n    n = 7\nnet = nn.Sequential(*n * [nn.ReLU()])",
        "ReLU ReLU ReLU",
    ),
    ("x = sorted([3, 1, 2])[-1] - min(1, 2) * len('ab')\nnet = nn.Sequential(*x * [nn.ReLU()])", "ReLU"),
    ("x = [1, 2, 3, 4]\nx[1:3] == [2, 3]\nnet = nn.Sequential(*[nn.ReLU() for _ in x[::2]])", "ReLU ReLU"),
    (
        "x = {k: v for k, v in zip('ab', (nn.ReLU, nn.Tanh))}\nnet = nn.Sequential(*[m() for m in x.values()])",
        "ReLU Tanh",
    ),
    (
        "x = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ELU())\nnet = nn.Sequential(*x[:2], x[-1], *x.children())",
        "ReLU Tanh ELU " * 2,
    ),
    ("if (n := 2) > 1:\n    net = nn.Sequential(*[nn.ReLU()] * n)", "ReLU ReLU"),
]


@pytest.mark.parametrize(("code", "kinds"), PYTHON)
def test_python_is_understood(code, kinds):
    real = run_code(f"{HEAD}class unknown:\n    x = 0\n{code}")["net"]
    read = from_source(f"import unknown\n{HEAD}{code}")
    assert [layer.kind for layer in read.layers] == kinds.split()
    if isinstance(real, nn.Sequential):
        assert [type(layer).__name__ for layer in real] == kinds.split()


# Which value is the network, and its name and input


@pytest.mark.parametrize(
    ("code", "layers"),
    [
        ("net = nn.Sequential(nn.ReLU())\nother = nn.Sequential(nn.Tanh())", ["ReLU()"]),
        ("model = nn.Sequential(nn.ReLU())\nnet = nn.Sequential(nn.Tanh())", ["Tanh()"]),
        ("net = nn.Sequential(nn.ReLU())\nnet = nn.Sequential(nn.Tanh(), *net)", ["Tanh()", "ReLU()"]),
        ("lenet = nn.Sequential(nn.ReLU())\nloss = nn.CrossEntropyLoss()\nact = nn.Tanh()", ["ReLU()"]),
        ("act = nn.Tanh()", ["Tanh()"]),
        ("nn.Sequential(nn.ReLU(), nn.Tanh())", ["ReLU()", "Tanh()"]),
        ("if __name__ == '__main__':\n    net = nn.Sequential(nn.ReLU())", ["ReLU()"]),
        ("class Net(nn.Sequential):\n    pass\nnet = Net(nn.ReLU())", ["ReLU()"]),
        ("class Net(nn.Module):\n    def forward(self, x):\n        return x.relu()", ["ReLU()"]),
        ("class Net(nn.Module):\n    def forward(self, x):\n        return x.relu()\nnet = Net", ["ReLU()"]),
        ("net = nn.Sequential(nn.ReLU())\nnet[0] = nn.Tanh()\nprint(net)", ["Tanh()"]),
        (
            "net = nn.Sequential(nn.ReLU())\ndef f(m):\n    m.append(nn.Tanh())\nf(net)\ntrain(net)",
            ["ReLU()", "Tanh()"],
        ),
        ("net = torch.compile(nn.DataParallel(nn.Sequential(nn.ReLU())).cuda()).train()", ["ReLU()"]),
    ],
)
def test_the_network_is_what_is_called_so_or_made_last(code, layers):
    assert texts(HEAD + code) == layers


def test_code_without_its_imports_is_understood():
    assert texts("net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())") == [
        "Conv2d(out_channels=2, kernel_size=3)",
        "ReLU()",
    ]


@pytest.mark.parametrize(
    "imports",
    [
        "import torch.nn as nn",
        "from torch import nn",
        "import torch\nnn = torch.nn",
        "import torch.nn\nnn = torch.nn",
        "import torch as t\nnn = t.nn",
    ],
)
def test_pytorch_can_be_imported_in_every_way(imports):
    assert texts(f"{imports}\nnet = nn.Sequential(nn.ReLU())") == ["ReLU()"]


def test_names_of_layers_can_be_imported():
    assert texts("from torch.nn import Sequential, ReLU as R\nnet = Sequential(R())") == ["ReLU()"]
    assert texts("from torch.nn import *\nnet = Sequential(ReLU())") == ["ReLU()"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('"""Small net\n\nmore"""\nnet = nn.Sequential(nn.ReLU())', "Small net"),
        (f'"""{"x" * 101}"""\nnet = nn.Sequential(nn.ReLU())', "network"),
        ("class Small(nn.Sequential):\n    pass\nnet = Small(nn.ReLU())", "Small"),
        ("net = nn.Sequential(nn.ReLU())", "network"),
    ],
)
def test_the_name_is_that_of_the_file_or_the_class(code, name):
    assert from_source(code).name == name


@pytest.mark.parametrize(
    ("code", "input_shape"),
    [
        ("x = torch.randn(1, 3, 50, 60)", (3, 50, 60)),
        ("x = torch.rand((8, 3, 50, 60), requires_grad=True)", (3, 50, 60)),
        ("x = torch.zeros(size=[1, 3, 50, 60])", (3, 50, 60)),
        ("size = 40\nx = torch.ones(2, 3, size, size // 2)\nnet = net", (3, 40, 20)),
        ("summary(net, (3, 70, 70))", (3, 70, 70)),
        ("summary(net, input_size=(16, 3, 70, 70))", (3, 70, 70)),
        ("data = d2l.load_data_fashion_mnist(128, resize=96)", (3, 96, 96)),
        ("steps = transforms.Compose([transforms.Resize((80, 80)), transforms.ToTensor()])", (3, 80, 80)),
        ("x = torch.randn(1, 3, 50, 50)\ny = torch.randn(1, 3, 60, 60)", (3, 60, 60)),
        ("x = torch.randn(1, 3, 50, 50)\nw = torch.randn(1, 64, 9, 9)", (3, 50, 50)),
        ("x = torch.randn(2, 5)", (3, 224, 224)),
        ("", (3, 224, 224)),
    ],
)
def test_the_input_shape_is_that_of_a_tensor_or_of_resized_images(code, input_shape):
    assert from_source(f"{HEAD}net = nn.Sequential(nn.Conv2d(3, 4, 5), nn.ReLU())\n{code}").input_shape == input_shape


@pytest.mark.parametrize(
    ("layers", "input_shape"),
    [
        ("nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 12 * 12, 10)", (1, 28, 28)),
        ("nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 14 * 14, 10)", (1, 32, 32)),
        ("nn.Conv2d(3, 64, 11, 4, 2), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(64 * 27 * 27, 10)", (3, 224, 224)),
        ("nn.Flatten(), nn.Linear(784, 10)", (1, 28, 28)),
        ("nn.Flatten(), nn.Linear(3072, 10)", (3, 32, 32)),
        ("nn.LazyConv2d(4, 3)", (1, 28, 28)),
        ("nn.Conv2d(5, 4, 3)", (5, 224, 224)),
        ("nn.BatchNorm2d(7), nn.Conv2d(7, 4, 3)", (7, 224, 224)),
    ],
)
def test_without_one_the_input_shape_is_one_that_the_layers_go_together_with(layers, input_shape):
    read = from_source(f"net = nn.Sequential({layers})")
    assert read.input_shape == input_shape
    assert infer_shapes(read).problem is None


# Files


def test_a_python_file_is_a_network_named_as_the_file_where_the_code_names_none(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from torch import nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))\n", encoding="utf-8")
    assert load(path) == network("Flatten()", "Linear(out_features=10)", input_shape=(1, 28, 28)).replace(name="mine")


def test_what_cannot_be_read_in_a_python_file_is_told_with_its_name_and_line(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import os\n\nnet = os.net()\n", encoding="utf-8")
    assert error_line(load, path) == f"{path}: line 3: os.net() cannot be read"
    path.write_bytes(b"\xff\xfe")
    assert error_line(load, path).startswith(f"{path}: this is not a text file")


# What is inferred, and what is not


def test_what_follows_from_the_input_is_left_out_and_what_contradicts_it_stays():
    read = from_source(
        "net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.BatchNorm2d(6), nn.Conv2d(6, 8, 5), "
        "nn.Flatten(), nn.Linear(400, 10))\nx = torch.randn(1, 3, 64, 64)"
    )
    assert [layer_text(layer) for layer in read.layers] == [
        "Conv2d(out_channels=6, kernel_size=5)",
        "BatchNorm2d()",
        "Conv2d(out_channels=8, kernel_size=5)",
        "Flatten()",
        "Linear(in_features=400, out_features=10)",
    ]
    problem = infer_shapes(read).problem
    assert (problem.path, problem.kind) == ("4", "Linear")


@pytest.mark.parametrize(
    ("code", "layer"),
    [
        ("nn.LayerNorm([3, 8, 8])", "LayerNorm()"),
        ("nn.LayerNorm((8, 8))", "LayerNorm(normalized_shape=(8, 8))"),
        ("nn.LayerNorm(8)", "LayerNorm(normalized_shape=(8,))"),
        ("nn.Linear(8, 4)", "Linear(in_features=8, out_features=4)"),
        ("nn.GroupNorm(1, 3)", "GroupNorm(num_groups=1)"),
        (
            "nn.Conv2d(3, 4, (3, 3), padding=[1, 2], device='cpu')",
            "Conv2d(out_channels=4, kernel_size=3, padding=(1, 2))",
        ),
        ("nn.MaxPool2d(3, 2, 1, 1, False, True)", "MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)"),
        ("nn.Upsample(None, 2)", "Upsample(scale_factor=2.0)"),
        ("nn.Unflatten(1, (3, 1))", "Unflatten(dim=1, unflattened_size=(3, 1))"),
    ],
)
def test_arguments_are_bound_as_pytorch_does(code, layer):
    assert texts(f"net = nn.Sequential({code})\nx = torch.zeros(1, 3, 8, 8)") == [layer]


PYTORCHS_MNIST = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, 2)
        self.fc1 = nn.Linear(6 * 6 * 7, 10)

    def forward(self, x):
        x = F.pad(x, (1, 2))
        x = F.pad(x, pad=(0, 1, 2, 0), mode="constant", value=0)
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        return F.log_softmax(self.fc1(x), dim=1)


model = Net()
x = torch.rand(2, 1, 11, 12)
"""


def test_what_pads_and_takes_logarithms_of_shares_computes_what_the_code_does():
    read = from_source(PYTORCHS_MNIST)
    assert [layer_text(layer) for layer in read.layers] == [
        "ZeroPad2d(padding=(1, 2, 0, 0))",
        "ZeroPad2d(padding=(0, 1, 2, 0))",
        "Conv2d(out_channels=6, kernel_size=3, stride=2)",
        "ReLU()",
        "Flatten()",
        "Linear(out_features=10)",
        "LogSoftmax(dim=1)",
    ]
    real, ours = run_code(PYTORCHS_MNIST)["model"], build(read)
    x = torch.rand(2, 1, 11, 12)
    copy_weights_as_they_run(real, ours, x)
    with torch.no_grad():
        assert torch.equal(ours(x), real(x))
        scores, labels = ours[:-1](x), torch.tensor([3, 7])
        loss = nn.functional.cross_entropy
        assert torch.allclose(loss(ours(x), labels), loss(scores, labels))  # as its note says
