"""Where slots stand in their levels: as straight above one another as their order and their widths allow."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symcost.drawing.ordering import Joint, Level

_ROUNDS = 40
_GAP = 14.0  # between slots


@dataclass(frozen=True)
class Slot:
    """Room in a level: how far it reaches to the left and to the right of where it is anchored, and how high it is."""

    left: float
    right: float
    height: float = 0


@dataclass(frozen=True)
class Chain:
    """A line from a slot to another, where it is fixed at them, and the slots that it passes through."""

    start: int
    end: int
    shifts: tuple[float, float]
    passes: tuple[int, ...]


def placed(
    levels: Sequence[Level], slots: Sequence[Slot], joints: Sequence[Joint], chains: Sequence[Chain]
) -> list[float]:
    """The x at which each slot is anchored; nothing is left of 0."""
    below, above = _wishes(joints)
    both = {slot: [*below.get(slot, ()), *above.get(slot, ())] for slot in range(len(slots))}
    x = [0.0] * len(slots)
    for level in levels:
        _put(level, slots, dict.fromkeys(level, (0.0, 1.0)), x)
    for number in range(_ROUNDS):
        wishes = both if number >= _ROUNDS // 2 else above if number % 2 else below
        for level in reversed(levels) if number % 2 else levels:
            _put(level, slots, {slot: _wish(slot, wishes, x) for slot in level}, x)
    for near, order in ((below, levels), (above, list(reversed(levels)))):
        for level in order:
            _straighten(level, slots, near, x)
    _draw_straight(levels, slots, chains, x)
    left = min((x[slot] - slots[slot].left for level in levels for slot in level), default=0)
    return [each - left for each in x]


_Wishes = Mapping[int, Sequence[tuple[int, float, float]]]


def _wishes(joints: Sequence[Joint]) -> tuple[_Wishes, _Wishes]:
    """The neighbours of each slot below it and above it: how far aside it would stand, and how much it wants to."""
    below: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    above: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for joint in joints:
        aside = joint.shift_below - joint.shift_above
        below[joint.above].append((joint.below, aside, joint.weight))
        above[joint.below].append((joint.above, -aside, joint.weight))
    return below, above


def _wish(slot: int, wishes: _Wishes, x: Sequence[float]) -> tuple[float, float]:
    """Where a slot would stand, and how much it wants to."""
    near = wishes.get(slot, ())
    weight = sum(each for _, _, each in near)
    if not weight:
        return x[slot], 0.01
    return sum((x[other] + aside) * each for other, aside, each in near) / weight, weight


def _put(level: Level, slots: Sequence[Slot], wishes: Mapping[int, tuple[float, float]], x: list[float]) -> None:
    """The places that are nearest to the wishes in the sense of least squares, in order and without overlap.

    Without their widths slots need only not fall behind one another: neighbours that would are pooled to their mean
    (the pool-adjacent-violators algorithm; Barlow et al., Statistical inference under order restrictions, 1972).
    """
    pools: list[tuple[float, float, int]] = []  # place, weight and number of slots that stand side by side
    offsets: list[float] = []
    reached = 0.0
    for place, slot in enumerate(level):
        reached += slots[level[place - 1]].right + _GAP + slots[slot].left if place else 0
        offsets.append(reached)
        wish, weight = wishes[slot]
        pool = (wish - reached, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            where, heavy, count = pools.pop()
            both = heavy + pool[1]
            pool = ((where * heavy + pool[0] * pool[1]) / both, both, count + pool[2])
        pools.append(pool)
    found = (where for where, _, count in pools for _ in range(count))
    for slot, where, offset in zip(level, found, offsets, strict=True):
        x[slot] = where + offset


_NEAR = 12.0  # how far a slot is moved only to be straight above or below another


def _straighten(level: Level, slots: Sequence[Slot], near: _Wishes, x: list[float]) -> None:
    """Slots with one neighbour there go straight above or below it, if there is room and it is not far."""
    for place, slot in enumerate(level):
        if len(near.get(slot, ())) == 1:
            ((other, aside, _),) = near[slot]
            wish = x[other] + aside
            low, high = _room(level, place, slots, x)
            if low <= wish <= high and abs(wish - x[slot]) <= _NEAR:
                x[slot] = wish


def _draw_straight(levels: Sequence[Level], slots: Sequence[Slot], chains: Sequence[Chain], x: list[float]) -> None:
    """The slots of a line go straight above one another, above its start or below its end, where there is room."""
    where = {slot: (level, place) for level in levels for place, slot in enumerate(level)}
    for chain in chains:
        rooms = [_room(*where[slot], slots, x) for slot in chain.passes]
        low, high = max(low for low, _ in rooms), min(high for _, high in rooms)
        if low > high:
            continue
        start, end = x[chain.start] + chain.shifts[0], x[chain.end] + chain.shifts[1]
        fitting = [each for each in (start, end) if low <= each <= high]
        straight = fitting[0] if fitting else min(max(start, low), high)
        for slot in chain.passes:
            x[slot] = straight


def _room(level: Level, place: int, slots: Sequence[Slot], x: Sequence[float]) -> tuple[float, float]:
    """From where to where a slot can be moved without touching those beside it."""
    slot = slots[level[place]]
    low, high = -math.inf, math.inf
    if place:
        low = x[level[place - 1]] + slots[level[place - 1]].right + _GAP + slot.left
    if place + 1 < len(level):
        high = x[level[place + 1]] - slots[level[place + 1]].left - _GAP - slot.right
    return low, high
