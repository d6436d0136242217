"""The picture of a network: its layers as nodes, its tensors on the edges; opened as deep as is asked."""

from __future__ import annotations

import itertools
from collections.abc import Set
from dataclasses import dataclass

from sympy import Expr, Rational, cancel

from symcost.drawing.description import Edge, Key, Kind, Node, Picture
from symcost.drawing.folding import Inside, inside, is_given, recurrences, weights_read
from symcost.equation import Equation
from symcost.errors import SymcostError
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Priced
from symcost.readings import Reading
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node as Recorded
from symcost.tensor import Tensor


@dataclass(frozen=True)
class View:
    """How a network is looked at: how its work is counted, how deep it is opened, and whether down to operations."""

    reading: Reading
    total: Expr | None  # of the work; None if it is not known
    levels: int = 0
    operations: bool = False


def picture(equation: Equation, view: View) -> Picture:
    """The picture of a network's equation, with nodes for what goes in and comes out."""
    inputs: dict[Tensor, Key] = {tensor: (place,) for place, tensor in enumerate(equation.inputs)}
    drawn = _Drawn(view, (), ONE, view.levels).along(equation, inputs, ())
    takes, makes = len(equation.inputs), len(equation.outputs)
    given = [
        Node((place,), input_name(place, tensor, takes), Kind.INPUT, is_free=True)
        for place, tensor in enumerate(equation.inputs)
    ]
    made = [Node((-1 - place,), output_name(place, makes), Kind.OUTPUT, is_free=True) for place in range(makes)]
    return Picture((*given, *drawn.nodes, *made), drawn.edges)


def input_name(place: int, tensor: Tensor, count: int) -> str:
    """What an input is called: as its label says, if that is no pattern of axes, or by its place among so many."""
    named = tensor.label and not tensor.label.startswith("...")
    return tensor.label if named else ("input" if count == 1 else f"input {place + 1}")


def output_name(place: int, count: int) -> str:
    """What an output is called, by its place among so many."""
    return "output" if count == 1 else f"output {place + 1}"


@dataclass(frozen=True)
class _Drawn:
    """Draws equations at a place: under which names, how often it is done in all, and how deep there is still to go."""

    view: View
    path: tuple[str, ...]
    times: Expr
    levels: int

    def along(self, equation: Equation, sources: dict[Tensor, Key], ends: Key, *, continued: bool = False) -> Picture:
        """The nodes of an equation, and the edges to them and to its outputs.

        ``sources`` are where its inputs come from; its outputs lead to -1, -2, ... of ``ends``. Edges from and to
        there may be ``continued`` outside.
        """
        outer = {*sources.values(), *((*ends, -1 - place) for place in range(len(equation.outputs)))}

        def edge(start: Key, end: Key, tensor: Tensor) -> Edge:
            unknown = tensor.node is not None and isinstance(tensor.node.operation, Priced) and not tensor.axes
            goes_on = continued and (start in outer or end in outer)
            return Edge(start, end, None if unknown else tensor.shape, is_continued=goes_on)

        nodes: list[Node] = []
        edges: dict[Edge, None] = {}
        for recorded in itertools.filterfalse(is_given, equation.nodes):
            key = (*self.path, equation.names[recorded])
            opened = inside(recorded.operation, operations=self.view.operations) if self.levels else None
            for place, tensor in enumerate(recorded.inputs):
                if tensor in sources:  # weights are in none
                    edges[edge(sources[tensor], (*key, place) if opened else key, tensor)] = None
            edges.update(dict.fromkeys(_loops(recorded, key, opened)))
            nodes.append(
                self._node(recorded, key, opened, {place for place, x in enumerate(recorded.inputs) if x in sources})
            )
            sources |= {x: (*key, -1 - place) if opened else key for place, x in enumerate(recorded.outputs)}
        for place, tensor in enumerate(equation.outputs):
            if tensor in sources:
                edges[edge(sources[tensor], (*ends, -1 - place), tensor)] = None
        return Picture(tuple(nodes), tuple(edges))

    def _node(self, recorded: Recorded, key: tuple[str, ...], opened: Inside | None, given: Set[int]) -> Node:
        cost = self._cost(recorded)
        folded = opened or inside(recorded.operation, operations=False)
        times = folded.times if folded and folded.times != ONE else None
        name, kind, sort = named(recorded, folded)
        within = self._inside(key, opened, given) if opened else None
        free = recorded.operation.free
        return Node(key, name, kind, sort, cost, self._share(cost), cost is not None, free, times, inside=within)

    def _inside(self, key: tuple[str, ...], opened: Inside, given: Set[int]) -> Picture:
        """What is inside of a node, with ports where edges go in and come out."""
        taken = {place: opened.given(place) for place in range(len(opened.equation.inputs))}
        ports = [place for place, outer in taken.items() if outer in given or place in opened.carries]
        sources: dict[Tensor, Key] = {opened.equation.inputs[place]: (*key, place) for place in ports}
        within = _Drawn(self.view, (*key, *opened.names), normal(self.times * opened.times), self.levels - 1)
        drawn = within.along(opened.equation, sources, key, continued=not isinstance(opened.operation, Scan))
        ports += [-1 - place for place in range(len(opened.equation.outputs))]
        return Picture(
            (*(Node((*key, port), "", Kind.PORT, is_free=True) for port in ports), *drawn.nodes), drawn.edges
        )

    def _cost(self, recorded: Recorded) -> Expr | None:
        """What a node costs in all; None if that is not known."""
        if recorded.operation.free:
            return ZERO
        if recorded.cost.unknown("work"):
            return None
        try:
            return normal(self.view.reading.read(recorded) * self.times)
        except SymcostError:  # a counter does not know what is inside of the layers that it knows
            return None

    def _share(self, cost: Expr | None) -> Rational | None:
        """The share of all work, if it is the same at all sizes."""
        if cost is None or self.view.total is None or self.view.total == ZERO:
            return None
        share = cancel(cost / self.view.total)
        return share if share.is_Rational else None


def _loops(recorded: Recorded, key: Key, opened: Inside | None) -> list[Edge]:
    """The loops in time of a node: of a folded one those inside of it, of an open recurrence by what it carries."""
    if opened is None:
        found = recurrences(recorded.operation)
        return [Edge(key, key, delays=each.delays, is_backwards=each.is_backwards) for each in found]
    if not isinstance(opened.operation, Scan):
        return []
    scan = opened.operation
    return [
        Edge((*key, -1 - number), (*key, place), delays=(delay,), is_backwards=scan.reverse)
        for number, (place, delay) in enumerate(zip(opened.carries, scan.delays, strict=True))
    ]


def named(recorded: Recorded, folded: Inside | None) -> tuple[str, Kind, str]:
    """What a node is called, what it is, and its class if that does not say it."""
    operation = recorded.operation
    if isinstance(operation, Repetition) or (folded and folded.names and not recorded.label):
        operation = folded.operation if folded else operation  # what is repeated says more
    kind = Kind.NESTED if folded and folded.holds_layers else Kind.LAYER
    if isinstance(operation, Call | Repetition):
        sort = operation.layer.name if operation.layer.is_network else type(operation.layer).__name__
        return (recorded.label or sort, kind, "" if recorded.label.lower() in ("", sort.lower()) else sort)
    if isinstance(operation, Priced):
        return operation.name, Kind.LAYER, ""
    return operation.name, kind if folded else Kind.OPERATION, ", ".join(weights_read(recorded))
