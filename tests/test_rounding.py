from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, log

import symcost as sc
from symcost.rounding import rounded_down, rounded_up


@pytest.mark.parametrize("power", [1, 2, 31, 47, 53, 60, 100])
@pytest.mark.parametrize("step", [-1, 0, 1])
def test_ceilings_near_powers_of_two_are_exact(power, step):
    size = 2**power + step
    levels = (size - 1).bit_length()
    assert sc.at(sc.read("ceil(log2(T)) + T"), T=size) == levels + size
    assert sc.read(f"ceil(log2({size}))") == levels
    assert sc.at(sc.read("floor(log2(T))"), T=size) == size.bit_length() - 1


@pytest.mark.parametrize(("time", "hidden"), [(2**31 + 1, 4), (2**33 + 1, 2), (2**33, 2), (2**33 - 1, 8), (3, 5)])
def test_so_are_those_of_products(time, hidden):
    assert sc.at(sc.read("ceil(log2(T*H))"), T=time, H=hidden) == (time * hidden - 1).bit_length()


@given(st.integers(1, 10**30), st.integers(1, 10**12), st.integers(2, 12))
def test_rounding_lies_between_powers(numerator, denominator, base):
    number = Fraction(numerator, denominator)
    argument = log(Rational(numerator, denominator)) / log(Integer(base))
    below, above = int(rounded_down(argument)), int(rounded_up(argument))
    assert Fraction(base) ** below <= number < Fraction(base) ** (below + 1)
    assert Fraction(base) ** (above - 1) < number <= Fraction(base) ** above


def test_what_is_no_number_stays():
    assert str(sc.read("ceil(log2(T))")) == "ceiling(log(T)/log(2))"
    assert sc.at(sc.read("ceil(log2(T*H))"), T=2**40) == sc.read("ceil(log2(H)) + 40")
    assert sc.read("ceil(T/2)") == sc.read("ceil(T/2)")
