"""How a cost answers to one dimension: its elasticity, and the size at which it is least or largest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, cancel, ceiling, diff, expand_log, floor, oo, together
from sympy.core.relational import Relational

from symcost.analysis.admissible import Admissible
from symcost.analysis.change_of_variable import ROUNDED
from symcost.analysis.comparison import Question, questions_of
from symcost.analysis.conditions import at_least_zero, supposed
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ranges import ends_of
from symcost.analysis.ratio import Open, limit
from symcost.analysis.roots import Unsolved, value_of
from symcost.analysis.sign_chart import Point, sign_chart
from symcost.analysis.signs import number_sign, sign, whole_below
from symcost.conditions import Condition
from symcost.errors import DimensionError
from symcost.expressions import ONE, normal
from symcost.notation import text


def elasticity_of(cost: Expr, size: Symbol) -> Expr:
    """By how many percent a cost grows for a percent of a dimension: d log C / d log H = H C' / C.

    Of a power it is the exponent; of a sum it lies between those of the terms (Marshall, 1890).

    >>> from symcost.formula import read
    >>> elasticity_of(read("3*T*H^2"), read("H")), elasticity_of(read("T*H^2 + T*H*I"), read("H"))
    (2, (2*H + I)/(H + I))

    Raises:
        DimensionError: the cost is zero, or has steps.
    """
    if cost == 0:
        raise DimensionError("the cost is 0", where="elasticity", expected="a cost to take a share of")
    return cancel(together(size * _derivative(cost, size, "elasticity") / cost))


def _derivative(cost: Expr, size: Symbol, where: str) -> Expr:
    rounded = sorted(text(part) for part in cost.atoms(*ROUNDED) if part.has(size))
    if rounded:
        raise DimensionError(
            f"{rounded[0]} has steps or corners in {size}", where=where, expected="powers, quotients and logarithms"
        )
    return diff(expand_log(cost), size)


@dataclass(frozen=True)
class Extremum:
    """A size at which the slope of a cost is zero: ``kind`` is minimum, maximum or saddle.

    ``second`` is the second derivative there, ``second_sign`` its sign, where it is decided. ``whole`` is the whole
    size beside it at which the cost is least (or largest), where it is a number: one at which the cost holds.
    """

    at: Expr
    value: Expr | None  # the cost there, where there is a closed form
    kind: str
    second: Expr | None
    second_sign: int | None
    conditions: tuple[Relational, ...] = ()
    whole: int | None = None


@dataclass(frozen=True)
class Optimum:
    """The extrema of a cost over a dimension, in order, and what is left open.

    ``best`` is the whole size of the least cost in the declared range: a number; oo if the cost falls for ever; None
    where other sizes are open.
    """

    size: Symbol
    cost: Expr
    slope: Expr
    extrema: tuple[Extremum, ...]
    best: Expr | None = None
    questions: tuple[Question, ...] = ()
    holds: tuple[Condition, ...] = ()  # where the cost holds

    @property
    def minimum(self) -> Extremum:
        """The only minimum.

        Raises:
            DimensionError: there is none, or there are several.
        """
        found = [each for each in self.extrema if each.kind == "minimum"]
        if len(found) == 1:
            return found[0]
        said = "; ".join(str(each.open) for each in self.questions) or f"{len(found)} minima over {self.size}"
        raise DimensionError(said, where=f"optimum of {text(self.cost)}", expected="one minimum", remedy="see extrema")


# By the signs of the slope on both sides; 0 is the outside of the declared range.
_KINDS = {
    (-1, 1): "minimum", (0, 1): "minimum", (-1, 0): "minimum",
    (1, -1): "maximum", (0, -1): "maximum", (1, 0): "maximum",
}  # fmt: skip


def optimum_of(cost: Expr, size: Symbol, known: Premises = NOTHING, holds: tuple[Condition, ...] = ()) -> Optimum:
    """Where a cost is least and where it is largest, by the sign of its slope on both sides.

    What of the conditions is an inequality is to be among the premises too.

    >>> from symcost.formula import read
    >>> found = optimum_of(read("T*Q*(N + P) + 2*T*N*P + T/Q*N*P"), read("Q")).minimum
    >>> found.at, found.second_sign
    (sqrt(N)*sqrt(P)/sqrt(N + P), 1)

    Raises:
        DimensionError: the cost does not depend on the dimension, or has steps in it.
    """
    cost = known.applied(cost)
    if not cost.has(size):
        raise DimensionError(f"the cost {text(cost)} does not depend on {size}", where="optimum")
    slope = _derivative(cost, size, "optimum")
    found = sign_chart(slope, size, known)
    changes = [run.first for run in found.runs[1:]]
    near = tuple(Question(Open(f"the slope changes its sign just below {size} = {n}: no closed form")) for n in changes)
    questions = (*questions_of(found), *near)
    try:
        whole = _Whole.of(cost, size, known, holds)
        extrema = tuple(_extremum(point, cost, slope, size, known, whole) for point in found.points)
        best = whole.best(extrema, changes) if whole and not found.open else None
    except Unsolved as reason:
        extrema, best = tuple(_extremum(point, cost, slope, size, known, None) for point in found.points), None
        questions = (*questions, Question(Open(str(reason))))
    return Optimum(size, cost, cancel(together(slope)), extrema, best, questions, holds)


def _extremum(point: Point, cost: Expr, slope: Expr, size: Symbol, known: Premises, whole: _Whole | None) -> Extremum:
    at = value_of(point.root)
    kind = _KINDS.get((point.below, point.above), "saddle")
    conditions = (*supposed(point.supposed), *map(at_least_zero, point.conditions))
    bend = cancel(together(diff(slope, size)))
    closed = point.root.value is not None
    second = bend.xreplace({size: at}) if closed else None
    direction = sign(bend, known)
    if direction is None and second is not None:
        direction = sign(second, known)
    value = normal(cost.xreplace({size: at})) if closed else None
    near = None if whole is None or kind == "saddle" else whole.beside(at, 1 if kind == "minimum" else -1)
    return Extremum(at, value, kind, second, direction, conditions, near)


@dataclass(frozen=True)
class _Whole:
    """The whole sizes of a cost in which nothing but the size is open: those at which it holds, in a range."""

    cost: Expr
    sizes: Admissible
    least: int
    most: int | None

    @classmethod
    def of(cls, cost: Expr, size: Symbol, known: Premises, holds: tuple[Condition, ...]) -> _Whole | None:
        sizes = Admissible.of(size, (each.at_sizes(known.sizes) for each in holds))
        ends = all(end.is_number for _, end in ends_of(size, known))
        if cost.free_symbols != {size} or not sizes.is_numeric or not ends:
            return None
        least, most = known.bounds.get(size, (ONE, None))
        return cls(cost, sizes, int(ceiling(least)), None if most is None else int(floor(most)))

    def beside(self, at: Expr, direction: int) -> int | None:
        """Of the sizes on both sides of a place the one of the least cost, or with -1 of the largest."""
        lower, upper = self._below(whole_below(at)), self._above(-whole_below(-at))
        return self._least([each for each in (lower, upper) if each is not None], direction)

    def _below(self, number: int) -> int | None:
        return self.sizes.below(number if self.most is None else min(number, self.most), self.least)

    def _above(self, number: int) -> int | None:
        return self.sizes.above(max(number, self.least), self.most)

    def _least(self, numbers: Iterable[int], direction: int = 1) -> int | None:
        """The first of the numbers at which the cost is the least."""
        best: int | None = None
        for each in numbers:
            if best is None or direction * self._compared(each, best) < 0:
                best = each
        return best

    def _compared(self, one: int, other: int) -> int:
        size = self.sizes.size
        return number_sign(self.cost.xreplace({size: Integer(one)}) - self.cost.xreplace({size: Integer(other)}))

    def best(self, extrema: tuple[Extremum, ...], changes: list[int]) -> Expr | None:
        """The size of the least cost: beside where the slope changes, or an end of the range."""
        ends = [self._above(self.least), *([] if self.most is None else [self._below(self.most)])]
        turns = [each for number in changes for each in (self._above(number), self._below(number - 1))]
        found = [each for each in (*ends, *(each.whole for each in extrema), *turns) if each is not None]
        best = self._least(found)
        if best is None or self.most is not None:
            return None if best is None else Integer(best)
        bottom = limit(self.cost, self.sizes.size)
        if isinstance(bottom, Open):
            return None
        there = self.cost.xreplace({self.sizes.size: Integer(best)})
        lower = bottom == -oo or (bottom != oo and number_sign(bottom - there) < 0)
        return oo if lower else Integer(best)
