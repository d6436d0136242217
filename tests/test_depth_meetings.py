"""Which spans may be at work at one step: none that is there is left out, and of what is left out none is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost.analysis.depth import meetings
from symcost.analysis.depth.copies import Span
from symcost.analysis.depth.meetings import Meetings, Phase, may_meet, phase, remainder
from symcost.analysis.depth.samples import Sampled

ORDER = Sampled()


def span(first: int, every: int, rounds: int, work: int) -> Span:
    every = every if rounds > 1 else 0
    return Span(*map(Integer, (first, first + every * (rounds - 1), every, work)))


def steps(one: Span) -> set[int]:
    return set(range(int(one.first), int(one.last) + 1, int(one.every) or 1))


NUMBERS = st.integers(1, 6)
SPANS = st.builds(span, st.integers(0, 12), NUMBERS, NUMBERS, NUMBERS)
SETS = st.lists(SPANS, min_size=1, max_size=7, unique_by=lambda each: each.shape)


def at_most(one: Span, found: Meetings) -> int:
    beside = found.beside(one)
    return int(one.work + sum(each.work for each in beside.spans) + beside.more)


@given(SETS)
@pytest.mark.parametrize("looked_at", [0, 50])
def test_at_no_step_is_more_done_than_beside_what_began_last(looked_at: int, spans: list[Span]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meetings, "_MOST_SPANS", looked_at)
        found = Meetings(spans, ORDER)
        for step in set().union(*map(steps, spans)):
            there = [each for each in spans if step in steps(each)]
            last = max(there, key=lambda each: (each.every == 0, each.first))
            assert at_most(last, found) >= sum(each.work for each in there)


@given(SETS)
def test_the_bound_that_sorts_is_no_less(spans: list[Span]) -> None:
    found = Meetings(spans, ORDER)
    bounds = found.by_work()
    assert [most for _, most in bounds] == sorted((most for _, most in bounds), reverse=True)
    assert all(most >= at_most(one, found) for one, most in bounds)


@given(SPANS, SPANS)
def test_spans_with_a_step_in_common_may_meet(one: Span, other: Span) -> None:
    if steps(one) & steps(other) and other.first <= one.first:
        assert may_meet(other, one, ORDER)
        assert phase(one).meets(phase(other))  # type: ignore[union-attr, arg-type]


@given(SPANS, SPANS)
def test_phases_meet_where_the_same_without_an_end_do(one: Span, other: Span) -> None:
    long = [range(int(each.first), 200, int(each.every) or 1000) for each in (one, other)]
    assert phase(one).meets(phase(other)) or not set(long[0]) & set(long[1])  # type: ignore[union-attr, arg-type]


def test_only_numbers_have_a_phase() -> None:
    assert phase(span(7, 3, 4, 1)) == Phase(3, 1)
    assert phase(Span(sc.T, sc.T, Integer(0), sc.H)) is None
    assert phase(Span(Integer(0), sc.T - 1, sc.H, Integer(1))) is None


def test_of_a_chain_in_symbols_nothing_meets_and_each_is_compared_with_the_one_before() -> None:
    asked: list[object] = []

    class Counted(Sampled):
        def at_least(self, one: object, other: object) -> bool:
            asked.append((one, other))
            return super().at_least(one, other)  # type: ignore[arg-type]

    chain = [Span(sc.T * each, sc.T * each, Integer(0), Integer(1)) for each in range(1, 40)]
    found = Meetings(chain, Counted())
    assert all(found.beside(each) == ([], 0) for each in chain)
    assert len(asked) < 2 * len(chain)


@pytest.mark.parametrize(("steps", "every", "left"), [(7, "3", 1), ("4*T + 2", "4", 2), ("T", "4", None), (0, "T", 0)])
def test_the_remainder_is_a_number_or_unknown(steps: object, every: str, left: object) -> None:
    assert remainder(sc.read(str(steps)), sc.read(every), ORDER) == left
