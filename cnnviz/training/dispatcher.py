"""Looks after the queue while the app runs, whether or not anybody has a page open."""

import logging
import threading
import time

from cnnviz.errors import CnnvizError

INTERVAL_S = 1.0

logger = logging.getLogger(__name__)


def start_dispatcher() -> None:
    """Start the next run, and mark those whose process is gone, every second in a thread until this process ends."""
    threading.Thread(target=_dispatch_for_ever, name="dispatcher", daemon=True).start()


def _dispatch_for_ever() -> None:
    told = ""
    while True:
        time.sleep(INTERVAL_S)  # first of all: a page comes before it when the app starts
        try:
            _dispatch_until_it_fails()
        except CnnvizError as error:  # as on a full disk: it may work again later
            if str(error) != told:
                logger.warning("runs that wait are not started: %s", error)
            told = str(error)


def _dispatch_until_it_fails() -> None:
    from cnnviz.training.launch import dispatch
    from cnnviz.training.store import open_store

    with open_store() as store:
        while True:
            dispatch(store)
            time.sleep(INTERVAL_S)
