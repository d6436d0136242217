"""How much is done at once: the work that begins at each step, if everything is begun as soon as it can be.

What waits for no loop begins at one step, at all of its places; what comes out of a loop begins place by place, at
even intervals. The most that can fall together is found as for intervals of a line: at the beginning of one of them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from sympy import Expr, Min, Symbol, floor, sympify

from symcost.analysis.depth.order import Order, as_number
from symcost.analysis.depth.ready import Ramp, Ready, peak
from symcost.analysis.depth.timing import Activity
from symcost.expressions import ONE, ZERO, normal, resized_fields, total


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

    @property
    def ends(self) -> tuple[Expr, ...]:
        """What says when it is."""
        return self.first, self.last, self.every, *(each for copies in self.copies for each in copies)

    def merged(self) -> Interval:
        """With the copies as one: the most of them that are at work at once, from the first step to the last."""
        made = replace(self, copies=())
        for count, later in self.copies:
            made = _copied(made, count, later)
        return made

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Interval:
        """At given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]

    def steps(self) -> Iterator[int]:
        """The steps at which the work is done; all sizes are numbers."""
        shifts = [range(0, int(count) * int(later), int(later)) if later != 0 else [0] * int(count)
                  for count, later in self.copies]  # fmt: skip
        own = range(int(self.first), int(self.last) + 1, int(self.every) or 1)
        return (begun + sum(each) for each in itertools.product(*shifts) for begun in own)


@dataclass(frozen=True)
class Width:
    """The most work at one step; where it is not exact, it is perhaps less. None of the ``slack`` may be below 0."""

    work: Expr
    exact: bool = True
    slack: tuple[Expr, ...] = ()


def intervals(done: Iterable[Activity], price: Callable[[Activity], Expr], order: Order) -> Iterator[Interval]:
    """When work is done, and how much at a time; the price is that of one turn of the loops around."""
    for each in done:
        work = price(each)
        if work != 0 and each.start:
            yield _interval(each, work, order)


def _interval(activity: Activity, work: Expr, order: Order) -> Interval:
    """The places of one activity, by the way in which they come last."""
    ends = [(peak(each, activity.sizes, order).latency, each) for each in activity.start]
    last, ready = reduce(lambda one, other: one if order.at_least(one[0], other[0]) else other, ends)
    whole = normal(work * activity.turns)
    ramps = [each for each in ready.ramps if each.loops]
    if not ramps:
        made = Interval(normal(ready.latency), normal(ready.latency), ZERO, whole)
    else:
        made = _along(ready, ramps[0], normal(last), whole, activity, order)
    return replace(made, copies=activity.copies)


def _along(ready: Ready, ramp: Ramp, last: Expr, whole: Expr, activity: Activity, order: Order) -> Interval:
    """What is done place by place along an axis: a loop of delay d makes d places ready at a time."""
    loop = max(
        ramp.loops, key=lambda each: (each.ratio.is_number, each.ratio) if each.ratio.is_number else (False, ZERO)
    )
    ((axis, _), *_) = ramp.place.steps
    delay, latency = sympify(loop.delay), sympify(loop.latency)
    return Interval(normal(ready.latency), last, latency, normal(whole * delay / activity.sizes[axis]))


def _copied(made: Interval, count: Expr, later: Expr) -> Interval:
    """Copies, each so many steps later: those that are done at the same time."""
    if later == 0:
        return Interval(made.first, made.last, made.every, normal(made.work * count))
    last = normal(made.last + later * (count - ONE))
    if made.every == 0:
        return Interval(made.first, last, later, made.work)
    turns = floor((made.last - made.first) / later) + ONE  # copies begun before the first one ends
    return Interval(made.first, last, made.every, normal(made.work * _least(count, normal(turns))))


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
        sums[work] = all(sure for _, (sure, _) in together), [each for _, (_, slack) in together for each in slack]
    most = normal(order.largest(sums))
    counting = [each for work, each in sums.items() if not order.at_least(most, work + ONE)]
    slack = tuple(dict.fromkeys(each for _, some in counting for each in some))
    return Width(most, all(sure for sure, _ in counting), slack)


def _merged(found: Iterable[Interval]) -> list[Interval]:
    """Those at the same steps as one."""
    merged: dict[tuple[Expr, Expr, Expr], Expr] = {}
    for each in (one.merged() for one in found):
        key = each.first, each.last, each.every
        merged[key] = merged.get(key, ZERO) + each.work
    return [Interval(*key, normal(work)) for key, work in merged.items()]


def _meeting(interval: Interval, step: Expr, order: Order) -> tuple[bool, list[Expr]] | None:
    """None if nothing is done at a step; else whether it is certain, and what must not be below 0 for it."""
    if order.at_least(interval.first, step + ONE) or order.at_least(step, interval.last + ONE):
        return None
    since, every = as_number(normal(step - interval.first)), as_number(interval.every)
    if since is not None and every is not None and since % every:
        return None
    left = normal(interval.last - step)
    return since is not None, [] if order.at_least(left, ZERO) else [left]


def profile(found: Iterable[Interval]) -> list[Expr]:
    """The work that begins at each step, from the first on, where all sizes of time are numbers."""
    sums: dict[int, Counter[Expr]] = {}
    for each in found:
        for step in each.steps():
            sums.setdefault(step, Counter())[each.work] += 1
    return [
        total(times * work for work, times in sums.get(step, Counter()).items())
        for step in range(max(sums, default=-1) + 1)
    ]
