"""Tables of what the analyses of costs find: comparisons, budgets, regimes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import CRootOf, Expr, Poly, Symbol, oo
from sympy.core.relational import Relational

from symcost.analysis.budget import Allowed, Solution
from symcost.analysis.comparison import Crossover, Pair, Question, Region
from symcost.analysis.premises import Premises
from symcost.analysis.ratio import Ended, Limit, Open
from symcost.analysis.regimes import Regimes
from symcost.analysis.roots import PositiveRoot
from symcost.conditions import Condition
from symcost.expressions import normal
from symcost.render.sheet import SIGNS, Cell, Column, Notes, Prose, Row, declared, holding, legend, parts_of
from symcost.render.table import Table, compact

_DIGITS = 6  # of a number that has no closed form


def comparison_tables(
    by: Symbol, costs: Mapping[str, Expr], pairs: Iterable[Pair], known: Premises, holds: Iterable[Condition],
    heading: str, convention: str,
) -> list[Table]:  # fmt: skip
    """The costs, their ratios, and where they cross."""
    pairs = list(pairs)
    rows = tuple(Row(name, (Cell(cost),)) for name, cost in costs.items())
    symbols = {symbol for cost in costs.values() for symbol in cost.free_symbols}
    said = (*legend(symbols, holds), *declared(known))
    table = Table((Column(heading),), rows, _title(costs, by), remarks=said, convention=convention)
    return [table, _ratios(pairs, by), _crossovers(pairs, by)]


def _title(costs: Mapping[str, Any], by: Symbol) -> str:
    *first, last = costs
    return f"{', '.join(first)} and {last} along {by}"


def _ratios(pairs: Iterable[Pair], by: Symbol) -> Table:
    notes = Notes()
    rows = tuple(Row(" : ".join(each.names), (Cell(each.ratio), _limit(each.limit, notes))) for each in pairs)
    return Table((Column("Ratio"), Column(("As ", by, " grows"))), rows, "Ratios", "Pair", tuple(notes.said))


def _limit(value: Limit, notes: Notes) -> Cell:
    if isinstance(value, Open):
        return Cell("none" if isinstance(value, Ended) else "?", notes.mark(_sentence(value)))
    return Cell({oo: "without end", -oo: "without end, below zero"}.get(value, value))


def _sentence(value: Open) -> Prose:
    if value.deciding is None:
        said = str(value)
        return f"{said[0].upper()}{said[1:]}."
    return ("Undecided: the sign of ", value.deciding, "; declare which it is.")


def _crossovers(pairs: Iterable[Pair], by: Symbol) -> Table:
    notes, rows = Notes(), []
    for each in pairs:
        label = " : ".join(each.names)
        marks = [mark for asked in each.questions for mark in notes.mark(_asked(asked.open, asked.conditions))]
        found: list[tuple[Cell, ...]] = [_crossover(crossover) for crossover in each.crossovers]
        if not found:
            nothing = "everywhere" if each.equal else "?" if marks else "none"
            found = [(Cell(nothing, tuple(marks)), *(Cell("") for _ in range(4)))]
        rows += [Row(label, cells) for cells in found]
    columns = (by, "Cheaper below", "Cheaper above", ("First ", by, " above"), "If")
    return compact(Table(tuple(map(Column, columns)), tuple(rows), "Crossovers", "Pair", tuple(notes.said)))


def _asked(value: Open, conditions: Iterable[Relational]) -> Prose:
    said = _sentence(value)
    parts = parts_of(said)
    case = list(conditions)
    return ("If ", *_joined(case, " and "), ": ", *parts) if case else parts


def _crossover(found: Crossover) -> tuple[Cell, ...]:
    first = "" if found.first is None else str(found.first)
    above = f"{found.cheaper_above} (they only touch)" if found.touches else found.cheaper_above
    return (
        Cell(exact_value(found.at)), Cell(found.cheaper_below), Cell(above), Cell(first),
        Cell(_joined(found.conditions, " and ")),
    )  # fmt: skip


def regions_table(by: Symbol, regions: Iterable[Region], questions: Iterable[Question]) -> Table:
    """Where each is the cheapest, and what is not decided."""
    notes, rows = Notes(), []
    for each in regions:
        where = _joined(each.inequalities, " and ") or (f"every {by}",)
        cheapest = " and ".join(each.cheapest) or "changes without end"
        rows.append(Row(cheapest, (Cell(where), Cell(_joined(each.conditions, " and ")))))
    for asked in questions:
        marks = notes.mark(_asked(asked.open, asked.conditions))
        rows.append(Row("?", (Cell(f"every {by}", marks), Cell(_joined(asked.conditions, " and ")))))
    if not rows:  # the pairs say what is open
        rows = [Row("?", (Cell(f"every {by}"), Cell("")))]
    return compact(Table((Column("Where"), Column("If")), tuple(rows), "Regions", "Cheapest", tuple(notes.said)))


def exact_value(value: Expr) -> Prose:
    """A value, or the equation whose root it is."""
    if isinstance(value, PositiveRoot):
        return ("the positive root of ", value.args[0])
    roots = sorted(value.atoms(CRootOf), key=str)
    if not roots:
        return value
    parts: list[str | Expr] = [f"about {value.evalf(_DIGITS)}"]
    if value == roots[0]:
        symbol = Symbol("x", positive=True)
        parts += [", a root of ", Poly(roots[0].poly, symbol).as_expr(), " in x"]
    return tuple(parts)


def _joined(relations: Iterable[Any], between: str) -> tuple[str | Expr, ...]:
    """Relations in words and formulas."""
    parts: list[str | Expr] = []
    for each in relations:
        parts += [between] * bool(parts)
        for side, sign in ((each.lhs, SIGNS[type(each)]), (each.rhs, "")):
            said = exact_value(side)
            parts += [*parts_of(said), *([sign] if sign else [])]
    return tuple(parts)


# --- budgets ---------------------------------------------------------------------------------------------------------


def solution_tables(found: Solution, convention: str) -> list[Table]:
    """What a budget allows: the formula, the largest whole size, and the cost there and one further."""
    notes = Notes()
    size = found.size
    marks = tuple(mark for asked in found.questions for mark in notes.mark(_asked(asked.open, asked.conditions)))
    rounded = [each for each in found.holds if each.relation == "divides" and (each.smaller + each.larger).has(size)]
    rule = holding(rounded, "Of the sizes of which ")
    rows = [
        Row(str(size), (*_allowed(each, found, notes.mark(rule)), Cell(_joined(each.conditions, " and "))))
        for each in found.cases
    ]  # fmt: skip
    if marks or not rows:
        rows.append(Row(str(size), (Cell("?", marks), *(Cell("") for _ in range(4)))))
    headings = ("Exact", "Largest whole", "Cost there", _next_heading(found), "If")
    symbols = found.cost.free_symbols | found.budget.free_symbols
    remarks = (
        *legend((), found.holds),
        *declared(found.declared),
        ("Cost ", found.cost, ", at most ", found.budget, "."),
        *legend(symbols),
    )
    title = f"The largest {size} within a budget"
    columns = tuple(map(Column, headings))
    made = Table(columns, tuple(rows), title, "Size", tuple(notes.said), remarks, convention)
    return [compact(made)]


def _next_heading(found: Solution) -> str:
    """What stands over the cost at the next size, which most often is one more."""
    following = {each.following for each in found.cases if each.following is not None and each.largest is not None}
    skipped = following - {each.largest + 1 for each in found.cases if each.largest is not None}
    return f"Cost at {next(iter(skipped))}, the next" if skipped else "Cost at one more"


def _allowed(each: Allowed, found: Solution, rule: tuple[int, ...]) -> tuple[Cell, ...]:
    exact: Prose = "" if each.exact is None else exact_value(each.exact)
    if each.largest is None:
        return Cell(exact), Cell(each.said), Cell(""), Cell("")
    there, further = (
        Cell("" if number is None or found.cost.free_symbols != {found.size} else found.at(int(number)))
        for number in (each.largest if each.largest.is_Integer else None, each.following)
    )
    return Cell(exact), Cell(each.largest, rule), there, further


# --- regimes ---------------------------------------------------------------------------------------------------------


def regimes_tables(found: Regimes, title: str, convention: str) -> list[Table]:
    """Which term dominates where, from which layers it comes, and the boundaries."""
    rows = []
    for each in found.regimes:
        where = _joined(each.conditions, " and ") or ("everywhere",)
        rows.append(Row("", (Cell(each.term), Cell(_sources(found, each.term)), Cell(where))))
    nowhere = [*((term, "nowhere") for term in found.dominated), *((term, "taken off") for term in found.taken_off)]
    rows += [Row("", (Cell(term), Cell(_sources(found, term)), Cell(said))) for term, said in nowhere]
    columns = (Column("Term"), Column("From"), Column("Dominates where"))
    remarks = (*legend(found.variables, found.holds), *declared(found.declared))
    table = Table(columns, tuple(rows), title, "", remarks=remarks, convention=convention)
    meetings = tuple(
        Row("", (Cell(each.terms[0]), Cell(each.terms[1]), Cell(_joined([each.equation], ""))))
        for each in found.boundaries
    )
    boundaries = Table((Column("Term"), Column("Term"), Column("Equal where")), meetings, "Boundaries", "")
    return [compact(table), boundaries] if meetings else [compact(table)]


def _sources(found: Regimes, term: Expr) -> Prose:
    """The layers that a term comes from, with how often."""
    shares = found.sources.get(normal(term).as_coeff_Mul()[1], {})
    parts: list[str | Expr] = []
    for layer, number in shares.items():
        parts += [", "] * bool(parts) + ([] if number == 1 else [number, " "]) + [layer]
    return tuple(parts)
