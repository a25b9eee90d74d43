"""What runs after what and what beside what: the edges of a data flow as a nested arrangement."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[int, int]


@dataclass(frozen=True)
class Branch:
    """One of several ways from a fork to where they meet; some begin on their own, and some lead nowhere."""

    chain: "Chain"
    begins: bool = True
    ends: bool = True


@dataclass(frozen=True)
class Fork:
    """Branches beside each other; with a skip, what comes in also goes straight to where they meet."""

    branches: tuple[Branch, ...]
    skips: bool


@dataclass(frozen=True)
class Tangle:
    """Members in the order they run, joined in a way that is no fork: `links` are places among them.

    Place −1 is what comes before them all, and the place after the last is what follows.
    """

    members: tuple[int, ...]
    links: tuple[Edge, ...]


Element = int | Fork | Tangle
Chain = tuple[Element, ...]


def arrange(members: Sequence[int], edges: Collection[Edge], *, entry: int, exit_: int) -> Chain:
    """Return members, in the order they run, as a chain of members, forks and tangles.

    `edges` lead among them, from `entry` and to `exit_`, each from what runs earlier to what runs later.
    """
    names = (entry, *members, exit_)
    places = {name: place for place, name in enumerate(names)}
    inner = {(places[start], places[end]) for start, end in edges} - {(0, len(members) + 1)}
    bounds = [0, *_cuts(len(names), inner), len(names) - 1]
    return tuple(_elements(names, inner, bounds))


def _cuts(count: int, edges: Collection[Edge]) -> Iterator[int]:
    """Yield the places, but the first and the last, that no edge jumps over."""
    furthest: dict[int, int] = {}
    for start, end in edges:
        furthest[start] = max(furthest.get(start, end), end)
    reach = furthest.get(0, 0)
    for place in range(1, count - 1):
        if reach <= place:
            yield place
        reach = max(reach, furthest.get(place, 0))


def _elements(names: Sequence[int], edges: Collection[Edge], bounds: Sequence[int]) -> Iterator[Element]:
    """Yield what lies between each place that all goes through and the next, and these places themselves."""
    spans = _by_span(edges, bounds)
    for start, end in pairwise(bounds):
        if end - start > 1:
            yield _between(names, spans.get(start, set()), start, end)
        if end < len(names) - 1:
            yield names[end]


def _by_span(edges: Collection[Edge], bounds: Sequence[int]) -> Mapping[int, set[Edge]]:
    """Return the edges between each bound and the next, by the first of the two; no edge leads over a bound."""
    home = {place: start for start, end in pairwise(bounds) for place in range(start, end)}
    found: dict[int, set[Edge]] = {}
    for edge in edges:
        found.setdefault(home[edge[0]], set()).add(edge)
    return found


def _between(names: Sequence[int], edges: Collection[Edge], start: int, end: int) -> Element:
    groups, skips = _groups(range(start + 1, end), edges), (start, end) in edges
    if len(groups) == 1 and not skips:
        links = {(place - start - 1, other - start - 1) for place, other in edges}
        return Tangle(tuple(names[start + 1 : end]), tuple(sorted(links)))
    return Fork(tuple(_branch(names, group, edges, start, end) for group in groups), skips)


def _branch(names: Sequence[int], group: Sequence[int], edges: Collection[Edge], start: int, end: int) -> Branch:
    inside = set(group)
    own = [edge for edge in edges if edge[0] in inside or edge[1] in inside]
    named = [(names[place], names[other]) for place, other in own]
    chain = arrange([names[place] for place in group], named, entry=names[start], exit_=names[end])
    return Branch(chain, begins=any(edge[0] == start for edge in own), ends=any(edge[1] == end for edge in own))


def _groups(places: Sequence[int], edges: Collection[Edge]) -> list[list[int]]:
    """Return the places in groups that no edge joins, each in order, the group of the first place first."""
    leader = {place: place for place in places}

    def first(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for start, end in edges:
        if start in leader and end in leader:
            low, high = sorted((first(start), first(end)))
            leader[high] = low
    groups: dict[int, list[int]] = {}
    for place in places:
        groups.setdefault(first(place), []).append(place)
    return list(groups.values())
