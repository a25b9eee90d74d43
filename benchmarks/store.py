"""Whether the run store stays quick when curves are long: what pages and workers do, against the same with short ones.

Two SQLite stores have the same runs; in one of them the newest runs have long curves. Each piece of work is done in
both, in turns. Medians in ms, and their ratio.

    python benchmarks/store.py [--runs 2000] [--points 100000] [--times 20]
"""

import argparse
import itertools
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import cnnviz
from cnnviz.training.events import Point, Progress
from cnnviz.training.published import published_recipe
from cnnviz.training.store import Store

SHORT, NEW = 100, 10  # points of a short curve, and those that a page has not seen yet
NUM_CURVES = 10
MOST = 2.0  # times what it takes with short curves
LENGTHEN = """
WITH RECURSIVE place (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < :last)
INSERT INTO points (run_id, seq, step, epoch, train_loss, train_acc, lr, elapsed_s)
SELECT id, i, i, i * 0.2, 2.0, 0.5, 0.1, i * 1.5 FROM runs, place WHERE status = 'running'
"""
_counter = itertools.count(1)

WORK: Mapping[str, Callable[[Store, str, int], object]] = {
    "list all runs": lambda store, run_id, last: store.runs(),
    "read one run": lambda store, run_id, last: store.run(run_id),
    "read the newest points": lambda store, run_id, last: store.points(run_id, since=last - NEW),
    "record a point": lambda store, run_id, last: store.add_point(run_id, last, Point(1.0, 2.0, 0.5)),
    "record progress": lambda store, run_id, last: store.set_progress(
        run_id, Progress(next(_counter), 10**6, 0, 1.0, 1.0, 1.0)
    ),
}


def main() -> None:
    """Measure and print; exit code 1 where long curves are felt."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        short, long = (Path(folder) / f"{name}.sqlite3" for name in ("short", "long"))
        fill(short, arguments.runs)
        shutil.copy(short, long)
        lengthen(short, SHORT)
        lengthen(long, arguments.points)
        print(f"{arguments.runs:,} runs, {NUM_CURVES} of them with {SHORT:,} or {arguments.points:,} points")
        with Store(short) as few, Store(long) as many:
            places = [(few, SHORT), (many, arguments.points)]
            ratios = [ratio(name, work, places, arguments.times) for name, work in WORK.items()]
            tell_whole(many, arguments.points)
    if max(ratios) > MOST:
        sys.exit(f"target: at most {MOST:g} times as long")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    return parser.parse_args()


def fill(path: Path, num_runs: int) -> None:
    """Make a store of runs of AlexNet; the newest are running."""
    network = cnnviz.load("alexnet")
    text, recipe = cnnviz.to_text(network), published_recipe(network, data="shapes")
    with Store(path) as store:
        ids = [store.create_run(text, recipe, f"run {number}") for number in range(num_runs)]
        for run_id in ids[:-NUM_CURVES]:
            store.request_stop(run_id)
        for run_id in ids[-NUM_CURVES:]:
            store.claim(run_id, pid=1, pid_started=0.0, device="cpu")


def lengthen(path: Path, last: int) -> None:
    """Add points to the curves of the running runs, faster than a worker would."""
    file = sqlite3.connect(path)
    with file:
        file.execute(LENGTHEN, {"last": last})
    file.close()


def ratio(name: str, work: Callable[[Store, str, int], object], places: list[tuple[Store, int]], times: int) -> float:
    """Print what some work takes in each store, and return the ratio."""
    found: list[list[float]] = [[] for _ in places]
    for _ in range(times + 1):
        for (store, last), each in zip(places, found, strict=True):
            run_id = store.active_runs()[0].id
            started = time.perf_counter()
            work(store, run_id, last)
            each.append(1000 * (time.perf_counter() - started))
    short, long = (statistics.median(each[1:]) for each in found)
    print(f"{name:24} {short:8.2f} ms {long:8.2f} ms  {long / short:.2f}")
    return long / short


def tell_whole(store: Store, num_points: int) -> None:
    """Print what a page's first look at a long curve takes."""
    run_id = store.active_runs()[0].id
    started = time.process_time()
    assert len(store.points(run_id)) == num_points
    print(f"read all {num_points:,} points  {1000 * (time.process_time() - started):.0f} ms of processor time")


if __name__ == "__main__":
    main()
