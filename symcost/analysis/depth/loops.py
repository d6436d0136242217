"""Loops in time: how much work one after another fits into n steps of time.

A loop takes so many steps of computing for so many steps of time. Going round several loops as often as n steps of
time allow, and computing for as long as possible, is a knapsack: beyond a certain n only the loop with the best ratio
is gone round often, and of the others fewer rounds than its delay has steps.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Integer, floor, sympify

from symcost.analysis.depth.order import Order, Steps, as_number
from symcost.expressions import ZERO, normal

_LONGEST_DELAY = 48  # of the best loop, beside others, for which combinations are worked out
_MOST_COMBINED = 24  # rounds of others than the best loop, of which it is not known how long they take
Way = tuple[Any, ...]  # names of what lies on a way, nested, in order


@dataclass(frozen=True)
class Loop:
    """So many steps of computing in so many steps of time; ``via`` is what lies on it."""

    latency: Steps
    delay: Steps
    via: Way = ()

    @property
    def ratio(self) -> Expr:
        """Steps of computing for a step of time."""
        return normal(sympify(self.latency) / sympify(self.delay))


def fewer(loops: Iterable[Loop], order: Order) -> tuple[Loop, ...]:
    """The loops without those that another one is always as good as."""
    kept: list[Loop] = []
    for loop in loops:
        if not any(as_good(other, loop, order) for other in kept):
            kept = [other for other in kept if not as_good(loop, other, order)] + [loop]
    return tuple(kept)


def as_good(one: Loop, other: Loop, order: Order) -> bool:
    """Whether a loop, gone round often enough, computes as long as another in no more time."""
    short, long = as_number(one.delay), as_number(other.delay)
    if short and long:
        return short <= long and order.at_least(long // short * one.latency, other.latency)
    times = normal(sympify(other.delay) / sympify(one.delay))
    often = times if times.is_Integer and times > 1 else 1  # of delays D and 2 D the second
    return order.at_least(other.delay, one.delay) and order.at_least(often * one.latency, other.latency)


@dataclass(frozen=True)
class Filled:
    """The most steps of computing in n steps of time; exact for ``least`` steps and more, never too few."""

    steps: Expr
    least: Expr = ZERO
    exact: bool = True


def filled(loops: Iterable[Loop], time: Any, order: Order) -> Filled:
    """The most steps of computing that loops fit into some steps of time, 0 or more.

    >>> from symcost.dimensions import dimension
    >>> T = dimension("T")
    >>> filled([Loop(5, 2)], T, Order()).steps, filled([Loop(3, 1), Loop(2, 1)], T, Order()).steps
    (5*floor(T/2), 3*T)
    >>> filled([Loop(5, 2), Loop(2, 1)], T, Order())
    Filled(steps=Max(5*floor(T/2 + 1/2) - 3, 5*floor(T/2)), least=1, exact=True)
    """
    kept, time = fewer(loops, order), normal(time)
    if not kept:
        return Filled(ZERO)
    if len(kept) == 1:
        return Filled(_times(kept[0], time))
    if all(loop.delay == kept[0].delay for loop in kept):
        latency = order.largest(loop.latency for loop in kept)
        return Filled(_times(Loop(latency, kept[0].delay), time))
    found = _perhaps_best(kept, order)
    if not found:
        ratios = order.largest(loop.ratio for loop in kept)
        return Filled(normal(sympify(ratios) * time), exact=False)
    ways = [_combined(best, [loop for loop in kept if loop is not best], time, order) for best in found]
    least = max(each.least for each in ways)
    if time.is_Integer and 0 <= time < least:
        return Filled(_one_by_one(kept, time, order))
    return Filled(sympify(order.largest(each.steps for each in ways)), least)


def _times(loop: Loop, time: Expr) -> Expr:
    rounds = time if loop.delay == 1 else floor(time / sympify(loop.delay))
    return normal(sympify(loop.latency) * rounds)


def _perhaps_best(loops: tuple[Loop, ...], order: Order) -> list[Loop]:
    """The loops of which one has the best ratio; none if they or their combinations with others are too many."""
    kept: list[Loop] = []
    for loop in loops:
        if not any(order.at_least(other.ratio, loop.ratio) for other in kept):
            kept = [other for other in kept if not order.at_least(loop.ratio, other.ratio)] + [loop]
    if not all(as_number(loop.delay) for loop in loops) or any(int(best.delay) > _LONGEST_DELAY for best in kept):
        return []
    few = all(as_number(loop.latency) is not None for loop in loops) or (
        sum(math.comb(int(best.delay) + len(loops) - 2, len(loops) - 1) for best in kept) <= _MOST_COMBINED
    )
    return kept if few else []


def _combined(best: Loop, others: list[Loop], time: Expr, order: Order) -> Filled:
    """The best loop, and fewer rounds of others than its delay has steps: more could be exchanged without loss."""
    delay = int(best.delay)
    found: dict[int, list[Steps]] = {0: [0]}
    for _ in range(delay - 1):
        for used, loop in itertools.product(list(found), others):
            more = [each + loop.latency for each in found[used]]
            longer = used + int(loop.delay)
            found[longer] = _with(found.get(longer, []), more, order)
    kept: list[tuple[int, Steps]] = []
    for pair in ((used, steps) for used, each in sorted(found.items()) for steps in each):
        if not any(_covers(other, pair, best, order) for other in kept):
            kept = [other for other in kept if not _covers(pair, other, best, order)] + [pair]
    candidates = [sympify(steps) + _times(best, time - used) for used, steps in kept]
    return Filled(sympify(order.largest(candidates)), Integer(max(used for used, _ in kept)))


def _one_by_one(loops: Iterable[Loop], time: Expr, order: Order) -> Expr:
    """The most in a number of steps of time, from the most in each number before."""
    most: list[Steps] = []
    for now in range(int(time) + 1):
        most.append(order.largest([0, *(most[now - int(x.delay)] + x.latency for x in loops if x.delay <= now)]))
    return sympify(most[-1])


def _with(known: list[Steps], more: Iterable[Steps], order: Order) -> list[Steps]:
    for each in more:
        if not any(order.at_least(other, each) for other in known):
            known = [other for other in known if not order.at_least(each, other)] + [each]
    return known


def _covers(one: tuple[int, Steps], other: tuple[int, Steps], best: Loop, order: Order) -> bool:
    """Whether one combination with the best loop is never shorter than another."""
    rounds = (other[0] - one[0]) // int(best.delay)
    return order.at_least(one[1] + rounds * best.latency, other[1])
