"""Inequalities between monomials, decided exactly."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symcost.analysis.monomial_inequalities import Inequality, TooMany, have_solution


def above(number, *powers, strict=True):
    return Inequality(Fraction(number), powers, strict)


@pytest.mark.parametrize(
    ("system", "equations", "expected"),
    [
        ([], [], True),
        ([above(2)], [], True),
        ([above(1)], [], False),
        ([above(1, strict=False)], [], True),
        ([above("1/2", 1), above(3, -1)], [], True),  # 2 < x < 3
        ([above("1/2", 1), above(2, -1)], [], False),  # 2 < x < 2
        ([above("1/2", 1, strict=False), above(2, -1, strict=False)], [], True),  # x = 2
        ([above("1/2", 1, strict=False), above(2, -1)], [], False),
        ([above("1/2", 2), above("3/2", -1)], [], True),  # sqrt 2 < x < 3/2
        ([above("1/2", 2), above("7/5", -1)], [], False),  # sqrt 2 < x < 7/5: closer than a float of three digits
        ([above("1/2", 1, -1), above("1/2", -1, 1)], [], False),  # x > 2 y and y > 2 x
        ([above("1/6", 1, -1)], [above(6, -1, 1)], False),  # x > 6 y where x = 6 y
        ([above("1/5", 1, -1)], [above(6, -1, 1)], True),
        ([], [above(2, 1), above(3, 1)], False),  # x = 1/2 and x = 1/3
        ([], [above(2, 0)], False),
    ],
)
def test_known_systems(system, equations, expected):
    assert have_solution(system, equations) is expected


ROWS = st.builds(
    lambda n, d, a, b: Inequality(Fraction(n, d), (a, b)),
    st.integers(1, 9), st.integers(1, 9), st.integers(-2, 2), st.integers(-2, 2),
)  # fmt: skip


@given(st.lists(ROWS, max_size=5))
@settings(deadline=None, max_examples=150)
def test_no_point_fulfils_what_has_no_solution(rows):
    grid = [Fraction(2) ** n * Fraction(3, 2) ** m for n in range(-4, 5) for m in (0, 1)]
    found = any(
        all(row.number * x ** row.powers[0] * y ** row.powers[1] > 1 for row in rows)
        for x, y in itertools.product(grid, grid)
    )
    assert have_solution(rows) or not found


def test_an_elimination_that_takes_too_long_stops():
    draw = random.Random(1)
    many = [above(Fraction(n + 2, n + 1), *(draw.randint(-5, 5) for _ in range(9))) for n in range(140)]
    with pytest.raises(TooMany):
        have_solution(many)
