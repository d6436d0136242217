"""What is inside of an operation, as far as a drawing opens it, and the loops that it hides where it is folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr

from symcost.associative import AssociativeScan
from symcost.constants import Constant
from symcost.equation import Equation, Structured
from symcost.expressions import ONE, normal
from symcost.operations import Operation, Weight
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node

_OPENED = (Call, Repetition, Scan)


@dataclass(frozen=True)
class Inside:
    """What is opened of an operation: itself or what it is but a shell of, by which names, and how often it is done."""

    operation: Structured
    names: tuple[str, ...]
    times: Expr

    @property
    def equation(self) -> Equation:
        """What is inside."""
        return self.operation.inner

    @property
    def holds_layers(self) -> bool:
        """Whether layers are inside."""
        return holds_layers(self.operation)

    @property
    def carries(self) -> range:
        """Which inputs of the equation come from another step of time."""
        operation = self.operation
        count = operation.carries if isinstance(operation, Scan) else 0
        first = operation.sequences if isinstance(operation, Scan) else 0
        return range(first, first + count)

    def given(self, place: int) -> int | None:
        """Which input of the operation an input of the equation is; None if it begins at zero."""
        operation = self.operation
        if not isinstance(operation, Scan) or place < operation.sequences or operation.initial:
            return place
        return None if place in self.carries else place - operation.carries


def inside(operation: Operation, *, operations: bool) -> Inside | None:
    """What can be drawn inside of an operation: layers, and with ``operations`` these too; None if nothing can.

    What holds nothing but one other thing, such as the repetition of a network, is opened with it.
    """
    names: list[str] = []
    times, found = ONE, None
    while isinstance(operation, _OPENED) and not operation.free:
        if not (operations or holds_layers(operation)):
            break
        times = normal(times * turns(operation))
        equation = operation.inner
        found = Inside(operation, tuple(names), times)
        only = equation.nodes[0] if len(equation.nodes) == 1 else None
        if only is None or only.inputs != equation.inputs or only.outputs != equation.outputs:
            break
        names.append(equation.names[only])
        operation = only.operation
    return found


def turns(operation: Operation) -> Expr:
    """How often what is inside of an operation is done."""
    if isinstance(operation, Repetition):
        return operation.count
    return operation.length if isinstance(operation, Scan) else ONE


def holds_layers(operation: Structured) -> bool:
    """Whether layers are inside of an operation, in a step of a recurrence too."""
    if isinstance(operation, Repetition) or (isinstance(operation, Call) and operation.layer.is_network):
        return True
    return any(
        isinstance(node.operation, Call)
        or (isinstance(node.operation, Structured) and holds_layers(node.operation))
        for node in operation.inner.nodes
    )  # fmt: skip


def is_given(node: Node) -> bool:
    """Whether it is a weight, a constant, or but a view of one: it belongs to what reads it, and is not drawn."""
    if isinstance(node.operation, Weight | Constant):
        return True
    return node.operation.free and all(tensor.node and is_given(tensor.node) for tensor in node.inputs)


def weights_read(node: Node) -> tuple[str, ...]:
    """The names of the weights that a node reads, itself or through views of them."""
    found: dict[str, None] = {}
    pending = [tensor.node for tensor in reversed(node.inputs)]
    while pending:
        maker = pending.pop()
        if maker and isinstance(maker.operation, Weight):
            found[maker.operation.label] = None
        elif maker and is_given(maker):
            pending.extend(tensor.node for tensor in reversed(maker.inputs))
    return tuple(found)


@dataclass(frozen=True)
class Recurrence:
    """A loop in time: it reads what it made some steps of time ago, or ahead of it where it runs backwards."""

    delays: tuple[Expr, ...]
    is_backwards: bool


def recurrences(operation: Operation) -> tuple[Recurrence, ...]:
    """The loops in an operation, one for each direction."""
    found: dict[bool, dict[Expr, None]] = {}
    for delays, backwards in _loops(operation):
        found.setdefault(backwards, {}).update(dict.fromkeys(delays))
    return tuple(Recurrence(tuple(sorted(delays, key=_order)), backwards) for backwards, delays in found.items())


def _order(delay: Expr) -> tuple[bool, int, str]:
    return not delay.is_Integer, int(delay) if delay.is_Integer else 0, str(delay)


def _loops(operation: Operation) -> Iterator[tuple[tuple[Expr, ...], bool]]:
    if isinstance(operation, Scan):
        yield operation.delays, operation.reverse
    elif isinstance(operation, AssociativeScan):
        if operation.algorithm == "sequential":
            yield (ONE,), False
    elif isinstance(operation, _OPENED):
        for node in operation.inner.nodes:
            yield from _loops(node.operation)
