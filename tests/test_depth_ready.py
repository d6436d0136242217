"""When a tensor is ready: what is dropped was never the latest, and what is read is the place that counts."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer

from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ramp, Ready, end_of, joined, latest, peak, seen
from symcost.analysis.places import Linear, Span
from symcost.dimensions import dimension
from symcost.expressions import ONE, ZERO, at

T = dimension("T")
ORDER = Order()


def steps_at(ready: Ready, place: tuple[int, ...], length: int) -> int | None:
    """After how many steps a place is ready, by its meaning; None where nothing is there."""
    steps = int(at(ready.latency, T=length))
    for ramp in ready.ramps:
        reached = int(at(ramp.place.offset, T=length)) + sum(int(step) * place[axis] for axis, step in ramp.place.steps)
        if reached < 0:
            return None
        steps += most(ramp.loops, min(reached, int(at(ramp.top, T=length))))
    return steps


def most(loops: tuple[Loop, ...], time: int) -> int:
    """The most steps that loops fit into so many steps of time, by trying all."""
    best = [0] * (max(time, 0) + 1)
    for now, loop in product(range(len(best)), loops):
        if loop.delay <= now:
            best[now] = max(best[now], best[now - int(loop.delay)] + int(loop.latency))
    return best[-1]


def latest_at(times: tuple[Ready, ...] | list[Ready], place: tuple[int, ...], length: int) -> int | None:
    found = [steps for each in times if (steps := steps_at(each, place, length)) is not None]
    return max(found, default=None)


loops = st.builds(Loop, st.integers(0, 4), st.integers(1, 2))
ramps = st.builds(
    lambda offset, below, loop: Ramp(Linear.of(Integer(offset), {0: ONE}), T - below, (loop,)),
    st.integers(-2, 3),
    st.integers(1, 3),
    loops,
)
readies = st.builds(
    lambda latency, ramps: Ready(Integer(latency), tuple(ramps)), st.integers(0, 12), st.lists(ramps, max_size=2)
)


@settings(max_examples=100, deadline=None, database=None)
@given(st.lists(readies, max_size=6))
def test_what_is_dropped_is_nowhere_the_latest(times: list[Ready]) -> None:
    kept = latest(times, {0: T}, ORDER)

    assert len(kept) <= len(times)
    for length in (4, 7):
        for place in range(length):
            assert latest_at(kept, (place,), length) == latest_at(times, (place,), length)


def ramp(offset: Expr | int, top: Expr, latency: int = 1) -> Ramp:
    return Ramp(Linear.of(ZERO + offset, {0: ONE}), top, (Loop(latency, 1),))


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (Ready(ONE), Ready(ZERO), 1),
        (Ready(ONE, (ramp(0, T - 1),)), Ready(ZERO, (ramp(1, T - 1),)), 1),  # ends together, and is never lower
        (Ready(ZERO, (ramp(0, T - 1),)), Ready(Integer(3)), 2),  # the one later at first, the other in the end
        (Ready(ZERO, (ramp(0, T - 1, 2),)), Ready(ZERO, (ramp(0, T - 1),)), 1),
        (Ready(ZERO, (ramp(-1, T - 2),)), Ready(ONE), 2),  # nothing is there at first
    ],
)
def test_only_what_may_be_the_latest_is_kept(first: Ready, second: Ready, kept: int) -> None:
    assert len(latest([first, second], {0: T}, ORDER)) == kept
    assert len(latest([second, first], {0: T}, ORDER)) == kept


def test_a_place_that_is_read_behind_the_end_is_the_end() -> None:
    ready = Ready(ZERO, (ramp(0, T - 1),))
    fixed = seen(ready, [Span.at(Linear.of(T - 1, {}))], {}, ORDER)
    window = seen(ready, [Span(Linear.along(0), Linear.of(Integer(2), {0: ONE}))], {0: T}, ORDER)

    assert fixed is not None
    assert fixed.latency == T - 1
    assert window is not None
    assert window.ramps[0].place == Linear.of(Integer(2), {0: ONE})
    assert not window.exact or peak(window, {0: T}, ORDER).latency == T - 1
    assert seen(ready, [Span.at(Linear.of(-ONE, {}))], {}, ORDER) is None  # before the beginning there is nothing


def test_the_last_place_is_the_peak() -> None:
    assert peak(Ready(ONE, (ramp(0, T - 1, 3),)), {0: T}, ORDER).latency == 3 * T - 2
    assert peak(Ready(ONE), {}, ORDER).latency == 1


def test_ends_of_a_place_follow_the_signs_of_its_steps() -> None:
    place = Linear.of(Integer(5), {0: ONE, 1: -ONE})

    assert end_of(place, {0: T, 1: Integer(3)}) == T + 4
    assert end_of(place, {0: T, 1: Integer(3)}, last=False) == 3


def test_ways_are_joined_without_empty_ones() -> None:
    assert joined((), ("a",)) == ("a",)
    assert joined(("a",), ()) == ("a",)
    assert joined(("a",), ("b",)) == (("a",), ("b",))
