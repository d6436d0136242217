"""The layout of an unrolled picture: nodes in the columns and rows of a grid, rows upwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symcost.drawing import wording
from symcost.drawing.description import Edge, Grid, Key, Picture
from symcost.drawing.layout import Area, Box, Curve, Layout, Point, box_size, straight

_BETWEEN_COLUMNS, _BETWEEN_ROWS = 30.0, 40.0
_ARC = 0.75  # of the room between rows, that an edge past others in its row takes


def on_grid(picture: Picture, grid: Grid) -> Layout:
    """The layout of a picture on a grid."""
    lines = {node.key: wording.lines(node) for node in picture.nodes}
    sizes = {key: box_size(each) for key, each in lines.items()}
    wide = max((width for width, _ in sizes.values()), default=0)
    high = max((height for _, height in sizes.values()), default=0)
    left = min((column for column, _ in grid.places.values()), default=0)
    top = max((row for _, row in grid.places.values()), default=0)
    right = max((column for column, _ in grid.places.values()), default=0)

    def middle(column: float, row: int) -> Point:
        return Point(
            wide / 2 + (column - left) * (wide + _BETWEEN_COLUMNS), high / 2 + (top - row) * (high + _BETWEEN_ROWS)
        )

    areas: dict[Key, Area] = {}
    for key, (width, height) in sizes.items():
        x, y = middle(*grid.places[key])
        areas[key] = Area(x - width / 2, y - height / 2, width, height)
    boxes = tuple(Box(node, areas[node.key], lines[node.key]) for node in picture.nodes)
    curves = tuple(_curve(edge, grid.places, areas) for edge in picture.edges)
    under = middle(0, 0).y + high / 2 + 1.6 * wording.Style.BODY.value
    headings = tuple((wording.Line(said), Point(middle(column, 0).x, under)) for column, said in grid.headings.items())
    last = middle(right, 0)
    return Layout(last.x + wide / 2, under + 4, boxes, curves, headings)


def _curve(edge: Edge, places: Mapping[Key, tuple[float, int]], areas: Mapping[Key, Area]) -> Curve:
    """Upwards from the top of a box to the bottom of another one; else from side to side."""
    first, last = areas[edge.start], areas[edge.end]
    (start_column, start_row), (end_column, end_row) = places[edge.start], places[edge.end]
    forwards = 1 if end_column >= start_column else -1
    if end_row > start_row:
        start, end = Point(first.middle.x, first.y), Point(last.middle.x, last.y + last.height)
        if _is_free(start, end, [area for key, area in areas.items() if key not in (edge.start, edge.end)]):
            return Curve(edge, start, straight(start, end))
        aside = 0.62 * first.width + _BETWEEN_COLUMNS / 2  # round what is in the way
        return Curve(edge, start, ((start.moved(aside, -30), end.moved(aside, 30), end),))
    start = first.middle.moved(forwards * first.width / 2, 0)
    end = last.middle.moved(-forwards * last.width / 2, 0)
    if end_row == start_row and abs(end_column - start_column) <= 1:
        return Curve(edge, start, straight(start, end))
    if end_row == start_row:
        up = -(first.height / 2 + _ARC * _BETWEEN_ROWS)
        return Curve(edge, start, ((start.moved(0, up), end.moved(0, up), end),))
    half = forwards * _BETWEEN_COLUMNS
    return Curve(edge, start, ((start.moved(half, 0), end.moved(-half, 0), end),))


_SAMPLES = 24


def _is_free(start: Point, end: Point, areas: Sequence[Area]) -> bool:
    """Whether no box is on the straight line between two points."""
    for number in range(1, _SAMPLES):
        share = number / _SAMPLES
        x, y = start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)
        if any(area.x < x < area.x + area.width and area.y < y < area.y + area.height for area in areas):
            return False
    return True
