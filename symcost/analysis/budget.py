"""The largest size that a budget allows: as a formula, and as a whole number."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, ceiling, floor
from sympy.core.relational import Relational

from symcost.analysis.comparison import Question, questions_of, value_of
from symcost.analysis.conditions import at_least_zero, supposed
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.sign_chart import Point, SignChart, sign_chart
from symcost.analysis.signs import number_sign
from symcost.conditions import Condition
from symcost.dimensions import rank
from symcost.errors import DimensionError
from symcost.expressions import ONE, normal
from symcost.notation import text


@dataclass(frozen=True)
class Allowed:
    """The sizes at which a cost keeps within a budget, in one case.

    ``exact`` is the size at which the cost is the budget: a formula, a root of a polynomial with numbers, or a
    ``PositiveRoot``. ``largest`` is the largest whole size within the budget: a number, or the floor of the formula.
    ``said`` says it in words where there is none: ``"none"`` if even the least size costs more, ``"any"`` if every one
    costs at most so much. It holds under the ``conditions``.
    """

    exact: Expr | None
    largest: Expr | None
    said: str = ""
    conditions: tuple[Relational, ...] = ()


@dataclass(frozen=True)
class Solution:
    """What a budget allows: the answer, one for each case if there are several, and what is left open."""

    size: Symbol
    cost: Expr
    budget: Expr
    cases: tuple[Allowed, ...]
    questions: tuple[Question, ...] = ()
    holds: tuple[Condition, ...] = ()  # where the cost holds

    @property
    def only(self) -> Allowed:
        """The answer, if there is one; or the only case in which the budget allows a size, under its conditions.

        Raises:
            DimensionError: there are several cases, or it is open.
        """
        allowing = [each for each in self.cases if each.said != "none"]
        if not self.questions and 1 in (len(self.cases), len(allowing)):
            return (allowing or self.cases)[0]
        found = "; ".join(str(each.open) for each in self.questions) or f"{len(self.cases)} cases"
        raise DimensionError(found, where=f"solve for {self.size}", expected="one answer", remedy="see cases")

    @property
    def exact(self) -> Expr | None:
        """The size at which the cost is the budget."""
        return self.only.exact

    @property
    def largest(self) -> Expr | None:
        """The largest whole size within the budget; None if there is none, or no end."""
        return self.only.largest

    def at(self, number: int) -> Expr:
        """The cost at a whole size, exactly."""
        return normal(self.cost.xreplace({self.size: Integer(number)}))


def solve_budget(cost: Expr, budget: Expr, size: Symbol, known: Premises = NOTHING) -> Solution:
    """The sizes at which a cost keeps within a budget.

    >>> from symcost.formula import read
    >>> found = solve_budget(read("4*(H^2 + 2*H)"), read("P"), read("H"))
    >>> found.exact, found.largest
    (sqrt(P + 4)/2 - 1, floor(sqrt(P + 4)/2) - 1)
    >>> found = solve_budget(read("100*(3*H^2 + 30*H)"), read("10^9"), read("H"))
    >>> found.largest, found.at(1820) <= 10**9 < found.at(1821)
    (1820, True)

    Raises:
        DimensionError: the cost does not depend on the size, or the budget does.
    """
    cost, budget = known.applied(cost), known.applied(budget)
    if not cost.has(size):
        names = ", ".join(each.name for each in sorted(cost.free_symbols, key=rank)) or "no dimension"
        raise DimensionError(f"the cost {text(cost)} depends on {names}, not on {size}", where="solve")
    if budget.has(size):
        raise DimensionError(
            f"the budget {text(budget)} depends on {size} too", where="solve", expected="a budget without it",
            remedy="give the other size another name; where two costs meet is what compare says",
        )  # fmt: skip
    difference = normal(cost - budget)
    found = sign_chart(difference, size, known)
    questions = questions_of(found)
    if found.runs:
        return Solution(size, cost, budget, (_of_runs(found),), questions)
    by_case = dict.fromkeys(each.supposed for each in found.intervals)
    cases = tuple(_of_case(found, case, difference, size, known) for case in by_case)
    return Solution(size, cost, budget, cases, questions)


def _of_runs(found: SignChart) -> Allowed:
    within = [run for run in found.runs if run.sign is not None and run.sign <= 0]
    if found.runs[-1].sign is None:
        return Allowed(None, None, "the cost passes the budget again and again, without end")
    if not within:
        return Allowed(None, None, "none")
    last = within[-1].last
    return Allowed(None, None, "any") if last is None else Allowed(None, Integer(last))


def _of_case(
    found: SignChart, case: tuple[tuple[Expr, int], ...], difference: Expr, size: Symbol, known: Premises
) -> Allowed:
    """The answer in one case: the upper end of the last range in which the cost keeps within the budget."""
    conditions = supposed(case)
    intervals = [each for each in found.intervals if each.supposed == case]
    points = [each for each in found.points if each.supposed == case]
    if intervals[-1].sign <= 0:
        most = known.bounds.get(size, (ONE, None))[1]
        return Allowed(None, None if most is None else floor(most), "any", conditions)
    if not points:
        return Allowed(None, None, "none", conditions)
    exact = value_of(points[-1].root)
    more = tuple(map(at_least_zero, points[-1].conditions))
    if exact.is_number:
        largest = _largest(points, difference, size, known)
        return Allowed(exact, largest, "" if largest else "none", conditions)
    if points[-1].below > 0 or len(points) > 1:
        return Allowed(exact, None, "the cost passes the budget more than once", (*conditions, *more))
    return Allowed(exact, floor(exact), "", (*conditions, *more))


def _largest(points: list[Point], difference: Expr, size: Symbol, known: Premises) -> Expr | None:
    """The largest whole number within the budget, held against the cost itself."""
    least = ceiling(known.bounds.get(size, (ONE, None))[0])
    for point in reversed(points):
        number = floor(value_of(point.root))
        if number >= least and number_sign(difference.xreplace({size: number})) <= 0:
            return number
    return None
