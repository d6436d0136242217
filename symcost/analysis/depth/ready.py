"""When a tensor is ready: after so many steps, and later and later along time where a loop made it.

Along time a tensor may be ready as a ramp: at each step of time so many steps of computing later. A ramp is a place,
linear in the tensor's axes, which counts the steps of time gone by since the loop began, and the loops that fill them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr

from symcost.analysis.depth.loops import Filled, Loop, Way, as_good, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.places import Linear, Span
from symcost.expressions import ONE, ZERO, normal

Sizes: TypeAlias = Mapping[int, Expr]  # of axes, by their number from the front; those of scans are below 0


@dataclass(frozen=True)
class Ramp:
    """Loops since a place was 0, up to the place ``top``: there it ends. Below 0 nothing is there."""

    place: Linear
    top: Expr
    loops: tuple[Loop, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """What equal ramps have in common."""
        return self.place, self.top, frozenset((loop.latency, loop.delay) for loop in self.loops)


@dataclass(frozen=True)
class Ready:
    """Ready after so many steps, and those of its ramps; ``via`` is the way.

    It is never too early; where it is not ``exact`` it may be later than need be.
    """

    latency: Expr = ZERO
    ramps: tuple[Ramp, ...] = ()
    via: Way = ()
    exact: bool = True
    only_last: tuple[Linear, Expr] | None = None  # a place, and its last: so late is only that, others are before
    slack: tuple[Expr, ...] = ()  # exact where none of these is below 0
    where: tuple[Linear, ...] = ()  # it counts only where none of these places is below 0
    rough: bool = False  # some places may be there before

    @property
    def shape(self) -> tuple[object, ...]:
        """What equal ones have in common, but for how many steps."""
        return (*(ramp.shape for ramp in self.ramps), self.where, self.exact, self.only_last)

    def later(self, steps: Expr, via: Way = ()) -> Ready:
        """So many steps later."""
        if steps == 0:
            return self
        return replace(self, latency=self.latency + steps, via=joined(self.via, via))


Times: TypeAlias = tuple[Ready, ...]  # the latest of them counts; none at all is never waited for

AT_ONCE: Times = (Ready(),)


def joined(one: Way, other: Way) -> Way:
    """One way after another."""
    return (one, other) if one and other else one or other


def resting(sizes: Sequence[Expr]) -> Sizes:
    """The sizes of a tensor's axes by their number."""
    return dict(enumerate(sizes))


def end_of(place: Linear, sizes: Sizes, *, last: bool = True) -> Expr:
    """The furthest or the nearest that a place goes."""
    reached = place.offset
    for axis, step in place.steps:
        if (step.is_negative is True) != last:
            reached += step * (sizes[axis] - ONE)
    return normal(reached)


def latest(times: Iterable[Ready], sizes: Sizes, order: Order) -> Times:
    """Those that are not certainly earlier than another one; of equal ramps the later."""
    kept: list[Ready] = []
    for each in times:
        alike = next((n for n, other in enumerate(kept) if other.shape == each.shape), None)
        if alike is not None:
            kept[alike] = _later_of(kept[alike], each, order)
        elif not any(_covers(other, each, sizes, order) for other in kept):
            kept = [other for other in kept if not _covers(each, other, sizes, order)] + [each]
    return tuple(kept)


def _later_of(one: Ready, other: Ready, order: Order) -> Ready:
    if order.at_least(one.latency, other.latency):
        return one
    if order.at_least(other.latency, one.latency):
        return other
    return replace(one, latency=order.larger(one.latency, other.latency))


def _covers(one: Ready, other: Ready, sizes: Sizes, order: Order) -> bool:
    """Whether one is ready no earlier than another, wherever that one is."""
    if len(one.ramps) < len(other.ramps) or not {*one.where} <= {*other.where}:
        return False
    gained = ZERO
    pairs = _paired(one.ramps, other.ramps)
    if sum(ramp is not None for _, ramp in pairs) < len(other.ramps):
        return False
    for mine, ramp in pairs:
        if ramp is None:  # what is there from the beginning gains at least what it has there
            start = end_of(mine.place, sizes, last=False)
            if not order.at_least(start, ZERO) or not order.at_least(mine.top, ZERO):
                return False
            gained += filled(mine.loops, start, order).steps if order.at_least(mine.top, start) else ZERO
        elif (more := _gained(mine, ramp, sizes, order)) is None:
            return False
        else:
            gained += more
    return order.at_least(one.latency + gained, other.latency)


def _paired(ramps: Iterable[Ramp], others: Iterable[Ramp]) -> list[tuple[Ramp, Ramp | None]]:
    """Each ramp with one of the others along the same axes, if one is left."""
    left, pairs = list(others), list[tuple[Ramp, Ramp | None]]()
    for ramp in ramps:
        place = next((n for n, each in enumerate(left) if each.place.steps == ramp.place.steps), None)
        pairs.append((ramp, None if place is None else left.pop(place)))
    return pairs


def _gained(one: Ramp, other: Ramp, sizes: Sizes, order: Order) -> Expr | None:
    """By how many steps one ramp is higher than another at least, which may be below 0, wherever that one is.

    None where that is not certain. A ramp is ahead of another where both rise, and ends so much later or earlier.
    """
    if not all(any(as_good(mine, loop, order) for mine in one.loops) for loop in other.loops):
        return None
    ahead, longer = normal(one.place.offset - other.place.offset), normal(one.top - other.top)
    least = ahead if order.at_least(longer, ahead) else longer if order.at_least(ahead, longer) else None
    if order.at_least(ahead, ZERO) and order.at_least(longer, ZERO):
        return filled(one.loops, ahead, order).steps if least is ahead else ZERO
    there = order.at_least(ahead, ZERO) or order.at_least(end_of(one.place, sizes, last=False), ZERO)
    if least is None or not there or len(one.loops) != 1 or one.loops[0].delay != 1:
        return None
    return normal(one.loops[0].latency * least)


# --- read through an operation ---------------------------------------------------------------------------------------


def seen(ready: Ready, spans: Sequence[Span], sizes: Sizes, order: Order) -> Ready | None:
    """When what an operation reads is there, by the axes of its output, of these sizes; None if it reads nothing."""
    latency, via, ramps, exact, only_last = ready.latency, ready.via, list[Ramp](), ready.exact, ready.only_last
    if only_last:
        place, last = _put(only_last[0], spans, sizes), only_last[1]
        exact, only_last = exact and order.at_least(end_of(place, sizes), last), (place, last)
    for ramp in ready.ramps:
        place = _put(ramp.place, spans, sizes)
        if _is_at_top(ramp, end_of(place, sizes, last=False), order):
            place = Linear(ramp.top)  # wherever one is
        if not place.is_fixed:
            ramps.append(replace(ramp, place=place))
            exact = exact and all(step.is_integer is not False for _, step in place.steps)
            exact = exact and (_is_dense(ramp, spans) or order.at_least(ramp.top, end_of(place, sizes)))
            continue
        if order.at_least(-ONE, place.offset):
            return None
        steps = _reached(ramp, normal(order.larger(place.offset, ZERO)), order)
        latency, via, exact = latency + steps.steps, joined(via, rounds(ramp.loops, steps)), exact and steps.exact
    where = [_put(place, spans, sizes) for place in ready.where]
    if any(order.at_least(-ONE, end_of(place, sizes)) for place in where):
        return None
    left = tuple(
        each for each in where if not each.is_fixed and not order.at_least(end_of(each, sizes, last=False), ZERO)
    )
    rough = ready.rough and (bool(ramps) or bool(left))
    if only_last and only_last[0].is_fixed:
        only_last = None
    return Ready(latency, tuple(ramps), via, exact, only_last, ready.slack, left, rough)


def _is_at_top(ramp: Ramp, nearest: Expr, order: Order) -> bool:
    """Whether a ramp has ended at the nearest place that is read."""
    return order.at_least(ramp.top, ZERO) and order.at_least(nearest, ramp.top)


def _is_dense(ramp: Ramp, spans: Sequence[Span]) -> bool:
    """Whether, of several places that are read, each is next to the one before: the last of all is among them."""
    ranges = (abs(step) for axis, step in ramp.place.steps if axis >= 0 and spans[axis].first != spans[axis].last)
    return all(step == ONE for step in ranges)


def _put(place: Linear, spans: Sequence[Span], sizes: Sizes) -> Linear:
    """A place by the axes of an output: the last that is read where it rises, the first where it falls."""
    offset, steps = place.offset, dict[int, Expr]()
    for axis, times in place.steps:
        span = spans[axis] if axis >= 0 else Span.at(Linear.along(axis))
        read = span.first if times.is_negative else span.last
        offset += times * read.offset
        for other, each in read.steps:
            if sizes.get(other) != ONE:
                steps[other] = steps.get(other, ZERO) + times * each
    return Linear.of(offset, steps)


def _reached(ramp: Ramp, place: Expr, order: Order) -> Filled:
    """The steps of a ramp at a place, at most at its top."""
    if order.at_least(ramp.top, place):
        return filled(ramp.loops, place, order)
    made = filled(ramp.loops, ramp.top, order)
    return made if order.at_least(place, ramp.top) else replace(made, exact=False)


def rounds(loops: Iterable[Loop], made: Filled) -> Way:
    """The loops on a way, and how many steps they take in all."""
    found = tuple(loops)
    return (Rounds(found, made.steps),) if found else ()


@dataclass(frozen=True)
class Rounds:
    """Loops gone round as often as time allows, and the steps of computing that this takes."""

    loops: tuple[Loop, ...]
    steps: Expr


@dataclass(frozen=True)
class Peak:
    """When the last place of a tensor is ready; exact where time has at least ``least`` steps of it to offer."""

    latency: Expr
    via: Way = ()
    exact: bool = True
    slack: tuple[Expr, ...] = ()  # exact where none of these is below 0


def peak(ready: Ready, sizes: Sizes, order: Order) -> Peak:
    """When the last place is ready."""
    made = Peak(ready.latency, ready.via, ready.exact, ready.slack)
    for ramp in ready.ramps:
        place = end_of(ramp.place, sizes)
        steps = _reached(ramp, place, order)
        reached = ramp.top if order.at_least(place, ramp.top) else place
        made = Peak(
            made.latency + steps.steps,
            joined(made.via, rounds(ramp.loops, steps)),
            made.exact and steps.exact,
            (*made.slack, normal(reached - steps.least)),
        )
    return made
