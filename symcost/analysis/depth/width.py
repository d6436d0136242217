"""How much is done at once: the work that begins at each step, if everything is begun as soon as it can be.

The profile is a sum of intervals at whose steps the same is done. Between the beginnings of intervals it only falls,
so its maximum is at one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Done
from symcost.analysis.depth.copies import Span, merged
from symcost.analysis.depth.intervals import intervals
from symcost.analysis.depth.lines import Interval
from symcost.analysis.depth.meetings import Beside, Meetings, remainder
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.samples import Sampled
from symcost.expressions import ONE, ZERO, normal

_MANY = 500  # spans


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


def widest(found: Iterable[Interval], order: Sampled) -> Width:
    """The most at one step of what is done in intervals.

    Of all that is done at one step, take what began last, what is done at that step alone before all others: the spans
    of all others hold its first step. Those that certainly are not the most are left out, and of very many those that
    are no more than what is found: perhaps one of them is exact where that is not.
    """
    known = merged(found, order)
    meetings, least_more = Meetings(known, order), ZERO if len(known) > _MANY else ONE
    sums: dict[Expr, Width] = {}
    for one, most in meetings.by_work():
        if most is not None and any(order.at_least(each, most + least_more) for each in sums):
            continue
        made = _together(one, meetings.beside(one), order)
        if made.work not in sums or _rank(made) < _rank(sums[made.work]):
            sums[made.work] = made
    largest = normal(order.largest(sums))
    counting = [each for work, each in sums.items() if not order.at_least(largest, work + ONE)]
    slack = dict.fromkeys(each for one in counting for each in one.slack)
    return Width(largest, all(each.exact for each in counting), tuple(slack))


def _rank(found: Width) -> tuple[bool, int]:
    return not found.exact, len(found.slack)


def _together(one: Span, beside: Beside, order: Sampled) -> Width:
    """What is done when a span is at its most, with what may be at work when it begins."""
    work, exact, slack = one.work + beside.more, one.exact and beside.more == 0, list(one.slack)
    for other in beside.spans:
        since = normal(one.top - other.first)
        at_work = remainder(since, other.every, order) == 0
        risen = other.at(since, order) if one.every == 0 else None
        work, exact = work + (risen or other.work), exact and other.exact and at_work
        needed = since if risen else normal(since - other.rise)
        slack += [*other.slack, needed, normal(other.last - other.fall - one.top)]
    return Width(normal(work), exact, tuple(dict.fromkeys(each for each in slack if not order.at_least(each, ZERO))))
