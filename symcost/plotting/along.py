"""A quantity along a dimension: a curve for each network, and the places where they cost the same."""

from __future__ import annotations

from sympy import Integer, Symbol

from symcost.plotting.crossing import crossings
from symcost.plotting.curves import caption, label_of, sizes_of, spanning, usual_range, values
from symcost.plotting.subjects import Asked, Measured
from symcost.render.plots.description import Curve
from symcost.render.plots.plot import Plot


def along(
    what: Asked, symbol: Symbol, measured: Measured, ends: tuple[int, int] | None, scales: tuple[bool, bool], title: str
) -> Plot:
    """The quantity of everything that is plotted along a dimension."""
    marks, open_ones = crossings(what, symbol)
    lower, upper = ends or usual_range(what, symbol, marks)
    met = [int(mark.at[0]) for mark in marks if mark.at[0].is_Integer]
    curves = []
    for each in what.subjects:
        (cost,) = what.costs(each)
        sizes = sizes_of(what, each, symbol, (lower, upper), is_log=scales[0], more=met)
        points = zip(map(Integer, sizes), values(each.name, cost, symbol, sizes), strict=True)
        curves.append(Curve(each.name, tuple(points), what.formula(each)))
    x = spanning(label_of(symbol), curves, 0, is_log=scales[0])
    y = spanning(measured.heading, curves, 1, is_log=scales[1])
    shown = tuple(mark for mark in marks if x.lower <= mark.at[0] <= x.upper and y.has(mark.at[1]))
    return Plot(x, y, tuple(curves), shown, title=title, caption=caption(what, [measured], open_ones))
