"""Extreme rays, against all that there is: every cone here is small enough to try each set of its sides."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix

from symcost.analysis.growth.rays import dot, extreme_rays, whole
from symcost.errors import UndecidedError


def by_trying(size, rows):
    """The rays as what is left where size - 1 independent sides are touched."""
    sides = [*(tuple(int(i == j) for j in range(size)) for i in range(size)), *rows]
    found = set()
    for touched in itertools.combinations(sides, size - 1):
        kernel = Matrix(touched).nullspace() if touched else [Matrix([1])]
        if len(kernel) == 1:
            for sign in (1, -1):
                ray = whole(Fraction(int(entry.p), int(entry.q)) * sign for entry in kernel[0])
                if any(ray) and all(dot(side, ray) >= 0 for side in sides):
                    found.add(ray)
    return found


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 4), st.data())
def test_the_rays_are_those_that_trying_finds(size, data):
    rows = data.draw(st.lists(st.tuples(*[st.integers(-2, 2)] * size), max_size=3))

    assert set(extreme_rays(size, tuple(rows))) == by_trying(size, rows)


@pytest.mark.parametrize(
    ("size", "rows", "rays"),
    [
        (2, (), {(1, 0), (0, 1)}),
        (2, ((1, -1),), {(1, 0), (1, 1)}),  # y <= x
        (2, ((1, -1), (-1, 1)), {(1, 1)}),
        (2, ((-1, -1),), set()),
        (3, ((1, -1, -1),), {(1, 0, 0), (1, 1, 0), (1, 0, 1)}),
        (1, (), {(1,)}),
    ],
)
def test_rays_of_cones_that_one_sees(size, rows, rays):
    assert set(extreme_rays(size, rows)) == rays


def test_a_cone_with_very_many_rays_is_refused():
    half = 25  # as much of the first as of the second: a ray for each of the first, and for each pair

    with pytest.raises(UndecidedError, match="relations that part more than 500 directions; expected fewer relations"):
        extreme_rays(2 * half, ((1,) * half + (-1,) * half,))
