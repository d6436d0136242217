"""How curves are told apart: by colour, by the style of the line, and by the shape of its points."""

from __future__ import annotations

from typing import NamedTuple


class Style(NamedTuple):
    """The look of a curve: its colour, its dashes in widths of the line, its points for matplotlib and for PGFPlots."""

    colour: str
    dashes: tuple[float, ...] = ()
    marker: str = ""
    pgfplots_mark: str = ""


_COLOURS = ("0072B2", "D55E00", "117733", "AA3377", "444444", "8A6D00")
_DASHES = ((), (5.0, 1.6), (1.2, 1.4), (6.0, 1.4, 1.2, 1.4))
_MARKERS = (
    ("o", "*"),
    ("s", "square*"),
    ("^", "triangle*"),
    ("D", "diamond*"),
    ("v", "halfcircle*"),
    ("P", "pentagon*"),
)

LEVEL = Style("444444", (4.0, 2.0))
"""The look of a level."""


def style(place: int) -> Style:
    """The look of the curve at a place; the first dozen all look different.

    The colours are dark enough for text on white, and told apart by those who are colour-blind.
    """
    turn = place + place // len(_COLOURS)
    return Style(_COLOURS[place % len(_COLOURS)], _DASHES[turn % len(_DASHES)], *_MARKERS[place % len(_MARKERS)])
