r"""How an expression is written: one order for all formats, factored so that time stands in front.

The lecture writes T (H I + H^2): how often, then what one step costs. So whole numbers and the dimensions that count
(time, batch, layers) are taken out of a sum, and the channels stay inside. The order is that of the table of
dimensions, the same at every run. A notation says how one format spells products, powers and the rest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add, E, Expr, Integer, Mul, Rational, fraction, together
from sympy import latex as sympy_latex

from symcost import dimensions
from symcost.arrangement import as_one_logarithm, as_product, common, common_share, ordered_terms, split
from symcost.expressions import normal

_MOST_OVER = 3  # terms of a sum that is written over a number


@dataclass(frozen=True, slots=True)
class Notation:
    """How one format spells a formula. The strings are Python format strings."""

    symbol: Callable[[Any], str]
    product: str
    power: str
    fraction: str
    bracket: str
    tall_bracket: str  # around fractions and what else is high
    root: str
    functions: dict[str, str]  # of what stands within, or of ``bracketed``
    other: Callable[[Any], str]  # functions that are not listed, by sympy's own printer
    between: str = ", "
    number: str = "{}"
    plus: str = " + "
    minus: str = " - "
    negative: str = "-{}"
    on_a_line: bool = False  # fractions, and brackets around exponents
    order: str = "O"  # in front of a bound
    tall: tuple[str, ...] = ()  # what is in whatever is high, where brackets do not grow by themselves

    def bracketed(self, written: str) -> str:
        """In brackets, which only grow where they must: a line may break within those that do not."""
        return (self.tall_bracket if any(each in written for each in self.tall) else self.bracket).format(written)


def _flat(symbol: Any) -> str:
    return str(symbol.name)


TEXT = Notation(
    symbol=_flat,
    product=" ",
    power="{base}^{exponent}",
    fraction="{over}/{under}",
    bracket="({})",
    tall_bracket="({})",
    root="sqrt({})",
    functions={
        "floor": "floor({})",
        "ceiling": "ceil({})",
        "exp": "exp({})",
        "log": "log({})",
        "Log2": "log2({})",
        "Max": "max({})",
        "Min": "min({})",
    },
    other=str,
    on_a_line=True,
)

LATEX = Notation(
    symbol=dimensions.latex,
    product=r" \, ",
    power="{base}^{{{exponent}}}",
    fraction=r"\frac{{{over}}}{{{under}}}",
    bracket="({})",
    tall_bracket=r"\left({}\right)",
    root=r"\sqrt{{{}}}",
    functions={
        "floor": r"\left\lfloor {} \right\rfloor",
        "ceiling": r"\left\lceil {} \right\rceil",
        "exp": r"\exp\left({}\right)",
        "log": r"\ln\left({}\right)",
        "Log2": r"\log_{{2}}\left({}\right)",
        "Max": r"\max({})",
        "Min": r"\min({})",
    },
    other=sympy_latex,
    order=r"\mathcal{O}",
    tall=(r"\frac", r"\left"),
)  # fmt: skip


_MARKDOWN = dataclasses.replace(
    LATEX,
    product=" ",
    other=lambda expression: sympy_latex(expression).replace(r"\operatorname", r"\mathrm"),  # which GitHub refuses
)


def text(expression: Any) -> str:
    """An expression as plain text, which ``symcost.read`` reads back.

    >>> from symcost.formula import read
    >>> text(read("H*(T*H + I*T)")), text(read("2*H*T - ceil(T/2)"))
    ('T (H I + H^2)', '2 T H - ceil(T/2)')
    """
    return write(expression, TEXT)


def latex(expression: Any) -> str:
    r"""An expression as LaTeX, for math mode.

    >>> from symcost.formula import read
    >>> print(latex(read("H**2*T_self + H*I*T_self")))
    T_{\mathrm{self}} \, (H \, I + H^{2})
    """
    return write(expression, LATEX)


def markdown_latex(expression: Any) -> str:
    """An expression as LaTeX within Markdown, which would take a backslash off from before a comma."""
    return write(expression, _MARKDOWN)


def write(expression: Any, notation: Notation) -> str:
    """An expression in a notation."""
    return _Writer(notation).quotient(normal(expression))


# --- the writing -----------------------------------------------------------------------------------------------------


class _Writer:
    """Writes expressions in one notation."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def quotient(self, expression: Expr) -> str:
        """An expression, over one line if each of its terms is divided by a sum."""
        terms = [term.as_powers_dict() for term in Add.make_args(expression)]
        by_sums = (
            any(base.is_Add and exponent.could_extract_minus_sign() for base, exponent in powers.items())
            for powers in terms
        )
        if not all(by_sums):
            return self.whole(expression)
        over, under = map(normal, fraction(together(expression)))
        above, below = self.whole(over), self.whole(under)
        if self.notation.on_a_line:
            above = self.notation.bracketed(above) if over.is_Add and above == self.sum(over) else above
            below = self.notation.bracketed(below)
        return self.notation.fraction.format(over=above, under=below)

    def whole(self, expression: Expr) -> str:
        """An expression, with what is common to a sum put in front of it."""
        if not expression.is_Add:
            return self.sum(expression)
        terms = ordered_terms(expression)
        if (parts := common_share(expression, terms)) > 1:
            return self.share(normal(expression * parts), parts)
        if product := as_product(expression, terms):
            number, powers = product
            written = self.product(abs(number), powers)
            return self.negative(written) if number < 0 else written
        number, shared = common(terms)
        if number == 1 and not shared:
            return self.sum(expression)
        front = Mul(number, *(base**exponent for base, exponent in shared))
        inner = self.notation.bracketed(self.sum(normal(expression / front)))
        return self.negative(inner) if front == -1 else self.term(front) + self.notation.product + inner

    def share(self, expression: Expr, parts: int) -> str:
        """A sum divided by a number: T (T + 1)/2."""
        written = self.whole(expression)
        if self.notation.on_a_line:
            return f"{self.notation.bracketed(written) if written == self.sum(expression) else written}/{parts}"
        if len(Add.make_args(expression)) <= _MOST_OVER:
            return self.notation.fraction.format(over=written, under=self.number(parts))
        share = self.notation.fraction.format(over=self.number(1), under=self.number(parts))
        front = share + self.notation.product  # so that a line may break
        return front + (self.notation.bracketed(written) if written == self.sum(expression) else written)

    def sum(self, expression: Expr) -> str:
        first, *rest = ordered_terms(expression)
        written = self.term(first)
        for term in rest:
            negative = term.as_coeff_Mul()[0] < 0
            written += self.notation.minus + self.term(-term) if negative else self.notation.plus + self.term(term)
        return written

    def term(self, term: Expr) -> str:
        number, powers = split(term)
        if number < 0:
            return self.negative(self.term(-term))
        over = [(base, exponent) for base, exponent in powers if not exponent.could_extract_minus_sign()]
        under = [(base, -exponent) for base, exponent in powers if exponent.could_extract_minus_sign()]
        above = self.product(Integer(number.p), over)
        if number.q == 1 and not under:
            return above
        below = self.product(Integer(number.q), under)
        if not self.notation.on_a_line and number.q == 1 and [exponent for _, exponent in under] == [1]:
            below = self.whole(under[0][0])  # the line of the fraction is bracket enough
        if self.notation.on_a_line and (len(under) + (number.q != 1)) > 1:
            below = self.notation.bracketed(below)
        return self.notation.fraction.format(over=above, under=below)

    def product(self, number: Expr, powers: Sequence[tuple[Expr, Expr]]) -> str:
        factors = [self.power(base, exponent) for base, exponent in powers]
        if number != 1 or not factors:
            factors.insert(0, self.number(number))
        return self.notation.product.join(factors)

    def power(self, base: Expr, exponent: Expr) -> str:
        if exponent == Rational(1, 2):
            return self.notation.root.format(self.whole(base))
        if base == E:
            return self.notation.functions["exp"].format(self.whole(exponent))
        written = self.atom(base)
        if exponent == 1:
            return written
        spelt = self.whole(exponent)
        if self.notation.on_a_line and not (exponent.is_Symbol or (exponent.is_Integer and exponent > 0)):
            spelt = f"({spelt})"
        return self.notation.power.format(base=written, exponent=spelt)

    def atom(self, base: Expr) -> str:
        if base.is_Symbol:
            return self.notation.symbol(base)
        if base.is_Integer and base >= 0:
            return self.number(base)
        name = type(base).__name__
        if name in self.notation.functions:
            arguments = [as_one_logarithm(argument) for argument in base.args]
            if name in ("Max", "Min"):
                arguments.sort(key=text)
            written = self.notation.between.join(map(self.whole, arguments))
            return self.notation.functions[name].format(written, bracketed=self.notation.bracketed(written))
        if not (base.is_Add or base.is_Mul or base.is_Pow or base.is_Number):
            return self.notation.other(base)
        return self.notation.bracketed(self.whole(base))

    def number(self, number: Any) -> str:
        return self.notation.number.format(number)

    def negative(self, written: str) -> str:
        return self.notation.negative.format(written)
