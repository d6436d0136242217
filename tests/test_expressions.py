from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import expressions, polynomials, positive_polynomials, sizes
from sympy import Expr, Float, Integer, Max, Min, Rational, Symbol, ceiling, floor, log, oo, sqrt, symbols, zoo

from symcost.dimensions import dimension
from symcost.errors import DimensionError
from symcost.expressions import (
    at,
    dimensions_of,
    exceeds,
    floor_div,
    is_expandable,
    maximum,
    normal,
    resized,
    resized_fields,
    same,
    size,
    sizes_given,
    substitute,
    term_count,
    total,
)

T, H, I, L, K = map(dimension, "THILK")

NO_SIZE = "; expected a positive whole number"
NO_KIND_OF_SIZE = "; expected a positive whole number, a dimension or an expression of them"
TOO_LARGE = " at the given sizes is too large to write down; choose smaller sizes"


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [int, np.int8, np.int64, np.uint32])
def test_whole_numbers_are_sizes_even_those_of_numpy(kind: type) -> None:
    given_size = size(kind(100))

    assert (given_size, type(given_size)) == (Integer(100), type(Integer(100)))


@pytest.mark.parametrize("expression", [T, 4 * H, T - K + 1, floor(T / 2), Max(T, H), T / 2])
def test_expressions_that_may_be_positive_whole_numbers_are_sizes(expression: Expr) -> None:
    assert size(expression) == expression


def test_a_symbol_of_sympys_own_becomes_the_dimension_of_its_name() -> None:
    assert size(4 * Symbol("T") + symbols("H", positive=True)) == 4 * T + H


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "a size is 0" + NO_SIZE),
        (-3, "a size is -3" + NO_SIZE),
        (Rational(1, 2), "a size is 1/2" + NO_SIZE),
        (sqrt(2), "a size is sqrt(2)" + NO_SIZE),
        (-T, "a size is -T" + NO_SIZE),
        (T - T, "a size is 0" + NO_SIZE),
        (oo, "a size is oo" + NO_SIZE),
        (zoo, "a size is zoo" + NO_SIZE),
        (Float(2), "a size is 2.00000000000000" + NO_SIZE),
        (2.0, "a size is 2.0" + NO_KIND_OF_SIZE),
        (True, "a size is True" + NO_KIND_OF_SIZE),
        (None, "a size is None" + NO_KIND_OF_SIZE),
        ([2], "a size is [2]" + NO_KIND_OF_SIZE),
        (1j, "a size is 1j" + NO_KIND_OF_SIZE),
        ("T", "a size is 'T'" + NO_KIND_OF_SIZE + "; text goes through symcost.read"),
    ],
)
def test_what_is_no_size_is_refused(value: Any, message: str) -> None:
    with pytest.raises(DimensionError) as caught:
        size(value)

    assert str(caught.value) == message


def test_a_size_that_is_refused_is_called_what_it_is() -> None:
    with pytest.raises(DimensionError) as caught:
        size(0, "Linear: in_features")

    assert str(caught.value) == "Linear: in_features is 0" + NO_SIZE


def test_sizes_go_by_the_names_of_dimensions() -> None:
    assert sizes_given({"T": 100, "H": 2 * I}) == {T: Integer(100), H: 2 * I}


@pytest.mark.parametrize(
    ("given_sizes", "known", "message"),
    [
        ({"T_slf": 1}, [dimension("T_self"), H], "no dimension here is called 'T_slf'; did you mean 'T_self'?"),
        ({"Q": 1}, [T, H], "no dimension here is called 'Q'; there are H, T"),
        ({"Q": 1}, [], "no dimension here is called 'Q'; there are none"),
        ({"T": 0}, [T], "T is 0" + NO_SIZE),
        ({"T": "5"}, None, "T is '5'" + NO_KIND_OF_SIZE + "; text goes through symcost.read"),
    ],
)
def test_sizes_of_unknown_dimensions_and_sizes_that_are_none_are_refused(
    given_sizes: dict[str, Any], known: list[Symbol] | None, message: str
) -> None:
    with pytest.raises(DimensionError) as caught:
        sizes_given(given_sizes, known)

    assert str(caught.value) == message


# --- the normal form -------------------------------------------------------------------------------------------------


@given(a=polynomials(), b=polynomials(), c=polynomials())
@settings(deadline=None, max_examples=50)
def test_equal_polynomials_have_one_normal_form(a: Expr, b: Expr, c: Expr) -> None:
    assert normal(a * (b + c)) == normal(c * a + b * a)


@given(a=polynomials(), b=polynomials())
@settings(deadline=None, max_examples=50)
def test_same_is_equality_of_polynomials_however_they_are_written(a: Expr, b: Expr) -> None:
    assert same((a + b) ** 2 - (a - b) ** 2, 4 * a * b)


@pytest.mark.parametrize(("one", "other"), [(T, H), (T, T + 1), (floor(T / 2), T / 2), (2, 3), (Max(T, H), T)])
def test_sizes_that_differ_for_some_dimensions_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)


def test_a_total_of_nothing_is_zero() -> None:
    assert total([]) == 0


def test_a_total_takes_numbers_and_expressions() -> None:
    assert total([T * (H + 1), 2, -T, 3]) == T * H + 5


def test_dimensions_of_an_expression_stand_by_name() -> None:
    assert dimensions_of(T * H**2 + floor(I / 2)) == [H, I, T]


def test_a_quotient_by_one_has_no_floor() -> None:
    assert floor_div(T, Integer(1)) == T


@pytest.mark.parametrize(("over", "under", "part"), [(7, 2, 3), (8, 2, 4), (2 * T, 2, T), (T, 2, floor(T / 2))])
def test_the_whole_part_of_a_quotient(over: Any, under: int, part: Any) -> None:
    assert floor_div(Integer(1) * over, Integer(under)) == part


# --- substitution ----------------------------------------------------------------------------------------------------


@given(expression=polynomials(), at_sizes=sizes())
@settings(deadline=None, max_examples=50)
def test_a_polynomial_at_sizes_is_what_python_computes(expression: Expr, at_sizes: dict[str, int]) -> None:
    value = at(expression, **at_sizes)

    assert (value, value.is_Integer) == (eval(str(expression), {}, at_sizes), True)


@given(expression=expressions(), at_sizes=sizes())
@settings(deadline=None, max_examples=50)
def test_there_are_no_floats_at_any_size(expression: Expr, at_sizes: dict[str, int]) -> None:
    assert not at(expression, **at_sizes).atoms(Float)


@given(expression=polynomials(), sizes_of=sizes(), chosen=st.sets(st.sampled_from(["T", "H", "I", "n_out"])))
@settings(deadline=None, max_examples=50)
def test_sizes_may_be_given_in_several_steps(expression: Expr, sizes_of: dict[str, int], chosen: set[str]) -> None:
    first = {name: value for name, value in sizes_of.items() if name in chosen}

    assert at(at(expression, **first), **sizes_of) == at(expression, **sizes_of)


@pytest.mark.parametrize(
    ("expression", "given_sizes", "value"),
    [
        (T / 2, {"T": 5}, Rational(5, 2)),
        (floor(T / 2) + ceiling(T / 2), {"T": 5}, Integer(5)),
        (Max(T, H) - Min(T, H), {"T": 3, "H": 10}, Integer(7)),
        (log(T, 2), {"T": 1024}, Integer(10)),
        (sqrt(T), {"T": 49}, Integer(7)),
        (2**L, {"L": 1000}, Integer(2**1000)),
        (T * H, {"T": 10**30, "H": 10**30}, Integer(10**60)),
        (T * H, {"T": 3}, 3 * H),
        (T**L, {"T": 1, "L": 10**9}, Integer(1)),
        (T * (H + 1), {"Q": 7}, T * H + T),
    ],
)
def test_an_expression_at_sizes_is_exact(expression: Expr, given_sizes: dict[str, int], value: Expr) -> None:
    assert at(expression, **given_sizes) == value


def test_sizes_are_put_in_all_at_once() -> None:
    assert substitute(T - 2 * H, {T: H, H: T}) == H - 2 * T


def test_what_has_none_of_the_dimensions_stays_the_same_object() -> None:
    expression = T * (H + 1)

    assert substitute(expression, {L: Integer(3)}) is expression


@pytest.mark.parametrize(
    ("expression", "power"),
    [
        (2**L, "2**L"),
        (1 + H * 3**L, "3**L"),
        (3 ** (L / 2), "3**(L/2)"),
        (3**-L, "3**(-L)"),
        (Rational(2, 3) ** L, "(2/3)**L"),
        (floor(3**L / 7), "3**L"),
        (Max(3**L, H), "3**L"),
        ((3**L + 1) ** H, "3**L"),
        (H ** (3**L), "3**L"),
        (K**L, "K**L"),
    ],
)
def test_a_power_too_large_to_write_down_is_refused_before_it_is_computed(expression: Expr, power: str) -> None:
    with pytest.raises(DimensionError) as caught:
        at(expression, L=10**9, K=2)

    assert str(caught.value) == power + TOO_LARGE


@dataclass(frozen=True)
class _Holder:
    length: Expr
    parts: tuple[Any, ...]
    word: str = "same"

    def at_sizes(self, given_sizes: dict[Symbol, Expr]) -> _Holder:
        return resized_fields(self, given_sizes)  # type: ignore[no-any-return]


def test_whatever_is_made_of_expressions_is_resized_to_its_innermost_parts() -> None:
    holder = _Holder(T + 1, (H, ("word", T), _Holder(T, ())))

    assert resized(holder, {T: Integer(5)}) == _Holder(Integer(6), (H, ("word", Integer(5)), _Holder(Integer(5), ())))


@pytest.mark.parametrize("value", [T, (T, "word"), _Holder(T, (T, 3)), "word", 3, None])
def test_what_does_not_change_stays_the_same_object(value: Any) -> None:
    assert resized(value, {L: Integer(3)}) is value


# --- the larger of several -------------------------------------------------------------------------------------------


@given(smaller=expressions(), difference=polynomials(-2) | expressions(), at_sizes=sizes(6))
@settings(deadline=None, max_examples=80)
def test_what_is_said_to_exceed_does_so_at_every_size(
    smaller: Expr, difference: Expr, at_sizes: dict[str, int]
) -> None:
    larger = smaller + difference

    assert not exceeds(larger, smaller) or at(larger, **at_sizes) >= at(smaller, **at_sizes)


@given(b=polynomials(), more=st.lists(positive_polynomials(), max_size=2))
@settings(deadline=None, max_examples=50)
def test_a_polynomial_and_something_positive_exceed_it(b: Expr, more: list[Expr]) -> None:
    assert exceeds(b + sum(more), b)


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        (T, 1),
        (T * H, T),
        (T * H, T + H - 1),
        (T**2 + 1, 2 * T),
        (2 * T, T + 1),
        (T**2, T),
        (3, 2),
        (T, T),
        (floor(T / 2), 0),
    ],
)
def test_what_exceeds_at_all_sizes_is_seen_to(larger: Any, smaller: Any) -> None:
    assert exceeds(Integer(0) + larger, Integer(0) + smaller)


@pytest.mark.parametrize(
    ("larger", "smaller"),
    [
        (T, H),
        (T, 2),
        (T, T + 1),
        (2, 3),
        (T + H, 3),
        (T * H, T + H),
        (T / 2, 1),
        (floor(T / 2), 1),
        (T, Max(T, H)),
        (T - H, 0),
        (1 / T, 1),
        (T, log(H, 2)),
    ],
)
def test_what_is_smaller_at_some_sizes_does_not_exceed(larger: Any, smaller: Any) -> None:
    assert not exceeds(Integer(0) + larger, Integer(0) + smaller)


@given(candidates=st.lists(expressions(), min_size=1, max_size=4), at_sizes=sizes(6))
@settings(deadline=None, max_examples=40)
def test_the_maximum_at_sizes_is_the_largest_at_those_sizes(candidates: list[Expr], at_sizes: dict[str, int]) -> None:
    values = [at(candidate, **at_sizes) for candidate in candidates]

    assert at(maximum(candidates), **at_sizes) == Max(*values)


@pytest.mark.parametrize(
    ("candidates", "largest"),
    [
        ([], Integer(0)),
        ([T], T),
        ([T, T, T], T),
        ([T, T * H, H], T * H),
        ([T * H, T, H], T * H),
        ([Integer(3), Integer(7), Integer(5)], Integer(7)),
        ([T, H], Max(T, H)),
        ([T, H, T + H], T + H),
        ([T**2, H, T], Max(T**2, H)),
    ],
)
def test_what_is_certainly_smaller_is_dropped(candidates: list[Expr], largest: Expr) -> None:
    assert maximum(candidates) == largest


# --- how many terms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "terms"),
    [
        (T, 1),
        (T + H + 1, 3),
        (T * (H + 1) * (I + L), 4),
        ((T + 1) ** 10, 11),
        ((T + H + I) ** 3, 10),
        ((T + H) * (I + 1) ** 2 + K, 7),
        (T**100, 1),
        ((T + 1) ** -2, 3),
        ((T + 1) ** (H + 2), 3),
        ((T + 1) ** H, 1),
    ],
)
def test_terms_are_counted_without_writing_them_out(expression: Expr, terms: int) -> None:
    assert term_count(expression) == terms


@given(a=polynomials(), b=polynomials(), power=st.integers(1, 3))
@settings(deadline=None, max_examples=50)
def test_the_normal_form_has_no_more_terms_than_are_counted(a: Expr, b: Expr, power: int) -> None:
    expression = (a + 1) ** power * b

    assert len(normal(expression).as_ordered_terms()) <= term_count(expression)


@pytest.mark.parametrize("power", [60, -60, Rational(121, 2), K + 60])
def test_a_power_with_more_terms_than_can_be_worked_with_is_not_expandable(power: Any) -> None:
    assert not is_expandable((T + H + I + L + 1) ** power)


def test_a_product_of_a_few_sums_is_expandable() -> None:
    assert is_expandable((T + 1) * (H + 1) * (I + 1) * (L + 1) ** 2)


# --- sums ---
