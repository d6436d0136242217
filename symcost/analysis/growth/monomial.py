"""Monomials: products of powers of dimensions, of their logarithms, and of exponentials.

    m = x^p (log x)^q (log log x)^s ... y^... exp(c_1 m_1 + c_2 m_2 + ...)

The exponents p, q, s, ... of one dimension are its levels. The exponent of e holds whatever outgrows every logarithm:
2^L is exp(log(2) L), and T^L is exp(L log T).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import TypeAlias

from sympy import Expr, Integer, Mul, Pow, Rational, Symbol, exp, expand_log, log

Exponent: TypeAlias = int | Fraction | Expr  # rational where it can be; log(7)/log(2) is a sympy number
Levels: TypeAlias = tuple[Exponent, ...]  # of x, log x, log log x, ...; the last is not 0


@dataclass(frozen=True)
class Monomial:
    """A product of powers; ``powers`` by name of the dimension, ``exponent`` the terms in the exponent of e.

    >>> from symcost.dimensions import dimension
    >>> Monomial.of({dimension("T"): (2, 1)}).expression()
    T**2*log(T)
    """

    powers: tuple[tuple[Symbol, Levels], ...] = ()
    exponent: tuple[tuple[Monomial, Expr], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[Symbol, Levels], exponent: Mapping[Monomial, Expr] | None = None) -> Monomial:
        """A monomial in one form: no zeros, in the order of names."""
        kept = {symbol: trimmed for symbol, levels in powers.items() if (trimmed := _trimmed(levels))}
        above = {each: number for each, number in (exponent or {}).items() if number != 0}
        return cls(
            tuple(sorted(kept.items(), key=lambda power: str(power[0].name))),
            tuple(sorted(above.items(), key=lambda term: str(term[0].expression()))),
        )

    @functools.cached_property
    def levels(self) -> dict[Symbol, Levels]:
        """The powers by dimension."""
        return dict(self.powers)

    def __hash__(self) -> int:
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        return hash((self.powers, self.exponent))

    def __mul__(self, other: Monomial) -> Monomial:
        powers = dict(self.powers)
        for symbol, levels in other.powers:
            powers[symbol] = _plus(powers[symbol], levels) if symbol in powers else levels
        above = dict(self.exponent)
        for each, number in other.exponent:
            above[each] = expand_log(above.get(each, Integer(0)) + number, factor=True)
        return Monomial.of(powers, above)

    def __pow__(self, power: Exponent) -> Monomial:
        return Monomial.of(
            {symbol: tuple(exact(level * power) for level in levels) for symbol, levels in self.powers},
            {each: number * as_number(power) for each, number in self.exponent},
        )

    def __truediv__(self, other: Monomial) -> Monomial:
        return self * other**-1

    def only(self, symbols: frozenset[Symbol]) -> Monomial:
        """The part that some dimensions have in it; an exponential is kept if any of them is in its exponent."""
        powers = tuple(power for power in self.powers if power[0] in symbols)
        return Monomial(powers, tuple(term for term in self.exponent if term[0].symbols & symbols))

    @functools.cached_property
    def symbols(self) -> frozenset[Symbol]:
        """Every dimension in it, in exponents too."""
        return frozenset(self.levels).union(*(each.symbols for each, _ in self.exponent))

    def expression(self) -> Expr:
        """The monomial for sympy."""
        factors = [_nested(symbol, depth) ** as_number(level)
                   for symbol, levels in self.powers for depth, level in enumerate(levels) if level != 0]  # fmt: skip
        return Mul(*factors, *(_exponential(each, number) for each, number in self.exponent))

    def bounded_alone(self) -> bool:
        """Whether no level of it is above 0: it is bounded wherever its dimensions are at least 1."""
        return not self.exponent and all(levels < (0,) * len(levels) for _, levels in self.powers)


UNIT = Monomial()


def logarithm(symbol: Symbol, depth: int = 1) -> Monomial:
    """The logarithm of a dimension, or the logarithm of that, and so on."""
    return Monomial(((symbol, (0,) * depth + (1,)),))


def lowered(monomial: Monomial, factor: Expr) -> Monomial | None:
    """exp(c log x) is x^c, and exp(c log log x) is (log x)^c; None for what is no logarithm of a dimension."""
    if monomial.exponent or len(monomial.powers) != 1:
        return None
    symbol, levels = monomial.powers[0]
    if len(levels) == 1 or levels != (0,) * (len(levels) - 1) + (1,):
        return None
    return Monomial.of({symbol: (*levels[:-2], exact(factor))})


def exact(number: Exponent) -> Exponent:
    """A number in one form: whole numbers as int, rational ones as fractions, others as sympy has them."""
    if isinstance(number, int):
        return number
    if isinstance(number, Fraction):
        return number.numerator if number.denominator == 1 else number
    if number.is_Rational:
        return int(number.p) if number.q == 1 else Fraction(int(number.p), int(number.q))
    return number


def as_number(number: Exponent) -> Expr:
    """An exponent for sympy."""
    return Rational(number.numerator, number.denominator) if isinstance(number, Fraction) else Integer(0) + number


def _trimmed(levels: Levels) -> Levels:
    while levels and levels[-1] == 0:
        levels = levels[:-1]
    return levels


def _plus(first: Levels, second: Levels) -> Levels:
    return tuple(exact(a + b) for a, b in zip_longest(first, second, fillvalue=0))


def _nested(symbol: Symbol, depth: int) -> Expr:
    for _ in range(depth):
        symbol = log(symbol)
    return symbol


def _exponential(monomial: Monomial, number: Expr) -> Expr:
    """exp(c m), as the power that one writes: 2^L, T^L."""
    for symbol, levels in monomial.powers:
        if levels[:2] == (0, 1) and len(levels) == 2:
            return Pow(symbol, number * (monomial / logarithm(symbol)).expression())
    return Pow(exp(number), monomial.expression())
