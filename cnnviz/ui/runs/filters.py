"""Which of all runs are shown: by words, status, data set, network and tags."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

import streamlit as st
import yaml

from cnnviz.training.records import Run

_KEY = "runs.filter."
_FIRST_LINE = "name: "  # of a network's canonical text, where the network has a name


def filtered(runs: Sequence[Run]) -> list[Run]:
    """Show the filters, and return the runs that pass all of them, in their order."""
    search, *boxes = st.columns([3, *(2 for _ in FACETS)], vertical_alignment="bottom")
    words = search.text_input(
        "Search",
        key=f"{_KEY}words",
        placeholder="Name, id, note…",
        persist_state="session",
        help="Every word must be in the run's name, id, network, data, tags or notes.",
    )
    chosen = {}
    for (title, of), box in zip(FACETS.items(), boxes, strict=True):
        with box:
            chosen[title] = _choice(title, _options(runs, of))
    return [run for run in runs if passes(run, words, chosen)]


def passes(run: Run, words: str, chosen: Mapping[str, Iterable[str]]) -> bool:
    """Whether every word is somewhere in a run's words, and of each facet in which something is chosen, one is its."""
    text = _words_of(run)
    return all(word in text for word in words.casefold().split()) and all(
        not set(wanted) or set(wanted) & set(FACETS[title](run)) for title, wanted in chosen.items()
    )


def _words_of(run: Run) -> str:
    words = (run.name, run.id, network_name(run.network), run.recipe.data, *run.tags, run.notes, run.status)
    return " ".join(words).casefold()


@lru_cache(maxsize=10_000)
def network_name(text: str) -> str:
    """Return the name in a network's canonical text, without reading the rest of it."""
    first = text.partition("\n")[0]
    if not first.startswith(_FIRST_LINE):
        return "network"
    return str(yaml.safe_load(first)["name"])


FACETS: Mapping[str, Callable[[Run], Sequence[str]]] = {
    "Status": lambda run: (run.status,),
    "Data": lambda run: (run.recipe.data,),
    "Network": lambda run: (network_name(run.network),),
    "Tags": lambda run: run.tags,
}
"""What a run has one or more of, by the title of the box in which it is chosen."""


def _options(runs: Iterable[Run], of: Callable[[Run], Sequence[str]]) -> list[str]:
    return sorted({each for run in runs for each in of(run)}, key=str.casefold)


def _choice(title: str, options: list[str]) -> list[str]:
    key = f"{_KEY}{title}"
    chosen = st.session_state.get(key) or []
    there = sorted({*options, *chosen}, key=str.casefold)  # what is chosen stays, even where its last run is gone
    placeholder = "All" if there else "None yet"
    return st.multiselect(title, there, key=key, placeholder=placeholder, persist_state="session")
