"""The operations that hold the equation of a layer: a call, and a repetition."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Protocol, TypeAlias

from sympy import Expr

from symcost.axes import Axes, shown
from symcost.cost import Cost
from symcost.equation import Equation, Learned, Sizes, Structured
from symcost.errors import ShapeError
from symcost.expressions import same, size, substitute
from symcost.tensor import Tensor, record

Change: TypeAlias = Callable[[Equation], Equation]


class Called(Protocol):
    """What a call needs to know of a layer."""

    @property
    def name(self) -> str: ...
    @property
    def holds_layers(self) -> bool: ...
    @property
    def is_composed(self) -> bool: ...
    @property
    def is_network(self) -> bool: ...
    @property
    def axis_meanings(self) -> Mapping[str, str]: ...
    @property
    def origin(self) -> object: ...
    def at_sizes(self, sizes: Sizes) -> Called: ...
    def apply(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]: ...


@dataclass(frozen=True, eq=False)
class Call(Structured):
    """A layer's equation, applied. The layer owns its weights; a layer that holds others leaves them theirs."""

    layer: Called
    equation: Equation
    changed: Change | None = field(default=None, kw_only=True)  # of the layer's equation, at any sizes; what made this
    complete: ClassVar[bool] = True
    takes_ragged: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.layer.name

    @property
    def inner(self) -> Equation:
        return self.equation

    @cached_property
    def own(self) -> Learned:
        """The weights and biases that are the layer's and no other's."""
        cost = self.equation.cost
        return self.equation.learned[id(self.equation)] if self.layer.holds_layers else (cost.weights, cost.biases)

    @property
    def owner(self) -> Hashable:
        """Whose they are: the same for a layer at other sizes, unless its weights have other sizes too."""
        return id(self.layer.origin), *self.own

    @cached_property
    def owners(self) -> Mapping[Hashable, Learned]:
        inner = dict(self.equation.learned) if self.layer.holds_layers else {}
        inner.pop(id(self.equation), None)
        return {self.owner: self.own, **inner}

    @property
    def free(self) -> bool:  # type: ignore[override]   # of a call, it depends on what is called
        return self.equation.is_free

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return tuple(tensor.axes for tensor in self.equation.outputs)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return self.equation.network_cost if self.layer.is_composed else self.equation.layer_cost

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        return _changed(self.layer.at_sizes(sizes).apply(inputs, label), self.changed)


@dataclass(frozen=True, eq=False)
class Repetition(Structured):
    """A layer ``count`` times, one after the other, each time with weights of its own unless they are shared."""

    layer: Called
    equation: Equation
    count: Expr
    shared: bool
    changed: Change | None = field(default=None, kw_only=True)  # as of a call
    complete: ClassVar[bool] = True

    @property
    def inner(self) -> Equation:
        return self.equation

    @property
    def free(self) -> bool:  # type: ignore[override]
        return self.equation.is_free

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return tuple(tensor.axes for tensor in self.equation.outputs)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        once = self.equation.network_cost
        times: Cost = once * self.count
        return replace(times, weights=once.weights, biases=once.biases) if self.shared else times

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        count = size(substitute(self.count, sizes), "a number of repetitions")
        made = repeat(self.layer.at_sizes(sizes), count, inputs, shared=self.shared, label=label)
        return _changed(made, self.changed)


def _changed(made: tuple[Tensor, ...], change: Change | None) -> tuple[Tensor, ...]:
    """What a call or a repetition makes, with its equation changed."""
    node = made[0].node
    if change is None or node is None or not isinstance(node.operation, Call | Repetition):
        return made
    operation = replace(node.operation, equation=change(node.operation.equation), changed=change)
    return record(operation, *node.inputs, label=node.label)


def repeat(
    layer: Called,
    count: Expr,
    inputs: Sequence[Tensor],
    *,
    shared: bool = False,
    label: str = "",
) -> tuple[Tensor, ...]:
    """A layer ``count`` times, each on what the one before it made.

    Raises:
        ShapeError: the layer hands out other shapes than it takes.
    """
    places = tuple(Tensor(tensor.axes) for tensor in inputs)
    made = layer.apply(places, "")
    fits = len(made) == len(places) and all(
        len(a.axes) == len(b.axes) and all(map(same, a.shape, b.shape)) for a, b in zip(places, made, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"{' and '.join(shown(x.axes) for x in places)} becomes {' and '.join(shown(y.axes) for y in made)}",
            where=f"repetition of {layer.name}",
            expected="the shape that it takes",
        )
    return record(Repetition(layer, Equation(places, made), count, shared), *inputs, label=label)
