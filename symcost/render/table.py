"""A table of expressions, which can be written in every format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from symcost.render import formats
from symcost.render.sheet import Sheet


@dataclass(frozen=True)
class Table(Sheet):
    """What stands on a table, and how to have it written.

    >>> from symcost.render.sheet import Cell, Column, Row
    >>> print(Table((Column("Parameters"),), (Row("a bias", (Cell("1"),)),)))
    Model   Parameters
    ------  ----------
    a bias  1
    """

    def render(self, format: str = "text", templates: str | Path | None = None) -> str:
        """The table as text, in one of the formats: ``latex``, ``markdown``, ``text``.

        Templates of the folder ``templates`` come before those of symcost.

        Raises:
            UnknownName: there is no such format.
            RenderError: a template is broken.
        """
        return formats.render([self], format, templates)

    def __str__(self) -> str:
        return self.render("text").rstrip("\n")


def compact(table: Table) -> Table:
    """The table without columns in which nothing stands, but the first."""
    kept = [
        n for n in range(len(table.columns)) if n == 0 or any(row.cells[n].value not in ("", ()) for row in table.rows)
    ]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)
