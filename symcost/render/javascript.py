"""Formulas in JavaScript: calls of the functions of ``exact.js``, which keep to fractions of whole numbers of any size.

A double has 53 bits and JavaScript's whole numbers no fractions, so operators would not do. What is printed consists
of calls, literals and places in an array, whatever the dimensions are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Symbol
from sympy.core.relational import Relational
from sympy.printing.printer import Printer

from symcost.arrangement import Log2, as_one_logarithm, split
from symcost.errors import UnpricedError

CALLS = {
    "Add": "add",
    "Mul": "multiply",
    "Pow": "power",
    "floor": "floor",
    "ceiling": "ceiling",
    "Max": "largest",
    "Min": "smallest",
    "log": "log",
    "Log2": "log2",
    "exp": "exp",
    "Abs": "absolute",
}
"""The functions of ``exact.js`` by the names of sympy's."""

_RELATIONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "===", "!=": "!=="}


def javascript(expression: Expr, places: Mapping[Symbol, int]) -> str:
    """An expression in JavaScript, of the sizes ``v``; ``places`` says where in it each dimension stands.

    >>> from symcost.formula import read
    >>> T, H = read("T"), read("H")
    >>> javascript(read("T*H/2 + ceil(log2(H))"), {T: 0, H: 1})
    'add(multiply(ratio(1n, 2n), v[1], v[0]), ceiling_log2(v[1]))'

    Raises:
        UnpricedError: it has a function of which no browser knows the value.
    """
    return str(_Printer(places).doprint(expression))


class _Printer(Printer):  # type: ignore[misc]   # sympy is untyped
    """Prints calls; what it does not know is refused."""

    def __init__(self, places: Mapping[Symbol, int]) -> None:
        super().__init__()
        self.places = places

    def call(self, function: str, arguments: Any) -> str:
        return f"{function}({', '.join(map(self._print, arguments))})"

    def emptyPrinter(self, expression: Any) -> str:  # what sympy finds no method for
        raise UnpricedError(f"there is no JavaScript for {expression}", expected="sums, powers and roundings")

    def _print_Symbol(self, symbol: Symbol) -> str:
        return f"v[{self.places[symbol]}]"

    def _print_Integer(self, number: Any) -> str:
        return f"whole({number.p}n)"

    def _print_Rational(self, number: Any) -> str:
        return f"ratio({number.p}n, {number.q}n)"

    def _print_Exp1(self, number: Any) -> str:
        return "exp(whole(1n))"

    def _known(self, expression: Any) -> str:
        return self.call(CALLS[type(expression).__name__], expression.args)

    _print_Add = _print_Pow = _print_Max = _print_Min = _print_log = _print_Log2 = _known
    _print_exp = _print_Abs = _known

    def _print_Mul(self, product: Any) -> str:
        number, powers = split(product)  # with logarithms to the base 2 where sympy has quotients
        if not any(isinstance(base, Log2) for base, _ in powers):
            return self._known(product)
        factors = [base if exponent == 1 else base**exponent for base, exponent in powers]
        factors = factors if number == 1 else [number, *factors]
        return self.call("multiply", factors) if len(factors) > 1 else str(self._print(*factors))

    def _rounded(self, rounded: Any) -> str:
        """A logarithm to the base 2 is rounded exactly: near a power of two no double will do."""
        power = _power_of_two(rounded.args[0])
        name = CALLS[type(rounded).__name__]
        return self._known(rounded) if power is None else self.call(f"{name}_log2", (power,))

    _print_ceiling = _print_floor = _rounded

    def _print_Piecewise(self, cases: Any) -> str:
        if cases.args[-1].cond != True:  # noqa: E712 - sympy's own truth
            self.emptyPrinter(cases)
        *others, last = cases.args
        chosen = "".join(f"{self._print(case.cond)} ? {self._print(case.expr)} : " for case in others)
        return f"({chosen}{self._print(last.expr)})"

    def _print_Relational(self, relation: Relational) -> str:
        return f"{self.call('order', (relation.lhs, relation.rhs))} {_RELATIONS[relation.rel_op]} 0"


def _power_of_two(expression: Expr) -> Expr | None:
    """What 2 comes to with the expression as its exponent, if that is a multiple or a sum of logarithms."""
    one = as_one_logarithm(expression)
    times, powers = split(one)
    if len(powers) == 1 and isinstance(powers[0][0], Log2) and powers[0][1] == 1 and times.is_Integer:
        return powers[0][0].args[0] ** times
    return None
