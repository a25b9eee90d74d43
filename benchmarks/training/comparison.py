"""Lets the contestants take turns, and prints how they compare."""

import argparse
import math
import os
import statistics
from collections.abc import Mapping
from contextlib import closing
from itertools import chain
from typing import Literal, get_args

from cnnviz.formatting import duration_text
from cnnviz.training.loop import is_metric_step
from training import breakdown
from training.contestants import Turn, book_recipe, take_turn
from training.processes import Home
from training.recording import Costs, costs

TARGETS = {"alexnet": 1.2, "vgg11-narrow": 2.2}  # ours against the plain loop
BARE_TARGET, RECORDING_TARGET = 0.97, 0.03
OURS = ("loop", "observed", "bare")
BOOK_EXAMPLES = 60_000  # of Fashion-MNIST, an epoch of the book

Kind = Literal["elapsed_s", "processor_s"]
Turns = Mapping[str, list[Turn]]


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    num_turns, num_steps = (2, 1) if arguments.short else (arguments.turns, arguments.steps)
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    print(f"{busy:.1f} processes were running on {cores} cores" + (": NOT IDLE" if busy > cores / 2 else ""))
    for name in arguments.networks or TARGETS:
        _compare(name, num_turns, num_steps)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare ways to train on this CPU.")
    parser.add_argument("networks", nargs="*", help="presets; alexnet and vgg11-narrow if left out")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3, help="steps of a turn, besides one that does not count")
    parser.add_argument("--short", action="store_true", help="two turns of one step: some minutes in all")
    return parser.parse_args()


def _compare(name: str, num_turns: int, num_steps: int) -> None:
    print(f"\n{name}, batch {book_recipe(name).batch_size}, {num_turns} turns of {num_steps} steps, medians")
    with closing(Home(name, ("plain",), as_worker=False)) as theirs, closing(Home(name, OURS, as_worker=True)) as ours:
        turns, peak = _take_turns({"plain": theirs, **dict.fromkeys(OURS, ours)}, num_turns, num_steps)
        print_comparison(name, turns)
        print_recording(name, turns, ours(costs, name))
        print_breakdown(name, turns, ours(breakdown.shares, num_steps), peak)


def _take_turns(homes: Mapping[str, Home], num_turns: int, num_steps: int) -> tuple[Turns, float]:
    """Return the turns, and the most operations a second that the machine was seen to do between them."""
    turns: dict[str, list[Turn]] = {name: [] for name in homes}
    peaks = []
    for _ in range(num_turns):
        for name, home in homes.items():
            turns[name].append(home(take_turn, name, num_steps))
            peaks.append(home(breakdown.peak_flops))
    return turns, max(peaks)


def step_s(turns: list[Turn], kind: Kind = "elapsed_s") -> float:
    """Return the median time of a step, by the clock or of the processors together."""
    times: list[list[float]] = [getattr(turn, kind)[1:] for turn in turns]
    return statistics.median(chain.from_iterable(times))


def print_comparison(name: str, turns: Turns) -> None:
    """Print our loop against the plain one and the bare step, and how far the losses are apart."""
    batch_size = book_recipe(name).batch_size
    for words, each in (("the book's plain loop", "plain"), ("ours", "loop"), ("the bare step", "bare")):
        each_s, processor_s = step_s(turns[each]), step_s(turns[each], "processor_s")
        rate = f"{batch_size / each_s:.1f} examples/s"
        print(f"  {words:<24}{each_s:>8.3f} s a step, {processor_s:.3f} s of processors, {rate}")
    print_ratio("against the plain loop", turns["plain"], turns["loop"], TARGETS.get(name))
    print_ratio("against the bare step", turns["bare"], turns["loop"], BARE_TARGET)
    losses = {each: [loss for turn in turns[each] for loss in turn.losses] for each in ("plain", "loop")}
    apart = max(abs(our / their - 1) for our, their in zip(losses["loop"], losses["plain"], strict=True))
    print(f"  losses of {len(losses['loop'])} steps are at most {apart:.1e} of their size apart")


def print_ratio(words: str, theirs: list[Turn], ours: list[Turn], target: float | None) -> None:
    """Print how many times as fast ours is; the time of processors tells it on a machine that does other work too."""
    ratio, of_processors = (step_s(theirs, kind) / step_s(ours, kind) for kind in get_args(Kind))
    wanted = "" if target is None else f" (target {target:g}×{'' if ratio >= target else '; MISSED'})"
    print(f"  {words:<24}{ratio:>7.2f}×{wanted}, by time of processors {of_processors:.2f}×")


def print_recording(name: str, turns: Turns, cost: Costs) -> None:
    """Print what statistics, points, progress and checkpoints take of an epoch as long as the book's."""
    loop_s, observed_s = step_s(turns["loop"]), step_s(turns["observed"])
    num_steps = math.ceil(BOOK_EXAMPLES / book_recipe(name).batch_size)
    num_points = sum(is_metric_step(index, num_steps) for index in range(num_steps))
    epoch_s = num_steps * loop_s
    recorded = cost.epoch_parts(epoch_s, num_steps=num_steps, num_points=num_points)
    parts = {"statistics": num_points * max(0.0, observed_s - loop_s), **recorded}
    told = ", ".join(f"{words} {each / epoch_s:.2%}" for words, each in parts.items())
    share = sum(parts.values()) / epoch_s
    verdict = "" if share <= RECORDING_TARGET else "  MISSED"
    print(
        f"  recording takes {share:.2%} of an epoch of {duration_text(epoch_s)} (target at most 3 %){verdict}: {told}"
    )


def print_breakdown(name: str, turns: Turns, shares: Mapping[str, float], peak: float) -> None:
    """Print how near a step comes to the fastest arithmetic, and what its time goes to."""
    flops = breakdown.step_flops(name)
    for words, contestant in (("the plain loop", "plain"), ("our loop", "loop")):
        share = flops / step_s(turns[contestant]) / peak
        print(f"  {words} computes at {share:.0%} of the {peak / 1e9:.0f} GFLOP/s of two large matrices' product")
    resizing = breakdown.input_s(name) / step_s(turns["loop"])
    print(f"  {resizing:.1%} of our loop's time goes to resizing and scaling; of the bare step's time")
    for kind, share in sorted(shares.items(), key=lambda item: -item[1]):
        print(f"    {share:>6.1%} {kind}")
