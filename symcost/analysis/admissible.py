"""The whole sizes at which a network exists: multiples of its heads, say.

Where a condition says that a number divides a polynomial with whole coefficients, the sizes are residue classes of that
number; several conditions leave the classes of their common multiple (the Chinese remainder theorem). So the next size
is found without a search. Only other conditions are tried size by size, and not for long.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Integer, Min, Poly, Symbol, divisors, floor

from symcost.analysis.roots import Unsolved
from symcost.analysis.signs import whole_below
from symcost.conditions import Condition, decided
from symcost.expressions import normal

_LONGEST_PERIOD = 100_000  # of residues that are tried one by one
_MOST_TRIED = 2_000
_MOST_DIVIDED = 10**24  # a number whose divisors are listed


@dataclass(frozen=True)
class Classes:
    """Whole numbers by what is left of them when they are divided."""

    period: int = 1
    rests: tuple[int, ...] = (0,)

    def __and__(self, other: Classes) -> Classes:
        """The numbers that are in both.

        >>> Classes(4, (1, 3)) & Classes(6, (3,))
        Classes(period=12, rests=(3, 9))
        """
        shared = math.gcd(self.period, other.period)
        if len(self.rests) * len(other.rests) > _LONGEST_PERIOD:
            raise Unsolved(f"more than {_LONGEST_PERIOD} classes of sizes")
        step = pow(self.period // shared, -1, other.period // shared)
        found = [
            one + self.period * ((another - one) // shared * step % (other.period // shared))
            for one, another in itertools.product(self.rests, other.rests)
            if (another - one) % shared == 0
        ]
        return Classes(math.lcm(self.period, other.period), tuple(sorted(found)))

    def downwards(self, number: int) -> Iterator[int]:
        """From a number down, without end."""
        whole = number - number % self.period
        for base in itertools.count(whole, -self.period):
            yield from (base + rest for rest in reversed(self.rests) if base + rest <= number)

    def upwards(self, number: int) -> Iterator[int]:
        """From a number up, without end."""
        whole = number - number % self.period
        for base in itertools.count(whole, self.period):
            yield from (base + rest for rest in self.rests if base + rest >= number)


@dataclass(frozen=True)
class Admissible:
    """The whole sizes of one dimension of which some conditions hold."""

    size: Symbol
    conditions: tuple[Condition, ...] = ()
    classes: Classes = Classes()
    tried: tuple[Condition, ...] = ()  # what is no matter of residues, or speaks of other sizes too

    @classmethod
    def of(cls, size: Symbol, conditions: Iterable[Condition]) -> Admissible:
        """The sizes at which conditions hold; those that are polynomial inequalities are left to the premises.

        >>> from symcost.formula import read
        >>> made = Admissible.of(read("H"), [Condition("divides", read("8"), read("H"))])
        >>> made.below(217, 1), made.above(218), made.largest(read("P"))
        (216, 224, 8*floor(P/8))

        Raises:
            Unsolved: there are too many classes of sizes.
        """
        own = tuple(each for each in conditions if each.smaller.has(size) or each.larger.has(size))
        own = tuple(each for each in own if each.relation == "divides" or each.larger.has(floor))
        classes, tried = Classes(), list[Condition]()
        for each in own:
            found = _classes(each, size)
            classes, tried = (classes & found, tried) if found else (classes, [*tried, each])
        return cls(size, own, classes, tuple(tried))

    @property
    def is_numeric(self) -> bool:
        """Whether nothing but the size decides."""
        return all(each.smaller.free_symbols | each.larger.free_symbols == {self.size} for each in self.tried)

    def below(self, number: int, least: int) -> int | None:
        """The largest such size from a number down to the least one; none if there is none.

        Raises:
            Unsolved: none was found in a long search.
        """
        listed = self._divisors
        if listed is not None:
            return self._first(each for each in reversed(listed) if least <= each <= number)
        found = self.classes.downwards(number) if self.classes.rests else ()
        return self._first(itertools.takewhile(lambda each: each >= least, found))

    def above(self, number: int, most: int | None = None) -> int | None:
        """The smallest such size from a number up to the largest one; none if there is none.

        Raises:
            Unsolved: none was found in a long search.
        """
        listed = self._divisors
        if listed is not None:
            return self._first(each for each in listed if number <= each and (most is None or each <= most))
        found = self.classes.upwards(number) if self.classes.rests else ()
        return self._first(itertools.takewhile(lambda each: most is None or each <= most, found))

    @functools.cached_property
    def _divisors(self) -> list[int] | None:
        """The numbers that divide one, if the size is to be among them."""
        divided = [each.larger for each in self.tried if each.smaller == self.size and each.larger.is_Integer]
        return sorted(divisors(int(min(divided)))) if divided and min(divided) <= _MOST_DIVIDED else None

    def _first(self, sizes: Iterable[int]) -> int | None:
        """The first of some sizes at which what is tried holds too."""
        for count, each in enumerate(sizes):
            if not self.tried or self.fits(each):
                return each
            if count >= _MOST_TRIED:
                raise Unsolved(f"in none of {_MOST_TRIED} sizes {self.said}")
        return None

    def fits(self, number: int) -> bool:
        """Whether the conditions hold at a number, as far as is known."""
        return all(decided(each.at_sizes({self.size: Integer(number)})) is not False for each in self.conditions)

    def largest(self, *ends: Expr) -> Expr | None:
        """The largest such size up to all of some ends, as a formula; none if there is no closed form."""
        rounded = [self._rounded(each) for each in ends]
        return None if None in rounded else Min(*rounded)

    def _rounded(self, end: Expr) -> Expr | None:
        if end.is_number:
            end = Integer(whole_below(end))
        if not self.tried:
            if len(self.classes.rests) != 1:
                return None
            (rest,) = self.classes.rests
            return normal(rest + self.classes.period * floor(normal((end - rest) / self.classes.period)))
        (divisor, *more) = self.tried
        if more or divisor.larger != self.size or divisor.smaller.has(self.size) or self.classes.period != 1:
            return None
        if divisor.relation != "divides":
            return None
        return divisor.smaller * floor(end / divisor.smaller)

    @property
    def said(self) -> str:
        """The conditions in words."""
        return " and ".join(map(str, self.conditions))


def _classes(condition: Condition, size: Symbol) -> Classes | None:
    """The residue classes of a size at which a number divides a polynomial; none if it is no such condition."""
    larger = condition.larger
    if condition.relation != "divides" or not condition.smaller.is_Integer or larger.free_symbols != {size}:
        return None
    if not larger.is_polynomial(size) or not all(each.is_Rational for each in Poly(larger, size).coeffs()):
        return None
    scale, polynomial = Poly(larger, size).clear_denoms(convert=True)
    period = int(condition.smaller * scale)
    coefficients = [int(each) for each in polynomial.all_coeffs()]
    if polynomial.degree() == 1:
        return _linear(coefficients[0], coefficients[1], period)
    if period > _LONGEST_PERIOD:
        raise Unsolved(f"which sizes fulfil that {condition}")
    return _reduced(period, tuple(rest for rest in range(period) if _value(coefficients, rest) % period == 0))


def _linear(slope: int, offset: int, period: int) -> Classes:
    """Where period divides slope x + offset."""
    shared = math.gcd(slope, period)
    if offset % shared:
        return Classes(1, ())
    period = period // shared
    return Classes(period, (-(offset // shared) * pow(slope // shared, -1, period) % period,))


def _reduced(period: int, rests: tuple[int, ...]) -> Classes:
    """The same numbers by the shortest period: 4 divides H^2 where 2 divides H."""
    for shorter in divisors(period):
        first = tuple(rest for rest in rests if rest < shorter)
        if len(first) * (period // shorter) == len(rests) and all(rest % shorter in first for rest in rests):
            return Classes(int(shorter), first)
    return Classes(period, rests)


def _value(coefficients: list[int], number: int) -> int:
    value = 0
    for each in coefficients:
        value = value * number + each
    return value
