"""How late everything may begin, against the longest ways to the end of the unrolled graph."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sized import at_small_sizes, of_layer, shapes_of
from strategies_graphs import graphs
from strategies_graphs import unrolled as over_time
from strategies_networks import Plan, build, plans, sizes

import symcost as sc
from symcost.conventions import convention
from symcost.errors import UndecidedError
from symcost.unrolled import longest_way, starts, unrolled

EXACT = convention("exact")
OWN = sorted(name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost."))
NOT_TOLD = {"EveryPrefix", "LinearRecurrence", "QRNN", "language-model-sampling-uncached"}


def tails(graph: nx.DiGraph) -> dict[int, int]:
    """The latencies on the longest way from the beginning of each result to the end."""
    left: dict[int, int] = {}
    for node in reversed(range(graph.number_of_nodes())):
        left[node] = graph.nodes[node]["latency"] + max((left[each] for each in graph.successors(node)), default=0)
    return left


def late_levels(graph: nx.DiGraph) -> list[Any]:
    depth = longest_way(graph)
    found: list[Any] = [0] * depth
    for node, left in tails(graph).items():
        found[depth - left] += EXACT.price(graph.nodes[node]["work"])
    return found


def is_exact(found: sc.Schedule, values: dict[str, int]) -> bool:
    return found.late.found.exact and all(sc.at(each, **values) >= 0 for each in found.late.found.slack)


def check(net: sc.Network, values: dict[str, int], told: bool = True) -> None:
    sized = net.at(**values)
    graph = unrolled(sized, *shapes_of(sized), step="operation")
    levels, found = late_levels(graph), sc.schedule(net, "operation", by="exact")

    assert sc.at(found.late.width, **values) >= max(levels, default=0)
    assert not is_exact(found, values) or sc.at(found.late.width, **values) == max(levels, default=0)
    more = sc.at(found.depth, **values) - len(levels)  # where the depth is a bound, there is more time
    if told and more == 0:
        assert found.late.profile(**values) == levels
    least: dict[str, int] = {}
    begun, left = starts(graph), tails(graph)
    for node, name in graph.nodes(data="result"):
        least[name] = min(least.get(name, len(levels)), len(levels) - left[node] - begun[node])
    for name, steps in found.late.mobility.items():  # of what is done several times, the names have a number
        assert name not in least or sc.at(steps, **values) <= least[name] + more, name


@pytest.mark.parametrize(
    "name", ["LSTM", "GRU", "attention", "encoder-decoder", "stacked-rnn", "TransformerEncoderLayer"]
)
def test_it_is_as_late_as_in_the_unrolled_graph(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    for values, _ in at_small_sizes(net, 1):
        check(net, values)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OWN, *sc.ARCHITECTURES])
def test_every_layer_and_network_is_as_late_as_in_the_unrolled_graph(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    for values, _ in at_small_sizes(net, 1):
        check(net, values, told=name not in NOT_TOLD)


@given(plans, sizes)
@settings(deadline=None, max_examples=12)
def test_random_networks_are_as_late_as_in_the_unrolled_graph(plan: Plan, values: dict[str, int]) -> None:
    net = build(plan)
    own = {symbol.name: min(values[symbol.name], 4) for symbol in net.dimensions}
    if sc.at(net.macs + net.activations, **own) < 2000:
        check(net, own, told=all(each.is_told for each, _ in sc.schedule(net, "operation").late.done))


@given(graphs(most=4, least=1), st.integers(1, 7))
@settings(deadline=None, max_examples=40)
def test_random_graphs_are_as_late_as_unrolled(graph: nx.MultiDiGraph, time: int) -> None:
    work = {node: 1 + 2 * node for node in graph}
    nx.set_node_attributes(graph, work, "work")
    whole, left = over_time(graph, time), dict[Any, int]()
    for each in reversed(list(nx.topological_sort(whole))):
        if each != "given":
            own = graph.nodes[each[0]]["latency"]
            left[each] = own + max((left[other] for other in whole.successors(each)), default=0)
    found = sc.schedule(graph, over=time)
    levels = [0] * max(left.values())
    for (node, _), steps in left.items():
        levels[len(levels) - steps] += work[node]

    assert found.late.profile() == levels
    assert found.late.width >= max(levels)


def test_what_is_known_of_an_lstm() -> None:
    found = sc.schedule(sc.LSTM(sc.I, sc.H), "operation")
    step = 3 * sc.H**2 + 3 * sc.H * sc.I  # of the gates that the next step waits for; the output's may be three later

    assert sc.at(found.late.width - step) == 0
    assert found.late.found.exact
    assert found.late.mobility["lstm.scan.einsum"] == 0
    assert found.late.mobility["lstm.scan.sigmoid_3"] == 3
    lowest, highest = found.lowest_peak
    assert (lowest, sc.at(highest - step)) == (found.parallelism, 0)


def test_what_is_never_waited_for_is_on_no_critical_path() -> None:
    x = sc.Input(sc.T, sc.H)
    long, short = sc.Repeat(sc.Linear(sc.H, sc.H), 5)(x), sc.Linear(sc.H, sc.H)(x, name="short")
    found = sc.schedule(sc.Network("net", x, long + short))

    assert found.late.mobility["short"] == 4
    assert found.late.mobility["add"] == 0


def test_what_is_not_told_is_refused() -> None:
    net = of_layer("EveryPrefix")
    with pytest.raises(UndecidedError, match="is not told"):
        sc.schedule(net, "operation").late.profile(T=3, H=2, I=2)
