"""Scans over time: what each step costs and keeps, what leaves the loop, and what does not fit together."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from sympy import Expr, Integer, Max

import symcost as sc
from symcost.axes import shown
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.equation import Equation, replay
from symcost.errors import DimensionError, ShapeError
from symcost.expressions import normal
from symcost.functional import bias, einsum, exp, scan, sigmoid, tanh, weight
from symcost.recurrence import Scan
from symcost.tensor import Input, Node, Tensor

T, H, I, B, S, D = map(dimension, "THIBSD")


def node_of(tensor: Tensor) -> Node:
    assert tensor.node is not None
    return tensor.node


def step_operations(tensor: Tensor) -> list[str]:
    """The operations inside the loop that made a tensor."""
    operation = node_of(tensor).operation
    assert isinstance(operation, Scan)
    return [node.operation.name for node in operation.step.nodes]


def test_a_step_costs_as_often_as_there_are_steps() -> None:
    x = Input(T, H)
    y, *_ = scan(lambda x_t, h: tanh(x_t + h), x, over="t", carry=[H])

    assert Equation((x,), (y,)).cost == Cost(
        work=Work(tanh=T * H, add=T * H), state=H, roles=(("activation", Work(tanh=T * H)),)
    )


def test_a_learned_tensor_of_a_step_has_left_the_loop_and_is_learned_once() -> None:
    x = Input(T, H)

    def step(x_t: Tensor, h: Tensor) -> Tensor:
        return x_t + einsum("... j, h j -> ... h", h, weight("U", H, H)) + bias("b", H)

    (y,) = scan(step, x, over="t", carry=[H])

    assert ([node_of(each).label for each in node_of(y).inputs[1:]], step_operations(y)) == (
        ["U", "b"],
        ["einsum", "add", "add"],
    )


def test_parameters_of_a_recurrence_do_not_grow_with_time() -> None:
    x = Input(T, H)

    def step(x_t: Tensor, h: Tensor) -> Tensor:
        return x_t + einsum("... j, h j -> ... h", h, weight("U", H, H)) + bias("b", H)

    (y,) = scan(step, x, over="t", carry=[H])

    assert Equation((x,), (y,)).cost == Cost(
        weights=H**2, biases=H, work=Work(mac=T * H**2, dots=T * H, add=2 * T * H), state=H,
        roles=(("bias", Work(add=T * H)),),
    )  # fmt: skip


def test_what_does_not_depend_on_the_loop_is_computed_once() -> None:
    x, memory = Input(T, H), Input(S, H)

    def step(x_t: Tensor, h: Tensor) -> Tensor:
        return x_t * tanh(exp(weight("g", H))) + h * sigmoid(x_t) + memory_sum(memory)

    def memory_sum(m: Tensor) -> Tensor:
        return einsum("s h, s h -> h", m, m)

    (y,) = scan(step, x, over="t", carry=[H])

    assert Equation((x, memory), (y,)).cost.work == Work(
        exp=H, tanh=H, mac=S * H, dots=H, mul=2 * T * H, sigmoid=T * H, add=2 * T * H
    )


def test_a_tensor_from_outside_is_an_input_of_the_scan_once() -> None:
    x, memory = Input(T, H), Input(H)
    (y,) = scan(lambda x_t, h: x_t * memory + h * memory, x, over="t", carry=[H])

    assert node_of(y).inputs == (x, memory)


def test_an_output_that_does_not_depend_on_the_loop_is_captured() -> None:
    x, memory = Input(T, H), Input(S)
    h, m = scan(lambda x_t, h: (x_t + h, memory), x, over="t", carry=[H])

    assert (node_of(h).inputs, shown(m.axes)) == ((x, memory), "(t=T, s=S)")


def test_a_recurrence_within_a_recurrence_works_over_both() -> None:
    x = Input(T, S, H)

    def outer(row: Tensor, h: Tensor) -> Tensor:
        (inner,) = scan(lambda cell, c: tanh(cell) + c, row, over="s", carry=[H])
        return h + einsum("s h, s h -> h", inner, inner)

    (y,) = scan(outer, x, over="t", carry=[H])

    assert Equation((x,), (y,)).cost.work == Work(tanh=T * S * H, add=T * S * H + T * H, mac=T * S * H, dots=T * H)


def test_carries_and_what_else_is_handed_out_come_back_as_sequences() -> None:
    x = Input(B, T, I)

    def step(x_t: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, ...]:
        return tanh(h), sigmoid(c), exp(x_t)

    made = scan(step, x, over="t", carry=[H, (S, H)])

    assert [shown(each.axes) for each in made] == [
        "(b=B, t=T, c0=H)",
        "(b=B, t=T, c0=S, c1=H)",
        "(b=B, t=T, i=I)",
    ]


def test_the_state_is_what_is_carried_for_each_leading_axis() -> None:
    x = Input(B, T, I)
    h, *_ = scan(lambda x_t, h, c: (tanh(h), sigmoid(c)), x, over="t", carry=[H, (S, H)])

    assert Equation((x,), (h,)).cost.state == B * H + B * S * H


def test_several_sequences_are_walked_together() -> None:
    x, y = Input(T, H), Input(T, I)
    made = scan(lambda x_t, y_t, h: (x_t + h, y_t * 2), x, y, over="t", carry=[H])

    assert ([each.shape for each in made], node_of(made[0]).inputs) == ([(T, H), (T, I)], (x, y))


def test_a_carry_may_begin_with_what_is_given() -> None:
    x, start = Input(T, H), Input(H)
    (y,) = scan(lambda x_t, h: x_t + h, x, over="t", carry=[H], initial=[start])

    assert node_of(y).inputs == (x, start)


@pytest.mark.parametrize(
    ("step", "carry", "sequences", "message"),
    [
        (lambda x, y, h: h, [H], [Input(T, H), Input(S, H, axes="t h")],
         "scan over 't': lengths T, S; expected one length"),
        (lambda x, h: einsum("h, h ->", h, h), [H], [Input(T, H)],
         "scan over 't': a carry of axes (c0=H) comes out as ()"),
        (lambda x, h: x, [I], [Input(T, H)], "scan over 't': a carry of axes (c0=I) comes out as (h=H)"),
        (lambda x, h, c: h, [H, H], [Input(T, H)],
         "scan over 't': 2 carries go in, 1 tensors come out; "
         "expected each carry, then whatever else a step hands out"),
        (lambda x, h: h, [H], [Input(S, H)], "a tensor of axes (s=S, h=H); expected an axis 't'"),
    ],
)  # fmt: skip
def test_a_recurrence_that_does_not_fit_together_is_refused(
    step: Any, carry: list[Any], sequences: list[Tensor], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        scan(step, *sequences, over="t", carry=carry)

    assert str(caught.value) == message


def test_a_recurrence_at_sizes_keeps_its_direction_its_label_and_its_start() -> None:
    x, start = Input(T, H), Input(H)
    (y,) = scan(lambda x_t, h: x_t + h, x, over="t", carry=[H], initial=[start], reverse=True, label="loop")
    z, zero = Input(7, H, axes="t h"), Input(H)

    (again,) = replay(Equation((x, start), (y,)), (z, zero), {T: Integer(7)})

    operation: Any = node_of(again).operation
    assert (operation.reverse, operation.length, operation.initial, node_of(again).label, node_of(again).inputs) == (
        True, 7, 1, "loop", (z, zero),
    )  # fmt: skip


# --- delays ----------------------------------------------------------------------------------------------------------


def loop(*delays: Any, **more: Any) -> Equation:
    """A recurrence of as many carries as there are delays, each of H numbers."""
    x = Input(T, H)

    def step(x_t: Tensor, *carries: Tensor) -> tuple[Tensor, ...]:
        return tuple(x_t + carry for carry in carries)

    made = scan(step, x, over="t", carry=[H] * max(1, len(delays)), delays=delays, **more)
    return Equation((x,), made)


def delays_of(equation: Equation) -> tuple[Expr, ...]:
    operation = node_of(equation.outputs[0]).operation
    assert isinstance(operation, Scan)
    return operation.delays


def test_a_carry_comes_from_the_step_before_unless_it_is_said_how_long_ago() -> None:
    assert (delays_of(loop()), delays_of(loop(1, D, 2 * D - 1))) == ((1,), (1, D, 2 * D - 1))


@pytest.mark.parametrize(("delays", "state"), [((3,), 3 * H), ((D,), D * H), ((1, 2, D), 3 * H + D * H)])
def test_the_state_is_the_last_of_each_carry_as_many_as_its_delay(delays: Any, state: Expr) -> None:
    cost = loop(*delays).cost

    assert (cost.state, cost.work) == (normal(state), Work(add=len(delays) * T * H))


@pytest.mark.parametrize(("delays", "state"), [((1, 2, 3), 3 * H), ((2, D), H * Max(2, D)), ((D, 2 * D), 2 * D * H)])
def test_what_several_carry_on_is_kept_once(delays: Any, state: Expr) -> None:
    def step(x_t: Tensor, *before: Tensor) -> tuple[Tensor, ...]:
        return (sum(before, x_t),) * len(before)

    y, *_ = scan(step, x := Input(T, H), over="t", carry=[H] * len(delays), delays=delays)

    assert Equation((x,), (y,)).cost.state == state


@pytest.mark.parametrize(
    ("delays", "message"),
    [
        ([0], "scan over 't': delay 1 is 0; expected a positive whole number"),
        ([1, -2], "scan over 't': delay 2 is -2; expected a positive whole number"),
        ([1, Integer(1) / 2], "scan over 't': delay 2 is 1/2; expected a positive whole number"),
        ([-D], "scan over 't': delay 1 is -D; expected a positive whole number"),
        ([1.5], "scan over 't': delay 1 is 1.5; expected a positive whole number, a dimension or an expression of "
         "them"),
    ],
)  # fmt: skip
def test_a_delay_that_is_no_number_of_steps_is_refused(delays: list[Any], message: str) -> None:
    with pytest.raises(DimensionError) as caught:
        loop(*delays)

    assert str(caught.value) == message


def test_there_are_as_many_delays_as_carries() -> None:
    with pytest.raises(ShapeError) as caught:
        scan(lambda x_t, h: x_t + h, Input(T, H), over="t", carry=[H], delays=[1, 2])

    assert str(caught.value) == "scan over 't': 2 delays of 1 carries; expected one for each carry"


def test_delays_at_sizes_are_numbers_and_those_that_become_none_are_refused() -> None:
    equation, x = loop(1, 4 - D), Input(T, H)
    at_two = Equation((x,), replay(equation, (x,), {D: Integer(2)}))

    assert delays_of(at_two) == (1, 2)
    with pytest.raises(DimensionError, match="scan over 't': delay 2 is 0; expected a positive whole number"):
        replay(equation, (x,), {D: Integer(4)})


def test_a_delay_that_may_be_none_is_a_condition() -> None:
    assert [str(each) for each in loop(D / 2, D - 3).conditions] == ["2 divides D", "4 is at most D"]


def test_delays_survive_pickling() -> None:
    net = sc.Network("loop", (equation := loop(2, D)).inputs, equation.outputs)
    again = pickle.loads(pickle.dumps(net))

    assert (again.total, delays_of(again.equation())) == (net.total, (2, D))
    assert again.dimensions == [D, H, T] and again.at(D=5).state == 7 * H


def test_sequences_with_other_axes_in_front_of_time_are_refused() -> None:
    with pytest.raises(ShapeError, match="expected as many axes in front of 't' in each"):
        scan(lambda a, b, h: h, Input(B, T, H), Input(T, H), over="t", carry=[H])


@pytest.mark.parametrize("initial", [[Input(I)], [Input(H), Input(H)]])
def test_initial_carries_of_another_shape_or_number_are_refused(initial: list[Tensor]) -> None:
    with pytest.raises(ShapeError, match="initial carries of axes"):
        scan(lambda x_t, h: h + x_t, Input(T, H), over="t", carry=[H], initial=initial)
