"""Sums in closed form, held to sums one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Integer, Max, floor

from symcost import at, dimension
from symcost.errors import DimensionError
from symcost.rounding import rounds
from symcost.summation import summed

n, T, S, H = map(dimension, ["n", "T", "S", "H"])
C = rounds(n)

_parts = st.one_of(
    st.builds(lambda a, p: a * n**p * H, st.integers(-3, 3), st.integers(0, 3)),
    st.builds(lambda a, b: a * Max(n + b, S), st.integers(1, 3), st.integers(-4, 4)),
    st.builds(lambda a, b: a * H * Max(2 * n, n + S + b), st.integers(1, 3), st.integers(-4, 4)),
    st.builds(lambda b: Max(S * n + n, S * n - b), st.integers(-4, 4)),
    st.builds(lambda b: Max(n + b, S) * rounds(H), st.integers(-4, 4)),
)


@given(parts=st.lists(_parts, min_size=1, max_size=3), last=st.integers(1, 8), size=st.integers(1, 9))
def test_the_closed_form_is_the_sum_one_by_one(parts: list[Expr], last: int, size: int) -> None:
    expression = sum(parts, Integer(0))
    sizes = {S: Integer(size), H: Integer(3)}
    one_by_one = sum((expression.xreplace({n: Integer(each)} | sizes) for each in range(1, last + 1)), Integer(0))
    assert summed(expression, n, T).xreplace({T: Integer(last)} | sizes) == one_by_one
    assert summed(expression, n, Integer(last)).xreplace(sizes) == one_by_one


@pytest.mark.parametrize(
    "expression",
    [floor(n / 2), Max(n, S, H), Max(2 * n, S), Max(n, S) ** 2, Max(n, S / 2), C / n, rounds(n + 1), Max(C, 3)],
)
def test_what_has_no_closed_form_needs_an_end(expression: Expr) -> None:
    with pytest.raises(DimensionError, match=r"the sum of .* over n; expected a polynomial; give its end"):
        summed(expression, n, T)
    assert summed(expression, n, Integer(3)) == sum(expression.xreplace({n: Integer(each)}) for each in (1, 2, 3))


@pytest.mark.parametrize(
    "expression", [C, 2**C, 3 * n * C, H * n**2 * C - S, C**2 + n, 3 * 2**C * C / 2, 4**C * n * H * C, rounds(H) * C]
)
def test_what_doubles_is_summed_level_by_level(expression: Expr) -> None:
    made, values = summed(expression, n, T), [at(expression, n=each, H=3, S=2) for each in range(1, 18)]
    for last in (1, 2, 3, 4, 5, 8, 9, 16, 17):
        assert at(made, T=last, H=3, S=2) == sum(values[:last])


@given(st.lists(st.integers(-5, 5), max_size=6), st.integers(1, 9))
def test_sums_of_polynomials_are_those_that_one_adds_up(shares: list[int], last: int) -> None:
    t, n = dimension("t"), dimension("n")
    polynomial = sum((share * t**power for power, share in enumerate(shares)), Integer(0))
    closed = summed(polynomial, t, n)
    assert closed.xreplace({n: Integer(last)}) == sum(polynomial.xreplace({t: Integer(k)}) for k in range(1, last + 1))
    assert summed(polynomial, t, Integer(last)) == closed.xreplace({n: Integer(last)})


def test_a_sum_of_something_else_needs_a_number_to_end_at() -> None:
    t, n = dimension("t"), dimension("n")
    assert summed(floor(t / 2), t, Integer(5)) == 0 + 1 + 1 + 2 + 2
    with pytest.raises(DimensionError, match=r"the sum of floor\(t/2\) over t; expected a polynomial; give its end"):
        summed(floor(t / 2), t, n)
