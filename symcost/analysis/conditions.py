"""Signs of expressions as inequalities that people read: I - 3 H > 0 is I > 3 H."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Eq, Expr, Ge, Gt, fraction, together
from sympy.core.relational import Relational

from symcost.expressions import ZERO, normal, total

_RELATIONS = {1: Gt, 0: Eq}


def condition(expression: Expr, sign: int) -> Relational:
    """That an expression has a sign, with what is taken off it on the other side.

    >>> from symcost.formula import read
    >>> condition(read("I - 3*H"), 1), condition(read("I - 3*H"), -1), condition(read("I - 3*H"), 0)
    (I > 3*H, 3*H > I, Eq(I, 3*H))
    """
    left, right = sides(-expression if sign < 0 else expression)
    return _RELATIONS[abs(sign)](left, right, evaluate=False)


def at_least_zero(expression: Expr) -> Relational:
    """That an expression is zero or more.

    >>> from symcost.formula import read
    >>> at_least_zero(read("6*H - 5"))
    6*H >= 5
    """
    return Ge(*sides(expression), evaluate=False)


def sides(expression: Expr) -> tuple[Expr, Expr]:
    """What is added in an expression, and what is taken off; without a denominator that is a positive number."""
    over, under = fraction(together(expression))
    terms = Add.make_args(normal(over if under.is_number and under.is_positive else expression))
    taken = [term for term in terms if term.could_extract_minus_sign()]
    return total(term for term in terms if term not in taken), total(-term for term in taken) if taken else ZERO


def supposed(signs: Iterable[tuple[Expr, int]]) -> tuple[Relational, ...]:
    """The conditions of a case."""
    return tuple(condition(expression, sign) for expression, sign in signs)
