"""The table of how a network's costs grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sympy import Expr, Symbol

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
    growing = [symbol for symbol in network.dimensions if grows is None or symbol.name in grows]
    said = _grows(growing, {*network.dimensions} - {*growing})
    return Table(
        tuple(map(Column, ("Exact", "Growth", "Leading terms"))), tuple(rows), network.name, "Quantity",
        tuple(notes.said), (said, *_assumed(relations), *legend(network.dimensions, network.conditions)),
    )  # fmt: skip


def bound_table(found: Growth) -> Table:
    """A bound by itself, with its leading terms and what is not certain of it.

    >>> from symcost.analysis.growth import growth
    >>> from symcost.formula import read
    >>> print(bound_table(growth(read("4*T*H^2 + T*H"), ["T", "H"])))
    What grows  Growth    Leading terms
    ----------  --------  -------------
    T, H        O(T H^2)  4 T H^2
    """
    notes = Notes()
    row = Row(", ".join(symbol.name for symbol in sorted(found.variables, key=rank)), _bound(found, None, notes))
    said = [each for each in (_constant(found.held, "Constant: "), *_assumed(found.relations)) if each]
    return Table((Column("Growth"), Column("Leading terms")), (row,), "", "What grows", tuple(notes.said), tuple(said))


def _assumed(relations: Relations) -> list[Prose]:
    return [f"Assumed: {relations}."] if relations.relations else []


def _grows(growing: Iterable[Symbol], constant: Iterable[Symbol]) -> Prose:
    said = ("What grows: ", *(_listed(sorted(growing, key=rank)) or ["nothing"]), ".")
    return (*said, *_constant(constant, " Constant: "))


def _constant(symbols: Iterable[Symbol], begin: str) -> tuple[str | Expr, ...]:
    """Which dimensions do not grow, if there are any."""
    listed = _listed(sorted(symbols, key=rank))
    return (begin, *listed, ".") if listed else ()


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
    return Row(name, (Cell(exact), *_bound(bound, leading, notes)))


def _bound(found: Growth, leading: int | None, notes: Notes) -> tuple[Cell, Cell]:
    """A bound, and its leading terms."""
    marks = tuple(mark for note in found.notes for mark in notes.mark(note))
    return Cell(found.order, marks), _leading(found, leading or max(len(found.terms), 1), notes)


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
