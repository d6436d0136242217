"""Where a total comes from: by layer, and term by term."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace

from sympy import Add, Expr

from symcost.axes import elements
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO, normal, total
from symcost.operations import Operation
from symcost.structure import Call, Repetition
from symcost.tensor import Node


@dataclass(frozen=True, eq=False)
class Part:
    """A layer, or an operation that stands beside layers, with its share of the cost.

    Shared weights are in the share of the first that uses them, so that the shares add up to the total.
    """

    name: str
    node: Node
    cost: Cost
    times: Expr = ONE  # how often it is repeated, each time after the last

    def priced(self, price: Callable[[Node], Expr]) -> Expr:
        """A price for its node, all times together."""
        return normal(price(self.node) * self.times)


def parts(equation: Equation, *, nested: bool = True) -> list[Part]:
    """The layers of a network in order; those of ``nested`` networks one by one, as ``block.linear``, or as a whole."""
    return list(_parts(equation, "", nested, set(), True))


def _parts(equation: Equation, path: str, nested: bool, seen: set[Hashable], first: bool) -> Iterator[Part]:
    for node in equation.nodes:
        name, operation = path + equation.names[node], node.operation
        if nested and isinstance(operation, Call) and operation.layer.is_network:
            new_owner = operation.owner not in seen
            seen.add(operation.owner)
            yield from _parts(operation.equation, name + ".", nested, seen, new_owner)
            continue
        repetition = _repetition(operation) if nested else None
        if repetition is not None:
            yield from _repeated(repetition, name + ".", isinstance(operation, Call) and operation.owner in seen)
            seen.update(operation.owners)
            continue
        cost = node.cost
        if not operation.owners and not first:  # the network's own weights were in the share of its first call
            cost = replace(cost, weights=ZERO, biases=ZERO)
        if operation.owners:
            new = [learned for owner, learned in operation.owners.items() if owner not in seen]
            cost = replace(cost, weights=total(w for w, _ in new), biases=total(b for _, b in new))
        seen.update(operation.owners)
        if node.is_bare:
            cost += Cost(activations=total(elements(tensor.axes) for tensor in node.outputs))
        yield Part(name, node, cost)


def _repetition(operation: Operation) -> Repetition | None:
    """The repetition that an operation is, itself or as the only thing that a layer does."""
    inner = operation.equation.nodes if isinstance(operation, Call) and operation.layer.is_composed else ()
    found = inner[0].operation if len(inner) == 1 else operation
    return found if isinstance(found, Repetition) else None


def _repeated(repetition: Repetition, path: str, known: bool) -> Iterator[Part]:
    """The layers of what is repeated, all times together; weights that are ``known`` were in an earlier share."""
    for part in _parts(repetition.equation, path, True, set(), True):
        cost: Cost = part.cost * repetition.count
        if known:
            cost = replace(cost, weights=ZERO, biases=ZERO)
        elif repetition.shared:
            cost = replace(cost, weights=part.cost.weights, biases=part.cost.biases)
        yield Part(part.name, part.node, cost, normal(part.times * repetition.count))


def terms(equation: Equation, metric: Callable[[Part], Expr]) -> dict[Expr, dict[str, Expr]]:
    """Each term of a total without its number, and how much of it comes from which layer."""
    found: dict[Expr, dict[str, Expr]] = {}
    for part in parts(equation):
        for term in Add.make_args(normal(metric(part))):
            number, monomial = term.as_coeff_Mul()
            if number != ZERO:
                shares = found.setdefault(monomial, {})
                shares[part.name] = shares.get(part.name, ZERO) + number
    return found
