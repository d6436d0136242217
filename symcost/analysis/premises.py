"""What is declared of dimensions beyond that they are positive whole numbers: relations such as K <= T or H = 4 I."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Poly, Rational, Symbol, ceiling, floor

from symcost.expressions import ONE, dimensions_of, normal, substitute


@dataclass(frozen=True)
class Premises:
    """What is taken to hold: polynomials that are at least zero, sizes that are equal, and signs that are given.

    >>> from symcost.formula import read
    >>> said = Premises(at_least=(read("T - K"), read("512 - K")), equal=((read("H"), read("4*I")),))
    >>> said.applied(read("H*T")), said.bounds
    (4*I*T, {K: (1, 512)})
    """

    at_least: tuple[Expr, ...] = ()
    equal: tuple[tuple[Symbol, Expr], ...] = ()
    given: tuple[tuple[Expr, int], ...] = ()  # the sign of a polynomial, as one case of several supposes

    @functools.cached_property
    def sizes(self) -> dict[Symbol, Expr]:
        """The equal sizes as a substitution."""
        return dict(self.equal)

    @functools.cached_property
    def bounds(self) -> dict[Symbol, tuple[Expr, Expr | None]]:
        """The least and the largest number that a dimension may be, where that is declared; else it is at least 1."""
        found: dict[Symbol, tuple[Expr, Expr | None]] = {}
        for polynomial in self.at_least:
            symbols = dimensions_of(polynomial)
            if len(symbols) != 1 or not polynomial.is_polynomial(*symbols):
                continue
            (symbol,) = symbols
            of_symbol = Poly(polynomial, symbol)
            slope, offset, power = of_symbol.LC(), of_symbol.TC(), of_symbol.degree()
            if len(of_symbol.monoms()) > 2 or (len(of_symbol.monoms()) == 2 and offset == 0):
                continue
            least, most = found.get(symbol, (ONE, None))
            if slope > 0:
                least = max(least, -offset / slope if power == 1 else ceiling((-offset / slope) ** Rational(1, power)))
            else:
                end = -offset / slope if power == 1 else floor((-offset / slope) ** Rational(1, power))
                most = end if most is None else min(most, end)
            found[symbol] = (least, most)
        return found

    def supposing(self, polynomial: Expr, sign: int) -> Premises:
        """These, and the sign of one more expression; a polynomial that is not zero is 1 away, if it is whole."""
        more: tuple[Expr, ...] = ()
        if sign and polynomial.is_polynomial(*polynomial.free_symbols):
            more = (normal(sign * polynomial - (1 if _is_whole(polynomial) else 0)),)
        return replace(self, at_least=self.at_least + more, given=(*self.given, (polynomial, sign)))

    def applied(self, expression: Any) -> Expr:
        """An expression with equal sizes put in."""
        return normal(substitute(expression, self.sizes))


NOTHING = Premises()


def _is_whole(polynomial: Expr) -> bool:
    """Whether it is a whole number wherever its dimensions are."""
    return all(coefficient.is_Integer for coefficient in Poly(polynomial, *polynomial.free_symbols).coeffs())
