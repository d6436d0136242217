from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES
from strategies_networks import Plan, build, plans, sizes
from sympy import Integer

import symcost as sc
from symcost.analysis.latency import STEPS, Latencies
from symcost.arrival import critical_path_length
from symcost.cost import Work
from symcost.differentiation.model import gradients
from symcost.unrolled import longest_way, profile, unrolled


def works(graph: Any) -> Work:
    """All of the work in a graph."""
    return sum(profile(graph), start=Work())


def names(graph: Any) -> list[str]:
    return list(dict.fromkeys(nx.get_node_attributes(graph, "result").values()))


# --- worked out by hand ----------------------------------------------------------------------------------------------


def test_a_recurrence_is_a_chain_of_its_cells() -> None:
    graph = unrolled(sc.RNN(2, 3), (4, 2), step="layer")
    cells = [each for each, latency in graph.nodes(data="latency") if latency]
    assert [graph.nodes[each]["result"] for each in cells] == ["rnn.scan"] * 4
    assert list(nx.subgraph(graph, cells).edges) == list(itertools.pairwise(cells))
    assert longest_way(graph) == 4
    first, *others = profile(graph)  # what does not recur is begun at once
    assert first == Work(mac=4 * 3 * 2 + 9, add=4 * 3 + 2 * 3, tanh=3, dots=4 * 3 + 3)
    assert others == [Work(mac=9, add=2 * 3, tanh=3, dots=3)] * 3


def test_a_convolution_reads_its_window() -> None:
    x = sc.Input(5, 1)
    net = sc.Network("net", x, sc.Conv1d(1, 1, 3, bias=False)(sc.ReLU()(x)))
    graph = unrolled(net, (5, 1), step="layer")
    assert [sorted(graph.predecessors(5 + place)) for place in range(3)] == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    assert names(graph) == ["relu", "conv1d"]
    assert [graph.nodes[6][each] for each in ("place", "latency", "work")] == [(1, 0), 1, Work(mac=3, dots=1)]


def test_causal_attention_looks_at_no_later_step() -> None:
    x = sc.Input(4, 2)
    net = sc.Network("net", x, sc.Attention(2, 2, is_causal=True)(sc.ReLU()(x)))
    graph = unrolled(net, (4, 2), step="layer")
    for node in range(8, 16):
        step = graph.nodes[node]["place"][0]
        assert {graph.nodes[each]["place"][0] for each in graph.predecessors(node)} == set(range(step + 1))


def test_numbers_that_are_not_there_are_no_results() -> None:
    graph = unrolled(sc.ScaledDotProductAttention(is_causal=True), (3, 2), (3, 2), (3, 2))
    exponentials = [each for each, name in graph.nodes(data="result") if name.endswith(".exp")]
    assert [graph.nodes[each]["place"] for each in exponentials] == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 2)]


def test_what_only_looks_is_no_result() -> None:
    graph = unrolled(sc.Flatten(), (3, 4))
    assert graph.number_of_nodes() == longest_way(graph) == 0 and profile(graph) == []


def test_a_dot_product_has_the_levels_of_its_tree() -> None:
    graph = unrolled(sc.Sequential("net", sc.Input(5), sc.Linear(5, 2, bias=False), sc.Tanh()), (5,))
    assert profile(graph) == [Work(mac=10, dots=2), Work(), Work(), Work(), Work(tanh=2)]


# --- the longest way, and all of the work ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(catalogue()))
@settings(max_examples=3, deadline=None, database=None)
@given(data=st.data())
def test_every_layer_is_as_deep_as_its_graph_and_does_the_work_in_it(name: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(RECIPES[name]).numeric()
    work = layer.cost(*(sc.Input(*shape) for shape in shapes)).work
    for step in STEPS:
        graph = unrolled(layer, *shapes, step=step)
        assert longest_way(graph) == critical_path_length(layer, *shapes, step=step)
        assert works(graph) == work


@settings(max_examples=30, deadline=None, database=None)
@given(plans, sizes)
def test_random_networks_are_as_deep_as_their_graphs(plan: Plan, env: dict[str, int]) -> None:
    net, shape = build(plan, {name: Integer(number) for name, number in env.items()}), (env["T"], env["H"])
    for step in STEPS:
        graph = unrolled(net, shape, step=step)
        assert longest_way(graph) == critical_path_length(net, shape, step=step)
        assert works(graph) == net.work
        assert nx.is_directed_acyclic_graph(graph)


@pytest.mark.parametrize("layer", [sc.RNN(2, 3), sc.GRU(2, 2, 2), sc.Conv1d(2, 3, 2), sc.Attention(2, 2)], ids=repr)
def test_backward_passes_are_as_deep_as_their_graphs(layer: Any) -> None:
    backward = gradients(layer, of_inputs=True)
    made = [tuple(map(int, y.shape)) for y in layer.equation(sc.Input(4, 2)).outputs]
    for step in STEPS:
        assert longest_way(unrolled(backward, (4, 2), *made, step=step)) == critical_path_length(
            backward, (4, 2), *made, step=step
        )


def test_latencies_may_be_given() -> None:
    slow = Latencies("operation", {"einsum": 4, "tanh": 0})
    graph = unrolled(sc.RNN(2, 3), (5, 2), step=slow)
    assert longest_way(graph) == critical_path_length(sc.RNN(2, 3), (5, 2), step=slow) == 5 * (4 + 1 + 1)
