"""Relations between dimensions, as people write them."""

from __future__ import annotations

import pytest
from sympy import Eq, Gt, Le, Ne, Symbol

import symcost as sc
from symcost.analysis.growth import Relations
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.relations import premises
from symcost.errors import DimensionError, FormulaError

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
        ("K <= T/H", (T - H * K,)),
        ("sqrt(T) <= H", (H**2 - T,)),
        ("log2(T) < log2(H) + 3", (8 * H - T - 1,)),
        ("1 <= T", ()),  # known already
        ("0 < T", ()),
        ("2*H = 6*I + K", (6 * I + K - 2 * H, 2 * H - 6 * I - K)),  # no side is a dimension alone
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


def test_bounds_of_powers_are_whole():
    assert premises(["T^2 <= 32", "K^3 >= 30"]).bounds == {T: (1, 5), K: (4, None)}
    assert sc.solve(sc.read("T"), T, macs=100, assume=["T^2 <= 32"]).largest == 5


def test_one_relation_may_stand_alone():
    assert premises("K <= T") == premises(["K <= T"])
    assert premises() == NOTHING == Premises()


def test_relations_are_taken_as_they_are():
    assert premises(Relations.of(["K <= T"])) == premises(["K <= T"])


@pytest.mark.parametrize(
    ("relations", "error", "said"),
    [
        (["K"], FormulaError, "assume: 'K' is no relation; expected a relation such as K <= T"),
        (["K <= "], FormulaError, "formula ' '"),
        (["1 <= K <= T"], FormulaError, "is no relation"),
        (["K <= __import__('os')"], FormulaError, "formula"),
        ([3], FormulaError, "3 is no relation"),
        ([Ne(T, K)], FormulaError, "is no relation"),
        (["T < 0"], DimensionError, "T < 0 cannot hold"),
        (["T < K", "K < T"], DimensionError, "cannot hold"),
        (["T <= 3", "T >= 4"], DimensionError, "cannot hold"),
        (["H = 0"], DimensionError, "H is 0; expected a positive whole number"),
        (["H = 1/2"], DimensionError, "H is 1/2; expected a positive whole number"),
        (["H = H + 1"], DimensionError, "cannot hold"),
        (["H = 3", "H = 4"], DimensionError, "cannot hold"),
        (["log2(T) <= H"], FormulaError, "log2(T) <= H cannot be used"),
        (["sqrt(T) + K <= H"], DimensionError, "expected polynomials of dimensions on both sides"),
        (["N = o(T)"], DimensionError, "assume: N = o(T); expected how large sizes are"),
    ],
)
def test_what_cannot_be_read_or_cannot_hold_is_refused(relations, error, said):
    with pytest.raises(error) as caught:
        premises(relations)
    assert said in str(caught.value)
