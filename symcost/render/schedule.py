"""Tables of schedules: how deep and how wide, what processors make of it, and the critical path."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Step
from symcost.analysis.depth.cases import Case
from symcost.analysis.depth.path import flat, names_on
from symcost.analysis.depth.ready import Rounds
from symcost.analysis.depth.schedule import Bound, Schedule
from symcost.analysis.premises import Premises
from symcost.conditions import Condition
from symcost.expressions import normal, total
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, declared, legend, related
from symcost.render.steps import STEP_LINES, depth_note, width_note
from symcost.render.table import Table, compact

_MOST_LEGS = 40
_MOST_NAMES = 10

_BRENT = (
    "Bounds (Brent, 1974): a processor does a unit of the work W in a step; D is the depth, "
    "and (W - D)/p + D for steps that all do work."
)
_PROCESSORS = (
    "More processors than the width do not help. Level by level, each generation waits for the one before and shares "
    "its work evenly among its steps."
)


def schedule_table(
    found: Schedule, name: str, bound: Bound, known: Premises, holds: Iterable[Condition], convention: str
) -> Table:
    """Depth, width, parallelism, and the bounds for a number of processors."""
    notes = Notes()
    undecided = [mark for pair in found.questions for mark in notes.mark(_asked(*pair))]
    deep = (*notes.mark(depth_note(found)), *undecided)
    values: list[tuple[str, Any, tuple[int, ...]]] = [
        ("Sequential depth", found.depth, deep),
        ("Work", found.work, ()),
        ("Parallel width", found.width, notes.mark(width_note(found))),
        ("Width level by level", found.level_width, ()),
    ]
    if found.depth != 0:
        values.append(("Average parallelism", found.parallelism, ()))
    if found.iteration_bound != 0:
        values.append(("Iteration bound", found.iteration_bound, ()))
    rows = [Row(label, (Cell(value, marks),)) for label, value, marks in values]
    rows += [Row(label, (Cell(value),)) for label, value in _bounds(bound)]
    symbols = {symbol for _, value, _ in values for symbol in value.free_symbols}
    graph = "" if found.done and found.done[0][0].node else "A step is one of computing."
    remarks = (
        graph or STEP_LINES[found.step],
        *((("The iteration bound is of ", *_words(found.critical_loop), "."),) if found.critical_loop else ()),
        _PROCESSORS if found.width != 0 else "",
        _BRENT,
        *legend(symbols, holds), *declared(known),
    )  # fmt: skip
    said = tuple(each for each in remarks if each)
    return Table(
        (Column("Value"),), tuple(rows), f"Schedule of {name}", "Quantity", tuple(notes.said), said, convention
    )


def _bounds(bound: Bound) -> Iterator[tuple[str, Expr]]:
    on = f"{bound.processors} processors"
    yield f"Steps on {on}: at least", bound.lower
    if bound.tight != bound.loose:
        yield f"Steps on {on}: at most (W - D)/p + D", bound.tight
    yield f"Steps on {on}: at most W/p + D", bound.loose


def _asked(one: Expr, other: Expr) -> Prose:
    return ("Undecided: declare which is larger, ", one, " or ", other, ".")


# --- the critical path -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Leg:
    """A part of a way within one layer: what lies on it, and how many steps it takes."""

    layer: str
    within: tuple[str, ...]
    steps: Expr
    round: Expr | None = None  # steps of one round of a loop
    delay: Expr | None = None


def path_table(found: Sequence[Case]) -> Table:
    """The critical path, layer by layer, with the loops that it goes round; where sizes decide, a way for each case."""
    rows = [row for case in found for row in _rows(case)]
    headings = ("Through", "Steps", "Round", "If")
    table = Table(tuple(map(Column, headings)), tuple(rows), "Critical path", "Layer")
    return _without_empty(table)


def _without_empty(table: Table) -> Table:
    """Without columns in which nothing stands; layers that are steps go through nothing else."""
    if all(not row.cells[0].value for row in table.rows):
        rows = tuple(replace(row, cells=row.cells[1:]) for row in table.rows)
        table = replace(table, columns=table.columns[1:], rows=rows)
    return compact(table)


def _rows(case: Case) -> Iterator[Row]:
    legs = _legs(case.schedule)
    left = max(len(legs) - _MOST_LEGS, 0)
    shown: list[_Leg] = legs
    if left:
        half = _MOST_LEGS // 2
        rest = legs[half : len(legs) - half]
        between = _Leg(f"{len(rest)} more", (), total(each.steps for each in rest))
        shown = [*legs[:half], between, *legs[len(legs) - half :]]
    where: Prose = related(case.conditions) or ""
    for place, leg in enumerate(shown):
        yield Row(leg.layer, (Cell(_within(leg)), Cell(leg.steps), Cell(_round(leg)), Cell("" if place else where)))
    if len(shown) > 1:
        all_of = total(each.steps for each in legs)
        yield Row("in all", (Cell(""), Cell(all_of), Cell(""), Cell("")))


def _within(leg: _Leg) -> str:
    names = leg.within
    if len(names) > _MOST_NAMES:
        names = (*names[: _MOST_NAMES - 3], f"({len(names) - _MOST_NAMES + 1} more)", *names[-2:])
    return " -> ".join(names)


def _round(leg: _Leg) -> Prose:
    if leg.round is None or leg.delay is None:
        return ""
    if leg.delay == 1:
        return ("again and again, ", leg.round, " for each step of time")
    return ("again and again, ", leg.round, " for ", leg.delay, " steps of time")


def _legs(found: Schedule) -> list[_Leg]:
    """The way, what lies in one layer together; a loop by itself, behind its layer."""
    parts = list(flat(found.way))
    steps = (each for each in parts if isinstance(each, Step))
    legs = [_leg(list(row)) for _, row in itertools.groupby(steps, lambda step: step.names[0])]
    for leg in (_loop(each) for each in parts if isinstance(each, Rounds)):
        own = [place for place, each in enumerate(legs) if each.layer == leg.layer]
        legs.insert(own[-1] + 1 if own else len(legs), leg)
    return legs


def _leg(row: Sequence[Step]) -> _Leg:
    within = tuple(".".join(each.names[1:]) for each in row if each.names[1:])
    return _Leg(row[0].names[0], within, total(each.steps for each in row))


def _loop(rounds: Rounds) -> _Leg:
    loop = rounds.loops[0]
    names = names_on(loop)
    layers = {name.partition(".")[0] for name in names}
    layer = layers.pop() if len(layers) == 1 else ""
    within = tuple(name.removeprefix(f"{layer}.") for name in names if name != layer) if layer else names
    return _Leg(layer, within, rounds.steps, sympify(loop.latency), normal(sympify(loop.delay)))


def _words(names: Sequence[str]) -> tuple[str, ...]:
    found = names if len(names) <= _MOST_NAMES else (*names[: _MOST_NAMES - 2], "...", *names[-2:])
    return (" -> ".join(found),)
