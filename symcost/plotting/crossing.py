"""Where curves meet: exactly, and labelled by the formula that says it for all sizes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from sympy import Expr, Rational, Symbol, Tuple

from symcost.analysis.comparison import Pair, pair
from symcost.analysis.roots import PositiveRoot
from symcost.errors import DimensionError
from symcost.expressions import substitute
from symcost.notation import text
from symcost.plotting.subjects import Asked, Subject
from symcost.render.plots.description import Mark
from symcost.render.sheet import Prose
from symcost.render.units import rounded

_LONGEST = 36  # of a formula that is legible beside a mark, in characters
_CLOSE = 1e-9
_HALVES = 32


def crossings(what: Asked, symbol: Symbol) -> tuple[list[Mark], list[Prose]]:
    """Where the costs of each two are equal, along a dimension; and what is not known of it, in words."""
    marks: list[Mark] = []
    said: list[Prose] = []
    for one, other in itertools.combinations(what.subjects, 2):
        found = _pair(what, one, other, symbol)
        if found is None:
            continue
        marks += _marks(what, found, (one, other), symbol)
        if reason := _open(found):
            said.append(f"Where {one.name} and {other.name} meet is not all known: {reason}.")
    return _together(marks), said


def _open(found: Pair) -> str:
    """Why not all places are known at which two meet; nothing if they are."""
    if found.questions:
        return found.questions[0].open.reason
    return "their order goes on changing" if any(run.sign is None for run in found.chart.runs) else ""


def _marks(what: Asked, found: Pair, both: tuple[Subject, Subject], symbol: Symbol) -> Iterator[Mark]:
    """The places where two meet; between two whole sizes if it is only known that they change places there."""
    places = [each.at for each in found.crossovers if each.at.is_number]
    formulas = list(_formulas(what, *both, symbol)) if places else []
    names, cost = found.names, what.costs(both[0])[0]
    for at in places:
        apart = substitute(found.difference, {symbol: at})
        if abs(apart.n()) <= _CLOSE * abs(substitute(cost, {symbol: at}).n()):
            yield Mark((at, substitute(cost, {symbol: at})), place_label(symbol, at, formulas), names)
        else:
            between = _halved(found.difference, symbol, at)
            label = (symbol, f" between {at - 1} and {at}")
            yield Mark((between, substitute(cost, {symbol: between})), label, names)


def _halved(difference: Expr, symbol: Symbol, last: Expr) -> Expr:
    """Where a difference changes its sign on the way to a whole number from the one before, to some digits."""
    lower, upper = Rational(last - 1), Rational(last)
    above = substitute(difference, {symbol: upper}) > 0
    for _ in range(_HALVES):
        middle = (lower + upper) / 2
        if (substitute(difference, {symbol: middle}) > 0) == above:
            upper = middle
        else:
            lower = middle
    return upper


def _pair(what: Asked, one: Subject, other: Subject, symbol: Symbol) -> Pair | None:
    """Two of them compared at the given sizes; none if they are nowhere together, or one costs nothing."""
    try:
        known = what.where(one, other).premises
        return pair((one.name, other.name), (what.costs(one)[0], what.costs(other)[0]), symbol, known)
    except DimensionError:
        return None


def _formulas(what: Asked, one: Subject, other: Subject, symbol: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """The crossovers of two for all sizes, each with its number at the given ones."""
    sizes = what.where(one, other).premises
    try:
        found = pair(
            (one.name, other.name), (what.formula(one), what.formula(other)), symbol, what.anywhere(one, other).premises
        )
    except DimensionError:
        return
    for at in dict.fromkeys(each.at for each in found.crossovers):
        number = sizes.applied(at)
        if at.free_symbols and number.is_number and not at.has(PositiveRoot) and len(text(at)) <= _LONGEST:
            yield at, number


def place_label(symbol: Symbol, at: Expr, formulas: list[tuple[Expr, Expr]]) -> Prose:
    """What is said of a place on an axis: the formula, if there is one, and the number."""
    formula = next((each for each, number in formulas if abs(number.n() - at.n()) <= _CLOSE * at.n()), None)
    said = (symbol, " = ", formula) if formula is not None else (symbol,)
    if at.is_Integer:
        return (*said, " = ", at)
    if at.is_Rational and Rational(about(at)) == at:
        return (*said, " = ", about(at))
    return (*said, ", about " if formula is not None else " is about ", about(at))


def about(value: Expr) -> str:
    """A number with a few digits.

    >>> from symcost.formula import read
    >>> about(read("sqrt(2)")), about(read("12345678"))
    ('1.414', '12.3e6')
    """
    return f"{float(value):.4g}" if value < 10**4 else rounded(round(value))


def _together(marks: list[Mark]) -> list[Mark]:
    """Marks at one place are one."""
    found: dict[Tuple, Mark] = {}
    for mark in marks:
        key = Tuple(*mark.at)
        before = found.get(key)
        names = tuple(dict.fromkeys((*(before.curves if before else ()), *mark.curves)))
        label = before.label if before and len(before.label) >= len(mark.label) else mark.label
        found[key] = Mark(mark.at, label, names)
    return list(found.values())
