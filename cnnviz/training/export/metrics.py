"""A run's points and numbers as CSV and JSON."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from cnnviz.training.records import PointRow, Run

_NOT_OTHERS_BUSINESS = ("pid", "pid_started")


def metrics_csv(points: Sequence[PointRow]) -> str:
    """Return one line a point under a head of the names of `PointRow`; what was not measured there is empty."""
    names = [field.name for field in fields(PointRow)]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(point) for point in points)
    return text.getvalue()


def metrics_json(run: Run, points: Sequence[PointRow]) -> str:
    """Return the run with its network, its recipe and its last numbers, and its points, as one object."""
    return json.dumps({"run": run_dict(run), "points": [asdict(point) for point in points]}, indent=1) + "\n"


def run_dict(run: Run) -> dict[str, Any]:
    """Return a run as JSON's types: the names of `Run`, its recipe as an object."""
    values = {**asdict(run), "recipe": run.recipe.model_dump(mode="json")}
    return {name: value for name, value in values.items() if name not in _NOT_OTHERS_BUSINESS}
