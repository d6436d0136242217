"""Formulas in JavaScript: what is printed here; what it comes to is seen in a browser, in test_explorer_page."""

from __future__ import annotations

import re

import pytest
from sympy import Abs, Function, Max, Piecewise, Symbol, besselj, exp, pi, sqrt

import symcost as sc
from symcost.errors import UnpricedError
from symcost.folders import folder
from symcost.render.javascript import CALLS, javascript
from symcost.sequential import alone

T, H, I = sc.T, sc.H, sc.I
PLACES = {T: 0, H: 1, I: 2}
SAFE = re.compile(r"(?:[a-z_0-9]+\(|v\[\d+\]|-?\d+n|[(), ?:<>=!0])+")  # calls, sizes, whole numbers, relations


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("T", "v[0]"),
        ("0", "whole(0n)"),
        ("123456789012345678901234567890", "whole(123456789012345678901234567890n)"),
        ("T - 3", "add(whole(-3n), v[0])"),
        ("T*H/2", "multiply(ratio(1n, 2n), v[1], v[0])"),
        ("T^2", "power(v[0], whole(2n))"),
        ("H/T", "multiply(v[1], power(v[0], whole(-1n)))"),
        ("2^T", "power(whole(2n), v[0])"),
        ("sqrt(T)", "power(v[0], ratio(1n, 2n))"),
        ("floor(T/3)", "floor(multiply(ratio(1n, 3n), v[0]))"),
        ("ceil(T/3)", "ceiling(multiply(ratio(1n, 3n), v[0]))"),
        ("max(T, H)", "largest(v[1], v[0])"),
        ("min(T, 3)", "smallest(whole(3n), v[0])"),
        ("log(T)", "log(v[0])"),
        ("log2(T)", "log2(v[0])"),
        ("3*T*log2(H)", "multiply(whole(3n), v[0], log2(v[1]))"),
        ("ceil(log2(T))", "ceiling_log2(v[0])"),
        ("floor(log2(T + 1))", "floor_log2(add(whole(1n), v[0]))"),
        ("ceil(2*log2(T))", "ceiling_log2(power(v[0], whole(2n)))"),
        ("ceil(log2(T)/2)", "ceiling(multiply(ratio(1n, 2n), log2(v[0])))"),
        ("ceil(log2(T) + log2(H))", "ceiling_log2(multiply(v[1], v[0]))"),
    ],
)
def test_a_formula_is_printed_as_calls_of_exact_functions(formula, printed):
    assert javascript(sc.read(formula), PLACES) == printed


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (exp(T), "exp(v[0])"),
        (exp(1) * T, "multiply(exp(whole(1n)), v[0])"),
        (Abs(Symbol("x")) * T, "multiply(v[0], absolute(v[3]))"),
        (Piecewise((T, T < H), (H, True)), "(order(v[1], v[0]) > 0 ? v[0] : v[1])"),
    ],
)
def test_what_costs_of_ones_own_may_have_is_printed(expression, printed):
    places = {**PLACES, Symbol("x"): 3}
    assert javascript(expression, places) == printed


@pytest.mark.parametrize("expression", [besselj(1, T), Function("f")(T), pi * T, Piecewise((T, T < H))])
def test_what_no_browser_knows_is_refused(expression):
    with pytest.raises(UnpricedError, match="there is no JavaScript for"):
        javascript(expression, PLACES)


def test_a_name_never_comes_into_the_script():
    hostile = Symbol("</script><script>alert(1)")
    assert javascript(Max(hostile, 2) + sqrt(hostile), {hostile: 0}) == (
        "add(power(v[0], ratio(1n, 2n)), largest(whole(2n), v[0]))"
    )


def test_each_function_that_is_printed_is_there():
    script = (folder("templates") / "exact.js").read_text("utf-8")
    there = set(re.findall(r"^(?:function|const) (\w+)", script, re.MULTILINE))
    assert {*CALLS.values(), "whole", "ratio", "order", "ceiling_log2", "floor_log2"} <= there


@pytest.mark.parametrize("name", ["LSTM", "TransformerEncoderLayer", "Conv2d", "MaxPool1d", "Softmax"])
def test_what_is_printed_of_a_layer_is_calls_and_numbers_alone(name):
    network = alone(sc.CATALOGUE[name].example())
    places = {symbol: place for place, symbol in enumerate(network.dimensions)}
    for cost in (network.flops, network.parameters, network.depth, network.width, network.activations):
        assert SAFE.fullmatch(javascript(cost, places))
