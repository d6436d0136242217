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
from symcost.expressions import normal
from symcost.operations import Weight
from symcost.recurrence import Scan
from symcost.structure import Call
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
    pending = list(tensors)
    for tensor in pending:  # which grows by what turns out to have come in from further out
        own, outer = _own(root(tensor, inputs), inputs)
        found |= own
        pending += outer
    return found


_Found: TypeAlias = tuple[Stored, list[Tensor]]  # what a node has made itself, and what came into it


def _own(tensor: Tensor, inputs: frozenset[Tensor]) -> _Found:
    if is_weight(tensor, inputs):
        return {}, []
    node = None if tensor in inputs else tensor.node
    if node is not None:
        place = node.outputs.index(tensor)
        if isinstance(node.operation, Call):
            return _of_call(node, node.operation, place)
        if isinstance(node.operation, Scan):
            return _of_scan(node, node.operation, node.operation.step.outputs[place], frozenset())
        if isinstance(node.operation, Iteration):
            return _of_iteration(node, node.operation, place)
    return {tensor: elements(tensor.axes)}, []


def _of_call(node: Node, call: Call, place: int) -> _Found:
    """What a call hands out: a tensor of its own, or one that came in."""
    inside, own, outer = call.equation.inputs, Stored(), []
    for key, count in stored([call.equation.outputs[place]], frozenset(inside)).items():
        if key in inside:
            outer.append(node.inputs[inside.index(key)])
        else:
            own[node, key] = count
    return own, outer


def _of_scan(node: Node, scan: Scan, made: Tensor, seen: frozenset[Hashable]) -> _Found:
    """A sequence; that of a carry as it goes in is the one of it as it comes out, behind the initial one."""
    step, own, outer = scan.step, Stored(), []
    for key, count in stored([made], frozenset(step.inputs)).items():
        if key not in step.inputs or key in seen:
            own[node, key] = normal(count * scan.length)
            continue
        place = step.inputs.index(key)
        carry = place - scan.sequences
        if 0 <= carry < scan.carries:
            more, further = _of_scan(node, scan, step.outputs[carry], seen | {key})
            own |= more
            outer += further
            if scan.initial:
                outer.append(node.inputs[place])
        else:
            outer.append(node.inputs[place if carry < 0 else place - scan.carries + scan.initial])
    return own, outer


def _of_iteration(node: Node, iteration: Iteration, place: int) -> _Found:
    """What each time makes; what all but the last make is apart from what the last one hands out.

    What comes into each time is what came into the first, then what all but the last hand out.
    """
    equation, own, outer = iteration.equation, Stored(), []
    inside, stacked = frozenset(equation.inputs), place >= iteration.carries
    before = iteration.count - 1
    for key, count in stored([equation.outputs[place]], inside).items():
        if key in inside:
            carry = equation.inputs.index(key)
            outer.append(node.inputs[carry])
            handed = stored([equation.outputs[carry]], inside).items() if stacked else ()
            own |= {(node, each, "before"): normal(size * before) for each, size in handed if each not in inside}
        else:
            own[node, key, "last"] = count
            if stacked:
                own[node, key, "before"] = normal(count * before)
    return own, outer
