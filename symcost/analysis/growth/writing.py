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

_LATEX = dataclasses.replace(
    LATEX,
    product=" ",  # without a backslash and a comma, which Markdown would take for one that it has to take off
    functions=LATEX.functions | {"log": r"\log\left({}\right)"},
)


class Order(Function):  # type: ignore[misc]   # sympy is untyped
    """O(...) of a sum of maximal monomials."""

    def _sympystr(self, printer: Any) -> str:
        return f"O({factored(self.args[0], TEXT)})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        return r"\mathcal{O}" + _bracketed(factored(self.args[0], _LATEX), _LATEX)


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
        return " + ".join(write(term, notation) for term in terms)
    inner = " + ".join(write(term / front, notation) for term in terms)
    return write(front, notation) + notation.product + _bracketed(inner, notation)


def _bracketed(written: str, notation: Notation) -> str:
    tall = any(word in written for word in (r"\frac", r"\left"))
    return (notation.tall_bracket if tall else notation.bracket).format(written)


def _rational(exponent: Expr) -> Expr:
    """A rational exponent; of others nothing is taken out."""
    return exponent if exponent.is_Rational else ZERO
