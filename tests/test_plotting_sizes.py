from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcost.conditions import Condition, at_most, decided
from symcost.errors import DimensionError
from symcost.formula import read
from symcost.plotting.sizes import existing_sizes, interval, round_numbers, spaced

T = read("T")


@given(st.integers(1, 1000), st.integers(1, 10**9), st.integers(2, 300), st.booleans())
def test_spaced_sizes_are_whole_sorted_and_hold_both_ends(lower, more, number, is_log):
    found = spaced(lower, lower + more, number, is_log=is_log)
    assert found == sorted(set(found))
    assert (found[0], found[-1]) == (lower, lower + more)
    assert len(found) <= number


def test_round_numbers_lie_between_the_ends():
    assert round_numbers(3, 200) == [5, 10, 20, 50, 100, 200]
    assert round_numbers(6, 7) == []


CONDITIONS = {
    "a number divides it": [Condition("divides", read("8"), T)],
    "two numbers do": [Condition("divides", read("8"), T), Condition("divides", read("12"), T)],
    "it divides a number": [Condition("divides", T, read("360"))],
    "a stride": [Condition("divides", read("3"), read("T - 2")), at_most(read("2"), T)],
    "a bound": [at_most(read("17"), T)],
    "a bound on a multiple": [at_most(read("3*T"), read("200"))],
    "nothing": [],
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_all_sizes_in_a_small_range_are_those_at_which_the_conditions_hold(name):
    conditions = CONDITIONS[name]
    expected = [n for n in range(1, 101) if all(decided(each.at_sizes({T: read(str(n))})) for each in conditions)]
    assert existing_sizes(range(1, 101), T, conditions, [], (1, 100)) == expected
    assert expected


def test_sizes_are_the_nearest_that_exist():
    assert existing_sizes([1, 100, 1003], T, [Condition("divides", read("96"), T)], [], (1, 10**4)) == [96, 960]


def test_declared_relations_are_kept_to():
    assert existing_sizes([1, 10, 100], T, [], [read("T - 5"), read("H - 5")], (1, 100)) == [10, 100]


def test_conditions_on_other_sizes_do_not_matter():
    assert existing_sizes([3], T, [Condition("divides", read("8"), read("H"))], [], (1, 100)) == [3]


@pytest.mark.parametrize("wrong", [(5, 2), (0, 5), (1, 1), (1,), (1, 2, 3), ("a", "b"), (1, 2.5), (1, float("inf")), 7])
def test_what_is_no_range_is_refused(wrong):
    with pytest.raises(DimensionError, match=r"expected two whole numbers from 1 to 1e\+15"):
        interval(wrong)
