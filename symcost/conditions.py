"""Conditions: what symbolic sizes must fulfil so that an equation makes sense.

A size that is a number is checked at once. Of a symbol it may be unknown whether N divides H or K is at most T: then
the costs hold where it does, and say so.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sympy import Add, Expr, Symbol, floor, gcd

from symcost.errors import ShapeError
from symcost.expressions import ONE, exceeds, normal, resized_fields
from symcost.notation import text


@dataclass(frozen=True, slots=True)
class Condition:
    """``smaller`` divides ``larger``, or is at most as large.

    >>> from symcost.dimensions import dimension
    >>> print(Condition("divides", dimension("N"), dimension("H")))
    N divides H
    """

    relation: Literal["divides", "is at most"]
    smaller: Expr
    larger: Expr

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Condition:
        """The same condition at given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return f"{text(self.smaller)} {self.relation} {text(self.larger)}"


def at_most(smaller: Expr, larger: Expr) -> Condition:
    """That one size is at most another, each with what it adds.

    >>> from symcost.dimensions import dimension
    >>> T, K = dimension("T"), dimension("K")
    >>> print(at_most(K - 1, T + 1))
    K is at most T + 2
    """
    terms = Add.make_args(normal(larger - smaller))
    less = [-term for term in terms if term.could_extract_minus_sign()]
    return Condition("is at most", Add(*less), Add(*(term for term in terms if not term.could_extract_minus_sign())))


def decided(condition: Condition) -> bool | None:
    """Whether a condition holds for all sizes (True), for none (False), or for some (None)."""
    if condition.relation == "divides":
        return _is_whole(normal(condition.larger / condition.smaller))
    if exceeds(condition.larger, condition.smaller):
        return True
    return False if exceeds(condition.smaller, condition.larger + ONE) else None


def _is_whole(quotient: Expr) -> bool | None:
    """Whether a quotient is whole for all sizes (True), for none (False), or for some (None).

    The sum of multiples of some numbers is a multiple of their greatest common divisor: (4 K + 1)/8 is never whole.
    """
    if quotient.is_integer is not None or quotient.is_number:
        return bool(quotient.is_integer)
    number, rest = quotient.as_coeff_Add()
    shares = [term.as_coeff_Mul() for term in Add.make_args(rest)]
    if not all(share.is_Rational and whole.is_integer for share, whole in shares):
        return None
    step = functools.reduce(gcd, (share for share, _ in shares), ONE)
    return None if (number / step).is_integer else False


def of_size(length: Expr) -> Iterator[Condition]:
    """What must hold of a size: it is whole, and at least 1.

    >>> from symcost.dimensions import dimension
    >>> T, K, N, H = map(dimension, "TKNH")
    >>> [str(each) for each in (*of_size(floor((T - K) / 2) + 1), *of_size(H / N))]
    ['K is at most T', 'N divides H']
    """
    if length.is_number:
        return
    if not length.is_integer:
        broken = Add(*(term for term in Add.make_args(normal(length)) if not term.is_integer))
        numerator, denominator = broken.as_numer_denom()
        whole = Condition("divides", denominator, numerator)
        if decided(whole) is None:
            yield whole
    if not length.is_positive:
        positive = _positive(length)
        if decided(positive) is None:
            yield positive


def _positive(length: Expr) -> Condition:
    """That a size is at least 1; floor(x) + n is where x >= 1 - n."""
    number, rest = length.as_coeff_Add()
    if isinstance(rest, floor):
        numerator, denominator = rest.args[0].as_numer_denom()
        return at_most((ONE - number) * denominator, numerator)
    return at_most(ONE, length.as_numer_denom()[0])


def refuse_sizes(conditions: Iterable[Condition], sizes: Mapping[Symbol, Expr], where: str) -> None:
    """Raises a ShapeError with the condition that does not hold at given sizes, if one does not."""
    for condition in conditions:
        if decided(condition.at_sizes(sizes)) is False:
            told = ", ".join(f"{symbol.name}={text(length)}" for symbol, length in sizes.items())
            raise ShapeError(told, where=where, expected=f"sizes of which {condition}")


def undecided(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Each condition of which it is not known whether it holds, once, in the order in which they are met.

    What divides a size divides its multiples, and the divisors of what divides it do: that is not said again.
    """
    open_ones = [each for each in dict.fromkeys(conditions) if decided(each) is None]
    return tuple(each for each in open_ones if not any(_implies(other, each) for other in open_ones if other != each))


def _implies(first: Condition, second: Condition) -> bool:
    if not first.relation == second.relation == "divides":
        return False
    return bool((second.larger / first.larger).is_integer and (first.smaller / second.smaller).is_integer)
