"""Answers keep to where the networks exist: held against every whole size there."""

from __future__ import annotations

import functools
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost.analysis.existence import distance, growth_of, range_of
from symcost.analysis.ratio import Ended
from symcost.analysis.signs import number_sign
from symcost.conditions import Condition, at_most, decided
from symcost.errors import DimensionError, ShapeError
from symcost.render.analyses import regimes_tables, solution_tables

T, H, I, K, D, E, G, N, P, Q = sc.T, sc.H, sc.I, sc.K, sc.D, sc.E, sc.G, sc.N, sc.P, sc.Q
w = sc.dimension("w")
WINDOWED, CAUSAL = sc.Attention(D, D, is_causal=True, window=w), sc.Attention(D, D, is_causal=True)
HEADS = sc.TransformerEncoderLayer(D, 8, 4 * D)


# --- conditions as premises ---


@pytest.mark.parametrize(
    ("condition", "room"),
    [
        (at_most(K, T), "T - K"),
        (at_most(K, sc.read("floor((T - 1)/2) + 1")), "T + 1 - 2*K"),
        (at_most(K, sc.read("T/N")), "T - K*N"),
        (Condition("divides", N, H), "H - N"),
        (Condition("divides", Integer(2), K - 1), None),  # 2 divides 0, and is not at most 0
        (at_most(K, sc.read("floor(T/2) + floor(T/3)")), None),
        (at_most(K, sc.read("2*floor(T/2)")), None),
    ],
    ids=str,
)
def test_a_condition_is_a_polynomial_that_is_at_least_zero_or_none(condition, room):
    assert distance(condition) == (None if room is None else sc.read(room))


@given(st.integers(1, 30), st.integers(1, 30))
@settings(deadline=None, max_examples=40)
def test_the_polynomial_is_at_least_zero_just_where_the_condition_holds(k, t):
    condition = at_most(K, sc.read("floor((T - 1)/2) + 1"))
    sizes = {K: Integer(k), T: Integer(t)}
    assert decided(condition.at_sizes(sizes)) is bool(distance(condition).xreplace(sizes) >= 0)


def test_what_is_declared_and_what_is_required_are_kept_apart():
    found = range_of([at_most(K, T), Condition("divides", N, H)], ["K <= T", "I <= H"], {"N": 8})
    assert [str(each) for each in found.holds] == ["8 divides H"]  # K <= T is declared
    assert found.declared.at_least == (T - K, H - I)
    assert found.premises.at_least == (T - K, H - I, H - 8)
    assert range_of([at_most(K, T)], (), {"K": 5, "T": 9}).holds == ()


def test_both_are_printed_each_under_its_name():
    said = str(sc.compare(WINDOWED, CAUSAL, by=T, assume=["T <= 4096"]))
    assert "Holds where w is at most T." in said
    assert "Taken to hold: 4096 >= T." in said
    (table,) = solution_tables(sc.solve(HEADS, D, parameters=10**6, assume=["D <= 256"]), "")
    assert "Holds where 8 divides D." in str(table) and "Taken to hold: 256 >= D." in str(table)
    block = sc.MultiheadAttention(E, N)
    said = str(regimes_tables(sc.regimes(block, assume=["T_self <= E"]), "", "")[0])
    assert "Holds where N divides E." in said and "Taken to hold: E >= T_self." in said


SIZED = [
    (lambda **o: sc.compare(HEADS, sc.read("T*D"), **o), {"D": 12}, "D=12; expected sizes of which 8 divides D"),
    (lambda **o: sc.solve(WINDOWED, D, macs=10**9, **o), {"w": 9, "T": 8}, "expected sizes of which w is at most T"),
    (lambda **o: sc.regimes(HEADS, **o), {"D": 12}, "D=12; expected sizes of which 8 divides D"),
    (lambda **o: sc.eliminate(WINDOWED, WINDOWED, D, **o), {"w": 9, "T": 8}, "expected sizes of which w is at most T"),
    (lambda **o: sc.reuse(WINDOWED, **o), {"w": 9, "T": 8}, "expected sizes of which w is at most T"),
    (lambda **o: sc.optimum(WINDOWED, D, **o), {"w": 9, "T": 8}, "expected sizes of which w is at most T"),
]


@pytest.mark.parametrize(("ask", "sizes", "said"), SIZED)
def test_sizes_at_which_a_network_does_not_exist_are_refused(ask, sizes, said):
    with pytest.raises(ShapeError) as caught:
        ask(given=sizes)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("network", "assume", "said"),
    [
        (WINDOWED, ["T < w"], "assume: T < w; expected sizes of which w is at most T"),
        (WINDOWED, ["T <= 10", "w >= 12"], "assume: T <= 10, 12 <= w; expected sizes of which w is at most T"),
        (WINDOWED, ["D <= T", "w = 2*T"], "w=2 T; expected sizes of which w is at most T"),
        (HEADS, ["D <= 7"], "assume: D <= 7; expected sizes of which 8 divides D"),
        (sc.MultiheadAttention(E, N), ["E < N"], "assume: E < N; expected sizes of which N divides E"),
        (HEADS, ["D = 2*K + 1"], "D=2 K + 1; expected sizes of which 8 divides D"),
    ],
)
def test_an_assumption_that_leaves_no_network_is_refused_with_both_named(network, assume, said):
    with pytest.raises((DimensionError, ShapeError)) as caught:
        sc.regimes(network, assume=assume)
    assert said in str(caught.value)


# --- comparisons ---


def test_a_crossover_beyond_a_window_is_none():
    """2 T w - w^2 + w crosses T^2 + T at w = T, and by its formula alone at w = T + 1 again."""
    found = sc.compare(WINDOWED, CAUSAL, by=w, names=["windowed", "causal"])
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.cheaper_below, crossover.cheaper_above) == (T, "windowed", "")
    assert [each.cheapest for each in found.regions] == [("windowed",)]
    assert isinstance(found.limit, Ended)
    assert "No limit: w is at most T." in str(found)


def test_a_crossover_that_may_lie_beyond_has_its_condition():
    found = sc.compare(WINDOWED, 5 * D**2 * T, by=w, names=["windowed", "rest"])
    inside = {"T": 100, "D": 20}
    assert found.crossovers or found.questions
    for each in found.crossovers:
        holding = all(bool(condition.xreplace({T: Integer(100), D: Integer(20)})) for condition in each.conditions)
        place = each.at.xreplace({T: Integer(100), D: Integer(20)})
        assert not holding or 1 <= place <= 100
    costs = [sc.at(WINDOWED_MACS - 5 * D**2 * T, w=n, **inside) for n in range(1, 101)]
    changes = sum((a < 0) != (b < 0) for a, b in itertools.pairwise(costs))
    assert changes == 1


WINDOWED_MACS = D * (4 * T * D + 2 * T * w - w**2 + w)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 3000))
@settings(deadline=None, max_examples=40)
def test_comparisons_are_right_at_every_size_at_which_both_exist(t, d, rest):
    found = sc.compare(WINDOWED, rest * D + w, by=w, given={"T": t, "D": d}, names=["windowed", "rest"])
    for number in range(1, t + 1):
        difference = sc.at(WINDOWED_MACS - rest * D - w, T=t, D=d, w=number)
        cheapest = {-1: ("windowed",), 1: ("rest",), 0: ("windowed", "rest")}[number_sign(difference)]
        inside = [
            each.cheapest for each in found.regions
            if all(bool(condition.xreplace({w: Integer(number)}).doit()) for condition in each.inequalities)
        ]  # fmt: skip
        assert inside == [cheapest] or number in {each.at for each in found.crossovers}
    assert all(1 <= each.at <= t for each in found.crossovers)


# --- budgets ---


def _largest(cost, budget, numbers):
    return max((n for n in numbers if cost(n) <= budget), default=None)


@given(st.integers(1, 16), st.integers(1, 10**5), st.integers(1, 40))
@settings(deadline=None, max_examples=60)
def test_the_largest_width_is_one_that_the_heads_divide(heads, budget, t):
    layer = sc.TransformerEncoderLayer(D, heads, 4 * D)
    found = sc.solve(layer, D, macs=budget, given={"T": t})

    def cost(d):
        return 12 * t * d * d + 2 * t * t * d

    tried = _largest(cost, budget, range(heads, 400, heads))
    assert found.largest == tried
    if tried is not None:
        assert found.only.following == tried + heads
        assert found.at(tried) <= budget < found.at(tried + heads)


@given(st.integers(1, 20), st.integers(1, 9), st.integers(1, 40_000))
@settings(deadline=None, max_examples=60)
def test_the_largest_window_is_no_longer_than_the_sequence(t, d, budget):
    found = sc.solve(WINDOWED, w, macs=budget, given={"T": t, "D": d})

    def cost(n):
        return d * (4 * t * d + 2 * t * n - n * n + n)

    assert found.largest == _largest(cost, budget, range(1, t + 1))


@functools.cache
def windows():
    """The windows within a budget, in symbols: asked for once for all sizes."""
    return sc.solve(WINDOWED, w, macs=P)


@functools.cache
def widths():
    """The widths of a Transformer within a budget, in symbols."""
    return sc.solve(sc.TransformerEncoderLayer(D, N, 4 * D), D, parameters=P).only


@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 6000))
@settings(deadline=None, max_examples=60)
def test_cases_of_symbols_are_right_at_every_size(t, d, budget):
    """Of the cases of the windowed layer the ones that hold give the largest window."""
    sizes = {T: Integer(t), D: Integer(d), P: Integer(budget)}
    found = windows()
    holding = [each for each in found.cases if all(bool(c.xreplace(sizes)) for c in each.conditions)]
    tried = _largest(lambda n: d * (4 * t * d + 2 * t * n - n * n + n), budget, range(1, t + 1))
    for each in holding:
        assert each.said != "none" or tried is None
        assert each.largest is None or each.largest.xreplace(sizes) == tried
    assert holding or tried is None


@given(st.integers(1, 8), st.integers(10, 20_000))
@settings(deadline=None, max_examples=40)
def test_a_symbolic_divisor_is_rounded_to_its_multiples(heads, budget):
    found = widths()
    sizes = {N: Integer(heads), P: Integer(budget)}
    tried = _largest(lambda d: 12 * d * d + 13 * d, budget, range(heads, 100, heads))
    if all(bool(each.xreplace(sizes)) for each in found.conditions):
        assert found.largest.xreplace(sizes) == tried
    else:
        assert tried is None


def test_a_numeric_budget_with_symbolic_heads_is_a_formula():
    found = sc.solve(sc.TransformerEncoderLayer(D, N, 4 * D), D, parameters=10**6).only
    for heads in (1, 3, 8, 100):
        exact = _largest(lambda d: 12 * d * d + 13 * d, 10**6, range(heads, 400, heads))
        assert found.largest.xreplace({N: Integer(heads)}) == exact


def test_several_divisors_have_their_common_multiple():
    net = sc.Sequential("n", sc.Input(T, I), sc.Conv1d(I, H, 3, groups=6, padding=1), sc.GLU())
    found = sc.solve(net, H, macs=10**5, given={"I": 12, "T": 10})
    assert {str(each) for each in found.holds} == {"6 divides H"}
    tried = _largest(lambda h: 10 * 2 * h * 3, 10**5, range(6, 10**4, 6))
    assert found.largest == tried
    odd = sc.solve(sc.AdaptiveAvgPool1d(4), T, flops=100, given={"C": 3})
    assert (odd.largest, odd.only.following) == (32, 36)  # 3 channels, each time step added once: 3 T + 12 at most


def test_heads_are_divisors_of_the_channels():
    found = sc.solve(sc.GroupedQueryAttention(E, N, G), G, parameters=10**6, given={"E": 512, "N": 8})
    assert (found.largest, found.only.following) == (4, 8)  # 7 groups would keep within it, but do not divide 8 heads
    open_ = sc.solve(sc.GroupedQueryAttention(E, N, G), G, parameters=10**6, given={"E": 512})
    assert (open_.only.largest, open_.only.said) == (None, "the largest up to there of which G divides N")


def test_no_size_that_exists_is_none():
    assert sc.solve(HEADS, D, parameters=700).only.said == "none"  # 8 channels have 872
    assert sc.solve(HEADS, D, parameters=10**6, assume=["D >= 9", "D <= 15"]).only.said == "none"


def test_the_table_says_which_sizes_there_are():
    (table,) = solution_tables(sc.solve(HEADS, D, macs=10**9, given={"T": 1000}), "")
    said = str(table)
    assert "216 [a]" in said and "Cost at 224, the next" in said and "[a] Of the sizes of which 8 divides D." in said
    (table,) = solution_tables(sc.solve(WINDOWED, w, macs=10**9, given={"T": 100, "D": 8}), "")
    assert "Cost at" not in str(table)  # no window is longer


# --- growth ---


def test_growth_keeps_to_where_a_network_exists():
    conditions = (Condition("divides", N, E),)
    assert growth_of(E * T**2 + N * T**2, conditions) == sc.growth(E * T**2)
    assert growth_of(E * T**2 + N * T**2, ()) == sc.growth(E * T**2 + N * T**2)
    rounded = (at_most(K, sc.read("floor(T/2) + floor(T/3)")),)  # no relation that growth can use
    assert growth_of(K + T, rounded) == sc.growth(K + T)


def test_what_cannot_grow_alone_is_refused_by_name():
    conditions = (at_most(K, T),)
    with pytest.raises(DimensionError, match="growth: K cannot grow alone; expected sizes of which K <= T; let other"):
        growth_of(K * T, conditions, ["K"])
    with pytest.raises(DimensionError, match="assume: T < K; expected sizes of which K <= T"):
        growth_of(K * T, conditions, None, ["T < K"])
    with pytest.raises(DimensionError, match="while K, T grow: K <= 3 cannot hold"):
        growth_of(K * T, conditions, None, ["K <= 3"])
    assert growth_of(K * T, conditions, ["T"]) == sc.growth(K * T, ["T"])


# --- the others ---


@pytest.mark.parametrize(
    ("cost", "assume", "terms"),
    [
        ("T*H + 3*K*H", ["7*K + 5 <= T"], ["H*T"]),
        ("T*H + K*H", ["T + 1 <= K"], ["H*K"]),
        ("T*H + K*H/4", ["K <= T + 1"], ["H*T"]),  # K is at most 2 T
        ("T*H + K*H", ["K <= T + H"], ["H*T", "H*K"]),  # nothing follows for K and T alone
    ],
)
def test_relations_between_sums_leave_regimes_out(cost, assume, terms):
    assert {str(each.term) for each in sc.regimes(sc.read(cost), assume=assume).regimes} == set(terms)


def test_a_regime_beyond_a_window_is_none():
    """The term w^2 T and the term T^2 w of a cost: with w at most T the second is never the smaller one."""
    alone = sc.regimes(sc.read("2*T*w^2 + 3*T^2*w"))
    assert len(alone.regimes) == 2
    net = sc.Network("n", x := sc.Input(T, D), sc.Attention(D, D, is_causal=True, window=w)(x))
    found = sc.regimes(net)
    assert [str(each) for each in found.holds] == ["w is at most T"]
    terms = [each.term for each in found.regimes]
    free = [each.term for each in sc.regimes(net.macs).regimes]
    assert set(terms) <= set(free)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_the_regime_of_a_place_has_the_largest_term_where_a_network_exists(t, d, heads):
    net = sc.MultiheadAttention(D, N)
    if d % heads:
        return
    found = sc.regimes(net, metric="flops")
    sizes = {sc.T_self: Integer(t), sc.T_cross: Integer(t), D: Integer(d), N: Integer(heads)}
    values = {term: term.xreplace(sizes) for term in [*(e.term for e in found.regimes), *found.dominated]}
    for each in found.regimes:
        if all(bool(condition.xreplace(sizes)) for condition in each.conditions):
            assert values[each.term] == max(values.values())
    assert all(values[term] <= max(values[each.term] for each in found.regimes) for term in found.dominated)


def test_an_optimum_lies_where_the_network_exists():
    pooled = sc.Sequential("n", sc.Input(T, H), sc.AdaptiveAvgPool1d(K))
    cost = pooled.flops + 10**6 / K
    assert sc.optimum(cost, K, given={"T": 96, "H": 4}).best is not None
    window = sc.optimum(WINDOWED, w, given={"T": 100, "D": 8})
    assert window.extrema == ()  # by its formula the cost falls again from w = T + 1/2 on
    assert (window.best, [str(each) for each in window.holds]) == (1, ["w is at most 100"])


@pytest.mark.parametrize("number", [12, 30, 97, 360])
def test_the_best_size_is_the_best_of_those_that_exist(number):
    from symcost.analysis.optimum import optimum_of
    from symcost.analysis.relations import premises

    cost = sc.read("7*Q + 900/Q + 3")
    fitting = [n for n in range(1, number + 1) if number % n == 0]
    found = optimum_of(cost, Q, premises([f"Q <= {number}"]), (Condition("divides", Q, Integer(number)),))
    assert found.best == min(fitting, key=lambda q: cost.xreplace({Q: Integer(q)}))
    even = optimum_of(cost, Q, premises(["Q <= 500"]), (Condition("divides", Integer(number), 2 * Q),))
    fitting = [n for n in range(1, 501) if 2 * n % number == 0]
    assert even.best == min(fitting, key=lambda q: cost.xreplace({Q: Integer(q)}))


def test_reuse_is_turned_up_by_what_can_grow():
    found = sc.reuse(sc.Conv1d(I, H, K, bias=False))
    assert (found.ratio, found.knobs) == (T - K + 1, {T: 1})
    assert [str(each) for each in found.holds] == ["K is at most T"]


def test_an_elimination_says_where_it_holds():
    found = sc.eliminate(sc.MultiheadAttention(E, N), sc.MultiheadAttention(E, N), E)
    assert [str(each) for each in found.holds] == ["N divides E"]
