"""When the work of an activity is begun: at one step, or every so many steps, from a first one to a last.

What is done several times is looked at time by time as long as it does not come evenly; of what is put together of
parts, each part is looked at by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sympy import Dummy, Expr, Integer, Max, sympify

from symcost.analysis.depth.activity import Activity, is_told
from symcost.analysis.depth.lines import Interval, one_by_one
from symcost.analysis.depth.order import Order, as_number
from symcost.analysis.depth.ready import Ramp, Ready, Sizes, end_of, peak
from symcost.analysis.places import Linear
from symcost.expressions import ONE, ZERO, normal


def intervals(activity: Activity, work: Expr, order: Order) -> Iterator[Interval]:
    """When an activity is begun, and how much at a time; given is the work of one turn of the loops around.

    Where that is not told, it is at most so much.
    """
    sure = not activity.at_most and all(_is_sure(each, order) for each in activity.start)
    found = [_at_times(activity, times, work, order) for times in _times(activity)] if sure else [None]
    if None in found:
        yield _at_any_step(activity, work, order)
        return
    for some in found:
        yield from some or ()


def _times(activity: Activity) -> Iterator[dict[int, Expr]]:
    """The numbers of the times, from 0 on: one by one those before all come evenly, then a symbol for the others."""
    firsts = {axis: 0 for axis in activity.axes if activity.counts_times(axis)}
    for ramp in (ramp for each in activity.start for ramp in each.ramps):
        for axis, _ in ramp.place.steps:
            if axis in firsts:
                firsts[axis] = max(firsts[axis], -int(ramp.place.offset))
    symbols = (Dummy(positive=True, integer=True) + first - 1 for first in firsts.values())
    choices = [[*map(Integer, range(first)), symbol] for first, symbol in zip(firsts.values(), symbols, strict=True)]
    for numbers in itertools.product(*choices):
        yield dict(zip(firsts, numbers, strict=True))


def _at_times(activity: Activity, times: Mapping[int, Expr], work: Expr, order: Order) -> list[Interval] | None:
    """What is done in the times of some numbers; None if it is not known which ways count where."""
    there = [each for ready in activity.start for each in _along(ready, times)]
    parts = _parts(there, activity.sizes, order)
    if parts is None:
        return None
    made_in_all: list[Interval] = []
    for part, ways in parts:
        pieces = _waited_for(ways, activity.sizes, order)
        axes = {axis for each in pieces for ramp in each.ramps for axis, _ in ramp.place.steps}
        found = one_by_one(pieces, axes, activity.sizes, order)
        share = normal(part * activity.share_along({*times, *axes} if found else times, work))
        if found is None:
            found = [_at_most_of(each, len(pieces), activity.sizes, order) for each in pieces]
        for each in found:
            made = replace(each, work=normal(each.work * share))
            for axis, number in times.items():
                made = _repeated(made, number, activity.sizes[axis], order)
            made_in_all.append(made)
    return made_in_all


def _along(ready: Ready, times: Mapping[int, Expr]) -> Iterator[Ready]:
    """One way with the steps of the ramps that count times in it; nothing where it is not there."""
    own: list[Ramp] = []
    steps = ready.latency
    for ramp in ready.ramps:
        axis = ramp.place.steps[0][0]
        if axis not in times:
            own.append(ramp)
            continue
        number = normal(times[axis] + ramp.place.offset)
        if number.is_negative:
            return
        steps += number * sum(loop.latency for loop in ramp.loops)
    yield replace(ready, latency=normal(steps), ramps=tuple(own))


def _parts(pieces: Sequence[Ready], sizes: Sizes, order: Order) -> list[tuple[Expr, list[Ready]]] | None:
    """The parts of an axis of which each has ways of its own, with how much of all they are; None if not known."""
    bounds = [place for each in pieces for place in each.where]
    axes = {axis for place in bounds for axis, _ in place.steps}
    if not axes:
        return [(ONE, list(pieces))]
    if len(axes) > 1 or not {step for place in bounds for _, step in place.steps} <= {ONE, -ONE}:
        return None
    (axis,) = axes
    if any(axis in dict(ramp.place.steps) for each in pieces for ramp in each.ramps):
        return None
    length = sizes[axis]
    if any(len({place.steps for place in each.where}) < len(each.where) for each in pieces):
        return None
    spans = [_span(each.where, length) for each in pieces]
    ends = _sorted({end for first, end in spans for end in (first, end)} | {ZERO, length}, order)
    if ends is None:
        return None
    rank = {end: place for place, end in enumerate(ends)}
    return [
        (normal((end - first) / length), [each for each, (one, other) in zip(pieces, spans, strict=True)
                                          if rank[one] <= place and rank[other] > place])
        for place, (first, end) in enumerate(itertools.pairwise(ends))
    ]  # fmt: skip


def _span(where: Iterable[Linear], length: Expr) -> tuple[Expr, Expr]:
    """From which place on a way counts, and up to which, of the places of an axis."""
    first, end = ZERO, length
    for place in where:
        if place.steps[0][1] == ONE:
            first = normal(-place.offset)
        else:
            end = normal(place.offset + ONE)
    return first, end


def _sorted(places: Iterable[Expr], order: Order) -> list[Expr] | None:
    """Places in their order; None if that is not known."""
    found = sorted(places, key=lambda one: sum(order.at_least(one, other) for other in places))
    return found if all(order.at_least(one, other) for other, one in itertools.pairwise(found)) else None


def _waited_for(pieces: Iterable[Ready], sizes: Sizes, order: Order) -> list[Ready]:
    """The ways without those that are there before all places are."""
    at_once = [each for each in pieces if not each.ramps]
    if not at_once:
        return list(pieces)
    until = sympify(order.largest(each.latency for each in at_once))
    behind = [each for each in pieces if each.ramps and not order.at_least(until, peak(each, sizes, order).latency)]
    return [replace(at_once[0], latency=until), *behind]


def _is_sure(ready: Ready, order: Order) -> bool:
    return is_told(ready) and all(order.at_least(each, ZERO) for each in ready.slack)


def _at_any_step(activity: Activity, work: Expr, order: Order) -> Interval:
    """All of it at any step up to the last; of what is only told at most, from the first that may be."""
    last = sympify(order.largest(peak(each, activity.sizes, order).latency for each in activity.start))
    told = activity.at_most and activity.waits and len(activity.start) == 1
    first = activity.start[0].latency if told else ZERO
    last = normal(last + activity.steps - ONE) if activity.at_most else last
    return Interval(normal(first), ONE, normal(last - first + ONE), normal(work * activity.times), exact=False)


# --- what is done several times, and what does not come evenly -------------------------------------------------------


def _repeated(made: Interval, number: Expr, count: Expr, order: Order) -> Interval:
    """What is done in the time of a number, if that is one, or in all from it on, if it is a symbol from there on."""
    first, _ = number.as_coeff_Add()
    symbol = number - first
    if symbol == 0:
        return made if order.at_least(count, first + 1) else replace(made, slack=(*made.slack, count - first - ONE))
    left = normal(count - first - ONE)
    if not order.at_least(left, ZERO):
        made, left = replace(made, slack=(*made.slack, normal(left - ONE))), Max(ZERO, left)
    later = normal(made.first.xreplace({symbol: symbol + 1}) - made.first)
    if any(each.has(symbol) for each in (later, made.every, made.rounds, made.work)):
        return _at_most(made, symbol, left)
    if later == 0:
        return replace(made, work=normal(made.work * left))
    return replace(made, first=normal(made.first.xreplace({symbol: ONE})), copies=(*made.copies, (left, later)))


def _at_most(made: Interval, symbol: Expr, count: Expr) -> Interval:
    """As if all of it were done at each step from the first of all to the last, and in each time as much as at last."""
    (first, _), (_, last), (one, other) = (
        [normal(each.xreplace({symbol: end})) for end in (ONE, count)] for each in (made.first, made.last, made.work)
    )
    work = one if one == other else Max(one, other, evaluate=False)
    return Interval(first, ONE, normal(last - first + ONE), normal(work * count), made.copies, exact=False)


def _at_most_of(piece: Ready, ways: int, sizes: Sizes, order: Order) -> Interval:
    """The places that come in one of several ways, at the most of them at a step: as if all others came in another."""
    going = [each for each in piece.ramps if any(order.at_least(loop.latency, ONE) for loop in each.loops)]
    if not going:
        return replace(Interval.at(piece.latency, ONE), exact=ways == 1 and not piece.ramps)
    rounds = normal(peak(piece, sizes, order).latency - piece.latency + ONE)
    ramp = going[0]
    axis, step = ramp.place.steps[0]
    if any(axis in dict(each.place.steps) for each in going[1:]):  # one may fall while another rises
        return Interval(piece.latency, ONE, rounds, ONE, exact=False)
    loops = [each for each in ramp.loops if order.at_least(each.latency, ONE)]
    delay = sympify(min((each.delay for each in loops), key=lambda each: as_number(each) or 10**9))
    beyond = normal(end_of(ramp.place, sizes) - ramp.top)
    held = ZERO if order.at_least(ZERO, beyond) else beyond  # places that come with the last one
    together = delay + held if abs(step) == ONE else (delay + held) / abs(step) + ONE
    return Interval(piece.latency, ONE, rounds, normal(together / sizes[axis]), exact=False)
