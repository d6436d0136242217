"""Where everything in a drawing stands: boxes, the lines between them, and their labels; y goes downwards."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from symcost.drawing import wording
from symcost.drawing.description import Edge, Node


class Point(NamedTuple):
    """A point, in points of 1/72 inch."""

    x: float
    y: float

    def moved(self, x: float, y: float) -> Point:
        """Further to the right and down."""
        return Point(self.x + x, self.y + y)


@dataclass(frozen=True)
class Area:
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def moved(self, x: float, y: float) -> Area:
        """Further to the right and down."""
        return replace(self, x=self.x + x, y=self.y + y)


@dataclass(frozen=True)
class Box:
    """A node, where it stands, and its lines: in the middle, or in the corner where something is inside."""

    node: Node
    area: Area
    lines: tuple[wording.Line, ...]

    def moved(self, x: float, y: float) -> Box:
        """Further to the right and down."""
        return replace(self, area=self.area.moved(x, y))


@dataclass(frozen=True)
class Curve:
    """An edge: Bezier curves one after the other, each by two points of control and its end; and its label."""

    edge: Edge
    start: Point
    bends: tuple[tuple[Point, Point, Point], ...]
    label: Area | None = None

    def moved(self, x: float, y: float) -> Curve:
        """Further to the right and down."""
        bends = tuple((a.moved(x, y), b.moved(x, y), c.moved(x, y)) for a, b, c in self.bends)
        label = self.label.moved(x, y) if self.label else None
        return replace(self, start=self.start.moved(x, y), bends=bends, label=label)


@dataclass(frozen=True)
class Layout:
    """All of it; boxes come after those that they are inside of."""

    width: float
    height: float
    boxes: tuple[Box, ...] = ()
    curves: tuple[Curve, ...] = ()
    headings: tuple[tuple[wording.Line, Point], ...] = ()  # of columns, by the middle of each

    def moved(self, x: float, y: float) -> Layout:
        """Further to the right and down."""
        return replace(
            self, boxes=tuple(each.moved(x, y) for each in self.boxes),
            curves=tuple(each.moved(x, y) for each in self.curves),
            headings=tuple((line, at.moved(x, y)) for line, at in self.headings),
        )  # fmt: skip


LINE_HEIGHT = 1.35  # of its size
LABEL = wording.Style.BODY
_MARGIN = 10.0  # in a box, on either side
_LEAST_WIDTH, _LEAST_HEIGHT = 54.0, 30.0


def text_height(lines: Iterable[wording.Line]) -> float:
    """How high lines of text are together."""
    return sum(line.style.value * LINE_HEIGHT for line in lines)


def text_width(lines: Iterable[wording.Line]) -> float:
    """How wide the widest of them is."""
    return max((wording.width(line.prose, line.style) for line in lines), default=0)


def box_size(lines: Sequence[wording.Line]) -> tuple[float, float]:
    """The width and height of a box around its lines."""
    return max(text_width(lines) + 2 * _MARGIN, _LEAST_WIDTH), max(text_height(lines) + _MARGIN, _LEAST_HEIGHT)


def straight(*points: Point) -> tuple[tuple[Point, Point, Point], ...]:
    """Straight lines from the first point to the next ones."""
    return tuple((start, end, end) for start, end in itertools.pairwise(points))


def swung(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """A curve that leaves and arrives upright."""
    half = (start.y + end.y) / 2
    return Point(start.x, half), Point(end.x, half), end
