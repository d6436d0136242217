"""Formulas with indices: what a tensor is, place by place. They know no format; rendering writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sympy import Expr

from symcost.axes import Axis
from symcost.tensor import Node


@dataclass(frozen=True, slots=True)
class Name:
    """What a tensor is called: a letter or a word, and what stands at it, as ``W`` with ``ih``."""

    stem: str
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A tensor at a place; without indices, all of it. An index is an expression, or a number looked up elsewhere."""

    name: Name
    indices: tuple[Expr | Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, or a size."""

    value: Any


@dataclass(frozen=True, slots=True)
class Applied:
    """A scalar function of formulas."""

    function: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A layer, or an operation on whole tensors, applied."""

    name: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """The places of an index that lie in a band: lower <= index <= upper. None, of at most one, is no bound."""

    lower: Expr | None
    index: Expr
    upper: Expr | None


@dataclass(frozen=True, slots=True)
class Reduced:
    """The sum, or the largest, of a formula over indices, in a range or not, or over all that fulfil (left = right)."""

    function: Literal["add", "maximum"]
    over: tuple[Expr | Range | tuple[Expr, Expr], ...]
    body: Formula


Formula: TypeAlias = Reference | Constant | Applied | Called | Reduced


@dataclass(frozen=True)
class Statement:
    """What a tensor is: the formula, the nodes that compute it, and the axes over which a scan runs them.

    ``where`` says at which places it is anything at all: in the bands of its axes.
    """

    left: Reference
    right: Formula
    nodes: tuple[Node, ...] = ()
    loops: tuple[Axis, ...] = ()
    where: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Learned:
    """A learned tensor: its node, what it is called, and by which index each of its axes is read."""

    node: Node
    name: Name
    axes: tuple[str, ...]
