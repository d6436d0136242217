"""Ratios in lowest terms and their limits; conditions as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import positive_polynomials, sizes
from sympy import Eq, Integer, Rational, oo

import symcost as sc
from symcost.analysis.conditions import at_least_zero, condition, sides, supposed
from symcost.analysis.ratio import Open, limit, ratio
from symcost.analysis.relations import premises
from symcost.errors import DimensionError

T, H, I, K = sc.T, sc.H, sc.I, sc.K


@given(positive_polynomials(), positive_polynomials(), sizes())
@settings(deadline=None, max_examples=50)
def test_a_ratio_is_the_quotient_at_every_size(over, under, chosen):
    whole = {symbol: Integer(chosen[symbol.name]) for symbol in over.free_symbols | under.free_symbols}
    assert ratio(over, under).xreplace(whole) == over.xreplace(whole) / under.xreplace(whole)


def test_common_factors_leave_a_ratio():
    assert ratio(sc.read("4*T*(H*I + H^2)"), sc.read("3*T*(H*I + H^2)")) == Rational(4, 3)
    with pytest.raises(DimensionError, match="the second cost is 0"):
        ratio(T, Integer(0))


@pytest.mark.parametrize(
    ("over", "under", "expected"),
    [
        ("T^2*H + T", "2*T^2 + 5", "H/2"),
        ("T", "T^2", "0"),
        ("T^2", "T*H", "oo"),
        ("H", "I", "H/I"),
        ("T*log2(T)", "T", "oo"),
        ("T*log2(T)", "T*log2(T) + T", "1"),
        ("T*log2(T)", "T^2", "0"),
        ("T*log2(3*T)", "T*log2(T)", "1"),
        ("ceil(T/8)*8", "T", "1"),
        ("floor((T - K)/2) + 1", "T", "1/2"),
        ("sqrt(T)", "T", "0"),
        ("H", "T", "0"),
        ("T*ceil(H/2)", "T", "ceil(H/2)"),
    ],
)
def test_limits_by_the_fastest_terms(over, under, expected):
    found = limit(sc.read(over) / sc.read(under), T)
    assert found == (oo if expected == "oo" else sc.read(expected))


@given(positive_polynomials(), positive_polynomials(), sizes(9))
@settings(deadline=None, max_examples=40)
def test_far_out_the_ratio_is_near_its_limit(over, under, chosen):
    others = {s: Integer(chosen[s.name]) for s in over.free_symbols | under.free_symbols if s != T}
    found = limit(ratio(over, under), T)
    far = (over / under).xreplace(others).xreplace({T: Integer(10**12)})
    if found == oo:
        assert far > 10**6
    else:
        assert abs(far - found.xreplace(others)) < Rational(1, 10**4) * (1 + found.xreplace(others)) * 10**3


@pytest.mark.parametrize(
    ("quotient", "reason"),
    [
        ("max(T, H)", "how max(H, T) grows with T is not known"),
        ("T*(H - I)", "it depends on whether"),
        ("floor(sqrt(T))", "how floor(sqrt(T)) grows with T is not known"),
        ("2^T", "how 2^T grows with T is not known"),
    ],
)
def test_a_limit_that_is_not_known_says_why(quotient, reason):
    found = limit(sc.read(quotient), T)
    assert isinstance(found, Open)
    assert reason in str(found)


def test_relations_decide_limits():
    found = limit(sc.read("T*(H - I)"), T)
    assert found.deciding == H - I
    assert limit(sc.read("T*(H - I)"), T, premises(["I < H"])) == oo
    assert limit(sc.read("T*(H - I)"), T, premises(["I = H"])) == 0


def test_conditions_have_what_is_taken_off_on_the_other_side():
    assert condition(H - 3 * I, 1) == (H > 3 * I)
    assert condition(H - 3 * I, -1) == (3 * I > H)
    assert condition(H - 3 * I, 0) == Eq(H, 3 * I)
    assert at_least_zero(2 * H - I / 2 - 1) == (4 * H >= I + 2)
    assert sides(sc.read("H*I")) == (H * I, 0)
    assert supposed([(H - I, 1), (K - 2, 0)]) == ((H > I), Eq(K, 2))
