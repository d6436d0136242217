"""Level by level: the widest generation, if each waits for all of the one before and spreads its work evenly.

A generation is what becomes ready at once, counted in layers or in operations. Of all schedules that go level by
level none has a lower peak than the one that shares the work of each evenly among the steps that it takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sympy import Expr

from symcost.analysis.depth.activity import Within
from symcost.analysis.depth.timing import Timing
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO, normal, substitute, total
from symcost.prefixes import LENGTH, Prefixes
from symcost.structure import Call, Repetition
from symcost.tensor import Node, Tensor

Price = Callable[[Node], Expr]


def level_width(equation: Equation, timing: Timing, price: Price) -> Expr:
    """The most work in one step of the widest generation.

    Raises:
        UnpricedError: how long something takes is not known.
    """
    levels = _Levels(timing, price)
    levels.walk(equation, [0] * len(equation.inputs))
    return levels.widest()


@dataclass
class _Levels:
    """The generations, and what is done in each step of them: how often which intensity."""

    timing: Timing
    price: Price
    sums: dict[int, Counter[Expr]] = field(default_factory=dict)
    _known: dict[int, Expr] = field(default_factory=dict)

    def walk(self, equation: Equation, before: list[int]) -> list[int]:
        """Puts each node into its generation; returns those behind which the outputs are."""
        level: dict[Tensor, int] = dict(zip(equation.inputs, before, strict=True))
        for node in equation.nodes:
            own = [level[tensor] for tensor in node.inputs]
            level.update(zip(node.outputs, self._behind(node, own), strict=True))
        return [level[tensor] for tensor in equation.outputs]

    def _behind(self, node: Node, before: list[int]) -> list[int]:
        call = node.operation
        if isinstance(call, Call) and (call.layer.is_network or not self.timing.by_layer):
            return self.walk(call.equation, before)
        level, intensity = max(before, default=0), self._intensity(node)
        if intensity != 0:
            level += 1
            self.sums.setdefault(level, Counter())[intensity] += 1
        return [level] * len(node.outputs)

    def _intensity(self, node: Node) -> Expr:
        """The work of a node in each of its steps; equal layers are looked at once."""
        key = id(node.operation.equation if isinstance(node.operation, Call) else node)
        if key not in self._known:
            self._known[key] = self._of(node)
        return self._known[key]

    def _of(self, node: Node) -> Expr:
        operation = node.operation
        if isinstance(operation, Repetition) or (isinstance(operation, Call) and operation.layer.is_composed):
            return level_width(operation.equation, self.timing, self.price)
        if isinstance(operation, Prefixes):  # the last one is the widest
            return normal(substitute(level_width(operation.inner, self.timing, self.price), {LENGTH: operation.length}))
        work = self.price(node)
        return normal(work / self._steps(node)) if work != 0 else ZERO

    def _steps(self, node: Node) -> Expr:
        """How many steps a node takes if all that it needs is there; one at least."""
        steps = self.timing.depth_of(node, Within())
        return steps if steps != 0 else ONE

    def widest(self) -> Expr:
        """The most in any generation."""
        return normal(self.timing.order.largest(self._totals()))

    def _totals(self) -> Iterator[Expr]:
        for found in dict.fromkeys(frozenset(each.items()) for each in self.sums.values()):
            yield total(times * intensity for intensity, times in found)
