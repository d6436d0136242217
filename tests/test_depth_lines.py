"""Places that begin together and in turn, counted one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost.analysis.depth.lines import Interval, divided, least, one_by_one
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ramp, Ready
from symcost.analysis.places import Linear

T, H, K = sc.T, sc.H, sc.K


def counted(found: list[Interval]) -> Counter[int]:
    """How many places are begun at each step, where all rounds are told."""
    levels: Counter[int] = Counter()
    for each in found:
        for turn in range(each.rounds):
            levels[int(each.first + turn * each.every)] += int(each.work)
    return levels


@st.composite
def ways(draw: st.DrawFn) -> tuple[int, list[Ready]]:
    """Some ways along an axis: at once, or one place after another from a place on."""
    length = draw(st.integers(1, 9))
    found = []
    for _ in range(draw(st.integers(1, 4))):
        latency = Integer(draw(st.integers(0, 12)))
        if draw(st.booleans()):
            found.append(Ready(latency))
        else:
            place, every = draw(st.integers(0, length - 1)), draw(st.integers(1, 4))
            top = Integer(length - 1 - place)
            found.append(Ready(latency, (Ramp(Linear(Integer(-place), ((0, Integer(1)),)), top, (Loop(every, 1),)),)))
    return length, found


@given(ways())
def test_the_places_are_begun_when_the_last_of_the_ways_to_each_is_there(drawn: tuple[int, list[Ready]]) -> None:
    length, pieces = drawn
    at_once = max((int(each.latency) for each in pieces if not each.ramps), default=None)
    kept = [each for each in pieces if each.ramps]
    kept += [Ready(Integer(at_once))] if at_once is not None else []
    truth: Counter[int] = Counter()
    for place in range(length):
        there = [] if at_once is None else [at_once]
        for each in kept:
            for ramp in each.ramps:
                rounds = place + int(ramp.place.offset)
                there += [int(each.latency) + int(ramp.loops[0].latency) * rounds] if rounds >= 0 else []
        if there:
            truth[max(there)] += 1
    found = one_by_one(kept, {0} if any(each.ramps for each in kept) else set(), {0: Integer(length)}, Order())

    if found is not None:
        scale = length if kept and not any(each.ramps for each in kept) else 1  # all of it is one
        assert counted(found) == Counter({step: count // scale for step, count in truth.items()})


@pytest.mark.parametrize(("one", "other"), [(3, 3), (2, 5), (5, 2), (1, 4), (4, 1), (1, 1)])
@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_what_waits_for_the_later_of_two_is_begun_row_by_row(one: int, other: int, ahead: int) -> None:
    ramps = [Ramp(Linear.along(axis), Integer(length - 1), (Loop(3, 1),)) for axis, length in enumerate((one, other))]
    pieces = [Ready(Integer(ahead), (ramps[0],)), Ready(Integer(0), (ramps[1],))]
    found = one_by_one(pieces, [0, 1], {0: Integer(one), 1: Integer(other)}, Order())
    truth = Counter(max(ahead + 3 * row, 3 * column) for row in range(one) for column in range(other))

    assert found is not None
    for each in found:  # it rises, and then stays
        steps = [int(each.first + each.every * turn) for turn in range(each.rounds)]
        assert all(truth[step] <= each.work for step in steps)
        assert all(truth[step] == each.work for step in steps if step >= each.first + each.rise)


@pytest.mark.parametrize(
    ("steps", "every", "found"),
    [
        (8 * T + 3, Integer(8), (T, 3)),
        (8 * T - 3, Integer(8), (T - 1, 5)),
        ((H + 4) * T + 2, H + 4, (T, 2)),
        ((H + 4) * T - 1, H + 4, (T - 1, H + 3)),
        (K * T, H + 4, None),
    ],
)
def test_whole_rounds_and_what_is_left(steps: Any, every: Any, found: Any) -> None:
    made = divided(steps.expand(), every, Order())

    assert made == found or (made is not None and all(sc.at(a - b) == 0 for a, b in zip(made, found, strict=True)))


def test_the_smaller_stays_open_where_it_is() -> None:
    assert least(T + 1, T, Order()) == T
    assert sc.at(least(T, H, Order()), T=3, H=5) == 3
