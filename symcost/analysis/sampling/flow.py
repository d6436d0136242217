"""What a walk along an equation finds: when its outputs are known, who waits for later steps, and what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.analysis.sampling.times import Times
from symcost.axes import Axes
from symcost.cost import Cost
from symcost.expressions import ONE
from symcost.operations import Operation
from symcost.tensor import Node, Tensor

STATE, CACHE, QUEUE = "hidden state", "key-value cache", "queue"
MEMORY, SEQUENCE = "made beforehand", "sequence"

_Maker: TypeAlias = "int | tuple[object, ...]"  # the number of an input, or the nodes and the tensor


@dataclass(frozen=True)
class Source:
    """A tensor that was made, or a part of it: what views look at."""

    maker: _Maker
    axes: Axes
    parts: tuple[Operation, ...] = ()  # the slices, one after the other
    times: Expr = ONE  # how many there are of it, in a repetition


@dataclass(frozen=True)
class Kept:
    """What a layer reads again: all of a source that was known at most so many steps before, by ``lag``."""

    source: Source
    lag: Expr  # infinite if it is all of it
    kind: str
    layer: str


@dataclass(frozen=True)
class Ahead:
    """The first operation that waits for later steps: its names from the outermost layer on, and that layer."""

    path: tuple[str, ...]
    node: Node
    layer: object = None


@dataclass(frozen=True)
class Flow:
    """What a walk finds. Inputs go by their numbers; what a repetition holds counts as often as it is repeated."""

    outputs: tuple[Times, ...]
    sources: tuple[tuple[Source, ...], ...]  # of each output
    ahead: tuple[Ahead | None, ...]  # of each output
    kept: tuple[Kept, ...]
    carried: tuple[tuple[str, Expr], ...]  # by layer
    rows: tuple[tuple[Source, Expr], ...]  # what numbers rows of tables, and how many rows there are
    before: tuple[Cost, ...]  # what is done once, before the first step
    handed: tuple[Tensor, ...]  # what is made before the first step, and taken by steps
