"""The formats of drawings: each a template and a way to write text and formulas, as those of tables are.

A template gets what is to be drawn, each text written already, so that none escapes by hand:

    title, notes        the heading, and the lines below
    width, height       of the drawing, in points
    boxes               from the outside in: ``id``, ``area``, ``lines`` (``text``, ``is_title``, ``at``), ``kind``,
                        ``critical``, ``strength`` (of its shade, from 0 to 1), ``shade`` (the colour on white paper),
                        ``is_known``, ``is_open``, ``middle``
    tree                the outermost of them; each has as ``inner`` those inside of it
    curves              with ``number``, ``start`` and ``end`` (ids), ``points``, ``arrow``, ``label``, ``at``,
                        ``critical``, ``is_delayed``, ``is_passing`` (it goes on behind its end)
    headings            of columns, with ``text`` and ``at``
    is_unrolled         whether the places say something, as those of time do

PDF and PNG are what Typst makes of the SVG.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, Rational

from symcost import notation
from symcost.drawing.description import Key, Kind, Picture
from symcost.drawing.layout import LINE_HEIGHT, Box, Curve, Layout, Point, text_height
from symcost.drawing.wording import Line, Piece, Set, Style, pieces, width
from symcost.errors import under_name
from symcost.render.formats import FORMATS, named_by_ending
from symcost.render.sheet import Prose, parts_of
from symcost.render.words import html_text, one_line
from symcost.render.written import Format

# --- SVG -------------------------------------------------------------------------------------------------------------


_SHIFTS = {Set.BELOW: "0.3", Set.ABOVE: "-0.4"}  # in sizes of the small font, downwards
_BACK = "\u200b"  # takes no room, but stands on the line again


def _svg_math(expression: Expr) -> str:
    return "".join(map(_svg_piece, pieces(expression)))


def _svg_piece(piece: Piece) -> str:
    text = html_text(piece.text)
    if piece.set is Set.NAME:
        return f'<tspan font-style="italic">{text}</tspan>'
    if piece.set is Set.PLAIN:
        return text
    shift = _SHIFTS[piece.set]
    back = f"{-0.75 * float(shift):g}em"
    return f'<tspan font-size="75%" dy="{shift}em">{text}</tspan><tspan dy="{back}">{_BACK}</tspan>'


# --- DOT, Mermaid ----------------------------------------------------------------------------------------------------


def dot_text(text: str) -> str:
    r"""Text for the labels of DOT that are like HTML, in which two backslashes are one.

    >>> print(dot_text(r"a\b < c"))
    a\\b &lt; c
    """
    return html_text(text).replace("\\", "\\\\")


_TAGS = {Set.NAME: "I", Set.BELOW: "SUB", Set.ABOVE: "SUP"}


def _dot_math(expression: Expr) -> str:
    parts = ((_TAGS.get(piece.set), dot_text(piece.text)) for piece in pieces(expression))
    return "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in parts)


def mermaid_text(text: str) -> str:
    """Text for Mermaid: every sign of ASCII as an entity of its own kind, so that none is markup.

    >>> print(mermaid_text('a "b" #1'))
    a #34;b#34; #35;1
    """
    return re.sub(r"[!-/:-@\\[-`{-~]", lambda found: f"#{ord(found[0])};", one_line(text))


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _mermaid_math(expression: Expr) -> str:
    raised = re.sub(r"\^(\d+)", lambda found: found[1].translate(_RAISED), notation.text(expression))
    return mermaid_text(raised)


# --- the table -------------------------------------------------------------------------------------------------------

_LATEX = FORMATS["latex"]


def tikz_text(text: str) -> str:
    r"""Text for LaTeX; the sign between the sizes of a shape as that of mathematics, which every font has.

    >>> print(tikz_text("3 \N{MULTIPLICATION SIGN} 4"))
    3 {$\times$} 4
    """
    return _LATEX.text(text).replace("\N{MULTIPLICATION SIGN}", r"{$\times$}")


_SVG = Format("drawing.svg.j2", ".svg", html_text, _svg_math, "")

DRAWING_FORMATS = {
    "svg": _SVG,
    "dot": Format("drawing.dot.j2", ".dot", dot_text, _dot_math, ""),
    "mermaid": Format("drawing.mmd.j2", ".mmd", mermaid_text, _mermaid_math, ""),
    "tikz": Format(
        "drawing.tex.j2", ".tex", tikz_text, _LATEX.math, "", page="drawing_page.tex.j2", options=_LATEX.options
    ),
    "pdf": replace(_SVG, suffix=".pdf", typeset="pdf"),
    "png": replace(_SVG, suffix=".png", typeset="png"),
}
"""Every format of drawings by its name; a new one is a row here and a template."""

_ENDINGS = {".gv": "dot", ".mermaid": "mermaid", **{each.suffix: name for name, each in DRAWING_FORMATS.items()}}


def drawing_format_named(name: str) -> Format:
    """A format of drawings by its name.

    Raises:
        UnknownName: there is no such format.
    """
    return under_name("format of drawings", name, DRAWING_FORMATS)


def drawing_format_of_file(name: str) -> str:
    """The format of drawings that a file's name asks for by its ending.

    >>> drawing_format_of_file("net.gv")
    'dot'

    Raises:
        UnknownName: no format has that ending.
    """
    return named_by_ending(name, _ENDINGS, "format of drawings")


# --- what templates get ----------------------------------------------------------------------------------------------

_MARGIN = 14.0
_TITLE_HEIGHT = 26.0
_LEAST_WIDTH = 300.0
_ARROW_LENGTH, _ARROW_WIDTH = 7.0, 6.0


def context(
    title: str, picture: Picture, layout: Layout, notes: Sequence[Prose], chosen: Format, *, is_unrolled: bool
) -> dict[str, Any]:
    """What a template gets."""
    writer = _Writer(chosen, picture)
    unbroken = [width((part,), Style.BODY) for note in notes for part in note if isinstance(part, Expr)]
    whole = max(layout.width, _LEAST_WIDTH, width(title, Style.TITLE), *unbroken)
    below = [Line(each) for note in notes for each in wrapped(note, whole)]
    moved = layout.moved(_MARGIN + (whole - layout.width) / 2, _MARGIN + _TITLE_HEIGHT)
    bottom = layout.height + 3 * _MARGIN + _TITLE_HEIGHT
    ids: dict[Key, str] = {box.node.key: f"n{number}" for number, box in enumerate(moved.boxes)}
    boxes = {box.node.key: writer.box(box, ids) for box in moved.boxes}
    height = LINE_HEIGHT * Style.BODY.value
    return {
        "title": chosen.text(title),
        "width": _rounded(whole + 2 * _MARGIN),
        "height": _rounded(bottom + text_height(below)),
        "boxes": list(boxes.values()),
        "tree": _tree(picture, boxes),
        "curves": [{"number": n, **writer.curve(curve, ids)} for n, curve in enumerate(moved.curves)],
        "headings": [{"text": writer.prose(line.prose), "at": _point(at)} for line, at in moved.headings],
        "below": [
            {"text": writer.prose(line.prose), "y": _rounded(bottom + number * height)}
            for number, line in enumerate(below)
        ],
        "notes": [writer.prose(note) for note in notes],
        "is_unrolled": is_unrolled,
        "margin": _MARGIN,
    }  # fmt: skip


def _tree(picture: Picture, boxes: Mapping[Key, dict[str, Any]]) -> list[dict[str, Any]]:
    """The boxes of a picture, each with those inside of it."""
    for node in picture.nodes:
        boxes[node.key]["inner"] = _tree(node.inside, boxes) if node.inside else []
    return [boxes[node.key] for node in picture.nodes]


class _Writer:
    """Writes what is in a layout for a format."""

    def __init__(self, chosen: Format, picture: Picture) -> None:
        self.format = chosen
        self.ports = {node.key for node in picture.every_node() if node.kind is Kind.PORT}

    def prose(self, parts: Prose) -> str:
        parts = parts_of(parts)
        return "".join(self.format.text(part) if isinstance(part, str) else self.format.math(part) for part in parts)

    def box(self, box: Box, ids: Mapping[Key, str]) -> dict[str, Any]:
        node = box.node
        return {
            "id": ids[node.key],
            "area": {name: _rounded(getattr(box.area, name)) for name in ("x", "y", "width", "height")},
            "lines": list(self.lines(box)),
            "kind": node.kind.value,
            "critical": node.critical.value,
            "middle": _point(box.area.middle),
            "strength": _strength(node.share),
            "shade": _shade(_strength(node.share)),
            "is_known": node.is_known,
            "is_open": node.inside is not None,
        }

    def lines(self, box: Box) -> Iterator[dict[str, Any]]:
        """The lines of a box: in the middle of it; of an open one in the corner."""
        x = box.area.x + 10 if box.node.inside else box.area.middle.x
        y = box.area.y + 5 if box.node.inside else box.area.middle.y - text_height(box.lines) / 2
        for line in box.lines:
            size = line.style.value
            at = Point(x, y + 0.98 * size)  # of the line on which letters stand
            yield {"text": self.prose(line.prose), "is_title": line.style is Style.TITLE, "at": _point(at)}
            y += size * LINE_HEIGHT

    def curve(self, curve: Curve, ids: Mapping[Key, str]) -> dict[str, Any]:
        edge, label = curve.edge, curve.label
        points = [curve.start, *(point for bend in curve.bends for point in bend)]
        arrow = _arrow(points)
        if edge.end not in self.ports:
            points[-1] = Point((arrow[1].x + arrow[2].x) / 2, (arrow[1].y + arrow[2].y) / 2)  # the head does the rest
        at = Point(label.x, label.y + 0.98 * Style.BODY.value) if label else curve.start
        return {
            "start": ids[edge.start],
            "end": ids[edge.end],
            "points": [_point(each) for each in points],
            "arrow": [_point(each) for each in arrow],
            "label": self.prose(edge.label) if label else "",
            "at": _point(at),
            "critical": edge.critical.value,
            "is_delayed": bool(edge.delays),
            "is_passing": edge.end in self.ports,
        }


def _arrow(points: Sequence[Point]) -> tuple[Point, Point, Point]:
    """The corners of the head of an arrow, at the end of a curve."""
    tip = points[-1]
    behind = next(each for each in reversed(points) if math.dist(each, tip) > 0.1)
    length = math.dist(tip, behind)
    x, y = (tip.x - behind.x) / length, (tip.y - behind.y) / length
    back = tip.moved(-_ARROW_LENGTH * x, -_ARROW_LENGTH * y)
    half = _ARROW_WIDTH / 2
    return tip, back.moved(half * y, -half * x), back.moved(-half * y, half * x)


_LEAST_STRENGTH, _MOST_STRENGTH = 0.08, 0.7
_BOX, _SHADE = (0xF5, 0xF7, 0xFA), (0x2F, 0x80, 0xED)  # of red, green and blue


def _strength(share: Rational | None) -> float:
    """How strong the shade of a box is, from 0 to 1: by its share; none for none."""
    if not share:
        return 0.0
    return round(_LEAST_STRENGTH + (_MOST_STRENGTH - _LEAST_STRENGTH) * float(share), 2)


def _shade(strength: float) -> str:
    """The colour of a box on white paper."""
    mixed = (round(light + strength * (dark - light)) for light, dark in zip(_BOX, _SHADE, strict=True))
    return "#" + "".join(f"{each:02x}" for each in mixed)


def _point(point: Point) -> tuple[str, str]:
    return _rounded(point.x), _rounded(point.y)


def _rounded(number: float) -> str:
    """A length as it is written: one digit behind the point, if it needs it; never -0."""
    return f"{round(number, 1) + 0.0:g}"


def wrapped(prose: Prose, room: float) -> Iterator[Prose]:
    """Prose in lines that are no wider than there is room; formulas and words are kept whole."""
    parts = parts_of(prose)
    words = [word for part in parts for word in (re.findall(r"\S+ *| +", part) if isinstance(part, str) else [part])]
    line: list[str | Expr] = []
    for word in words:
        if line and width((*line, word), Style.BODY) > room and str(line[-1]).endswith(" "):
            yield tuple(line)
            line = []
        line.append(word)
    if line:
        yield tuple(line)
