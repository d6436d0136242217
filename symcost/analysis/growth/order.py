"""How an expression grows in several dimensions at once: its maximal terms, as a bound that can be compared."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, S, Symbol, sympify

from symcost.analysis.growth.leading import leading_terms
from symcost.analysis.growth.monomial import Monomial
from symcost.analysis.growth.reading import Reading
from symcost.analysis.growth.region import MOST_TOGETHER, Region
from symcost.analysis.growth.relations import Relations
from symcost.analysis.growth.terms import Terms
from symcost.analysis.growth.writing import Order
from symcost.arrangement import ordered_terms
from symcost.dimensions import dimension
from symcost.errors import DimensionError, UndecidedError, unknown
from symcost.expressions import NO_NUMBERS, ZERO, in_dimensions
from symcost.formula import read
from symcost.notation import latex, text

CONSTANTS = ("drop", "keep")


@dataclass(frozen=True, eq=False)
class Growth:
    """A bound, O(maximal terms), and what is known of the expression that it bounds.

    ``terms`` are the maximal monomials, without numbers; ``tight`` says whether the expression is of their size
    (Theta); ``notes`` say what is not certain. Two growths compare as bounds do: ``<=`` is big-O, in the dimensions
    and under the relations of both, and of two that cannot be compared neither is ``<=`` the other.
    """

    maximal: tuple[Monomial, ...]
    all_terms: Terms
    reading: Reading
    relations: Relations
    constants: str
    notes: tuple[str, ...]
    tight: bool

    __hash__ = None  # type: ignore[assignment]   # equal growths may be written with different terms

    @functools.cached_property
    def terms(self) -> frozenset[Expr]:
        """The maximal monomials; none for 0."""
        return frozenset(self.reading.written_out(each.expression()) for each in self.maximal)

    @property
    def expression(self) -> Expr:
        """The sum of the maximal monomials."""
        return Add(*self.terms)

    @property
    def variables(self) -> tuple[Symbol, ...]:
        """The dimensions that grow, by name."""
        return tuple(sorted(self.reading.region.variables, key=lambda symbol: str(symbol.name)))

    @functools.cached_property
    def held(self) -> frozenset[Symbol]:
        """The dimensions of the expression that are constants."""
        return (
            frozenset[Symbol]().union(*(each.symbols for each in self.all_terms.monomials)) - self.reading.region.named
        )

    @property
    def order(self) -> Expr:
        """The bound as a sympy object, for tables; ``symcost.notation`` writes it."""
        return Order(self.expression)

    @property
    def text(self) -> str:
        """The bound as text."""
        return text(self.order)

    @property
    def latex(self) -> str:
        """The bound as LaTeX, for math mode."""
        return latex(self.order)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def leading(self, count: int = 1) -> tuple[Expr, ...]:
        """The first terms with their constants: what outgrows others comes before them.

        Of those that do not outgrow one another the maximal come first, then the order is that of writing. Fewer
        come back if there are no more.

        Raises:
            UndecidedError: a term among them is only known by size.
        """
        return leading_terms(self.reading, self.all_terms, count)

    def __eq__(self, other: object) -> bool:
        return self.compare(other) == "=" if isinstance(other, Growth | Expr | int) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return self.compare(other) in ("<", "=")

    def __lt__(self, other: Any) -> bool:
        return self.compare(other) == "<"

    def __ge__(self, other: Any) -> bool:
        return self.compare(other) in (">", "=")

    def __gt__(self, other: Any) -> bool:
        return self.compare(other) == ">"

    def compare(self, other: Any) -> str:
        """``=``, ``<``, ``>`` or ``incomparable``, as far as the relations of both decide.

        Raises:
            DimensionError: a dimension grows in one and is a constant in the other, or their relations contradict.
        """
        region, first, second = self._with(other)
        below = all(region.bounds(each, second) for each in first)
        above = all(region.bounds(each, first) for each in second)
        return {(True, True): "=", (True, False): "<", (False, True): ">"}.get((below, above), "incomparable")

    def is_little_o(self, other: Any) -> bool:
        """Whether it is certain that this bound over the other goes to 0."""
        region, first, second = self._with(other)
        return bool(second) and all(region.vanishes(each, second) for each in first)

    def _with(self, other: Any) -> tuple[Region, list[Monomial], list[Monomial]]:
        """Both bounds, read in the dimensions and under the relations of both."""
        if not isinstance(other, Growth):
            whole = self.relations.applied(_expression(other))
            variables = {*self.variables, *(whole.free_symbols - self.held)}
            other = growth(whole, variables, self.relations, constants=self.constants)
        relations = self.relations + other.relations
        reading = Reading(relations.region({*self.variables, *other.variables}))
        for each, against in ((self, other), (other, self)):
            mixed = sorted(str(symbol.name) for symbol in each.held & against.reading.region.variables)
            if mixed:
                raise DimensionError(
                    f"{', '.join(mixed)} grows in {against} and is constant in {each}", expected="the same dimensions"
                )
        sides = [reading.terms(relations.applied(each.expression)).upper for each in (self, other)]
        return reading.region, list(sides[0]), list(sides[1])


def growth(
    expression: Any,
    variables: Iterable[Symbol | str] | None = None,
    assume: Any = (),
    *,
    constants: str = "drop",
) -> Growth:
    """How an expression grows while some dimensions grow together, each at its own pace.

    ``variables`` are the dimensions that grow, all unless some are given; what does not grow is a constant, which is
    dropped or kept as a factor. ``assume`` declares relations (``"K <= T"``, ``"H = 4*I"``, ``"N = o(T)"``): an
    equation puts its other side in place of a dimension. The expression is a cost, and so is not negative.

    f = O(g) means that f <= c g for some c, once all dimensions that grow are large enough (Howell, On asymptotic
    notation with multiple variables, 2008).

    >>> from symcost.formula import read
    >>> growth(read("4*T*(I*H + H**2) + 8*T*H"))
    O(T H (I + H))
    >>> growth(read("T*log2(T) + 7*T + K**2"), assume=["K**2 <= T"])
    O(T log(T))
    >>> growth(read("3*T**2/2 + T*H"), ["T"]).leading()
    (3*T**2/2,)

    Raises:
        UndecidedError: what is declared does not decide it, or a part of the expression has no rule.
        DimensionError: the relations contradict each other or what grows, or the expression is no number.
        FormulaError: a text is no formula or no relation.
    """
    if constants not in CONSTANTS:
        raise unknown("way with constants", str(constants), CONSTANTS)
    relations = Relations.of(assume)
    whole = relations.applied(_expression(expression))
    reading = Reading(relations.region(_growing(whole, variables, relations)))
    terms = reading.terms(whole)
    named = reading.region.named
    if terms.exact and not terms.adding and not terms.unsure:
        raise UndecidedError(f"{text(whole)} is negative", expected="a cost", remedy="turn the difference around")
    upper = terms.upper if constants == "keep" else [each.only(named) for each in terms.upper]
    maximal = reading.region.maximal(upper)
    return Growth(tuple(maximal), terms, reading, relations, constants, *_certainty(reading, terms, maximal))


def _expression(given: Any) -> Expr:
    expression = read(given) if isinstance(given, str) else sympify(given)
    if not isinstance(expression, Expr) or expression.has(S.ImaginaryUnit, *NO_NUMBERS):
        raise DimensionError(f"{given!r} is no cost", expected="an expression of dimensions")
    return in_dimensions(expression)


def _growing(whole: Expr, variables: Iterable[Symbol | str] | None, relations: Relations) -> frozenset[Symbol]:
    """The dimensions that grow, those that equations put in place of one of them too.

    Raises:
        DimensionError: an equation says that one of them is a number.
    """
    if variables is None:
        named = relations.dimensions - relations.substitution.keys()
        return frozenset(whole.free_symbols | named)
    given = [variables] if isinstance(variables, str | Symbol) else variables
    symbols = {dimension(each if isinstance(each, str) else each.name) for each in given}
    found = set(symbols)
    for symbol, value in relations.substitution.items():
        if symbol in symbols:
            if not value.free_symbols:
                raise DimensionError(f"{symbol} grows and is {text(value)}", remedy="leave it out of what grows")
            found.discard(symbol)
            found |= value.free_symbols if not value.free_symbols & symbols else set()
    return frozenset(found)


def _certainty(reading: Reading, terms: Terms, maximal: list[Monomial]) -> tuple[tuple[str, ...], bool]:
    """What is not certain, in words, and whether the bound is tight."""
    region, adding = reading.region, terms.adding
    notes = []
    for each in ordered_terms(Add(*(m.expression() for m in region.maximal(terms.doubtful)))) if terms.doubtful else ():
        monomial = next((m for m in terms.doubtful if m.expression() == each), None)
        if monomial is None or region.vanishes(monomial, adding):
            continue
        shown = text(reading.written_out(each))
        taken = terms.exact.get(monomial, ZERO)
        if monomial in terms.unsure:
            notes.append(f"Of the term of size {shown} only an upper bound is known.")
        elif region.bounds(monomial, adding):
            notes.append(f"{shown} is taken off (times {text(-taken)}), which may leave less.")
        else:
            notes.append(f"{shown} is taken off, and taken to be outweighed: a cost is not negative.")
    sure = frozenset(adding)
    tight = not notes and all(each in sure or region.bounds(each, adding) for each in maximal)
    if len(maximal) > MOST_TOGETHER:
        notes.append(f"Of these {len(maximal)} terms some may be bounded by the others together: that is not tried.")
    return tuple(notes), tight
