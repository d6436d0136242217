"""The table of how a network's costs grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Expr

from symcost.analysis.existence import growth_of
from symcost.analysis.growth import Growth, Relations
from symcost.conventions import CONVENTIONS, convention
from symcost.dimensions import rank
from symcost.errors import DimensionError, UndecidedError, UnpricedError, nearest, unknown
from symcost.network import Network
from symcost.priced import METRICS
from symcost.progress import along
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend
from symcost.render.table import Table

USUAL = ("macs", "parameters", "activations")
_COUNTED = {name: of for name, of in METRICS.items() if name != "width"}


def growth_table(
    network: Network,
    quantities: Sequence[str] = USUAL,
    variables: Iterable[str] | None = None,
    assume: Any = (),
    leading: int | None = None,
) -> Table:
    """How some costs of a network grow: each exactly, its bound, and its leading terms with their constants.

    A quantity is ``parameters``, ``activations``, ``state``, ``depth`` or the work by a convention. As many
    leading terms are printed as the bound has, unless ``leading`` says how many.

    >>> import symcost as sc
    >>> print(growth_table(sc.architecture("lstm"), ["flops"], ["T", "H"]))
    LSTM
    <BLANKLINE>
    Quantity  Exact                     Growth    Leading terms
    --------  ------------------------  --------  -------------
    flops     T (8 H I + 8 H^2 + 21 H)  O(T H^2)  8 T H^2
    <BLANKLINE>
    What grows: T, H. Constant: I.
    T: time steps; H: hidden channels; I: input channels.

    Raises:
        UnknownName: there is no such quantity.
        DimensionError: the network has no such dimension, or the relations contradict each other.
    """
    relations, notes = Relations.of(assume), Notes()
    known = {str(symbol.name) for symbol in network.dimensions}
    grows = None if variables is None else list(variables)
    for name in grows or ():
        if name not in known:
            raise DimensionError(f"no dimension here is called {name!r}", remedy=nearest(name, known))
    rows = [_row(network, name, grows, relations, leading, notes) for name in along(quantities, "growth of")]
    said = [f"{each}." for each in [f"Assumed: {relations}"] if relations.relations]
    return Table(
        tuple(map(Column, ("Exact", "Growth", "Leading terms"))), tuple(rows), network.name, "Quantity",
        tuple(notes.said), (_grows(network, grows), *said, *legend(network.dimensions, network.conditions)),
    )  # fmt: skip


def _grows(network: Network, grows: Sequence[str] | None) -> Prose:
    order = sorted(network.dimensions, key=rank)
    growing = [symbol for symbol in order if grows is None or symbol.name in grows]
    constant = [symbol for symbol in order if symbol not in growing]
    said = ["What grows: ", *(_listed(growing) or ["nothing"]), "."]
    return (*said, *([" Constant: ", *_listed(constant), "."] if constant else []))


def _listed(expressions: Sequence[Expr]) -> list[str | Expr]:
    return [part for each in expressions for part in (", ", each)][1:]


def _row(
    network: Network, name: str, grows: Sequence[str] | None, relations: Relations, leading: int | None, notes: Notes
) -> Row:
    try:
        exact = _cost(network, name)
    except UnpricedError as error:
        return Row(name, (Cell("?", notes.mark(f"{error}.")), Cell("?"), Cell("?")))
    try:
        bound = growth_of(exact, network.conditions, grows, relations)
    except UndecidedError as error:
        return Row(name, (Cell(exact), Cell("?", notes.mark(f"{error}.")), Cell("?")))
    marks = tuple(mark for note in bound.notes for mark in notes.mark(note))
    return Row(
        name, (Cell(exact), Cell(bound.order, marks), _leading(bound, leading or max(len(bound.terms), 1), notes))
    )


def _cost(network: Network, name: str) -> Expr:
    if name in CONVENTIONS:
        return network.cost(convention(name))
    if name not in _COUNTED:
        raise unknown("quantity", name, [*_COUNTED, *CONVENTIONS])
    return _COUNTED[name](network)


def _leading(bound: Growth, count: int, notes: Notes) -> Cell:
    try:
        terms = bound.leading(count)
    except UndecidedError as error:
        return Cell("?", notes.mark(f"{error}."))
    return Cell(tuple(_listed(terms)) or "none")
