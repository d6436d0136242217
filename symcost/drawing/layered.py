"""The layout of a picture in levels, what is computed first at the bottom; a node with an inside around its own layout.

A line passes through the levels between its ends in slots of its own, and its label has one right above its start: so
that nothing covers anything.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from symcost.drawing import wording
from symcost.drawing.description import Edge, Key, Kind, Node, Picture
from symcost.drawing.layout import (
    LABEL,
    LINE_HEIGHT,
    Area,
    Box,
    Curve,
    Layout,
    Point,
    box_size,
    straight,
    swung,
    text_height,
    text_width,
)
from symcost.drawing.ordering import Joint, Level, ordered
from symcost.drawing.placing import Chain, Slot, placed

_GAP, _MOST = 11.0, 34.0  # between levels
_STEEPNESS = 0.25
_PADDING = 10.0  # inside of a box that holds a picture
_LOOP = 22.0  # how far a loop reaches out
_LOOP_HEIGHT = 24.0
_PASSING = 4.0  # half the room of a line that passes
_BESIDE = 5.0  # between a line and its label
_STRAIGHT = 4.0  # how much more a line through levels should be straight
_APART = 16.0  # lines that end in one box


def layered(picture: Picture, header: Sequence[wording.Line] = ()) -> Layout:
    """The layout of a picture; a header stands in the upper left corner."""
    return _Levels(picture, tuple(header)).layout()


@dataclass(frozen=True)
class _Sized:
    """A node, how large its box is, its lines, and the layout of what is inside of it."""

    node: Node
    width: float
    height: float
    lines: tuple[wording.Line, ...]
    inside: Layout | None = None
    ports: dict[Key, float] | None = None  # how far the ports are from the middle

    @classmethod
    def of(cls, node: Node, loops: int) -> _Sized:
        lines = wording.lines(node)
        if node.kind is Kind.PORT:
            return cls(node, 0, 0, ())
        if not node.inside:
            width, height = box_size(lines)
            return cls(node, width, max(height, loops * _LOOP_HEIGHT), lines)
        inside = layered(node.inside, lines)
        width, height = inside.width + 2 * _PADDING, inside.height
        ports = {
            box.node.key: box.area.middle.x + _PADDING - width / 2
            for box in inside.boxes if box.node.kind is Kind.PORT and box.node.key[:-1] == node.key
        }  # fmt: skip
        return cls(node, width, height, lines, inside, ports)


@dataclass(frozen=True)
class _Line(Chain):
    """An edge between nodes of the picture, and the slots that it passes through."""

    edge: Edge


class _Levels:
    """A picture put into levels: ranks of nodes, and between them levels for labels."""

    def __init__(self, picture: Picture, header: tuple[wording.Line, ...]) -> None:
        self.picture, self.header = picture, header
        self.owner = dict(_owners(picture))
        loops: dict[int, list[Edge]] = defaultdict(list)
        self.forward, self.back = list[Edge](), list[Edge]()
        for edge in picture.edges:
            start, end = self.owner[edge.start], self.owner[edge.end]
            if start == end:
                loops[start].append(edge)
            else:
                (self.back if edge.delays else self.forward).append(edge)
        self.loops = loops
        self.sized = [_Sized.of(node, len(loops[number])) for number, node in enumerate(picture.nodes)]
        self.slots = [self._slot(number) for number in range(len(self.sized))]

    def _slot(self, number: int) -> Slot:
        sized = self.sized[number]
        aside = max((_LOOP + _BESIDE + _label_width(edge) for edge in self.loops[number]), default=0)
        least = _PASSING if sized.node.kind is Kind.PORT else 0
        return Slot(sized.width / 2 + least, sized.width / 2 + least + aside, sized.height)

    @cached_property
    def ranks(self) -> list[int]:
        """The rank of each node: behind all that lead to it; what nothing leads to right in front of the first user.

        What comes into the picture is in front of all, what goes out behind all.
        """
        import networkx  # only who draws pays for it

        graph = networkx.DiGraph()
        graph.add_nodes_from(range(len(self.sized)))
        graph.add_edges_from((self.owner[edge.start], self.owner[edge.end]) for edge in self.forward)
        ports = [number for number in graph if self._is_port(number) and not self._goes_out(number)]
        sources = [number for number in graph if not graph.in_degree(number) and not self._is_port(number)]
        graph.add_edges_from((port, source) for port in ports for source in sources)
        ranks = [0] * len(self.sized)
        for rank, generation in enumerate(networkx.topological_generations(graph)):
            for number in generation:
                ranks[number] = rank
        fed = {self.owner[edge.end] for edge in self.back}
        for number in set(sources) - fed:
            ranks[number] = min((ranks[each] - 1 for each in graph.successors(number)), default=ranks[number])
        last = {number for number in graph if self._is_port(number) and self._goes_out(number)}
        last |= {self.owner[edge.start] for edge in self.back}
        top = max((rank + (number not in last) for number, rank in enumerate(ranks)), default=0)
        return [top if number in last else rank for number, rank in enumerate(ranks)]

    def _is_port(self, number: int) -> bool:
        return self.sized[number].node.kind is Kind.PORT

    def _goes_out(self, port: int) -> bool:
        return int(self.sized[port].node.key[-1]) < 0

    # --- levels ---

    def layout(self) -> Layout:
        """Slots for lines and labels, an order, places; then boxes and curves."""
        lines = [self._line(edge) for edge in self.forward]
        levels: list[Level] = [[] for _ in range(2 * max(self.ranks, default=0) + 1)]
        for number, rank in enumerate(self.ranks):
            levels[2 * rank].append(number)
        for line in lines:
            for level, slot in enumerate(line.passes, 2 * self.ranks[line.start] + 1):
                levels[level].append(slot)
        joints = [joint for line in lines for joint in _joints(line)]
        levels = ordered(levels, joints)
        if self.header:
            levels[-1].insert(0, len(self.slots))
            self.slots.append(Slot(0, text_width(self.header), text_height(self.header) + _PADDING))
        x = placed(levels, self.slots, joints, lines)
        return self._drawn(levels, x, lines)

    def _line(self, edge: Edge) -> _Line:
        """An edge, with a slot in each level between its ends: the first one has room for the label."""
        start, end = self.owner[edge.start], self.owner[edge.end]
        first = len(self.slots)
        between = 2 * (self.ranks[end] - self.ranks[start]) - 1
        height = LABEL.value * LINE_HEIGHT if edge.label else 0
        passing = Slot(_PASSING, _PASSING)
        label = Slot(_PASSING, _BESIDE + _label_width(edge), height) if edge.label else passing
        self.slots += [label, *[passing] * (between - 1)]
        shifts = tuple((self.sized[n].ports or {}).get(key, 0.0) for n, key in ((start, edge.start), (end, edge.end)))
        return _Line(start, end, (shifts[0], shifts[1]), tuple(range(first, first + between)), edge)

    # --- drawing ---

    def _drawn(self, levels: Sequence[Level], x: Sequence[float], lines: Sequence[_Line]) -> Layout:
        heights = [max((self.slots[slot].height for slot in level), default=0) for level in levels]
        if self.sized and self._is_port(levels[0][0]):
            heights[0] = 0
        where = {slot: level for level, row in enumerate(levels) for slot in row}
        fixed = self._ends(lines, x)
        gaps = self._gaps(lines, x, where, fixed)
        reached = 0.0
        bands: list[tuple[float, float]] = []
        for height, gap in zip(reversed(heights), reversed([0, *gaps]), strict=True):
            bands.insert(0, (reached, reached + height))
            reached += height + gap
        areas = [self._area(number, x[number], bands[where[number]]) for number in range(len(self.sized))]
        boxes = [box for number, area in enumerate(areas) for box in self._boxes(number, area)]
        curves = [curve for number, area in enumerate(areas) for curve in self._inner_curves(number, area)]
        for line in lines:
            bounds = [bands[where[slot]] for slot in (line.start, *line.passes, line.end)]
            curves.append(self._curve(line, areas, x, bounds, fixed[line]))
        width = max((x[slot] + self.slots[slot].right for level in levels for slot in level), default=0)
        return self._with_feedback(Layout(width, reached, tuple(boxes), tuple(curves)), areas)

    def _gaps(
        self, lines: Sequence[_Line], x: Sequence[float], where: Mapping[int, int], fixed: Mapping[_Line, float]
    ) -> list[float]:
        """The room above each level but the last: more where lines swing further."""
        swings = [0.0] * (2 * max(self.ranks, default=0))
        for line in lines:
            places = [x[line.start] + line.shifts[0], *(x[slot] for slot in line.passes), x[line.end] + fixed[line]]
            for level, (one, other) in enumerate(itertools.pairwise(places), where[line.start]):
                swings[level] = max(swings[level], abs(other - one))
        return [min(_GAP + _STEEPNESS * swing, _MOST) for swing in swings]

    def _area(self, number: int, x: float, band: tuple[float, float]) -> Area:
        sized, (top, bottom) = self.sized[number], band
        if self._is_port(number):  # at the edge of the picture
            top = bottom = top if self._goes_out(number) else bottom
        return Area(x - sized.width / 2, (top + bottom - sized.height) / 2, sized.width, sized.height)

    def _boxes(self, number: int, area: Area) -> Iterator[Box]:
        sized = self.sized[number]
        yield Box(sized.node, area, sized.lines)
        if sized.inside:
            yield from sized.inside.moved(area.x + _PADDING, area.y).boxes

    def _inner_curves(self, number: int, area: Area) -> Iterator[Curve]:
        sized = self.sized[number]
        if sized.inside:
            yield from sized.inside.moved(area.x + _PADDING, area.y).curves
        for place, edge in enumerate(self.loops[number]):
            share = area.height / len(self.loops[number])
            yield _loop(edge, Point(area.x + area.width, area.y + share * (place + 0.5)))

    def _ends(self, lines: Sequence[_Line], x: Sequence[float]) -> dict[_Line, float]:
        """Where lines end in their boxes, from the middle: side by side, in the order in which they come."""
        coming: dict[int, list[_Line]] = defaultdict(list)
        for line in lines:
            coming[line.end].append(line)
        found: dict[_Line, float] = {}
        for number, several in coming.items():
            several.sort(key=lambda line: x[line.passes[-1]])
            apart = min(_APART, 0.7 * self.sized[number].width / len(several))
            for place, line in enumerate(several):
                fixed = self.sized[number].inside or self._is_port(number)
                found[line] = line.shifts[1] if fixed else (place - (len(several) - 1) / 2) * apart
        return found

    def _curve(
        self, line: _Line, areas: Sequence[Area], x: Sequence[float], bounds: Sequence[tuple[float, float]], end: float
    ) -> Curve:
        """A line: upright through each level, swung between them."""
        first, last = areas[line.start], areas[line.end]
        start = Point(x[line.start] + line.shifts[0], first.y)
        points = [(start, Point(start.x, bounds[0][0]))]
        points += [(Point(x[s], b), Point(x[s], t)) for s, (t, b) in zip(line.passes, bounds[1:-1], strict=True)]
        end_x = x[line.end] + end
        points.append((Point(end_x, bounds[-1][1]), Point(end_x, last.y + last.height)))
        bends: list[tuple[Point, Point, Point]] = []
        reached = start
        turns = [
            place for one, other in itertools.pairwise(points) if one[1].x != other[0].x for place in (one[1], other[0])
        ]
        for place in (*turns, points[-1][1]):
            bends += [swung(reached, place)] if place.x != reached.x else straight(reached, place)
            reached = place
        return Curve(line.edge, start, tuple(bends), self._label(line.edge, x[line.passes[0]], bounds[1]))

    def _label(self, edge: Edge, x: float, band: tuple[float, float]) -> Area | None:
        if not edge.label:
            return None
        height = LABEL.value * LINE_HEIGHT
        return Area(x + _BESIDE, (band[0] + band[1] - height) / 2, _label_width(edge), height)

    def _with_feedback(self, layout: Layout, areas: Sequence[Area]) -> Layout:
        """Edges back in time, from the top round the right side to the bottom."""
        if not self.back:
            return layout
        x, curves = layout.width + _LOOP, list(layout.curves)
        for edge in self.back:
            first, last = areas[self.owner[edge.start]], areas[self.owner[edge.end]]
            start, end = Point(first.middle.x, first.y), Point(last.middle.x, last.y + last.height)
            over, under = Point(x, start.y), Point(x, end.y)
            bends = (
                (start.moved(0, -_LOOP), over.moved(0, -_LOOP), over),
                *straight(over, under),
                (under.moved(0, _LOOP), end.moved(0, _LOOP), end),
            )
            height, width = LABEL.value * LINE_HEIGHT, _label_width(edge)
            label = Area(x + _BESIDE, (start.y + end.y - height) / 2, width, height)
            curves.append(Curve(edge, start, bends, label))
            x += _BESIDE + width + _LOOP
        grown = Layout(x - _LOOP, layout.height + 2 * _LOOP, layout.boxes, tuple(curves))
        return grown.moved(0, _LOOP)


def _owners(picture: Picture) -> Iterator[tuple[Key, int]]:
    """The nodes of the picture by their keys and those of their ports."""
    for number, node in enumerate(picture.nodes):
        yield node.key, number
        for inner in node.inside.nodes if node.inside else ():
            if inner.kind is Kind.PORT:
                yield inner.key, number


def _joints(line: _Line) -> Iterator[Joint]:
    slots = (line.start, *line.passes, line.end)
    for place, (below, above) in enumerate(itertools.pairwise(slots)):
        first, last = place == 0, place == len(slots) - 2
        shifts = line.shifts[0] if first else 0.0, line.shifts[1] if last else 0.0
        yield Joint(below, above, *shifts, weight=1 if first or last else _STRAIGHT)


def _label_width(edge: Edge) -> float:
    return wording.width(edge.label, LABEL) if edge.label else 0


def _loop(edge: Edge, side: Point) -> Curve:
    """A loop at the right side of a box, from above to below."""
    half = _LOOP_HEIGHT / 3
    start, end = side.moved(0, -half), side.moved(0, half)
    bend = (start.moved(_LOOP, -half / 2), end.moved(_LOOP, half / 2), end)
    height = LABEL.value * LINE_HEIGHT
    label = Area(side.x + _LOOP, side.y - height / 2, _label_width(edge), height)
    return Curve(edge, start, (bend,), label)
