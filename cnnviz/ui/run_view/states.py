"""How each state of a run is shown, and what is said of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from cnnviz.formatting import capitalized, duration_text
from cnnviz.training.events import summary_lines
from cnnviz.training.records import Run, Status
from cnnviz.ui.cached import open_store
from cnnviz.ui.wording import mistake_text

_Colour = Literal["gray", "blue", "violet", "green", "orange", "red"]
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ASKED = {"stop": "Stopping…", "pause": "Pausing…"}


@dataclass(frozen=True)
class Badge:
    """A state in a word or two, with its colour and icon."""

    label: str
    colour: _Colour
    icon: str


BADGES: Mapping[Status, Badge] = {
    "queued": Badge("Waiting", "gray", "schedule"),
    "running": Badge("Running", "blue", "play_arrow"),
    "paused": Badge("Paused", "violet", "pause"),
    "stopped": Badge("Stopped", "orange", "stop"),
    "finished": Badge("Finished", "green", "check"),
    "failed": Badge("Failed", "red", "error"),
    "interrupted": Badge("Interrupted", "orange", "power_off"),
}


def badge(run: Run) -> None:
    """Show a run's state, or what it is asked for."""
    shown = BADGES[run.status]
    label = _ASKED[run.request] if run.request and run.is_active else shown.label
    st.badge(label, color=shown.colour, icon=f":material/{shown.icon}:")


def state_line(run: Run) -> None:
    """Say how far a run is, or how it ended."""
    _LINES[run.status](run)


def _queued(run: Run) -> None:
    ahead = waiting_before(run, open_store().active_runs())
    st.progress(0.0, waiting_text(ahead))


def waiting_before(run: Run, runs: Iterable[Run]) -> list[Run]:
    """Return the runs that have a run's device or get it before, in their order."""
    before = [each for each in runs if each.is_active and each.device == run.device and each.id != run.id]
    return sorted((each for each in before if _turn(each) < _turn(run)), key=_turn)


def _turn(run: Run) -> int:
    """Return a run's place in the line; whose turn it is stands before all that wait."""
    return run.turn if run.status == "queued" and run.turn is not None else -1


def waiting_text(ahead: Sequence[Run]) -> str:
    """Say where in the line a run stands, and behind which one."""
    if not ahead:
        return "Its worker is starting: loading PyTorch and the data"
    place = _ORDINALS[len(ahead)] if len(ahead) < len(_ORDINALS) else f"number {len(ahead) + 1}"
    return (
        f"{capitalized(place)} in line, after {ahead[-1].name} ({ahead[-1].id}): one run trains on a device at a time"
    )


def _running(run: Run) -> None:
    st.progress(min(1.0, run.step / max(1, run.num_steps)), progress_text(run))


def progress_text(run: Run) -> str:
    """Say at which step and in which epoch a run is, and how long it takes still."""
    if not run.num_steps:
        return "Loading the data and the network"
    steps_an_epoch = max(1, run.num_steps // run.recipe.epochs)
    epoch = min(run.recipe.epochs, run.step // steps_an_epoch + 1)
    place = f"Epoch {epoch:,} of {run.recipe.epochs:,} · step {run.step:,} of {run.num_steps:,}"
    return f"{place} · {duration_text(run.time_left_s)} left" if run.time_left_s is not None else place


def _paused(run: Run) -> None:
    st.caption(f"Paused {_place(run)}; it goes on from there when it is resumed.")


def _stopped(run: Run) -> None:
    st.caption(f"Stopped {_place(run)}.")


def _place(run: Run) -> str:
    return f"at step {run.step:,} of {run.num_steps:,}" if run.step else "before its first step"


def _finished(run: Run) -> None:
    st.code("\n".join(summary_lines(run)), language=None)


def _failed(run: Run) -> None:
    st.error(mistake_text(run.error or "No reason was recorded"), icon=":material/error:")


def _interrupted(run: Run) -> None:
    st.warning(
        mistake_text(
            capitalized(run.error or "its process is gone"),
            f"It had taken {run.step:,} steps; what it had measured is kept.",
        ),
        icon=":material/power_off:",
    )


_LINES: Mapping[Status, Callable[[Run], None]] = {
    "queued": _queued,
    "running": _running,
    "paused": _paused,
    "stopped": _stopped,
    "finished": _finished,
    "failed": _failed,
    "interrupted": _interrupted,
}
