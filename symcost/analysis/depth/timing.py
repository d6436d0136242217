"""When each tensor of an equation is ready: every node waits for what it depends on, place by place, and no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

from sympy import Expr

from symcost.analysis.dependence import spans
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ready, Sizes, Times, latest, peak, resting, seen
from symcost.analysis.latency import Latencies
from symcost.axes import Axes
from symcost.cost import Cost
from symcost.equation import Equation, Structured
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Priced
from symcost.structure import Call
from symcost.tensor import Node, Tensor


@dataclass(frozen=True)
class Step:
    """A name on a way, and how many steps it takes."""

    name: str
    steps: Expr


@dataclass(frozen=True)
class Within:
    """Where one is: whether layers count as steps here, how long one turn of a loop is, how many loops are around."""

    layers: bool = True
    turn: Expr = ONE
    around: int = 0
    names: tuple[str, ...] = ()

    def at(self, name: str, **changed: Any) -> Within:
        """Further in."""
        return replace(self, names=(*self.names, name), **changed)


@dataclass(frozen=True)
class Activity:
    """Work that is done at the places of a tensor as soon as each is ready, in so many steps.

    The ``cost`` is that of one turn of the loops around. Copies of it follow one another: how many, and by how many
    steps each is later than the one before.
    """

    node: Node
    start: Times
    sizes: Sizes
    cost: Cost
    steps: Expr
    copies: tuple[tuple[Expr, Expr], ...] = ()


class Made(NamedTuple):
    """When the outputs of an equation are ready, and what is done for them."""

    outputs: list[Times]
    done: list[Activity]

    def later(self, steps: Expr, via: Any) -> Made:
        """All of it, so many steps later."""
        if steps == 0 and not via:
            return self
        return Made(
            [tuple(moved(each, steps, via) for each in times) for times in self.outputs],
            [replace(each, start=tuple(moved(ready, steps, via) for ready in each.start)) for each in self.done],
        )


def moved(ready: Ready, steps: Expr, via: Any) -> Ready:
    """So many steps later, behind a way."""
    return replace(
        ready, latency=ready.latency + steps, via=(via, ready.via) if via and ready.via else via or ready.via
    )


Given: TypeAlias = Sequence[Times]


@dataclass
class Timing:
    """The rules for one reading of a step. What is found of an equation is kept, but for when it begins."""

    latencies: Latencies
    order: Order
    loop_sizes: dict[int, Expr] = field(default_factory=dict, repr=False)
    _memo: dict[Any, Made] = field(default_factory=dict, repr=False)
    _alive: list[Equation] = field(default_factory=list, repr=False)  # those in the memo, which knows them by identity

    @property
    def by_layer(self) -> bool:
        """Whether a layer is a step."""
        return self.latencies.step == "layer"

    def through(self, equation: Equation, given: Given, within: Within, *, weights: bool = True) -> Made:
        """When the outputs of an equation are ready; with ``weights``, what waits for nothing is there at once."""
        known: dict[Tensor, Times] = dict(zip(equation.inputs, given, strict=True))
        done: list[Activity] = []
        for node in equation.nodes:
            before = [known[tensor] for tensor in node.inputs]
            if not node.inputs:
                made = Made([AT_ONCE if weights else ()], [])
            elif not (weights or any(before)):
                made = Made([()] * len(node.outputs), [])
            elif isinstance(node.operation, Structured):
                made = self.structured(node, before, within, weights=weights)
            else:
                made = self._plain(node, before, within)
            known.update(zip(node.outputs, made.outputs, strict=True))
            done += made.done
        return Made([known[tensor] for tensor in equation.outputs], done)

    def again(self, equation: Equation, given: Given, within: Within, *, weights: bool = True) -> Made:
        """The same, but what was found before is not found again.

        All rules are linear where the largest is the sum. So what the inputs lead to, which comes as much later as they
        do, and what is there without them are found each by itself, and the latest of both counts.
        """
        first = next((each for times in given for each in times), None)
        alone = self._remembered(equation, [()] * len(given), within, weights=True) if weights else None
        if first is None:
            return alone or Made([()] * len(equation.outputs), [])
        since = [
            tuple(replace(each, latency=normal(each.latency - first.latency), via=()) for each in times)
            for times in given
        ]
        made = self._remembered(equation, since, within, weights=False).later(first.latency, first.via)
        return self._both(equation, made, alone) if alone else made

    def _remembered(self, equation: Equation, given: Given, within: Within, *, weights: bool) -> Made:
        key = id(equation), within, weights, tuple(
            tuple((each.latency, each.shape) for each in times) for times in given
        )  # fmt: skip
        if key not in self._memo:
            self._alive.append(equation)
            self._memo[key] = self.through(equation, given, within, weights=weights)
        return self._memo[key]

    def _both(self, equation: Equation, made: Made, alone: Made) -> Made:
        outputs = [
            latest((*some, *others), self.sizes(tensor.axes), self.order)
            for some, others, tensor in zip(made.outputs, alone.outputs, equation.outputs, strict=True)
        ]
        known = {each.node for each in made.done}
        return Made(outputs, [*made.done, *(each for each in alone.done if each.node not in known)])

    # --- sizes and ends ----------------------------------------------------------------------------------------------

    def sizes(self, axes: Axes) -> Sizes:
        """The sizes of a tensor's axes, and of the loops around."""
        return {**resting([axis.size for axis in axes]), **self.loop_sizes}

    def ends(self, times: Times, axes: Axes) -> list[Peak]:
        """When the last place of a tensor is ready, in each way that counts."""
        sizes = self.sizes(axes)
        return [peak(each, sizes, self.order) for each in times]

    def end(self, times: Times, axes: Axes) -> Peak:
        """When the last place is ready."""
        return latest_of(self.ends(times, axes), self.order)

    def depth(self, equation: Equation, within: Within, *, inputs: bool = True, weights: bool = True) -> Expr:
        """How many steps an equation takes whose inputs are all there; or what waits for weights alone."""
        made = self.again(equation, [AT_ONCE if inputs else ()] * len(equation.inputs), within, weights=weights)
        ends = (
            each
            for times, tensor in zip(made.outputs, equation.outputs, strict=True)
            for each in self.ends(times, tensor.axes)
        )
        return latest_of(ends, self.order).latency

    # --- operations and layers ---------------------------------------------------------------------------------------

    def _plain(self, node: Node, before: Given, within: Within) -> Made:
        """An operation: when the last of what it reads is there, it begins."""
        inputs, outputs = (tuple(tensor.axes for tensor in each) for each in (node.inputs, node.outputs))
        sizes = self.sizes(outputs[0])
        read = zip(before, spans(node.operation, inputs, outputs), strict=True)
        found = (seen(each, span, sizes, self.order) for times, span in read for each in times)
        start = latest((each for each in found if each is not None), sizes, self.order)
        if not start:
            return Made([()], [])
        steps = self._latency(node, inputs, outputs, within)
        if steps == 0:
            return Made([start], [] if node.operation.free else [Activity(node, start, sizes, node.cost, steps)])
        via = Step(name_of(node, within), steps)
        return Made(
            [tuple(each.later(steps, (via,)) for each in start)], [Activity(node, start, sizes, node.cost, steps)]
        )

    def _latency(self, node: Node, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...], within: Within) -> Expr:
        if isinstance(node.operation, Priced) or not (self.by_layer and within.layers):
            return self.latencies.of(node.operation, inputs, outputs)
        return ZERO if node.operation.free else ONE  # an operation beside layers

    def structured(self, node: Node, before: Given, within: Within, *, weights: bool) -> Made:
        """An operation that holds an equation."""
        from symcost.analysis.depth.turns import TURNS  # noqa: PLC0415

        if isinstance(node.operation, Call):
            return self._call(node, node.operation, before, within, weights=weights)
        return TURNS[type(node.operation)](self, node, before, within, weights=weights)

    def _call(self, node: Node, call: Call, before: Given, within: Within, *, weights: bool) -> Made:
        inner = within.at(node.label or call.name)
        if self.by_layer:
            turn = self.latencies.of_layer(type(call.layer).__name__)
            inner = replace(inner, layers=call.layer.is_network, turn=turn if within.layers else within.turn)
            if within.layers and not call.layer.is_network and not loops(call.equation):
                return self._layer(node, call.equation, before, inner, weights=weights)
        return self.again(call.equation, before, inner, weights=weights)

    def _layer(self, node: Node, equation: Equation, before: Given, within: Within, *, weights: bool) -> Made:
        """A layer that is one step: what it does takes none, then it is one."""
        made = self.again(equation, before, within, weights=weights)
        if equation.is_free:
            return Made(made.outputs, [])
        via = Step(".".join(within.names), within.turn)
        sizes = self.sizes(node.outputs[0].axes)
        start = latest(made.outputs[0], sizes, self.order)
        outputs = [tuple(each.later(within.turn, (via,)) for each in times) for times in made.outputs]
        return Made(outputs, [Activity(node, start, sizes, node.cost, within.turn)])


def name_of(node: Node, within: Within) -> str:
    """Where a node is, and what it is called."""
    return ".".join((*within.names, node.label or node.operation.name))


def latest_of(peaks: Iterable[Peak], order: Order) -> Peak:
    """The latest of some, Max where it is not decided; its way is that of one of those which may be."""
    found = list(peaks)
    if not found:
        return Peak(ZERO)
    latency = normal(order.largest(each.latency for each in found))
    counting = [each for each in found if not order.at_least(latency, each.latency + 1)]
    exact = [each for each in counting or found if each.exact]
    chosen = reduce(lambda one, other: one if order.at_least(one.latency, other.latency) else other, exact or found)
    covered = all(each.exact or any(order.at_least(other.latency, each.latency) for other in exact) for each in found)
    slack = dict.fromkeys(each for one in exact for each in one.slack)
    return Peak(latency, chosen.via, covered, tuple(slack))


def loops(equation: Equation) -> bool:
    """Whether there is a loop in an equation, or a network, whose layers count by themselves."""
    return any(
        isinstance(node.operation, Structured)
        and (not isinstance(node.operation, Call) or node.operation.layer.is_network or loops(node.operation.equation))
        for node in equation.nodes
    )
