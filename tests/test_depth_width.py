"""How much is done at once: widths in closed form, and the largest level of the unrolled graph."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sized import at_small_sizes, of_layer, shapes_of
from strategies_graphs import graphs, starts
from strategies_networks import Plan, build, plans, sizes
from sympy import Integer

import symcost as sc
from symcost.analysis.depth.lines import Interval
from symcost.analysis.depth.samples import Sampled
from symcost.analysis.depth.width import widest
from symcost.conventions import convention
from symcost.unrolled import profile, unrolled

EXACT = convention("exact")
OWN = sorted(name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost."))


def largest_level(net: sc.Network) -> Any:
    """The most work that begins at one step of the unrolled graph."""
    levels = profile(unrolled(net, *shapes_of(net), step="operation"))
    return max((EXACT.price(each) for each in levels), default=Integer(0))


def is_exact(found: sc.Schedule, values: dict[str, int]) -> bool:
    return found.found.exact and all(sc.at(each, **values) >= 0 for each in found.found.slack)


def check(net: sc.Network, values: dict[str, int]) -> None:
    """The width is never too small; where it says so, and at numbers that are told, it is the largest level."""
    sized = net.at(**values)
    level = largest_level(sized)
    found, at_numbers = sc.schedule(net, "operation", by="exact"), sc.schedule(sized, "operation", by="exact")

    assert sc.at(found.width, **values) >= level
    assert not is_exact(found, values) or sc.at(found.width, **values) == level
    assert at_numbers.width >= level
    assert not at_numbers.found.exact or at_numbers.width == level


# The widths of the named networks, operation by operation, in multiply-accumulates.
KNOWN = {
    "rnn": "T*H*I + H^2",
    "lstm": "4*(T*H*I + H^2)",
    "bidirectional-rnn": "2*(T*H*I + H^2)",
    "attention": "max(H*I*T_self, H*T_cross*T_self)",
    "stacked-rnn": "H^2*(T + L)",  # the first projection, and the first step of each layer, whose carry is 0
    "language-model": "max(4*E*H*T, 4*H^2 + H*V)",
    "language-model-sampling": "max(4*E*H, 4*H^2 + H*V)",
    "translation-sampling": "max(9*H^2, H*V, 4*E*H*T_cross + 4*E*H)",
    "encoder-decoder": (
        "max(11*H^2, 8*H^2 + 4*H*I*T_cross + 4*H*I*T_self, 5*H^2 + H*T_cross*min(T_cross, T_self), "
        "(H^2 + H)*min(T_cross, T_self), 2*H*V*min(T_cross, T_self))"
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_widths_in_closed_form(name: str) -> None:
    found = sc.schedule(sc.architecture(name), "operation")
    names = [symbol.name for symbol in sc.architecture(name).dimensions]

    assert found.found.exact
    for base in (3, 5, 20):
        for turned in (names, names[::-1]):
            values = {each: base + 3 * place for place, each in enumerate(turned)}
            assert sc.at(found.width - sc.read(KNOWN[name]), **values) == 0


@pytest.mark.parametrize("step", ["layer", "operation"])
@pytest.mark.parametrize("name", [name for name in sc.ARCHITECTURES if not name.endswith("uncached")])
def test_the_width_of_each_named_network_is_exact_from_some_sizes_on(name: str, step: str) -> None:
    assert sc.schedule(sc.architecture(name), step).found.exact


def test_a_relation_makes_a_width_short() -> None:
    net = sc.architecture("encoder-decoder")
    found = sc.schedule(net, assume=["T_cross >= T_self"])

    whole = "2*H^2*T_cross + 2*H^2*T_self + 2*H*T_cross*T_self"
    assert sc.at(found.width - sc.read(f"max(8*H^2 + 8*H*I, {whole}, 2*H*T_self*V)"), T_cross=9, T_self=7, H=5) == 0
    assert found.width_conditions == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OWN, *sc.ARCHITECTURES])
def test_the_width_is_the_largest_level_of_the_unrolled_graph(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    for values, _ in at_small_sizes(net, 2):
        check(net, values)


@pytest.mark.parametrize("name", ["stacked-rnn", "encoder-decoder", "GRU", "EveryPrefix", "Repeat", "LinearRecurrence"])
def test_the_width_of_some_is_the_largest_level_of_the_unrolled_graph(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    for values, _ in at_small_sizes(net, 1):
        check(net, values)


@given(plans, sizes)
@settings(deadline=None, max_examples=25)
def test_of_random_networks_it_is_the_largest_level(plan: Plan, values: dict[str, int]) -> None:
    net = build(plan)
    own = {symbol.name: min(values[symbol.name], 4) for symbol in net.dimensions}
    if sc.at(net.macs + net.activations, **own) < 2000:
        check(net, own)


@given(graphs(most=4), st.integers(1, 7))
@settings(deadline=None, max_examples=40)
def test_of_random_graphs_it_is_the_largest_level(graph: nx.MultiDiGraph, time: int) -> None:
    work = {node: 1 + 2 * node for node in graph}
    nx.set_node_attributes(graph, work, "work")
    levels: dict[int, int] = {}
    for (node, _), start in starts(graph, time).items():
        levels[start] = levels.get(start, 0) + work[node]
    found = sc.schedule(graph)

    assert found.profile(T=time) == [levels.get(step, 0) for step in range(max(levels) + 1)]
    assert sc.at(found.width, T=time) >= max(levels.values())
    assert not is_exact(found, {"T": time}) or sc.at(found.width, T=time) == max(levels.values())
    assert sc.schedule(graph, over=time).width == max(levels.values())


# --- intervals -------------------------------------------------------------------------------------------------------


@st.composite
def some_intervals(draw: st.DrawFn) -> list[Interval]:
    numbers = st.integers(1, 5)
    found = []
    for _ in range(draw(st.integers(1, 5))):
        first, every, rounds, work = (Integer(draw(each)) for each in (st.integers(0, 9), numbers, numbers, numbers))
        copies = ((Integer(draw(numbers)), Integer(draw(numbers))),) if draw(st.booleans()) else ()
        found.append(Interval(first, every if rounds > 1 else Integer(0), rounds, work, copies))
    return found


@given(some_intervals())
def test_the_most_at_one_step_of_intervals_is_never_below_what_counting_finds(found: list[Interval]) -> None:
    levels: dict[int, Any] = {}
    for each in found:
        count, later = each.copies[0] if each.copies else (1, 0)
        for copy in range(count):
            for turn in range(each.rounds):
                step = int(each.first + copy * later + turn * each.every)
                levels[step] = levels.get(step, 0) + each.work
    made = widest(found, Sampled())

    assert made.work >= max(levels.values())
    assert not made.exact or any(each < 0 for each in made.slack) or made.work == max(levels.values())
