"""A run's points and numbers as CSV and JSON."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cnnviz.training.records import LayerPoint, PointRow, Run, finite

_NOT_OTHERS_BUSINESS = ("pid", "pid_started", "request", "turn")


def metrics_csv(points: Sequence[PointRow]) -> str:
    """Return one line a point under a head of the names of `PointRow`; what was not measured there is empty."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([PointRow._fields, *points])
    return text.getvalue()


def metrics_json(run: Run, points: Sequence[PointRow], layer_points: Sequence[LayerPoint]) -> str:
    """Return the run with its network and recipe, its points, and what was measured of its layers, as one object.

    What was not measured, or is not finite, is null.
    """
    content = {
        "run": run_dict(run),
        "points": [point._asdict() for point in points],
        "layers": [{"seq": point.seq, "layers": _layers(point)} for point in layer_points],
    }
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def run_dict(run: Run) -> dict[str, Any]:
    """Return a run as JSON's types: the names of `Run`, its recipe as an object."""
    values = {**asdict(run), "recipe": run.recipe.model_dump(mode="json")}
    return {name: value for name, value in values.items() if name not in _NOT_OTHERS_BUSINESS}


def _layers(point: LayerPoint) -> list[dict[str, Any]]:
    rows = map(asdict, point.layers)
    return [{name: finite(each) if isinstance(each, float) else each for name, each in row.items()} for row in rows]
