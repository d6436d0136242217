"""Sums over an index, in closed form: of polynomials, of how often it is doubled, of the larger of it and another."""

from __future__ import annotations

from typing import Any

from sympy import Add, Dummy, Expr, Integer, Max, Poly, Symbol, bernoulli, degree, expand, summation, sympify

from symcost.errors import DimensionError
from symcost.expressions import ONE, ZERO, maximum, normal, total
from symcost.rounding import rounds


def summed(expression: Any, index: Symbol, last: Any) -> Expr:
    """The sum over an index from 1 to ``last``, in closed form.

    >>> from symcost.dimensions import dimension
    >>> from symcost.rounding import rounds
    >>> t, T, S = map(dimension, "tTS")
    >>> summed(t**2 + 1, t, T)
    T**3/3 + T**2/2 + 7*T/6
    >>> summed(Max(t, S), t, T)
    S*T + Max(0, -S + T)**2/2 + Max(0, -S + T)/2
    >>> summed(rounds(t), t, T)
    -2**ceiling(log(T)/log(2)) + T*ceiling(log(T)/log(2)) + 1

    Raises:
        DimensionError: the expression is neither, and ``last`` is no number.
    """
    expanded = normal(expression)
    sums = [_closed(term, index, last) for term in _terms(expanded, index)]
    if all(each is not None for each in sums):
        return total(sums)
    if not last.is_Integer:
        raise DimensionError(f"the sum of {expression} over {index}", expected="a polynomial", remedy="give its end")
    return total(expanded.xreplace({index: Integer(number)}) for number in range(1, int(last) + 1))


def _terms(expanded: Expr, index: Symbol) -> list[Expr]:
    """What is polynomial in the index as one, and every other term."""
    if expanded.is_polynomial(index):
        return [expanded]
    terms = Add.make_args(expanded)
    return [
        Add(*(term for term in terms if term.is_polynomial(index))),
        *(term for term in terms if not term.is_polynomial(index)),
    ]


def _closed(term: Expr, index: Symbol, last: Any) -> Expr | None:
    """The sum of a polynomial or of a larger of two; None if it is neither."""
    if term.is_polynomial(index):
        powers = Poly(term, index).terms()
        return total(share * _sum_of_powers(int(power), last) for (power,), share in powers)
    if term.has(rounds(index)):
        return _of_doublings(term, index, last)
    share, larger = term.as_independent(index, as_Add=False)
    if not isinstance(larger, Max) or len(larger.args) != 2:
        return None
    for one, other in (larger.args, larger.args[::-1]):
        start = normal(one - other + index)  # from where on the other is the larger
        if not start.has(index) and start.is_integer and one.is_polynomial(index):
            less = _closed(one, index, last)
            more = _triangle(maximum([ZERO, normal(last - start)])) - _triangle(maximum([ZERO, -start]))
            return None if less is None else normal(share * (less + more))
    return None


def _of_doublings(term: Expr, index: Symbol, last: Any) -> Expr | None:
    """The sum of n^p c^r 2^(q c) with c = ceil(log2 n), level by level: c is the same from 2^(c - 1) + 1 to 2^c."""
    level, levels = Dummy("c", integer=True, positive=True), Dummy("C", integer=True, nonnegative=True)
    share, own = term.xreplace({rounds(index): level}).as_independent(index, level, as_Add=False)
    at_level, power = own.as_independent(index, as_Add=False)
    power = degree(power, index) if power.is_polynomial(index) else None
    if power is None or at_level.has(Max) or not at_level.subs(level, 1).is_Integer:
        return None
    each = expand(at_level * (_sum_of_powers(power, 2**level) - _sum_of_powers(power, 2**level / 2)))
    whole = summation(each, (level, 1, levels)) + at_level.subs(level, 0)
    beyond = at_level.subs(level, levels) * (_sum_of_powers(power, 2**levels) - _sum_of_powers(power, last))
    made = expand(whole - beyond).replace(_is_of_4, lambda found: 2 ** (2 * found.exp))
    return normal(share * made.xreplace({levels: rounds(sympify(last))}))


def _is_of_4(expression: Expr) -> bool:
    return bool(expression.is_Pow and expression.base == 4)


def _triangle(side: Expr) -> Expr:
    """1 + 2 + ... up to a side."""
    return side * (side + ONE) / 2


def _sum_of_powers(power: int, last: Any) -> Expr:
    """1 + 2^p + ... + last^p, by Faulhaber's formula."""
    if power == 0:
        return sympify(last)
    return (bernoulli(power + 1, last + 1) - bernoulli(power + 1, 1)) / (power + 1)
