"""When what an associative scan makes is ready: so many applications of its operator one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from symcost.analysis.dependence import Linear, Span, spans
from symcost.analysis.depth.activity import Activity, Made, Step, Within
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Peak, Ready, latest, seen
from symcost.analysis.depth.recurrence import Recurrence, advanced, at_first
from symcost.analysis.depth.timing import Given, Timing
from symcost.analysis.depth.walks import Walk
from symcost.associative import AssociativeScan
from symcost.expressions import ONE, normal
from symcost.parallel_prefix import ALGORITHMS
from symcost.tensor import Node


def associative_scan(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """So many applications of the operator after what it takes; of the sequential algorithm one for each step."""
    scan: AssociativeScan = node.operation  # type: ignore[assignment]
    axes, (made,) = tuple(tensor.axes for tensor in node.inputs), node.outputs
    sizes, length = timing.sizes(made.axes), scan.length(axes)
    time, one_by_one = scan.place % len(made.axes), scan.algorithm == "sequential"
    own = Span.at(Linear.along(time))
    read = [(*span[:time], own, *span[time + 1 :]) if one_by_one else span for span in spans(scan, axes, (made.axes,))]
    factors, terms = (
        [ready for each in times if (ready := seen(each, span, sizes, timing.order))]
        for times, span in zip(before, read, strict=True)
    )
    start = latest((*factors, *terms), sizes, timing.order)
    once = timing.latencies.of_application(scan, axes) * (within.turn if timing.by_layer else ONE)
    levels = scan.levels(length)
    steps = normal(once * levels)
    whole = Activity(node, within.names, start, sizes, node.cost, steps, within.around)
    done = [replace(whole, levels=levels, partial=True)]
    if not one_by_one:
        behind = (each.later(steps, (Step(within.names, steps),)) for each in start)
        together = not any(ready.ramps or ready.only_last for times in before for ready in times)
        together = together and ALGORITHMS[scan.algorithm].least_levels(length)
        return Made([tuple(replace(each, exact=each.exact and together, only_last=True) for each in behind)], done)
    applied = Walk(once, via=(Step(within.names, once),))
    loop = Recurrence(time, length, (ONE,), {(0, 0): Peak(once, applied.via)})
    timing.loops += loop.loops(timing.order)
    return Made([latest(_in_turn(start, terms, applied, loop, timing.order), sizes, timing.order)], done)


def _in_turn(
    start: Iterable[Ready], terms: Iterable[Ready], applied: Walk, loop: Recurrence, order: Order
) -> Iterator[Ready]:
    """One application after another: the first step takes none, but hands on what it adds."""
    (round_,) = loop.ways(order)[0][0]
    for each in terms:
        yield from advanced(at_first(each, loop.now, order), round_, loop, order)
    onward = applied.then(round_, order)
    for each in start:
        if any(loop.now in dict(ramp.place.steps) for ramp in each.ramps):
            yield from (replace(made, exact=False) for made in advanced(each, onward, loop, order))
        else:
            yield from advanced(each, onward.then(Walk(delay=ONE), order), loop, order)
