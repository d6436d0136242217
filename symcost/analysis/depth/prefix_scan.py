"""When what an associative scan makes is ready: so many applications of its operator one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sympy import Expr, Integer

from symcost.analysis.depth.activity import Activity, Made, Step, Within
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ramp, Ready, Times, latest, seen
from symcost.analysis.depth.recurrence import Recurrence, advanced, at_first
from symcost.analysis.depth.timing import Given, Timing
from symcost.analysis.depth.walks import Walk
from symcost.analysis.places import Linear, Span
from symcost.analysis.spans import spans
from symcost.associative import AssociativeScan
from symcost.axes import Axes
from symcost.cost import Cost
from symcost.expressions import ONE, ZERO, normal
from symcost.parallel_prefix import ALGORITHMS, begun
from symcost.rounding import rounds
from symcost.tensor import Node

_MOST_STEPS = 4096  # of which each level is looked at


def associative_scan(timing: Timing, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
    """So many applications of the operator after what it takes; of the sequential algorithm one for each step."""
    scan: AssociativeScan = node.operation  # type: ignore[assignment]
    axes, (out,) = tuple(tensor.axes for tensor in node.inputs), node.outputs
    sizes, time, one_by_one = timing.sizes(out.axes), scan.place % len(out.axes), scan.algorithm == "sequential"
    own = Span.at(Linear.along(time))
    read = [(*span[:time], own, *span[time + 1 :]) if one_by_one else span for span in spans(scan, axes, (out.axes,))]
    factors, terms = (
        [ready for each in times if (ready := seen(each, span, sizes, timing.order))]
        for times, span in zip(before, read, strict=True)
    )
    start = latest((*factors, *terms), sizes, timing.order)
    once = timing.latencies.of_application(scan, axes) * (within.turn if timing.by_layer else ONE)
    whole = Activity(node, within.names, start, sizes, node.cost, once, within.around)
    if one_by_one:
        return _applied_in_turn(timing, whole, terms, time)
    return _applied_at_once(timing, whole, before, (factors, terms), time)


def _applied_in_turn(timing: Timing, whole: Activity, terms: Iterable[Ready], time: int) -> Made:
    """An application for each step but the first, each behind the one before."""
    length, applied = whole.sizes[time], Walk(whole.steps, via=(Step(whole.names, whole.steps),))
    loop = Recurrence(time, length, (ONE,), {(0, 0): Peak(whole.steps, applied.via)})
    timing.loops += loop.loops(timing.order)
    found = latest(_in_turn(whole.start, terms, applied, loop, timing.order), whole.sizes, timing.order)
    return Made([found], [_one_by_one(whole, found, time, length, timing.order)])


def _applied_at_once(
    timing: Timing, whole: Activity, before: Given, pairs: tuple[list[Ready], list[Ready]], time: int
) -> Made:
    """As many levels as the algorithm has, behind the last of what it takes."""
    scan: AssociativeScan = whole.node.operation  # type: ignore[assignment, union-attr]
    length, algorithm, sizes = whole.sizes[time], ALGORITHMS[scan.algorithm], whole.sizes
    alone = latest(pairs[1], sizes, timing.order)  # what is added, which is all of the first element
    if length == ONE:  # nothing is combined
        return Made([alone], [])
    given = [ready for times in before for ready in times]
    together = not any(ready.ramps or ready.only_last for ready in given)
    rises = not any(_falls(ready, time) for ready in given)
    exact = algorithm.least_levels(length) if together else rises and algorithm.last_in_all(length)
    slack = () if whole.start == alone else (normal(length - ONE - ONE),)
    steps, last = normal(whole.steps * scan.levels(length)), (Linear.along(time), normal(length - ONE))
    made = [
        replace(each, exact=each.exact and exact, only_last=last, slack=(*each.slack, *slack))
        for each in (each.later(steps, (Step(whole.names, steps),)) for each in whole.start)
    ]
    if together and length.is_Integer and length <= _MOST_STEPS:
        return Made([tuple(made)], list(_by_levels(whole, scan, length, *pairs, timing.order)))
    axes = tuple(tensor.axes for tensor in whole.node.inputs)  # type: ignore[union-attr]
    alike = together and len({ready.latency for ready in given}) <= 1
    return Made([tuple(made)], [_at_most(whole, scan, axes, alike)])


def _falls(ready: Ready, time: int) -> bool:
    """Whether it is later at earlier steps."""
    places = [*(ramp.place for ramp in ready.ramps), *(ready.only_last or ())[:1]]
    return any(place.step(time).is_negative for place in places)


def _one_by_one(whole: Activity, made: Times, time: int, length: Expr, order: Order) -> Activity:
    """An application for each step but the first, which is done when what it makes is there."""
    start = tuple(
        _one_ahead(replace(each, latency=normal(each.latency - whole.steps)), time, length, order) for each in made
    )
    return replace(whole, start=start, sizes={**whole.sizes, time: normal(whole.sizes[time] - ONE)})


def _one_ahead(ready: Ready, time: int, length: Expr, order: Order) -> Ready:
    """At each step what is ready at the one after it: of rounds of one step, one more, or less where a ramp falls."""
    latency, ramps = ready.latency, list[Ramp]()
    for ramp in ready.ramps:
        step = ramp.place.step(time)
        whole = len(ramp.place.steps) == 1 and step in (ONE, -ONE) and [loop.delay for loop in ramp.loops] == [1]
        if whole and order.at_least(ramp.place.offset, ZERO if step == ONE else length - ONE):
            latency += step * ramp.loops[0].latency
            ramps.append(replace(ramp, top=normal(ramp.top - step)))
        else:
            ramps.append(replace(ramp, place=ramp.place.moved(time, ONE)))
    where = tuple(place.moved(time, ONE) for place in ready.where)
    return replace(ready, latency=latency, ramps=tuple(ramps), where=where)


def _at_most(whole: Activity, scan: AssociativeScan, axes: tuple[Axes, ...], alike: bool) -> Activity:
    """The most at once of what is done level by level, from the first to the last.

    Of elements that come one by one, each place is at one level at a time.
    """
    length, algorithm = scan.length(axes), ALGORITHMS[scan.algorithm]
    widest = algorithm.width(length) if alike else 2 ** rounds(length)
    steps = normal(whole.steps * algorithm.levels(length))
    cost, share = Cost(work=scan.application(axes) * widest), widest / algorithm.combines(length)
    waits = not algorithm.pads  # what is put behind the elements is there
    return replace(whole, cost=cost, share=share, at_most=True, waits=waits, steps=steps)


def _by_levels(
    whole: Activity, scan: AssociativeScan, length: Expr, factors: Iterable[Ready], terms: Iterable[Ready], order: Order
) -> Iterator[Activity]:
    """Level by level, each as soon as what it takes is there."""
    combines = scan.combines(length)
    for number, (level, count) in enumerate(begun(scan.algorithm, int(length)).items(), 1):
        behind = zip((factors, terms, AT_ONCE), level, strict=True)
        since = [each.later(whole.steps * times) for some, times in behind if times is not None for each in some]
        share = Integer(count) / combines
        start, names = latest(since, whole.sizes, order), (*whole.names, str(number))
        yield replace(whole, names=names, start=start, cost=whole.cost * share, share=share)


def _in_turn(
    start: Iterable[Ready], terms: Iterable[Ready], applied: Walk, loop: Recurrence, order: Order
) -> Iterator[Ready]:
    """One application after another: the first step takes none, but hands on what it adds."""
    (round_,) = loop.ways(order)[0][0]
    for each in terms:
        places = (*(ramp.place for ramp in each.ramps), *each.where)
        begun = [place.offset for place in places if place.steps == ((loop.now, ONE),)]  # from then on it is there
        if not any(order.at_least(-ONE, offset) for offset in begun):
            first = at_first(each, loop.now, order)
            sure = first.exact and all(order.at_least(offset, ZERO) for offset in begun)
            yield from advanced(replace(first, exact=sure), round_, loop, order)
    onward = applied.then(round_, order).then(Walk(delay=ONE), order)
    for each in start:
        yield from advanced(_one_ahead(each, loop.now, loop.length, order), onward, loop, order)
