"""Tables of networks: their costs in columns, and published figures held against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr

from symcost.architectures import architecture
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import normal
from symcost.layer import Layer
from symcost.network import Network
from symcost.priced import remedy_for
from symcost.progress import along
from symcost.readings import Reading, reading
from symcost.render.columns import LECTURE, READ, USUAL_STEP, Quantity, Value, column, quantity, stepped
from symcost.render.differences import by_how_much
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, holding, legend, parts_of
from symcost.render.steps import STEP_LINES
from symcost.render.table import Table
from symcost.sequential import alone


@dataclass(frozen=True)
class Entry:
    """A network in a table: what it is called there, what was published of it by column, and a remark on it."""

    network: Network
    label: str = ""
    published: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""


def table(
    networks: Iterable[Any],
    columns: Sequence[str] = LECTURE,
    convention: str | Reading = "lecture",
    *,
    step: str = USUAL_STEP,
    title: str = "",
    stub: str = "Model",
    remarks: Sequence[str] = (),
    source: str = "published",
    beside: bool = False,
    strict: bool = False,
) -> Table:
    """A table of networks, one a row.

    A network may also be a layer, a ``networkx.DiGraph`` or an ``Entry``. Where an entry's published figure differs
    from the derived one, a note says by what; ``source`` names where it was published, and ``beside`` gives it a
    column of its own. What is not known is ``?`` with a note, or an error if ``strict``. The convention may be a
    counter (``"thop"``); a note then says what it ignores. The depth and the width are in steps: a ``step`` is a
    ``layer``, an ``operation``, a ``scalar`` operation, or ``sequential``; a column may name its own, as ``"sequential
    depth (operation)"``.

    >>> import symcost as sc
    >>> print(sc.table([sc.RNN(sc.I, sc.H), sc.LSTM(sc.I, sc.H)], ["complexity", "parameters", "depth"]))
    Model  Complexity       Parameter count  Sequential depth
    -----  ---------------  ---------------  ----------------
    RNN    T (H I + H^2)    H I + H^2        T
    LSTM   4 T (H I + H^2)  4 (H I + H^2)    T
    <BLANKLINE>
    T: time steps; H: hidden channels; I: input channels.
    A step is a layer; of a layer that recurs, one step of time.
    Convention lecture: multiply-accumulates of contractions; biases and activation functions are not counted.

    Raises:
        UnknownName: there is no such column, convention or step.
        UnpricedError: a cost is not known, and the table is to be strict.
    """
    networks = networks if isinstance(networks, Iterable) and not hasattr(networks, "is_directed") else [networks]
    columns = [columns] if isinstance(columns, str) else columns
    entries = [entry(each) for each in networks]
    printed = {quantity(name, f"published figures of {each.label!r}") for each in entries for name in each.published}
    names, by = [stepped(quantity(name), step) for name in columns], reading(convention)
    builder = _Builder(names, by, source, {stepped(name, step) for name in printed} if beside else set(), strict, step)
    rows = tuple(builder.row(each) for each in along(entries, "row", lambda each: each.label or each.network.name))
    values = [cell.value for row in rows for cell in row.cells]
    symbols = {symbol for value in values if isinstance(value, Expr) for symbol in value.free_symbols}
    said = (*legend(symbols), *_step_lines(names), *remarks)
    return Table(builder.columns(), rows, title, stub, tuple(builder.notes.said), said, builder.convention.line())


def _step_lines(names: Iterable[str]) -> list[str]:
    """What a step is, for each reading of it that there is among the columns."""
    steps = dict.fromkeys(column(name).step for name in names)
    return [STEP_LINES[step] for step in steps if step]


def entry(given: Any) -> Entry:
    """What may stand in a table, as an entry; a network that comes with symcost by its name.

    Raises:
        DimensionError: it is no network.
        UnknownName: no network is called so.
    """
    if isinstance(given, Entry):
        return given
    if isinstance(given, str):
        given = architecture(given)
    if isinstance(given, Layer):
        given = alone(given)
    if hasattr(given, "is_directed"):
        given = Network(str(given.graph.get("name") or "graph"), given)
    if not isinstance(given, Network):
        raise DimensionError(
            f"{given!r} in a table", expected="a network or its name, a layer, a networkx.DiGraph or an Entry",
            remedy=remedy_for(given),
        )  # fmt: skip
    return Entry(given)


class _Builder:
    """Makes rows, and collects the notes on them."""

    def __init__(
        self, names: Sequence[str], by: Reading, source: str, beside: set[str], strict: bool, step: str
    ) -> None:
        self.step = step
        self.names, self.convention, self.source, self.beside, self.strict = names, by, source, beside, strict
        self.notes = Notes()

    def columns(self) -> tuple[Column, ...]:
        if not self.beside:
            return tuple(Column(column(name).heading) for name in self.names)
        return tuple(Column(each, column(name).heading) for name in self.names for each in self.kinds(name))

    def kinds(self, name: str) -> tuple[str, ...]:
        """What stands under one heading: the derived figure, and the published one where there is any."""
        return ("derived", self.source) if name in self.beside else ("derived",)

    def row(self, entry: Entry) -> Row:
        label = entry.label or entry.network.name
        figures = {stepped(quantity(name), self.step): value for name, value in entry.published.items()}
        published = {name: column(name).published(value) for name, value in figures.items()}
        marks = self.notes.mark(entry.note) + self.notes.mark(holding(entry.network.conditions))
        cells: list[Cell] = []
        for name in self.names:
            cells.append(self.cell(entry.network, label, name, published.get(name)))
            cells += [Cell(published.get(name, ""))] if name in self.beside else []
        return Row(label, tuple(cells), marks)

    def cell(self, network: Network, label: str, name: str, published: Value | None) -> Cell:
        try:
            value = column(name).value(network, self.convention)
        except UnpricedError as error:
            if self.strict:
                raise
            return Cell("?", self.notes.mark(str(error)))
        value = value if isinstance(value, str) else normal(value)
        marks = self.ignored(network, label) if name in READ else ()
        marks += self.notes.mark(self.said(label, column(name).note(network, self.convention)))
        if published is None or _agree(value, published):
            return Cell(value, marks)
        note = self.difference(label, column(name), value, published)
        return Cell(value, (*marks, *self.notes.mark(note)))

    def ignored(self, network: Network, label: str) -> tuple[int, ...]:
        """The note on the layers that a counter does not know."""
        ignored = self.convention.ignored(network.equation())
        return self.notes.mark(f"{label}: {self.convention.name} ignores {', '.join(ignored)}.") if ignored else ()

    @staticmethod
    def said(label: str, note: Prose) -> Prose:
        """A note that says whose value it is about."""
        parts = parts_of(note)
        return (f"{label}, {parts[0]}", *parts[1:]) if note else ""

    def difference(self, label: str, column: Quantity, derived: Value, published: Value) -> Prose:
        """The note that says by what a published figure differs from the derived one."""
        heading = column.heading if column.heading[:2].isupper() else column.heading[0].lower() + column.heading[1:]
        begin = f"{label}, {heading}: {self.source} as "
        if isinstance(derived, str) or isinstance(published, str) or not column.sums:
            return (begin, published, "; derived, it is ", derived, ".")
        return (begin, published, "; derived, it has ", *by_how_much(derived - published), ".")


def _agree(derived: Value, published: Value) -> bool:
    if isinstance(derived, str) or isinstance(published, str):
        return derived == published
    return bool(normal(derived - published) == 0)
