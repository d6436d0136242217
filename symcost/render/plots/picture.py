"""Plots as pictures, drawn by matplotlib: PNG, SVG and PDF, the same bytes each time."""

from __future__ import annotations

import functools
import io
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from symcost.extras import required
from symcost.render.plots.beside import Name, heights, leader, names_of
from symcost.render.plots.description import Description, Point
from symcost.render.plots.frame import Box, Frame, Place, Scale, frame_of, middle, number
from symcost.render.plots.labels import labels_of, led, placed, ways_of
from symcost.render.plots.lettering import Letterer, Lettering, mathematics
from symcost.render.plots.styles import LEVEL, style
from symcost.render.plots.words import name_lines, plain, said_of, title_of
from symcost.render.words import one_line

_PIXELS = 144  # an inch
_SETTINGS = {
    "font.family": ["DejaVu Sans"],  # it comes with matplotlib
    "font.size": 18,
    "mathtext.fontset": "dejavusans",
    "svg.hashsalt": "symcost",
    "svg.fonttype": "path",  # a slide shows it as it is, whatever fonts there are
    "pdf.fonttype": 42,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 1.4,
    "axes.edgecolor": "#444444",
    "axes.labelsize": 22,
    "axes.labelpad": 8,
    "axes.axisbelow": True,
    "axes.formatter.use_mathtext": True,
    "axes.formatter.limits": (-3, 5),
    "xtick.major.size": 7,
    "ytick.major.size": 7,
    "xtick.major.width": 1.4,
    "ytick.major.width": 1.4,
    "grid.color": "#DDDDDD",
    "lines.linewidth": 3.2,
}
_TITLE, _AREA, _NAME, _MARK, _FORMULA, _CAPTION = 22, 24, 20, 18, 16, 12  # points
_INK, _GREY = "#222222", "#666666"
_EDGE, _GAP = 0.25, 0.45  # inches: around all, and between the frame and the names beside it
_APART = 0.12  # inches between names
_FEW = 100.0  # from the beginning of a logarithmic axis to its end, if powers of ten alone say too little
_LETTERS, _MOST_LINES = 125, 4  # of a caption: letters in an inch at one point, and lines
_TINT = 0.18  # of a colour, in areas
_BACKGROUND = {"boxstyle": "square,pad=0.12", "facecolor": "white", "edgecolor": "none"}
_MARKER = {
    "marker": "o", "markersize": 13, "markerfacecolor": "white", "markeredgecolor": _INK, "markeredgewidth": 2.6,
    "zorder": 8,
}  # fmt: skip
_METADATA = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}
_SAID = {"svg": ("Title", "Description"), "pdf": ("Title", "Subject"), "png": ("Title", "Description")}


def picture(plot: Description, form: str, size: tuple[float, float]) -> bytes:
    """A plot as a picture of so many inches, with what it says in words for those who cannot see it.

    Raises:
        RenderError: matplotlib is not installed, or a number is too large.
    """
    matplotlib = required("matplotlib", "plot")
    written = io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # not what the user's own file says
        matplotlib.rcParams.update(_SETTINGS)
        words = dict(zip(_SAID[form], (title_of(plot), said_of(plot)), strict=True))
        figure = _drawn(plot, size)
        figure.savefig(written, format=form, dpi=_PIXELS, metadata={**_METADATA[form], **words})
    return written.getvalue()


def _drawn(plot: Description, size: tuple[float, float]) -> Any:
    """The figure with all that a plot says on it."""
    paper = _arranged(plot, size)
    taken = _draw_areas(plot, paper)
    _draw_lines(plot, paper)
    _draw_curves(plot, paper)
    _draw_names(plot, paper)
    _draw_labels(plot, paper, taken)
    return paper.figure


# --- the frame, and what stands around it ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Paper:
    """A figure with the frame of a plot on it, which is so many inches wide and begins so far left and up.

    ``lettered`` are names, each written once, wherever it will stand.
    """

    figure: Any
    letters: Letterer
    lettered: Callable[[Name], Lettering]
    axes: Any
    frame: Frame
    left: float
    bottom: float
    wide: float

    def inches(self, place: Place) -> Place:
        """Where a place of the frame lies on the figure."""
        return self.left + place[0] * self.wide, self.bottom + place[1] * self.wide

    def line(self, places: Sequence[Place], **look: Any) -> None:
        """A line that may leave the frame."""
        artists = required("matplotlib.lines", "plot")
        across, up = self.figure.get_size_inches()
        x, y = zip(*(self.inches(place) for place in places), strict=True)
        transform = self.figure.transFigure
        self.figure.add_artist(
            artists.Line2D([each / across for each in x], [each / up for each in y], transform=transform, **look)
        )


def _arranged(plot: Description, size: tuple[float, float]) -> _Paper:
    """The frame as large as what stands around it lets it be."""
    figures, backend = required("matplotlib.figure", "plot"), required("matplotlib.backends.backend_agg", "plot")
    width, height = size
    figure = figures.Figure(figsize=size, dpi=_PIXELS, facecolor="white")
    letters = Letterer(figure, backend.FigureCanvasAgg(figure).get_renderer())
    lettered = functools.cache(functools.partial(_lettered, letters))
    axes = _axes(plot, figure)
    beside = max((_GAP + lettered(name).width for name in names_of(plot)), default=_EDGE)
    below = _write_caption(plot, letters, width)
    above = _write_title(plot, letters, size)
    box = axes.get_tightbbox(letters.renderer)
    left, bottom = (
        _EDGE + (frame - whole) / _PIXELS for frame, whole in ((axes.bbox.x0, box.x0), (axes.bbox.y0, box.y0))
    )
    bottom += below
    wide, high = width - _EDGE - beside - left, height - _EDGE - above - bottom
    axes.set_position((left / width, bottom / height, wide / width, high / height))
    return _Paper(figure, letters, lettered, axes, frame_of(plot, high / wide), left, bottom, wide)


def _axes(plot: Description, figure: Any) -> Any:
    """Axes with their scales and what is written on them."""
    axes, frame = figure.add_axes((0.2, 0.2, 0.6, 0.6)), frame_of(plot, 1.0)
    for along, axis, scale in (("x", plot.x, frame.x), ("y", plot.y, frame.y)):
        axes.set(**{f"{along}scale": "log" if scale.is_log else "linear"})
        axes.set(**{f"{along}lim": (scale.lower, scale.upper), f"{along}label": mathematics(axis.label)})
        getattr(axes, f"{along}axis").label.set_color(_INK)
        if scale.is_log and scale.upper < _FEW * scale.lower:
            _tick_often(getattr(axes, f"{along}axis"), scale)
    axes.tick_params(colors=_INK, which="both")
    axes.grid(visible=not plot.areas)
    return axes


def _tick_often(axis: Any, scale: Scale) -> None:
    """Numbers at 1, 2 and 5 times the powers of ten, of which there are few; short ones without a power."""
    ticker = required("matplotlib.ticker", "plot")
    powers = ticker.LogFormatterSciNotation(minor_thresholds=(math.inf, math.inf))
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:g}" if scale.lower >= 0.01 and scale.upper < 1e5 else powers)
    axis.set_minor_formatter(ticker.NullFormatter())


def _write_caption(plot: Description, letters: Letterer, width: float) -> float:
    """What is said below, as small as it is; gives its height."""
    room = int((width - 2 * _EDGE) * _LETTERS / _CAPTION)
    lines = [line for said in plot.caption for line in textwrap.wrap(one_line(plain(said)), room)]
    written = letters.words(lines[:_MOST_LINES], _CAPTION, color=_GREY)
    written.put(_EDGE, _EDGE / 2 + written.height / 2)
    return written.height


def _write_title(plot: Description, letters: Letterer, size: tuple[float, float]) -> float:
    """The title above; gives its height."""
    room = int((size[0] - 2 * _EDGE) * _LETTERS / _TITLE)
    lines = textwrap.wrap(one_line(plot.title), room, max_lines=1, placeholder=" ...")
    written = letters.words(lines, _TITLE, color=_INK, fontweight="bold")
    written.put(_EDGE, size[1] - _EDGE - written.height / 2)
    return written.height + _EDGE * bool(lines)


# --- what lies within it ---------------------------------------------------------------------------------------------


def _numbers(points: Iterable[Point]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where points lie across, and where they lie up."""
    x, y = zip(*((number(one), number(other)) for one, other in points), strict=True)
    return x, y


def _draw_areas(plot: Description, paper: _Paper) -> list[Box]:
    """The parts of a map, each tinted, with what holds there in its middle; hands out the room that this takes."""
    taken = []
    for place, area in enumerate(plot.areas):
        x, y = _numbers(area.corners)
        colour = f"#{style(place).colour}"
        paper.axes.fill(x, y, facecolor=colour, alpha=_TINT, linewidth=0)
        written = paper.letters.formula(area.label, _AREA, color=colour)
        source = paper.letters.words(name_lines(area.source) if area.source else (), _FORMULA, color=_INK)
        left, low = middle([paper.frame.place(corner) for corner in area.corners])
        across, up = paper.inches((left, low))
        written.put(across, up + source.height / 2, "center")
        source.put(across, up - written.height / 2, "center")
        wide, high = max(written.width, source.width) / paper.wide, (written.height + source.height) / paper.wide
        taken.append(Box(left - wide / 2, low - high / 2, wide, high))
    return taken


def _draw_lines(plot: Description, paper: _Paper) -> None:
    """Boundaries, and what joins the same size on several curves."""
    for line in plot.lines:
        x, y = _numbers(sorted(line.points))
        look = (
            {"color": _GREY, "linewidth": 1.4, "linestyle": ":"} if line.dotted else {"color": _INK, "linewidth": 2.4}
        )
        paper.axes.plot(x, y, **look)


def _draw_curves(plot: Description, paper: _Paper) -> None:
    for place, curve in enumerate(plot.curves):
        look = style(place)
        x, y = _numbers(plot.drawn(curve))
        dashes = {"linestyle": (0, look.dashes)} if look.dashes else {}
        points = (
            {} if curve.stepped else {"marker": look.marker, "markersize": 9, "markevery": (0.03 + 0.02 * place, 0.11)}
        )
        paper.axes.plot(x, y, color=f"#{look.colour}", **dashes, **points)
        if curve.stepped:
            paper.axes.fill_between(x, y, facecolor=f"#{look.colour}", alpha=_TINT, linewidth=0)
    for level in plot.levels:
        ends, heights_ = [number(plot.x.lower), number(plot.x.upper)], [number(level.value)] * 2
        paper.axes.plot(ends, heights_, color=f"#{LEVEL.colour}", linewidth=2, linestyle=(0, LEVEL.dashes))


def _draw_names(plot: Description, paper: _Paper) -> None:
    """The names beside the frame, each with a line that leads to it."""

    def height_of(name: Name) -> float:
        return (paper.lettered(name).height + _APART) / paper.wide

    names, middles = heights(names_of(plot), paper.frame, height_of)
    for name, middle_ in zip(names, middles, strict=True):
        written = paper.lettered(name)
        end, beside = leader(name, paper.frame, middle_, (_GAP - 0.1) / paper.wide)
        paper.line([end, beside], color=f"#{name.style.colour}", linewidth=1.2, zorder=1)
        across, up = paper.inches(beside)
        written.put(across + 0.1, up)


def _lettered(letters: Letterer, name: Name) -> Lettering:
    points = _FORMULA if name.lines else _NAME
    return letters.together(name.lines, _NAME, name.formula, points, color=f"#{name.style.colour}")


def _draw_labels(plot: Description, paper: _Paper, taken: list[Box]) -> None:
    """Marks, and the formulas of marks and lines where there is room for them."""
    for mark in plot.marks:
        x, y = map(number, mark.at)
        paper.axes.plot([x, x], [paper.frame.y.lower, y], color=_GREY, linewidth=1.4, linestyle=":", zorder=2)
        paper.axes.plot([x], [y], **_MARKER)
    labels = labels_of(plot, paper.frame)
    written = [paper.letters.formula(each.said, _MARK, color=_INK, bbox=_BACKGROUND) for each in labels]
    rooms = [(each.width / paper.wide, each.height / paper.wide) for each in written]
    boxes = placed(labels, rooms, ways_of(plot, paper.frame), paper.frame, taken)
    for label, lettering, box in zip(labels, written, boxes, strict=True):
        lettering.put(*paper.inches(box.middle), "center")
        if lead := led(label, box):
            paper.line(lead, color=_GREY, linewidth=1.2, zorder=3)
