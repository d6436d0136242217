"""A table of expressions, which can be written in every format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sympy import Expr

from symcost.extras import required
from symcost.render import formats
from symcost.render.sheet import Sheet
from symcost.render.written import PLAIN, Written


@dataclass(frozen=True)
class Table(Sheet):
    """What stands on a table, and how to have it written.

    >>> from symcost.render.sheet import Cell, Column, Row
    >>> print(Table((Column("Parameters"),), (Row("a bias", (Cell("1"),)),)))
    Model   Parameters
    ------  ----------
    a bias  1
    """

    def render(self, format: str = "text", templates: str | Path | None = None, *, within: bool = False) -> str | bytes:
        """The table in one of the formats of ``FORMATS``: as text; as bytes if it is ``pdf`` or ``png``.

        ``templates`` are your own: a folder whose templates come before those of symcost, or a file that is the
        template. ``within`` a document it is the table alone, without the page around it.

        Raises:
            UnknownName: there is no such format.
            RenderError: a template is broken, or what the format needs is not installed.
        """
        return formats.render([self], format, templates, within=within)

    def frame(self) -> Any:
        """The table as a ``pandas.DataFrame``: expressions stay sympy's, words are text, unknown costs are ``?``.

        Labels are its index; columns under spanners have two levels. What else stands on the table is in ``attrs``:
        ``title``, ``notes``, ``remarks`` and ``convention``.

        Raises:
            RenderError: pandas is not installed.
        """
        pandas = required("pandas", "pandas")
        plain = Written(self, PLAIN)
        headings = [plain.prose(column.heading) for column in self.columns]
        spanned = [(column.spanner, heading) for column, heading in zip(self.columns, headings, strict=True)]
        made = pandas.DataFrame(
            [[each.value if isinstance(each.value, Expr) else plain.prose(each.value) for each in row.cells]
             for row in self.rows],
            index=pandas.Index([row.label for row in self.rows], name=self.stub, dtype=object),
            columns=pandas.MultiIndex.from_tuples(spanned) if self.spanners() else headings,
            dtype=object,
        )  # fmt: skip
        made.attrs = {
            "title": self.title,
            "notes": list(map(plain.prose, self.notes)),
            "remarks": list(map(plain.prose, self.remarks)),
            "convention": self.convention,
        }
        return made

    def __str__(self) -> str:
        return formats.text_of([self], "text").rstrip("\n")


def compact(table: Table) -> Table:
    """The table without columns in which nothing stands, but the first."""
    kept = [
        n for n in range(len(table.columns)) if n == 0 or any(row.cells[n].value not in ("", ()) for row in table.rows)
    ]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in kept)) for row in table.rows)
    return replace(table, columns=tuple(table.columns[place] for place in kept), rows=rows)
