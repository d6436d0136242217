"""How long it takes from each place of each tensor to the end: the calculus of timing, backwards.

What is made is read by others; the longest of the ways on counts. A loop runs the other way: what the last step needs
is there first. So a tail is told like a time at which something is ready, only that the steps are counted from the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from symcost.analysis.depth.activity import Activity, Made, Within
from symcost.analysis.depth.ready import AT_ONCE, Peak, Ready, Times, latest, seen
from symcost.analysis.depth.recurrence import Recurrence, read_later, recurred
from symcost.analysis.depth.repetition import repeated
from symcost.analysis.depth.reversal import turned, within
from symcost.analysis.depth.timing import Given, Timing, gathered, loops, spread
from symcost.analysis.depth.turns import over_time, sliced
from symcost.analysis.places import Spans
from symcost.analysis.spans import spans
from symcost.axes import Axes
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.expressions import ONE, normal
from symcost.operations import Priced
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor


@dataclass
class Tails:
    """The rules of a timing, turned round. Of an activity, ``start`` is so many steps before the end."""

    timing: Timing

    def through(self, equation: Equation, given: Given, inside: Within) -> Made:
        """The tails of the inputs of an equation, given those of its outputs."""
        known: dict[Tensor, Times] = {}
        for tensor, times in zip(equation.outputs, given, strict=True):
            known[tensor] = (*known.get(tensor, ()), *times)
        found: list[list[Activity]] = []
        for node in reversed(equation.nodes):
            behind = [self._latest(known.get(tensor, ()), tensor.axes) for tensor in node.outputs]
            if any(behind):
                made = self.of(node, behind, inside.at(equation.names[node]))
                for tensor, times in zip(node.inputs, made.outputs, strict=True):
                    known[tensor] = (*known.get(tensor, ()), *times)
                found.append(made.done)
        tails = [self._latest(known.get(tensor, ()), tensor.axes) for tensor in equation.inputs]
        return Made(tails, [each for done in reversed(found) for each in done])

    def of(self, node: Node, behind: Given, inside: Within) -> Made:
        """The tails of what a node takes, given those of what it makes."""
        operation = node.operation
        if isinstance(operation, Call):
            return self._call(node, operation, behind, inside)
        if isinstance(operation, Scan):
            return self._scan(node, operation, behind, inside)
        if isinstance(operation, Repetition):
            return self._repetition(node, operation, behind, inside)
        if type(operation) in self.timing.turns:
            return self._as_one(node, behind, inside)
        return self._plain(node, behind, inside)

    def _latest(self, times: Iterable[Ready], axes: Axes) -> Times:
        return latest(times, self.timing.sizes(axes), self.timing.order)

    def _plain(self, node: Node, behind: Given, inside: Within) -> Made:
        """An operation: what waits for a place waits for it too."""
        inputs, outputs = (tuple(tensor.axes for tensor in each) for each in (node.inputs, node.outputs))
        steps = self.timing.latency(node, inputs, outputs, inside)
        tails = tuple(each.later(steps) for each in behind[0])
        read = [
            self._read(tails, turned(span, axes, outputs[0]), axes, outputs[0])
            for span, axes in zip(spans(node.operation, inputs, outputs), inputs, strict=True)
        ] if inputs else []  # fmt: skip
        if node.operation.free:
            return Made(read, [])
        own = Activity(node, inside.names, tails, self.timing.sizes(outputs[0]), node.cost, steps, inside.around)
        if isinstance(node.operation, Priced) and steps != 0:  # its last step is the nearest to the end
            own = spread(replace(own, start=tuple(each.later(normal(ONE - steps)) for each in tails)))
        return Made(read, [own])

    def _read(self, tails: Times, back: Spans, axes: Axes, made: Axes) -> Times:
        sizes, order = self.timing.sizes(axes), self.timing.order
        where = within(back, axes, made)
        parts = (replace(each, where=(*each.where, *where)) for each in tails)
        found = (seen(each, back, sizes, order) for each in parts)
        return latest((each for each in found if each is not None), sizes, order)

    def _call(self, node: Node, call: Call, behind: Given, inside: Within) -> Made:
        timing = self.timing
        if not timing.by_layer:
            return self.through(call.equation, behind, inside)
        inner, is_step = timing.entered(call, inside)
        if not is_step:
            made = self.through(call.equation, behind, inner)
            return Made(made.outputs, gathered(node, made.done)) if not inner.layers else made
        tails = [tuple(each.later(inner.turn) for each in times) for times in behind]
        made = self.through(call.equation, behind if call.equation.is_free else tails, inner)
        own = () if call.equation.is_free else self._whole_step(node, node.outputs, tails, inner, node.cost)
        return Made(made.outputs, list(own))

    def _whole_step(
        self, node: Node, tensors: Sequence[Tensor], tails: Given, inside: Within, cost: Cost
    ) -> list[Activity]:
        """What is one step as a whole: it is done when the first that waits for it wants it."""
        sizes = self.timing.sizes(tensors[0].axes)
        start = latest((each for times in tails for each in times), sizes, self.timing.order)
        return [Activity(node, inside.names, start, sizes, cost, inside.turn, inside.around)]

    # --- what goes on and on -----------------------------------------------------------------------------------------

    def _scan(self, node: Node, scan: Scan, behind: Given, inside: Within) -> Made:
        """A recurrence, from its last step to its first: what a step hands on is wanted by those after it."""
        timing, order = self.timing, self.timing.order
        now, count, carries = -1 - inside.around, scan.sequences, scan.carries
        timing.loop_sizes[now] = scan.length
        inner = replace(inside, layers=False, around=inside.around + 1)
        back = replace(scan, reverse=not scan.reverse)
        wanted = [sliced(timing, x, out.axes, back, now) for x, out in zip(behind, node.outputs, strict=True)]
        axes = [tensor.axes for tensor in scan.step.inputs]
        carried = range(count, count + carries)
        direct = self._turn(node, scan, wanted, inner).outputs
        loop = Recurrence(now, scan.length, scan.delays, self._ways(node, scan, carried, inner))
        sizes = [timing.sizes(axes[place]) for place in carried]
        read = recurred(loop, [direct[place] for place in carried], {}, sizes, order)
        later = [(*times, *read_later(read[n], n, loop, order)) if n < carries else times
                 for n, times in enumerate(wanted)]  # fmt: skip
        made = self._turn(node, scan, later, inner)
        slices = [over_time(times, back, now) for times in made.outputs[:count]]
        whole = [self._of_all(times, own) for times, own in zip(made.outputs, axes, strict=True)]
        return Made([*slices, *whole[count : count + scan.initial], *whole[count + carries :]], made.done)

    def _turn(self, node: Node, scan: Scan, tails: Given, inside: Within) -> Made:
        """One turn of a loop: where layers are steps, it is one, unless loops within it count."""
        if not self.timing.by_layer or loops(scan.step):
            return self.through(scan.step, tails, inside)
        tails = [tuple(each.later(inside.turn) for each in times) for times in tails]
        made = self.through(scan.step, tails, inside)
        return Made(made.outputs, self._whole_step(node, scan.step.outputs, tails, inside, scan.step.cost))

    def _ways(self, node: Node, scan: Scan, carried: Sequence[int], inside: Within) -> dict[tuple[int, int], Peak]:
        """How long it takes within one step from each carry that is read to each that is handed on."""
        found: dict[tuple[int, int], Peak] = {}
        for handed_on in range(scan.carries):
            alone: list[Times] = [()] * len(scan.step.outputs)
            alone[handed_on] = AT_ONCE
            made = self._turn(node, scan, alone, inside).outputs
            for read, place in enumerate(carried):
                if made[place]:
                    found[handed_on, read] = self.timing.end(made[place], scan.step.inputs[place].axes)
        return found

    def _of_all(self, times: Times, axes: Axes) -> Times:
        """What every step takes: it must be there for the first."""
        ends = self.timing.ends(times, axes)
        return tuple(Ready(each.latency, (), each.via, each.exact, slack=each.slack) for each in ends)

    def _repetition(self, node: Node, operation: Repetition, behind: Given, inside: Within) -> Made:
        inner = replace(inside, layers=True)

        def once(given: Given, alone: bool = True) -> Made:
            return self.through(operation.equation, given, inner)

        return repeated(self.timing, node, behind, inner, once)

    def _as_one(self, node: Node, behind: Given, inside: Within) -> Made:
        """What is not told step by step: all that it takes must be there at its beginning."""
        tail, steps = self.timing.last(behind, node.outputs), self.timing.depth_of(node, inside)
        start = (Ready(tail.latency, (), tail.via, exact=False),)
        whole = Activity(node, inside.names, start, {}, node.cost, steps, inside.around, at_most=True)
        return Made([tuple(each.later(steps) for each in start)] * len(node.inputs), [whole])


def tails(equation: Equation, timing: Timing) -> list[Activity]:
    """All that is done in an equation, by how many steps before the end each of it must begin."""
    return Tails(timing).through(equation, [AT_ONCE] * len(equation.outputs), Within()).done
