"""Where an expression is above zero and where below, along one dimension: its sign chart.

The expression is taken apart into factors; the positive roots of each are points, and between them the sign is the
product of the factors' signs. Where the answer depends on a sign that is not decided, the chart has one part for each
case, and each part says what it supposes.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from sympy import Expr, Integer, Poly, Pow, Symbol

from symcost.analysis.change_of_variable import change_of
from symcost.analysis.integer_signs import FURTHEST, GROWN, Run, only_grows, runs, sampled_runs
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ranges import end_of, ends_of
from symcost.analysis.roots import Root, Undecided, Unsolved, beside, needed, order, positive_roots, value_of
from symcost.analysis.signs import factors, over_and_under, sign, signs
from symcost.expressions import ONE, normal
from symcost.notation import text

_MOST_CASES = 2  # signs that are supposed, one after the other
SAMPLED = "looked for by halving between powers of two up to 2^64, where two changes could hide one another"

Supposed = tuple[tuple[Expr, int], ...]


@dataclass(frozen=True)
class Point:
    """A root, and the signs beside it; equal ones if the expression only touches zero there.

    At an end of the range the sign outside is given as 0. The ``conditions`` are at least zero just if the root lies in
    the range; those of them that keep it below an end are ``beyond``, each with the end.
    """

    root: Root
    below: int
    above: int
    conditions: tuple[Expr, ...] = ()
    beyond: tuple[tuple[Expr, Expr], ...] = ()
    supposed: Supposed = ()


@dataclass(frozen=True)
class Interval:
    """A range without a root inside, and the sign there. No lower end: from the start; no upper end: for ever."""

    lower: Root | None
    upper: Root | None
    sign: int
    supposed: Supposed = ()


@dataclass(frozen=True)
class SignChart:
    """Points and intervals in order, case by case; and what is left open: why, or the sign that would decide it."""

    points: tuple[Point, ...] = ()
    intervals: tuple[Interval, ...] = ()
    outside: tuple[Root, ...] = ()  # roots that no declared size reaches
    open: tuple[tuple[Expr | str, Supposed], ...] = ()
    runs: tuple[Run, ...] = ()  # instead of intervals, where only whole numbers have an answer

    def __add__(self, other: SignChart) -> SignChart:
        return SignChart(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def sign_chart(expression: Expr, symbol: Symbol, known: Premises = NOTHING) -> SignChart:
    """The sign chart of an expression along a dimension.

    >>> from symcost.formula import read
    >>> chart = sign_chart(read("2*T^2*H - 12*T*H^2"), read("T"))
    >>> [(point.root.value, point.below, point.above) for point in chart.points]
    [(6*H, -1, 1)]
    """
    expression = known.applied(expression)
    try:
        return by_cases(lambda each: chart(expression, symbol, each), known)
    except Unsolved as reason:
        return _at_whole_numbers(expression, symbol, known, str(reason))


def by_cases(answer: Callable[[Premises], SignChart], known: Premises) -> SignChart:
    """An answer, or one for each case of a sign that it depends on; the cases are few, and the rest is left open.

    Raises:
        Unsolved: there is none.
    """
    try:
        return answer(known)
    except Undecided as question:
        asked = question.expression
    if len(known.given) >= _MOST_CASES:
        return SignChart(open=((asked, known.given),))
    cases = [known.supposing(asked, each) for each in (1, -1, 0) if each in signs(asked, known)]
    found = [by_cases(answer, each) for each in cases]
    plain = [_without_case(each, len(known.given)) for each in found]
    if all(_said(each) == _said(plain[0]) for each in plain):
        return plain[0]
    return functools.reduce(SignChart.__add__, found)


def _without_case(found: SignChart, place: int) -> SignChart:
    """The same chart without what is supposed at one place, if that does not matter."""

    def less(supposed: Supposed) -> Supposed:
        return supposed[:place] + supposed[place + 1 :]

    points, intervals = (
        tuple(replace(each, supposed=less(each.supposed)) for each in parts)
        for parts in (found.points, found.intervals)
    )
    asked = tuple((what, less(supposed)) for what, supposed in found.open)
    return replace(found, points=points, intervals=intervals, open=asked)  # type: ignore[arg-type]


def _said(found: SignChart) -> tuple[object, ...]:
    """What a chart says, whatever the roots are those of."""
    points = tuple((value_of(x.root), x.below, x.above, x.conditions, x.supposed) for x in found.points)
    ends = tuple(
        (*(end and value_of(end) for end in (each.lower, each.upper)), each.sign, each.supposed)
        for each in found.intervals
    )  # fmt: skip
    return points, ends, found.open, found.runs


def _at_whole_numbers(expression: Expr, symbol: Symbol, known: Premises, reason: str) -> SignChart:
    """The signs at whole numbers, where no other dimension is open; else what cannot be solved, in words."""
    if expression.free_symbols != {symbol}:
        return SignChart(open=((reason, known.given),))
    least, most = known.bounds.get(symbol, (ONE, None))
    first, last = math.ceil(least), None if most is None else math.floor(most)
    try:
        return SignChart(runs=tuple(runs(expression, symbol, first, last)))
    except Unsolved:
        if any(power.exp.has(symbol) for power in expression.atoms(Pow)):
            return SignChart(open=((f"{reason}; it grows too fast to be tried", known.given),))
        direction = only_grows(expression, symbol) - only_grows(normal(-expression), symbol)
        found = tuple(sampled_runs(expression, symbol, first, last, GROWN if direction else FURTHEST))
        certain = direction and (found[-1].sign == direction or (last is not None and last <= GROWN))
        looked = "looked for up to 2^1024, and it may change beyond" if direction else SAMPLED
        return SignChart(runs=found, open=() if certain else ((f"{reason}; {looked}", known.given),))


def chart(expression: Expr, symbol: Symbol, known: Premises) -> SignChart:
    """The sign chart where every sign that it depends on is known.

    Raises:
        Undecided: one of them is not.
        Unsolved: the roots have no closed form.
    """
    over, under = over_and_under(known.applied(expression))
    eventual = needed(under, known)
    if eventual == 0:
        return SignChart(open=((f"it divides by {text(under)}, which is zero", known.given),))
    roots: list[Root] = []
    for whole, times in factors(over):
        change = change_of(whole, symbol)
        for factor, power in factors(change.inward(whole)):
            if factor.has(change.variable):
                eventual *= _eventual(Poly(factor, change.variable), known) ** (power * times)
                roots += map(change.back, positive_roots(factor, change.variable, known, power * times))
            else:
                eventual *= needed(factor, known) ** (power * times)
    if eventual == 0:
        return SignChart(intervals=(Interval(None, None, 0, known.given),))
    points: list[Point] = []
    above = eventual
    for root in reversed(_in_order(roots, known)):
        below = above * (-1) ** root.multiplicity
        points.insert(0, Point(root, below, above, supposed=known.given))
        above = below
    return _in_range(points, eventual, symbol, known)


def _in_order(roots: list[Root], known: Premises) -> list[Root]:
    """The roots from the smallest up; equal ones of several factors are one."""

    def compared(first: Root, second: Root) -> int:
        return order(first, second, known)

    found: list[Root] = []
    for root in sorted(roots, key=functools.cmp_to_key(compared)):
        if found and compared(found[-1], root) == 0:
            found[-1] = replace(found[-1], multiplicity=found[-1].multiplicity + root.multiplicity)
        else:
            found.append(root)
    return found


def _eventual(polynomial: Poly, known: Premises) -> int:
    """The sign for large values: that of the first coefficient which is not zero."""
    return next((found for each in polynomial.all_coeffs() if (found := needed(each, known))), 0)


# --- the declared range ----------------------------------------------------------------------------------------------


def _in_range(points: list[Point], eventual: int, symbol: Symbol, known: Premises) -> SignChart:
    """The chart of the points that lie in the declared range, or may."""
    ends = ends_of(symbol, known)
    ends_without = [each for each in known.at_least if each.has(symbol) and end_of(each, symbol, known) is None]
    kept: list[Point] = []
    beyond: dict[int, list[Point]] = {1: [], -1: []}  # below the least size, above the largest
    at_end = set[int]()
    for point in points:
        conditions = [(direction, end, _keeping(point.root, direction, end, known)) for direction, end in ends]
        missed = [direction for direction, _, each in conditions if sign(each, known) == -1]
        if missed:
            beyond[missed[0]].append(point)
        else:
            here = {direction for direction, _, each in conditions if each == 0}
            at_end |= here
            unsure = [(direction, end, each) for direction, end, each in conditions if -1 in signs(each, known)]
            below, above = (0 if side in here else each for side, each in ((1, point.below), (-1, point.above)))
            upper = tuple((each, end) for direction, end, each in unsure if direction < 0)
            inside = (*(each for _, _, each in unsure), *_unsure(point.root, ends_without, known))
            kept.append(replace(point, below=below, above=above, conditions=inside, beyond=upper))
    last = kept[-1].above if kept else beyond[-1][0].below if beyond[-1] else eventual
    roots_of = [None, *(each.root for each in kept), None]
    signs_of = [*(each.below for each in kept), last]
    intervals = [
        Interval(lower, upper, each, known.given)
        for (lower, upper), each in zip(itertools.pairwise(roots_of), signs_of, strict=True)
    ]
    within = intervals[1 if 1 in at_end else 0 : -1 if -1 in at_end else None]
    return SignChart(tuple(kept), tuple(within), tuple(each.root for side in (1, -1) for each in beyond[side]))


def _unsure(root: Root, relations: list[Expr], known: Premises) -> list[Expr]:
    """Of relations that are no ends of a range what they say at a root, where it is not known to hold."""
    said = [normal(each.xreplace({root.symbol: value_of(root)})) for each in relations]
    return [each for each in said if -1 in signs(each, known)]


def _keeping(root: Root, direction: int, end: Expr, known: Premises) -> Expr:
    """What is at least zero just if a root keeps to an end of the range."""
    position = beside(root, end, known)
    if position is not None:
        return Integer(-direction * position)
    if root.below is not None and end.is_rational_function(*end.free_symbols):
        over, under = over_and_under(root.equation.xreplace({root.symbol: end}))
        return normal(direction * root.below * over * under)
    return normal(direction * (value_of(root) - end))
