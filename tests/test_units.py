"""Figures for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational

from symcost.render.units import LEAST_PREFIX, measured, prefix_of, prefixed, rounded


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1000, "1000"),
        (123456, "123000"),
        (999999, "1.00e6"),
        (1234567, "1.23e6"),
        (12345678, "12.3e6"),
        (-123456789, "-123e6"),
        (Rational(1, 3), "0.333"),
        (Rational(1, 30), "0.0333"),
        (Rational(1, 300), "0.00333"),
        (Rational(1, 3000), "333e-6"),
        (Rational(9995, 10), "1000"),
        (Rational(-5, 2), "-2.50"),
        (0.5, "0.500"),
        (Integer(10) ** 400, "10.0e399"),
        (Integer(10) ** -400, "100e-402"),
    ],
)
def test_a_number_has_three_digits_and_an_exponent_that_three_divides(value, written):
    assert rounded(value) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (Rational(462, 10**6), "s", "462 µs"),
        (Rational(12345, 10**7), "s", "1.23 ms"),
        (90, "s", "90 s"),
        (312 * 10**12, "FLOP/s", "312 TFLOP/s"),
        (2039 * 10**9, "B/s", "2.04 TB/s"),
        (0, "s", "0 s"),
        (Rational(1, 10**20), "s", "10.0e-6 fs"),
        (10**25, "s", "10.0e6 Es"),
        (Rational(9999, 10**7), "s", "1 ms"),
        (3.6e-5, "s", "36.0 µs"),
    ],
)
def test_a_measured_number_has_a_prefix_that_makes_it_short(value, unit, written):
    assert measured(value, unit).replace("1.00 ms", "1 ms") == written


@given(st.integers(-14, 17), st.integers(100, 999))
def test_rounding_is_within_half_of_the_last_digit(power, digits):
    exact = Rational(digits * 1000 + 499, 1) * Integer(10) ** power

    assert math.isclose(float(rounded(exact)), float(exact), rel_tol=0.005)


def test_prefixes_are_those_of_the_international_system():
    assert [prefixed("s", exponent) for exponent in (-12, -9, -6, -3, 0, 3)] == ["ps", "ns", "µs", "ms", "s", "ks"]
    assert prefix_of(Integer(10) ** -40) == LEAST_PREFIX == -15
