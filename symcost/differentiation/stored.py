"""What a tensor of the forward pass takes to keep: the tensors that it is, or is seen through, and their sizes.

A view is what it looks at; what a layer hands out is a tensor made within it, or one that came in. Each such tensor
has a key, so that one that is kept for several reasons is kept once.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeAlias

from sympy import Expr

from symcost.axes import elements
from symcost.differentiation.structured import Iteration
from symcost.equation import Equation
from symcost.expressions import normal
from symcost.operations import Weight
from symcost.structure import Call, Scan
from symcost.tensor import Node, Tensor
from symcost.views import Pad

Stored: TypeAlias = dict[Hashable, Expr]  # elements by tensor, one within a node as (node, tensor)


def root(tensor: Tensor, inputs: frozenset[Tensor]) -> Tensor:
    """The tensor that a chain of views looks at, no further back than the inputs. Margins are put on again for free."""
    while tensor not in inputs and tensor.node is not None and _shows_another(tensor.node):
        tensor = tensor.node.inputs[0]
    return tensor


def _shows_another(node: Node) -> bool:
    return node.operation.alias or isinstance(node.operation, Pad)


def is_weight(tensor: Tensor, inputs: frozenset[Tensor]) -> bool:
    """Whether it is there before the forward pass begins."""
    return tensor not in inputs and tensor.node is not None and isinstance(tensor.node.operation, Weight)


def stored(tensors: Iterable[Tensor], inputs: frozenset[Tensor]) -> Stored:
    """What tensors of an equation take to keep, weights aside."""
    found: Stored = {}
    for tensor in tensors:
        found |= _stored(root(tensor, inputs), inputs)
    return found


def _stored(tensor: Tensor, inputs: frozenset[Tensor]) -> Stored:
    if is_weight(tensor, inputs):
        return {}
    node = None if tensor in inputs else tensor.node
    if node is not None:
        place = node.outputs.index(tensor)
        if isinstance(node.operation, Call):
            return _within(node, node.operation.equation, node.operation.equation.outputs[place], inputs)
        if isinstance(node.operation, Scan):
            return _of_scan(node, node.operation, node.operation.step.outputs[place], inputs, frozenset())
        if isinstance(node.operation, Iteration):
            return _of_iteration(node, node.operation, place, inputs)
    return {tensor: elements(tensor.axes)}


def _within(node: Node, equation: Equation, made: Tensor, inputs: frozenset[Tensor]) -> Stored:
    """What a tensor made within a node is: one that came in, or one of the node's own."""
    found: Stored = {}
    for key, count in stored([made], frozenset(equation.inputs)).items():
        if key in equation.inputs:
            found |= stored([node.inputs[equation.inputs.index(key)]], inputs)
        else:
            found[node, key] = count
    return found


def _of_scan(node: Node, scan: Scan, made: Tensor, inputs: frozenset[Tensor], seen: frozenset[Hashable]) -> Stored:
    """A sequence; that of a carry as it goes in is the one of it as it comes out, behind the initial one."""
    step, found = scan.step, Stored()
    for key, count in stored([made], frozenset(step.inputs)).items():
        if key not in step.inputs or key in seen:
            found[node, key] = normal(count * scan.length)
            continue
        place = step.inputs.index(key)
        carry = place - scan.sequences
        if 0 <= carry < scan.carries:
            found |= _of_scan(node, scan, step.outputs[carry], inputs, seen | {key})
            if not scan.initial:
                continue
        elif carry >= 0:
            place -= scan.carries - scan.initial
        found |= stored([node.inputs[place]], inputs)
    return found


def _of_iteration(node: Node, iteration: Iteration, place: int, inputs: frozenset[Tensor]) -> Stored:
    """What each time makes; what all but the last make is apart from what the last one hands out."""
    equation, found = iteration.equation, Stored()
    stacked = place >= iteration.carries
    for key, count in stored([equation.outputs[place]], frozenset(equation.inputs)).items():
        made = {key: count}
        if key in equation.inputs:
            carry = equation.inputs.index(key) - iteration.stacks
            found |= stored([node.inputs[iteration.stacks + carry]], inputs)
            made = stored([equation.outputs[carry]], frozenset(equation.inputs)) if stacked else {}
        for each, size in made.items():
            if each not in equation.inputs:
                found[node, each, "before the last"] = normal(size * (iteration.count - 1))
                if key not in equation.inputs:
                    found[node, each, "the last"] = size
        if not stacked and key not in equation.inputs:
            del found[node, key, "before the last"]
    return found
