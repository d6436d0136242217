r"""How a bound is written: O(T H (I + H)), with what all terms have in common in front.

The bound is a function of sympy's, so that it can stand in the cell of a table as any expression does.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from sympy import Expr, Function, Mul

from symcost.arrangement import ordered_terms
from symcost.expressions import ZERO, normal
from symcost.notation import LATEX, TEXT, Notation, write

# without a backslash and a comma, which Markdown would take for one that it has to take off
_LATEX = dataclasses.replace(LATEX, product=" ")


class Order(Function):  # type: ignore[misc]   # sympy is untyped
    """O(...) of a sum of maximal monomials."""

    def _sympystr(self, printer: Any) -> str:
        return self.written_in(TEXT)

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return self.written_in(_LATEX)

    def written_in(self, notation: Notation) -> str:
        """The bound in a notation; its logarithms are of no base."""
        functions = notation.functions | {"log": notation.functions["log"].replace("ln", "log")}
        written = factored(self.args[0], dataclasses.replace(notation, functions=functions))
        return notation.order + notation.bracketed(written)


def factored(expression: Expr, notation: Notation) -> str:
    """A sum with the powers that all terms have in common in front.

    >>> from symcost.formula import read
    >>> factored(read("T*H*I + T*H**2"), TEXT), factored(read("T**2 + H"), TEXT)
    ('T H (I + H)', 'T^2 + H')
    """
    terms = ordered_terms(normal(expression))
    powers = [term.as_powers_dict() for term in terms]
    common = {base: min((each.get(base, ZERO) for each in powers), key=_rational) for base in powers[0]}
    front = Mul(*(base**exponent for base, exponent in common.items() if _rational(exponent) > 0))
    if len(terms) == 1 or front == 1:
        return notation.plus.join(write(term, notation) for term in terms)
    inner = notation.plus.join(write(term / front, notation) for term in terms)
    return write(front, notation) + notation.product + notation.bracketed(inner)


def _rational(exponent: Expr) -> Expr:
    """A rational exponent; of others nothing is taken out."""
    return exponent if exponent.is_Rational else ZERO
