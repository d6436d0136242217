"""Inequalities between logarithms, or between roots, as inequalities of what is in them: log2(T) <= 10 is T <= 1024.

Logarithms and powers grow with what is in them, so both say the same. An inequality between a logarithm and a size,
such as K <= log2(T), is no inequality of polynomials: it stays as it is.
"""

from __future__ import annotations

import math

from sympy import Add, Expr, Integer, Mul, ceiling, exp, expand_log, floor, log

from symcost.analysis.growth.relation import Relation
from symcost.expressions import ONE, ZERO, normal

_LARGEST = 5_000  # the logarithm of a number that is written out


def plain(relation: Relation) -> Relation:
    """A relation without logarithms and roots, where there is one that says the same.

    >>> print(plain(Relation.of("log2(T) <= log2(H) + 3")), plain(Relation.of("sqrt(T) < 2*H")), sep=", ")
    T <= 8 H, T < 4 H^2
    >>> print(plain(Relation.of("ln(T) <= 5")), plain(Relation.of("K <= log2(T)")), sep=", ")
    T <= 148, K <= log2(T)
    """
    if relation.sign == "o":
        return relation
    if relation.left.has(log) or relation.right.has(log):
        return _exponentiated(relation)
    return _without_roots(relation)


def _exponentiated(relation: Relation) -> Relation:
    difference = expand_log(relation.right - relation.left)
    for scale in (log(2), ONE):
        read = _powers(normal(difference * scale))
        if read is not None:
            return _of_powers(*read, relation)
    return relation


def _powers(difference: Expr) -> tuple[dict[Expr, Expr], Expr] | None:
    """The numbers of the logarithms in a sum, all of them whole, and what is left: a number."""
    powers, rest = dict[Expr, Expr](), ZERO
    for term in Add.make_args(difference):
        number, inner = term.as_independent(log, as_Add=False) if term.free_symbols else (term, ONE)
        if inner == ONE:
            rest += number
        elif isinstance(inner, log) and number.is_Rational:
            powers[inner.args[0]] = powers.get(inner.args[0], ZERO) + number
        else:
            return None
    if not rest.is_number:
        return None
    whole = Integer(math.lcm(*(int(each.q) for each in powers.values())))
    return {inner: whole * power for inner, power in powers.items()}, whole * rest


def _of_powers(powers: dict[Expr, Expr], rest: Expr, relation: Relation) -> Relation:
    """From 0 <= a log x - b log y + rest to y^b <= x^a exp(rest)."""
    if abs(rest.evalf()) > _LARGEST:
        return relation
    larger = Mul(*(inner**power for inner, power in powers.items() if power > 0))
    smaller = Mul(*(inner**-power for inner, power in powers.items() if power < 0))
    number = exp(rest)
    if number.is_Rational:
        return Relation(normal(smaller * number.q), relation.sign, normal(larger * number.p))
    ((inner, power), *more) = powers.items()
    if more or not inner.is_integer or relation.sign == "=":
        return relation
    end = exp(-rest / power)  # not rational, so no whole number is at it
    return Relation(ceiling(end), "<=", inner) if power > 0 else Relation(inner, "<=", floor(end))


def _without_roots(relation: Relation) -> Relation:
    sides = relation.left, relation.right
    if any(side.is_Add or not side.is_positive for side in sides):
        return relation
    powers = [power for side in sides for power in side.as_powers_dict().values() if power.is_Rational]
    degree = math.lcm(*(int(power.q) for power in powers))
    return Relation(normal(sides[0] ** degree), relation.sign, normal(sides[1] ** degree)) if degree > 1 else relation
