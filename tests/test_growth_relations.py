"""Relations that are declared: how they are read, what equations put in place, what contradicts."""

from __future__ import annotations

import pytest
from sympy import Eq, Ge, Gt, Le, Lt, Symbol, log

import symcost as sc
from symcost import H, I, K, N, T, X, Y, growth
from symcost.analysis.growth import Relation, Relations
from symcost.errors import DimensionError, FormulaError, UndecidedError


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("K <= T", "K <= T"), ("T>=K", "K <= T"), ("K<T", "K < T"), ("T > 2*K", "2 K < T"), ("H = 4*I", "H = 4 I"),
        ("H == 4 I", "H = 4 I"), ("N = o(T)", "N = o(T)"), ("N=o( T*H )", "N = o(T H)"), ("K H <= T+1", "H K <= T + 1"),
        (Le(K, T), "K <= T"), (Ge(T, K), "K <= T"), (Lt(K, T), "K < T"), (Gt(T, K), "K < T"), (Eq(H, 4 * I), "H = 4 I"),
        (Le(Symbol("K"), Symbol("T")), "K <= T"), (Relation(K, "<=", T), "K <= T"),
    ],
)  # fmt: skip
def test_a_relation_is_text_or_sympys(declared, said):
    assert str(Relation.of(declared)) == said
    assert str(Relations.of([declared])) == said


def test_one_relation_needs_no_list():
    assert Relations.of("K <= T") == Relations.of(["K <= T"]) == Relations.of(Relations.of("K <= T"))
    assert Relations.of(()) == Relations()


@pytest.mark.parametrize(
    ("declared", "put", "left"),
    [
        (["H = 4*I"], {H: 4 * I}, 0),
        (["4*I = H"], {H: 4 * I}, 0),
        (["H = 4*I", "I = K"], {H: 4 * K, I: K}, 0),
        (["I = K", "H = 4*I"], {H: 4 * K, I: K}, 0),
        (["H = I", "I = H"], {H: I}, 0),
        (["T = X*Y", "K <= T"], {T: X * Y}, 1),
        (["2*T = X*Y"], {}, 2),
        (["K <= T", "K <= T"], {}, 1),
        (["T_cross = T_self"], {sc.T_cross: sc.T_self}, 0),
        (["H = log2(T)"], {H: log(T) / log(2)}, 0),
    ],
)
def test_an_equation_puts_its_other_side_in_place(declared, put, left):
    relations = Relations.of(declared)

    assert relations.substitution == put
    assert len(relations.inequalities) == left
    assert relations.applied(T * H) == T.xreplace(put) * H.xreplace(put)


CONTRADICTIONS = [
    (["K <= T", "T = o(K)"], "K <= T and T = o(K) cannot hold"),
    (["K < T", "T < K"], "K < T and T < K cannot hold"),
    (["K < T", "T <= K"], "K < T and T <= K cannot hold"),
    (["T <= 2*K", "T >= 3*K"], "T <= 2 K and 3 K <= T cannot hold"),
    (["T < T"], "T < T cannot hold"),
    (["T = o(T)"], "T = o(T) cannot hold"),
    (["H = 2*H"], "H = 2 H cannot hold"),
    (["H = I", "I = H + 1"], "I = H + 1 cannot hold"),
    (["K <= H", "H <= T", "T <= K/2"], "K <= H and H <= T and T <= K/2 cannot hold"),
    (["N = o(T)", "T = o(K)", "K = o(N)"], "N = o(T) and T = o(K) and K = o(N) cannot hold"),
    (["T + K <= K"], "T + K <= K cannot hold"),
    (["K <= T - 1", "T <= K"], "K <= T - 1 and T <= K cannot hold"),
    (["T*T <= K", "K*K <= T/2"], "T^2 <= K and K^2 <= T/2 cannot hold"),
    (["T = H", "T = 2*H"], "T = 2 H cannot hold"),
    (["3 <= 2"], "3 <= 2 cannot hold"),
]


@pytest.mark.parametrize(("declared", "message"), CONTRADICTIONS)
def test_contradictions_are_refused_and_named(declared, message):
    with pytest.raises(DimensionError) as caught:
        Relations.of(declared)
    assert caught.value.found == message


@pytest.mark.parametrize("leave_out", range(3))
def test_of_what_contradicts_each_part_is_needed(leave_out):
    for declared, _ in CONTRADICTIONS:
        if len(declared) == 3:
            Relations.of(declared[:leave_out] + declared[leave_out + 1 :])


@pytest.mark.parametrize(
    "declared",
    [["K <= T", "T <= K"], ["T <= 3*K", "T >= 3*K"], ["T <= H + I", "H <= T"], ["K <= T", "K = o(T)"], ["1 <= 2"]],
)
def test_what_can_hold_is_taken(declared):
    assert growth(K * T * H * I, assume=declared).terms


@pytest.mark.parametrize(
    ("variables", "declared", "message"),
    [
        ([T], ["T <= K"], "assume, while T grows: T <= K cannot hold"),
        ([T, H], ["T*H <= K"], "assume, while H, T grow: T H <= K cannot hold"),
        ([T], ["T = 5"], "T grows and is 5"),
        ([T, K], ["K <= 5"], "assume, while K, T grow: K <= 5 cannot hold"),
    ],
)
def test_what_grows_cannot_be_bounded_by_a_constant(variables, declared, message):
    with pytest.raises(DimensionError) as caught:
        growth(T * K * H, variables, declared)
    assert str(caught.value).startswith(message)


def test_a_relation_of_constants_is_taken():
    assert growth(T * K * H, [T], ["K <= H", "H <= T"]).terms == {T}


@pytest.mark.parametrize(
    "declared", ["T <= 2**K", "T <= K*log(K)", "max(T, K) <= H", "N = o(T + H)", "N = o(log(T))", "0 = o(T)"]
)
def test_a_relation_that_cannot_be_used_is_refused(declared):
    with pytest.raises(FormulaError, match="cannot be used"):
        Relations.of([declared])


@pytest.mark.parametrize("declared", ["", "K", "K T", "K <= ", "<= T", "K <= T <= H", "K != T", 7, None, True])
def test_what_is_no_relation_is_refused(declared):
    with pytest.raises(FormulaError):
        Relations.of([declared])


def test_relations_are_added():
    both = Relations.of("K <= T") + Relations.of("H = 4*I")

    assert str(both) == "K <= T, H = 4 I"
    with pytest.raises(DimensionError):
        both + Relations.of("T = o(K)")


def test_too_many_cases_are_refused():
    many = [f"x_{i} <= a_{i} + b_{i} + c_{i}" for i in range(5)]

    with pytest.raises(UndecidedError, match="243 cases of which term is the largest"):
        Relations.of(many)


def test_text_of_a_relation_is_never_evaluated():
    with pytest.raises(FormulaError):
        Relations.of(["__import__('os') <= T"])
    with pytest.raises(FormulaError):
        Relations.of(["N = o(().__class__)"])


def test_relations_decide_what_is_undecided_without_them():
    assert growth(K).compare(growth(T)) == "incomparable"
    assert growth(K, assume=["K <= T"]).compare(growth(T)) == "<"
    assert growth(K * N, assume=["K*N <= T"]).compare(growth(T)) == "<"
