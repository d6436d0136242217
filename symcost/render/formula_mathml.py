"""How a formula with indices is written as MathML."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symcost import mathml, notation
from symcost.analysis.formulas import Formula, Name, Range
from symcost.mathml import MATHML, row
from symcost.render.formula import ATOM, FormulaWriter, digits
from symcost.render.words import html_text

_FUNCTIONS = {"sigmoid": "\u03c3", "log": "ln", "maximum": "max", "minimum": "min"}
_INDEX = replace(MATHML, fraction="{over}<mo>/</mo>{under}")


class MathmlWriter(FormulaWriter):
    """Formulas as MathML, without the element around them."""

    product = MATHML.product
    squared = f"<msup>{row('{}')}<mn>2</mn></msup>"
    plus, minus, negative = MATHML.plus, MATHML.minus, MATHML.negative
    space, comma, equal = "", MATHML.between, "<mo>=</mo>"
    at_most, at_least = "<mo>≤</mo>", "<mo>≥</mo>"
    where = MATHML.between + '<mspace width="1em"/>'
    bracket = MATHML.bracket
    unknown = "<mi>?</mi>"
    widest = 40

    def reference(self, name: Name, indices: Sequence[str]) -> str:
        written = [_name(name.stem)]
        if indices:
            written.append(row(self.comma.join(indices)))
        if name.ending:
            written.append(_name(f"({name.ending})" if name.ending.isdigit() else name.ending))
        element = "msubsup" if len(written) == 3 else "msub" if indices else "msup"
        return f"<{element}>{''.join(written)}</{element}>" if len(written) > 1 else written[0]

    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        sign = {"add": "<mo>∑</mo>", "maximum": '<mo movablelimits="true" lspace="0.17em">max</mo>'}[function]
        return f"<munder>{sign}{row(self.comma.join(over))}</munder>{row(body)}"

    def quotient(self, over: Formula, under: Formula) -> tuple[str, int]:
        return MATHML.fraction.format(over=self.write(over), under=self.write(under)), ATOM

    def function(self, name: str, arguments: Sequence[str]) -> str:
        inside = self.comma.join(arguments)
        if name == "sqrt":
            return MATHML.root.format(inside)
        if name == "absolute":
            return row(f"<mo>|</mo>{inside}<mo>|</mo>")
        return self.call(_FUNCTIONS.get(name, name), arguments)

    def call(self, name: str, arguments: Sequence[str]) -> str:
        return row(f"{_name(name)}<mo>\u2061</mo>{self.brackets(self.comma.join(arguments))}")

    def expression(self, expression: Any) -> str:
        if isinstance(expression, float):
            mantissa, _, exponent = digits(expression).partition("e")
            front = "" if mantissa == "1" else f"<mn>{mantissa}</mn>" + ("<mo>⋅</mo>" if exponent else "")
            power = f"<msup><mn>10</mn>{row(_written(int(exponent)))}</msup>" if exponent else ""
            return front + power or f"<mn>{mantissa}</mn>"
        return _written(expression)

    def place(self, index: Expr) -> str:
        return notation.write(index, _INDEX)

    def width(self, written: str) -> int:
        return len(re.sub(r"<[^>]*>|&\w+;", "", written))

    def broken(self, written: str) -> list[str]:
        """Something that was written, in parts: a line may end in front of each term of what is long."""
        if self.width(written) <= self.widest:
            return [written]
        first, *others = mathml.terms(written)
        return [first, *map(mathml.with_sign, others)]

    def bracketed(self, written: str) -> str:
        is_sum = written.startswith(self.minus) or len(mathml.terms(written)) > 1
        return self.brackets(written) if is_sum else written

    def brackets(self, written: str) -> str:
        return MATHML.bracketed(written)

    def statement(self, right: Formula, where: Sequence[Range]) -> list[str]:
        rows = self.broken(self.write(right))
        return [*rows, self.where + self.comma.join(map(self.within, where))] if where else rows


@functools.lru_cache(maxsize=4096)
def _written(expression: Any) -> str:
    return notation.write(expression, MATHML)


def _name(name: str) -> str:
    return f"<mi>{html_text(name)}</mi>"
