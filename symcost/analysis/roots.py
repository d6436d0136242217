"""The positive roots of a polynomial in one dimension, whose coefficients may hold others.

By degree: linear and quadratic in closed form, powers alone as roots of their quotient, polynomials in a power as those
of lower degree; with numbers for coefficients every degree, isolated exactly (as ``CRootOf``). How many positive roots
there are follows from the signs of the coefficients (Descartes, 1637). A root that is known to be there, but has no
closed form, is known by its equation.
"""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import dataclass

from sympy import Expr, Function, Poly, Rational, S, Symbol, cancel, sqrt

from symcost.analysis.premises import Premises
from symcost.analysis.signs import number_sign, sign, signs
from symcost.expressions import normal

_LARGEST_DEGREE = 64  # of a polynomial whose roots are isolated
_MOST_BITS = 4096  # of its coefficients


class Undecided(Exception):  # noqa: N818 - no error: a question, which a case answers
    """The answer depends on the sign of an expression that is not decided."""

    def __init__(self, expression: Expr) -> None:
        super().__init__(expression)
        self.expression = expression


class Unsolved(Exception):  # noqa: N818 - no error: an answer
    """There is no answer in closed form, for a reason in words."""


@dataclass(frozen=True)
class Root:
    """A positive root: its exact value, or none, and then it is only known by its equation.

    ``equation`` is an irreducible polynomial that is zero there; ``below`` is its sign from 0 up to its one positive
    root, and None if it has several. Roots of one equation are numbered from the smallest.
    """

    value: Expr | None
    equation: Expr
    symbol: Symbol
    multiplicity: int = 1
    below: int | None = None
    number: int = 0


def needed(expression: Expr, known: Premises) -> int:
    """The sign of an expression that an answer depends on.

    Raises:
        Undecided: it is not decided.
    """
    found = sign(expression, known)
    if found is None:
        raise Undecided(expression)
    return found


def positive_roots(factor: Expr, symbol: Symbol, known: Premises, multiplicity: int = 1) -> list[Root]:
    """The positive roots of an irreducible polynomial in a dimension, the smallest first.

    >>> from symcost.formula import read
    >>> from symcost.analysis.premises import NOTHING
    >>> [root.value for root in positive_roots(read("2*T - 3*H"), read("T"), NOTHING)]
    [3*H/2]
    >>> [root.value for root in positive_roots(read("T^2 + I*T - H"), read("T"), NOTHING)]
    [-I/2 + sqrt(4*H + I**2)/2]

    Raises:
        Undecided: how many there are depends on a sign that is not decided.
        Unsolved: they have no closed form, and their number is not known.
    """
    polynomial = Poly(factor, symbol)
    refuse_long(polynomial)
    step = functools.reduce(math.gcd, (power for (power,) in polynomial.monoms()), 0)
    if step == 0:
        return []
    inner = Poly({(power // step,): number for (power,), number in polynomial.terms()}, symbol)
    coefficients = [each for each in inner.all_coeffs() if each != 0]
    if inner.degree() > 2 and all(each.is_Rational for each in coefficients):
        return _isolated(inner, polynomial, step, multiplicity)
    directions = [needed(each, known) for each in coefficients]
    directions = [each for each in directions if each]
    changes = sum(a != b for a, b in itertools.pairwise(directions))
    if changes == 0:
        return []
    if inner.degree() > 2:
        if changes > 1:
            raise Unsolved(f"up to {changes} positive roots of a polynomial of degree {inner.degree()} in {symbol}")
        return [Root(None, factor, symbol, multiplicity, directions[-1])]
    if inner.degree() == 1 or not signs(inner.LC(), known) - {0}:
        values = [-inner.coeff_monomial(1) / inner.coeff_monomial(symbol)]
    else:
        values, multiplicity = _quadratic(inner, changes, known, multiplicity)
    values = [_power_of(value, step) for value in values]
    below = directions[-1] if len(values) == 1 and changes == 1 else None
    return [Root(value, factor, symbol, multiplicity, below, number) for number, value in enumerate(values)]


def _quadratic(polynomial: Poly, changes: int, known: Premises, multiplicity: int) -> tuple[list[Expr], int]:
    """The positive roots of a quadratic, and how often each is one."""
    a, b, c = polynomial.all_coeffs()
    if needed(a, known) < 0:
        a, b, c = -a, -b, -c
    discriminant = normal(b**2 - 4 * a * c)
    middle, half = cancel(-b / (2 * a)), _root(discriminant) / (2 * a)
    if changes == 1:
        return [normal(middle + half)], multiplicity
    direction = needed(discriminant, known)
    if direction == 0:
        return [middle], 2 * multiplicity
    return ([normal(middle - half), normal(middle + half)] if direction > 0 else []), multiplicity


def _root(discriminant: Expr) -> Expr:
    """A square root, with what is a square of a number taken out of it."""
    number, rest = discriminant.primitive() if discriminant.is_Add else (S.One, discriminant)
    return sqrt(number) * sqrt(rest)


def _power_of(value: Expr, step: int) -> Expr:
    return value if step == 1 else cancel(value) ** Rational(1, step)


def _isolated(inner: Poly, polynomial: Poly, step: int, multiplicity: int) -> list[Root]:
    """The roots of a polynomial with numbers for coefficients, isolated exactly."""
    if inner.degree() > _LARGEST_DEGREE:
        raise Unsolved(f"a polynomial of degree {polynomial.degree()}; roots are isolated up to {_LARGEST_DEGREE}")
    values = [value for value in inner.real_roots() if value > 0]
    below = number_sign(polynomial.TC()) if len(values) == 1 else None
    return [
        Root(_power_of(value, step), polynomial.as_expr(), polynomial.gen, multiplicity, below, number)
        for number, value in enumerate(values)
    ]


def refuse_long(polynomial: Poly) -> None:
    """Raises Unsolved if numbers in a polynomial have very many digits: whether they are squares takes too long."""
    numbers = (each.as_coeff_Mul()[0] for each in polynomial.coeffs())
    if any(each.is_Rational and max(abs(each.p), each.q).bit_length() > _MOST_BITS for each in numbers):
        raise Unsolved(f"numbers of more than {_MOST_BITS} bits")


def beside(root: Root, value: Expr, known: Premises) -> int | None:
    """Where a value lies: -1 below a root, 0 at it, 1 above it; None if that is not decided."""
    if root.value is not None and (found := sign(value - root.value, known)) is not None:
        return found
    if root.below is None or not value.is_rational_function(*value.free_symbols):
        return None
    there = sign(root.equation.xreplace({root.symbol: value}), known)
    return None if there is None else -there * root.below


def order(first: Root, second: Root, known: Premises) -> int:
    """-1 if the first root is the smaller one, 1 if the second is, 0 if they are the same.

    Raises:
        Undecided: it depends on a sign that is not decided.
        Unsolved: neither has a value to compare.
    """
    if first.equation == second.equation:
        return (first.number > second.number) - (first.number < second.number)
    for one, other, direction in ((first, second, -1), (second, first, 1)):
        if other.value is not None and (position := beside(one, other.value, known)) is not None:
            return position * direction
    if first.value is None or second.value is None:
        raise Unsolved("which of two crossovers comes first, where one is only known by its equation")
    return needed(first.value - second.value, known)


class PositiveRoot(Function):  # type: ignore[misc]   # sympy is untyped
    """The one positive root of a polynomial in a dimension, where it has no closed form."""

    nargs = 2
    is_positive = True


def value_of(root: Root) -> Expr:
    """The value of a root, or what stands for it where only its equation is known."""
    return PositiveRoot(root.equation, root.symbol) if root.value is None else root.value
