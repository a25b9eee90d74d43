"""How long the Runs page of many stored runs takes to its first paint, beyond that of a page without runs.

Two homes are served, one empty and one with runs; each page is opened anew, again and again, one after
the other. A page is painted when its script has ended and the frame after it is drawn. Medians in seconds.

    python benchmarks/runs_page.py [--runs 2000] [--times 9]
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from page_latency import browser_page, served
from playwright.sync_api import Page

import cnnviz
from cnnviz.training.events import Progress, Result
from cnnviz.training.published import published_recipe
from cnnviz.training.store import Store, open_store

TARGET_S = 1.0  # beyond an empty page
SELECTORS = ("[data-testid=stAlert]", "[data-testid=stDataFrame] canvas")  # of the empty page and the full one
NETWORKS = ("lenet", "bn-lenet", "alexnet", "vgg11-narrow")
PAINTED = """(selector) => new Promise((resolve) => {
  const look = () => {
    const app = document.querySelector('[data-testid=stApp]');
    const is_there = app?.dataset.testScriptState === 'notRunning' && document.querySelector(selector);
    requestAnimationFrame(is_there ? () => resolve(performance.now()) : look);
  };
  look();
})"""


def main() -> None:
    """Measure and print; exit code 1 where the target is missed."""
    arguments = _arguments()
    with ExitStack() as stack:
        homes = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        started = time.perf_counter()
        fill(Path(homes[1]), arguments.runs)
        print(f"{arguments.runs:,} runs recorded in {time.perf_counter() - started:.0f} s")
        urls = [stack.enter_context(served(home)) for home in homes]
        page = stack.enter_context(browser_page())
        empty, full = measured(page, urls, arguments.times)
    print(f"first paint: {empty:.2f} s without runs, {full:.2f} s with {arguments.runs:,}: {full - empty:+.2f} s")
    if full - empty > TARGET_S:
        sys.exit(f"target: {TARGET_S} s more")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--times", type=int, default=9)
    return parser.parse_args()


def fill(home: Path, num_runs: int) -> None:
    """Record runs that differ in network, recipe and result, a few of them stopped or failed."""
    draw = random.Random(0)
    networks = [cnnviz.load(name) for name in NETWORKS]
    with patch.dict(os.environ, CNNVIZ_HOME=str(home)), open_store() as store:
        for number in range(num_runs):
            network = draw.choice(networks)
            recipe = published_recipe(network, lr=draw.choice([0.01, 0.1, 0.9]), seed=draw.randrange(5))
            run_id = store.create_run(cnnviz.to_text(network), recipe, f"{network.name} {number}")
            store.claim(run_id, pid=1, pid_started=0.0, device="cpu")
            _end(store, run_id, draw)


def _end(store: Store, run_id: str, draw: random.Random) -> None:
    """Have a run end with numbers of its own; one in ten is stopped half way."""
    is_stopped, accuracy = draw.random() < 0.1, draw.uniform(0.5, 0.95)
    store.set_progress(run_id, Progress(1175 if is_stopped else 2350, 2350, 9, 60.0, 5000.0, 4000.0))
    if is_stopped:
        store.stop(run_id)
    else:
        store.finish(run_id, Result(2 * (1 - accuracy), accuracy, accuracy - 0.01, 5000.0, 4000.0, "cpu"))


def measured(page: Page, urls: list[str], times: int) -> list[float]:
    """Return the median time to the first paint of each page, opened in turns; the first time of each warms up."""
    found: list[list[float]] = [[], []]
    for _ in range(times + 1):
        for url, selector, each in zip(urls, SELECTORS, found, strict=True):
            page.goto("about:blank")
            page.goto(f"{url}/runs", wait_until="commit")
            each.append(page.evaluate(PAINTED, selector) / 1000)
    return [statistics.median(each[1:]) for each in found]


if __name__ == "__main__":
    main()
