"""Ways and loops of graphs with delays, against all cycles and all steps of time one after another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_graphs import graphs, starts

import symcost as sc
from symcost.analysis.depth.delay_graph import loops_of, walks_to
from symcost.analysis.depth.graph_schedule import checked
from symcost.analysis.depth.loops import Loop, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.path import flat, names_on

ORDER = Order()


def shortest(graph: nx.MultiDiGraph) -> nx.DiGraph:
    """With the edge of least delay of those that are parallel."""
    made = nx.DiGraph()
    for one, other, delay in graph.edges(data="delay"):
        known = made.get_edge_data(one, other, {"delay": delay})["delay"]
        made.add_edge(one, other, delay=min(delay, known))
    return made


def ratio(graph: nx.MultiDiGraph, cycle: Sequence[int]) -> Fraction:
    """Latency over delay of a cycle."""
    way = itertools.pairwise([*cycle, cycle[0]])
    return Fraction(
        sum(graph.nodes[each]["latency"] for each in cycle), sum(shortest(graph).edges[edge]["delay"] for edge in way)
    )


def loops(graph: nx.MultiDiGraph) -> tuple[Loop, ...]:
    return loops_of((walk for walks in walks_to(checked(graph), ORDER).values() for walk in walks), ORDER)


@given(graphs(), st.integers(1, 12))
@settings(deadline=None, max_examples=60)
def test_the_ways_to_a_node_are_as_long_as_it_takes_until_it_is_done(graph: nx.MultiDiGraph, time: int) -> None:
    begun, ways = starts(graph, time), walks_to(checked(graph), ORDER)
    for node, latency in graph.nodes(data="latency"):
        lengths = [
            walk.latency + filled(walk.loops, time - 1 - walk.delay, ORDER).steps
            for walk in ways[node]
            if walk.delay < time
        ]
        assert max(lengths) == begun[node, time - 1] + latency


@given(graphs(most=5))
@settings(deadline=None, max_examples=60)
def test_the_best_loop_has_the_largest_ratio_of_all_cycles(graph: nx.MultiDiGraph) -> None:
    found = max((each.ratio for each in loops(graph)), default=0)
    assert found == max((ratio(graph, cycle) for cycle in nx.simple_cycles(shortest(graph))), default=0)


@given(graphs(most=5, least=1))
@settings(deadline=None, max_examples=60)
def test_a_loop_names_what_is_on_it_in_order(graph: nx.MultiDiGraph) -> None:
    for loop in loops(graph):
        cycle = list(map(int, names_on(loop)))
        assert ratio(graph, cycle) >= loop.ratio  # it may go by the longer one of parallel edges
        assert sum(graph.nodes[each]["latency"] for each in cycle) == loop.latency


def test_of_parallel_edges_the_shorter_counts() -> None:
    graph = nx.MultiDiGraph()
    graph.add_node("a", latency=2)
    graph.add_node("b", latency=3)
    graph.add_edges_from([("a", "b", {"delay": 2}), ("a", "b", {"delay": 1})])
    found = walks_to(checked(graph), ORDER)["b"]
    names = [[step.names for step in flat(each.via)] for each in found]
    assert [(each.latency, each.delay) for each in found] == [(3, 0), (5, 1)]
    assert names == [[("b",)], [("a",), ("b",)]]


def test_a_chain_has_one_way_to_its_end_that_names_all() -> None:
    graph = nx.path_graph(5, create_using=nx.MultiDiGraph)
    nx.set_node_attributes(graph, 2, "latency")
    (walk,) = walks_to(checked(graph), ORDER)[4]
    assert (walk.latency, walk.delay, walk.loops) == (10, 0, ())


@pytest.mark.parametrize(("latencies", "loop"), [((1, 2), "3"), ((sc.T, sc.H), "H + T")])
def test_a_loop_is_named_in_its_order(latencies: tuple[object, object], loop: str) -> None:
    graph = nx.MultiDiGraph()
    for name, latency in zip("ab", latencies, strict=True):
        graph.add_node(name, latency=latency)
    graph.add_edges_from([("a", "b", {"delay": 0}), ("b", "a", {"delay": 1})])
    (found,) = loops_of(walks_to(checked(graph), ORDER)["a"], ORDER)
    assert (found.latency, found.delay, sorted(names_on(found))) == (sc.read(loop), 1, ["a", "b"])
