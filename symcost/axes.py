"""Axes: the named places of dimensions in a tensor, and the patterns that name them.

A pattern such as ``"... t i"`` names the last axes of a tensor; ``...`` stands for whatever leads them (a batch,
time), which every layer carries along unseen. In a rearrangement ``"(h w)"`` is one axis made of two.

An axis may be ragged: along another axis it has only the places of a band, as the steps that causal attention asks.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr

from symcost.bands import Band
from symcost.errors import ShapeError
from symcost.expressions import ONE, same
from symcost.notation import text

_NAME = re.compile(r"[a-z][a-z0-9_]*'*")
_TERM_TOKEN = re.compile(r"\.\.\.|\(|\)|[^\s()]+")


@dataclass(frozen=True, slots=True)
class Axis:
    """A place in a tensor: its name there, and its size; of a ragged axis, the band and where the other axis stands."""

    name: str
    size: Expr
    band: Band | None = None
    along: int = 0  # places from here to the axis along which it is ragged

    def __str__(self) -> str:
        return f"{self.name}={text(self.size)}"


Axes: TypeAlias = tuple[Axis, ...]


def shown(axes: Axes) -> str:
    """Axes for people: ``(t=T, i=I)``."""
    return "(" + ", ".join(map(str, axes)) + ")"


def sizes(axes: Axes) -> tuple[Expr, ...]:
    """The shape."""
    return tuple(axis.size for axis in axes)


def elements(axes: Axes) -> Expr:
    """How many scalars a tensor of these axes holds: the product of the sizes; two in a band have its pairs.

    >>> from symcost.dimensions import dimension
    >>> T, N = dimension("T"), dimension("N")
    >>> elements((Axis("n", N), Axis("t", T), Axis("s", T, Band(None, T - T), -1)))
    N*(T**2/2 + T/2)
    """
    product = ONE
    paired = set[int]()
    for row, column, band in bands(axes):
        product *= band.pairs(axes[row].size, axes[column].size)
        paired |= {row, column}
    for place, axis in enumerate(axes):
        if place not in paired:
            product *= axis.size
    return product


def bands(axes: Sequence[Axis]) -> Iterator[tuple[int, int, Band]]:
    """The bands among axes: the place of the row, that of the column, which is ragged along it, and the pairs."""
    for place, axis in enumerate(axes):
        if axis.band:
            yield place + axis.along, place, axis.band


def is_ragged(axes: Axes) -> bool:
    """Whether one of the axes is ragged."""
    return any(axis.band for axis in axes)


def picked(axes: Sequence[Axis], places: Sequence[int]) -> Axes:
    """Some of the axes, in another order. A ragged axis without the one along which it is ragged has every place."""
    order = {old: new for new, old in enumerate(places)}
    chosen = []
    for old, new in order.items():
        axis = axes[old]
        other = order.get(old + axis.along)
        chosen.append(
            replace(axis, along=other - new) if axis.band and other is not None else Axis(axis.name, axis.size)
        )
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Term:
    """The pattern of one tensor: groups of names, and whether leading axes may stand in front."""

    groups: tuple[tuple[str, ...], ...]
    leading: bool
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for group in self.groups for name in group)


@functools.cache
def terms(patterns: str) -> tuple[Term, ...]:
    """The patterns of several tensors, separated by commas.

    >>> [term.names for term in terms("... t i, h i")]
    [('t', 'i'), ('h', 'i')]
    """
    return tuple(_term(part.strip()) for part in patterns.split(","))


@functools.cache
def equation(pattern: str) -> tuple[tuple[Term, ...], Term]:
    """The two sides of ``"a b, b c -> a c"``."""
    left, arrow, right = pattern.partition("->")
    if not arrow or "->" in right or "," in right:
        raise ShapeError(f"pattern {pattern!r} has not two sides", expected="inputs -> one output")
    return terms(left), terms(right)[0]


def _term(source: str) -> Term:
    tokens = _TERM_TOKEN.findall(source)
    leading = bool(tokens) and tokens[0] == "..."
    groups: list[tuple[str, ...]] = []
    group: list[str] | None = None
    for token in tokens[leading:]:
        if token == "(" and group is None:
            group = []
        elif token == ")" and group is not None:
            groups.append(tuple(group))
            group = None
        elif _NAME.fullmatch(token):
            if group is None:
                groups.append((token,))
            else:
                group.append(token)
        else:
            raise ShapeError(f"pattern {source!r} has {token!r}", expected="names such as t, '...' in front, or (a b)")
    names = [name for each in groups for name in each]
    if group is not None or len(set(names)) < len(names):
        raise ShapeError(f"pattern {source!r}", expected="closed brackets, and each name once")
    return Term(tuple(groups), leading, source)


def bind(term: Term, axes: Axes) -> tuple[Axes, dict[str, Expr]]:
    """The leading axes, and the sizes that the names of a term (without groups) have in a tensor.

    Raises:
        ShapeError: the tensor has too few axes, or too many where nothing may lead.
    """
    count = len(term.groups)
    if len(axes) < count or (len(axes) > count and not term.leading):
        raise ShapeError(f"a tensor of axes {shown(axes)}", expected=f"axes {term.source!r}")
    cut = len(axes) - count
    return axes[:cut], {group[0]: axis.size for group, axis in zip(term.groups, axes[cut:], strict=True)}


def unify(patterns: tuple[Term, ...], inputs: tuple[Axes, ...]) -> tuple[Axes, dict[str, Expr]]:
    """The leading axes and the sizes of names over several tensors, which must agree.

    >>> from symcost.dimensions import dimension
    >>> T, I, H = map(dimension, "TIH")
    >>> unify(terms("... t i, h i"), ((Axis("t", T), Axis("i", I)), (Axis("h", H), Axis("i", I))))[1]
    {'t': T, 'i': I, 'h': H}

    Raises:
        ShapeError: naming the axis and both sizes.
    """
    leading: Axes = ()
    found: dict[str, Expr] = {}
    if len(patterns) != len(inputs):
        raise ShapeError(f"{len(inputs)} tensors", expected=f"{len(patterns)}")
    for term, axes in zip(patterns, inputs, strict=True):
        front, names = bind(term, axes)
        leading = leading_of(leading, front)
        for name, length in names.items():
            if name in found and not same(found[name], length):
                raise ShapeError(
                    f"axis {name!r} is {text(found[name])} in one tensor and {text(length)} in another",
                    expected="one size",
                )
            found.setdefault(name, length)
    return leading, found


def leading_of(first: Axes, second: Axes) -> Axes:
    """The leading axes of two tensors, which must be equal, or missing from one."""
    if not first or not second:
        return first or second
    if len(first) != len(second) or not all(same(a.size, b.size) for a, b in zip(first, second, strict=True)):
        raise ShapeError(f"leading axes {shown(first)} and {shown(second)}", expected="the same, or none")
    return first


def joined(leading: Axes, own: Iterable[Axis]) -> Axes:
    """Leading axes and own ones; a leading name that would stand there twice gets a prime."""
    own = tuple(own)
    taken = {axis.name for axis in own}
    front: list[Axis] = []
    for axis in reversed(leading):
        name = axis.name
        while name in taken:
            name += "'"
        taken.add(name)
        front.insert(0, replace(axis, name=name))
    return (*front, *own)


def named(term: Term, axes: Axes) -> Axes:
    """The same axes under the names of a pattern.

    >>> from symcost.dimensions import dimension
    >>> shown(named(terms("... t c")[0], (Axis("x", dimension("T")), Axis("y", dimension("H")))))
    '(t=T, c=H)'
    """
    leading, names = bind(term, axes)
    own = axes[len(leading) :]
    return joined(leading, (replace(axis, name=name) for axis, name in zip(own, names, strict=True)))


def position(axes: Axes, name: str) -> int:
    """Where an axis stands, counted from the end (-1 is the last).

    Raises:
        ShapeError: no axis has that name.
    """
    for place, axis in enumerate(axes):
        if axis.name == name:
            return place - len(axes)
    raise ShapeError(f"a tensor of axes {shown(axes)}", expected=f"an axis {name!r}")
