"""Operations that move numbers by their place: look-up, repetition, overlap-add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from symcost.axes import Axes, Axis, elements
from symcost.cost import Work
from symcost.expressions import normal
from symcost.operations import Operation


@dataclass(frozen=True)
class Gather(Operation):
    """Rows of a table by their numbers: the first input has the numbers, the second is the table. No arithmetic."""

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        numbers, (_, *row) = inputs
        return ((*numbers, *row),)


@dataclass(frozen=True)
class Upsample(Operation):
    """Each place of an axis several times, one behind the other: the nearest neighbour. No arithmetic."""

    place: int
    factor: Expr
    free: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        axes = list(inputs[0])
        axes[self.place] = Axis(axes[self.place].name, normal(axes[self.place].size * self.factor))
        return (tuple(axes),)


@dataclass(frozen=True)
class OverlapAdd(Operation):
    """Windows added up where they overlap: what a window takes apart, put together again (transposed convolution).

    The windowed axis and the one within the window, right after it, become one of (n - 1) stride + dilation
    (width - 1) + 1 steps. Work: one addition for each number that comes in, since sums start from zero.
    """

    place: int
    stride: Expr
    dilation: Expr

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        axes = list(inputs[0])
        place = self.place % len(axes)
        count, width = axes[place], axes[place + 1]
        length = normal((count.size - 1) * self.stride + self.dilation * (width.size - 1) + 1)
        axes[place : place + 2] = [Axis(count.name, length)]
        return (tuple(axes),)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work(add=elements(inputs[0]))
