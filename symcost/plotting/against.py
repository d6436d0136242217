"""A quantity against another one, such as cost against parameters: a curve for each network, as a dimension grows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from sympy import Dummy, Expr, Integer, Poly, Rational, Symbol, resultant

from symcost.expressions import substitute
from symcost.plotting.crossing import about
from symcost.plotting.curves import caption, sizes_of, spanning, usual_range, values
from symcost.plotting.subjects import Asked, Measured
from symcost.render.plots.description import Curve, Line, Mark
from symcost.render.plots.plot import Plot
from symcost.render.sheet import Prose

_ABOUT = 1.5  # times a power of ten
_DIGITS = 30
_CLOSE = Rational(1, 10**12)


def against(
    what: Asked, symbol: Symbol, both: tuple[Measured, Measured], ends: tuple[int, int] | None,
    scales: tuple[bool, bool], title: str,
) -> Plot:  # fmt: skip
    """The second quantity of everything that is plotted against the first one, as a dimension grows."""
    lower, upper = ends or usual_range(what, symbol)
    curves, places = [], {}
    for each in what.subjects:
        sizes = sizes_of(what, each, symbol, (lower, upper), is_log=True)
        points = zip(*(values(each.name, cost, symbol, sizes) for cost in what.costs(each)), strict=True)
        places[each.name] = dict(zip(sizes, points, strict=True))
        curves.append(Curve(each.name, tuple(places[each.name].values())))
    x, y = (spanning(one.heading, curves, n, is_log=scales[n]) for n, one in enumerate(both))
    marks, open_ones = _meetings(what, symbol, both[0], (lower, upper))
    said = caption(what, both, [("Along each curve, ", symbol, f" grows from {lower} to {upper}."), *open_ones])
    same = tuple(_same_sizes(symbol, [places[each.name] for each in what.subjects]))
    return Plot(x, y, tuple(curves), tuple(marks), lines=same, title=title, caption=said)


def _same_sizes(symbol: Symbol, places: Sequence[Mapping[int, tuple[Expr, Expr]]]) -> Iterator[Line]:
    """The same size on all curves: the one nearest to each power of ten, if it is about as large."""
    common = sorted(set.intersection(*map(set, places)))
    if not common:
        return
    for power in (10**digits for digits in range(len(str(common[-1])))):
        size = min(common, key=lambda each: abs(each - power))
        if not power / _ABOUT <= size <= power * _ABOUT:
            continue
        yield Line((symbol, " = ", Integer(size)), tuple(each[size] for each in places), dotted=True)


def _meetings(what: Asked, symbol: Symbol, first: Measured, ends: tuple[int, int]) -> tuple[list[Mark], list[Prose]]:
    """Where curves meet: two sizes, one for each of two networks, at which both quantities are the same."""
    marks: list[Mark] = []
    said: list[Prose] = []
    for one, other in itertools.combinations(what.subjects, 2):
        costs = what.costs(one), what.costs(other)
        if not all(cost.is_polynomial(symbol) for both in costs for cost in both):
            said.append(f"Where {one.name} and {other.name} meet is not marked: they are no polynomials in {symbol}.")
            continue
        for size in _meeting_sizes(*costs, symbol, ends):
            place, height = (substitute(cost, {symbol: size}) for cost in costs[0])
            marks.append(Mark((place, height), f"{first.heading.lower()} {about(place)}", (one.name, other.name)))
    return marks, said


def _meeting_sizes(
    one: tuple[Expr, ...], other: tuple[Expr, ...], symbol: Symbol, ends: tuple[int, int]
) -> Iterator[Expr]:
    """The sizes of the first at which the second has the same two costs at some size; none if that is so for all.

    They are roots of a resultant; whether the second size is one within the range is told to 30 digits.
    """
    size = Dummy()
    equal = [first - second.xreplace({symbol: size}) for first, second in zip(one, other, strict=True)]
    left = Poly(resultant(*equal, size), symbol)
    for found in dict.fromkeys(left.real_roots()) if left.degree() > 0 else ():
        if not ends[0] <= found <= ends[1]:
            continue
        wanted = [cost.xreplace({symbol: found}).n(_DIGITS) for cost in one]
        sizes = Poly(other[0] - wanted[0], symbol).nroots(n=_DIGITS, maxsteps=200) if other[0].has(symbol) else ()
        same = (
            other[1].xreplace({symbol: each}) - wanted[1]
            for each in sizes
            if each.is_real and ends[0] <= each <= ends[1]
        )
        if any(abs(each) <= _CLOSE * abs(wanted[1]) for each in same):
            yield found
