"""What is pasted beside the code: prompts, magics, printed output, Markdown."""

import pytest

from cnnviz.errors import SpecError
from cnnviz.network.source import from_source
from cnnviz.network.source.pasted import cleaned, parse_pasted

CODE = "from torch import nn\nnet = nn.Sequential(\n    nn.ReLU(),\n)\n"


def kinds(text: str) -> list[str]:
    return [layer.kind for layer in from_source(text).layers]


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        f"\ufeff{CODE}",
        CODE.replace("\n", "\r\n"),
        CODE.replace("    ", "\t"),
        "\n".join(f"    {line}" for line in CODE.splitlines()),
        f"%matplotlib inline\n!pip install torch\n%%time\n{CODE}",
        f"if True:\n    !ls\n{CODE}",
        ">>> from torch import nn\n>>> net = nn.Sequential(\n...     nn.ReLU(),\n... )\n"
        ">>> net\nSequential(\n  (0): ReLU()\n)\n",
        f"# A network\n\nIt has one layer:\n\n```python\n{CODE}```\n\nThat's all, isn't it?\n",
        f"{CODE}output:\nSequential(\n  (0): ReLU()\n)\nloss 0.327, train acc 0.881\n",
        f"x = 3\nx\nOutput: 3\n{CODE}",
        f"x = 3\noutput:\nloss 0.1, test acc 0.9\n1409.4 examples/sec on cuda:0\n{CODE}",
        f"x = 3\noutput:\nReLU output shape:\t torch.Size([1, 96, 54, 54])\n\n{CODE}",
    ],
)
def test_it_is_left_out(text):
    assert kinds(text) == ["ReLU"]


def test_lines_keep_their_numbers():
    text = "%matplotlib inline\nx = 1\noutput:\n1.5 examples\n\nx = nn.Conv9d()\nnet = nn.Sequential(x)\n"
    assert len(cleaned(text).splitlines()) == len(text.splitlines())
    with pytest.raises(SpecError, match=r"line 7: a layer here depends on this: line 6: nn\.Conv9d is not among"):
        from_source(text)


def test_a_percent_sign_within_code_stays():
    assert [type(each).__name__ for each in parse_pasted("x = (7\n     % 4)\ny = 7 % 4")] == ["Assign", "Assign"]


def test_a_dictionary_named_output_stays():
    assert kinds("output = {'a': 3}\n" + CODE) == ["ReLU"]
