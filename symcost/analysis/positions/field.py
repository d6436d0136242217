"""The positions of an input that the places of a tensor depend on: from a first to a last, linear in the places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr

from symcost.analysis.places import Linear, Span
from symcost.axes import Axes, bands
from symcost.errors import UndecidedError
from symcost.expressions import ONE, ZERO, exceeds, maximum, normal
from symcost.notation import text


@dataclass(frozen=True)
class Field:
    """From a first position to a last, as far as there are any.

    ``gap`` is the most from one position in between that is seen to the next (1: all of them are), ``levels`` are the
    recurrences, one on the other, that the way goes through.
    """

    first: Linear
    last: Linear
    gap: Expr = ONE
    levels: Expr = ZERO

    @classmethod
    def of(cls, span: Span, gap: Expr = ONE) -> Field:
        """Every position of a span, or each so many."""
        return cls(span.first, span.last, gap)

    @classmethod
    def start(cls, place: int | None) -> Field:
        """What a tensor knows of its own axis; of none, that it is there."""
        here = Linear() if place is None else Linear.along(place)
        return cls(here, here)

    @property
    def axes(self) -> list[int]:
        """The axes along which it moves."""
        return sorted({axis for end in (self.first, self.last) for axis, _ in end.steps})

    @property
    def reach(self) -> Expr | None:
        """How far the last position is from the first, if that is the same everywhere."""
        return normal(self.last.offset - self.first.offset) if self.first.steps == self.last.steps else None

    def moved(self, place: Callable[[int], int]) -> Field:
        """The same field of a tensor whose axes stand elsewhere."""
        first, last = (
            Linear.of(end.offset, {place(axis): step for axis, step in end.steps}) for end in (self.first, self.last)
        )
        return replace(self, first=first, last=last)


Seen: TypeAlias = "tuple[Field | None, ...]"  # by each output of something; None where it does not depend on it
Along: TypeAlias = Callable[[int | None], Seen]  # what outputs see of an axis of an input; None: whether at all


def through(field: Field, along: Along) -> Seen:
    """What outputs see of something of which their input sees a field."""
    axes = field.axes
    inner = {axis: along(axis) for axis in axes}
    alone = along(None) if not axes else inner[axes[0]]
    found: list[Field | None] = []
    for number, one in enumerate(alone):
        each = {axis: seen for axis in axes if (seen := inner[axis][number]) is not None}
        levels = maximum(seen.levels for seen in (each.values() if axes else [one] if one else []))
        if one is None:
            found.append(None)
        else:
            found.append(replace(_put(field, each), levels=normal(field.levels + levels)))
    return tuple(found)


def _put(field: Field, inner: Mapping[int, Field]) -> Field:
    """A field of a field: the first position of the first place, the last of the last."""
    first, last = _end(field.first, inner, "first", "last"), _end(field.last, inner, "last", "first")
    gap, width = field.gap, field.reach
    if width is not None:  # else the fields of neighbouring places overlap: they begin or end together
        for axis, step in field.first.steps:
            count, apart = inner[axis].reach, abs(step) * inner[axis].gap
            if count != 0:
                gap = maximum([gap, normal(apart - width)])
                width += ZERO if count is None else abs(step) * count
    return Field(first, last, gap)


def _end(end: Linear, inner: Mapping[int, Field], rising: str, falling: str) -> Linear:
    """An end with what is at the places that it moves along: their own end, or the other one where it falls."""
    places = [Linear()] * (1 + max((axis for axis, _ in end.steps), default=-1))
    for axis, step in end.steps:
        places[axis] = getattr(inner[axis], rising if _rises(step) else falling)
    return end.put(places)


def _rises(step: Expr) -> bool:
    if step.is_positive or step.is_negative:
        return bool(step.is_positive)
    raise UndecidedError(f"whether {text(step)} is positive", where="receptive field")


def merged(fields: Iterable[Field], length: Expr, axes: Axes = ()) -> Field:
    """The least field that has all of some, of a tensor of given axes and of an input axis that is so long."""
    first, *others = dict.fromkeys(fields)
    for other in others:
        if (first.first.steps, first.last.steps) != (other.first.steps, other.last.steps):
            first, other = _in_bands(first, axes), _in_bands(other, axes)  # noqa: PLW2901 - the same, said of the row
        first = _both(first, other, length)
    return first


def _in_bands(field: Field, axes: Axes) -> Field:
    """What is seen from the column of a band, as what may be seen from its row."""
    for row, column, band in bands(axes):
        here = Linear.along(row)
        first = Linear() if band.before is None else here + -band.before
        last = Linear(normal(axes[column].size - 1)) if band.after is None else here + band.after
        seen = {axis: Field.start(axis) for axis in field.axes} | {column: Field(first, last)}
        field = _put(field, seen)
    return field


def _both(one: Field, other: Field, length: Expr) -> Field:
    first = _lowest(one.first, other.first)
    last = _mirrored(_lowest(_mirrored(one.last, length), _mirrored(other.last, length)), length)
    covering = [each for each in (one, other) if (each.first, each.last) == (first, last)]
    if covering:
        gap, levels = (least(getattr(each, name) for each in covering) for name in ("gap", "levels"))
        return Field(first, last, gap, levels)
    apart = (_most(one.first, other.last, length), _most(other.first, one.last, length))
    return Field(first, last, maximum([one.gap, other.gap, *apart]), maximum([one.levels, other.levels]))


def least(candidates: Iterable[Expr]) -> Expr:
    """The smallest."""
    return normal(-maximum(-each for each in candidates))


def _mirrored(end: Linear, length: Expr) -> Linear:
    """The same position, counted from the end."""
    return Linear.of(length - 1 - end.offset, {axis: -step for axis, step in end.steps})


def _lowest(one: Linear, other: Linear) -> Linear:
    """The lower of two first positions; where each is for some place, the beginning."""
    if one.steps == other.steps:
        return Linear(least([one.offset, other.offset]), one.steps)
    return Linear()


def _most(one: Linear, other: Linear, length: Expr) -> Expr:
    """How far at most one position is behind another."""
    steps = dict(one.steps)
    for axis, step in other.steps:
        steps[axis] = steps.get(axis, ZERO) - step
    return normal(one.offset - other.offset) if all(exceeds(ZERO, step) for step in steps.values()) else length
