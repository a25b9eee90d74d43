"""EXPORTS: what of a run can be written as a file, and how."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cnnviz.errors import StoreError, shorten
from cnnviz.training.records import Run
from cnnviz.training.store import Store


@dataclass(frozen=True)
class Export:
    """A form of a file: what it is called, what makes it, and whether it needs the run's weights."""

    title: str
    make: Callable[[Store, Run], bytes]
    needs_weights: bool = False


def _safetensors(store: Store, run: Run) -> bytes:
    from cnnviz.training.export.weights import trained_weights, weights_safetensors

    return weights_safetensors(trained_weights(run))


def _pt(store: Store, run: Run) -> bytes:
    from cnnviz.training.export.weights import trained_weights, weights_pt

    return weights_pt(trained_weights(run))


def _csv(store: Store, run: Run) -> bytes:
    from cnnviz.training.export.metrics import metrics_csv

    return metrics_csv(store.points(run.id)).encode()


def _json(store: Store, run: Run) -> bytes:
    from cnnviz.training.export.metrics import metrics_json

    return metrics_json(run, store.points(run.id), store.layer_points(run.id)).encode()


def _source(store: Store, run: Run) -> bytes:
    from cnnviz.training.export.source import run_source

    return run_source(run).encode()


def _onnx(store: Store, run: Run) -> bytes:
    from cnnviz.network.document import parse
    from cnnviz.training.export.onnx import export_onnx
    from cnnviz.training.export.weights import trained_weights

    return export_onnx(parse(run.network), trained_weights(run))


EXPORTS: Mapping[str, Mapping[str, Export]] = {
    "weights": {
        "safetensors": Export("Weights as safetensors", _safetensors, needs_weights=True),
        "pt": Export("Weights as PyTorch's .pt", _pt, needs_weights=True),
    },
    "metrics": {"csv": Export("Metrics as CSV", _csv), "json": Export("Metrics as JSON", _json)},
    "source": {"py": Export("PyTorch code", _source)},
    "onnx": {"onnx": Export("ONNX", _onnx, needs_weights=True)},
}
"""By what is exported, then by the ending of the file, the usual one first. PyTorch is imported when it is needed."""


def export_run(run_id: str, what: str, *, format: str | None = None) -> bytes:
    """Return a run of cnnviz's store as the bytes of a file: its weights, metrics, source or onnx.

    `format` is the ending of such a file: safetensors or pt for weights, csv or json for metrics; left out, the first.
    Raises StoreError for an unknown run, form or ending, and where the run has no weights yet.
    """
    from cnnviz.training.store import open_store

    export = find_export(what, format)
    with open_store() as store:
        return export.make(store, store.run(run_id))


def find_export(what: str, ending: str | None = None) -> Export:
    """Return what makes such a file; without an ending, one with the usual ending.

    Raises StoreError naming what there is.
    """
    if what not in EXPORTS:
        raise StoreError(f"there is no export {shorten(what)}; it is one of {', '.join(EXPORTS)}")
    forms = EXPORTS[what]
    ending = next(iter(forms)) if ending is None else ending
    if ending not in forms:
        raise StoreError(f"{what} cannot be written as {shorten(ending)}; the file must end with .{', .'.join(forms)}")
    return forms[ending]


def file_name(run: Run, ending: str) -> str:
    """Return what a run's file is called: its name and id, so that files of several runs lie side by side."""
    stem = "".join(each if each.isalnum() else "-" for each in run.name).strip("-")
    return f"{stem[:60] or 'run'}-{run.id}.{ending}"
