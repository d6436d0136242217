"""The pieces that a counter counts: it walks an equation down to the layers that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sympy import Expr

from symcost.axes import Axis, elements
from symcost.cost import Work
from symcost.counters.rules import Applied, Inside, Rule, Rules
from symcost.equation import Equation
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, normal, total
from symcost.operations import Einsum, Priced
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan
from symcost.structure import Call, Repetition
from symcost.tensor import Node

if TYPE_CHECKING:
    from symcost.counters.counter import Counter


OWN = "(own operations)"
"""The name of what a layer computes beside the layers of which it consists."""


@dataclass(frozen=True)
class Leaf:
    """A piece that is counted as a whole: a layer, or what a layer or network computes beside the layers in it.

    >>> Leaf("relu", "ReLU", ZERO, Work(compare=3), "no rule for ReLU", ruled=False).is_ignored
    True
    """

    name: str
    kind: str
    counted: Expr
    work: Work
    reason: str
    ruled: bool
    times: Expr = ONE
    bare: bool = False  # an operation that is in no layer of its own

    def summed(self, over: Callable[[Expr], Expr]) -> Leaf:
        """The same on every prefix of a sequence, added up."""
        return replace(
            self, counted=over(self.counted * self.times), work=(self.work * self.times).each(over), times=ONE
        )

    @property
    def is_ignored(self) -> bool:
        """Whether it does some work, and is counted as nothing for want of a rule."""
        return not self.ruled and self.counted == 0 and bool(self.work)


class Walk:
    """One walk of a counter. Equal layers on equal shapes share an equation, and are counted once."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._counted: dict[tuple[int, int], tuple[Leaf, ...]] = {}
        self._rules: dict[tuple[int, int], Rules] = {}

    def whole(self, equation: Equation) -> tuple[Leaf, ...]:
        """The pieces of an equation."""
        return self._pieces(equation, self.counter.rules)

    def one(self, node: Node, name: str) -> tuple[Leaf, ...]:
        """The pieces of one node."""
        return self._node(node, name or node.label or node.operation.name, self.counter.rules)

    def _pieces(self, equation: Equation, rules: Rules) -> tuple[Leaf, ...]:
        return tuple(leaf for node in equation.nodes for leaf in self._node(node, equation.names[node], rules))

    def _node(self, node: Node, name: str, rules: Rules) -> tuple[Leaf, ...]:
        operation = node.operation
        if isinstance(operation, Call):
            key = id(operation.equation), id(rules)
            if key not in self._counted:
                self._counted[key] = self._call(operation, rules)
            return tuple(replace(leaf, name=_under(name, leaf.name)) for leaf in self._counted[key])
        if isinstance(operation, Repetition):
            return _repeated(self._pieces(operation.equation, rules), operation.count)
        if isinstance(operation, Prefixes):
            return tuple(leaf.summed(operation.over_all) for leaf in self._pieces(operation.inner, rules))
        if isinstance(operation, Scan):
            return _repeated(self._pieces(operation.step, rules), operation.length)
        if isinstance(operation, Priced) and (operation.known.work or operation.known.unknown("work")):
            raise UnpricedError(
                f"what {self.counter.title} counts there is not known",
                where=f"node {name!r}",
                expected="a layer; only its cost is given",
            )
        if not (work := node.cost.work):
            return ()
        counted = self.counter.contraction * _products(node) if work["mac"] != 0 else ZERO
        return (Leaf(name, operation.name, counted, work, self.counter.beside, ruled=False, bare=True),)

    def _call(self, call: Call, rules: Rules) -> tuple[Leaf, ...]:
        """The pieces of a layer; the name of the layer itself is empty."""
        layer: Any = call.layer
        kind = type(layer).__name__
        rule = rules.get(kind) if type(layer).__module__.startswith("symcost.") else None
        if rule is None and layer.is_network:
            return self._pieces(call.equation, rules)
        if isinstance(rule, Rule):
            return (self._ruled(rule, call, kind),)
        return self._looked_into(call, kind, rule, rules)

    def _ruled(self, rule: Rule, call: Call, kind: str) -> Leaf:
        applied = Applied(call.layer, call.equation)
        work = call.equation.cost.work
        return Leaf("", kind, rule.count(applied), work, rule.why(applied), ruled=rule.known)

    def _looked_into(self, call: Call, kind: str, inside: Inside | None, rules: Rules) -> tuple[Leaf, ...]:
        found = self._pieces(call.equation, self._within(rules, inside) if inside else rules)
        layers = tuple(leaf for leaf in found if not leaf.bare)
        otherwise = self.counter.otherwise
        if otherwise and not layers and (leaf := self._ruled(otherwise, call, kind)).counted != 0:
            return (leaf,)
        own = _together([leaf for leaf in found if leaf.bare], kind)
        if inside and (more := inside.more(Applied(call.layer, call.equation))) != 0:
            own = replace(own, counted=own.counted + more, reason=inside.reason)
        elif not layers and own.counted == 0:
            own = replace(own, reason=f"it has no rule for {kind}")
        elif own.work:
            own = replace(own, reason=self.counter.beside)
        if not own.work and own.counted == 0:
            return layers
        return (*layers, replace(own, name=OWN, kind=f"operations of {kind}")) if layers else (own,)

    def _within(self, rules: Rules, inside: Inside) -> Rules:
        """The rules in force within a layer; one mapping for each, so that what is equal is found again."""
        key = id(rules), id(inside)
        if key not in self._rules:
            self._rules[key] = {**rules, **inside.rules}
        return self._rules[key]


def _products(node: Node) -> Expr:
    """The multiply-accumulates of an operation as counters see them: a mask leaves none out."""
    if not isinstance(node.operation, Einsum):
        return node.cost.work["mac"]
    axes, _ = node.operation.union(tuple(tensor.axes for tensor in node.inputs))
    return normal(elements(tuple(Axis(axis.name, axis.size) for axis in axes)))


def _under(layer: str, name: str) -> str:
    """The name of a piece of a layer: the layer's, and the piece's behind a dot; or what it is, behind a blank."""
    return f"{layer} {name}" if name == OWN else f"{layer}.{name}" if name else layer


def _repeated(leaves: Iterable[Leaf], count: Expr) -> tuple[Leaf, ...]:
    return tuple(replace(leaf, times=leaf.times * count) for leaf in leaves)


def _together(leaves: list[Leaf], kind: str) -> Leaf:
    """What a layer computes by operations of its own, as one piece."""
    works: dict[Work, Expr] = {}
    for leaf in leaves:
        works[leaf.work] = works.get(leaf.work, ZERO) + leaf.times
    counted = total(leaf.counted * leaf.times for leaf in leaves)
    return Leaf("", kind, counted, Work.sum(works), "", ruled=False)
