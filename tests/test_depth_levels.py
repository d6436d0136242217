"""Generation by generation, against the topological generations of the graph of operations."""

from __future__ import annotations

import networkx as nx
import pytest
from sympy import Expr, Max

import symcost as sc
from symcost.structure import Call
from symcost.tensor import Node

T, H, I, L = sc.T, sc.H, sc.I, sc.L


def chain(*layers: sc.Layer) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


def widest_generation(net: sc.Network) -> Expr:
    """The most multiply-accumulates for each step of a layer, of all layers of a generation, by ``networkx``."""
    graph = nx.DiGraph()
    made: dict[object, Node] = {}
    for node in net.equation().nodes:
        graph.add_node(node)
        graph.add_edges_from((made[tensor], node) for tensor in node.inputs if tensor in made)
        made |= dict.fromkeys(node.outputs, node)
    paid = [node for node in graph if isinstance(node.operation, Call) and node.cost.work["mac"] != 0]
    left = nx.transitive_closure_dag(graph).subgraph(paid)
    sums = []
    for generation in nx.topological_generations(left):
        work = [node.cost.work["mac"] / sc.schedule(node.operation.layer).depth for node in generation]  # type: ignore[union-attr]
        sums.append(sum(work))
    return Max(0, *sums)


@pytest.mark.parametrize(
    ("net", "step", "width"),
    [
        (chain(sc.Linear(H, I)), "layer", "T*H*I"),
        (chain(sc.RNN(H, H)), "layer", "2*H^2"),  # its work over T steps
        (chain(sc.RNN(H, H)), "operation", "T*H^2"),  # the products of the inputs, then a step's at a time
        (chain(sc.RNN(H, H, num_layers=L)), "layer", 2 * L * T * H**2 / (T + L - 1)),
        (chain(sc.RNN(H, H), sc.Linear(H, H), sc.Linear(H, 2 * H)), "layer", "2*T*H^2"),
        (chain(sc.EveryPrefix(sc.Linear(H, H))), "layer", "T*H^2"),  # the last is the widest
        (chain(sc.Repeat(sc.Linear(H, H), L)), "layer", "T*H^2"),
    ],
)
def test_widths_level_by_level_that_are_known(net: sc.Network, step: str, width: str | Expr) -> None:
    found = sc.schedule(net, step).level_width

    expected = sc.read(width) if isinstance(width, str) else width
    assert sc.at(found - expected, T=7, H=5, I=3, L=4) == 0
    assert sc.at(found - expected, T=2, H=9, I=8, L=5) == 0


def branches() -> sc.Network:
    x = sc.Input(T, H)
    one, other = sc.RNN(H, H)(x), sc.Linear(H, 3 * H)(sc.ReLU()(x))
    return sc.Network("branches", x, sc.Linear(4 * H, I)(sc.Concat()(one, other)))


@pytest.mark.parametrize("net", [branches(), chain(sc.LSTM(H, I), sc.Conv1d(I, H, 3), sc.GRU(H, H))])
def test_it_is_the_widest_of_the_topological_generations(net: sc.Network) -> None:
    for sizes in ({"T": 3, "H": 2, "I": 5}, {"T": 9, "H": 4, "I": 2}, {"T": 4, "H": 40, "I": 300}):
        assert sc.at(sc.schedule(net).level_width, **sizes) == sc.at(widest_generation(net), **sizes)
