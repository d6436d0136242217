"""Maps of regimes: polygons that hold the places where a term is the largest, and boundaries where two are equal."""

from __future__ import annotations

import random

import plots
import pytest
from sympy import Eq

import symcost as sc
from symcost import D, H, T
from symcost.errors import DimensionError


def inside(corners, x, y):
    """Whether a place lies in a convex polygon whose sides are straight in logarithms."""
    from math import log

    places = [(log(float(a)), log(float(b))) for a, b in corners]
    turns = [
        (c - a) * (log(y) - b) - (d - b) * (log(x) - a)
        for (a, b), (c, d) in zip(places, places[1:] + places[:1], strict=True)
    ]
    return all(turn >= -1e-9 for turn in turns) or all(turn <= 1e-9 for turn in turns)


@pytest.mark.parametrize("cost", ["2*T^2*D + 12*T*D^2", "T^3 + 100*T*D + D^2 + 5000", "T*D + T + D", "7*T^2*D"])
def test_each_place_lies_in_the_area_of_the_largest_term(cost):
    cost = sc.read(cost)
    made = sc.plot_regimes(cost, ("T", "D"))
    terms = [area.label for area in made.areas]
    draw = random.Random(cost.count_ops())
    for _ in range(200):
        x, y = (10 ** draw.uniform(0, 4) for _ in range(2))
        values = {term: float(term.subs({T: x, D: y})) for term in cost.args or [cost] if cost.is_Add} or {cost: 1.0}
        largest = max(values, key=values.get)
        at = [area.label for area in made.areas if inside(area.corners, x, y)]
        assert largest in at
        assert len(at) == 1 or len({values[each] for each in at}) == 1
    assert len(set(terms)) == len(terms)


def test_boundaries_are_where_two_terms_are_equal_and_say_their_formula():
    made = plots.regimes()
    assert [line.label for line in made.lines] == [(T, " = ", 2 * D), (T, " = ", 2048), (D, " = ", 1024)]
    terms = [area.label for area in made.areas]
    for line in made.lines:
        equation = Eq(line.label[0], line.label[2])
        for x, y in line.points:
            at = {T: x, D: y}
            assert float(equation.lhs.subs(at)) == pytest.approx(float(equation.rhs.subs(at)))
            first, second, *_ = sorted((float(term.subs(at)) for term in terms), reverse=True)
            assert first == pytest.approx(second)


def test_three_areas_meet_at_one_place():
    ends = [(round(float(x)), round(float(y))) for line in plots.regimes().lines for x, y in line.points]
    assert ends.count((2048, 1024)) == 3


def test_a_map_says_where_each_term_is_the_largest_and_of_which_layers_it_is():
    net = sc.Sequential("tagger", sc.Input(T, D), sc.TransformerEncoderLayer(D, 1, 4 * D), sc.LSTM(D, D))
    made = sc.plot_regimes(net)
    assert {area.label: area.source for area in made.areas} == {
        20 * T * D**2: "transformer_encoder_layer, lstm", 2 * T**2 * D: "transformer_encoder_layer"
    }  # fmt: skip
    assert {area.label: area.where for area in made.areas}[2 * T**2 * D] == (T, " > ", 10 * D)
    assert made.title == "tagger"
    (table,) = made.tables()
    assert {row.label for row in table.rows} == {"20 T D^2", "2 T^2 D"}


def test_the_axes_are_in_the_order_in_which_they_are_named():
    made = sc.plot_regimes(plots.layer(), ("D", "T"), range=((1, 100), (1, 10**6)))
    assert (made.x.label[0], made.y.label[0]) == (D, T)
    assert (made.x.upper, made.y.upper) == (100, 10**6)


def test_a_map_ends_where_the_network_does():
    made = sc.plot_regimes(sc.read("T^2 + 50*T*H"), ("T", "H"), assume=["H <= T"])
    assert all(float(y) <= float(x) * 1.0000001 for area in made.areas for x, y in area.corners)


def test_terms_that_are_the_largest_beyond_the_map_are_said():
    made = sc.plot_regimes(sc.read("T^2*H + 10^9*T*H"), range=(1, 1000))
    assert [area.label for area in made.areas] == [10**9 * T * H]
    assert ("The largest elsewhere: ", T**2 * H, ".") in made.caption
    assert made.lines == ()


@pytest.mark.parametrize(("call", "said"), [
    (lambda: sc.plot_regimes(sc.TransformerEncoderLayer()), "T, D, F; expected two dimensions"),
    (lambda: sc.plot_regimes(sc.TransformerEncoderLayer(), ("T", "D")), "give the sizes of other dimensions"),
    (lambda: sc.plot_regimes(sc.read("T*H"), at={"H": 3}), "T; expected two dimensions"),
    (lambda: sc.plot_regimes(sc.read("T*H + log2(T)")), "expected a number times powers"),
    (lambda: sc.plot_regimes(sc.read("T*H"), range=(10, 1)), "expected two whole numbers"),
])  # fmt: skip
def test_what_cannot_be_mapped_is_said(call, said):
    with pytest.raises(DimensionError, match=said):
        call()
