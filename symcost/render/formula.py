r"""How a formula with indices is written: z[t, h] = sum_i x[t, i] W[h, i], or z_{t,h} = \sum_{i} x_{t,i} W_{h,i}."""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symcost import notation
from symcost.analysis.formulas import Applied, Called, Constant, Formula, Name, Range, Reduced, Reference
from symcost.render.rows import in_rows, pieces
from symcost.render.words import one_line

_SUM, _REDUCTION, _PRODUCT, ATOM = range(4)  # how tightly a formula is bound

_LATEX_FUNCTIONS = {
    "sigmoid": r"\sigma", "tanh": r"\tanh", "exp": r"\exp", "log": r"\ln", "maximum": r"\max", "minimum": r"\min",
    "erf": r"\mathrm{erf}",
}  # fmt: skip
_TEXT_FUNCTIONS = {"maximum": "max", "minimum": "min", "absolute": "abs"}


class FormulaWriter(ABC):
    """Writes formulas; a format says how tensors, sums, fractions, functions and expressions are spelt."""

    product = " "
    squared = "{}^2"
    plus, minus, negative = "+ ", "- ", "-{}"
    space, comma, equal = " ", ", ", " = "
    at_most, at_least = " <= ", " >= "
    where = ", "
    bracket = "({})"
    unknown = "?"
    widest = 100  # of a row, in characters

    @abstractmethod
    def reference(self, name: Name, indices: Sequence[str]) -> str:
        """A tensor at a place."""

    @abstractmethod
    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        """A sum, or the largest, over indices."""

    @abstractmethod
    def quotient(self, over: Formula, under: Formula) -> tuple[str, int]:
        """A fraction, and how tightly it is bound."""

    @abstractmethod
    def function(self, name: str, arguments: Sequence[str]) -> str:
        """A scalar function of something."""

    @abstractmethod
    def call(self, name: str, arguments: Sequence[str]) -> str:
        """A layer, applied."""

    @abstractmethod
    def expression(self, expression: Any) -> str:
        """A number, or a size."""

    def place(self, index: Expr) -> str:
        """An index."""
        return self.expression(index)

    def within(self, bounded: Range) -> str:
        """How far an index runs: t - w + 1 <= s <= t."""
        written = [self.place(each) for each in (bounded.lower, bounded.index, bounded.upper) if each is not None]
        return self.at_least.join(reversed(written)) if bounded.upper is None else self.at_most.join(written)

    def width(self, written: str) -> int:
        """About how many characters wide something is that was written."""
        return len(written)

    def broken(self, written: str) -> list[str]:
        """Something that was written, in rows: broken at its signs; within brackets and products where it must be."""
        parts = [written]
        for signs, closed in (((" + ", " - "), "{[("), ((self.product,), "{[("), ((" + ", " - "), "{[")):
            parts = [
                piece
                for part in parts
                for piece in ([part] if self.width(part) <= self.widest else pieces(part, signs, closed))
            ]
        return ["".join(row).strip() for row in in_rows(parts, map(self.width, parts), self.widest)]

    def bracketed(self, written: str) -> str:
        """Something that was written, in brackets if it is a sum or less than nothing."""
        is_sum = written.startswith("-") or len(pieces(written, (" + ", " - "), "{[(")) > 1
        return self.brackets(written) if is_sum else written

    def brackets(self, written: str) -> str:
        """Something that was written, in brackets."""
        return self.bracket.format(written)

    def statement(self, right: Formula, where: Sequence[Range]) -> list[str]:
        """The right side of a statement, in rows, and where it holds."""
        rows = self.broken(self.write(right))
        if not where:
            return rows
        said = self.where + self.comma.join(map(self.within, where))
        *front, last = rows
        return [*front, last + said] if self.width(last + said) <= self.widest else [*front, last + ",", said[2:]]

    def write(self, formula: Formula) -> str:
        """A formula."""
        return self._written(formula)[0]

    def terms(self, formula: Formula) -> list[str]:
        """The terms of a sum, each but the first with its sign in front."""
        if isinstance(formula, Applied) and formula.function in ("add", "subtract"):
            first, second = formula.arguments
            if formula.function == "subtract":
                return [*self.terms(first), self.minus + self._bound(second, _REDUCTION)]
            then, *others = self.terms(second)
            return [*self.terms(first), self.plus + then, *others]
        return [self._written(formula)[0]]

    def _bound(self, formula: Formula, tight: int) -> str:
        """A formula, in brackets if it is bound less tightly."""
        written, own = self._written(formula)
        return written if own >= tight else self.bracket.format(written)

    def _written(self, formula: Formula) -> tuple[str, int]:
        """A formula, and how tightly it is bound."""
        if isinstance(formula, Reference):
            return self.reference(formula.name, [self._index(each) for each in formula.indices]), ATOM
        if isinstance(formula, Constant):
            return self.expression(formula.value), _tightness(formula.value)
        if isinstance(formula, Called):
            return self.call(formula.name, [self.write(each) for each in formula.arguments]), ATOM
        if isinstance(formula, Reduced):
            over = [self._over(each) for each in formula.over]
            return self.reduction(formula.function, over, self._bound(formula.body, _REDUCTION)), _REDUCTION
        return self._applied(formula)

    def _applied(self, formula: Applied) -> tuple[str, int]:
        if formula.function in ("add", "subtract"):
            return self.space.join(self.terms(formula)), _SUM
        if formula.function == "divide":
            return self.quotient(*formula.arguments)
        if formula.function == "multiply":
            return self._product(*formula.arguments)
        return self.function(formula.function, [self.write(each) for each in formula.arguments]), ATOM

    def _product(self, first: Formula, second: Formula) -> tuple[str, int]:
        if isinstance(second, Constant) and not isinstance(first, Constant):
            first, second = second, first
        if first == second:
            return self.squared.format(self._bound(first, ATOM)), _PRODUCT
        if isinstance(first, Constant) and first.value == 1:
            return self._written(second)
        if isinstance(first, Constant) and first.value == -1:
            return self.negative.format(self._bound(second, _PRODUCT)), _SUM
        return self._bound(first, _PRODUCT) + self.product + self._bound(second, _REDUCTION), _PRODUCT

    def _index(self, place: Expr | Reference) -> str:
        return self.write(place) if isinstance(place, Reference) else self.place(place)

    def _over(self, each: Expr | Range | tuple[Expr, Expr]) -> str:
        if isinstance(each, Range):
            return self.within(each)
        return self.equal.join(map(self.place, each)) if isinstance(each, tuple) else self.place(each)


class TextWriter(FormulaWriter):
    """Formulas as plain text."""

    def reference(self, name: Name, indices: Sequence[str]) -> str:
        said = one_line(name.stem + (f"_{name.ending}" if name.ending else ""))
        return f"{said}[{', '.join(indices)}]" if indices else said

    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        places = ", ".join(over)
        word = {"add": "sum", "maximum": "max"}[function]
        return f"{word}_{places} {body}" if places.isidentifier() else f"{word}_({places}) {body}"

    def quotient(self, over: Formula, under: Formula) -> tuple[str, int]:
        return f"{self._bound(over, _PRODUCT)} / {self._bound(under, ATOM)}", _PRODUCT

    def function(self, name: str, arguments: Sequence[str]) -> str:
        return f"{_TEXT_FUNCTIONS.get(name, name)}({', '.join(arguments)})"

    def call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{one_line(name)}({', '.join(arguments)})"

    def expression(self, expression: Any) -> str:
        return digits(expression) if isinstance(expression, float) else _text(expression)


class LatexWriter(FormulaWriter):
    """Formulas as LaTeX, for math mode."""

    widest = 60
    at_most, at_least = r" \le ", r" \ge "
    where = r", \quad "

    product = r" \, "

    def reference(self, name: Name, indices: Sequence[str]) -> str:
        above = f"^{{{f'({name.ending})' if name.ending.isdigit() else word(name.ending)}}}" if name.ending else ""
        below = f"_{{{','.join(indices)}}}" if indices else ""
        return (name.stem if len(name.stem) == 1 and name.stem.isalpha() else word(name.stem)) + above + below

    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        rows = r" \\ ".join(over)
        below = rf"\substack{{{rows}}}" if len(over) > 1 and any(" " in each for each in over) else ", ".join(over)
        return {"add": r"\sum", "maximum": r"\max"}[function] + f"_{{{below}}} {body}"

    def quotient(self, over: Formula, under: Formula) -> tuple[str, int]:
        return rf"\frac{{{self.write(over)}}}{{{self.write(under)}}}", ATOM

    def brackets(self, written: str) -> str:
        return rf"\left({written}\right)" if r"\frac" in written else f"({written})"

    def width(self, written: str) -> int:
        signs = re.sub(r"\\[a-z]+", "~", re.sub(r"\\(mathrm|left|right|bigl|bigr)", "", written))
        return len(re.sub(r"[{}_^\s\\,]", "", re.sub("[-+=]", "+++", signs)))  # signs have space around them

    def broken(self, written: str) -> list[str]:
        if self.width(written) > self.widest:  # brackets that grow cannot be broken
            written = written.replace(r"\left(", r"\bigl(").replace(r"\right)", r"\bigr)")
        return super().broken(written)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        inside = ", ".join(arguments)
        if name == "sqrt":
            return rf"\sqrt{{{inside}}}"
        if name == "absolute":
            return rf"\left|{inside}\right|"
        tall = any(each in inside for each in (r"\sum", r"\frac", r"\max_"))
        brackets = rf"\left({inside}\right)" if tall else f"({inside})"
        return _LATEX_FUNCTIONS.get(name, word(name)) + brackets

    def call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{word(name)}({', '.join(arguments)})"

    def expression(self, expression: Any) -> str:
        if isinstance(expression, float):
            mantissa, _, exponent = digits(expression).partition("e")
            front = "" if mantissa == "1" else rf"{mantissa} \cdot "
            return rf"{front}10^{{{int(exponent)}}}" if exponent else mantissa
        return _latex(expression, self.product)

    def place(self, index: Expr) -> str:
        return notation.write(index, replace(notation.LATEX, product=" ", fraction="{over} / {under}"))


@functools.lru_cache(maxsize=4096)
def _latex(expression: Any, product: str) -> str:
    return notation.write(expression, replace(notation.LATEX, product=product))


@functools.lru_cache(maxsize=4096)
def _text(expression: Any) -> str:
    return notation.text(expression)


def _tightness(value: Any) -> int:
    """How tightly a number or a size is bound."""
    if isinstance(value, Expr) and not value.is_Symbol:
        return _SUM if value.is_Add or value.is_negative else ATOM if value.is_Integer or value.is_Pow else _PRODUCT
    return ATOM


def word(name: str) -> str:
    r"""A name of several letters in a formula: whatever is neither letter nor digit becomes a space.

    >>> print(word("q_proj"))
    \mathrm{q\ proj}
    """
    plain = re.sub(r"[^A-Za-z0-9]+", " ", name).strip() or "layer"
    return rf"\mathrm{{{plain.replace(' ', chr(92) + ' ')}}}"


def digits(number: float) -> str:
    """A number with decimals, in at most four digits."""
    return f"{number:.4g}"
