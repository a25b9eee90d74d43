"""Editors of small networks, and the log that the layer list would send."""

from cnnviz.network.document import list_text, parse
from cnnviz.ui.editor import Editor, open_network, open_preset
from cnnviz.ui.operations import apply_log

NESTED = """\
input_shape: [3, 32, 32]
layers:
  - Conv2d(out_channels=8, kernel_size=3, padding=1)
  - Residual:
      body:
        - Conv2d(out_channels=8, kernel_size=3, padding=1)
        - BatchNorm2d()
  - Concat:
      - - Conv2d(out_channels=4, kernel_size=1)
      - - MaxPool2d(kernel_size=3, stride=1, padding=1)
        - Conv2d(out_channels=4, kernel_size=1)
  - Repeat(n=2):
      - Conv2d(out_channels=8, kernel_size=3, padding=1)
      - ReLU()
"""


def nested() -> Editor:
    return open_network(parse(NESTED))


def lenet() -> Editor:
    return open_preset("lenet")


def log(editor: Editor, *operations: dict) -> dict:
    """A layer list's log: every operation with its number, as the browser sends it."""
    numbered = [{"number": editor.ack + place + 1, **op} for place, op in enumerate(operations)]
    return {"operations": numbered}


def do(editor: Editor, action: str, **needed: object) -> Editor:
    return apply_log(editor, log(editor, {"action": action, **needed}))


def ids(editor: Editor) -> list[str]:
    """Ids of the network's own layers."""
    return [item.id for item in editor.version.items]


def kinds(editor: Editor) -> list[str]:
    return [layer.kind for layer in editor.network.layers]


def text(editor: Editor) -> str:
    return list_text(editor.network.layers)
