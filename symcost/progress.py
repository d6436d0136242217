"""How far long work is. A loop says which part it is at, to whoever listens; usually nobody does.

What takes long goes through its parts ``along`` a name, or is one ``part``; it knows no terminal. The command line
listens, and draws bars or writes down how long each part took.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True)
class Part:
    """A part of long work: what is done, to what, and the how-manieth of how many parts it is, from 1 on."""

    doing: str
    to: str = ""
    place: int = 1
    of: int = 1


Listener: TypeAlias = Callable[[Part], AbstractContextManager[None]]
"""Who is told of a part: it is entered when the part begins, and left when the part ends."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def told(listener: Listener) -> Iterator[None]:
    """Tells a listener of all parts, as long as the context lasts."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def part(doing: str, to: str = "") -> AbstractContextManager[None]:
    """A part of long work that is not known to have parts itself."""
    listener = _LISTENER.get()
    return contextlib.nullcontext() if listener is None else listener(Part(doing, to))


def along(parts: Iterable[_T], doing: str, name: Callable[[_T], str] = str) -> Iterator[_T]:
    """The parts one by one; a listener is told of each, by its ``name``, until the next one is asked for.

    >>> @contextlib.contextmanager
    ... def say(part):
    ...     yield print(part.doing, part.to, part.place, "of", part.of)
    >>> with told(say):
    ...     print(sum(along([10, 20], "add")))
    add 10 1 of 2
    add 20 2 of 2
    30
    """
    listener = _LISTENER.get()
    if listener is None:
        yield from parts
        return
    known = list(parts)
    for place, each in enumerate(known, 1):
        with listener(Part(doing, name(each), place, len(known))):
            yield each
