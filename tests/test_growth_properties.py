"""What holds for the growth of any cost, on costs and relations drawn at random, against sizes beyond writing."""

from __future__ import annotations

import itertools

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from magnitude import magnitude
from sympy import Add, Integer, Max, Min, Mul, Rational, ceiling, floor, log, sqrt

from symcost import dimension, growth
from symcost.errors import UndecidedError
from symcost.expressions import normal

A, B, C = map(dimension, ("a", "b", "c"))
LARGE = 10**40  # the largest logarithm of a size: what is left of log x over a constant cannot be missed
BOUNDED = 35  # ln of a factor that no draw reaches by its constants

EXPONENTS = [0, 0, 1, 1, 2, 3, Rational(1, 2)]

numbers = st.integers(1, 9).map(Integer)
monomials = st.builds(
    lambda number, powers, logarithm: Mul(
        number, logarithm, *(x**power for x, power in zip((A, B, C), powers, strict=True))
    ),
    numbers, st.tuples(*[st.sampled_from(EXPONENTS)] * 3),
    st.sampled_from([Integer(1), Integer(1), log(A), log(B), log(A * B)]),
)  # fmt: skip
sums = st.lists(monomials, min_size=1, max_size=4).map(lambda terms: Add(*terms))


def _wider(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(sum), pairs.map(lambda each: Mul(*each)), pairs.map(lambda each: Max(*each, evaluate=False)),
        pairs.map(lambda each: Min(*each, evaluate=False)), inner.map(ceiling), inner.map(lambda each: floor(each) + 1),
        inner.map(sqrt), inner.map(lambda each: log(each + 2)), pairs.map(lambda each: each[0] / each[1]),
        pairs.map(lambda each: each[0] * (each[1] + 3) - each[0] * each[1]),
    )  # fmt: skip


costs = st.recursive(sums, _wider, max_leaves=3)

shares = st.fractions(0, 1, max_denominator=7)
scales = st.sampled_from([1, 10**20, LARGE])
points = st.tuples(*[st.tuples(shares, scales)] * 3)
directions = st.lists(points, min_size=8, max_size=8)

RELATIONS = {  # and sizes by them: from three logarithms that are drawn
    (): lambda a, b, c: (a, b, c),
    ("b <= a",): lambda a, b, c: (a + b, b, c),
    ("b <= a", "c <= b"): lambda a, b, c: (a + b + c, b + c, c),
    ("b*c <= a",): lambda a, b, c: (a + b + c, b, c),
    ("b**2 <= a**3",): lambda a, b, c: (a + 2 * b, 3 * b, c),
    ("b = 4*a",): lambda a, b, c: (a, a + 1, c),  # about ln 4
    ("a = b*c",): lambda a, b, c: (b + c, b, c),
    ("c <= a + b",): lambda a, b, c: (a, b, min(c, max(a, b))),
    ("b = o(a)",): lambda a, b, c: (a + b + 40, b, c),
}  # fmt: skip


def sizes(point, relations):
    drawn = [3 + round(share * scale) for share, scale in point]
    return dict(zip((A, B, C), RELATIONS[relations](*drawn), strict=True))


def known(cost, relations=()):
    try:
        return growth(cost, [A, B, C], relations)
    except UndecidedError:
        assume(False)


@settings(deadline=None, max_examples=60)
@given(costs, st.sampled_from(list(RELATIONS)), directions)
def test_a_cost_over_its_bound_stays_bounded(cost, relations, directions):
    found = known(cost, relations)
    expanded = normal(cost)

    for each in directions:
        at = sizes(each, relations)
        above = magnitude(expanded, at) - magnitude(found.expression, at)
        assert above < BOUNDED
        assert not found.tight or above > -BOUNDED


@settings(deadline=None, max_examples=40)
@given(costs, st.sampled_from(list(RELATIONS)))
def test_growth_is_idempotent(cost, relations):
    found = known(cost, relations)
    again = growth(found.expression, [A, B, C], relations)

    assert again == found
    assert again.terms == found.terms


@settings(deadline=None, max_examples=30)
@given(costs, numbers, st.sampled_from(list(RELATIONS)))
def test_growth_ignores_positive_constants(cost, number, relations):
    found = known(cost, relations)

    assert growth(number * cost, [A, B, C], relations).terms == found.terms
    assert growth(cost / number, [A, B, C], relations) == found


@settings(deadline=None, max_examples=25)
@given(sums, sums, sums, st.sampled_from(list(RELATIONS)))
def test_growth_is_monotone(first, second, third, relations):
    one, other = (known(each, relations) for each in (first, first + second))
    assert one <= other

    for combine in (Add, Mul, Max):
        assert known(combine(first, third), relations) <= known(combine(first + second, third), relations)


@settings(deadline=None, max_examples=30)
@given(sums, sums)
def test_bounds_are_ordered(first, second):
    one, other = known(first), known(second)

    assert (one <= other) == (other >= one)
    assert (one == other) == (one <= other <= one)
    assert known(first + second) == known(Max(first, second))


def _within_sectors(terms):
    """In two dimensions: a point within each sector in which one power is the largest."""
    powers = [each.as_powers_dict() for each in terms]
    edges = {Rational(0), Rational(1)}
    for p, q in itertools.combinations(powers, 2):
        x, y = abs(p[A] - q[A]), abs(p[B] - q[B])
        edges |= {y / (x + y)} if x and y else set()
    middles = [(low + high) / 2 for low, high in itertools.pairwise(sorted(edges))]
    return [{A: round(share * LARGE), B: LARGE - round(share * LARGE)} for share in middles]


halves = st.sampled_from([Rational(power, 2) for power in range(9)])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(halves, halves), min_size=2, max_size=8))
def test_no_maximal_term_can_be_left_out(powers):
    terms = growth(Add(*(A**p * B**q for p, q in powers))).terms
    points = _within_sectors(terms)

    for term in terms if len(terms) > 1 else ():
        rest = Add(*(terms - {term}))
        assert any(magnitude(term, each) - magnitude(rest, each) > BOUNDED for each in points)
