"""Operations that move numbers by their place: look-up, repetition, overlap-add, and look-up's transpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from symcost.axes import Axes, Axis, elements, joined, picked
from symcost.conditions import Condition, of_size
from symcost.cost import Work
from symcost.expressions import normal
from symcost.operations import Operation


@dataclass(frozen=True)
class Gather(Operation):
    """Rows of a table by their numbers: the first input has the numbers, the second is the table. No arithmetic."""

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        numbers, (_, *row) = inputs
        return (joined(numbers, row),)


@dataclass(frozen=True)
class ArgMax(Operation):
    """The place of the largest along an axis, the first of equal ones. Work: n - 1 comparisons of n numbers."""

    place: int

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        (axes,) = inputs
        return (picked(axes, [place for place in range(len(axes)) if place != self.place % len(axes)]),)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work(compare=elements(inputs[0]) - elements(outputs[0]))


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

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        return tuple(of_size(self.factor))


@dataclass(frozen=True)
class OverlapAdd(Operation):
    """Windows added up where they overlap: what windows take apart, put together again (transposed convolution).

    Each windowed axis and the one within its windows, right after it, become one of (n - 1) stride + dilation
    (width - 1) + 1 steps. Work: one addition for each number that comes in, since the sums start from zero.
    """

    places: tuple[int, ...]  # of the windowed axes
    strides: tuple[Expr, ...]
    dilations: tuple[Expr, ...]

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        (axes,) = inputs
        geometry = dict(
            zip(
                (place % len(axes) for place in self.places),
                zip(self.strides, self.dilations, strict=True),
                strict=True,
            )
        )
        merged: list[Axis] = []
        for place, axis in enumerate(axes):
            if place in geometry:
                stride, dilation = geometry[place]
                width = axes[place + 1].size
                merged.append(Axis(axis.name, normal((axis.size - 1) * stride + dilation * (width - 1) + 1)))
            elif place - 1 not in geometry:
                merged.append(axis)
        return (tuple(merged),)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work(add=elements(inputs[0]))


@dataclass(frozen=True)
class ScatterAdd(Operation):
    """Rows added up by their numbers: what a look-up takes out of a table, put back into one (its transpose).

    The first input has the numbers, the second the rows. Work: one addition for each number that comes in, since the
    sums start from zero.
    """

    rows: Expr  # of the table that is made

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        numbers, given = inputs
        return (joined((), (Axis("d0", self.rows), *given[len(numbers) :])),)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work(add=elements(inputs[1]))
