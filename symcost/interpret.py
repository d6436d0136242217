"""The equations on numbers.

``execute`` says what an equation computes, ``count`` what it does for it: each scalar operation is really done, one
after the other, and counted as it is done. That a formula of cost is right is thereby not asserted, but measured.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from sympy import Integer

from symcost.arithmetic import Arithmetic, Array, CountedScalars, WholeArrays
from symcost.axes import Axes, shown
from symcost.cost import Work
from symcost.differentiation.structured import BackwardCall, Iteration
from symcost.equation import Equation
from symcost.errors import ShapeError, UnpricedError, unknown
from symcost.meaning import MEANING
from symcost.notation import text
from symcost.operations import Operation, Priced, Weight
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Input, Node, Tensor

Weights: TypeAlias = Callable[[str, tuple[int, ...]], Array]  # a weight by its name and shape


class Execution:
    """One run of an equation: where it gets weights from, and how it computes."""

    def __init__(self, weights: Weights, arithmetic: Arithmetic, dtype: Any) -> None:
        self.weights, self.arithmetic, self.dtype = weights, arithmetic, dtype
        self.paths: dict[Hashable, str] = {}  # where a layer's weights stand, by their owner: shared ones stand once

    def run(self, equation: Equation, inputs: Sequence[Array], path: str) -> list[Array]:
        known: dict[Tensor, Array] = dict(zip(equation.inputs, inputs, strict=True))
        for node in equation.nodes:
            _check_numeric(node)
            given = [known[tensor] for tensor in node.inputs]
            made = self.visit(node, given, path, equation.names[node])
            known.update(zip(node.outputs, made, strict=True))
        return [known[tensor] for tensor in equation.outputs]

    def visit(self, node: Node, inputs: list[Array], path: str, name: str) -> list[Array]:
        """What a node makes of what comes in."""
        return self.apply(node.operation, inputs, path, name)

    def iterate(self, operation: Scan | Prefixes, equation: Equation, inputs: list[Array], path: str) -> list[Array]:
        """What one of several times makes, one after the other."""
        return self.run(equation, inputs, path)

    def apply(self, operation: Operation, inputs: list[Array], path: str, name: str) -> list[Array]:
        if isinstance(operation, Weight):
            return [
                self.weights(path + operation.label, tuple(map(int, operation.shape))).astype(self.dtype, copy=False)
            ]
        if isinstance(operation, Call | Iteration):
            own = self.paths.setdefault(operation.owner, f"{path}{name}.")
            return self.held(operation, inputs, own)
        if isinstance(operation, Repetition):
            return self.repetition(operation, inputs, f"{path}{name}.")
        if isinstance(operation, Scan):
            return self.scan(operation, inputs, f"{path}{name}.")
        if isinstance(operation, Prefixes):
            return self.prefixes(operation, inputs, f"{path}{name}.")
        if isinstance(operation, Priced):
            raise UnpricedError("only its cost is known", where=f"node {name!r}", expected="an equation to execute")
        return [MEANING[type(operation)](operation, inputs, self.arithmetic)]

    def held(self, operation: Call | Iteration, inputs: list[Array], path: str) -> list[Array]:
        if isinstance(operation, Call):
            return self.call(operation, inputs, path)
        return self.iteration(operation, inputs, path)

    def call(self, operation: Call, inputs: list[Array], path: str) -> list[Array]:
        if operation.layer.holds_layers:  # what it holds may stand elsewhere too
            return self.run(operation.equation, inputs, path)
        outside, self.paths = self.paths, {}  # equal layers share an equation, but not the weights of its parts
        if isinstance(operation, BackwardCall):
            self.name_weights(operation.forward, path)
        made = self.run(operation.equation, inputs, path)
        self.paths = outside
        return made

    def repetition(self, operation: Repetition, inputs: list[Array], path: str) -> list[Array]:
        outside = self.paths
        for number in range(int(operation.count)):
            if not operation.shared:  # each has weights of its own
                self.paths = {}
            inputs = self.run(operation.equation, inputs, path if operation.shared else f"{path}{number}.")
        self.paths = outside
        return inputs

    def iteration(self, operation: Iteration, inputs: list[Array], path: str) -> list[Array]:
        stacks, carried = inputs[: operation.stacks], inputs[operation.stacks :]
        first, backward_of = int(operation.start), operation.backward_of
        times = range(int(operation.count))
        outside, stacked = self.paths, []
        for number in reversed(times) if backward_of else times:
            own = path if operation.original.shared else f"{path}{first + number}."
            self.paths = outside if operation.original.shared else {}
            if backward_of:
                self.name_weights(backward_of, own)
            made = self.run(operation.equation, [*(x[number] for x in stacks), *carried], own)
            carried = made[: operation.carries]
            stacked.append(made[operation.carries :])
        self.paths = outside
        ordered = stacked[::-1] if backward_of else stacked
        return [*carried, *(np.stack(each) for each in zip(*ordered, strict=True))]

    def name_weights(self, equation: Equation, path: str) -> None:
        """Says where the weights stand of what a forward pass calls: a backward pass comes by in another order."""
        for node in equation.nodes:
            operation, name = node.operation, f"{path}{equation.names[node]}."
            if isinstance(operation, Call):
                name = self.paths.setdefault(operation.owner, name)
                if operation.layer.holds_layers:
                    self.name_weights(operation.equation, name)
            elif isinstance(operation, Iteration):
                self.paths.setdefault(operation.owner, name)
            elif isinstance(operation, Scan):
                self.name_weights(operation.step, name)

    def scan(self, operation: Scan, inputs: list[Array], path: str) -> list[Array]:
        count = operation.sequences
        sequences, rest = inputs[:count], inputs[count:]
        start, captured = rest[: operation.initial], rest[operation.initial :]
        if not start:
            shapes = [tuple(int(length) for length in tensor.shape) for tensor in operation.carried]
            start = [np.full(shape, 0.0, dtype=self.dtype) for shape in shapes]
        begun = list(enumerate(zip(map(int, operation.delays), start, strict=True)))
        steps = range(int(operation.length))
        outputs: list[list[Array]] = []
        for step in reversed(steps) if operation.reverse else steps:
            slices = [np.take(x, step, axis=operation.front) for x in sequences]
            carries = [outputs[-d][carry] if d <= len(outputs) else first for carry, (d, first) in begun]
            outputs.append(self.iterate(operation, operation.step, [*slices, *carries, *captured], path))
        ordered = outputs[::-1] if operation.reverse else outputs
        return [np.stack(each, axis=operation.front) for each in zip(*ordered, strict=True)]

    def prefixes(self, operation: Prefixes, inputs: list[Array], path: str) -> list[Array]:
        made: list[list[Array]] = []
        for length in range(1, int(operation.length) + 1):
            equation = operation.on_prefix(Integer(length))
            cut = [_first(x, axes, operation.axis, length) for x, axes in zip(inputs, operation.taken, strict=True)]
            ends = zip(self.iterate(operation, equation, cut, path), operation.places, strict=True)
            made.append([np.take(y, -1, axis=place) for y, place in ends])
        ordered = zip(zip(*made, strict=True), operation.places, strict=True)
        return [np.stack(each, axis=place) for each, place in ordered]


def _first(x: Array, axes: Axes, axis: str, length: int) -> Array:
    """The first steps along an axis; all of what does not have it."""
    places = [place for place, each in enumerate(axes) if each.name == axis]
    return np.take(x, range(length), axis=places[0]) if places else x


def _check_numeric(node: Node) -> None:
    """Raises if a size that the node needs is no number."""
    remedy = "give sizes with at(...)"
    for tensor in node.outputs:
        if not all(length.is_Integer for length in tensor.shape):
            raise ShapeError(f"a tensor of axes {shown(tensor.axes)}", expected="numbers", remedy=remedy)
    if isinstance(node.operation, Repetition) and not node.operation.count.is_Integer:
        raise ShapeError(f"{text(node.operation.count)} repetitions", expected="a number", remedy=remedy)
    for delay in node.operation.delays if isinstance(node.operation, Scan) else ():
        if not delay.is_Integer:
            raise ShapeError(f"a delay of {text(delay)} steps", expected="a number", remedy=remedy)


class Executable(Protocol):
    """A layer or a network."""

    def equation(self, *inputs: Tensor) -> Equation: ...


def execute(model: Executable, *inputs: Any, weights: Mapping[str, Any] | None = None, seed: int = 0) -> Any:
    """What a layer or a network computes, in double precision: an array, or a tuple of them.

    Weights go by name (``weights_of`` lists them); without any they are drawn at random.

    >>> from symcost.layers import Linear
    >>> execute(Linear(2, 1), [[1.0, 2.0]], weights={"weight": [[3, 4]], "bias": [5]})
    array([[16.]])

    Raises:
        ShapeError: an input or a weight has another shape than the equation.
        UnpricedError: a node has a cost but no equation.
    """
    return run_on(model, inputs, weights, seed, lambda source: Execution(source, WholeArrays(), float))


def count(model: Executable, *inputs: Any, weights: Mapping[str, Any] | None = None, seed: int = 0) -> tuple[Any, Work]:
    """What a layer or a network computes, and every scalar operation that it takes, counted one by one.

    >>> from symcost.layers import Linear
    >>> count(Linear(2, 1), [[1.0, 2.0]], weights={"weight": [[3, 4]], "bias": [5]})
    (array([[16.]]), Work(mac=2, add=1))
    """
    arithmetic = CountedScalars()
    made = run_on(model, inputs, weights, seed, lambda source: Execution(source, arithmetic, object))
    return made, arithmetic.work


def weights_of(model: Executable, *shapes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """The weights that a model needs on inputs of given shapes: names, which are PyTorch's, and shapes.

    >>> from symcost.layers import Linear
    >>> weights_of(Linear(2, 1), (2,))
    {'weight': (1, 2), 'bias': (1,)}
    """
    needed: dict[str, tuple[int, ...]] = {}

    def noted(name: str, shape: tuple[int, ...]) -> Array:
        return np.zeros(needed.setdefault(name, shape))

    equation = model.equation(*(Input(*shape) for shape in shapes))
    with np.errstate(all="ignore"):  # only shapes matter here, not what becomes of zeros
        Execution(noted, WholeArrays(), float).run(equation, [np.zeros(shape) for shape in shapes], "")
    return needed


def run_on(
    model: Executable,
    inputs: Sequence[Any],
    weights: Mapping[str, Any] | None,
    seed: int,
    execution: Callable[[Weights], Execution],
) -> Any:
    """What an execution makes of a layer or a network on given numbers: an array, or a tuple of them."""
    arrays = [np.asarray(each, dtype=float) for each in inputs]
    equation = model.equation(*(Input(*each.shape) for each in arrays))
    if len(arrays) != len(equation.inputs):
        raise ShapeError(
            f"{len(arrays)} inputs", where=repr(model),
            expected=" and ".join(shown(each.axes) for each in equation.inputs) or "none",
        )  # fmt: skip
    started = execution(_drawn(seed) if weights is None else _named(weights))
    made = started.run(equation, [each.astype(started.dtype) for each in arrays], "")
    results = tuple(np.asarray(np.ma.filled(each, np.nan), dtype=float) for each in made)  # nan where it is absent
    return results[0] if len(results) == 1 else results


def _drawn(seed: int) -> Weights:
    made: dict[str, Array] = {}
    generator = np.random.default_rng(seed)

    def source(name: str, shape: tuple[int, ...]) -> Array:
        if name not in made:
            drawn = generator.normal(size=shape)
            made[name] = np.abs(drawn) if name.endswith("running_var") else drawn  # no variance is negative
        return made[name]

    return source


def _named(weights: Mapping[str, Any]) -> Weights:
    def source(name: str, shape: tuple[int, ...]) -> Array:
        if name not in weights:
            raise unknown("weight", name, weights)
        given = np.asarray(weights[name], dtype=float)
        if given.shape != shape:
            raise ShapeError(f"weight {name!r} of shape {given.shape}", expected=f"{shape}")
        return given

    return source
