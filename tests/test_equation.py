from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Symbol

from symcost.axes import Axis
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.equation import Equation, reach, replay
from symcost.errors import GraphError
from symcost.expressions import substitute
from symcost.functional import (
    bias,
    chunk,
    concat,
    einsum,
    mean,
    pad,
    rearrange,
    scan,
    sigmoid,
    softmax,
    take,
    tanh,
    weight,
    window,
)
from symcost.layers import Flatten, Identity, Linear, ReLU, Repeat
from symcost.operations import Operation, Priced
from symcost.tensor import Input, Tensor, elementwise, record

T, H, I, B, K, L = map(dimension, "THIBKL")


def operations(equation: Equation) -> list[str]:
    return [node.operation.name for node in equation.nodes]


# --- the nodes in between --------------------------------------------------------------------------------------------


def test_nodes_stand_before_those_that_use_them_and_once() -> None:
    x = Input(T, H)
    shared = tanh(x)
    late = sigmoid(shared)
    early = shared * shared

    assert operations(Equation((x,), (early + late,))) == ["tanh", "sigmoid", "multiply", "add"]


def test_what_the_outputs_do_not_need_is_no_part() -> None:
    x = Input(T, H)
    y = tanh(x)
    sigmoid(y)

    assert operations(Equation((x,), (y,))) == ["tanh"]


def test_an_equation_ends_at_its_inputs_even_if_something_made_them() -> None:
    y = tanh(Input(T, H))

    assert operations(Equation((y,), (sigmoid(y),))) == ["sigmoid"]


def test_an_output_may_be_an_input() -> None:
    x = Input(T, H)

    assert (Equation((x,), (x,)).nodes, Equation((x,), (x,)).cost) == ((), Cost())


@pytest.mark.parametrize(
    ("foreign", "message"),
    [
        (
            lambda: Input(T, H, name="memory"),
            "the input memory is used but not listed; expected every input that the outputs need",
        ),
        (
            lambda: Input(T, H),
            "the input with axes (t=T, h=H) is used but not listed; expected every input that the outputs need",
        ),
    ],
)
def test_an_input_that_is_not_listed_is_refused(foreign: Callable[[], Tensor], message: str) -> None:
    x = Input(T, H)

    with pytest.raises(GraphError) as caught:
        _ = Equation((x,), (x + foreign(),)).nodes

    assert str(caught.value) == message


def test_walking_back_ends_at_what_was_made_before() -> None:
    before = tanh(Input(T))
    x = Input(T)
    y = sigmoid(x) + before

    nodes, ends = reach((y,), (x,), since=x.serial)

    assert ([node.operation.name for node in nodes], ends) == (["sigmoid", "add"], (before,))


def test_a_long_chain_needs_no_deep_recursion() -> None:
    x = y = Input(T)
    for _ in range(3000):
        y = y + 1

    assert Equation((x,), (y,)).cost.work == Work(add=3000 * T)


# --- what it costs ---------------------------------------------------------------------------------------------------


def test_an_equation_costs_what_its_nodes_do() -> None:
    x = Input(T, I)
    y = tanh(einsum("... i, h i -> ... h", x, weight("W", H, I)) + bias("b", H))

    assert Equation((x,), (y,)).cost == Cost(
        weights=H * I,
        biases=H,
        work=Work(mac=T * H * I, dots=T * H, add=T * H, tanh=T * H),
        roles=(("bias", Work(add=T * H)), ("activation", Work(tanh=T * H))),
    )


def test_a_weight_that_is_used_twice_is_learned_once() -> None:
    x, W = Input(T, H), weight("W", H, H)
    y = einsum("... i, h i -> ... h", einsum("... i, h i -> ... h", x, W), W)

    cost = Equation((x,), (y,)).cost

    assert (cost.weights, cost.work["mac"]) == (H**2, 2 * T * H**2)


def test_a_layer_that_is_called_twice_works_twice_and_learns_once() -> None:
    x, layer = Input(T, H), Linear(H, H)

    cost = Equation((x,), (layer(layer(x)),)).cost

    assert (cost.weights, cost.biases, cost.work) == (H**2, H, Work(mac=2 * T * H**2, dots=2 * T * H, add=2 * T * H))


def test_a_layer_that_is_called_on_other_shapes_learns_once() -> None:
    x, y, layer = Input(T, H), Input(K, H), Linear(H, H)

    cost = Equation((x, y), (layer(x), layer(y))).cost

    assert (cost.parameters, cost.work["mac"]) == (H**2 + H, T * H**2 + K * H**2)


def test_equal_layers_learn_their_own_weights() -> None:
    x = Input(T, H)

    cost = Equation((x,), (Linear(H, H)(Linear(H, H)(x)),)).cost

    assert cost.parameters == 2 * (H**2 + H)


def test_a_layer_shared_with_a_layer_that_holds_it_learns_once() -> None:
    x, layer = Input(T, H), Linear(H, H)

    cost = Equation((x,), (Repeat(layer, 3)(layer(x)),)).cost

    assert cost.weights == H**2 + 3 * H**2  # a repetition has weights of its own, each time


def test_a_layer_keeps_what_it_hands_out_and_nothing_between() -> None:
    x = Input(T, H)
    y = tanh(sigmoid(x))

    assert Equation((x,), (y, y)).layer_cost.activations == T * H


def test_a_view_of_an_input_is_nothing_new_to_keep() -> None:
    x = Input(T, H)

    assert Equation((x,), (rearrange("t h -> (t h)", x),)).layer_cost.activations == 0


def test_a_network_keeps_what_bare_operations_compute() -> None:
    x = Input(T, H)
    y = rearrange("t h -> h t", tanh(x)) + 1

    assert Equation((x,), (y,)).network_cost.activations == 2 * T * H


def test_a_layer_within_a_layer_counts_its_own_activations_once() -> None:
    x = Input(T, H)
    y = ReLU()(x)

    equation = Equation((x,), (y,))

    assert (equation.layer_cost.activations, equation.network_cost.activations) == (T * H, T * H)


# --- names -----------------------------------------------------------------------------------------------------------


def test_nodes_are_named_by_their_operations_and_numbered_from_the_second_on() -> None:
    x = Input(T)

    assert list(Equation((x,), (tanh(sigmoid(tanh(tanh(x)))),)).names.values()) == [
        "tanh",
        "tanh_2",
        "sigmoid",
        "tanh_3",
    ]


@given(labels=st.lists(st.sampled_from(["", "", "box", "box_2", "add", "add_2", "x"]), min_size=1, max_size=8))
@settings(deadline=None)
def test_names_are_unique_and_a_label_is_kept_where_it_comes_first(labels: list[str]) -> None:
    x = y = Input(T, name="x")
    for label in labels:
        (y,) = record((y + 1).node.operation, y, label=label)  # type: ignore[union-attr]

    names = list(Equation((x,), (y,)).names.values())

    kept = {label: names[labels.index(label)] for label in labels if label}
    assert (len(set(names)), "" in names, kept) == (len(labels), False, {label: label for label in kept})


def test_a_node_without_a_label_is_not_called_as_an_input_is() -> None:
    x = Input(T, name="tanh")

    assert list(Equation((x,), (tanh(x),)).names.values()) == ["tanh_2"]


# --- whether it computes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "free"),
    [
        (lambda x: x, True),
        (lambda x: rearrange("t h -> h t", x), True),
        (lambda x: pad(take(concat([x, x]), "t", 0, 2), "t", 1, 0), True),
        (lambda x: Identity()(Flatten()(x)), True),
        (lambda x: x + 1, False),
        (lambda x: rearrange("t h -> h t", tanh(x)), False),
        (ReLU(), False),
        (lambda x: scan(lambda x_t, c: (tanh(c), x_t), x, over="t", carry=[H])[1], False),
        (lambda x: record(Priced("box", Cost(), Integer(0), (T,)), x)[0], False),
    ],
)
def test_an_equation_is_free_if_nothing_in_it_computes(write: Callable[[Tensor], Tensor], free: bool) -> None:
    x = Input(T, H)

    assert Equation((x,), (write(x),)).is_free is free


# --- the same equation over again ------------------------------------------------------------------------------------


def _recurrent(x: Tensor) -> Tensor:
    U, b = weight("U", H, H), bias("b", H)

    def step(x_t: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        c = sigmoid(c) * tanh(x_t) + tanh(b)
        return einsum("... j, h j -> ... h", h, U) + c, c

    return scan(step, x, over="t", carry=[H, H], reverse=True)[0]


def _convolved(x: Tensor) -> Tensor:
    windows = window(pad(x, "t", K - 1, Integer(0)), "t", K, Integer(2), Integer(1), "k")
    return einsum("... t k i, h k i -> ... t h", windows, weight("W", H, K, x.axes[-1].size))


def _attended(x: Tensor) -> Tensor:
    scores = einsum("... t d, ... s d -> ... t s", x, rearrange("... t d -> ... t d", x))
    return einsum("... t s, ... s d -> ... t d", softmax(scores, "s"), x)


def _gated(x: Tensor) -> Tensor:
    first, second = chunk(concat([x, x]), 2)
    return elementwise("maximum", first, second) * H + mean(x, "t", keep=True)


def _layered(x: Tensor) -> Tensor:
    layer = Linear(H, H)
    return layer(Repeat(Linear(H, H), L)(layer(x)))


EQUATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "recurrent": _recurrent,
    "convolved": _convolved,
    "attended": _attended,
    "gated": _gated,
    "layered": _layered,
}


def _resized(tensor: Tensor, sizes: dict[Symbol, Expr]) -> Tensor:
    return Tensor(tuple(Axis(axis.name, substitute(axis.size, sizes)) for axis in tensor.axes))


@given(
    sizes=st.fixed_dictionaries(
        {},
        optional={
            symbol: st.integers(4, 9).map(Integer) | st.sampled_from([L, K + 3, 2 * symbol])
            for symbol in (T, H, B, K, L)
        },
    )
)
@pytest.mark.parametrize("write", EQUATIONS.values(), ids=EQUATIONS)
@settings(deadline=None, max_examples=15)
def test_an_equation_replayed_at_sizes_costs_what_it_cost_with_those_sizes_put_in(
    write: Callable[[Tensor], Tensor], sizes: dict[Symbol, Expr]
) -> None:
    x = Input(B, T, H)
    equation = Equation((x,), (write(x),))
    given_input = _resized(x, sizes)

    again = Equation((given_input,), replay(equation, (given_input,), sizes))

    assert (again.layer_cost, again.outputs[0].shape) == (
        equation.layer_cost.at_sizes(sizes),
        tuple(substitute(length, sizes).expand() for length in equation.outputs[0].shape),
    )


def test_a_replayed_equation_keeps_the_labels_of_its_nodes() -> None:
    x = Input(T, H)
    y = Linear(H, H)(tanh(x), name="project") + weight("scale", H)
    equation = Equation((x,), (y,))

    z = Input(5, H)
    again = Equation((z,), replay(equation, (z,), {T: Integer(5)}))

    assert list(again.names.values()) == list(equation.names.values()) == ["tanh", "project", "scale", "add"]


def test_a_replayed_equation_that_sizes_do_not_change_shares_its_operations() -> None:
    x = Input(T, H)
    equation = Equation((x,), (tanh(x),))
    kept: Any = [node.operation for node in equation.nodes]

    made: list[Operation] = [node.operation for node in Equation((x,), replay(equation, (x,), {T: Integer(5)})).nodes]

    assert all(new is old for new, old in zip(made, kept, strict=True))
