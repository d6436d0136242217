"""How much later something may begin than it can: its mobility, or slack."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Activity
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ramp, Ready, Sizes, peak
from symcost.analysis.places import Linear
from symcost.expressions import ONE, ZERO, normal

Mobility = Mapping[str, Expr]  # by the names of what is done


def mobility(early: Iterable[Activity], late: Iterable[Activity], depth: Expr, order: Order) -> Mobility:
    """By how many steps each operation may begin later at least, all of its places alike, and the depth is the same.

    That is what the longest way through any of its places leaves of the depth: 0 on a critical path. What is not told
    is left out. ``late`` counts steps from the end, and loops and times from the last.
    """
    behind = {each.names: each for each in late}
    found: dict[str, Expr] = {}
    for each in early:
        other = behind.get(each.names)
        if other is not None and each.is_told and other.is_told:
            ways = _ways(each, _from_the_first(other), order)
            found[".".join(each.names)] = normal(order.larger(ZERO, normal(depth - sympify(order.largest(ways)))))
    return found


def _from_the_first(late: Activity) -> Activity:
    """With loops and times counted from the first, and the steps of time of a graph."""

    def turned(place: Linear) -> Linear:
        offset, steps = place.offset, dict(place.steps)
        for axis, step in place.steps:
            if axis < 0 or late.node is None:
                offset += step * (late.sizes[axis] - ONE)
                steps[axis] = -step
        return Linear.of(offset, steps)

    start = (
        replace(each, ramps=tuple(replace(ramp, place=turned(ramp.place)) for ramp in each.ramps),
                where=tuple(map(turned, each.where)))
        for each in late.start
    )  # fmt: skip
    return replace(late, start=tuple(start))


def _ways(early: Activity, late: Activity, order: Order) -> Iterator[Expr]:
    """How long the longest way is through the places at which two of their ways meet."""
    sizes = {**late.sizes, **early.sizes}
    for one, other in itertools.product(early.start, late.start):
        both = (*one.where, *other.where, *(ramp.place for ramp in (*one.ramps, *other.ramps)))
        if _are_apart(both, sizes, order):
            continue
        steps, left = one.latency + other.latency, list(other.ramps)
        for ramp in one.ramps:
            place = next((n for n, each in enumerate(left) if _is_opposite(each, ramp)), None)
            steps += _peak(ramp, sizes, order) if place is None else _along_both(ramp, left.pop(place), sizes, order)
        yield normal(steps + sum(_peak(ramp, sizes, order) for ramp in left))


def _are_apart(places: Iterable[Linear], sizes: Sizes, order: Order) -> bool:
    """Whether along some axis what must not be below 0 never is so for all together."""
    found: dict[int, tuple[list[Expr], list[Expr]]] = {}
    for place in places:
        if len(place.steps) == 1 and abs(place.steps[0][1]) == ONE:
            ((axis, step),) = place.steps
            first, last = found.setdefault(axis, ([ZERO], [normal(sizes[axis] - ONE)]))
            (first if step == ONE else last).append(normal(-place.offset if step == ONE else place.offset))
    return any(order.at_least(one, other + 1) for first, last in found.values() for one in first for other in last)


def _is_opposite(one: Ramp, other: Ramp) -> bool:
    """Whether one rises along the axis where another falls, both evenly."""
    even = all(
        len(each.loops) == 1 and each.loops[0].delay == 1 and len(each.place.steps) == 1 for each in (one, other)
    )
    return even and one.place.steps[0] == (other.place.steps[0][0], -other.place.steps[0][1])


def _along_both(one: Ramp, other: Ramp, sizes: Sizes, order: Order) -> Expr:
    """The most steps of two even ramps together, one of which rises where the other falls: at an end of both."""
    rising, falling = (one, other) if one.place.steps[0][1] == ONE else (other, one)
    length = sizes[rising.place.steps[0][0]]
    first = sympify(order.largest([ZERO, normal(-rising.place.offset)]))
    last = normal(length - ONE)
    last = falling.place.offset if order.at_least(last, falling.place.offset) else last
    ends = [
        rising.loops[0].latency * (place + rising.place.offset)
        + falling.loops[0].latency * (falling.place.offset - place)
        for place in (first, last)
    ]
    return sympify(order.largest(map(normal, ends)))


def _peak(ramp: Ramp, sizes: Sizes, order: Order) -> Expr:
    return peak(Ready(ramps=(ramp,)), sizes, order).latency
