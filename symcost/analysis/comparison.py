"""Two or more costs along one dimension: their ratio, where they cross, and where each is the cheapest.

Everything follows from the sign charts of the differences: exact inequalities, no samples.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Eq, Expr, Ge, Gt, Integer, Le, Lt, Symbol
from sympy.core.relational import Relational

from symcost.analysis.conditions import at_least_zero, supposed
from symcost.analysis.integer_signs import Run
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ratio import Limit, Open, limit, ratio
from symcost.analysis.roots import Root, Unsolved, order, value_of
from symcost.analysis.sign_chart import Interval, Point, SignChart, by_cases, chart, sign_chart
from symcost.analysis.signs import whole_below
from symcost.expressions import normal
from symcost.notation import text


@dataclass(frozen=True)
class Crossover:
    """Where two costs are equal, and which is the cheaper one beside it; a touch if the same one on both sides.

    At an end of the declared range there is none on one side: its name is empty.
    ``at`` is exact: an expression in the other dimensions, a root of a polynomial with numbers (``CRootOf``), or a
    ``PositiveRoot`` of a polynomial without closed form. ``first`` is the first whole number at which the order has
    changed, where it is a number. It lies in the declared range if all ``conditions`` hold.
    """

    by: Symbol
    at: Expr
    cheaper_below: str
    cheaper_above: str
    conditions: tuple[Relational, ...] = ()
    first: int | None = None

    @property
    def touches(self) -> bool:
        """Whether the costs only touch, and keep their order."""
        return self.cheaper_below == self.cheaper_above


@dataclass(frozen=True)
class Region:
    """A range in which one network is the cheapest, or several equally.

    No lower end: from the least size; no upper end: for ever. Ends are excluded, unless ``closed``: then both are whole
    numbers, and belong to it. It holds if all ``conditions`` do.
    """

    by: Symbol
    lower: Expr | None
    upper: Expr | None
    cheapest: tuple[str, ...]  # empty where the order goes on changing without end
    conditions: tuple[Relational, ...] = ()
    closed: bool = False

    @property
    def inequalities(self) -> tuple[Relational, ...]:
        """What a size in it fulfils."""
        if self.closed and self.lower is not None and self.lower == self.upper:
            return (Eq(self.by, self.lower, evaluate=False),)
        above, below = (Ge, Le) if self.closed else (Gt, Lt)
        lower = () if self.lower is None else (above(self.by, self.lower, evaluate=False),)
        upper = () if self.upper is None else (below(self.by, self.upper, evaluate=False),)
        return (*lower, *upper)


@dataclass(frozen=True)
class Question:
    """What is not decided, and in which case."""

    open: Open
    conditions: tuple[Relational, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two costs: the difference, the ratio in lowest terms, its limit, where they cross, and what is left open."""

    names: tuple[str, str]
    difference: Expr
    ratio: Expr
    limit: Limit
    crossovers: tuple[Crossover, ...]
    chart: SignChart
    questions: tuple[Question, ...]

    @property
    def equal(self) -> bool:
        """Whether the costs are the same at every size: they cross nowhere, or everywhere."""
        return bool(self.difference == 0)


def pair(names: tuple[str, str], costs: tuple[Expr, Expr], by: Symbol, known: Premises = NOTHING) -> Pair:
    """Two costs, compared along a dimension.

    >>> from symcost.formula import read
    >>> both = pair(("scores", "projections"), (read("2*T^2*H"), read("4*T*H^2")), read("T"))
    >>> both.ratio, both.limit, both.crossovers[0].at, both.crossovers[0].cheaper_below
    (T/(2*H), oo, 2*H, 'scores')

    Raises:
        DimensionError: the second cost is zero.
    """
    one, other = (known.applied(cost) for cost in costs)
    difference = normal(one - other)
    quotient = ratio(one, other)
    found = sign_chart(difference, by, known)
    crossovers = (*(_crossover(point, names, by) for point in found.points), *_changes(found.runs, names, by))
    return Pair(names, difference, quotient, limit(quotient, by, known), crossovers, found, questions_of(found))


def questions_of(found: SignChart) -> tuple[Question, ...]:
    """What a chart leaves open: reasons, and the signs that would decide it, in one question if they are several."""
    reasons = [Question(Open(what), supposed(case)) for what, case in found.open if isinstance(what, str)]
    signs = [(what, case) for what, case in found.open if not isinstance(what, str)]
    if len(signs) == 1:
        ((what, case),) = signs
        reasons.append(Question(Open(f"the sign of {text(what)}", what), supposed(case)))
    elif signs:
        asked = dict.fromkeys(each for what, case in signs for each in (*(one for one, _ in case), what))
        reasons.append(Question(Open(f"it depends on the signs of {', '.join(map(text, asked))}; declare some")))
    return tuple(reasons)


def _crossover(point: Point, names: tuple[str, str], by: Symbol) -> Crossover:
    at = value_of(point.root)
    first = whole_below(at) + 1 if at.is_number and point.below != point.above else None
    conditions = (*supposed(point.supposed), *map(at_least_zero, point.conditions))
    return Crossover(by, at, _cheaper(point.below, names), _cheaper(point.above, names), conditions, first)


def _changes(found: tuple[Run, ...], names: tuple[str, str], by: Symbol) -> Iterator[Crossover]:
    """Where the order changes between whole numbers, or over some at which the costs are equal."""
    decided = [run for run in found if run.sign]
    for before, after in itertools.pairwise(decided):
        equal = after.first - 1 > (before.last or 0)
        at = Integer((before.last or 0) + 1 if equal else after.first)
        first = after.first if before.sign != after.sign else None
        yield Crossover(by, at, _cheaper(before.sign, names), _cheaper(after.sign, names), (), first)


def _cheaper(sign: int | None, names: tuple[str, str]) -> str:
    """The cheaper of two, by the sign of the first less the second."""
    return {-1: names[0], 1: names[1]}.get(sign or 0, "")


# --- regions ---------------------------------------------------------------------------------------------------------


def regions(
    costs: Mapping[str, Expr], pairs: tuple[Pair, ...], by: Symbol, known: Premises
) -> tuple[tuple[Region, ...], tuple[Question, ...]]:
    """The ranges in which each of several networks is the cheapest, from the charts of all pairs; and what is open."""
    if any(each.chart.runs for each in pairs):
        return tuple(_whole_regions(pairs, costs, by)), ()
    if len(pairs) == 1:
        (only,) = pairs
        return tuple(_region(each, by, _least({only.names: each.sign}, costs)) for each in only.chart.intervals), ()
    made: list[Region] = []

    def envelope(case: Premises) -> SignChart:
        charts = {each.names: chart(each.difference, by, case) for each in pairs}
        made.extend(_envelope(charts, costs, by, case))
        return SignChart()

    try:
        left = by_cases(envelope, known)
    except Unsolved as reason:
        return (), (Question(Open(str(reason))),)
    return tuple(made), questions_of(left)


def _least(found: Mapping[tuple[str, str], int], costs: Mapping[str, Any]) -> tuple[str, ...]:
    """The cheapest, by the signs of all differences."""
    beaten = {one if sign > 0 else other for (one, other), sign in found.items() if sign}
    return tuple(name for name in costs if name not in beaten)


def _region(interval: Interval, by: Symbol, cheapest: tuple[str, ...]) -> Region:
    lower, upper = (None if end is None else value_of(end) for end in (interval.lower, interval.upper))
    return Region(by, lower, upper, cheapest, supposed(interval.supposed))


def _envelope(
    charts: Mapping[tuple[str, str], SignChart], costs: Mapping[str, Any], by: Symbol, case: Premises
) -> Iterator[Region]:
    """The ranges between all roots of all pairs; neighbouring ones with the same cheapest are one."""

    def compared(one: Root, other: Root) -> int:
        return order(one, other, case)

    roots = [point.root for each in charts.values() for point in each.points]
    ends = sorted(roots, key=functools.cmp_to_key(compared))
    ends = [end for place, end in enumerate(ends) if place == 0 or compared(ends[place - 1], end)]
    found: list[Interval] = []
    cheapest: list[tuple[str, ...]] = []
    for lower, upper in itertools.pairwise([None, *ends, None]):
        signs = {names: _sign_between(each, lower, compared) for names, each in charts.items()}
        least = _least(signs, costs)
        if cheapest and cheapest[-1] == least:
            found[-1] = Interval(found[-1].lower, upper, 0, case.given)
        else:
            found.append(Interval(lower, upper, 0, case.given))
            cheapest.append(least)
    yield from (_region(each, by, least) for each, least in zip(found, cheapest, strict=True))


def _sign_between(found: SignChart, lower: Root | None, compared: Any) -> int:
    """The sign in a chart just above an end."""
    sign = found.points[0].below if found.points else found.intervals[-1].sign
    for point in found.points:
        if lower is not None and compared(point.root, lower) <= 0:
            sign = point.above
    return sign


def _whole_regions(pairs: tuple[Pair, ...], costs: Mapping[str, Any], by: Symbol) -> Iterator[Region]:
    """The ranges of whole numbers, where the charts of some pairs have no other answer."""
    runs = {each.names: each.chart.runs or whole_runs(each.chart) for each in pairs}
    starts = sorted({run.first for each in runs.values() for run in each})
    merged: list[tuple[int, int | None, tuple[str, ...]]] = []
    for first, following in itertools.pairwise([*starts, None]):
        signs = {names: _sign_at(each, first or 1) for names, each in runs.items()}
        least = () if None in signs.values() else _least({key: sign or 0 for key, sign in signs.items()}, costs)
        last = None if following is None else following - 1
        if merged and merged[-1][2] == least:
            merged[-1] = (merged[-1][0], last, least)
        else:
            merged.append((first or 1, last, least))
    for place, (first, last, least) in enumerate(merged):
        lower, upper = (None if end is None else Integer(end) for end in (first if place else None, last))
        yield Region(by, lower, upper, least, closed=True)


def _sign_at(runs: tuple[Run, ...], number: int) -> int | None:
    return next((run.sign for run in reversed(runs) if run.first <= number), 0)


def whole_runs(found: SignChart) -> tuple[Run, ...]:
    """The intervals and points of a chart in numbers, as runs of whole numbers."""
    made: list[Run] = []
    for each in found.intervals:
        lower = 0 if each.lower is None else whole_below(value_of(each.lower))
        upper = None if each.upper is None else -whole_below(-value_of(each.upper)) - 1
        if upper is None or upper > lower:
            made.append(Run(lower + 1, upper, each.sign))
    points = (value_of(each.root) for each in found.points)
    made += [Run(int(each), int(each), 0) for each in points if each.is_Integer]
    return tuple(sorted(made, key=lambda run: run.first))
