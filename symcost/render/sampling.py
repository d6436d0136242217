"""The tables of what sampling costs: a step and all of them beside one pass, and what is kept by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr

from symcost.errors import SymcostError
from symcost.expressions import ZERO, normal, substitute
from symcost.readings import Reading, reading
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend
from symcost.render.table import Table
from symcost.sampled import STEP, Sampled

_STEP = (STEP, ": the step, counted from 1 on.")
_STATE = "State: the elements that are kept after a step for those after it."


def sampling_tables(found: Sampled, by: str | Reading = "macs") -> list[Table]:
    """Work, depth and state of one pass, of a step and of all steps; then the state by layer.

    >>> import symcost as sc
    >>> print(sampling_tables(sc.architecture("language-model").sampled())[0])
    Language model: sampling with caches
    <BLANKLINE>
    Quantity  One pass                 Step t               In all
    --------  -----------------------  -------------------  -----------------------
    work      T (4 H E + H V + 4 H^2)  4 H E + H V + 4 H^2  T (4 H E + H V + 4 H^2)
    depth     T + 3                    4                    4 T
    state                              2 H                  2 H
    <BLANKLINE>
    t: the step, counted from 1 on.
    State: the elements that are kept after a step for those after it.
    T: time steps; H: hidden channels; E: channels of an embedding; V: vocabulary.
    Convention macs: multiply-accumulates of contractions; parameters with biases.
    """
    by = reading(by)
    return [_quantities(found, by), _layers(found)]


def _quantities(found: Sampled, by: Reading) -> Table:
    notes, length = Notes(), normal(found.prompt + found.steps)
    rows: list[tuple[str, list[Callable[[], Expr]]]] = [
        ("work", [lambda: found.model.cost(by), lambda: found.cost_before(by), lambda: found.cost_at(by=by),
                  lambda: found.cost(by)]),
        ("depth", [lambda: found.model.depth, lambda: found.depth_before, lambda: found.step_depth,
                   lambda: found.depth]),
    ]  # fmt: skip
    made = [(name, [_cell(value, notes) for value in values]) for name, values in rows]
    made = [(name, [_at_length(found, one, length), *rest]) for name, (one, *rest) in made]
    made.append(("state", [Cell(""), Cell(""), _cell(found.state_at, notes), _cell(lambda: found.state, notes)]))
    headings: list[Prose] = ["One pass", "Before the steps", ("Step ", STEP), "In all"]
    nothing_before = all(cells[1].value == ZERO for _, cells in made[:2])
    shown = [place for place in range(len(headings)) if place != 1 or not nothing_before]
    kept = "with caches" if found.cache else "without caches"
    return Table(
        tuple(Column(headings[place]) for place in shown),
        tuple(Row(name, tuple(cells[place] for place in shown)) for name, cells in made),
        f"{found.model.name}: sampling {kept}", "Quantity", tuple(notes.said),
        (_STEP, _STATE, *_legend(found, (cell for _, cells in made for cell in cells))), by.line(),
    )  # fmt: skip


def _cell(value: Callable[[], Expr], notes: Notes) -> Cell:
    """A value; what is not known is noted."""
    try:
        return Cell(value())
    except SymcostError as error:
        return Cell("?", notes.mark(str(error)))


def _at_length(found: Sampled, cell: Cell, length: Expr) -> Cell:
    """A cost of one pass, over as many steps as there are."""
    return Cell(normal(substitute(cell.value, {found.over: length}))) if isinstance(cell.value, Expr) else cell


def _layers(found: Sampled) -> Table:
    """What each layer keeps."""
    after = zip(found.held_at(), found.held_at(found.steps), strict=True)
    rows = tuple(Row(each.layer, (Cell(each.kind), Cell(step), Cell(end))) for (each, step), (_, end) in after)
    columns: list[Prose] = ["Kept", ("After step ", STEP), "In the end"]
    return Table(tuple(map(Column, columns)), rows, "State by layer", "Layer")


def _legend(found: Sampled, cells: Iterable[Cell]) -> tuple[Prose, ...]:
    symbols = {symbol for cell in cells if isinstance(cell.value, Expr) for symbol in cell.value.free_symbols}
    return legend(symbols - {STEP}, found.conditions)
