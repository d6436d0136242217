"""Positive roots of polynomials in one dimension."""

from __future__ import annotations

import pytest
from sympy import CRootOf, Integer, Rational, sqrt

import symcost as sc
from symcost.analysis.premises import NOTHING
from symcost.analysis.relations import premises
from symcost.analysis.roots import Undecided, Unsolved, beside, needed, order, positive_roots

T, H, I, K = sc.T, sc.H, sc.I, sc.K


def values(formula, *relations):
    return [root.value for root in positive_roots(sc.read(formula), T, premises(relations))]


@pytest.mark.parametrize(
    ("formula", "relations", "expected"),
    [
        ("T - 6*H", [], [6 * H]),
        ("H*T - 3*I", [], [3 * I / H]),
        ("T + H", [], []),
        ("T^2 - 2", [], [sqrt(2)]),
        ("T^2 - 3*T + 1", [], [Rational(3, 2) - sqrt(5) / 2, Rational(3, 2) + sqrt(5) / 2]),
        ("T^2 - 2*T + 5", [], []),
        ("T^2 + 3*T + 1", [], []),
        ("T^3 - H", [], [H ** Rational(1, 3)]),
        ("T^4 - 3*T^2 + 1", [], None),
        ("H*T^2 - I", [], [sqrt(I) / sqrt(H)]),
        ("T^5 + T^2*H + I", [], []),
        ("(H - I)*T - 5", ["I < H"], None),
        ("(H - I)*T - 5", ["H < I"], []),
    ],
)
def test_by_degree(formula, relations, expected):
    found = values(formula, *relations)
    if expected is not None:
        assert found == expected
    polynomial = sc.read(formula)
    for value in found:
        assert polynomial.xreplace({T: value}).subs({H: 9, I: 4}).equals(0)
        assert value.subs({H: 9, I: 4}) > 0


def test_numbers_of_every_degree_are_isolated_exactly():
    (root,) = positive_roots(sc.read("T^5 - T - 100"), T, NOTHING)
    assert isinstance(root.value, CRootOf)
    assert (root.below, root.multiplicity) == (-1, 1)


def test_one_change_of_sign_is_one_root_known_by_its_equation():
    (root,) = positive_roots(sc.read("H*T^3 + T - I"), T, NOTHING)
    assert (root.value, root.below) == (None, -1)


@pytest.mark.parametrize("formula", ["T^3 - H*T^2 + I*T - K", "T^65 - T - 2"])
def test_what_cannot_be_counted_says_why(formula):
    with pytest.raises(Unsolved, match="degree"):
        values(formula)


def test_the_sign_that_decides_is_asked_for():
    with pytest.raises(Undecided) as caught:
        values("(H - I)*T - 5")
    assert caught.value.expression == H - I
    with pytest.raises(Undecided) as caught:
        values("T^2 - H*T + I")
    assert caught.value.expression == H**2 - 4 * I
    assert needed(H - I, premises(["I < H"])) == 1


def test_values_lie_below_at_or_above_a_root():
    (root,) = positive_roots(sc.read("T - 6*H"), T, NOTHING)
    assert [beside(root, value, NOTHING) for value in (5 * H, 6 * H, 7 * H, I)] == [-1, 0, 1, None]
    (implicit,) = positive_roots(sc.read("H*T^3 + T - 2*H - 1"), T, NOTHING)
    assert beside(implicit, Integer(1), NOTHING) == -1  # H + 1 - 2 H - 1 is below zero
    assert beside(implicit, Integer(2), NOTHING) == 1


def test_roots_are_ordered_as_far_as_that_is_decided():
    (first,), (second,) = (positive_roots(sc.read(each), T, NOTHING) for each in ("T - H", "T - I"))
    assert order(first, second, premises(["H < I"])) == -1
    assert order(second, first, premises(["H < I"])) == 1
    assert order(first, first, NOTHING) == 0
    with pytest.raises(Undecided):
        order(first, second, NOTHING)
