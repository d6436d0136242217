"""What is found on the way through an equation: when its outputs are ready, what is done for them, and by which way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sympy import Expr, Mul

from symcost.analysis.depth.loops import Way
from symcost.analysis.depth.ready import Ramp, Ready, Sizes, Times
from symcost.cost import Cost
from symcost.expressions import ONE
from symcost.tensor import Node


@dataclass(frozen=True)
class Step:
    """Something on a way, by the names of all in which it is, and how many steps it takes."""

    names: tuple[str, ...]
    steps: Expr


@dataclass(frozen=True)
class Entrance:
    """Where a way comes into an equation: by which input, and as which of the times at which that is ready."""

    given: int
    time: int


@dataclass(frozen=True)
class Renamed:
    """A way that was found under other names: those that begin with the old ones begin with the new ones here.

    ``before`` are the ways that lead to its entrances.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    way: Way
    before: tuple[tuple[Way, ...], ...] = ()


@dataclass(frozen=True)
class Within:
    """Where one is: whether layers count as steps here, how long one turn of a loop is, how many loops are around."""

    layers: bool = True
    turn: Expr = ONE
    around: int = 0
    names: tuple[str, ...] = ()

    def at(self, name: str, **changed: Any) -> Within:
        """Further in."""
        return replace(self, names=(*self.names, name), **changed)


@dataclass(frozen=True)
class Activity:
    """Work that is done at the places of a tensor as soon as each is ready, in so many steps.

    The ``cost`` is that of one turn of the loops around. Copies of it follow one another: how many, and by how many
    steps each is later than the one before.
    """

    node: Node | None  # of a network
    names: tuple[str, ...]
    start: Times
    sizes: Sizes
    cost: Cost
    steps: Expr
    around: int  # how many loops are around
    parts: int = 1  # of the layer, where that is the node
    copies: tuple[tuple[Expr, Expr], ...] = ()
    levels: Expr = ONE  # of an algorithm, over which its work is spread
    partial: bool = False  # others like it come before or after, at steps that are not told

    @property
    def turns(self) -> Expr:
        """How often the loops around go round, in all."""
        return Mul(*(self.sizes[-1 - loop] for loop in range(self.around)))


class Made(NamedTuple):
    """When the outputs of an equation are ready, and what is done for them."""

    outputs: list[Times]
    done: list[Activity]

    def later(self, steps: Expr) -> Made:
        """All of it, so many steps later."""
        return self._each(lambda ready: ready.later(steps)) if steps != 0 else self

    def renamed(self, old: tuple[str, ...], new: tuple[str, ...], before: tuple[tuple[Way, ...], ...] = ()) -> Made:
        """What was found at one place, at another one, to whose entrances these ways lead."""

        def way_named(way: Way) -> Way:
            return (Renamed(old, new, way, before),) if way else way

        def ramp_named(ramp: Ramp) -> Ramp:  # a loop has no entrance
            loops = (replace(loop, via=(Renamed(old, new, loop.via),)) if loop.via else loop for loop in ramp.loops)
            return ramp if old == new else replace(ramp, loops=tuple(loops))

        if old == new and not any(before):
            return self
        made = self._each(
            lambda ready: replace(ready, via=way_named(ready.via), ramps=tuple(map(ramp_named, ready.ramps)))
        )
        return Made(made.outputs, [replace(each, names=(*new, *each.names[len(old) :])) for each in made.done])

    def _each(self, change: Callable[[Ready], Ready]) -> Made:
        return Made(
            [tuple(map(change, times)) for times in self.outputs],
            [replace(each, start=tuple(map(change, each.start))) for each in self.done],
        )
