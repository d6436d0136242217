"""Signs at whole numbers, held against evaluation number by number."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Max, Min, ceiling, floor

import symcost as sc
from symcost.analysis.integer_signs import FURTHEST, Run, only_grows, runs, sampled_runs
from symcost.analysis.roots import Unsolved
from symcost.analysis.signs import number_sign

T = sc.T


def agree(found, expression, most=160):
    for number in range(1, most):
        (run,) = (each for each in found if each.first <= number and (each.last is None or number <= each.last))
        assert run.sign is None or run.sign == number_sign(expression.xreplace({T: Integer(number)})), (number, run)


@pytest.mark.parametrize(
    "formula",
    [
        "8*ceil(T/8) - 20",
        "floor(T/2)*3 - ceil(T/3)*4 - 5",
        "max(T, 100)*3 - T^2",
        "floor(T^2/3) - 7*T",
        "T*ceil(T/4) - max(3*T, 50)",
        "floor(floor(T/2)/3) - 4",
        "min(T, 20)*T - max(T, 7)*ceil(T/5)",
        "T^3 - 30*T^2 + 200*T - 10*ceil(T/7)",
        "max(T, 12, 3*T - 40) - 20",
        "(floor((T + 5)/2) - 3)*(T - 30)",
    ],
)
def test_every_whole_number_has_the_sign_of_its_run(formula):
    expression = sc.read(formula)
    found = runs(expression, T)
    agree(found, expression)
    assert found[0].first == 1
    assert found[-1].last is None
    assert all(a.last + 1 == b.first and a.sign != b.sign for a, b in itertools.pairwise(found))


@st.composite
def staircases(draw):
    expression = Integer(draw(st.integers(-40, 40)))
    for kind in draw(st.lists(st.sampled_from(["floor", "ceiling", "Max", "Min", "power"]), min_size=1, max_size=3)):
        a, b, m = draw(st.integers(-4, 4)), draw(st.integers(-9, 9)), draw(st.integers(2, 5))
        inner = a * T + b
        made = {
            "floor": lambda inner=inner, m=m: floor(inner / m),
            "ceiling": lambda inner=inner, m=m: ceiling(inner / m),
            "Max": lambda inner=inner, m=m: Max(inner, m * 4),
            "Min": lambda inner=inner, m=m: Min(inner, T - m * 4),
            "power": lambda inner=inner: inner * T,
        }[kind]()
        expression += draw(st.integers(-3, 3)) * made
    return expression.expand()


@given(staircases())
@settings(deadline=None, max_examples=60)
def test_drawn_staircases_have_the_signs_of_their_runs(expression):
    agree(runs(expression, T), expression, 90)


def test_a_range_may_have_ends():
    assert runs(T - 10, T, 5, 20) == [Run(5, 9, -1), Run(10, 10, 0), Run(11, 20, 1)]


def test_what_changes_without_end_has_no_sign():
    assert runs(sc.read("T - 2*floor(T/2)"), T) == [Run(1, None, None)]


def test_large_roots_are_found_without_a_walk():
    expression = sc.read("ceil(T/8)*T - 10^18")
    last = runs(expression, T)[0].last
    assert expression.xreplace({T: Integer(last)}) <= 0 < expression.xreplace({T: Integer(last + 1)})


@pytest.mark.parametrize("formula", ["floor(log2(T))", "T*log2(T) - 5", "floor(T/1009) - 3", "max(log2(T), 3)"])
def test_what_is_no_polynomial_in_pieces_is_refused(formula):
    with pytest.raises(Unsolved):
        runs(sc.read(formula), T)


def test_values_are_narrowed_down_to_the_number_where_the_sign_changes():
    expression = sc.read("T*log2(T) - 1000")
    first, second = sampled_runs(expression, T)
    assert (first.sign, second.sign, second.last) == (-1, 1, None)
    assert number_sign(expression.xreplace({T: Integer(first.last)})) == -1
    assert number_sign(expression.xreplace({T: Integer(second.first)})) == 1
    assert second.first == first.last + 1 < FURTHEST


@pytest.mark.parametrize(
    ("formula", "grows"),
    [("T", True), ("3", True), ("T^2*H + T", True), ("T*log2(T)", True), ("max(T, H) + floor(T/2)", True),
     ("T^2 - T", False), ("1/T", False), ("H^T", False), ("-T", False), ("H - 3", True)],
)  # fmt: skip
def test_what_only_grows_is_seen_by_its_form(formula, grows):
    assert only_grows(sc.read(formula), T) is grows
