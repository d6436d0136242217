"""What each verb writes: a format that it does not have, or whose library is missing, is refused before the work."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import rich_click as click

from symcost.cli.writing import chosen_format

if TYPE_CHECKING:
    from symcost.render.written import Format


def refusing(verb: click.Command) -> click.Command:
    """A verb that refuses what it cannot write as soon as it is called."""
    work = verb.callback
    assert work is not None
    check = _CHECKS.get(verb.name or "", _check_table)

    @functools.wraps(work)
    def checked(**given: Any) -> Any:
        from symcost.render.templating import refuse_missing

        if given["templates"]:
            refuse_missing(given["templates"])
        check(given.get("format_"), given["output"], given["templates"])
        return work(**given)

    verb.callback = checked
    return verb


def page_format_of_file(name: str) -> str:
    """The format of a page that a file's name asks for by its ending; there is one.

    Raises:
        UnknownName: it has another ending.
    """
    from symcost.render.formats import named_by_ending

    return named_by_ending(name, {".html": "html"}, "format")


def _check_table(format_: str | None, output: str | None, templates: str | None) -> None:
    from symcost.render.formats import format_named

    if form := chosen_format(format_, output, templates, ""):
        _require_typst(format_named(form))


def _check_document(what: str) -> Callable[[str | None, str | None, str | None], None]:
    def check(format_: str | None, output: str | None, templates: str | None) -> None:
        from symcost.render.formats import format_for

        if form := chosen_format(format_, output, templates, ""):
            _require_typst(format_for(form, what, templates))

    return check


def _check_drawing(format_: str | None, output: str | None, _templates: str | None) -> None:
    from symcost.drawing.formats import drawing_format_named, drawing_format_of_file

    if form := chosen_format(format_, output, None, "", drawing_format_of_file):
        _require_typst(drawing_format_named(form))


def _check_plot(format_: str | None, output: str | None, _templates: str | None) -> None:
    from symcost.errors import unknown
    from symcost.extras import required
    from symcost.render.formats import FORMATS
    from symcost.render.plots.formats import PLOT_FORMATS, plot_format_of_file

    form = chosen_format(format_, output, None, "text", plot_format_of_file)
    if form in PLOT_FORMATS:
        if PLOT_FORMATS[form].library:
            required(PLOT_FORMATS[form].library, "plot")
    elif form in FORMATS:
        _require_typst(FORMATS[form])
    else:
        raise unknown("format", form, {*PLOT_FORMATS, *FORMATS})


def _check_page(_format: str | None, output: str | None, _templates: str | None) -> None:
    from symcost.extras import required

    chosen_format(None, output, None, "", page_format_of_file)
    required("bokeh", "explore")


def _require_typst(chosen: Format) -> None:
    from symcost.extras import required

    if chosen.typeset:
        required("typst", "typst")


_CHECKS = {
    "explain": _check_document("derivation"),
    "exercise": _check_document("exercise"),
    "lecture": _check_document("lecture"),
    "draw": _check_drawing,
    "plot": _check_plot,
    "plot-regimes": _check_plot,
    "plot-profile": _check_plot,
    "explore": _check_page,
}
"""What is checked for each verb; for all others, that it is a format of tables."""
