"""The schedule of graphs with delays, against the same graphs unrolled: by networkx, and by processors at work."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_graphs import SYMBOLS, at, graphs, starts, unrolled
from sympy import Expr, Float, I, Integer, Rational, nan, oo, zoo

import symcost as sc

T = sc.T
TIME = st.integers(1, 12)


def graph_of(latencies: Mapping[Any, Any], edges: list[tuple[Any, Any, Any]]) -> nx.MultiDiGraph:
    made = nx.MultiDiGraph()
    for node, latency in latencies.items():
        made.add_node(node, latency=latency)
    made.add_edges_from((one, other, {"delay": delay}) for one, other, delay in edges)
    return made


def put(expression: Expr, values: dict[Expr, int]) -> Expr:
    return expression.xreplace({symbol: Integer(number) for symbol, number in values.items()}).doit()


def is_exact(found: sc.Schedule, values: dict[Expr, int]) -> bool:
    return found.exact and all(put(each, values) >= 0 for each in found.slack)


# --- against the unrolled graph --------------------------------------------------------------------------------------


@given(graphs(), TIME)
@settings(deadline=None, max_examples=60)
def test_the_depth_is_that_of_the_unrolled_graph(graph: nx.MultiDiGraph, time: int) -> None:
    truth, found = nx.dag_longest_path_length(unrolled(graph, time)), sc.schedule(graph)
    assert put(found.depth, {T: time}) >= truth
    assert put(found.depth, {T: time}) == truth or not is_exact(found, {T: time})
    assert sc.schedule(graph, over=time).depth == truth


@given(graphs(symbols=True, most=4), st.integers(1, 6), st.integers(1, 6), TIME)
@settings(deadline=None, max_examples=40)
def test_so_it_is_with_symbols_for_latencies(graph: nx.MultiDiGraph, t_a: int, t_m: int, time: int) -> None:
    values = dict(zip(SYMBOLS, (t_a, t_m), strict=True))
    truth, found = nx.dag_longest_path_length(unrolled(at(graph, values), time)), sc.schedule(graph)
    depth = put(found.depth, {T: time, **values})
    assert depth >= truth
    assert depth == truth or not is_exact(found, {T: time, **values})


@given(graphs(delays=(0, 1), symbols=True, most=5), st.integers(1, 6), st.integers(1, 6))
@settings(deadline=None, max_examples=30)
def test_with_loops_of_delay_1_it_is_exact_at_every_time(graph: nx.MultiDiGraph, t_a: int, t_m: int) -> None:
    values = dict(zip(SYMBOLS, (t_a, t_m), strict=True))
    found, numbers = sc.schedule(graph), at(graph, values)
    single = loop_delays(graph) <= {1}
    for time in range(1, 9):
        truth, depth = nx.dag_longest_path_length(unrolled(numbers, time)), put(found.depth, {T: time, **values})
        assert depth >= truth
        assert depth == truth or not (single or is_exact(found, {T: time, **values}))


def loop_delays(graph: nx.MultiDiGraph) -> set[int]:
    """The smallest and the largest delay of each loop."""
    found: set[int] = set()
    for nodes in nx.simple_cycles(graph):
        edges = [graph[one][other].values() for one, other in zip(nodes, [*nodes[1:], nodes[0]], strict=True)]
        found |= {sum(least(edge["delay"] for edge in some) for some in edges) for least in (min, max)}
    return found


@given(graphs(symbols=True, most=4), st.integers(1, 6), st.integers(1, 6), TIME)
@settings(deadline=None, max_examples=40)
def test_the_profile_is_the_work_that_begins_at_each_step(
    graph: nx.MultiDiGraph, t_a: int, t_m: int, time: int
) -> None:
    values = dict(zip(SYMBOLS, (t_a, t_m), strict=True))
    numbers, begun = at(graph, values), Counter[int]()
    for (node, _), step in starts(numbers, time).items():
        begun[step] += numbers.nodes[node]["latency"]
    last = max((step for step, work in begun.items() if work), default=-1)
    found = sc.schedule(graph).profile(T=time, t_a=t_a, t_m=t_m)
    assert found[: last + 1] == [begun[step] for step in range(last + 1)]
    assert not any(found[last + 1 :])


def executed(graph: nx.MultiDiGraph, time: int, processors: int) -> int:
    """How long processors take that always begin what is ready, in any order, if one is free."""
    whole = unrolled(graph, time)
    whole.remove_node("given")
    waiting, free, now = dict(whole.in_degree), processors, 0
    ready, running = [each for each, count in waiting.items() if not count], list[tuple[int, Any]]()
    while ready or running:
        while ready and free:
            free -= 1
            node = ready.pop()
            heapq.heappush(running, (now + graph.nodes[node[0]]["latency"], node))
        now, node = heapq.heappop(running)
        free += 1
        for after in whole.successors(node):
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    return now


@given(graphs(least=1, most=5), st.integers(1, 6), st.integers(1, 8))
@settings(deadline=None, max_examples=40)
def test_processors_at_work_take_no_longer_than_the_bounds_say(
    graph: nx.MultiDiGraph, time: int, processors: int
) -> None:
    bound = sc.schedule(graph, over=time).bound(processors)
    assert bound.lower <= executed(graph, time, processors) <= bound.tight <= bound.loose


# --- published -------------------------------------------------------------------------------------------------------

# Parhi, VLSI Digital Signal Processing Systems, Wiley, 1999, chapter 2: graphs, and the bounds of their loops
RECURSIVE = graph_of({"add": 2, "multiply": 4}, [("add", "multiply", 1), ("multiply", "add", 0)])
TWO_LOOPS = graph_of({"A": 2, "B": 4, "C": 5}, [("A", "B", 0), ("B", "A", 2), ("B", "C", 0), ("C", "A", 1)])
THREE_LOOPS = graph_of(
    {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2},
    [(2, 1, 1), (1, 4, 1), (4, 2, 0), (1, 5, 2), (5, 3, 0), (1, 6, 3), (6, 3, 0), (3, 2, 0)],
)


@pytest.mark.parametrize(
    ("graph", "bound", "loop"),
    [
        (RECURSIVE, 6, {"add", "multiply"}),  # y(n) = a y(n - 1) + x(n)
        (TWO_LOOPS, 11, {"A", "B", "C"}),  # the larger of 6/2 and 11/1
        (THREE_LOOPS, 2, {"1", "2", "4"}),  # the largest of 4/2, 5/3 and 5/4
    ],
    ids=["first order", "two loops", "three loops"],
)
def test_published_iteration_bounds(graph: nx.MultiDiGraph, bound: int, loop: set[str]) -> None:
    found = sc.schedule(graph)
    assert (found.iteration_bound, set(found.critical_loop)) == (bound, loop)


def test_a_second_order_filter_in_symbols() -> None:
    t_a, t_m = SYMBOLS
    filter_ = graph_of(
        {"add_1": t_a, "add_2": t_a, "multiply_1": t_m, "multiply_2": t_m},
        [("add_1", "multiply_1", 1), ("add_1", "multiply_2", 2), ("multiply_1", "add_2", 0), ("multiply_2", "add_2", 0),
         ("add_2", "add_1", 0)],
    )  # fmt: skip
    found = sc.schedule(filter_)  # y(n) = a y(n - 1) + b y(n - 2) + x(n): the longer delay never counts
    assert found.iteration_bound == t_m + 2 * t_a
    assert found.depth == sc.read("T*(t_m + 2*t_a)")
    assert sorted(found.critical_loop) == ["add_1", "add_2", "multiply_1"]


def test_a_filter_with_two_delays_has_floors() -> None:
    graph = graph_of({"a": 3}, [("a", "a", 2)])
    found = sc.schedule(graph)
    assert found.iteration_bound == Rational(3, 2)
    assert [put(found.depth, {T: time}) for time in range(1, 6)] == [3, 3, 6, 6, 9]


def test_the_critical_path_has_the_way_in_the_loop_and_the_way_out() -> None:
    graph = graph_of(
        {"in": 3, "a": 1, "m": 2, "out": 5}, [("in", "a", 0), ("a", "m", 0), ("m", "a", 1), ("m", "out", 0)]
    )
    found = sc.schedule(graph)
    assert found.depth == 3 * T + 8
    once = [each for each in found.critical_path if not each.is_loop]
    (loop,) = [each for each in found.critical_path if each.is_loop]
    assert sorted(name for each in once for name in each.names) == ["a", "in", "m", "out"]
    assert sum(each.steps for each in found.critical_path) == found.depth
    assert (sorted(loop.names), loop.steps, loop.delay) == (["a", "m"], 3 * T - 3, 1)


def test_no_loop_has_no_iteration_bound() -> None:
    found = sc.schedule(graph_of({"a": 2, "b": 3}, [("a", "b", 0)]))
    assert (found.iteration_bound, found.critical_loop, found.depth) == (0, (), 5)


# --- what a graph may be ---------------------------------------------------------------------------------------------


def test_a_graph_may_be_plain_and_its_nodes_anything() -> None:
    graph = nx.DiGraph()
    graph.add_node(("add", 1), latency=1)
    graph.add_node(frozenset("m"), latency=np.int64(2))
    graph.add_edge(("add", 1), frozenset("m"))  # no delay
    graph.add_edge(frozenset("m"), ("add", 1), delay=1.0)
    assert sc.schedule(graph).depth == 3 * T
    assert sc.schedule(graph).critical_loop == ("('add', 1)", "frozenset({'m'})")


@pytest.mark.parametrize(
    ("over", "depth"), [("T", "6*T"), (7, "42"), (sc.H, "6*H"), ("N", "6*N"), (T + 1, "6*T + 6"), (1, "6")], ids=str
)
def test_time_is_a_number_or_a_dimension(over: Any, depth: str) -> None:
    assert sc.schedule(RECURSIVE, over=over).depth == sc.read(depth)


def test_the_work_is_what_nodes_say_or_as_much_as_they_take_long() -> None:
    graph = RECURSIVE.copy()
    assert sc.schedule(graph).work == 6 * T
    graph.nodes["multiply"]["work"] = sc.H
    found = sc.schedule(graph)
    assert (found.work, found.parallelism) == (sc.read("T*(H + 2)").expand(), sc.read("(H + 2)/6"))
    assert found.profile(T=2, H=5) == [5, 0, 0, 0, 2, 0, 5, 0, 0, 0, 2]  # nothing was added before


@pytest.mark.parametrize("value", [-1, Fraction(1, 2), 0.5, "2", nan, oo, zoo, float("nan"), float("inf"), True, [1]])
def test_a_delay_is_a_whole_number_from_0_on(value: Any) -> None:
    with pytest.raises(sc.GraphError, match=r"edge 'a' -> 'b'.*delay.*whole number from 0 on"):
        sc.schedule(graph_of({"a": 1, "b": 1}, [("a", "b", value)]))


@pytest.mark.parametrize("value", [-1, "2", None, nan, oo, zoo, 2 * I, -sc.T, float("nan"), float("-inf"), True, {}])
def test_a_latency_is_a_number_from_0_on(value: Any) -> None:
    with pytest.raises(sc.GraphError, match=r"node 'a'.*latency"):
        sc.schedule(graph_of({"a": value}, []))


def test_text_is_no_latency_but_can_be_read() -> None:
    with pytest.raises(sc.GraphError, match=r"text goes through symcost\.read"):
        sc.schedule(graph_of({"a": "t_a"}, []))


@pytest.mark.parametrize("value", [0.1, Float(0.1), Float("0.1"), np.float64(0.1), Fraction(1, 10), Rational(1, 10)])
def test_a_decimal_is_the_number_that_is_written(value: Any) -> None:
    assert sc.schedule(graph_of({"a": value}, [("a", "a", Float(2.0))]), over=3).depth == Rational(1, 5)


def test_a_graph_must_have_a_node() -> None:
    with pytest.raises(sc.GraphError, match="no nodes"):
        sc.schedule(nx.MultiDiGraph())


def test_a_latency_must_be_given() -> None:
    graph = nx.MultiDiGraph([("a", "b")])
    with pytest.raises(sc.GraphError, match="node 'a': no latency"):
        sc.schedule(graph)


def test_what_else_its_nodes_carry_does_not_matter() -> None:
    graph = graph_of({"a": 1, "b": 2}, [("a", "b", 0), ("b", "a", 1)])
    nx.set_node_attributes(graph, {"a": 0, "b": 1}, "layer")  # as networkx.multipartite_layout reads
    assert sc.schedule(graph).depth == 3 * T


def test_a_loop_without_delay_is_named_node_by_node() -> None:
    graph = graph_of(dict.fromkeys("abcd", 1), [("a", "b", 0), ("b", "c", 0), ("c", "b", 0), ("c", "d", 0)])
    with pytest.raises(sc.GraphError, match=r"b -> c -> b|c -> b -> c"):
        sc.schedule(graph)
    with pytest.raises(sc.GraphError, match="a -> a"):
        sc.schedule(graph_of({"a": 1}, [("a", "a", 0)]))


def test_a_graph_must_be_directed() -> None:
    graph = nx.MultiGraph()
    graph.add_node("a", latency=1)
    with pytest.raises(sc.GraphError, match="directed"):
        sc.schedule(graph)


def test_a_declared_relation_decides_between_loops() -> None:
    t_a, t_m = SYMBOLS
    graph = graph_of({"a": t_a, "m": t_m}, [("a", "a", 1), ("m", "m", 1)])
    assert sc.schedule(graph).iteration_bound == sc.read("max(t_a, t_m)")
    assert sc.schedule(graph, assume=["t_m >= t_a"]).depth == t_m * T
    assert sc.schedule(graph).questions
