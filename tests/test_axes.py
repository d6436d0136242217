from __future__ import annotations

from typing import Any

import pytest
from sympy import floor

from symcost.axes import (
    Axes,
    Axis,
    bind,
    elements,
    equation,
    joined,
    leading_of,
    named,
    position,
    shown,
    sizes,
    terms,
    unify,
)
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import size

T, H, I, B, S = map(dimension, "THIBS")


def axes(**lengths: Any) -> Axes:
    return tuple(Axis(name, size(length)) for name, length in lengths.items())


def message(call: Any, *arguments: Any) -> str:
    with pytest.raises(ShapeError) as caught:
        call(*arguments)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ((), "()"),
        (axes(t=T), "(t=T)"),
        (axes(b=2, t=T, h=H * 4 + 1), "(b=2, t=T, h=4 H + 1)"),
        (axes(t=floor(T / 2)), "(t=floor(T/2))"),
    ],
)
def test_axes_are_shown_with_names_and_sizes(given: Axes, written: str) -> None:
    assert shown(given) == written


def test_a_shape_is_the_sizes_in_order() -> None:
    assert sizes(axes(b=2, t=T, h=H)) == (2, T, H)


@pytest.mark.parametrize(("given", "count"), [((), 1), (axes(t=T), T), (axes(b=2, t=T, h=H), 2 * T * H)])
def test_a_tensor_holds_the_product_of_its_sizes(given: Axes, count: Any) -> None:
    assert elements(given) == count


# --- patterns --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "groups", "leading"),
    [
        ("", (), False),
        ("...", (), True),
        ("t", (("t",),), False),
        ("... t i", (("t",), ("i",)), True),
        ("t_self (g c)", (("t_self",), ("g", "c")), False),
        ("...t (a)", (("t",), ("a",)), True),
        ("t t'", (("t",), ("t'",)), False),
        ("()", ((),), False),
    ],
)
def test_a_pattern_is_groups_of_names(pattern: str, groups: Any, leading: bool) -> None:
    (term,) = terms(pattern)

    assert (term.groups, term.leading) == (groups, leading)


def test_an_equation_has_inputs_and_one_output() -> None:
    left, right = equation("... t i, h i -> ... t h")

    assert ([term.names for term in left], right.names) == ([("t", "i"), ("h", "i")], ("t", "h"))


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("t T", "pattern 't T' has 'T'; expected names such as t, '...' in front, or (a b)"),
        ("t ...", "pattern 't ...' has '...'; expected names such as t, '...' in front, or (a b)"),
        ("((a))", "pattern '((a))' has '('; expected names such as t, '...' in front, or (a b)"),
        ("a)", "pattern 'a)' has ')'; expected names such as t, '...' in front, or (a b)"),
        ("2a", "pattern '2a' has '2a'; expected names such as t, '...' in front, or (a b)"),
        ("(a b", "pattern '(a b'; expected closed brackets, and each name once"),
        ("a b a", "pattern 'a b a'; expected closed brackets, and each name once"),
        ("a (b a)", "pattern 'a (b a)'; expected closed brackets, and each name once"),
    ],
)
def test_a_pattern_that_is_none_is_refused(pattern: str, error: str) -> None:
    assert message(terms, pattern) == error


@pytest.mark.parametrize("pattern", ["a b", "a -> b -> c", "a -> b, c", ""])
def test_an_equation_without_two_sides_is_refused(pattern: str) -> None:
    assert message(equation, pattern) == f"pattern {pattern!r} has not two sides; expected inputs -> one output"


# --- names for the axes of tensors -----------------------------------------------------------------------------------


def test_a_pattern_names_the_last_axes_and_leaves_the_leading_ones() -> None:
    leading, found = bind(terms("... t i")[0], axes(b=B, x=T, y=H))

    assert (leading, found) == (axes(b=B), {"t": T, "i": H})


@pytest.mark.parametrize(
    ("pattern", "given", "error"),
    [
        ("... t i", axes(t=T), "a tensor of axes (t=T); expected axes '... t i'"),
        ("t", axes(b=B, t=T), "a tensor of axes (b=B, t=T); expected axes 't'"),
        ("t", (), "a tensor of axes (); expected axes 't'"),
    ],
)
def test_a_tensor_of_too_few_or_too_many_axes_is_refused(pattern: str, given: Axes, error: str) -> None:
    assert message(bind, terms(pattern)[0], given) == error


def test_a_name_has_one_size_over_all_tensors_however_it_is_written() -> None:
    leading, found = unify(terms("... t i, i h"), (axes(b=B, t=T, i=2 * (I + 1)), axes(i=2 * I + 2, h=H)))

    assert (leading, list(found)) == (axes(b=B), ["t", "i", "h"])


@pytest.mark.parametrize(
    ("patterns", "given", "error"),
    [
        (
            "t i, h i",
            (axes(t=T, i=I), axes(h=H, i=2 * I)),
            "axis 'i' is I in one tensor and 2 I in another; expected one size",
        ),
        ("t, t", (axes(t=3), axes(t=4)), "axis 't' is 3 in one tensor and 4 in another; expected one size"),
        ("t, t", (axes(t=T),), "1 tensors; expected 2"),
        (
            "... t, ... t",
            (axes(b=B, t=T), axes(s=S, t=T)),
            "leading axes (b=B) and (s=S); expected the same, or none",
        ),
    ],
)
def test_tensors_that_do_not_agree_are_refused(patterns: str, given: tuple[Axes, ...], error: str) -> None:
    assert message(unify, terms(patterns), given) == error


@pytest.mark.parametrize(
    ("first", "second", "leading"),
    [
        ((), (), ()),
        (axes(b=B), (), axes(b=B)),
        ((), axes(b=B), axes(b=B)),
        (axes(b=B, t=T), axes(x=B, y=T), axes(b=B, t=T)),
    ],
)
def test_leading_axes_are_those_of_either_tensor_under_the_names_of_the_first(
    first: Axes, second: Axes, leading: Axes
) -> None:
    assert leading_of(first, second) == leading


@pytest.mark.parametrize(
    ("second", "written"), [(axes(b=2), "(b=2)"), (axes(b=B, t=T), "(b=B, t=T)"), (axes(t=T, b=B), "(t=T, b=B)")]
)
def test_leading_axes_that_differ_in_size_or_number_are_refused(second: Axes, written: str) -> None:
    error = message(leading_of, axes(b=B), second)

    assert error == f"leading axes (b=B) and {written}; expected the same, or none"


@pytest.mark.parametrize(
    ("leading", "own", "written"),
    [
        (axes(b=B), axes(t=T), "(b=B, t=T)"),
        (axes(t=B), axes(t=T), "(t'=B, t=T)"),
        ((Axis("t", B), Axis("t", S)), axes(t=T), "(t''=B, t'=S, t=T)"),
        ((Axis("t", B), Axis("t'", S)), axes(t=T), "(t''=B, t'=S, t=T)"),
    ],
)
def test_a_leading_name_that_would_stand_twice_gets_a_prime(leading: Axes, own: Axes, written: str) -> None:
    assert shown(joined(leading, own)) == written


def test_axes_take_the_names_of_a_pattern_and_leading_ones_keep_theirs() -> None:
    assert shown(named(terms("... t c")[0], axes(c=B, x=T, y=H))) == "(c'=B, t=T, c=H)"


@pytest.mark.parametrize(("name", "place"), [("b", -3), ("t", -2), ("h", -1)])
def test_a_place_is_counted_from_the_end(name: str, place: int) -> None:
    assert position(axes(b=B, t=T, h=H), name) == place


def test_an_axis_that_a_tensor_does_not_have_is_refused() -> None:
    assert message(position, axes(b=B, t=T), "x") == "a tensor of axes (b=B, t=T); expected an axis 'x'"
