"""The unrolled graph of a network at small sizes: a node for each layer and step of time, by executing its equation.

Who reads whom is not told by the layers' names: the equation runs on sets of nodes, as ``symcost.unrolled`` runs it on
sets of results. A layer that recurs has a node for each iteration, any other for each step of time that it hands out.
What computes nothing, such as a concatenation, has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import networkx
import numpy as np
from sympy import Symbol

from symcost.analysis.latency import Latencies
from symcost.arithmetic import Array
from symcost.cost import Work
from symcost.dependence import Dependence, holds_steps
from symcost.dimensions import is_time
from symcost.drawing.description import Kind
from symcost.drawing.network import input_name, named, output_name
from symcost.equation import Equation, Structured
from symcost.errors import RenderError
from symcost.interpret import Execution
from symcost.network import Network
from symcost.operations import Operation
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node as Recorded
from symcost.tensor import Tensor
from symcost.unrolled import Origins

MOST_NODES = 400


@dataclass(frozen=True)
class Row:
    """What stands side by side in an unrolled picture: a layer, an input or an output, at all steps of time."""

    number: int
    kind: Kind
    name: str
    over: Symbol | None = None  # the dimension of time; None if it is there once
    is_backwards: bool = False
    names: tuple[str, ...] = ()  # of all in which the layer is, and its own


@dataclass(frozen=True)
class Cell:
    """A node of an unrolled network: a row at a step of time, one of so many."""

    row: Row
    step: int = 0
    steps: int = 1


def unrolled_cells(network: Network, sizes: Mapping[str, Any]) -> networkx.DiGraph:
    """The unrolled graph of a network at sizes of its dimensions of time; nodes carry their ``cell``.

    >>> import symcost as sc
    >>> graph = unrolled_cells(sc.architecture("rnn").at(I=1, H=1), {"T": 2})
    >>> [(cell.row.name, cell.step) for _, cell in graph.nodes(data="cell")]
    [('input', 0), ('input', 1), ('RNN', 0), ('RNN', 1), ('output', 0), ('output', 1)]
    >>> list(graph.edges)
    [(0, 2), (1, 3), (2, 3), (2, 4), (3, 5)]

    Raises:
        RenderError: the picture would be too large, or something is run anew on every prefix.
        ShapeError: a size is no number.
        UnpricedError: a node has a cost but no equation.
    """
    small = network.at(**sizes)
    known = dict(_paired(network.equation(), small.equation(), ()))
    run = _Unrolling(known)
    given: list[Array] = []
    for place, (tensor, taken) in enumerate(zip(network.inputs, small.inputs, strict=True)):
        x = np.full(tuple(map(int, taken.shape)), frozenset(), dtype=object)
        given.append(run.along(x, tensor, Kind.INPUT, input_name(place, tensor, len(network.inputs)), (place,)))
    made = run.run(small.equation(), given, "")
    for place, (tensor, y) in enumerate(zip(network.outputs, made, strict=True)):
        run.along(y, tensor, Kind.OUTPUT, output_name(place, len(made)), (-1 - place,))
    return run.graph


# --- what the symbolic network knows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the symbolic network knows of an operation of the one at small sizes."""

    recorded: Recorded
    names: tuple[str, ...]
    repeated_over: Symbol | None  # the dimension of time over which it is repeated


def _paired(
    symbolic: Equation, small: Equation, names: tuple[str, ...], over: Symbol | None = None
) -> Iterator[tuple[int, _Known]]:
    """The operations beside and in networks, at small sizes, with what they are in symbols."""
    for one, other in zip(symbolic.nodes, small.nodes, strict=True):
        own = (*names, symbolic.names[one])
        yield id(other.operation), _Known(one, own, over)
        inner, smaller = one.operation, other.operation
        if isinstance(inner, Call | Repetition) and isinstance(smaller, Call | Repetition):
            count = inner.count if isinstance(inner, Repetition) else None
            repeated = count if isinstance(count, Symbol) and is_time(count) else over
            yield from _paired(inner.inner, smaller.inner, own, repeated)


def _time_axis(tensor: Tensor) -> tuple[int, Symbol] | None:
    """The first axis whose length is one of time alone, from the end, and its dimension."""
    for place, length in enumerate(tensor.shape):
        symbols = list(length.free_symbols)
        if len(symbols) == 1 and is_time(symbols[0]):
            return place - len(tensor.shape), symbols[0]
    return None


# --- the run ---------------------------------------------------------------------------------------------------------


class _Sets(Origins):
    """Sets of nodes; what operations make is made of all that they use."""

    def advance(self, x: Array, name: str, latency: int, work: Work) -> Array:
        return x


class _Unrolling(Dependence):
    """A run that makes a node for each layer and step."""

    def __init__(self, known: Mapping[int, _Known]) -> None:
        self.graph = networkx.DiGraph()
        super().__init__(_Sets(self.graph), Latencies("layer"))
        self.known = known
        self.layer: Operation | None = None  # that is being run
        self.numbers: dict[tuple[int, int], int] = {}  # of nodes, by row and step
        self.rows: dict[Hashable, int] = {}
        self.times: Counter[Hashable] = Counter()  # how often something was gone through
        self.turns: list[int] = []  # of the repetitions around

    # --- nodes ---

    def node(self, row: Row, step: int, steps: int, used: Sequence[Array]) -> frozenset[int]:
        """The node of a row at a step, with edges from all that it uses."""
        number = self.numbers.setdefault((row.number, step), len(self.numbers))
        if number >= MOST_NODES:
            raise RenderError(f"more than {MOST_NODES} nodes", expected="a small picture", remedy="fewer steps")
        self.graph.add_node(number, cell=Cell(row, step, steps))
        read = np.asarray(self.whole(used), dtype=object).item() or ()
        self.graph.add_edges_from((each, number) for each in sorted(read) if each != number)
        return frozenset((number,))

    def row(self, key: Hashable, kind: Kind, name: str, over: Symbol | None, **more: Any) -> Row:
        """A row; the same for the same key."""
        return Row(self.rows.setdefault(key, len(self.rows)), kind, name, over, **more)

    def along(self, y: Array, tensor: Tensor, kind: Kind, name: str, key: Hashable, **more: Any) -> Array:
        """A tensor, made of nodes of a row: of one for each step of its axis of time, if there is one."""
        axis = _time_axis(tensor)
        row = self.row(key, kind, name, axis[1] if axis else None, **more)
        parts = np.moveaxis(y, axis[0], 0) if axis else [y]
        made: list[Array] = []
        for step, part in enumerate(parts):
            used = np.asarray(part, dtype=object)  # a slice of one axis is no array
            made.append(np.broadcast_to(_one(self.node(row, step, len(parts), [used])), used.shape))
        return np.stack(made, axis=axis[0]) if axis else made[0]

    def results(self, operation: Operation, made: list[Array]) -> list[Array]:
        """What an operation makes, made of nodes."""
        known = self.known[id(operation)]
        self.times[id(operation)] += 1
        time = self.times[id(operation)] - 1
        name, _, _ = named(known.recorded, None)
        over = known.repeated_over
        if over is None:
            key = (id(operation), time)
            pairs = zip(made, known.recorded.outputs, strict=True)
            return [self.along(y, x, Kind.LAYER, name, key, names=known.names) for y, x in pairs]
        row = self.row(id(operation), Kind.LAYER, name, over, names=known.names)
        own = self.node(row, time, int(self.turns[-1]), made)
        return [np.broadcast_to(_one(own), y.shape) for y in made]

    # --- the run ---

    def visit(self, node: Recorded, inputs: list[Array], path: str, name: str) -> list[Array]:
        if self.within is not None or isinstance(node.operation, Structured) or node.operation.free:
            return super().visit(node, inputs, path, name)
        arrays = [np.asarray(x, dtype=object) for x in inputs]
        return self.results(node.operation, Execution.visit(self, node, arrays, path, name))

    def call(self, operation: Call, inputs: list[Array], path: str) -> list[Array]:
        if operation.layer.is_network or self.within is not None or operation.free:
            return super().call(operation, inputs, path)
        outside, self.layer = self.layer, operation
        nodes = self.graph.number_of_nodes()
        made = super().call(operation, inputs, path)
        self.layer = outside
        return made if self.graph.number_of_nodes() > nodes else self.results(operation, made)

    def repetition(self, operation: Repetition, inputs: list[Array], path: str) -> list[Array]:
        self.turns.append(int(operation.count))
        made = super().repetition(operation, inputs, path)
        self.turns.pop()
        return made

    def iterate(self, operation: Scan | Prefixes, equation: Equation, inputs: list[Array], path: str) -> list[Array]:
        if isinstance(operation, Prefixes):
            raise RenderError(
                "it is run anew on every prefix", expected="a network that is run once", remedy="draw what is run"
            )
        if holds_steps(equation):
            return super().iterate(operation, equation, inputs, path)
        layer = self.layer or operation
        known, steps = self.known[id(layer)], int(operation.length)
        key = id(layer), id(operation)
        time, step = divmod(self.times[key], steps)
        self.times[key] += 1
        axis = _time_axis(known.recorded.outputs[0])
        row = self.row(
            (*key, time), Kind.LAYER, named(known.recorded, None)[0], axis[1] if axis else None,
            is_backwards=operation.reverse, names=known.names,
        )  # fmt: skip
        own = _one(self.node(row, steps - 1 - step if operation.reverse else step, steps, inputs))
        return [np.broadcast_to(own, tuple(map(int, tensor.shape))) for tensor in equation.outputs]


def _one(kept: frozenset[int]) -> Array:
    """What is kept of a number, as a tensor of one."""
    made = np.empty((), dtype=object)
    made[()] = kept
    return made
