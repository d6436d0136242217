"""Finite sums: sum over i from a to b.

What is summed is read with the index growing too. Each of its monomials is a power of the index, of its logarithm, or
an exponential of it, times what does not depend on it:

    sum i^p            a polynomial in b and a, for whole p >= 0 (Faulhaber)
    sum i^p log^q i    b^(p+1) log^q b / (p+1) and lower terms, for p > -1; the integral (Euler and Maclaurin)
    sum i^-1 log^q i   log^(q+1) b / (q+1) and lower terms, for q > -1
    sum i^p, p < -1    bounded
    sum r^i            (r^(b+1) - r^a) / (r - 1)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sympy import Expr, Rational, Sum, Symbol, bernoulli, exp, log

from symcost.analysis.growth.monomial import UNIT, Exponent, Levels, Monomial, as_number
from symcost.analysis.growth.region import Region
from symcost.analysis.growth.terms import Terms, number, single
from symcost.errors import UndecidedError
from symcost.expressions import ONE, ZERO

if TYPE_CHECKING:
    from symcost.analysis.growth.reading import Reading

_HIGHEST_POWER = 40  # of an index that is summed exactly


def finite_sum(reading: Reading, expression: Expr) -> Terms:
    """A finite sum; of several indices the outer one, whose summand is a sum itself.

    Raises:
        UndecidedError: the index is where none of the rules reaches.
    """
    summed, *inside, (index, first, last) = expression.args
    summed = Sum(summed, *inside) if inside else summed
    own = Symbol(f"index {index.name}", positive=True)
    inner = type(reading)(Region.whole({own, *reading.region.variables}), everywhere=True)
    terms = inner.terms(summed.xreplace({index: own}))
    if inner.region.atoms:
        raise _refusal(expression)
    partial = _Partial(reading, expression, own, first, last)
    parts = [partial.of(each).scaled(count) for each, count in terms.exact.items()]
    parts += [partial.of(each).as_size() for each in terms.positive]
    parts += [Terms(unsure=partial.of(each).upper) for each in terms.unsure]
    return Terms.total(parts)


class _Partial:
    """Sums of monomials over one index."""

    def __init__(self, reading: Reading, expression: Expr, index: Symbol, first: Expr, last: Expr) -> None:
        self.reading, self.expression, self.index, self.first, self.last = reading, expression, index, first, last

    def of(self, monomial: Monomial) -> Terms:
        """The sum of a monomial: that of its part with the index, times the rest."""
        inside = monomial.only(frozenset([self.index]))
        return self.of_index(inside) * single(monomial / inside)

    def of_index(self, inside: Monomial) -> Terms:
        levels = inside.levels.get(self.index, ())
        if inside.exponent:
            return self.geometric(inside, levels)
        power, logarithms = (*levels, 0, 0)[:2]
        if len(levels) > 2 or isinstance(power, Expr) or isinstance(logarithms, Expr):
            raise _refusal(self.expression)
        if isinstance(power, int) and 0 <= power <= _HIGHEST_POWER and not logarithms:
            return self.below(power, self.last) + self.below(power, self.first - 1).scaled(-ONE)
        if self.first.is_number:
            return self.integral(power, logarithms, self.last)
        return self.integral(power, logarithms, self.last) + self.integral(power, logarithms, self.first).scaled(-ONE)

    def below(self, power: int, last: Expr) -> Terms:
        """The sum of i^p for i from 1 to n, as Bernoulli's polynomial in n + 1."""
        base = self.reading.terms(last + 1)
        found, raised = Terms(), number(ONE)
        for place, coefficient in enumerate(_bernoulli(power + 1)):
            found += raised.scaled(coefficient / (power + 1)) if place and coefficient else Terms()
            raised = raised * base
        return found

    def integral(self, power: Exponent, logarithms: Exponent, last: Expr) -> Terms:
        """The sum of i^p log^q i up to b: the integral, and lower terms of which only the size is known."""
        p, q, read = as_number(power), as_number(logarithms), self.reading.terms
        if p > -1:
            lower = read(last**p * log(last) ** q + (last ** (p + 1) * log(last) ** (q - 1) if q else ZERO))
            return read(last ** (p + 1) * log(last) ** q / (p + 1)) + Terms(unsure=(*lower.upper, UNIT))
        if p == -1 and q >= -1:
            found = read(log(last) ** (q + 1) / (q + 1) if q > -1 else log(log(last)))
            return found + Terms(unsure=(UNIT,))
        return Terms(positive=(UNIT,))

    def geometric(self, inside: Monomial, levels: Levels) -> Terms:
        """The sum of r^i i^p: exact for p = 0, else of the size of its last term if r > 1, and bounded if r < 1."""
        (above, rate), *others = inside.exponent
        if others or above != Monomial(((self.index, (1,)),)):
            raise _refusal(self.expression)
        ratio, read = exp(rate), self.reading.terms
        if not levels:
            return read(ratio**self.last * ratio / (ratio - 1)) + read(ratio**self.first / (1 - ratio))
        size = ratio**self.last
        for depth, level in enumerate(levels):
            size *= (self.last if depth == 0 else log(self.last)) ** as_number(level)
        if rate.is_positive and len(levels) < 3:
            return read(size).as_size()
        if rate.is_negative and self.first.is_number:
            return Terms(positive=(UNIT,))
        raise _refusal(self.expression)


def _bernoulli(degree: int) -> list[Rational]:
    """The coefficients of Bernoulli's polynomial, the constant first."""
    x = Symbol("x")
    return [bernoulli(degree, x).expand().coeff(x, place) for place in range(degree + 1)]


def _refusal(expression: Expr) -> UndecidedError:
    return UndecidedError(
        "the index stands where no rule reaches", where=str(expression),
        expected="powers, logarithms and exponentials of the index, times what does not depend on it",
    )  # fmt: skip
