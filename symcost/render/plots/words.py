"""What stands on a plot in words: as plain text, cut to what a picture has room for, and as a description of it all."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from sympy import Expr

from symcost import notation
from symcost.render.plots.description import Description
from symcost.render.sheet import Prose

_LINE, _LINES = 20, 3  # of a name: characters, and how many
_LONGEST_FORMULA = 34
_ENDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")  # of lines, and what controls
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def parts(prose: Prose) -> tuple[str | Expr, ...]:
    """Words and formulas one by one.

    >>> parts("words")
    ('words',)
    """
    return prose if isinstance(prose, tuple) else (prose,)


def plain(prose: Prose) -> str:
    """Words and formulas as plain text.

    >>> from symcost.formula import read
    >>> plain((read("T"), " = ", read("2*H")))
    'T = 2 H'
    """
    return "".join(each if isinstance(each, str) else notation.text(each) for each in parts(prose))


def name_lines(name: str) -> list[str]:
    """A name in a few short lines; one that is too long for a picture ends in dots.

    >>> name_lines("a transformer with a very long name")
    ['a transformer with a', 'very long name']
    """
    return textwrap.wrap(one_line(name), _LINE, max_lines=_LINES, placeholder=" ...") or [" "]


def short_formula(prose: Prose) -> Prose:
    """A formula, if a picture has room for it."""
    return prose if len(plain(prose)) <= _LONGEST_FORMULA else ""


def one_line(text: str) -> str:
    r"""Text on one line: line ends become spaces; what no XML may hold is its code point.

    >>> one_line("a\nb\ud800")
    'a b[U+D800]'
    """
    return _NO_XML.sub(lambda found: f"[U+{ord(found[0]):04X}]", _ENDS.sub(" ", text))


def title_of(plot: Description) -> str:
    """What a plot is called: its title, or what it shows over what."""
    return one_line(plot.title or f"{plain(plot.y.label)} over {plain(plot.x.label)}")


def said_of(plot: Description) -> str:
    """All that a plot says, in words: for those who cannot see it, and for programs."""
    return one_line(" ".join(_said(plot)))


def _said(plot: Description) -> Iterator[str]:
    yield f"{plain(plot.y.label)} over {plain(plot.x.label)}."
    for curve in plot.curves:
        yield f"{curve.name}: {plain(curve.formula)}." if curve.formula != "" else f"{curve.name}."
    for mark in plot.marks:
        yield f"{' and '.join(mark.curves)} meet: {plain(mark.label)}."
    for level in plot.levels:
        yield f"{level.name}: {plain(level.formula)}."
    for line in plot.lines:
        yield f"{plain(line.label)}."
    for area in plot.areas:
        yield f"{plain(area.label)}{f', of {area.source}' if area.source else ''}."
    yield from map(plain, plot.caption)
