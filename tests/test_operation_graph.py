"""The graph of operations with delays: its schedule is the network's, its work too, and it is never unrolled."""

from typing import Any

import networkx as nx
import pytest
from sympy import expand

import symcost as sc
from symcost import H, I, L, T
from symcost.errors import DimensionError, GraphError, SymcostError
from symcost.functional import tanh
from symcost.recurrence import scan
from symcost.sequential import alone

STEP_BY_STEP = (
    sc.Linear(I, H),
    sc.RNN(I, H),
    sc.LSTM(I, H),
    sc.GRU(I, H),
    sc.RNN(I, H, dilation=3),
    sc.RNN(H, H, num_layers=3),
    sc.LSTM(H, H, num_layers=2),
    sc.IIR(1),
    sc.IIR(1, order=3),
    sc.SRU(I, H),
)


@pytest.mark.parametrize("step", ["operation", "scalar", "sequential"])
@pytest.mark.parametrize("layer", STEP_BY_STEP, ids=repr)
def test_its_schedule_is_that_of_the_network(layer: sc.Layer, step: str) -> None:
    found = sc.schedule(sc.operation_graph(layer, step))

    assert found.depth == sc.schedule(layer, step).depth
    assert found.iteration_bound == sc.schedule(layer, step).iteration_bound


@pytest.mark.parametrize("name", sorted({*sc.ARCHITECTURES, *sc.CATALOGUE}))
def test_all_work_is_in_it_and_only_carries_take_time(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else alone(sc.CATALOGUE[name].example())
    graph = sc.operation_graph(net)

    for kind in {*net.work}:
        counts = [d["cost"].work.get(kind, 0) * d["times"] for _, d in graph.nodes(data=True) if "cost" in d]
        assert expand(sum(counts) - net.work[kind]) == 0, kind
    at_once = nx.DiGraph((one, other) for one, other, delay in graph.edges(data="delay") if delay == 0)
    assert nx.is_directed_acyclic_graph(at_once)
    assert len(list(nx.weakly_connected_components(graph))) == 1


def test_delays_are_those_of_the_recurrence() -> None:
    def delays(layer: Any) -> list[Any]:
        return [delay for _, _, delay in sc.operation_graph(layer).edges(data="delay") if delay != 0]

    assert delays(sc.Linear(I, H)) == []
    assert delays(sc.LSTM(I, H)) == [1, 1]
    assert delays(sc.RNN(I, H, dilation=4)) == [4]
    assert sorted(delays(sc.IIR(1, order=3))) == [1, 2, 3]


def test_a_network_that_samples_leads_back_to_its_input() -> None:
    net = sc.architecture("language-model")
    graph = sc.operation_graph(net.sampled())

    assert graph.edges["softmax.divide", "input", 0]["delay"] == 1
    assert graph.number_of_edges() == sc.operation_graph(net).number_of_edges() + 1
    assert sc.schedule(graph).depth == T * sc.schedule(net.at(T=1), "operation").depth


def test_what_is_repeated_is_one_node_with_a_graph_of_one_time() -> None:
    graph = sc.operation_graph(sc.Repeat(sc.RNN(H, H), L))
    (repeated,) = (found for _, found in graph.nodes(data=True) if "graph" in found)

    assert repeated["count"] == L
    assert sc.schedule(repeated["graph"]).depth == sc.schedule(sc.RNN(H, H), "operation").depth
    with pytest.raises(GraphError, match="no latency"):
        sc.schedule(graph)


def test_carries_that_are_handed_on_add_up_their_delays() -> None:
    """A register that is shifted: what is read was made two steps ago."""
    x = sc.Input(T, H)

    def step(x_t: sc.Tensor, first: sc.Tensor, second: sc.Tensor) -> tuple[sc.Tensor, ...]:
        return tanh(x_t + second), first

    made, _ = scan(step, x, over="t", carry=[H, H])
    graph = sc.operation_graph(sc.Network("shifted", x, made))

    assert [delay for _, _, delay in graph.edges(data="delay") if delay != 0] == [2]


def test_bad_input_is_refused() -> None:
    with pytest.raises(DimensionError, match="expected a finer one"):
        sc.operation_graph(sc.RNN(I, H), "layer")
    with pytest.raises(DimensionError, match="has no operations"):
        sc.operation_graph(3)
    with pytest.raises(SymcostError, match="no step is called"):
        sc.operation_graph(sc.RNN(I, H), "operatoin")
