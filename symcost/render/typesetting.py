"""What Typst makes of its source: a document or a picture. It needs the extra ``typst``, and no TeX."""

from __future__ import annotations

from symcost.errors import RenderError
from symcost.extras import required

_PIXELS_AN_INCH = 200.0


def typeset(source: str, kind: str) -> str | bytes:
    """The source of Typst as ``pdf``, ``png`` or ``svg``; a picture is one page, as large as what stands on it.

    The same bytes for the same source and fonts.

    Raises:
        RenderError: Typst is not installed, or cannot read the source.
    """
    typst = required("typst", "typst")
    try:
        made = typst.compile(
            source.encode(), format=kind, ppi=_PIXELS_AN_INCH, sys_inputs={} if kind == "pdf" else {"picture": "yes"}
        )
    except typst.TypstError as error:
        raise RenderError(f"Typst: {error.message}", remedy=" ".join(error.hints)) from None
    if isinstance(made, list):
        raise RenderError(f"{len(made)} pages", where=kind, expected="one", remedy="write a PDF")
    return made.decode() if kind == "svg" else bytes(made)
