"""Choosing what is compared: a comparison made beforehand, or any network added and taken away."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.formatting import shape_text
from cnnviz.network.document import parse
from cnnviz.network.link import to_link_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.training.records import Run
from cnnviz.ui.cached import open_store
from cnnviz.ui.compare.contenders import (
    MOST,
    PARAM,
    READY_MADE,
    TORCHVISION,
    Contender,
    add,
    add_current,
    choose,
    remove,
    say,
)
from cnnviz.ui.upload import upload_box, uploaded_network

_CURRENT, _RUN = "current", "run:"
_MODELS = ("alexnet", "vgg11", "vgg16", "resnet18", "resnet50", "googlenet", "mobilenet_v2", "densenet121", "vit_b_16")
_BOX, _FILE, _READY = "compare.add", "compare.file", "compare.ready_made"


def chooser(contenders: Sequence[Contender]) -> None:
    """Show the comparisons made beforehand, the ways to add a network, and the link to what is compared."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _ready_made(contenders)
        with st.container(horizontal=True, vertical_alignment="bottom", width="content"):
            _add_box(contenders)
            _file_panel(contenders)
            _share_panel(contenders)


def _ready_made(contenders: Sequence[Contender]) -> None:
    words = tuple(each.word for each in contenders)
    shown = next((name for name, ready in READY_MADE.items() if ready == words), None)
    st.session_state[_READY] = shown
    st.pills("Ready-made", list(READY_MADE), key=_READY, on_change=_choose_ready_made, args=(shown,))


def _choose_ready_made(shown: str | None) -> None:
    name = st.session_state.get(_READY, shown)
    if name is not None and name != shown:
        choose(READY_MADE[name])


def _add_box(contenders: Sequence[Contender]) -> None:
    options = _options()
    st.session_state[_BOX] = None
    st.selectbox(
        "Add a network",
        list(options),
        format_func=lambda choice: options.get(choice, choice),
        key=_BOX,
        placeholder="A preset, a run, a link…",
        accept_new_options=True,
        disabled=len(contenders) >= MOST,
        on_change=_add_chosen,
        width=260,
        help=f"{MOST} networks at most. Type to search; a link from Share, or {TORCHVISION}NAME, can be given too.",
    )


def _options() -> dict[str, str]:
    """Return what can be added, by what it is called: presets, the edited network, runs' networks, torchvision's."""
    return {
        _CURRENT: "The network on the Design page",
        **{name: preset(name).name for name in PRESETS},
        **{f"{_RUN}{run.id}": f"Run {run.id}: {run.name}, {run.status}" for run in _runs()},
        **{f"{TORCHVISION}{name}": f"torchvision {name}" for name in _MODELS},
    }


def _runs() -> list[Run]:
    """Return the newest run of each network, or none where the store cannot be read."""
    try:
        newest_last = reversed(open_store().runs())
    except CnnvizError:
        return []
    return list({run.network: run for run in newest_last}.values())[::-1]


def _add_chosen() -> None:
    if choice := st.session_state.get(_BOX):
        _tried(lambda: _add(choice))


def _add(choice: str) -> None:
    if choice == _CURRENT:
        add_current()
    elif choice.startswith(_RUN):
        add(to_link_text(parse(open_store().run(choice.removeprefix(_RUN)).network)))
    else:
        for word in _linked(choice):
            add(word)


def _linked(given: str) -> list[str]:
    """Return the words in an address of this page or of the Design page, or the word that was given."""
    found = parse_qs(urlsplit(given).query)
    return found.get(PARAM) or found.get("network") or [given]


def _file_panel(contenders: Sequence[Contender]) -> None:
    with st.popover("Open", icon=":material/folder_open:", disabled=len(contenders) >= MOST, help="Add a file"):
        upload_box(_FILE, lambda: _tried(_add_file))


def _add_file() -> None:
    if network := uploaded_network(_FILE):
        add(to_link_text(network))


def _tried(change: Callable[[], Any]) -> None:
    try:
        change()
    except CnnvizError as error:
        say(f"{error}. The networks below are as they were")


def _share_panel(contenders: Sequence[Contender]) -> None:
    with st.popover("Share", icon=":material/link:", disabled=not contenders, help="A link to this comparison"):
        words = urlencode({PARAM: [each.word for each in contenders]}, doseq=True)
        st.markdown("This link opens these networks as they are now, wherever this app runs at this address.")
        st.code(f"{(st.context.url or '').partition('?')[0]}?{words}", language=None, wrap_lines=True)


def name_cards(contenders: Sequence[Contender]) -> None:
    """Show a card for each network: its name, where it comes from, and a button to remove it."""
    for column, each in zip(st.columns(len(contenders)), contenders, strict=True):
        with column, st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.html(f"<b>{escape(each.name)}</b>", width="content")
                st.button(
                    "Remove",
                    icon=":material/close:",
                    type="tertiary",
                    key=f"compare.remove.{each.word}",
                    on_click=remove,
                    args=(each.word,),
                    help=f"Remove {each.name}",
                )
            st.html(f"<small>{escape(_source(each))}</small>")


def _source(contender: Contender) -> str:
    network = contender.network
    if network is None:
        return f"measured as it is, on {shape_text(contender.summary.input_shape)}"
    given = (network.source, str(network.year or ""))
    return " · ".join(filter(None, given)) or f"on {shape_text(network.input_shape)}"
