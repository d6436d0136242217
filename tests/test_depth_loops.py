"""How much work of loops fits into n steps of time, against every combination of rounds."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, S

import symcost as sc
from symcost.analysis.depth.loops import Loop, as_good, fewer, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.relations import premises
from symcost.expressions import same

T = sc.T
MOST = 60  # steps of time

LOOPS = st.builds(Loop, st.integers(0, 12), st.integers(1, 6))
LATER = {name: sc.dimension(name) for name in ("t_a", "t_m")}
SYMBOLIC = st.builds(Loop, st.one_of(st.integers(0, 6), st.sampled_from(sorted(LATER.values(), key=str))),
                     st.integers(1, 4))  # fmt: skip


def knapsack(loops: Sequence[Loop]) -> list[int]:
    """The most steps of computing in 0, 1, 2, ... steps of time."""

    @functools.cache
    def most(time: int) -> int:
        rounds = (each.latency + most(time - each.delay) for each in loops if each.delay <= time)
        return max(rounds, default=0)

    return [most(time) for time in range(MOST + 1)]


def put(loops: Sequence[Loop], values: dict[str, int]) -> list[Loop]:
    numbers = {LATER[name]: number for name, number in values.items()}
    return [Loop(numbers.get(each.latency, each.latency), each.delay) for each in loops]


@given(st.lists(LOOPS, max_size=4))
@settings(deadline=None, max_examples=60)
def test_what_loops_fit_is_never_too_little_and_exact_from_a_number_of_steps_on(loops: list[Loop]) -> None:
    found = filled(loops, T, Order())
    assert found.exact
    for time, truth in enumerate(knapsack(loops)):
        derived = found.steps.xreplace({T: Integer(time)}).doit()
        assert derived >= truth
        assert derived == truth or time < found.least


@given(st.lists(LOOPS, min_size=1, max_size=4), st.integers(0, MOST))
@settings(deadline=None, max_examples=60)
def test_in_a_number_of_steps_it_is_exact(loops: list[Loop], time: int) -> None:
    found = filled(loops, time, Order())
    assert (found.steps, found.exact, found.least <= time) == (knapsack(loops)[time], True, True)


@given(st.lists(SYMBOLIC, min_size=1, max_size=4), st.integers(1, 7), st.integers(1, 7))
@settings(deadline=None, max_examples=60)
def test_of_symbols_it_says_where_it_is_exact(loops: list[Loop], t_a: int, t_m: int) -> None:
    found = filled(loops, T, Order())
    values = {"t_a": t_a, "t_m": t_m}
    for time, truth in enumerate(knapsack(put(loops, values))[:20]):
        derived = found.steps.xreplace({T: Integer(time), **{LATER[n]: Integer(v) for n, v in values.items()}}).doit()
        assert derived >= truth
        assert derived == truth or time < found.least or not found.exact


@given(st.lists(LOOPS, max_size=6))
@settings(deadline=None, max_examples=60)
def test_loops_that_are_dropped_are_not_missed(loops: list[Loop]) -> None:
    kept = fewer(loops, Order())
    assert set(kept) <= set(loops)
    assert knapsack(kept) == knapsack(loops)


@given(LOOPS, LOOPS.filter(lambda loop: loop.latency > 0))
@settings(deadline=None)
def test_a_loop_is_as_good_as_another_if_it_does_as_much_by_itself(one: Loop, other: Loop) -> None:
    truth = all(mine >= its for mine, its in zip(knapsack([one]), knapsack([other]), strict=True))
    assert as_good(one, other, Order()) == truth


def test_loops_of_equal_delay_are_one_whose_longest_is_not_decided() -> None:
    loops = [Loop(LATER["t_a"], 2), Loop(LATER["t_m"], 2)]
    assert filled(loops, T, Order()).steps == sc.read("max(t_a, t_m)*floor(T/2)")
    assert filled(loops, T, Order(premises(["t_m >= t_a"]))).steps == sc.read("t_m*floor(T/2)")


def test_of_loops_between_which_it_is_not_decided_each_may_be_the_best() -> None:
    found = filled([Loop(LATER["t_a"], 1), Loop(LATER["t_m"], 2)], T, Order())

    assert (found.least, found.exact) == (1, True)
    assert same(found.steps, sc.read("max(T*t_a, t_m*floor(T/2), t_a + t_m*floor((T - 1)/2))"))


def test_many_of_them_are_bounded_by_the_best_ratio() -> None:
    symbols = [sc.dimension(f"t_{number}") for number in range(4)]
    found = filled([Loop(latency, number) for number, latency in enumerate(symbols, 1)], T, Order())

    assert (found.steps, found.exact) == (sc.read("T*max(t_0, t_1/2, t_2/3, t_3/4)"), False)


def test_a_loop_of_symbolic_delay_is_gone_round_as_often_as_it_fits() -> None:
    assert filled([Loop(3, sc.K)], T - 1, Order()).steps == sc.read("3*floor((T - 1)/K)")


def test_nothing_fits_without_loops() -> None:
    assert filled([], T, Order()) == filled([], 5, Order())
    assert filled([], T, Order()).steps == S.Zero


@pytest.mark.parametrize(
    ("loop", "ratio"), [(Loop(4, 2), 2), (Loop(1, 2), S.Half), (Loop(sc.K, sc.T), sc.K / sc.T)], ids=str
)
def test_a_ratio_is_computing_for_time(loop: Loop, ratio: object) -> None:
    assert loop.ratio == ratio
