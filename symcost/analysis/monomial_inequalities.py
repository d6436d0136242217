"""Whether some positive sizes fulfil strict inequalities between monomials, decided exactly.

In logarithms an inequality r x^a y^b > 1 is linear, with whole coefficients a, b. Fourier and Motzkin's elimination
(Motzkin, 1936) multiplies powers of two such inequalities so that a variable drops out; the numbers r stay rational.
So nothing is rounded, though the logarithms of the numbers are not rational.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

_MOST_INEQUALITIES = 4_000
_MOST_BITS = 20_000  # of a number that is multiplied up


class TooMany(Exception):  # noqa: N818 - no error: an answer
    """The elimination would take too long."""


@dataclass(frozen=True, slots=True)
class Inequality:
    """number x^powers > 1, or >= 1 if it is not strict."""

    number: Fraction
    powers: tuple[int, ...]
    strict: bool = True


System: TypeAlias = Iterable[Inequality]


def have_solution(system: System, equations: Sequence[Inequality] = ()) -> bool:
    """Whether positive real numbers fulfil all inequalities, and the equations number x^powers = 1.

    >>> half, twice = Fraction(1, 2), Fraction(2)
    >>> have_solution([Inequality(half, (1, 0)), Inequality(twice, (-1, 0))])  # x > 2 and x < 2
    False
    >>> have_solution([Inequality(half, (1, -1)), Inequality(Fraction(3), (-1, 1))])  # x > 2 y and x < 3 y
    True

    Raises:
        TooMany: the elimination would take too long.
    """
    rows = _tightest(system)
    for place, equation in enumerate(equations):
        if not any(equation.powers):
            if equation.number != 1:
                return False
            continue
        rows = _tightest(_without(each, equation) for each in rows)
        equations = [*equations[: place + 1], *(_without(each, equation) for each in equations[place + 1 :])]
        return have_solution(rows, equations[place + 1 :])
    while any(any(row.powers) for row in rows):
        if not all(_holds(row) for row in rows if not any(row.powers)):
            return False
        rows = _tightest(_eliminated(rows))
    return all(map(_holds, rows))


def _holds(row: Inequality) -> bool:
    return row.number > 1 or (not row.strict and row.number == 1)


def _eliminated(rows: list[Inequality]) -> list[Inequality]:
    """The same without one variable: the one that leaves the fewest inequalities."""

    def left(place: int) -> int:
        above = sum(row.powers[place] > 0 for row in rows)
        below = sum(row.powers[place] < 0 for row in rows)
        return above * below - above - below

    places = [place for place in range(len(rows[0].powers)) if any(row.powers[place] for row in rows)]
    chosen = min(places, key=left)
    lower = [row for row in rows if row.powers[chosen] > 0]
    upper = [row for row in rows if row.powers[chosen] < 0]
    kept = [row for row in rows if row.powers[chosen] == 0]
    if len(lower) * len(upper) + len(kept) > _MOST_INEQUALITIES:
        raise TooMany
    return kept + [
        _combined(one, -two.powers[chosen], two, one.powers[chosen]) for one, two in itertools.product(lower, upper)
    ]


def _without(row: Inequality, equation: Inequality) -> Inequality:
    """An inequality with the first variable of an equation put in."""
    place = next(place for place, power in enumerate(equation.powers) if power)
    direction = -1 if equation.powers[place] > 0 else 1
    return _combined(row, abs(equation.powers[place]), equation, direction * row.powers[place], row.strict)


def _combined(one: Inequality, times: int, two: Inequality, more: int, strict: bool | None = None) -> Inequality:
    """The product of two inequalities, raised to powers of which the first is positive, in lowest terms."""
    divisor = math.gcd(times, more)
    times, more = times // divisor, more // divisor
    for row, power in ((one, times), (two, more)):
        if max(row.number.numerator, row.number.denominator).bit_length() * abs(power) > _MOST_BITS:
            raise TooMany
    powers = tuple(times * a + more * b for a, b in zip(one.powers, two.powers, strict=True))
    either = (one.strict or two.strict) if strict is None else strict
    return Inequality(one.number**times * two.number**more, powers, either)


def _tightest(rows: System) -> list[Inequality]:
    """Of inequalities in one direction the one that is hardest to fulfil."""
    hardest: dict[tuple[int, ...], tuple[Inequality, int]] = {}
    for row in rows:
        divisor = math.gcd(*row.powers) if any(row.powers) else 1
        direction = tuple(power // divisor for power in row.powers)
        known = hardest.get(direction)
        if known is None or _harder(row, divisor, *known):
            hardest[direction] = (row, divisor)
    return [row for row, _ in hardest.values()]


def _harder(row: Inequality, divisor: int, other: Inequality, other_divisor: int) -> bool:
    """Whether number^(1/divisor) is the smaller one, or as small and strict."""
    own, others = row.number**other_divisor, other.number**divisor
    return own < others or (own == others and row.strict and not other.strict)
