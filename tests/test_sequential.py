from __future__ import annotations

from typing import Any

import pytest

import symcost as sc

T, H, I, V = (sc.dimension(name) for name in "THIV")


def message(kind: type[Exception], *arguments: Any) -> str:
    with pytest.raises(kind) as error:
        sc.Sequential(*arguments)
    return str(error.value)


def test_a_classifier_of_digits_has_the_parameters_that_one_counts_by_hand() -> None:
    mnist = sc.Sequential("MNIST", sc.Input(784), sc.Linear(784, 300), sc.ReLU(), sc.Linear(300, 10))

    assert mnist.parameters == 784 * 300 + 300 + 300 * 10 + 10 == 238_510
    assert mnist.macs == 784 * 300 + 300 * 10
    assert mnist.flops == 2 * (784 * 300 + 300 * 10) + 300 + 300 + 10
    assert mnist.activations == 300 + 300 + 10
    assert mnist.depth == 3
    assert mnist.width == 784 * 300


def test_a_chain_is_the_network_that_one_writes_with_calls() -> None:
    x = sc.Input(T, I)
    called = sc.Network("tagger", x, sc.Linear(H, V)(sc.LSTM(I, H)(x)))
    chain = sc.Sequential("tagger", sc.Input(T, I), sc.LSTM(I, H), sc.Linear(H, V))

    assert isinstance(chain, sc.Network)
    assert (chain.total, chain.depth, chain.width) == (called.total, called.depth, called.width)
    assert repr(chain) == repr(called) == "<Network 'tagger': (t=T, i=I) -> (t=T, h=V)>"


def test_a_chain_takes_networks_among_its_layers() -> None:
    inner = sc.Sequential("inner", sc.Input(T, H), sc.Linear(H, H), sc.Tanh())
    outer = sc.Sequential("outer", sc.Input(T, I), sc.Linear(I, H), inner, inner)

    assert outer.parameters == (I * H + H + H**2 + H).expand()
    assert outer.depth == 1 + 2 * 2
    assert [part.name for part in outer.layers] == [
        "linear",
        "inner.linear",
        "inner.tanh",
        "inner_2.linear",
        "inner_2.tanh",
    ]


def test_a_layer_that_stands_twice_in_a_chain_is_learned_once() -> None:
    layer = sc.Linear(H, H)

    assert sc.Sequential("tied", sc.Input(T, H), layer, sc.ReLU(), layer).parameters == H**2 + H


def test_a_chain_of_no_layers_is_its_input() -> None:
    assert sc.Sequential("nothing", sc.Input(T, H)).total == sc.Cost()


def test_a_chain_without_an_input_is_refused() -> None:
    assert message(sc.GraphError, "chain", sc.Linear(784, 300), sc.ReLU()) == (
        "sequential 'chain': it begins with Linear(in_features=784, out_features=300); "
        "expected an input such as sc.Input(sc.T, sc.I)"
    )


def test_a_chain_behind_something_computed_is_refused() -> None:
    assert message(sc.GraphError, "late", sc.ReLU()(sc.Input(T, H)), sc.Linear(H, 3)) == (
        "network 'late': something computed is among the inputs; expected Input(...)"
    )


def test_a_class_where_a_layer_should_be_is_refused_with_its_place() -> None:
    assert message(sc.GraphError, "chain", sc.Input(784), sc.Linear(784, 300), sc.ReLU) == (
        "sequential 'chain': part 2 is <class 'symcost.layers.activation.ReLU'>; expected a layer or a network"
    )


@pytest.mark.parametrize("wrong", ["Linear", 3, None, abs])
def test_what_is_no_layer_is_refused_with_its_place(wrong: Any) -> None:
    assert message(sc.GraphError, "chain", sc.Input(784), wrong) == (
        f"sequential 'chain': part 1 is {wrong!r}; expected a layer or a network"
    )


def test_a_layer_that_does_not_fit_is_named_with_its_place_and_what_came_in() -> None:
    assert message(sc.ShapeError, "chain", sc.Input(784), sc.Linear(784, 300), sc.ReLU(), sc.Linear(200, 10)) == (
        "sequential 'chain': part 3: Linear(in_features=200, out_features=10) on relu (h=300): "
        "axis i=300; expected in_features=200"
    )


def test_a_layer_that_does_not_fit_in_a_nested_chain_is_found_through_both() -> None:
    with pytest.raises(sc.ShapeError) as error:
        sc.Sequential("outer", sc.Input(T, I), sc.Sequential("inner", sc.Input(T, H), sc.Flatten(), sc.Linear(H, 3)))

    assert str(error.value).startswith("sequential 'inner': part 2: Linear(in_features=H, out_features=3) on flatten")


def test_a_network_of_other_inputs_does_not_fit_in_a_chain() -> None:
    inner = sc.Sequential("inner", sc.Input(T, 3), sc.Linear(3, 3))

    assert message(sc.ShapeError, "outer", sc.Input(T, 4), inner) == (
        "sequential 'outer': part 1: network 'inner': an axis of size 4; expected 3"
    )


def test_several_outputs_end_a_chain() -> None:
    x = sc.Input(T, H)
    fork = sc.Network("fork", x, (sc.ReLU()(x), sc.Tanh()(x)))

    said = message(sc.GraphError, "chain", sc.Input(T, H), fork, sc.ReLU())

    assert said.startswith("sequential 'chain': part 2: ReLU(): (Tensor(")
    assert said.endswith("as an input; expected a symbolic tensor such as Input(T, I)")
