"""Relations between dimensions, as people write them: ``K <= T``, ``1024 <= T < 4096``, ``H = 4*I``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sympy import Eq, Expr, Ge, Gt, Le, Lt, Poly
from sympy.core.relational import Relational

from symcost.analysis.premises import Premises
from symcost.analysis.signs import signs
from symcost.errors import DimensionError
from symcost.expressions import in_dimensions, normal, sizes_given, substitute
from symcost.formula import read
from symcost.notation import text

_SIGN = re.compile(r"(<=|>=|==|=|<|>)")
_KINDS = {Le: "<=", Lt: "<", Ge: ">=", Gt: ">", Eq: "="}


def premises(relations: Iterable[Any] = (), given: Mapping[str, Any] | None = None) -> Premises:
    """Relations as premises: text such as ``"K <= T"`` or sympy's relations, and sizes that are given by name.

    >>> said = premises(["K <= T", "H = 4*I"])
    >>> said.at_least, said.equal
    ((-K + T,), ((H, 4*I),))

    Raises:
        DimensionError: a relation cannot be read, cannot hold, or gives a size twice.
    """
    said = Premises()
    for symbol, value in sizes_given(given or {}).items():
        said = _with_equal(said, symbol, value)
    pairs = [
        pair for relation in ([relations] if isinstance(relations, str) else relations) for pair in _pairs(relation)
    ]
    for left, sign, right in pairs:
        if sign == "=":
            said = _with_equal(said, left, right)
    for left, sign, right in pairs:
        if sign != "=":
            said = _with_order(said, *((left, right) if sign in ("<=", "<") else (right, left)), strict=len(sign) == 1)
    return said


def _pairs(relation: Any) -> list[tuple[Expr, str, Expr]]:
    """What a relation says, side by side: ``1 <= K <= T`` is two."""
    if isinstance(relation, Relational) and type(relation) in _KINDS:
        return [(in_dimensions(relation.lhs), _KINDS[type(relation)], in_dimensions(relation.rhs))]
    if not isinstance(relation, str) or not _SIGN.search(relation):
        found = relation if isinstance(relation, str) else repr(relation)
        raise DimensionError(found, where="assumption", expected="a relation such as K <= T or H = 4*I")
    sides = _SIGN.split(relation)
    try:
        read_sides = [read(side) for side in sides[::2]]
    except ValueError as error:
        raise DimensionError(
            relation, where="assumption", expected="a relation such as K <= T or H = 4*I", remedy=str(error)
        ) from None
    signs = [sign.replace("==", "=") for sign in sides[1::2]]
    return list(zip(read_sides[:-1], signs, read_sides[1:], strict=True))


def _with_equal(said: Premises, left: Expr, right: Expr) -> Premises:
    """The premises and one more equality, in which one side is a dimension."""
    left, right = said.applied(left), said.applied(right)
    symbol, value = (left, right) if left.is_Symbol else (right, left)
    where = f"assumption {text(left)} = {text(right)}"
    if left == right:
        return said
    if not symbol.is_Symbol or value.has(symbol):
        raise DimensionError(
            "no side is a dimension alone" if not (left.is_number and right.is_number) else "it cannot hold",
            where=where, expected="a dimension and its size, such as H = 4*I",
        )  # fmt: skip
    if value.is_number and not (value.is_Integer and value > 0):
        raise DimensionError("it cannot hold", where=where, expected="a positive whole number")
    replaced = tuple((each, normal(substitute(size, {symbol: value}))) for each, size in said.equal)
    return replace(said, equal=(*replaced, (symbol, value)))


def _with_order(said: Premises, smaller: Expr, larger: Expr, *, strict: bool) -> Premises:
    """The premises and one more inequality, if it does not contradict what is known."""
    difference = said.applied(larger - smaller)
    sides = f"{text(smaller)} {'<' if strict else '<='} {text(larger)}"
    if difference.free_symbols and not difference.is_polynomial(*difference.free_symbols):
        raise DimensionError(sides, where="assumption", expected="polynomials of dimensions on both sides")
    if difference.free_symbols:
        difference = Poly(difference).clear_denoms()[1].as_expr()
    if strict:
        difference = normal(difference - 1)
    known = signs(difference, said)
    if known == frozenset({-1}):
        raise DimensionError("it cannot hold", where=f"assumption {sides}", remedy="leave it out, or another one")
    return said if -1 not in known else replace(said, at_least=(*said.at_least, difference))
