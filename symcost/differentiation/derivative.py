"""An equation's derivative: its backward pass, recorded as an equation, and what of the forward pass that needs.

Reverse-mode differentiation of what was recorded (Linnainmaa, 1970; Baydin et al., JMLR 18, 2018). Every equation is
differentiated once for each choice of the gradients that are wanted and given, however often it is called.
"""

from __future__ import annotations

import bisect
import functools
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from sympy import Expr

from symcost.cost import Cost
from symcost.differentiation.stored import Stored, is_weight, root, stored
from symcost.equation import Equation
from symcost.expressions import total
from symcost.tensor import Node, Tensor

Key: TypeAlias = tuple[Hashable, ...]  # a weight: whose it is, and its name there
Choice: TypeAlias = tuple[bool, ...]


class Deferred(NamedTuple):
    """A gradient that is not made in the loop: of which input of which node, and the gradient of what that made."""

    node: Node
    place: int
    gradient: Tensor


@dataclass(frozen=True, eq=False)
class Derivative:
    """An equation with its backward pass: both on the same tensors, and each as an equation of its own."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    arriving: tuple[Tensor | None, ...]  # the gradients of the outputs, those that are given
    of_inputs: tuple[Tensor | None, ...]
    of_weights: Mapping[Key, Tensor]
    deferred: tuple[Deferred, ...]
    nodes: Mapping[Node, int]  # of the forward pass, and the first serial number of each one's backward pass
    within: Mapping[Node, Derivative]  # of what the nodes of the forward pass hold, if they hold an equation

    @functools.cached_property
    def given(self) -> tuple[Tensor, ...]:
        """The gradients of the outputs, as the backward pass takes them."""
        return tuple(tensor for tensor in self.arriving if tensor is not None)

    @functools.cached_property
    def gradients(self) -> tuple[Tensor, ...]:
        """What the backward pass makes: the gradients of inputs, of weights, and those that a loop hands out."""
        of_inputs = (tensor for tensor in self.of_inputs if tensor is not None)
        return (*of_inputs, *self.of_weights.values(), *(each.gradient for each in self.deferred))

    @functools.cached_property
    def kept(self) -> tuple[Tensor, ...]:
        """The tensors of the forward pass that the backward pass takes, weights aside; of views, what they look at."""
        inputs, stop = frozenset(self.inputs), frozenset(self.given)
        found: dict[Tensor, None] = {}
        seen = set(stop)
        pending = list(self.gradients)
        while pending:
            tensor = pending.pop()
            if tensor in seen:
                continue
            seen.add(tensor)
            if tensor in inputs or tensor.node is None or tensor.node in self.nodes:
                source = root(tensor, inputs)
                if not is_weight(source, inputs):
                    found[source] = None
            else:
                pending.extend(tensor.node.inputs)
        return tuple(sorted(found, key=lambda tensor: tensor.serial))

    @functools.cached_property
    def extras(self) -> tuple[Tensor, ...]:
        """What of the kept the forward pass has to hand out besides what it does anyway."""
        there = {*self.inputs, *self.outputs}
        return tuple(tensor for tensor in self.kept if tensor not in there)

    @functools.cached_property
    def forward(self) -> Equation:
        """The forward pass, which hands out what is kept too."""
        return Equation(self.inputs, (*self.outputs, *self.extras))

    @functools.cached_property
    def backward(self) -> Equation:
        """The backward pass: from what is kept and the gradients of the outputs to all gradients."""
        return Equation((*self.kept, *self.given), self.gradients)

    @functools.cached_property
    def joint(self) -> Equation:
        """Both passes: from the inputs and the gradients of the outputs to the outputs and all gradients."""
        return Equation((*self.inputs, *self.given), (*self.outputs, *self.gradients))

    @functools.cached_property
    def cost(self) -> Cost:
        """What the backward pass costs: its work alone, since its weights are those of the forward pass."""
        return Cost(work=self.backward.cost.work, unpriced=self.backward.cost.unpriced)

    @functools.cached_property
    def storage(self) -> Stored:
        """What is kept, and how many elements each has."""
        return stored(self.kept, frozenset(self.inputs))

    @property
    def elements(self) -> Expr:
        """The elements of all that is kept."""
        return total(count * times for count, times in Counter(self.storage.values()).items())

    def shares(self) -> dict[Node, list[Node]]:
        """The nodes of the backward pass by the node of the forward pass whose backward pass they belong to."""
        nodes = sorted(self.nodes, key=self.nodes.__getitem__)
        starts = [self.nodes[node] for node in nodes]
        found: dict[Node, list[Node]] = {}
        for each in self.backward.nodes:
            if each not in self.nodes:
                found.setdefault(nodes[bisect.bisect(starts, each.serial) - 1], []).append(each)
        return found
