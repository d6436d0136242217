"""Where the formulas of marks and lines find room on a plot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from symcost.render.plots.description import Description, Line
from symcost.render.plots.frame import Box, Frame, Place
from symcost.render.sheet import Prose

_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)  # of a boundary, where its formula may stand, the best first
_NEAR = (0.014, 0.025, 0.04, 0.06, 0.09, 0.13, 0.18, 0.25)  # how far from its place a label may stand, in widths
_PARTS = (-1, -0.5, 0, 0.5, 1)
_SIDES = tuple((side, up) for side in _PARTS for up in _PARTS if 1 in (abs(side), abs(up)))
_MET = 0.02  # how far away a label rather stands than on so much of a line, in widths for each hundredth
_HEAVY = 25  # how many places of a line a mark weighs
_LED = 0.05  # from how far on a line leads to it


@dataclass(frozen=True, slots=True)
class Label:
    """A formula near a place, or best of all on one of some."""

    said: Prose
    place: Place
    on: tuple[Place, ...] = ()


def labels_of(plot: Description, frame: Frame) -> list[Label]:
    """The formulas of marks and lines: on a boundary, best in its middle; near the upper end of what is dotted."""
    return [Label(mark.label, frame.place(mark.at)) for mark in plot.marks] + [
        _label(line, frame) for line in plot.lines
    ]


def _label(line: Line, frame: Frame) -> Label:
    places = sorted(map(frame.place, line.points))
    (x, y), (right, top) = places[0], places[-1]
    if line.dotted:
        return Label(line.label, places[-1])
    on = tuple((x + (right - x) * share, y + (top - y) * share) for share in _SHARES)
    return Label(line.label, on[0], on)


def ways_of(plot: Description, frame: Frame) -> list[list[Place]]:
    """The lines on which no label should stand: curves, levels, and what leads from a mark down to its size."""
    down = ([mark.at, (mark.at[0], plot.y.lower)] for mark in plot.marks)
    across = ([(plot.x.lower, level.value), (plot.x.upper, level.value)] for level in plot.levels)
    return [frame.way(points) for points in (*map(plot.drawn, plot.curves), *down, *across)]


def placed(
    labels: Sequence[Label], rooms: Sequence[Place], lines: Sequence[Sequence[Place]], frame: Frame,
    taken: Iterable[Box] = (),
) -> list[Box]:  # fmt: skip
    """Room for labels so wide and so high: on no line, on no other label, on nothing taken, as far as there is room.

    >>> from symcost.render.plots.frame import Scale
    >>> frame = Frame(Scale(0, 1, False), Scale(0, 1, False), 1.0)
    >>> one, other = placed([Label("one", (0.5, 0.5)), Label("other", (0.5, 0.5))], [(0.2, 0.1)] * 2, [], frame)
    >>> one.overlap(other) > 0
    False
    """
    points = [place for line in lines for place in line]
    points += [label.place for label in labels if not label.on for _ in range(_HEAVY)]
    found = list(taken)
    begin = len(found)
    for label, room in zip(labels, rooms, strict=True):
        found.append(min(_candidates(label, *room), key=lambda box: _cost(box, label.place, points, found, frame)))
    return found[begin:]


def _candidates(label: Label, width: float, height: float) -> Iterator[Box]:
    """Where a label may stand, the better places first."""
    middles = [*label.on]
    for far in _NEAR:
        for side, up in _SIDES:
            x, y = label.place
            middles.append((x + side * (width / 2 + far), y + up * (height / 2 + far)))
    return (Box(x - width / 2, y - height / 2, width, height) for x, y in middles)


def _cost(box: Box, place: Place, points: Sequence[Place], others: Sequence[Box], frame: Frame) -> float:
    """How bad some room for a label is: off the frame, on another label, on a line, far away."""
    whole = Box(0.005, 0.005, 0.99, frame.height - 0.01)
    outside = box.width * box.height - box.overlap(whole)
    covered = sum(box.overlap(other) for other in others)
    met = sum(map(box.holds, points))
    return 1e6 * outside + 1e5 * covered + _MET * met + box.distance(place)


def led(label: Label, box: Box) -> tuple[Place, Place] | None:
    """The line that leads from a place to its label, if that is far away."""
    return (label.place, box.nearest(label.place)) if box.distance(label.place) > _LED else None
