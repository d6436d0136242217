"""How much is done at once: the work that begins at each step, if everything is begun as soon as it can be.

What waits for no loop begins at one step, at all of its places; what comes out of a loop begins place by place, at
even intervals. The most that can fall together is found as for intervals of a line: at the beginning of one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from sympy import Expr, Min, floor, sympify

from symcost.analysis.depth.activity import Activity
from symcost.analysis.depth.order import Order, as_number
from symcost.analysis.depth.ready import peak
from symcost.expressions import ONE, ZERO, normal, total


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
    """The places of one activity, by the way in which they come last."""
    ends = [(peak(each, activity.sizes, order).latency, each) for each in activity.start]
    last, ready = reduce(lambda one, other: one if order.at_least(one[0], other[0]) else other, ends)
    ramps = [each for each in ready.ramps if each.loops]
    others = [each for each in activity.start if each is not ready]
    if activity.levels != ONE:
        end = normal(last + activity.steps - activity.steps / activity.levels)
        every, share = activity.steps / activity.levels, normal(work / activity.levels)
        yield Interval(normal(ready.latency), end, normal(every), share, exact=False)
        return
    if not ramps:
        yield Interval(normal(ready.latency), normal(ready.latency), ZERO, work, exact=not others)
        return
    ramp = ramps[0]
    sure = [each for each in ramp.loops if all(order.at_least(each.ratio, other.ratio) for other in ramp.loops)]
    loop = (sure or list(ramp.loops))[0]
    ((axis, step), *more) = ramp.place.steps
    share = work / activity.sizes[axis]  # of one place
    before = normal(-ramp.place.offset) if step == ONE and not more else ZERO  # places that come before the ramp
    exact = bool(sure) and len(ramps) == 1 and not more and all(not each.ramps for each in others)
    delay, latency = sympify(loop.delay), sympify(loop.latency)
    if before == ONE == delay and [normal(each.latency + latency) for each in others] == [normal(ready.latency)]:
        yield Interval(normal(others[0].latency), normal(last), latency, normal(share), exact=exact)
        return
    for first in others[:1] if order.at_least(before, ONE) else ():
        yield Interval(normal(first.latency), normal(first.latency), ZERO, normal(before * share), exact=exact)
    yield Interval(normal(ready.latency), normal(last), latency, normal(share * delay), exact=exact)


def _copied(made: Interval, count: Expr, later: Expr) -> Interval:
    """Copies, each so many steps later: those that are done at the same time."""
    if later == 0:
        return replace(made, work=normal(made.work * count))
    last = normal(made.last + later * (count - ONE))
    if made.every == 0:
        return replace(made, last=last, every=later)
    turns = floor((made.last - made.first) / later) + ONE  # copies begun before the first one ends
    return replace(made, last=last, work=normal(made.work * _least(count, normal(turns))))


def _least(one: Expr, other: Expr) -> Expr:
    return Min(one, other) if one.is_number and other.is_number else Min(one, other, evaluate=False)


def width(found: Iterable[Interval], order: Order) -> Width:
    """The most work at one step."""
    known = _merged(found)
    at_once = {each.first: each for each in known if each.every == 0}
    lasting = [each for each in known if each.every != 0]
    sums: dict[Expr, tuple[bool, list[Expr]]] = {}
    for one in known:
        met = [(each, _meeting(each, one.first, order)) for each in lasting if each is not one]
        together = [(each, slack) for each, slack in met if slack is not None]
        alone = at_once.get(one.first)
        beside = [alone.work] if alone and alone is not one else []
        work = total([one.work, *beside, *(each.work for each, _ in together)])
        exact = all(each.exact for each in known if each.every == 0 or each is one) and one.exact
        sums[work] = (
            exact and all(sure for _, (sure, _) in together),
            [each for _, (_, slack) in together for each in slack],
        )
    most = normal(order.largest(sums))
    counting = [each for work, each in sums.items() if not order.at_least(most, work + ONE)]
    slack = tuple(dict.fromkeys(each for _, some in counting for each in some))
    return Width(most, all(sure for sure, _ in counting), slack)


def _merged(found: Iterable[Interval]) -> list[Interval]:
    """Those at the same steps as one."""
    merged: dict[tuple[Expr, Expr, Expr], Interval] = {}
    for each in (one.merged() for one in _continued(found)):
        key = each.first, each.last, each.every
        old = merged.get(key)
        merged[key] = each if old is None else replace(old, work=old.work + each.work, exact=old.exact and each.exact)
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


def _meeting(interval: Interval, step: Expr, order: Order) -> tuple[bool, list[Expr]] | None:
    """None if nothing is done at a step; else whether it is certain, and what must not be below 0 for it."""
    if order.at_least(interval.first, step + ONE) or order.at_least(step, interval.last + ONE):
        return None
    since, every = as_number(normal(step - interval.first)), as_number(interval.every)
    if since is not None and every is not None and since % every:
        return None
    left = normal(interval.last - step)
    return since is not None, [] if order.at_least(left, ZERO) else [left]
