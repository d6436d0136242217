"""Where a verb writes: to standard output, or to a file, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from symcost.cli.reporting import finish
from symcost.errors import FileError, UnknownName
from symcost.progress import part

if TYPE_CHECKING:
    from symcost.render.table import Table


def write_tables(
    tables: list[Table], format_: str | None, output: str | None, templates: str | None, usual: str
) -> None:
    """Writes tables in the format that was chosen, that the file's ending says, or the ``usual`` one.

    Text that goes to a terminal is in colour and as wide as the terminal; templates of one's own are left as they are.
    """
    from symcost.render import formats

    chosen = chosen_format(format_, output, templates, usual)
    if chosen == "text" and not output and not templates and sys.stdout.isatty():
        from symcost.render import terminal

        finish()
        terminal.show(tables)
    else:
        with part("write", chosen):
            written = formats.render(tables, chosen, templates)
        write(written, output)


def chosen_format(
    format_: str | None, output: str | None, templates: str | None, usual: str,
    of_file: Callable[[str], str] | None = None,
) -> str:  # fmt: skip
    """The format that was chosen, that the ending of the file or of the template says, or the ``usual`` one.

    ``of_file`` says what an ending stands for, if it is not about tables.
    """
    from symcost.render import formats

    if format_:
        return format_
    if output:
        try:
            return (of_file or formats.format_of_file)(output)
        except UnknownName as error:
            raise error.within(f"-o {output}") from None
    if templates and Path(templates).is_file():
        return formats.format_of_template(templates) or usual
    return usual


def write(written: str | bytes, output: str | None) -> None:
    """Writes text, or the bytes of a picture, to a file or to standard output, but no bytes to a terminal."""
    if output:
        save(Path(output), written)
    elif isinstance(written, bytes) and sys.stdout.isatty():
        raise FileError("a terminal shows no such file", where="standard output", remedy="give -o FILE")
    else:
        finish()
        click.echo(written, nl=False)


def save(path: Path, written: str | bytes) -> None:
    """Writes a file whole or not at all; a device or a pipe is written to, not replaced."""
    save_together({path: written})


def save_together(files: Mapping[Path, str | bytes]) -> None:
    """Writes several files, all of them whole or none at all."""
    for path in files:
        check_folder(path)
    with contextlib.ExitStack() as scratch_files:
        path = next(iter(files))
        try:
            beside: dict[Path, Path] = {}
            for path, written in files.items():
                content = written.encode() if isinstance(written, str) else written
                if path.exists() and not path.is_file():
                    path.write_bytes(content)
                else:
                    beside[path] = _scratch(path, content, scratch_files)
            for path, scratch in beside.items():
                scratch.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> FileError:
    return FileError(f"it cannot be written: {error.strerror}", where=f"-o {path}")


def check_folder(path: Path) -> None:
    """Raises a FileError if there is no folder in which a file could be written."""
    try:
        if not path.parent.is_dir():
            raise FileError(f"there is no folder {str(path.parent)!r}", where=f"-o {path}", remedy="make it first")
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise _unwritable(path, error) from None


def _scratch(path: Path, content: bytes, scratch_files: contextlib.ExitStack) -> Path:
    """A new file beside a path, to be put in its place; it is gone with the others if it is not."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        scratch = Path(file.name)
        scratch_files.callback(scratch.unlink, missing_ok=True)
        file.write(content)
    mask = os.umask(0)
    os.umask(mask)
    scratch.chmod(0o666 & ~mask)  # as any file that is made here; scratch files are private
    return scratch
