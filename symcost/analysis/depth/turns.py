"""What goes on and on: recurrences over time, associative scans, repetitions, prefixes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Expr, Integer

from symcost.analysis.depth.activity import Activity, Made, Step, Within
from symcost.analysis.depth.prefix_scan import associative_scan
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ready, Times, latest, seen
from symcost.analysis.depth.recurrence import Recurrence, read_later, recurred
from symcost.analysis.depth.repetition import at_last, named, one_by_one, repeated
from symcost.analysis.depth.timing import Given, Timing, loops
from symcost.analysis.places import Linear, Span
from symcost.associative import AssociativeScan
from symcost.axes import Axes
from symcost.differentiation.structured import Iteration
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Operation
from symcost.prefixes import LENGTH, Prefixes
from symcost.recurrence import Scan
from symcost.structure import Repetition
from symcost.tensor import Node


def _scan(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """A recurrence: first when each carry is there, then what each step makes of it."""
    scan: Scan = node.operation  # type: ignore[assignment]   # by the table below
    now, step, count = -1 - within.around, scan.step, scan.sequences
    timing.loop_sizes[now] = scan.length
    inner = replace(within, layers=False, around=within.around + 1)
    axes = [tensor.axes for tensor in node.inputs]
    slices = [sliced(timing, times, own, scan, now) for times, own in zip(before[:count], axes, strict=False)]
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
    return Made([over_time(times, scan, now) for times in made], done)


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


def sliced(timing: Timing, times: Times, axes: Axes, scan: Scan, now: int) -> Times:
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


def over_time(times: Times, scan: Scan, now: int) -> Times:
    """What the steps hand out, with the loop's axis among its own."""
    front = scan.front
    place = Linear(normal(scan.length - ONE), ((front, -ONE),)) if scan.reverse else Linear.along(front)

    def numbered(own: Linear) -> Linear:
        return _renumbered(own, front, now, place)

    return tuple(
        replace(
            each,
            ramps=tuple(replace(ramp, place=numbered(ramp.place)) for ramp in each.ramps),
            where=tuple(map(numbered, each.where)),
            only_last=(numbered(each.only_last[0]), each.only_last[1]) if each.only_last else None,
        )
        for each in times
    )


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
    operation: Repetition = node.operation  # type: ignore[assignment]
    inner = replace(within, layers=True)

    def once(given: Given, alone: bool = weights) -> Made:
        return timing.again(operation.equation, given, inner, weights=alone)

    return repeated(timing, node, before, inner, once)


def _iteration(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    operation: Iteration = node.operation  # type: ignore[assignment]
    inner = replace(within, layers=True)

    def once(given: Given, alone: bool = True) -> Made:
        ready = given[0] if given else AT_ONCE
        return timing.again(operation.equation, [ready] * len(operation.equation.inputs), inner, weights=alone)

    made = one_by_one(
        timing, timing.depth(operation.equation, inner), operation.count, node.inputs, before, inner, once
    )
    return Made([made.outputs[0]] * len(node.outputs) if made.outputs else [], made.done)


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
    done = timing.again(whole, [(Ready(last),)] * len(whole.inputs), inner).done
    return Made(made, at_last(done, inner, start.latency, last, operation.length))


def _every_prefix(timing: Timing, operation: Prefixes, since: Expr, within: Within) -> list[Activity]:
    """What is done for each prefix: all that takes part of the sequence waits for the prefix before."""
    done: list[Activity] = []
    for length in range(1, int(operation.length) + 1):
        equation = operation.on_prefix(Integer(length))
        given = [(Ready(since),)] * len(equation.inputs)
        made = timing.through(equation, given, within)
        done += [named(each, within, length) for each in made.done]
        since = timing.last(made.outputs, equation.outputs).latency
    return done


TURNS: dict[type[Operation], Callable[..., Made]] = {
    Scan: _scan,
    AssociativeScan: associative_scan,
    Repetition: _repetition,
    Prefixes: _prefixes,
    Iteration: _iteration,
}
"""What holds an equation and goes through it more than once; a new one is a row."""
