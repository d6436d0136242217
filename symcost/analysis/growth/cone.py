"""In which directions dimensions may grow, and which monomials stay bounded there.

With u = log x for every dimension x that grows, relations between products are linear: K <= T is u_K <= u_T. The
directions left are a cone, and its extreme rays decide. A quotient r = x^p (log x)^q ... is bounded if and only if
p . g <= 0 on every ray g and, for every set of the rays with p . g = 0, the logarithms of what grows along any of them
have no positive sum of levels: log(u_i) is the logarithm of the largest of its rays, up to a constant.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TypeAlias

from sympy import Expr, Symbol

from symcost.analysis.growth.monomial import Exponent, Levels, Monomial, logarithm
from symcost.analysis.growth.rays import Vector, dot, extreme_rays, whole
from symcost.expressions import ZERO

Line: TypeAlias = tuple[tuple[Monomial, Expr], ...]  # a sum that is at least 0

_MOST_SUMMANDS = 24  # monomials that are tried together as a bound
_MOST_SETS = 1024  # of rays
_MOST_STEPS = 8  # relations put into one exponent


@dataclass(frozen=True)
class Cone:
    """Directions of growth: rays, quotients that outgrow every constant, exact linear relations.

    ``stands_for`` says what a sum or a minimum that has a name of its own is of the size of here.
    """

    variables: tuple[Symbol, ...]
    rows: tuple[Vector, ...] = ()
    ahead: tuple[Vector, ...] = ()
    lines: tuple[Line, ...] = ()
    stands_for: tuple[tuple[Symbol, Monomial], ...] = ()

    @functools.cached_property
    def rays(self) -> tuple[Vector, ...]:
        """The extreme rays, with every dimension at least 1."""
        return extreme_rays(len(self.variables), self.rows)

    @functools.cached_property
    def growing(self) -> tuple[Vector, ...]:
        """What has to outgrow every constant: each dimension, and each quotient that a little-o relation names."""
        count = len(self.variables)
        return (*(tuple(int(i == j) for j in range(count)) for i in range(count)), *self.ahead)

    @property
    def is_possible(self) -> bool:
        """Whether all that grows can grow together."""
        return all(any(dot(form, ray) > 0 for ray in self.rays) for form in self.growing)

    def limited(self, rows: Iterable[Vector], stands_for: tuple[Symbol, Monomial] | None = None) -> Cone:
        """The part of the cone where some forms are not negative."""
        new = tuple(dict.fromkeys((*self.rows, *rows)))
        return replace(self, rows=new, stands_for=(*self.stands_for, *([stands_for] if stands_for else [])))

    def form(self, monomial: Monomial) -> tuple[Exponent, ...]:
        """The exponents of the dimensions, what has a name of its own written out."""
        levels = self.settled(monomial).levels
        return tuple(levels[symbol][0] if symbol in levels else 0 for symbol in self.variables)

    def settled(self, monomial: Monomial) -> Monomial:
        """A monomial with what sums and minima in it are of the size of, but for their logarithms."""
        for symbol, meant in reversed(self.stands_for):
            levels = monomial.levels.get(symbol, ())
            if levels and levels[0] != 0:
                monomial = monomial / Monomial(((symbol, (levels[0],)),)) * meant ** levels[0]
        return monomial

    def bounds(self, quotient: Monomial) -> bool:
        """Whether a quotient is certain to stay bounded."""
        found = self._leading_rays(quotient)
        return found is not None and all(_sign(levels) <= 0 for levels in self._level_sums(quotient, found))

    def vanishes(self, quotient: Monomial) -> bool:
        """Whether a quotient is certain to go to 0 as all that grows grows."""
        found = self._leading_rays(quotient)
        if found is None or any(_sign(levels) > 0 for levels in self._level_sums(quotient, found)):
            return False
        covered = all(any(dot(form, ray) > 0 for ray in found) for form in self.growing)
        return not covered or _sign(_sum(levels for _, levels in self._logarithms(quotient))) < 0

    def bounds_by(self, monomial: Monomial, others: Sequence[Monomial]) -> bool:
        """Whether a monomial is certain to be at most a constant times the sum of others."""
        if any(self.bounds(monomial / other) for other in others):
            return True
        alike = [other for other in others if other.exponent == monomial.exponent]
        return 1 < len(alike) <= _MOST_SUMMANDS and self._below_mean(monomial, alike)

    def _below_mean(self, monomial: Monomial, others: Sequence[Monomial]) -> bool:
        """Whether some weighted geometric mean of the others bounds it; their sum is at least that mean.

        The weights are the rays of a cone themselves: of every w >= 0 with sum_b w_b (p_b - p) . g >= 0 on every ray g,
        and the like for the logarithms, if it takes those too.
        """
        quotients = [other / monomial for other in others]
        gaps = [self.form(quotient) for quotient in quotients]
        if any(isinstance(entry, Expr) for gap in gaps for entry in gap):
            return False
        rows = tuple(whole(dot(gap, ray) for gap in gaps) for ray in self.rays)
        choices = dict.fromkeys((rows, (*rows, *self._level_rows(quotients))))
        return any(
            self.bounds(_mean(monomial, others, weights))
            for each in choices for weights in extreme_rays(len(others), each)
        )  # fmt: skip

    def _level_rows(self, quotients: Sequence[Monomial]) -> list[Vector]:
        """For every set of rays, the levels of the logarithms of dimensions that grow along any of them."""
        places = [
            i for i, symbol in enumerate(self.variables)
            if any(len(each.levels.get(symbol, ())) > 1 for each in quotients)
        ]  # fmt: skip
        sets = _unions({frozenset(i for i in places if ray[i]) for ray in self.rays}) or []
        levels = [{i: (*each.levels.get(self.variables[i], ()), 0, 0)[1] for i in places} for each in quotients]
        plain = not any(isinstance(level, Expr) for each in levels for level in each.values())
        return [whole(sum(each[i] for i in union) for each in levels) for union in sets if plain]

    def _leading_rays(self, quotient: Monomial) -> list[Vector] | None:
        """The rays along which only logarithms of the quotient are left; None if it outgrows them on any."""
        quotient = self.settled(quotient)
        damped = self._damped(quotient)
        if damped is None:
            return None
        places = [i for i, symbol in enumerate(self.variables) if symbol in damped]
        form, leading = self.form(quotient), []
        for ray in self.rays:
            if any(ray[i] for i in places):
                continue
            slope = _sign((dot(form, ray),))
            if slope > 0:
                return None
            leading += [ray] if slope == 0 else []
        return leading

    def _logarithms(self, quotient: Monomial) -> list[tuple[Levels, Levels]]:
        """The levels of the quotient above its powers, each with the form of what it is the logarithm of."""
        meant = dict(self.stands_for)
        found = []
        for symbol, levels in self.settled(quotient).powers:
            if any(levels[1:]) and (symbol in self.variables or symbol in meant):
                found.append((self.form(meant.get(symbol, Monomial(((symbol, (1,)),)))), levels[1:]))
        return found

    def _level_sums(self, quotient: Monomial, rays: Sequence[Vector]) -> list[Levels]:
        """For every set of rays, the levels of the logarithms that grow along any of them, added up."""
        logarithms = self._logarithms(quotient)
        if any(dot(form, ray) < 0 for form, _ in logarithms for ray in self.rays):
            return [(1,)]  # a logarithm of what may shrink: nothing is certain
        unions = _unions({frozenset(i for i, (form, _) in enumerate(logarithms) if dot(form, ray) > 0) for ray in rays})
        if unions is None:
            return [(1,)]
        return [_sum(logarithms[i][1] for i in sorted(union)) for union in unions]

    def _damped(self, quotient: Monomial) -> set[Symbol] | None:
        """The dimensions that an exponential holds down; None if it may grow without bound."""
        above = self._reduced(dict(quotient.exponent))
        if above is None:
            return None
        damped = set()
        for each in above:
            roots = {symbol for symbol in each.levels if symbol in self.variables}
            if all(min(levels) >= 0 for _, levels in each.powers) and _no_bare_logarithm(each, roots):
                damped |= {symbol for symbol in roots if self.vanishes(logarithm(symbol) / each)}
        return damped

    def _reduced(self, above: dict[Monomial, Expr]) -> dict[Monomial, Expr] | None:
        """An exponent of e that is certain to be at most this one: sums of negative terms; None if there is none."""
        for _ in range(_MOST_STEPS):
            if any(number.is_positive is not True and number.is_negative is not True for number in above.values()):
                return None
            falling = [each for each, number in above.items() if number.is_negative]
            rising = [
                each for each, number in above.items()
                if number.is_positive and not self.bounds(each) and not any(self.vanishes(each / n) for n in falling)
            ]  # fmt: skip
            if not rising:
                return {each: above[each] for each in falling}
            line = next((line for line in map(dict, self.lines) if line.get(rising[0], ZERO).is_negative), None)
            if line is None:
                return None
            share = -above[rising[0]] / line[rising[0]]
            merged = {each: above.get(each, 0) + share * line.get(each, 0) for each in {**above, **line}}
            above = {each: number for each, number in merged.items() if number != 0}
        return None


def _unions(sets: Iterable[frozenset[int]]) -> list[frozenset[int]] | None:
    """Every union of some sets, that of none among them; None if there are too many."""
    unions = {frozenset[int]()}
    for each in sorted(sets, key=sorted):
        unions |= {each | other for other in unions}
        if len(unions) > _MOST_SETS:
            return None
    return sorted(unions, key=sorted)


def _no_bare_logarithm(monomial: Monomial, growing: set[Symbol]) -> bool:
    """Whether no logarithm of a constant is in it: a constant may be 1."""
    return all(symbol in growing or len(levels) == 1 for symbol, levels in monomial.powers)


def _mean(monomial: Monomial, others: Sequence[Monomial], weights: Vector) -> Monomial:
    """A monomial over a weighted geometric mean of others, to the power of the sum of the weights."""
    quotient = monomial ** sum(weights)
    for other, weight in zip(others, weights, strict=True):
        quotient = quotient / other**weight
    return quotient


def _sum(levels: Iterable[Levels]) -> Levels:
    return tuple(map(sum, zip_longest(*levels, fillvalue=0)))


def _sign(levels: Levels) -> int:
    """The sign of the first level that is not 0; what cannot be told counts as positive, which claims nothing."""
    for level in levels:
        if isinstance(level, Expr):
            if level.is_zero:
                continue
            return -1 if level.is_negative else 1
        if level:
            return 1 if level > 0 else -1
    return 0
