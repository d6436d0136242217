"""What stands beside the frame of a plot: the names of curves and levels, each at the height at which its line ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symcost.render.plots.description import Description, Point
from symcost.render.plots.frame import Frame, Place
from symcost.render.plots.styles import LEVEL, Style, style
from symcost.render.plots.words import name_lines, plain, short_formula
from symcost.render.sheet import Prose


@dataclass(frozen=True, slots=True)
class Name:
    """A name beside the frame: its lines, a formula below them, and the look and the end of what it names.

    What is called as its formula is written has no lines.
    """

    lines: tuple[str, ...]
    formula: Prose
    style: Style
    end: Point

    @property
    def shorter(self) -> tuple[Name, Name]:
        """The same without the formula, and in one line."""
        if not self.lines:
            return self, self
        first, *more = self.lines
        line = f"{first} ..." if more and not first.endswith("...") else first
        return replace(self, formula=""), replace(self, lines=(line,), formula="")


def names_of(plot: Description) -> list[Name]:
    """The names of all curves and levels that have one."""
    curves = [
        _name(curve.name, curve.formula, style(place), plot.drawn(curve)[-1])
        for place, curve in enumerate(plot.curves)
        if curve.name
    ]
    levels = [_name(level.name, level.formula, LEVEL, (plot.x.upper, level.value)) for level in plot.levels]
    return curves + levels


def _name(name: str, formula: Prose, look: Style, end: Point) -> Name:
    short = short_formula(formula)
    return Name(() if plain(short) == name else tuple(name_lines(name)), short, look, end)


def heights(names: Sequence[Name], frame: Frame, height_of: Callable[[Name], float]) -> tuple[list[Name], list[float]]:
    """The names as long as there is room for, and the height of the middle of each, in widths of the frame."""
    ends = [frame.place(name.end)[1] for name in names]
    choices = [list(names), *map(list, zip(*(name.shorter for name in names), strict=True))]
    sizes = [[height_of(name) for name in chosen] for chosen in choices]
    place = next((place for place, each in enumerate(sizes) if sum(each) <= frame.height), len(sizes) - 1)
    room = max(frame.height, sum(sizes[place]))  # more names than there is room for stand beyond the frame
    return choices[place], spread(ends, sizes[place], frame.height - room, frame.height)


def leader(name: Name, frame: Frame, height: float, gap: float) -> tuple[Place, Place]:
    """The line that leads from the end of a curve to its name, which stands so far beside the frame."""
    return frame.place(name.end), (1 + gap, height)


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
