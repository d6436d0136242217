"""An expression as the mathematics of Typst; it looks as LaTeX's does."""

from __future__ import annotations

import json
from typing import Any

from symcost import dimensions, notation
from symcost.notation import Notation


def name(spelt: str) -> str:
    """A name: its letter slanted, a word upright, with what stands below.

    >>> print(name("T_self"), name("sigma_2"), name("n_in_x"))
    T_"self" sigma_2 n_("in", x)
    """
    head, *below = map(_part, dimensions.parts(spelt))
    if not below:
        return head
    return f"{head}_{below[0] if len(below) == 1 else '(' + ', '.join(below) + ')'}"


def _part(part: str) -> str:
    return part if len(part.rstrip("'")) == 1 or part.isdigit() or part in dimensions.GREEK else quoted(part)


def quoted(text: str) -> str:
    r"""Text as a string of Typst, which shows as it is.

    >>> print(quoted('a "b" \\'))
    "a \"b\" \\"
    """
    return json.dumps(text, ensure_ascii=False)


def _other(expression: Any) -> str:
    written_in = getattr(expression, "written_in", None)
    return str(written_in(TYPST)) if written_in else quoted(str(expression))


TYPST = Notation(
    symbol=lambda symbol: name(symbol.name),
    product=" thin ",
    power="{base}^({exponent})",
    fraction="frac({over}, {under})",
    bracket="({})",
    tall_bracket="({})",
    root="sqrt({})",
    functions={
        "floor": "floor({})",
        "ceiling": "ceil({})",
        "exp": "exp({})",
        "log": "ln({})",
        "Log2": "log_2 ({})",
        "Max": "max({})",
        "Min": "min({})",
    },
    other=_other,
    order="cal(O)",
)


def typst_math(expression: Any) -> str:
    """An expression as Typst, for within dollar signs.

    >>> from symcost.formula import read
    >>> print(typst_math(read("H**2*T_self + H*I*T_self")))
    T_"self" thin (H thin I + H^(2))
    """
    return notation.write(expression, TYPST)
