"""A walk along an equation, step by step in time: what waits for later steps, and what is kept for them.

A step reads numbers of steps before it: through windows, within bands, and as the carries of scans. How far back it
reads follows from the places that each operation reads, so that no layer says it of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sympy import Expr, Symbol, oo

from symcost.addressing import Gather
from symcost.analysis.places import Linear, Span, Spans
from symcost.analysis.sampling.flow import CACHE, MEMORY, QUEUE, SEQUENCE, Ahead, Flow, Kept, Source
from symcost.analysis.sampling.times import BEFOREHAND, WEIGHTS, Times, is_ahead, joined, lag, latest
from symcost.analysis.spans import spans
from symcost.axes import Axes, bands, elements
from symcost.cost import Cost
from symcost.equation import Equation, Structured
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Einsum, Priced, Reduce
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor
from symcost.views import Slice


@dataclass
class Walk:
    """Walks along equations over a dimension of time; equal equations at equal times are walked once."""

    over: Symbol
    _known: dict[tuple[int, tuple[Times, ...]], tuple[Equation, Flow]] = field(default_factory=dict)

    def along(self, equation: Equation, times: Sequence[Times]) -> Flow:
        """What an equation does whose inputs are known at given times.

        Raises:
            UnpricedError: of a node only the cost is known.
        """
        key = (id(equation), tuple(times))
        if key not in self._known:
            self._known[key] = equation, _Steps(self, equation, times).flow()
        return self._known[key][1]


class _Steps:
    """A walk along one equation."""

    def __init__(self, walk: Walk, equation: Equation, times: Sequence[Times]) -> None:
        self.walk, self.equation = walk, equation
        self.times: dict[Tensor, Times] = dict(zip(equation.inputs, times, strict=True))
        self.sources: dict[Tensor, tuple[Source, ...]] = {
            tensor: (Source(n, tensor.axes),) for n, tensor in enumerate(equation.inputs)
        }
        self.blamed: dict[Tensor, Ahead | None] = {}
        self.kept: list[Kept] = []
        self.carried: list[tuple[str, Expr]] = []
        self.rows: list[tuple[Source, Expr]] = []
        self.before: list[Cost] = []

    def flow(self) -> Flow:
        for node in self.equation.nodes:
            self.node(node, self.equation.names[node])
        made = self.equation.outputs
        role = self.equation.role
        return Flow(
            tuple(self.times[each] for each in made), tuple(self.sources[each] for each in made),
            tuple(self.blamed.get(each) for each in made), tuple(self.kept), tuple(self.carried), tuple(self.rows),
            tuple(each.in_role(role) if role else each for each in self.before), tuple(self.handed()),
        )  # fmt: skip

    def handed(self) -> dict[Tensor, None]:
        """What is made before the first step, and taken by steps."""
        steps = (node for node in self.equation.nodes if any(self.times[made].ways for made in node.outputs))
        taken = (tensor for node in steps for tensor in node.inputs if tensor.node)
        return dict.fromkeys(tensor for tensor in taken if self.times[tensor] == BEFOREHAND)

    def node(self, node: Node, name: str) -> None:
        operation = node.operation
        if isinstance(operation, Priced):
            raise UnpricedError(
                "only its cost is known, not what its steps wait for", where=f"node {name!r}", expected="a layer"
            )
        if isinstance(operation, Call):
            self.call(operation, node, name)
        elif isinstance(operation, Repetition):
            self.repetition(operation, node, name)
        elif isinstance(operation, Scan):
            self.scan(operation, node, name)
        elif operation.free:
            self.view(node)
        else:
            self.computed(node, name)

    # --- plain operations ---

    def taken(self, node: Node) -> list[Times]:
        return [self.times[tensor] for tensor in node.inputs]

    def read(self, node: Node) -> list[tuple[Spans, ...]]:
        """For each output, the places that it reads of each input."""
        operation = node.operation
        if isinstance(operation, Scan):
            return [self.scanned(operation, node)] * len(node.outputs)
        if isinstance(operation, Prefixes):
            return [_so_far(operation, node, made) for made in range(len(node.outputs))]
        if isinstance(operation, Structured):
            return [tuple(tuple(map(_whole, tensor.shape)) for tensor in node.inputs)] * len(node.outputs)
        return [spans(operation, tuple(x.axes for x in node.inputs), tuple(y.axes for y in node.outputs))]

    def scanned(self, operation: Scan, node: Node) -> tuple[Spans, ...]:
        """What a step of a scan reads: of sequences over time its own place, since all before is in what it carries."""
        found: list[Spans] = []
        for number, tensor in enumerate(node.inputs):
            places = list(map(_whole, tensor.shape))
            if number < operation.sequences + operation.initial:
                places[: operation.front] = [Span.at(Linear.along(axis)) for axis in range(operation.front)]
            if number < operation.sequences and self.runs_on(operation, tensor):
                places[operation.front] = Span.at(Linear.along(operation.front))
            found.append(tuple(places))
        return tuple(found)

    def runs_on(self, operation: Scan, tensor: Tensor) -> bool:
        """Whether a scan takes a sequence in the order in which it becomes known."""
        steps = [each for way in self.times[tensor].ways for axis, each in way.steps if axis == operation.front]
        return bool(steps) and all(bool(each.is_negative) is operation.reverse for each in steps)

    def view(self, node: Node) -> None:
        """A view shows numbers that are there, known when they were."""
        taken, made = self.taken(node), node.outputs[0]
        self.times[made] = latest(list(zip(taken, self.read(node)[0], strict=True)), made.axes) if taken else WEIGHTS
        found = [source for tensor in node.inputs for source in self.sources[tensor]]
        if isinstance(node.operation, Slice) and not self.is_stretch(node):
            found = [Source(each.maker, made.axes, (*each.parts, node.operation)) for each in found[:1]]
        self.sources[made] = tuple(found)
        self.blame(node, None)

    def is_stretch(self, node: Node) -> bool:
        """Whether a slice is one in time."""
        operation, (tensor,) = node.operation, node.inputs
        place = operation.place % len(tensor.axes) if isinstance(operation, Slice) else -1
        ways = self.times[tensor].ways
        return any(axis == place for way in ways for axis, _ in way.steps) or len(self.sources[tensor]) != 1

    def computed(self, node: Node, name: str, carried: Iterable[int] = ()) -> None:
        """What computes makes new numbers, of numbers that must still be there."""
        for made, read in zip(node.outputs, self.read(node), strict=True):
            self.times[made] = latest(list(zip(self.taken(node), read, strict=True)), made.axes)
            self.sources[made] = (Source((node, made), made.axes),)
            for number, (tensor, places) in enumerate(zip(node.inputs, read, strict=True)):
                if number not in carried:
                    self.keep(tensor, self.lag(self.times[made], tensor, places, made.axes), _kind(node), name)
        if isinstance(node.operation, Gather):
            numbers, table = node.inputs
            self.rows += [(each, table.shape[0]) for each in self.sources[numbers]]
        if not any(self.times[made].ways for made in node.outputs):
            self.before.append(node.cost)
        self.blame(node, Ahead((name,), node))

    def lag(self, known: Times, tensor: Tensor, places: Spans, axes: Axes) -> Expr | None:
        """How far back a tensor is read; infinite if without end, None if it is not read step by step."""
        read = self.times[tensor]
        if not known.ways or not (read.ways or read.given):
            return None
        if not read.ways:
            return oo
        found = lag(known, read, places, axes)
        return oo if found.has(self.walk.over) else found

    def keep(self, tensor: Tensor, back: Expr | None, kind: str, layer: str) -> None:
        if back is not None and back != ZERO:
            kind = kind if self.times[tensor].ways else MEMORY
            self.kept += [Kept(each, back, kind, layer) for each in self.sources[tensor]]

    def blame(self, node: Node, own: Ahead | None, inner: Sequence[Ahead | None] = ()) -> None:
        """Who is the first to wait for later steps, where an output does."""
        before = next((self.blamed[tensor] for tensor in node.inputs if self.blamed.get(tensor)), None)
        for number, tensor in enumerate(node.outputs):
            if is_ahead(self.times[tensor], tensor.axes, self.walk.over):
                self.blamed[tensor] = before or (inner[number] if inner else None) or own

    # --- operations that hold an equation ---

    def call(self, operation: Call, node: Node, name: str) -> None:
        inner = self.walk.along(operation.equation, self.taken(node))
        self.times |= zip(node.outputs, inner.outputs, strict=True)
        for made, sources in zip(node.outputs, inner.sources, strict=True):
            self.sources[made] = tuple(each for source in sources for each in self.outside(source, node))
        opens = operation.layer.is_network or _only_repeats(operation)
        self.held(inner, node, name, opens=opens)
        layer = None if operation.layer.is_network else operation.layer
        first = [each and replace(each, path=(name, *each.path), layer=layer or each.layer) for each in inner.ahead]
        self.blame(node, None, first)

    def held(self, inner: Flow, node: Node, name: str, *, opens: bool, times: Expr = ONE) -> None:
        """What an equation within a node keeps, each for itself if it is opened, else in the node's name."""

        def said(layer: str) -> str:
            return f"{name}.{layer}" if opens and name else name or layer

        for each in inner.kept:
            for source in self.outside(each.source, node):
                once = source if isinstance(each.source.maker, int) else replace(source, times=source.times * times)
                self.kept.append(replace(each, source=once, layer=said(each.layer)))
        self.carried += [(said(layer), normal(count * times)) for layer, count in inner.carried]
        self.rows += [(each, rows) for source, rows in inner.rows for each in self.outside(source, node)]
        self.before += [each * times for each in inner.before]

    def outside(self, source: Source, node: Node) -> tuple[Source, ...]:
        """What a source within a node is outside of it."""
        if not isinstance(source.maker, int):
            return (replace(source, maker=(node, *source.maker)),)
        given = self.sources[node.inputs[source.maker]]
        if not source.parts:
            return given
        return tuple(replace(each, axes=source.axes, parts=(*each.parts, *source.parts)) for each in given[:1])

    def repetition(self, operation: Repetition, node: Node, name: str) -> None:
        """What is repeated takes what it hands out: the times of both are those of the later."""
        body, times = operation.equation, self.taken(node)
        inner = first = self.walk.along(body, times)
        for _ in body.inputs:
            after = _joined(times, inner, body)
            if after == times:
                break
            times, inner = after, self.walk.along(body, after)
        if _joined(times, inner, body) != times:  # later with each repetition
            times = [Times((Linear(self.walk.over - ONE),), given=True)] * len(times)
        self.times |= zip(node.outputs, times, strict=True)
        self.sources |= {made: (Source((node, made), made.axes),) for made in node.outputs}
        self.held(inner, node, node.label, opens=True, times=operation.count)
        for each in inner.kept:  # what one hands to the next is kept as what comes in is
            number = each.source.maker
            if isinstance(number, int) and each.kind != MEMORY and inner.sources[number][0].maker != number:
                source = replace(each.source, maker=(node, number), times=operation.count - ONE)
                self.kept.append(replace(each, source=source))
        self.blame(node, None, [each and replace(each, path=(name, *each.path)) for each in first.ahead])

    def scan(self, operation: Scan, node: Node, name: str) -> None:
        """A scan over time carries its state from step to step."""
        self.computed(node, name, range(operation.sequences, operation.sequences + operation.initial))
        if any(self.runs_on(operation, tensor) for tensor in node.inputs[: operation.sequences]):
            self.carried += [(name, elements(tensor.axes)) for tensor in operation.carried]


def _joined(times: Sequence[Times], flow: Flow, body: Equation) -> list[Times]:
    """The later of when a body takes its inputs and when it hands them out."""
    pairs = zip(times, flow.outputs, body.inputs, strict=True)
    return [joined(one, other, tensor.axes) for one, other, tensor in pairs]


def _only_repeats(operation: Call) -> bool:
    nodes = operation.equation.nodes
    return operation.layer.is_composed and len(nodes) == 1 and isinstance(nodes[0].operation, Repetition)


def _kind(node: Node) -> str:
    """What is kept for a node: numbers that it finds within a band, a queue of the last ones, or all for reruns."""
    if isinstance(node.operation, Prefixes):
        return SEQUENCE
    banded = any(True for tensor in (*node.inputs, *node.outputs) for _ in bands(tensor.axes))
    return CACHE if banded and isinstance(node.operation, Einsum | Reduce) else QUEUE


def _whole(length: Expr) -> Span:
    return Span.whole(length)


def _so_far(operation: Prefixes, node: Node, made: int) -> tuple[Spans, ...]:
    """What is run anew on every prefix reads all steps so far."""
    step = Linear.along(operation.places[made] % len(node.outputs[made].axes))
    return tuple(
        tuple(Span(Linear(), step) if axis.name == operation.axis else _whole(axis.size) for axis in axes)
        for axes in operation.taken
    )
