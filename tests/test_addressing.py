from __future__ import annotations

from typing import Any

import pytest

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.axes import Axes, Axis, shown
from symcost.cost import Cost, Work
from symcost.dimensions import dimension
from symcost.expressions import size
from symcost.operations import Operation

B, T, X, Y, H, K, S, D, V, E = map(dimension, "BTXYHKSDVE")
ONE = size(1)


def axes(**lengths: Any) -> Axes:
    return tuple(Axis(name, size(length)) for name, length in lengths.items())


def applied(operation: Operation, *inputs: Axes) -> tuple[str, Work]:
    """The axes that come out, as they are shown, and the work."""
    outputs = operation.outputs(*inputs)
    assert len(outputs) == 1
    assert operation.cost(inputs, outputs) == Cost(work=operation.work(inputs, outputs))
    return shown(outputs[0]), operation.work(inputs, outputs)


@pytest.mark.parametrize(
    ("numbers", "table", "made"),
    [
        (axes(t=T), axes(d0=V, d1=E), "(t=T, d1=E)"),
        (axes(b=B, t=T), axes(d0=V, d1=E), "(b=B, t=T, d1=E)"),
        ((), axes(d0=V, d1=E), "(d1=E)"),
        (axes(t=T), axes(d0=V), "(t=T)"),
        (axes(t=T), axes(d0=V, d1=X, d2=Y), "(t=T, d1=X, d2=Y)"),
        (axes(d1=T), axes(d0=V, d1=E), "(d1'=T, d1=E)"),
    ],
    ids=str,
)
def test_rows_stand_where_their_numbers_stood_and_cost_nothing(numbers: Axes, table: Axes, made: str) -> None:
    assert applied(Gather(), numbers, table) == (made, Work())


@pytest.mark.parametrize(
    ("numbers", "given", "made", "work"),
    [
        (axes(t=T), axes(t=T, e=E), "(d0=V, e=E)", T * E),
        (axes(b=B, t=T), axes(b=B, t=T, e=E), "(d0=V, e=E)", B * T * E),
        (axes(t=T), axes(t=T), "(d0=V)", T),
        ((), axes(e=E), "(d0=V, e=E)", E),
    ],
    ids=str,
)
def test_rows_that_are_put_back_cost_an_addition_for_each_number(
    numbers: Axes, given: Axes, made: str, work: Any
) -> None:
    assert applied(ScatterAdd(V), numbers, given) == (made, Work(add=work))


@pytest.mark.parametrize(
    ("place", "factor", "made"), [(-2, K, "(t=T K, h=H)"), (-1, 3, "(t=T, h=3 H)"), (0, 1, "(t=T, h=H)")]
)
def test_places_that_are_repeated_cost_nothing(place: int, factor: Any, made: str) -> None:
    assert applied(Upsample(place, size(factor)), axes(t=T, h=H)) == (made, Work())
    assert Upsample.free and not Upsample.alias  # it makes a new tensor


@pytest.mark.parametrize(
    ("steps", "width", "stride", "dilation", "length"),
    [  # by hand: the last window starts at (n - 1) s and reaches d (k - 1) further
        (1, 1, 1, 1, 1),
        (4, 1, 1, 1, 4),
        (4, 3, 1, 1, 6),
        (4, 3, 3, 1, 12),
        (4, 2, 3, 1, 11),
        (4, 3, 2, 2, 11),
        (1, 3, 5, 4, 9),
    ],
)
def test_windows_become_one_axis_as_long_as_the_last_one_reaches(
    steps: int, width: int, stride: int, dilation: int, length: int
) -> None:
    operation = OverlapAdd((-3,), (size(stride),), (size(dilation),))
    made = applied(operation, axes(b=2, t=steps, k=width, h=5))
    assert made == (f"(b=2, t={length}, h=5)", Work(add=2 * steps * width * 5))


def test_several_axes_are_put_together_at_once_with_one_addition_for_each_number() -> None:
    operation = OverlapAdd((-5, -3), (S, ONE), (ONE, D))
    made, work = applied(operation, axes(b=B, x=X, k_x=2, y=Y, k_y=K, h=H))
    assert made == "(b=B, x=S X - S + 2, y=K D + Y - D, h=H)"
    assert work == Work(add=2 * B * X * Y * K * H)


def test_places_may_be_counted_from_the_front_too() -> None:
    behind, front = OverlapAdd((-3,), (S,), (ONE,)), OverlapAdd((1,), (S,), (ONE,))
    inputs = axes(b=B, t=T, k=K, h=H)
    assert behind.outputs(inputs) == front.outputs(inputs)


def test_they_are_the_same_at_sizes() -> None:
    sizes = {S: size(2), D: size(3), K: size(4)}
    assert OverlapAdd((-3,), (S,), (D,)).at_sizes(sizes) == OverlapAdd((-3,), (size(2),), (size(3),))
    assert ScatterAdd(K).at_sizes(sizes) == ScatterAdd(size(4))
    assert Upsample(-1, K).at_sizes(sizes) == Upsample(-1, size(4))


def test_they_are_called_by_their_names() -> None:
    assert [Gather().name, Upsample(0, K).name, OverlapAdd((0,), (S,), (D,)).name] == [
        "gather",
        "upsample",
        "overlapadd",
    ]


@pytest.mark.parametrize(("place", "made"), [(-1, "(t=T)"), (0, "(h=H)")])
def test_the_place_of_the_largest_takes_one_comparison_less_than_there_are_numbers(place: int, made: str) -> None:
    rest = {"(t=T)": T, "(h=H)": H}[made]
    assert applied(ArgMax(place), axes(t=T, h=H)) == (made, Work(compare=T * H - rest))
