"""Figures for people: three significant digits, and a unit with a prefix in front of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sympy import Expr, Integer, Rational

_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
LEAST_PREFIX = min(_PREFIXES)
"""The exponent of the smallest prefix."""

_DIGITS = 3
_LEAST, _MOST = -3, 5  # exponents of ten of numbers that are written out


def _engineering(value: Expr) -> tuple[str, int, int]:
    """The digits of a positive number, its exponent as a multiple of three, and its exponent."""
    exact = Decimal(int(value.p)) / Decimal(int(value.q))
    mantissa, _, exponent = f"{exact:.{_DIGITS - 1}e}".partition("e")
    power = int(exponent)
    return f"{Decimal(mantissa).scaleb(power % 3):f}", power - power % 3, power


def rounded(value: Any) -> str:
    """A number with three significant digits; very small and very large ones with an exponent, a multiple of three.

    >>> rounded(Rational(2, 3)), rounded(Integer(123456)), rounded(Rational(1, 12345678)), rounded(Integer(7))
    ('0.667', '123000', '81.0e-9', '7')
    """
    exact = Rational(value)
    if exact.q == 1 and abs(exact.p) < 10**_DIGITS:
        return str(exact)
    digits, prefix, power = _engineering(abs(exact))
    sign = "-" * bool(exact < 0)
    if not _LEAST <= power <= _MOST:
        return f"{sign}{digits}e{prefix}"
    return f"{sign}{Decimal(digits).scaleb(prefix):f}"


def prefix_of(value: Any) -> int:
    """The exponent of the prefix that a number is written with: 3 for k; 0 for none."""
    exact = Rational(value)
    prefix = _engineering(abs(exact))[1] if exact != 0 else 0
    return min(max(prefix, LEAST_PREFIX), max(_PREFIXES))


def prefixed(unit: str, prefix: int) -> str:
    """A unit with its prefix.

    >>> prefixed("s", -6)
    'µs'
    """
    return _PREFIXES[prefix] + unit


def measured(value: Any, unit: str) -> str:
    """A number with its unit, prefixed so that it is easy to read.

    >>> measured(Rational(1, 2165), "s"), measured(Integer(312 * 10**12), "FLOP/s")
    ('462 µs', '312 TFLOP/s')
    """
    prefix = prefix_of(value)
    return f"{rounded(Rational(value) / Integer(10) ** prefix)} {prefixed(unit, prefix)}"
