"""Why a network is as deep as it is: the layers on its longest way, which wait for one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr, Max

from symcost.analysis.depth.schedule import steps_of
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO, maximum, normal
from symcost.tensor import Node, Tensor

_Ready: TypeAlias = "dict[Node, tuple[Expr, ...]]"  # when a node is done: depths that sizes decide between


@dataclass(frozen=True)
class Wait:
    """Steps on the longest way: of a layer; or of several side by side, where sizes decide which is the last."""

    names: tuple[str, ...]
    steps: Expr

    @property
    def is_choice(self) -> bool:
        """Whether it is the longest of several ways."""
        return len(self.names) > 1

    @property
    def is_loop(self) -> bool:
        """Whether it is one layer whose own steps wait for one another."""
        return not self.is_choice and self.steps != ONE


def waits(equation: Equation) -> tuple[Wait, ...]:
    """The layers on the longest way through a network, from the inputs on; their steps add up to its depth.

    >>> import symcost as sc
    >>> [(wait.names, wait.steps) for wait in waits(sc.architecture("language-model").equation())]
    [(('embedding',), 1), (('lstm',), T), (('linear',), 1), (('softmax',), 1)]

    Raises:
        UnpricedError: a node's depth is not known.
    """
    steps = {node: steps_of(node) for node in equation.nodes}
    ready: _Ready = {}
    for node in equation.nodes:
        before = _latest(node.inputs, ready) or (ZERO,)
        ready[node] = _longest(normal(each + steps[node]) for each in before)
    way: list[Wait] = []
    tensors = equation.outputs
    while latest := _latest(tensors, ready):
        makers = list(dict.fromkeys(each.node for each in tensors if each.node))
        last = next((each for each in makers if ready[each] == latest), None)
        if last is None:
            way.append(Wait(tuple(equation.names[each] for each in makers), maximum(latest)))
            break
        if steps[last] != ZERO:
            way.append(Wait((equation.names[last],), steps[last]))
        tensors = last.inputs
    return tuple(reversed(way))


def _latest(tensors: Iterable[Tensor], ready: _Ready) -> tuple[Expr, ...]:
    """When the last of some tensors is there: the depths of which none is certainly less than another."""
    return _longest(each for tensor in tensors if tensor.node for each in ready[tensor.node])


def _longest(depths: Iterable[Expr]) -> tuple[Expr, ...]:
    """The depths of which none is certainly less than another."""
    found = tuple(depths)
    most = maximum(found)
    return (tuple(sorted(most.args, key=str)) if isinstance(most, Max) else (most,)) if found else ()
