"""How a derivative is made: one sweep forward over what was recorded, one backward that applies the rules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from symcost.differentiation.activity import depending
from symcost.differentiation.calls import CallBackward, RepetitionBackward, made_by
from symcost.differentiation.derivative import Choice, Deferred, Derivative, Key
from symcost.differentiation.fitting import Stretch, gathered
from symcost.differentiation.rules import RULES, passes
from symcost.differentiation.scans import ScanBackward
from symcost.equation import Equation, reach
from symcost.errors import UnpricedError
from symcost.operations import Einsum, Elementwise, Operation, Priced, Weight
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor, record


class Plan(Protocol):
    """The backward pass of a structured operation, before it is recorded."""

    @property
    def flows(self) -> Choice:
        """The inputs that get a gradient."""

    @property
    def within(self) -> Mapping[Node, Derivative]:
        """The nodes that ``forward`` has recorded, with the derivatives of the equations that they hold."""

    def forward(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]:
        """Records the operation so that it hands out what its backward pass needs, behind its own outputs."""

    def backward(
        self, inputs: Sequence[Tensor], outputs: Sequence[Tensor], gradients: Sequence[Tensor | None]
    ) -> tuple[Sequence[Tensor | None], dict[Key, Tensor]]:
        """Records the backward pass: the gradients of the inputs, and those of weights."""


PLANS: dict[type[Operation], Callable[..., Plan]] = {
    Call: CallBackward,
    Repetition: RepetitionBackward,
    Scan: ScanBackward,
}
"""How the operations that hold an equation are differentiated."""

DEFERRED = (Einsum, Elementwise)  # their rules take the tensors of many steps as they take those of one


@functools.lru_cache(maxsize=8192)
def derivative(
    equation: Equation, wanted: Choice, given: Choice, deferring: frozenset[Tensor] = frozenset()
) -> Derivative:
    """The derivative of an equation: which gradients of inputs are wanted, which of outputs are given.

    Gradients of weights are always wanted. Those of the inputs in ``deferring`` are left to whoever asked, as far as
    the rules can make them for many steps at once.

    Raises:
        UnpricedError: an operation has a cost but no equation, or no rule.
    """
    return _Sweep(equation, wanted, given, deferring).derivative()


class _Sweep:
    """One equation on its way to its derivative."""

    def __init__(self, equation: Equation, wanted: Choice, given: Choice, deferring: frozenset[Tensor]) -> None:
        self.equation, self.given, self.deferring = equation, given, deferring
        self.active = depending(equation, wanted)
        outputs = zip(equation.outputs, given, strict=True)
        self.reached = {y for y, is_given in outputs if is_given and y in self.active}  # tensors that get a gradient
        self.plans: dict[Node, Plan] = {}
        self.known: dict[Tensor, Tensor] = {tensor: tensor for tensor in equation.inputs}
        self.nodes: dict[Node, int] = {}
        self.uses: dict[Tensor, list[Tensor | Stretch]] = {}  # the gradients that come from each use of a tensor
        self.of_weights: dict[Key, Tensor] = {}
        self.deferred: list[Deferred] = []

    def derivative(self) -> Derivative:
        """Where gradients will come; the forward pass over again; then the backward pass."""
        for node in reversed(self.equation.nodes):
            self._reach(node)
        for node in self.equation.nodes:
            self._forward(node)
        outputs = tuple(self.known[tensor] for tensor in self.equation.outputs)
        arriving = tuple(Tensor(y.axes) if is_given else None for y, is_given in zip(outputs, self.given, strict=True))
        for y, gradient in zip(outputs, arriving, strict=True):
            if gradient is not None:
                self._use(y, gradient)
        self.nodes = dict.fromkeys(reach(self.known.values(), self.equation.inputs)[0], 0)
        for node in reversed(self.equation.nodes):
            self._backward(node)
        of_inputs = tuple(self._gradient(x) if x in self.reached else None for x in self.equation.inputs)
        return Derivative(
            self.equation.inputs,
            outputs,
            arriving,
            of_inputs,
            self.of_weights,
            tuple(self.deferred),
            self.nodes,
            {node: each for plan in self.plans.values() for node, each in plan.within.items()},
        )

    def _reach(self, node: Node) -> None:
        """Marks the inputs of a node that get a gradient, and plans the backward pass of one that holds an equation."""
        given = tuple(tensor in self.reached for tensor in node.outputs)
        if not any(given) or isinstance(node.operation, Weight):
            return
        if isinstance(node.operation, Priced):
            raise UnpricedError(
                "only its cost is known", where=f"backward pass of {self.equation.names[node]!r}",
                expected="an equation to differentiate",
            )  # fmt: skip
        wanted = tuple(tensor in self.active for tensor in node.inputs)
        if type(node.operation) in PLANS:
            plan = PLANS[type(node.operation)](node, wanted, given, derivative)
            self.plans[node] = plan
            wanted = plan.flows
        elif type(node.operation) not in RULES:
            raise UnpricedError(f"{node.operation.name} has no rule", where="backward pass")
        else:
            wanted = tuple(each and passes(node.operation, place) for place, each in enumerate(wanted))
        self.reached.update(tensor for tensor, flows in zip(node.inputs, wanted, strict=True) if flows)

    def _forward(self, node: Node) -> None:
        inputs = [self.known[tensor] for tensor in node.inputs]
        plan = self.plans.get(node)
        label = self.equation.names[node]
        made = plan.forward(inputs, label) if plan else record(node.operation, *inputs, label=label)
        self.known.update(zip(node.outputs, made, strict=False))  # what is kept besides comes last

    def _backward(self, node: Node) -> None:
        inputs = [self.known[tensor] for tensor in node.inputs]
        outputs = [self.known[tensor] for tensor in node.outputs]
        self.nodes[made_by(outputs)] = Tensor(()).serial  # what is recorded from here on belongs to this node
        if not any(tensor in self.reached for tensor in node.outputs):
            return
        gradients = [self._gradient(tensor) for tensor in outputs]
        if isinstance(node.operation, Weight):
            self._learn((node.operation.label,), _there(gradients[0]))
        elif node in self.plans:
            found, learned = self.plans[node].backward(inputs, outputs, gradients)
            for key, gradient in learned.items():
                self._learn(key, gradient)
            for x, each in zip(inputs, found, strict=True):
                if each is not None:
                    self._use(x, each)
        else:
            self._apply(node, inputs, outputs[0], _there(gradients[0]))

    def _apply(self, node: Node, inputs: Sequence[Tensor], y: Tensor, gradient: Tensor) -> None:
        found = RULES[type(node.operation)](node.operation, inputs, y, gradient)
        for place, (own, x, each) in enumerate(zip(node.inputs, inputs, found, strict=True)):
            if own not in self.reached or own not in self.active or not passes(node.operation, place):
                continue
            if own in self.deferring and isinstance(node.operation, DEFERRED):
                self.deferred.append(Deferred(made_by([y]), place, gradient))
            else:
                self._use(x, _there(each))

    def _use(self, x: Tensor, gradient: Tensor | Stretch) -> None:
        self.uses.setdefault(x, []).append(gradient)

    def _learn(self, key: Key, gradient: Tensor) -> None:
        """The gradients of all uses of a weight add."""
        before = self.of_weights.get(key)
        self.of_weights[key] = gradient if before is None else before + gradient

    def _gradient(self, x: Tensor) -> Tensor | None:
        return gathered(self.uses[x], x.axes) if x in self.uses else None


def _there(gradient: Any) -> Any:
    """A gradient that is certain to have come, where one goes back."""
    assert gradient is not None, "a tensor that is reached has a gradient"
    return gradient
