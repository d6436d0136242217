"""Views as indices: where a window, a slice, a rearrangement reads what it looks at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from sympy import Expr, floor

from symcost.addressing import Upsample
from symcost.analysis.formulas import Range
from symcost.axes import Axes, Axis, bands
from symcost.axes import equation as sides
from symcost.dimensions import dimension, index, meaning
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Operation
from symcost.tensor import Node
from symcost.views import Detached, Pad, Rearrange, Slice, Window

Indices: TypeAlias = tuple[Any, ...]  # expressions, or references to numbers that are looked up

VIEWS = (Window, Pad, Slice, Rearrange, Upsample, Detached)
"""The operations that become indices."""


def index_each(axes: Axes) -> Indices:
    """An index for each axis, called after it."""
    found: list[Expr] = []
    for axis in axes:
        found.append(unused(axis, found))
    return tuple(found)


def unused(axis: Axis, taken: Sequence[Any]) -> Expr:
    """An index called after an axis, with as many primes as it takes to be another one than those around it.

    Where the axis has a name that was made up, such as d1, it is called after its dimension.
    """
    name = axis.name
    if axis.size.is_Symbol and not meaning(dimension(name.rstrip("'").capitalize())):
        name = str(axis.size.name).lower()
    used = {symbol for each in taken for symbol in getattr(each, "free_symbols", ())}
    while index(name) in used:
        name += "'"
    return index(name)


def ranges(axes: Axes, indices: Indices, running: Collection[Any]) -> dict[Any, Range]:
    """The indices that run only as far as a band goes, each with its range, given the index it is paired with.

    Of two that both run, the column has a range; the row has every place.
    """
    found: dict[Any, Range] = {}
    for row, column, band in bands(axes):
        t, s = indices[row], indices[column]
        if band.before is None and band.after is None:
            continue
        if s in running:
            found[s] = Range(_moved(t, band.before, -1), s, _moved(t, band.after, 1))
        elif t in running:
            found[t] = Range(_moved(s, band.after, -1), t, _moved(s, band.before, 1))
    return found


def domain(axes: Axes, indices: Indices) -> tuple[Range, ...]:
    """The indices at which a tensor of these axes has numbers: columns in the range of their rows."""
    return tuple(ranges(axes, indices, indices).values())


def _moved(place: Expr, by: Expr | None, way: int) -> Expr | None:
    return None if by is None else normal(place + way * by)


def axis_of(place: Any) -> str:
    """The axis by which an index is called; in a sum such as E + e, the one that runs."""
    runs = [symbol.name for symbol in getattr(place, "free_symbols", ()) if place.coeff(symbol) == ONE]
    return min((name for name in runs if index(name) in place.free_symbols), default="").rstrip("'")


def viewed(operation: Operation, node: Node, indices: Indices) -> Indices:
    """The indices at which a view reads what it looks at."""
    if isinstance(operation, Rearrange):
        return _rearranged(operation, node.inputs[0].axes, indices)
    if isinstance(operation, Detached):
        return indices
    assert isinstance(operation, Window | Pad | Slice | Upsample)
    place = operation.place % len(node.inputs[0].axes)
    there = list(indices)
    if isinstance(operation, Window):
        there[place : place + 2] = [operation.stride * there[place] + operation.dilation * there[place + 1]]
    elif isinstance(operation, Pad):
        there[place] = normal(there[place] - operation.before)
    elif isinstance(operation, Slice):
        there[place] = normal(there[place] + operation.start)
    else:
        there[place] = floor(there[place] / operation.factor)
    return tuple(there)


def _rearranged(operation: Rearrange, axes: Axes, indices: Indices) -> Indices:
    """The indices of what is rearranged: those of axes that were split are put together."""
    (left,), right = sides(operation.pattern)
    cut = len(indices) - len(right.groups)
    places = dict(zip(right.names, indices[cut:], strict=True))
    lengths = operation.lengths(axes)
    return (*indices[:cut], *(_merge(group, places, lengths) for group in left.groups))


def _merge(group: tuple[str, ...], places: dict[str, Any], lengths: dict[str, Expr]) -> Any:
    """The index of an axis made of others: n D + d."""
    merged: Any = places[group[0]] if group else ZERO
    for name in group[1:]:
        merged = merged * lengths[name] + places[name]
    return merged


def merging(node: Node) -> tuple[Indices, Indices] | None:
    """Where axes are merged: the indices of the result, and of what is rearranged."""
    operation = node.operation
    if not isinstance(operation, Rearrange):
        return None
    (left,), right = sides(operation.pattern)
    if all(len(group) == 1 for group in right.groups):
        return None
    axes = node.inputs[0].axes
    front = index_each(axes[: len(axes) - len(left.groups)])
    places: dict[str, Any] = {}
    lengths = operation.lengths(axes)
    for name in right.names:
        places[name] = unused(Axis(name, lengths[name]), [*front, *places.values()])
    result = (*front, *(_merge(group, places, lengths) for group in right.groups))
    return result, (*front, *(_merge(group, places, lengths) for group in left.groups))
