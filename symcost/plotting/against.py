"""A quantity against another one, such as cost against parameters: a curve for each network, as a dimension grows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from sympy import Expr, Integer, Symbol

from symcost.analysis.comparison import pair
from symcost.analysis.elimination import Elimination, eliminate
from symcost.dimensions import dimension
from symcost.errors import DimensionError
from symcost.expressions import substitute
from symcost.plotting.crossing import about
from symcost.plotting.curves import caption, sizes_of, spanning, usual_range, values
from symcost.plotting.subjects import Asked, Measured
from symcost.render.plots.description import Axis, Curve, Line, Mark
from symcost.render.plots.plot import Plot
from symcost.render.sheet import Prose


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
    marks, open_ones = _meetings(what, symbol, both[0], x)
    shown = tuple(mark for mark in marks if y.lower <= mark.at[1] <= y.upper)
    said = caption(what, both, [("Along each curve ", symbol, f" grows from {lower} to {upper}."), *open_ones])
    same = tuple(_same_sizes(symbol, [places[each.name] for each in what.subjects]))
    return Plot(x, y, tuple(curves), shown, lines=same, title=title, caption=said)


def _same_sizes(symbol: Symbol, places: Sequence[Mapping[int, tuple[Expr, Expr]]]) -> Iterator[Line]:
    """The same size on all curves, near each power of ten."""
    common = sorted(set.intersection(*map(set, places)))
    if not common:
        return
    powers = (10**power for power in range(len(str(common[-1]))))
    for size in dict.fromkeys(min(common, key=lambda each: abs(each - power)) for power in powers):
        yield Line((symbol, " = ", Integer(size)), tuple(sorted(each[size] for each in places)), dotted=True)


def _meetings(what: Asked, symbol: Symbol, first: Measured, x: Axis) -> tuple[list[Mark], list[Prose]]:
    """Where curves meet: the costs as functions of the first quantity, compared; and what is not known of it."""
    name = dimension("P" if symbol.name != "P" else "P_total")
    try:
        found = {each.name: _eliminated(what.costs(each), symbol, name) for each in what.subjects}
    except DimensionError as error:
        return [], [f"Where curves meet is not marked: {error.found}."]
    marks: list[Mark] = []
    said: list[Prose] = []
    for one, other in itertools.combinations(found, 2):
        both = found[one], found[other]
        if unsolved := next((each for each in both if not each.exact), None):
            said.append(f"Where {one} and {other} meet is not marked: {unsolved.reason}.")
            continue
        pairs = pair((one, other), (both[0].cost, both[1].cost), name)
        for place in (each.at for each in pairs.crossovers if each.at.is_number and x.lower <= each.at <= x.upper):
            height = substitute(both[0].cost, {name: place})
            marks.append(Mark((place, height), (f"{first.heading} {about(place)}",), (one, other)))
        said += [f"Where {one} and {other} meet is not all known: {each.open.reason}." for each in pairs.questions[:1]]
    return marks, said


def _eliminated(costs: tuple[Expr, ...], symbol: Symbol, name: Symbol) -> Elimination:
    first, second = costs
    return eliminate(second, first, symbol, name)
