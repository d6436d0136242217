"""Inequalities of logarithms and roots, held against their values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, N

import symcost as sc
from symcost.analysis.growth.plain import plain
from symcost.analysis.growth.relation import Relation
from symcost.errors import DimensionError, FormulaError

T, H, K = sc.T, sc.H, sc.K


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("log2(T) <= 10", "T <= 1024"),
        ("log2(T) >= 20", "1048576 <= T"),
        ("log2(T) <= log2(H) + 3", "T <= 8 H"),
        ("2*log2(T) <= log2(H) + log2(K)", "T^2 <= H K"),
        ("ln(T) < ln(H)", "T < H"),
        ("log2(T + 1) >= log2(H)", "H <= T + 1"),
        ("log2(T)/2 <= 5/2", "T <= 32"),
        ("log2(T) < 7/2", "T <= 11"),
        ("ln(T) <= 5", "T <= 148"),  # e^5 is about 148.4
        ("ln(T) > 5", "149 <= T"),
        ("sqrt(T) <= 2*H", "T <= 4 H^2"),
        ("K <= T", "K <= T"),
        ("K <= log2(T)", "K <= log2(T)"),
        ("log2(T)^2 <= 9", "log(T)^2/log(2)^2 <= 9"),
        ("ln(T) <= log2(H)", "log(T) <= log2(H)"),
        ("log2(T) <= 10^9", "log2(T) <= 1000000000"),  # a number of 10^9 bits is not written out
        ("N = o(log2(T))", "N = o(log2(T))"),
    ],
)
def test_what_is_said_without_logarithms(declared, said):
    assert str(plain(Relation.of(declared))) == said


@given(*(st.integers(1, 5) for _ in range(2)), st.integers(-12, 12), st.integers(1, 400), st.integers(1, 400))
@settings(deadline=None, max_examples=60)
def test_both_say_the_same_at_every_size(a, b, number, t, h):
    declared = Relation.of(f"{a}*log2(T) <= {b}*log2(H) + {number}/2")
    made = plain(declared)
    sizes = {T: Integer(t), H: Integer(h)}
    difference = N((declared.right - declared.left).xreplace(sizes), 30)
    if abs(difference) > 1e-20:
        assert (difference > 0) == bool(made.left.xreplace(sizes) <= made.right.xreplace(sizes))


@given(st.integers(1, 60), st.integers(1, 4))
@settings(deadline=None, max_examples=40)
def test_irrational_ends_are_the_whole_numbers_beside_them(number, divisor):
    said = plain(Relation.of(f"ln(T) <= {number}/{divisor * 5}"))
    assert N(sc.read("ln(T)").xreplace({T: said.right}), 30) <= Integer(number) / (divisor * 5)
    assert N(sc.read("ln(T)").xreplace({T: said.right + 1}), 30) > Integer(number) / (divisor * 5)


def test_answers_keep_to_inequalities_of_logarithms():
    (crossover,) = sc.compare(sc.read("T^2"), sc.read("H*T"), by=T, assume=["log2(T) <= 10"]).crossovers
    assert (crossover.at, [str(each) for each in crossover.conditions]) == (H, ["1024 >= H"])
    assert sc.solve(sc.read("T"), T, macs=10**6, assume=["log2(T) <= 10"]).largest == 1024
    assert sc.growth("T^2 + H*K", assume=["2*log2(T) <= log2(H) + log2(K)"]) == sc.growth("H*K")
    assert sc.compare(sc.read("T*H"), sc.read("H"), by=T, assume=["log2(H) = 5"]).costs["H"] == 32


def test_others_are_refused_by_name():
    for declared in ("K <= log2(T)", "2^K <= T", "T*log2(T) <= H", "log2(T) <= 10^9"):
        with pytest.raises(
            FormulaError, match="cannot be used; expected a relation between sums of products of powers"
        ):
            sc.compare(sc.read("T^2"), sc.read("H*T"), by=T, assume=[declared])
    with pytest.raises(DimensionError, match=r"log2\(T\) < 0 cannot hold"):
        sc.growth("T", assume=["log2(T) < 0"])
