"""The largest size that a budget allows: as a formula, and as a whole number."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, ceiling, floor
from sympy.core.relational import Relational

from symcost.analysis.admissible import Admissible
from symcost.analysis.comparison import Question, questions_of, whole_runs
from symcost.analysis.conditions import at_least_zero, condition, supposed
from symcost.analysis.integer_signs import Run
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ranges import ends_of
from symcost.analysis.ratio import Open
from symcost.analysis.roots import Unsolved, value_of
from symcost.analysis.sign_chart import Point, SignChart, Supposed, sign_chart
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
    costs at most so much. It holds under the ``conditions``. ``following`` is the next larger size at which the cost
    holds, where that is a number.
    """

    exact: Expr | None
    largest: Expr | None
    said: str = ""
    conditions: tuple[Relational, ...] = ()
    following: Expr | None = None


@dataclass(frozen=True)
class Solution:
    """What a budget allows: the answer, one for each case if there are several, and what is left open."""

    size: Symbol
    cost: Expr
    budget: Expr
    cases: tuple[Allowed, ...]
    questions: tuple[Question, ...] = ()
    holds: tuple[Condition, ...] = ()  # where the cost holds
    declared: Premises = NOTHING

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


def solve_budget(
    cost: Expr, budget: Expr, size: Symbol, known: Premises = NOTHING, holds: tuple[Condition, ...] = ()
) -> Solution:
    """The sizes at which a cost keeps within a budget, of those at which it ``holds``.

    What of the conditions is an inequality is to be among the premises too.

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
    try:
        sizes = Admissible.of(size, (each.at_sizes(known.sizes) for each in holds))
    except Unsolved as reason:
        return Solution(size, cost, budget, (), (*questions, Question(Open(str(reason)))), holds)
    asked = _Asked(found, sizes, known, ends_of(size, known))
    if difference.free_symbols == {size} and sizes.is_numeric and all(end.is_number for _, end in asked.ends):
        cases: tuple[Allowed, ...] = (asked.number(),)
    elif found.runs:
        cases = (asked.of_runs(),)
    else:
        every = dict.fromkeys(each.supposed for each in found.intervals)
        cases = tuple(itertools.chain.from_iterable(map(asked.case, every)))
    if found.runs and questions:
        cases = tuple(each for each in cases if each.said != "any")  # as far as was looked, which is not all
    return Solution(size, cost, budget, cases, questions, holds)


_AGAIN = "the cost passes the budget more than once"


@dataclass(frozen=True)
class _Asked:
    """The sign chart of what a cost is above the budget, and the sizes that there are."""

    found: SignChart
    sizes: Admissible
    known: Premises
    ends: list[tuple[int, Expr]]

    def number(self) -> Allowed:
        """The answer where nothing but the size is open."""
        runs = self.found.runs or whole_runs(self.found)
        exact = value_of(self.found.points[-1].root) if self.found.points else None
        if runs and runs[-1].sign is None:
            return Allowed(None, None, "the cost passes the budget again and again, without end")
        least, most = self.known.bounds.get(self.sizes.size, (ONE, None))
        first, last = int(ceiling(least)), None if most is None else int(floor(most))
        try:
            if runs and runs[-1].sign in (0, -1) and last is None:
                return Allowed(None, None, "none" if self.sizes.above(runs[-1].first) is None else "any")
            largest = self._last_within(runs, first, last)
            following = None if largest is None else self.sizes.above(largest + 1, last)
        except Unsolved as reason:
            return Allowed(exact, None, f"not known: {reason}")
        if largest is None:
            return Allowed(exact, None, "none")
        said = "any" if runs[-1].sign in (0, -1) and not self.found.points else ""
        return Allowed(exact, Integer(largest), said, (), None if following is None else Integer(following))

    def _last_within(self, runs: Sequence[Run], first: int, last: int | None) -> int | None:
        """The largest size that exists in the last range in which the cost keeps within the budget."""
        for run in reversed(runs):
            if run.sign in (0, -1):
                most = last if run.last is None else run.last if last is None else min(run.last, last)
                number = None if most is None else self.sizes.below(most, max(run.first, first))
                if number is not None:
                    return number
        return None

    def of_runs(self) -> Allowed:
        """The answer of a cost with steps, where the range has ends that are no numbers."""
        runs = self.found.runs
        if (runs[0].sign in (0, 1) and len(runs) > 1) or len(runs) > 2 or None in [run.sign for run in runs]:
            return Allowed(None, None, _AGAIN)
        if runs[0].sign == 1:
            return Allowed(None, None, "none")
        last = () if runs[0].last is None else (Integer(runs[0].last),)
        return self._up_to(None, (*last, *self._upper), "" if last else "any")

    @property
    def _upper(self) -> tuple[Expr, ...]:
        return tuple(end for direction, end in self.ends if direction < 0)

    def case(self, supposing: Supposed) -> Iterator[Allowed]:
        """The answer in one case; two if it is open whether the last change comes before the end of the range."""
        conditions = supposed(supposing)
        intervals = [each for each in self.found.intervals if each.supposed == supposing]
        points = [each for each in self.found.points if each.supposed == supposing]
        last = intervals[-1].sign
        if last <= 0 and points and len(points[-1].beyond) == 1:
            ((inside, _),) = points[-1].beyond
            yield self._up_to(None, self._upper, "any", (*conditions, at_least_zero(inside)))
            conditions, last = (*conditions, condition(inside, -1)), points.pop().below
        yield self._before(points, last, conditions)

    def _before(self, points: list[Point], last: int, conditions: tuple[Relational, ...]) -> Allowed:
        """The upper end of the last range in which the cost keeps within the budget, by the sign after all points."""
        if last <= 0 and not (points and points[-1].beyond):
            return self._up_to(None, self._upper, "any", conditions)
        if not points:
            return Allowed(None, None, "none", conditions)
        point = points[-1]
        exact = value_of(point.root)
        if last <= 0 or point.below > 0 or len(points) > 1:
            return Allowed(exact, None, _AGAIN, (*conditions, *map(at_least_zero, point.conditions)))
        lower = [each for each in point.conditions if each not in [other for other, _ in point.beyond]]
        ends = (exact, *(end for _, end in point.beyond))
        return self._up_to(exact, ends, "", (*conditions, *map(at_least_zero, lower)))

    def _up_to(
        self, exact: Expr | None, ends: tuple[Expr, ...], said: str, conditions: tuple[Relational, ...] = ()
    ) -> Allowed:
        largest = self.sizes.largest(*ends) if ends else None
        if ends and largest is None:
            said = f"the largest up to there of which {self.sizes.said}"
        return Allowed(exact, largest, said, conditions)
