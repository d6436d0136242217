"""The critical path: what lies on it is one way through the unrolled graph, as long as the longest."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import pytest
from sympy import Integer

import symcost as sc
from symcost.analysis.depth.activity import Entrance, Renamed, Step
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.path import flat, names_on, stretches
from symcost.analysis.depth.ready import Rounds
from symcost.unrolled import longest_way, unrolled

T, H = sc.T, sc.H
ONE = Integer(1)
SIZES = {"T": 4, "H": 2}


def chain(*layers: sc.Layer) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


def longest(graph: nx.DiGraph) -> Iterator[str]:
    """What lies on the longest way, by ``networkx``."""
    whole = graph.copy()
    whole.add_weighted_edges_from(
        (("given", node, data["latency"]) for node, data in graph.nodes.items() if not graph.in_degree(node)),
        weight="latency",
    )
    return (graph.nodes[node]["result"] for node in nx.dag_longest_path(whole, weight="latency") if node != "given")


NETS = {
    "linear": chain(sc.Linear(H, H), sc.Tanh(), sc.Linear(H, H)),
    "rnn": chain(sc.RNN(H, H), sc.Linear(H, H)),
    "lstm": chain(sc.LSTM(H, H)),
    "gru and convolution": chain(sc.GRU(H, H), sc.Conv1d(H, H, 3, padding=1)),
}


@pytest.mark.parametrize("name", NETS)
def test_what_lies_on_it_lies_on_a_longest_way_of_the_unrolled_graph(name: str) -> None:
    sized = NETS[name].at(**SIZES)
    graph = unrolled(sized, (4, 2), step="operation")
    found = sc.schedule(sized, "operation")

    assert sum(each.steps for each in found.critical_path) == found.depth == longest_way(graph)
    once = [step for each in found.critical_path if not each.is_loop for step in each.names]
    ways = list(longest(graph))
    assert set(once) <= set(ways)
    loops = [each for each in found.critical_path if each.is_loop]
    for each in loops:  # so many rounds as there are steps of it, each as long as the loop
        assert each.steps % len(each.names) == 0
        assert set(each.names) <= set(ways)


def test_words_of_a_stretch() -> None:
    way = (
        Step(("net", "a"), ONE),
        (Step(("net", "b"), ONE + 1), Rounds((Loop(3, 2, (Step(("loop",), ONE),)),), 3 * T)),
    )
    once, loop = stretches(way)

    assert (str(once), once.steps, once.is_loop) == ("net.a -> net.b", 3, False)
    assert (str(loop), loop.steps, loop.delay) == ("round and round: loop", 3 * T, 2)


def test_a_way_is_told_under_the_names_that_it_has_here_with_what_leads_to_it() -> None:
    inside = (Entrance(0, 1), Step(("inner", "tanh"), ONE))
    before = ((Step(("first",), ONE),), (Step(("second",), ONE),))
    way = (Renamed(("inner",), ("outer", "rnn"), inside, (before,)),)

    assert [each.names for each in flat(way) if isinstance(each, Step)] == [("second",), ("outer", "rnn", "tanh")]
    assert names_on(Loop(ONE, ONE, way)) == ("second", "outer.rnn.tanh")
