"""The networks that are compared: each is one word in the page's address, so that a link carries them all."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.network.link import from_link_text, to_link_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.network.summary import Summary
from cnnviz.ui.cached import summary_of, torchvision_summary_of
from cnnviz.ui.state import current_editor
from cnnviz.ui.wording import mistake_text

MOST = 4
PARAM = "networks"  # in the address, once for each of them
TORCHVISION = "torchvision:"
READY_MADE: Mapping[str, tuple[str, ...]] = {
    "LeNet · AlexNet": ("lenet", "alexnet"),
    "AlexNet · VGG-11": ("alexnet", "vgg11"),
    "VGG-11 · narrow": ("vgg11", "vgg11-narrow"),
    "VGG-11 · 13 · 16 · 19": ("vgg11", "vgg13", "vgg16", "vgg19"),
    "AlexNet · NiN": ("alexnet", "nin"),
}
"""Comparisons that are one click away, by what they are called."""

_WORDS, _MISTAKES, _CURRENT = "compare.words", "compare.mistakes", "compare.current"


@dataclass(frozen=True)
class Contender:
    """A network in a comparison: its word in the address, the name it goes by, and what is known of it.

    `network` is None for a model of torchvision, which is only measured.
    """

    word: str
    name: str
    network: Network | None
    summary: Summary


def contenders() -> tuple[Contender, ...]:
    """Return the networks of the page's address, else those that were compared last in this session.

    What cannot be read is left out, and told by `show_mistakes`.
    """
    asked = st.query_params.get_all(PARAM)
    words = _followed(asked or st.session_state.get(_WORDS, next(iter(READY_MADE.values()))))
    found, mistakes = _read(words)
    if len(found) > MOST:
        mistakes.append(f"{MOST} networks can be compared at once; the first {MOST} of {len(found)} are shown")
    if mistakes:
        st.session_state[_MISTAKES] = mistakes
    shown = found[:MOST]
    _keep([each.word for each in shown])
    return _told_apart(shown)


def choose(words: Iterable[str]) -> None:
    """Compare these networks from the next run on; those that stand twice, once."""
    st.session_state.pop(_MISTAKES, None)
    _keep(tuple(dict.fromkeys(words)))


def add(word: str) -> None:
    """Compare one more network.

    Raises SpecError, and changes nothing, where the word is none of a network.
    """
    contender(word)
    choose((*st.session_state.get(_WORDS, ()), word))


def add_current() -> None:
    """Compare the network of the Design page too, as it is and as it will be edited."""
    st.session_state[_CURRENT] = to_link_text(current_editor().network)
    add(st.session_state[_CURRENT])


def remove(word: str) -> None:
    """Leave a network out of the comparison."""
    choose(each for each in st.session_state.get(_WORDS, ()) if each != word)


def say(mistake: str) -> None:
    """Have a mistake shown by `show_mistakes` until the next change."""
    st.session_state[_MISTAKES] = [mistake]


def show_mistakes() -> None:
    """Show what could not be read, until something else is chosen."""
    for mistake in st.session_state.get(_MISTAKES, ()):
        st.error(mistake_text(mistake), icon=":material/error:")


def contender(word: str) -> Contender:
    """Return the network that a word stands for.

    Raises SpecError where it is none.
    """
    if word.startswith(TORCHVISION):
        name = word.removeprefix(TORCHVISION)
        return Contender(word, f"torchvision {name}", None, torchvision_summary_of(name, ""))
    network = _network(word)
    return Contender(word, _name(word, network), network, summary_of(network))


@st.cache_resource(max_entries=200, show_spinner=False)
def _network(word: str) -> Network:
    return from_link_text(word)


def _name(word: str, network: Network) -> str:
    is_changed = word not in PRESETS and network.name in (preset(name).name for name in PRESETS)
    return f"{network.name}, changed" if is_changed else network.name


def _read(words: Iterable[str]) -> tuple[list[Contender], list[str]]:
    found, mistakes = [], []
    for word in dict.fromkeys(words):
        try:
            found.append(contender(word))
        except CnnvizError as error:
            mistakes.append(str(error))
    return found, mistakes


def _told_apart(found: Sequence[Contender]) -> tuple[Contender, ...]:
    """Return networks with a number behind each name that is not the first of its kind."""
    seen: Counter[str] = Counter()
    named = []
    for each in found:
        seen[each.name] += 1
        number = f" ({seen[each.name]})" if seen[each.name] > 1 else ""
        named.append(replace(each, name=each.name + number))
    return tuple(named)


def _followed(words: Sequence[str]) -> Sequence[str]:
    """Return the words with that of the Design page's network as it is now, where it was added."""
    before = st.session_state.get(_CURRENT)
    if before not in words:
        return words
    st.session_state[_CURRENT] = to_link_text(current_editor().network)
    return [st.session_state[_CURRENT] if word == before else word for word in words]


def _keep(words: Sequence[str]) -> None:
    """Remember the words, and put them into the address, where a reload finds them."""
    st.session_state[_WORDS] = tuple(words)
    if st.query_params.get_all(PARAM) != list(words):
        st.query_params.from_dict({PARAM: list(words)})
