"""Traffic: the numbers that a network moves to and from memory.

The reading: a layer is fused. It reads each tensor that it takes and each of its weights once, keeps everything in
between on chip, and writes what it hands out. A look-up reads the rows that it fetches, not the table. Views move
nothing. The weights of a recurrence stay on chip over its steps; *streamed*, they are read again at each step. This
is the least that has to move as long as layers run one after the other.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sympy import Expr

from symcost.addressing import Gather
from symcost.analysis.totals import Part
from symcost.axes import elements
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, normal, total
from symcost.operations import Priced, Weight
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor
from symcost.views import Rearrange, Window


class _Read(NamedTuple):
    """That a tensor is read: only some rows of it, or all of it, and how often."""

    tensor: Tensor
    rows: Expr | None = None  # elements of the rows that are looked up
    times: Expr = ONE


@dataclass(frozen=True)
class Traffic:
    """Numbers that are moved: of inputs and of weights from memory, of outputs to it."""

    inputs: Expr = ZERO
    weights: Expr = ZERO
    outputs: Expr = ZERO

    @property
    def elements(self) -> Expr:
        """All of them."""
        return total([self.inputs, self.weights, self.outputs])

    def bytes(self, number: Expr, weight: Expr | None = None) -> Expr:
        """The bytes, if a number has so many, and one of a weight as many or others.

        >>> Traffic(inputs=ONE * 10, weights=ONE * 20, outputs=ONE * 5).bytes(ONE * 2, weight=ONE)
        50
        """
        of_weights = self.weights * (number if weight is None else weight)
        return total([self.inputs * number, self.outputs * number, of_weights])

    def repeated(self, times: Expr) -> Traffic:
        """So many times as much."""
        return Traffic(normal(self.inputs * times), normal(self.weights * times), normal(self.outputs * times))


def part_traffic(part: Part, *, streamed: bool = False) -> Traffic:
    """What one layer of a network moves, all of its repetitions together.

    Raises:
        UnpricedError: only its cost is known.
    """
    once = node_traffic(part.node, streamed=streamed)
    return once.repeated(part.times)


def node_traffic(node: Node, *, streamed: bool = False) -> Traffic:
    """What one application of a layer or an operation moves.

    >>> from symcost.dimensions import dimension
    >>> from symcost.layers import Linear
    >>> from symcost.tensor import Input
    >>> B, D, F = map(dimension, "BDF")
    >>> node_traffic(Linear(D, F, bias=False)(Input(B, D)).node).elements
    B*D + B*F + D*F

    Raises:
        UnpricedError: only its cost is known.
    """
    operation = node.operation
    if operation.alias or isinstance(operation, Weight):
        return Traffic()
    read = _amounts((_Read(_unwound(each.tensor), each.rows, each.times) for each in _reads(node, streamed)), streamed)
    own = _weights_of(node, streamed)
    return Traffic(
        total(amount for tensor, amount in read.items() if not _is_weight(tensor)),
        total([*own.values(), *(amount for tensor, amount in read.items() if _is_weight(tensor))]),
        total(elements(tensor.axes) for tensor in _written(node)),
    )


def _is_weight(tensor: Tensor) -> bool:
    return tensor.node is not None and isinstance(tensor.node.operation, Weight)


def _unwound(tensor: Tensor) -> Tensor:
    """The tensor that windows and rearrangements look at: they show no number that it has not."""
    while tensor.node is not None and isinstance(tensor.node.operation, Window | Rearrange):
        tensor = tensor.node.inputs[0]
    return tensor


def _behind(tensor: Tensor, stop: Iterable[Tensor]) -> Tensor:
    """The tensor that views look at, those that layers are among them; no further back than ``stop``."""
    while tensor.node is not None and tensor not in stop:
        seen = _passed(tensor.node, tensor)
        if seen is None:
            break
        tensor = seen
    return tensor


def _passed(node: Node, tensor: Tensor) -> Tensor | None:
    """The input that a node hands on as one of its outputs, as it is or as a view; None if it made that output."""
    operation = node.operation
    if operation.alias:
        return node.inputs[0]
    if isinstance(operation, Call):
        inner = operation.equation
        seen = _behind(inner.outputs[node.outputs.index(tensor)], inner.inputs)
        return node.inputs[inner.inputs.index(seen)] if seen in inner.inputs else None
    return None


def _written(node: Node) -> list[Tensor]:
    """The tensors that a node hands out and has made; of what it cuts off nothing is written."""
    operation = node.operation
    if not isinstance(operation, Call | Repetition):
        return list(node.outputs)
    inner = operation.equation
    made = (tensor for tensor in inner.outputs if _behind(tensor, inner.inputs) not in inner.inputs)
    return list(dict.fromkeys(_unwound(tensor) for tensor in made))


def _reads(node: Node, streamed: bool) -> Iterator[_Read]:
    """What a node reads of its inputs."""
    operation = node.operation
    if isinstance(operation, Priced):
        raise UnpricedError(
            "only its cost is known, not what it moves", where=f"node {operation.label!r}", expected="a layer"
        )
    if isinstance(operation, Gather):
        numbers, table = node.inputs
        yield from (_Read(numbers), _Read(table, rows=elements(node.outputs[0].axes)))
    elif isinstance(operation, Scan):
        captured = operation.sequences + operation.initial
        yield from map(_Read, node.inputs[:captured])
        yield from (_Read(tensor, times=operation.length) for tensor in node.inputs[captured:])
    elif isinstance(operation, Call | Repetition):
        inner = _read(operation.equation, streamed)
        for tensor, taken in zip(node.inputs, operation.equation.inputs, strict=True):
            if taken in inner:
                amount = inner[taken]
                yield _Read(tensor, rows=None if amount == elements(taken.axes) else amount)
    elif isinstance(operation, Prefixes):
        inner = _read(operation.inner, streamed)
        for tensor, taken in zip(node.inputs, operation.inner.inputs, strict=True):
            yield _Read(tensor, rows=operation.over_all(inner.get(taken, ZERO)))
    elif not operation.alias:
        yield from map(_Read, node.inputs)


@functools.lru_cache(maxsize=1024)
def _read(equation: Equation, streamed: bool) -> dict[Tensor, Expr]:
    """How much an equation reads of its inputs, and of the weights that stand in it."""
    reads = (each for node in equation.nodes for each in _reads(node, streamed))
    found = _amounts((each._replace(tensor=_behind(each.tensor, equation.inputs)) for each in reads), streamed)
    return {tensor: amount for tensor, amount in found.items() if tensor in equation.inputs or _is_weight(tensor)}


def _amounts(reads: Iterable[_Read], streamed: bool) -> dict[Tensor, Expr]:
    """The elements read of each tensor: all of them, once; or the rows that are looked up, if nothing else is.

    Streamed weights are read at each step of the loops that use them.
    """
    found: dict[Tensor, list[_Read]] = {}
    for each in reads:
        found.setdefault(each.tensor, []).append(each)
    amounts: dict[Tensor, Expr] = {}
    for tensor, uses in found.items():
        rows = [use.rows for use in uses if use.rows is not None]
        loops = [use.times for use in uses if use.times != 1] if streamed and _is_weight(tensor) else []
        whole = elements(tensor.axes) * (total(loops) if loops else ONE)
        amounts[tensor] = total(rows) if len(rows) == len(uses) else whole
    return amounts


def _weights_of(node: Node, streamed: bool) -> dict[Hashable, Expr]:
    """The elements read of the weights that a node owns, by whose they are and what they are called."""
    operation = node.operation
    if isinstance(operation, Call):
        inner = _weights(operation.equation, streamed)
        return inner if operation.layer.holds_layers else {(operation.owner, key): read for key, read in inner.items()}
    if isinstance(operation, Repetition):
        times = ONE if operation.shared and not streamed else operation.count
        return {(id(node), key): read * times for key, read in _weights(operation.equation, streamed).items()}
    if isinstance(operation, Scan):
        times = operation.length if streamed else ONE
        return {key: read * times for key, read in _weights(operation.step, streamed).items()}
    if isinstance(operation, Prefixes):  # run anew for each prefix, with its weights read again
        return {key: operation.over_all(read) for key, read in _weights(operation.inner, streamed).items()}
    return {}


@functools.lru_cache(maxsize=1024)
def _weights(equation: Equation, streamed: bool) -> dict[Hashable, Expr]:
    found: dict[Hashable, Expr] = {
        tensor.node.operation.label: amount
        for tensor, amount in _read(equation, streamed).items()
        if tensor.node is not None and isinstance(tensor.node.operation, Weight)
    }
    for node in equation.nodes:
        found |= _weights_of(node, streamed)
    return found
