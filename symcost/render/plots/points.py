"""A plot as tables: its curves at round numbers, its marks, its levels, its areas."""

from __future__ import annotations

import dataclasses

from sympy import Expr

from symcost.render.plots.description import Description
from symcost.render.plots.words import plain
from symcost.render.sheet import Cell, Column, Row
from symcost.render.table import Table


def tables(plot: Description) -> list[Table]:
    """The curves at round numbers, the places where they meet, and the parts of a map."""
    found = [
        each for each in (_curves(plot), _same_sizes(plot), _marks(plot), _levels(plot), _areas(plot)) if each.rows
    ]
    return [*found[:-1], dataclasses.replace(found[-1], remarks=plot.caption)]


def _curves(plot: Description) -> Table:
    """A row for each size, if curves have them in common: round ones, those of marks, the first and the last."""
    met = {mark.at[0] for mark in plot.marks}
    heights = [dict(curve.points) for curve in plot.curves]
    places = sorted({place for each in heights for place in each}, key=float)
    if stepped := any(curve.stepped for curve in plot.curves):
        places.pop()  # where the last step ends
    kept = [each for each in places if stepped or each in met or _is_round(each) or each in (places[0], places[-1])]
    shared = len(heights) == 1 or not any(line.dotted for line in plot.lines)
    rows = (Row(plain(place), tuple(Cell(each.get(place, "")) for each in heights)) for place in kept if shared)
    columns = tuple(Column(curve.name or plot.y.label) for curve in plot.curves)
    return Table(columns, tuple(rows), plot.title or plain(plot.y.label), plain(plot.x.label))


def _is_round(place: Expr) -> bool:
    """Whether it is 1, 2 or 5 times a power of ten."""
    return str(place).rstrip("0") in ("1", "2", "5")


def _same_sizes(plot: Description) -> Table:
    """Both quantities of each curve, at the sizes at which lines join them."""
    headings = (plain(plot.x.label), plain(plot.y.label))
    columns = tuple(Column(heading, curve.name) for curve in plot.curves for heading in headings)
    rows = (
        Row(plain(line.label), tuple(Cell(each) for point in line.points for each in point))
        for line in plot.lines
        if line.dotted
    )
    return Table(columns, tuple(rows), plot.title, "Size")


def _marks(plot: Description) -> Table:
    rows = (Row(" and ".join(mark.curves), (Cell(mark.label), Cell(mark.at[1]))) for mark in plot.marks)
    return Table((Column("Where"), Column(plot.y.label)), tuple(rows), "Crossovers", "Curves")


def _levels(plot: Description) -> Table:
    rows = (Row(level.name, (Cell(level.formula), Cell(level.value))) for level in plot.levels)
    return Table((Column("Formula"), Column(plot.y.label)), tuple(rows), "Levels", "Level")


def _areas(plot: Description) -> Table:
    rows = (Row(plain(area.label), (Cell(area.source), Cell(area.where))) for area in plot.areas)
    return Table((Column("Of"), Column("Where")), tuple(rows), plot.title, "Largest term")
