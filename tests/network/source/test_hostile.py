"""Pasted code that means harm, or just never ends: refused quickly, in one line, and nothing of it executed."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.network.source import from_source
from tests.network.refusals import error_line, read_or_refuse
from tests.network.source.running import PASTED

HEAD = "import torch\nfrom torch import nn\n"
NET = "\nnet = nn.Sequential(nn.ReLU())\n"
NEST = "a = ()\nfor _ in range(60):\n    a = (a, a)\n"

ENDLESS = {
    "while True": ("layers = []\nwhile True:\n    layers.append(nn.ReLU())\n" + NET, "line 4: a loop without an end"),
    "while 1 after the network": (NET + "while 1:\n    pass", "line 5: a loop without an end"),
    "a condition that stays true": ("i = 0\nwhile i < 1:\n    i -= 1\n" + NET, "line 5: this runs on"),
    "a long loop": ("for i in range(10**9):\n    pass\n" + NET, "line 3: this runs on"),
    "loops within loops": (
        "for i in range(999):\n    for j in range(999):\n        pass\n" + NET,
        "line 4: this runs on",
    ),
    "a long comprehension": ("net = nn.Sequential(*[nn.ReLU() for _ in range(10**9)])", "line 3: this runs on"),
    "a long list": ("x = list(range(10**9))\n" + NET, "line 3: this runs on"),
    "a long sum": ("x = sum(range(10**9))\n" + NET, "line 3: this runs on"),
    "a long zip": ("for a, b in zip(range(10**9), range(10**9)):\n    pass\n" + NET, "line 3: this runs on"),
    "a long enumerate": ("for i, a in enumerate(range(10**9)):\n    pass\n" + NET, "line 3: this runs on"),
    "a long map": ("x = map(lambda a: a, range(10**9))\n" + NET, "line 3: this runs on"),
    "a list that grows while it is looped over": (
        "a = [1]\nfor i in a:\n    a.append(i)\n" + NET,
        "line 5: a list can have",
    ),
    "recursion": ("def f(n):\n    return f(n + 1)\nnet = f(0)", "line 4: functions can call each other 40 deep"),
    "recursion of two": ("def f():\n    return g()\ndef g():\n    return f()\nnet = f()", "line 6: functions can call"),
    "a lambda of itself": ("net = (lambda x: x(x))(lambda x: x(x))", "line 3: functions can call each other 40 deep"),
    "a forward of itself": (
        "class N(nn.Module):\n    def forward(self, x):\n        return self(x)\nnet = N()",
        "line 5: ",
    ),
    "an object of itself": (
        "class N(nn.Module):\n    def __init__(self):\n        self.n = N()\nnet = N()",
        "line 5: ",
    ),
    "a network in itself": ("net = nn.Sequential(nn.ReLU())\nnet.append(net)", "line 4: what stands here is nested"),
    "functions around functions": (
        "f = lambda x: x\nfor _ in range(5000):\n    f = (lambda g: lambda x: g(x))(f)\nnet = nn.Conv2d(1, f(1), 1)",
        "line 5: functions can call each other 40 deep",
    ),
}
LARGE = {
    "a power": ("x = 10 ** 10 ** 10\n" + NET, "line 3: a whole number can be up to 2⁶³"),
    "a shift": ("x = 1 << 10**9\n" + NET, "line 3: a whole number can be up to 2⁶³"),
    "squares of squares": ("x = 2\nfor _ in range(99):\n    x = x * x\n" + NET, "line 5: a whole number can be"),
    "a literal": (f"x = 0x{'f' * 90_000}\n" + NET, "line 3: a whole number can be"),
    "a string times": ("x = 'a' * 10**9\n" + NET, "line 3: a list or string can have 10,000"),
    "a list times": ("x = [0] * 10**9\n" + NET, "line 3: a list or string can have 20,000"),
    "a string doubled": ("x = 'ab'\nfor _ in range(99):\n    x = x + x\n" + NET, "line 5: a string can have 10,000"),
    "a list doubled": ("x = [1]\nfor _ in range(99):\n    x += x\n" + NET, "line 5: a list can have 20,000"),
    "a list extended by itself": ("x = [1]\nfor _ in range(99):\n    x.extend(x)\n" + NET, "line 5: a list can have"),
    "copies of a list": ("x = [0] * 20000\ny = [x[:] for _ in range(20000)]\n" + NET, "line 4: this runs on"),
    "what may be changed, around itself": (
        NEST + "if unknown.x:\n    a[0]\nfor _ in range(10**9):\n    pass",
        "line 9: this runs on",
    ),
    "a dict": ("d = {}\nfor i in range(10**6):\n    d[i] = i\n" + NET, "line 5: a list can have 20,000"),
    "attributes": (
        "class A(nn.Module):\n    def __init__(self):\n        for i in range(10**6):\n"
        "            setattr(self, f'x{i}', i)\nnet = A()",
        "line 6: this runs on",
    ),
    "too many layers": (
        "net = nn.Sequential(*[nn.ReLU() for _ in range(5001)])",
        "layers must be a list of 1 to 5,000 layers",
    ),
    "layers doubled": (
        "net = nn.Sequential(nn.ReLU())\nfor _ in range(60):\n    net = nn.Sequential(net, net)",
        "line",
    ),
    "sums of sums": (
        "class N(nn.Module):\n    def forward(self, x):\n        a = b = x\n        for _ in range(99):\n"
        "            a, b = b, torch.relu(a) + b\n        return b\nnet = N()",
        "line 7: a network can have 5,000 layers",
    ),
    "deep containers": (
        "net = nn.ReLU()\nfor _ in range(60):\n    net = nn.Sequential(net)",
        "line 4: containers can be",
    ),
    "too many channels": ("net = nn.Conv2d(1, 10**9, 1)", "line 3: Conv2d: out_channels must be a whole number from 1"),
    "long text": ("#" * 600_001, "pasted code can have 600,000 characters, and this has 600,0"),
    "brackets": ("(" * 100_000, "line 3: this is not Python: too many nested parentheses"),
    "signs": (f"x = {'-' * 100_000}1", "this text cannot be read as Python: it is nested too deeply"),
    "sums": (f"x = {'1+' * 200_000}1", "this text cannot be read as Python: it is nested too deeply"),
    "dots": (f"x = a{'.b' * 200_000}", "this text cannot be read as Python: it is nested too deeply"),
    "branches": ("if x == 1:\n    pass\n" + "elif x == 2:\n    pass\n" * 20_000, "this text cannot be read as Python"),
}
FORBIDDEN = {
    "__import__('os').system('touch {trace}')\n": "__import__",
    'eval(\'open("{trace}", "w")\')\n': "eval",
    'exec(\'open("{trace}", "w")\')\n': "exec",
    "open('{trace}', 'w')\n": "open",
    "compile('1', '', 'exec')\n": "compile",
    "x = ().__class__.__bases__[0].__subclasses__()\n": ".__subclasses__",
    "x = print.__self__\n": ".__self__",
    "x = nn.__dict__\n": ".__dict__",
    "x = __builtins__\n": "__builtins__",
    "globals()['x'] = 1\n": "globals",
    "def f():\n    return (lambda: __loader__)\n": "__loader__",
}


@pytest.mark.parametrize(("code", "message"), [*ENDLESS.values(), *LARGE.values()], ids=[*ENDLESS, *LARGE])
def test_what_never_ends_or_grows_is_refused_quickly_by_its_line(code, message, time_limit):
    with time_limit(60):
        assert error_line(from_source, HEAD + code)[: len(message)] == message


@pytest.mark.parametrize("code", [*ENDLESS, *LARGE])
def test_it_is_refused_in_little_memory(code):
    text = HEAD + {**ENDLESS, **LARGE}[code][0]
    tracemalloc.start()
    try:
        error_line(from_source, text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000 + 500 * len(text)


@pytest.mark.parametrize("code", FORBIDDEN)
@pytest.mark.parametrize("where", ["{}" + NET, NET + "{}"])
def test_ways_out_of_the_text_are_refused_wherever_they_stand(code, where, tmp_path):
    trace = tmp_path / "trace"
    line = error_line(from_source, HEAD + where.format(code.format(trace=trace)))
    assert f"{FORBIDDEN[code]} is never read; only layers and plain Python are" in line
    assert not trace.exists()


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.system('touch {trace}')\n",
        "import pathlib\npathlib.Path('{trace}').touch()\n",
        "from subprocess import run\nrun(['touch', '{trace}'])\n",
        "import torch\ntorch.save(1, '{trace}')\n",
        "class T(nn.Module):\n    import os\n    os.system('touch {trace}')\n",
        "x = [__file__ for _ in range(3)]\n",
    ],
)
def test_what_else_is_imported_and_called_is_never_run(code, tmp_path):
    trace = tmp_path / "trace"
    assert from_source(HEAD + code.format(trace=trace) + NET).layers[0].kind == "ReLU"
    assert not trace.exists()


@pytest.mark.parametrize(
    "code",
    [
        NEST + "x = a == (a, a)",
        NEST + "x = a in [a, 1]",
        NEST + "x = {{a: 1}}",
        NEST + "x = {{}}.get(a)",
        NEST + "x = sorted([a, a])",
        NEST + "x = max(a, a)",
        NEST + "x = str(a)",
        NEST + "x = f'{{a}}'",
        NEST + "x = hash(a)",
        NEST + "x = isinstance(1, a)",
        "x = 0.5 in range(10**9)",
        "x = round(5, -10**9)",
        "x = '%1000000000d' % 1",
        "x = '{{:1000000000}}'.format(1)",
        "x = f'{{1:1000000000}}'",
        "x = 'x'.ljust(10**9)",
        "x = int('9' * 9999)",
        "x = (10**9).bit_length()",
        "a = []\na.append(a)\nx = a == a",
        "x = [] * 10**18",
        "def g():\n    yield 1\nx = [*g()]",
        "x = type('A', (), {{}})",
        "x = setattr(nn, 'Conv2d', 1)",
        "x = getattr(1, 'real')",
        "import nowhere.at.all as n\nx = n.o(1)[2](*[3]).w",
        "@torch.no_grad()\ndef f():\n    return 3\nx = f()",
        "x = yes",
    ],
)
def test_what_cannot_be_known_is_no_number_of_channels(code, time_limit):
    text = HEAD + code.replace("{{", "{").replace("}}", "}")
    with time_limit(60):
        assert "line" in error_line(from_source, text + "\nnet = nn.Sequential(nn.Conv2d(1, x, 1))")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (
            "@wrap\ndef f():\n    return nn.ReLU()\nnet = nn.Sequential(f())",
            "line 3: f has a decorator, which cannot be read",
        ),
        ("@wrap\nclass N(nn.Module):\n    pass\nnet = N()", "line 3: N has a decorator, which cannot be read"),
        (
            "class N(nn.Module):\n    def __call__(self, x):\n        return x\nnet = N()",
            "line 3: N changes how Python works",
        ),
        ("class N(nn.Module, metaclass=M):\n    pass\nnet = N()", "line 3: N changes how Python works"),
    ],
)
def test_code_that_changes_other_code_is_refused(code, line):
    assert line in error_line(from_source, HEAD + code)


def test_a_long_name_makes_a_short_error():
    name = "n" * 5000
    for code in (f"net = {name}", f"net = nn.{name}()", f"net = nn.ReLU({name}=1)", f"net = nn.Sequential({name}())"):
        error_line(from_source, HEAD + code)
    error_line(
        from_source, f"{HEAD}class {name}(nn.Module):\n    def forward(self, x, y):\n        pass\nnet = {name}()"
    )
    error_line(from_source, f"{HEAD}x = {{}}['{name}']\nnet = nn.Conv2d(1, x, 1)")
    error_line(from_source, f"{HEAD}x = int('{name}')\nnet = nn.Conv2d(1, x, 1)")


def test_reasons_that_follow_from_each_other_make_a_short_error():
    chain = "".join(f"x{i + 1} = [*x{i}]\n" for i in range(2000))
    assert "line 3" in error_line(from_source, f"{HEAD}x0 = d2l.x()\nd2l = 1\n{chain}net = nn.Sequential(*x2000)")


SOURCES = [path.read_text(encoding="utf-8") for path in sorted(PASTED.glob("*.txt"))]


@settings(max_examples=300)
@given(st.data())
def test_damaged_code_is_read_or_refused(data):
    text = data.draw(st.sampled_from(SOURCES))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    put = data.draw(
        st.sampled_from(["", "(", ")", "\n", "\n    ", "None", "-1", "10**9", "x", "[]", "*", "self", "'", "nn", ":"])
    )
    read_or_refuse(from_source, text[:start] + put + text[end:])


@settings(max_examples=300)
@given(
    st.text()
    | st.lists(st.sampled_from([*"()[]{}:=,.*+-\n\t '\"\\#@", "net", "nn.", "def ", "for ", "in ", "1", "\0"])).map(
        "".join
    )
)
def test_any_text_is_read_or_refused(text):
    read_or_refuse(from_source, text)
