"""Tensors of symbolic size, which remember what made them.

Writing an equation on tensors records it: each tensor knows the node (an operation applied to tensors) that made it.
Nothing else is kept, no tape and no context: whoever wants the equation walks back from its outputs.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sympy import Expr

from symcost.axes import Axes, Axis, elements, is_ragged, shown, sizes
from symcost.conditions import Condition
from symcost.cost import Cost
from symcost.errors import DimensionError, ShapeError
from symcost.expressions import size
from symcost.operations import Elementwise, Operation, Weight

Scalar: TypeAlias = "int | float | Expr"


class _Serials:
    """Numbers in the order of making. What comes out of a pickle keeps its own; what is made later gets higher ones."""

    def __init__(self) -> None:
        self.next = 0

    def take(self) -> int:
        self.next += 1
        return self.next - 1

    def keep(self, state: dict[str, Any]) -> dict[str, Any]:
        self.next = max(self.next, state["serial"] + 1)
        return state


_serials = _Serials()  # nodes in the order in which they were made, which is a topological one


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor: its axes, and where it comes from. A tensor without a node is an input."""

    axes: Axes
    node: Node | None = field(default=None, repr=False)
    label: str = ""
    serial: int = field(default_factory=_serials.take, repr=False)

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The sizes of the axes."""
        return sizes(self.axes)

    @property
    def elements(self) -> Expr:
        """How many numbers it holds: the product of its sizes, 1 for a scalar.

        >>> from symcost.dimensions import dimension
        >>> Input(dimension("N"), dimension("M")).elements
        M*N
        """
        return elements(self.axes)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(_serials.keep(state))

    def __neg__(self) -> Tensor:
        return elementwise("multiply", -1, self)

    def __add__(self, other: Tensor | Scalar) -> Tensor:
        return elementwise("add", self, other)

    def __radd__(self, other: Scalar) -> Tensor:
        return elementwise("add", other, self)

    def __sub__(self, other: Tensor | Scalar) -> Tensor:
        return elementwise("subtract", self, other)

    def __rsub__(self, other: Scalar) -> Tensor:
        return elementwise("subtract", other, self)

    def __mul__(self, other: Tensor | Scalar) -> Tensor:
        return elementwise("multiply", self, other)

    def __rmul__(self, other: Scalar) -> Tensor:
        return elementwise("multiply", other, self)

    def __truediv__(self, other: Tensor | Scalar) -> Tensor:
        return elementwise("divide", self, other)

    def __rtruediv__(self, other: Scalar) -> Tensor:
        return elementwise("divide", other, self)


@dataclass(frozen=True, eq=False)
class Node:
    """An operation applied to tensors."""

    operation: Operation
    inputs: tuple[Tensor, ...]
    label: str = ""
    outputs: tuple[Tensor, ...] = ()
    serial: int = field(default_factory=_serials.take)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(_serials.keep(state))

    @functools.cached_property
    def cost(self) -> Cost:
        """What this application costs."""
        cost = self.operation.cost(tuple(x.axes for x in self.inputs), tuple(y.axes for y in self.outputs))
        return cost.in_role(self.role) if self.role else cost

    @functools.cached_property
    def role(self) -> str:
        """What its work is for, as far as it shows: it adds a bias, is an activation function, or says so itself."""
        operation = self.operation
        if operation.purpose or not isinstance(operation, Elementwise):
            return operation.purpose
        if operation.function == "add" and any(map(_is_bias, self.inputs)):
            return "bias"
        return "activation" if operation.function in ("tanh", "sigmoid", "erf") else ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold of the sizes that come in."""
        return self.operation.conditions(tuple(x.axes for x in self.inputs))

    @property
    def is_bare(self) -> bool:
        """Whether it computes tensors for which its cost does not answer."""
        return not (self.operation.free or self.operation.complete)


def root(tensor: Tensor) -> Tensor:
    """The tensor that a chain of views looks at."""
    while tensor.node is not None and tensor.node.operation.alias:
        tensor = tensor.node.inputs[0]
    return tensor


def _is_bias(tensor: Tensor) -> bool:
    node = root(tensor).node
    return node is not None and isinstance(node.operation, Weight) and node.operation.role == "bias"


def record(operation: Operation, *inputs: Tensor, label: str = "") -> tuple[Tensor, ...]:
    """Applies an operation: the tensors that it makes, which remember it.

    Raises:
        ShapeError: a tensor has a ragged axis, and the operation has no meaning for it.
    """
    for tensor in inputs:
        if is_ragged(tensor.axes) and not operation.takes_ragged:
            raise ShapeError(
                f"a tensor of axes {shown(tensor.axes)} within a band", where=operation.name,
                expected="every place of its axes", remedy="sum over the axis first",
            )  # fmt: skip
    axes = operation.outputs(*(tensor.axes for tensor in inputs))
    node = Node(operation, inputs, label)
    object.__setattr__(node, "outputs", tuple(Tensor(each, node) for each in axes))  # the two name each other
    return node.outputs


def elementwise(function: str, *arguments: Tensor | Scalar, purpose: str = "") -> Tensor:
    """A scalar function at every place of its tensors; numbers and expressions stay constants.

    Raises:
        DimensionError: an argument is neither a tensor nor a number nor an expression.
    """
    for argument in arguments:
        if isinstance(argument, bool) or not isinstance(argument, Tensor | int | float | Expr):
            raise DimensionError(f"{argument!r}", where=function, expected="a tensor, a number or an expression")
    constants = tuple(None if isinstance(argument, Tensor) else argument for argument in arguments)
    tensors = (argument for argument in arguments if isinstance(argument, Tensor))
    return record(Elementwise(function, constants, purpose), *tensors)[0]


def Input(*sizes_given: Any, name: str = "", axes: str = "") -> Tensor:  # noqa: N802 - it reads as a layer, as in Keras
    """A symbolic input. Its axes are called after their dimensions unless ``axes`` names them.

    >>> from symcost.dimensions import dimension
    >>> print(shown(Input(dimension("T"), 784).axes))
    (t=T, a2=784)
    """
    lengths = [size(given, f"size {place} of an input") for place, given in enumerate(sizes_given, 1)]
    names = axes.split() or [_axis_name(length, place) for place, length in enumerate(lengths, 1)]
    if len(names) != len(lengths):
        raise ShapeError(
            f"{len(lengths)} sizes", where=f"input {name or shown(())}", expected=f"{len(names)}, for the axes {axes!r}"
        )
    unique: list[str] = []
    for each in names:
        while each in unique:
            each += "'"  # noqa: PLW2901 - a prime for a name that stands there already
        unique.append(each)
    return Tensor(tuple(map(Axis, unique, lengths)), label=name)


def _axis_name(length: Expr, place: int) -> str:
    return str(length.name).lower() if length.is_Symbol else f"a{place}"
