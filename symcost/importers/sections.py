"""Sections of a file: what they may hold, and errors that say where in the file something is wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sympy import Expr, Integer

from symcost.errors import FileError, SymcostError, nearest
from symcost.formula import MOST_DIGITS, read

_T = TypeVar("_T")
_LARGEST_FILE = 4_000_000  # bytes
_LONGEST_SHOWN = 60  # characters of a value in an error


@dataclass(frozen=True)
class Section:
    """A table of a TOML file, and the place where it stands.

    Asking for a key checks what it holds; ``only`` refuses keys that nobody knows.
    """

    place: str
    entries: Mapping[str, Any]

    def only(self, *known: str) -> Section:
        """The section itself, if it has no other keys."""
        for key in self.entries:
            if key not in known:
                raise FileError(
                    f"the key {key!r}", where=self.place, expected="a known one", remedy=nearest(key, known)
                )
        return self

    def at(self, key: str) -> str:
        """Where a key stands, for errors."""
        return f"{self.place}, {key!r}"

    def _is(self, key: str, kind: type[_T], called: str, default: _T) -> _T:
        value = self.entries.get(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise FileError(told(value), where=self.at(key), expected=called)
        return value

    def text(self, key: str, default: str = "") -> str:
        """Text."""
        return self._is(key, str, "text", default)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return self._is(key, bool, "true or false", default)

    def items(self, key: str) -> list[Any]:
        """A list, empty if the key is missing."""
        return self._is(key, list, "a list", [])

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        found = self.items(key)
        for each in found:
            if not isinstance(each, str):
                raise FileError(f"{told(each)} in the list", where=self.at(key), expected="text")
        return found

    def section(self, key: str) -> Section:
        """A section within, empty if the key is missing."""
        return Section(self.at(key), self._is(key, dict, "a section", {}))

    def sections(self, key: str) -> list[Section]:
        """The sections of a list, each with its number as place."""
        found = self.items(key)
        for number, each in enumerate(found, 1):
            if not isinstance(each, dict):
                raise FileError(told(each), where=f"{self.place}, {key} {number}", expected="a section")
        return [Section(f"{self.place}, {key} {number}", each) for number, each in enumerate(found, 1)]

    def formula(self, key: str) -> Expr:
        """A number, or a formula in text."""
        return formula(self.entries[key], self.at(key))


def told(value: Any) -> str:
    """A value as an error shows it: not all of it if it is long.

    >>> told("T" * 100)
    "'TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT..."
    """
    try:
        text = repr(value)
    except ValueError:  # Python does not write down numbers of thousands of digits
        return "a number of too many digits"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def formula(value: Any, place: str) -> Expr:
    """A number of a file, or text that is a formula."""
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**MOST_DIGITS:
            raise FileError("a number of too many digits", where=place, expected=f"at most {MOST_DIGITS}")
        return Integer(value)
    if not isinstance(value, str):
        raise FileError(told(value), where=place, expected="a whole number or a formula in quotes")
    with within(place):
        return read(value)


@contextmanager
def within(place: str) -> Iterator[None]:
    """Whatever is raised inside is said to have happened at this place of a file, unless it says so itself."""
    try:
        yield
    except SymcostError as error:
        if error.where == place or error.where.startswith((f"{place},", f"{place}:")):
            raise
        raise error.within(place) from None


def section_of(path: Path) -> Section:
    """A whole file.

    Raises:
        FileError: it is not there, too large, or no TOML; line and column are named.
    """
    return Section(path.name, _parsed(path))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = file.read(_LARGEST_FILE + 1)  # no more, whatever it is
    except OSError as error:
        raise FileError(f"it cannot be read: {error.strerror}", where=str(path)) from None
    except ValueError as error:  # a zero byte in the path
        raise FileError(f"it cannot be read: {error}", where=path.name) from None
    if len(found) > _LARGEST_FILE:
        raise FileError("it is too large", where=path.name, expected=f"at most {_LARGEST_FILE} bytes")
    try:
        return tomllib.loads(found.decode())
    except UnicodeDecodeError:
        raise FileError("bytes that are no UTF-8", where=path.name, expected="a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise FileError(str(error), where=path.name, expected="TOML") from None
    except RecursionError:
        raise FileError("brackets too deep", where=path.name, expected="TOML") from None
    except ValueError:  # Python's own limit on reading numbers
        raise FileError("a number of too many digits", where=path.name, expected=f"at most {MOST_DIGITS}") from None
