"""Code that cannot be read is named by its line; a network that does not depend on it is read all the same."""

import pytest

from cnnviz.network.notation import layer_text
from cnnviz.network.source import from_source
from tests.network.refusals import error_line

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def forward(*lines: str) -> str:
    """Return a class with two convolutions of the same shape, whose forward has these lines."""
    body = "".join(f"        {line}\n" for line in lines)
    return (
        "class N(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.a, self.b = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3, padding=1)\n"
        f"    def forward(self, x):\n{body}"
        "net = N()\n"
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "net = nn.Sequential(nn.Conv2D(3, 3, 3))",
            "line 4: nn.Conv2D is not among the layers known here; did you mean nn.Conv2d?",
        ),
        (
            "net = nn.Sequential(\n  nn.Conv2d(3, 3, kernal_size=3))",
            "line 5: Conv2d has no parameter 'kernal_size'; its parameters are",
        ),
        (
            "net = nn.Sequential(\n  nn.ReLU(),\n  nn.Conv2d(3, 3))",
            "line 6: nn.Conv2d: missing a required argument: 'kernel_size'",
        ),
        (
            "net = nn.Sequential(nn.Conv2d(3, 64 / 2, 3))",
            "line 4: Conv2d: out_channels must be a whole number from 1 to 65536, not 32.0",
        ),
        (
            "net = nn.Sequential(nn.MaxPool2d(2, return_indices=True))",
            "line 4: MaxPool2d: return_indices=True cannot be read",
        ),
        (
            "net = nn.Sequential(nn.ReLU(), nn.ReLU)",
            "line 4: the class nn.ReLU stands where a layer is needed; write () behind its name",
        ),
        ("net = nn.Sequential([nn.ReLU()])", "line 4: a list stands where a layer is needed; write *layers"),
        ("net = nn.Sequential(nn.ReLU(), 3)", "line 4: 3 stands where a layer is needed"),
        (
            "net = nn.Sequential(nn.ReLU(), block(3))",
            "line 4: block is not defined in this text; paste its definition too",
        ),
        ("net = nn.Sequential()", "line 4: this network has no layers"),
        ("net = 3", "line 4: net is 3 and no network"),
        ("x = 3", "this text makes no network; it needs a line such as net = nn.Sequential("),
        ("", "this text makes no network"),
        ("import torchvision\nnet = torchvision.models.vgg16()", "line 5: torchvision.models.vgg16() cannot be read"),
        (
            "from d2l import torch as d2l\nn = d2l.f()\nnet = nn.Conv2d(3, n, 1)",
            "line 6: Conv2d: out_channels depends on this: line 5: d2l.torch.f() cannot be read",
        ),
        ("def f(a, b=1):\n    return nn.ReLU()\nnet = f()", "line 6: f needs a"),
        ("def f(a):\n    return nn.ReLU()\nnet = f(1, 2)", "line 6: f takes 1 arguments, not 2"),
        ("def f(a):\n    return nn.ReLU()\nnet = f(1, c=2)", "line 6: f has no parameter 'c'"),
        (
            "class N(nn.Module):\n    def __init__(self, k):\n        self.k = k\n    forward = nn.ReLU",
            "line 4: N.__init__ needs k; add a line such as net = N(…)",
        ),
        (
            "c = nn.Conv2d(3, 3, 1)\nnet = nn.Sequential(c, nn.ReLU(), c)",
            "line 4: this Conv2d is used 2 times and shares its weights",
        ),
        (
            "net = nn.Sequential(*[nn.Conv2d(3, 3, 1)] * 3)",
            "line 4: this Conv2d is used 3 times and shares its weights",
        ),
        (
            "sizes = (3, 4)\na, b, c = sizes\nnet = nn.Conv2d(a, b, c)",
            "line 6: Conv2d: in_channels depends on this: line 5: 2 values cannot be given to 3 names",
        ),
        ("net = nn.Conv2d(3, [1, 2][5], 3)", "line 4: Python says: list index out of range"),
        ("net = nn.Conv2d(3, 8 // 0, 3)", "line 4: Python says: integer division or modulo by zero"),
        ("net = nn.Conv2d(3, 8 + '1', 3)", "line 4: an operation on 8 and '1' cannot be read"),
        (
            "net = nn.Sequential(\n    nn.Conv2d(1, 2, 3)\n    nn.ReLU())",
            "line 5: this is not Python: invalid syntax. Perhaps you forgot a comma?",
        ),
        ("def f():\nreturn 1", "line 5: this is not Python: a block is not indented"),
        ("net = nn.Sequential(nn.ReLU())\ndel net[0]", "line 5: `delete` cannot be read"),
    ],
)
def test_it_is_named_by_its_line(code, message):
    assert error_line(from_source, HEAD + code)[: len(message)] == message


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ["return x.permute(0, 2, 3, 1)"],
            "line 9: .permute of a tensor cannot be read; no layer here changes the order of dimensions",
        ),
        (
            ["a, b = torch.chunk(self.a(x), 2, dim=1)", "return a + b"],
            "line 9: torch.chunk cannot be read; no layer here takes a part of the channels",
        ),
        (
            ["return torch.matmul(self.a(x), x)"],
            "line 9: torch.matmul cannot be read; no layer here multiplies matrices",
        ),
        (["return F.pad(x, (1, 1), mode='reflect')"], "line 9: padding with anything but zeros cannot be read"),
        (["return F.pad(x, (1, 1, 1, 1), value=1.0)"], "line 9: padding with anything but zeros cannot be read"),
        (["return F.pad(x, (0, 0, 0, 0, 1, 1))"], "line 9: this padding cannot be read; F.pad(x, (left, right"),
        (["return F.pad(x, (-1, 0, 0, 0))"], "line 9: ZeroPad2d: padding must be a whole number from 0"),
        (["return self.a(x) * 0.5"], "line 9: an operation on a tensor and 0.5 cannot be read"),
        (["return self.a(x) * self.b(x)"], "line 9: this product cannot be read; one side must be the tensor"),
        (["return x.transpose(1, 2)"], "line 9: .transpose of a tensor cannot be read; no layer here changes"),
        (["return x.cumsum(1)"], "line 9: .cumsum of a tensor cannot be read; these can: relu"),
        (["return x.view(3, 5, 7)"], "line 9: view(3, 5, 7) cannot be read; view(x.size(0), -1)"),
        (
            ["return torch.cat([self.a(x), x])"],
            "line 9: joining on dimension 0 cannot be read; torch.cat(tensors, dim=1) can",
        ),
        (["return x, self.a(x)"], "line 9: N.forward returns a tuple; it must return one tensor"),
        (
            ["if self.training:", "    return x", "return self.a(x)"],
            "line 10: whether this is reached depends on this: line 9: N.training",
        ),
        (
            ["if x.shape[1] == 3:", "    x = self.a(x)", "return x"],
            "line 11: what N.forward returns depends on this: line 9: the size of a tensor",
        ),
        (["return self.a(self.a(x))"], "line 7: this Conv2d is used 2 times and shares its weights"),
        (
            ["a = self.a(x)", "b = self.b(a)", "return torch.cat([F.relu(a), self.b(F.relu(b)) + b], 1) + x"],
            "line 7: this Conv2d is used",
        ),
        (["return self.c(x)"], "line 9: a N has no 'c' that can be read"),
        (["return F.max_pool2d(x, 2, stide=2)"], "line 9: max_pool2d has no parameter 'stide'"),
        (["raise NotImplementedError"], "line 9: the code raises an error here"),
        (["with torch.no_grad() as y:", "    return y"], "line 9: torch.no_grad() cannot be read"),
    ],
)
def test_a_forward_that_cannot_be_read_is_named_by_its_line(lines, message):
    assert error_line(from_source, HEAD + forward(*lines))[: len(message)] == message


@pytest.mark.parametrize(
    "code",
    [
        "if len(sys.argv) > 1:\n    layers.append(nn.Tanh())\n",
        "for name in os.listdir():\n    layers.append(nn.Tanh())\n",
        "while queue.get():\n    layers.append(nn.Tanh())\n",
        "try:\n    layers.append(nn.Tanh())\nexcept Exception:\n    pass\n",
        "for i in range(3):\n    layers.append(nn.Tanh())\n    del i\n",
        "def add():\n    layers.append(nn.Tanh())\n    del layers[0]\nadd()\n",
        "def add(x):\n    x.append(nn.Tanh())\n    del x[0]\nadd(layers)\n",
        "if unknown():\n    more = layers\n    layers[0] = nn.Tanh()\n",
        "if unknown.x:\n    change(layers)\n",
        "if unknown.x:\n    more = layers\n    more.append(nn.Tanh())\n",
        "if unknown.x:\n    add = layers.append\n    add(nn.Tanh())\n",
        "if unknown.x:\n    for more in [layers]:\n        more.append(nn.Tanh())\n",
        "more = [layers]\nif unknown.x:\n    more[0].append(nn.Tanh())\n",
        "class Adder:\n    def add(self):\n        layers.append(nn.Tanh())\n        del self\na = Adder()\na.add()\n",
        "def set():\n    global layers\n    layers = [nn.Tanh()]\nset()\n",
    ],
)
def test_what_code_that_is_passed_over_may_have_changed_is_not_known(code):
    text = f"import sys, os, queue, unknown\nlayers = [nn.ReLU()]\n{code}net = nn.Sequential(*layers)\n"
    assert "depends on this: line" in error_line(from_source, text)
    untouched = text.replace("net = nn.Sequential(*layers)", "net = nn.Sequential(nn.ELU())")
    assert [layer_text(layer) for layer in from_source(untouched).layers] == ["ELU()"]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    import timm\nexcept ImportError:\n    timm = None\n",
        "if torch.cuda.is_available():\n    torch.cuda.manual_seed(1)\n",
        "parser = argparse.ArgumentParser()\nargs = parser.parse_args()\nif args.quick:\n    epochs = 1\n",
        "with open_somewhere() as f:\n    lines = f.readlines()\n",
        "for images, labels in loader:\n    print(images.shape)\n    break\n",
        "@lru_cache\ndef f():\n    pass\n",
        "async def f():\n    await g()\n",
        "class Data(torch.utils.data.Dataset):\n    def __len__(self):\n        return 3\n",
        "assert torch.__version__ > '2'\n",
        "x = {1, 2} | {3}\n",
        "match x:\n    case 1:\n        pass\n",
        "transform = lambda image: image / 255\n",
    ],
)
def test_what_the_network_does_not_depend_on_need_not_be_read(code):
    text = f"import torch, argparse, nowhere\nfrom data import *\n{code}net = nn.Sequential(nn.ReLU())\n"
    assert [layer_text(layer) for layer in from_source(text).layers] == ["ReLU()"]
