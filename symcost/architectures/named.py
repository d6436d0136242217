"""The table of named networks."""

from __future__ import annotations

from collections.abc import Callable

from symcost.errors import GraphError, under_name
from symcost.network import Network

ARCHITECTURES: dict[str, Callable[[], Network]] = {}
"""Every named network; its docstring says what it is."""


def named(name: str) -> Callable[[Callable[[], Network]], Callable[[], Network]]:
    """Enters a function that builds a network under a name."""

    def enter(build: Callable[[], Network]) -> Callable[[], Network]:
        if name in ARCHITECTURES:
            raise GraphError(f"two networks are called {name!r}", expected="names that differ")
        ARCHITECTURES[name] = build
        return build

    return enter


def architecture(name: str) -> Network:
    """A named network, built.

    >>> architecture("rnn").macs
    H**2*T + H*I*T

    Raises:
        UnknownName: there is none of that name.
    """
    return under_name("network", name, ARCHITECTURES)()
