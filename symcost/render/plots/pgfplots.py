"""Plots as PGFPlots source for LaTeX: a document that compiles, and the picture alone where it is put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from symcost.render.formats import FORMATS
from symcost.render.plots.beside import Name, heights, leader, names_of
from symcost.render.plots.description import Area, Axis, Description, Point
from symcost.render.plots.frame import Box, Frame, Place, Scale, frame_of, middle, number
from symcost.render.plots.labels import labels_of, led, placed, ways_of
from symcost.render.plots.styles import LEVEL, style
from symcost.render.plots.words import name_lines, plain
from symcost.render.sheet import Prose, parts_of
from symcost.render.templating import fill

_FORMAT = replace(FORMATS["latex"], template="plot.tex.j2", page="")
_WIDTHS = {True: (9.2, 5.4), False: (6.6, 5.6)}  # of the frame in centimetres, on a wide slide of beamer and another
_BESIDE = 3.6  # centimetres beside the frame
_LINE, _LETTER = 0.46, 0.18  # centimetres that a line is high, and a letter is wide
_GAP = 0.3  # centimetres from the frame to the names
_EVERY = 24  # points of a curve from one that is shown to the next


def source(plot: Description, size: tuple[float, float], templates: str | Path | None = None) -> str:
    """A plot as LaTeX, about as large as a slide of beamer.

    Raises:
        RenderError: a template is broken, or a number is too large.
    """
    width, height = _WIDTHS[size[0] / size[1] > 1.5]
    return fill(_FORMAT, [_context(plot, frame_of(plot, height / width), width)], templates)


def _context(plot: Description, frame: Frame, width: float) -> dict[str, Any]:
    """What the template gets: all numbers and texts as LaTeX."""
    curves = list(_curves(plot))
    areas = list(_areas(plot, frame))
    names = list(_names(plot, frame, width))
    return {
        "width": width, "height": round(width * frame.height, 3), "text_width": round(width + _BESIDE, 1),
        "x": _axis(plot.x, frame.x), "y": _axis(plot.y, frame.y), "title": _text(plot.title),
        "caption": [_text(plain(said)) for said in plot.caption],
        "curves": curves, "areas": areas, "names": names,
        "levels": [
            {"colour": LEVEL.colour, "from": _pair((plot.x.lower, each.value)), "to": _pair((plot.x.upper, each.value))}
            for each in plot.levels
        ],
        "lines": [{"dotted": each.dotted, "points": list(map(_pair, sorted(each.points)))} for each in plot.lines],
        "marks": [
            {"at": _pair(each.at), "foot": f"{_figure(number(each.at[0]))},{_figure(frame.y.lower)}"}
            for each in plot.marks
        ],
        "labels": list(_labels(plot, frame, width)),
        "colours": sorted({LEVEL.colour, *(each["colour"] for each in (*curves, *areas, *names))}),
    }  # fmt: skip


def _text(text: str) -> str:
    return _FORMAT.text(text)


def _prose(prose: Prose) -> str:
    return "".join(_text(each) if isinstance(each, str) else _FORMAT.math(each) for each in parts_of(prose))


def _figure(value: float) -> str:
    return f"{value:.9g}"


def _pair(point: Point) -> str:
    return ",".join(_figure(number(each)) for each in point)


def _share(place: Place, frame: Frame) -> str:
    """A place as shares of the width and the height of the frame."""
    return f"{place[0]:.4f},{place[1] / frame.height:.4f}"


def _axis(axis: Axis, scale: Scale) -> dict[str, str]:
    return {
        "mode": "log" if scale.is_log else "linear", "lower": _figure(scale.lower), "upper": _figure(scale.upper),
        "label": _prose(axis.label),
    }  # fmt: skip


def _curves(plot: Description) -> Iterator[dict[str, Any]]:
    for place, curve in enumerate(plot.curves):
        look, points = style(place), list(map(_pair, plot.drawn(curve)))
        dashes = " ".join(
            f"{word} {length * 1.2:g}pt" for word, length in zip(("on", "off") * 2, look.dashes, strict=False)
        )
        yield {
            "colour": look.colour, "dashes": dashes, "mark": look.pgfplots_mark, "stepped": curve.stepped,
            "points": points, "repeat": _EVERY, "phase": 1 + 5 * place % _EVERY,
            "first": points[0].partition(",")[0], "last": points[-1].partition(",")[0],
        }  # fmt: skip


def _areas(plot: Description, frame: Frame) -> Iterator[dict[str, Any]]:
    for place, area in enumerate(plot.areas):
        yield {
            "colour": style(place).colour, "corners": list(map(_pair, area.corners)), "label": _prose(area.label),
            "source": [_text(line) for line in name_lines(area.source)] if area.source else [],
            "place": _share(middle([frame.place(corner) for corner in area.corners]), frame),
        }  # fmt: skip


def _names(plot: Description, frame: Frame, width: float) -> Iterator[dict[str, Any]]:
    def height_of(name: Name) -> float:
        return _LINE * (len(name.lines) + (name.formula != "")) / width

    names, middles = heights(names_of(plot), frame, height_of)
    for name, middle_ in zip(names, middles, strict=True):
        end, beside = leader(name, frame, middle_, _GAP / width)
        yield {
            "colour": name.style.colour, "lines": [_text(line) for line in name.lines],
            "formula": _prose(name.formula), "end": _share(end, frame), "place": _share(beside, frame),
        }  # fmt: skip


def _labels(plot: Description, frame: Frame, width: float) -> Iterator[dict[str, Any]]:
    """The formulas of marks and lines, where there is room for them, as far as that is known without setting them."""
    labels = labels_of(plot, frame)
    rooms = [((len(plain(each.said)) + 1) * _LETTER / width, _LINE / width) for each in labels]
    taken = [_room(area, frame, width) for area in plot.areas]
    boxes = placed(labels, rooms, ways_of(plot, frame), frame, taken)
    for label, box in zip(labels, boxes, strict=True):
        lead = led(label, box) or ()
        yield {
            "label": _prose(label.said), "place": _share(box.middle, frame),
            "lead": [_share(each, frame) for each in lead],
        }  # fmt: skip


def _room(area: Area, frame: Frame, width: float) -> Box:
    """The room that the words in an area take."""
    lines = [plain(area.label), *(name_lines(area.source) if area.source else ())]
    wide, high = max(map(len, lines)) * _LETTER / width, len(lines) * _LINE / width
    x, y = middle([frame.place(corner) for corner in area.corners])
    return Box(x - wide / 2, y - high / 2, wide, high)
