"""The closed set of operations: each has one shape rule and one work rule, over axes of symbolic size.

An operation knows no tensor and no number; its meaning in NumPy stands in ``symcost.meaning``. Here are those that
compute; views, which only look, stand in ``symcost.views``, those that move numbers by their place in
``symcost.addressing``, the associative scan in ``symcost.associative``, and structured operations, which hold an
equation of their own (a call, a repetition, a scan), in ``symcost.structure``. Axes are given by their place from the
end, so that leading axes never matter.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, NamedTuple, Self

from sympy import Expr, Symbol

from symcost.axes import Axes, Axis, Term, bands, elements, equation, joined, picked, shown, unify
from symcost.bands import Band
from symcost.conditions import Condition
from symcost.cost import Cost, Work
from symcost.errors import ShapeError, SymcostError, unknown
from symcost.expressions import ONE, resized_fields, same


class Operation(ABC):
    """One operation: from the axes of its inputs, the axes of its outputs and its work."""

    free: ClassVar[bool] = False  # it computes nothing and is no step
    alias: ClassVar[bool] = False  # its output is its input, seen otherwise: no new tensor
    complete: ClassVar[bool] = False  # its cost has the activations that it hands out
    takes_ragged: ClassVar[bool] = False  # it knows what to do with ragged axes
    purpose: ClassVar[str] = ""  # what its work is for, one of ROLES, where its place in an equation does not show it

    @abstractmethod
    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        """The shape rule."""

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        """The work rule; a view does none."""
        return Work()

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        """The work, and whatever else the operation brings."""
        return Cost(work=self.work(inputs, outputs))

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        """What must hold of symbolic sizes, beyond that all are whole and at least 1."""
        return ()

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Self:
        """The same operation at given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """What a node of this operation is called."""
        return type(self).__name__.lower()

    @property
    def owners(self) -> Mapping[Hashable, tuple[Expr, Expr]]:
        """Weights and biases that belong to layers, which may be shared: by their owner."""
        return {}


@dataclass(frozen=True)
class Weight(Operation):
    """A learned tensor: a weight multiplies, a bias is added. A buffer is kept with them, but not learned."""

    label: str
    shape: tuple[Expr, ...]
    role: Literal["weight", "bias", "buffer"] = "weight"
    free: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return (tuple(Axis(f"d{place}", length) for place, length in enumerate(self.shape)),)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        count = elements(outputs[0])
        return {"weight": Cost(weights=count), "bias": Cost(biases=count), "buffer": Cost()}[self.role]


@dataclass(frozen=True)
class Priced(Operation):
    """A node of which only the cost is known; ``depth`` None is a depth that is not."""

    label: str
    known: Cost
    depth: Expr | None
    shape: tuple[Expr, ...] = ()
    complete: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.label

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return (tuple(Axis(f"d{place}", length) for place, length in enumerate(self.shape)),)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return self.known


@dataclass(frozen=True)
class Einsum(Operation):
    """A product of two tensors, summed over the axes that the output does not name.

    Work: the product of all sizes named (the rule of Smith and Gray, opt_einsum, 2018), as multiply-accumulates if
    something is summed, as multiplications if nothing is.
    """

    pattern: str
    among: tuple[str, str, Band] | None = None  # only these pairs of places of two axes
    takes_ragged: ClassVar[bool] = True

    @functools.cached_property
    def _sides(self) -> tuple[tuple[Term, ...], Term]:
        left, right = equation(self.pattern)
        missing = set(right.names) - {name for term in left for name in term.names}
        if len(left) != 2 or missing or any(len(group) != 1 for term in (*left, right) for group in term.groups):
            raise ShapeError(
                f"einsum pattern {self.pattern!r}", expected="two inputs, no brackets, and no name only on the right"
            )
        if self.among and not set(self.among[:2]) <= set(right.names):
            raise ShapeError(
                f"einsum pattern {self.pattern!r} among pairs of {' and '.join(self.among[:2])}",
                expected="both on the right",
            )
        return left, right

    def union(self, inputs: tuple[Axes, ...]) -> tuple[Axes, tuple[str, ...]]:
        """Every axis that the product runs over, and the names of those that do not lead."""
        left, _ = self._sides
        try:
            leading, found = unify(left, inputs)
        except SymcostError as error:
            raise error.within(f"einsum {self.pattern!r}") from None
        names, front = tuple(found), len(leading)
        axes = [Axis(axis.name, axis.size) for axis in leading] + [Axis(*each) for each in found.items()]
        for ragged, along, band in self._bands(names, front, inputs):
            band.pairs(axes[along].size, axes[ragged].size)  # raises if they cannot be counted
            made = replace(axes[ragged], band=band, along=along - ragged)
            paired = [place for row, column, _ in bands(axes) if column != ragged for place in (row, column)]
            if (axes[ragged].band and axes[ragged] != made) or {ragged, along} & {*paired}:
                raise ShapeError(f"axis {made} in two bands", where=f"einsum {self.pattern!r}", expected="one band")
            axes[ragged] = made
        return tuple(axes), names

    def _bands(self, names: tuple[str, ...], front: int, inputs: tuple[Axes, ...]) -> Iterator[tuple[int, int, Band]]:
        """The bands: the place of the ragged axis among all, that of the axis along which it is, the pairs."""
        for term, axes in zip(self._sides[0], inputs, strict=True):
            places = [*range(len(axes) - len(term.names)), *(front + names.index(name) for name in term.names)]
            for place, axis in enumerate(axes):
                if axis.band:
                    yield places[place], places[place + axis.along], axis.band
        if self.among:
            row, column, band = self.among
            yield front + names.index(column), front + names.index(row), band

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        union, names = self.union(inputs)
        front = len(union) - len(names)
        kept = picked(union, [*range(front), *(front + names.index(name) for name in self._sides[1].names)])
        return (joined(kept[:front], kept[front:]),)

    @property
    def summed(self) -> frozenset[str]:
        """The names of the axes that are summed over."""
        left, right = self._sides
        return frozenset(name for term in left for name in term.names) - frozenset(right.names)

    @property
    def contracts(self) -> bool:
        """Whether something is summed."""
        return bool(self.summed)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        union = elements(self.union(inputs)[0])
        return Work(mac=union, dots=elements(outputs[0])) if self.contracts else Work(mul=union)

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        axes, _ = self.union(inputs)
        return tuple(
            condition
            for row, column, band in bands(axes)
            for condition in band.conditions(axes[row].size, axes[column].size)
        )


class Function(NamedTuple):
    """A scalar function: how many arguments it takes, and the kind of operation that it is."""

    arity: int
    kind: str


FUNCTIONS = {
    "add": Function(2, "add"),
    "subtract": Function(2, "add"),
    "multiply": Function(2, "mul"),
    "divide": Function(2, "div"),
    "maximum": Function(2, "compare"),
    "minimum": Function(2, "compare"),
    "absolute": Function(1, "compare"),
    "greater": Function(2, "compare"),
    "equal": Function(2, "compare"),
    "sign": Function(1, "compare"),
    "exp": Function(1, "exp"),
    "log": Function(1, "log"),
    "tanh": Function(1, "tanh"),
    "sigmoid": Function(1, "sigmoid"),
    "erf": Function(1, "erf"),
    "sqrt": Function(1, "sqrt"),
}


@dataclass(frozen=True)
class Elementwise(Operation):
    """A scalar function at every place; shapes are aligned at their last axes, as NumPy does.

    ``constants`` has a place for each argument: a number or an expression, or None where a tensor comes in.
    Work: one operation of the function's kind for each element of the output.
    """

    function: str
    constants: tuple[Any, ...] = ()
    purpose: str = ""  # type: ignore[misc]   # of an operation, it depends on who applies it
    takes_ragged: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise unknown("scalar function", self.function, FUNCTIONS)
        if not self.constants:
            object.__setattr__(self, "constants", (None,) * FUNCTIONS[self.function].arity)

    @property
    def name(self) -> str:
        return self.function

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        if len(inputs) == 2:
            return (_broadcast(self.function, *inputs),)
        return (inputs[0],)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work({FUNCTIONS[self.function].kind: elements(outputs[0])})


def _broadcast(function: str, first: Axes, second: Axes) -> Axes:
    """The axes of an elementwise result: sizes agree from the last axis on, or one is 1."""
    long, short = (first, second) if len(first) >= len(second) else (second, first)
    cut = len(long) - len(short)
    result = list(long)
    for place, (one, other) in enumerate(zip(long[cut:], short, strict=True), cut):
        if one.size == ONE:
            result[place] = replace(other, name=one.name)
        elif other.size != ONE and not same(one.size, other.size):
            raise ShapeError(
                f"axes {shown(first)} and {shown(second)}", where=function, expected="equal sizes from the last axis on"
            )
        elif one.band and other.band and one != replace(other, name=one.name):
            raise ShapeError(f"axes {one} in two bands", where=function, expected="one band")
        else:
            result[place] = replace(other, name=one.name) if other.band else one
    return tuple(result)


@dataclass(frozen=True)
class Reduce(Operation):
    """The sum or the largest over some axes. Work: n - 1 additions or comparisons for n numbers."""

    function: Literal["add", "maximum"]
    places: tuple[int, ...]
    keep: bool = False  # reduced axes stay, of size 1
    purpose: str = ""  # type: ignore[misc]   # see above
    takes_ragged: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return {"add": "sum", "maximum": "max"}[self.function]

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        (axes,) = inputs
        gone = {place % len(axes) for place in self.places}
        if not self.keep:
            return (picked(axes, [place for place in range(len(axes)) if place not in gone]),)
        kept = (Axis(axis.name, axis.size) if place + axis.along in gone else axis for place, axis in enumerate(axes))
        return (tuple(Axis(axis.name, ONE) if place in gone else axis for place, axis in enumerate(kept)),)

    def work(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Work:
        return Work({FUNCTIONS[self.function].kind: elements(inputs[0]) - elements(outputs[0])})
