"""The figure of the page: a curve a network, and a mark on each at the size that is chosen. It knows no names."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any, NamedTuple

from symcost.extras import required


class Stroke(NamedTuple):
    """How a curve is told from the others without its colour."""

    dash: str
    marker: str


_POINTED_AT = ("network", "size", "cost")  # columns of text
_DASHES = ("", "8 4", "2 4", "8 4 2 4", "12 3")
_MARKERS = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex", "star")


def strokes(count: int) -> list[Stroke]:
    """The strokes of so many curves.

    >>> strokes(2)
    [Stroke(dash='', marker='circle'), Stroke(dash='8 4', marker='square')]
    """
    both = zip(itertools.cycle(_DASHES), itertools.cycle(_MARKERS), strict=False)
    return [Stroke(*each) for each in itertools.islice(both, count)]


def figure_json(count: int, target: str) -> dict[str, Any]:
    """The figure of so many curves for BokehJS, to be shown in an element of that id: the same at every run.

    The page fills the sources ``curve 0``, ``mark 0``, ...; it sets the colours and the words of the axes.
    """
    models = required("bokeh.models", "explore")
    plot = required("bokeh.plotting", "explore").figure(
        x_axis_type="log", y_axis_type="log", height=420, sizing_mode="stretch_width", tools="save", name="plot",
        toolbar_location="above", background_fill_color=None, border_fill_color=None, outline_line_color=None,
        x_range=models.Range1d(name="reach", start=1, end=10), y_range=models.Range1d(name="span", start=1, end=10),
    )  # fmt: skip
    plot.toolbar.logo = None
    plot.xaxis.name, plot.yaxis.name = "along", "quantity"
    here = models.Span(dimension="height", line_dash=[3, 3], line_alpha=0.6, name="here")
    plot.add_layout(here)
    curves = []
    for number, stroke in enumerate(strokes(count)):
        dash = [int(each) for each in stroke.dash.split()]
        curve, mark = (
            models.ColumnDataSource({column: [] for column in ("x", "y", *_POINTED_AT)}, name=f"{kind} {number}")
            for kind in ("curve", "mark")
        )
        curves.append(plot.line("x", "y", source=curve, line_width=2, line_dash=dash, name=f"stroke {number}"))
        plot.scatter("x", "y", source=mark, size=11, marker=stroke.marker, name=f"point {number}")
    plot.add_tools(
        models.HoverTool(visible=False, renderers=curves, tooltips=[("", f"@{each}") for each in _POINTED_AT])
    )
    return _numbered_anew(required("bokeh.embed", "explore").json_item(plot, target))


def library() -> str:
    """What BokehJS needs of itself for the figure, to be put into the page."""
    resources = required("bokeh.resources", "explore")
    return "\n".join(resources.Resources(mode="inline", components=["bokeh"], log_level="warn").js_raw)


def _numbered_anew(item: dict[str, Any]) -> dict[str, Any]:
    """The same with the ids of its models counted from 1: Bokeh counts on from figure to figure."""
    places: dict[str, str] = {}
    written = json.dumps(item)
    anew = re.sub(r'"p\d+"', lambda match: places.setdefault(match[0], f'"p{len(places) + 1}"'), written)
    found: dict[str, Any] = json.loads(anew)
    return found
