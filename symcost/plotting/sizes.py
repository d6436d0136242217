"""The whole sizes at which something is plotted: evenly spaced, and only those at which it exists."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence

from sympy import Expr, Integer, Symbol, divisors

from symcost.conditions import Condition, decided
from symcost.errors import DimensionError
from symcost.expressions import substitute

_LONGEST_PERIOD = 4096  # of sizes that fulfil a condition again and again
_LARGEST = 10**15  # doubles still tell whole numbers apart


def interval(given: Sequence[float | Expr]) -> tuple[int, int]:
    """The ends of a range, whole numbers.

    >>> interval((1, 1e6))
    (1, 1000000)

    Raises:
        DimensionError: it is none.
    """
    try:
        lower, upper = given
        ends = int(lower), int(upper)
    except (TypeError, ValueError, OverflowError):
        ends = (0, 0)
    if not 1 <= ends[0] < ends[1] <= _LARGEST or ends != tuple(given):
        raise DimensionError(
            f"{given!r}", where="range", expected=f"two whole numbers from 1 to {_LARGEST:.0e}, the smaller one first",
            remedy="such as (1, 10**6)",
        )  # fmt: skip
    return ends


def spaced(lower: int, upper: int, number: int, *, is_log: bool = True) -> list[int]:
    """So many whole numbers, evenly spaced on a scale, fewer where they would be the same; both ends are among them.

    >>> spaced(1, 1000, 4), spaced(1, 4, 100)
    ([1, 10, 100, 1000], [1, 2, 3, 4])
    """
    shares = (place / (number - 1) for place in range(number))
    if is_log:
        found = {round(lower * (upper / lower) ** share) for share in shares}
    else:
        found = {round(lower + (upper - lower) * share) for share in shares}
    return sorted(found | {lower, upper})


def round_numbers(lower: int, upper: int) -> list[int]:
    """The numbers 1, 2 and 5 times a power of ten, from one end to the other.

    >>> round_numbers(1, 60)
    [1, 2, 5, 10, 20, 50]
    """
    powers = range(int(math.log10(lower)), int(math.log10(upper)) + 1)
    found = (digit * 10**power for power in powers for digit in (1, 2, 5))
    return [each for each in found if lower <= each <= upper]


def existing_sizes(
    places: Iterable[int],
    symbol: Symbol,
    conditions: Sequence[Condition],
    at_least: Sequence[Expr],
    ends: tuple[int, int],
) -> list[int]:
    """The sizes nearest to some places at which all conditions hold, and all polynomials are at least zero.

    >>> from symcost.formula import read
    >>> existing_sizes([1, 10, 100], read("H"), [Condition("divides", read("8"), read("H"))], [], (1, 1000))
    [8, 96]
    """
    own = [each for each in conditions if symbol in each.smaller.free_symbols | each.larger.free_symbols]
    bounds = [each for each in at_least if symbol in each.free_symbols]
    divided = [int(each.larger) for each in own if each.smaller == symbol and each.larger.is_Integer]
    wanted = set(divisors(functools.reduce(math.gcd, divided))) if divided else set(_nearest(places, symbol, own))

    def exists(place: int) -> bool:
        at = {symbol: Integer(place)}
        holds = all(decided(each.at_sizes(at)) for each in own)
        return holds and all(substitute(each, at) >= 0 for each in bounds)

    return [each for each in sorted(wanted) if ends[0] <= each <= ends[1] and exists(each)]


def _nearest(places: Iterable[int], symbol: Symbol, conditions: Sequence[Condition]) -> Iterator[int]:
    """The sizes nearest to some places that fulfil what comes again and again: that a number divides them."""
    again = [each for each in conditions if each.relation == "divides" and each.smaller.is_Integer]
    period = math.lcm(*(int(each.smaller) for each in again))
    if period == 1 or period > _LONGEST_PERIOD:
        yield from places
        return
    held = [each for each in range(period) if all(_holds(one, symbol, period + each) for one in again)]
    for place in places:
        begin = place - place % period
        near = (begin + turn + rest for rest in held for turn in (-period, 0, period))
        yield min((each for each in near if each > 0), key=lambda each: (abs(each - place), each), default=place)


def _holds(condition: Condition, symbol: Symbol, place: int) -> bool:
    return bool(decided(condition.at_sizes({symbol: Integer(place)})))
