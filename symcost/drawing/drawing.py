"""A drawing: a picture, where everything in it stands, and what is said below it; rendered by a template a format."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symcost.drawing.description import Grid, Picture
from symcost.drawing.formats import DRAWING_FORMATS, context
from symcost.drawing.grid import on_grid
from symcost.drawing.layered import layered
from symcost.drawing.layout import Layout
from symcost.errors import unknown
from symcost.render.sheet import Prose
from symcost.render.templating import fill


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

    def render(self, name: str = "svg", templates: str | Path | None = None) -> str:
        """The drawing in a format: ``svg``, ``dot``, ``mermaid`` or ``tikz``; templates of one's own come first.

        Raises:
            UnknownName: there is no such format.
            RenderError: a template is broken or asks for what there is not; file and line are named.
        """
        if name not in DRAWING_FORMATS:
            raise unknown("format of drawings", name, DRAWING_FORMATS)
        chosen = DRAWING_FORMATS[name]
        unrolled = self.grid is not None
        told = context(self.title, self.picture, self.layout, self.notes, chosen, is_unrolled=unrolled)
        return fill(chosen, [told], templates)

    def __repr__(self) -> str:
        return f"<Drawing {self.title!r}>"

    def _repr_svg_(self) -> str:
        return self.render("svg")
