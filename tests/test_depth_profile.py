"""The work that begins at each step, against the levels of the unrolled graph."""

from __future__ import annotations

from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from sized import at_small_sizes, of_layer, shapes_of
from strategies_networks import Plan, build, plans, sizes
from sympy import Expr

import symcost as sc
from symcost.conventions import convention
from symcost.errors import DimensionError, UndecidedError
from symcost.unrolled import profile, unrolled

T, H, L = sc.T, sc.H, sc.L
EXACT = convention("exact")


def without_end(values: list[Expr]) -> list[Expr]:
    return values[: max((place + 1 for place, value in enumerate(values) if value != 0), default=0)]


def check(net: sc.Network, values: dict[str, int], step: str = "operation") -> None:
    sized = net.at(**values)
    levels = profile(unrolled(sized, *shapes_of(sized), step=step))
    truth = without_end([EXACT.price(each) for each in levels])

    assert without_end(sc.schedule(sized, step, by="exact").profile()) == truth
    assert without_end(sc.schedule(net, step, by="exact").profile(**values)) == truth


def chain(*layers: Any) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


def branches() -> sc.Network:
    x = sc.Input(T, H)
    return sc.Network("branches", x, sc.Linear(2 * H, H)(sc.Tanh()(sc.Concat()(x, sc.Linear(H, H)(x)))))


def in_time() -> sc.Network:
    x = sc.Input(T, H)
    return sc.Network("in time", x, sc.RNN(H, H)(sc.Concat("t")(x, sc.Linear(H, H)(x))))


NETS = {
    "stack": chain(sc.RNN(H, H, num_layers=L)),
    "a repetition of two": chain(sc.Repeat(sc.Sequential("two", sc.Input(T, H), sc.RNN(H, H), sc.Linear(H, H)), L)),
    "both ways": chain(sc.RNN(H, H, bidirectional=True), sc.Linear(2 * H, H)),
    "dilated": chain(sc.RNN(H, H, dilation=2), sc.Linear(H, H), sc.LSTM(H, H)),
    "read ahead": chain(sc.RNN(H, H), sc.Conv1d(H, H, 3, padding=1), sc.LSTM(H, H)),
    "periods": chain(sc.MultiscaleRNN(H, H, periods=(1, 2))),
    "every prefix": chain(sc.EveryPrefix(sc.LSTM(H, H))),
    "branches": branches(),
    "parallel prefix": chain(sc.LinearRecurrence(H, H, algorithm="kogge-stone")),
    "swept up and down": chain(sc.LinearRecurrence(H, H, algorithm="blelloch")),
}


@pytest.mark.parametrize("step", ["operation", "scalar"])
@pytest.mark.parametrize("name", NETS)
def test_it_is_that_of_the_unrolled_graph(name: str, step: str) -> None:
    for number in (1, 2, 5):
        names = {symbol.name for symbol in NETS[name].dimensions}
        check(NETS[name], {name: value for name, value in {"T": number, "H": 2, "L": 3}.items() if name in names}, step)


@pytest.mark.parametrize("name", ["EveryPrefix", "Repeat", "LinearRecurrence", "QRNN", "Attention", "encoder-decoder"])
def test_it_is_that_of_the_unrolled_graph_for_layers_that_go_on_and_on(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    for values, _ in at_small_sizes(net, 2):
        check(net, values)


@given(plans, sizes)
@settings(deadline=None, max_examples=25)
def test_of_random_networks_it_is_that_of_the_unrolled_graph(plan: Plan, values: dict[str, int]) -> None:
    net = build(plan)
    own = {symbol.name: min(values[symbol.name], 4) for symbol in net.dimensions}
    if sc.at(net.macs + net.activations, **own) < 2000:
        check(net, own)


def test_a_window_as_long_as_the_sequence_waits_for_its_end() -> None:
    window = sc.Repeat(sc.Conv1d(H, H, 3, padding=1), 2)
    net = sc.Sequential("net", sc.Input(T, H), sc.RNN(H, H), window, sc.RNN(H, H))
    for length in (1, 2, 3, 4):
        check(net, {"T": length, "H": 1})


def test_all_work_is_in_it() -> None:
    for net in NETS.values():
        found = sc.schedule(net.at(**{symbol.name: 3 for symbol in net.dimensions}), "operation", by="exact")
        assert sum(found.profile()) == found.work


def test_the_work_of_a_node_that_is_only_priced_is_spread_over_its_steps() -> None:
    graph = networkx.DiGraph()
    graph.add_node("unit", work=12 * H, depth=T)
    graph.add_node("next", work=H, depth=1)
    graph.add_edge("unit", "next")
    found = sc.schedule(sc.Network("bare", graph))

    assert found.profile(T=4) == [3 * H] * 4 + [H]
    assert found.width_conditions == ()
    assert sc.at(found.width, T=4, H=5) == 15


def test_sizes_of_time_must_be_given_and_others_may_be() -> None:
    assert sc.schedule(NETS["stack"], "layer").profile(T=2, L=2) == [2 * H**2, 4 * H**2, 2 * H**2]
    with pytest.raises(DimensionError, match="no size for T; expected a number for each size of time; give T=16"):
        sc.schedule(NETS["stack"]).profile(H=3)


def test_what_is_only_told_in_numbers_says_so() -> None:
    with pytest.raises(UndecidedError, match=r"lstm.*is begun each time is not told; schedule it at given sizes"):
        sc.schedule(NETS["every prefix"]).profile()
