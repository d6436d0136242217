"""How each computing operation is spelt as a formula with indices, as ``symcost.meaning`` says what it is in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sympy import Expr

from symcost.addressing import Gather, OverlapAdd
from symcost.analysis.formulas import Applied, Constant, Formula, Reduced
from symcost.analysis.indices import Indices, ranges
from symcost.axes import Axis
from symcost.axes import equation as sides
from symcost.expressions import ONE, ZERO
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.tensor import Node, Tensor


class Reader(Protocol):
    """What spelling needs to know of the tensors around: how each is read, and which indices are free."""

    def formula(self, tensor: Tensor, indices: Indices) -> Formula: ...
    def running(self, axis: Axis, *others: Any) -> Expr: ...


def _elementwise(reader: Reader, operation: Elementwise, node: Node, indices: Indices) -> Formula:
    tensors = iter(node.inputs)
    arguments = (
        _aligned(reader, next(tensors), node.outputs[0], indices) if constant is None else Constant(constant)
        for constant in operation.constants
    )
    return Applied(operation.function, tuple(arguments))


def _aligned(reader: Reader, tensor: Tensor, result: Tensor, indices: Indices) -> Formula:
    """An operand at the place of a result: from the last axis on, and at 0 where it has one number for all."""
    cut = len(result.axes) - len(tensor.axes)
    wide = zip(tensor.axes, result.axes[cut:], indices[cut:], strict=True)
    return reader.formula(tensor, tuple(ZERO if own.size == ONE != made.size else each for own, made, each in wide))


def _einsum(reader: Reader, operation: Einsum, node: Node, indices: Indices) -> Formula:
    left, right = sides(operation.pattern)
    axes, names = operation.union(tuple(x.axes for x in node.inputs))
    front = indices[: len(indices) - len(right.names)]
    places = dict(zip(right.names, indices[len(front) :], strict=True))
    own = axes[len(front) :]
    summed = [name for name in names if name not in places]
    for name, axis in zip(names, own, strict=True):
        if name in summed:
            places[name] = reader.running(Axis(name, axis.size), *indices, *places.values())
    over = [places[name] for name in summed]
    bounded = ranges(axes, (*front, *(places[name] for name in names)), over)
    factors = []
    for term, x in zip(left, node.inputs, strict=True):
        leading = front[len(front) - (len(x.axes) - len(term.names)) :]
        factors.append(reader.formula(x, (*leading, *(places[name] for name in term.names))))
    body = Applied("multiply", tuple(factors))
    return Reduced("add", tuple(bounded.get(each, each) for each in over), body) if summed else body


def _reduce(reader: Reader, operation: Reduce, node: Node, indices: Indices) -> Formula:
    (x,) = node.inputs
    full, over = list(indices), list[Expr]()
    for place in sorted(place % len(x.axes) for place in operation.places):
        over.append(reader.running(x.axes[place], *indices, *over))
        full[place : place + bool(operation.keep)] = [over[-1]]
    bounded = ranges(x.axes, tuple(full), over)
    body = reader.formula(x, tuple(full))
    return Reduced(operation.function, tuple(bounded.get(each, each) for each in over), body)


def _overlap_add(reader: Reader, operation: OverlapAdd, node: Node, indices: Indices) -> Formula:
    """All windows that have a number for a place: those with stride * window + dilation * offset there."""
    (x,) = node.inputs
    places = [place % len(x.axes) for place in operation.places]
    geometry = dict(zip(places, zip(operation.strides, operation.dilations, strict=True), strict=True))
    given, full, over = iter(indices), list[Any](), list[tuple[Expr, Expr]]()
    for place, axis in enumerate(x.axes):
        if place in geometry:
            window = reader.running(axis, *indices, *full)
            offset = reader.running(x.axes[place + 1], *indices, *full)
            stride, dilation = geometry[place]
            full += [window, offset]
            over.append((stride * window + dilation * offset, next(given)))
        elif place - 1 not in geometry:
            full.append(next(given))
    return Reduced("add", tuple(over), reader.formula(x, tuple(full)))


def _gather(reader: Reader, _: Gather, node: Node, indices: Indices) -> Formula:
    numbers, table = node.inputs
    cut = len(numbers.axes)
    return reader.formula(table, (reader.formula(numbers, indices[:cut]), *indices[cut:]))


SPELLING: dict[type[Operation], Callable[[Reader, Any, Node, Indices], Formula]] = {
    Elementwise: _elementwise,
    Einsum: _einsum,
    Reduce: _reduce,
    OverlapAdd: _overlap_add,
    Gather: _gather,
}
"""How each operation that computes is spelt; views become indices, and layers are called by their names."""
