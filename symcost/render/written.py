"""A table with everything on it written in a format: what its templates get."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symcost import notation
from symcost.analysis.growth.writing import Order
from symcost.render.sheet import Prose, Row, Sheet
from symcost.render.words import one_line


@dataclass(frozen=True)
class Format:
    """A way to write a table: its template, its suffix, and how it writes text, mathematics and marks."""

    template: str
    suffix: str
    text: Callable[[str], str]
    math: Callable[[Expr], str]
    mark: str = ""  # a format string for the mark of a note
    page: str = ""  # the template of a whole page, if it is more than its tables; it gets them, written, as ``tables``
    options: dict[str, Any] = field(default_factory=dict)  # of the Jinja environment
    typeset: str = ""  # what Typst makes of it, if it is not the text itself


class Marked(str):
    """A label or a cell as it is written, with the marks of its notes; and what it is without them."""

    value: str
    marks: list[str]
    is_formula: bool

    def __new__(cls, value: str, marks: list[str], mark: str, is_formula: bool) -> Marked:
        made = super().__new__(cls, value + (mark.format(", ".join(marks)) if marks else ""))
        made.value, made.marks, made.is_formula = value, marks, is_formula
        return made


class Written:
    """A table with every cell written in a format."""

    def __init__(self, table: Sheet, chosen: Format) -> None:
        self.table, self.format = table, chosen
        self.math = functools.cache(chosen.math)  # rows repeat

    def prose(self, parts: Prose) -> str:
        """Words and formulas, one after the other."""
        parts = (parts.lstrip(),) if isinstance(parts, str) else (parts,) if isinstance(parts, Expr) else parts
        written = (self.format.text(part) if isinstance(part, str) else self.math(part) for part in parts)
        return "".join(written).strip()

    def marked(self, parts: Prose, marks: Sequence[int]) -> Marked:
        """A label or a cell."""
        is_formula = isinstance(parts, Expr) and not parts.has(Order)  # a bound is no size
        return Marked(self.prose(parts), list(map(_letter, marks)), self.format.mark, is_formula)

    @functools.cached_property
    def headings(self) -> list[str]:
        """The headings of the stub and of all columns."""
        return [self.prose(self.table.stub), *(self.prose(column.heading) for column in self.table.columns)]

    @functools.cached_property
    def rows(self) -> list[list[Marked]]:
        """The rows, each with its label in front of its cells."""
        return [[self.marked(row.label, row.marks), *self.cells(row)] for row in self.table.rows]

    def cells(self, row: Row) -> list[Marked]:
        """The cells of a row with their marks."""
        return [self.marked(cell.value, cell.marks) for cell in row.cells]

    def widths(self) -> list[int]:
        """How many characters the stub and each column need."""
        return [max(map(len, column)) for column in zip(self.headings, *self.rows, strict=True)]

    def context(self) -> dict[str, Any]:
        """What a template gets."""
        table = self.table
        stub, *headings = self.headings
        spanners = [self.prose(column.spanner) for column in table.columns]
        return {
            "title": self.prose(table.title),
            "stub": stub,
            "spanners": [(self.prose(heading), count) for heading, count in table.spanners()],
            "columns": [
                {"heading": heading, "spanner": spanner} for heading, spanner in zip(headings, spanners, strict=True)
            ],
            "rows": [
                {"label": label, "cells": cells, "marks": [mark for each in (label, *cells) for mark in each.marks]}
                for label, *cells in self.rows
            ],
            "notes": [(_letter(number), self.prose(note)) for number, note in enumerate(table.notes, 1)],
            "remarks": [self.prose(remark) for remark in table.remarks],
            "convention": self.prose(table.convention),
            "widths": self.widths(),
            "shares": _shares(Written(table, PLAIN).widths()),
        }


PLAIN = Format("table.txt.j2", ".txt", one_line, notation.text, " [{}]")
"""Plain text, by which the widths of columns are judged."""


def _letter(number: int) -> str:
    """The mark of a note: a, b, ..., z, aa; a number beside a formula would be taken for a power."""
    rest, last = divmod(number - 1, len(string.ascii_lowercase))
    return (_letter(rest) if rest else "") + string.ascii_lowercase[last]


_WIDEST_LINE = 130  # characters of plain text
_WIDEST_COLUMN = 60


def _shares(widths: Sequence[int]) -> list[float]:
    """The share of the line that each column of a wide table gets, so that its cells may wrap; empty if all fits."""
    if sum(widths) <= _WIDEST_LINE:
        return []
    capped = [min(width, _WIDEST_COLUMN) for width in widths]
    return [round(0.9 * width / sum(capped), 3) for width in capped]
