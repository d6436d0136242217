"""The ratio of two costs in lowest terms, and what it comes to as a dimension grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sympy import Add, Expr, Integer, Rational, Symbol, cancel, ceiling, expand_log, floor, fraction, log, oo, together

from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ranges import ends_of
from symcost.analysis.signs import sign
from symcost.errors import DimensionError
from symcost.expressions import ZERO, normal, total
from symcost.notation import text


@dataclass(frozen=True)
class Open:
    """An answer that is not decided: the reason in words, and the sign that would decide it if one would."""

    reason: str
    deciding: Expr | None = None

    def __str__(self) -> str:
        return f"undecided: {self.reason}"


@dataclass(frozen=True)
class Ended(Open):
    """A limit that is none: the dimension does not grow without end."""

    def __str__(self) -> str:
        return f"no limit: {self.reason}"


Limit: TypeAlias = Expr | Open
_Degree: TypeAlias = tuple[Rational, Rational]  # the power of a dimension, and that of its logarithm


def ratio(over: Expr, under: Expr) -> Expr:
    """A quotient of two costs in lowest terms.

    >>> from symcost.formula import read
    >>> ratio(read("4*T*(I*H + H^2)"), read("3*T*(I*H + H^2)")), ratio(read("2*T^2*H"), read("4*T*H^2"))
    (4/3, T/(2*H))

    Raises:
        DimensionError: the second cost is zero.
    """
    if under == 0:
        raise DimensionError("the second cost is 0", where="ratio", expected="a cost to divide by")
    return cancel(together(over / under))


def limit(quotient: Expr, symbol: Symbol, known: Premises = NOTHING) -> Limit:
    """What a quotient comes to as a dimension grows: an expression in the others, 0 or oo; or why that is open.

    Of sums of powers of the dimension and of its logarithm the fastest terms decide. Floors and ceilings of what
    grows come to their arguments. What has an end does not grow.

    >>> from symcost.formula import read
    >>> T = read("T")
    >>> limit(read("T^2*H + 3*T")/read("2*T^2 + T"), T), limit(1/T, T), limit(T, T)
    (H/2, 0, oo)
    """
    quotient = known.applied(quotient)
    ends = [end for direction, end in ends_of(symbol, known) if direction < 0]
    if ends and quotient.has(symbol):
        return Ended(f"{symbol} is at most {' and '.join(map(text, ends))}")
    over, under = fraction(together(quotient))
    above, below = leading_terms(over, symbol, known), leading_terms(under, symbol, known)
    if isinstance(above, Open) or isinstance(below, Open):
        return above if isinstance(above, Open) else below
    (high, most), (low, least) = above, below
    if high == low or most == 0:
        return cancel(most / least)
    if high < low:
        return ZERO
    direction = sign(most / least, known)
    return oo * direction if direction else Open(f"the sign of {text(most / least)}", most / least)


class _NoDegree(Exception):  # noqa: N818 - no error: an answer
    def __init__(self, reason: str, deciding: Expr | None = None) -> None:
        super().__init__(reason)
        self.answer = Open(reason, deciding)


def leading_terms(expression: Expr, symbol: Symbol, known: Premises) -> tuple[_Degree, Expr] | Open:
    """The degree of the fastest terms in a dimension, and their coefficient; or why that is open."""
    try:
        return _leading(expression, symbol, known)
    except _NoDegree as reason:
        return reason.answer


def _leading(expression: Expr, symbol: Symbol, known: Premises) -> tuple[_Degree, Expr]:
    if expression == 0:
        return (Integer(0), Integer(0)), ZERO
    found: dict[_Degree, list[Expr]] = {}
    for term in Add.make_args(normal(expand_log(_unrounded(expression, symbol)))):
        constant, growing = term.as_independent(symbol, as_Add=False)
        found.setdefault(_degree(growing, symbol), []).append(constant)
    for degree in sorted(found, reverse=True):
        coefficient = total(found[degree])
        direction = sign(coefficient, known)
        if direction is None:
            raise _NoDegree(f"it depends on whether {text(coefficient)} is zero", coefficient)
        if direction:
            return degree, coefficient
    return (Integer(0), Integer(0)), ZERO


def _unrounded(expression: Expr, symbol: Symbol) -> Expr:
    """Floors and ceilings of what grows as what is in them, which they come to in proportion."""
    for rounded in sorted(expression.atoms(floor, ceiling), key=str):
        inner = rounded.args[0]
        if inner.has(symbol) and not (inner.is_polynomial(symbol) and not inner.has(floor, ceiling)):
            raise _NoDegree(f"how {text(rounded)} grows with {text(symbol)} is not known")
    return expression.replace(
        lambda part: isinstance(part, floor | ceiling) and part.has(symbol), lambda part: part.args[0]
    )


def _degree(growing: Expr, symbol: Symbol) -> _Degree:
    powers = dict(growing.as_powers_dict())
    of_symbol = powers.pop(symbol, Integer(0))
    of_log = powers.pop(log(symbol), Integer(0))
    powers.pop(Integer(1), None)
    if powers or not (of_symbol.is_Rational and of_log.is_Rational):
        raise _NoDegree(f"how {text(growing)} grows with {text(symbol)} is not known")
    return of_symbol, of_log
