"""Relations that a user declares together: equations put one side in place of a dimension, the rest cut directions."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol
from sympy.core.relational import Relational

from symcost.analysis.growth.constraints import Constraints
from symcost.analysis.growth.plain import plain
from symcost.analysis.growth.region import Region
from symcost.analysis.growth.relation import Relation
from symcost.expressions import normal, substitute


@dataclass(frozen=True)
class Relations:
    """Several relations, which hold together.

    >>> from symcost.formula import read
    >>> Relations.of(["H = 4*I", "K <= T"]).applied(read("K*H"))
    4*I*K
    """

    relations: tuple[Relation, ...] = ()

    @classmethod
    def of(cls, assume: Relations | str | Relational | Iterable[Any]) -> Relations:
        """Relations from texts, from sympy, or as they are.

        Raises:
            FormulaError: one is no relation, or none that can be used.
            DimensionError: some contradict each other; they are named.
        """
        if isinstance(assume, Relations):
            return assume
        given = assume if isinstance(assume, Iterable) and not isinstance(assume, str) else [assume]
        relations = cls(tuple(dict.fromkeys(map(Relation.of, given))))
        Constraints.of(relations.inequalities).refuse_contradictions()
        return relations

    def __add__(self, other: Relations) -> Relations:
        return Relations.of((*self.relations, *other.relations))

    def __str__(self) -> str:
        return ", ".join(map(str, self.relations))

    @property
    def dimensions(self) -> frozenset[Symbol]:
        """All that are spoken of."""
        return frozenset[Symbol]().union(*(each.left.free_symbols | each.right.free_symbols for each in self.relations))

    @functools.cached_property
    def substitution(self) -> dict[Symbol, Expr]:
        """What equations put in place of a dimension: the other side."""
        return self._solved[0]

    @property
    def inequalities(self) -> tuple[tuple[Relation, Relation], ...]:
        """What is left with the equations put in, each with the relation as it was declared."""
        return self._solved[1]

    def applied(self, expression: Expr) -> Expr:
        """An expression with the equations put in."""
        return substitute(expression, self.substitution) if self.substitution else expression

    def region(self, growing: Iterable[Symbol]) -> Region:
        """Where some dimensions grow under the relations.

        Raises:
            DimensionError: they cannot grow so.
        """
        variables = frozenset(growing)
        return Constraints.of(self.inequalities, variables).region() if variables else Region.whole(())

    @functools.cached_property
    def _solved(self) -> tuple[dict[Symbol, Expr], tuple[tuple[Relation, Relation], ...]]:
        found: dict[Symbol, Expr] = {}
        left: list[tuple[Relation, Relation]] = []
        for each in sorted(self.relations, key=lambda relation: relation.sign != "="):
            one, other = (normal(substitute(side, found)) for side in (each.left, each.right))
            if each.sign == "=" and one == other:
                continue
            if each.sign == "=" and not (_is_solved(one, other) or _is_solved(other, one)):
                equation = plain(Relation(one, "=", other))
                one, other = equation.left, equation.right
            if each.sign == "=" and _is_solved(one, other):
                found = _with(found, one, other)
            elif each.sign == "=" and _is_solved(other, one):
                found = _with(found, other, one)
            elif each.sign == "=":
                left += [(Relation(one, "<=", other), each), (Relation(other, "<=", one), each)]
            else:
                left.append((Relation(one, each.sign, other), each))
        return found, tuple((plain(relation), declared) for relation, declared in left)


def _is_solved(symbol: Expr, value: Expr) -> bool:
    return bool(symbol.is_Symbol and symbol not in value.free_symbols)


def _with(found: dict[Symbol, Expr], symbol: Symbol, value: Expr) -> dict[Symbol, Expr]:
    return {each: normal(substitute(old, {symbol: value})) for each, old in found.items()} | {symbol: value}
