"""A layer explained: one that fits, one that does not, one around it, and one behind it that was never measured."""

from collections.abc import Iterator

from cnnviz.errors import SpecError
from cnnviz.formatting import capitalized
from cnnviz.network.diagnosis.case import case_of
from cnnviz.network.diagnosis.remedies import remedy_for
from cnnviz.network.diagnosis.spots import spot_of
from cnnviz.network.explanation.fields import field_before, field_formulas, field_note
from cnnviz.network.explanation.lessons import LESSONS
from cnnviz.network.explanation.misfits import misfit_formulas
from cnnviz.network.explanation.records import Explanation, Formula
from cnnviz.network.explanation.shares import shares_of
from cnnviz.network.explanation.sizes import size_formulas
from cnnviz.network.explanation.weights import parameter_formulas, sum_formulas
from cnnviz.network.explanation.writing import described
from cnnviz.network.infer import Inferred, Node, Problem, infer_shapes, walk_nodes
from cnnviz.network.layers import LAYERS, all_params
from cnnviz.network.spec import Network
from cnnviz.network.summary import summarize


def explain(network: Network, path: str) -> Explanation:
    """Return what a layer does and where its numbers come from; its path is that of its row, such as "3.body.0".

    One that does not fit is explained by the number that is wrong, and one behind it in general words.
    Raises SpecError when there is no such layer, or one is wrong in itself.
    """
    inferred = infer_shapes(network)
    node, problem = node_at(inferred, path), inferred.problem
    if node is not None and node.output_shape is not None:
        return _fitting(network, inferred, node)
    if problem is None:
        raise SpecError(f"there is no layer {path[:60]} in {network.name}")
    if problem.path == path:
        return _failing(network, inferred, problem)
    return _around_problem(node, problem) if node else _behind_problem(network, path, problem)


def node_at(inferred: Inferred, path: str) -> Node | None:
    """Return the layer at a path, or None where none was measured."""
    return next((node for node, _ in walk_nodes(inferred.nodes) if node.path == path), None)


def _fitting(network: Network, inferred: Inferred, node: Node) -> Explanation:
    summary = summarize(network)
    fields = {row.path: row.receptive_field for row in summary.rows if row.receptive_field}
    seen = list(field_formulas(node, field_before(inferred.nodes, node.path, fields), fields.get(node.path)))
    lesson = LESSONS[node.layer.kind]
    notes = [*lesson.notes(node), "" if seen else field_note(node, fields.get(node.path), network.input_shape)]
    return Explanation(
        path=node.path,
        kind=node.layer.kind,
        title=_title(node.path, node.layer.kind),
        what=lesson.what(node),
        formulas=(*lesson.formulas(node), *size_formulas(node), *_costs(node), *seen),
        shares=shares_of(next(row for row in summary.rows if row.path == node.path), summary),
        notes=tuple(filter(None, [*notes, *_place_notes(network, node)])),
    )


def _costs(node: Node) -> Iterator[Formula]:
    if not node.is_leaf:
        return sum_formulas(node)
    weights = LESSONS[node.layer.kind].weights(node)
    return parameter_formulas(node, weights) if weights else iter(())


def _place_notes(network: Network, node: Node) -> Iterator[str]:
    """Say where a layer inside a block is written, and what the width ratio has made of one that is written."""
    spot = spot_of(network, node.path)
    if spot.path != node.path:
        yield f"It is one of the layers that {spot.name} stands for."
        return
    for name, written in spot.layer.params.items():
        if LAYERS[node.layer.kind].params[name].scaled and node.params.get(name, written) != written:
            yield f"Written as {name}={written}; the width ratio {network.width:g} makes it {node.params[name]}."


def _failing(network: Network, inferred: Inferred, problem: Problem) -> Explanation:
    case, kind = case_of(network, inferred), LAYERS[problem.kind]
    node = node_at(inferred, problem.path)
    if node is None:
        node = Node(problem.path, case.layer, all_params(case.layer), problem.input_shape, None)
    return Explanation(
        path=problem.path,
        kind=problem.kind,
        title=_title(problem.path, problem.kind),
        what=(kind.help, f"It cannot take {described(problem.input_shape)}: {problem.reason}."),
        formulas=tuple(misfit_formulas(node)),
        notes=(f"It takes {remedy_for(case).wanted(case)}.",),
        fits=False,
    )


def _around_problem(node: Node, problem: Problem) -> Explanation:
    why = capitalized(f"layer {problem.path} ({problem.kind}) inside it does not fit: {problem.reason}.")
    return _in_general(node.path, node.layer.kind, why)


def _behind_problem(network: Network, path: str, problem: Problem) -> Explanation:
    spot = spot_of(network, path)
    why = f"Its numbers are known once layer {problem.path} ({problem.kind}) fits, which it does not yet."
    return _in_general(spot.path, spot.layer.kind, why)


def _in_general(path: str, kind: str, why: str) -> Explanation:
    return Explanation(path, kind, _title(path, kind), (LAYERS[kind].help, why), fits=False)


def _title(path: str, kind: str) -> str:
    return f"Layer {path} · {kind}"
