"""Where the points of a plot lie on paper."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.errors import RenderError
from symcost.render.plots.description import Axis, Description, Point

Place: TypeAlias = tuple[float, float]

_LARGEST = 1e300  # a float ends at 1.8e308
_MARGIN = 0.04  # of a scale, beyond what is shown
_FINE = 0.01  # how far apart points lie that stand for a line, in widths of the frame


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis on paper: which number is at its beginning, and which at its end."""

    lower: float
    upper: float
    is_log: bool

    def share(self, value: float) -> float:
        """Where a number lies, between 0 and 1.

        >>> Scale(1, 100, True).share(10)
        0.5
        """
        if self.is_log:
            return math.log(value / self.lower) / math.log(self.upper / self.lower)
        return (value - self.lower) / (self.upper - self.lower)


def scale_of(axis: Axis, margin: float, least: float) -> Scale:
    """The scale of an axis, with a margin on both sides; a logarithmic one ends at ``least`` times its begin or later.

    Raises:
        RenderError: a number is too large.
    """
    lower, upper = number(axis.lower), number(axis.upper)
    if axis.is_log:
        room = max((upper / lower) ** margin, math.sqrt(least * lower / upper))
        return Scale(lower / room, upper * room, True)
    room = (upper - lower) * margin or 1.0
    return Scale(lower if lower == 0 else lower - room, upper + room, False)


def number(value: Expr) -> float:
    """An exact number as one that can be drawn.

    Raises:
        RenderError: it is too large.
    """
    if abs(value) > _LARGEST:
        raise RenderError("a number of more than 300 digits", where="plot", remedy="choose smaller sizes")
    return float(value)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on paper, in widths of the frame."""

    left: float
    bottom: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """How much two rectangles share."""
        across = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        up = min(self.bottom + self.height, other.bottom + other.height) - max(self.bottom, other.bottom)
        return max(across, 0) * max(up, 0)

    def holds(self, place: Place) -> bool:
        """Whether a place lies in it."""
        return 0 <= place[0] - self.left <= self.width and 0 <= place[1] - self.bottom <= self.height

    def distance(self, place: Place) -> float:
        """How far a place is from its nearest edge; 0 within it."""
        x, y = place
        across = max(self.left - x, x - self.left - self.width, 0)
        return math.hypot(across, max(self.bottom - y, y - self.bottom - self.height, 0))

    def nearest(self, place: Place) -> Place:
        """Its place that is nearest to another one."""
        x, y = place
        return min(max(x, self.left), self.left + self.width), min(max(y, self.bottom), self.bottom + self.height)

    @property
    def middle(self) -> Place:
        """Its middle."""
        return self.left + self.width / 2, self.bottom + self.height / 2


@dataclass(frozen=True)
class Frame:
    """The frame of a plot: its scales, and its height in widths. Places are in widths, from the lower left corner."""

    x: Scale
    y: Scale
    height: float

    def place(self, point: Point) -> Place:
        """Where a point lies."""
        x, y = point
        return self.x.share(number(x)), self.y.share(number(y)) * self.height

    def way(self, points: Iterable[Point]) -> list[Place]:
        """Places along a line through points, close to each other."""
        places = [self.place(point) for point in points]
        found = places[:1]
        for (x, y), (right, top) in itertools.pairwise(places):
            parts = max(1, math.ceil(math.hypot(right - x, top - y) / _FINE))
            found += [(x + (right - x) * part / parts, y + (top - y) * part / parts) for part in range(1, parts + 1)]
        return found


def middle(places: Sequence[Place]) -> Place:
    """The middle of mass of a convex polygon.

    >>> middle([(0, 0), (3, 0), (0, 3)])
    (1.0, 1.0)
    """
    (x, y), *others = places
    weights = [(a - x) * (d - y) - (c - x) * (b - y) for (a, b), (c, d) in itertools.pairwise(others)]
    thirds = [((x + a + c) / 3, (y + b + d) / 3) for (a, b), (c, d) in itertools.pairwise(others)]
    mass = sum(weights)
    across, up = (sum(w * third[k] for w, third in zip(weights, thirds, strict=True)) / mass for k in (0, 1))
    return across, up


def frame_of(plot: Description, height: float) -> Frame:
    """The frame of a plot; areas fill it to its edges."""
    if plot.areas:
        return Frame(scale_of(plot.x, 0.0, 1.0), scale_of(plot.y, 0.0, 1.0), height)
    return Frame(scale_of(plot.x, _MARGIN, 2.0), scale_of(plot.y, _MARGIN, 10.0), height)  # that a constant looks flat
