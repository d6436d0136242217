"""What stands on a plot in words: as plain text, cut to what a picture has room for, and as a description of it all."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from symcost import notation
from symcost.render.plots.description import Description
from symcost.render.sheet import Prose, parts_of
from symcost.render.words import one_line

_LINE, _LINES = 20, 3  # of a name: characters, and how many
_LONGEST_FORMULA = 34
_BREAKS = re.compile(r"( +)|(?<=\w-)(?=\w)|(?<=[a-z]{2})(?=[A-Z])")  # of words: also within TransformerEncoderLayer


def plain(prose: Prose) -> str:
    """Words and formulas as plain text.

    >>> from symcost.formula import read
    >>> plain((read("T"), " = ", read("2*H")))
    'T = 2 H'
    """
    return "".join(each if isinstance(each, str) else notation.text(each) for each in parts_of(prose))


def name_lines(name: str) -> list[str]:
    """A name in a few short lines; one that is too long for a picture ends in dots.

    >>> name_lines("a transformer with a very long name")
    ['a transformer with a', 'very long name']
    >>> name_lines("TransformerEncoderLayer")
    ['TransformerEncoder', 'Layer']
    """
    wrapper = textwrap.TextWrapper(_LINE, max_lines=_LINES, placeholder=" ...", break_on_hyphens=False)
    wrapper.wordsep_simple_re = _BREAKS
    return wrapper.wrap(one_line(name)) or [" "]


def short_formula(prose: Prose) -> Prose:
    """A formula, if a picture has room for it; else what it comes to, if it says so at its end.

    >>> from symcost.formula import read
    >>> short_formula((read("T*(4*H*I + 4*H^2 + 7*H + max(H, I))"), " = ", read("448")))
    448
    """
    shorter = (prose, parts_of(prose)[-1], "")
    return next(each for each in shorter if len(plain(each)) <= _LONGEST_FORMULA)


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
