"""Sign charts, held against exact evaluation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost.analysis.relations import premises
from symcost.analysis.sign_chart import SAMPLED, sign_chart
from symcost.analysis.signs import number_sign

T, H, I, K = sc.T, sc.H, sc.I, sc.K


def chart(formula, *relations, by=T):
    return sign_chart(sc.read(formula), by, premises(relations))


def points(found):
    return [(point.root.value, point.below, point.above) for point in found.points]


# Each worked out by hand: the roots of a product are those of its factors; the sign changes at those of odd power.
KNOWN = [
    ("2*T^2*H - 12*T*H^2", [], [("6*H", -1, 1)]),  # 2 T H (T - 6 H)
    ("2*T*H - T^2", [], [("2*H", 1, -1)]),
    ("T^2 - H^2", [], [("H", -1, 1)]),  # (T - H)(T + H)
    ("T^4 - H^4", [], [("H", -1, 1)]),
    ("T^3 - 8*H^3", [], [("2*H", -1, 1)]),
    ("(T - 5)^2*(T - 10)", [], [("5", -1, -1), ("10", -1, 1)]),
    ("(T - H)*(T - I)", ["I < H"], [("I", 1, -1), ("H", -1, 1)]),
    ("(T - H)*(T - I)", ["I = H"], [("H", 1, 1)]),
    ("T^2 + I*T - H", ["H > I + 1"], [("-I/2 + sqrt(4*H + I^2)/2", -1, 1)]),
    ("sqrt(T)*H - T*I", ["H > I"], [("H^2/I^2", 1, -1)]),
    ("T*log2(T) - 10*T", [], [("1024", -1, 1)]),
    ("T/H - 5", [], [("5*H", -1, 1)]),
    ("T^2 + H*T + I", [], []),
    ("H - I", ["I < H"], []),
]


@pytest.mark.parametrize(("formula", "relations", "expected"), KNOWN)
def test_known_roots_and_the_signs_beside_them(formula, relations, expected):
    found = chart(formula, *relations)
    assert found.open == ()
    assert len(found.points) == len(expected)
    for (value, below, above), (wanted, *beside) in zip(points(found), expected, strict=True):
        assert (value - sc.read(wanted)).equals(0)
        assert [below, above] == beside


def test_zero_is_zero_everywhere():
    (interval,) = chart("0").intervals
    assert (interval.lower, interval.upper, interval.sign) == (None, None, 0)


def test_a_quintic_has_an_exact_root_object():
    (point,) = chart("T^5 - T - 100").points
    assert point.root.value.is_algebraic
    assert (point.root.value**5 - point.root.value - 100).evalf(30) == pytest.approx(0, abs=1e-20)


def test_a_cubic_with_symbols_is_known_by_its_equation():
    (point,) = chart("T^3*H + T - I").points
    assert point.root.value is None
    assert point.root.equation == H * T**3 + T - I
    assert (point.below, point.above) == (-1, 1)
    (condition,) = point.conditions
    assert condition == I - H - 1  # the polynomial is not above zero at T = 1


def test_a_cubic_with_several_roots_and_symbols_is_left_open_with_the_reason():
    ((reason, _),) = chart("T^3 - H*T^2 + I*T - K").open
    assert reason == "up to 3 positive roots of a polynomial of degree 3 in T"


def test_a_sign_that_is_open_makes_cases():
    found = chart("T*(I - 3*H) + 5*H")  # read as -(T (3 H - I) - 5 H)
    assert {each.supposed for each in found.intervals} == {((3 * H - I, sign),) for sign in (1, -1, 0)}
    (point,) = found.points
    assert point.root.value == 5 * H / (3 * H - I)


def test_too_many_cases_are_left_open_with_the_sign_that_decides():
    found = chart("(T - H)*(T - I)*(T - K)*(T - N)*(T - E)")
    assert found.open
    assert all(not isinstance(what, str) for what, _ in found.open)


def test_roots_outside_of_the_declared_range_are_told_apart():
    assert [root.value for root in chart("2*T - 1").outside] == [sc.read("1/2")]
    below = chart("T - 100", "T >= 500")
    assert ([root.value for root in below.outside], [each.sign for each in below.intervals]) == ([100], [1])
    above = chart("T - 100", "T <= 50")
    assert ([root.value for root in above.outside], [each.sign for each in above.intervals]) == ([100], [-1])
    related = chart("T - 2*H", "3*H <= T")
    assert ([root.value for root in related.outside], [each.sign for each in related.intervals]) == ([2 * H], [1])


def test_a_root_at_an_end_has_a_sign_on_one_side_only():
    found = chart("T - 7", "T >= 7")
    assert (points(found), [each.sign for each in found.intervals]) == ([(7, 0, 1)], [1])
    found = chart("T - 7", "T <= 7")
    assert (points(found), [each.sign for each in found.intervals]) == ([(7, -1, 0)], [-1])
    found = chart("(T - 1)*(T - 700)", "T >= 500")
    assert [each.sign for each in found.intervals] == [-1, 1]


def test_what_divides_by_zero_in_a_case_is_left_open_there():
    found = sign_chart(T / (H - I), T)
    assert {(each.sign, each.supposed) for each in found.intervals} == {(1, ((H - I, 1),)), (-1, ((H - I, -1),))}
    assert found.open == (("it divides by H - I, which is zero", ((H - I, 0),)),)


def test_floors_are_answered_at_whole_numbers_where_nothing_else_is_open():
    found = chart("floor(T/2) - H", "H = 3")
    assert [(run.first, run.last, run.sign) for run in found.runs] == [(1, 5, -1), (6, 7, 0), (8, None, 1)]
    ((reason, _),) = chart("floor(T/2) - H").open
    assert reason == "floor(T/2) is solved only if the sizes of all other dimensions are given"


def test_what_is_no_polynomial_is_looked_for_and_says_so():
    found = chart("T*log2(T) - T^2/100 + T")
    (first, second) = found.runs
    expression = sc.read("T*log2(T) - T^2/100 + T")
    assert number_sign(expression.xreplace({T: Integer(first.last)})) == 1
    assert number_sign(expression.xreplace({T: Integer(second.first)})) == -1
    assert SAMPLED in found.open[0][0]


def test_what_only_grows_changes_its_sign_once_and_leaves_nothing_open():
    found = chart("T*log2(T) + T - 10^9")
    assert found.open == ()
    assert [run.sign for run in found.runs] == [-1, 1]


SMALL = st.integers(-6, 6)


@st.composite
def cases(draw):
    """A polynomial in T whose coefficients hold H and I, as a product of small ones so that it has roots."""
    product = Integer(1)
    for _ in range(draw(st.integers(1, 2))):
        product *= draw(SMALL) * T + draw(SMALL) * H + draw(SMALL) * I + draw(SMALL)
    return product.expand()


def holds(supposed, sizes):
    return all(number_sign(expression.xreplace(sizes)) == sign for expression, sign in supposed)


@given(cases(), st.integers(1, 9), st.integers(1, 9))
@settings(deadline=None, max_examples=60)
def test_the_chart_agrees_with_exact_evaluation_everywhere(polynomial, h, i):
    found = sign_chart(polynomial, T)
    sizes = {H: Integer(h), I: Integer(i)}
    if found.runs or any(holds(case, sizes) for _, case in found.open):
        return
    intervals = [each for each in found.intervals if holds(each.supposed, sizes)]
    roots = {point.root.value.xreplace(sizes) for point in found.points if holds(point.supposed, sizes)}
    for number in map(Integer, range(1, 40)):
        wanted = number_sign(polynomial.xreplace({**sizes, T: number}))
        inside = [each.sign for each in intervals if lies_in(each, number, sizes)]
        assert inside == [wanted] or (wanted == 0 and (number in roots or inside == [])), (number, inside, wanted)


def lies_in(interval, number, sizes):
    lower, upper = interval.lower, interval.upper
    above = lower is None or number_sign(number - lower.value.xreplace(sizes)) > 0
    return above and (upper is None or number_sign(upper.value.xreplace(sizes) - number) > 0)


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=7), st.integers(1, 3))
@settings(deadline=None, max_examples=80)
def test_numbers_as_coefficients_of_every_degree_are_decided(coefficients, step):
    polynomial = sum(Integer(c) * T ** (step * n) for n, c in enumerate(coefficients))
    found = sign_chart(polynomial + T, T)
    assert found.open == ()
    for number in map(Integer, [1, 2, 3, 5, 10, 100]):
        wanted = number_sign((polynomial + T).xreplace({T: number}))
        inside = [each.sign for each in found.intervals if lies_in(each, number, {})]
        assert inside == [wanted] or wanted == 0


def test_a_case_that_does_not_matter_is_not_supposed():
    """(T - H)(T - H + 1) with T >= H: one root at H, whether H is 1 or more."""
    found = chart("(T - H)*(T - H + 1)", "T >= H")
    assert {(each.root.value, each.supposed) for each in found.points} == {(H, ())}


def test_a_relation_that_is_no_end_is_a_condition():
    (point,) = chart("T - H", "T^2 - T <= K").points
    assert (point.root.value, point.conditions) == (H, (K - H**2 + H,))
