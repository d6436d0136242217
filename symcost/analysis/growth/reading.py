"""What an expression is as its dimensions grow: each kind of expression has a rule."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Sequence

from sympy import (
    Add,
    Expr,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Sum,
    Symbol,
    ceiling,
    exp,
    expand_log,
    floor,
    log,
)  # fmt: skip

from symcost.analysis.growth.monomial import UNIT, Exponent, Levels, Monomial, exact, logarithm, lowered
from symcost.analysis.growth.region import Atom, Region
from symcost.analysis.growth.sums import finite_sum
from symcost.analysis.growth.terms import Terms, logarithm_of, number, single
from symcost.errors import UndecidedError
from symcost.expressions import ONE
from symcost.notation import text

_DEEPEST = 60  # functions within functions
_MOST_EXPANDED = 1_000  # terms of a power that is multiplied out


class Reading:
    """Reads expressions; the region gets a name for every sum in a denominator and every minimum that it meets.

    ``everywhere`` is for what is summed: its terms hold at small sizes too, not only once all has grown.
    """

    def __init__(self, region: Region, *, everywhere: bool = False) -> None:
        self.region, self.everywhere = region, everywhere
        self.depth = 0
        self.known: dict[Expr, Terms] = {}

    def terms(self, expression: Expr) -> Terms:
        """What is known of an expression.

        Raises:
            UndecidedError: a part of it has no rule, or what is declared does not decide it.
        """
        if expression in self.known:
            return self.known[expression]
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UndecidedError("functions within functions", expected=f"at most {_DEEPEST} deep")
        rule = next((rule for kind, rule in _RULES.items() if isinstance(expression, kind)), None)
        if rule is None and not expression.is_number:
            raise UndecidedError(
                f"the growth of {type(expression).__name__} is not known", where=str(expression),
                expected="sums, products, quotients, powers, log, floor, ceiling, Max, Min and finite sums",
            )  # fmt: skip
        found = rule(self, expression) if rule else number(expression)
        self.depth -= 1
        return self.known.setdefault(expression, found)

    def is_settled(self, terms: Terms) -> bool:
        """Whether what adds is certain to outweigh what takes off."""
        doubtful, adding = terms.doubtful, terms.adding
        return bool(adding) and all(self.region.vanishes(each, adding) for each in doubtful)

    def is_large(self, terms: Terms) -> bool:
        """Whether it is certain to outgrow every constant."""
        return self.is_settled(terms) and self.region.vanishes(UNIT, terms.adding)

    def leader(self, terms: Terms) -> Monomial | None:
        """The one monomial with a known positive number that outgrows all others, if there is one."""
        for each, count in terms.exact.items():
            if count.is_positive and each not in terms.loose:
                others = [other for other in terms.monomials if other != each]
                if all(self.region.vanishes(other, [each]) for other in others):
                    return each
        return None

    # --- products and powers ---

    def product(self, expression: Expr) -> Terms:
        """A product: of plain powers at once, else factor by factor."""
        plain = _plain(expression)
        return plain or functools.reduce(Terms.__mul__, map(self.terms, expression.args))

    def power(self, expression: Expr) -> Terms:
        """A power: multiplied out, of its leading term, or by size."""
        base, exponent = expression.as_base_exp()
        if not exponent.is_number or base.is_number:
            return self.exponential(expression, base, exponent)
        inner, terms = self.terms(base), len(self.terms(base).monomials)
        small = exponent.is_Integer and exponent > 0 and not inner.loose
        if small and math.comb(terms + int(exponent) - 1, int(exponent)) <= _MOST_EXPANDED:
            return functools.reduce(Terms.__mul__, [inner] * int(exponent))
        return self.raised(expression, inner, base, exponent)

    def raised(self, expression: Expr, inner: Terms, base: Expr, exponent: Expr) -> Terms:
        """(c m (1 + e))^r is c^r m^r (1 + O(e)); of several largest terms the sizes are raised, or the sum is named."""
        leader, power = self.leader(inner), exact(exponent)
        if leader is not None:
            rest = self.region.maximal(each for each in inner.monomials if each != leader)
            raised = leader**power
            return Terms({raised: inner.exact[leader] ** exponent}, (), tuple(raised * each / leader for each in rest))
        if not self.is_settled(inner):
            if exponent.is_negative:
                raise self.small_divisor(expression, inner)
            return Terms(unsure=tuple(each**power for each in self.region.maximal(inner.upper)))
        largest = self.region.maximal(inner.adding)
        if exponent.is_positive or len(largest) == 1:
            return Terms(positive=tuple(each**power for each in largest))
        return self.named(base, (largest,), self.shown(largest), power)

    def small_divisor(self, expression: Expr, inner: Terms) -> UndecidedError:
        """The refusal of a quotient by what may vanish."""
        taken = " and ".join(text(each.expression()) for each in inner.doubtful) or "all of it"
        adds = " + ".join(text(each.expression()) for each in inner.adding) or "0"
        return UndecidedError(
            f"{taken} may be as large as {adds}, which would leave nothing to divide by", where=text(expression),
            remedy="declare which is little-o of the other",
        )  # fmt: skip

    def named(self, actual: Expr, choices: Iterable[Sequence[Monomial]], shown: Expr, power: Exponent = 1) -> Terms:
        """A sum in a denominator, or a minimum, under a name of its own."""
        atom = Atom(Symbol(str(actual), positive=True), actual, shown, tuple(map(tuple, choices)))
        self.region = self.region.with_atom(atom)
        return single(Monomial(((atom.symbol, (power,)),)))

    def shown(self, largest: Iterable[Monomial]) -> Expr:
        """A sum as a bound shows it: its largest terms without constants."""
        return self.written_out(Add(*(each.only(self.region.named).expression() for each in largest)))

    def written_out(self, expression: Expr, *, actual: bool = False) -> Expr:
        """An expression with what its named parts stand for."""
        for atom in reversed(self.region.atoms):
            expression = expression.xreplace({atom.symbol: atom.actual if actual else atom.shown})
        return expression

    # --- logarithms and exponentials ---

    def logarithm(self, expression: Expr) -> Terms:
        """log(c m (1 + e)) is log c + log m + O(e); of several largest terms, the largest of their logarithms."""
        inner = self.terms(expression.args[0])
        leader = self.leader(inner)
        if leader is not None:
            rest = self.region.maximal(each / leader for each in inner.monomials if each != leader)
            count = expand_log(log(inner.exact[leader]), factor=True)
            return logarithm_of(leader) + number(count) + Terms(unsure=tuple(rest))
        largest = self.region.maximal(inner.upper)
        parts = [logarithm_of(each) for each in largest]
        sizes = tuple(dict.fromkeys(size for part in parts for each in part.exact for size in self.spelt(each)))
        rising = all(count.is_positive for part in parts for count in part.exact.values())
        if rising and self.is_large(inner):
            return Terms(positive=sizes, unsure=(UNIT,))
        return Terms(unsure=(*sizes, UNIT))

    def spelt(self, size: Monomial) -> list[Monomial]:
        """The logarithm of a named sum by those of its terms; any other size as it is."""
        for atom in self.region.atoms:
            if size == logarithm(atom.symbol) and len(atom.choices) == 1:
                return [part for each in atom.choices[0] for part in logarithm_of(each).exact]
        return [size]

    def exponential(self, expression: Expr, base: Expr, exponent: Expr) -> Terms:
        """b^x is exp(x log b); powers of e of logarithms are powers again."""
        if isinstance(exponent, Max) and (base - 1).is_positive:
            return self.terms(Max(*(base**each for each in exponent.args), evaluate=False))
        above = self.terms(exponent) * self.terms(log(base, evaluate=False))
        if not all(self.region.bounds(each, [UNIT]) for each in above.loose):
            raise UndecidedError(
                "its exponent is only known up to a factor or a sum that grows", where=text(expression),
                expected="an exponent whose terms are known with their numbers",
            )  # fmt: skip
        count, powers, rising, loose = ONE, UNIT, {}, bool(above.loose)
        for each, factor in above.exact.items():
            if each == UNIT:
                count = exp(factor)
            elif (root := lowered(each, factor)) is not None:
                powers *= root
            elif each.symbols & self.region.named and self.region.bounds(each, [UNIT]):
                loose = True
            else:
                rising[each] = expand_log(factor, factor=True)
        found = powers * Monomial.of({}, rising)
        return Terms(positive=(found,)) if loose else Terms({found: count})

    # --- whole parts, the larger and the smaller ---

    def floor(self, expression: Expr) -> Terms:
        """The argument less something below 1; where that may be below 1, it may be 0."""
        inner = self.terms(expression.args[0])
        if self.is_large(inner):
            return inner + Terms(unsure=(UNIT,))
        if self.region.exceeds_one(inner.exact) and not inner.loose:
            return inner.as_size()
        if self.region.bounds(UNIT, inner.adding):
            return inner + Terms(unsure=(UNIT,))
        return Terms(unsure=tuple(inner.upper))

    def ceiling(self, expression: Expr) -> Terms:
        """The argument and something below 1; of a positive one at least 1."""
        inner = self.terms(expression.args[0])
        if self.is_large(inner) or (inner.doubtful and not self.is_settled(inner)):
            return inner + Terms(unsure=(UNIT,))
        return inner.as_size() + Terms(positive=(UNIT,))

    def maximum(self, expression: Expr) -> Terms:
        """The one that outgrows the others, else of the size of the sum."""
        parts = [self.terms(each) for each in expression.args]
        for part in parts:
            others = [each for other in parts if other is not part for each in other.upper]
            if self.is_settled(part) and all(self.region.vanishes(each, part.adding) for each in others):
                return part + Terms(unsure=tuple(others) if self.everywhere else ())
        return Terms.total(part.as_size() if self.is_settled(part) else Terms(unsure=part.upper) for part in parts)

    def minimum(self, expression: Expr) -> Terms:
        """The one that the others bound, else under a name of its own, with a case for each."""
        parts = [self.terms(each) for each in expression.args]
        settled = [self.is_settled(part) for part in parts]
        for part, certain in zip(parts, settled, strict=True):
            others = [other.adding if all(settled) else other.upper for other in parts if other is not part]
            if all(self.region.vanishes(each, other) for each in part.upper for other in others) and all(settled):
                return part.as_size() if self.everywhere else part
            if all(self.region.bounds(each, other) for each in part.upper for other in others):
                return part.as_size() if certain and all(settled) else Terms(unsure=part.upper)
        choices = [self.region.maximal(part.adding if all(settled) else part.upper) for part in parts]
        found = self.named(expression, choices, Min(*map(self.shown, choices)))
        return found if all(settled) else Terms(unsure=found.monomials)

    def cases(self, expression: Expr) -> Terms:
        """One of several: at most the largest."""
        return Terms(unsure=tuple(each for value, _ in expression.args for each in self.terms(value).upper))

    def sum(self, expression: Expr) -> Terms:
        """A finite sum, by rules of its own."""
        return finite_sum(self, expression)


def _plain(expression: Expr) -> Terms | None:
    """A product of numbers and rational powers of dimensions; None if it is none."""
    count, powers = ONE, dict[Symbol, Levels]()
    for part in Mul.make_args(expression):
        base, exponent = part.as_base_exp()
        if part.is_Rational:
            count *= part
        elif base.is_Symbol and exponent.is_Rational and base not in powers:
            powers[base] = (exact(exponent),)
        else:
            return None
    return Terms({Monomial.of(powers): count})


_RULES: dict[type, Callable[[Reading, Expr], Terms]] = {
    Symbol: lambda reading, each: single(Monomial(((each, (1,)),))),
    Add: lambda reading, each: Terms.total(map(reading.terms, each.args)),
    Mul: Reading.product,
    exp: Reading.power,
    Pow: Reading.power,
    log: Reading.logarithm,
    floor: Reading.floor,
    ceiling: Reading.ceiling,
    Max: Reading.maximum,
    Min: Reading.minimum,
    Piecewise: Reading.cases,
    Sum: Reading.sum,
}
