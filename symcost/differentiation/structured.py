"""The operations that a backward pass adds to those that hold an equation.

A call whose backward pass is wanted hands out what that needs; the backward call takes it. A repetition becomes
iterations, which hand it out for each time.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from sympy import Expr

from symcost.axes import Axes, Axis
from symcost.cost import Cost
from symcost.equation import Equation, Learned, Sizes, Structured
from symcost.errors import GraphError
from symcost.structure import Call, Repetition
from symcost.tensor import Tensor


def _refuse(operation: Structured) -> NoReturn:
    raise GraphError(
        "a backward pass at other sizes", where=operation.name, remedy="give the sizes first, then derive it"
    )


@dataclass(frozen=True, eq=False)
class OpenCall(Call):
    """A call that also hands out what its backward pass needs; its work and its weights are the call's."""

    original: Call

    @property
    def own(self) -> Learned:
        return self.original.own

    @property
    def owners(self) -> Mapping[Hashable, Learned]:
        return self.original.owners

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return self.original.cost(inputs, outputs)

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        _refuse(self)


@dataclass(frozen=True, eq=False)
class BackwardCall(OpenCall):
    """The backward pass of a call: from what was kept and the gradients of its outputs, the gradients it is to make."""

    forward: Equation  # by which its weights have their names
    work_done: Cost

    @property
    def name(self) -> str:
        return f"{self.layer.name}_backward"

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return self.work_done


@dataclass(frozen=True, eq=False)
class Iteration(Structured):
    """An equation so many times, each time on what the time before made and on a slice of what is stacked.

    The inputs are stacks, whose first axis counts the times, then what is carried. The outputs are what the last time
    carries on, then, stacked, whatever else each time hands out.
    """

    original: Repetition
    equation: Equation
    count: Expr
    start: Expr  # the number of the first time, in the repetition
    stacks: int
    carries: int
    once: Cost
    backward_of: Equation | None = None  # of a backward pass, which runs the other way: what names its weights
    complete: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return "repetition_backward" if self.backward_of else "repetition"

    @property
    def inner(self) -> Equation:
        return self.equation

    @property
    def owner(self) -> Hashable:
        """Whose weights it has."""
        return id(self.original)

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        made = [tensor.axes for tensor in self.equation.outputs]
        stacked = [(Axis("n", self.count), *axes) for axes in made[self.carries :]]
        return (*made[: self.carries], *stacked)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        made: Cost = self.once * self.count
        return made

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        _refuse(self)
