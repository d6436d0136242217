"""Dependence turned round: which places of an operation's output wait for each place of one of its inputs."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symcost.analysis.depth.ready import Sizes, end_of, resting
from symcost.analysis.places import Linear, Span, Spans
from symcost.axes import Axes
from symcost.expressions import ONE, normal


def turned(spans: Spans, read: Axes, made: Axes) -> Spans:
    """For each axis of what is made, the places that depend on a place of what is read; perhaps some more.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> T = dimension("T")
    >>> causal = (Span(Linear(), Linear.along(0)),)
    >>> ((first, last),) = [(each.first, each.last) for each in turned(causal, (Axis("t", T),), (Axis("t", T),))]
    >>> first == Linear.along(0), last.offset
    (True, T - 1)
    """
    sizes = resting([axis.size for axis in made])
    return tuple(_behind(axis, spans, sizes) for axis in range(len(made)))


def _behind(axis: int, spans: Spans, sizes: Sizes) -> Span:
    """The places along one axis: of an input's place p it is known that first <= p <= last."""
    whole = Span.whole(sizes[axis])
    for place, span in enumerate(spans):
        starts, ends = dict(span.first.steps).get(axis), dict(span.last.steps).get(axis)
        begins = None if ends is None else _solved(span.last, axis, ends, place, sizes, last=True)
        stops = None if starts is None else _solved(span.first, axis, starts, place, sizes, last=False)
        if begins is not None and stops is not None and ends is not None and ends.is_negative:
            begins, stops = stops, begins
        if begins is not None or stops is not None:
            return Span(begins or whole.first, stops or whole.last)
    return whole


def _solved(bound: Linear, axis: int, slope: Expr, place: int, sizes: Sizes, *, last: bool) -> Linear:
    """Where along an axis a bound is the place of the input, the other axes as far as they go."""
    others = Linear(bound.offset, tuple(each for each in bound.steps if each[0] != axis))
    reached = end_of(others, sizes, last=last)
    return Linear.of(normal(-reached / slope), {place: ONE / slope})


def within(back: Sequence[Span], read: Axes, made: Axes) -> tuple[Linear, ...]:
    """What must not be below 0 for a place that depends on one of the input to be one of the output."""
    found: list[Linear] = []
    for axis, span in enumerate(back):
        same = any(span == Span.at(Linear.along(n)) and each.size == made[axis].size for n, each in enumerate(read))
        if not same and not (span.first.is_fixed and span.last.is_fixed):
            found += [Linear.along(axis), Linear(normal(made[axis].size - ONE), ((axis, -ONE),))]
    return tuple(found)
