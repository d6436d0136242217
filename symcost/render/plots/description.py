"""What a plot says: axes, curves, marks, levels, areas and lines between them. It knows no library and no format.

Places are exact: sympy numbers, as the formulas give them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.render.sheet import Prose

Point: TypeAlias = tuple[Expr, Expr]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it shows, from where to where, and whether on a logarithmic scale."""

    label: Prose
    lower: Expr
    upper: Expr
    is_log: bool = True

    def has(self, place: Expr) -> bool:
        """Whether a place can be shown: there is no zero on a logarithmic scale."""
        return bool(place > 0) if self.is_log else True


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve through points, from the left to the right or as a size grows; a staircase if it is ``stepped``."""

    name: str
    points: tuple[Point, ...]
    formula: Prose = ""
    stepped: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where curves meet, with its formula, and the names of the curves."""

    at: Point
    label: Prose
    curves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A height that a line across the plot shows: its name, its formula."""

    name: str
    value: Expr
    formula: Prose = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A convex part of a map, by its corners: what holds there, from what it comes, and where it lies."""

    label: Prose
    corners: tuple[Point, ...]
    source: str = ""
    where: Prose = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A thin line with a formula: the boundary of two areas; ``dotted``, one size on each of the curves in turn."""

    label: Prose
    points: tuple[Point, ...]
    dotted: bool = False


@dataclass(frozen=True)
class Description:
    """What stands on a plot. ``caption`` are the sizes and the convention for which it holds."""

    x: Axis
    y: Axis
    curves: tuple[Curve, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[Level, ...] = ()
    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    title: str = ""
    caption: tuple[Prose, ...] = ()

    def visible(self, curve: Curve) -> tuple[Point, ...]:
        """The points of a curve that the axes can show."""
        return tuple(point for point in curve.points if self.x.has(point[0]) and self.y.has(point[1]))

    def drawn(self, curve: Curve) -> tuple[Point, ...]:
        """The corners of a curve as it is drawn: a staircase goes on at the same height up to the next point."""
        points = self.visible(curve)
        return tuple(_corners(points)) if curve.stepped else points


def _corners(points: tuple[Point, ...]) -> Iterator[Point]:
    """A staircase: a point says what holds from there on."""
    yield from points[:1]
    for (_, before), (x, y) in itertools.pairwise(points):
        yield x, before
        yield x, y
