"""The tables of what sampling costs: a step and all of them beside one pass, and what is kept by layer."""

from __future__ import annotations

from symcost.errors import UnpricedError
from symcost.expressions import normal, substitute
from symcost.notation import text
from symcost.readings import Reading, reading
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend
from symcost.render.table import Table
from symcost.sampled import STEP, Sampled


def sampling_tables(found: Sampled, by: str | Reading = "macs") -> list[Table]:
    """Work, depth and state of one pass, of a step and of all steps; then the state by layer.

    >>> import symcost as sc
    >>> print(sampling_tables(sc.architecture("language-model").sampled())[0])
    Language model: sampling, with caches
    <BLANKLINE>
               One pass                 Step t               In all
    ---------  -----------------------  -------------------  -----------------------
    Work       T (4 H E + 4 H^2 + H V)  4 H E + 4 H^2 + H V  T (4 H E + 4 H^2 + H V)
    Depth      T + 3                    4                    4 T
    State                               2 H                  2 H
    <BLANKLINE>
    """
    by = reading(by)
    length = normal(found.prompt + found.steps)
    notes = Notes()
    one_pass = [substitute(cost, {found.over: length}) for cost in (found.model.cost(by), found.model.depth)]
    rows = [
        Row("Work", (Cell(one_pass[0]), Cell(found.cost_at(by=by)), Cell(found.cost(by)))),
        Row("Depth", (Cell(one_pass[1]), Cell(found.step_depth), Cell(found.depth))),
        Row("State", (Cell(""), Cell(found.state_at()), Cell(found.state))),
    ]
    return [Table(tuple(map(Column, ("One pass", ("Step ", STEP), "In all"))), tuple(rows))]
