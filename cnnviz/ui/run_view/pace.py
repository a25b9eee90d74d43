"""How often pages look at a run: the more of them, the less often each, so that the server leaves the run its time."""

import math
import time
import uuid
from threading import Lock

import streamlit as st

LOOKS_PER_S = 4.0  # of all sessions together
SLOWEST_S = 5.0


class Pace:
    """When each session looked last; one that is not heard of for a while is gone."""

    def __init__(self) -> None:
        self._looked_s: dict[str, float] = {}
        self._lock = Lock()

    def next_look_s(self, session: str, now_s: float) -> float:
        """Note that a session looks now, and return after how many seconds it is to look again: a whole number."""
        with self._lock:
            self._looked_s[session] = now_s
            self._looked_s = {each: at_s for each, at_s in self._looked_s.items() if now_s - at_s <= 3 * SLOWEST_S}
            num_sessions = len(self._looked_s)
        return min(SLOWEST_S, float(math.ceil(num_sessions / LOOKS_PER_S)))


def next_look_s() -> float:
    """Note that this session looks at a run now, and return after how many seconds it is to look again."""
    session: str = st.session_state.setdefault("run_view.session", uuid.uuid4().hex)
    return _pace().next_look_s(session, time.monotonic())


@st.cache_resource(show_spinner=False)
def _pace() -> Pace:
    return Pace()
