"""Plots of scaling: points that are the formula's, marks that lie on both curves, curves where networks exist."""

from __future__ import annotations

import plots
import pytest
from sympy import Integer

import symcost as sc
from symcost import D, H, I, K, T
from symcost.errors import DimensionError, ShapeError, UnknownName, UnpricedError
from symcost.plotting.scaling import SCALES


@pytest.mark.parametrize(("quantity", "of"), [
    ("macs", lambda net: net.macs), ("flops", lambda net: net.flops), ("parameters", lambda net: net.parameters),
    ("activations", lambda net: net.activations), ("depth", lambda net: net.depth), ("width", lambda net: net.width),
    ("depth (operation)", lambda net: sc.schedule(net, "operation").depth),
    ("kept activations", lambda net: sc.training(net).kept), ("exact", lambda net: net.cost("exact")),
    ("thop", lambda net: net.cost("thop")), ("tanh", lambda net: net.work["tanh"]),
])  # fmt: skip
def test_points_are_what_the_formula_says(quantity, of):
    network = sc.architecture("lstm")
    made = sc.plot(network, "T", quantity, at={"H": 48, "I": 16}, range=(1, 100))
    (curve,) = made.curves
    assert len(curve.points) > 50
    for place, value in curve.points:
        assert value == sc.at(of(network), T=place, H=48, I=16)


def test_a_plot_of_decades_has_their_round_numbers_and_its_ends():
    (curve,) = sc.plot(sc.read("T^2"), range=(3, 2_000_000)).curves
    places = [place for place, _ in curve.points]
    assert {3, 5, 10, 20, 50, 100, 1000, 10**6, 2_000_000} <= set(places)
    assert places == sorted(places)


def test_crossovers_are_marked_where_both_cost_the_same_and_say_their_formula():
    made = plots.crossing()
    (mark,) = made.marks
    assert mark.label == (T, " = ", 10 * D, " = ", 5120)
    assert mark.curves == ("Transformer layer", "four LSTMs")
    for network in (plots.layer(), plots.lstms()):
        assert mark.at == (5120, sc.at(network.macs, T=5120, D=512))
    assert any(place == 5120 for place, _ in made.curves[0].points)


@pytest.mark.parametrize(("one", "other", "label"), [
    ("2*T^2*H", "4*T*H^2", "T = 2 H = 200"),
    ("T^2 + T*H", "T*I + H*T + 12*T", "T = I + 12 = 19"),
    ("T^2", "2*H^2", "T = sqrt(2) H, about 141.4"),
    ("T^3 + T*I", "40*T^2 + 3*H", "T is about 40.01"),
    ("2*T", "7*H + 1", "T = (7 H + 1)/2 = 350.5"),
    ("T*log2(T)*4", "T*H", "T = 2^(H/4) = 33554432"),
])  # fmt: skip
def test_marks_lie_on_both_curves(one, other, label):
    sizes = {name: size for name, size in (("H", 100), ("I", 7)) if name in one + other}
    made = sc.plot([sc.read(one), sc.read(other)], "T", at=sizes)
    said = ["".join(each if isinstance(each, str) else sc.text(each) for each in mark.label) for mark in made.marks]
    assert label in said
    for mark in made.marks:
        for formula in (one, other):
            cost = sc.read(formula).subs({**{sc.dimension(k): v for k, v in sizes.items()}, T: mark.at[0]})
            assert float(cost) == pytest.approx(float(mark.at[1]), rel=1e-8)


def test_where_order_changes_between_whole_sizes_the_mark_lies_between_them():
    made = sc.plot([sc.read("T*log2(T)"), sc.read("5*T + 7")], "T")
    (mark,) = made.marks
    lower, upper = mark.label[1].removeprefix(" between ").split(" and ")
    assert int(lower) < mark.at[0] < int(upper)
    assert float(mark.at[1]) == pytest.approx(5 * float(mark.at[0]) + 7, rel=1e-6)


def test_marks_of_several_at_one_place_are_one():
    made = sc.plot([sc.read("T^2"), sc.read("10*T"), sc.read("100")], "T", range=(1, 1000))
    (mark,) = made.marks
    assert mark.at == (10, 100)
    assert mark.curves == ("T^2", "10 T", "100")


def test_a_range_is_well_beyond_the_last_crossover():
    assert plots.crossing().x.upper == 10**5
    assert sc.plot([sc.read("T"), sc.read("7")], "T").x.upper == 1000


def test_marks_beyond_the_range_are_left_out():
    assert sc.plot([plots.layer(), plots.lstms()], "T", at={"D": 512}, range=(1, 5000)).marks == ()


def test_a_curve_begins_where_its_network_does():
    made = sc.plot([sc.Conv1d(8, 8, K), sc.RNN(8, 8)], "T", at={"K": 50}, range=(1, 1000))
    convolution, rnn = made.curves
    assert (convolution.points[0][0], rnn.points[0][0]) == (50, 1)
    assert ("Conv1d exists where ", Integer(50), " is at most ", T, ".") in made.caption


def test_heads_are_plotted_at_sizes_that_they_divide():
    made = sc.plot(sc.MultiheadAttention(sc.E, 12), "E", at={"T_self": 10, "T_cross": 10})
    assert all(place % 12 == 0 for place, _ in made.curves[0].points)
    groups = sc.plot(sc.GroupedQueryAttention(512, sc.N, sc.G), "G", at={"N": 64, "T_self": 9, "T_cross": 9})
    assert [place for place, _ in groups.curves[0].points] == [1, 2, 4, 8, 16, 32, 64]


def test_what_is_assumed_bounds_the_curves():
    made = sc.plot(sc.read("T*K"), "T", at={"K": 30}, assume=["K <= T", "T <= 500"])
    assert (made.x.lower, made.x.upper) == (30, 500)


def test_sizes_may_be_formulas_and_formulas_keep_them():
    made = sc.plot(["rnn", "attention"], "T", at={"T_self": T, "T_cross": T, "H": 512, "I": 256})
    assert made.marks[0].label == (T, " = ", H / 2 - I / 2, " = ", 128)
    assert made.curves[1].formula == sc.read("2*H*T^2 + 2*H*I*T")


def test_what_is_plotted_may_have_names_of_its_own_and_names_differ():
    assert [each.name for each in sc.plot({"A": sc.T, "B": 3 * sc.T}).curves] == ["A", "B"]
    assert [each.name for each in sc.plot([sc.RNN(H, H), sc.RNN(H, H)], at={"T": 5}).curves] == ["RNN", "RNN (2)"]


def test_the_only_open_dimension_is_the_one_to_plot_over():
    assert sc.plot(sc.RNN(I, H), at={"T": 10, "I": 10}).x.label == (H, " (hidden channels)")


def test_what_does_not_depend_on_the_dimension_is_a_level_line():
    (curve,) = sc.plot(sc.RNN(I, H), "T", "parameters", at={"H": 4, "I": 3}).curves
    assert {value for _, value in curve.points} == {sc.at(sc.RNN(I, H).cost().parameters, H=4, I=3)}


def test_a_scale_says_which_axes_are_logarithmic():
    for name, (lying, standing) in SCALES.items():
        made = sc.plot(sc.read("T^2"), scale=name)
        assert (made.x.is_log, made.y.is_log) == (lying, standing)
        assert made.y.lower == (1 if standing else 0)


def test_zero_is_kept_in_the_points_and_not_drawn_on_a_logarithmic_axis():
    made = sc.plot(sc.LinearRecurrence(I, H), "T", "depth", at={"H": 2, "I": 2})
    (curve,) = made.curves
    assert curve.points[0] == (1, 0)
    assert made.drawn(curve)[0] == (2, 1)
    assert sc.plot(sc.LinearRecurrence(I, H), "T", "depth", at={"H": 2, "I": 2}, scale="linear").y.lower == 0


# --- against another quantity ----------------------------------------------------------------------------------------


def test_cost_against_parameters_is_both_at_the_same_size():
    made = plots.against()
    for curve, layer in zip(made.curves, (sc.RNN(I, H), sc.LSTM(I, H)), strict=True):
        cost = layer.cost()
        assert len(curve.points) > 100
        assert curve.points[0] == tuple(sc.at(each, T=100, I=64, H=1) for each in (cost.parameters, cost.work["mac"]))
    sizes = [line.label for line in made.lines]
    assert sizes == [(H, " = ", Integer(10**power)) for power in range(4)]
    for line in made.lines:
        at = {"T": 100, "I": 64, "H": line.label[2]}
        for place, layer in zip(line.points, (sc.RNN(I, H), sc.LSTM(I, H)), strict=True):
            assert place == (sc.at(layer.cost().parameters, **at), sc.at(layer.cost().work["mac"], **at))


def test_cost_against_parameters_is_printed_at_round_sizes():
    reverse = sc.plot([sc.LSTM(I, H), sc.RNN(I, H)], "H", against="parameters", at={"T": 10, "I": 64}, range=(8, 100))
    (table,) = reverse.tables()
    assert [row.label for row in table.rows] == ["H = 10", "H = 100"]
    assert [column.spanner for column in table.columns] == ["LSTM", "LSTM", "RNN", "RNN"]
    cells = [cell.value for cell in table.rows[0].cells]
    assert cells == [sc.at(each, I=64, H=10, T=10) for layer in (sc.LSTM(I, H), sc.RNN(I, H))
                     for each in (layer.cost().parameters, layer.cost().work["mac"])]  # fmt: skip


def test_curves_meet_where_a_size_of_each_costs_the_same():
    line, parabola = {"params": H, "work": 6 * H}, {"params": H, "work": H**2 + 8}
    made = sc.plot({"line": bare(line), "parabola": bare(parabola)}, "H", against="parameters", range=(1, 100))
    assert [mark.at for mark in made.marks] == [(2, 12), (4, 24)]  # where H^2 + 8 = 6 H
    assert made.marks[0].label == "parameter count 2"


def bare(costs):
    """A network of one node of which only the costs are known."""
    import networkx

    graph = networkx.DiGraph(name="bare")
    graph.add_node("only", params=costs["params"], work=costs["work"], depth=1)
    return sc.Network("bare", graph)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: sc.plot("rnn", "T"), DimensionError, "no size for H, I; expected a number for each dimension but T; give"),
    (lambda: sc.plot("rnn"), DimensionError, "expected one dimension to plot over; name it by over"),
    (lambda: sc.plot("rnn", "Q", at={"H": 2, "I": 2}), DimensionError, "depends on 'Q'; there are H, I, T"),
    (lambda: sc.plot("rnn", "H", at={"H": 2, "I": 2}), DimensionError, "H is given"),
    (lambda: sc.plot("rnn", "T", at={"H": 2, "I": 2, "Q": 3}), DimensionError, "nothing here depends on 'Q'"),
    (lambda: sc.plot([], "T"), DimensionError, "nothing to plot"),
    (lambda: sc.plot(1.5, "T"), DimensionError, "1.5 cannot be plotted; expected networks, layers or costs"),
    (lambda: sc.plot("rmn", "T"), UnknownName, "no network is called 'rmn'"),
    (lambda: sc.plot("rnn", "T", "flopz"), UnknownName, "did you mean 'flops'"),
    (lambda: sc.plot("rnn", "T", scale="log"), UnknownName, "did you mean 'log-log'"),
    (lambda: sc.plot("dnn", "T", "time scaling", at={"H": 2, "I": 2}), UnpricedError, "Time scaling is no number"),
    (lambda: sc.plot(sc.Conv1d(3, 4, 100), "T", range=(1, 50)), DimensionError, "Conv1d does not exist for T"),
    (lambda: sc.plot(sc.MultiheadAttention(sc.E, 8), "T_self", at={"E": 12}), ShapeError, "8 divides"),
    (lambda: sc.plot({"step": bare({"params": H, "work": None})}, "H"), UnpricedError, "'only'"),
    (lambda: sc.plot(sc.read("0*T + 0"), "T"), DimensionError, "nothing here depends on 'T'"),
])  # fmt: skip
def test_what_cannot_be_plotted_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_a_cost_of_nothing_is_refused_on_a_logarithmic_axis():
    both = [sc.read("T"), sc.read("0")]
    with pytest.raises(DimensionError, match="0 costs nothing in the whole range; expected more than 0"):
        sc.plot(both, "T")
    assert sc.plot(both, "T", scale="linear").curves[1].points[0] == (1, 0)


def test_what_is_not_decided_of_crossovers_is_said():
    made = sc.plot([sc.read("8*ceil(T/8)"), sc.read("T + 5")], "T", range=(1, 100))
    assert any("meet is not all known" in str(said) for said in made.caption)


# --- as tables -------------------------------------------------------------------------------------------------------


def test_a_plot_prints_its_round_numbers_and_its_marks():
    points, marks = plots.crossing().tables()
    labels = [row.label for row in points.rows]
    assert labels[:4] == ["1", "2", "5", "10"]
    assert "5120" in labels
    assert [row.label for row in marks.rows] == ["Transformer layer and four LSTMs"]
    assert str(plots.crossing()).endswith("At D = 512.")
