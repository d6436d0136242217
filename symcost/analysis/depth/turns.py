"""What goes on and on: recurrences over time, associative scans, repetitions, prefixes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sympy import Expr, Integer

from symcost.analysis.dependence import Linear, Span
from symcost.analysis.depth.activity import Activity, Made, Series, Step, Within
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.prefix_scan import associative_scan
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ramp, Ready, Times, latest, seen
from symcost.analysis.depth.recurrence import Recurrence, read_later, recurred
from symcost.analysis.depth.timing import Given, Timing, latest_of, loops
from symcost.associative import AssociativeScan
from symcost.axes import Axes
from symcost.differentiation.structured import Iteration
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Operation
from symcost.prefixes import LENGTH, Prefixes
from symcost.structure import Repetition, Scan
from symcost.tensor import Node

_MOST_TIMES = 6  # that a repetition is followed before it must have become regular


def _scan(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """A recurrence: first when each carry is there, then what each step makes of it."""
    scan: Scan = node.operation  # type: ignore[assignment]   # by the table below
    now, step, count = -1 - within.around, scan.step, scan.sequences
    timing.loop_sizes[now] = scan.length
    inner = replace(within, layers=False, around=within.around + 1)
    axes = [tensor.axes for tensor in node.inputs]
    slices = [_slice(timing, times, own, scan, now) for times, own in zip(before[:count], axes, strict=False)]
    whole = [_whole(timing, times, own) for times, own in zip(before[count:], axes[count:], strict=True)]
    initial, captured = whole[: scan.initial], whole[scan.initial :]
    if not initial:
        initial = [AT_ONCE if weights else ()] * scan.carries
    alone = _turn(timing, node, [*slices, *[()] * scan.carries, *captured], inner, weights=weights)
    sizes = [timing.sizes(tensor.axes) for tensor in step.outputs]
    loop = Recurrence(now, scan.length, scan.delays, _inside(timing, node, inner))
    timing.loops += loop.loops(timing.order)
    made = recurred(loop, alone.outputs, dict(enumerate(initial)), sizes, timing.order)
    later = [(*first, *read_later(made[carry], carry, loop, timing.order)) for carry, first in enumerate(initial)]
    done = _turn(timing, node, [*slices, *later, *captured], inner, weights=weights).done
    return Made([_over_time(times, scan, now) for times in made], done)


def _turn(timing: Timing, node: Node, given: Given, within: Within, *, weights: bool) -> Made:
    """One turn of a loop: where layers are steps, it is one, unless loops within it count."""
    step = node.operation.step  # type: ignore[attr-defined]
    made = timing.through(step, given, within, weights=weights)
    if not timing.by_layer or loops(step):
        return made
    via = (Step(within.names[:-1], within.turn),)
    sizes = timing.sizes(step.outputs[0].axes)
    start = latest((each for times in made.outputs for each in times), sizes, timing.order)
    outputs = [tuple(each.later(within.turn, via) for each in times) for times in made.outputs]
    return Made(outputs, [Activity(node, within.names, start, sizes, step.cost, within.turn, within.around)])


def _inside(timing: Timing, node: Node, within: Within) -> dict[tuple[int, int], Peak]:
    """How long it takes within one step from each carry that is read to what is handed out."""
    scan: Scan = node.operation  # type: ignore[assignment]
    found: dict[tuple[int, int], Peak] = {}
    for read in range(scan.carries):
        alone: list[Times] = [()] * len(scan.step.inputs)
        alone[scan.sequences + read] = AT_ONCE
        made = _turn(timing, node, alone, within, weights=False).outputs
        for place, (times, tensor) in enumerate(zip(made, scan.step.outputs, strict=True)):
            if times:
                found[read, place] = timing.end(times, tensor.axes)
    return found


def _slice(timing: Timing, times: Times, axes: Axes, scan: Scan, now: int) -> Times:
    """A sequence by the number of the step, from the end if the loop runs backwards."""
    front = scan.front
    place = Linear(normal(scan.length - ONE), ((now, -ONE),)) if scan.reverse else Linear.along(now)
    read = [Span.at(place if n == front else Linear.along(n - (n > front))) for n in range(len(axes))]
    sizes = timing.sizes(tuple(axis for n, axis in enumerate(axes) if n != front))
    return tuple(made for each in times if (made := seen(each, read, sizes, timing.order)))


def _whole(timing: Timing, times: Times, axes: Axes) -> Times:
    """What every step reads anew: it waits for all of it."""
    if not any(each.ramps for each in times):
        return times
    return tuple(Ready(each.latency, (), each.via, each.exact, slack=each.slack) for each in timing.ends(times, axes))


def _over_time(times: Times, scan: Scan, now: int) -> Times:
    """What the steps hand out, with the loop's axis among its own."""
    front = scan.front
    place = Linear(normal(scan.length - ONE), ((front, -ONE),)) if scan.reverse else Linear.along(front)
    return tuple(
        replace(each, ramps=tuple(
            replace(ramp, place=_renumbered(ramp.place, front, now, place)) for ramp in each.ramps
        ), where=tuple(_renumbered(one, front, now, place) for one in each.where)) for each in times
    )  # fmt: skip


def _renumbered(place: Linear, front: int, now: int, time: Linear) -> Linear:
    """A place by the axes within a step, by those of the sequence that the steps make."""
    offset, steps = place.offset, dict[int, Expr]()
    for axis, step in place.steps:
        if axis == now:
            offset += step * time.offset
            steps |= {other: step * each for other, each in time.steps}
        else:
            steps[axis + (axis >= front)] = step
    return Linear.of(offset, steps)


# --- again and again -------------------------------------------------------------------------------------------------


def _repetition(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """A layer again and again: sooner or later each time makes everything later by the same number of steps."""
    operation: Repetition = node.operation  # type: ignore[assignment]
    inner = replace(within, layers=True)
    count, times = operation.count, list(before)
    most = int(count) if timing.unfolded and count.is_Integer else _MOST_TIMES
    done: list[list[Activity]] = []
    for number in range(most + 1):
        if count == number:
            return Made(times, _numbered(done, inner) if timing.unfolded else _all_times(timing, done, count, inner))
        made = timing.again(operation.equation, times, inner, weights=weights)
        done.append(made.done)
        later = _evenly_later(timing, operation.equation, times, made.outputs, inner)
        if later is not None and not timing.unfolded:
            outputs = [
                _so_often(some, steps, normal(count - number), inner) for some, steps in zip(times, later, strict=True)
            ]
            after = timing.again(operation.equation, made.outputs, inner, weights=weights).done
            return Made(outputs, _all_times(timing, done, count, inner, after))
        times = made.outputs
    return _one_by_one(timing, operation.equation, operation.count, node, times, inner)


def _numbered(done: Iterable[list[Activity]], within: Within) -> list[Activity]:
    """What is done in each of several times, by its number."""
    return [_named(each, within, number) for number, some in enumerate(done, 1) for each in some]


def _named(activity: Activity, within: Within, number: int) -> Activity:
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
    return [_named(each, within, 1) for each in found.values()]


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


def _evenly_later(timing: Timing, equation: Equation, before: Given, after: Given, within: Within) -> list[Expr] | None:
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
    return found if even and not _held_up(timing, equation, moving, within) else None


def _later_by(old: Times, new: Times) -> Expr | None:
    by_shape = {each.shape: each.latency for each in old}
    if by_shape.keys() != {each.shape for each in new}:
        return None
    found = {normal(each.latency - by_shape[each.shape]) for each in new} or {ZERO}
    return found.pop() if len(found) == 1 else None


def _held_up(timing: Timing, equation: Equation, moving: list[int], within: Within) -> bool:
    """Whether something waits for some inputs that is not among the outputs at these places."""
    given = [AT_ONCE if place in moving else () for place in range(len(equation.inputs))]
    made = timing.again(equation, given, within, weights=False).outputs
    return any(times for place, times in enumerate(made) if place not in moving)


def _one_by_one(timing: Timing, equation: Equation, count: Expr, node: Node, given: Given, within: Within) -> Made:
    """As if each time waited for all of the one before: never too early."""
    once = timing.depth(equation, within)
    steps = normal(count * once)
    before = timing.last(given, node.inputs)
    made = Ready(before.latency, (), before.via, exact=False).later(steps, (Step(within.names, steps),))
    last = normal(before.latency + steps - once)
    return Made([(made,)] * len(node.outputs), _at_last(timing, equation, within, before.latency, last, count))


def _at_last(
    timing: Timing, equation: Equation, within: Within, since: Expr, last: Expr, count: Expr
) -> list[Activity]:
    """What is done in the last of so many times, which begins at a step, as the first did at another."""
    done = timing.again(equation, [(Ready(last),)] * len(equation.inputs), within).done
    place = len(within.names)
    return [replace(each, series=Series(since, last, count, len(each.names) - place)) for each in done]


def _iteration(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    operation: Iteration = node.operation  # type: ignore[assignment]
    inner = replace(within, layers=True)
    return _one_by_one(timing, operation.equation, operation.count, node, before, inner)


def _prefixes(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """One prefix after the other, each waiting for the one before."""
    operation: Prefixes = node.operation  # type: ignore[assignment]
    inner = replace(within, layers=True)
    each, equation = timing.depth(operation.inner, inner, weights=False), operation.inner
    alone = timing.depth(equation, inner, inputs=False)  # of what waits for no input, which can be there before
    steps = normal(operation.over_all(each))
    first = normal(alone.xreplace({LENGTH: ONE}) - each.xreplace({LENGTH: ONE}))
    steps = normal(steps + timing.order.larger(first, ZERO))
    start = timing.last(before, node.inputs)
    ready = Ready(start.latency, (), start.via, start.exact and timing.order.at_least(each + first, alone))
    made: list[Times] = [(ready.later(steps, (Step(inner.names, steps),)),)] * len(node.outputs)
    if timing.unfolded and operation.length.is_Integer:
        return Made(made, _every_prefix(timing, operation, start.latency, inner))
    whole = operation.on_prefix(operation.length)  # the widest
    last = normal(start.latency + steps - timing.depth(whole, inner))
    return Made(made, _at_last(timing, whole, inner, start.latency, last, operation.length))


def _every_prefix(timing: Timing, operation: Prefixes, since: Expr, within: Within) -> list[Activity]:
    """What is done for each prefix: all that takes part of the sequence waits for the prefix before."""
    done: list[Activity] = []
    for length in range(1, int(operation.length) + 1):
        equation = operation.on_prefix(Integer(length))
        given = [(Ready(since),)] * len(equation.inputs)
        made = timing.through(equation, given, within)
        done += [_named(each, within, length) for each in made.done]
        since = latest_of(
            (
                each
                for times, x in zip(made.outputs, equation.outputs, strict=True)
                for each in timing.ends(times, x.axes)
            ),
            timing.order,
        ).latency
    return done


TURNS: dict[type[Operation], Callable[..., Made]] = {
    Scan: _scan,
    AssociativeScan: associative_scan,
    Repetition: _repetition,
    Prefixes: _prefixes,
    Iteration: _iteration,
}
"""What holds an equation and goes through it more than once; a new one is a row."""
