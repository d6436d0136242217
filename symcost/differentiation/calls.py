"""The backward pass of a call and of a repetition: that of what is called, recorded once for all its calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sympy import Expr

from symcost.differentiation.derivative import Choice, Derivative, Key
from symcost.differentiation.structured import BackwardCall, Iteration, OpenCall
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, normal
from symcost.functional import concat, total
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor, record

Derive: TypeAlias = Callable[[Equation, Choice, Choice], Derivative]
Found: TypeAlias = tuple[Sequence[Tensor | None], dict[Key, Tensor]]


def owned(call: Call, key: Key) -> Key:
    """A weight of what is called, as the caller knows it: by its owner, unless another layer owns it already."""
    return key if call.layer.holds_layers and len(key) > 1 else (call.owner, *key)


def made_by(tensors: Sequence[Tensor]) -> Node:
    """The node that has made tensors."""
    node = tensors[0].node
    assert node is not None, "what is recorded has a node"
    return node


def _given(derivative: Derivative, gradients: Sequence[Tensor | None]) -> list[Tensor]:
    """The gradients that a backward pass takes, of all those of the outputs."""
    pairs = zip(gradients, derivative.arriving, strict=True)
    return [gradient for gradient, each in pairs if each is not None and gradient is not None]


class CallBackward:
    """The backward pass of a call."""

    def __init__(self, node: Node, wanted: Choice, given: Choice, derive: Derive) -> None:
        self.call: Call = node.operation  # type: ignore[assignment]   # that is what it is made for
        self.derivative = derive(self.call.equation, wanted, given)
        self.flows = tuple(gradient is not None for gradient in self.derivative.of_inputs)

    def forward(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]:
        """Records the call so that it hands out what its backward pass needs."""
        d = self.derivative
        self.made = record(OpenCall(self.call.layer, d.forward, self.call), *inputs, label=label)
        self.within = {made_by(self.made): d}
        return self.made

    def backward(
        self, inputs: Sequence[Tensor], outputs: Sequence[Tensor], gradients: Sequence[Tensor | None]
    ) -> Found:
        """Records the backward call."""
        d = self.derivative
        there = dict(zip(d.extras, self.made[len(outputs) :], strict=True))
        there |= dict(zip(d.outputs, outputs, strict=True)) | dict(zip(d.inputs, inputs, strict=True))
        arriving = _given(d, gradients)
        operation = BackwardCall(self.call.layer, d.backward, self.call, d.forward, d.cost)
        made = iter(record(operation, *(there[tensor] for tensor in d.kept), *arriving))
        of_inputs = [next(made) if each is not None else None for each in d.of_inputs]
        return of_inputs, {owned(self.call, key): next(made) for key in d.of_weights}


class RepetitionBackward:
    """The backward pass of a repetition: the last time first.

    Where the gradients of its inputs are not wanted, the first time is apart from the others: it makes only those of
    its weights.
    """

    def __init__(self, node: Node, wanted: Choice, given: Choice, derive: Derive) -> None:
        self.repetition: Repetition = node.operation  # type: ignore[assignment]
        body = self.repetition.equation
        given = _carried(body, given, derive)
        first = derive(body, wanted, given)
        self.flows = tuple(gradient is not None for gradient in first.of_inputs)
        times = [] if all(wanted) else [_Times(self.repetition, first, ZERO, ONE)]
        rest = normal(self.repetition.count - len(times))
        if rest != 0:
            times.append(
                _Times(self.repetition, derive(body, (True,) * len(body.inputs), given), normal(len(times)), rest)
            )
        self.times = times
        self.within: dict[Node, Derivative] = {}

    def forward(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]:
        """Records the iterations, each handing out what its backward pass needs."""
        made = inputs
        for each in self.times:
            made = each.forward(made, label)
            self.within[made_by(made)] = each.derivative
        return tuple(made)

    def backward(
        self, inputs: Sequence[Tensor], outputs: Sequence[Tensor], gradients: Sequence[Tensor | None]
    ) -> Found:
        """Records the iterations backwards; weights that each time has of its own have gradients of their own."""
        carried: Sequence[Tensor | None] = gradients
        stacks: dict[Key, list[Tensor]] = {}
        for each in reversed(self.times):
            carried, learned = each.backward(carried)
            for key, stack in learned.items():
                stacks.setdefault(key, []).insert(0, stack)
        of_weights = {}
        for key, parts in stacks.items():
            stack = concat(parts, 0) if len(parts) > 1 else parts[0]
            of_weights[id(self.repetition), *key] = total(stack, 0) if self.repetition.shared else stack
        return carried, of_weights


def _carried(body: Equation, given: Choice, derive: Derive) -> Choice:
    """The outputs whose gradients go back from time to time: all, but for those that nothing goes back from.

    Raises:
        UnpricedError: the gradients that come to the last time are not those that go on from it.
    """
    everything = (True,) * len(body.inputs)
    flowing = tuple(each is not None for each in derive(body, everything, given).of_inputs)
    for place, (is_given, flows) in enumerate(zip(given, flowing, strict=True)):
        alone = derive(body, everything, tuple(other == place for other in range(len(given))))
        if is_given != flows and (flows or alone.gradients):
            raise UnpricedError(
                "it hands out something whose gradient does not come, or does not go on",
                where="backward pass of a repetition", expected="one gradient for each tensor that is handed on",
            )  # fmt: skip
    return flowing


class _Times:
    """Some of the times of a repetition, one after the other."""

    def __init__(self, repetition: Repetition, derivative: Derivative, start: Expr, count: Expr) -> None:
        self.repetition, self.derivative, self.start, self.count = repetition, derivative, start, count

    def forward(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]:
        d = self.derivative
        equation = Equation(d.inputs, (*d.outputs, *d.kept))
        once = self.repetition.equation.network_cost
        operation = Iteration(self.repetition, equation, self.count, self.start, 0, len(d.outputs), once)
        made = record(operation, *inputs, label=label)
        self.stacks = made[len(d.outputs) :]
        return made[: len(d.outputs)]

    def backward(self, gradients: Sequence[Tensor | None]) -> Found:
        d = self.derivative
        arriving = _given(d, gradients)
        carries = len([each for each in d.of_inputs if each is not None])
        operation = Iteration(
            self.repetition, d.backward, self.count, self.start, len(d.kept), carries, d.cost, d.forward
        )
        made = iter(record(operation, *self.stacks, *arriving))
        of_inputs = [next(made) if each is not None else None for each in d.of_inputs]
        return of_inputs, {key: next(made) for key in d.of_weights}
