"""Words and formulas on a figure of matplotlib: text stays text, formulas are set, and both are measured in inches."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symcost import notation
from symcost.extras import required
from symcost.render.plots.words import plain
from symcost.render.sheet import Prose, parts_of
from symcost.render.words import one_line

_LEADING = 1.25  # of lines, in heights of letters
_POINTS = 72  # an inch
_LAST_LATIN = "\u024f"  # beyond it letters join, and matplotlib 3.11 cannot always write them into a PDF as text


def shown(text: str) -> str:
    """Text on one line; what the font has no letter for is its code point in brackets."""
    return "".join(each if _font().get_char_index(ord(each)) else f"[U+{ord(each):04X}]" for each in one_line(text))


@functools.cache
def _font() -> Any:
    fonts = required("matplotlib.font_manager", "plot")
    return fonts.get_font(fonts.findfont("DejaVu Sans"))


def mathematics(prose: Prose) -> str:
    """Words of our own and formulas as matplotlib sets them; as plain text what it cannot set."""
    written = "".join(_dollars(each) for each in parts_of(prose))
    try:
        required("matplotlib.mathtext", "plot").MathTextParser("path").parse(written)
    except ValueError:
        return shown(plain(prose)).replace("$", r"\$")
    return written


def _dollars(part: str | Expr) -> str:
    return shown(part).replace("$", r"\$") if isinstance(part, str) else f"${_legible(notation.latex(part))}$"


def _legible(formula: str) -> str:
    """A formula without fractions in small letters."""
    return formula.replace(r"\frac", r"\dfrac")


@dataclass(frozen=True)
class Lettering:
    """Words one below the other, not yet anywhere: what matplotlib made of each, and how large they are in inches."""

    figure: Any
    texts: tuple[Any, ...]
    heights: tuple[float, ...]
    width: float

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last one."""
        return sum(self.heights)

    def put(self, left: float, middle: float, align: str = "left") -> None:
        """Puts the words at a place on the figure, in inches; ``left`` is where they begin, or their middle."""
        across, up = self.figure.get_size_inches()
        top = middle + self.height / 2
        for text, height in zip(self.texts, self.heights, strict=True):
            text.set(x=left / across, y=(top - height / 2) / up, horizontalalignment=align, visible=True)
            top -= height


@dataclass(frozen=True)
class Letterer:
    """Writes on a figure."""

    figure: Any
    renderer: Any

    def words(self, lines: Iterable[str], points: float, **look: Any) -> Lettering:
        """Plain text, line by line."""
        return self._lettering([(shown(line), points, False) for line in lines], **look)

    def formula(self, prose: Prose, points: float, **look: Any) -> Lettering:
        """Words of our own with formulas, in one line."""
        return self._lettering([(mathematics(prose), points, True)], **look)

    def together(self, lines: Iterable[str], points: float, below: Prose, smaller: float, **look: Any) -> Lettering:
        """Plain text, and a formula below it in smaller letters."""
        written = [(shown(line), points, False) for line in lines]
        return self._lettering([*written, *([(mathematics(below), smaller, True)] if below != "" else [])], **look)

    def _lettering(self, written: list[tuple[str, float, bool]], **look: Any) -> Lettering:
        look = {"verticalalignment": "center", "zorder": 10, "visible": False, **look}
        texts = [
            self.figure.text(0, 0, each, fontsize=points, parse_math=math, **look) for each, points, math in written
        ]
        widths, heights = [], []
        for text in texts:
            if not text.get_parse_math() and max(text.get_text(), default="") > _LAST_LATIN:
                text.set_path_effects([required("matplotlib.patheffects", "plot").Normal()])  # drawn, not set in a font
        for text, (_, points, _) in zip(texts, written, strict=True):
            box = _measured(text, self.renderer)
            widths.append(box.width / self.figure.dpi)
            heights.append(max(box.height / self.figure.dpi, points * _LEADING / _POINTS))
        return Lettering(self.figure, tuple(texts), tuple(heights), max(widths, default=0.0))


def _measured(text: Any, renderer: Any) -> Any:
    text.set_visible(True)
    box = text.get_window_extent(renderer)
    text.set_visible(False)
    return box
