"""The order of what stands beside one another: levels of slots, so that few of the lines between them cross.

After Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981: each slot
goes to the mean place of its neighbours in the level below, then above, again and again; the best order is kept.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Level: TypeAlias = list[int]  # slots by their numbers, from left to right


@dataclass(frozen=True)
class Joint:
    """A piece of a line, from a slot to one in the next level; where in them it ends, from where they are anchored."""

    below: int
    above: int
    shift_below: float = 0
    shift_above: float = 0
    weight: float = 1  # how much it should be straight


_ROUNDS = 12


def ordered(levels: Sequence[Level], joints: Sequence[Joint]) -> list[Level]:
    """The levels in an order with few crossings; the one that is given, if none is better."""
    best = order = [list(level) for level in levels]
    least = crossings(best, joints)
    neighbours = {upwards: _neighbours(joints, upwards=upwards) for upwards in (True, False)}
    for number in range(_ROUNDS):
        if not least:
            break
        upwards = number % 2 == 0
        order = _swept(order, neighbours[upwards], upwards=upwards)
        if (count := crossings(order, joints)) < least:
            best, least = order, count
    return best


def crossings(levels: Sequence[Level], joints: Iterable[Joint]) -> int:
    """How many pairs of lines cross.

    >>> crossings([[0, 1], [2, 3]], [Joint(0, 3), Joint(1, 2)])
    1
    """
    places = {slot: (place, level) for level, row in enumerate(levels) for place, slot in enumerate(row)}
    ends: dict[int, list[tuple[tuple[int, float], tuple[int, float]]]] = defaultdict(list)
    for joint in joints:
        place, level = places[joint.below]
        ends[level].append(((place, joint.shift_below), (places[joint.above][0], joint.shift_above)))
    count = 0
    for lines in ends.values():
        seen: list[tuple[int, float]] = []
        for _, above in sorted(lines):
            count += len(seen) - bisect.bisect_right(seen, above)
            bisect.insort(seen, above)
    return count


def _neighbours(joints: Iterable[Joint], *, upwards: bool) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for joint in joints:
        slot, neighbour = (joint.above, joint.below) if upwards else (joint.below, joint.above)
        found[slot].append(neighbour)
    return found


def _swept(levels: Sequence[Level], neighbours: Mapping[int, Sequence[int]], *, upwards: bool) -> list[Level]:
    """Each level by the mean places of the neighbours that were put in order before; others stay where they are."""
    places = {slot: place for level in levels for place, slot in enumerate(level)}

    def mean(slot: int) -> float:
        near = [places[each] for each in neighbours.get(slot, ())]
        return sum(near) / len(near) if near else places[slot]

    order: list[Level] = []
    for level in levels if upwards else reversed(levels):
        order.append(sorted(level, key=mean))
        places.update((slot, place) for place, slot in enumerate(order[-1]))
    return order if upwards else order[::-1]
