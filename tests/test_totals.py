from __future__ import annotations

import networkx as nx
import pytest

import symcost as sc
from symcost.analysis import totals
from symcost.functional import einsum, weight

T, H, I = (sc.dimension(name) for name in "THI")


def inner() -> sc.Network:
    return sc.Sequential("inner", sc.Input(T, H), sc.Linear(H, H), sc.ReLU())


def test_parts_are_layers_in_the_order_in_which_they_can_be_computed() -> None:
    x = sc.Input(T, I)
    later = sc.Linear(I, H)(x, name="left")
    y = later + sc.RNN(I, H)(x, name="right")
    net = sc.Network("branches", x, sc.Linear(H, 2)(y))

    assert [part.name for part in net.layers] == ["left", "right", "add", "linear"]


def test_layers_of_one_kind_are_numbered_from_the_second_on() -> None:
    net = sc.Sequential("chain", sc.Input(T, H), sc.ReLU(), sc.LeakyReLU(), sc.ReLU(), sc.ReLU())

    assert [part.name for part in net.layers] == ["relu", "leaky_relu", "relu_2", "relu_3"]


def test_a_name_that_is_given_is_not_made_up_again() -> None:
    x = sc.Input(T, H, name="relu")
    net = sc.Network("chain", x, sc.ReLU()(sc.ReLU()(sc.ReLU()(x), name="relu_3")))

    assert [part.name for part in net.layers] == ["relu_2", "relu_3", "relu_4"]


def test_a_name_given_twice_is_numbered() -> None:
    x = sc.Input(T, H)
    net = sc.Network("chain", x, sc.Tanh()(sc.ReLU()(x, name="f"), name="f"))

    names = [part.name for part in net.layers]
    assert names[0] == "f"
    assert len(set(names)) == 2


def test_parts_of_nested_networks_are_listed_one_by_one_or_as_a_whole() -> None:
    x = sc.Input(T, H)
    net = sc.Network("outer", x, inner()(x, name="block"))

    assert [part.name for part in totals.parts(net.equation())] == ["block.linear", "block.relu"]
    whole = totals.parts(net.equation(), nested=False)
    assert [part.name for part in whole] == ["block"]
    assert whole[0].cost == net.total


def test_an_operation_beside_layers_is_a_part_with_its_activations() -> None:
    x = sc.Input(T, H)
    net = sc.Network("sum", x, x * x)
    (part,) = net.layers

    assert (part.name, part.cost.work, part.cost.activations) == ("multiply", sc.Work(mul=T * H), T * H)


@pytest.mark.parametrize("nested", [True, False])
def test_a_network_called_twice_has_its_weights_in_the_share_of_the_first_call(nested: bool) -> None:
    x, block = sc.Input(T, H), inner()
    net = sc.Network("twice", x, block(block(x)))

    shares = [part.cost.parameters for part in totals.parts(net.equation(), nested=nested)]

    assert shares == ([H**2 + H, 0, 0, 0] if nested else [H**2 + H, 0])


@pytest.mark.parametrize("nested", [True, False])
def test_bare_weights_and_bare_costs_of_a_network_called_twice_are_counted_once(nested: bool) -> None:
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, H))
    graph.add_node("bare", parameters=7, work=T, activations=T, state=0, depth=1, shape=(T, H))
    graph.add_edge("x", "bare")
    bare = sc.Network("bare", graph)
    y = sc.Input(T, H)
    own = sc.Network("own", y, einsum("... i, h i -> ... h", y, weight("W", H, H)))
    x = sc.Input(T, H)
    net = sc.Network("twice", x, own(own(bare(bare(x)))))

    shares = [part.cost.parameters for part in totals.parts(net.equation(), nested=nested)]

    assert net.parameters == 7 + H**2
    assert [share for share in shares if share != 0] == [7, H**2]
    assert sum(part.cost.work["mac"] for part in totals.parts(net.equation(), nested=nested)) == net.macs


def test_equal_terms_of_one_layer_are_one() -> None:
    net = sc.Sequential("one", sc.Input(T, H), sc.LSTM(H, H))

    assert net.terms("parameters") == {H**2: {"lstm": 8}, H: {"lstm": 8}}
    assert net.terms("macs") == {T * H**2: {"lstm": 8}}


def test_constant_terms_are_counted_in_ones() -> None:
    net = sc.Sequential("numbers", sc.Input(3), sc.Linear(3, 4), sc.Linear(4, 5))

    assert net.terms("parameters") == {1: {"linear": 16, "linear_2": 25}}


def test_terms_may_cancel_against_each_other() -> None:
    kernel = sc.dimension("K")
    net = sc.Sequential("valid", sc.Input(T, 1), sc.Conv1d(1, 1, kernel))

    assert net.terms("macs") == {T * kernel: {"conv1d": 1}, kernel**2: {"conv1d": -1}, kernel: {"conv1d": 1}}


def test_what_costs_nothing_has_no_terms() -> None:
    assert sc.Sequential("wire", sc.Input(T, H), sc.Identity(), sc.ReLU()).terms("macs") == {}
