"""Where a total comes from: by layer, and term by term."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace

from sympy import Add, Expr

from symcost.axes import elements
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.expressions import ZERO, normal, total
from symcost.structure import Call
from symcost.tensor import Node


@dataclass(frozen=True, eq=False)
class Part:
    """A layer, or an operation that stands beside layers, with its share of the cost.

    Shared weights are in the share of the first that uses them, so that the shares add up to the total.
    """

    name: str
    node: Node
    cost: Cost


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


def terms(equation: Equation, metric: Callable[[Cost], Expr]) -> dict[Expr, dict[str, Expr]]:
    """Each term of a total without its number, and how much of it comes from which layer."""
    found: dict[Expr, dict[str, Expr]] = {}
    for part in parts(equation):
        for term in Add.make_args(normal(metric(part.cost))):
            number, monomial = term.as_coeff_Mul()
            if number != ZERO:
                shares = found.setdefault(monomial, {})
                shares[part.name] = shares.get(part.name, ZERO) + number
    return found
