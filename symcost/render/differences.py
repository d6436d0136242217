"""By how much one figure differs from another, in words and formulas."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symcost.arrangement import ordered_terms
from symcost.expressions import normal


def by_how_much(difference: Expr) -> tuple[str | Expr, ...]:
    """A difference term by term: what is more, and what is less.

    >>> from symcost.formula import read
    >>> by_how_much(read("T*H - 2*T"))
    (H*T, ' more and ', 2*T, ' less')
    """
    if normal(difference) == 0:
        return ("no more and no less",)
    terms = ordered_terms(normal(difference))
    more = _listed([term for term in terms if not term.could_extract_minus_sign()])
    less = _listed([-term for term in terms if term.could_extract_minus_sign()])
    if more and less:
        return (*more, " more and ", *less, " less")
    return (*more, " more") if more else (*less, " less")


def _listed(terms: Sequence[Expr]) -> tuple[str | Expr, ...]:
    """Terms one by one, as they were added."""
    return tuple(part for term in terms for part in (" + ", term))[1:]
