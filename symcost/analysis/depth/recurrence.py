"""When the steps of a recurrence are ready: its loops, and what comes in on the way.

Each carry is read so many steps after it was made. The ways from carries to carries within one step, with these
delays, are a small graph; all ways through it, any number of rounds, are known without unrolling. What comes in at a
step goes on along them: what was there from the beginning is overtaken by the loops, and what itself comes later and
later goes round no more often than time is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Expr

from symcost.analysis.depth.delay_graph import Links, loops_of, solved
from symcost.analysis.depth.loops import Loop, fewer, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Peak, Ramp, Ready, Sizes, Times, joined, latest, rounds
from symcost.analysis.depth.walks import STAY, Walk, Walks
from symcost.analysis.places import Linear
from symcost.expressions import ONE, ZERO, normal

Inside = Mapping[tuple[int, int], Peak]  # from a carry that is read to a tensor that the step hands out


@dataclass(frozen=True)
class Recurrence:
    """A loop over time: how long it is, by which number its axis goes, when each carry is read again."""

    now: int
    length: Expr
    delays: tuple[Expr, ...]
    inside: Inside

    def ways(self, order: Order) -> dict[int, dict[int, Walks]]:
        """From each carry, as it is made, to each that is made at once or later."""
        links: Links[int] = {carry: {} for carry in range(len(self.delays))}
        for (one, made), step in self.inside.items():
            if made < len(self.delays):
                links[one][made] = (Walk(step.latency, self.delays[one], via=step.via),)
        starts: dict[int, Walks] = dict.fromkeys(links, ())
        return {carry: solved({**starts, carry: STAY}, links, order) for carry in links}

    def loops(self, order: Order) -> tuple[Loop, ...]:
        """The loops on these ways."""
        ways = (walk for row in self.ways(order).values() for walks in row.values() for walk in walks)
        return loops_of(ways, order)


def recurred(
    loop: Recurrence, direct: Sequence[Times], initial: Mapping[int, Times], sizes: Sequence[Sizes], order: Order
) -> list[Times]:
    """When each tensor that the steps hand out is ready, by the number of the step.

    ``direct`` is when it would be, if no carry came in; ``initial`` when the first carries are. ``sizes`` are those of
    the axes of what is handed out, the loop's among them.
    """
    count = len(loop.delays)
    found = [[*times] for times in direct]
    for (read, made), step in loop.inside.items():
        found[made] += (_behind(ready, step) for ready in initial.get(read, ()))
    ways = loop.ways(order)
    entering = [latest(found[carry], sizes[carry], order) for carry in range(count)]
    for made in range(count):
        reaching = [
            each
            for carry in range(count)
            for walk in ways[carry][made]
            for ready in entering[carry]
            for each in advanced(ready, walk, loop, order)
        ]
        found[made] = [*latest(reaching, sizes[made], order)]
    for (read, made), step in loop.inside.items():
        if made >= count:
            found[made] += (_behind(ready, step) for ready in read_later(found[read], read, loop, order))
    return [latest(times, own, order) for times, own in zip(found, sizes, strict=True)]


def read_later(made: Iterable[Ready], carry: int, loop: Recurrence, order: Order) -> Iterator[Ready]:
    """When a carry is there to be read that was made so many steps before."""
    delay = Walk(delay=loop.delays[carry])
    for ready in made:
        yield from advanced(ready, delay, loop, order)


def _behind(ready: Ready, step: Peak) -> Ready:
    return replace(ready.later(step.latency, step.via), exact=ready.exact and step.exact)


def advanced(ready: Ready, walk: Walk, loop: Recurrence, order: Order) -> Iterator[Ready]:
    """When something is there that goes along a way, by the step at which it arrives."""
    if ready.only_last and (walk.loops or walk.delay != 0):
        ready = replace(ready, exact=False, only_last=None)
    moving = [ramp for ramp in ready.ramps if _rises(ramp, loop.now)]
    ready, start = _entering(ready, loop.now, moving) if walk.loops else (ready, ZERO)
    if any(_falls(ramp, loop.now) for ramp in ready.ramps) and walk.loops:
        first = at_first(ready, loop.now, order)
        ready = replace(first, exact=first.exact and all(each.delay == 1 for each in walk.loops))
        moving = [ramp for ramp in ready.ramps if _rises(ramp, loop.now)]
    if not walk.loops:
        yield _shifted(ready, walk, loop)
    elif not moving:
        yield _from(ready, start, walk, loop)
    elif len(moving) == 1 and moving[0].place.steps == ((loop.now, ONE),):
        yield from _overtaken(ready, moving[0], walk, loop, order)
    else:
        first = at_first(ready, loop.now, order)
        unbounded = all(each.delay == ONE for ramp in moving for each in ramp.loops)
        yield replace(_from(first, ZERO, walk, loop), exact=first.exact and unbounded)
        yield replace(_shifted(ready, walk, loop), exact=ready.exact and unbounded)


def _rises(ramp: Ramp, now: int) -> bool:
    return any(axis == now and not step.is_negative for axis, step in ramp.place.steps)


def _falls(ramp: Ramp, now: int) -> bool:
    return any(axis == now and step.is_negative for axis, step in ramp.place.steps)


def _entering(ready: Ready, now: int, moving: list[Ramp]) -> tuple[Ready, Expr]:
    """Wherever it counts along the loop, and the step from which on it does: the loop goes on from there."""
    own = {each: dict(each.steps)[now] for each in ready.where if now in dict(each.steps)}
    if not own:
        return ready, ZERO
    rough = ready.rough or bool(moving) or any(len(each.steps) > 1 for each in own)
    starts = [normal(-each.offset) for each, step in own.items() if step == ONE and not rough]
    where = tuple(each for each in ready.where if each not in own)
    return replace(ready, where=where, rough=rough), starts[0] if len(starts) == 1 else ZERO


def at_first(ready: Ready, now: int, order: Order) -> Ready:
    """When the first step's is ready, of what comes by steps: the last one where a ramp falls."""
    latency, via, exact, kept, slack = ready.latency, ready.via, ready.exact, [], ready.slack
    for ramp in ready.ramps:
        steps = tuple((axis, step) for axis, step in ramp.place.steps if axis != now)
        if steps:
            kept.append(replace(ramp, place=Linear(ramp.place.offset, steps)))
            continue
        within = ramp.top if order.at_least(ramp.place.offset, ramp.top) else ramp.place.offset
        exact = exact and (within == ramp.top or order.at_least(ramp.top, within))
        slack = slack if order.at_least(within, ZERO) else (*slack, normal(within))  # else nothing is there
        made = filled(ramp.loops, order.larger(within, ZERO), order)
        latency, via, exact = latency + made.steps, joined(via, rounds(ramp.loops, made)), exact and made.exact
    return replace(ready, latency=latency, ramps=tuple(kept), via=via, exact=exact, slack=slack)


def _shifted(ready: Ready, walk: Walk, loop: Recurrence) -> Ready:
    """The same, so many steps of time later."""
    made = ready.later(_expr(walk.latency), walk.via)
    if walk.delay == 0:
        return made
    delay = _expr(walk.delay)
    ramps = tuple(_delayed(ramp, loop, delay) for ramp in made.ramps)
    where = tuple(each.moved(loop.now, -delay) for each in made.where)
    moving = [ramp.place for ramp in ramps if loop.now in dict(ramp.place.steps)]
    if not moving:
        ramps = (*ramps, _ramp(loop, delay, ()))  # nothing is there before
    elif not any(each.steps == ((loop.now, ONE),) and normal(each.offset + delay).is_nonpositive for each in moving):
        where = (*where, Linear(normal(-delay), ((loop.now, ONE),)))
    return replace(made, ramps=ramps, where=where)


def _delayed(ramp: Ramp, loop: Recurrence, delay: Expr) -> Ramp:
    """So many steps of time later; what ends with the loop now ends before its top."""
    steps = dict(ramp.place.steps)
    if loop.now not in steps:
        return ramp
    later = -steps[loop.now] * delay
    ends = steps == {loop.now: ONE} and normal(ramp.place.offset + loop.length - ONE - ramp.top) == 0
    return replace(ramp, place=ramp.place + later, top=normal(ramp.top + later) if ends else ramp.top)


def _ramp(loop: Recurrence, start: Expr, loops: tuple[Loop, ...]) -> Ramp:
    """Loops from one step on, to the last."""
    return Ramp(Linear(normal(-start), ((loop.now, ONE),)), normal(loop.length - ONE - start), loops)


def _from(ready: Ready, start: Expr, walk: Walk, loop: Recurrence) -> Ready:
    """What is there from one step on, and goes round from then on."""
    made = ready.later(_expr(walk.latency), walk.via)
    return replace(made, ramps=(*made.ramps, _ramp(loop, start + _expr(walk.delay), walk.loops)))


def _overtaken(ready: Ready, ramp: Ramp, walk: Walk, loop: Recurrence, order: Order) -> Iterator[Ready]:
    """Of what comes later and later: it goes round from the beginning, or from its end, or not at all.

    Where both loops begin together, any rounds of the one and then of the other fill the time: that is one ramp.
    """
    ahead, last = ramp.place.offset, normal(loop.length - ONE)
    others = tuple(each for each in ready.ramps if each is not ramp)
    together = not order.at_least(ahead, ONE)  # where that is open, the loops are supposed to, which is never too early
    single = all(each.delay == 1 for each in (*ramp.loops, *walk.loops))
    if together or not single:
        made = _ramp(loop, normal(_expr(walk.delay) - ahead), fewer((*ramp.loops, *walk.loops), order))
        exact = ready.exact and together and order.at_least(ramp.top, normal(last + ahead - _expr(walk.delay)))
        slack = ready.slack if order.at_least(ZERO, ahead) else (*ready.slack, normal(-ahead))
        yield replace(ready.later(_expr(walk.latency), walk.via), ramps=(*others, made), exact=exact, slack=slack)
        return
    yield _from(at_first(replace(ready, ramps=(*others, ramp)), loop.now, order), ZERO, walk, loop)
    yield _shifted(ready, walk, loop)
    ended = filled(ramp.loops, ramp.top, order)
    start = normal(ramp.top - ahead)
    slack = ready.slack if order.at_least(start, ZERO) else (*ready.slack, start)
    via = joined(ready.via, rounds(ramp.loops, ended))
    at_end = Ready(ready.latency + ended.steps, others, via, ready.exact, slack=slack)
    yield _from(at_end, start, walk, loop)


def _expr(steps: object) -> Expr:
    return steps if isinstance(steps, Expr) else ONE * steps
