"""Why a network is as deep as it is: the layers on its critical path, which wait for one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from sympy import Expr

from symcost.analysis.depth.activity import Step
from symcost.analysis.depth.cases import cases
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.path import flat
from symcost.analysis.depth.ready import Rounds
from symcost.analysis.depth.schedule import Schedule, by_depth
from symcost.equation import Equation
from symcost.expressions import ONE, ZERO, normal, total


@dataclass(frozen=True)
class Wait:
    """Steps on the critical path: of a layer; or of one of several ways, where sizes decide which is the longest.

    Without a name it is what other ways are longer by, at sizes where they are.
    """

    names: tuple[str, ...]
    steps: Expr

    @property
    def is_choice(self) -> bool:
        """Whether it is the longest of several ways."""
        return len(self.names) > 1

    @property
    def is_loop(self) -> bool:
        """Whether it is one layer whose own steps wait for one another."""
        return len(self.names) == 1 and self.steps != ONE


@dataclass(frozen=True)
class Waiting:
    """The critical path layer by layer: its steps add up to the depth, which is a bound if it is not ``exact``."""

    waits: tuple[Wait, ...]
    exact: bool

    @property
    def depth(self) -> Expr:
        """All of its steps."""
        return total(each.steps for each in self.waits)


def waiting(equation: Equation) -> Waiting:
    """The layers on the critical path of a network, from the inputs on. Layers overlap where they can.

    >>> import symcost as sc
    >>> found = waiting(sc.architecture("language-model").equation())
    >>> [(wait.names, wait.steps) for wait in found.waits]
    [(('embedding',), 1), (('lstm',), T), (('linear',), 1), (('softmax',), 1)]

    Raises:
        UnpricedError: a node's depth is not known.
    """
    found = [each.schedule for each in cases(partial(by_depth, equation, "layer"))]
    ways = [_layers(each) for each in found]
    exact = all(each.exact for each in found)
    if len(ways) > 1:
        return Waiting(tuple(_merged(ways)), exact)
    rest = normal(found[0].depth - total(each.steps for each in ways[0]))
    return Waiting((*ways[0], *([Wait((), rest)] if rest != 0 else [])), exact)


def _layers(schedule: Schedule) -> tuple[Wait, ...]:
    """The layers on the way of a schedule, each with the rounds of its loop."""
    steps: dict[str, Expr] = {}
    for each in flat(schedule.way):
        inside = next(flat(each.loops[0].via)) if isinstance(each, Rounds) else each
        name = inside.names[0] if isinstance(inside, Step) else str(inside)
        taken = each.steps if isinstance(each, Rounds | Step) else ONE
        steps[name] = normal(steps.get(name, ZERO) + taken)
    return tuple(Wait((name,), taken) for name, taken in steps.items() if taken != 0)


def _merged(ways: Sequence[tuple[Wait, ...]]) -> Iterator[Wait]:
    """Several ways as one: what all begin and end with, and the longest of what lies between."""
    before = _shared(ways)
    after = _shared([way[before:][::-1] for way in ways])
    between = [way[before : len(way) - after] for way in ways]
    yield from ways[0][:before]
    names = dict.fromkeys(" then ".join(name for each in way for name in each.names) or "nothing" for way in between)
    longest = Order().largest(total(each.steps for each in way) for way in between)
    yield Wait(tuple(names), normal(longest))
    yield from ways[0][len(ways[0]) - after :]


def _shared(ways: Sequence[tuple[Wait, ...]]) -> int:
    """With how many layers all ways begin."""
    return sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, zip(*ways, strict=False)))
