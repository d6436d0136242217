"""The mathematics of Typst: it compiles, and is in the same order as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import expressions, names
from sympy import Mod

import symcost as sc
from symcost.formula import read
from symcost.notation import latex
from symcost.render.typesetting import typeset
from symcost.typst_math import name, quoted, typst_math

WORDS = re.compile(r" thin |ceil|floor|sqrt|log|ln|frac|max|min|\\[a-z]+|[^A-Za-z0-9]")


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        ("T_self*(I*H + H**2)", 'T_"self" thin (H thin I + H^(2))'),
        ("ceil(T/2)", "ceil(frac(T, 2))"),
        ("max(T, H/I)", "max(frac(H, I), T)"),
        ("log2(T)", "log_2 (T)"),
        ("-T", "-T"),
        ("n_in_x + lambda", 'lambda + n_("in", x)'),
        ("sqrt(H)/2", "frac(sqrt(H), 2)"),
    ],
)
def test_an_expression_is_written(formula, written):
    assert typst_math(read(formula)) == written


@settings(deadline=None)
@given(expression=expressions())
def test_the_order_is_that_of_latex(expression):
    assert WORDS.sub("", typst_math(expression)) == WORDS.sub("", latex(expression))


@settings(deadline=None, max_examples=10)
@given(drawn=st.lists(expressions(), min_size=10, max_size=30), spelt=st.lists(names(), min_size=5))
def test_whatever_is_drawn_compiles(drawn, spelt):
    pytest.importorskip("typst")
    lines = [f"${each}$" for each in [*map(typst_math, drawn), *map(name, spelt)]]
    assert typeset("#set page(height: auto)\n" + "\n\n".join(lines), "svg")


@given(anything=st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_a_string_holds_nothing_that_ends_it(anything):
    assert re.fullmatch(r'"([^"\\]|\\.)*"', quoted(anything))


def test_what_has_no_row_is_shown_as_sympy_does_and_a_bound_by_itself():
    assert typst_math(Mod(sc.T, sc.H)) == '"Mod(T, H)"'
    assert typst_math(sc.growth(sc.T**2 * sc.H + sc.T).order) == "cal(O)(T^(2) thin H)"
