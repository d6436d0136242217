"""Declared relations between dimensions as premises for signs: ``K <= T``, ``H = 4*I``, ``T <= 4096``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr, Poly

from symcost.analysis.growth import Relations
from symcost.analysis.growth.relation import Relation, contradiction
from symcost.analysis.premises import Premises
from symcost.analysis.signs import over_and_under, sign, signs
from symcost.errors import DimensionError
from symcost.expressions import normal, size, sizes_given


def premises(assume: Any = (), given: Mapping[str, Any] | None = None) -> Premises:
    """Relations as premises: text such as ``"K <= T"``, sympy's relations or ``Relations``; and sizes by name.

    >>> said = premises(["K <= T", "H = 4*I"])
    >>> said.at_least, said.equal
    ((-K + T,), ((H, 4*I),))

    Raises:
        FormulaError: something is no relation.
        DimensionError: relations cannot hold together, or say how sizes grow but not how large they are.
    """
    sizes = (Relation(symbol, "=", value) for symbol, value in sizes_given(given or {}).items())
    relations = Relations.of((*sizes, *Relations.of(assume).relations))
    for symbol, value in relations.substitution.items():
        size(value, symbol.name)
    said = Premises(equal=tuple(relations.substitution.items()))
    for relation, declared in relations.inequalities:
        said = _with_order(said, relation, declared)
    return said


def _with_order(said: Premises, relation: Relation, declared: Relation) -> Premises:
    """The premises and one more inequality, if it does not contradict what is known."""
    if relation.sign == "o":
        raise DimensionError(str(declared), where="assume", expected="how large sizes are, such as K <= T")
    difference = whole(normal(relation.right - relation.left))
    if difference is None:
        raise DimensionError(str(declared), where="assume", expected="polynomials of dimensions on both sides")
    if relation.sign == "<":
        difference = normal(difference - 1)
    known = signs(difference, said)
    if known == frozenset({-1}):
        raise contradiction([declared])
    return said if -1 not in known else replace(said, at_least=(*said.at_least, difference))


def whole(difference: Expr) -> Expr | None:
    """A polynomial with whole coefficients that has the same sign; None if there is none.

    >>> from symcost.formula import read
    >>> whole(read("T/H - K/2")), whole(read("T - log2(K)"))
    (-H*K + 2*T, None)
    """
    over, under = over_and_under(difference)
    if sign(under) != 1 or not over.is_polynomial(*over.free_symbols):
        return None
    cleared: Expr = Poly(over).clear_denoms()[1].as_expr() if over.free_symbols else over
    return cleared
