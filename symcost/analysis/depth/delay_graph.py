"""Graphs of operations whose edges have delays: all ways through them, and the loops.

A loop without delay would have to wait for itself. All other loops are taken apart by elimination, node by node, in
each strongly connected part; between the parts ways only lead on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sympy import sympify

from symcost.analysis.depth.activity import Step
from symcost.analysis.depth.loops import Loop, fewer
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.walks import STAY, Walk, Walks, after, again, best

if TYPE_CHECKING:
    import networkx as nx

Name = TypeVar("Name", bound=Hashable)
Links: TypeAlias = dict[Name, dict[Name, Walks]]


def walks_to(graph: nx.MultiDiGraph, order: Order) -> dict[Any, Walks]:
    """The ways from anywhere to each node, through it; nodes have a ``latency``, edges a ``delay``."""
    found: dict[Any, Walks] = {}
    for part in _parts(graph):
        entries = {node: best((*STAY, *_into(graph, node, found)), order) for node in part}
        if len(part) == 1 and not graph.has_edge(part[0], part[0]):
            found[part[0]] = after(entries[part[0]], (_node(graph, part[0]),), order)
        else:
            inside = _links(graph, part, order)
            starts = {node: after(entries[node], (_node(graph, node),), order) for node in part}
            found |= solved(starts, inside, order)
    return found


def _parts(graph: nx.MultiDiGraph) -> Iterator[list[Any]]:
    """The strongly connected parts, each before those to which it leads, its nodes in the order of the graph."""
    import networkx as nx  # only who needs it pays for it

    rank = {node: place for place, node in enumerate(graph)}
    made = nx.condensation(graph)
    for part in nx.topological_sort(made):
        yield sorted(made.nodes[part]["members"], key=rank.__getitem__)


def _node(graph: nx.MultiDiGraph, node: Hashable) -> Walk:
    latency = graph.nodes[node]["latency"]
    return Walk(latency, via=(Step((str(node),), sympify(latency)),) if latency != 0 else ())


def _into(graph: nx.MultiDiGraph, node: Hashable, found: Mapping[Any, Walks]) -> Iterator[Walk]:
    for before, _, delay in graph.in_edges(node, data="delay", default=0):
        for walk in found.get(before, ()):
            yield Walk(walk.latency, walk.delay + delay, walk.loops, walk.via) if delay != 0 else walk


def _links(graph: nx.MultiDiGraph, part: Iterable[Any], order: Order) -> Links[Any]:
    """From each node of a part to each other: the edge's delay, then the node."""
    links: Links[Any] = {node: {} for node in part}
    for node in links:
        own = _node(graph, node)
        for before, _, delay in graph.in_edges(node, data="delay", default=0):
            if before in links:
                step = Walk(own.latency, delay, via=own.via)
                links[before][node] = best((*links[before].get(node, ()), step), order)
    return links


def solved(starts: Mapping[Name, Walks], links: Links[Name], order: Order) -> dict[Name, Walks]:
    """The ways to each node of a part: x = starts + x links, by elimination and putting back in."""
    starts = dict(starts)
    into: Links[Name] = {node: {} for node in links}
    for one, row in links.items():
        for other, walks in row.items():
            into[other][one] = walks
    left = {node: dict(row) for node, row in links.items()}
    eliminated: list[tuple[Name, Walks]] = []
    while left:
        node = min(left, key=lambda each: (len(left[each]) * len(into[each]), 0))
        row = left.pop(node)
        rounds = again(row.pop(node, ()), order)
        into[node].pop(node, None)
        for other, step in row.items():
            onward = after(rounds, step, order)
            del into[other][node]
            starts[other] = best((*starts.get(other, ()), *after(starts[node], onward, order)), order)
            for before, walks in into[node].items():
                made = best((*left[before].get(other, ()), *after(walks, onward, order)), order)
                left[before][other] = into[other][before] = made
        for before in into[node]:
            del left[before][node]
        eliminated.append((node, rounds))
    found: dict[Name, Walks] = {}
    for node, rounds in reversed(eliminated):
        reaching = [walk for before, step in into[node].items() for walk in after(found[before], step, order)]
        found[node] = after(best((*starts[node], *reaching), order), rounds, order)
    return found


def loops_of(walks: Iterable[Walk], order: Order) -> tuple[Loop, ...]:
    """All loops on some ways, but those that another one is as good as."""
    return fewer((loop for walk in walks for loop in walk.loops), order)
