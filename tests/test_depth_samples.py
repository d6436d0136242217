"""Comparing at a few sizes first changes no answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Max, Min, floor

import symcost as sc
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.samples import Sampled
from symcost.analysis.relations import premises

T, H, L = sc.T, sc.H, sc.L
numbers = st.integers(-3, 5)
atoms = st.sampled_from([T, H, L, Max(T, L), Min(T, H), floor(T / 2), sc.read("ceil(log2(H))"), T * H])
sums = st.lists(st.tuples(numbers, atoms), max_size=3).flatmap(
    lambda terms: numbers.map(lambda number: sum((times * atom for times, atom in terms), start=sc.read(str(number))))
)


@given(sums, sums)
def test_the_answer_is_that_without_samples(one: Any, other: Any) -> None:
    assert Sampled().at_least(one, other) == Order().at_least(one, other)


@pytest.mark.parametrize(("said", "one", "other"), [("T >= L", T, L), ("H = 4*L", H, 4 * L), ("L <= 3", T + 3, L)])
def test_what_is_declared_holds_in_the_samples(said: str, one: Any, other: Any) -> None:
    assert Sampled(premises([said])).at_least(one, other) == Order(premises([said])).at_least(one, other)


@pytest.mark.parametrize(
    ("steps", "every", "is_even"), [(8 * T + 3, 8, True), (4 * T, 8, False), ((H + 2) * T + 1, H + 2, True)]
)
def test_whether_the_same_may_be_left_behind_whole_rounds(steps: Any, every: Any, is_even: bool) -> None:
    assert Sampled().is_even(steps.expand(), sc.read(str(every))) is is_even
