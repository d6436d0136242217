"""Ceilings and floors of logarithms of numbers, exactly: sympy rounds them by decimal digits, too few near a power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Integer, Pow, Rational, Symbol, ceiling, expand, floor, log

_LARGEST_POWER = 1_000  # of a number in a logarithm


def rounded_up(argument: Expr) -> Expr:
    """The next whole number, or the ceiling of what is none yet.

    >>> rounded_up(log(2**31 + 1, 2)), rounded_up(log(2**31, 2)), rounded_up(log(Symbol("T"), 2))
    (32, 31, ceiling(log(T)/log(2)))
    """
    return _rounded(ceiling, argument)


def rounded_down(argument: Expr) -> Expr:
    """The whole number before, or the floor of what is none yet.

    >>> rounded_down(log(3**40 - 1, 3)), rounded_down(log(Rational(1, 8), 2))
    (39, -3)
    """
    return _rounded(floor, argument)


def rounds(n: Expr) -> Expr:
    """How often a number must be doubled to go from 1 to n or beyond: ceil(log2 n).

    >>> [int(rounds(Integer(n))) for n in (1, 2, 3, 8, 9)], rounds(Symbol("T")).func
    ([0, 1, 2, 3, 4], ceiling)
    """
    return Integer((int(n) - 1).bit_length()) if n.is_Integer else ceiling(log(n, 2))


def logarithms_rounded(expression: Expr, sizes: Mapping[Symbol, Expr]) -> dict[Expr, Expr]:
    """The ceilings and floors of logarithms in an expression that are numbers at these sizes, and which ones."""
    if not (expression.has(log) and expression.has(ceiling, floor)):
        return {}
    found = {each: each.args[0].xreplace(dict(sizes)) for each in expression.atoms(ceiling, floor) if each.has(log)}
    return {each: _rounded(each.func, inside) for each, inside in found.items() if _logarithm(inside)}


def _rounded(function: Any, argument: Expr) -> Expr:
    found = _logarithm(argument)
    if found is None:
        return function(argument)
    number, base = found
    below = _whole_logarithm(number, base)
    return Integer(below if function is floor or base**below == number else below + 1)


def _logarithm(expression: Expr) -> tuple[Rational, Integer] | None:
    """The number and the base, of a sum of logarithms of numbers to one whole base."""
    bases = {each.base.args[0] for each in expression.atoms(Pow) if isinstance(each.base, log) and each.exp == -1}
    base = bases.pop() if len(bases) == 1 else None
    if base is None or not (base.is_Integer and base > 1):
        return None
    number = Integer(1)
    for atom, times in expand(expression * log(base)).as_coefficients_dict().items():
        known = isinstance(atom, log) and atom.args[0].is_Rational and atom.args[0] > 0
        if not (known and times.is_Integer and abs(times) <= _LARGEST_POWER):
            return None
        number *= atom.args[0] ** times
    return number, base


def _whole_logarithm(number: Rational, base: Integer) -> int:
    """The largest whole power of the base that is at most the number."""
    power = (int(number.p).bit_length() - int(number.q).bit_length()) // (int(base) - 1).bit_length()
    while Integer(base) ** power > number:
        power -= 1
    while Integer(base) ** (power + 1) <= number:
        power += 1
    return power
