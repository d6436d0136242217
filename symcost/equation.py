"""Equations: what leads from some tensors to others. They are walked once, then priced, replayed and executed."""

from __future__ import annotations

import functools
import itertools
from abc import abstractmethod
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr, Symbol

from symcost.axes import Axes, elements, shown
from symcost.conditions import Condition, of_size, undecided
from symcost.cost import Cost
from symcost.errors import GraphError
from symcost.expressions import total
from symcost.operations import Operation
from symcost.tensor import Node, Tensor, record, root

Sizes: TypeAlias = Mapping[Symbol, Expr]
Learned: TypeAlias = tuple[Expr, Expr]  # weights and biases


@dataclass(frozen=True, eq=False)
class Equation:
    """From inputs to outputs: the nodes in between, in an order in which they can be computed.

    A ``role`` is what all of its work is for, such as that of an activation function.
    """

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    role: str = ""

    @functools.cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node that the outputs need, inputs before users.

        Raises:
            GraphError: an input is needed that is not among the inputs.
        """
        nodes, foreign = reach(self.outputs, self.inputs)
        if foreign:
            name = foreign[0].label or "with axes " + shown(foreign[0].axes)
            raise GraphError(f"the input {name} is used but not listed", expected="every input that the outputs need")
        return nodes

    @functools.cached_property
    def learned(self) -> dict[Hashable, Learned]:
        """Weights and biases by who owns them: each layer once, however often it is called."""
        own = [node.cost for node in self.nodes if not node.operation.owners]
        owners: dict[Hashable, Learned] = {
            id(self): (total(cost.weights for cost in own), total(cost.biases for cost in own))
        }
        for node in self.nodes:
            owners.update(node.operation.owners)
        return owners

    @functools.cached_property
    def cost(self) -> Cost:
        """What the equation costs. Equal parts are priced once; shared weights count once."""
        parts = {id(node.cost): node.cost for node in self.nodes}
        times: Counter[Cost] = Counter()
        for key, count in Counter(id(node.cost) for node in self.nodes).items():
            times[parts[key]] += count
        weights, biases = zip(*self.learned.values(), strict=True)
        cost = replace(Cost.sum(times), weights=_sum(weights), biases=_sum(biases))
        return cost.in_role(self.role) if self.role else cost

    @functools.cached_property
    def layer_cost(self) -> Cost:
        """The cost as a layer's: its activations are the tensors that it hands out, if they are new ones."""
        made = dict.fromkeys(root(tensor) for tensor in self.outputs)
        return replace(self.cost, activations=total(elements(tensor.axes) for tensor in made if tensor.node))

    @functools.cached_property
    def network_cost(self) -> Cost:
        """The cost as that of layers put together: the activations are theirs, and those of operations beside them."""
        own = [tensor for node in self.nodes if node.is_bare for tensor in node.outputs]
        return self.cost + Cost(activations=total(elements(tensor.axes) for tensor in own))

    @functools.cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold of the sizes for all of this to make sense, as far as it is not known to.

        That the inputs make sense is taken for granted.
        """
        granted = {each for tensor in self.inputs for length in tensor.shape for each in of_size(length)}
        lengths = dict.fromkeys(length for node in self.nodes for tensor in node.outputs for length in tensor.shape)
        known = dict.fromkeys(node.conditions for node in self.nodes)
        found = [*(each for length in lengths for each in of_size(length)), *(each for some in known for each in some)]
        return undecided(each for each in found if each not in granted)

    @functools.cached_property
    def names(self) -> dict[Node, str]:
        """A name for each node: its label or what its operation is called, numbered from the second on."""
        names: dict[Node, str] = {}
        taken = {tensor.label for tensor in self.inputs} | {node.label for node in self.nodes if node.label}
        uses: Counter[str] = Counter()
        given: set[str] = set()
        for node in self.nodes:
            name = node.label
            if not name or name in given:
                stem = name or node.operation.name
                while not name or name in taken or name in given:
                    uses[stem] += 1
                    name = stem if uses[stem] == 1 else f"{stem}_{uses[stem]}"
            names[node] = name
            given.add(name)
        return names

    @functools.cached_property
    def input_names(self) -> dict[Tensor, str]:
        """A name for each input: its label, numbered from the second on; none of them is the name of a node."""
        names: dict[Tensor, str] = {}
        taken = set(self.names.values())
        for number, tensor in enumerate(self.inputs, 1):
            stem = name = tensor.label or ("input" if len(self.inputs) == 1 else f"input_{number}")
            more = itertools.count(2)
            while name in taken:
                name = f"{stem}_{next(more)}"
            taken.add(name)
            names[tensor] = name
        return names

    @property
    def is_free(self) -> bool:
        """Whether nothing in it computes."""
        return all(node.operation.free for node in self.nodes)


def _sum(expressions: Iterable[Expr]) -> Expr:
    return total(expression * times for expression, times in Counter(expressions).items())


def reach(
    outputs: Iterable[Tensor], inputs: Iterable[Tensor], since: int = -1
) -> tuple[tuple[Node, ...], tuple[Tensor, ...]]:
    """Walking back from outputs, no further than the inputs, and to nothing made before ``since``.

    Returns the nodes in the order of their making, and the tensors other than inputs at which the walk ended.
    """
    stop = frozenset(inputs)
    nodes: dict[Node, None] = {}
    ends: dict[Tensor, None] = {}
    pending = [tensor for tensor in outputs if tensor not in stop]
    while pending:
        tensor = pending.pop()
        node = tensor.node
        if node is None or node.serial < since:
            ends[tensor] = None
        elif node not in nodes:
            nodes[node] = None
            pending.extend(each for each in node.inputs if each not in stop)
    return tuple(sorted(nodes, key=_serial)), tuple(sorted(ends, key=_serial))


def _serial(made: Node | Tensor) -> int:
    return made.serial


class Structured(Operation):
    """An operation that holds an equation of its own."""

    @property
    @abstractmethod
    def inner(self) -> Equation:
        """The equation."""

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        return self.inner.conditions

    @abstractmethod
    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        """The same operation at given sizes, applied to other tensors."""


def replay(equation: Equation, inputs: Sequence[Tensor], sizes: Sizes) -> tuple[Tensor, ...]:
    """The equation over again: at given sizes, on other tensors. Returns its outputs."""
    known: dict[Tensor, Tensor] = dict(zip(equation.inputs, inputs, strict=True))
    for node in equation.nodes:
        given = [known[tensor] for tensor in node.inputs]
        if isinstance(node.operation, Structured):
            made = node.operation.again(given, sizes, node.label)
        else:
            made = record(node.operation.at_sizes(sizes), *given, label=node.label)
        known.update(zip(node.outputs, made, strict=True))
    return tuple(known[tensor] for tensor in equation.outputs)
