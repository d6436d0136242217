r"""The table of formats. A format is a template, a way to write text and a way to write mathematics.

Templates lie in the folder ``templates``; those of the user's own folder come first. A template gets the table, each
cell written already, so that none escapes by hand:

    title, stub         the heading, and what the rows are
    spanners            pairs of a heading over columns and their number; empty if there are none
    columns             with ``heading`` and ``spanner``
    rows                with ``label``, ``cells`` and all their ``marks``; label and cells are written with marks, and
                        each has ``value``, which is without, ``marks``, the letters of its notes, and ``is_formula``
    notes               pairs of a mark and a text
    remarks             texts without marks
    convention          the line that says how work is counted
    widths              of the stub and all columns, in characters
    shares              of the line for the stub and all columns, if the table is too wide for one; else empty

CSV has the rows, headings with what stands over them in front, and behind each row its notes. JSON is all of the table:
``title``, ``stub``, ``columns`` (``heading``, ``spanner``), ``rows`` (``label``, ``notes``, and ``cells`` of ``value``,
``formula``, ``notes``), ``notes`` by their marks, ``remarks``, ``convention``; several tables are a list. What is a
formula is text that ``symcost.read`` reads back.

The template of a page gets ``tables``, written, and their ``titles``. Filters are those of Jinja, ``json``, and ``csv``
for a line of cells. Templates of LaTeX write ((* for *)), ((( title ))) and ((= comment =)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from symcost import notation
from symcost.errors import RenderError, under_name, unknown
from symcost.folders import folder
from symcost.mathml import mathml
from symcost.render.sheet import Sheet
from symcost.render.templating import fill
from symcost.render.typesetting import typeset
from symcost.render.words import html_text, latex_text, markdown_text, one_line, typst_text
from symcost.render.written import PLAIN, Format, Written
from symcost.typst_math import typst_math

_LATEX = Format(
    "table.tex.j2", ".tex", latex_text, lambda each: f"${notation.latex(each)}$", r"\textsuperscript{{{}}}",
    "page.tex.j2",
    {
        "block_start_string": "((*", "block_end_string": "*))", "variable_start_string": "(((",
        "variable_end_string": ")))", "comment_start_string": "((=", "comment_end_string": "=))",
    },
)  # fmt: skip
_TYPST = Format(
    "table.typ.j2", ".typ", typst_text, lambda each: f"${typst_math(each)}$", "#super[{}]", "page.typ.j2"
)  # fmt: skip

FORMATS = {
    "latex": _LATEX,
    "longtable": replace(_LATEX, template="table.longtable.tex.j2", suffix=".longtable.tex"),
    "beamer": replace(_LATEX, template="table.beamer.tex.j2", suffix=".beamer.tex", page="page.beamer.tex.j2"),
    "markdown": Format(
        "table.md.j2", ".md", markdown_text, lambda each: f"${notation.markdown_latex(each)}$", "<sup>{}</sup>"
    ),
    "html": Format("table.html.j2", ".html", html_text, mathml, "<sup>{}</sup>", "page.html.j2"),
    "typst": _TYPST,
    "pdf": replace(_TYPST, suffix=".pdf", typeset="pdf"),
    "png": replace(_TYPST, suffix=".png", typeset="png"),
    "svg": replace(_TYPST, suffix=".svg", typeset="svg"),
    "csv": Format("table.csv.j2", ".csv", one_line, notation.text),
    "json": Format("table.json.j2", ".json", str, notation.text, page="page.json.j2"),
    "text": PLAIN,
}
"""Every format by its name; a new one is a row here and a template."""

_ENDINGS = {each.suffix: name for name, each in FORMATS.items()}


def format_of_file(name: str) -> str:
    """The format that a file's name asks for by its ending, the longest that is one.

    >>> format_of_file("table.tex"), format_of_file("table.beamer.tex")
    ('latex', 'beamer')

    Raises:
        UnknownName: no format has that ending.
    """
    return named_by_ending(name, _ENDINGS, "format")


def format_of_template(name: str | Path) -> str:
    """The format that a template is for by the ending of its name, with or without ``.j2``; nothing if it has none.

    >>> format_of_template("mine.html.j2"), format_of_template("mine.j2")
    ('html', '')
    """
    return _by_ending(str(name).removesuffix(".j2"), _ENDINGS)


def named_by_ending(name: str, endings: Mapping[str, str], what: str) -> str:
    """What a file's name asks for by the longest of some endings that it has.

    >>> named_by_ending("net.gv", {".gv": "dot", ".svg": "svg"}, "format of drawings")
    'dot'

    Raises:
        UnknownName: it has none of them.
    """
    if found := _by_ending(name, endings):
        return found
    raise unknown(f"{what} by its ending", Path(name).suffix or Path(name).name, endings)


def _by_ending(name: str, endings: Mapping[str, str]) -> str:
    fitting = [ending for ending in endings if Path(name).name.endswith(ending)]
    return endings[max(fitting, key=len)] if fitting else ""


def render(
    tables: Sequence[Sheet], name: str, templates: str | Path | None = None, *, within: bool = False
) -> str | bytes:
    """Tables in a format, one under the other; PDF and PNG are bytes.

    ``templates`` are the user's own: a folder whose templates come first, or a file that is the template, all of it.
    ``within`` a document they are the tables alone, without the page around them.

    Raises:
        UnknownName: there is no such format.
        RenderError: a template is broken or asks for what there is not; file and line are named.
    """
    return finish(text_of(tables, name, templates, within=within), name)


def text_of(tables: Sequence[Sheet], name: str, templates: str | Path | None = None, *, within: bool = False) -> str:
    """Tables as the templates of a format write them, which is what PDF and pictures are made of."""
    chosen = format_named(name)
    chosen = replace(chosen, page="") if within else chosen
    return fill(chosen, (Written(table, chosen).context() for table in tables), templates)


def finish(text: str, name: str) -> str | bytes:
    """What a format makes of the text that its templates wrote: the text itself, a PDF or a picture."""
    chosen = format_named(name)
    return typeset(text, chosen.typeset) if chosen.typeset else text


def format_named(name: str) -> Format:
    """A format by its name.

    Raises:
        UnknownName: there is no such format.
    """
    return under_name("format", name, FORMATS)


def format_for(name: str, what: str, templates: str | Path | None = None) -> Format:
    """A format by its name for something else than tables, such as a ``derivation``, which has templates of its own.

    Raises:
        UnknownName: there is no such format.
        RenderError: it has no such template.
    """
    names = {key: each.template.replace("table", what, 1) for key, each in FORMATS.items()}
    chosen = replace(format_named(name), template=names[name], page="")
    folders = [folder("templates"), *([Path(templates)] if templates else [])]
    if folders[-1].is_file() or any((each / chosen.template).is_file() for each in folders):
        return chosen
    known = ", ".join(key for key, each in names.items() if (folder("templates") / each).is_file())
    raise RenderError(f"{name!r} is no format of {what}s", expected=f"one of {known}")
