"""How a cost grows with time."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Expr, Symbol, ceiling, floor

from symcost.dimensions import is_time
from symcost.expressions import ONE, ZERO, dimensions_of, normal, total


def time_scaling(cost: Expr, parameters: Expr) -> Expr | None:
    """The power of time with which a cost grows while the parameters stay: 1 if time is fixed in the weights.

    None where the cost is not a sum of powers of time.

    >>> from symcost.formula import read
    >>> time_scaling(read("T*H*I*K"), read("H*I*K")), time_scaling(read("T*I*H"), read("T*I*H"))
    (T, 1)
    """
    fixed = parameters.free_symbols
    return leading_powers(cost, [symbol for symbol in dimensions_of(cost) if is_time(symbol) and symbol not in fixed])


def leading_powers(cost: Expr, symbols: Sequence[Symbol]) -> Expr | None:
    """The sum of the powers of some dimensions that no other power in the cost outgrows; all else is constant.

    >>> from symcost.formula import read
    >>> leading_powers(read("2*T_self*T_cross*H + T_self*H*I"), [read("T_self"), read("T_cross")])
    T_cross*T_self
    """
    bounded = normal(cost).replace(floor, lambda x: x).replace(ceiling, lambda x: x)  # they grow as their arguments
    found = []
    for term in Add.make_args(normal(bounded)):
        powers = term.as_independent(*symbols)[1] if symbols else ONE
        exponents = powers.as_powers_dict()
        exact = tuple(exponents.get(symbol, ZERO) for symbol in symbols)
        if not all(exponent.is_Rational if exponent != 0 else True for exponent in exact) or (
            set(exponents) - {*symbols, ONE}
        ):
            return None
        found.append(exact)
    leading = [
        a
        for a in dict.fromkeys(found)
        if not any(b != a and all(x >= y for x, y in zip(b, a, strict=True)) for b in found)
    ]
    return total(_monomial(symbols, exponents) for exponents in leading)


def _monomial(symbols: Sequence[Symbol], exponents: Sequence[Expr]) -> Expr:
    product = ONE
    for symbol, exponent in zip(symbols, exponents, strict=True):
        product *= symbol**exponent
    return product
