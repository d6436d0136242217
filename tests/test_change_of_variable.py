"""What an expression is a polynomial in, and monomial inequalities."""

from __future__ import annotations

import pytest
from sympy import Rational

import symcost as sc
from symcost.analysis.change_of_variable import change_of
from symcost.analysis.roots import Unsolved

T, H = sc.T, sc.H


@pytest.mark.parametrize("formula", ["T^2*H + T", "H + 1", "T*log2(H)", "T*ceil(H/2)"])
def test_a_polynomial_needs_no_change(formula):
    change = change_of(sc.read(formula), T)
    assert change.variable == T
    assert change.inward(sc.read(formula)) == sc.read(formula)


@pytest.mark.parametrize("formula", ["T + sqrt(T)", "T^(1/2)*H + T^(1/3)", "T^(3/2) - 8"])
def test_roots_become_powers_and_come_back(formula):
    expression = sc.read(formula)
    change = change_of(expression, T)
    inner = change.inward(expression)
    assert inner.is_polynomial(change.variable)
    assert (inner.xreplace({change.variable: change.written}) - expression).expand() == 0
    assert change.outward(change.inward(sc.read("sqrt(T)")).xreplace({change.variable: Rational(3)})).is_Integer


def test_a_logarithm_alone_becomes_a_variable():
    change = change_of(sc.read("log2(T)*H - 5 + log2(2*T)"), T)
    assert change.inward(sc.read("log2(T)*H")) == H * change.variable
    assert change.outward(sc.read("10")) == 1024


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("T + log2(T)", "no polynomial in T"),
        ("3^T", "no polynomial in T"),
        ("T*2^T", "no polynomial in T"),
        ("floor(T/2) + H", "floor(T/2) is solved only if the sizes of all other dimensions are given"),
        ("max(T, H)", "is solved only if"),
        ("sqrt(T + 1)", "no polynomial in T"),
    ],
)
def test_what_is_no_polynomial_in_anything_says_so(formula, said):
    with pytest.raises(Unsolved) as caught:
        change_of(sc.read(formula), T)
    assert said in str(caught.value)
