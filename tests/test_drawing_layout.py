"""Layouts of drawings: nothing covers anything, lines lead from box to box."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import drawings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcost.drawing.description import Edge, Kind, Node, Picture
from symcost.drawing.drawing import Drawing
from symcost.drawing.layered import layered
from symcost.drawing.layout import Area, Box, Curve, Layout, Point, text_height, text_width
from symcost.drawing.ordering import Joint, crossings, ordered
from symcost.drawing.placing import Slot, placed

NEAR = 0.01


def overlap(one: Area, other: Area) -> bool:
    return (
        one.x < other.x + other.width - NEAR and other.x < one.x + one.width - NEAR
        and one.y < other.y + other.height - NEAR and other.y < one.y + one.height - NEAR
    )  # fmt: skip


def points(curve: Curve, samples: int = 16) -> Iterator[Point]:
    """Points on a curve."""
    start = curve.start
    for one, two, end in curve.bends:
        for number in range(samples + 1):
            t = number / samples
            weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
            corners = (start, one, two, end)
            yield Point(*(sum(w * c[axis] for w, c in zip(weights, corners, strict=True)) for axis in (0, 1)))
        start = end


def within(point: Point, area: Area) -> bool:
    return (
        area.x + NEAR < point.x < area.x + area.width - NEAR and area.y + NEAR < point.y < area.y + area.height - NEAR
    )


def boxes(layout: Layout) -> list[Box]:
    return [box for box in layout.boxes if box.node.kind is not Kind.PORT]


def holds(outer: Node, inner: Node) -> bool:
    return bool(outer.inside and inner in outer.inside.every_node())


def check(layout: Layout) -> None:
    """Boxes are apart or within one another, labels and lines cover none, and all is on the paper."""
    for one, other in itertools.combinations(boxes(layout), 2):
        if holds(one.node, other.node):
            assert one.area.x < other.area.x, (one, other)
            assert other.area.x + other.area.width < one.area.x + one.area.width, (one, other)
            assert one.area.y < other.area.y, (one, other)
            assert other.area.y + other.area.height < one.area.y + one.area.height, (one, other)
        else:
            assert not overlap(one.area, other.area), (one, other)
    closed = [box.area for box in boxes(layout) if not box.node.inside]
    labels = [curve.label for curve in layout.curves if curve.label]
    for label in labels:
        assert not any(overlap(label, area) for area in closed), label
        assert label.x >= 0 and label.x + label.width <= layout.width + NEAR
        assert label.y >= 0 and label.y + label.height <= layout.height + NEAR
    assert not any(overlap(one, other) for one, other in itertools.combinations(labels, 2))
    for curve in layout.curves:
        assert not any(within(point, area) for point in points(curve) for area in closed), curve.edge
        assert all(-NEAR <= x <= layout.width + NEAR and -NEAR <= y <= layout.height + NEAR for x, y in points(curve))
    for box in layout.boxes:
        assert box.area.x >= -NEAR and box.area.x + box.area.width <= layout.width + NEAR


def check_ends(layout: Layout) -> None:
    """Lines begin at the edge of a box and end at that of another one."""
    areas = {box.node.key: box.area for box in layout.boxes}
    for curve in layout.curves:
        if curve.edge.start in areas and areas[curve.edge.start].height:
            area, start = areas[curve.edge.start], curve.start
            assert area.x - NEAR <= start.x <= area.x + area.width + NEAR
            assert min(abs(start.y - area.y), abs(start.x - area.x - area.width), abs(start.x - area.x)) < NEAR
        if curve.edge.end in areas and not (curve.edge.delays and not areas[curve.edge.end].height):
            area, end = areas[curve.edge.end], curve.bends[-1][-1]
            assert area.x - NEAR <= end.x <= area.x + area.width + NEAR
            assert area.y - NEAR <= end.y <= area.y + area.height + NEAR


@pytest.fixture(scope="module", params=["some", pytest.param("every", marks=pytest.mark.slow)])
def drawn(request: pytest.FixtureRequest) -> list[Drawing]:
    return list(getattr(drawings, request.param)().values())


def test_nothing_covers_anything(drawn: list[Drawing]) -> None:
    for drawing in drawn:
        if drawing.grid is None:
            check(drawing.layout)


def test_unrolled_no_box_covers_another(drawn: list[Drawing]) -> None:
    for drawing in drawn:
        if drawing.grid is not None:
            areas = [box.area for box in drawing.layout.boxes]
            assert not any(overlap(one, other) for one, other in itertools.combinations(areas, 2))


def test_lines_lead_from_box_to_box(drawn: list[Drawing]) -> None:
    for drawing in drawn:
        check_ends(drawing.layout)


def test_what_is_computed_first_is_further_down(drawn: list[Drawing]) -> None:
    for drawing in drawn:
        areas = {box.node.key: box.area for box in drawing.layout.boxes}
        for edge in drawing.picture.edges:
            if not edge.delays and drawing.grid is None:
                assert areas[edge.start].y > areas[edge.end].y


def test_text_has_room_in_its_box(drawn: list[Drawing]) -> None:
    for drawing in drawn:
        for box in boxes(drawing.layout):
            assert text_width(box.lines) < box.area.width
            assert text_height(box.lines) <= box.area.height


@st.composite
def graphs(draw: st.DrawFn) -> Picture:
    """Any picture without cycles, some of its nodes with a loop."""
    count = draw(st.integers(1, 9))
    nodes = tuple(Node((f"node {number}",), "x" * draw(st.integers(0, 40)), Kind.LAYER) for number in range(count))
    pairs = list(itertools.combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=16)) if pairs else []
    edges = [Edge(nodes[one].key, nodes[other].key, ()) for one, other in chosen]
    loops = [Edge(each.key, each.key, delays=(1,)) for each in nodes if draw(st.booleans())]  # type: ignore[arg-type]
    return Picture(nodes, (*edges, *loops))


@given(graphs())
@settings(deadline=None, max_examples=60)
def test_of_any_picture_nothing_covers_anything(picture: Picture) -> None:
    layout = layered(picture)
    check(layout)
    check_ends(layout)
    assert sorted(map(str, (curve.edge for curve in layout.curves))) == sorted(map(str, picture.edges))


# --- orders and places -----------------------------------------------------------------------------------------------


def test_crossings_that_need_not_be_are_gone() -> None:
    levels = [[0, 1, 2], [3, 4, 5]]
    joints = [Joint(0, 5), Joint(1, 4), Joint(2, 3)]
    assert crossings(levels, joints) == 3
    assert crossings(ordered(levels, joints), joints) == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(5, 9)), max_size=14))
@settings(deadline=None)
def test_an_order_is_never_worse_and_counts_pairs_that_cross(pairs: list[tuple[int, int]]) -> None:
    levels = [list(range(5)), list(range(5, 10))]
    joints = [Joint(*pair) for pair in pairs]
    assert crossings(levels, joints) == sum(
        (a - c) * (b - d) < 0 for (a, b), (c, d) in itertools.combinations(pairs, 2)
    )
    found = ordered(levels, joints)
    assert [sorted(level) for level in found] == levels
    assert crossings(found, joints) <= crossings(levels, joints)


@pytest.mark.parametrize("widths", [(10.0, 30.0, 10.0), (5.0,), (40.0, 40.0)])
def test_slots_keep_their_order_and_their_width(widths: tuple[float, ...]) -> None:
    slots = [*(Slot(width, width) for width in widths), Slot(50, 50)]
    level = list(range(len(widths)))
    joints = [Joint(slot, len(widths)) for slot in level]
    x = placed([level, [len(widths)]], slots, joints, [])
    for one, other in itertools.pairwise(level):
        assert x[one] + slots[one].right <= x[other] - slots[other].left
    assert min(each - slot.left for each, slot in zip(x, slots, strict=True)) == 0
    assert x[-1] == pytest.approx(sum(x[:-1]) / len(widths), abs=12)  # amid what it is joined to
