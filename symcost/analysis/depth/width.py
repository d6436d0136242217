"""How much is done at once: the work that begins at each step, if everything is begun as soon as it can be.

What waits for no loop begins at one step, at all of its places; what comes out of a loop begins place by place, at
even intervals. The most that can fall together is found as for intervals of a line: at the beginning of one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr, Min, floor, sympify

from symcost.analysis.depth.activity import Activity
from symcost.analysis.depth.order import Order, as_number
from symcost.analysis.depth.ready import Ready, end_of, peak
from symcost.expressions import ONE, ZERO, normal


@dataclass(frozen=True)
class Interval:
    """Work at a first step, then every so many steps, up to a last one.

    Copies of it follow one another: how many, and by how many steps each is later than the one before.
    """

    first: Expr
    last: Expr
    every: Expr  # steps; 0 if there is only the first
    work: Expr  # at each of them
    copies: tuple[tuple[Expr, Expr], ...] = ()
    exact: bool = True
    slack: tuple[Expr, ...] = ()  # it holds where none of these is below 0
    peaked: bool = False  # so much only at some of the steps, less at the first and the last

    @property
    def is_point(self) -> bool:
        """Whether it is done at one step, of which it is known which."""
        return bool(self.every == 0 and self.first.is_Integer)

    def merged(self) -> Interval:
        """With the copies as one: the most of them that are at work at once, from the first step to the last."""
        made = replace(self, copies=())
        for count, later in self.copies:
            made = _copied(made, count, later)
        return made


@dataclass(frozen=True)
class Width:
    """The most work at one step; where it is not exact, it is perhaps less. None of the ``slack`` may be below 0."""

    work: Expr
    exact: bool = True
    slack: tuple[Expr, ...] = ()


def intervals(done: Iterable[tuple[Activity, Expr]], order: Order) -> Iterator[Interval]:
    """When work is done, and how much at a time; given is that of one turn of the loops around."""
    for each, work in done:
        for made in _intervals(each, normal(work * each.turns), order):
            yield replace(made, copies=each.copies)


def _intervals(activity: Activity, work: Expr, order: Order) -> Iterator[Interval]:
    """The places of one activity, by the ways in which they come: a place may come last in any, so each has all.

    What is there at once and what comes later and later from some place on share the places between them.
    """
    pieces = [_piece(each, activity, work, order) for each in activity.start]
    if activity.levels != ONE:
        every, share = activity.steps / activity.levels, normal(work / activity.levels)
        for each in pieces:
            yield Interval(each.first, normal(each.last + activity.steps - every), normal(every), share, exact=False)
    elif len(pieces) == 2 and (both := _shared(activity, pieces, work, order)):
        yield from both
    else:
        yield from (each if len(pieces) == 1 else replace(each, exact=False) for each in pieces)


def _piece(ready: Ready, activity: Activity, work: Expr, order: Order) -> Interval:
    """The places that come in one way: the most of them at a step, and how far apart the steps are."""
    first, last = normal(ready.latency), normal(peak(ready, activity.sizes, order).latency)
    ramps = [each for each in ready.ramps if any(order.at_least(loop.latency, ONE) for loop in each.loops)]
    if not ramps:
        return Interval(first, first, ZERO, work, exact=ready.latency == last or not ready.ramps)
    ramp = ramps[0]
    ((axis, step), *more) = ramp.place.steps
    going = [each for each in ramp.loops if order.at_least(each.latency, ONE)]
    delay = sympify(min((each.delay for each in going), key=lambda each: as_number(each) or 10**9))
    beyond = normal(end_of(ramp.place, activity.sizes) - ramp.top)
    one_loop = len(ramp.loops) == 1 and len(ramps) == 1 and not more and step == ONE
    held = ZERO if order.at_least(ZERO, beyond) else beyond  # places that come with the last one
    together = delay + held if abs(step) == ONE else (delay + held) / abs(step) + ONE
    share = normal(work * together / activity.sizes[axis])
    every = sympify(going[0].latency) if one_loop and held == 0 else ONE
    slack = () if delay == ONE else (normal(activity.sizes[axis] - delay),)
    return Interval(first, last, every, share, (), one_loop and held == 0, slack)


def _shared(activity: Activity, pieces: list[Interval], work: Expr, order: Order) -> list[Interval] | None:
    """Two ways: at once, but from some place on later and later; if that is how it is."""
    now, later = (0, 1) if pieces[0].every == 0 else (1, 0)
    ramps = activity.start[later].ramps
    if pieces[now].every != 0 or not pieces[later].exact or activity.start[now].ramps or len(ramps) != 1:
        return None
    ((axis, _),) = ramps[0].place.steps
    before = normal(-ramps[0].place.offset)  # places that come before the ramp
    if not (order.at_least(before, ONE) and order.at_least(pieces[later].first, pieces[now].first)):
        return None
    share = normal(before * work / activity.sizes[axis])
    if before == ONE and normal(pieces[now].first + pieces[later].every - pieces[later].first) == 0:
        return [replace(pieces[later], first=pieces[now].first)]  # one round earlier
    return [replace(pieces[now], work=share), pieces[later]]


def _copied(made: Interval, count: Expr, later: Expr) -> Interval:
    """Copies, each so many steps later: those that are done at the same time."""
    if later == 0:
        return replace(made, work=normal(made.work * count))
    last = normal(made.last + later * (count - ONE))
    if made.every == 0:
        return replace(made, last=last, every=later)
    turns = floor((made.last - made.first) / later) + ONE  # copies begun before the first one ends
    exact = made.exact and normal(later - made.every) == 0
    return replace(made, last=last, every=ONE if not exact else made.every,
                   work=normal(made.work * _least(count, normal(turns))), exact=exact, peaked=True)  # fmt: skip


def _least(one: Expr, other: Expr) -> Expr:
    return Min(one, other) if one.is_number and other.is_number else Min(one, other, evaluate=False)


def width(found: Iterable[Interval], order: Order) -> Width:
    """The most work at one step; never too little.

    Of all that is done at one step, take what began last: the spans of all others hold its first step.
    """
    known = _merged(found)
    points = {each.first: each for each in known if each.is_point}
    lasting = [each for each in known if not each.is_point]
    sums: dict[Expr, list[tuple[bool, tuple[Expr, ...]]]] = {}
    for one in known:
        work, sure, slack = one.work, one.exact, one.slack
        beside = [points[one.first]] if one.first in points and not one.is_point else []
        if not one.first.is_Integer:  # it may be any of them
            beside = list(points.values())
        for other in (*lasting, *beside):
            met = None if other is one else _meeting(other, one, order)
            if met is not None:
                even = met[0] and other.exact and not (one.peaked or other.peaked)
                work, sure, slack = work + other.work, sure and even, (*slack, *met[1], *other.slack)
        sums.setdefault(normal(work), []).append((sure, slack))
    most = normal(order.largest(sums))
    counting = [each for work, some in sums.items() if not order.at_least(most, work + ONE) for each in some]
    return Width(most, all(sure for sure, _ in counting), tuple(dict.fromkeys(x for _, some in counting for x in some)))


def _merged(found: Iterable[Interval]) -> list[Interval]:
    """Those at the same steps as one."""
    merged: dict[tuple[Expr, Expr, Expr], Interval] = {}
    for each in (one.merged() for one in _continued(found)):
        key = each.first, each.last, each.every
        old = merged.get(key)
        if old is not None:
            both = tuple(dict.fromkeys((*old.slack, *each.slack)))
            exact, peaked = old.exact and each.exact, old.peaked or each.peaked
            each = replace(old, work=old.work + each.work, exact=exact, slack=both, peaked=peaked)  # noqa: PLW2901
        merged[key] = each
    return [replace(each, work=normal(each.work)) for each in merged.values()]


def _continued(found: Iterable[Interval]) -> list[Interval]:
    """Those of which what was done the time before is one more."""
    alone: dict[tuple[Expr, ...], Interval] = {}
    copied: list[Interval] = []
    for each in found:
        if each.copies:
            copied.append(each)
        else:
            key = each.first, each.last, each.every, each.work
            if key in alone:
                copied.append(each)  # another one like it
            alone.setdefault(key, each)
    made: list[Interval] = []
    for each in copied:
        (count, later), *more = each.copies or ((ZERO, ZERO),)
        key = normal(each.first - later), normal(each.last - later), each.every, each.work
        before = alone.pop(key, None) if count != 0 and not more else None
        made.append(each if before is None else replace(before, copies=((normal(count + ONE), later),)))
    return [*alone.values(), *made]


def _meeting(interval: Interval, one: Interval, order: Order) -> tuple[bool, list[Expr]] | None:
    """None if an interval is not at work when another one begins, or never together with it.

    Else whether it certainly is, and what must not be below 0 for that.
    """
    if order.at_least(interval.first, one.first + ONE) or order.at_least(one.first, interval.last + ONE):
        return None
    since = as_number(normal(one.first - interval.first))
    steps = [as_number(each.every) for each in (interval, one)]
    if since is not None and None not in steps:
        common = math.gcd(*(each or 0 for each in steps))
        if (since % common if common else since) != 0:
            return None
    even = since is not None and (ZERO in (one.every, interval.every) or one.every == interval.every)
    left = normal(interval.last - one.first)
    return even, [] if order.at_least(left, ZERO) else [left]
