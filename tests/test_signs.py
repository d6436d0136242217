"""The sign of an expression, proved or not decided."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import expressions, polynomials, sizes

import symcost as sc
from symcost.analysis.relations import premises
from symcost.analysis.signs import EVERY, factors, number_sign, sign, signs


@pytest.mark.parametrize(
    ("formula", "relations", "possible"),
    [
        ("T", [], {1}),
        ("-T", [], {-1}),
        ("T - 1", [], {0, 1}),
        ("T - 2", [], EVERY),
        ("T - K", [], EVERY),
        ("T - K", ["K <= T"], {0, 1}),
        ("T - K", ["K < T"], {1}),
        ("T - K + 1", ["K <= T"], {1}),
        ("K - T", ["K <= T"], {-1, 0}),
        ("6*H - T", ["T <= 6*H"], {0, 1}),
        ("T - H", ["H <= K", "K <= T"], {0, 1}),
        ("T*H + T - K", ["K <= T*H"], {0, 1}),  # it is T and more; that the end is reached is not proved
        ("T - H", ["T >= 1024", "H <= 512"], {1}),
        ("T - H", ["T >= 512", "H <= 512"], {0, 1}),
        ("T*H - T*I - 4*T", ["H >= 6*I"], {1}),
        ("(5 - T)*H + I", ["T <= 5"], {0, 1}),  # it is above zero, which is not proved
        ("H^2 - 2*H*I + I^2", [], {0, 1}),  # a square
        ("H^2 - 2*H*I + 2*I^2", [], {1}),  # no real root
        ("T^2 - 4*T + 5", [], {1}),
        ("T^3 - 10*T", ["T >= 4"], {1}),
        ("T^3 - 10*T", ["T <= 3"], {-1}),
        ("T^2 - 2", [], EVERY),
        ("1/H - 1/I", ["H < I"], {1}),
        ("log2(T)", [], {0, 1}),
        ("T*log2(T) + 1", [], {1}),
        ("floor(T/2)", [], {0, 1}),
        ("max(T, H) - T", [], EVERY),
        ("H - 4*I", ["H = 4*I"], {0}),
        ("0", [], {0}),
    ],
)
def test_what_is_proved_and_what_is_left_open(formula, relations, possible):
    assert signs(sc.read(formula), premises(relations)) == frozenset(possible)


@given(expressions(), sizes())
@settings(deadline=None, max_examples=60)
def test_no_sign_that_occurs_is_excluded(expression, chosen):
    assert number_sign(sc.at(expression, **chosen)) in signs(expression)


@given(polynomials(), sizes())
@settings(deadline=None, max_examples=100)
def test_no_sign_that_occurs_under_relations_is_excluded(expression, chosen):
    known = premises(["H <= T", "I <= 2*H", "N <= 40", "3 <= S"])
    if chosen["H"] <= chosen["T"] and chosen["I"] <= 2 * chosen["H"] and chosen["N"] <= 40 and chosen["S"] >= 3:
        assert number_sign(sc.at(expression, **chosen)) in signs(expression, known)


def test_a_sign_is_none_where_it_is_open():
    assert sign(sc.T - sc.H) is None
    assert sign(sc.T + sc.H) == 1


@pytest.mark.parametrize(
    ("number", "expected"), [("sqrt(2) - 1", 1), ("sqrt(2)*sqrt(3) - sqrt(6)", 0), ("log2(3) - 2", -1)]
)
def test_numbers_have_signs(number, expected):
    assert number_sign(sc.read(number)) == expected


def test_factors_multiply_to_the_whole():
    T, H, I = sc.T, sc.H, sc.I
    whole = sc.read("2*T*(T - 6*H)^2*(T + I)")
    product = 1
    for factor, power in factors(whole):
        product *= factor**power
    assert (product - whole).expand() == 0
    assert (T - 6 * H, 2) in factors(whole) or (6 * H - T, 2) in factors(whole)
    assert I in whole.free_symbols


def test_what_is_supposed_is_known():
    known = premises([]).supposing(sc.H - 3 * sc.I, 1)
    assert sign(sc.H - 3 * sc.I, known) == 1
    assert sign(3 * sc.I - sc.H, known) == -1
    assert sign(sc.H - 2 * sc.I, known) == 1  # it follows
    assert sign(sc.H - 4 * sc.I, known) is None
