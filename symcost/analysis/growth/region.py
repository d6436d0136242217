"""Where dimensions grow: all dimensions that do, and the cones of directions that relations leave."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import le

from sympy import Expr, Symbol

from symcost.analysis.growth.cone import Cone
from symcost.analysis.growth.monomial import UNIT, Levels, Monomial
from symcost.analysis.growth.rays import whole
from symcost.errors import UndecidedError
from symcost.expressions import ZERO

_MOST_CASES = 64  # cones: which of several terms is the largest
_MOST_RELATED = 500  # terms that relations compare, each with each
MOST_TOGETHER = 24  # terms of which each is held against all others together
_MOST_CORNERED = 64  # terms of which each is held against the largest in each dimension


@dataclass(frozen=True)
class Atom:
    """A sum in a denominator or a minimum, which has a name of its own.

    It is of the size of the least of ``choices``, each of which is of the size of the largest of its monomials.
    """

    symbol: Symbol
    actual: Expr
    shown: Expr
    choices: tuple[tuple[Monomial, ...], ...]


@dataclass(frozen=True)
class Region:
    """The dimensions that grow, and the cones in whose union they do."""

    variables: frozenset[Symbol]
    cones: tuple[Cone, ...]
    atoms: tuple[Atom, ...] = ()

    @classmethod
    def whole(cls, variables: Iterable[Symbol]) -> Region:
        """Every dimension grows as it likes."""
        ordered = tuple(sorted(variables, key=lambda symbol: str(symbol.name)))
        return cls(frozenset(ordered), (Cone(ordered),))

    @functools.cached_property
    def named(self) -> frozenset[Symbol]:
        """The dimensions that grow, and the atoms."""
        return self.variables.union(atom.symbol for atom in self.atoms)

    @property
    def is_free(self) -> bool:
        """Whether there are no relations and no cases: monomials are compared power by power."""
        return self.cones == (Cone(self.cones[0].variables),)

    def bounds(self, monomial: Monomial, others: Sequence[Monomial]) -> bool:
        """Whether a monomial is certain to be at most a constant times the sum of others."""
        return monomial in others or all(cone.bounds_by(monomial, others) for cone in self.cones)

    def vanishes(self, monomial: Monomial, others: Sequence[Monomial]) -> bool:
        """Whether a monomial is certain to be little-o of the sum of others."""
        return all(any(cone.vanishes(monomial / other) for other in others) for cone in self.cones)

    def grows(self, monomial: Monomial) -> bool:
        """Whether a monomial is certain to outgrow every constant."""
        return self.vanishes(UNIT, [monomial])

    def exceeds_one(self, exact: Mapping[Monomial, Expr]) -> bool:
        """Whether a sum is certain to be at least 1: it is a sum of a relation over one of its terms, and of more.

        K <= T over K says that T/K - 1 is not negative.
        """
        for line in self.cones[0].lines:
            for small, number in line:
                left = dict(exact)
                for each, count in line:
                    if each != small:
                        left[each / small] = left.get(each / small, ZERO) + count / number
                if number.is_negative and all(count.is_nonnegative for count in left.values()):
                    return True
        return False

    def constant_part(self, monomial: Monomial) -> Monomial:
        """What of a monomial does not grow."""
        return monomial / monomial.only(self.named)

    def outdone(self, monomial: Monomial, other: Monomial) -> bool:
        """Whether a monomial can be left out beside another; constants only matter between equals."""
        if not self.bounds(monomial, [other]):
            return False
        constants = self.constant_part(monomial / other)
        return constants == UNIT or constants.bounded_alone() or self.vanishes(monomial, [other])

    def maximal(self, monomials: Iterable[Monomial]) -> list[Monomial]:
        """Those without which the rest is no bound.

        Raises:
            UndecidedError: there are too many for relations to compare.
        """
        given = sorted(dict.fromkeys(monomials), key=_size, reverse=True)
        atoms = self.named - self.variables
        kept = _maximal_by_power([each for each in given if not each.exponent and not each.symbols & atoms])
        rest = [each for each in given if each.exponent or each.symbols & atoms]
        if rest or not self.is_free or not all(each.symbols <= self.variables for each in kept):
            kept = self._undominated([*kept, *rest])
        return self._needed(kept)

    def _undominated(self, given: list[Monomial]) -> list[Monomial]:
        if len(given) > _MOST_RELATED:
            raise UndecidedError(f"{len(given)} terms to compare under relations", expected=f"at most {_MOST_RELATED}")
        kept: list[Monomial] = []
        for each in given:
            if not any(self.outdone(each, other) for other in kept):
                kept = [other for other in kept if not self.outdone(other, each)] + [each]
        return kept

    def _needed(self, kept: list[Monomial]) -> list[Monomial]:
        """Without those that the others together bound, as T H is by T^2 + H^2; many are only held against corners."""
        if not 2 < len(kept) <= _MOST_CORNERED or any(self.constant_part(each) != UNIT for each in kept):
            return kept
        if len(kept) > MOST_TOGETHER:
            corners = [
                max(kept, key=lambda m: cone.form(m)[i]) for cone in self.cones[:1] for i in range(len(cone.variables))
            ]
            kept = [each for each in kept if each in corners or not self.bounds(each, corners)]
        for each in reversed(kept if len(kept) <= MOST_TOGETHER else []):
            others = [other for other in kept if other is not each]
            if self.bounds(each, others):
                kept = others
        return kept

    def with_atom(self, atom: Atom) -> Region:
        """The region with a named sum or minimum, a cone for every case of which term is its size.

        Raises:
            UndecidedError: there are too many cases.
        """
        if any(atom.symbol == other.symbol for other in self.atoms):
            return self
        cases = math.prod(map(len, atom.choices)) * len(atom.choices) * len(self.cones)
        if cases > _MOST_CASES:
            raise UndecidedError(
                f"{cases} cases of which term is the largest or the least",
                where=str(atom.actual), expected=f"at most {_MOST_CASES}", remedy="declare relations between them",
            )  # fmt: skip
        cones = [case for cone in self.cones for case in _cases(cone, atom)]
        return Region(self.variables, tuple(dict.fromkeys(cones)), (*self.atoms, atom))


def _maximal_by_power(given: list[Monomial]) -> list[Monomial]:
    """Those of which none has higher powers of every dimension: what is left out is bounded under all relations."""
    order = sorted(set[Symbol]().union(*(each.levels for each in given)), key=lambda symbol: str(symbol.name))
    depth = max((len(levels) for each in given for levels in each.levels.values()), default=0)
    none = (0,) * depth
    kept: dict[Monomial, tuple[Levels, ...]] = {}
    for each in given:
        key = tuple((each.levels.get(symbol, ()) + none)[:depth] for symbol in order)
        if not any(all(map(le, key, other)) for other in kept.values()):
            kept = {m: other for m, other in kept.items() if not all(map(le, other, key))} | {each: key}
    return list(kept)


def _cases(cone: Cone, atom: Atom) -> list[Cone]:
    found = []
    for largest in itertools.product(*atom.choices):
        above = [top / each for top, choice in zip(largest, atom.choices, strict=True) for each in choice]
        for least in largest:
            quotients = [*above, *(top / least for top in largest)]
            case = cone.limited(comparisons(cone, quotients), (atom.symbol, cone.settled(least)))
            found += [case] if case.is_possible else []
    return found


def comparisons(cone: Cone, quotients: Iterable[Monomial]) -> list[tuple[int, ...]]:
    """The rows that say that quotients are at least a constant; those with logarithms or exponentials say nothing."""
    rows = []
    for quotient in map(cone.settled, quotients):
        plain = not quotient.exponent and all(
            len(levels) == 1 and not isinstance(levels[0], Expr)
            for symbol, levels in quotient.powers if symbol in cone.variables
        )  # fmt: skip
        form = cone.form(quotient)
        if plain and any(form):
            rows.append(whole(form))
    return rows


def _size(monomial: Monomial) -> tuple[bool, float, list[tuple[str, str]]]:
    """Where a monomial stands when the largest are tried first."""
    degree = float(sum(levels[0] for _, levels in monomial.powers))
    return bool(monomial.exponent), degree, [(symbol.name, str(levels)) for symbol, levels in monomial.powers]
