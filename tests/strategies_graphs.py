"""Graphs of operations with delays that tests draw, and the same unrolled over so many steps of time."""

from __future__ import annotations

from typing import Any

import networkx as nx
from hypothesis import strategies as st

from symcost.dimensions import dimension

SYMBOLS = tuple(map(dimension, ("t_a", "t_m")))


@st.composite
def graphs(
    draw: st.DrawFn, delays: tuple[int, int] = (0, 3), symbols: bool = False, most: int = 6, least: int = 0
) -> nx.MultiDiGraph:
    """Graphs with edges ahead of any delay, and back, or to the node itself, of 1 or more."""
    steps: st.SearchStrategy[Any] = st.integers(least, 4)
    steps = st.one_of(steps, st.sampled_from(SYMBOLS)) if symbols else steps
    graph = nx.MultiDiGraph()
    for node, latency in enumerate(draw(st.lists(steps, min_size=1, max_size=most))):
        graph.add_node(node, latency=latency)
    places = st.integers(0, len(graph) - 1)
    for one, other in draw(st.lists(st.tuples(places, places), min_size=1, max_size=2 * most)):
        graph.add_edge(one, other, delay=draw(st.integers(max(delays[0], int(one >= other)), delays[1])))
    return graph


def at(graph: nx.MultiDiGraph, values: dict[Any, int]) -> nx.MultiDiGraph:
    """The graph with numbers for the symbols among its latencies."""
    made = graph.copy()
    for found in made.nodes.values():
        found["latency"] = values.get(found["latency"], found["latency"])
    return made


def unrolled(graph: nx.MultiDiGraph, steps: int) -> nx.DiGraph:
    """Each node once in each of so many steps of time; an edge weighs as much as the node that it leads to."""
    made = nx.DiGraph()
    for time in range(steps):
        for node, latency in graph.nodes(data="latency"):
            made.add_edge("given", (node, time), weight=latency)
    for time in range(steps):
        for one, other, delay in graph.edges(data="delay"):
            if time + delay < steps:
                made.add_edge((one, time), (other, time + delay), weight=graph.nodes[other]["latency"])
    return made


def starts(graph: nx.MultiDiGraph, steps: int) -> dict[tuple[Any, int], int]:
    """When each node is begun in each step of time, as soon as what it needs is done."""
    whole = unrolled(graph, steps)
    done = {"given": 0}
    for each in nx.topological_sort(whole):
        if each != "given":
            done[each] = max(done[before] for before in whole.predecessors(each)) + graph.nodes[each[0]]["latency"]
    return {each: done[each] - graph.nodes[each[0]]["latency"] for each in whole if each != "given"}
