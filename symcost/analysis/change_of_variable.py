"""What an expression is a polynomial in: a dimension itself, a root of it, its logarithm, or 2 to its power."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import (
    Expr,
    Integer,
    Max,
    Min,
    Poly,
    PolynomialError,
    Pow,
    Rational,
    Symbol,
    cancel,
    ceiling,
    expand,
    expand_log,
    floor,
    log,
)

from symcost.analysis.roots import Root, Unsolved
from symcost.expressions import normal

ROUNDED = (floor, ceiling, Max, Min)
"""What has no derivative everywhere: an expression with it is a polynomial in pieces at most."""


@dataclass(frozen=True)
class Change:
    """A new variable that grows with a dimension: expressions in it, and values and equations back."""

    symbol: Symbol
    variable: Symbol
    inward: Callable[[Expr], Expr]
    outward: Callable[[Expr], Expr]  # a value of the variable, as one of the dimension
    written: Expr  # the variable, by the dimension

    def back(self, root: Root) -> Root:
        """A root in the variable as one in the dimension."""
        if self.variable == self.symbol:
            return root
        value = None if root.value is None else self.outward(root.value)
        equation = root.equation.xreplace({self.variable: self.written})
        return replace(root, value=value, equation=equation, symbol=self.symbol, below=None)


def change_of(expression: Expr, symbol: Symbol) -> Change:
    """The variable in which an expression is a polynomial.

    >>> from symcost.formula import read
    >>> change_of(read("T*H + 3*sqrt(T)"), read("T")).inward(read("T*H + 3*sqrt(T)"))
    H*T_root**2 + 3*T_root

    Raises:
        Unsolved: there is none.
    """
    if expression.is_polynomial(symbol):
        return Change(symbol, symbol, lambda each: each, lambda value: value, symbol)
    rounded = sorted(str(part) for part in expression.atoms(*ROUNDED) if part.has(symbol))
    if rounded:
        raise Unsolved(f"{rounded[0]} is solved only if the sizes of all other dimensions are given")
    spread = expand_log(expression)
    if not spread.xreplace({log(symbol): log(2)}).has(symbol):
        variable = Symbol(f"log2_{symbol.name}", positive=True)
        return Change(
            symbol, variable, lambda each: normal(expand_log(each).xreplace({log(symbol): variable * log(2)})),
            lambda value: 2**value, log(symbol) / log(2),
        )  # fmt: skip
    if not spread.replace(Pow, lambda base, power: _without(base, power, symbol)).has(symbol):
        variable = Symbol(f"two_to_{symbol.name}", positive=True)
        return Change(
            symbol, variable, lambda each: normal(expand(each).subs(2**symbol, variable)),
            lambda value: log(value) / log(2), 2**symbol,
        )  # fmt: skip
    degree = _root_degree(expression, symbol)
    variable = Symbol(f"{symbol.name}_root", positive=True)
    return Change(
        symbol, variable, lambda each: normal(each.subs(symbol, variable**degree)),
        lambda value: cancel(value) ** degree, symbol ** Rational(1, degree),
    )  # fmt: skip


def _without(base: Expr, power: Expr, symbol: Symbol) -> Expr:
    """A power of 2 with a whole multiple of a dimension as a number."""
    return Integer(2) if base == 2 and (power / symbol).is_Integer and power != 0 else base**power


def _root_degree(expression: Expr, symbol: Symbol) -> int:
    """The least d for which an expression is a polynomial in the d-th root of a dimension."""
    roots = [1]
    try:
        generators = Poly(expression).gens
    except PolynomialError:
        generators = (expression,)
    for generator in generators:
        if generator.has(symbol):
            base, exponent = generator.as_base_exp()
            if base != symbol or not (exponent.is_Rational and exponent > 0):
                raise Unsolved(f"{expression} is no polynomial in {symbol}, nor in a root or a logarithm of it")
            roots.append(int(exponent.q))
    return math.lcm(*roots)
