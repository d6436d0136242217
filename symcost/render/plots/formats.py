"""The table of the formats of plots: matplotlib draws pictures, a template prints LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from symcost.errors import under_name
from symcost.render.formats import FORMATS, named_by_ending
from symcost.render.plots.description import Description


@dataclass(frozen=True, slots=True)
class PlotFormat:
    """A way to draw a plot: the ending of its files, and what draws it."""

    suffix: str
    draw: Callable[[Description, tuple[float, float], str | Path | None], str | bytes]
    library: str = ""  # that it needs, of the extra ``plot``


def _picture(name: str) -> PlotFormat:
    def draw(plot: Description, size: tuple[float, float], templates: str | Path | None) -> bytes:
        from symcost.render.plots.picture import picture  # with matplotlib, which is an extra

        return picture(plot, name, size)

    return PlotFormat(f".{name}", draw, "matplotlib")


def _pgfplots(plot: Description, size: tuple[float, float], templates: str | Path | None) -> str:
    from symcost.render.plots.pgfplots import source

    return source(plot, size, templates)


PLOT_FORMATS = {**{name: _picture(name) for name in ("png", "svg", "pdf")}, "pgfplots": PlotFormat(".tex", _pgfplots)}
"""Every format of plots by its name."""

_ENDINGS = {each.suffix: name for shown in (FORMATS, PLOT_FORMATS) for name, each in shown.items()}


def plot_format_of_file(name: str) -> str:
    """The format of a plot, or of its tables, that a file's name asks for by its ending.

    >>> plot_format_of_file("plot.tex"), plot_format_of_file("plot.md")
    ('pgfplots', 'markdown')

    Raises:
        UnknownName: no format has that ending.
    """
    return named_by_ending(name, _ENDINGS, "format")


ASPECTS = {"16:9": (40 / 3, 7.5), "4:3": (10.0, 7.5)}
"""The slides that a plot fills, in inches."""


def draw(plot: Description, format: str, aspect: str, templates: str | Path | None = None) -> str | bytes:
    """A plot in a format, as large as a slide.

    Raises:
        UnknownName: there is no such format or aspect.
        RenderError: a library is missing, a number is too large, or a template is broken.
    """
    chosen = under_name("format of plots", format, PLOT_FORMATS)
    return chosen.draw(plot, under_name("aspect", aspect, ASPECTS), templates)
