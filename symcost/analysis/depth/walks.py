"""Ways through a graph whose edges have delays, gathered without walking them: a way, and the loops along it.

Ways of any number of rounds are sums of one way and of loops, as often as one likes. Weights and delays commute, so
the rules of commutative Kleene algebra (Conway, 1971) hold: (a + b)* = a* b*, and (a b*)* = 1 + a a* b*. With the
largest for the sum, this is the algebra of timed event graphs (Baccelli, Cohen, Olsder and Quadrat, Synchronization
and Linearity, 1992).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from symcost.analysis.depth.loops import Loop, Way, as_good, fewer
from symcost.analysis.depth.order import Order, Steps, as_number


@dataclass(frozen=True)
class Walk:
    """A way of so many steps of computing in at least so many of time, and the loops that it may take on the way."""

    latency: Steps = 0
    delay: Steps = 0
    loops: tuple[Loop, ...] = ()
    via: Way = ()

    def then(self, other: Walk, order: Order) -> Walk:
        """One way and then another."""
        loops = self.loops or other.loops
        if self.loops and other.loops:
            loops = fewer((*self.loops, *other.loops), order)
        via = (self.via, other.via) if self.via and other.via else self.via or other.via
        return Walk(self.latency + other.latency, self.delay + other.delay, loops, via)


Walks: TypeAlias = tuple[Walk, ...]

STAY: Walks = (Walk(),)


def best(walks: Iterable[Walk], order: Order) -> Walks:
    """The ways that are not certainly shorter than another; of two that differ in length alone, the longer."""
    found = tuple(walks)
    if len(found) < 2:
        return found
    kept: list[Walk] = []
    for given in found:
        walk = given
        if walk.loops:
            walk, kept = _absorbed(walk, kept, order)
        if any(_covers(other, walk, order) for other in kept):
            continue
        kept = [other for other in kept if not _covers(walk, other, order)]
        alike = next((n for n, each in enumerate(kept) if _alike(each, walk)), None)
        if alike is None:
            kept.append(walk)
        else:
            kept[alike] = replace(kept[alike], latency=order.larger(kept[alike].latency, walk.latency))
    return tuple(kept)


def _absorbed(walk: Walk, others: list[Walk], order: Order) -> tuple[Walk, list[Walk]]:
    """A way, or one of the others that goes on by it, with its loops: a* = 1 + a a*. The others are those left."""
    for place, other in enumerate(others):
        for short, long in ((walk, other), (other, walk)):
            if any(_goes_on(short, loop, long, order) for loop in long.loops):
                return replace(short, loops=long.loops), others[:place] + others[place + 1 :]
    return walk, others


def _goes_on(short: Walk, loop: Loop, long: Walk, order: Order) -> bool:
    """Whether a way is another one with a round of a loop, and then any number of rounds of that and the same loops."""
    if long.delay != short.delay + loop.delay or long.latency != short.latency + loop.latency:
        return False
    own = {(each.latency, each.delay) for each in (loop, *short.loops)}
    return all((each.latency, each.delay) in own for each in long.loops) and all(
        any(as_good(other, each, order) for other in long.loops) for each in short.loops
    )


def _alike(one: Walk, other: Walk) -> bool:
    if one.loops is other.loops:
        return one.delay == other.delay
    return one.delay == other.delay and {(each.latency, each.delay) for each in one.loops} == {
        (each.latency, each.delay) for each in other.loops
    }


def _covers(one: Walk, other: Walk, order: Order) -> bool:
    """Whether one way is at least as long as another in any time."""
    if not order.at_least(other.delay, one.delay):
        return False
    if other.loops is not one.loops and not _as_good(one, other, order):
        return False
    if order.at_least(one.latency, other.latency) or not one.loops:
        return order.at_least(one.latency, other.latency)
    spare = other.delay - one.delay  # in this time the first way may take rounds
    rounds = ((_rounds(spare, loop.delay), loop.latency) for loop in one.loops)
    return any(times and order.at_least(one.latency + times * latency, other.latency) for times, latency in rounds)


def _as_good(one: Walk, other: Walk, order: Order) -> bool:
    """Whether to each loop of the other way there is one that is as good."""
    return all(any(as_good(mine, loop, order) for mine in one.loops) for loop in other.loops)


def _rounds(spare: Steps, delay: Steps) -> int:
    """How often a loop fits, as far as it is a number."""
    time, once = as_number(spare), as_number(delay)
    return time // once if time and once else 0


def after(one: Walks, other: Walks, order: Order) -> Walks:
    """All ways made of one and another after it."""
    if one is STAY or not other:
        return other
    if other is STAY or not one:
        return one
    return best((a.then(b, order) for a, b in itertools.product(one, other)), order)


def again(walks: Walks, order: Order) -> Walks:
    """Ways gone any number of times, none included."""
    loops = fewer((Loop(each.latency, each.delay, each.via) for each in walks if not each.loops), order)
    made: Walks = (Walk(loops=loops),)
    for each in walks:
        if each.loops:
            once = replace(each, loops=fewer((*each.loops, Loop(each.latency, each.delay, each.via)), order))
            made = best((*made, *after(made, (once,), order)), order)
    return made
