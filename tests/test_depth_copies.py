"""Intervals with their copies as spans: every step of every copy is one of its span, which has no less work there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost.analysis.depth.copies import merged
from symcost.analysis.depth.lines import Interval
from symcost.analysis.depth.order import Order

NUMBERS = st.integers(1, 5)


def interval(first: int, every: int, rounds: int, work: int, copies: int = 1, later: int = 1) -> Interval:
    every = every if rounds > 1 else 0
    own = ((Integer(copies), Integer(later)),) if copies > 1 else ()
    return Interval(*map(Integer, (first, every, rounds, work)), own)


def levels(found: list[Interval]) -> dict[int, Any]:
    made: dict[int, Any] = {}
    for each in found:
        count, later = each.copies[0] if each.copies else (1, 0)
        for step in (
            each.first + copy * later + turn * each.every for copy in range(count) for turn in range(each.rounds)
        ):
            made[step] = made.get(step, 0) + each.work
    return made


@given(st.lists(st.builds(interval, st.integers(0, 9), NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=4))
def test_at_no_step_is_there_more_than_the_spans_have(found: list[Interval]) -> None:
    spans = merged(found, Order())
    for step, work in levels(found).items():
        there = [each for each in spans if each.first <= step <= each.last]
        there = [each for each in there if (step - each.first) % (each.every or 1) == 0]
        assert sum(each.work for each in there) >= work


@given(st.builds(interval, st.integers(0, 9), NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_where_the_most_is_sure_it_is_there_at_the_top(found: Interval) -> None:
    (span,) = merged([found], Order())
    if span.exact and span.top <= span.last - span.fall:
        assert levels([found])[int(span.top)] == span.work


def test_what_is_done_at_the_same_steps_is_one_span() -> None:
    (span,) = merged([interval(2, 3, 4, 5), interval(2, 3, 4, 6)], Order())
    assert (span.first, span.last, span.every, span.work) == (2, 11, 3, 11)


def test_copies_by_a_round_each_rise_to_as_many_as_there_are_rounds() -> None:
    copies = ((Integer(3), Integer(4)),)
    (some,) = merged([Interval(Integer(0), Integer(4), sc.T, sc.H, copies)], Order())
    assert [sc.at(some.work, T=rounds, H=2) for rounds in (1, 2, 7)] == [2, 4, 6]
    assert (sc.at(some.rise, T=7), sc.at(some.last, T=7)) == (4 * 2, 4 * 6 + 4 * 2)

    (span,) = merged([Interval(Integer(0), Integer(4), sc.T + 2, sc.H, copies)], Order())
    assert span.work == 3 * sc.H
    assert [span.at(Integer(since), Order()) for since in (0, 4, 8, 12)] == [sc.H, 2 * sc.H, 3 * sc.H, None]


@pytest.mark.parametrize("copies", [2, 5])
def test_copies_of_a_single_step_are_rounds(copies: int) -> None:
    (span,) = merged([interval(1, 0, 1, 7, copies, 3)], Order())
    assert (span.first, span.last, span.every, span.work, span.exact) == (1, 1 + 3 * (copies - 1), 3, 7, True)
