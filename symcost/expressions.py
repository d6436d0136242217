"""Expressions of dimensions: what a size may be, the normal form, exact substitution, the larger of several.

A cost is a sympy expression. Its normal form is the expanded one; ``simplify`` is never called.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sympy import (
    Add,
    Atom,
    Expr,
    Integer,
    Max,
    S,
    Symbol,
    ceiling,
    expand,
    floor,
    postorder_traversal,
    sympify,
)

from symcost.dimensions import dimension
from symcost.errors import DimensionError, nearest
from symcost.rounding import logarithms_rounded

Size: TypeAlias = Expr
"""A size: a whole number, a dimension, or an expression of them. ``size`` says what it accepts."""

ZERO, ONE = Integer(0), Integer(1)
NO_NUMBERS = (S.Infinity, S.NegativeInfinity, S.NaN, S.ComplexInfinity)  # no size and no cost

_LARGEST_POWER_BITS = 100_000  # a power with more bits is a mistake, not a cost
MOST_TERMS = 2_000  # so is text that expands to more terms


def size(value: Any, what: str = "a size") -> Expr:
    """A size as an expression: a whole number, a dimension, or an expression of them; never text.

    >>> size(300), size(4 * dimension("H"))
    (300, 4*H)

    Raises:
        DimensionError: the value is not a positive whole number, as far as that can be known.
    """
    if isinstance(value, bool) or not isinstance(value, int | Expr):
        integral = hasattr(value, "__index__") and not isinstance(value, bool)  # NumPy's integers
        if not integral:
            raise DimensionError(
                f"{what} is {value!r}",
                expected="a positive whole number, a dimension or an expression of them",
                remedy="text goes through symcost.read" if isinstance(value, str) else "",
            )
        value = int(value)
    expression = Integer(value) if isinstance(value, int) else in_dimensions(value)
    if expression.is_positive is False or (expression.is_integer is False and expression.is_number):
        raise DimensionError(f"{what} is {expression}", expected="a positive whole number")
    if expression.has(*NO_NUMBERS) or expression.is_Float:
        raise DimensionError(f"{what} is {expression}", expected="a positive whole number")
    return expression


def in_dimensions(expression: Expr) -> Expr:
    """An expression in our symbols: one that sympy made of the same name, under other assumptions, is another one.

    >>> in_dimensions(Symbol("T") * 4) == dimension("T") * 4
    True
    """
    foreign = {symbol: dimension(symbol.name) for symbol in expression.free_symbols}
    return expression.xreplace({symbol: own for symbol, own in foreign.items() if symbol != own})


def normal(expression: Any) -> Expr:
    """The normal form: expanded, so that equal polynomials are equal objects.

    >>> T, H = dimension("T"), dimension("H")
    >>> normal(T * (H + 1) - T)
    H*T
    """
    return expression if isinstance(expression, Atom) else _normal(sympify(expression))


@functools.lru_cache(maxsize=8192)
def _normal(expression: Expr) -> Expr:
    expanded = expand(expression)
    if not expanded.has(floor):
        return expanded
    return expand(expanded.replace(floor, _floor))


def _floor(argument: Expr) -> Expr:
    """A floor in one form: floors within a quotient leave it, and its number is at least 0 and below 1.

    floor((n + floor(x)) / m) = floor((n + x) / m) for whole n and m.

    >>> T = dimension("T")
    >>> _floor(floor(T / 2) / 2), _floor(T / 2 - Integer(1) / 2)
    (floor(T/4), floor(T/2 + 1/2) - 1)
    """
    number, rest = argument.as_coeff_Add()
    for term in Add.make_args(rest):
        share, inner = term.as_coeff_Mul()
        if isinstance(inner, floor) and share.is_Rational and share.p == 1 and ((argument - term) * share.q).is_integer:
            return _floor(expand(argument - term + share * inner.args[0]))
    whole = floor(number)
    return floor(rest + number - whole) + whole


def same(first: Any, second: Any) -> bool:
    """Whether two sizes are known to be equal, whatever the dimensions are.

    >>> T = dimension("T")
    >>> same(2 * (T + 1), 2 * T + 2), same(T, dimension("H"))
    (True, False)
    """
    return bool(first == second) or normal(first - second) == 0


def total(terms: Iterable[Any]) -> Expr:
    """The sum, in normal form.

    >>> total([dimension("T"), 2, dimension("T")])
    2*T + 2
    """
    some = [term for term in terms if term is not ZERO]
    return normal(some[0] if len(some) == 1 else Add(*some))


def dimensions_of(expression: Any) -> list[Symbol]:
    """The dimensions in an expression, by name."""
    return sorted(expression.free_symbols, key=lambda symbol: str(symbol.name))


def sizes_given(given: Mapping[str, Any], known: Iterable[Symbol] | None = None) -> dict[Symbol, Expr]:
    """Sizes by name, as a substitution: ``{"T": 100}`` gives ``{T: 100}``.

    Raises:
        DimensionError: a value is no size, or a name is not among the ``known`` dimensions.
    """
    names = None if known is None else {symbol.name for symbol in known}
    for name in given:
        if names is not None and name not in names:
            raise DimensionError(f"no dimension here is called {name!r}", remedy=nearest(name, names))
    return {dimension(name): size(value, name) for name, value in given.items()}


def substitute(expression: Any, sizes: Mapping[Symbol, Expr]) -> Expr:
    """An expression with sizes for dimensions, all at once and exact.

    >>> T, H = dimension("T"), dimension("H")
    >>> substitute(T * H, {T: H, H: T + 1})
    H*(T + 1)

    Raises:
        DimensionError: a power would have more than 100,000 bits.
    """
    if not expression.free_symbols & sizes.keys():
        return expression
    for part in postorder_traversal(expression):  # a power before the power that it stands in
        if part.is_Pow:
            _guard(part, sizes)
    return expression.xreplace({**sizes, **logarithms_rounded(expression, sizes)})


def _guard(power: Expr, sizes: Mapping[Symbol, Expr]) -> None:
    base, exponent = (part.xreplace(dict(sizes)) for part in power.args)
    if not (base.is_Rational and exponent.is_Rational):
        return
    largest = max(abs(int(base.p)), int(base.q))
    if largest > 1 and abs(exponent) * largest.bit_length() > _LARGEST_POWER_BITS:
        raise DimensionError(f"{power} at the given sizes is too large to write down", remedy="choose smaller sizes")


def at(expression: Any, **sizes: Any) -> Expr:
    """An expression at given sizes, exact: no floats, whole numbers stay whole.

    >>> at(dimension("T") * (dimension("H") + 1), T=100, H=511)
    51200
    """
    return normal(substitute(expression, sizes_given(sizes)))


def floor_div(numerator: Any, denominator: Any) -> Expr:
    """The whole part of a quotient, without a floor where there is nothing to cut off."""
    return floor(numerator / denominator) if denominator != 1 else numerator


def exceeds(larger: Any, smaller: Any) -> bool:
    """Whether ``larger >= smaller`` is certain for all positive whole sizes.

    Certain means proved: with every dimension written as 1 + d, no coefficient of the difference is negative.

    >>> T, H = dimension("T"), dimension("H")
    >>> exceeds(T * H + 1, T), exceeds(T, H), exceeds(H, T)
    (True, False, False)
    """
    larger, smaller = sympify(larger), sympify(smaller)
    if smaller.free_symbols - larger.free_symbols and _only_grows(smaller):
        return False
    difference = normal(larger - smaller)
    if difference.is_nonnegative:
        return True
    if difference.has(floor, ceiling, Max):
        return False
    shifted = expand(difference.xreplace({symbol: symbol + 1 for symbol in difference.free_symbols}))
    return all(term.as_coeff_Mul()[0] >= 0 for term in Add.make_args(shifted)) and shifted.is_polynomial()


def _only_grows(expression: Expr) -> bool:
    """Whether it is a sum of products of dimensions, without anything taken off: it grows with each of them."""
    terms = Add.make_args(expression)
    return all(term.as_coeff_Mul()[0] > 0 for term in terms) and expression.is_polynomial()


def maximum(candidates: Iterable[Any]) -> Expr:
    """The largest: what is certainly smaller is dropped, what cannot be decided stays as ``Max``.

    >>> T, H = dimension("T"), dimension("H")
    >>> maximum([T, T * H, 3]), maximum([T * H, H])
    (Max(3, H*T), H*T)
    """
    kept: list[Expr] = []
    for candidate in dict.fromkeys(candidates):
        if any(exceeds(other, candidate) for other in kept):
            continue
        kept = [other for other in kept if not exceeds(candidate, other)] + [candidate]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else Max(*kept, evaluate=False)


def term_count(expression: Any) -> int:
    """An upper bound on the terms that the normal form has, without making it."""
    if expression.is_Add:
        return sum(map(term_count, expression.args))
    if expression.is_Mul:
        return math.prod(map(term_count, expression.args))
    if expression.is_Pow:
        number = expression.exp.as_coeff_Add()[0]  # (T + 1)^(H + 2) has the terms of a square
        terms, power = term_count(expression.base), int(abs(number))
        return math.comb(terms + power - 1, power) if terms > 1 and number.is_Rational else 1
    return 1


def is_expandable(expression: Any) -> bool:
    """Whether the normal form has a size that can be worked with (at most ``MOST_TERMS``)."""
    return term_count(expression) <= MOST_TERMS


def resized(value: Any, sizes: Mapping[Symbol, Expr]) -> Any:
    """Anything made of expressions (a dataclass, a tuple) at given sizes; the same object if nothing changes.

    >>> resized((dimension("T"), "same", 3), {dimension("T"): Integer(5)})
    (5, 'same', 3)
    """
    if isinstance(value, Expr):
        return substitute(value, sizes)
    if isinstance(value, type):
        return value
    if isinstance(value, tuple):
        parts = tuple(resized(part, sizes) for part in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if hasattr(value, "at_sizes"):
        return value.at_sizes(sizes)
    return value


def resized_fields(value: Any, sizes: Mapping[Symbol, Expr]) -> Any:
    """A frozen dataclass with each of its fields at given sizes; the same object if nothing changes."""
    new = {field.name: resized(getattr(value, field.name), sizes) for field in dataclasses.fields(value) if field.init}
    changed = {name: part for name, part in new.items() if part is not getattr(value, name)}
    return dataclasses.replace(value, **changed) if changed else value
