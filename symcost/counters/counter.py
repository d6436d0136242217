"""How other tools count: rules by the kind of layer, and what stands beside layers or in layers without a rule.

A counter knows some layers and counts each by a formula of its arguments and shapes. A layer that it does not know is
looked into, as it would meet the modules and functions of which the layer consists.
"""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from symcost.cost import Cost
from symcost.counters.leaves import Leaf, Walk
from symcost.counters.rules import Rule, Rules
from symcost.equation import Equation
from symcost.expressions import ZERO, total
from symcost.tensor import Node


@dataclass(frozen=True, eq=False)
class Counter:
    """A tool that counts, as of a version.

    ``unit`` is what it calls its numbers, ``against`` the convention that they are to be held against. ``rules`` are by
    the name of the layer, ``otherwise`` is the rule for any other layer with weights. ``contraction`` is the price of a
    multiply-accumulate that is in no layer with a rule; every other operation there counts nothing, as ``beside`` says.

    >>> from symcost.counters import counter
    >>> from symcost.dimensions import dimension
    >>> from symcost.layers import Linear
    >>> from symcost.tensor import Input
    >>> T, I, H = map(dimension, "TIH")
    >>> y = Linear(I, H)(Input(T, I))
    >>> counter("ptflops").read(y.node), counter("deepspeed").read(y.node)
    (H*I*T + H*T, 2*H*I*T)
    """

    name: str
    title: str
    version: str
    unit: str
    against: str
    summary: str
    rules: Rules
    beside: str
    contraction: Expr = ZERO
    otherwise: Rule | None = None

    def read(self, costed: Node | Equation) -> Expr:
        """What it counts, for one application of a layer or a whole network.

        Raises:
            UnpricedError: there is a node of which only the cost is given.
        """
        amounts: dict[Expr, Expr] = {}
        for leaf in self.leaves(costed):
            amounts[leaf.counted] = amounts.get(leaf.counted, ZERO) + leaf.times
        return total(counted * times for counted, times in amounts.items())

    def leaves(self, costed: Node | Equation, name: str = "") -> tuple[Leaf, ...]:
        """What it counts, piece by piece: the layers that it knows, and what it finds in those that it does not.

        A node may have another ``name`` than its own.
        """
        walk = Walk(self)
        return walk.whole(costed) if isinstance(costed, Equation) else walk.one(costed, name)

    def ignored(self, costed: Node | Equation) -> tuple[str, ...]:
        """The kinds of layers and operations that do some work, and that it counts as nothing for want of a rule."""
        return tuple(dict.fromkeys(leaf.kind for leaf in self.leaves(costed) if leaf.is_ignored))

    def parameters(self, cost: Cost) -> Expr:
        """All parameters, biases among them."""
        return cost.parameters

    def line(self) -> str:
        """The line that a table prints."""
        return f"Counter {self.title} {self.version} ({self.unit}): {self.summary}."
