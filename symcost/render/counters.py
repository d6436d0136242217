"""Counters side by side: what each says of every layer, and by what and why it differs from what is derived."""

from __future__ import annotations

import collections
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sympy import Expr

from symcost.analysis.totals import Part
from symcost.conventions import convention
from symcost.counters import COUNTERS, Counter, counter
from symcost.counters.leaves import Leaf
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import normal, total
from symcost.network import Network
from symcost.progress import along
from symcost.readings import Reading
from symcost.render.differences import by_how_much
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend
from symcost.render.table import Table
from symcost.structure import Call

_TRUTHS = {"macs": "MACs", "flops": "FLOPs"}  # what counters are held against, and what stands over them
_NAMED = 3  # so many layers are named in a note


def counted(network: Network, counters: str | Counter | Iterable[str | Counter] = tuple(COUNTERS)) -> Table:
    """A network layer by layer as counters count it, beside what is derived, with a note on each difference.

    Counters of multiply-accumulates are held against those, counters of all operations against FLOPs.

    >>> import symcost as sc
    >>> net = sc.Sequential("layer", sc.Input(sc.T, sc.I), sc.Linear(sc.I, sc.H), sc.ReLU())
    >>> table = sc.counted(net, ["thop", "torchinfo"])
    >>> [row.cells[-1].value for row in table.rows]
    [H*I + H, 0, H*I + H]

    Raises:
        UnknownName: there is no such counter.
        DimensionError: what is given is no network.
    """
    if not isinstance(network, Network):  # what people hand over may be anything
        raise DimensionError(f"{network!r} to be counted", expected="a network")
    given: Iterable[Any] = (counters,) if isinstance(counters, str | Counter) else counters
    chosen = list(dict.fromkeys(counter(each) for each in given))
    readings: list[Reading] = []
    for truth in _TRUTHS:
        if group := [each for each in chosen if each.against == truth]:
            readings += [convention(truth), *group]
    columns, notes = [_Read(each, network) for each in along(readings, "reading", lambda each: each.name)], Notes()
    rows = [Row(part.name, tuple(column.cell(part, notes) for column in columns)) for part in network.layers]
    rows.append(Row("total", tuple(_cell(partial(network.cost, each), notes) for each in readings)))
    return Table(
        tuple(map(_column, readings)),
        tuple(rows),
        f"{network.name}: as counters count",
        "Layer",
        tuple(notes.said),
        (*legend(network.dimensions, network.conditions), *(each.line() for each in chosen), *_gaps(chosen, network)),
        " ".join(each.line() for each in readings if not isinstance(each, Counter)),
    )


def apart(network: Network, counters: Iterable[str | Counter] = tuple(COUNTERS)) -> list[Table]:
    """By how much the totals of counters differ from each other: for each unit, the row's less the column's.

    >>> import symcost as sc
    >>> print(apart(sc.architecture("affine"), ["thop", "torchinfo"])[0])
    Affine layer: between counters, in MACs
    <BLANKLINE>
    Less       thop  torchinfo
    ---------  ----  ---------
    thop       0     -B H
    torchinfo  B H   0
    """
    chosen = list(dict.fromkeys(counter(each) for each in counters))
    groups = ([each for each in chosen if each.against == truth] for truth in _TRUTHS)
    return [_apart(network, group) for group in groups if len(group) > 1]


def _apart(network: Network, group: Sequence[Counter]) -> Table:
    notes = Notes()
    rows = [
        Row(one.title, tuple(_cell(partial(_less, network, one, other), notes) for other in group)) for one in group
    ]
    title = f"{network.name}: between counters, in {_TRUTHS[group[0].against]}"
    return Table(tuple(Column(each.title) for each in group), tuple(rows), title, "Less", tuple(notes.said))


def _less(network: Network, one: Counter, other: Counter) -> Expr:
    return normal(network.cost(one) - network.cost(other))


def _column(by: Reading) -> Column:
    if isinstance(by, Counter):
        return Column(by.title, _TRUTHS[by.against])
    return Column("symcost", _TRUTHS[by.name])


@dataclass
class _Difference:
    """By what a counter differs in the layers of one kind, for one reason."""

    counter: Counter
    reason: str
    amounts: collections.Counter[Expr] = field(default_factory=collections.Counter)
    names: dict[str, None] = field(default_factory=dict)

    @functools.cached_property
    def note(self) -> Prose:
        """What is said of it, once it is complete."""
        names = list(self.names)
        said = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        amount = total(each * times for each, times in self.amounts.items())
        than = f" than {_TRUTHS[self.counter.against]}: {self.reason}."
        return (f"{self.counter.title}, {said}: ", *by_how_much(amount), than)


class _Read:
    """A network as one convention or counter reads it; equal layers are read once."""

    def __init__(self, by: Reading, network: Network) -> None:
        self.by = by
        self._cells: dict[tuple[int, Expr], Callable[[], Expr]] = {}
        self._pieces: dict[tuple[int, Expr], list[tuple[Leaf, str, Expr]]] = {}
        self._differences: dict[tuple[str, str], _Difference] = {}
        if isinstance(by, Counter):
            for part in network.layers:
                self._add(by, part)

    def cell(self, part: Part, notes: Notes) -> Cell:
        """What is read of a layer, with a note on each difference."""
        key = _key(part)
        if key not in self._cells:
            self._cells[key] = functools.cache(partial(_priced, part, self.by))
        pieces = self._pieces.get(key, ())
        return _cell(self._cells[key], notes, [self._differences[leaf.kind, leaf.reason].note for leaf, *_ in pieces])

    def _add(self, by: Counter, part: Part) -> None:
        """Adds the differences of a layer, each to those of its kind and reason."""
        key = _key(part)
        if key not in self._pieces:
            self._pieces[key] = list(_differing(by, part))
        for leaf, ending, amount in self._pieces[key]:
            kept = self._differences.setdefault((leaf.kind, leaf.reason), _Difference(by, leaf.reason))
            kept.amounts[amount] += 1
            kept.names[part.name + ending] = None


def _key(part: Part) -> tuple[int, Expr]:
    """What equal layers on equal shapes, as often repeated, have in common."""
    operation = part.node.operation
    return id(operation.equation if isinstance(operation, Call) else part.node), part.times


def _differing(by: Counter, part: Part) -> Iterator[tuple[Leaf, str, Expr]]:
    """The pieces of a layer in which a counter differs, how their names go on after the layer's, and by how much."""
    truth = convention(by.against)
    try:
        leaves = by.leaves(part.node, part.name)
    except UnpricedError:  # the cell says it
        return
    for leaf in leaves:
        difference = normal((leaf.counted - truth.price(leaf.work)) * leaf.times * part.times)
        if difference != 0:
            yield leaf, leaf.name.removeprefix(part.name), difference


def _priced(part: Part, by: Reading) -> Expr:
    if nodes := part.cost.unknown("work"):
        raise UnpricedError(f"work of {', '.join(nodes)} is not known")
    return part.priced(by.read)


def _cell(value: Callable[[], Expr], notes: Notes, said: Iterable[Prose] = ()) -> Cell:
    try:
        found = value()
    except UnpricedError as error:
        return Cell("?", notes.mark(f"{error}."))
    return Cell(found, tuple(dict.fromkeys(mark for note in said for mark in notes.mark(note))))


def _gaps(counters: Iterable[Counter], network: Network) -> Iterator[Prose]:
    """What counters have no rule for, a remark each."""
    for each in counters:
        try:
            ignored = each.ignored(network.equation())
        except UnpricedError:  # the cell says it
            continue
        if ignored:
            yield f"{each.title} has no rule for {', '.join(ignored)}."
