"""The critical path through a network, layer by layer."""

from __future__ import annotations

from typing import Any

import networkx
import pytest
import strategies_networks
from hypothesis import given, settings

import symcost as sc
from symcost.analysis.waiting import waiting
from symcost.expressions import at

T, H, I, L = (sc.dimension(name) for name in "THIL")


def way(net: sc.Network) -> list[tuple[str, str]]:
    return [(" or ".join(wait.names), sc.text(wait.steps)) for wait in waiting(net.equation()).waits]


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_the_steps_on_the_critical_path_add_up_to_the_depth(name: str) -> None:
    net = sc.architecture(name)
    sizes = {symbol.name: 3 + place for place, symbol in enumerate(net.dimensions)}

    assert at(waiting(net.equation()).depth, **sizes) == at(net.depth, **sizes)


@settings(deadline=None, max_examples=25)
@given(strategies_networks.plans, strategies_networks.sizes)
def test_so_they_do_in_any_network(plan: Any, env: dict[str, int]) -> None:
    net = strategies_networks.build(plan)

    assert at(waiting(net.equation()).depth, **env) == at(net.depth, **env)


def test_what_only_looks_waits_for_nobody() -> None:
    assert way(sc.architecture("dnn")) == [("linear", "1")]


def test_the_longer_of_two_branches_is_taken() -> None:
    x = sc.Input(T, H)
    long = sc.ReLU()(sc.Linear(H, H)(x, name="a"), name="b")
    net = sc.Network("branches", x, sc.Add()(sc.Linear(H, H)(x, name="c"), long, name="sum"))

    assert way(net) == [("a", "1"), ("b", "1"), ("sum", "1")]


def test_layers_that_overlap_wait_for_the_first_steps_alone() -> None:
    stack = sc.Sequential("stack", sc.Input(T, H), sc.RNN(H, H, num_layers=L), sc.GRU(H, H))

    assert way(stack) == [("rnn", "T + L - 1"), ("gru", "1")]


def test_behind_both_directions_a_layer_waits_for_all_steps() -> None:
    net = sc.Sequential("both", sc.Input(T, H), sc.RNN(H, H, bidirectional=True), sc.RNN(2 * H, H))

    assert way(net) == [("rnn", "T"), ("rnn_2", "T")]


def test_where_sizes_decide_both_ways_are_named() -> None:
    assert way(sc.architecture("encoder-decoder"))[0] == ("encoder or decoder", "max(T_cross, T_self)")


def test_ways_that_differ_by_more_than_a_layer_are_named_whole() -> None:
    x = sc.Input(T, H)
    one = sc.ReLU()(sc.RNN(H, H)(x))
    net = sc.Network("ways", x, sc.Add()(one, sc.Repeat(sc.Tanh(), L)(x), name="sum"))

    assert way(net) == [("repeat or rnn then relu", "max(L, T + 1)"), ("sum", "1")]


def test_of_too_many_ways_one_is_named_and_by_how_much_others_are_longer() -> None:
    x = sc.Input(T, H)
    y = x
    for _ in range(8):
        y = sc.RNN(H, H)(y) + sc.Repeat(sc.ReLU(), L)(y)
    net = sc.Network("diamonds", x, y)
    found = waiting(net.equation())

    for sizes in ({"T": 3, "L": 9}, {"T": 9, "L": 3}):
        assert at(found.depth, **sizes) == at(net.depth, **sizes)


def test_a_depth_that_is_a_bound_is_said_to_be_one() -> None:
    strided = (sc.RNN(H, H), sc.Conv1d(H, H, 3, stride=2, padding=1), sc.RNN(H, H))
    net = sc.Sequential("strided", sc.Input(T, H), *strided)

    assert not waiting(net.equation()).exact
    assert "Depth <= " in sc.explain(net).render("text")
    assert r"\text{depth} &\le " in sc.explain(net).render("latex")
    assert "At most $" in sc.explain(net).render("markdown")
    assert waiting(sc.architecture("lstm").equation()).exact


def test_a_depth_that_is_not_known_is_said() -> None:
    graph = networkx.DiGraph()
    graph.add_node("given", params=H, work=T)

    with pytest.raises(sc.UnpricedError, match="its depth is not known"):
        waiting(sc.Network("bare", graph).equation())
