"""What is done again and again: sooner or later each time is as much later as the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from sympy import Expr, Integer

from symcost.analysis.depth.activity import Activity, Made, Series, Step, Within
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.ready import AT_ONCE, Ramp, Ready, Times, latest
from symcost.analysis.depth.timing import Given, Timing
from symcost.analysis.places import Linear
from symcost.expressions import ONE, ZERO, normal
from symcost.structure import Repetition
from symcost.tensor import Node, Tensor

Once: TypeAlias = Callable[..., Made]  # what comes of one time, given when all is there; weights too, if they count
_MOST_TIMES = 6  # that a repetition is followed before it must have become regular


def repeated(timing: Timing, node: Node, before: Given, inner: Within, once: Once) -> Made:
    """A layer again and again: sooner or later each time makes everything later by the same number of steps."""
    operation: Repetition = node.operation  # type: ignore[assignment]
    count, times = operation.count, list(before)
    most = int(count) if timing.unfolded and count.is_Integer else _MOST_TIMES
    done: list[list[Activity]] = []
    for number in range(most + 1):
        if count == number:
            return Made(times, _numbered(done, inner) if timing.unfolded else _all_times(timing, done, count, inner))
        made = once(times)
        done.append(made.done)
        later = _evenly_later(timing, times, made.outputs, once)
        if later is not None and not timing.unfolded:
            outputs = [
                _so_often(some, steps, normal(count - number), inner) for some, steps in zip(times, later, strict=True)
            ]
            return Made(outputs, _all_times(timing, done, count, inner, once(made.outputs).done))
        times = made.outputs
    steps = timing.depth(operation.equation, inner)
    return one_by_one(timing, steps, count, node.outputs, times, inner, once)


def _numbered(done: Iterable[list[Activity]], within: Within) -> list[Activity]:
    """What is done in each of several times, by its number."""
    return [named(each, within, number) for number, some in enumerate(done, 1) for each in some]


def named(activity: Activity, within: Within, number: int) -> Activity:
    """With the number of the time in its names."""
    return replace(activity, names=(*within.names, str(number), *activity.names[len(within.names) :]))


def _all_times(
    timing: Timing, done: list[list[Activity]], count: Expr, within: Within, after: Iterable[Activity] = ()
) -> list[Activity]:
    """What is done each time, with an axis for the times: from what is done the first ones, and the time after these.

    No time is earlier than one before. So what holds one up holds up all from that one on; and what is later in the
    time after the last goes on being later.
    """
    found: dict[tuple[str, ...], Activity] = {}
    later = {each.names: {ready.shape: ready.latency for ready in each.start} for each in after}
    for number, some in enumerate(done):
        for each in some:
            axis = each.axis()
            moved = later.get(each.names, {}) if number == len(done) - 1 else {}
            start = [
                _from_then(ready, axis, number, count, moved.get(ready.shape, ready.latency)) for ready in each.start
            ]
            sizes = {**each.sizes, axis: count}
            known = found.get(each.names)
            made = latest((*(known.start if known else ()), *start), sizes, timing.order)
            found[each.names] = replace(each, start=made, sizes=sizes, repeated=(*each.repeated, axis))
    return [named(each, within, 1) for each in found.values()]


def _from_then(ready: Ready, axis: int, number: int, count: Expr, later: Expr) -> Ready:
    """From a time on; each time later by as much as the next."""
    steps = normal(later - ready.latency)
    if number == 0 and steps == 0:
        return ready
    place = Linear(Integer(-number), ((axis, ONE),))
    ramp = Ramp(place, normal(count - ONE - number), (Loop(steps, ONE),) if steps != 0 else ())
    return replace(ready, ramps=(*ready.ramps, ramp))


def _so_often(times: Times, steps: Expr, count: Expr, within: Within) -> Times:
    """So many steps later, so often."""
    once = normal(steps * count)
    return tuple(each.later(once, (Step(within.names, once),)) for each in times)


def _evenly_later(timing: Timing, before: Given, after: Given, once: Once) -> list[Expr] | None:
    """By how much each tensor is later than the time before, if that will stay so.

    It does if all are equally much later, as nothing but the time has changed. If some are not later at all, and wait
    for none of the others, they only hold the others up; and what is later already is held up no more.
    """
    steps = [_later_by(old, new) for old, new in zip(before, after, strict=True)]
    if None in steps:
        return None
    found = [each for each in steps if each is not None]
    if len({*found}) == 1:
        return found
    moving = [place for place, each in enumerate(found) if each != 0]
    even = len({found[place] for place in moving}) == 1 and timing.order.at_least(found[moving[0]], ONE)
    return found if even and not _held_up(len(found), moving, once) else None


def _later_by(old: Times, new: Times) -> Expr | None:
    by_shape = {each.shape: each.latency for each in old}
    if by_shape.keys() != {each.shape for each in new}:
        return None
    found = {normal(each.latency - by_shape[each.shape]) for each in new} or {ZERO}
    return found.pop() if len(found) == 1 else None


def _held_up(count: int, moving: list[int], once: Once) -> bool:
    """Whether something waits for some inputs that is not among the outputs at these places."""
    given = [AT_ONCE if place in moving else () for place in range(count)]
    made = once(given, False).outputs
    return any(times for place, times in enumerate(made) if place not in moving)


def one_by_one(
    timing: Timing, once: Expr, count: Expr, tensors: Sequence[Tensor], given: Given, within: Within, last: Once
) -> Made:
    """As if each time waited for all of the one before: never too early."""
    steps = normal(count * once)
    before = timing.last(given, tensors)
    made = Ready(before.latency, (), before.via, exact=False).later(steps, (Step(within.names, steps),))
    begun = normal(before.latency + steps - once)
    done = last([(Ready(begun),)] * len(given)).done
    return Made([(made,)] * len(tensors), at_last(done, within, before.latency, begun, count))


def at_last(done: Iterable[Activity], within: Within, since: Expr, last: Expr, count: Expr) -> list[Activity]:
    """What is done in the last of so many times, which begins at a step, as the first did at another."""
    place = len(within.names)
    return [replace(each, series=Series(since, last, count, len(each.names) - place)) for each in done]
