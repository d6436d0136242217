"""What of a picture lies on the critical path: in all cases, or in some where sizes decide."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Step
from symcost.analysis.depth.path import flat
from symcost.analysis.depth.ready import Rounds
from symcost.analysis.depth.schedule import Schedule
from symcost.drawing.description import Critical, Edge, Key, Kind, Node, Picture

if TYPE_CHECKING:
    import networkx

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """A critical path: its steps by their names, in order, and the loops in time that it goes round."""

    steps: tuple[Names, ...]
    loops: tuple[tuple[tuple[Names, ...], Expr], ...] = ()  # what lies on a loop, and its delay


def way_of(schedule: Schedule) -> Way:
    """The critical path of a schedule."""
    steps: list[Names] = []
    loops: list[tuple[tuple[Names, ...], Expr]] = []
    for each in flat(schedule.way):
        if isinstance(each, Step):
            steps.append(each.names)
        elif isinstance(each, Rounds) and each.steps != 0:
            loop = each.loops[0]  # where it is not decided which, the first
            around = tuple(part.names for part in flat(loop.via) if isinstance(part, Step))
            loops.append((around, sympify(loop.delay)))
            steps.extend(around)
    return Way(tuple(steps), tuple(loops))


def marked(picture: Picture, ways: Sequence[Way]) -> Picture:
    """The picture with what lies on critical paths marked, one path for each case."""
    found = [_Found.of(picture, way) for way in ways]

    def mark(lies: Callable[[_Found], bool]) -> Critical:
        told = [lies(each) for each in found]
        return Critical.YES if told and all(told) else Critical.PERHAPS if any(told) else Critical.NO

    def again(picture: Picture) -> Picture:
        nodes = tuple(
            replace(
                node, critical=mark(lambda each: each.has_node(node)),  # noqa: B023 - called at once
                inside=again(node.inside) if node.inside else None,
            )
            for node in picture.nodes
        )  # fmt: skip
        edges = tuple(
            replace(edge, critical=mark(lambda each: edge in each.edges))  # noqa: B023 - see above
            for edge in picture.edges
        )
        return Picture(nodes, edges)

    return again(picture)


def on(key: Key, names: Names) -> bool:
    """Whether a step is a node, or is within it."""
    return names[: len(key)] == key


@dataclass(frozen=True)
class _Found:
    """A way through a picture."""

    way: Way
    edges: frozenset[Edge]

    @classmethod
    def of(cls, picture: Picture, way: Way) -> _Found:
        return cls(way, frozenset(_edges(picture, way)))

    def has_node(self, node: Node) -> bool:
        return node.kind is not Kind.PORT and any(on(node.key, names) for names in self.way.steps)


def _edges(picture: Picture, way: Way) -> Iterator[Edge]:
    """The edges by which a way goes: from step to step, through what takes none, and round its loops."""
    import networkx  # its import takes longer than most of what is done here

    edges = list(picture.every_edge())
    nodes = {node.key: node for node in picture.every_node()}
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((edge.start, edge.end, number) for number, edge in enumerate(edges) if not edge.delays)
    for one, other in itertools.pairwise(way.steps):
        for way_between in _between(graph, nodes, one, other):
            for start, end in itertools.pairwise(way_between):
                yield from (edges[number] for number in graph[start][end])
    for around, delay in way.loops:
        for edge in edges:
            owner = tuple(part for part in edge.start if isinstance(part, str))
            if delay in edge.delays and around and all(on(owner, names) for names in around):
                yield edge


def _between(graph: networkx.MultiDiGraph, nodes: dict[Key, Node], one: Names, other: Names) -> Iterator[list[Key]]:
    """The shortest way between two steps that are drawn apart, through what is no step."""
    import networkx  # see above

    starts, ends = _drawn(nodes, one, leaving=True), _drawn(nodes, other, leaving=False)
    if starts == ends:
        return
    passed = {key for key, node in nodes.items() if node.is_free}
    within = graph.subgraph({*passed, *starts, *ends})
    for start, end in itertools.product(starts, ends):
        if start != end and networkx.has_path(within, start, end):
            yield networkx.shortest_path(within, start, end)
            return


def _drawn(nodes: dict[Key, Node], names: Names, *, leaving: bool) -> list[Key]:
    """Where a step is drawn: the node that it is or lies in; of an open one, where edges leave or come in."""
    around = [key for key, node in nodes.items() if node.kind is not Kind.PORT and on(key, names)]
    if not around:
        return []
    inmost = max(around, key=len)
    if not nodes[inmost].inside:
        return [inmost]
    ports = (key for key, node in nodes.items() if node.kind is Kind.PORT and key[:-1] == inmost)
    return [key for key in ports if (int(key[-1]) < 0) == leaving]
