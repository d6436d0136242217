"""Files of networks and tables, by path or by the name of one that comes with symcost."""

from __future__ import annotations

from pathlib import Path

from symcost.architectures import ARCHITECTURES, architecture
from symcost.conventions import Convention
from symcost.errors import FileError, unknown
from symcost.folders import folder
from symcost.importers import network_file, table_file
from symcost.importers.network_file import Finder, network_from
from symcost.importers.sections import Section, section_of
from symcost.importers.table_file import table_from
from symcost.network import Network
from symcost.render.table import Table

_DEEPEST = 20  # files that refer to files


def load(path: str | Path) -> Network | Table:
    """The network or the table that a TOML file describes.

    >>> print(load(folder("examples") / "mnist.toml"))
    <Network 'MNIST classifier': (a1=784) -> (h=10)>

    Raises:
        FileError: it cannot be read as it stands; file, place and the nearest right name are given.
    """
    section = section_of(Path(path))
    return _table(section, Path(path)) if "rows" in section.entries else _network(section, Path(path), 0)


def network(name: str, beside: Path | None = None, depth: int = 0) -> Network:
    """A network by its name, or out of a file: a name that ends in ``.toml`` or holds a path.

    Raises:
        UnknownName: no network is called so, and no file either.
        FileError: the file describes no network.
    """
    if depth > _DEEPEST:
        raise FileError("files that refer to one another without end", where=name, expected=f"at most {_DEEPEST} deep")
    if name in ARCHITECTURES:
        return architecture(name)
    path = (beside or Path()) / name
    if not _is_path(name):
        raise unknown("network", name, ARCHITECTURES)
    section = section_of(path)
    if "rows" in section.entries:
        raise FileError(
            "it describes a table", where=path.name, expected="a network", remedy=f"try: symcost table {name}"
        )
    return _network(section, path, depth)


def table(name: str, by: str | Convention | None = None, *, strict: bool = False) -> Table:
    """A table out of a file, or one that comes with symcost, by its name.

    Raises:
        UnknownName: no table is called so, and no file either.
        FileError: the file describes no table.
    """
    known = tables()
    if name not in known and not _is_path(name):
        raise unknown("table", name, known)
    path = known.get(name) or Path(name)
    section = section_of(path)
    if "rows" not in section.entries:
        raise FileError(
            "it describes no table", where=path.name, expected="[[rows]]", remedy=f"try: symcost show {name}"
        )
    return _table(section, path, by, strict=strict)


def tables() -> dict[str, Path]:
    """The tables that come with symcost."""
    return {
        path.stem: path for path in sorted(folder("examples").glob("*.toml")) if "\n[[rows]]" in path.read_text("utf-8")
    }


def _is_path(name: str) -> bool:
    return name.endswith(".toml") or "/" in name or Path(name).is_file()


def _finder(path: Path, depth: int) -> Finder:
    return lambda name: network(name, path.parent, depth + 1)


def _network(section: Section, path: Path, depth: int) -> Network:
    return network_from(section.only(*network_file.KEYS), _finder(path, depth), path.stem)


def _table(section: Section, path: Path, by: str | Convention | None = None, *, strict: bool = False) -> Table:
    return table_from(section.only(*table_file.KEYS), _finder(path, 0), by, strict=strict)
