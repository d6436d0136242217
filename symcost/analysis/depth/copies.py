"""Intervals with their copies, of which each is done so many steps after the one before, as one span of steps."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sympy import Expr, Integer

from symcost.analysis.depth.lines import Interval, divided, least
from symcost.analysis.depth.order import Order
from symcost.expressions import ONE, ZERO, floor_div, normal


@dataclass(frozen=True)
class Span:
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

    def at(self, since: Expr, order: Order) -> Expr | None:
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


def merged(found: Iterable[Interval], order: Order) -> list[Span]:
    """Intervals with their copies; of those at the same steps one is made."""
    made: dict[tuple[Expr, ...], Span] = {}
    for interval in _continued(found):
        each = _spread(interval, order)
        old = made.get(each.shape)
        if old is not None:
            both = tuple(dict.fromkeys((*old.slack, *each.slack)))
            each = replace(old, work=old.work + each.work, exact=old.exact and each.exact, slack=both)
        made[each.shape] = each
    return [replace(each, work=normal(each.work)) for each in made.values()]


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


def _spread(interval: Interval, order: Order) -> Span:
    span = Span(
        interval.first, interval.last, interval.every, interval.work, interval.exact, interval.slack,
        interval.rise, fall=ZERO if interval.even else interval.every,
    )  # fmt: skip
    for place, (count, later) in enumerate(interval.copies):
        span = _copied(span, count, later, order, interval.rounds if place == 0 and interval.rise == 0 else None)
    return span


def _copied(span: Span, count: Expr, later: Expr, order: Order, rounds: Expr | None) -> Span:
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
