"""How large an expression is at sizes too large to write down: its logarithm, from the logarithms of the sizes.

Independent of the library's own growth: plain arithmetic on logarithms, in 120 digits. Differences have to be expanded,
so that nothing cancels but a part of what is left.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpmath import mp, mpf
from sympy import Add, Expr, Max, Min, Mul, Pow, Symbol, ceiling, exp, floor, log

DIGITS = 120
NOTHING = mpf("-inf")
_EXACT = 200  # logarithms below which whole parts are taken


def magnitude(expression: Expr, sizes: Mapping[Symbol, int]) -> mpf:
    """ln of an expression, where ``sizes`` are the ln of its dimensions."""
    with mp.workdps(DIGITS):
        return _ln(expression, sizes)


def _ln(e: Expr, sizes: Mapping[Symbol, int]) -> mpf:  # noqa: PLR0911 - a rule for each kind
    if e.is_Symbol:
        return mpf(sizes[e])
    if e.is_number:
        assert e >= 0, e
        return mp.log(mpf(str(e.evalf(DIGITS)))) if e > 0 else NOTHING
    if isinstance(e, Add):
        return _sum(e, sizes)
    if isinstance(e, Mul):
        return mp.fsum(_ln(each, sizes) for each in e.args)
    if isinstance(e, Pow | exp):
        base, exponent = e.as_base_exp()
        return _value(exponent, sizes) * _ln(base, sizes)
    if isinstance(e, log):
        return mp.log(_ln(e.args[0], sizes))
    if isinstance(e, Max | Min):
        return (max if isinstance(e, Max) else min)(_ln(each, sizes) for each in e.args)
    if isinstance(e, floor | ceiling):
        return _whole(e, _ln(e.args[0], sizes))
    raise AssertionError(f"no rule for {type(e).__name__}")


def _whole(e: Expr, inner: mpf) -> mpf:
    if inner > _EXACT:
        return inner
    up = isinstance(e, ceiling)
    found = (mp.ceil if up else mp.floor)(mp.exp(inner) * (1 + mpf(10) ** -30 * (-1 if up else 1)))
    return mp.log(found) if found > 0 else NOTHING


def _sum(e: Expr, sizes: Mapping[Symbol, int]) -> mpf:
    signed = [(term.as_coeff_Mul()[0] < 0, term) for term in e.args]
    adds = _plus([_ln(term, sizes) for negative, term in signed if not negative])
    takes = _plus([_ln(-term, sizes) for negative, term in signed if negative])
    if takes == NOTHING:
        return adds
    assert takes < adds, f"{e} is negative here"
    return adds + mp.log1p(-mp.exp(takes - adds))


def _plus(magnitudes: list[mpf]) -> mpf:
    largest = max(magnitudes, default=NOTHING)
    if largest == NOTHING:
        return NOTHING
    return largest + mp.log(mp.fsum(mp.exp(each - largest) for each in magnitudes))


def _value(e: Expr, sizes: Mapping[Symbol, int]) -> mpf:
    """An exponent: a number, or an expression of dimensions that are small enough to stand there."""
    if e.is_number:
        return mpf(str(e.evalf(DIGITS)))
    negative = e.could_extract_minus_sign()
    return -mp.exp(_ln(-e, sizes)) if negative else mp.exp(_ln(e, sizes))
