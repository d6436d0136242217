"""The leading terms of an expression, with their constants."""

from __future__ import annotations

from sympy import Add, Expr

from symcost.analysis.growth.monomial import Monomial
from symcost.analysis.growth.reading import Reading
from symcost.analysis.growth.terms import Terms
from symcost.arrangement import ordered_terms
from symcost.errors import DimensionError, UndecidedError
from symcost.expressions import normal
from symcost.notation import text


def leading_terms(reading: Reading, terms: Terms, count: int) -> tuple[Expr, ...]:
    """The first terms, layer by layer: a layer is what nothing left outgrows.

    In a layer the maximal terms come first, then those that they bound; each in the order of writing.

    Raises:
        UndecidedError: a layer has a term of which only the size is known.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise DimensionError(f"the first {count!r} terms", expected="a whole number from 1")
    region = reading.region
    found: list[Expr] = []
    left = list(dict.fromkeys(each.only(region.named) for each in terms.monomials))
    loose = {each.only(region.named) for each in terms.loose}
    while left and len(found) < count:
        layer = [each for each in left if not any(region.vanishes(each, [other]) for other in left if other != each)]
        unknown = [each for each in layer if each in loose]
        if unknown:
            size = text(reading.written_out(Add(*(each.expression() for each in unknown))))
            raise UndecidedError(
                f"a term of size {size}, number {len(found) + 1} or later, is only known up to a constant",
                where="leading terms", expected=f"at most {len(found)} terms" if found else "",
            )  # fmt: skip
        needed = set(region.maximal(layer))
        found += _in_order([_with_constants(reading, terms, each) for each in layer if each in needed])
        found += _in_order([_with_constants(reading, terms, each) for each in layer if each not in needed])
        left = [each for each in left if each not in layer]
    return tuple(found[:count])


def _with_constants(reading: Reading, terms: Terms, growing: Monomial) -> Expr:
    """All terms that grow as one monomial does, with their constants."""
    named = reading.region.named
    alike = [number * each.expression() for each, number in terms.exact.items() if each.only(named) == growing]
    return reading.written_out(Add(*alike), actual=True)


def _in_order(terms: list[Expr]) -> list[Expr]:
    """Whole terms in the order of writing, each by its first part."""
    heads = {ordered_terms(normal(term))[0]: term for term in terms}
    return [heads[head] for head in ordered_terms(Add(*heads)) if head in heads]
