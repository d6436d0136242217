"""The sign of an expression, as far as it can be proved for all positive whole sizes that the premises allow.

A polynomial none of whose coefficients is negative is at least zero where its variables are. So each dimension is
written as its least value and what is above it, and the coefficients are read off (what Polya's theorem does for
forms); a polynomial is taken apart into factors first. A polynomial in one dimension is decided exactly, by counting
its real roots (Sturm, 1829). What is not proved is not decided.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from sympy import Expr, Poly, PolynomialError, Rational, S, Symbol, expand, factor_list, fraction, log, together

from symcost.analysis.premises import NOTHING, Premises
from symcost.expressions import ONE, ZERO, dimensions_of, term_count

EVERY = frozenset({-1, 0, 1})
_MOST_FACTORED = 60  # terms of a polynomial that is taken apart
_MOST_BITS = 4096
_MARGIN = Rational(1, 1024)  # beyond the largest size, so that it lies within
_PRECISION = 40  # digits to which a number is known before it is called zero


def signs(expression: Any, known: Premises = NOTHING) -> frozenset[int]:
    """The signs that an expression may have: of -1, 0 and 1 those that are not excluded.

    >>> from symcost.formula import read
    >>> sorted(signs(read("H^2 + 4*H*I - 1"))), sorted(signs(read("T - K"))), sorted(signs(read("T - 1")))
    ([1], [-1, 0, 1], [0, 1])
    """
    return _signs(expression, known)


def sign(expression: Any, known: Premises = NOTHING) -> int | None:
    """The sign of an expression, or None if it is not decided."""
    found = signs(expression, known)
    return next(iter(found)) if len(found) == 1 else None


@functools.lru_cache(maxsize=8192)
def _signs(expression: Expr, known: Premises) -> frozenset[int]:
    expression = known.applied(expression)
    if expression.is_number:
        return frozenset({number_sign(expression)})
    supposed = next((given for whole, given in known.given if whole == expression), None)
    if supposed is not None:
        return frozenset({supposed})
    over, under = over_and_under(expression)
    result = frozenset({1})
    for factor, power in [*factors(over), *factors(under)]:
        found = _factor_signs(factor, known)
        if power % 2 == 0:
            found = frozenset(each * each for each in found)
        result = frozenset(a * b for a in result for b in found)
    return result


def over_and_under(expression: Expr) -> tuple[Expr, Expr]:
    """An expression as one quotient."""
    return (expression, ONE) if expression.is_polynomial(*expression.free_symbols) else fraction(together(expression))


def number_sign(number: Expr) -> int:
    """The sign of a real number, algebraic ones and logarithms among them."""
    if number.is_Rational:
        return bool(number > 0) - bool(number < 0)
    value = number.evalf(_PRECISION)
    if abs(value) < S(10) ** (5 - _PRECISION) and number.equals(0):
        return 0
    return 1 if value > 0 else -1


def whole_below(number: Expr) -> int:
    """The largest whole number that is at most a real number, however large that is.

    >>> from symcost.formula import read
    >>> whole_below(read("sqrt(10)")), whole_below(read("-7/2")), whole_below(read("sqrt(10^70 + 1)")) == 10**35
    (3, -4, True)
    """
    if number.is_Rational:
        return int(number.p // number.q)
    digits = max(int(log(abs(number.evalf(_PRECISION)), 10).evalf()), 0) + _PRECISION
    near = number.evalf(digits)
    nearest = int(near.round()) if near.is_Float else int(near)
    if abs(near - nearest) > S(10) ** (10 - _PRECISION):
        return nearest - bool(near < nearest)
    return nearest - (number_sign(number - nearest) < 0)


@functools.lru_cache(maxsize=4096)
def factors(expression: Expr) -> tuple[tuple[Expr, int], ...]:
    """The irreducible factors with their powers, the number among them; the whole if it is too long to take apart."""
    if expression.is_number or expression.is_Symbol:
        return ((expression, 1),)
    if term_count(expression) > _MOST_FACTORED or _is_long(expression):
        return ((expression, 1),)
    try:
        number, found = factor_list(expression)
    except PolynomialError:
        return ((expression, 1),)
    return ((number, 1), *((factor, int(power)) for factor, power in found))


def _is_long(expression: Expr) -> bool:
    """Whether it has numbers of so many digits that taking it apart takes too long."""
    return any(max(abs(each.p), each.q).bit_length() > _MOST_BITS for each in expression.atoms(Rational))


def _factor_signs(factor: Expr, known: Premises) -> frozenset[int]:
    if factor.is_number:
        return frozenset({number_sign(factor)})
    if factor.is_positive:
        return frozenset({1})
    for polynomial, given in known.given:
        for direction in (1, -1):
            if expand(factor - direction * polynomial) == 0:
                return frozenset({given * direction})
    if len(factor.free_symbols) == 1 and _is_rational(factor):
        return _by_roots(factor, known)
    found = EVERY
    for variables, reaching in _substitutions(known, factor.free_symbols):
        found &= _by_coefficients(factor, variables) | (frozenset() if reaching else {0})
        if len(found) == 1:
            return found
    return found if found != EVERY else _by_discriminant(factor, known)


def _is_rational(factor: Expr) -> bool:
    """Whether it is a polynomial with rational coefficients."""
    symbols = factor.free_symbols
    return bool(factor.is_polynomial(*symbols)) and all(each.is_Rational for each in Poly(factor, *symbols).coeffs())


def _by_discriminant(factor: Expr, known: Premises) -> frozenset[int]:
    """The sign of a quadratic that has no real root: that of its first coefficient."""
    for symbol in dimensions_of(factor):
        if factor.is_polynomial(symbol) and Poly(factor, symbol).degree() == 2:
            a, b, c = Poly(factor, symbol).all_coeffs()
            if sign(expand(b**2 - 4 * a * c), known) == -1:
                return signs(a, known)
    return EVERY


def _by_roots(factor: Expr, known: Premises) -> frozenset[int]:
    """The signs of a polynomial in one dimension between its bounds, exactly."""
    (symbol,) = factor.free_symbols
    least, most = known.bounds.get(symbol, (ONE, None))
    if most is not None and most < least:
        return EVERY  # nothing is that size: not decided here
    polynomial = Poly(factor, symbol)
    at_least, at_most = polynomial.eval(least), polynomial.eval(most) if most is not None else polynomial.LC()
    ends = {number_sign(at_least), number_sign(at_most)}
    roots = polynomial.count_roots(least, most)
    inside = roots - (at_least == 0) - (most is not None and most != least and at_most == 0)
    if inside:
        return EVERY
    return frozenset(ends | {0} if roots else ends)


def _substitutions(known: Premises, symbols: Iterable[Symbol]) -> Iterator[tuple[dict[Symbol, Expr], bool]]:
    """Ways to write dimensions by variables that are at least zero: bounds alone, all relations, each by itself.

    With each, whether the variables reach every size: else what is not zero on them may be zero at an end.
    """
    wanted = {*symbols, *(symbol for relation in known.at_least for symbol in relation.free_symbols)}
    bounds = {symbol: known.bounds.get(symbol, (ONE, None)) for symbol in wanted}
    relations = [each for each in known.at_least if len(each.free_symbols) > 1]
    several = [[each] for each in relations] if len(relations) > 1 else []
    ends = any(most is not None for _, most in bounds.values())
    for margin in (ZERO, _MARGIN) if ends else (ZERO,):
        start = {symbol: _above(symbol, least, most, margin) for symbol, (least, most) in bounds.items()}
        for chosen in ([], relations, *several) if relations else ([],):
            variables, reaching = functools.reduce(_with_relation, chosen, (start, not ends or margin != ZERO))
            yield variables, reaching


def _above(symbol: Symbol, least: Expr, most: Expr | None, margin: Expr) -> Expr:
    """A dimension by a variable t >= 0: least + t, or (least + most t) / (1 + t).

    That comes near the largest size; with a ``margin`` it passes it.
    """
    variable = Symbol(symbol.name, nonnegative=True)
    if most is None:
        return least + variable
    return (least + (most + margin) * variable) / (1 + variable)


def _with_relation(written: tuple[dict[Symbol, Expr], bool], relation: Expr) -> tuple[dict[Symbol, Expr], bool]:
    """The same, by variables of which one is replaced by how far a relation is from equality.

    A variable that is at most so much is that much times t / (1 + t), which comes near the end.
    """
    variables, reaching = written
    over = expand(fraction(together(relation.xreplace(variables)))[0])
    symbols = sorted((each for each in over.free_symbols if over.is_polynomial(each)), key=str, reverse=True)
    slopes = {each: Poly(over, each) for each in symbols}
    linear = [each for each, slope in slopes.items() if slope.degree() == 1 and slope.LC().is_number]
    for variable in sorted(linear, key=lambda each: bool(slopes[each].LC() < 0)):
        slope, rest = slopes[variable].LC(), slopes[variable].TC()
        more = Symbol(f"{variable.name}_more", nonnegative=True)
        replaced = expand((more - rest) / slope) if slope > 0 else -rest / slope * more / (1 + more)
        made = {symbol: each.xreplace({variable: replaced}) for symbol, each in variables.items()}
        return made, reaching and bool(slope > 0)
    return written


def _is_root(generator: Expr) -> bool:
    """Whether it is a square root, say: what stands in an answer is real, so it is at least zero."""
    return bool(generator.is_Pow and generator.exp.is_Rational and not generator.exp.is_Integer)


def _by_coefficients(factor: Expr, variables: dict[Symbol, Expr]) -> frozenset[int]:
    """The signs that the coefficients leave open, with variables that are at least zero."""
    over, _ = fraction(together(factor.xreplace(variables)))
    if over.is_number:
        return frozenset({number_sign(over)})
    try:
        polynomial = Poly(over, *(generator for generator in Poly(over).gens if not generator.is_number))
    except PolynomialError:
        return EVERY
    if not all(generator.is_nonnegative or _is_root(generator) for generator in polynomial.gens):
        return EVERY
    coefficients = polynomial.coeffs()
    if not all(each.is_number for each in coefficients):
        return EVERY
    found = {number_sign(each) for each in coefficients}
    if len(found) != 1:
        return EVERY
    (direction,) = found
    may_vanish = [not generator.is_positive for generator in polynomial.gens]
    nowhere_zero = any(not any(itertools.compress(powers, may_vanish)) for powers in polynomial.monoms())
    return frozenset({direction} if nowhere_zero else {0, direction})
