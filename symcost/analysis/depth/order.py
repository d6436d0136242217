"""Which of two numbers of steps is the larger, as far as it is certain; what is not decided is remembered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from sympy import Add, Expr, Max, Rational, ceiling, log, sympify

from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.signs import signs
from symcost.expressions import ZERO, exceeds, normal

Steps: TypeAlias = "Expr | int | Fraction"  # numbers of Python's as long as all are numbers, which is fast


@dataclass
class Order:
    """Compares numbers of steps, under premises, and keeps the questions that it could not answer.

    >>> from symcost.formula import read
    >>> order = Order()
    >>> order.at_least(read("T*H + 1"), read("T")), order.at_least(read("T"), read("H"))
    (True, False)
    >>> order.larger(read("T"), read("H")), order.open
    (Max(H, T), {(T, H): None})
    """

    known: Premises = NOTHING
    open: dict[tuple[Expr, Expr], None] = field(default_factory=dict)
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
        difference = normal(one - other)
        if difference.is_number:
            return bool(difference >= 0)
        if exceeds(difference, ZERO):
            return True
        rest = _without_logarithms(difference, self.known)
        return rest is not None and -1 not in signs(rest, self.known)

    def largest(self, candidates: Iterable[Steps]) -> Steps:
        """The largest; what cannot be decided stays as ``Max``, and the question is kept."""
        kept: list[Steps] = []
        for each in dict.fromkeys(candidates):
            if not any(self.at_least(other, each) for other in kept):
                kept = [other for other in kept if not self.at_least(each, other)] + [each]
        if len(kept) < 2:
            return kept[0] if kept else 0
        made: Steps = kept[0]
        for each in kept[1:]:
            made = self._either(sympify(made), sympify(each))
        return made

    def larger(self, one: Steps, other: Steps) -> Steps:
        """The larger of two."""
        return self.largest([one, other])

    def _either(self, one: Expr, other: Expr) -> Expr:
        """Max of two that cannot be compared, with what they have in common outside of it."""
        first, second = (each.as_coefficients_dict() for each in (one, other))
        common = {term: min(first[term], second[term]) for term in first.keys() & second.keys()}
        shared = Add(*(times * term for term, times in common.items()))
        rests = [normal(each - shared) for each in (one, other)]
        self.open[rests[0], rests[1]] = None
        return shared + Max(*rests, evaluate=False)


def _without_logarithms(difference: Expr, known: Premises) -> Expr | None:
    """A lower bound of a difference without logarithms: ceil(log2(x)) - ceil(log2(y)) is at least 0 where x >= y."""
    if not difference.has(log):
        return difference
    gained: dict[Expr, Rational] = {}
    lost: dict[Expr, Rational] = {}
    rest: list[Expr] = []
    for term in Add.make_args(difference):
        times, atom = term.as_coeff_Mul()
        if not (isinstance(atom, ceiling | log) and times.is_Rational):
            if term.has(log):
                return None
            rest.append(term)
        else:
            (gained if times > 0 else lost)[atom] = abs(times)
    for less, wanted in lost.items():
        for more in gained:
            if wanted and type(more) is type(less) and -1 not in signs(_inside(more) - _inside(less), known):
                used = min(wanted, gained[more])
                gained[more] -= used
                wanted -= used  # noqa: PLW2901 - what is still to be outweighed
        if wanted:
            return None
    return Add(*rest)


def _inside(atom: Expr) -> Expr:
    """The x of log2(x), or of its ceiling."""
    (logarithm,) = (
        atom.atoms(log)
        if isinstance(atom, ceiling) and len(atom.atoms(log) - {log(2)}) == 0
        else [next(iter(sorted(atom.atoms(log) - {log(2)}, key=str)))]
    )
    inside: Expr = logarithm.args[0]
    return inside
