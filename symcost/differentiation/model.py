"""Gradients of a layer or a network, as something that can be priced, executed and counted like one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from symcost.axes import shown
from symcost.differentiation.calls import owned
from symcost.differentiation.derivative import Derivative, Key
from symcost.differentiation.sweep import derivative
from symcost.equation import Equation
from symcost.errors import ShapeError
from symcost.expressions import same
from symcost.operations import Weight
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Tensor


class Differentiable(Protocol):
    """A layer or a network."""

    def equation(self, *inputs: Tensor) -> Equation: ...


def derived(equation: Equation, *, of_inputs: bool) -> Derivative:
    """The derivative of an equation by its weights, and by its inputs if that is wanted."""
    return derivative(equation, (of_inputs,) * len(equation.inputs), (True,) * len(equation.outputs))


def weight_names(equation: Equation) -> Mapping[Key, str]:
    """The names of weights, which are PyTorch's; ``*`` stands for the number of a repetition."""
    found: dict[Key, str] = {}
    for node in equation.nodes:
        operation, name = node.operation, equation.names[node]
        if isinstance(operation, Weight):
            found.setdefault((operation.label,), operation.label)
        elif isinstance(operation, Call):
            for key, inner in weight_names(operation.equation).items():
                found.setdefault(owned(operation, key), f"{name}.{inner}")
        elif isinstance(operation, Scan):
            for key, inner in weight_names(operation.step).items():
                found.setdefault(key, f"{name}.{inner}")
        elif isinstance(operation, Repetition):
            number = "" if operation.shared else "*."
            for key, inner in weight_names(operation.equation).items():
                found.setdefault((id(operation), *key), f"{name}.{number}{inner}")
    return found


@dataclass(frozen=True)
class Gradients:
    """The gradients of a layer or a network: what it computes, then the gradients of its inputs and its weights."""

    model: Differentiable
    of_inputs: bool = False

    def equation(self, *inputs: Tensor) -> Equation:
        """From the inputs and, behind them, the gradients of the outputs, to the outputs and all gradients."""
        return self.derivative(*inputs).joint

    def derivative(self, *inputs: Tensor) -> Derivative:
        """The derivative on given inputs, of which the last are the gradients of the outputs.

        Raises:
            ShapeError: they do not fit.
        """
        forward = self._forward(inputs)
        for y, given in zip(forward.outputs, inputs[len(inputs) - len(forward.outputs) :], strict=True):
            if len(y.axes) != len(given.axes) or not all(map(same, y.shape, given.shape)):
                raise ShapeError(
                    f"a gradient of axes {shown(given.axes)}", where="gradients", expected=f"axes {shown(y.axes)}"
                )
        return derived(forward, of_inputs=self.of_inputs)

    def _forward(self, inputs: tuple[Tensor, ...]) -> Equation:
        """The forward pass on all inputs but as many of the last as it has outputs."""
        refused: ShapeError | None = None
        for count in range(1, len(inputs) + 1):
            try:
                found = self.model.equation(*inputs[: len(inputs) - count])
            except ShapeError as error:
                refused = refused or error
                continue
            if len(found.outputs) == count and len(found.inputs) == len(inputs) - count:
                return found
        raise refused or ShapeError(
            f"{len(inputs)} inputs", where="gradients", expected="the inputs, then a gradient for each output"
        )

    def names(self, *inputs: Tensor) -> list[str]:
        """The names of what ``equation`` hands out: outputs, inputs by their number, weights as PyTorch calls them.

        A name in which ``*`` stands for a number is a weight that each time of a repetition has of its own: the
        first axis of its gradient counts them.
        """
        found = self.derivative(*inputs)
        names = weight_names(self._forward(inputs))
        outputs = [f"output {number}" for number, _ in enumerate(found.outputs, 1)]
        of_inputs = [f"input {number}" for number, each in enumerate(found.of_inputs, 1) if each is not None]
        return [*outputs, *of_inputs, *(names[key] for key in found.of_weights)]


def gradients(model: Differentiable, *, of_inputs: bool = False) -> Gradients:
    """The backward pass of a layer or a network as an equation, which ``execute`` and ``count`` take.

    It takes the inputs, then the gradient of each output; it hands out the outputs, then the gradients of the inputs
    if they are wanted, then those of the weights, in the order that ``names`` says.

    >>> from symcost.interpret import execute
    >>> from symcost.layers import Linear
    >>> backward = gradients(Linear(2, 1), of_inputs=True)
    >>> weights = {"weight": [[3, 4]], "bias": [5]}
    >>> for each in execute(backward, [[1.0, 2.0]], [[10.0]], weights=weights):
    ...     print(each)
    [[16.]]
    [[30. 40.]]
    [10.]
    [[10. 20.]]

    Raises:
        UnpricedError: something has a cost but no equation.
    """
    return Gradients(model, of_inputs)
