"""Calls and repetitions: what they cost, whose their weights are, and that they are the same at other sizes."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Expr, Integer

import symcost as sc
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.equation import Equation, replay
from symcost.errors import DimensionError, ShapeError
from symcost.expressions import normal
from symcost.functional import scan
from symcost.layers import Flatten, Linear
from symcost.structure import repeat
from symcost.tensor import Input, Node, Tensor

T, H, I, B, L = map(dimension, "THIBL")


def node_of(tensor: Tensor) -> Node:
    assert tensor.node is not None
    return tensor.node


# --- repetitions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [Integer(1), Integer(3), L, 2 * L - 1])
def test_a_layer_repeated_costs_as_often_as_it_is_repeated(count: Expr) -> None:
    x = Input(T, H)
    (y,) = repeat(Linear(H, H), count, [x])

    assert Equation((x,), (y,)).cost == Cost(
        weights=count * H**2,
        biases=count * H,
        work=Work(mac=count * T * H**2, dots=count * T * H, add=count * T * H),
        activations=count * T * H,
        roles=(("bias", Work(add=count * T * H)),),
    )


def test_a_layer_repeated_with_shared_weights_learns_once() -> None:
    x = Input(T, H)
    (y,) = repeat(Linear(H, H), L, [x], shared=True)

    cost = Equation((x,), (y,)).cost

    assert (cost.weights, cost.biases, cost.work["mac"]) == (H**2, H, L * T * H**2)


@pytest.mark.parametrize(
    ("layer", "inputs", "message"),
    [
        (
            Linear(I, H),
            [Input(T, I)],
            "repetition of linear: (t=T, i=I) becomes (t=T, h=H); expected the shape that it takes",
        ),
        (
            Flatten(1),
            [Input(B, T, I)],
            "repetition of flatten: (b=B, t=T, i=I) becomes (b=B, a1_a2=T I); expected the shape that it takes",
        ),
    ],
)
def test_a_layer_that_changes_the_shape_cannot_be_repeated(layer: Any, inputs: list[Tensor], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        repeat(layer, L, inputs)

    assert str(caught.value) == message


def test_sizes_that_are_equal_but_written_otherwise_may_be_repeated() -> None:
    x = Input(T, 2 * (H + 1))
    (y,) = repeat(Linear(2 * H + 2, 2 * (H + 1)), L, [x])

    assert y.shape == (T, 2 * H + 2)


def test_a_number_of_repetitions_that_becomes_none_is_refused() -> None:
    x = Input(T, H)
    (y,) = repeat(Linear(H, H), L - 1, [x])

    with pytest.raises(DimensionError) as caught:
        replay(Equation((x,), (y,)), (x,), {L: Integer(1)})

    assert str(caught.value) == "a number of repetitions is 0; expected a positive whole number"


def test_a_repetition_within_a_loop_keeps_its_weights() -> None:
    x = Input(T, H)
    (y,) = scan(lambda x_t, h: repeat(sc.Linear(H, H), L, [h + x_t])[0], x, over="t", carry=[H])

    assert sc.Network("loop", x, y).parameters == normal(L * (H**2 + H))


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_call_bears_the_name_of_its_layer_and_hands_out_its_axes() -> None:
    y = Linear(I, H)(Input(B, T, I))

    assert (node_of(y).operation.name, y.shape) == ("linear", (B, T, H))


def test_equal_layers_on_equal_shapes_share_one_equation() -> None:
    first, second = (node_of(Linear(I, H)(Input(T, I))).operation for _ in range(2))

    assert first.equation is second.equation  # type: ignore[attr-defined]


def test_a_call_at_sizes_is_the_call_of_a_layer_of_those_sizes() -> None:
    x, z = Input(T, I), Input(T, 4)
    equation = Equation((x,), (Linear(I, H)(x, name="project"),))

    (again,) = replay(equation, (z,), {I: Integer(4)})

    assert (node_of(again).operation.layer, node_of(again).label) == (Linear(4, H), "project")  # type: ignore[attr-defined]
