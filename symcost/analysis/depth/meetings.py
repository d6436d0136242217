"""Which spans may be at work at one step.

What comes every so many steps, from a numbered one on, comes at the steps of one residue class alone. Of all that has
one period, only one class is at work at a step.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from sympy import Add, Expr, Integer, sympify

from symcost.analysis.depth.copies import Span
from symcost.analysis.depth.lines import divided
from symcost.analysis.depth.samples import Sampled
from symcost.expressions import ONE, ZERO, normal, total

_MOST_SPANS = 50  # of one period that are looked at one by one for what is at work beside another span


class Phase(NamedTuple):
    """The steps at which a span may be: every so many from one on; of a single step, the period is 0."""

    period: int
    residue: int

    def meets(self, other: Phase) -> bool:
        """Whether two have a step in common, if both go on for long enough."""
        common = math.gcd(self.period, other.period)
        return self.residue == other.residue if common == 0 else (self.residue - other.residue) % common == 0


def phase(span: Span) -> Phase | None:
    """The phase of a span; None if its first step or its period is no number."""
    if not span.first.is_Integer or not span.every.is_Integer or (span.every == 0 and span.first != span.last):
        return None
    period = int(span.every)
    return Phase(period, int(span.first) % period if period else int(span.first))


class Beside(NamedTuple):
    """What may be at work beside a span: those, and at most so much more."""

    spans: list[Span]
    more: Expr


class Meetings:
    """Which of some spans may be at work at the first step of one of them, or at a later one that both have."""

    def __init__(self, spans: Iterable[Span], order: Sampled) -> None:
        self._spans, self._order = list(spans), order
        found = defaultdict[Phase | None, list[Span]](list)
        for each in self._spans:
            found[phase(each)].append(each)
        self._anywhere = found.pop(None, [])
        self._periods = defaultdict[int, dict[Phase, _Class]](dict)
        for own, some in found.items():
            if own is not None:
                self._periods[own.period][own] = _Class(some)
        self._most: dict[tuple[int, int, int], Expr] = {}

    def beside(self, one: Span) -> Beside:
        """What may be at work with a span; with one that is not at one step alone, nothing that is."""
        own, found = phase(one), Beside(self._met(one, self._not_apart(one)), ZERO)
        for period in self._with(one):
            near = self._near(own, period)
            if sum(each.count(one) for each in near) > _MOST_SPANS:
                spans, more = list[Span](), self._most_of(own, period)
            else:
                spans, more = self._together([self._met(one, each.until(one)) for each in near], one)
            found = Beside(found.spans + spans, found.more + more)
        return found

    def by_work(self) -> list[tuple[Span, Expr | None]]:
        """All spans, with at least their work and that of all at work with them; those with the most first.

        It is told only where all have a phase.
        """
        if self._anywhere:
            return [(each, None) for each in self._spans]
        found = [(each, self._at_most(each, own)) for each in self._spans if (own := phase(each))]
        found.sort(key=lambda each: self._order.at_large_sizes(each[1]), reverse=True)
        return [*found]

    def _at_most(self, one: Span, own: Phase) -> Expr:
        others = (self._most_of(own, period) for period in self._with(one) if period != own.period)
        return Add(self._periods[own.period][own].work(one), *others)

    def _with(self, one: Span) -> Iterator[int]:
        return (period for period in self._periods if period or one.every == 0)

    def _near(self, own: Phase | None, period: int) -> list[_Class]:
        """The classes of a period of which one may be at work with a phase."""
        return [each for other, each in self._periods[period].items() if own is None or own.meets(other)]

    def _most_of(self, own: Phase | None, period: int) -> Expr:
        """The most work at one step of all of a period, as far as it may be at work with a phase."""
        common = math.gcd(own.period, period) if own else 1
        key = period, common, own.residue % common if own and common else 0
        if key not in self._most:
            self._most[key] = sympify(self._order.largest(each.all for each in self._near(own, period)))
        return self._most[key]

    def _met(self, one: Span, others: Iterable[Span]) -> list[Span]:
        known = (other for other in others if other is not one and (one.every == 0 or other.every != 0))
        return [other for other in known if may_meet(other, one, self._order)]

    def _not_apart(self, one: Span) -> Iterable[Span]:
        """Of those without a phase those of which it is not known that one ends before the other begins."""
        if one not in self._ahead:
            return self._anywhere
        bit, ahead = self._ahead[one]
        return (each for each, (own, before) in self._ahead.items() if not (ahead & own or before & bit))

    @cached_property
    def _ahead(self) -> dict[Span, tuple[int, int]]:
        """Of those without a phase: a bit, and the bits of all that end before it begins.

        What is before one is before all behind it, so that along a chain each is compared with the last before it.
        """
        inorder = sorted(self._anywhere, key=lambda each: self._order.at_large_sizes(each.first))
        found: dict[Span, tuple[int, int]] = {}
        for place, one in enumerate(inorder):
            ahead = 0
            for before in reversed(inorder[:place]):
                bit, further = found[before]
                if not ahead & bit and self._order.at_least(one.first, before.last + ONE):
                    ahead |= bit | further
            found[one] = 1 << place, ahead
        return {one: found[one] for one in self._anywhere}

    def _together(self, sets: Iterable[list[Span]], one: Span) -> tuple[list[Span], Expr]:
        """Of sets of which one alone is at work at a step, the one that has the most work; or how much that is."""
        met = [each for each in sets if each]
        if len(met) < 2:
            return (met[0] if met else []), ZERO
        sums = {total(each.work for each in some): some for some in met}
        largest = sympify(self._order.largest(sums))
        there = sums.get(largest, [])
        if there and remainder(normal(one.top - there[0].first), there[0].every, self._order) == 0:
            return there, ZERO
        return [], largest


class _Class:
    """Spans of one phase, in the order of their first steps."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans, key=lambda each: int(each.first))
        self._firsts = [int(each.first) for each in self._spans]

    def count(self, one: Span) -> int:
        """How many begin when a span does, or before."""
        return bisect.bisect_right(self._firsts, int(one.first)) if one.first.is_Integer else len(self._firsts)

    def until(self, one: Span) -> list[Span]:
        """Those that begin when a span does, or before."""
        return self._spans[: self.count(one)]

    def work(self, one: Span) -> Expr:
        """The work of those that begin when a span does, or before."""
        return self._works[self.count(one)]

    @property
    def all(self) -> Expr:
        """The work of all."""
        return self._works[-1]

    @cached_property
    def _works(self) -> list[Expr]:
        return list(itertools.accumulate((each.work for each in self._spans), initial=ZERO))


def may_meet(other: Span, one: Span, order: Sampled) -> bool:
    """Whether a span may be at work at the first step of another, or at a later one that both have."""
    if order.at_least(other.first, one.first + ONE) or order.at_least(one.first, other.last + ONE):
        return False
    both = {one.every, other.every} - {ZERO}
    common = both.pop() if len(both) == 1 else ONE
    if both and all(each.is_Integer for each in (one.every, other.every)):
        common = Integer(math.gcd(int(one.every), int(other.every)))
    return remainder(normal(one.first - other.first), common, order) in (0, None)


def remainder(steps: Expr, every: Expr, order: Sampled) -> Expr | None:
    """What is left of a number of steps behind as many whole rounds as there may be; None if that is not known."""
    if every == 0 or steps == 0:
        return ZERO if steps == 0 else None
    found = divided(steps, every, order) if order.is_even(steps, every) else None
    return found[1] if found is not None and found[1].is_Integer else None
