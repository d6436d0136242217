"""MathML: well-formed, and in the same order as text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from strategies import expressions, names
from sympy import Mod

import symcost as sc
from symcost.dimensions import GREEK
from symcost.formula import read
from symcost.mathml import mathml, name, terms
from symcost.notation import latex

FUNCTIONS = re.compile(r"\\[a-z]+|log|ln|max|min|[^A-Za-z0-9]")


def letters(written):
    return FUNCTIONS.sub("", written)


def shown(written):
    elements = [ElementTree.fromstring(each) for each in written.split("<wbr>")]
    assert {each.tag for each in elements} == {"math"}
    return "".join(part for each in elements for part in each.itertext())


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("T*(I*H + H**2)", "T\u2062(H\u2062I+H2)"),
        ("ceil(T/2)", "⌈T2⌉"),
        ("max(T, H/I)", "max\u2061(HI,T)"),
        ("log2(T)", "log2\u2061(T)"),
        ("-T", "\u2212T"),
        ("H - T - 1", "\u2212T+H\u22121"),
        ("beta_2 + n_heads", "\u03b22+nheads"),
        ("lambda", "\u03bb"),
        ("3/2", "32"),
    ],
)
def test_an_expression_reads_as_text_does(formula, said):
    assert shown(mathml(read(formula))) == said


@settings(deadline=None)
@given(expression=expressions())
def test_the_order_is_that_of_latex_and_the_elements_are_well_formed(expression):
    assert letters(shown(mathml(expression))) == letters(latex(expression))


@settings(deadline=None)
@given(spelt=names())
def test_any_name_is_written(spelt):
    element = ElementTree.fromstring(name(spelt))
    assert element.tag in ("mi", "msub")
    words = [part for part in spelt.split("_") if part not in GREEK]
    assert [each.text for each in element.iter() if each.text in words] == words


def test_a_word_is_one_identifier_and_digits_are_a_number():
    assert name("n_in_2") == "<msub><mi>n</mi><mrow><mi>in</mi><mo>,</mo><mn>2</mn></mrow></msub>"
    assert name("h'") == "<msup><mi>h</mi><mo>\u2032</mo></msup>"


def test_brackets_only_grow_around_what_is_high():
    assert '<mo stretchy="false">(</mo>' in mathml(read("T*(H + 1)"))
    assert "<mo>(</mo>" in mathml(read("T*(H/I + 1)"))


def test_a_long_sum_may_be_broken_in_front_of_each_term_and_a_short_one_not():
    long = mathml(read("+".join(f"T*H_{number}" for number in range(9)) + "-V"))
    short = mathml(read("T*H + I"))
    assert "<wbr>" not in short
    assert long.count('<wbr><math><mo form="infix">\u2212</mo>') == 1
    assert all(each.startswith('<math><mo form="infix">') for each in long.split("<wbr>")[1:])


@settings(deadline=None)
@given(expression=expressions())
def test_terms_are_the_whole(expression):
    written = mathml(expression).replace("<wbr>", "")
    inner = written.removeprefix("<math>").removesuffix("</math>")
    assert "".join(terms(inner)) == inner


def test_what_has_no_row_is_written_by_sympy_and_a_bound_by_itself():
    assert shown(mathml(Mod(sc.T, sc.H)))
    assert shown(mathml(sc.growth(sc.T**2 * sc.H + sc.T).order)) == "\U0001d4aa(T2\u2062H)"
