"""Budgets, complexity by parameters, regimes and optima of networks, layers and costs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import positive_polynomials, sizes
from sympy import CRootOf, Eq, Integer, Rational, floor, log, oo, sqrt

import symcost as sc
from symcost.analysis.roots import PositiveRoot
from symcost.errors import DimensionError, SymcostError, UnknownName

T, H, I, K, D, F, N, P, Q, G, E = sc.T, sc.H, sc.I, sc.K, sc.D, sc.F, sc.N, sc.P, sc.Q, sc.G, sc.E


# --- budgets ---


def test_the_hidden_size_of_an_lstm_with_the_parameters_of_a_gru():
    """4 (H^2 + H I + 2 H) = 3 (G^2 + G I + 2 G): H = (-(I + 2) + sqrt((I + 2)^2 + 3 (G^2 + G (I + 2)))) / 2."""
    found = sc.solve(sc.LSTM(I, H), H, parameters=sc.GRU(I, G))
    by_hand = (-(I + 2) + sqrt((I + 2) ** 2 + 3 * (G**2 + G * (I + 2)))) / 2
    assert (found.exact - by_hand).subs({I: 7, G: 11}).equals(0)
    numbers = sc.solve(sc.LSTM(I, H), H, parameters=sc.GRU(64, 512), given={"I": 64})
    assert numbers.at(numbers.largest) <= sc.GRU(64, 512).cost().parameters < numbers.at(numbers.largest + 1)


def test_the_width_at_which_multi_query_attention_has_the_parameters_of_multi_head_attention():
    """4 D^2 against 2 D'^2 + 2 D'^2 / N for N heads: D' = D sqrt(2 N / (N + 1))."""
    width = sc.dimension("D_mqa")
    found = sc.solve(2 * width**2 + 2 * width**2 / N, width, parameters=4 * D**2)
    assert (found.exact**2 / D**2 - 2 * N / (N + 1)).cancel() == 0
    assert found.largest == floor(found.exact)


def test_a_budget_of_multiply_accumulates_as_a_formula_and_as_a_number():
    net = sc.RNN(H, H)
    formula = sc.solve(net, H, macs=sc.dimension("C"))
    assert formula.exact == sqrt(2) * sqrt(sc.C) / (2 * sqrt(T))
    number = sc.solve(net, H, macs=10**9, given={"T": 100})
    assert (number.exact, number.largest) == (1000 * sqrt(5), 2236)
    assert number.at(2236) == 2 * 100 * 2236**2 <= 10**9 < number.at(2237)


def test_the_only_case_that_allows_a_size_is_the_answer():
    found = sc.solve(sc.read("4*H^2 + 8*H + I"), H, parameters=P)
    assert [each.said for each in found.cases].count("none") == 2
    assert (found.only.exact - (sqrt(4 + P - I) / 2 - 1)).equals(0)
    assert found.only.conditions[0] == (P > I)


def test_a_budget_that_is_met_exactly_is_kept():
    found = sc.solve(sc.read("H^2"), H, macs=49)
    assert (found.exact, found.largest) == (7, 7)


def test_a_budget_that_one_exceeds_already_allows_none():
    found = sc.solve(sc.read("100*H"), H, macs=99)
    assert (found.largest, found.only.said) == (None, "none")
    assert sc.solve(sc.read("H^3 + 100*H"), H, macs=99).only.said == "none"
    assert sc.solve(sc.read("H^2"), H, macs=48, assume=["H >= 7"]).only.said == "none"


def test_a_cost_that_never_exceeds_a_budget_allows_any():
    found = sc.solve(sc.read("12*T/H"), H, macs=100, given={"T": 8})
    assert found.only.said == "any"
    bounded = sc.solve(sc.read("H"), H, macs=100, assume=["H <= 64"])
    assert (bounded.only.said, bounded.largest) == ("any", 64)


def test_a_cubic_of_numbers_has_an_exact_root_and_one_of_symbols_an_equation():
    found = sc.solve(sc.read("H^3 + 5*H^2 + H"), H, macs=10**9)
    assert found.exact.has(CRootOf)
    assert found.at(found.largest) <= 10**9 < found.at(found.largest + 1)
    implicit = sc.solve(sc.read("H^3 + I*H^2 + H"), H, macs=P)
    assert isinstance(implicit.exact, PositiveRoot)
    assert implicit.exact.args[0] == H**3 + I * H**2 + H - P or implicit.exact.args[0] == -(H**3) - I * H**2 - H + P


def test_steps_and_logarithms_have_a_number():
    padded = sc.solve(sc.read("T*64*ceil(H/64)"), H, macs=10**6, given={"T": 100})
    assert padded.largest == 9984
    logarithm = sc.solve(sc.read("H*log2(H)"), H, macs=10**6)
    assert logarithm.questions == ()
    assert logarithm.at(logarithm.largest).evalf() <= 10**6 < logarithm.at(logarithm.largest + 1).evalf()


@given(positive_polynomials(), st.integers(0, 10**6), sizes(9))
@settings(deadline=None, max_examples=60)
def test_the_largest_is_the_largest(cost, budget, others):
    if not cost.has(H):
        return
    given_sizes = {symbol.name: others[symbol.name] for symbol in cost.free_symbols if symbol != H}
    found = sc.solve(cost, H, macs=budget, given=given_sizes)
    if found.largest is None:
        assert found.only.said == "none"
        assert found.at(1) > budget
    else:
        assert found.at(found.largest) <= budget < found.at(found.largest + 1)


@pytest.mark.parametrize(
    ("cost", "options", "said"),
    [
        ("T*H", {}, "solve: 0 budgets; expected one, such as macs=10**9"),
        ("T*H", {"macs": 1, "flops": 2}, "solve: 2 budgets: macs, flops; expected one"),
        ("T*I", {"macs": 5}, "solve: the cost T I depends on T, I, not on H"),
        ("T*H", {"macs": sc.H + 1}, "solve: the budget H + 1 depends on H too; expected a budget without it"),
        ("T*H", {"macs": "1e9"}, "'1e9' has no cost"),
        ("T*H", {"macs": 1.5}, "1.5 has no cost"),
    ],
)
def test_a_budget_that_is_none_is_refused(cost, options, said):
    with pytest.raises(DimensionError) as caught:
        sc.solve(sc.read(cost), H, **options)
    assert said in str(caught.value)


def test_an_unknown_metric_suggests_a_near_one():
    with pytest.raises(UnknownName, match="did you mean 'macs'"):
        sc.solve(sc.RNN(I, H), H, mac=3)


# --- complexity by parameters ---


@pytest.mark.parametrize(
    ("cost", "parameters", "by_parameters"),
    [
        ("T*(H*I + H^2)", "H*I + H^2", "T*P"),
        ("T*H*I*K", "H*I*K", "T*P"),
        ("T*H*I", "T*H*I", "P"),
        ("4*T*(H^3 + I*H)", "H^3 + I*H", "4*T*P"),  # the root is not needed
        ("T^2*H", "4*H^2", "T^2*sqrt(P)/2"),
        ("2*T^2*H + 12*T*H^2", "12*H^2", "T*P + 2*T^2*sqrt(P/12)"),
        ("T*H^4", "H^2", "T*P^2"),
        ("T*H", "2*H^3", "T*(P/2)^(1/3)"),
        ("T*H", "H^2 + 2*H", "T*(sqrt(P + 1) - 1)"),
        ("T*H*log2(H)", "8*H", "T*P/8*log2(P/8)"),
    ],
)
def test_a_size_is_eliminated_exactly(cost, parameters, by_parameters):
    found = sc.eliminate(sc.read(cost), sc.read(parameters), H)
    assert found.exact
    assert (found.cost - sc.read(by_parameters)).subs({T: 3, I: 5, K: 2, P: 1000}).equals(0)


@given(positive_polynomials(), st.integers(1, 4), st.integers(0, 5), sizes(9))
@settings(deadline=None, max_examples=40)
def test_what_is_put_back_returns_the_cost(cost, leading, linear, others):
    parameters = leading * H**2 + linear * H * I + linear
    found = sc.eliminate(cost, parameters, H)
    assert found.exact
    assert not found.cost.has(H)
    back = found.cost.xreplace({P: parameters})
    whole = {symbol: Integer(others[symbol.name]) for symbol in cost.free_symbols | parameters.free_symbols}
    assert (back - cost).xreplace(whole).equals(0)


def test_what_is_not_solved_is_had_by_growth_and_says_so():
    found = sc.eliminate(sc.read("T*H^4 + H"), sc.read("8*H^3 + I*H^2"), H)
    assert not found.exact
    assert (found.cost - T * (P / 8) ** Rational(4, 3)).equals(0)
    assert "fastest terms" in found.reason


def test_growth_keeps_logarithms():
    found = sc.eliminate(sc.read("T*H*log2(H)"), sc.read("8*H^3 + H^2"), H)
    far = {H: Integer(10**40), T: Integer(1)}
    exact = sc.read("T*H*log2(H)").xreplace(far)
    grown = found.cost.xreplace({P: sc.read("8*H^3 + H^2").xreplace(far), T: Integer(1)})
    assert (grown / exact).evalf() == pytest.approx(1, abs=1e-3)


def test_a_network_is_asked_for_its_cost_and_its_parameters():
    net = sc.LSTM(I, H, bias=False)
    assert sc.eliminate(net, net, H).cost == T * P
    assert sc.eliminate(net, net, "H", "W").cost == T * sc.dimension("W")


@pytest.mark.parametrize(
    ("cost", "parameters", "said"),
    [
        ("T*H", "I*K", "the parameters I K do not depend on H; there are I, K"),
        ("T*H*P", "H", "P is a dimension of the costs already; expected a name of its own"),
        ("T*H", "log2(H)", "growth as a power of H"),
        ("T*H", "0", "do not depend on H; there are none"),
    ],
)
def test_an_elimination_that_cannot_be_is_refused(cost, parameters, said):
    with pytest.raises(DimensionError) as caught:
        sc.eliminate(sc.read(cost), sc.read(parameters), H)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "ratio", "knobs"),
    [
        ("dnn", "1", {}),
        ("cnn-1d", "T", {T: 1}),
        ("rnn", "T", {T: 1}),
        ("attention", "T_self*(T_cross/I + 1)", {sc.T_self: 1, sc.T_cross: 1}),
    ],
)
def test_reuse_is_the_knob_of_the_headline(name, ratio, knobs):
    network = sc.architecture(name)
    found = sc.reuse(network.cost("lecture"), network.parameters_by("lecture"))
    assert (found.ratio - sc.read(ratio)).cancel() == 0
    assert (found.knobs, found.fixed) == (knobs, not knobs)


def test_nothing_is_reused_without_parameters():
    with pytest.raises(DimensionError, match="no parameters"):
        sc.reuse(sc.ReLU())


# --- regimes ---


def test_attention_dominates_a_block_above_six_times_its_channels():
    block = sc.Sequential("block", sc.Input(T, D), sc.TransformerEncoderLayer(D, 1, 4 * D))
    found = sc.regimes(block)
    assert [(each.term, each.conditions) for each in found.regimes] == [
        (12 * D**2 * T, (T < 6 * D,)), (2 * D * T**2, (T > 6 * D,)),
    ]  # fmt: skip
    assert [each.equation for each in found.boundaries] == [Eq(T, 6 * D)]


def test_terms_come_from_layers():
    x = sc.Input(T, H)
    net = sc.Network("two", x, sc.Linear(H, H)(sc.Attention(H, H, projections="q")(x), name="last"))
    found = sc.regimes(net)
    assert found.sources[H**2 * T] == {"attention": 1, "last": 1}
    assert found.sources[H * T**2] == {"attention": 2}
    given_sizes = sc.regimes(net, given={"H": 8})
    assert given_sizes.sources == {T: {"attention": 64, "last": 64}, T**2: {"attention": 16}}


def test_a_term_between_two_that_is_nowhere_the_largest_is_dominated():
    """T^2 + 3 T H + H^2: 3 T H is the largest for H/3 < T < 3 H; T H alone is nowhere above the larger square."""
    wide = sc.regimes(sc.read("T^2 + 3*T*H + H^2"))
    assert len(wide.regimes) == 3
    assert {each.equation for each in wide.boundaries} == {Eq(T, 3 * H), Eq(T, H / 3)}
    narrow = sc.regimes(sc.read("2*T^2 + T*H + 2*H^2"))
    assert (narrow.dominated, [each.equation for each in narrow.boundaries]) == ((H * T,), [Eq(T, H)])


def test_sizes_of_one_and_more_leave_terms_out():
    assert sc.regimes(sc.read("T*H + T + 1")).dominated == (T, 1)
    assert sc.regimes(sc.read("2*T + H")).dominated == ()


def test_declared_relations_leave_regimes_out():
    assert len(sc.regimes(sc.read("T^2*H + T*H^2")).regimes) == 2
    assert [each.term for each in sc.regimes(sc.read("T^2*H + T*H^2"), assume=["T >= 2*H"]).regimes] == [T**2 * H]


def test_what_is_taken_off_is_named_apart():
    found = sc.regimes(sc.read("T*H - K*H + H"))
    assert (found.taken_off, [each.term for each in found.regimes]) == ((-H * K,), [H * T])


@given(positive_polynomials(), sizes(30))
@settings(deadline=None, max_examples=80)
def test_the_regime_of_a_place_has_the_largest_term(cost, chosen):
    found = sc.regimes(cost)
    terms = [*(each.term for each in found.regimes), *found.dominated]
    values = {term: sc.at(term, **chosen) for term in terms}
    assert sum(values.values()) == sc.at(cost, **chosen)
    whole = {symbol: Integer(chosen[symbol.name]) for symbol in cost.free_symbols}
    holding = [
        each.term for each in found.regimes if all(bool(c.xreplace(whole)) for c in each.conditions)
    ]  # fmt: skip
    largest = [term for term in terms if values[term] == max(values.values())]
    if len(largest) == 1 and largest[0] not in found.dominated:
        assert holding == largest
    assert all(values[term] <= max(values[each.term] for each in found.regimes) for term in found.dominated)


@pytest.mark.parametrize("cost", ["T*log2(H)", "ceil(T/2)*H", "(T + 1)/(H + 1)"])
def test_regimes_of_what_is_no_sum_of_powers_are_refused(cost):
    with pytest.raises(SymcostError, match="expected a number times powers"):
        sc.regimes(sc.read(cost))


# --- elasticity and optima ---


@given(st.integers(1, 5), st.integers(1, 9))
@settings(deadline=None, max_examples=20)
def test_the_elasticity_of_a_power_is_its_exponent(power, number):
    assert sc.elasticity(number * T * H**power, H) == power


def test_the_elasticity_of_a_block_goes_from_one_to_two():
    found = sc.elasticity(sc.read("12*T*D^2 + 2*T^2*D"), T)
    assert (found - (6 * D + 2 * T) / (6 * D + T)).cancel() == 0
    assert found.subs(T, 6 * D) == Rational(3, 2)


@pytest.mark.parametrize("cost", ["ceil(T/2)", "max(T, H)", "0", "H"])
def test_an_elasticity_that_is_none_is_refused(cost):
    with pytest.raises(DimensionError):
        sc.elasticity(sc.read(cost), T)


CHUNKED = "T*Q*(N + P) + 2*T*N*P + T/Q*N*P"  # chunked linear attention, a head (Dao and Gu, 2024)


def test_the_best_chunk_of_chunked_attention():
    """T (N + P) - T N P / Q^2 = 0 at Q = sqrt(N P / (N + P)); the second derivative 2 T N P / Q^3 is above zero."""
    best = sc.optimum(sc.read(CHUNKED), Q).minimum
    assert (best.at**2 - N * P / (N + P)).cancel() == 0
    assert (best.kind, best.second_sign) == ("minimum", 1)
    assert (best.second - 2 * T * N * P / best.at**3).equals(0)
    numbers = sc.optimum(sc.read(CHUNKED), Q, given={"N": 128, "P": 64, "T": 4096})
    assert numbers.minimum.at == 8 * sqrt(6) / 3
    work = sc.read(CHUNKED).subs({N: 128, P: 64, T: 4096})
    least = min(range(1, 65), key=lambda q: work.subs(Q, q))
    assert numbers.best == numbers.minimum.whole == least


@pytest.mark.parametrize(
    ("cost", "kinds", "best"),
    [
        ("H + 100/H", ["minimum"], 10),
        ("H + 90/H", ["minimum"], 9),  # 9 + 10 = 19 and 10 + 9 = 19: the smaller one
        ("H^3 - 12*H^2 + 36*H + 1", ["maximum", "minimum"], 6),
        ("20*H - H^2", ["maximum"], oo),
        ("100/H", [], oo),
        ("H^2", [], 1),
        ("H^3 - 9*H^2 + 27*H", ["saddle"], 1),
        ("H*log2(H) - 5*H", ["minimum"], 12),
    ],
)
def test_extrema_are_told_apart_and_the_best_whole_size_is_found(cost, kinds, best):
    found = sc.optimum(sc.read(cost), H)
    assert [each.kind for each in found.extrema] == kinds
    assert found.best == best


def test_an_optimum_keeps_to_the_declared_range():
    assert sc.optimum(sc.read("H + 100/H"), H, assume=["H <= 4"]).best == 4
    assert sc.optimum(sc.read("H + 100/H"), H, assume=["H >= 16"]).best == 16
    assert sc.optimum(sc.read("20*H - H^2"), H, assume=["H <= 15"]).best == 1
    for end in ("H <= 10", "H >= 10"):
        found = sc.optimum(sc.read("H + 100/H"), H, assume=[end])
        assert (found.minimum.at, found.best) == (10, 10)


@given(st.integers(1, 200), st.integers(1, 200), st.integers(1, 3))
@settings(deadline=None, max_examples=30)
def test_no_whole_size_is_better_than_the_best(a, b, power):
    cost = a * H**power + Integer(b * 10) / H
    best = sc.optimum(cost, H).best
    assert all(cost.subs(H, best) <= cost.subs(H, other) for other in range(1, 60))


def test_an_optimum_that_is_not_asked_well_is_refused():
    with pytest.raises(DimensionError, match="does not depend on Q; there are H, T"):
        sc.optimum(T * H, Q)
    with pytest.raises(DimensionError, match="has steps"):
        sc.optimum(sc.read("ceil(T/Q)*Q"), Q)
    with pytest.raises(DimensionError, match="0 minima over H"):
        sc.optimum(sc.read("H^2"), H).minimum  # noqa: B018


# --- large numbers, and searches that end ---


@pytest.mark.parametrize("digits", [50, 300, 1000])
def test_a_budget_may_have_many_digits(digits):
    found = sc.solve(sc.LSTM(I, H), H, macs=10**digits, given={"T": 3, "I": 3})
    assert found.at(int(found.largest)) <= 10**digits < found.at(int(found.largest) + 1)


def test_too_many_digits_are_a_question():
    for cost in ("H^2 + 3*H", "H*ceil(H/7)"):
        found = sc.solve(sc.read(cost), H, macs=10**5000)
        (question,), cases = found.questions, found.cases
        assert cases == ()
        assert "looked for up to 2^1024, and it may change beyond" in question.open.reason


def test_a_search_for_what_only_grows_goes_on_until_it_has_grown():
    found = sc.solve(sc.read("H*log2(H)"), H, macs=10**30)
    assert found.questions == ()
    assert found.at(found.largest).evalf(50) <= 10**30 < found.at(found.largest + 1).evalf(50)
    assert sc.solve(sc.read("H*log2(H)"), H, macs=10**400).questions != ()  # farther than is looked


def test_powers_of_two_have_a_logarithm():
    found = sc.solve(sc.read("2^L*T"), sc.L, macs=10**9, given={"T": 8}).only
    assert (found.exact, found.largest, found.following) == (log(125_000_000) / log(2), 26, 27)
    (crossover,) = sc.compare(sc.read("2^L*T"), sc.read("H*2^(2*L)"), by=sc.L).crossovers
    assert crossover.at == log(T / H) / log(2)
    for cost in ("2^L*T + L", "3^L"):
        found = sc.solve(sc.read(cost), sc.L, macs=10**9, given={"T": 8} if "T" in cost else {})
        assert "it grows too fast to be tried" in found.questions[0].open.reason


@pytest.mark.parametrize("assume", [3, None])
def test_what_is_no_relation_is_refused(assume):
    with pytest.raises(SymcostError, match="is no relation"):
        sc.solve(sc.LSTM(I, H), H, macs=10, assume=assume)
