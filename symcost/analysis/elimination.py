"""Complexity against parameter count: a size eliminated between the two, and how often each parameter is used."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr, Poly, Rational, Symbol, cancel, log

from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ranges import ends_of
from symcost.analysis.ratio import Open, leading_terms, ratio
from symcost.analysis.roots import Root, Undecided, Unsolved, positive_roots
from symcost.analysis.signs import factors
from symcost.conditions import Condition
from symcost.dimensions import dimension, is_time, rank
from symcost.errors import DimensionError, nearest
from symcost.expressions import dimensions_of, normal
from symcost.notation import text


@dataclass(frozen=True)
class Elimination:
    """A cost as a function of the parameters: exactly, or by its growth, and then ``reason`` says why.

    ``size`` is the eliminated dimension by the parameters, if it had to be solved for.
    """

    cost: Expr
    eliminated: Symbol
    parameters: Symbol
    size: Expr | None = None
    exact: bool = True
    reason: str = ""
    holds: tuple[Condition, ...] = ()  # where the cost and the parameters hold


def eliminate(
    cost: Expr, parameters: Expr, size: Symbol, name: Symbol | str = "P", known: Premises = NOTHING
) -> Elimination:
    """The cost as a function of the parameters, with a size eliminated.

    The remainder of the cost, divided by the parameters less P, is the cost too. If the size is still in it, the
    parameters are solved for the size: where they are linear, quadratic or a power alone. Else both are taken by their
    fastest terms, and the result is exact only in proportion, as the size grows.

    >>> from symcost.formula import read
    >>> H = read("H")
    >>> eliminate(read("T*(I*H + H^2)"), read("I*H + H^2"), H).cost
    P*T
    >>> eliminate(read("T*H^2 + T^2*H"), read("4*H^2"), H).cost
    sqrt(P)*T**2/2 + P*T/4

    Raises:
        DimensionError: the parameters do not depend on the size, or the name is taken.
    """
    symbol = dimension(name) if isinstance(name, str) else name
    cost, parameters = known.applied(cost), known.applied(parameters)
    if not parameters.has(size):
        names = [each.name for each in dimensions_of(parameters)]
        found = f"the parameters {text(parameters)} do not depend on {size}"
        raise DimensionError(found, where="eliminate", remedy=nearest(size.name, names))
    if symbol in cost.free_symbols | parameters.free_symbols:
        raise DimensionError(
            f"{symbol} is a dimension of the costs already", where="eliminate", expected="a name of its own for the "
            "number of parameters", remedy="name='P_total', for example",
        )  # fmt: skip
    if parameters.is_polynomial(size):
        exact = _exactly(cost, parameters, size, symbol, known)
        if exact is not None:
            return exact
    return _by_growth(cost, parameters, size, symbol, known)


def _exactly(cost: Expr, parameters: Expr, size: Symbol, symbol: Symbol, known: Premises) -> Elimination | None:
    equation = normal(parameters - symbol)
    if cost.is_polynomial(size):
        remainder = Poly(cost, size, field=True).rem(Poly(equation, size, field=True)).as_expr()
        cost = cancel(remainder)
    if not cost.has(size):
        return Elimination(_written(cost), size, symbol)
    root = _size(equation, parameters, size, symbol, known)
    if root is None:
        return None
    return Elimination(_written(cost.xreplace({size: root})), size, symbol, root)


def _written(expression: Expr) -> Expr:
    return normal(expression) if expression.is_polynomial(*expression.free_symbols) else normal(cancel(expression))


def _size(equation: Expr, parameters: Expr, size: Symbol, symbol: Symbol, known: Premises) -> Expr | None:
    """The one positive size with so many parameters, if it has a closed form; P exceeds what they are at size 0."""
    known = known.supposing(symbol - parameters.xreplace({size: Rational(0)}), 1)
    roots: list[Root] = []
    try:
        for factor, power in factors(equation):
            roots += positive_roots(factor, size, known, power) if factor.has(size) else []
    except (Undecided, Unsolved):
        return None
    return roots[0].value if len(roots) == 1 else None


def _by_growth(cost: Expr, parameters: Expr, size: Symbol, symbol: Symbol, known: Premises) -> Elimination:
    found = leading_terms(cost, size, known), leading_terms(parameters, size, known)
    for each in found:
        if isinstance(each, Open):
            raise DimensionError(each.reason, where="eliminate", expected="powers of " + text(size))
    ((power, logs), above), ((degree, others), below) = found  # type: ignore[misc]
    if others != 0 or degree <= 0:
        raise DimensionError(
            f"the parameters {text(parameters)}", where="eliminate", expected=f"growth as a power of {size}"
        )
    solved = cancel(symbol / below) ** (1 / degree)
    grown = normal(above * solved**power * log(solved) ** logs)
    reason = f"by the fastest terms, as {size} grows: {text(parameters)} is not solved for {size} in closed form"
    return Elimination(grown, size, symbol, solved, False, reason)


@dataclass(frozen=True)
class Reuse:
    """How often each parameter is used: complexity over parameters, in lowest terms.

    ``knobs`` are the dimensions with which it grows without end, each with its power: none for a DNN, time for a
    convolution or a recurrence.
    """

    ratio: Expr
    knobs: dict[Symbol, Expr]
    holds: tuple[Condition, ...] = field(default=(), repr=False)  # where cost and parameters hold

    @property
    def fixed(self) -> bool:
        """Whether no dimension makes it grow."""
        return not self.knobs


def reuse(cost: Expr, parameters: Expr, known: Premises = NOTHING) -> Reuse:
    """Complexity over parameters in lowest terms, and the dimensions that turn it up.

    >>> from symcost.formula import read
    >>> reuse(read("T*H*I*K"), read("H*I*K")), reuse(read("T*I*H"), read("T*I*H")).fixed
    (Reuse(ratio=T, knobs={T: 1}), True)

    Raises:
        DimensionError: there are no parameters.
    """
    if parameters == 0:
        raise DimensionError("no parameters", where="reuse", expected="parameters that are used")
    quotient = ratio(known.applied(cost), known.applied(parameters))
    knobs = {}
    for symbol in sorted(quotient.free_symbols, key=rank):
        if any(direction < 0 for direction, _ in ends_of(symbol, known)):
            continue
        over, under = (leading_terms(known.applied(each), symbol, known) for each in (cost, parameters))
        if not isinstance(over, Open) and not isinstance(under, Open) and over[0] > under[0]:
            knobs[symbol] = over[0][0] - under[0][0]
    return Reuse(quotient, knobs)


def widest(parameters: Expr) -> Symbol | None:
    """The dimension that makes a network wider: that of the highest power in its parameters; time is the last resort.

    >>> from symcost.formula import read
    >>> widest(read("T*I*H + H")), widest(read("L*(H^2 + H)"))
    (H, H)
    """
    found = [each for each in dimensions_of(parameters) if parameters.is_polynomial(each)]
    powers = {symbol: Poly(parameters, symbol).degree() for symbol in found}
    return min(found, key=lambda symbol: (is_time(symbol), -powers[symbol], rank(symbol)), default=None)
