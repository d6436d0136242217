"""Where the files lie that come with symcost: inside an installed wheel, or at the top of a source tree."""

from __future__ import annotations

from pathlib import Path

from symcost.errors import FileError


def folder(name: str) -> Path:
    """The folder ``templates`` or ``examples``.

    Raises:
        FileError: it is nowhere; the installation is not complete.
    """
    package = Path(__file__).parent
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise FileError(f"there is no folder {name!r}", where=str(package), remedy="install symcost again")
