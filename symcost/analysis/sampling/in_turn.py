"""Associative scans over time as recurrences: a step that samples has h_(t-1), and applies the operator once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sympy import Expr, Symbol

from symcost.associative import AssociativeScan
from symcost.equation import Equation
from symcost.expressions import ONE
from symcost.functional import einsum, scan
from symcost.operations import Operation
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor, record


def in_turn(equation: Equation, over: Symbol) -> Equation:
    """The equation with its associative scans over time, or of one step of it, as recurrences; else itself.

    No algorithm for prefixes begins before all steps are known; what samples knows one after the other.
    """
    if not _combines(equation, over):
        return equation
    known: dict[Tensor, Tensor] = {}
    for node in equation.nodes:
        given = [known.get(tensor, tensor) for tensor in node.inputs]
        known.update(zip(node.outputs, _made(node, given, over), strict=True))
    return replace(equation, outputs=tuple(known.get(tensor, tensor) for tensor in equation.outputs))


def _made(node: Node, given: Sequence[Tensor], over: Symbol) -> Sequence[Tensor]:
    """What a node makes of what it is given now."""
    operation = node.operation
    if _is_over(node, over):
        return [_recurrence(operation, *given)]  # type: ignore[arg-type]   # as was asked
    if isinstance(operation, Call | Repetition) and _combines(operation.equation, over):
        change = partial(in_turn, over=over)
        operation = replace(operation, equation=change(operation.equation), changed=change)
    elif all(now is before for now, before in zip(given, node.inputs, strict=True)):
        return node.outputs
    return record(operation, *given, label=node.label)


def _combines(equation: Equation, over: Symbol) -> bool:
    """Whether there is such a scan in it."""
    return any(_is_over(node, over) or _holds(node.operation, over) for node in equation.nodes)


def _holds(operation: Operation, over: Symbol) -> bool:
    return isinstance(operation, Call | Repetition) and _combines(operation.equation, over)


def _is_over(node: Node, over: Symbol) -> bool:
    if not isinstance(node.operation, AssociativeScan):
        return False
    length: Expr = node.operation.length(tuple(tensor.axes for tensor in node.inputs))
    return length == ONE or bool(length.has(over))


def _recurrence(operation: AssociativeScan, a: Tensor, b: Tensor) -> Tensor:
    """h_t = a_t h_(t-1) + b_t, step by step."""

    def step(a_t: Tensor, b_t: Tensor, h: Tensor) -> Tensor:
        return (einsum("... p q, ... q -> ... p", a_t, h) if operation.dense else a_t * h) + b_t

    place = operation.place % len(b.axes)
    carry = tuple(axis.size for axis in b.axes[place + 1 :])
    return scan(step, a, b, over=b.axes[place].name, carry=[carry], label="associative_scan")[0]
