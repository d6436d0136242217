"""Through an equation, node by node: what its outputs see along one axis of one of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symcost.addressing import OverlapAdd
from symcost.analysis.places import Linear
from symcost.analysis.positions import loops
from symcost.analysis.positions.field import Along, Field, Seen, merged, through
from symcost.analysis.spans import spans
from symcost.associative import AssociativeScan
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, maximum
from symcost.operations import Priced
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor
from symcost.views import Pad


@dataclass(frozen=True)
class Walk:
    """A walk through equations, each of which is walked once; ``recurrent`` says whether carries are ways too."""

    recurrent: bool = True
    known: dict[tuple[int, int, int | None], Seen] = field(default_factory=dict)

    def seen(self, equation: Equation, source: int, place: int | None) -> Seen:
        """What each output sees along an axis of an input, or whether it depends on it."""
        key = (id(equation), source, place)
        if key not in self.known:
            self.known[key] = self._walked(equation, source, place)
        return self.known[key]

    def _walked(self, equation: Equation, source: int, place: int | None) -> Seen:
        start = equation.inputs[source]
        length = ONE if place is None else start.axes[place].size
        fields: dict[Tensor, Field] = {start: Field.start(place)}
        for node in equation.nodes:
            found: list[list[Field]] = [[] for _ in node.outputs]
            for number, tensor in enumerate(node.inputs):
                if tensor in fields:
                    for ways, each in zip(found, through(fields[tensor], self.along(node, number)), strict=True):
                        ways.extend([each] if each else [])
            fields.update(
                {y: merged(each, length, y.axes) for y, each in zip(node.outputs, found, strict=True) if each}
            )
        return tuple(fields.get(tensor) for tensor in equation.outputs)

    def along(self, node: Node, number: int) -> Along:
        """What the outputs of a node see of the axes of one of its inputs."""
        operation = node.operation
        if isinstance(operation, Priced):
            raise UnpricedError("what it reads of its inputs is not known", where=f"node {operation.label!r}")
        if isinstance(operation, Call):
            return lambda place: self.seen(operation.equation, number, place)
        if isinstance(operation, Repetition | Scan | Prefixes):
            return lambda place: loops.seen(self, operation, number, place)
        if isinstance(operation, AssociativeScan) and operation.algorithm == "sequential":
            return lambda place: self._in_turn(node, operation.place % len(node.outputs[0].axes), number, place)
        return lambda place: _read(node, number, place)

    def _in_turn(self, node: Node, time: int, number: int, place: int | None) -> Seen:
        """A recurrence, step by step: what was before comes by its state alone."""
        if place != time:
            return _read(node, number, place)
        here = Linear.along(time)
        return (Field(Linear() if self.recurrent else here, here, levels=ONE if self.recurrent else ZERO),)


def _read(node: Node, number: int, place: int | None) -> Seen:
    """What an operation without an equation reads; what is padded is not looked at, whatever it repeats."""
    if place is None:
        return (Field.start(None),) * len(node.outputs)
    operation = node.operation
    operation = replace(operation, mode="zeros") if isinstance(operation, Pad) else operation
    read = spans(operation, tuple(x.axes for x in node.inputs), tuple(y.axes for y in node.outputs))
    gap = maximum(operation.dilations) if isinstance(operation, OverlapAdd) else ONE
    return (Field.of(read[number][place], gap),) * len(node.outputs)
