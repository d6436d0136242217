"""How a cost answers to one dimension: its elasticity, and the size at which it is least or largest."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, cancel, ceiling, diff, expand_log, floor, oo, together
from sympy.core.relational import Relational

from symcost.analysis.change_of_variable import ROUNDED
from symcost.analysis.comparison import Question, questions_of, value_of
from symcost.analysis.conditions import at_least_zero, supposed
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ratio import Open, limit
from symcost.analysis.sign_chart import Point, sign_chart
from symcost.analysis.signs import number_sign, sign
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
    number beside it at which the cost is least (or largest), where it is a number.
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


def optimum_of(cost: Expr, size: Symbol, known: Premises = NOTHING) -> Optimum:
    """Where a cost is least and where it is largest, by the sign of its slope on both sides.

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
    extrema = tuple(_extremum(point, cost, slope, size, known) for point in found.points)
    changes = [run.first for run in found.runs[1:]]
    near = tuple(Question(Open(f"the slope changes its sign just below {size} = {n}: no closed form")) for n in changes)
    questions = (*questions_of(found), *near)
    numeric = cost.free_symbols == {size} and not found.open
    best = _best(extrema, changes, cost, size, known) if numeric else None
    return Optimum(size, cost, cancel(together(slope)), extrema, best, questions)


def _extremum(point: Point, cost: Expr, slope: Expr, size: Symbol, known: Premises) -> Extremum:
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
    whole = _beside(at, kind, cost, size, known) if cost.free_symbols == {size} else None
    return Extremum(at, value, kind, second, direction, conditions, whole)


def _beside(at: Expr, kind: str, cost: Expr, size: Symbol, known: Premises) -> int | None:
    """Of the whole numbers beside an extremum the better one."""
    least, most = known.bounds.get(size, (ONE, None))
    near = {max(floor(at), ceiling(least)), ceiling(at)}
    inside = sorted(each for each in near if each >= least and (most is None or each <= most))
    if not inside or kind == "saddle":
        return None
    chosen = inside[0]
    for other in inside[1:]:
        difference = number_sign(cost.xreplace({size: other}) - cost.xreplace({size: chosen}))
        chosen = other if (difference < 0) == (kind == "minimum") and difference else chosen
    return int(chosen)


def _best(extrema: tuple[Extremum, ...], changes: list[int], cost: Expr, size: Symbol, known: Premises) -> Expr | None:
    """The whole size of the least cost: beside where the slope changes, or an end of the range."""
    least, most = known.bounds.get(size, (ONE, None))
    ends = [ceiling(least), *([floor(most)] if most is not None else [])]
    beside = [*(each.whole for each in extrema if each.whole is not None), *changes, *(n - 1 for n in changes)]
    best = ends[0]
    for other in [*ends[1:], *map(Integer, beside)]:
        if number_sign(cost.xreplace({size: other}) - cost.xreplace({size: best})) < 0:
            best = other
    if most is not None:
        return best
    bottom = limit(cost, size)
    if isinstance(bottom, Open):
        return None
    lower = bottom == -oo or (bottom != oo and number_sign(bottom - cost.xreplace({size: best})) < 0)
    return oo if lower else best
