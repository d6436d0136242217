"""The critical path: what lies on the longest way, and the loops that it goes round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from sympy import Expr, sympify

from symcost.analysis.depth.activity import Renamed, Step
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


def flat(way: Way) -> Iterator[object]:
    """What lies on a way, which is nested, in order, under the names that it has here."""
    pending: list[tuple[object, tuple[Renamed, ...]]] = [(way, ())]
    while pending:
        each, names = pending.pop()
        if isinstance(each, tuple):
            pending.extend((part, names) for part in reversed(each))
        elif isinstance(each, Renamed):
            pending.append((each.way, (each, *names)))
        elif isinstance(each, Step):
            yield replace(each, names=reduce(_name, names, each.names))
        elif isinstance(each, Rounds):
            loops = (replace(loop, via=reduce(_behind, names, loop.via)) for loop in each.loops)
            yield replace(each, loops=tuple(loops))
        else:
            yield each


def _name(names: tuple[str, ...], change: Renamed) -> tuple[str, ...]:
    begins = names[: len(change.old)] == change.old
    return (*change.new, *names[len(change.old) :]) if begins else names


def _behind(way: Way, change: Renamed) -> Way:
    return (replace(change, way=way),)


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
