"""When each tensor of an equation is ready: every node waits for what it depends on, place by place, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, TypeAlias

from sympy import Expr

from symcost.analysis.depth.activity import Activity, Entrance, Made, Step, Within
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ramp, Sizes, Times, latest, peak, resting, seen
from symcost.analysis.latency import Latencies
from symcost.analysis.places import Linear
from symcost.analysis.spans import spans
from symcost.associative import AssociativeScan
from symcost.axes import Axes
from symcost.cost import Cost
from symcost.equation import Equation, Structured
from symcost.expressions import ONE, ZERO, normal
from symcost.operations import Operation, Priced
from symcost.structure import Call
from symcost.tensor import Node, Tensor
from symcost.views import Concat

Given: TypeAlias = Sequence[Times]


@dataclass
class Timing:
    """The rules for one reading of a step. What is found of an equation is kept, but for when it begins."""

    latencies: Latencies
    order: Order
    turns: Mapping[type[Operation], Callable[..., Made]]  # what goes through an equation more than once
    unfolded: bool = False  # whether what is done a number of times is followed each time
    loop_sizes: dict[int, Expr] = field(default_factory=dict, repr=False)
    loops: list[Loop] = field(default_factory=list, repr=False)  # those met
    _memo: dict[Any, tuple[Made, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    _alive: list[Equation] = field(default_factory=list, repr=False)  # those in the memo, which knows them by identity

    @property
    def by_layer(self) -> bool:
        """Whether a layer is a step."""
        return self.latencies.step == "layer"

    def through(self, equation: Equation, given: Given, within: Within, *, weights: bool = True) -> Made:
        """When the outputs of an equation are ready; with ``weights``, what waits for nothing is there at once."""
        known: dict[Tensor, Times] = dict(zip(equation.inputs, given, strict=True))
        found: list[Made] = []
        for node in equation.nodes:
            before = [known[tensor] for tensor in node.inputs]
            made = self.of(node, before, within.at(equation.names[node]), weights=weights)
            known.update(zip(node.outputs, made.outputs, strict=True))
            found.append(made)
        outputs = [known[tensor] for tensor in equation.outputs]
        return Made(outputs, lambda: [each for made in found for each in made.done])

    def of(self, node: Node, before: Given, within: Within, *, weights: bool = True) -> Made:
        """When the outputs of a node are ready."""
        if not node.inputs and not isinstance(node.operation, Priced):
            return Made([AT_ONCE if weights else ()], [])
        if not (weights or any(before)):
            return Made([()] * len(node.outputs), [])
        if isinstance(node.operation, Call):
            return self._call(node, node.operation, before, within, weights=weights)
        if type(node.operation) in self.turns:
            return self.turns[type(node.operation)](self, node, before, within, weights=weights)
        return self._plain(node, before, within)

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
            tuple(replace(each, latency=normal(each.latency - first.latency)) for each in times) for times in given
        ]
        made = self._remembered(equation, since, within, weights=False).later(first.latency)
        return self._both(equation, made, alone) if alone else made

    def _remembered(self, equation: Equation, given: Given, within: Within, *, weights: bool) -> Made:
        before = tuple(tuple(each.via for each in times) for times in given)
        given = [
            tuple(replace(each, via=(Entrance(place, n),)) for n, each in enumerate(times))
            for place, times in enumerate(given)
        ]
        key = id(equation), replace(within, names=()), weights, tuple(given)
        if key not in self._memo:
            self._alive.append(equation)
            self._memo[key] = self.through(equation, given, within, weights=weights), within.names
        made, names = self._memo[key]
        return made.renamed(names, within.names, before)

    def _both(self, equation: Equation, made: Made, alone: Made) -> Made:
        outputs = [
            latest((*some, *others), self.sizes(tensor.axes), self.order)
            for some, others, tensor in zip(made.outputs, alone.outputs, equation.outputs, strict=True)
        ]
        return Made(outputs, lambda: self._all_done(made.done, alone.done))

    def _all_done(self, since: Iterable[Activity], alone: Iterable[Activity]) -> list[Activity]:
        """What is done for both: what is done for each, by its name, when it is there for both."""
        done = {each.names: each for each in since}
        for each in alone:
            both = done.setdefault(each.names, each)
            if both is not each:
                alike = both.repeated == each.repeated and both.series == each.series
                start = (replace(ready, exact=ready.exact and alike) for ready in (*both.start, *each.start))
                done[each.names] = replace(both, start=latest(start, both.sizes, self.order))
        return list(done.values())

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

    def last(self, given: Given, tensors: Sequence[Tensor]) -> Peak:
        """When the last place of some tensors is ready."""
        pairs = zip(given, tensors, strict=True)
        return latest_of((each for times, x in pairs for each in self.ends(times, x.axes)), self.order)

    def depth(self, equation: Equation, within: Within, *, inputs: bool = True, weights: bool = True) -> Expr:
        """How many steps an equation takes whose inputs are all there; or what waits for weights alone."""
        made = self.again(equation, [AT_ONCE if inputs else ()] * len(equation.inputs), within, weights=weights)
        return self.last(made.outputs, equation.outputs).latency

    # --- operations and layers ---------------------------------------------------------------------------------------

    def _plain(self, node: Node, before: Given, within: Within) -> Made:
        """An operation: when the last of what it reads is there, it begins."""
        inputs, outputs = (tuple(tensor.axes for tensor in each) for each in (node.inputs, node.outputs))
        sizes = self.sizes(outputs[0])
        if isinstance(node.operation, Concat):
            before = _in_parts(before, inputs, node.operation.place)
        read = zip(before, spans(node.operation, inputs, outputs), strict=True)
        found = (seen(each, span, sizes, self.order) for times, span in read for each in times)
        start = latest((each for each in found if each is not None), sizes, self.order) if node.inputs else AT_ONCE
        if not start:
            return Made([()], [])
        steps = self.latency(node, inputs, outputs, within)
        own = Activity(node, within.names, start, sizes, node.cost, steps, within.around)
        if isinstance(node.operation, Priced) and steps != 0:
            own = spread(own)
        done = [] if node.operation.free else [own]
        via = (Step(within.names, steps),) if steps != 0 else ()
        return Made([tuple(each.later(steps, via) for each in start)], done)

    def latency(self, node: Node, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...], within: Within) -> Expr:
        """How many steps an operation takes."""
        if isinstance(node.operation, Priced) or not (self.by_layer and within.layers):
            return self.latencies.of(node.operation, inputs, outputs)
        return ZERO if node.operation.free else ONE  # an operation beside layers

    def _call(self, node: Node, call: Call, before: Given, within: Within, *, weights: bool) -> Made:
        inner, is_step = self.entered(call, within)
        if is_step:
            return self._layer(node, call.equation, before, inner, weights=weights)
        made = self.again(call.equation, before, inner, weights=weights)
        if not self.by_layer or inner.layers:
            return made
        return Made(made.outputs, lambda: gathered(node, made.done))

    def entered(self, call: Call, within: Within) -> tuple[Within, bool]:
        """Where one is in a layer, and whether it is one step as a whole."""
        if not self.by_layer:
            return within, False
        turn = self.latencies.of_layer(type(call.layer).__name__)
        inner = replace(within, layers=call.layer.is_network, turn=turn if within.layers else within.turn)
        return inner, within.layers and not call.layer.is_network and not loops(call.equation)

    def depth_of(self, node: Node, within: Within) -> Expr:
        """How many steps a node takes, if all that it needs is there."""
        made = self.of(node, [AT_ONCE] * len(node.inputs), within)
        return self.last(made.outputs, node.outputs).latency

    def _layer(self, node: Node, equation: Equation, before: Given, within: Within, *, weights: bool) -> Made:
        """A layer that is one step: what it does takes none, then it is one."""
        made = self.again(equation, before, within, weights=weights)
        if equation.is_free:
            return Made(made.outputs, [])
        via = Step(within.names, within.turn)
        sizes = self.sizes(node.outputs[0].axes)
        start = latest(made.outputs[0], sizes, self.order)
        outputs = [tuple(each.later(within.turn, (via,)) for each in times) for times in made.outputs]
        return Made(outputs, [Activity(node, within.names, start, sizes, node.cost, within.turn, within.around)])


def _in_parts(before: Given, inputs: Sequence[Axes], place: int) -> Given:
    """What is put one behind the other counts only where it stands; that is told of it only where some is later."""
    if len({frozenset((each.latency, each.shape) for each in times) for times in before}) == 1:
        return before
    found = []
    for times, axes in zip(before, inputs, strict=True):
        own = place % len(axes)
        ends = Linear.along(own), Linear(axes[own].size - ONE, ((own, -ONE),))
        found.append(tuple(replace(each, where=(*each.where, *ends)) for each in times))
    return found


def spread(activity: Activity) -> Activity:
    """With the same share of the work at each of its steps."""
    axis, steps = activity.axis(), activity.steps
    along = Ramp(Linear.along(axis), normal(steps - ONE), (Loop(ONE, ONE),))
    start = tuple(replace(each, ramps=(*each.ramps, along)) for each in activity.start)
    return replace(activity, start=start, sizes={**activity.sizes, axis: steps})


def gathered(node: Node, done: Iterable[Activity]) -> list[Activity]:
    """What is done in a layer that recurs, as work of its turns: what takes no step is done with the next of them."""
    turns: list[Activity] = []
    beside = Cost()
    for each in done:
        if each.steps == 0:
            beside += each.cost
        else:
            turns.append(_with(each, beside))
            beside = Cost()
    if turns:
        turns[-1] = _with(turns[-1], beside)
    parts = len({each.node for each in turns})
    return [each if each.node and isinstance(each.node.operation, Call)
            else replace(each, node=node, share=each.share / parts) for each in turns]  # fmt: skip


def _with(turn: Activity, beside: Cost) -> Activity:
    """A turn of a loop with its share of what is done beside the loop."""
    if beside == Cost():
        return turn
    return replace(turn, cost=turn.cost + beside * (ONE / turn.turns))


def latest_of(peaks: Iterable[Peak], order: Order) -> Peak:
    """The latest of some, Max where it is not decided; its way is that of one of those which may be."""
    found = [_decided(each, order) for each in peaks]
    if not found:
        return Peak(ZERO)
    latency = normal(order.largest(each.latency for each in found))
    counting = [each for each in found if not order.at_least(latency, each.latency + 1)]
    exact = [each for each in counting or found if each.exact]
    chosen = reduce(lambda one, other: one if order.at_least(one.latency, other.latency) else other, exact or found)
    covered = all(each.exact or any(order.at_least(other.latency, each.latency) for other in exact) for each in found)
    slack = dict.fromkeys(each for one in exact for each in one.slack)
    return Peak(latency, chosen.via, covered, tuple(slack))


def _decided(peak: Peak, order: Order) -> Peak:
    """With what is decided of its slack: exact no more where some is below 0."""
    below = any(order.at_least(-ONE, each) for each in peak.slack)
    left = tuple(each for each in peak.slack if not order.at_least(each, ZERO))
    return replace(peak, exact=peak.exact and not below, slack=left)


def loops(equation: Equation) -> bool:
    """Whether there is a loop in an equation, or a network, whose layers count by themselves."""
    return any(
        isinstance(node.operation, Structured | AssociativeScan)
        and (not isinstance(node.operation, Call) or node.operation.layer.is_network or loops(node.operation.equation))
        for node in equation.nodes
    )
