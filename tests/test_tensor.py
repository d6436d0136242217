from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any

import pytest
from sympy import Symbol

from symcost.axes import shown
from symcost.cost import Work
from symcost.dimensions import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.operations import Einsum, Elementwise, Weight
from symcost.tensor import Input, Tensor, elementwise, record

T, H, I = map(dimension, "THI")


@pytest.mark.parametrize(
    ("sizes", "names", "axes"),
    [
        ((), {}, "()"),
        ((T, H), {}, "(t=T, h=H)"),
        ((T, 784), {}, "(t=T, a2=784)"),
        ((2 * T, dimension("T_self")), {}, "(a1=2 T, t_self=T_self)"),
        ((T, T, T), {}, "(t=T, t'=T, t''=T)"),
        ((T, H), {"axes": "time c"}, "(time=T, c=H)"),
        ((T, H), {"axes": "c c"}, "(c=T, c'=H)"),
        ((Symbol("T"),), {}, "(t=T)"),
    ],
)
def test_the_axes_of_an_input_are_called_after_its_dimensions_or_as_they_are_named(
    sizes: tuple[Any, ...], names: dict[str, str], axes: str
) -> None:
    assert shown(Input(*sizes, **names).axes) == axes


def test_an_input_has_a_label_and_comes_from_nowhere() -> None:
    x = Input(T, H, name="x")

    assert (x.label, x.node, x.shape) == ("x", None, (T, H))


@pytest.mark.parametrize(
    ("arguments", "names", "kind", "message"),
    [
        ((T, H), {"name": "x", "axes": "t"}, ShapeError, "input x: 2 sizes; expected 1, for the axes 't'"),
        ((T,), {"name": "x", "axes": "t h"}, ShapeError, "input x: 1 sizes; expected 2, for the axes 't h'"),
        ((T, 0), {}, DimensionError, "size 2 of an input is 0; expected a positive whole number"),
        (
            ("T",),
            {},
            DimensionError,
            "size 1 of an input is 'T'; expected a positive whole number, a dimension or an expression of them; "
            "text goes through symcost.read",
        ),
    ],
)
def test_an_input_that_is_none_is_refused(
    arguments: tuple[Any, ...], names: dict[str, str], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind) as caught:
        Input(*arguments, **names)

    assert str(caught.value) == message


# --- recording -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "function"),
    [
        (operator.add, "add"),
        (operator.sub, "subtract"),
        (operator.mul, "multiply"),
        (operator.truediv, "divide"),
    ],
)
def test_arithmetic_on_tensors_is_recorded_with_its_arguments_in_order(
    write: Callable[[Any, Any], Tensor], function: str
) -> None:
    x, y = Input(T, H), Input(T, H)

    made = [write(x, y), write(x, 3), write(3, x), write(x, H)]

    assert [(each.node.operation, each.node.inputs) for each in made if each.node] == [
        (Elementwise(function, (None, None)), (x, y)),
        (Elementwise(function, (None, 3)), (x,)),
        (Elementwise(function, (3, None)), (x,)),
        (Elementwise(function, (None, H)), (x,)),
    ]


def test_a_node_knows_what_it_made_and_its_tensors_know_it() -> None:
    x = Input(T, I)

    (y,) = record(Einsum("... i, h i -> ... h"), x, *record(Weight("W", (H, I))), label="project")

    assert y.node is not None
    assert (y.node.outputs, y.node.label, y.shape) == ((y,), "project", (T, H))


def test_an_application_costs_what_its_operation_does_on_these_axes() -> None:
    y = elementwise("maximum", Input(T, H), 0)

    assert y.node is not None
    assert y.node.cost.work == Work(compare=T * H)


def test_serial_numbers_grow_as_tensors_are_made() -> None:
    x = Input(T)
    y = x + 1

    assert y.node is not None
    assert x.serial < y.node.serial < y.serial


def test_tensors_of_one_shape_are_not_one_tensor() -> None:
    assert Input(T) != Input(T)


def test_a_tensor_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Input(T).label = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("make", "bare"), [(lambda: Input(T) + 1, True), (lambda: record(Weight("W", (H,)))[0], False)]
)
def test_a_node_is_bare_if_it_computes(make: Callable[[], Tensor], bare: bool) -> None:
    made = make()

    assert made.node is not None
    assert made.node.is_bare is bare
