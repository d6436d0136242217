"""What each number depends on: the equations executed on what is known of each number, not on the numbers.

An element of a tensor stands for what one keeps of the number there: when it is ready (``symcost.arrival``), or which
results it comes from (``symcost.unrolled``). Views move it along with the number; an operation joins what it has of
all the numbers that it uses for one that comes out, and is a step behind them. Weights, constants, inputs and what
padding inserts depend on nothing. Which rows a look-up fetches is not known: it waits for all of them.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from sympy import Expr

from symcost.addressing import ArgMax, Gather, ScatterAdd
from symcost.analysis.latency import Latencies
from symcost.applicable import Applicable
from symcost.arithmetic import Array, Present, absent
from symcost.associative import AssociativeScan
from symcost.axes import elements
from symcost.axes import equation as sides
from symcost.constants import Constant
from symcost.cost import Work
from symcost.differentiation.structured import Iteration
from symcost.equation import Equation, Structured
from symcost.errors import DimensionError
from symcost.expressions import ONE, ZERO
from symcost.interpret import Executable, Execution
from symcost.notation import text
from symcost.operations import Operation
from symcost.parallel_prefix import prefixes
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Input, Node


class Kept(ABC):
    """What is kept of each number, and how that of several is joined: an arithmetic that only looks who uses whom."""

    dtype: Any
    nothing: Any  # what is kept of a number that depends on nothing
    absent: Any  # what stands where there is no number, outside of a band

    @abstractmethod
    def join(self, first: Any, second: Any) -> Array:
        """Place by place; absent where one of them is."""

    @abstractmethod
    def over(self, x: Array, places: tuple[int, ...], keep: bool = False) -> Array:
        """Joined over axes, without what is absent there."""

    @abstractmethod
    def advance(self, x: Array, name: str, latency: int, work: Work) -> Array:
        """What is kept of the results of a step, each of which uses what ``x`` has at its place."""

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        return functools.reduce(self.join, (x if isinstance(x, np.ndarray) else self.nothing for x in arguments))

    def contract(self, pattern: str, first: Array, second: Array, present: Present | None = None) -> Array:
        left, right = sides(pattern)
        summed = tuple(dict.fromkeys(name for term in left for name in term.names if name not in right.names))
        order = (*right.names, *summed)
        terms = self.join(*(_placed(x, t.names, order) for x, t in zip((first, second), left, strict=True)))
        made = self.over(terms, tuple(range(-len(summed), 0))) if summed else terms
        return np.where(absent(made, right.names, present), self.absent, made) if present else made

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        return self.over(x, places, keep)


def _placed(x: Array, names: Sequence[str], order: Sequence[str]) -> Array:
    """A tensor whose last axes have names, with those axes in an order; of size 1 where it has none."""
    front = x.ndim - len(names)
    placed = x.transpose([*range(front), *(front + names.index(name) for name in order if name in names)])
    own = iter(placed.shape[front:])
    return placed.reshape([*placed.shape[:front], *(next(own) if name in names else 1 for name in order)])


def _gather(_: Gather, inputs: Sequence[Array], kept: Kept) -> Array:
    numbers, table = inputs
    row = kept.over(table, (0,))
    return kept.join(numbers.reshape([*numbers.shape, *(1 for _ in row.shape)]), row)


def _scatter_add(operation: ScatterAdd, inputs: Sequence[Array], kept: Kept) -> Array:
    numbers, given = inputs
    used = kept.join(numbers.reshape([*numbers.shape, *(1 for _ in given.shape[numbers.ndim :])]), given)
    row = kept.over(used, tuple(range(numbers.ndim))) if numbers.ndim else used
    return np.broadcast_to(row, (int(operation.rows), *row.shape))


UNSEEN: dict[type[Operation], Callable[[Any, Sequence[Array], Kept], Array]] = {
    Gather: _gather,
    ArgMax: lambda operation, inputs, kept: kept.over(inputs[0], (operation.place,)),
    ScatterAdd: _scatter_add,
    Constant: lambda operation, _, kept: np.full(tuple(map(int, operation.shape)), kept.nothing, dtype=kept.dtype),
}
"""What is used by operations whose meaning needs the numbers themselves."""


class Dependence(Execution):
    """A run of an equation on what is kept of each number, with a step as the latencies say.

    Where a layer is a step: what comes out of a layer is one step behind what it depends on there. Within a layer
    that recurs, an iteration is a step, as a whole: what it hands out is behind all that it takes. Within a recurrence
    of a recurrence the inner iterations are the steps; operations beside it take no time. What is run on every prefix
    is run on one after the other.
    """

    def __init__(self, kept: Kept, latencies: Latencies) -> None:
        def unknown_weights(_: str, shape: tuple[int, ...]) -> Array:
            return np.full(shape, kept.nothing, dtype=kept.dtype)

        super().__init__(unknown_weights, kept, kept.dtype)
        self.kept, self.latencies = kept, latencies
        self.layers = latencies.step == "layer"
        self.within: Expr | None = None  # a layer, where layers are steps: how long it takes
        self.one_step = False  # the layer is one step, with all its operations
        self.met: set[str] = set()  # the layers, by the names of their classes
        self.before = kept.nothing  # what the prefixes before handed out
        self.steps: dict[Node, tuple[int, Work]] = {}  # of operations

    def visit(self, node: Node, inputs: list[Array], path: str, name: str) -> list[Array]:
        arrays = [np.asarray(x, dtype=self.dtype) for x in inputs]  # a slice of one axis is no array
        if isinstance(node.operation, AssociativeScan):
            return [self._recurrence(node, node.operation, arrays, path + name)]
        made = super().visit(node, arrays, path, name)
        if isinstance(node.operation, Structured) or node.operation.free or self.one_step:
            return made
        if node not in self.steps:
            self.steps[node] = self._step(node)
        return [self.kept.advance(y, path + name, *self.steps[node]) for y in made]

    def _recurrence(self, node: Node, scan: AssociativeScan, inputs: list[Array], name: str) -> Array:
        """An associative scan, by its algorithm: each application of the operator is behind the pairs that it takes."""
        axes = tuple(tensor.axes for tensor in node.inputs)
        length, time = scan.length(axes), scan.place % inputs[1].ndim
        within = self.within if self.within is not None else ONE  # a layer, where it is a step
        latency = number(self.latencies.of_application(scan, axes) * within)
        applied = elements(axes[1]) / length * scan.combines(length)
        work = node.cost.work * (ONE / applied) if applied != 0 else Work()

        def mixed(x: Array, axes: int) -> Array:
            return self.kept.over(x, tuple(range(-axes, 0)), keep=True) if scan.dense else x

        def combine(first: tuple[Array, Array], behind: tuple[Array, Array]) -> tuple[Array, Array]:
            (_, h), (a, b) = first, behind
            factor = mixed(a, 2)
            used = self.kept.join(self.kept.join(factor[..., 0] if scan.dense else factor, mixed(h, 1)), mixed(b, 1))
            made = self.kept.advance(np.broadcast_to(used, b.shape), name, latency, work)
            if scan.algorithm == "sequential":
                return a, made
            both = self.kept.advance(self.kept.join(mixed(first[0], 2), factor), name, latency, Work())
            return np.broadcast_to(both, a.shape), made

        steps = list(zip(*(np.moveaxis(x, time, 0) for x in inputs), strict=True))
        nothing = tuple(np.full_like(x, self.kept.nothing) for x in steps[0])
        return np.stack([h for _, h in prefixes(scan.algorithm, steps, combine, nothing)], axis=time)

    def _step(self, node: Node) -> tuple[int, Work]:
        """How long a node takes, and the work for each number that comes out of it."""
        inputs, outputs = (tuple(each.axes for each in tensors) for tensors in (node.inputs, node.outputs))
        of_layers = ONE if self.within is None else ZERO
        latency = of_layers if self.layers else self.latencies.of(node.operation, inputs, outputs)
        return number(latency), node.cost.work * (ONE / elements(outputs[0]))

    def apply(self, operation: Operation, inputs: list[Array], path: str, name: str) -> list[Array]:
        if type(operation) in UNSEEN:
            return [UNSEEN[type(operation)](operation, inputs, self.kept)]
        return super().apply(operation, inputs, path, name)

    @contextmanager
    def entered(self, within: Expr | None, one_step: bool = False) -> Iterator[None]:
        """While a layer is run that takes so long, or what is in no layer."""
        outside = self.within, self.one_step
        self.within, self.one_step = within, one_step
        try:
            yield
        finally:
            self.within, self.one_step = outside

    def call(self, operation: Call, inputs: list[Array], path: str) -> list[Array]:
        if not self.layers or operation.layer.is_network:
            with self.entered(None):
                return super().call(operation, inputs, path)
        if self.within is not None:
            return super().call(operation, inputs, path)
        self.met.add(name := type(operation.layer).__name__)
        latency, one_step = self.latencies.of_layer(name), not holds_steps(operation.equation)
        with self.entered(latency, one_step):
            made = super().call(operation, inputs, path)
        if operation.free or not one_step:
            return made
        work = operation.equation.cost.work * (1 / sum(elements(y.axes) for y in operation.equation.outputs))
        return [self.kept.advance(y, path.removesuffix("."), number(latency), work) for y in made]

    def repetition(self, operation: Repetition, inputs: list[Array], path: str) -> list[Array]:
        with self.entered(None):
            return super().repetition(operation, inputs, path)

    def iteration(self, operation: Iteration, inputs: list[Array], path: str) -> list[Array]:
        with self.entered(None):
            return super().iteration(operation, inputs, path)

    def prefixes(self, operation: Prefixes, inputs: list[Array], path: str) -> list[Array]:
        outside, self.before = self.before, self.kept.nothing
        with self.entered(None):
            made = super().prefixes(operation, inputs, path)
        self.before = outside
        return made

    def iterate(self, operation: Scan | Prefixes, equation: Equation, inputs: list[Array], path: str) -> list[Array]:
        if isinstance(operation, Prefixes):
            waiting = [self.kept.join(x, self.before) for x in inputs]
            made = super().iterate(operation, equation, waiting, path)
            self.before = self.whole(made)
            return made
        if not self.layers:
            return super().iterate(operation, equation, inputs, path)
        latency = ONE if self.within is None else self.within
        with self.entered(latency):
            if holds_steps(equation):
                return super().iterate(operation, equation, inputs, path)
        cell = np.asarray(self.whole(inputs), dtype=self.dtype)
        ready = self.kept.advance(cell, path.removesuffix("."), number(latency), equation.cost.work)
        shapes = (tuple(map(int, tensor.shape)) for tensor in equation.outputs)
        return [np.broadcast_to(ready, shape) for shape in shapes]

    def whole(self, arrays: Sequence[Array]) -> Any:
        """All of it joined."""
        each = (self.kept.over(x, tuple(range(x.ndim))) if np.ndim(x) else x for x in arrays)
        return functools.reduce(self.kept.join, each, self.kept.nothing)


def holds_steps(equation: Equation) -> bool:
    """Whether something within a layer is a step of its own: it recurs, is repeated, or is a network."""
    return any(_is_step(node.operation) for node in equation.nodes)


def _is_step(operation: Operation) -> bool:
    if isinstance(operation, AssociativeScan):
        return True
    if isinstance(operation, Call):
        return not operation.free if operation.layer.is_network else holds_steps(operation.equation)
    return isinstance(operation, Structured) and not operation.free


def number(latency: Expr) -> int:
    """A latency as a number.

    Raises:
        DimensionError: it is an expression of dimensions.
    """
    if not latency.is_Integer:
        raise DimensionError(f"a latency of {text(latency)}", expected="a number, to execute with")
    return int(latency)


def traversed(model: Executable, shapes: Sequence[tuple[int, ...]], kept: Kept, step: str | Latencies) -> list[Array]:
    """What is kept of the numbers that come out of a layer or a network; a layer alone is a network of one."""
    inputs = tuple(Input(*shape) for shape in shapes)
    if isinstance(model, Applicable) and not model.is_network:
        equation = Equation(inputs, model.apply(inputs))
    else:
        equation = model.equation(*inputs)
    given = [np.full(shape, kept.nothing, dtype=kept.dtype) for shape in shapes]
    latencies = step if isinstance(step, Latencies) else Latencies(step)
    dependence = Dependence(kept, latencies)
    made = dependence.run(equation, given, "")
    latencies.refuse_layers(dependence.met)
    return made
