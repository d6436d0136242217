"""What depends on something whose gradient is wanted."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from symcost.differentiation.rules import passes
from symcost.equation import Equation, Structured
from symcost.operations import Operation, Priced, Weight
from symcost.tensor import Tensor


def depending(equation: Equation, wanted: Sequence[bool]) -> set[Tensor]:
    """The tensors that depend on a weight or on an input whose gradient is wanted."""
    active = {tensor for tensor, is_wanted in zip(equation.inputs, wanted, strict=True) if is_wanted}
    for node in equation.nodes:
        if _learns(node.operation) or any(
            tensor in active and passes(node.operation, place) for place, tensor in enumerate(node.inputs)
        ):
            active.update(node.outputs)
    return active


def _learns(operation: Operation) -> bool:
    """Whether something in it is learned, as far as is known."""
    if isinstance(operation, Weight):
        return operation.role != "buffer"
    return isinstance(operation, Priced) or (isinstance(operation, Structured) and learns(operation.inner))


@functools.lru_cache(maxsize=8192)
def learns(equation: Equation) -> bool:
    """Whether something in an equation is learned."""
    return any(_learns(node.operation) for node in equation.nodes)
