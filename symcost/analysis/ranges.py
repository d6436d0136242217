"""The range of one dimension under premises: between which ends it lies."""

from __future__ import annotations

from sympy import Expr, Poly, Rational, Symbol

from symcost.analysis.premises import Premises
from symcost.analysis.signs import sign, signs


def ends_of(symbol: Symbol, known: Premises) -> list[tuple[int, Expr]]:
    """The ends of the range of a dimension: 1 and the least value, or -1 and the largest; the least value is 1 or more.

    Of two ends of which one is known to be the narrower only that is one.

    >>> from symcost.formula import read
    >>> ends_of(read("K"), Premises(at_least=(read("K - N"), read("T - K"), read("C - K^2"), read("T + 1 - K"))))
    [(1, N), (-1, T), (-1, sqrt(C))]
    """
    found = list(dict.fromkeys(end for each in (symbol - 1, *known.at_least) if (end := end_of(each, symbol, known))))
    kept: list[tuple[int, Expr]] = []
    for direction, end in found:
        if any(_keeps_within(direction, other, end, known) for side, other in kept if side == direction):
            continue
        kept = [each for each in kept if each[0] != direction or not _keeps_within(direction, end, each[1], known)]
        kept.append((direction, end))
    return kept


def _keeps_within(direction: int, end: Expr, other: Expr, known: Premises) -> bool:
    """Whether what keeps to one end keeps to another."""
    return -1 not in signs(direction * (end - other), known)


def end_of(relation: Expr, symbol: Symbol, known: Premises) -> tuple[int, Expr] | None:
    """A relation c x^n + d >= 0 as an end of the range of x: 1 or -1, and the value; none if it is no such relation."""
    if not (relation.has(symbol) and relation.is_polynomial(symbol)):
        return None
    polynomial = Poly(relation, symbol)
    slope, offset, power = polynomial.LC(), polynomial.TC(), polynomial.degree()
    direction = sign(slope, known)
    if not direction or len(polynomial.monoms()) > 1 + (offset != 0):
        return None
    return direction, (-offset / slope if power == 1 else (-offset / slope) ** Rational(1, power))
