"""The places of an activity in the order of one axis, or two: which of them are begun together, which in turn.

A place is begun when the last of what it waits for is there. So of what is there at once and what comes place by place
the one counts up to some place, and the other from there on: places that are held up begin together, those behind them
one after the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Dummy, Expr, Max, Min, div, floor, sympify

from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ready, Sizes
from symcost.expressions import ONE, ZERO, floor_div, normal, total


@dataclass(frozen=True)
class Interval:
    """Work at a first step, then every so many steps, in so many rounds.

    Copies of it follow one another: how many, and by how many steps each is later than the one before.
    """

    first: Expr
    every: Expr  # steps
    rounds: Expr
    work: Expr  # at each of them
    copies: tuple[tuple[Expr, Expr], ...] = ()
    exact: bool = True  # whether it is so much at each of them
    slack: tuple[Expr, ...] = ()  # it is there where none of these is below 0
    even: bool = True  # whether the last round is as much as the others, and not perhaps less
    rise: Expr = ZERO  # so many steps after the first it is as much, and less before

    @classmethod
    def at(cls, step: Expr, work: Expr) -> Interval:
        """At one step."""
        return cls(step, ZERO, ONE, work)

    @property
    def last(self) -> Expr:
        """The last step, without the copies."""
        return normal(self.first + self.every * (self.rounds - ONE))


@dataclass(frozen=True)
class _Line:
    """The places from one on: the first is there after so many steps, each so many places later so many steps on."""

    place: Expr
    steps: Expr
    every: Expr = ZERO  # steps
    delay: Expr = ONE  # places

    def at(self, place: Expr) -> Expr:
        """When a place is there."""
        return normal(self.steps + self.every * floor_div(normal(place - self.place), self.delay))

    def is_as_late(self, other: _Line, since: Expr, order: Order) -> bool:
        """Whether, from a place on at which both count, it is never earlier than another."""
        apart = normal((self.place - other.place) / other.delay)
        in_step = other.every == 0 or (self.delay == other.delay and apart.is_integer)
        return bool(
            in_step
            and order.at_least(since, self.place)
            and order.at_least(since, other.place)
            and order.at_least(self.at(since), other.at(since))
            and order.at_least(self.every, other.every)
        )


@dataclass(frozen=True)
class _Stretch:
    """The places of a line from a first up to one."""

    line: _Line
    first: Expr
    end: Expr

    @property
    def places(self) -> Expr:
        """How many there are."""
        return normal(self.end - self.first)

    @property
    def rounds(self) -> Expr:
        """How many steps there are at which some of them are begun."""
        return ONE if self.line.every == 0 else normal(floor_div(self.places - ONE, self.line.delay) + ONE)

    def at_once(self, order: Order) -> Expr:
        """How many come at each step, if there are any."""
        return self.line.delay if self.line.delay == ONE else least(self.line.delay, self.places, order)

    def begun(self, order: Order) -> Iterator[Interval]:
        """One after the other."""
        if order.at_least(ZERO, self.places):
            return
        at_once = self.places if self.line.every == 0 else self.at_once(order)
        even, slack = at_once in (ONE, self.places), _one_or_more(self.places, order)
        yield Interval(self.line.steps, self.line.every, self.rounds, at_once, slack=slack, even=even)

    def after(self, step: Expr, order: Order) -> tuple[Expr, list[Interval]] | None:
        """How many places are held up to a step, and those that come later one after the other; None if not known."""
        line = self.line
        if order.at_least(line.steps, step + 1):
            return ZERO, list(self.begun(order))
        reached = order.at_least(step, line.steps)
        if line.every == 0:
            later = () if reached else self.begun(order)
            return self.places if reached else ZERO, [replace(x, slack=(line.steps - step - ONE,)) for x in later]
        gone = divided(normal(step - line.steps), line.every, order)
        if gone is None:
            return None
        rounds = normal(gone[0] + ONE if reached else Max(ZERO, gone[0] + ONE))
        held = sympify(least(normal(line.delay * rounds), self.places, order))
        left = normal(self.rounds - rounds)
        if order.at_least(ZERO, left):
            return held, []
        first = normal(line.steps + line.every * rounds)
        even, slack = line.delay == ONE, _one_or_more(left, order)
        return held, [Interval(first, line.every, left, self.at_once(order), slack=slack, even=even)]


def one_by_one(pieces: Sequence[Ready], axes: Collection[int], sizes: Sizes, order: Order) -> list[Interval] | None:
    """The places that begin together, and those behind them; None if it is not known which way counts where."""
    lines: dict[int, list[_Line]] = {axis: [] for axis in axes}
    until = None
    for each in pieces:
        if not each.ramps:
            until = each.latency
        elif len(each.ramps) > 1 or len(each.ramps[0].place.steps) > 1:
            return None
        else:
            ((axis, _),) = each.ramps[0].place.steps
            line = _line(each, sizes[axis], order)
            if line is None or len(_slopes(pieces, axis)) > 1:
                return None
            if line.place == 0 and line.every == 0:
                until = line.steps if until is None else sympify(order.larger(until, line.steps))
            else:
                lines[axis].append(line)
    if not axes:
        return [] if until is None else [Interval.at(until, ONE)]
    found = [_in_order(each, sizes[axis], order) for axis, each in lines.items()]
    if None in found or len(found) > 2:
        return None
    stretches = [each for each in found if each is not None]
    if len(stretches) == 2:
        return _in_square(until, stretches[0], stretches[1], order)
    return _behind(until, stretches[0], sizes[next(iter(axes))], order)


def _slopes(pieces: Iterable[Ready], axis: int) -> set[Expr]:
    return {dict(ramp.place.steps)[axis] for each in pieces for ramp in each.ramps if axis in dict(ramp.place.steps)}


def _behind(until: Expr | None, stretches: Sequence[_Stretch], length: Expr, order: Order) -> list[Interval] | None:
    """What is held up to a step together, and what is behind it; None if that is not known."""
    if until is None:
        return [made for each in stretches for made in each.begun(order)]
    parts = [each for stretch in stretches if (each := stretch.after(until, order))]
    if len(parts) < len(stretches):
        return None
    held = total([stretches[0].first if stretches else length, *(each for each, _ in parts)])
    found = [made for _, later in parts for made in later]
    if found and found[0].work == held and found[0].every == normal(found[0].first - until):  # one round more
        return [replace(found[0], first=until, rounds=normal(found[0].rounds + ONE), slack=()), *found[1:]]
    return [Interval.at(until, held), *found] if held != 0 else found


def _in_square(
    until: Expr | None, one: Sequence[_Stretch], other: Sequence[_Stretch], order: Order
) -> list[Interval] | None:
    """What waits for the later of two places that come alike: with each that comes all those of the other before it."""
    if len(one) != 1 or len(other) != 1:
        return None
    first, second = (one[0], other[0]) if order.at_least(other[0].line.steps, one[0].line.steps) else (other[0], one[0])
    line, every = first.line, first.line.every
    alike = line.place == second.line.place == 0 and line.delay == second.line.delay == 1 and every == second.line.every
    ahead = normal(second.line.steps - line.steps)
    if not alike or every == 0 or not order.at_least(every, ahead + 1) or not order.at_least(ahead, ZERO):
        return None
    if until is not None and not order.at_least(line.steps, until):
        return None
    side = least(first.places, second.places, order)
    if ahead == 0:
        left = normal(first.places + second.places - 2 * side)
        together = [(line.steps, side, normal(2 * side - ONE), side), (line.steps + every * side, left, side, ONE)]
    else:
        before = least(normal(first.places - ONE), second.places, order)
        together = [(line.steps + every, normal(first.places - ONE), before, before),
                    (second.line.steps, second.places, side, side)]  # fmt: skip
    return [
        Interval(normal(step), every, rounds, most, slack=_one_or_more(rounds, order), rise=normal(every * (up - ONE)))
        for step, rounds, most, up in together if not order.at_least(ZERO, rounds)
    ]  # fmt: skip


def _one_or_more(number: Expr, order: Order) -> tuple[Expr, ...]:
    """What must not be below 0 where there is one at least, as far as there is not always."""
    return () if order.at_least(number, ONE) else (normal(number - ONE),)


def _line(piece: Ready, length: Expr, order: Order) -> _Line | None:
    """The line of a way with one ramp, along an axis of a length; None if it does not come evenly."""
    if len(piece.ramps) != 1 or len(piece.ramps[0].loops) > 1:
        return None
    (ramp,) = piece.ramps
    slope = ramp.place.steps[0][1]
    place = normal((length - ONE if slope == -ONE else ZERO) - ramp.place.offset)  # if it falls, the last comes first
    if abs(slope) != ONE or not order.at_least(ramp.top, length - ONE - place):
        return None
    loop = ramp.loops[0] if ramp.loops else Loop(0, 1)
    line = _Line(place, piece.latency, sympify(loop.latency), sympify(loop.delay) if loop.latency != 0 else ONE)
    if order.at_least(place, ZERO):
        return line
    ahead = order.at_least(ZERO, place) and line.delay == 1
    return replace(line, place=ZERO, steps=line.at(ZERO)) if ahead else None


def _in_order(lines: Iterable[_Line], length: Expr, order: Order) -> list[_Stretch] | None:
    """Which line counts from which place to which: each up to where the next begins; None if that is not known."""
    kept: list[_Line] = []
    for line in lines:
        if not any(other.is_as_late(line, line.place, order) for other in kept):
            kept = [other for other in kept if not line.is_as_late(other, other.place, order)] + [line]
    kept.sort(key=lambda line: sum(line.is_as_late(other, line.place, order) for other in kept))
    if not all(one.is_as_late(other, one.place, order) for other, one in itertools.pairwise(kept)):
        return None
    places = [*(least(line.place, length, order) for line in kept), length]
    return [_Stretch(line, first, end) for line, (first, end) in zip(kept, itertools.pairwise(places), strict=True)]


def divided(steps: Expr, every: Expr, order: Order) -> tuple[Expr, Expr] | None:
    """How often a number of steps is in another, and what is left; None if that is not known.

    >>> from symcost.formula import read
    >>> divided(read("T*(ceil(log2(H)) + 4) + 2"), read("ceil(log2(H)) + 4"), Order())
    (T, 2)
    """
    if every.is_Integer:
        whole = normal(floor(normal(steps / every)))
        return whole, normal(steps - every * whole)
    units = [each for each, times in every.as_coefficients_dict().items() if times == 1 and not each.is_number]
    for unit in sorted(units, key=str):
        mark = Dummy(integer=True)
        over, under = (each.xreplace({unit: mark}) for each in (steps, every))
        if over.is_polynomial(mark):
            whole, left = (normal(each.xreplace({mark: unit})) for each in div(over, under, mark))
            if left.is_Integer and order.at_least(every, abs(left) + 1):
                return (whole, left) if left >= 0 else (normal(whole - ONE), normal(left + every))
    return None


def least(one: Expr, other: Expr, order: Order) -> Expr:
    """The smaller of two numbers of steps or places; ``Min`` where that is not decided."""
    if order.at_least(other, one):
        return one
    return other if order.at_least(one, other) else Min(one, other, evaluate=False)
