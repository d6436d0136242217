"""The order in which a sum is written, and what is taken out of it: whole numbers and the dimensions that count."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any

from sympy import Add, Expr, Function, Integer, Rational, factor, log

from symcost import dimensions
from symcost.expressions import normal

_MOST_FACTORED = 100  # terms of a sum that is tried as a product: factoring takes long
_COUNTING = frozenset({"T", "S", "B", "L"})  # dimensions, or first parts of their names, that are taken out of a sum


class Log2(Function):  # type: ignore[misc]   # sympy is untyped
    """A logarithm to the base 2, which sympy keeps as a quotient; for writing only."""


Powers = tuple[tuple[Expr, Expr], ...]  # bases with their exponents, in the order of writing


def _base_key(base: Any) -> tuple[int, int, str]:
    if base.is_Symbol:
        return (1, *dimensions.rank(base))
    return (0 if base.is_number else 2, 0, str(base))


@functools.lru_cache(maxsize=4096)
def split(term: Expr) -> tuple[Rational, Powers]:
    """A term as its number and its powers, in the order of writing."""
    coefficient, rest = term.as_coeff_Mul()
    powers = dict(rest.as_powers_dict()) if rest != 1 else {}
    for base in [base for base, exponent in powers.items() if isinstance(base, log) and exponent == 1]:
        if powers.get(log(2)) == -1 and base != log(2):
            del powers[base], powers[log(2)]
            powers[Log2(base.args[0])] = Integer(1)
    return coefficient, _in_order(powers.items())


def as_one_logarithm(expression: Expr) -> Expr:
    """A sum of logarithms to the base 2 as the logarithm of the product; any other expression as it is.

    >>> from symcost.formula import read
    >>> as_one_logarithm(read("log2(3) + log2(H) + 2*log2(K)"))
    Log2(3*H*K**2)
    """
    product, terms = Integer(1), Add.make_args(expression)
    for term in terms:
        times, powers = split(term)
        if len(terms) == 1 or len(powers) != 1 or not isinstance(powers[0][0], Log2) or not times.is_Integer:
            return expression
        product *= powers[0][0].args[0] ** times
    return Log2(product)


def _in_order(powers: Iterable[tuple[Expr, Expr]]) -> Powers:
    return tuple(sorted(powers, key=lambda power: (_base_key(power[0]), str(power[1]))))


def _term_key(term: Expr) -> tuple[Any, ...]:
    """Higher degrees first; of one degree, the term of more dimensions; then by the table."""
    powers = split(term)[1]
    degrees = [exponent if exponent.is_Rational else Integer(1) for _, exponent in powers]
    highest = max(degrees, default=Integer(0))
    return (-sum(degrees), highest, tuple(_base_key(base) for base, _ in powers), str(term))


def ordered_terms(expression: Any) -> list[Expr]:
    """The terms of an expression in normal form, in the order of writing."""
    return sorted(Add.make_args(expression), key=_term_key)


def common(terms: list[Expr]) -> tuple[Rational, Powers]:
    """What stands in front of a sum: the common whole number, and the common powers of dimensions that count."""
    splits = [split(term) for term in terms]
    numbers = [coefficient for coefficient, _ in splits]
    divisible = all(number.is_Integer for number in numbers) and all(powers for _, powers in splits)
    front = Integer(math.gcd(*map(int, numbers))) if divisible else Integer(1)
    if numbers[0] < 0 and all(n < 0 for n in numbers):
        front = -front
    shared = []
    for base, _ in splits[0][1]:
        if base.is_Symbol and base.name.split("_")[0] in _COUNTING:
            least = min((dict(powers).get(base, Integer(0)) for _, powers in splits), key=_number_or_zero)
            if _number_or_zero(least) > 0:
                shared.append((base, least))
    return front, tuple(shared)


def common_share(expression: Expr, terms: list[Expr]) -> int:
    """The number by which a polynomial is divided, if it is the same in every term that is divided by one; else 1."""
    numbers = [term.as_coeff_Mul()[0] for term in terms]
    shares = {int(number.q) for number in numbers if number.is_Rational and number.q != 1}
    return shares.pop() if len(shares) == 1 and expression.is_polynomial() else 1


def as_product(expression: Expr, terms: list[Expr]) -> tuple[Rational, Powers] | None:
    """A sum as the product that it is, where cancellations or crossed terms hide it: X H - K H + H is H (X - K + 1)."""
    negative = any(term.as_coeff_Mul()[0] < 0 for term in terms[1:])
    if not (negative or len(terms) > 3) or len(terms) > _MOST_FACTORED or not expression.is_polynomial():
        return None
    number, powers, sums = Integer(1), [], 0
    for base, exponent in factor(expression).as_powers_dict().items():
        if base.is_Rational:
            number *= base**exponent
        elif base.is_Add and split(ordered_terms(base)[0])[0] < 0:  # K - T - 1 is written -(T - K + 1)
            number *= (-1) ** exponent
            powers.append((normal(-base), exponent))
        else:
            powers.append((base, exponent))
        sums += base.is_Add
    is_product = len(powers) > 1 or abs(number) != 1
    return (number, _in_order(powers)) if is_product and sums + negative > 1 and number.is_Integer else None


def _number_or_zero(exponent: Any) -> Any:
    return exponent if exponent.is_Rational else Integer(0)
