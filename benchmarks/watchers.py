"""What ten people who watch a run on the Train page cost it, and how the page does: real browser pages, one run.

The run trains all the while; windows of time without and with watchers take turns. The rate of each window is told by
the run's own steps and clock, so the ratio is one of the same process. The browsers, which would be on other machines,
get a core of their own; the worker gets one thread for each other core; the server runs wherever there is room.

    python benchmarks/watchers.py [--watchers 10] [--windows 4] [--seconds 20]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from unittest.mock import patch

import psutil
from page_latency import BROWSERS, FLAGS, served
from playwright.sync_api import Browser, Page, sync_playwright

from cnnviz.training.records import Run
from cnnviz.training.store import Store, open_store

MOST_LOST, SLOWEST_ANSWER_S = 0.05, 1.0
PROGRESS = "[data-testid=stProgress]"
WATCH = f"""() => {{
  window.seen = [];
  let before = "";
  const look = () => {{
    const text = document.querySelector("{PROGRESS}")?.textContent ?? "";
    if (text !== before) window.seen.push(performance.now() / 1000);
    before = text;
  }};
  new MutationObserver(look).observe(document.body, {{ childList: true, characterData: true, subtree: true }});
}}"""


def main() -> None:
    """Measure and print; exit code 1 where a target is missed."""
    given = _arguments()
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    print(f"{busy:.1f} processes were running on {cores} cores" + (": NOT IDLE" if busy > cores / 2 else ""))
    alone, watched, gaps = [], [], []
    with watched_run() as (store, run, chromium, address):
        server = served_process()
        for _ in range(given.windows):
            alone.append(measured(store, run.id, server, address, given.seconds))
            with watching(chromium, address, given.watchers) as pages:
                watched.append(measured(store, run.id, server, address, given.seconds))
                gaps += [gap for page in pages for gap in gaps_between(page)]
    _report(alone, watched, gaps, given.watchers)


@dataclass(frozen=True)
class Window:
    """The run's examples/s over some seconds, the server's share of a processor then, and its slowest answer in s."""

    rate: float
    server: float
    slowest_s: float


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watchers", type=int, default=10)
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser.parse_args()


def _report(alone: list[Window], watched: list[Window], gaps: list[float], watchers: int) -> None:
    for name, windows in {"no watchers": alone, f"{watchers} watchers": watched}.items():
        each = ", ".join(f"{window.rate:,.0f}" for window in windows)
        busy = statistics.median(window.server for window in windows)
        print(f"{name:<14}{_rate(windows):>10,.0f} examples/s   ({each})   the server keeps {busy:.0%} of a core busy")
    lost = 1 - _rate(watched) / _rate(alone)
    print(f"lost to watchers: {lost:.1%}")
    slowest_s = max(window.slowest_s for window in watched)
    print(f"the server's slowest answer to somebody new took {1000 * slowest_s:.0f} ms")
    print(
        f"a page shows new numbers every {statistics.median(gaps):.1f} s; the longest wait was {max(gaps):.1f} s, in"
        " browsers that share one core"
    )
    if lost > MOST_LOST or slowest_s > SLOWEST_ANSWER_S:
        sys.exit(f"targets: at most {MOST_LOST:.0%} lost, and no answer slower than {SLOWEST_ANSWER_S:g} s")


def _rate(windows: list[Window]) -> float:
    return statistics.median(window.rate for window in windows)


@contextmanager
def watched_run() -> Iterator[tuple[Store, Run, Browser, str]]:
    """Yield the store of a served app, a run that trains in it, a browser, and the address of the run's page."""
    with (
        tempfile.TemporaryDirectory() as home,
        patch.dict(os.environ, CNNVIZ_HOME=home),
        served(home) as url,
        open_store() as store,
        training() as worker,
        browser() as chromium,
    ):
        run = wait_for_steps(store, worker)
        yield store, run, chromium, f"{url}/train?run={run.id}"


@contextmanager
def training() -> Iterator["subprocess.Popen[bytes]"]:
    """Train LeNet on drawings until the block ends, in a process that leaves the browsers their core."""
    threads = max(1, (os.cpu_count() or 1) - 1)
    command = [sys.executable, "-m", "cnnviz.cli", "train", "lenet", "--data", "shapes", "--epochs", "10000"]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """Yield a browser without a window, on the last core only."""
    mine = psutil.Process()
    before = mine.cpu_affinity()
    mine.cpu_affinity(before[-1:])  # what is started from here inherits it
    try:
        with sync_playwright() as playwright:
            path = next(filter(os.path.exists, BROWSERS), None)
            chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
            yield chromium
            chromium.close()
    finally:
        mine.cpu_affinity(before)


@contextmanager
def watching(chromium: Browser, address: str, watchers: int) -> Iterator[list[Page]]:
    """Yield pages of sessions of their own that show the run, all of them settled."""
    contexts = [chromium.new_context(viewport={"width": 1440, "height": 1200}) for _ in range(watchers)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(address, wait_until="commit")  # one after the other: to open is not to watch
        page.locator(PROGRESS).wait_for(timeout=240_000)
        page.evaluate(WATCH)
    yield pages
    for context in contexts:
        context.close()


def wait_for_steps(store: Store, worker: "subprocess.Popen[bytes]") -> Run:
    """Return the run once it trains. Exits where its process has ended."""
    while not (runs := store.runs()) or runs[0].step < 200:
        if worker.poll() is not None:
            sys.exit("the run ended before it was watched")
        time.sleep(0.5)
    return runs[0]


def served_process() -> psutil.Process:
    """Return the server, which this process has started."""
    started = psutil.Process().children(recursive=True)
    return next(each for each in started if "cnnviz.ui.serve" in each.cmdline())


def measured(store: Store, run_id: str, server: psutil.Process, address: str, seconds: float) -> Window:
    """Return how a run and the server do over the next seconds; the run's rate is by its own count and clock."""
    first, started_s, busy_s = store.run(run_id), time.monotonic(), _busy_s(server)
    answers = []
    while time.monotonic() - started_s < seconds:
        time.sleep(0.5)
        answers.append(_answer_s(address))
    last, server_s = store.run(run_id), _busy_s(server) - busy_s
    num_examples = (last.step - first.step) * first.recipe.batch_size
    share = server_s / (time.monotonic() - started_s)
    return Window(num_examples / (last.elapsed_s - first.elapsed_s), share, max(answers))


def _answer_s(address: str) -> float:
    started_s = time.monotonic()
    with urllib.request.urlopen(address, timeout=60) as page:
        page.read()
    return time.monotonic() - started_s


def _busy_s(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


def gaps_between(page: Page) -> list[float]:
    """Return the seconds between the moments at which a page showed other numbers."""
    seen: list[float] = page.evaluate("window.seen")
    return [after - before for before, after in pairwise(seen)]


if __name__ == "__main__":
    main()
