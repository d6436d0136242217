"""Recurrences whose steps wait for steps before, against following them step by step."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer
from test_depth_ready import latest_at

from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Peak, Ramp, Ready, Times, peak
from symcost.analysis.depth.recurrence import Recurrence, recurred
from symcost.analysis.places import Linear
from symcost.dimensions import dimension
from symcost.expressions import ONE, ZERO, at

T = dimension("T")
NOW = -1


def ramp(latency: int) -> Ramp:
    """Later by so many steps at each step of time."""
    return Ramp(Linear.along(NOW), T - 1, (Loop(latency, 1),))


direct = st.one_of(
    st.just(()),
    st.integers(0, 6).map(lambda steps: (Ready(Integer(steps)),)),
    st.builds(lambda steps, latency: (Ready(Integer(steps), (ramp(latency),)),), st.integers(0, 4), st.integers(1, 4)),
)


@st.composite
def recurrences(draw: Any, longest: int = 1) -> tuple[Recurrence, list[Times]]:
    carries = draw(st.integers(1, 3))
    delays = tuple(Integer(draw(st.integers(1, longest))) for _ in range(carries))
    pairs = [(read, made) for read in range(carries) for made in range(carries + 1)]
    inside = {pair: Peak(Integer(draw(st.integers(0, 5)))) for pair in pairs if draw(st.booleans())}
    return Recurrence(NOW, T, delays, inside), [draw(direct) for _ in range(carries + 1)]


def followed(loop: Recurrence, given: list[Times], length: int) -> list[list[int | None]]:
    """When what is handed out at each step is ready, step by step."""
    made: list[list[int | None]] = [[None] * length for _ in given]
    for step in range(length):
        for place, times in enumerate(given):
            found = [latest_at(times, (step,), length)]
            for (read, other), way in loop.inside.items():
                before = step - int(loop.delays[read])
                if other == place and before >= 0 and (carried := made[read][before]) is not None:
                    found.append(carried + int(way.latency))
            made[place][step] = max((each for each in found if each is not None), default=None)
    return made


def check(found: tuple[Recurrence, list[Times]]) -> None:
    loop, given = found
    made = recurred(loop, given, {}, [{NOW: T}] * len(given), Order())
    for length in (1, 2, 5, 9):
        for times, steps in zip(made, followed(loop, given, length), strict=True):
            for step, truth in enumerate(steps):
                known = latest_at(times, (step,), length)
                assert truth is None or (known is not None and known >= truth)
                exact = all(each.exact and all(at(more, T=length) >= 0 for more in each.slack) for each in times)
                assert not exact or known == truth


@settings(max_examples=100, deadline=None, database=None)
@given(recurrences())
def test_steps_are_ready_as_they_are_when_followed(found: tuple[Recurrence, list[Times]]) -> None:
    check(found)


@settings(max_examples=60, deadline=None, database=None)
@given(recurrences(longest=3))
def test_longer_delays_are_never_too_early(found: tuple[Recurrence, list[Times]]) -> None:
    check(found)


def test_the_loop_and_the_way_in_add_up() -> None:
    loop = Recurrence(NOW, T, (ONE,), {(0, 0): Peak(Integer(3)), (0, 1): Peak(ONE)})
    carried, handed = recurred(loop, [(Ready(Integer(5)),), ()], {}, [{NOW: T}] * 2, Order())

    assert [peak(each, {NOW: T}, Order()).latency for each in carried] == [3 * T + 2]
    assert max(at(peak(each, {NOW: T}, Order()).latency, T=4) for each in handed) == 3 * 4
    assert [(each.latency, each.delay) for each in loop.loops(Order())] == [(3, 1)]


def test_a_first_carry_that_is_given_is_waited_for() -> None:
    loop = Recurrence(NOW, T, (ONE,), {(0, 0): Peak(ONE)})
    (made,) = recurred(loop, [(Ready(ZERO),)], {0: (Ready(Integer(7)),)}, [{NOW: T}], Order())

    assert max(at(peak(each, {NOW: T}, Order()).latency, T=4) for each in made) == 7 + 4
