"""Findings on how a network ends: what its output is, and how much its linear layers hold."""

import math
from collections.abc import Iterator

from cnnviz.errors import SpecError
from cnnviz.formatting import count_text, percent_text, shape_text
from cnnviz.network.diagnosis.channels import following
from cnnviz.network.diagnosis.fitting import Fitting
from cnnviz.network.diagnosis.records import Finding, Fix, Severity
from cnnviz.network.diagnosis.rows import FLATTEN, GLOBAL_POOL
from cnnviz.network.diagnosis.spots import layers_text, paths_of
from cnnviz.network.edits import Edit
from cnnviz.network.infer import Node
from cnnviz.network.scaling import with_classes
from cnnviz.network.spec import Shape

_MANY_PARAMS = 1_000_000
_LARGE_SHARE = 0.75
_SHARES = ("Softmax", "Sigmoid")


def activation_at_the_end(fitting: Fitting) -> Iterator[Finding]:
    """Cross-entropy takes scores of either sign as they are, and applies softmax itself."""
    last = _last(fitting)
    if last is None or last.kind.role != "activation" or len(last.input_shape) != 1:
        return
    severity: Severity = "warning"
    if last.layer.kind == "LogSoftmax":
        title, severity = "LogSoftmax before cross-entropy", "note"
        reason = f"layer {last.path} does what cross-entropy does itself; the loss is the same without it"
    elif last.layer.kind in _SHARES:
        title = f"{last.layer.kind} before cross-entropy"
        reason = f"layer {last.path} squeezes the scores; cross-entropy does that itself, and twice makes learning slow"
    else:
        title = f"{last.layer.kind} after the last layer"
        reason = f"layer {last.path} bends the {last.input_shape[0]} scores, which should be free to take any value"
    fix = fitting.fix(f"Remove layer {last.path}", fitting.removing([last]), "the output is the scores themselves")
    yield Finding(title, reason, (last.path,), severity, fix)


def dropout_at_the_end(fitting: Fitting) -> Iterator[Finding]:
    """Dropout after the last layer drops scores."""
    last = _last(fitting)
    if last is not None and last.kind.role == "regularisation" and len(last.input_shape) == 1:
        yield Finding(
            f"{last.layer.kind} after the last layer",
            f"while training, layer {last.path} sets some of the {last.input_shape[0]} scores to 0",
            (last.path,),
            "warning",
            fitting.fix(f"Remove layer {last.path}", fitting.removing([last]), "no score is dropped"),
        )


def other_number_of_classes(fitting: Fitting) -> Iterator[Finding]:
    """The data has another number of classes than the output."""
    output, classes = _output(fitting), fitting.classes
    if classes is not None and output is not None and len(output) == 1 and output[0] != classes:
        yield Finding(
            "Another number of classes",
            f"the network makes {output[0]} values, and the data has {classes} classes",
            (fitting.inferred.nodes[-1].path,),
            "warning",
            _with_classes(fitting, classes),
        )


def output_that_is_no_row(fitting: Fitting) -> Iterator[Finding]:
    """A classifier's output is a row; one that enlarges maps is meant to make an image."""
    output = _output(fitting)
    if output is None or len(output) == 1 or _makes_images(fitting):
        return
    is_map = len(output) == 3 and math.prod(output[1:]) > 1
    layers = (GLOBAL_POOL, FLATTEN) if is_map else (FLATTEN,)
    last = fitting.spot_of(fitting.inferred.nodes[-1])
    title = "Append a global pool and Flatten" if is_map else "Append Flatten"
    yield Finding(
        "The output is not a row of scores",
        f"the network makes {shape_text(output)}, and a classifier one value for each class",
        (last.path,),
        "note",
        fitting.fix(
            title, (last.appending(*layers),), f"the output is {output[0] if is_map else math.prod(output)} values"
        ),
    )


def large_classifier(fitting: Fitting) -> Iterator[Finding]:
    """The linear layers hold most parameters: a global pool before them would save nearly all of it."""
    linear = [node for node in fitting.leaves if node.layer.kind == "Linear"]
    held = sum(node.num_params for node in linear)
    total = sum(node.num_params for node in fitting.inferred.nodes)
    others = any(node.kind.role == "convolution" for node in fitting.leaves)
    if others and held >= _MANY_PARAMS and held >= _LARGE_SHARE * total:
        count = f"{len(linear)} linear layer{'s' if len(linear) > 1 else ''}"
        yield Finding(
            "Most parameters are in the linear layers",
            f"{percent_text(held / total)} of {count_text(total)} parameters are in {count} ({layers_text(linear)})",
            paths_of(linear),
            "note",
            _pooled_before(fitting, linear[0]),
        )


def _pooled_before(fitting: Fitting, linear: Node) -> Fix | None:
    """Pool to one value a channel before what flattens the map for the first linear layer."""
    before = [
        node for node in fitting.leaves if node.layer.kind == "Flatten" and node.output_shape == linear.input_shape
    ]
    if not before or math.prod(before[-1].input_shape[1:]) == 1:
        return None
    flatten, head = fitting.spot_of(before[-1]), fitting.spot_of(linear)
    edits: list[Edit] = [flatten.inserting(GLOBAL_POOL)]
    if following(head.layer):
        edits.append(head.leaving_out(*following(head.layer)))
    return fitting.saving_fix(f"Insert AdaptiveAvgPool2d(output_size=1) before {flatten.name}", edits)


def _last(fitting: Fitting) -> Node | None:
    """Return the layer that makes the output; Identity and Flatten change none of its values."""
    end = [node for node in fitting.end if node.layer.kind not in ("Identity", "Flatten")]
    return end[-1] if end else None


def _output(fitting: Fitting) -> Shape | None:
    return fitting.inferred.nodes[-1].output_shape if fitting.works else None


def _makes_images(fitting: Fitting) -> bool:
    """Whether the output is as large as the image, or a layer is there to enlarge its map."""
    output = _output(fitting)
    same = output is not None and output[1:] == fitting.network.input_shape[1:]
    enlarging = (node for node in fitting.leaves if node.kind.role == "reshape" or node.kind.weight_per == "input")
    return same or any(_area(node.output_shape) > _area(node.input_shape) > 0 for node in enlarging)


def _area(shape: Shape | None) -> int:
    """Return the pixels of a map (C, H, W), and 0 of anything else."""
    return math.prod(shape[1:]) if shape and len(shape) == 3 else 0


def _with_classes(fitting: Fitting, classes: int) -> Fix | None:
    try:
        network = with_classes(fitting.network, classes)
    except SpecError:
        return None
    return Fix(f"Let the last layer make {classes} values", network, f"one score for each of {classes} classes")
