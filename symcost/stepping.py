"""The networks that run at each step of sampling: the network on one new step, or on every prefix anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from sympy import Expr, Symbol

from symcost.analysis.sampling.causality import steps_of
from symcost.axes import Axes
from symcost.conditions import Condition
from symcost.cost import Work
from symcost.equation import Equation, Sizes, replay
from symcost.errors import ShapeError
from symcost.expressions import ONE, normal, substitute
from symcost.layers.sampling import EveryPrefix
from symcost.readings import Reading
from symcost.tensor import Tensor


class Model(Protocol):
    """A network."""

    @property
    def name(self) -> str: ...
    @property
    def inputs(self) -> tuple[Tensor, ...]: ...
    @property
    def outputs(self) -> tuple[Tensor, ...]: ...
    @property
    def work(self) -> Work: ...
    @property
    def depth(self) -> Expr: ...
    @property
    def conditions(self) -> tuple[Condition, ...]: ...
    @property
    def dimensions(self) -> list[Symbol]: ...
    def cost(self, by: str | Reading) -> Expr: ...
    def equation(self) -> Equation: ...
    def at_sizes(self, sizes: Sizes) -> Model: ...
    def beside(self, name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> Model: ...


def one_step(model: Model, handed: Sequence[Tensor], over: Symbol) -> Model:
    """The network on one new step; what was made beforehand is handed to it."""
    one = {over: ONE}
    equation = Equation((*model.inputs, *handed), model.outputs)
    taken = [Tensor(_at_length(each.axes, one), label=each.label) for each in equation.inputs]
    return model.beside(f"{model.name}, one step", taken, replay(equation, taken, one))


def _at_length(axes: Axes, length: Sizes) -> Axes:
    return tuple(replace(axis, size=normal(substitute(axis.size, length))) for axis in axes)


def every_prefix(model: Model, over: Symbol) -> Model:
    """The network run anew on every prefix.

    Raises:
        ShapeError: the steps of its inputs are along axes of different names.
    """
    steps = {x.axes[place].name for x in model.inputs if (place := steps_of(x, over)) is not None}
    if len(steps) > 1:
        raise ShapeError(f"steps along axes {' and '.join(sorted(steps))}", expected="one name for all of them")
    inputs = [Tensor(x.axes, label=x.label) for x in model.inputs]
    layer: Any = model
    return model.beside(f"{model.name}, on every prefix", inputs, EveryPrefix(layer, steps.pop()).apply(inputs))
