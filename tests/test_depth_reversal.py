"""Which places wait for a place: the other way round than which places it depends on, for every operation."""

from __future__ import annotations

import itertools

import pytest
from sympy import Integer, floor

from symcost.analysis.depth.reversal import turned
from symcost.analysis.places import Linear, Spans
from symcost.analysis.spans import spans
from symcost.axes import Axes, Axis
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.views import Concat, Flip, Pad, Slice, Window


def axes(**sizes: int) -> Axes:
    return tuple(Axis(name, Integer(size)) for name, size in sizes.items())


def put(place: Linear, at: tuple[int, ...]) -> int:
    return int(floor(place.offset + sum(step * at[axis] for axis, step in place.steps)))


def holds(found: Spans, at: tuple[int, ...], place: tuple[int, ...]) -> bool:
    return all(put(span.first, at) <= here <= put(span.last, at) for span, here in zip(found, place, strict=True))


CASES: list[tuple[Operation, tuple[Axes, ...]]] = [
    (Einsum("t i, h i -> t h"), (axes(t=4, i=3), axes(h=2, i=3))),
    (Einsum("t h, s h -> t s"), (axes(t=3, h=2), axes(s=4, h=2))),
    (Elementwise("add"), (axes(t=3, h=2), axes(h=2))),
    (Reduce("add", (-1,), False), (axes(t=3, h=2),)),
    (Window(-1, Integer(3), Integer(2), Integer(1), "k"), (axes(t=7),)),
    (Slice(-1, Integer(2), Integer(3)), (axes(t=7),)),
    (Pad(-1, Integer(2), Integer(1)), (axes(t=4),)),
    (Flip(-1), (axes(t=5),)),
    (Concat(-1), (axes(t=2), axes(t=3))),
]


@pytest.mark.parametrize(("operation", "inputs"), CASES, ids=lambda each: getattr(each, "name", ""))
def test_every_place_that_depends_on_one_is_among_those_that_wait_for_it(
    operation: Operation, inputs: tuple[Axes, ...]
) -> None:
    made = operation.outputs(*inputs)
    read = spans(operation, inputs, made)
    for own, needed in zip(inputs, read, strict=True):
        back = turned(needed, own, made[0])
        for at in itertools.product(*(range(int(axis.size)) for axis in made[0])):
            for place in itertools.product(*(range(int(axis.size)) for axis in own)):
                if holds(needed, at, place):
                    assert holds(back, place, at)
