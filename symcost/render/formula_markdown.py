r"""How a formula with indices is written as LaTeX within Markdown, which reads it before mathematics is shown.

It takes a backslash off from in front of a sign, and an underline between brackets for emphasis: each stands behind a
letter here.
"""

from __future__ import annotations

from collections.abc import Sequence

from symcost.analysis.formulas import Name
from symcost.render.formula import LatexWriter


class MarkdownWriter(LatexWriter):
    """Formulas as LaTeX that is left as it is by Markdown."""

    product = " "

    def reference(self, name: Name, indices: Sequence[str]) -> str:
        written = super().reference(name, ())
        if not indices:
            return written
        if not (len(name.stem) == 1 and name.stem.isalpha()):
            return f"{written}[{', '.join(indices)}]"
        return f"{name.stem}_{{{','.join(indices)}}}{written.removeprefix(name.stem)}"

    def reduction(self, function: str, over: Sequence[str], body: str) -> str:
        return super().reduction(function, [", ".join(over)], body)

    def function(self, name: str, arguments: Sequence[str]) -> str:
        if name == "absolute":
            return rf"\left\lvert {', '.join(arguments)} \right\rvert"
        return super().function(name, arguments)
