"""What tests draw: names of dimensions, expressions of them, sizes for them."""

from __future__ import annotations

import string

from hypothesis import strategies as st
from sympy import Expr, Integer, Max, ceiling, floor, log, sqrt

from symcost.dimensions import dimension

NAMES = ("T", "H", "I", "N", "E", "S", "n_out")  # some of them are names that sympy has for itself
DIMENSIONS = tuple(map(dimension, NAMES))

_LETTERS = string.ascii_letters
_LATER = string.ascii_letters + string.digits


@st.composite
def names(draw: st.DrawFn) -> str:
    """Names that a dimension may have."""
    head = draw(st.sampled_from(_LETTERS)) + draw(st.text(_LATER, max_size=6))
    return "_".join([head, *draw(st.lists(st.text(_LATER, min_size=1, max_size=4), max_size=2))])


def dimensions() -> st.SearchStrategy[Expr]:
    return st.sampled_from(DIMENSIONS)


@st.composite
def _terms(draw: st.DrawFn, least: int) -> Expr:
    term = Integer(draw(st.integers(least, 9)))
    for symbol in draw(st.lists(dimensions(), max_size=3)):
        term *= symbol
    return term


@st.composite
def polynomials(draw: st.DrawFn, least: int = -9) -> Expr:
    """Polynomials of dimensions, written out; no coefficient of a term that is drawn is under ``least``."""
    result: Expr = Integer(0)
    for term in draw(st.lists(_terms(least), min_size=1, max_size=4)):
        result += term
    return result


def positive_polynomials() -> st.SearchStrategy[Expr]:
    return polynomials(least=1)


@st.composite
def expressions(draw: st.DrawFn) -> Expr:
    """Polynomials with quotients rounded up and down, larger ones of two, roots and logarithms; all of them real."""
    result = draw(polynomials())
    for kind in draw(st.lists(st.sampled_from(["floor", "ceiling", "Max", "log2", "sqrt"]), max_size=2)):
        factor, positive = draw(_terms(1)), draw(positive_polynomials())
        divisor = draw(st.integers(2, 5))
        made = {
            "floor": lambda p=positive, d=divisor: floor(p / d),
            "ceiling": lambda p=positive, d=divisor: ceiling(p / d),
            "Max": lambda p=positive: Max(p, draw(positive_polynomials())),
            "log2": lambda: log(draw(dimensions()) + draw(st.integers(0, 3)), 2),
            "sqrt": lambda: sqrt(draw(dimensions()) + draw(st.integers(0, 3))),
        }[kind]()
        result += factor * made
    return result.expand()


def formulas() -> st.SearchStrategy[str]:
    """Text of the grammar of formulas, with large and small numbers; much of it has no value."""
    return st.recursive(
        st.sampled_from(["T", "H", "I", "0", "1", "2", "0.5", "7", "100", "1e40", "1e-40"]),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/^"), inner).map(lambda parts: "({}){}({})".format(*parts)),
            st.tuples(st.sampled_from(["floor", "ceil", "sqrt", "ln", "log2"]), inner).map("{0[0]}({0[1]})".format),
            st.tuples(st.sampled_from(["max", "min", "log"]), inner, inner).map("{0[0]}({0[1]}, {0[2]})".format),
        ),
        max_leaves=8,
    )


def sizes(largest: int = 50) -> st.SearchStrategy[dict[str, int]]:
    """A size for each of the dimensions."""
    return st.fixed_dictionaries({name: st.integers(1, largest) for name in NAMES})
