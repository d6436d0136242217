from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Integer, Rational, ceiling, floor, sympify

from symcost.axes import Axes, Axis, shown
from symcost.cost import Cost
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import size
from symcost.operations import Operation
from symcost.views import Broadcast, Concat, Detached, Flip, Pad, Rearrange, Slice, Window, place_of

T, H, B, G, K, N, X, Y = map(dimension, "THBGKNXY")


def axes(**lengths: Any) -> Axes:
    return tuple(Axis(name, size(length)) for name, length in lengths.items())


def made(operation: Operation, *inputs: Axes) -> str:
    (output,) = operation.outputs(*inputs)
    return shown(output)


def message(call: Any, *arguments: Any) -> str:
    with pytest.raises(ShapeError) as caught:
        call(*arguments)
    return str(caught.value)


def window(place: int, width: Any, stride: Any = 1, dilation: Any = 1) -> Window:
    return Window(place, size(width), size(stride), size(dilation), "k")


@pytest.mark.parametrize(
    ("view", "inputs"),
    [
        (window(-1, 3), (axes(t=10),)),
        (Rearrange("a b -> b a"), (axes(a=T, b=H),)),
        (Slice(-1, Integer(0), Integer(2)), (axes(t=T),)),
        (Pad(-1, Integer(1), Integer(1)), (axes(t=T),)),
        (Concat(-1), (axes(t=T), axes(t=H))),
        (Broadcast((-1,), ("h",), (H,)), (axes(t=T),)),
        (Flip(-1), (axes(t=T),)),
        (Detached(), (axes(t=T),)),
    ],
)
def test_a_view_costs_nothing_and_is_free(view: Operation, inputs: tuple[Axes, ...]) -> None:
    assert (view.cost(inputs, view.outputs(*inputs)), view.free) == (Cost(), True)


# --- windows ---------------------------------------------------------------------------------------------------------


@given(length=st.integers(1, 30), width=st.integers(1, 6), stride=st.integers(1, 5), dilation=st.integers(1, 4))
def test_there_are_as_many_windows_as_fit(length: int, width: int, stride: int, dilation: int) -> None:
    starts = [start for start in range(0, length, stride) if start + dilation * (width - 1) < length]
    assume(starts)

    assert made(window(0, width, stride, dilation), axes(t=length)) == f"(t={len(starts)}, k={width})"


@pytest.mark.parametrize(
    ("view", "windows"),
    [
        (window(-2, K), "(b=B, t=T - K + 1, k=K, h=H)"),
        (window(1, 3, 2), "(b=B, t=floor((T + 1)/2) - 1, k=3, h=H)"),
        (window(-2, 3, 1, 4), "(b=B, t=T - 8, k=3, h=H)"),
        (window(-2, 1), "(b=B, t=T, k=1, h=H)"),
        (window(0, 2), "(b=B - 1, k=2, t=T, h=H)"),
    ],
)
def test_windows_are_a_new_axis_right_after_the_windowed_one(view: Window, windows: str) -> None:
    assert made(view, axes(b=B, t=T, h=H)) == windows


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (window(0, 3), "axis t=2 and a window of 3 with dilation 1; expected at least 3 steps"),
        (window(0, 2, 1, 2), "axis t=2 and a window of 2 with dilation 2; expected at least 3 steps"),
        (window(0, 4, 9), "axis t=2 and a window of 4 with dilation 1; expected at least 4 steps"),
        (window(0, K + 2), "axis t=2 and a window of K + 2 with dilation 1; expected at least K + 2 steps"),
    ],
)
def test_a_window_wider_than_its_axis_is_refused(view: Window, error: str) -> None:
    assert message(view.outputs, axes(t=2)) == error


# --- rearrangements --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "given_sizes", "before", "after"),
    [
        ("a b -> b a", {}, axes(t=T, h=H), "(b=H, a=T)"),
        ("... a b -> ... b a", {}, axes(x=B, t=T, h=H), "(x=B, b=H, a=T)"),
        ("... t (g c) -> ... t g c", {"g": G}, axes(b=B, t=T, h=G * H), "(b=B, t=T, g=G, c=H)"),
        ("(g c) -> g c", {"c": 4}, axes(h=12), "(g=3, c=4)"),
        ("(g c) -> c g", {"g": 3, "c": 4}, axes(h=12), "(c=4, g=3)"),
        ("(n d) -> n d", {"n": N}, axes(h=H), "(n=N, d=H/N)"),
        ("x y c -> (x y) c", {}, axes(a=X, b=Y, c=3), "(x_y=X Y, c=3)"),
        ("x y -> (y x)", {}, axes(a=X, b=Y), "(y_x=X Y)"),
        ("(a b) c -> (c a) b", {"a": 2}, axes(x=6, y=5), "(c_a=10, b=3)"),
        ("... c -> ... c", {}, axes(c=T, d=H), "(c'=T, c=H)"),
    ],
)
def test_axes_are_permuted_merged_and_split(
    pattern: str, given_sizes: dict[str, Any], before: Axes, after: str
) -> None:
    lengths = tuple((name, size(length)) for name, length in given_sizes.items())

    assert made(Rearrange(pattern, lengths), before) == after


@pytest.mark.parametrize(
    ("pattern", "given_sizes", "before", "error"),
    [
        ("(g c) -> g c", {"g": 5}, axes(h=12), "axis h=12 as (g c) with g=5; expected sizes whose product is the axis"),
        (
            "(g c) -> g c",
            {"g": 5, "c": 2},
            axes(h=12),
            "axis h=12 as (g c) with g=5, c=2; expected sizes whose product is the axis",
        ),
        (
            "(g c) -> g c",
            {},
            axes(h=12),
            "axis h=12 as (g c) with no size given; expected sizes whose product is the axis",
        ),
        ("a b -> b a", {}, axes(h=12), "a tensor of axes (h=12); expected axes 'a b'"),
        ("a -> a", {}, axes(b=B, h=12), "a tensor of axes (b=B, h=12); expected axes 'a'"),
        ("... a b -> ... b a", {}, axes(h=12), "a tensor of axes (h=12); expected axes '... a b'"),
    ],
)
def test_axes_that_do_not_divide_as_the_pattern_says_are_refused(
    pattern: str, given_sizes: dict[str, Any], before: Axes, error: str
) -> None:
    lengths = tuple((name, size(length)) for name, length in given_sizes.items())

    assert message(Rearrange(pattern, lengths).outputs, before) == f"rearrange {pattern!r}: {error}"


# --- stretches, margins, joints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "cut"), [(-1, "(b=B, t=T, h=K)"), (1, "(b=B, t=K, h=H)"), (-3, "(b=K, t=T, h=H)")])
def test_a_stretch_of_an_axis_has_its_length(place: int, cut: str) -> None:
    assert made(Slice(place, Integer(1), K), axes(b=B, t=T, h=H)) == cut


@pytest.mark.parametrize(
    ("before", "after", "padded"),
    [
        (Integer(1), Integer(2), "(t=T + 3, h=H)"),
        (K - 1, Integer(0), "(t=T + K - 1, h=H)"),
        (floor(K / 2), ceiling(K / 2), "(t=T + ceil(K/2) + floor(K/2), h=H)"),
    ],
)
def test_a_padded_axis_is_longer_by_its_margins(before: Any, after: Any, padded: str) -> None:
    assert made(Pad(-2, before, after), axes(t=T, h=H)) == padded


@pytest.mark.parametrize(
    ("place", "inputs", "joined"),
    [
        (-1, (axes(t=T, h=H), axes(t=T, c=3)), "(t=T, h=H + 3)"),
        (0, (axes(t=T, h=H), axes(s=K, h=H), axes(t=T, h=H)), "(t=2 T + K, h=H)"),
        (-1, (axes(h=H),), "(h=H)"),
        (-1, (axes(t=T + T, h=H), axes(t=2 * T, h=H)), "(t=2 T, h=2 H)"),
    ],
)
def test_tensors_behind_each_other_add_the_sizes_of_one_axis(place: int, inputs: tuple[Axes, ...], joined: str) -> None:
    assert made(Concat(place), *inputs) == joined


@pytest.mark.parametrize(
    ("inputs", "shapes"),
    [
        ((axes(t=T, h=H), axes(t=K, h=H)), "(t=T, h=H) and (t=K, h=H)"),
        ((axes(t=T, h=H), axes(h=H)), "(t=T, h=H) and (h=H)"),
        ((axes(t=T, h=H), axes(t=T, h=3), axes(t=4, h=1)), "(t=T, h=H) and (t=T, h=3) and (t=4, h=1)"),
    ],
)
def test_tensors_that_differ_in_another_axis_are_not_joined(inputs: tuple[Axes, ...], shapes: str) -> None:
    assert message(Concat(-1).outputs, *inputs) == f"concat: axes {shapes}; expected equal sizes but for one axis"


# --- the same numbers again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "keep", "inputs", "again"),
    [
        ((-1,), False, axes(t=T), "(t=T, a=K)"),
        ((-2,), False, axes(t=T), "(a=K, t=T)"),
        ((-1,), False, (), "(a=K)"),
        ((-1,), True, axes(t=T, h=1), "(t=T, h=K)"),
        ((-2, -1), True, axes(b=B, t=1, h=1), "(b=B, t=K, h=G)"),
        ((-3, -1), False, axes(b=B, t=T), "(b=B, a=K, t=T, c=G)"),
        ((-1, -3), False, axes(b=B, t=T), "(b=B, c=G, t=T, a=K)"),
    ],
)
def test_a_tensor_is_seen_again_along_axes_that_it_has_not_or_of_size_1(
    places: tuple[int, ...], keep: bool, inputs: Axes, again: str
) -> None:
    count = len(places)
    assert made(Broadcast(places, ("a", "c")[:count], (K, G)[:count], keep), inputs) == again


def test_an_axis_of_another_size_than_1_is_not_stretched() -> None:
    view = Broadcast((-1,), ("a",), (K,), keep=True)
    assert message(view.outputs, axes(t=T)) == "broadcast: axis t=T; expected an axis of size 1"


def test_an_axis_turned_round_is_as_long() -> None:
    assert made(Flip(-2), axes(t=T, h=H)) == "(t=T, h=H)"


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis", "place"), [("b", -3), ("t", -2), ("h", -1), (0, -3), (1, -2), (2, -1), (-1, -1), (-3, -3)]
)
def test_an_axis_goes_by_its_name_or_its_number(axis: str | int, place: int) -> None:
    assert place_of(axes(b=B, t=T, h=H), axis) == place


@pytest.mark.parametrize(
    ("axis", "error"),
    [
        (2, "dimension 2 of a tensor of axes (b=B, t=T); expected -2 to 1"),
        (-3, "dimension -3 of a tensor of axes (b=B, t=T); expected -2 to 1"),
        ("x", "a tensor of axes (b=B, t=T); expected an axis 'x'"),
    ],
)
def test_an_axis_that_is_not_there_is_refused(axis: str | int, error: str) -> None:
    assert message(place_of, axes(b=B, t=T), axis) == error


def test_a_view_at_sizes_has_its_arguments_at_sizes() -> None:
    view = Rearrange("(n d) -> n d", (("n", N),))

    assert (window(-1, K).at_sizes({K: Integer(3)}), view.at_sizes({N: Integer(2)})) == (
        window(-1, 3),
        Rearrange("(n d) -> n d", (("n", Integer(2)),)),
    )


@pytest.mark.parametrize(("start", "length"), [(0, 6), (3, 3), (0, 0), (1, Rational(1, 2))])
def test_a_stretch_that_is_no_part_of_the_axis_is_refused(start: Any, length: Any) -> None:
    with pytest.raises(ShapeError, match="expected a part of it"):
        Slice(-1, sympify(start), sympify(length)).outputs((Axis("t", Integer(5)),))


def test_a_rearrangement_neither_makes_nor_drops_an_axis() -> None:
    for pattern in ("t i -> t h", "t i -> t", "t i -> t i j"):
        with pytest.raises(ShapeError, match="the same names on both sides"):
            Rearrange(pattern).outputs(axes(t=T, i=H))
