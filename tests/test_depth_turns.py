"""What goes on and on: when it is done each time, against the unrolled graph."""

from __future__ import annotations

from collections import Counter

import networkx as nx
import pytest
from sympy import Integer

import symcost as sc
from symcost.analysis.depth.activity import Activity, Within
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.profile import begun_at
from symcost.analysis.depth.ready import AT_ONCE
from symcost.analysis.depth.timing import Timing
from symcost.analysis.depth.turns import TURNS
from symcost.analysis.latency import Latencies
from symcost.unrolled import starts, unrolled

T, H, L = sc.T, sc.H, sc.L
SIZES = {"T": 4, "H": 2, "L": 3}


def chain(*layers: sc.Layer) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


def both(layer: sc.Layer) -> sc.Network:
    """A residual block, in which something waits for the time before and something does not."""
    y = sc.Input(T, H)
    return sc.Network("both", y, y + layer(sc.Tanh()(y)))


NETS = {
    "recurrent": chain(sc.RNN(H, H)),
    "backwards and forwards": chain(sc.RNN(H, H, bidirectional=True)),
    "every second step": chain(sc.RNN(H, H, dilation=2)),
    "twice": chain(sc.RNN(H, H), sc.RNN(H, H)),
    "repeated": chain(sc.Repeat(sc.Linear(H, H), L)),
    "repeated recurrence": chain(sc.Repeat(sc.RNN(H, H), L)),
    "repeated block": chain(sc.Repeat(both(sc.Linear(H, H)), L)),
    "repeated block with a recurrence": chain(sc.Repeat(both(sc.GRU(H, H)), L)),
    "a repetition of repetitions": chain(sc.Repeat(sc.Repeat(sc.RNN(H, H), 2), L)),
    "every prefix": chain(sc.EveryPrefix(sc.RNN(H, H))),
}


def done_in(net: sc.Network, unfolded: bool = False) -> list[Activity]:
    equation = net.equation()
    timing = Timing(Latencies("operation"), Order(), TURNS, unfolded=unfolded)
    return timing.through(equation, [AT_ONCE] * len(equation.inputs), Within()).done


def operations(begun: Counter[tuple[str, int]]) -> set[tuple[str, int]]:
    """The steps at which each kind of operation is begun, by the last of its names without numbers."""
    return {(name.rpartition(".")[2].rstrip("_0123456789"), step) for name, step in begun}


@pytest.mark.parametrize("unfolded", [False, True])
@pytest.mark.parametrize("name", NETS)
def test_each_time_is_begun_when_it_is_in_the_unrolled_graph(name: str, unfolded: bool) -> None:
    sized = NETS[name].at(**{each.name: SIZES[each.name] for each in NETS[name].dimensions})
    graph: nx.DiGraph = unrolled(sized, (4, 2), step="operation")
    truth = Counter((graph.nodes[node]["result"], start) for node, start in starts(graph).items())
    if name == "every prefix" and not unfolded:
        assert all(each.series for each in done_in(sized))
        return
    found: Counter[tuple[str, int]] = Counter()
    for each in done_in(sized, unfolded):
        assert each.is_told
        for step in begun_at(each, {}).flat:
            found[".".join(each.names), int(step)] += 1

    assert operations(found) == operations(truth)


def test_what_is_repeated_is_done_as_often_and_each_time_as_much_later() -> None:
    (product, bias) = done_in(NETS["repeated"])

    assert (product.times, bias.times) == (L, L)
    assert list(begun_at(product, {L: Integer(3)})) == [0, 2, 4]
    assert list(begun_at(bias, {L: Integer(3)})) == [1, 3, 5]


def test_of_prefixes_the_last_is_placed_and_the_first_begins_where_they_do() -> None:
    done = done_in(chain(sc.Linear(H, H), sc.EveryPrefix(sc.Linear(H, H))))
    series = {each.series for each in done if each.series}

    assert len(series) == 1
    (found,) = series
    assert (found.since, found.last, found.count) == (2, sc.at(2 * T), T)
