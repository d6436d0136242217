"""Counters side by side: what each says of every layer, and by what and why it differs from what is derived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from sympy import Expr

from symcost.analysis.totals import Part
from symcost.conventions import convention
from symcost.counters import COUNTERS, Counter, counter
from symcost.counters.leaves import Leaf
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import ZERO, normal
from symcost.network import Network
from symcost.readings import Reading
from symcost.render.differences import by_how_much
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend
from symcost.render.table import Table

_TRUTHS = {"macs": "MACs", "flops": "FLOPs"}  # what counters are held against, and what stands over them
_NAMED = 3  # so many layers are named in a note

_Reasons: TypeAlias = "dict[tuple[str, str, str], _Difference]"  # by counter, kind of layer, and reason


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
    truths = [truth for truth in _TRUTHS if any(each.against == truth for each in chosen)]
    readings: list[Reading] = []
    for truth in truths:
        readings += [convention(truth), *(each for each in chosen if each.against == truth)]
    reasons, notes = _reasons(chosen, network), Notes()
    rows = [
        Row(part.name, tuple(_cell(partial(_priced, part, each), notes, _of(reasons, each, part)) for each in readings))
        for part in network.layers
    ]
    rows.append(Row("total", tuple(_cell(partial(network.cost, each), notes) for each in readings)))
    return Table(
        tuple(map(_column, readings)),
        tuple(rows),
        f"{network.name}: as counters count",
        "Layer",
        tuple(notes.said),
        (*legend(network.dimensions), *(each.line() for each in chosen), *_gaps(chosen, network)),
        " ".join(convention(truth).line() for truth in truths),
    )


def _column(by: Reading) -> Column:
    if isinstance(by, Counter):
        return Column(by.title, _TRUTHS[by.against])
    return Column("symcost", _TRUTHS[by.name])


@dataclass
class _Difference:
    """By what a counter differs in the layers of one kind, for one reason."""

    counter: Counter
    reason: str
    amount: Expr = ZERO
    names: dict[str, None] = field(default_factory=dict)

    def note(self) -> Prose:
        names = list(self.names)
        said = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        than = f" than {_TRUTHS[self.counter.against]}: {self.reason}."
        return (f"{self.counter.title}, {said}: ", *by_how_much(self.amount), than)


def _reasons(counters: Iterable[Counter], network: Network) -> _Reasons:
    """Why counters differ from what is derived, and by how much each time."""
    found: _Reasons = {}
    for each in counters:
        for part in network.layers:
            for leaf, difference in _differing(each, part):
                reason = found.setdefault((each.name, leaf.kind, leaf.reason), _Difference(each, leaf.reason))
                reason.amount = normal(reason.amount + difference)
                reason.names[leaf.name] = None
    return found


def _differing(by: Counter, part: Part) -> Iterator[tuple[Leaf, Expr]]:
    """The pieces of a layer in which a counter differs, and by how much."""
    truth = convention(by.against)
    try:
        leaves = by.leaves(part.node, part.name)
    except UnpricedError:  # the cell says it
        return
    for leaf in leaves:
        difference = normal((leaf.counted - truth.price(leaf.work)) * leaf.times * part.times)
        if difference != 0:
            yield leaf, difference


def _of(reasons: _Reasons, by: Reading, part: Part) -> list[Prose]:
    """The notes on what a reading says of a layer; a convention needs none."""
    if not isinstance(by, Counter):
        return []
    return [reasons[by.name, leaf.kind, leaf.reason].note() for leaf, _ in _differing(by, part)]


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
