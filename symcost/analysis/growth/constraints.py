"""Relations as inequalities of monomials: what cuts the cone of growth, and what contradicts itself.

Every relation left <= right is brought to n <= p_1 + p_2 + ... with positive terms on both sides; the largest p is at
least n, over how many there are. Relations contradict each other if and only if some product of powers of them says
that a number is smaller than itself, or that what grows does not (Farkas' lemma on the logarithms).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from sympy import Expr, Integer, Symbol

from symcost.analysis.growth.cone import Cone, Line
from symcost.analysis.growth.monomial import UNIT, Monomial
from symcost.analysis.growth.rays import extreme_rays, whole
from symcost.analysis.growth.reading import Reading
from symcost.analysis.growth.region import Region
from symcost.analysis.growth.relation import Relation, contradiction
from symcost.errors import FormulaError, UndecidedError
from symcost.expressions import ONE

_Sum: TypeAlias = dict[Monomial, Expr]

_MOST_CASES = 64


@dataclass(frozen=True)
class Row:
    """A quotient of monomials that is at least ``least``: more than that if ``strict``, without bound if ``ahead``."""

    form: tuple[Fraction | int, ...]
    least: Expr
    strict: bool
    ahead: bool
    said: Relation


@dataclass(frozen=True)
class Constraints:
    """The rows of all relations, for every case of which term is the largest; and what holds exactly."""

    variables: tuple[Symbol, ...]
    cases: tuple[tuple[Row, ...], ...]
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, inequalities: Sequence[tuple[Relation, Relation]], growing: Iterable[Symbol] = ()) -> Constraints:
        """Relations, each with what was declared, as rows over what grows; else over all that they speak of.

        Raises:
            FormulaError: a relation is not between sums of products of powers.
        """
        named = frozenset[Symbol]().union(*(e.left.free_symbols | e.right.free_symbols for e, _ in inequalities))
        variables = tuple(sorted(frozenset(growing) or named, key=lambda symbol: str(symbol.name)))
        reading = Reading(Region.whole(named.union(variables)))
        choices, lines = list[list[Row]](), list[Line]()
        for relation, said in inequalities:
            adds, takes = _sides(reading, relation, said)
            lines += [(*adds.items(), *((each, -count) for each, count in takes.items()))] * (relation.sign != "o")
            choices += [_choice(adds, small, takes, variables, said) for small in takes]
        if math.prod(map(len, choices)) > _MOST_CASES:
            raise UndecidedError(
                f"{math.prod(map(len, choices))} cases of which term is the largest", where="assume",
                expected=f"at most {_MOST_CASES}",
            )  # fmt: skip
        return cls(variables, tuple(itertools.product(*choices)), tuple(lines))

    def refuse_contradictions(self) -> None:
        """Refuses rows that cannot hold together in any case.

        Raises:
            DimensionError: they are named.
        """
        found = [_against(rows, (), len(self.variables)) for rows in self.cases]
        if found and all(found):
            raise contradiction(found[0])

    def region(self) -> Region:
        """The cones that the rows leave.

        Raises:
            DimensionError: the dimensions cannot grow together as the relations say.
        """
        possible, refused = [], []
        for rows in self.cases:
            against = _against(rows, self.variables, len(self.variables))
            if against:
                refused.append(against)
                continue
            forms = tuple(dict.fromkeys(whole(row.form) for row in rows if any(row.form)))
            ahead = tuple(dict.fromkeys(whole(row.form) for row in rows if row.ahead and any(row.form)))
            possible.append(Cone(self.variables, forms, ahead, self.lines))
        if not possible:
            raise contradiction(refused[0], self.variables)
        return Region(frozenset(self.variables), tuple(dict.fromkeys(possible)))


def _sides(reading: Reading, relation: Relation, said: Relation) -> tuple[_Sum, _Sum]:
    """What is larger and what is smaller, as sums of positive terms; of what is on both sides only the difference."""
    right, left = reading.terms(relation.right), reading.terms(relation.left)
    both = (right + left.scaled(-ONE),) if relation.sign != "o" else (right, left.scaled(-ONE))
    exact = [(each, count) for terms in both for each, count in terms.exact.items()]
    if left.loose or right.loose or not all(_is_plain(each) and count.is_Rational for each, count in exact):
        raise FormulaError(
            f"{said} cannot be used", where="assume", expected="a relation between sums of products of powers",
            remedy="an equation such as L = log2(T) may have any formula on one side",
        )  # fmt: skip
    adds = {each: count for each, count in exact if count > 0}
    takes = {each: -count for each, count in exact if count < 0}
    if relation.sign == "o" and (len(adds) != 1 or not takes):
        raise FormulaError(f"{said} cannot be used", where="assume", expected="one product of powers in o(...)")
    if not exact and relation.sign == "<":
        return {UNIT: ONE}, {UNIT: ONE}
    return adds, takes


def _is_plain(monomial: Monomial) -> bool:
    return not monomial.exponent and all(
        len(levels) == 1 and isinstance(levels[0], int | Fraction) for _, levels in monomial.powers
    )


def _choice(adds: _Sum, small: Monomial, takes: _Sum, variables: tuple[Symbol, ...], said: Relation) -> list[Row]:
    """The rows of which one holds: a term is at most the largest that adds, times how many there are."""
    strict = said.sign == "<" or len(takes) > 1
    if not adds:  # a positive sum that is to be at most nothing
        return [Row((0,) * len(variables), Integer(2), True, False, said)]
    quotients = {large / small: takes[small] / (count * len(adds)) for large, count in adds.items()}
    return [Row(_form(each, variables), least, strict, said.sign == "o", said) for each, least in quotients.items()]


def _form(quotient: Monomial, variables: tuple[Symbol, ...]) -> tuple[Fraction | int, ...]:
    levels = quotient.levels
    return tuple(levels[symbol][0] if symbol in levels else 0 for symbol in variables)


def _against(rows: tuple[Row, ...], growing: tuple[Symbol, ...], count: int) -> list[Relation]:
    """The relations of some rows that cannot hold together, with every dimension at least 1, or growing; else none."""
    kept = [row for row in rows if any(row.form) or not growing]
    units = [tuple(int(i == j) for j in range(count)) for i in range(count)]
    forms = [*(row.form for row in kept), *units]
    columns = [whole(column) for column in zip(*forms, strict=True)] if forms else []
    both = tuple(each for column in columns for each in (column, tuple(-entry for entry in column)))
    for weights in extreme_rays(len(forms), both):
        used = [(row, weight) for row, weight in zip(kept, weights, strict=False) if weight]
        outgrown = any(row.ahead for row, _ in used) or (bool(growing) and any(weights[len(kept) :]))
        least = math.prod(row.least**weight for row, weight in used)
        if used and (outgrown or (not growing and (least > 1 or (least == 1 and any(r.strict for r, _ in used))))):
            return [row.said for row, _ in used]
    return []
