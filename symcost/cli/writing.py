"""Where a verb writes: to standard output, or to a file, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from symcost.errors import FileError

if TYPE_CHECKING:
    from symcost.render.table import Table


def write_tables(
    tables: list[Table], format_: str | None, output: str | None, templates: str | None, usual: str
) -> None:
    """Writes tables in the format that was chosen, that the file's ending says, or the ``usual`` one."""
    from symcost.render import formats

    chosen = format_ or (formats.format_of_file(output) if output else usual)
    written = formats.render(tables, chosen, templates)
    if output:
        save(Path(output), written)
    else:
        click.echo(written, nl=False)


def save(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {str(path.parent)!r}", where=f"-o {path}", remedy="make it first")
    scratch = None
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: written to, not replaced
            path.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            scratch = Path(file.name)
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        scratch.chmod(0o666 & ~mask)  # as any file that is made here; scratch files are private
        scratch.replace(path)
    except OSError as error:
        raise FileError(f"it cannot be written: {error.strerror}", where=f"-o {path}") from None
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
