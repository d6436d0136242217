"""Tables on a terminal: in colour, as wide as it is. The words are those of the format ``text``.

Columns that do not fit are wrapped between words. Where not even that fits, each row is written as a list of its own.
Colours are left out where ``NO_COLOR`` is set, and all of it stays plain on a terminal that knows no escapes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from symcost.render.sheet import Sheet
from symcost.render.templating import written_down
from symcost.render.written import PLAIN, Marked, Written

_TITLE, _HEADING, _SPANNER = "bold", "bold cyan", "cyan"
_ASIDE = "dim"  # marks, notes, remarks, conventions
_UNKNOWN = "bold magenta"
_BETWEEN = 2  # blanks between columns: one of padding, one in place of a line
_LONGEST_WORD = 30  # a longer one is broken rather than the table

_Headings: TypeAlias = Sequence[tuple[str, str]]  # what stands over a column and its neighbours, and its own heading
_Rows: TypeAlias = Sequence[Sequence[Marked]]  # what stands in front, and the cells


def show(tables: Iterable[Sheet], console: Console | None = None) -> None:
    """Prints tables on a terminal, one under the other."""
    console = console or _standard_output()
    for place, context in enumerate(written_down(Written(table, PLAIN).context() for table in tables)):
        if place:
            console.print()
        _show(context, console)


def _standard_output() -> Console:
    width, height = shutil.get_terminal_size()  # COLUMNS and LINES, or what the terminal says, even a dumb one
    return Console(width=width, height=height, highlight=False, markup=False, emoji=False)


def _show(context: dict[str, Any], console: Console) -> None:
    if context["title"]:
        console.print(Text(context["title"], _TITLE))
        console.print()
    headings = [("", context["stub"]), *((each["spanner"], each["heading"]) for each in context["columns"])]
    rows = [[row["label"], *row["cells"]] for row in context["rows"]]
    columns = list(zip(*zip(*headings, strict=True), *rows, strict=True))
    natural, least = ([max(1, *map(width, each)) for each in columns] for width in (cell_len, _longest_word))
    room = console.width - _BETWEEN * (len(columns) - 1)
    if sum(least) > room:
        _list(headings, rows, console)
    else:
        console.print(_grid(headings, rows, _fitted(natural, least, room), wrapped=sum(natural) > room))
    _aside(context, console)


# --- rows in columns -------------------------------------------------------------------------------------------------


def _longest_word(text: str) -> int:
    return min(max(map(cell_len, text.split()), default=0), _LONGEST_WORD)


def _fitted(natural: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Widths that fit: the widest columns give way first, but none to less than its longest word.

    >>> _fitted([5, 40, 20], [5, 6, 12], 40)
    [5, 17, 18]
    """
    widths = list(natural)
    while sum(widths) > room:
        widest = max(width for width, word in zip(widths, least, strict=True) if width > word)
        place = next(n for n, word in enumerate(least) if widths[n] == widest > word)
        widths[place] -= 1
    return widths


def _grid(headings: _Headings, rows: _Rows, widths: Sequence[int], *, wrapped: bool) -> Grid:
    grid = Grid(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), show_lines=wrapped)
    spanned = any(spanner for spanner, _ in headings)
    for (spanner, heading), width in zip(headings, widths, strict=True):
        over = Text(f"{spanner}\n", _SPANNER) if spanned else Text()
        grid.add_column(over + Text(heading, _HEADING), width=width, overflow="fold")
    for row in rows:
        grid.add_row(*map(_cell, row))
    return grid


def _cell(written: Marked) -> Text:
    value = (written.value, _UNKNOWN if written.value == "?" else "")
    return Text.assemble(value, (written.removeprefix(written.value), _ASIDE))


# --- rows as lists, and what stands below ----------------------------------------------------------------------------


def _list(headings: _Headings, rows: _Rows, console: Console) -> None:
    """Each row by itself: what it is about, then a line for each column."""
    names = [" ".join(each).strip() for each in headings[1:]]
    width = min(max(map(cell_len, names), default=1), max(console.width // 3, 1))
    for place, (label, *cells) in enumerate(rows):
        if place:
            console.print()
        console.print(_cell(label), style=_TITLE)
        grid = Grid.grid(padding=(0, _BETWEEN, 0, 0), pad_edge=False)
        grid.add_column(width=width, overflow="fold")
        grid.add_column(overflow="fold")
        for name, cell in zip(names, cells, strict=True):
            grid.add_row(Text(name, _HEADING), _cell(cell))
        console.print(Padding(grid, (0, 0, 0, _BETWEEN)))


def _aside(context: dict[str, Any], console: Console) -> None:
    """Notes behind their marks, remarks, and the convention."""
    remarks = [each for each in (*context["remarks"], context["convention"]) if each]
    if context["notes"] or remarks:
        console.print()
    if context["notes"]:
        grid = Grid.grid(padding=(0, 1, 0, 0))
        grid.add_column(style=_ASIDE, no_wrap=True)
        grid.add_column(style=_ASIDE, overflow="fold")
        for mark, note in context["notes"]:
            grid.add_row(Text(f"[{mark}]"), Text(note))
        console.print(grid)
    for remark in remarks:
        console.print(Text(remark, _ASIDE), overflow="fold")
