"""The family of errors.

Every error says, in this order: where, what was found, what was expected, what to do.

    SymcostError
      DimensionError      a name or a value that no dimension can have      (ValueError)
      FormulaError        text that is no formula                           (ValueError)
      UnknownName         a layer, column, format, ... that does not exist  (LookupError)
      ShapeError          tensors that do not fit                           (ValueError)
      GraphError          a graph that is no network                        (ValueError)
      FileError           a file that cannot be read as it stands           (ValueError)
      RenderError         a template or an output that cannot be had        (RuntimeError)
      UnpricedError       a cost that is not known, where it must be        (ValueError)
      UndecidedError      a question that what is declared does not decide  (ValueError)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Self, TypeVar

_Value = TypeVar("_Value")


class SymcostError(Exception):
    """An error for people, in four parts.

    >>> print(SymcostError("H=512, N=6", where="layer 'decoder'", expected="N that divides H", remedy="try N=8"))
    layer 'decoder': H=512, N=6; expected N that divides H; try N=8
    """

    def __init__(self, found: str, *, where: str = "", expected: str = "", remedy: str = "") -> None:
        super().__init__(found)
        self.found, self.where, self.expected, self.remedy = found, where, expected, remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{self.found}{expected}{remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.found, self.where, self.expected, self.remedy)

    def within(self, place: str) -> Self:
        """The same error, seen from further out: ``place`` is put in front of where it happened."""
        where = f"{place}: {self.where}" if self.where else place
        return type(self)(self.found, where=where, expected=self.expected, remedy=self.remedy)


class DimensionError(SymcostError, ValueError):
    """A name or a value that no dimension can have."""


class FormulaError(SymcostError, ValueError):
    """Text that is no formula, or one too large to be meant."""


class UnknownName(SymcostError, LookupError):  # noqa: N818 - the name says it
    """A layer, column, format, convention or network that does not exist."""


class ShapeError(SymcostError, ValueError):
    """Tensors whose axes do not fit together."""


class GraphError(SymcostError, ValueError):
    """A graph that is no network: a cycle, a node without a cost, an input left out."""


class FileError(SymcostError, ValueError):
    """A file that cannot be read as it stands."""


class RenderError(SymcostError, RuntimeError):
    """A template or an output that cannot be had."""


class UnpricedError(SymcostError, ValueError):
    """A cost that is not known, in a place where it has to be."""


class UndecidedError(SymcostError, ValueError):
    """A question that what is declared does not decide, or that no rule answers."""


def _rebuild(kind: type[SymcostError], found: str, where: str, expected: str, remedy: str) -> SymcostError:
    return kind(found, where=where, expected=expected, remedy=remedy)


def nearest(name: str, known: Iterable[str]) -> str:
    """What to do about a name that is not known: the nearest ones, or all of them.

    >>> nearest("Lnear", ["Linear", "LSTM"])
    "did you mean 'Linear'?"
    >>> nearest("xyz", ["Linear", "LSTM"])
    'there are LSTM, Linear'
    """
    names = sorted(known)
    folded = {each.lower(): each for each in reversed(names)}
    close = difflib.get_close_matches(name.lower(), folded, n=2, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(repr(folded[each]) for each in close) + "?"
    return "there are " + ", ".join(names) if names else "there are none"


def under_name(what: str, name: str, known: Mapping[str, _Value], where: str = "") -> _Value:
    """What a table has under a name.

    >>> under_name("layer", "LSTM", {"LSTM": 4, "GRU": 3})
    4

    Raises:
        UnknownName: it has nothing under that name; near ones are suggested.
    """
    if name not in known:
        raise unknown(what, name, known, where)
    return known[name]


def unknown(what: str, name: str, known: Iterable[str], where: str = "") -> UnknownName:
    """The error for a name that is not in a table.

    >>> print(unknown("layer", "Lnear", ["Linear", "LSTM"]))
    no layer is called 'Lnear'; did you mean 'Linear'?
    """
    return UnknownName(f"no {what} is called {name!r}", where=where, remedy=nearest(name, known))
