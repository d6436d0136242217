"""Curves: the sizes at which each network exists, what it costs there, the axes around them, and what is said below."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from sympy import Expr, Integer, Poly, Symbol

from symcost import dimensions
from symcost.errors import DimensionError
from symcost.expressions import NO_NUMBERS, substitute
from symcost.plotting.sizes import existing_sizes, round_numbers, spaced
from symcost.plotting.subjects import Asked, Measured, Subject
from symcost.render.plots.description import Axis, Curve, Mark
from symcost.render.sheet import Prose, declared, holding

_POINTS = 200  # of a curve
_LEAST_UPPER, _MOST_UPPER = 10**3, 10**9  # where a range ends that is not given
_BEYOND = 10  # how many times the last crossover it goes on


def usual_range(what: Asked, symbol: Symbol, marks: Iterable[Mark] = ()) -> tuple[int, int]:
    """A range that nobody gave: from the least size to well behind the last crossover, or to where all of them end."""
    bounds = [what.where(each).premises.bounds.get(symbol, (Integer(1), None)) for each in what.subjects]
    lower = min(math.ceil(least) for least, _ in bounds)
    last = max((float(mark.at[0]) for mark in marks), default=1.0)
    wanted = 10 ** math.ceil(math.log10(max(_BEYOND * last, lower, 1)))
    upper = min(max(wanted, _LEAST_UPPER), _MOST_UPPER)
    most = [math.floor(end) for _, end in bounds if end is not None]
    return int(lower), int(min(upper, max(most)) if len(most) == len(bounds) else upper)


def sizes_of(
    what: Asked, subject: Subject, symbol: Symbol, ends: tuple[int, int], *, is_log: bool, more: Iterable[int] = ()
) -> list[int]:
    """The sizes at which one of them is plotted: evenly spaced ones, round ones and some more, where it exists.

    Raises:
        DimensionError: it exists at none of them.
    """
    places = {*spaced(*ends, _POINTS, is_log=is_log), *round_numbers(*ends), *more}
    where = what.where(subject)
    found = existing_sizes(sorted(places), symbol, where.holds, where.declared.at_least, ends)
    if not found:
        needed = " and ".join(map(str, where.holds)) or "sizes that keep to what is assumed"
        raise DimensionError(
            f"{subject.name} does not exist for {symbol} from {ends[0]} to {ends[1]}", where="plot", expected=needed,
            remedy="choose another range",
        )  # fmt: skip
    return found


def values(name: str, cost: Expr, symbol: Symbol, places: Sequence[int]) -> list[Expr]:
    """What something costs at some sizes, exactly.

    >>> from symcost.formula import read
    >>> values("a net", read("T^2 + 1"), read("T"), [1, 10])
    [2, 101]

    Raises:
        DimensionError: it is no number at one of them.
    """
    if cost.is_polynomial(symbol):
        polynomial = Poly(cost, symbol)
        return [polynomial.eval(Integer(place)) for place in places]
    found = [substitute(cost, {symbol: Integer(place)}) for place in places]
    for place, value in zip(places, found, strict=True):
        if not value.is_real or value.has(*NO_NUMBERS):
            raise DimensionError(f"{name} costs {value} at {symbol} = {place}", where="plot", expected="a number")
    return found


def spanning(label: Prose, curves: Sequence[Curve], place: int, *, is_log: bool) -> Axis:
    """An axis from the least to the largest number of some curves: those on the axis that lies (0), or stands (1).

    Raises:
        DimensionError: nothing of a curve can be shown on a logarithmic axis.
    """
    shown: list[Expr] = []
    for curve in curves:
        found = [point[place] for point in curve.points if not is_log or point[place] > 0]
        if not found:
            raise DimensionError(
                f"{curve.name} costs nothing in the whole range", where="plot", expected="more than 0 on a logarithmic "
                "axis", remedy="leave it out, or choose the scale linear",
            )  # fmt: skip
        shown += found
    lower = min(shown) if is_log else min(Integer(0), *shown)
    return Axis(label, lower, max(shown), is_log)


def label_of(symbol: Symbol) -> Prose:
    """What an axis says of a dimension."""
    meaning = dimensions.meaning(symbol)
    return (symbol, f" ({meaning})") if meaning else symbol


def caption(what: Asked, asked_for: Iterable[Measured], more: Iterable[Prose] = ()) -> tuple[Prose, ...]:
    """What is said below a plot: the sizes, where each exists, how work is counted, and what else there is."""
    existing = (holding(what.where(each).holds, f"{each.name} exists where ") for each in what.subjects)
    counted = dict.fromkeys(each.line for each in asked_for)
    said = (*declared(what.where(what.subjects[0]).declared, "At "), *existing, *counted, *more)
    return tuple(each for each in said if each)
