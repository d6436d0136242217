"""When the numbers in a tensor are known: after which step of the inputs, as a linear function of their place.

A tensor that comes of sequences is known at its latest ``ways``, such as the step t itself or t + d k - d (K - 1) of a
place k in a window. A tensor without ways is known before the first step.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sympy import Expr, Symbol

from symcost.analysis.places import Linear, Spans
from symcost.axes import Axes, bands
from symcost.expressions import ONE, ZERO, exceeds, maximum, normal, same


@dataclass(frozen=True)
class Times:
    """The latest of some linear times; without any, known beforehand: of inputs (``given``), or of weights alone."""

    ways: tuple[Linear, ...] = ()
    given: bool = False


WEIGHTS = Times()  # of what comes of weights and constants alone
BEFOREHAND = Times(given=True)  # of what comes of inputs that are no sequences


def along(axis: int) -> Times:
    """Known step by step along an axis."""
    return Times((Linear.along(axis),), given=True)


def latest(read: Sequence[tuple[Times, Spans]], axes: Axes) -> Times:
    """When what reads some places of tensors is known: with the last of them."""
    ways = [_only(_put(way, places, latest=True), axes) for times, places in read for way in times.ways]
    return Times(_pruned(ways, axes), given=any(times.given for times, _ in read))


def joined(one: Times, other: Times, axes: Axes) -> Times:
    """The later of two, place by place."""
    return Times(_pruned([*one.ways, *other.ways], axes), one.given or other.given)


def _put(way: Linear, places: Spans, *, latest: bool) -> Linear:
    """The time of the last places that are read, or of the first."""
    ends = [
        places[axis].last if latest is not bool(times.is_negative) else places[axis].first for axis, times in way.steps
    ]
    offset, steps = way.offset, dict[int, Expr]()
    for (_, times), end in zip(way.steps, ends, strict=True):
        offset += times * end.offset
        for axis, each in end.steps:
            steps[axis] = steps.get(axis, ZERO) + times * each
    return Linear.of(offset, steps)


def _only(way: Linear, axes: Axes) -> Linear:
    """The same without axes that have one place."""
    return Linear(way.offset, tuple((axis, each) for axis, each in way.steps if axes[axis].size != ONE))


def _pruned(ways: Iterable[Linear], axes: Axes) -> tuple[Linear, ...]:
    """The ways of which none is certainly no later than another."""
    kept: list[Linear] = []
    for way in dict.fromkeys(ways):
        if not any(_no_later(way, other, axes) for other in kept):
            kept = [other for other in kept if not _no_later(other, way, axes)] + [way]
    return tuple(kept)


def _no_later(one: Linear, other: Linear, axes: Axes) -> bool:
    return exceeds(ZERO, most(_less(one, other), axes))


def _less(one: Linear, other: Linear) -> Linear:
    steps = dict(one.steps)
    for axis, each in other.steps:
        steps[axis] = steps.get(axis, ZERO) - each
    return Linear.of(one.offset - other.offset, steps)


def most(value: Linear, axes: Axes) -> Expr:
    """The most that a linear function of places comes to, wherever they are.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> most(Linear.of(ZERO, {0: ONE}), (Axis("t", dimension("T")),))
    T - 1
    """
    offset, steps = value.offset, dict(value.steps)
    for row, column, band in bands(axes):  # a place in a band is bounded by the other: that is done away with first
        each = steps.get(column, ZERO)
        bound = band.before if each.is_negative else band.after
        if each != 0 and bound is not None:
            del steps[column]
            offset += each * (-bound if each.is_negative else bound)
            steps[row] = normal(steps.get(row, ZERO) + each)
    return normal(offset + sum((e * (axes[axis].size - ONE) for axis, e in steps.items() if not e.is_negative), ZERO))


def lag(known: Times, read: Times, places: Spans, axes: Axes) -> Expr:
    """How long before a place of ``axes`` is known the earliest was known that it reads; 0 if it reads none earlier."""
    found = [ZERO]
    for way in known.ways:
        candidates = (most(_less(way, _put(first, places, latest=False)), axes) for first in read.ways)
        found.append(functools.reduce(_shorter, candidates))
    return maximum(found)


def _shorter(one: Expr, other: Expr) -> Expr:
    """The shorter of two lags, both of which are long enough; the first if it is not certain which that is."""
    return other if exceeds(one, other) else one


def is_ahead(known: Times, axes: Axes, over: Symbol) -> bool:
    """Whether a step of a tensor waits for later steps, as far as it has steps."""
    if any(same(axis.size, over) for axis in axes):
        return bool(known.ways) and step_axis(known, axes, over) is None
    return any(way.is_fixed and way.offset.has(over) for way in known.ways)


def step_axis(known: Times, axes: Axes, over: Symbol) -> int | None:
    """The axis along which a tensor is known step by step, if there is one."""
    for place, axis in enumerate(axes):
        if same(axis.size, over) and all(_no_later(way, Linear.along(place), axes) for way in known.ways):
            return place
    return None
