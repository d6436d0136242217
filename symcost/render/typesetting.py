"""What Typst makes of its source, or of SVG: a document or a picture. It needs the extra ``typst``, and no TeX."""

from __future__ import annotations

from collections.abc import Mapping

from symcost.errors import RenderError
from symcost.extras import required

_PIXELS_AN_INCH = 200.0


def typeset(source: str, kind: str) -> str | bytes:
    """The source of Typst as ``pdf``, ``png`` or ``svg``; a picture is one page, as large as what stands on it.

    The same bytes for the same source and fonts.

    Raises:
        RenderError: Typst is not installed, or cannot read the source.
    """
    made = _compiled(source, kind, {} if kind == "pdf" else {"picture": "yes"})
    return made.decode() if kind == "svg" else made


_AROUND_SVG = """#set document(title: sys.inputs.title, date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.title)
"""


def typeset_svg(svg: str, kind: str, title: str) -> bytes:
    """A drawing that is written as SVG as ``pdf`` or ``png``: one page, as large as the drawing.

    Raises:
        RenderError: Typst is not installed, or cannot read the drawing.
    """
    return _compiled(_AROUND_SVG, kind, {"svg": svg, "title": title})


def _compiled(source: str, kind: str, inputs: Mapping[str, str]) -> bytes:
    typst = required("typst", "typst")
    try:
        made = typst.compile(source.encode(), format=kind, ppi=_PIXELS_AN_INCH, sys_inputs=dict(inputs))
    except typst.TypstError as error:
        raise RenderError(f"Typst: {error.message}", remedy=" ".join(error.hints)) from None
    if isinstance(made, list):
        raise RenderError(f"{len(made)} pages", where=kind, expected="one", remedy="write a PDF")
    return bytes(made)
