"""The longest way through a network, layer by layer."""

from __future__ import annotations

from typing import Any

import networkx
import pytest
import strategies_networks
from hypothesis import given, settings

import symcost as sc
from symcost.analysis.waiting import waits
from symcost.expressions import at, total

T, H, I = (sc.dimension(name) for name in "THI")


def way(net: sc.Network) -> list[tuple[str, str]]:
    return [(" or ".join(wait.names), sc.text(wait.steps)) for wait in waits(net.equation())]


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_the_steps_on_the_longest_way_add_up_to_the_depth(name: str) -> None:
    net = sc.architecture(name)
    sizes = {symbol.name: 3 + place for place, symbol in enumerate(net.dimensions)}

    assert at(total(wait.steps for wait in waits(net.equation())), **sizes) == at(net.depth, **sizes)


@settings(deadline=None, max_examples=25)
@given(strategies_networks.plans, strategies_networks.sizes)
def test_so_they_do_in_any_network(plan: Any, env: dict[str, int]) -> None:
    deep = total(wait.steps for wait in waits(strategies_networks.build(plan).equation()))

    assert at(deep, **env) == strategies_networks.longest_way(plan, env)


def test_what_only_looks_waits_for_nobody() -> None:
    assert way(sc.architecture("dnn")) == [("linear", "1")]


def test_the_longer_of_two_branches_is_taken() -> None:
    x = sc.Input(T, H)
    long = sc.ReLU()(sc.Linear(H, H)(x, name="a"), name="b")
    net = sc.Network("branches", x, sc.Add()(sc.Linear(H, H)(x, name="c"), long, name="sum"))

    assert way(net) == [("a", "1"), ("b", "1"), ("sum", "1")]


def test_where_sizes_decide_both_are_named() -> None:
    assert way(sc.architecture("encoder-decoder"))[0] == ("decoder or encoder", "max(T_cross, T_self)")


def test_a_depth_that_is_not_known_is_said() -> None:
    graph = networkx.DiGraph()
    graph.add_node("given", params=H, work=T)

    with pytest.raises(sc.UnpricedError, match="its depth is not known"):
        waits(sc.Network("bare", graph).equation())
