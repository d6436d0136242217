"""How a formula with indices is written as the mathematics of Typst."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr

from symcost import notation
from symcost.analysis.formulas import Formula, Name
from symcost.render.formula import ATOM, FormulaWriter, digits
from symcost.render.words import one_line
from symcost.typst_math import TYPST, quoted

_FUNCTIONS = {
    "sigmoid": "sigma", "tanh": "tanh", "exp": "exp", "log": "ln", "maximum": "max", "minimum": "min",
}  # fmt: skip
_INDEX = replace(TYPST, product=" ", fraction="{over} \\/ {under}")


class TypstWriter(FormulaWriter):
    """Formulas as Typst, for within dollar signs; it breaks lines itself."""

    product = TYPST.product
    squared = "{}^2"
    at_most, at_least = " <= ", " >= "
    where = ", quad "

    def reference(self, name: Name, indices: Sequence[str]) -> str:
        below = f"_({', '.join(indices)})" if indices else ""
        above = f"^{_name(f'({name.ending})' if name.ending.isdigit() else name.ending)}" if name.ending else ""
        return _name(name.stem) + below + above

    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        return f"{ {'add': 'sum', 'maximum': 'max'}[function] }_({', '.join(over)}) {body}"

    def quotient(self, over: Formula, under: Formula) -> tuple[str, int]:
        return TYPST.fraction.format(over=self.write(over), under=self.write(under)), ATOM

    def function(self, name: str, arguments: Sequence[str]) -> str:
        inside = ", ".join(arguments)
        if name in ("sqrt", "absolute"):
            return f"{ {'sqrt': 'sqrt', 'absolute': 'abs'}[name] }({inside})"
        return f"{_FUNCTIONS.get(name, quoted(name))} ({inside})"

    def call(self, name: str, arguments: Sequence[str]) -> str:
        return f"{quoted(one_line(name))} ({', '.join(arguments)})"

    def expression(self, expression: Any) -> str:
        if isinstance(expression, float):
            mantissa, _, exponent = digits(expression).partition("e")
            front = "" if mantissa == "1" else f"{mantissa} dot "
            return f"{front}10^({int(exponent)})" if exponent else mantissa
        return _written(expression)

    def place(self, index: Expr) -> str:
        return notation.write(index, _INDEX)

    def broken(self, written: str) -> list[str]:
        return [written]


@functools.lru_cache(maxsize=4096)
def _written(expression: Any) -> str:
    return notation.write(expression, TYPST)


def _name(name: str) -> str:
    return name if len(name) == 1 and name.isalpha() and name.isascii() else quoted(one_line(name))
