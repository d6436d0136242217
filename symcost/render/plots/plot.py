"""A plot, which can be drawn in every format, and read as a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from symcost.errors import RenderError
from symcost.render.plots import formats
from symcost.render.plots.description import Description
from symcost.render.plots.points import tables
from symcost.render.plots.words import title_of
from symcost.render.table import Table


@dataclass(frozen=True, repr=False)
class Plot(Description):
    """What stands on a plot, and how to have it drawn; a notebook shows it as SVG.

    ``curves`` hold exact points, ``marks`` the places where curves meet, ``lines`` and ``areas`` the boundaries and
    parts of a map, ``levels`` heights across it.
    """

    def render(self, format: str = "svg", aspect: str = "16:9", templates: str | Path | None = None) -> str | bytes:
        """The plot in one of the formats: ``png``, ``svg``, ``pdf``, or ``pgfplots`` for LaTeX.

        It fills a slide of the aspect ``16:9`` or ``4:3``. Templates of the folder ``templates`` come first.

        Raises:
            UnknownName: there is no such format or aspect.
            RenderError: matplotlib is missing, a number is too large, or a template is broken.
        """
        return formats.draw(self, format, aspect, templates)

    def tables(self) -> list[Table]:
        """The curves at round numbers, the places where they meet, and the parts of a map, as tables."""
        return tables(self)

    def __repr__(self) -> str:
        return f"<Plot {title_of(self)!r}>"

    def _repr_svg_(self) -> str | None:
        try:
            written = self.render("svg")
        except RenderError:  # without matplotlib a notebook shows what Python prints
            return None
        return written.decode() if isinstance(written, bytes) else written

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.tables()))
