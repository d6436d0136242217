"""A drawing: a picture, where everything in it stands, and what is said below it; rendered by a template a format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symcost.drawing.description import Grid, Picture
from symcost.drawing.formats import context, drawing_format_named
from symcost.drawing.grid import on_grid
from symcost.drawing.layered import layered
from symcost.drawing.layout import Layout
from symcost.render.sheet import Prose
from symcost.render.templating import fill
from symcost.render.typesetting import typeset_svg
from symcost.render.words import one_line


@dataclass(frozen=True, repr=False)
class Drawing:
    """A drawing of a network; a notebook shows it as SVG."""

    title: str
    picture: Picture
    notes: tuple[Prose, ...] = ()
    grid: Grid | None = None  # of an unrolled network

    @cached_property
    def layout(self) -> Layout:
        """Where everything stands."""
        return on_grid(self.picture, self.grid) if self.grid else layered(self.picture)

    def render(self, name: str = "svg", templates: str | Path | None = None) -> str | bytes:
        """The drawing as ``svg``, ``dot``, ``mermaid``, ``tikz``, ``pdf`` or ``png``; your own templates come first.

        PDF and PNG are bytes.

        Raises:
            UnknownName: there is no such format.
            RenderError: a template is broken or asks for what there is not; file and line are named. Or it is for PDF
                or PNG, and Typst is not installed.
        """
        chosen = drawing_format_named(name)
        unrolled = self.grid is not None
        told = context(self.title, self.picture, self.layout, self.notes, chosen, is_unrolled=unrolled)
        written = fill(chosen, [told], templates)
        return typeset_svg(written, chosen.typeset, one_line(self.title)) if chosen.typeset else written

    def __repr__(self) -> str:
        return f"<Drawing {self.title!r}>"

    def _repr_svg_(self) -> str:
        return str(self.render("svg"))
