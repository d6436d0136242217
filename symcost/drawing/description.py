"""What a drawing shows, in no format: nodes, some of them with a picture inside, and the edges between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from sympy import Expr, Rational

from symcost.render.sheet import Prose

Key: TypeAlias = tuple[str | int, ...]
"""The names of all in which a node is, and its own; numbers stand for what comes in (0, 1, ...) and goes out (-1, ...).
"""


class Kind(Enum):
    """What a node is."""

    INPUT = "input"
    OUTPUT = "output"
    PORT = "port"  # where an edge goes into a picture inside of a node, or comes out of it
    LAYER = "layer"
    OPERATION = "operation"
    NESTED = "nested"  # something with layers of its own


class Critical(Enum):
    """Whether something lies on the critical path."""

    NO = ""
    YES = "critical"
    PERHAPS = "perhaps"  # sizes decide


@dataclass(frozen=True)
class Node:
    """A node: its name, what it is, what it costs, and perhaps what is inside of it."""

    key: Key
    name: Prose
    kind: Kind
    sort: str = ""  # its class, if its name does not say so
    cost: Expr | None = None  # under the convention of the drawing; None where it has none or is not known
    share: Rational | None = None  # of the cost of all
    is_known: bool = True  # its cost
    is_free: bool = False  # nothing is computed in it
    times: Expr | None = None  # how often it is repeated, one after the other
    critical: Critical = Critical.NO
    inside: Picture | None = None


@dataclass(frozen=True)
class Edge:
    """From a node to another one; what it carries, or by how many steps of time it is delayed."""

    start: Key
    end: Key
    shape: tuple[Expr, ...] | None = None  # None if it is not known
    delays: tuple[Expr, ...] = ()
    is_backwards: bool = False  # in time
    is_continued: bool = False  # it goes on outside of its picture, where its shape is told
    critical: Critical = Critical.NO

    @property
    def label(self) -> Prose:
        """The shape, or the delay."""
        if self.delays:
            return ("delay ", *_between(self.delays, ", "), ", backwards" if self.is_backwards else "")
        if self.shape is None or self.is_continued:
            return ""
        return _between(self.shape, " × ") if self.shape else "1"  # noqa: RUF001 - a sign of multiplication


def _between(expressions: tuple[Expr, ...], sign: str) -> tuple[str | Expr, ...]:
    first, *others = expressions
    return (first, *(part for each in others for part in (sign, each)))


@dataclass(frozen=True)
class Picture:
    """Nodes and edges. Edges lead to the nodes of the picture, or to what goes into or out of those with an inside."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def every_node(self) -> Iterator[Node]:
        """The nodes, each followed by those inside of it."""
        for node in self.nodes:
            yield node
            if node.inside:
                yield from node.inside.every_node()

    def every_edge(self) -> Iterator[Edge]:
        """The edges, here and inside of nodes."""
        yield from self.edges
        for node in self.nodes:
            if node.inside:
                yield from node.inside.every_edge()


@dataclass(frozen=True)
class Grid:
    """Where the nodes of an unrolled picture stand, in columns and rows, and what is said under columns."""

    places: Mapping[Key, tuple[float, int]]
    headings: Mapping[float, Prose]
