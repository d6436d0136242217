"""Where the points of a plot lie on paper, and where its labels find room."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.errors import RenderError
from symcost.render.plots.description import Axis, Description, Line, Point

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


def scale_of(axis: Axis, margin: float = _MARGIN) -> Scale:
    """The scale of an axis, with a margin on both sides.

    Raises:
        RenderError: a number is too large.
    """
    lower, upper = number(axis.lower), number(axis.upper)
    if axis.is_log:
        room = (upper / lower) ** margin if upper > lower else 2.0
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
    return tuple(sum(w * third[k] for w, third in zip(weights, thirds, strict=True)) / mass for k in (0, 1))


def anchor(line: Line, frame: Frame) -> tuple[Place, bool]:
    """Where the formula of a line stands: on the middle of a boundary, near the upper end of what is dotted."""
    places = sorted(map(frame.place, line.points))
    (x, y), (right, top) = places[0], places[-1]
    return (places[-1], False) if line.dotted else (((x + right) / 2, (y + top) / 2), True)


def frame_of(plot: Description, height: float) -> Frame:
    """The frame of a plot; areas fill it to its edges."""
    margin = 0.0 if plot.areas else _MARGIN
    return Frame(scale_of(plot.x, margin), scale_of(plot.y, margin), height)


# --- labels ----------------------------------------------------------------------------------------------------------

_NEAR = (0.014, 0.025, 0.04, 0.06, 0.09, 0.13, 0.18, 0.25)  # how far from its place a label may stand, in widths
_PARTS = (-1, -0.5, 0, 0.5, 1)
_SIDES = tuple((side, up) for side in _PARTS for up in _PARTS if 1 in (abs(side), abs(up)))
_MET = 0.02  # how far away a label rather stands than on so much of a line, in widths for each hundredth
_HEAVY = 25  # how many places of a line a mark weighs
_LED = 0.05  # from how far on a line leads to it


@dataclass(frozen=True, slots=True)
class Wish:
    """A label that wants to stand near a place, or ``on`` it: how wide and high it is."""

    place: Place
    width: float
    height: float
    on: bool = False


def placed(wishes: Sequence[Wish], lines: Sequence[Sequence[Place]], frame: Frame) -> list[Box]:
    """Room for each label, near its place: on no line and on no other label, as far as there is room.

    >>> frame = Frame(Scale(0, 1, False), Scale(0, 1, False), 1.0)
    >>> one, other = placed([Wish((0.5, 0.5), 0.2, 0.1), Wish((0.5, 0.5), 0.2, 0.1)], [], frame)
    >>> one.overlap(other)
    0
    """
    points = [place for line in lines for place in line]
    points += [wish.place for wish in wishes for _ in range(_HEAVY)]
    found: list[Box] = []
    for wish in wishes:
        found.append(min(_candidates(wish), key=lambda box: _cost(box, wish, points, found, frame)))
    return found


def _candidates(wish: Wish) -> list[Box]:
    at = Box(wish.place[0] - wish.width / 2, wish.place[1] - wish.height / 2, wish.width, wish.height)
    return [at] * wish.on + [
        Box(
            wish.place[0] + (side - 1) * wish.width / 2 + side * far,
            wish.place[1] + (up - 1) * wish.height / 2 + up * far,
            wish.width,
            wish.height,
        )
        for far in _NEAR
        for side, up in _SIDES
    ]


def _cost(box: Box, wish: Wish, points: Sequence[Place], others: Sequence[Box], frame: Frame) -> float:
    """How bad a place for a label is: off the frame, on another label, on a line, far away."""
    whole = Box(0.005, 0.005, 0.99, frame.height - 0.01)
    outside = box.width * box.height - box.overlap(whole)
    covered = sum(box.overlap(other) for other in others)
    met = sum(map(box.holds, points))
    far = box.distance(wish.place)
    return 1e6 * outside + 1e5 * covered + _MET * met + far


def led(wish: Wish, box: Box) -> tuple[Place, Place] | None:
    """The line that leads from a place to its label, if that is far away."""
    return (wish.place, box.nearest(wish.place)) if box.distance(wish.place) > _LED else None


def spread(wanted: Sequence[float], sizes: Sequence[float], lower: float, upper: float) -> list[float]:
    """Middles of labels on a line: near those wanted, in their order, none on another, all between two ends.

    >>> spread([0.5, 0.5], [0.2, 0.2], 0, 1)
    [0.4, 0.6]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[tuple[list[int], float, float]] = []  # members, their whole size, the middle of the group
    for place in order:
        members, size = [place], sizes[place]
        middle = _within(wanted[place], size, lower, upper)
        while groups and groups[-1][2] + groups[-1][1] / 2 > middle - size / 2:
            before, height, _ = groups.pop()
            members, size = before + members, height + size
            middle = _within(_middle(members, wanted, sizes), size, lower, upper)
        groups.append((members, size, middle))
    found = [0.0] * len(wanted)
    for members, size, middle in groups:
        edge = middle - size / 2
        for place in members:
            found[place] = round(edge + sizes[place] / 2, 9)
            edge += sizes[place]
    return found


def _within(middle: float, size: float, lower: float, upper: float) -> float:
    return max(min(middle, upper - size / 2), lower + size / 2)


def _middle(members: Sequence[int], wanted: Sequence[float], sizes: Sequence[float]) -> float:
    """Where a pile of labels is on average nearest to where they are wanted."""
    size = sum(sizes[place] for place in members)
    edge, shifts = 0.0, 0.0
    for place in members:
        shifts += wanted[place] - (edge + sizes[place] / 2)
        edge += sizes[place]
    return shifts / len(members) + size / 2
