from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import pytest
from sympy import Integer

from symcost import dimension, growth, read
from symcost.expressions import at
from symcost.parallel_prefix import ALGORITHMS, begun, prefixes
from symcost.rounding import rounds

T = dimension("T")

NAMES = pytest.mark.parametrize("name", ALGORITHMS)

# Blelloch, Prefix sums and their applications, CMU-CS-90-190, 1990; Hillis and Steele, Data parallel algorithms, 1986;
# Sklansky, 1960; Brent and Kung, 1982: of n = 2^k elements, all applications of the operator, those one after another
PUBLISHED = {
    "sequential": ("n - 1", "n - 1"),
    "kogge-stone": ("n*k - n + 1", "k"),
    "sklansky": ("n/2*k", "k"),
    "brent-kung": ("2*n - 2 - k", "2*k - 2"),
    "blelloch": ("2*(n - 1)", "2*k"),
}


class Part(NamedTuple):
    """Neighbouring elements, and how many applications one after another they took."""

    text: str
    depth: int = 0


class Counted:
    """The joining of neighbours, which is associative and no more: counted, and refused where they are none."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, first: Part, behind: Part) -> Part:
        self.times += 1
        return Part(first.text + behind.text, max(first.depth, behind.depth) + 1)


def run(name: str, n: int) -> tuple[list[Part], int]:
    combine = Counted()
    letters = [Part(chr(ord("0") + place)) for place in range(n)]
    return prefixes(name, letters, combine, Part("")), combine.times


@NAMES
def test_each_algorithm_makes_every_prefix_by_as_many_applications_as_its_formula_says(name: str) -> None:
    for n in range(1, 34):
        made, times = run(name, n)

        whole = "".join(chr(ord("0") + place) for place in range(n))
        assert [each.text for each in made] == [whole[: length + 1] for length in range(n)], n
        assert times == ALGORITHMS[name].combines(Integer(n)), n


@NAMES
def test_as_many_applications_follow_one_another_as_its_formula_says(name: str) -> None:
    for n in range(1, 34):
        padded = 2 ** int(rounds(Integer(n))) if ALGORITHMS[name].pads else n
        deepest = max(each.depth for each in run(name, padded)[0])
        # the last round of Blelloch's sweep up makes the whole, which no prefix but the last waits for; published is
        # the sweep down behind all of the sweep up
        waiting = 1 if name == "blelloch" and n > 1 else 0

        assert deepest + waiting == ALGORITHMS[name].levels(Integer(n)), n


@NAMES
def test_of_powers_of_two_the_formulas_are_the_published_ones(name: str) -> None:
    for k in range(2, 12):
        found = ALGORITHMS[name].combines(Integer(2**k)), ALGORITHMS[name].levels(Integer(2**k))

        assert found == tuple(at(read(each), n=2**k, k=k) for each in PUBLISHED[name]), k


@NAMES
def test_the_formulas_of_a_symbol_are_those_of_numbers(name: str) -> None:
    for n in (*range(1, 34), 2**29, 2**29 + 1, 2**64 - 1, 2**64, 2**64 + 1):
        algorithm, number = ALGORITHMS[name], Integer(n)

        for formula in (algorithm.combines, algorithm.levels):
            assert formula(T).xreplace({T: number}) == formula(number), n


@pytest.mark.parametrize(
    ("name", "work", "depth"),
    [
        ("sequential", "T", "T"),
        ("kogge-stone", "T*log(T)", "log(T)"),
        ("sklansky", "T*log(T)", "log(T)"),
        ("brent-kung", "T", "log(T)"),
        ("blelloch", "T", "log(T)"),
    ],
)
def test_the_growth_of_each_is_the_published_one(name: str, work: str, depth: str) -> None:
    found: list[Any] = [growth(each(T)).order for each in (ALGORITHMS[name].combines, ALGORITHMS[name].levels)]

    assert list(map(str, found)) == [str(growth(read(each)).order) for each in (work, depth)]


def test_one_element_is_its_own_prefix() -> None:
    for name, algorithm in ALGORITHMS.items():
        assert run(name, 1) == ([Part("0")], 0)
        assert (algorithm.combines(Integer(1)), algorithm.levels(Integer(1))) == (0, 0)


@NAMES
def test_as_many_are_begun_at_once_as_the_formula_of_the_width_says(name: str) -> None:
    for n in range(1, 70):
        levels = begun(name, n)
        at_once: Counter[int] = Counter()
        for level, count in levels.items():
            at_once[max(each for each in level if each is not None)] += count

        assert sum(levels.values()) == ALGORITHMS[name].combines(Integer(n)), n
        assert max(at_once, default=-1) < ALGORITHMS[name].levels(Integer(n)) or n == 1, n
        assert n == 1 or max(at_once.values()) <= ALGORITHMS[name].width(Integer(n)), n
        if n > 1 and n & (n - 1) == 0:  # of powers of two none is missing
            assert max(at_once.values()) == ALGORITHMS[name].width(Integer(n)), n
