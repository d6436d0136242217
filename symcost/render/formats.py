r"""The table of formats. A format is a template, a way to write text and a way to write mathematics.

Templates lie in the folder ``templates``; those of the user's own folder come first. A template gets the table, each
cell written already, so that none escapes by hand:

    title, stub         the heading, and what the rows are
    spanners            pairs of a heading over columns and their number; empty if there are none
    columns             with ``heading`` and ``spanner``
    rows                with ``label`` and ``cells``
    notes               pairs of a mark and a text
    remarks             texts without marks
    convention          the line that says how work is counted
    widths              of the stub and all columns, in characters
    shares              of the line for the stub and all columns, if the table is too wide for one; else empty
"""

from __future__ import annotations

import functools
import re
import string
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sympy import Expr

from symcost import notation
from symcost.errors import RenderError, SymcostError, unknown
from symcost.folders import folder
from symcost.render.sheet import Prose, Row, Sheet


def _one_line(text: str) -> str:
    """Text on one line: line ends and other control characters become spaces."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"{\ttfamily\char34}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_LARGEST_LATIN = 0x17F  # up to Latin Extended-A, pdflatex knows the letters
_NO_LETTERS = frozenset("«»ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ")  # but these, in its usual encoding


def latex_text(text: str) -> str:
    r"""Text for LaTeX, character by character; what pdflatex has no letter for is written as its code point.

    Hyphens are kept apart, lest they become dashes; so are a star or a bracket and the end of a row in front of it.

    >>> print(latex_text(r"a_b & 50% \input{x} $"))
    a\_b \& 50\% \textbackslash{}input\{x\} \$
    """
    # a word joiner is nothing
    apart = re.sub("([-\u2010\u2011])(?=[-\u2010\u2011])", "\\1\u2060", _one_line(text))
    return "".join(
        _LATEX.get(c) or (c if _has_letter(c) else _PUNCTUATION.get(c, f"{{[}}U+{ord(c):04X}{{]}}")) for c in apart
    )


def _has_letter(character: str) -> bool:
    return ord(character) <= _LARGEST_LATIN and character not in _NO_LETTERS


_PUNCTUATION = dict.fromkeys("\u2010\u2011", "-") | {
    "\u2013": "--", "\u2014": "---", "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''",
    "\u2026": r"\ldots{}", "\u2060": "{}",
}  # fmt: skip


def markdown_text(text: str) -> str:
    r"""Text for Markdown: whatever could be markup is escaped.

    >>> print(markdown_text("a_b | <i>"))
    a\_b \| &lt;i&gt;
    """
    escaped = re.sub(r"([\\`*_\[\]|~$#])", r"\\\1", _one_line(text))
    escaped = re.sub(r"^(\d*)((?<=\d)[.)]|^[-+])", r"\1\\\2", escaped)  # what would begin a list
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Format:
    """A way to write a table: its template, its suffix, and how it writes text, mathematics and marks."""

    template: str
    suffix: str
    text: Callable[[str], str]
    math: Callable[[Expr], str]
    mark: str  # a format string for the mark of a note
    page: str = ""  # the template of a whole page, if it is more than its tables; it gets them, written, as ``tables``
    options: dict[str, Any] = field(default_factory=dict)  # of the Jinja environment


_LATEX_OPTIONS = {
    "block_start_string": "((*", "block_end_string": "*))", "variable_start_string": "(((",
    "variable_end_string": ")))", "comment_start_string": "((=", "comment_end_string": "=))",
}  # fmt: skip


def _in_dollars(expression: Expr) -> str:
    return f"${notation.latex(expression)}$"


FORMATS = {
    "latex": Format(
        "table.tex.j2", ".tex", latex_text, _in_dollars, r"\textsuperscript{{{}}}", "page.tex.j2", _LATEX_OPTIONS
    ),
    "markdown": Format(
        "table.md.j2", ".md", markdown_text, lambda each: f"${notation.markdown_latex(each)}$", "<sup>{}</sup>"
    ),
    "text": Format("table.txt.j2", ".txt", _one_line, notation.text, " [{}]"),
}
"""Every format by its name; a new one is a row here and a template."""


def format_of_file(name: str) -> str:
    """The format that a file's name asks for by its ending.

    >>> format_of_file("table.tex")
    'latex'

    Raises:
        UnknownName: no format has that ending.
    """
    for key, each in FORMATS.items():
        if name.endswith(each.suffix):
            return key
    raise unknown("format by its ending", Path(name).suffix or name, [each.suffix for each in FORMATS.values()])


def render(tables: Sequence[Sheet], name: str, templates: str | Path | None = None, *, within: bool = False) -> str:
    """Tables in a format, one under the other; templates of the user's own folder come first.

    ``within`` a document they are the tables alone, without the page around them.

    Raises:
        UnknownName: there is no such format.
        RenderError: a template is broken or asks for what there is not; file and line are named.
    """
    chosen = format_named(name)
    chosen = replace(chosen, page="") if within else chosen
    return fill(chosen, (_Written(table, chosen).context() for table in tables), templates)


def written(tables: Iterable[Sheet], name: str) -> list[dict[str, Any]]:
    """What the templates of a format get: tables with each cell written.

    Raises:
        UnknownName: there is no such format.
        RenderError: a number has more digits than Python writes down.
    """
    chosen = format_named(name)
    return _all_of(_Written(table, chosen).context() for table in tables)


def _all_of(contexts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    try:
        return list(contexts)
    except SymcostError:  # many of them are a ValueError too
        raise
    except ValueError:  # Python's own limit on writing numbers down
        most = f"at most {sys.get_int_max_str_digits()}"
        raise RenderError("a number of too many digits", expected=most, remedy="choose smaller sizes") from None


def format_named(name: str) -> Format:
    """A format by its name.

    Raises:
        UnknownName: there is no such format.
    """
    if name not in FORMATS:
        raise unknown("format", name, FORMATS)
    return FORMATS[name]


def fill(chosen: Format, contexts: Iterable[dict[str, Any]], templates: str | Path | None = None) -> str:
    """A format's template filled once for each context, one under the other, or put into the format's page.

    Raises:
        RenderError: a template is broken or asks for what there is not; file and line are named.
    """
    import jinja2  # only who renders pays for it

    folders = [*([Path(templates)] if templates else []), folder("templates")]
    environment = _environment(tuple(each.absolute() for each in folders), tuple(chosen.options.items()))
    if templates and not Path(templates).is_dir():
        raise RenderError(f"there is no folder {str(templates)!r}", where="templates")
    filled = _all_of(contexts)
    try:
        template = environment.get_template(chosen.template)
        written = [template.render(context) for context in filled]
        return environment.get_template(chosen.page).render(tables=written) if chosen.page else "\n".join(written)
    except jinja2.TemplateSyntaxError as error:
        raise RenderError(str(error.message), where=f"template {error.name}, line {error.lineno}") from None
    except jinja2.TemplateNotFound as error:
        raise RenderError(f"no template {error.name!r}", expected=f"one in {' or '.join(map(str, folders))}") from None
    except jinja2.UndefinedError as error:
        raise RenderError(
            str(error.message), where=_place(error, chosen), expected="the names that the documentation lists"
        ) from None
    except Exception as error:  # whatever else a template does
        raise RenderError(f"{type(error).__name__}: {error}", where=_place(error, chosen)) from None


@functools.lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], options: tuple[tuple[str, Any], ...]) -> Any:
    """The templates of some folders, each compiled once, and again where its file has changed."""
    import jinja2  # see above

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False, **dict(options),
    )  # fmt: skip


def _place(error: Exception, chosen: Format) -> str:
    """The template and, if the error happened while it ran, the line."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.endswith(".j2")]
    if not frames:
        return f"template {chosen.template}"
    return f"template {Path(frames[-1].filename).name}, line {frames[-1].lineno}"


class _Written:
    """A table with every cell written in a format."""

    def __init__(self, table: Sheet, chosen: Format) -> None:
        self.table, self.format = table, chosen
        self.math = functools.cache(chosen.math)  # rows repeat

    def prose(self, parts: Prose) -> str:
        parts = (parts.lstrip(),) if isinstance(parts, str) else (parts,) if isinstance(parts, Expr) else parts
        written = (self.format.text(part) if isinstance(part, str) else self.math(part) for part in parts)
        return "".join(written).strip()

    def marked(self, parts: Prose, marks: Sequence[int]) -> str:
        return self.prose(parts) + (self.format.mark.format(", ".join(map(_letter, marks))) if marks else "")

    @functools.cached_property
    def lines(self) -> list[list[str]]:
        """The headings, then the rows, each with what stands in front of it."""
        table = self.table
        headings = [self.prose(table.stub), *(self.prose(column.heading) for column in table.columns)]
        return [headings, *([self.marked(row.label, row.marks), *self.cells(row)] for row in table.rows)]

    def cells(self, row: Row) -> list[str]:
        """The cells of a row with their marks."""
        return [self.marked(cell.value, cell.marks) for cell in row.cells]

    def widths(self) -> list[int]:
        """How many characters the stub and each column need."""
        return [max(map(len, column)) for column in zip(*self.lines, strict=True)]

    def context(self) -> dict[str, Any]:
        """What a template gets."""
        table = self.table
        (stub, *headings), *rows = self.lines
        spanners = [self.prose(column.spanner) for column in table.columns]
        return {
            "title": self.prose(table.title),
            "stub": stub,
            "spanners": [(self.prose(heading), count) for heading, count in table.spanners()],
            "columns": [
                {"heading": heading, "spanner": spanner} for heading, spanner in zip(headings, spanners, strict=True)
            ],
            "rows": [{"label": label, "cells": cells} for label, *cells in rows],
            "notes": [(_letter(number), self.prose(note)) for number, note in enumerate(table.notes, 1)],
            "remarks": [self.prose(remark) for remark in table.remarks],
            "convention": self.prose(table.convention),
            "widths": self.widths(),
            "shares": _shares(_Written(table, FORMATS["text"]).widths()),
        }


def _letter(number: int) -> str:
    """The mark of a note: a, b, ..., z, aa; a number beside a formula would be taken for a power."""
    rest, last = divmod(number - 1, len(string.ascii_lowercase))
    return (_letter(rest) if rest else "") + string.ascii_lowercase[last]


_WIDEST_LINE = 130  # characters of plain text
_WIDEST_COLUMN = 60


def _shares(widths: Sequence[int]) -> list[float]:
    """The share of the line that each column of a wide table gets, so that its cells may wrap; empty if all fits."""
    if sum(widths) <= _WIDEST_LINE:
        return []
    capped = [min(width, _WIDEST_COLUMN) for width in widths]
    return [round(0.9 * width / sum(capped), 3) for width in capped]
