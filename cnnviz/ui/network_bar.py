"""The row that says which network: preset, input shape, classes, width."""

from collections.abc import Collection

import streamlit as st

from cnnviz.formatting import shape_text
from cnnviz.network.notation import parse_shape, parse_width, width_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.scaling import num_classes, with_classes
from cnnviz.network.summary import Summary
from cnnviz.ui.binding import bound, watched
from cnnviz.ui.editor import Editor
from cnnviz.ui.export_panel import export_panel
from cnnviz.ui.open_panel import open_panel
from cnnviz.ui.share_panel import share_panel
from cnnviz.ui.state import edit, view_model, viewed_model

_TORCHVISION = "A model of torchvision…"
_OWN = "own"  # what was opened from a link, a file or text
_FIRST_MODEL = "resnet50"
_WIDTHS = (2.0, 1.0, 0.75, 0.5, 0.25, 0.125)


def network_bar(editor: Editor, summary: Summary) -> None:
    """Show the network's own settings; each edits it."""
    preset_column, input_column, classes_column, width_column, button_column = st.columns(
        [2.6, 1.7, 1.3, 1.2, 5.2], vertical_alignment="bottom"
    )
    with preset_column:
        network_box(editor)
    with input_column:
        _input_box(editor)
    with classes_column:
        _classes_box(editor)
    with width_column:
        _width_box(editor)
    with button_column, st.container(horizontal=True, horizontal_alignment="right"):
        open_panel()
        share_panel(editor.network)
        export_panel(editor.network, summary)
        if st.button("Train", type="primary", icon=":material/play_arrow:", key="to_train"):
            st.switch_page("pages/train.py")


def network_box(editor: Editor) -> None:
    """Show the choice among the presets, and the way to torchvision's models."""
    shown = _TORCHVISION if viewed_model() else editor.preset or _OWN
    own = () if editor.preset else (_OWN,)
    names = {name: preset(name).name for name in PRESETS}
    names[_OWN] = _own_name(editor.network.name, taken=(*names.values(), _TORCHVISION))
    st.selectbox(
        "Network",
        (*own, *PRESETS, _TORCHVISION),
        format_func=lambda name: names.get(name, name),
        **watched(f"{editor.epoch}.preset", shown, _choose),
        help="Opens a preset; undo brings the network before it back.",
    )


def _own_name(name: str, taken: Collection[str]) -> str:
    """Return what a network is called in the box, where Streamlit tells choices apart by what they are called."""
    return f"{name} (own)" if name in taken else name


def _choose(name: str) -> bool:
    if name == _TORCHVISION:
        view_model(viewed_model() or _FIRST_MODEL)
        return True
    view_model(None)
    return name not in PRESETS or edit(lambda editor: editor.opened(preset(name), name))


def _input_box(editor: Editor) -> None:
    shown = shape_text(editor.network.input_shape).replace("×", " × ")
    st.text_input(
        "Input (C × H × W)",
        **bound(f"{editor.epoch}.input_shape", shown, _with_input),
        help="Channels, height and width of one image.",
    )


def _classes_box(editor: Editor) -> None:
    classes = num_classes(editor.network)
    if classes is None:
        st.text_input("Classes", "—", disabled=True, help="No layer of this network has features of its own.")
        return
    st.number_input(
        "Classes",
        step=1,
        **bound(f"{editor.epoch}.classes", classes, lambda e, n: e.with_network(with_classes(e.network, n))),
        help="Outputs of the last layer that has features of its own.",
    )


def _width_box(editor: Editor) -> None:
    shown = width_text(editor.network.width)
    widths = sorted({*_WIDTHS, editor.network.width}, reverse=True)
    st.selectbox(
        "Width",
        [width_text(width) for width in widths],
        accept_new_options=True,
        **bound(f"{editor.epoch}.width", shown, _with_width),
        help="Multiplies the channels of convolutions and blocks; the classifier keeps its size. "
        "Type any ratio, such as 1/3.",
    )


def _with_input(editor: Editor, text: str) -> Editor:
    return editor.with_network(editor.network.replace(input_shape=parse_shape(text)))


def _with_width(editor: Editor, text: str) -> Editor:
    return editor.with_network(editor.network.replace(width=parse_width(text)))
