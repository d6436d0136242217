"""How much is done at once: the work that begins at each step, if everything is begun as soon as it can be.

The profile is a sum of intervals at whose steps the same is done. Between the beginnings of intervals it only falls,
so its maximum is at one of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Expr, Integer, sympify

from symcost.analysis.depth.activity import Done
from symcost.analysis.depth.intervals import intervals
from symcost.analysis.depth.lines import Interval, divided, least
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.samples import Sampled
from symcost.expressions import ONE, ZERO, floor_div, normal


@dataclass(frozen=True)
class Width:
    """The most work at one step; where it is not exact, it is perhaps less. None of the ``slack`` may be below 0."""

    work: Expr
    exact: bool = True
    slack: tuple[Expr, ...] = ()


def width(done: Done, order: Order) -> Width:
    """The most work that begins at one step; never too little. The work of an activity is that of one of its turns."""
    sampled = Sampled(order.known)
    return widest(_begun(done, sampled), sampled)


def _begun(done: Done, order: Sampled) -> Iterator[Interval]:
    """All intervals; of what comes in series those of the last time, and as much as is done in it at each step before.

    What waits for none of the times before is begun at once for all of them.
    """
    series: dict[tuple[object, ...], list[Interval]] = {}
    for activity, work in done:
        own = activity.series
        for each in intervals(activity, work, order):
            if own is None:
                yield each
            elif order.at_least(each.first, own.last):
                series.setdefault((own.since, own.last, activity.names[: -own.own_names]), []).append(each)
                yield replace(each, exact=False)
            else:
                yield replace(each, work=normal(each.work * own.count), exact=False)
    for (since, last, _), found in series.items():
        steps = normal(sympify(last) - sympify(since))
        yield Interval(sympify(since), ONE, steps, widest(found, order).work, exact=False, slack=(steps - ONE,))


@dataclass(frozen=True)
class _Span:
    """An interval with its copies: at first it rises for some steps, and at last it falls for some."""

    first: Expr
    last: Expr
    every: Expr
    work: Expr  # at the most
    exact: bool = True
    slack: tuple[Expr, ...] = ()
    rise: Expr = ZERO
    fall: Expr = ZERO
    once: Expr = ZERO  # the work at the first step, as much as is added at each step while it rises

    def at(self, since: Expr, order: Sampled) -> Expr | None:
        """The work so many steps after the first, if it still rises there, and that is known."""
        if self.once == 0:
            return None
        rounds = divided(since, self.every, order)
        risen = normal(self.once * (rounds[0] + ONE)) if rounds else self.work
        return risen if rounds and order.at_least(self.work, risen) else None

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The steps at which it is done."""
        return self.first, self.last, self.every, self.rise, self.fall

    @property
    def top(self) -> Expr:
        """The first step at which the most of it is done."""
        return normal(self.first + self.rise)


def widest(found: Iterable[Interval], order: Sampled) -> Width:
    """The most at one step of what is done in intervals.

    Of all that is done at one step, take what began last, what is done at that step alone before all others: the spans
    of all others hold its first step.
    """
    known = _merged(found, order)
    near = _neighbours(known)
    sums: dict[Expr, Width] = {}
    for one in known:
        others = [other for other in near(one) if other is not one and (one.every == 0 or other.every != 0)]
        made = _together(one, [other for other in others if _may_meet(other, one, order)], order)
        if made.work not in sums or _rank(made) < _rank(sums[made.work]):
            sums[made.work] = made
    most = normal(order.largest(sums))
    counting = [each for work, each in sums.items() if not order.at_least(most, work + ONE)]
    slack = dict.fromkeys(each for one in counting for each in one.slack)
    return Width(most, all(each.exact for each in counting), tuple(slack))


def _neighbours(known: Sequence[_Span]) -> Callable[[_Span], Iterable[_Span]]:
    """Those that an interval may meet, as far as numbers say: of two steps that are numbers each meets itself alone."""
    alone = [each.every == 0 and each.first == each.last and each.first.is_Integer for each in known]
    steps: dict[Expr, list[int]] = {}
    for place, each in enumerate(known):
        if alone[place]:
            steps.setdefault(each.first, []).append(place)
    others = [place for place in range(len(known)) if not alone[place]]

    def near(one: _Span) -> Iterable[_Span]:
        if not one.first.is_Integer or one.first != one.last:
            return known
        return (known[place] for place in sorted((*others, *steps.get(one.first, ()))))

    return near


def _rank(found: Width) -> tuple[bool, int]:
    return not found.exact, len(found.slack)


def _together(one: _Span, others: Sequence[_Span], order: Sampled) -> Width:
    """What is done when an interval is at its most, with others that may be at work when it begins."""
    work, exact, slack = one.work, one.exact, list(one.slack)
    for other in others:
        since = normal(one.top - other.first)
        at_work = _remainder(since, other.every, order) == 0
        risen = other.at(since, order) if one.every == 0 else None
        work, exact = work + (risen or other.work), exact and other.exact and at_work
        needed = since if risen else normal(since - other.rise)
        slack += [*other.slack, needed, normal(other.last - other.fall - one.top)]
    return Width(normal(work), exact, tuple(dict.fromkeys(each for each in slack if not order.at_least(each, ZERO))))


def _may_meet(other: _Span, one: _Span, order: Sampled) -> bool:
    """Whether an interval may be at work at the first step of another, or at a later one that both have."""
    if order.at_least(other.first, one.first + ONE) or order.at_least(one.first, other.last + ONE):
        return False
    both = {one.every, other.every} - {ZERO}
    common = both.pop() if len(both) == 1 else ONE
    if both and all(each.is_Integer for each in (one.every, other.every)):
        common = Integer(math.gcd(int(one.every), int(other.every)))
    return _remainder(normal(one.first - other.first), common, order) in (0, None)


def _remainder(steps: Expr, every: Expr, order: Sampled) -> Expr | None:
    """What is left of a number of steps behind as many whole rounds as there may be; None if that is not known."""
    if every == 0 or steps == 0:
        return ZERO if steps == 0 else None
    found = divided(steps, every, order) if order.is_even(steps, every) else None
    return found[1] if found is not None and found[1].is_Integer else None


# --- intervals with their copies -------------------------------------------------------------------------------------


def _merged(found: Iterable[Interval], order: Sampled) -> list[_Span]:
    """Those at the same steps as one."""
    merged: dict[tuple[Expr, ...], _Span] = {}
    for interval in _continued(found):
        each = _spread(interval, order)
        old = merged.get(each.shape)
        if old is not None:
            both = tuple(dict.fromkeys((*old.slack, *each.slack)))
            each = replace(old, work=old.work + each.work, exact=old.exact and each.exact, slack=both)
        merged[each.shape] = each
    return [replace(each, work=normal(each.work)) for each in merged.values()]


def _continued(found: Iterable[Interval]) -> list[Interval]:
    """Those of which what was done the time before is one more."""
    alone: dict[tuple[Expr, ...], Interval] = {}
    others: list[Interval] = []
    for each in found:
        key = each.first, each.every, each.rounds, each.work
        if each.copies or key in alone:
            others.append(each)
        else:
            alone[key] = each
    made: list[Interval] = []
    for each in others:
        before = None
        if len(each.copies) == 1:
            ((count, later),) = each.copies
            before = alone.pop((normal(each.first - later), each.every, each.rounds, each.work), None)
        made.append(each if before is None else replace(before, copies=((normal(count + ONE), later),)))
    return [*alone.values(), *made]


def _spread(interval: Interval, order: Sampled) -> _Span:
    span = _Span(
        interval.first, interval.last, interval.every, interval.work, interval.exact, interval.slack,
        interval.rise, fall=ZERO if interval.even else interval.every,
    )  # fmt: skip
    for place, (count, later) in enumerate(interval.copies):
        span = _copied(span, count, later, order, interval.rounds if place == 0 and interval.rise == 0 else None)
    return span


def _copied(span: _Span, count: Expr, later: Expr, order: Sampled, rounds: Expr | None) -> _Span:
    """Copies, each so many steps later: the most of them that are done at one step."""
    every, last = span.every, normal(span.last + later * (count - ONE))
    if count == 1:
        return span
    if every == 0:
        return replace(span, last=last, every=later)
    numbers = rounds is not None and every.is_Integer and later.is_Integer
    if rounds is not None and later == every:
        work, rise = _times(span.work, least(count, rounds, order), every)
        return replace(span, last=last, work=work, rise=rise, fall=normal(span.fall + rise), once=span.work)
    if rounds is not None and numbers:  # so many rounds on are as many copies back; it is certain at one step alone
        common = Integer(math.gcd(int(every), int(later)))
        met = least(_rounds(rounds, later / common), _rounds(count, every / common), order)
        work, rise = _times(span.work, met, every * later / common)
        return replace(span, last=last, every=common, work=work, rise=rise, fall=normal(last - span.first - rise))
    turns = divided(normal(span.last - span.first), later, order)
    at_once = count if turns is None else least(count, normal(turns[0] + ONE), order)
    return replace(span, last=last, every=ONE, work=normal(span.work * at_once), exact=False)


def _times(work: Expr, at_once: Expr, between: Expr) -> tuple[Expr, Expr]:
    """The work of so many at once, and how long it takes until they are, one after another."""
    return normal(work * at_once), normal(between * (at_once - ONE))


def _rounds(count: Expr, each: Expr) -> Expr:
    """How many of a row come to lie at every so many places of it."""
    return normal(floor_div(normal(count - ONE), each) + ONE)
