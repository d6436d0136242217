"""Files of networks and tables, by path or by the name of one that comes with symcost."""

from __future__ import annotations

from pathlib import Path

from symcost.architectures import ARCHITECTURES, architecture
from symcost.errors import FileError, unknown
from symcost.folders import folder
from symcost.importers import network_file, table_file
from symcost.importers.network_file import Finder, network_from
from symcost.importers.sections import Section, section_of
from symcost.importers.table_file import table_from
from symcost.network import Network
from symcost.readings import Reading, reading
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
    return _table(section, Path(path)) if "rows" in section.entries else _network(section, Path(path))


def network(name: str, within: tuple[Path, ...] = ()) -> Network:
    """A network by its name, or out of a file: a name that ends in ``.toml`` or holds a path.

    ``within`` are the files that are being read, the last of which asks: paths start in its folder.

    Raises:
        UnknownName: no network is called so, and no file either.
        FileError: the file describes no network.
    """
    if name in ARCHITECTURES:
        return architecture(name)
    path = (within[-1].parent if within else Path()) / name
    if not _is_path(name):
        raise unknown("network", name, ARCHITECTURES)
    if path.absolute() in [each.absolute() for each in within]:
        raise FileError("the file refers to itself", where=path.name, expected="files that end somewhere")
    if len(within) > _DEEPEST:
        raise FileError("files within files", where=path.name, expected=f"at most {_DEEPEST} deep")
    section = section_of(path)
    if "rows" in section.entries:
        raise FileError(
            "it describes a table", where=path.name, expected="a network", remedy=f"try: symcost table {name}"
        )
    return _network(section, path, within)


def table(name: str, by: str | Reading | None = None, step: str = "", *, strict: bool = False) -> Table:
    """A table out of a file, or one that comes with symcost, by its name; a convention and a step go before its own.

    Raises:
        UnknownName: no table is called so, and no file either.
        FileError: the file describes no table.
    """
    counted = None if by is None else reading(by)
    known = tables()
    if name not in known and not _is_path(name):
        raise unknown("table", name, known)
    path = known.get(name) or Path(name)
    section = section_of(path)
    if "rows" not in section.entries:
        raise FileError(
            "it describes no table", where=path.name, expected="[[rows]]", remedy=f"try: symcost show {name}"
        )
    return _table(section, path, counted, step, strict=strict)


def tables() -> dict[str, Path]:
    """The tables that come with symcost."""
    return {
        path.stem: path for path in sorted(folder("examples").glob("*.toml")) if "\n[[rows]]" in path.read_text("utf-8")
    }


def title(path: Path) -> str:
    """The title of a table's file."""
    return section_of(path).text("title")


def _is_path(name: str) -> bool:
    try:
        return name.endswith(".toml") or "/" in name or Path(name).is_file()
    except OSError:  # too long for a path
        return False


def _finder(*within: Path) -> Finder:
    return lambda name: network(name, within)


def _network(section: Section, path: Path, within: tuple[Path, ...] = ()) -> Network:
    from symcost.importers import device_file  # it brings the devices along

    if any(key in section.entries for key in device_file.KEYS):
        raise FileError(
            "it describes devices",
            where=path.name,
            expected="a network",
            remedy=f"try: symcost devices --devices {path}",
        )
    return network_from(section.only(*network_file.KEYS), _finder(*within, path), path.stem)


def _table(
    section: Section, path: Path, by: str | Reading | None = None, step: str = "", *, strict: bool = False
) -> Table:
    return table_from(section.only(*table_file.KEYS), _finder(path), by, step, strict=strict)
