"""The README and the gallery, block by block: what they show is made by the tool. The tests hold them to it.

python tests/readme.py                      writes their printed parts and all pictures anew
python tests/readme.py FOLDER DOCUMENT      writes a document as it should be into a folder
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import symcost as sc
from symcost.cli import cli

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
GALLERY = ROOT / "examples" / "gallery" / "README.md"

_PRINTED = re.compile(r"(<!-- printed by (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_BELOW = re.compile(r"(<!-- printed by the Python below -->\n).*?(<!-- end -->)", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```\n(?:\n(```text\n)(.*?)```)?", re.DOTALL)
_CONSOLE = re.compile(r"(```console\n\$ symcost ([^\n]*)\n)(.*?)(```)", re.DOTALL)


def command(line: str, folder: Path) -> str:
    """What a command line prints, in a folder."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(cli, shlex.split(line), prog_name="symcost", catch_exceptions=False)
    assert done.exit_code == 0, line
    return done.stdout


def conventions() -> str:
    """The presets, a row each."""
    rows = (f"| `{each.name}` | {each.summary} |" for each in sc.CONVENTIONS.values())
    return "\n".join(["| Convention | Reads work as |", "|---|---|", *rows]) + "\n"


def python_outputs(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each Python block with what it prints; the blocks are run one after the other, as a reader would."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in _PYTHON.finditer(text):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block[1], str(README), "exec"), names)
        yield block, printed.getvalue()


def rewritten(text: str, folder: Path) -> str:
    """A document with every printed part as the tool prints it now; pictures are written into the folder."""

    def printed(match: re.Match[str]) -> str:
        source = match[2]
        made = "" if source == "the Python below" else conventions() if source == "the conventions" else command(
            source.removeprefix("symcost "), folder
        )  # fmt: skip
        return f"{match[1]}\n{made.strip()}\n\n{match[4]}"

    def printed_below(match: re.Match[str]) -> str:
        made = command(match[2], folder).rstrip()
        return f"{match[1]}{made}\n{match[4]}" if made else f"{match[1]}{match[4]}"

    text = _PRINTED.sub(printed, _CONSOLE.sub(printed_below, text))
    outputs = [output for _, output in python_outputs(text)]  # last: a layer that is defined there is one more
    remaining = iter(outputs)

    def answered(match: re.Match[str]) -> str:
        output = next(remaining)
        if not match[2]:
            return match[0]
        return f"```python\n{match[1]}```\n\n```text\n{output.rstrip()}\n```"

    text = _PYTHON.sub(answered, text)
    return _BELOW.sub(lambda match: f"{match[1]}\n{outputs[0].strip()}\n\n{match[2]}", text)


def write(document: Path, folder: Path) -> None:
    """Writes a document as it should be, with its pictures, into a folder."""
    (folder / document.name).write_text(rewritten(document.read_text(encoding="utf-8"), folder), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(Path(sys.argv[2]), Path(sys.argv[1]))
    else:
        for each in (GALLERY, README):
            write(each, each.parent)
