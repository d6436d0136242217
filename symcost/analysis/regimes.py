"""Which term of a cost dominates where: the tropical picture.

With logarithms for sizes every term is a plane, and the largest term is the upper envelope of planes (the maximum in
place of the sum: tropical algebra). Its regions are convex, and the boundary of two terms is where they are equal:
2 T^2 H = 12 T H^2 at T = 6 H. Which terms are the largest anywhere, and which boundaries exist, is decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sympy import Add, Eq, Expr, Gt, Integer, Lt, Rational, Symbol, cancel
from sympy.core.relational import Relational

from symcost.analysis.monomial_inequalities import Inequality, TooMany, have_solution
from symcost.analysis.premises import NOTHING, Premises
from symcost.arrangement import ordered_terms
from symcost.conditions import Condition
from symcost.dimensions import rank
from symcost.errors import DimensionError
from symcost.expressions import normal
from symcost.notation import text

_MOST_TERMS = 40


@dataclass(frozen=True)
class Boundary:
    """Where two terms are equal, and larger than every other one."""

    terms: tuple[Expr, Expr]
    equation: Eq


@dataclass(frozen=True)
class Regime:
    """A term that is the largest somewhere: where the conditions hold. Without any it is the largest everywhere."""

    term: Expr
    conditions: tuple[Relational, ...]


@dataclass(frozen=True)
class Regimes:
    """The terms that dominate somewhere, the boundaries between them, and the terms that dominate nowhere.

    ``taken_off`` are terms with a minus sign. They are left out of the picture. ``sources`` say how much of each term,
    without its number, comes from which layer.
    """

    variables: tuple[Symbol, ...]
    regimes: tuple[Regime, ...]
    boundaries: tuple[Boundary, ...]
    dominated: tuple[Expr, ...]
    taken_off: tuple[Expr, ...] = ()
    sources: Mapping[Expr, Mapping[str, Expr]] = field(default_factory=dict)
    holds: tuple[Condition, ...] = ()  # where the cost holds
    declared: Premises = NOTHING


def regimes_of(expression: Expr, variables: Iterable[Symbol] = (), known: Premises = NOTHING) -> Regimes:
    """Which term of a cost is the largest where, for sizes of 1 and more.

    All dimensions vary, unless ``variables`` names some; then the others are given by the premises.

    >>> from symcost.formula import read
    >>> found = regimes_of(read("2*T^2*H + 12*T*H^2 + T*H"))
    >>> [(each.term, each.conditions) for each in found.regimes]
    [(12*H**2*T, (T < 6*H,)), (2*H*T**2, (T > 6*H,))]
    >>> found.boundaries[0].equation, found.dominated
    (Eq(T, 6*H), (H*T,))

    Raises:
        DimensionError: a term is no product of powers, or there are too many terms.
    """
    expression = known.applied(expression)
    symbols = tuple(sorted(variables or expression.free_symbols, key=rank))
    terms = ordered_terms(normal(expression))
    if len(terms) > _MOST_TERMS:
        raise DimensionError(f"{len(terms)} terms", where="regimes", expected=f"at most {_MOST_TERMS}")
    added = [term for term in terms if not term.could_extract_minus_sign()]
    planes = {term: _plane(term, symbols) for term in added}
    extra = _declared(symbols, known)
    try:
        largest = [term for term in added if _dominates(term, planes, extra)]
        pairs = [
            (one, two)
            for place, one in enumerate(largest)
            for two in largest[place + 1 :]
            if _meet(one, two, {each: planes[each] for each in largest}, extra)
        ]
    except TooMany:
        raise DimensionError(
            f"{len(added)} terms in {len(symbols)} dimensions are too many to take apart", where="regimes",
            remedy="give some sizes",
        ) from None  # fmt: skip
    boundaries = tuple(Boundary(pair, Eq(*_solved(*pair), evaluate=False)) for pair in pairs)
    found = tuple(Regime(term, tuple(_side(term, pair) for pair in pairs if term in pair)) for term in largest)
    dominated = tuple(term for term in added if term not in largest)
    return Regimes(symbols, found, boundaries, dominated, tuple(term for term in terms if term not in added))


def _plane(term: Expr, symbols: tuple[Symbol, ...]) -> Inequality:
    """A term as its number and its powers."""
    number, rest = term.as_coeff_Mul()
    powers = dict(rest.as_powers_dict()) if rest != 1 else {}
    exponents = tuple(powers.pop(symbol, Integer(0)) for symbol in symbols)
    if powers or not all(each.is_Rational for each in exponents) or not number.is_Rational:
        raise DimensionError(
            f"the term {text(term)}", where="regimes", expected="a number times powers of "
            + ", ".join(each.name for each in symbols), remedy="give the sizes of other dimensions",
        )  # fmt: skip
    return Inequality(Fraction(int(number.p), int(number.q)), exponents)


def _over(one: Inequality, two: Inequality, *, strict: bool = True) -> Inequality:
    """That one term is larger than another; powers are made whole."""
    powers = [a - b for a, b in zip(one.powers, two.powers, strict=True)]
    scale = _common(powers)
    return Inequality((one.number / two.number) ** scale, tuple(int(each * scale) for each in powers), strict)


def _common(powers: Iterable[Rational]) -> int:
    scale = Integer(1)
    for each in powers:
        scale = scale * each.q // scale.gcd(each.q)
    return int(scale)


def _declared(symbols: tuple[Symbol, ...], known: Premises) -> list[Inequality]:
    """That sizes are 1 or more, and the declared relations between two terms, as inequalities."""
    least = [Inequality(Fraction(1), tuple(int(other == each) for other in symbols), False) for each in symbols]
    for relation in known.at_least:
        terms = Add.make_args(relation)
        if not relation.free_symbols <= set(symbols):
            continue
        taken = [_plane(-term, symbols) for term in terms if term.could_extract_minus_sign()]
        larger = _at_most([_plane(term, symbols) for term in terms if not term.could_extract_minus_sign()])
        least += [_over(larger, each, strict=False) for each in taken if larger is not None]
    return least


def _at_most(planes: list[Inequality]) -> Inequality | None:
    """One term that the sum of some is at most, where all sizes are 1 or more: T + 1 is at most 2 T."""
    number = sum((each.number for each in planes), Fraction(0))
    for largest in planes:
        if all(a >= b for each in planes for a, b in zip(largest.powers, each.powers, strict=True)):
            return Inequality(number, largest.powers)
    return None


def _dominates(term: Expr, planes: dict[Expr, Inequality], extra: list[Inequality]) -> bool:
    """Whether a term is larger than all others somewhere."""
    own = planes[term]
    rows = [_over(own, other) for each, other in planes.items() if each != term]
    return have_solution([*rows, *extra])


def _meet(one: Expr, two: Expr, planes: dict[Expr, Inequality], extra: list[Inequality]) -> bool:
    """Whether two terms are equal, and larger than all others, somewhere."""
    rows = [_over(planes[one], other) for each, other in planes.items() if each not in (one, two)]
    return have_solution([*rows, *extra], [_over(planes[one], planes[two])])


def _solved(one: Expr, two: Expr) -> tuple[Symbol, Expr]:
    """Two equal terms solved for the first dimension, in the order of the table, that differs between them."""
    quotient = cancel(two / one)
    symbol = min(quotient.free_symbols, key=rank)
    power = quotient.as_powers_dict()[symbol]
    return symbol, (quotient / symbol**power) ** (-1 / power)


def _side(term: Expr, pair: tuple[Expr, Expr]) -> Relational:
    """On which side of a boundary a term is the larger one."""
    other = pair[1] if term == pair[0] else pair[0]
    symbol, value = _solved(*pair)
    power = cancel(term / other).as_powers_dict()[symbol]
    return (Gt if power > 0 else Lt)(symbol, value, evaluate=False)
