"""Templates: how one is filled, and what is said of one that is wrong. The user's own come first."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from symcost.errors import RenderError, SymcostError
from symcost.folders import folder
from symcost.render.written import Format, Marked


def fill(chosen: Format, contexts: Iterable[dict[str, Any]], templates: str | Path | None = None) -> str:
    """A format's template filled once for each context, one under the other, or put into the format's page.

    ``templates`` are the user's own: a folder whose templates come first, or a file that is the template, all of it.

    Raises:
        RenderError: a template is broken or asks for what there is not; file and line are named.
    """
    import jinja2  # only who renders pays for it

    folders, chosen = _chosen(chosen, templates)
    environment = _environment(folders, tuple(chosen.options.items()))
    filled = written_down(contexts)
    try:
        template = environment.get_template(chosen.template)
        written = [template.render(context) for context in filled]
        if not chosen.page:
            return "\n".join(written)
        titles = [context["title"] for context in filled]
        return str(environment.get_template(chosen.page).render(tables=written, titles=titles))
    except jinja2.TemplateSyntaxError as error:
        raise RenderError(str(error.message), where=f"template {error.name}, line {error.lineno}") from None
    except jinja2.TemplateNotFound as error:
        raise RenderError(f"no template {error.name!r}", expected=f"one in {' or '.join(map(str, folders))}") from None
    except jinja2.UndefinedError as error:
        raise RenderError(
            str(error.message), where=_place(error, chosen), expected="the names that the documentation lists"
        ) from None
    except UnicodeDecodeError as error:
        raise RenderError("it is not UTF-8", where=_place(error, chosen)) from None
    except Exception as error:  # whatever else a template does
        raise RenderError(f"{type(error).__name__}: {error}", where=_place(error, chosen)) from None


def written_down(contexts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What templates get, all of it.

    Raises:
        RenderError: a number has more digits than Python writes down.
    """
    try:
        return list(contexts)
    except SymcostError:  # many of them are a ValueError too
        raise
    except ValueError:
        most = f"at most {sys.get_int_max_str_digits()}"
        raise RenderError("a number of too many digits", expected=most, remedy="choose smaller sizes") from None


def folder_of(templates: str | Path | None) -> str | Path | None:
    """The user's own templates for parts of a document: those of a folder, but no file that is a template for all."""
    return None if templates and Path(templates).is_file() else templates


def _chosen(chosen: Format, templates: str | Path | None) -> tuple[tuple[Path, ...], Format]:
    """Where templates are sought, and the format with the template that is to be filled."""
    usual = folder("templates").absolute()
    if not templates:
        return (usual,), chosen
    refuse_missing(templates)
    own = Path(templates).absolute()
    if own.is_file():
        return (own.parent, usual), replace(chosen, template=own.name, page="")
    return (own, usual), chosen


def refuse_missing(templates: str | Path) -> None:
    """Raises a RenderError if the user's own templates are neither a file nor a folder."""
    if not (Path(templates).is_file() or Path(templates).is_dir()):
        raise RenderError(f"there is no file or folder {str(templates)!r}", where="templates")


@functools.lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...], options: tuple[tuple[str, Any], ...]) -> Any:
    """The templates of some folders, each compiled once, and again where its file has changed."""
    import jinja2  # see above

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False, **dict(options),
    )  # fmt: skip
    made.filters |= {"json": _json, "csv": _csv}
    return made


def _place(error: Exception, chosen: Format) -> str:
    """The template and, if the error happened while it ran, the line."""
    code = (".py", ">")  # Python's own files; all others are templates
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not each.filename.endswith(code)]
    if not frames:
        return f"template {chosen.template}"
    return f"template {Path(frames[-1].filename).name}, line {frames[-1].lineno}"


def _json(value: Any) -> str:
    """Something as JSON; half a character, which no file can hold, as its number."""
    written = json.dumps(value, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", written)


_COMPUTED = re.compile(r"[=+@-](?![\d.]+$)")  # but for numbers


def _csv(cells: Sequence[str]) -> str:
    """A line of CSV.

    A spreadsheet computes a cell that begins with = + - or @, and a name out of a stranger's file could make it run
    something. So an apostrophe in front says that it is text, as in spreadsheets themselves. Formulas have none: they
    hold nothing but dimensions and our own functions, and are to be read back.
    """
    line = io.StringIO()
    formulas = [isinstance(cell, Marked) and cell.is_formula for cell in cells]
    values = [cell.value if isinstance(cell, Marked) else cell for cell in cells]
    csv.writer(line, lineterminator="").writerow(
        value if is_formula or not _COMPUTED.match(value) else f"'{value}"
        for value, is_formula in zip(values, formulas, strict=True)
    )
    return line.getvalue()
