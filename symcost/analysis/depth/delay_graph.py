"""Graphs of operations whose edges have delays: all ways through them, and the loops.

A loop without delay would have to wait for itself. All other loops are taken apart by elimination, node by node, in
each strongly connected part; between the parts ways only lead on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeAlias, TypeVar

from sympy import sympify

from symcost.analysis.depth.activity import Step
from symcost.analysis.depth.loops import Loop, fewer
from symcost.analysis.depth.order import Order, Steps
from symcost.analysis.depth.walks import STAY, Walk, Walks, after, again, best

Name = TypeVar("Name", bound=Hashable)
Links: TypeAlias = dict[Name, dict[Name, Walks]]


@dataclass(frozen=True)
class DelayGraph:
    """How many steps each node takes, and for which it waits, so many steps of time ago."""

    latencies: Mapping[Any, Steps]
    into: Mapping[Any, list[tuple[Any, Steps]]]

    def reverse(self) -> DelayGraph:
        """The same backwards."""
        onward: dict[Any, list[tuple[Any, Steps]]] = {node: [] for node in self.latencies}
        for node, edges in self.into.items():
            for before, delay in edges:
                onward[before].append((node, delay))
        return DelayGraph(self.latencies, onward)

    def loop_without_delay(self) -> list[Any]:
        """The nodes of a loop of which each waits for the one before at the same time; nothing if there is none."""
        sorter = TopologicalSorter[Any]()
        for node, edges in self.into.items():
            sorter.add(node, *(before for before, delay in edges if delay == 0))
        try:
            sorter.prepare()
        except CycleError as error:
            found: list[Any] = error.args[1]
            return found[:-1]  # which comes twice
        return []

    def parts(self) -> Iterator[list[Any]]:
        """The strongly connected parts, each before those to which it leads, its nodes in their order."""
        import networkx as nx  # only who needs it pays for it

        graph = nx.DiGraph()
        graph.add_nodes_from(self.latencies)
        graph.add_edges_from((before, node) for node, edges in self.into.items() for before, _ in edges)
        rank = {node: place for place, node in enumerate(self.latencies)}
        made = nx.condensation(graph)
        for part in nx.topological_sort(made):
            yield sorted(made.nodes[part]["members"], key=rank.__getitem__)


def walks_to(graph: DelayGraph, order: Order) -> dict[Any, Walks]:
    """The ways from anywhere to each node, through it."""
    found: dict[Any, Walks] = {}
    for part in graph.parts():
        own = {node: _node(node, graph.latencies[node]) for node in part}
        starts = {node: after(best((*STAY, *_into(graph, node, found)), order), own[node], order) for node in part}
        links = _links(graph, own, order)
        found |= solved(starts, links, order) if any(links.values()) else starts
    return found


def _node(node: Hashable, latency: Steps) -> Walks:
    return (Walk(latency, via=(Step((str(node),), sympify(latency)),) if latency != 0 else ()),)


def _into(graph: DelayGraph, node: Hashable, found: Mapping[Any, Walks]) -> Iterator[Walk]:
    for before, delay in graph.into[node]:
        for walk in found.get(before, ()):
            yield Walk(walk.latency, walk.delay + delay, walk.loops, walk.via) if delay != 0 else walk


def _links(graph: DelayGraph, part: Mapping[Any, Walks], order: Order) -> Links[Any]:
    """From each node of a part to each other: the edge's delay, then the node."""
    links: Links[Any] = {node: {} for node in part}
    for node, (own,) in part.items():
        for before, delay in graph.into[node]:
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
