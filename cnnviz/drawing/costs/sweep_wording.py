"""What becomes of a network with the size of its image, in words."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from cnnviz.formatting import bytes_text, count_text, shape_text
from cnnviz.network.costs.sweep import Sweep, SweepPoint

_MOST_REASONS = 4
_WORTH_SAYING = 1.25  # times the present side, from which costs are compared with it


@dataclass(frozen=True)
class Measure:
    """What a panel shows: its title, a point's value, and how it is written."""

    title: str
    value: Callable[[SweepPoint], int]
    text: Callable[[float], str]


MEASURES: Mapping[str, Measure] = {
    "parameters": Measure("Parameters", lambda point: point.num_params, count_text),
    "mult-adds": Measure("Mult-adds an image", lambda point: point.mult_adds, count_text),
    "outputs": Measure("Outputs an image", lambda point: point.output_bytes, bytes_text),
}


def sweep_sentences(sweep: Sweep) -> tuple[str, ...]:
    """Return how costs change from the present image to the largest, and what becomes of the output."""
    if not sweep.working:
        return ("It works with none of the sizes that were tried.",)
    first, last = sweep.working[0], sweep.working[-1]
    start = sweep.present if sweep.present.problem is None else first
    return tuple(filter(None, (_range(sweep), _growth(start, last), _outputs(sweep.working))))


def _range(sweep: Sweep) -> str:
    """Say which sizes work: from where to where, if that was found to the pixel."""
    points, working = sweep.points, sweep.working
    if len(working) == len(points):
        return "It works with every size that was tried."
    first, last = (shape_text(point.input_shape[1:]) for point in (working[0], working[-1]))
    edges = [other.side - one.side for one, other in pairwise(points) if bool(one.problem) != bool(other.problem)]
    if len(list(runs(points, works=True))) > 1 or any(edge > 1 for edge in edges):
        return f"Of {len(points)} sizes that were tried {len(working)} work, from {first} to {last} pixels."
    if points[-1].problem is None:
        return f"It works from {first} pixels on."
    return f"It works from {first} to {last} pixels." if first != last else f"It works with {first} pixels only."


def _growth(start: SweepPoint, end: SweepPoint) -> str:
    if end.side < _WORTH_SAYING * start.side:
        return ""
    ratios = {name: _ratio(measure.value(start), measure.value(end)) for name, measure in MEASURES.items()}
    changes = [f"{ratio} the {name}" for name, ratio in ratios.items() if ratio]
    same = [name for name, ratio in ratios.items() if not ratio]
    grown = f"takes {_listed(changes)}" if changes else ""
    kept = f"{_listed(same)} stay the same" if same else ""
    words = "; ".join(filter(None, (grown, kept)))
    return f"{shape_text(end.input_shape[1:])} instead of {shape_text(start.input_shape[1:])} pixels {words}."


def _ratio(before: int, after: int) -> str:
    """Return how many times as much it is, or nothing where it is the same or grows from nothing."""
    return f"{after / before:.1f} ×" if before and before != after else ""


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _outputs(working: Sequence[SweepPoint]) -> str:
    first, last = working[0], working[-1]
    assert first.output_shape is not None
    assert last.output_shape is not None
    if {point.output_shape for point in working} == {first.output_shape}:
        return f"The output is {shape_text(first.output_shape)} with every size that works."
    return f"The output grows with the image, from {shape_text(first.output_shape)} to {shape_text(last.output_shape)}."


def refusals(sweep: Sweep) -> tuple[str, ...]:
    """Return why the network does not work, a sentence for each of the first stretches of sides that do not."""
    sentences = [_reason(sweep, run) for run in runs(sweep.points, works=False)]
    rest = len(sentences) - _MOST_REASONS
    more = (f"{rest} more stretches of sizes do not work.",) if rest > 0 else ()
    return (*sentences[:_MOST_REASONS], *more)


def runs(points: Sequence[SweepPoint], *, works: bool) -> Iterator[list[SweepPoint]]:
    """Yield the points that work, or those that do not, neighbours together."""
    for does_work, run in groupby(points, key=lambda point: point.problem is None):
        if does_work == works:
            yield list(run)


def _reason(sweep: Sweep, run: Sequence[SweepPoint]) -> str:
    """Say of sides that do not work which they are, and why the one next to a side that does is refused."""
    low, high = run[0], run[-1]
    starts, ends = low is sweep.points[0], high is sweep.points[-1]
    if starts and not ends:
        return f"Does not work up to {high.side}: {high.problem}."
    if ends and not starts:
        return f"Does not work from {low.side} on: {low.problem}."
    sides = f"from {low.side} to {high.side}" if low is not high else f"with {low.side}"
    return f"Does not work {sides}: {low.problem}."
