"""Which of two numbers of steps is the larger: what is said of them holds at random sizes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import expressions, sizes
from sympy import Integer, Max, Rational

import symcost as sc
from symcost.analysis.depth.order import Order, as_number
from symcost.analysis.relations import premises


def order(*relations: str) -> Order:
    return Order(premises(relations))


@pytest.mark.parametrize(
    ("larger", "smaller", "relations"),
    [
        ("T", "1", []),
        ("T*H + 1", "T", []),
        ("T*H", "T + H - 1", []),
        ("T", "L", ["L <= T"]),
        ("T + 1", "T", []),
        ("2*T", "T + L", ["L <= T"]),
        ("max(T, L)", "T", []),
        ("max(T, L) + H", "L + 1", []),
        ("T + L", "max(T, L) + 1", []),
        ("T*max(H, I)", "T*H", []),
        ("max(T, L)", "max(L, T)", []),
        ("T", "max(K, L)", ["K <= T", "L <= T"]),
        ("T", "min(T, L)", []),
        ("floor(T/2) + 1", "floor(T/2)", []),
        ("ceil(log2(T)) + 1", "1", []),
        ("ceil(log2(2*T))", "ceil(log2(T))", []),
        ("ceil(log2(T*H))", "ceil(log2(T))", []),
        ("2*ceil(log2(T*H)) + 1", "ceil(log2(T)) + ceil(log2(H))", []),
        ("ceil(log2(T))", "ceil(log2(L))", ["L <= T"]),
    ],
)
def test_what_is_certainly_at_least_as_large(larger: str, smaller: str, relations: list[str]) -> None:
    assert order(*relations).at_least(sc.read(larger), sc.read(smaller))


@pytest.mark.parametrize(
    ("one", "other", "relations"),
    [
        ("T", "2", []),
        ("T", "L", []),
        ("max(T, L)", "H", []),
        ("H", "max(T, L)", ["T <= H"]),
        ("min(T, L)", "T", []),
        ("ceil(log2(T))", "ceil(log2(L))", []),
        ("ceil(log2(T))", "1", []),
        ("T - 1", "T", []),
        ("2*L", "3*T", ["L <= T"]),
    ],
)
def test_what_is_not_certain_is_not_said(one: str, other: str, relations: list[str]) -> None:
    assert not order(*relations).at_least(sc.read(one), sc.read(other))


def value(expression: Any, chosen: dict[str, int]) -> float:
    return float(sc.at(expression, **chosen))


@given(expressions(), expressions(), sizes())
@settings(deadline=None, max_examples=80)
def test_what_it_says_is_true(one: Any, other: Any, chosen: dict[str, int]) -> None:
    if Order().at_least(one, other):
        assert value(one, chosen) >= value(other, chosen) - 1e-9


@given(expressions(), st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_more_is_at_least_as_large(one: Any, more: int) -> None:
    assert Order().at_least(one + more, one)
    assert not Order().at_least(one, one + more + 1)


FORMULAS = ("T", "H + 1", "2*T + H", "T*H", "max(T, H)", "T*max(T, H)", "floor(T/2)", "ceil(log2(T))", "3*T - 1")
STEPS = st.one_of(st.integers(0, 9), st.sampled_from(FORMULAS).map(sc.read))


@given(st.lists(STEPS, min_size=1, max_size=5), st.integers(1, 9), st.integers(1, 9), st.booleans())
@settings(deadline=None, max_examples=120)
def test_the_largest_is_the_largest_at_any_sizes(steps: list[Any], T: int, H: int, declared: bool) -> None:
    if not declared or T >= H:
        found = order(*(["T >= H"] if declared else [])).largest(steps)
        numbers = [value(Integer(0) + each, {"T": T, "H": H}) for each in steps]
        assert value(Integer(0) + found, {"T": T, "H": H}) == max(numbers)


def test_the_largest_keeps_what_it_cannot_decide_and_puts_outside_what_is_common() -> None:
    T, L, H = sc.T, sc.L, sc.H
    assert Order().largest([T, L, 1]) == Max(L, T)
    assert Order().larger(H + T, H + L) == H + Max(T, L)
    assert order("T >= L").largest([T, L, 1]) == T
    assert Order().largest([]) == 0
    assert Order().larger(H + Max(T, L), H + T) == H + Max(T, L)
    assert Order().larger(H + Max(T, L), H + sc.K) == H + Max(T, L, sc.K)


def test_the_largest_does_not_grow_with_what_is_in_it_already() -> None:
    found: Any = 0
    T, L = sc.T, sc.L
    for _ in range(200):  # two branches that cannot be compared, again and again
        found = Order().larger(found + T, found + L)
    assert value(found, {"T": 3, "L": 5}) == 1000
    assert len(found.atoms(Max)) == 1 and sum(len(each.args) for each in found.atoms(Max)) <= 201


def test_numbers_are_compared_as_numbers() -> None:
    assert Order().larger(2, 3) == 3
    assert Order().larger(Fraction(5, 2), 2) == Fraction(5, 2)
    assert Order().at_least(Rational(5, 2), Fraction(5, 2))
    assert not Order().at_least(2, Rational(5, 2))


@pytest.mark.parametrize(
    ("steps", "number"), [(3, 3), (Integer(3), 3), (0, 0), (sc.T, None), (Rational(1, 2), None), (Fraction(1, 2), None)]
)
def test_whole_numbers_are_known_as_such(steps: Any, number: int | None) -> None:
    assert as_number(steps) == number


@pytest.mark.parametrize(
    ("one", "other", "certain"),
    [
        ("T", "floor(T/4 + 3/4)", True),
        ("floor(T/2 + 1/2)", "floor(T/4 + 3/4)", True),
        ("floor(T/2)", "floor(T/2 + 1/2)", False),
        ("2*ceil(T/2)", "T", True),
        ("T + 1", "2*ceil(T/2)", True),
        ("T", "2*ceil(T/2)", False),
        ("2*floor(T/2) + 1", "T", True),
        ("3*floor(T/2)", "2*floor(T/2) + floor(T/3)", True),
    ],
)
def test_floors_and_ceilings_lie_beside_what_they_round(one: str, other: str, certain: bool) -> None:
    first, second = sc.read(one), sc.read(other)

    assert Order().at_least(first, second) is certain
    assert certain == all(sc.at(first - second, T=time) >= 0 for time in range(1, 30))


def test_as_many_times_a_floor_lie_beside_as_many_times_what_it_rounds() -> None:
    times, whole = sc.read("ceil(log2(H))"), sc.read("floor(T/4 + 3/4)")

    assert Order().at_least(sc.T * times + 5 * sc.T, (times + 3) * whole)
    assert not Order().at_least((times + 3) * whole, sc.T)


def test_many_logarithms_of_one_sign_are_not_compared_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    def pairs(*_: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("symcost.analysis.depth.order._without_logarithms", pairs)
    many = sc.read(" + ".join(f"ceil(log2(A_{number}))" for number in range(40)))
    assert order().at_least(many + 3, sc.read("ceil(log2(A_7))"))
    assert not order().at_least(sc.read("ceil(log2(A_7))"), many + 3)


def test_what_is_at_most_0_may_be_0_by_what_is_declared() -> None:
    assert order("T <= 1").at_least(Integer(1), sc.T)
    assert not order().at_least(Integer(1), sc.T)
