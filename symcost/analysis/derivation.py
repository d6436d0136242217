"""The derivation of a cost, line by line: each layer's equation, its products with a reason for every factor, sums.

It is read off the recorded equations. Equal layers on equal shapes are derived once and referred to.
"""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from sympy import Expr

from symcost.analysis import totals
from symcost.analysis.formulas import Formula, Learned, Range, Reference
from symcost.analysis.indices import index_each
from symcost.analysis.pricing import Line, line, work_lines
from symcost.analysis.reasons import Factor, Meanings, factors
from symcost.analysis.recording import statements
from symcost.axes import Axes, Axis
from symcost.conventions import Convention
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.expressions import ZERO, same, total
from symcost.operations import Priced, Weight
from symcost.prefixes import Prefixes
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor

Metric: TypeAlias = "Convention | Literal['parameters', 'weights']"  # weights: parameters without biases


@dataclass(frozen=True)
class Step:
    """A formula, and the products that it costs. A learned tensor has no right side: it is only named."""

    left: Reference
    right: Formula | None
    lines: tuple[Line, ...]
    where: tuple[Range, ...] = ()  # at which places it holds


@dataclass(frozen=True)
class Block:
    """The derivation of one application of a layer; ``like`` names an equal one that was derived before."""

    name: str
    said: str  # the layer's equation, as its docstring states it
    steps: tuple[Step, ...] = ()
    inner: tuple[Block, ...] = ()  # of the layers that it calls
    total: Expr = ZERO
    like: str = ""
    is_counted: bool = True  # False: its weights are those of ``like``, where they were counted


@dataclass(frozen=True)
class Share:
    """A layer's share of a network's cost: its block, as often as it is repeated."""

    block: Block
    times: Expr
    total: Expr
    outputs: tuple[Axes, ...]

    @property
    def name(self) -> str:
        """The layer's name in the network."""
        return self.block.name

    @property
    def is_shared(self) -> bool:
        """Whether less is counted than the block says, since weights are shared."""
        return not same(self.total, self.block.total * self.times)


@dataclass(frozen=True)
class Derivation:
    """The shares of a cost layer by layer, and their sum."""

    metric: Metric
    shares: tuple[Share, ...]

    @property
    def total(self) -> Expr:
        """The sum of the shares, in normal form."""
        return total(share.total for share in self.shares)


def derivation(equation: Equation, metric: Metric) -> Derivation:
    """How a cost of a network comes about: its work under a convention, its parameters, or its weights.

    >>> import symcost as sc
    >>> x = sc.Input(sc.T, sc.I)
    >>> derived = derivation(sc.Network("one", x, sc.Linear(sc.I, sc.H)(x)).equation(), sc.convention("macs"))
    >>> [(factor.size, factor.reason) for factor in derived.shares[0].block.steps[0].lines[0].factors]
    [(T, 'time steps'), (H, 'output channels'), (I, 'input channels, summed over')]
    """
    deriver = _Deriver(metric)
    shares = []
    for part in totals.parts(equation):
        block = deriver.node(part.name, part.node, (), set())
        outputs = tuple(tensor.axes for tensor in part.node.outputs)
        shares.append(Share(block, part.times, measured(part.cost, metric), outputs))
    return Derivation(metric, tuple(shares))


def measured(cost: Cost, metric: Metric) -> Expr:
    """A cost as the metric reads it."""
    if isinstance(metric, Convention):
        return metric.work(cost)
    return cost.parameters if metric == "parameters" else cost.weights


class _Deriver:
    """Derives blocks, each distinct one once."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.known: dict[Hashable, Block] = {}
        self.kept: list[Equation] = []  # while their identities are keys
        # What a run on every prefix costs is a sum of its own; its weights are those of the layer.
        self.opened = Call | Repetition if isinstance(metric, Convention) else Call | Repetition | Prefixes

    def node(self, name: str, node: Node, front: tuple[Factor, ...], counted: set[Hashable]) -> Block:
        """The block of a node: of the layer that it calls, or of itself."""
        operation = node.operation
        if isinstance(operation, Call):
            inside = counted if operation.layer.holds_layers else set()
            return self.block(name, operation.layer, operation.equation, front, inside)
        if isinstance(operation, Repetition):
            times = factors(Axis("l", operation.count), {}, note="one after another")
            repeated = () if operation.shared and not isinstance(self.metric, Convention) else times
            return self.block(name, None, operation.equation, (*front, *repeated), set())
        if isinstance(operation, Prefixes) and not isinstance(self.metric, Convention):
            return self.block(name, None, operation.inner, front, counted)
        if isinstance(operation, Priced):
            return Block(name, "", total=measured(node.cost, self.metric))
        return self.block(name, None, Equation(tuple(dict.fromkeys(node.inputs)), node.outputs), front, counted)

    def block(
        self, name: str, layer: Any, equation: Equation, front: tuple[Factor, ...], counted: set[Hashable]
    ) -> Block:
        """An equation's steps, then the blocks of the layers that it calls; or which earlier block it equals."""
        key = (id(equation), front)
        if key in self.known:
            earlier = self.known[key]
            return replace(earlier, name=name, steps=(), inner=(), like=earlier.name)
        meanings: Meanings = layer.axis_meanings if layer is not None else {}
        said, learned = statements(equation, _input_names(layer, equation.inputs))
        if isinstance(self.metric, Convention):
            counts = equation.role not in self.metric.leaves_out
            lines = (work_lines(each, meanings, front, self.metric) if counts else () for each in said)
            steps = tuple(
                Step(each.left, each.right, found, each.where) for each, found in zip(said, lines, strict=True)
            )
        else:
            steps = tuple(self.weight(each, meanings, front) for each in learned if self.is_meant(each))
        inner = tuple(
            self.inner(name, equation, node, (*front, *self.loops(each.loops, meanings)), counted)
            for each in said
            for node in each.nodes
            if isinstance(node.operation, self.opened)
        )
        own = [each.value for step in steps for each in step.lines]
        block = Block(
            name, _headline(layer), steps, inner, total((*own, *(each.total for each in inner if each.is_counted)))
        )
        self.known[key] = block
        self.kept.append(equation)
        return block

    def inner(
        self, path: str, equation: Equation, node: Node, front: tuple[Factor, ...], counted: set[Hashable]
    ) -> Block:
        """The block of a layer that a layer calls; weights that were counted are not counted again."""
        name = f"{path}.{equation.names.get(node, node.label or node.operation.name)}"
        owner = node.operation.owner if isinstance(node.operation, Call) else node
        again = owner in counted and not isinstance(self.metric, Convention)
        block = self.node(name, node, front, counted)
        counted.add(owner)
        return replace(block, is_counted=False) if again else block

    def loops(self, axes: Axes, meanings: Meanings) -> tuple[Factor, ...]:
        """The factors of scans around a layer: weights are the same at every step."""
        if not isinstance(self.metric, Convention):
            return ()
        return tuple(factor for axis in axes for factor in factors(axis, meanings, note="one after another"))

    def is_meant(self, learned: Learned) -> bool:
        """Whether a learned tensor is among those that the metric counts."""
        assert isinstance(learned.node.operation, Weight)
        return learned.node.operation.role in (("weight", "bias") if self.metric == "parameters" else ("weight",))

    def weight(self, learned: Learned, meanings: Meanings, front: tuple[Factor, ...]) -> Step:
        """A learned tensor, and its size."""
        weight = learned.node.operation
        assert isinstance(weight, Weight)
        axes = [
            Axis(name or str(length).lower(), length) for name, length in zip(learned.axes, weight.shape, strict=True)
        ]
        found = [
            factor
            for place, axis in enumerate(axes)
            for factor in factors(axis, meanings, "" if place else weight.label)
        ]
        return Step(Reference(learned.name, index_each(tuple(axes))), None, (line((*front, *found)),))


def _headline(layer: Any) -> str:
    """The first line of a layer's docstring, which states its equation; nothing for a network."""
    if layer is None or layer.is_network:
        return ""
    return (type(layer).__doc__ or "").strip().partition("\n")[0].replace("``", "")


def _input_names(layer: Any, inputs: Sequence[Tensor]) -> list[str]:
    """What the inputs are called: as the arguments of a layer's ``forward``, else x."""
    names: Iterable[str] = ()
    if layer is not None and not layer.is_network:
        given = inspect.signature(layer.forward).parameters.values()
        names = [each.name for each in given if each.kind is not each.VAR_POSITIONAL]
    listed = list(names)[: len(inputs)]
    if len(listed) == len(inputs):
        return listed
    return ["x"] if len(inputs) == 1 else [f"x_{number}" for number in range(1, len(inputs) + 1)]
