"""The README, block by block: what it shows is made by the tool. ``test_readme.py`` holds it to that.

python tests/readme.py        writes the printed parts anew
"""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import symcost as sc

README = Path(__file__).parents[1] / "README.md"

_PRINTED = re.compile(r"(<!-- printed by (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_PYTHON = re.compile(r"```python\n(.*?)```\n(?:\n(```text\n)(.*?)```)?", re.DOTALL)
_CONSOLE = re.compile(r"(```console\n\$ symcost ([^\n]*)\n)(.*?)(```)", re.DOTALL)


def command(line: str) -> str:
    """What a command line prints, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "symcost", *line.split()], check=True, capture_output=True, text=True
    ).stdout


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


def rewritten(text: str) -> str:
    """The README with every printed part as the tool prints it now."""
    outputs = [output for _, output in python_outputs(text)]

    def printed(match: re.Match[str]) -> str:
        source = match[2]
        if source == "the Python below":
            made = outputs[0]
        elif source == "the conventions":
            made = conventions()
        else:
            made = command(source.removeprefix("symcost "))
        return f"{match[1]}\n{made.strip()}\n\n{match[4]}"

    remaining = iter(outputs)

    def answered(match: re.Match[str]) -> str:
        output = next(remaining)
        if not match[2]:
            return match[0]
        return f"```python\n{match[1]}```\n\n```text\n{output.rstrip()}\n```"

    text = _PYTHON.sub(answered, text)
    text = _CONSOLE.sub(lambda match: f"{match[1]}{command(match[2]).rstrip()}\n{match[4]}", text)
    return _PRINTED.sub(printed, text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8")), encoding="utf-8")
