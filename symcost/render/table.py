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

    def render(
        self, format: str = "text", templates: str | Path | None = None, *, within: bool = False
    ) -> str | bytes:
        """The table in one of the formats of ``FORMATS``: as text; as bytes if it is ``pdf`` or ``png``.

        ``templates`` are your own: a folder whose templates come before those of symcost, or a file that is the
        template. ``within`` a document it is the table alone, without the page around it.

        Raises:
            UnknownName: there is no such format.
            RenderError: a template is broken, or what the format needs is not installed.
        """
        return formats.render([self], format, templates, within=within)

    def __str__(self) -> str:
        return formats.text_of([self], "text").rstrip("\n")


def compact(table: Table) -> Table:
    """The table without columns in which nothing stands, but the first."""
    kept = [
        n for n in range(len(table.columns)) if n == 0 or any(row.cells[n].value not in ("", ()) for row in table.rows)
    ]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)
