"""Changes to several layers of a failing container that only help together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cnnviz.network.checks import pair, reach
from cnnviz.network.diagnosis.case import Case
from cnnviz.network.diagnosis.ideas import Idea, adjusted, calls_text, size, words
from cnnviz.network.diagnosis.spots import Spot, layers_text
from cnnviz.network.edits import Edit, Place
from cnnviz.network.infer import Node, walk_nodes
from cnnviz.network.layers import part_names
from cnnviz.network.spec import Layer, Shape, Value


@dataclass(frozen=True)
class Part:
    """One list of layers of the failing container: its number, what ran in it and what came out."""

    number: int
    name: str
    nodes: tuple[Node, ...]
    output: Shape


@dataclass(frozen=True)
class Plan:
    """Parameters to set, by the place of their layer, and layers to put in; `|` makes one plan of two."""

    settings: Mapping[Place, tuple[Spot, Mapping[str, Value]]] = field(default_factory=dict)
    additions: tuple[Idea, ...] = ()

    def __or__(self, other: "Plan") -> "Plan":
        settings = dict(self.settings)
        for place, (spot, params) in other.settings.items():
            before = settings[place][1] if place in settings else {}
            settings[place] = (spot, {**before, **params})
        return Plan(settings, self.additions + other.additions)

    @property
    def idea(self) -> Idea:
        """The plan as one idea; layers that get the same parameters are named together."""
        named: dict[str, list[Spot]] = {}
        for spot, params in self.settings.values():
            named.setdefault(words(**params), []).append(spot)
        each = [f"{params} in {_names(spots)}" for params, spots in named.items()]
        titles = [f"Set {', and '.join(each)}"] if each else []
        titles += [idea.title for idea in self.additions]
        edits = [spot.setting(**params) for spot, params in self.settings.values()]
        edits += [edit for idea in self.additions for edit in idea.edits]
        return Idea(", and ".join([titles[0], *(title[:1].lower() + title[1:] for title in titles[1:])]), tuple(edits))


def _names(spots: list[Spot]) -> str:
    return spots[0].name if len(spots) == 1 else layers_text(spots)


def parts_of(case: Case) -> tuple[Part, ...]:
    """Return the parts of the failing container."""
    node = case.container
    return tuple(
        Part(number, name, nodes, (nodes[-1].output_shape if nodes else None) or node.input_shape)
        for number, (name, nodes) in enumerate(zip(part_names(node.layer), node.parts, strict=True))
    )


def together(plans: Iterable[Plan]) -> Plan:
    """Return one plan of many."""
    whole = Plan()
    for plan in plans:
        whole |= plan
    return whole


def same_size(case: Case, *parts: Part) -> Plan:
    """Let every window in these parts keep the size of its map; empty where all of them do."""
    plan = Plan()
    for node in (node for part in parts for node, _ in walk_nodes(part.nodes) if is_window(node)):
        plan |= settings(case, node, **_keeping_size(node))
    return plan


def _keeping_size(node: Node) -> Mapping[str, Value]:
    """Return stride and padding at which a window keeps the size of its map; an even pool needs an odd window."""
    spread = reach(node.params)
    if all(side % 2 for side in spread):
        return {"stride": 1, "padding": size(*(side // 2 for side in spread))}
    if node.kind.role == "convolution":
        return {"stride": 1, "padding": "same"}
    odd = [side + 1 - side % 2 for side in pair(node.params["kernel_size"])]
    return {"kernel_size": size(*odd), "stride": 1, "padding": size(*(side // 2 for side in odd))}


def is_window(node: Node) -> bool:
    """Whether a window slides over the map, as in convolutions and pools."""
    return node.is_leaf and "kernel_size" in node.params and node.kind.weight_per != "input"


def channels_made(case: Case, part: Part, count: int) -> Plan:
    """Let the last layer of a part that sets the number of channels make another number of them."""
    for node in reversed(part.nodes):
        if node.kind.features:
            return settings(case, node, **{node.kind.features: adjusted(count, case.network)})
    return Plan()


def settings(case: Case, node: Node, **params: Value) -> Plan:
    """Set those parameters of a layer that it has and that are otherwise, where it is written."""
    spot = case.spot_of(node.path)
    changed = {name: value for name, value in params.items() if spot.has(name) and value != spot.value(name)}
    return Plan({spot.place: (spot, changed)}) if changed else Plan()


def appended(case: Case, part: Part, layer: Layer) -> Plan:
    """Put a layer at the end of a part."""
    place = (*case.spot.place, part.number, len(case.spot.layer.parts[part.number]))
    what = f"branch {part.name}" if part.name.isdecimal() else f"the {part.name}"
    title = f"Append {calls_text((layer,))} to {what} of {case.spot.name}"
    return Plan(additions=(Idea(title, (Edit(place, (layer,), removed=0),)),))
