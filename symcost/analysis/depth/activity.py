"""What is found on the way through an equation: when its outputs are ready, what is done for them, and by which way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from sympy import Expr, Mul, sympify

from symcost.analysis.depth.loops import Way
from symcost.analysis.depth.ready import Ramp, Ready, Sizes, Times
from symcost.analysis.ratio import ratio
from symcost.cost import Cost
from symcost.expressions import ONE, normal
from symcost.tensor import Node

_LAST_LOOP = -1000  # numbers of axes of loops around are from here on


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
class Series:
    """So many times one after another, from a step on; only the last time, which begins at its own, is placed.

    Of the names of what is done, the last so many are within one time.
    """

    since: Expr
    last: Expr
    count: Expr
    own_names: int

    def later(self, steps: Expr) -> Series:
        """So many steps later."""
        return replace(self, since=self.since + steps, last=self.last + steps)


@dataclass(frozen=True)
class Activity:
    """Work that is done at the places of a tensor as soon as each is ready, in so many steps.

    The ``cost`` is that of one turn of the loops around. What is done several times has an axis for it: the ramp along
    it says by how many steps each time is later than the one before.
    """

    node: Node | None  # of a network
    names: tuple[str, ...]
    start: Times
    sizes: Sizes
    cost: Cost
    steps: Expr
    around: int  # how many loops are around
    share: Expr = ONE  # of the work of the node, if that is a layer or an operation that does more
    repeated: tuple[int, ...] = ()  # the axes of how often it is done
    series: Series | None = None  # others like it come before
    waits: bool = True  # whether none of it is done before its start
    at_most: bool = False  # whether it is the most at one step, from the first on to the end, and no more is told

    @property
    def turns(self) -> Expr:
        """How often the loops around go round, in all."""
        return Mul(*(self.sizes[-1 - loop] for loop in range(self.around)))

    @property
    def times(self) -> Expr:
        """How often its cost is paid, in all."""
        return Mul(self.turns, *(self.sizes[axis] for axis in self.repeated))

    @property
    def places(self) -> int | None:
        """How many there are, along the axes on which it depends when something is begun, if all that is in numbers."""
        ramps = [ramp for each in self.start for ramp in each.ramps]
        loops = [part for ramp in ramps for loop in ramp.loops for part in (loop.latency, loop.delay)]
        offsets = [part for ramp in ramps for part in (ramp.place.offset, ramp.top)]
        offsets += (place.offset for each in self.start for place in each.where)
        count: Expr = Mul(*(self.sizes[axis] for axis in self.axes))
        steps = [sympify(each) for each in (count, *(each.latency for each in self.start), *loops, *offsets)]
        return int(count) if all(each.is_number for each in steps) else None

    @property
    def axes(self) -> list[int]:
        """Those on which it depends when something is begun."""
        places = [ramp.place for each in self.start for ramp in each.ramps]
        places += (place for each in self.start for place in each.where)
        return sorted({axis for place in places for axis, _ in place.steps})

    def share_along(self, axes: Iterable[int], work: Expr) -> Expr:
        """The work at each place along some axes, given that of one turn."""
        over = {*axes}
        paid = {*self.repeated, *(-1 - loop for loop in range(self.around))}
        under = normal(Mul(*(self.sizes[axis] for axis in over - paid)))
        whole = normal(work * Mul(*(self.sizes[axis] for axis in paid - over)))
        return ratio(whole, under) if under.is_Add else normal(whole / under)

    @property
    def is_told(self) -> bool:
        """Whether it is told for all of its work when it is begun."""
        return self.series is None and not self.at_most and all(map(is_told, self.start))

    def axis(self) -> int:
        """The number of one more axis that counts times or steps."""
        return min((*self.sizes, _LAST_LOOP)) - 1

    @staticmethod
    def counts_times(axis: int) -> bool:
        """Whether an axis is one that counts times or steps, and none of a tensor or of a loop."""
        return axis < _LAST_LOOP


Done: TypeAlias = tuple[tuple[Activity, Expr], ...]  # with the work of one turn


def all_told(done: Done) -> bool:
    """Whether of all that is done it is told when it is begun."""
    return all(each.is_told for each, _ in done)


def is_told(ready: Ready) -> bool:
    """Whether it is told of each place where it counts."""
    return ready.exact and not ready.only_last and not ready.rough


Activities: TypeAlias = "list[Activity] | Callable[[], list[Activity]]"  # or how they are found, if they are asked for


class Made:
    """When the outputs of an equation are ready, and what is done for them."""

    def __init__(self, outputs: list[Times], done: Activities) -> None:
        self.outputs = outputs
        self._done = done

    @cached_property
    def done(self) -> list[Activity]:
        """What is done; of the depth alone nobody asks for it."""
        return self._done() if callable(self._done) else self._done

    def later(self, steps: Expr) -> Made:
        """All of it, so many steps later."""
        if steps == 0:
            return self
        made = self._each(lambda ready: ready.later(steps))
        return Made(made.outputs, lambda: [_later(each, steps) for each in made.done])

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
        return Made(made.outputs, lambda: [replace(x, names=(*new, *x.names[len(old) :])) for x in made.done])

    def _each(self, change: Callable[[Ready], Ready]) -> Made:
        return Made(
            [tuple(map(change, times)) for times in self.outputs],
            lambda: [replace(each, start=tuple(map(change, each.start))) for each in self.done],
        )


def _later(activity: Activity, steps: Expr) -> Activity:
    """With what comes before it as much later."""
    return replace(activity, series=activity.series.later(steps)) if activity.series else activity
