"""The sizes at which a network exists, held against trying every size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, floor

import symcost as sc
from symcost.analysis.admissible import Admissible
from symcost.analysis.roots import Unsolved
from symcost.conditions import Condition, at_most, decided

H, K, N, P, T = sc.H, sc.K, sc.N, sc.P, sc.T

FORMULAS = st.sampled_from(["H", "2*H", "H - 1", "3*H + 1", "H^2", "H^2 + H", "H/2", "H*(H - 1)/2"])
CONDITIONS = st.lists(st.tuples(st.integers(1, 12), FORMULAS), min_size=1, max_size=3)


def _divides(number, formula):
    return Condition("divides", Integer(number), sc.read(formula))


def _tried(conditions, numbers):
    return [n for n in numbers if all(decided(each.at_sizes({H: Integer(n)})) for each in conditions)]


@given(CONDITIONS, st.integers(1, 200))
@settings(deadline=None, max_examples=60)
def test_the_next_sizes_are_those_that_trying_finds(drawn, number):
    conditions = [_divides(*each) for each in drawn]
    sizes = Admissible.of(H, conditions)
    period = sizes.classes.period
    below = _tried(conditions, range(number, max(number - period, 0), -1))
    above = _tried(conditions, range(number, number + period))
    assert sizes.below(number, 1) == next(iter(below), None)
    assert sizes.above(number) == next(iter(above), None)


@given(CONDITIONS, st.integers(1, 10**30))
@settings(deadline=None, max_examples=40)
def test_no_size_is_too_large(drawn, number):
    conditions = [_divides(*each) for each in drawn]
    found = Admissible.of(H, conditions).above(number)
    assert found is None or (found >= number and _tried(conditions, [found]))


@given(st.integers(1, 12), st.sampled_from(["H", "H - 1", "3*H + 1", "H^2"]), st.integers(1, 400))
@settings(deadline=None, max_examples=40)
def test_the_formula_is_the_largest_size(number, formula, end):
    sizes = Admissible.of(H, [_divides(number, formula)])
    largest = sizes.largest(P)
    if largest is not None:
        found = sizes.below(end, 1 - sizes.classes.period)
        assert largest.xreplace({P: Integer(end)}) == found


@given(st.integers(1, 5000), st.integers(1, 6000), st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_divisors_of_a_number_are_found(number, end, factor):
    conditions = [Condition("divides", H, Integer(number)), _divides(factor, "H")]
    sizes = Admissible.of(H, conditions)
    fitting = [n for n in range(1, number + 1) if number % n == 0 and n % factor == 0]
    assert sizes.below(end, 1) == max((n for n in fitting if n <= end), default=None)
    assert sizes.above(end) == min((n for n in fitting if n >= end), default=None)


def test_a_symbolic_divisor_has_a_formula_and_two_have_none():
    assert Admissible.of(H, [Condition("divides", N, H)]).largest(P) == N * floor(P / N)
    assert Admissible.of(H, [Condition("divides", N, H), Condition("divides", K, H)]).largest(P) is None
    assert Admissible.of(H, [Condition("divides", H, N)]).largest(P) is None
    assert not Admissible.of(H, [Condition("divides", N, H)]).is_numeric


def test_rounded_inequalities_are_tried():
    sizes = Admissible.of(H, [at_most(H, sc.read("floor(T/2)").subs(T, 100 - 3 * H) + floor(H / 7))])
    assert sizes.below(50, 1) == max(n for n in range(1, 50) if n <= (100 - 3 * n) // 2 + n // 7)


def test_a_search_ends():
    impossible = Condition("divides", Integer(2), sc.read("2*floor(H/2) + 1"))
    with pytest.raises(Unsolved, match="in none of 2000 sizes 2 divides"):
        Admissible.of(H, [impossible]).above(1)
    with pytest.raises(Unsolved):
        Admissible.of(H, [_divides(10**9, "H^2")])


def test_no_size_may_be_left():
    sizes = Admissible.of(H, [_divides(2, "H"), _divides(4, "H + 1")])
    assert (sizes.below(100, 1), sizes.above(1)) == (None, None)
