"""The graph of a network's operations: time is a delay on an edge.

A model over a sequence is a signal-flow graph (Parhi, VLSI Digital Signal Processing Systems, 1999): each operation is
a node, and what it waits for is an edge with a delay in steps of time. A recurrence is not unrolled: its carry comes
back by an edge whose delay is 1, or longer. Layers and networks within a network are told by the names alone; what is
repeated stays one node, with the graph of one time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sympy import Expr

from symcost.analysis.latency import Latencies
from symcost.equation import Equation, Structured
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Priced
from symcost.recurrence import Scan
from symcost.structure import Call
from symcost.tensor import Node, Tensor

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True)
class _Carry:
    """A carry of a recurrence, as a step takes it: by the names of all in which that is, and its number."""

    names: tuple[str, ...]
    number: int


_Source: TypeAlias = "tuple[str | _Carry, Expr]"  # what made a tensor, and how many steps of time ago
_Known: TypeAlias = "dict[Tensor, tuple[_Source, ...]]"


@dataclass(frozen=True)
class _Place:
    """Where one is: under which names, in loops over which axes, and how often all of it is done."""

    names: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    times: Expr = ONE

    def at(self, name: str) -> _Place:
        return _Place((*self.names, name), self.loops, self.times)


@dataclass
class _Walk:
    """The nodes that were found, the edges to them, and where carries come from."""

    graph: networkx.MultiDiGraph
    latencies: Latencies
    edges: list[tuple[_Source, str, Tensor]] = field(default_factory=list)
    carries: dict[_Carry, tuple[_Source, ...]] = field(default_factory=dict)

    def through(self, equation: Equation, given: Iterable[tuple[_Source, ...]], place: _Place) -> _Known:
        known: _Known = dict(zip(equation.inputs, given, strict=True))
        for node in equation.nodes:
            before = [known[tensor] for tensor in node.inputs]
            known.update(zip(node.outputs, self._made(node, before, place.at(equation.names[node])), strict=True))
        return known

    def _made(self, node: Node, before: list[tuple[_Source, ...]], place: _Place) -> list[tuple[_Source, ...]]:
        """Where the outputs of a node come from; weights come from nowhere."""
        operation = node.operation
        if not node.inputs and not isinstance(operation, Priced):
            return [()] * len(node.outputs)
        if isinstance(operation, Call):
            known = self.through(operation.equation, before, place)
            return [known[tensor] for tensor in operation.equation.outputs]
        if isinstance(operation, Scan):
            return self._recurrence(operation, before, place)
        return [((self._node(node, before, place), ZERO),)] * len(node.outputs)

    def _node(self, node: Node, before: list[tuple[_Source, ...]], place: _Place) -> str:
        name, operation = ".".join(place.names), node.operation
        carried: dict[str, Any]
        if isinstance(operation, Structured):  # what is repeated, of which one time is told
            inner = operation.inner
            carried = {
                "graph": operation_graph(name, inner, self.latencies),
                "count": getattr(operation, "count", None),
            }
        else:
            axes = tuple(x.axes for x in node.inputs), tuple(y.axes for y in node.outputs)
            carried = {"latency": self.latencies.of(operation, *axes)}
        self.graph.add_node(
            name, operation=operation.name, shape=node.outputs[0].shape, cost=node.cost, loops=place.loops,
            times=place.times, **carried,
        )  # fmt: skip
        self.edges += ((each, name, x) for sources, x in zip(before, node.inputs, strict=True) for each in sources)
        return name

    def _recurrence(self, scan: Scan, before: list[tuple[_Source, ...]], place: _Place) -> list[tuple[_Source, ...]]:
        """A step once, with its carries coming back after their delays."""
        places = [_Carry(place.names, number) for number in range(scan.carries)]
        carried = [((each, delay),) for each, delay in zip(places, scan.delays, strict=True)]
        initial = before[scan.sequences : scan.sequences + scan.initial] or [()] * scan.carries
        read = [(*first, *later) for first, later in zip(initial, carried, strict=True)]
        given = [*before[: scan.sequences], *read, *before[scan.sequences + scan.initial :]]
        inside = _Place(place.names, (*place.loops, scan.axis), normal(place.times * scan.length))
        known = self.through(scan.step, given, inside)
        made = [known[tensor] for tensor in scan.step.outputs]
        self.carries.update(zip(places, made, strict=False))
        return made

    def connect(self, back: Mapping[str, tuple[_Source, ...]]) -> None:
        """Puts in the edges, and those that lead back to inputs a step later."""
        for source, name, tensor in self.edges:
            for before, delay in self._ends([source]):
                self.graph.add_edge(before, name, delay=delay, shape=tensor.shape)
        for name, sources in back.items():
            for before, delay in self._ends(sources):
                self.graph.add_edge(before, name, delay=normal(delay + ONE), shape=self.graph.nodes[name]["shape"])

    def _ends(self, sources: Iterable[_Source]) -> Iterator[tuple[str, Expr]]:
        """The nodes that sources are: a carry is what the step before made, which may have been a carry, too."""
        pending, gone = list(reversed(list(sources))), set[_Carry]()
        while pending:
            made, delay = pending.pop()
            if isinstance(made, str):
                yield made, delay
            elif made not in gone:  # else carries go round and round without a node
                gone.add(made)
                pending += ((each, normal(delay + more)) for each, more in reversed(self.carries[made]))


def operation_graph(
    name: str, equation: Equation, latencies: Latencies, feedback: Iterable[tuple[int, int]] = ()
) -> networkx.MultiDiGraph:
    """The operations of an equation as a graph; ``feedback`` leads from outputs to inputs, by their places.

    Raises:
        UnpricedError: how long an operation takes is not known.
    """
    import networkx  # only who wants the graph pays for it

    graph = networkx.MultiDiGraph(name=name)
    inputs = equation.input_names
    for tensor, label in inputs.items():
        graph.add_node(label, operation="input", shape=tensor.shape, latency=ZERO, loops=(), times=ONE)
    walk = _Walk(graph, latencies)
    known = walk.through(equation, [((label, ZERO),) for label in inputs.values()], _Place())
    walk.connect({inputs[equation.inputs[taken]]: known[equation.outputs[made]] for made, taken in feedback})
    return graph
