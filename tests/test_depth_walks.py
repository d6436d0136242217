"""The algebra of ways and their loops, by how long each is in any number of steps of time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Max

import symcost as sc
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.walks import STAY, Walk, Walks, after, again, best

MOST = 24  # steps of time

LOOPS = st.builds(Loop, st.integers(1, 6), st.integers(1, 4))
WALKS = st.builds(Walk, st.integers(0, 9), st.integers(0, 4), st.lists(LOOPS, max_size=2).map(tuple))
SUMS = st.lists(WALKS, max_size=3).map(tuple)
LATER = st.lists(st.builds(Walk, st.integers(1, 9), st.integers(1, 4), st.lists(LOOPS, max_size=2).map(tuple)),
                 max_size=3).map(tuple)  # fmt: skip
ORDER = Order()
NEVER = float("-inf")

Lengths = tuple[float, ...]  # the most steps of computing in 0, 1, 2, ... steps of time


def lengths(walks: Walks) -> Lengths:
    """By trying how often each loop is gone round."""

    @functools.cache
    def filled(loops: tuple[Loop, ...], time: int) -> float:
        rounds = (each.latency + filled(loops, time - each.delay) for each in loops if each.delay <= time)
        return max(rounds, default=0)

    def long(walk: Walk, time: int) -> float:
        return walk.latency + filled(walk.loops, time - walk.delay) if walk.delay <= time else NEVER

    return tuple(max((long(walk, time) for walk in walks), default=NEVER) for time in range(MOST + 1))


def product(one: Lengths, other: Lengths) -> Lengths:
    """One way and then another, in the time of both."""
    return tuple(max(one[first] + other[time - first] for first in range(time + 1)) for time in range(MOST + 1))


def law(check: Callable[..., None]) -> Callable[..., None]:
    return settings(deadline=None, max_examples=50)(check)


@law
@given(SUMS, SUMS)
def test_the_best_of_two_sums_is_the_longer_in_any_time(one: Walks, other: Walks) -> None:
    found = best((*one, *other), ORDER)
    assert lengths(found) == tuple(map(max, lengths(one), lengths(other)))
    assert len(found) <= len(one) + len(other)


@law
@given(SUMS.filter(len), SUMS.filter(len))
def test_one_after_another_takes_the_time_of_both(one: Walks, other: Walks) -> None:
    assert lengths(after(one, other, ORDER)) == product(lengths(one), lengths(other))


@law
@given(SUMS.filter(len), SUMS.filter(len), SUMS.filter(len))
def test_sums_are_gone_through_one_by_one(one: Walks, other: Walks, third: Walks) -> None:
    together = after(one, best((*other, *third), ORDER), ORDER)
    apart = best((*after(one, other, ORDER), *after(one, third, ORDER)), ORDER)
    assert lengths(together) == lengths(apart)
    assert lengths(after(after(one, other, ORDER), third, ORDER)) == lengths(
        after(one, after(other, third, ORDER), ORDER)
    )


@law
@given(SUMS)
def test_to_stay_changes_nothing(walks: Walks) -> None:
    assert after(walks, STAY, ORDER) == after(STAY, walks, ORDER) == walks if walks else True


@law
@given(LATER)
def test_again_and_again_is_any_number_of_rounds(walks: Walks) -> None:
    truth, once = lengths(STAY), lengths(walks)
    for _ in range(MOST):  # each round takes time
        truth = tuple(map(max, lengths(STAY), product(truth, once)))
    assert lengths(again(walks, ORDER)) == truth


@law
@given(LATER, LATER)
def test_again_of_a_sum_is_again_of_each(one: Walks, other: Walks) -> None:
    both = again(best((*one, *other), ORDER), ORDER)
    assert lengths(both) == lengths(after(again(one, ORDER), again(other, ORDER), ORDER))


def test_ways_that_differ_in_length_alone_are_one() -> None:
    T, L = sc.T, sc.L
    (found,) = best((Walk(T, 1, (Loop(2, 1),)), Walk(L, 1, (Loop(2, 1),))), ORDER)
    assert found.latency == Max(L, T)
    assert len(best((Walk(T, 1), Walk(L, 0)), ORDER)) == 2  # the one is perhaps longer, and later


def test_rounds_make_up_for_a_way_that_is_shorter_but_earlier() -> None:
    early, late = Walk(1, 0, (Loop(3, 2),)), Walk(4, 2, (Loop(3, 2),))
    assert best((late, early), ORDER) == (early,)
    assert best((replaced := Walk(5, 2, (Loop(3, 2),)), early), ORDER) == (replaced, early)


def test_what_lies_on_a_way_stays_in_order() -> None:
    made: Any = Walk(1, via=("a",)).then(Walk(2, 1, via=("b",)), ORDER).then(Walk(3), ORDER)
    assert (made.latency, made.delay, made.via) == (6, 1, (("a",), ("b",)))
