"""Which of two numbers of steps is the larger, as far as it is certain."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from sympy import Add, Dummy, Expr, Integer, Max, Min, Mul, ceiling, floor, log, sympify

from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.signs import signs
from symcost.expressions import ONE, ZERO, exceeds, normal, term_count

_MOST_TERMS = 20  # of a sum that is held against premises
_MOST_CASES = 4  # of what several Max and Min may be
Steps: TypeAlias = "Expr | int | Fraction"  # numbers of Python's as long as all are numbers, which is fast


def as_number(steps: Steps) -> int | None:
    """Steps as a whole number, if they are one."""
    return int(steps) if isinstance(steps, int) or getattr(steps, "is_Integer", False) else None


@dataclass
class Order:
    """Compares numbers of steps, under premises.

    >>> from symcost.formula import read
    >>> order = Order()
    >>> order.at_least(read("T*H + 1"), read("T")), order.at_least(read("T"), read("H"))
    (True, False)
    >>> order.larger(read("T"), read("H"))
    Max(H, T)
    """

    known: Premises = NOTHING
    _memo: dict[tuple[Any, Any], bool] = field(default_factory=dict, repr=False)

    def at_least(self, one: Steps, other: Steps) -> bool:
        """Whether one is certainly at least as large as the other."""
        if one is other:
            return True
        if not isinstance(one, Expr) and not isinstance(other, Expr):
            return one >= other
        if (one, other) not in self._memo:
            self._memo[one, other] = self._at_least(sympify(one), sympify(other))
        return self._memo[one, other]

    def _at_least(self, one: Expr, other: Expr) -> bool:
        if one == other:
            return True
        if one.is_Integer and other.is_Integer:
            return bool(one >= other)
        difference = normal(one - other)
        if difference.is_number:
            return bool(difference.doit() >= 0)
        choice = next((each for each in Add.make_args(difference) if each.has(Max, Min)), None)
        if choice is not None:
            few = math.prod(len(each.args) for each in difference.atoms(Max, Min)) <= _MOST_CASES
            return few and self._chosen(difference, choice)
        sign = _sign_with_logarithms_apart(difference)
        if sign or (sign is False and self.known == NOTHING):
            return sign
        rest = _without_logarithms(difference, self.known)
        return exceeds(rest, ZERO) or self._beside(rest) or self._follows(rest)

    def _beside(self, difference: Expr) -> bool:
        """Whether it is at least 0 with what floors and ceilings lie beside in their place."""
        return difference.has(floor, ceiling) and exceeds(_without_rounding(difference), ZERO)

    def _follows(self, difference: Expr) -> bool:
        """Whether it is at least 0 by the premises; long sums are not looked at."""
        if self.known == NOTHING or term_count(difference) > _MOST_TERMS or difference.has(floor, ceiling, log):
            return False
        return -1 not in signs(difference, self.known)

    def _chosen(self, difference: Expr, choice: Expr) -> bool:
        """Whether it is at least 0 with each argument of a ``Max`` that is taken off, or with one that is added."""
        times, atom = choice.as_independent(Max, Min, as_Add=False)
        if not isinstance(atom, Max | Min) or not (times.is_positive or times.is_negative):
            return False
        decided = (self.at_least(normal(difference - choice + times * each), ZERO) for each in atom.args)
        return any(decided) if bool(times.is_positive) == isinstance(atom, Max) else all(decided)

    def largest(self, candidates: Iterable[Steps]) -> Steps:
        """The largest; what cannot be decided stays as ``Max``."""
        kept = self._undecided(candidates)
        if len(kept) < 2:
            return kept[0] if kept else 0
        return self._any_of([sympify(each) for each in kept])

    def larger(self, one: Steps, other: Steps) -> Steps:
        """The larger of two."""
        return self.largest([one, other])

    def _undecided(self, candidates: Iterable[Steps]) -> list[Steps]:
        """Those of which none is certainly at most another."""
        kept: list[Steps] = []
        for each in dict.fromkeys(candidates):
            if not any(self.at_least(other, each) for other in kept):
                kept = [other for other in kept if not self.at_least(each, other)] + [each]
        return kept

    def _any_of(self, given: list[Expr]) -> Expr:
        """Max of some that cannot be compared, with what they have in common outside of it."""
        terms = [each.as_coefficients_dict() for each in given]
        common = set.intersection(*map(set, terms))
        shared = Add(*(min(each[term] for each in terms) * term for term in common))
        kept = self._undecided(each for rest in given for each in _alternatives(normal(rest - shared)))
        if len(kept) == 1:
            return normal(shared + kept[0])
        return shared + Max(*kept, evaluate=False)


def _alternatives(expression: Expr) -> list[Expr]:
    """The sums of which the larger is meant, if a sum has one ``Max`` in it; else the sum."""
    choices = [each for each in Add.make_args(expression) if each.has(Max)]
    if len(choices) == 1 and isinstance(choices[0], Max):
        return [normal(expression - choices[0] + each) for each in choices[0].args]
    return [expression]


@functools.lru_cache(maxsize=4096)
def _sign_with_logarithms_apart(difference: Expr) -> bool | None:
    """Whether it is at least 0 with any numbers from 0 on for the ceilings of logarithms; None if they decide."""
    if exceeds(difference, ZERO):
        return True
    numbers = {each: _from_zero_on() for each in difference.atoms(ceiling) if each.has(log)}
    apart = normal(difference.xreplace(numbers)) if numbers else difference
    if numbers and exceeds(apart, ZERO):
        return True
    return False if exceeds(-apart, ZERO) else None  # it is not always 0, being no number


def _without_logarithms(difference: Expr, known: Premises) -> Expr:
    """A difference with numbers from 0 on for the ceilings of logarithms, of which the larger are larger."""
    atoms = sorted((each for each in difference.atoms(ceiling) if each.has(log)), key=str)
    inside = {atom: _inside(atom) for atom in atoms}
    found: dict[Expr, Expr] = {}
    for place, atom in enumerate(atoms):
        base: Expr = Integer(0)
        for other in atoms[:place]:
            if -1 not in signs(inside[atom] - inside[other], known):
                base = found[other]
            elif -1 not in signs(inside[other] - inside[atom], known):
                found[other] += found.setdefault(atom, _from_zero_on())
        found.setdefault(atom, base + _from_zero_on())
    return normal(difference.xreplace(found))


def _from_zero_on() -> Expr:
    """A number from 0 on, written with a symbol from 1 on, as every size is."""
    return Dummy(positive=True, integer=True) - 1


def _inside(atom: Expr) -> Expr:
    """The x of ceil(log2(x)), which stands there as a sum if x is a product."""
    return Mul(*(each.args[0] for each in atom.atoms(log) - {log(2)}))


def _without_rounding(difference: Expr) -> Expr:
    """At most a difference, with what floors and ceilings lie between in their place.

    With q for the denominator, x - 1 + 1/q <= floor(x) <= x <= ceiling(x) <= x + 1 - 1/q; and floor(x) >= floor(y)
    where x >= y.
    """
    rounded, rest = dict[Expr, Expr](), list[Expr]()
    for term in Add.make_args(difference):
        times, atom = term.as_independent(floor, ceiling, as_Add=False)
        if isinstance(atom, floor | ceiling) and not atom.has(log):
            rounded[atom] = normal(rounded.get(atom, ZERO) + times)
        else:
            rest.append(term)
    for atom, times in list(rounded.items()):
        if not times.is_number:  # its sign must be known
            up = exceeds(ZERO, times)
            rest.append(rounded.pop(atom) * (_bound(atom, up=up) if up or exceeds(times, ZERO) else atom))
    for one, other in itertools.permutations(rounded, 2):
        if one.func == other.func and rounded[one] > 0 > rounded[other] and exceeds(one.args[0], other.args[0]):
            gone = min(rounded[one], -rounded[other])
            rounded[one], rounded[other] = rounded[one] - gone, rounded[other] + gone
    return normal(Add(*rest, *(times * _bound(atom, up=times.is_negative) for atom, times in rounded.items())))


def _bound(atom: Expr, *, up: bool) -> Expr:
    """The least, or the most, that a floor or a ceiling may be."""
    inside, away = atom.args[0], ONE - ONE / _denominator(atom.args[0])
    if isinstance(atom, floor):
        return inside if up else inside - away
    return inside + away if up else inside


def _denominator(expression: Expr) -> Integer:
    """The common denominator of the numbers in front of the terms."""
    return Integer(math.lcm(*(int(sympify(times).q) for times in expression.as_coefficients_dict().values())))
