"""An expression as MathML, which a browser shows without any script; it looks as LaTeX's does."""

from __future__ import annotations

import html
import re
from typing import Any

from sympy.printing.mathml import MathMLPresentationPrinter

from symcost import dimensions, notation
from symcost.notation import Notation

_LONGEST_LINE = 40  # characters of plain text: a browser breaks no line within a formula


def name(spelt: str) -> str:
    """A name: its letter slanted, a word upright, with what stands below.

    >>> print(name("T_self"))
    <msub><mi>T</mi><mi>self</mi></msub>
    """
    head, *below = map(_part, dimensions.parts(spelt))
    if not below:
        return head
    return f"<msub>{head}{below[0] if len(below) == 1 else row('<mo>,</mo>'.join(below))}</msub>"


def _part(part: str) -> str:
    if part.endswith("'"):  # of an index
        return f"<msup>{_part(part[:-1])}<mo>\u2032</mo></msup>"
    if part.isdigit():
        return f"<mn>{part}</mn>"
    return f"<mi>{html.unescape(f'&{part};') if part in dimensions.GREEK else part}</mi>"


def row(written: str) -> str:
    """Several elements as one."""
    return f"<mrow>{written}</mrow>"


def _called(function: str) -> str:
    return row(f"{function}<mo>\u2061</mo>{{bracketed}}")


def _other(expression: Any) -> str:
    if written_in := getattr(expression, "written_in", None):
        return str(written_in(MATHML))
    return str(MathMLPresentationPrinter().doprint(expression))


MATHML = Notation(
    symbol=lambda symbol: name(symbol.name),
    product='<mo lspace="0.08em" rspace="0.08em">\u2062</mo>',
    power="<msup>" + row("{base}") + row("{exponent}") + "</msup>",
    fraction="<mfrac>" + row("{over}") + row("{under}") + "</mfrac>",
    bracket=row('<mo stretchy="false">(</mo>{}<mo stretchy="false">)</mo>'),
    tall_bracket=row("<mo>(</mo>{}<mo>)</mo>"),
    root="<msqrt>{}</msqrt>",
    functions={
        "floor": row("<mo>⌊</mo>{}<mo>⌋</mo>"),
        "ceiling": row("<mo>⌈</mo>{}<mo>⌉</mo>"),
        "exp": _called("<mi>exp</mi>"),
        "log": _called("<mi>ln</mi>"),
        "Log2": _called("<msub><mi>log</mi><mn>2</mn></msub>"),
        "Max": _called("<mi>max</mi>"),
        "Min": _called("<mi>min</mi>"),
    },
    other=_other,
    between="<mo>,</mo>",
    number="<mn>{}</mn>",
    plus="<mo>+</mo>",
    minus="<mo>\u2212</mo>",
    negative="<mo>\u2212</mo>{}",
    order="<mi>\U0001d4aa</mi>",
    tall=("<mfrac>", "⌈", "⌊"),
)


def mathml(expression: Any) -> str:
    """An expression as MathML; where it is long, a line may end in front of each of its terms.

    >>> from symcost.formula import read
    >>> print(mathml(read("2*T_self")))
    <math><mn>2</mn><mo lspace="0.08em" rspace="0.08em">\u2062</mo><msub><mi>T</mi><mi>self</mi></msub></math>
    """
    written = notation.write(expression, MATHML)
    parts = terms(written) if len(notation.text(expression)) > _LONGEST_LINE else [written]
    return "<wbr>".join(map(element, [parts[0], *map(with_sign, parts[1:])]))


def element(written: str) -> str:
    """A formula as an element of a page."""
    return f"<math>{written}</math>"


def with_sign(written: str) -> str:
    """A part of a formula whose sign at the beginning is one between it and what is in front of it."""
    return written.replace("<mo>", '<mo form="infix">', 1)


def terms(written: str) -> list[str]:
    """The terms of a sum that is written as MathML, each but the first with its sign in front.

    >>> terms("<mi>T</mi><mo>+</mo><mrow><mi>H</mi><mo>+</mo><mn>1</mn></mrow>")
    ['<mi>T</mi>', '<mo>+</mo><mrow><mi>H</mi><mo>+</mo><mn>1</mn></mrow>']
    """
    found, depth, start = list[str](), 0, 0
    for match in re.finditer(r"<mo>[+\u2212]</mo>|<(/?)\w[^>]*?(/?)>", written):
        if match.group(1) is None:
            if depth == 0 and match.start():
                found.append(written[start : match.start()])
                start = match.start()
        elif not match.group(2):
            depth += -1 if match.group(1) else 1
    return [*found, written[start:]]
