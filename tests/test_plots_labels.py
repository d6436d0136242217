"""Labels: none on another, all where they are looked for."""

from __future__ import annotations

import itertools

import plots
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcost.render.plots.beside import heights, names_of, spread
from symcost.render.plots.frame import Scale, frame_of
from symcost.render.plots.labels import labels_of, placed, ways_of

SHARES = st.floats(0, 1)


@given(st.lists(st.tuples(SHARES, st.floats(0.01, 0.1)), min_size=1, max_size=10))
def test_spread_labels_keep_their_order_and_lie_on_no_other(labels):
    wanted, sizes = zip(*labels, strict=True)
    found = spread(wanted, sizes, 0, 1)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for one, other in itertools.pairwise(order):
        assert found[other] - found[one] >= (sizes[one] + sizes[other]) / 2 - 1e-6
    for middle, size in zip(found, sizes, strict=True):
        assert size / 2 - 1e-6 <= middle <= 1 - size / 2 + 1e-6


@given(SHARES, st.floats(0.01, 0.1))
def test_a_label_alone_stands_where_it_is_wanted(wanted, size):
    assert spread([wanted], [size], -1, 2) == [pytest.approx(wanted, abs=1e-8)]


@pytest.mark.parametrize("kind", plots.KINDS)
@pytest.mark.parametrize("height", [0.56, 0.9])
def test_formulas_lie_on_no_other_and_within_the_frame(kind, height):
    plot = plots.KINDS[kind]()
    frame = frame_of(plot, height)
    labels = labels_of(plot, frame)
    boxes = placed(labels, [(0.2, 0.05)] * len(labels), ways_of(plot, frame), frame)
    for one, other in itertools.combinations(boxes, 2):
        assert one.overlap(other) == 0
    for box in boxes:
        assert 0 <= box.left <= box.left + box.width <= 1
        assert 0 <= box.bottom <= box.bottom + box.height <= frame.height


def test_the_formula_of_a_crossover_stands_beside_the_curves():
    plot = plots.crossing()
    frame = frame_of(plot, 0.6)
    (label,) = labels_of(plot, frame)
    (box,) = placed([label], [(0.2, 0.04)], ways_of(plot, frame), frame)
    assert not any(box.holds(place) for way in ways_of(plot, frame) for place in way)
    assert box.distance(label.place) < 0.1


@pytest.mark.parametrize(("count", "lines"), [(2, 2), (8, 2), (20, 1)])
def test_names_are_as_long_as_there_is_room_for(count, lines):
    plot = plots.named(*(f"a name of more than a line, {number}" for number in range(count)))
    frame = frame_of(plot, 0.6)
    names, middles = heights(names_of(plot), frame, lambda name: 0.03 * (len(name.lines) + (name.formula != "")))
    assert {len(name.lines) for name in names} == {lines}
    assert all(name.lines[0].endswith(" ...") == (lines == 1) for name in names)
    assert len(set(middles)) == count
    assert (names[0].formula != "") == (count == 2)


def test_a_scale_shares_its_length():
    assert Scale(10, 1000, True).share(100) == pytest.approx(0.5)
    assert Scale(10, 30, False).share(20) == 0.5
