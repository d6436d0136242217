"""What training costs: a forward pass, a backward pass, and what is kept from the one for the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sympy import Expr, cancel

from symcost.axes import Axis
from symcost.conventions import Convention, convention
from symcost.cost import NO_WORK, Cost, Work
from symcost.differentiation.derivative import Derivative
from symcost.differentiation.model import derived
from symcost.differentiation.structured import BackwardCall, Iteration
from symcost.equation import Equation
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import ONE, ZERO, normal, size, term_count, total
from symcost.structure import Call
from symcost.tensor import Node, Tensor

_MOST_TERMS = 200  # of a quotient in its lowest terms


class Trained(Protocol):
    """A layer or a network."""

    @property
    def name(self) -> str: ...
    @property
    def is_composed(self) -> bool: ...
    @property
    def is_network(self) -> bool: ...
    def equation(self, *inputs: Tensor) -> Equation: ...


_Chain: TypeAlias = tuple[Node, ...]  # a node, behind those that it stands in


@dataclass(frozen=True, slots=True)
class Share:
    """A layer's part of training: the work of either pass, and the elements that are kept of what it makes."""

    name: str
    forward: Work = NO_WORK
    backward: Work = NO_WORK
    kept: Expr = ZERO


@dataclass(frozen=True)
class Training:
    """What training costs, one step of it: forward and backward. The loss and the update of weights are not in it."""

    name: str
    forward: Cost
    backward: Cost
    kept: Expr  # elements of the forward pass that the backward pass takes, each tensor once, weights aside
    shares: tuple[Share, ...]  # by layer; what comes in has one of its own

    @property
    def total(self) -> Cost:
        """Both passes."""
        return self.forward + self.backward

    def priced(self, by: str | Convention = "macs") -> tuple[Expr, Expr]:
        """The work of the forward pass and that of the backward pass, each as one number.

        Raises:
            UnpricedError: the convention leaves work out by what it is for, which a backward pass does not tell.
        """
        by = convention(by)
        if by.leaves_out:
            raise UnpricedError(
                f"convention {by.name}", where=f"training of {self.name!r}", expected="one that leaves no role out",
                remedy="what the work of a backward pass is for is not told apart",
            )  # fmt: skip
        return by.price(self.forward.work), by.price(self.backward.work)

    def ratio(self, by: str | Convention = "macs") -> Expr:
        """The work of the backward pass over that of the forward pass, in lowest terms.

        Raises:
            UnpricedError: the forward pass does nothing that the convention counts.
        """
        by = convention(by)
        forward, backward = self.priced(by)
        if forward == 0:
            raise UnpricedError(
                f"no work that convention {by.name} counts", where=f"training of {self.name!r}",
                expected="some in the forward pass", remedy="choose another convention",
            )  # fmt: skip
        few = term_count(forward) + term_count(backward) <= _MOST_TERMS
        return cancel(backward / forward) if few else backward / forward


def training(model: Trained, *inputs: Tensor, batch: Any = None, of_inputs: bool = False) -> Training:
    """What a training step costs, derived: the backward pass is the derivative of the equation.

    A product is two products backwards, but for an input whose gradient nobody needs. That of a network's inputs is
    not made unless ``of_inputs`` says so. ``batch`` puts an axis of so many examples in front of every input; without
    it, training is that of a single example, as in a batch of one.

    >>> from symcost.dimensions import dimension
    >>> from symcost.layers import Linear
    >>> step = training(Linear(), batch=dimension("B"))
    >>> step.forward.work, step.backward.work, step.kept
    (Work(mac=B*H*I, add=B*H), Work(mac=B*H*I, add=B*H - H), B*I)
    >>> training(Linear(), batch=dimension("B"), of_inputs=True).ratio()
    2

    Raises:
        UnpricedError: something has a cost but no equation, or no rule of differentiation.
        DimensionError: the batch is no size, or it is neither a layer nor a network.
    """
    if not hasattr(model, "is_network"):
        raise DimensionError(f"{model!r} cannot be trained", expected="a network or a layer")
    equation = model.equation(*inputs)
    if batch is not None:
        many = Axis("b", size(batch, "the batch"))
        equation = model.equation(*(Tensor((many, *x.axes), label=x.label) for x in equation.inputs))
    found = derived(equation, of_inputs=of_inputs)
    forward = equation.network_cost if model.is_composed else equation.layer_cost
    return Training(model.name, forward, found.cost, found.elements, tuple(_shares(found, named=model.is_network)))


def _shares(derivative: Derivative, *, named: bool) -> list[Share]:
    """The layers' shares in order, what comes in first; they add up to the total."""
    parts: dict[str, list[Share]] = {}
    walk = _Walk()
    for number, tensor in enumerate(derivative.inputs, 1):
        if tensor in derivative.storage:
            label = tensor.label if named else ""
            name = label or ("input" if number == 1 else f"input {number}")
            parts.setdefault(name, []).append(Share(name, kept=derivative.storage[tensor]))
    for share in walk.shares(derivative):
        parts.setdefault(share.name, []).append(share)
    for key, count in derivative.storage.items():
        if key not in derivative.inputs:
            parts.setdefault(walk.row_of(key), []).append(Share("", kept=count))
    return [_sum(name, each) for name, each in parts.items()]


def _sum(name: str, parts: list[Share]) -> Share:
    forward, backward = Counter(part.forward for part in parts), Counter(part.backward for part in parts)
    return Share(name, Work.sum(forward), Work.sum(backward), total(part.kept for part in parts))


class _Walk:
    """A walk through a derivative, layer by layer, into networks and into what is repeated.

    A node goes by the nodes that it stands in: equal layers on equal shapes share what stands within them.
    """

    def __init__(self) -> None:
        self.names: dict[_Chain, str] = {}
        self.opened: set[_Chain] = set()

    def shares(self, derivative: Derivative, path: str = "", times: Expr = ONE, within: _Chain = ()) -> Iterator[Share]:
        """The work of the nodes, all times together."""
        forward, backward = Equation(derivative.inputs, derivative.outputs), derivative.shares()
        for node in forward.nodes:
            name, own, here = path + forward.names[node], backward.get(node, []), (*within, node)
            inner = derivative.within.get(node)
            self.names[here] = name
            if inner is not None and _opens(node, inner):
                self.opened.add(here)
                own = [each for each in own if not isinstance(each.operation, BackwardCall | Iteration)]
                repeated = isinstance(node.operation, Iteration)
                count = node.operation.count if isinstance(node.operation, Iteration) else ONE
                yield from self.shares(inner, path if repeated else name + ".", normal(times * count), here)
            elif not node.operation.free:
                yield Share(name, node.cost.work * times)
            if work := Work.sum(Counter(each.cost.work for each in own)):
                yield Share(name, backward=work * times)

    def row_of(self, key: Hashable) -> str:
        """The name of the layer that makes a tensor that is kept."""
        here: _Chain = ()
        while isinstance(key, tuple):
            node, key = key[:2]
            here = (*here, node)
            if here not in self.opened:
                return self.names[here]
        return self.names.get((*here, key.node)) or self.names[here]  # type: ignore[attr-defined]


def _opens(node: Node, inner: Derivative) -> bool:
    """Whether the shares of what a node holds stand for themselves: of a network, and of what is repeated."""
    if isinstance(node.operation, Call):
        repeats = all(isinstance(each.operation, Iteration) for each in inner.within)
        return node.operation.layer.is_network or (node.operation.layer.is_composed and repeats)
    return isinstance(node.operation, Iteration)
