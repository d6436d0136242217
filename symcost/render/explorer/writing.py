"""How the page is written: what its template gets."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sympy import Expr, Symbol

from symcost import notation
from symcost.arrangement import ordered_terms
from symcost.conditions import Condition
from symcost.dimensions import meaning
from symcost.errors import UnpricedError
from symcost.expressions import normal
from symcost.mathml import MATHML, element, mathml, with_sign
from symcost.render.explorer.figure import figure_json, library, strokes
from symcost.render.explorer.sizes import reach
from symcost.render.javascript import javascript
from symcost.render.sheet import Cell, Notes, Row
from symcost.render.table import Table
from symcost.render.templating import fill
from symcost.render.words import html_text, one_line
from symcost.render.written import Format, Marked, Written

if TYPE_CHECKING:
    from symcost.render.explorer.page import Explorer

_LONGEST_LINE = 17  # characters of plain text in a cell


def _in_cell(expression: Expr) -> str:
    """An expression as MathML; one that is long and no quotient is a sum, and lines end in front of its terms."""
    whole = mathml(expression)
    if len(notation.text(expression)) <= _LONGEST_LINE or "<mfrac>" in whole:
        return whole
    first, *rest = (notation.write(term, MATHML) for term in ordered_terms(normal(expression)))
    signed = (each if each.startswith(MATHML.minus) else MATHML.plus + each for each in rest)
    return "<wbr>".join([element(first), *(element(with_sign(each)) for each in signed)])


def _name(words: str) -> str:
    """A name in a narrow cell: a line may end after each of its parts."""
    return html_text(words).replace("_", "_<wbr>")


PAGE = Format("explorer.html.j2", ".html", html_text, _in_cell)
"""The page as a format."""


def written(explorer: Explorer, templates: str | Path | None = None) -> str:
    """The page as HTML."""
    return fill(PAGE, [_PageWriter(explorer).context()], templates)


class _PageWriter:
    """Writes a page; each formula that has a value is printed to JavaScript once."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.symbols = list(explorer.begin)
        self.places = {symbol: place for place, symbol in enumerate(self.symbols)}
        self.formulas: dict[Expr, int] = {}  # the place of each
        self.printed: list[str] = []

    def context(self) -> dict[str, Any]:
        """What the template gets."""
        explorer, first = self.explorer, self.explorer.tables[self.explorer.convention]
        sections = [self.section(name, table) for name, table in explorer.tables.items()]
        conditions = [[self.condition(each) for each in network.conditions] for network in explorer.networks]
        live = {
            "dimensions": [self.dimension(symbol) for symbol in self.symbols],
            "networks": [row.label for row in first.rows],
            "conditions": conditions,
            "quantities": [str(column.heading) for column in first.columns],
            "figures": {
                one_line(name): [[self.place(cell) for cell in row.cells] for row in table.rows]
                for name, table in explorer.tables.items()
            },
            "figure": figure_json(len(first.rows), "plot"),
        }
        return {
            "title": html_text(explorer.title),
            "convention": html_text(explorer.convention),
            "sizes": [self.size(symbol) for symbol in self.symbols],
            "quantities": [html_text(str(column.heading)) for column in first.columns],
            "curves": [
                {"name": html_text(row.label), **stroke._asdict()}
                for row, stroke in zip(first.rows, strokes(len(first.rows)), strict=True)
            ],
            "sections": sections,
            "library": library(),
            "formulas": self.printed,
            "live": _json(live),
        }

    # --- sizes ---

    def dimension(self, symbol: Symbol) -> dict[str, Any]:
        """What the script knows of a dimension; numbers as text, since JSON's are doubles."""
        begin = self.explorer.begin[symbol]
        said = f"{symbol.name}: {meaning(symbol)}" if meaning(symbol) else symbol.name
        return {"name": symbol.name, "said": said, "begin": str(begin)}

    def size(self, symbol: Symbol) -> dict[str, Any]:
        """What the form shows of a dimension."""
        begin = self.explorer.begin[symbol]
        return {
            "name": symbol.name, "symbol": mathml(symbol), "meaning": meaning(symbol), "begin": begin,
            "power": max(reach(symbol).power, (begin - 1).bit_length()),
        }  # fmt: skip

    def condition(self, condition: Condition) -> dict[str, Any]:
        """A condition that the script can check."""
        return {
            "relation": condition.relation, "said": str(condition),
            "smaller": self.formula(condition.smaller), "larger": self.formula(condition.larger),
        }  # fmt: skip

    # --- formulas ---

    def formula(self, expression: Expr) -> int:
        """The place of a formula among those of the script.

        Raises:
            UnpricedError: a browser cannot know its value.
        """
        if expression not in self.formulas:
            self.printed.append(javascript(expression, self.places))
            self.formulas[expression] = len(self.printed) - 1
        return self.formulas[expression]

    def place(self, cell: Cell) -> int | None:
        """The place of what stands in a cell, if it is a formula that has a value."""
        return self.formulas.get(cell.value) if isinstance(cell.value, Expr) else None

    # --- the tables ---

    def section(self, name: str, table: Table) -> dict[str, Any]:
        """The table under one convention."""
        judged = self.judged(table)
        shown = Written(judged, PAGE).context()
        rows = [self.row(*each) for each in zip(judged.rows, shown["rows"], strict=True)]
        return {**shown, "name": html_text(name), "rows": rows}

    def row(self, row: Row, told: dict[str, Any]) -> dict[str, Any]:
        """A network: its name and its cells."""
        cells = [self.cell(*each) for each in zip(row.cells, told["cells"], strict=True)]
        return {"label": _name(row.label), "marks": told["label"].marks, "cells": cells}

    def cell(self, cell: Cell, told: Marked) -> dict[str, Any]:
        """A cell: a formula unless it is a number, and the place of its value, or words."""
        is_symbolic = isinstance(cell.value, Expr) and bool(cell.value.free_symbols)
        return {
            "formula": told.value if is_symbolic else "",
            "place": self.place(cell),
            "words": "?" if told.is_formula else told.value,
            "marks": told.marks,
        }

    def judged(self, table: Table) -> Table:
        """The table with a note on each formula of which a browser cannot know the value."""
        notes = Notes()
        notes.said.extend(table.notes)
        rows = [
            replace(row, cells=tuple(self.judged_cell(cell, row.label, notes) for cell in row.cells))
            for row in table.rows
        ]
        return replace(table, rows=tuple(rows), notes=tuple(notes.said))

    def judged_cell(self, cell: Cell, label: str, notes: Notes) -> Cell:
        """A cell whose formula is printed, or has a note."""
        if isinstance(cell.value, Expr):
            try:
                self.formula(cell.value)
            except UnpricedError as error:
                return replace(cell, marks=(*cell.marks, *notes.mark(f"{label}: {error}")))
        return cell


def _json(value: Any) -> str:
    """JSON that may stand in an element of a page: no sign in it begins or ends one."""
    escaped = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
    return json.dumps(value, ensure_ascii=True).translate(escaped)
