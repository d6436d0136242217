"""What a table says: columns, rows of expressions, notes and a convention line. It knows no format."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Eq, Expr, Ge, Gt, Le, Lt, Symbol
from sympy.core.relational import Relational

from symcost import dimensions
from symcost.analysis.conditions import at_least_zero
from symcost.analysis.premises import Premises
from symcost.conditions import Condition

Prose: TypeAlias = str | Expr | tuple[str | Expr, ...]  # words and formulas, in the order of reading


def parts_of(prose: Prose) -> tuple[str | Expr, ...]:
    """Words and formulas one by one.

    >>> parts_of("words")
    ('words',)
    """
    return prose if isinstance(prose, tuple) else (prose,)


SIGNS = {Gt: " > ", Ge: " >= ", Lt: " < ", Le: " <= ", Eq: " = "}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what stands over it and its neighbours."""

    heading: Prose
    spanner: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: an expression or words, and the numbers of the notes on it."""

    value: Prose
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, its cells, and the numbers of the notes on it as a whole."""

    label: str
    cells: tuple[Cell, ...]
    marks: tuple[int, ...] = ()


class Notes:
    """The notes on a table while it is made: each once, in the order in which they are met."""

    def __init__(self) -> None:
        self.said: list[Prose] = []

    def mark(self, note: Prose) -> tuple[int, ...]:
        """The number of a note, for the cell that it is on; none for a note that says nothing."""
        if not note:
            return ()
        if note not in self.said:
            self.said.append(note)
        return (self.said.index(note) + 1,)


@dataclass(frozen=True)
class Sheet:
    """What stands on a table. ``notes`` are numbered and marked, ``remarks`` are not."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    stub: str = "Model"
    notes: tuple[Prose, ...] = ()
    remarks: tuple[Prose, ...] = ()
    convention: str = ""

    def spanners(self) -> list[tuple[str, int]]:
        """The headings over neighbouring columns, with the number of columns; empty if there are none at all."""
        if not any(column.spanner for column in self.columns):
            return []
        return [(heading, len(list(group))) for heading, group in itertools.groupby(self.columns, lambda c: c.spanner)]

    def column(self, heading: str) -> list[Prose]:
        """The values of one column, by its heading, from the top down."""
        place = [column.heading for column in self.columns].index(heading)
        return [row.cells[place].value for row in self.rows]


def related(relations: Iterable[Relational], between: str = " and ") -> tuple[str | Expr, ...]:
    """Relations in words and formulas.

    >>> from symcost.dimensions import dimension
    >>> related([Ge(dimension("T"), dimension("L"))])
    (T, ' >= ', L)
    """
    parts = (part for each in relations for part in (between, each.lhs, SIGNS[type(each)], each.rhs))
    return tuple(parts)[1:]


def declared(known: Premises, begin: str = "Taken to hold: ") -> tuple[Prose, ...]:
    """What is taken to hold, in a sentence. It may begin in other words."""
    equal = [Eq(symbol, size, evaluate=False) for symbol, size in known.equal]
    said = [*equal, *map(at_least_zero, known.at_least)]
    return ((begin, *related(said, ", "), "."),) if said else ()


def holding(conditions: Iterable[Condition], begin: str = "Holds where ") -> Prose:
    """The note that says where something holds; nothing if it does everywhere. It may begin in other words.

    >>> from symcost.conditions import at_most
    >>> from symcost.dimensions import dimension
    >>> holding([at_most(dimension("K"), dimension("T"))])
    ('Holds where ', K, ' is at most ', T, '.')
    """
    said = [part for each in conditions for part in (" and ", each.smaller, f" {each.relation} ", each.larger)]
    return (begin, *said[1:], ".") if said else ()


def legend(symbols: Iterable[Symbol], conditions: Iterable[Condition] = ()) -> tuple[Prose, ...]:
    """Where it holds, if not everywhere, and what dimensions mean, those that the table of dimensions knows."""
    holds = holding(conditions)
    known = sorted((symbol for symbol in symbols if dimensions.meaning(symbol)), key=dimensions.rank)
    said = [part for symbol in known for part in ("; ", symbol, f": {dimensions.meaning(symbol)}")]
    return (*([holds] if holds else []), *([(*said[1:], ".")] if said else []))
