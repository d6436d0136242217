"""Maps in two dimensions: which term of a cost is the largest where, with the boundaries between.

With logarithms for sizes every term is a plane, and the part of the map where it is the largest a convex polygon.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sympy import Add, Expr, Float, Integer, Symbol

from symcost.analysis.regimes import Boundary, Regime, Regimes
from symcost.conventions import Convention, line_of
from symcost.errors import DimensionError
from symcost.network import Network
from symcost.plotting.curves import label_of
from symcost.plotting.sizes import interval
from symcost.priced import Priced, existing, network_of, symbol_of
from symcost.render.plots.description import Area, Axis, Line, Point
from symcost.render.plots.plot import Plot
from symcost.render.sheet import Prose, declared, holding, related
from symcost.solving import regimes

_Plane: TypeAlias = tuple[float, float, float]  # the logarithm of the number, and the powers of both dimensions
_Place: TypeAlias = tuple[float, float]  # logarithms of sizes

USUAL_RANGE = (1, 10**4)
"""The sizes on a map of which nobody said anything."""

_CLOSE = 1e-9
_MOST_SOURCES = 3


def plot_regimes(
    priced: Priced,
    over: Iterable[Symbol | str] = (),
    metric: str | Convention = "macs",
    *,
    at: Mapping[str, Any] | None = None,
    range: Sequence[Any] = USUAL_RANGE,
    assume: Iterable[Any] = (),
    title: str = "",
) -> Plot:
    """A map of two dimensions that says which term of a cost is the largest where, and the formulas of the boundaries.

    ``at`` gives the sizes of all other dimensions. The range is that of both, or a pair of ranges.

    >>> import symcost as sc
    >>> block = sc.Sequential("block", sc.Input(sc.T, sc.D), sc.TransformerEncoderLayer(sc.D, 1, 4 * sc.D))
    >>> made = plot_regimes(block)
    >>> [area.label for area in made.areas], made.lines[0].label
    ([12*D**2*T, 2*D*T**2], (T, ' = ', 6*D))

    Raises:
        DimensionError: other than two dimensions vary, or a term is no product of powers.
        UnpricedError: the cost is not known.
    """
    network, named, assume = network_of(priced), tuple(map(symbol_of, over)), tuple(assume)
    found = regimes(network, named, metric=metric, given=at, assume=assume)
    if len(found.variables) != 2:
        names = ", ".join(each.name for each in found.variables) or "no dimension"
        raise DimensionError(
            names, where="plot", expected="two dimensions", remedy="give the others a size by at (--at)"
        )
    axes = named or found.variables
    pair = range if isinstance(range[0], Sequence) else (range, range)
    (left, right), (bottom, top) = map(interval, pair)
    box = [(math.log(x), math.log(y)) for x, y in ((left, bottom), (right, bottom), (right, top), (left, top))]
    for bound in existing([network], assume, at).premises.at_least:
        box = _bounded(box, bound, axes)
    polygons = {each.term: _largest(box, each.term, found, axes) for each in found.regimes}
    areas = (_area(each, polygons[each.term], found) for each in found.regimes if polygons[each.term])
    lines = (_line(each, polygons[each.terms[0]], axes) for each in found.boundaries)
    name = network.name if isinstance(network, Network) else ""
    x, y = (
        Axis(label_of(symbol), Integer(lower), Integer(upper))
        for symbol, lower, upper in zip(axes, (left, bottom), (right, top), strict=True)
    )
    return Plot(
        x, y, areas=tuple(areas), lines=tuple(each for each in lines if each), title=title or name,
        caption=tuple(_caption(found, polygons, line_of(metric))),
    )  # fmt: skip


def _plane(term: Expr, axes: Sequence[Symbol]) -> _Plane:
    """A term as a plane over the logarithms of both dimensions."""
    number, rest = term.as_coeff_Mul()
    powers = rest.as_powers_dict()
    return math.log(number), float(powers[axes[0]]), float(powers[axes[1]])


def _height(plane: _Plane, place: _Place) -> float:
    return plane[0] + plane[1] * place[0] + plane[2] * place[1]


def _cut(polygon: Sequence[_Place], higher: _Plane, lower: _Plane) -> list[_Place]:
    """The part of a convex polygon in which one plane is not below another (Sutherland and Hodgman, 1974)."""
    found: list[_Place] = []
    heights = [_height(higher, place) - _height(lower, place) for place in polygon]
    for place, ((x, y), above) in enumerate(zip(polygon, heights, strict=True)):
        (a, b), before = polygon[place - 1], heights[place - 1]
        if (above > 0) != (before > 0) and above != before:
            share = before / (before - above)
            found.append((a + share * (x - a), b + share * (y - b)))
        if above > 0:
            found.append((x, y))
    return found


def _largest(box: Sequence[_Place], term: Expr, found: Regimes, axes: Sequence[Symbol]) -> list[_Place]:
    """The part of a map in which a term is the largest."""
    polygon = list(box)
    for other in found.regimes:
        if other.term != term:
            polygon = _cut(polygon, _plane(term, axes), _plane(other.term, axes))
    return polygon


def _bounded(box: list[_Place], bound: Expr, axes: Sequence[Symbol]) -> list[_Place]:
    """The part of a map in which one term is at least another; all of it where the bound is no such."""
    taken = [-term for term in Add.make_args(bound) if term.could_extract_minus_sign()]
    added = [term for term in Add.make_args(bound) if not term.could_extract_minus_sign()]
    if len(taken) != 1 or len(added) != 1 or not bound.is_polynomial(*axes) or bound.free_symbols - set(axes):
        return box
    return _cut(box, _plane(added[0], axes), _plane(taken[0], axes))


def _sizes(place: _Place) -> Point:
    return Float(math.exp(place[0])), Float(math.exp(place[1]))


def _area(regime: Regime, polygon: Sequence[_Place], found: Regimes) -> Area:
    layers = found.sources.get(regime.term.as_coeff_Mul()[1], {})
    names = ", ".join(list(layers)[:_MOST_SOURCES]) + " ..." * (len(layers) > _MOST_SOURCES)
    several = len({name for each in found.sources.values() for name in each}) > 1
    where = related(regime.conditions, ", ") or "everywhere"
    return Area(regime.term, tuple(map(_sizes, polygon)), names if several else "", where)


def _line(boundary: Boundary, polygon: Sequence[_Place], axes: Sequence[Symbol]) -> Line | None:
    """The boundary of two terms: the side of a polygon on which they are equal; none if it lies beyond the map."""
    one, other = (_plane(term, axes) for term in boundary.terms)
    ends = [place for place in polygon if abs(_height(one, place) - _height(other, place)) < _CLOSE]
    if len(ends) < 2 or math.dist(min(ends), max(ends)) < _CLOSE:
        return None
    equation = boundary.equation
    return Line((equation.lhs, " = ", equation.rhs), (_sizes(min(ends)), _sizes(max(ends))))


def _caption(found: Regimes, polygons: Mapping[Expr, Sequence[_Place]], counted: str) -> Iterator[Prose]:
    """What is said below a map: sizes, where it holds, what is not on it, and how work is counted."""
    yield from declared(found.declared, "At ")
    if found.holds:
        yield holding(found.holds)
    if beyond := [part for term, polygon in polygons.items() if not polygon for part in (", ", term)]:
        yield ("The largest elsewhere: ", *beyond[1:], ".")
    if found.taken_off:
        yield ("Left out, for it is taken off: ", *(part for term in found.taken_off for part in (" ", term)), ".")
    if counted:
        yield counted
