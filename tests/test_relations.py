"""Relations between dimensions, as people write them."""

from __future__ import annotations

import pytest
from sympy import Eq, Gt, Le, Ne, Symbol

import symcost as sc
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.relations import premises
from symcost.errors import DimensionError

T, H, I, K = sc.T, sc.H, sc.I, sc.K


@pytest.mark.parametrize(
    ("relation", "at_least"),
    [
        ("K <= T", (T - K,)),
        ("T >= K", (T - K,)),
        ("K < T", (T - K - 1,)),
        ("T > K", (T - K - 1,)),
        ("H <= T/2", (T - 2 * H,)),
        (Le(K, T), (T - K,)),
        (Gt(T, Symbol("K")), (T - K - 1,)),
        ("2 <= K <= T", (K - 2, T - K)),
        ("1 <= T", ()),  # known already
        ("0 < T", ()),
    ],
)
def test_an_inequality_is_a_polynomial_that_is_at_least_zero(relation, at_least):
    assert premises([relation]).at_least == at_least


@pytest.mark.parametrize(
    ("relation", "symbol", "size"), [("H = 4*I", H, 4 * I), ("4*I == H", H, 4 * I), (Eq(H, 2), H, 2)]
)
def test_an_equality_is_a_size(relation, symbol, size):
    assert premises([relation]).sizes == {symbol: size}


def test_equal_sizes_go_into_one_another():
    assert premises(["H = 4*I", "I = 8"]).sizes == {H: 32, I: 8}
    assert premises(["I = 8", "H = 4*I"]).sizes == {H: 32, I: 8}
    assert premises([], {"H": 4 * I, "I": 8}).sizes == {H: 32, I: 8}


def test_equal_sizes_go_into_inequalities():
    assert premises(["K <= T", "K = 3"]).at_least == (T - 3,)


def test_bounds_are_the_tightest():
    assert premises(["T >= 3", "T >= 5", "T <= 100", "2*T <= 60"]).bounds == {T: (5, 30)}


def test_one_relation_may_stand_alone():
    assert premises("K <= T") == premises(["K <= T"])
    assert premises() == NOTHING == Premises()


@pytest.mark.parametrize(
    ("relations", "said"),
    [
        (["K"], "assumption: K; expected a relation such as K <= T or H = 4*I"),
        (["K <= "], "assumption: K <= ; expected a relation"),
        (["K <= __import__('os')"], "expected a relation"),
        ([3], "assumption: 3; expected a relation"),
        ([Ne(T, K)], "expected a relation"),
        (["T < 0"], "assumption T < 0: it cannot hold; leave it out, or another one"),
        (["T < K", "K < T"], "it cannot hold"),
        (["T <= 3", "T >= 4"], "it cannot hold"),
        (["H = 0"], "expected a positive whole number"),
        (["H = 1/2"], "expected a positive whole number"),
        (["H = H + 1"], "no side is a dimension alone"),
        (["2*H = 4*I"], "no side is a dimension alone"),
        (["H = 3", "H = 4"], "it cannot hold"),
        (["log2(T) <= H"], "expected polynomials of dimensions on both sides"),
    ],
)
def test_what_cannot_be_read_or_cannot_hold_is_refused(relations, said):
    with pytest.raises(DimensionError) as caught:
        premises(relations)
    assert said in str(caught.value)
