"""Networks, layers and costs compared: crossovers that books print, and regions held against exact evaluation."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import positive_polynomials
from sympy import Eq, Integer, Rational, oo, sqrt

import symcost as sc
from symcost.analysis.ratio import Open
from symcost.analysis.roots import PositiveRoot
from symcost.analysis.signs import number_sign
from symcost.errors import DimensionError, FormulaError, UnknownName, UnpricedError

T, H, I, K, D, F, N = sc.T, sc.H, sc.I, sc.K, sc.D, sc.F, sc.N


def block(d=D, f=None, heads=1):
    return sc.Sequential("block", sc.Input(T, d), sc.TransformerEncoderLayer(d, heads, f or 4 * d, norm_first=True))


# --- crossovers that are known, each worked out by hand ---


def test_scores_overtake_projections_at_twice_the_channels():
    """Scores and weighted sum are T T H each, four projections T H H each: 2 T^2 H = 4 T H^2."""
    scores = sc.Sequential("scores", sc.Input(T, H), sc.Attention(H, H, projections="q"))
    core = scores.macs - T * H * H
    found = sc.compare(core, 4 * T * H * H, by=T)
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.touches, crossover.conditions) == (2 * H, False, ())
    assert found.limit == oo
    assert found.ratio == T / (2 * H)


def test_attention_overtakes_the_rest_of_a_block_at_six_times_the_channels():
    """Projections 4 T H^2 and a feed-forward of 4 H, 8 T H^2: together 12 T H^2 = 2 T^2 H."""
    total = block(H).macs
    found = sc.compare(2 * T**2 * H, total - 2 * T**2 * H, by="T")
    assert [each.at for each in found.crossovers] == [6 * H]


def test_attention_overtakes_a_gated_block_in_training_at_eight_times_the_channels():
    """'How to Scale Your Model', ch. 4: 18 B T D F + 24 B T D N H and 12 B T^2 N H, with F = 4 D and D = N H."""
    matmuls = sc.read("18*B*T*D*F + 24*B*T*D*N*H")
    attention = sc.read("12*B*T^2*N*H")
    found = sc.compare(attention, matmuls, by=T, assume=["F = 4*D", "D = N*H"])
    assert found.ratio == T / (8 * N * H)
    assert [each.at for each in found.crossovers] == [8 * N * H]


def test_attention_and_recurrence_cross_where_their_layers_do():
    """Vaswani et al., 2017, Table 1: self-attention n^2 d is the cheaper one below n = d."""
    found = sc.compare(sc.read("T^2*D"), sc.read("T*D^2"), by=T, names=["self-attention", "recurrent"])
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.cheaper_below, crossover.cheaper_above) == (D, "self-attention", "recurrent")


@pytest.mark.parametrize(
    ("attention", "rest", "crossover"),
    [
        # Kaplan et al., 2020, Table 1, a layer and token: 2 n_ctx d against 2 N = 24 d^2
        ("2*T*D", "24*D^2", "12*D"),
        # Korthikanti et al., 2022, appendix A: 72 B L s h^2 (1 + s/(6 h) + ...)
        ("72*B*L*T*D^2*T/(6*D)", "72*B*L*T*D^2", "6*D"),
        # Dao and Gu, 2024: attention T^2 N, a state-space model T N^2
        ("T^2*N", "T*N^2", "N"),
        # Korthikanti et al., 2022, activations of a layer in bytes: 34 s b h and 5 a s^2 b
        ("5*N*T^2*B", "34*T*B*D", "34*D/(5*N)"),
        # 'How to Scale Your Model', ch. 7, memory of keys and values against parameters: 2 B S L K H and 3 L D F
        ("2*B*T*L*K*H", "3*L*D*F", "3*D*F/(2*B*K*H)"),
    ],
)
def test_published_terms_cross_where_their_ratio_is_one(attention, rest, crossover):
    found = sc.compare(sc.read(attention), sc.read(rest), by=T, names=["attention", "rest"])
    (only,) = found.crossovers
    assert only.at == sc.read(crossover)
    assert (only.cheaper_below, only.cheaper_above) == ("attention", "rest")
    assert found.ratio == T / sc.read(crossover)


def test_a_separable_convolution_is_cheaper_by_one_over_n_and_one_over_k_squared():
    """Howard et al., 2017: 1/N + 1/K^2."""
    separable, standard = sc.read("K^2*M*F^2 + M*N*F^2"), sc.read("K^2*M*N*F^2")
    assert (sc.compare(separable, standard).ratio - (1 / N + 1 / K**2)).cancel() == 0


def test_an_lstm_costs_four_thirds_of_a_gru_everywhere():
    found = sc.compare(sc.LSTM(I, H), sc.GRU(I, H), by=H, metric="parameters")
    assert (found.ratio, found.limit, found.crossovers) == (Rational(4, 3), Rational(4, 3), ())
    (region,) = found.regions
    assert (region.cheapest, region.inequalities) == (("GRU",), ())


def test_numbers_have_the_first_size_at_which_the_order_changes():
    found = sc.compare(sc.read("T^2"), sc.read("50"), by=T)
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.first) == (5 * sqrt(2), 8)
    exact = sc.compare(sc.read("T^2"), sc.read("49"), by=T).crossovers[0]
    assert (exact.at, exact.first) == (7, 8)


# --- what has no plain answer has a named one ---


def test_no_crossover_is_none_and_one_region():
    found = sc.compare(sc.read("T*H"), sc.read("T*H + T"), by=T)
    assert found.crossovers == found.questions == ()
    assert [each.cheapest for each in found.regions] == [("T H",)]


def test_equal_costs_cross_everywhere():
    found = sc.compare(sc.read("T*(H + I)"), sc.read("T*H + T*I"), by=T)
    assert found.only.equal
    assert (found.ratio, found.crossovers) == (1, ())
    assert [len(each.cheapest) for each in found.regions] == [2]
    assert "everywhere" in str(found)


def test_a_touch_is_no_change_of_order_and_says_so():
    found = sc.compare(sc.read("T^2 + 25"), sc.read("10*T"), by=T)
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.touches, crossover.first) == (5, True, None)
    assert {each.cheapest for each in found.regions} == {("10 T",)}
    assert "they only touch" in str(found)


def test_an_order_that_depends_on_an_undeclared_relation_is_told_case_by_case():
    found = sc.compare(sc.read("T*H"), sc.read("T*I"), by=T)
    assert {(each.cheapest, each.conditions) for each in found.regions} == {
        (("T I",), (H > I,)), (("T H",), (I > H,)), (("T H", "T I"), (Eq(H, I),)),
    }  # fmt: skip
    declared = sc.compare(sc.read("T*H"), sc.read("T*I"), by=T, assume=["H < I"])
    assert [(each.cheapest, each.conditions) for each in declared.regions] == [(("T H",), ())]


def test_a_crossover_below_one_is_none():
    found = sc.compare(sc.read("2*T"), sc.read("1"), by=T)
    assert found.crossovers == ()
    assert [each.cheapest for each in found.regions] == [("1",)]


def test_a_crossover_outside_of_the_declared_range_is_none():
    found = sc.compare(sc.read("T^2*H"), sc.read("6*T*H^2"), by=T, assume=["T >= 7*H"])
    assert found.crossovers == ()
    assert [each.cheapest for each in found.regions] == [("6 T H^2",)]


def test_a_crossover_that_may_be_out_of_range_has_a_condition():
    found = sc.compare(sc.read("T*H"), sc.read("3*I"), by=T)
    (crossover,) = found.crossovers
    assert crossover.at == 3 * I / H
    assert crossover.conditions == (3 * I >= H,)


def test_a_cubic_of_symbols_has_an_implicit_answer():
    found = sc.compare(sc.read("T^3*H + T"), sc.read("I"), by=T)
    (crossover,) = found.crossovers
    assert isinstance(crossover.at, PositiveRoot)
    assert crossover.at.args[0] == H * T**3 + T - I
    assert "the positive root of" in str(found)


def test_a_quintic_has_an_exact_root_and_the_number_after_it():
    found = sc.compare(sc.read("T^5"), sc.read("T + 100"), by=T)
    (crossover,) = found.crossovers
    assert crossover.first == 3  # 2^5 < 102, 3^5 > 103
    assert "about 2.52" in str(found)


def test_what_cannot_be_solved_is_a_question_mark_with_the_reason():
    found = sc.compare(sc.read("T^3 + I*T"), sc.read("H*T^2 + K"), by=T)
    assert found.crossovers == ()
    assert found.questions[0].open.reason == "up to 3 positive roots of a polynomial of degree 3 in T"
    assert "? [1]" in str(found) or "? [a]" in str(found)


def test_steps_are_compared_at_whole_numbers():
    found = sc.compare(sc.read("8*ceil(T/8)"), sc.read("20"), by=T, names=["padded", "fixed"])
    (crossover,) = found.crossovers
    assert (crossover.at, crossover.first) == (17, 17)
    assert [(each.inequalities, each.cheapest) for each in found.regions] == [
        ((T <= 16,), ("padded",)), ((T >= 17,), ("fixed",)),
    ]  # fmt: skip


def test_an_order_that_changes_without_end_says_so():
    found = sc.compare(sc.read("2*floor(T/2)"), sc.read("T - 1/2"), by=T)
    assert [each.cheapest for each in found.regions] == [()]
    assert "changes without end" in str(found)


def test_a_logarithm_alone_has_a_closed_form():
    found = sc.compare(sc.read("T*log2(T)"), sc.read("20*T"), by=T)
    assert [each.at for each in found.crossovers] == [2**20]
    assert found.limit == oo


def test_a_limit_that_is_open_says_what_decides():
    found = sc.compare(sc.read("T*max(T, H)"), sc.read("T"), by=T)
    assert isinstance(found.limit, Open)
    assert found.limit.reason == "how max(H, T) grows with T is not known"


# --- more than two ---


def test_three_are_compared_in_pairs_and_the_cheapest_is_found():
    found = sc.compare(sc.read("T^2"), sc.read("100*T"), sc.read("20000"), by=T, names=["a", "b", "c"])
    assert [each.names for each in found.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [(each.inequalities, each.cheapest) for each in found.regions] == [
        ((T < 100,), ("a",)), ((T > 100, T < 200), ("b",)), ((T > 200,), ("c",)),
    ]  # fmt: skip
    with pytest.raises(DimensionError, match="3 costs; expected two"):
        found.ratio  # noqa: B018


def test_three_with_symbols_are_told_case_by_case():
    found = sc.compare(sc.read("T^2"), sc.read("T*H"), sc.read("T*I"), by=T)
    assert {each.conditions for each in found.regions} == {(H > I,), (I > H,), (Eq(H, I),)}


@given(st.lists(positive_polynomials(), min_size=2, max_size=3), st.integers(1, 30), st.integers(1, 30))
@settings(deadline=None, max_examples=40)
def test_the_regions_say_who_is_the_cheapest_at_every_size(costs, h, size):
    others = {name: h + number for number, name in enumerate(("H", "I", "N", "E", "S", "n_out"))}
    fitting = {symbol.name for cost in costs for symbol in cost.free_symbols}
    if "T" not in fitting:
        return
    names = [f"cost {place}" for place in range(len(costs))]
    found = sc.compare(*costs, by=T, given={k: v for k, v in others.items() if k in fitting}, names=names)
    values = {name: sc.at(cost, T=size, **others) for name, cost in zip(names, costs, strict=True)}
    least = tuple(name for name in names if values[name] == min(values.values()))
    inside = [
        each.cheapest for each in found.regions
        if all(bool(condition.xreplace({T: Integer(size)}).doit()) for condition in each.inequalities)
    ]  # fmt: skip
    on_a_crossover = size in {each.at for each in found.crossovers}
    assert inside == [least] or on_a_crossover, (inside, least)


@given(st.lists(st.integers(1, 60), min_size=2, max_size=4), st.lists(st.integers(1, 60), min_size=2, max_size=4))
@settings(deadline=None, max_examples=25)
def test_on_both_sides_of_a_crossover_the_order_is_as_it_says(first, second):
    a = sum(Integer(c) * T**n for n, c in enumerate(first, 1))
    b = sum(Integer(c) * T**n for n, c in enumerate(second)) * 7
    found = sc.compare(a, b, by=T, names=["a", "b"])
    for crossover in found.crossovers:
        assert abs((a - b).xreplace({T: crossover.at}).evalf(30)) < 1e-12 * (a + b).xreplace({T: crossover.at}).evalf()
        if crossover.first is None:
            continue
        after = number_sign((a - b).xreplace({T: Integer(crossover.first)}))
        before = number_sign((a - b).xreplace({T: Integer(crossover.first - 1)}))
        later = [each.at for each in found.crossovers if crossover.at < each.at <= crossover.first]
        earlier = [each.at for each in found.crossovers if crossover.first - 1 <= each.at < crossover.at]
        if not later:
            assert after == (-1 if crossover.cheaper_above == "a" else 1)
        if not earlier and crossover.at != crossover.first - 1:
            assert before == (-1 if crossover.cheaper_below == "a" else 1)
    assert number_sign((a - b).xreplace({T: Integer(10**9)})) == (
        -1 if found.regions[-1].cheapest == ("a",) else 1
    ) or (found.only.equal)


# --- what people hand over ---


def test_networks_layers_and_costs_are_compared_by_any_metric():
    for metric in ("macs", "flops", "lecture", "parameters", "activations", "state", "depth", "width"):
        found = sc.compare(sc.architecture("lstm"), sc.GRU(I, H), sc.read("T*H"), metric=metric)
        assert list(found.costs) == ["LSTM", "GRU", "T H"]
    assert sc.compare(sc.LSTM(I, H), sc.GRU(I, H), metric="depth").only.equal


def test_names_that_are_alike_are_numbered():
    assert list(sc.compare(sc.RNN(I, H), sc.RNN(H, H), sc.RNN(I, I)).costs) == ["RNN", "RNN (2)", "RNN (3)"]


def test_the_dimension_is_chosen_where_costs_differ():
    assert sc.compare(sc.read("T*H"), sc.read("T*H + I")).by == I
    assert sc.compare(sc.read("T*H"), sc.read("T*I")).by == T


@pytest.mark.parametrize(
    ("arguments", "options", "error", "said"),
    [
        ((), {}, DimensionError, "compare: 0 to compare; expected two or more"),
        ((sc.T,), {}, DimensionError, "compare: 1 to compare; expected two or more"),
        (
            (sc.T, "T*H"),
            {},
            DimensionError,
            "'T*H' has no cost; expected a network, a layer or an expression; text goes",
        ),
        ((sc.T, None), {}, DimensionError, "None has no cost"),
        ((sc.T, oo), {}, DimensionError, "oo as a cost"),
        ((sc.T, sc.H), {"by": "K"}, DimensionError, "compare: no cost depends on K; there are H, T"),
        ((sc.T, sc.H), {"by": 3}, DimensionError, "3 as a dimension"),
        ((sc.T * sc.I, sc.H), {"by": "T", "given": {"T": 3}}, DimensionError, "compare: T is given"),
        ((sc.T, sc.H), {"given": {"T": 0}}, DimensionError, "expected a positive whole number"),
        ((sc.T, sc.H), {"assume": ["K"]}, FormulaError, "expected a relation"),
        ((sc.T, sc.H), {"metric": "mac"}, UnknownName, "no metric is called 'mac'; did you mean 'macs'?"),
        ((sc.T, sc.read("0")), {}, DimensionError, "the second cost is 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, options, error, said):
    with pytest.raises(error) as caught:
        sc.compare(*arguments, **options)
    assert said in str(caught.value)


def test_an_unknown_cost_is_refused():
    import networkx

    graph = networkx.DiGraph()
    graph.add_node("mystery", shape=(T,), work=None)
    with pytest.raises(UnpricedError, match="mystery"):
        sc.compare(sc.Network("n", graph), sc.T)


def test_comparisons_are_the_same_every_time():
    said = [str(sc.compare(block(), sc.read("T*D*I"), by=T)) for _ in range(2)]
    assert said[0] == said[1]


def test_every_pair_of_named_networks_can_be_compared():
    networks = [sc.architecture(name) for name in ("dnn", "cnn-1d", "rnn", "attention", "mnist")]
    for one, other in itertools.combinations(networks, 2):
        assert str(sc.compare(one, other))


def test_sizes_given_for_dimensions_that_no_cost_has_are_refused():
    with pytest.raises(sc.DimensionError, match="given: nothing here depends on 'Z'"):
        sc.compare(sc.RNN(), sc.LSTM(), given={"Z": 3})
    with pytest.raises(sc.DimensionError, match="given: nothing here depends on 'TT'; did you mean 'T'"):
        sc.solve(sc.RNN(), sc.H, macs=1000, given={"TT": 3})


@pytest.mark.parametrize(
    "stated", [str, lambda said: iter([said]), sc.Relations.of], ids=["text", "iterator", "relations"]
)
def test_sizes_may_be_given_for_dimensions_of_which_relations_speak(stated):
    assume = stated("T_self <= T")
    found = sc.compare(sc.read("2*T^2*H"), sc.read("4*T*H^2"), by=T, assume=assume, given={"T_self": 4})
    assert "T >= 4" in str(found)
