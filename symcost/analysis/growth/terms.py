"""What is known of an expression as its dimensions grow: a sum of three parts.

    f = sum c m  +  P  +  N

``exact``: monomials m with their numbers c. ``positive``: monomials whose sum P is of the size of, numbers not known.
``unsure``: monomials whose sum bounds N, which may be anything between, of either sign, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, Integer, Rational

from symcost.analysis.growth.monomial import UNIT, Monomial, logarithm
from symcost.errors import UndecidedError
from symcost.expressions import ONE

_DEEPEST_LOGARITHM = 4
_MOST_TERMS = 20_000  # of a product, before equal ones are put together


@dataclass(frozen=True)
class Terms:
    """The three parts; all in the order in which they were met."""

    exact: Mapping[Monomial, Expr] = field(default_factory=dict)
    positive: tuple[Monomial, ...] = ()
    unsure: tuple[Monomial, ...] = ()

    @classmethod
    def total(cls, parts: Iterable[Terms]) -> Terms:
        """The sum; numbers of equal monomials are added, what cancels is gone."""
        exact: dict[Monomial, Expr] = {}
        positive: dict[Monomial, None] = {}
        unsure: dict[Monomial, None] = {}
        for part in parts:
            for each, number in part.exact.items():
                exact[each] = exact[each] + number if each in exact else number
            positive.update(dict.fromkeys(part.positive))
            unsure.update(dict.fromkeys(part.unsure))
        return cls({each: number for each, number in exact.items() if number != 0}, tuple(positive), tuple(unsure))

    def __add__(self, other: Terms) -> Terms:
        return Terms.total((self, other))

    def __mul__(self, other: Terms) -> Terms:
        count = len(self.monomials) * len(other.monomials)
        if count > _MOST_TERMS:
            raise UndecidedError(f"a product of {count} terms", expected=f"at most {_MOST_TERMS}")
        exact = [Terms({a * b: x * y}) for a, x in self.exact.items() for b, y in other.exact.items()]
        (adds, takes), (other_adds, other_takes) = self.exact_signs(), other.exact_signs()
        positive = [
            *_products(self.positive, (*other_adds, *other.positive)), *_products(adds, other.positive),
        ]  # fmt: skip
        unsure = [
            *_products(self.unsure, other.monomials), *_products(self.monomials, other.unsure),
            *_products(self.positive, other_takes), *_products(takes, other.positive),
        ]  # fmt: skip
        return Terms.total([*exact, Terms({}, tuple(positive), tuple(unsure))])

    def scaled(self, number: Expr) -> Terms:
        """Times a number; a part of which only the size is known does not keep a minus."""
        exact = {each: number * count for each, count in self.exact.items()}
        if number.is_positive:
            return Terms(exact, self.positive, self.unsure)
        return Terms(exact, (), tuple(dict.fromkeys((*self.positive, *self.unsure))))

    def as_size(self) -> Terms:
        """The same with the numbers forgotten."""
        adds, takes = self.exact_signs()
        return Terms.total([Terms({}, (*adds, *self.positive), (*takes, *self.unsure))])

    def exact_signs(self) -> tuple[list[Monomial], list[Monomial]]:
        """Of the exact part, what adds, and what takes off or has a number of unknown sign."""
        adds = [each for each, number in self.exact.items() if number.is_positive]
        return adds, [each for each, number in self.exact.items() if not number.is_positive]

    @property
    def adding(self) -> tuple[Monomial, ...]:
        """What is certain to add."""
        return tuple(dict.fromkeys((*self.exact_signs()[0], *self.positive)))

    @property
    def doubtful(self) -> tuple[Monomial, ...]:
        """What takes off, or may."""
        return tuple(dict.fromkeys((*self.exact_signs()[1], *self.unsure)))

    @property
    def upper(self) -> tuple[Monomial, ...]:
        """What bounds it from above: all but what only takes off."""
        falling = [each for each, number in self.exact.items() if number.is_negative]
        return tuple(each for each in self.monomials if each not in falling or each in self.loose)

    @property
    def loose(self) -> tuple[Monomial, ...]:
        """What comes without a number."""
        return (*self.positive, *self.unsure)

    @property
    def monomials(self) -> tuple[Monomial, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.exact, *self.loose)))


def _products(first: Iterable[Monomial], second: Iterable[Monomial]) -> list[Monomial]:
    return [a * b for a in first for b in second]


def number(value: Expr) -> Terms:
    """A number as terms."""
    return Terms({UNIT: value}) if value != 0 else Terms()


def single(monomial: Monomial) -> Terms:
    """A monomial as terms."""
    return Terms({monomial: ONE})


def logarithm_of(monomial: Monomial) -> Terms:
    """log(x^p (log x)^q exp(c m)) = p log x + q log log x + c m."""
    found = dict(monomial.exponent)
    for symbol, levels in monomial.powers:
        if len(levels) >= _DEEPEST_LOGARITHM:
            raise UndecidedError(
                f"logarithms within logarithms of {symbol}", expected=f"at most {_DEEPEST_LOGARITHM} of them"
            )
        found |= {logarithm(symbol, depth): Integer(0) + Rational(level) if not isinstance(level, Expr) else level
                  for depth, level in enumerate(levels, 1) if level != 0}  # fmt: skip
    return Terms(found)
