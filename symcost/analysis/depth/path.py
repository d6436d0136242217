"""The critical path: what lies on the longest way, and the loops that it goes round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Entrance, Renamed, Step
from symcost.analysis.depth.loops import Loop, Way
from symcost.analysis.depth.ready import Rounds
from symcost.expressions import ONE, normal, total


@dataclass(frozen=True)
class Stretch:
    """A part of a way: what lies on it, one after the other, and how many steps it takes in all.

    Of a loop, the ``names`` are those of one round, which takes so many ``steps`` in so many of time, its ``delay``.
    """

    names: tuple[str, ...]
    steps: Expr
    delay: Expr | None = None

    @property
    def is_loop(self) -> bool:
        """Whether it is gone round as often as time allows."""
        return self.delay is not None

    def __str__(self) -> str:
        way = " -> ".join(self.names)
        return f"round and round: {way}" if self.is_loop else way


@dataclass(frozen=True)
class _Place:
    """Where a way lies: under which other names, behind what, and within which other place."""

    change: Renamed | None = None
    outer: _Place | None = None

    def named(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Names that are given within, as they are on the outside."""
        place = self
        while place.change and place.outer:
            old, new = place.change.old, place.change.new
            names = (*new, *names[len(old) :]) if names[: len(old)] == old else names
            place = place.outer
        return names

    def around(self, way: Way) -> Way:
        """A way that lies within, as it is on the outside."""
        place = self
        while place.change and place.outer:
            way = (replace(place.change, way=way),)
            place = place.outer
        return way


def flat(way: Way) -> Iterator[object]:
    """What lies on a way, which is nested, in order, under the names that it has here."""
    pending: list[tuple[object, _Place]] = [(way, _Place())]
    while pending:
        each, place = pending.pop()
        if isinstance(each, tuple):
            pending.extend((part, place) for part in reversed(each))
        elif isinstance(each, Renamed):
            pending.append((each.way, _Place(each, place)))
        elif isinstance(each, Entrance):
            if place.change and place.outer:  # what leads to it lies outside
                pending.append((place.change.before[each.given][each.time], place.outer))
        elif isinstance(each, Step):
            yield replace(each, names=place.named(each.names))
        elif isinstance(each, Rounds):
            yield replace(each, loops=tuple(replace(loop, via=place.around(loop.via)) for loop in each.loops))
        else:
            yield each


def stretches(way: Way) -> tuple[Stretch, ...]:
    """A way in words: what is gone through once in a row, and the loops in between."""
    found: list[Stretch] = []
    row: list[Step] = []
    for each in flat(way):
        if isinstance(each, Rounds):
            found += [*_once(row), *_loops(each)]
            row = []
        else:
            row.append(each if isinstance(each, Step) else Step((str(each),), ONE))
    return (*found, *_once(row))


def _once(row: Iterable[Step]) -> list[Stretch]:
    steps = list(row)
    return [Stretch(tuple(map(_shown, steps)), total(each.steps for each in steps))] if steps else []


def _loops(rounds: Rounds) -> list[Stretch]:
    """The loop that is gone round, or the first of several between which it is not decided."""
    return [Stretch(names_on(rounds.loops[0]), normal(rounds.steps), sympify(rounds.loops[0].delay))]


def names_on(loop: Loop) -> tuple[str, ...]:
    """What lies on a loop."""
    return tuple(map(_shown, flat(loop.via)))


def _shown(each: object) -> str:
    return ".".join(each.names) if isinstance(each, Step) else str(each)
