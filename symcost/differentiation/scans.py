"""The backward pass of a scan: back-propagation through time (Werbos, Proceedings of the IEEE 78, 1990).

It is a scan the other way, which carries the gradients of the carries. What each step of the forward pass keeps comes
in as sequences. The products that make the gradients of weights leave the loop: each is one contraction over all
steps, as cuDNN has it (Appleyard et al., 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from sympy import Expr

from symcost.differentiation.activity import depending
from symcost.differentiation.calls import made_by
from symcost.differentiation.derivative import Choice, Deferred, Derivative, Key
from symcost.differentiation.rules import RULES
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ZERO, exceeds, normal
from symcost.functional import rearrange, take, total
from symcost.notation import text
from symcost.recurrence import Scan
from symcost.tensor import Node, Tensor, record

Derive: TypeAlias = Callable[..., Derivative]
Found: TypeAlias = tuple[Sequence["Tensor | None"], dict[Key, Tensor]]


class ScanBackward:
    """The backward pass of a scan."""

    def __init__(self, node: Node, wanted: Choice, given: Choice, derive: Derive) -> None:
        self.scan: Scan = node.operation  # type: ignore[assignment]
        scan, inputs = self.scan, self.scan.step.inputs
        self.slices = inputs[: scan.sequences]
        self.captured = inputs[scan.sequences + scan.carries :]
        self.initial_wanted = wanted[scan.sequences : scan.sequences + scan.initial]
        choice, active = self._active(wanted)
        self.derivative, self.carried = self._flowing(choice, active, given, derive)
        d, behind = self.derivative, scan.sequences + scan.carries
        left = {each.node.inputs[each.place] for each in d.deferred}
        self.flows = (
            *(each is not None for each in d.of_inputs[: scan.sequences]),
            *(is_wanted and place in self.carried for place, is_wanted in enumerate(self.initial_wanted)),
            *(x in left or each is not None for x, each in zip(self.captured, d.of_inputs[behind:], strict=True)),
        )

    def _active(self, wanted: Choice) -> tuple[Choice, set[Tensor]]:
        """The inputs of a step that depend on something whose gradient is wanted: carries by what they become."""
        scan = self.scan
        sequences, captured = wanted[: scan.sequences], wanted[scan.sequences + scan.initial :]
        carries: Choice = self.initial_wanted or (False,) * scan.carries
        while True:
            active = depending(scan.step, (*sequences, *carries, *captured))
            became = tuple(y in active or was for y, was in zip(scan.step.outputs, carries, strict=False))
            if became == carries:
                return (*sequences, *carries, *captured), active
            carries = became

    def _flowing(
        self, choice: Choice, active: set[Tensor], given: Choice, derive: Derive
    ) -> tuple[Derivative, tuple[int, ...]]:
        """The derivative of a step, and the carries whose gradients go back from step to step."""
        scan, carried = self.scan, tuple[int, ...]()
        while True:
            arriving = tuple(
                (is_given or place in carried) and y in active
                for place, (y, is_given) in enumerate(zip(scan.step.outputs, given, strict=True))
            )
            found = derive(scan.step, choice, arriving, frozenset(self.captured))
            flowing = tuple(c for c in range(scan.carries) if found.of_inputs[scan.sequences + c] is not None)
            if flowing == carried:
                return found, carried
            carried = flowing

    # --- forward ---

    def forward(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]:
        """Records the scan so that it hands out what its backward pass needs, as sequences."""
        d, outside = self.derivative, {*self.slices, *self.captured, *self.derivative.outputs}
        needed = [*d.kept, *(x for each in d.deferred for x in (*each.node.inputs, *each.node.outputs))]
        extras = tuple(dict.fromkeys(tensor for tensor in needed if tensor not in outside))
        if any(len(tensor.axes) < self.scan.front for tensor in (*extras, *d.outputs)):
            raise UnpricedError(
                f"a step over {self.scan.axis!r} sums over axes in front of it", where="backward pass",
                expected="steps that carry them along",
            )  # fmt: skip
        operation = replace(self.scan, step=Equation(self.scan.step.inputs, (*d.outputs, *extras)))
        made = record(operation, *inputs, label=label)
        self.sequences = dict(zip((*d.outputs, *extras), made, strict=True))
        self.sequences |= zip(self.slices, inputs, strict=False)
        first = self.scan.sequences + self.scan.initial
        self.outside = dict(zip(self.captured, inputs[first:], strict=True))
        self.within = {made_by(made): d}
        return made

    # --- backward ---

    def backward(
        self, inputs: Sequence[Tensor], outputs: Sequence[Tensor], gradients: Sequence[Tensor | None]
    ) -> Found:
        """Records the scan the other way, and what has left it."""
        scan, d = self.scan, self.derivative
        made = self._recorded(gradients)
        of_carries = [made.get(tensor) for tensor in d.of_inputs[scan.sequences : scan.sequences + scan.carries]]
        of_sequences = [made.get(tensor) for tensor in d.of_inputs[: scan.sequences]]
        of_initial = [
            self._begun(gradient, delay) if is_wanted and gradient is not None else None
            for gradient, is_wanted, delay in zip(of_carries, self.initial_wanted, scan.delays, strict=False)
        ]
        of_captured: dict[Tensor, Tensor] = {}
        inner = zip(self.captured, d.of_inputs[scan.sequences + scan.carries :], strict=True)
        parts = [(x, self._summed(made[each], len(each.axes))) for x, each in inner if each is not None]
        parts += [(each.node.inputs[each.place], self._at_once(each, made[each.gradient])) for each in d.deferred]
        for x, gradient in parts:
            of_captured[x] = of_captured[x] + gradient if x in of_captured else gradient
        learned = {key: self._summed(made[each], len(each.axes)) for key, each in d.of_weights.items()}
        return [*of_sequences, *of_initial, *map(of_captured.get, self.captured)], learned

    def _recorded(self, gradients: Sequence[Tensor | None]) -> dict[Tensor | None, Tensor]:
        """The scan the other way: for each gradient that a step makes, the sequence of it."""
        scan, d = self.scan, self.derivative
        kept = {tensor: Tensor(tensor.axes) for tensor in d.kept if tensor not in self.outside}
        captured = {tensor: Tensor(tensor.axes) for tensor in d.kept if tensor in self.outside}
        given = {a: g for a, g in zip(d.arriving, gradients, strict=True) if a is not None and g is not None}
        arriving = {a: Tensor(a.axes) for a in given}
        carried = {place: Tensor(d.inputs[scan.sequences + place].axes) for place in self.carried}
        known = kept | captured
        for place, own in enumerate(d.arriving):
            if own is not None:
                parts = [part for part in (arriving.get(own), carried.get(place)) if part is not None]
                known[own] = parts[0] if len(parts) == 1 else parts[0] + parts[1]
        _apply(d.backward, known)
        of_carries = d.of_inputs[scan.sequences : scan.sequences + scan.carries]
        first = [each for each in of_carries if each is not None]
        rest = [each for each in dict.fromkeys(d.gradients) if each not in first]
        step = Equation(
            (*kept.values(), *arriving.values(), *carried.values(), *captured.values()),
            (*(known[each] for each in first), *(self._ranked(known[each]) for each in rest)),
        )
        delays = tuple(scan.delays[place] for place in carried)  # a gradient goes back as far as its carry came
        read = len(kept) + len(arriving)
        operation = Scan(step, scan.axis, scan.length, scan.front, read, len(carried), 0, not scan.reverse, delays)
        sequences = [*(self.sequences[x] for x in kept), *given.values()]
        made = record(operation, *sequences, *(self.outside[tensor] for tensor in captured))
        return dict(zip((*first, *rest), made, strict=True))

    def _ranked(self, x: Tensor) -> Tensor:
        """With as many axes as stand in front of time, so that it can be part of a sequence."""
        missing = self.scan.front - len(x.axes)
        if missing <= 0:
            return x
        names = " ".join(f"a{place}" for place in range(len(x.axes)))
        return rearrange(f"{names} -> {'() ' * missing}{names}", x)

    def _summed(self, sequence: Tensor, rank: int) -> Tensor:
        """The sum over all steps of what has no axes but its own."""
        return total(sequence, *range(max(0, self.scan.front - rank)), self.scan.front)

    def _begun(self, sequence: Tensor, delay: Expr) -> Tensor:
        """The gradient of an initial carry: it goes into as many of the first steps as its delay is long."""
        place, length = self.scan.front - len(sequence.axes), self.scan.length
        if not (exceeds(length, delay) or exceeds(delay, length)):
            raise UnpricedError(
                f"whether {text(length)} steps are more than a delay of {text(delay)} is open", where="backward pass",
                expected="sizes that tell", remedy="give them with at(...)",
            )  # fmt: skip
        steps = delay if exceeds(length, delay) else length
        return total(take(sequence, place, normal(length - steps) if self.scan.reverse else ZERO, steps), place)

    def _at_once(self, each: Deferred, gradient: Tensor) -> Tensor:
        """The gradient of something captured, by all steps at once."""
        operation = each.node.operation
        inputs = [self._lifted(x) for x in each.node.inputs]
        found = RULES[type(operation)](operation, inputs, self._lifted(each.node.outputs[0]), self._ahead(gradient))
        return found[each.place]  # type: ignore[return-value]   # no slice is deferred

    def _lifted(self, x: Tensor) -> Tensor:
        return self.outside[x] if x in self.outside else self._ahead(self.sequences[x])

    def _ahead(self, sequence: Tensor) -> Tensor:
        """With time in front of everything."""
        names = [f"a{place}" for place in range(len(sequence.axes))]
        time = names.pop(self.scan.front)
        before = " ".join((*names[: self.scan.front], time, *names[self.scan.front :]))
        return rearrange(f"{before} -> {' '.join((time, *names))}", sequence) if self.scan.front else sequence


def _apply(equation: Equation, known: dict[Any, Tensor]) -> None:
    """Records an equation on other tensors: those that are known for its inputs."""
    for node in equation.nodes:
        made = record(node.operation, *(known[tensor] for tensor in node.inputs), label=node.label)
        known.update(zip(node.outputs, made, strict=True))
