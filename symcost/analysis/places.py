"""Places along the axes of a tensor, linear in others: one place, or all from a first to a last. They count from 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.expressions import ONE, ZERO, normal


@dataclass(frozen=True)
class Linear:
    """A place that is linear in others: an offset, and so many places on for each step of another axis."""

    offset: Expr = ZERO
    steps: tuple[tuple[int, Expr], ...] = ()  # the axis by its number from the front, and the places

    @classmethod
    def of(cls, offset: Expr, steps: Mapping[int, Expr]) -> Linear:
        """In one form: no step of 0."""
        return cls(normal(offset), tuple(sorted((axis, normal(each)) for axis, each in steps.items() if each != 0)))

    @classmethod
    def along(cls, axis: int) -> Linear:
        """The place along an axis itself."""
        return cls(ZERO, ((axis, ONE),))

    def __add__(self, offset: Expr) -> Linear:
        return Linear(normal(self.offset + offset), self.steps) if offset != 0 else self

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same wherever one is."""
        return not self.steps

    def step(self, axis: int) -> Expr:
        """How many places it goes on for a step along an axis."""
        return dict(self.steps).get(axis, ZERO)

    def moved(self, axis: int, steps: Expr) -> Linear:
        """The place so many steps further along an axis.

        >>> Linear(ONE, ((0, ONE + ONE),)).moved(0, ONE).offset
        3
        """
        made: Linear = self + self.step(axis) * steps
        return made

    def put(self, places: Sequence[Linear]) -> Linear:
        """With linear places put in for the axes."""
        offset, steps = self.offset, dict[int, Expr]()
        for axis, times in self.steps:
            offset += times * places[axis].offset
            for other, each in places[axis].steps:
                steps[other] = steps.get(other, ZERO) + times * each
        return Linear.of(offset, steps)


@dataclass(frozen=True)
class Span:
    """The places from a first to a last, as far as the axis has them."""

    first: Linear
    last: Linear

    @classmethod
    def at(cls, place: Linear) -> Span:
        """One place."""
        return cls(place, place)

    @classmethod
    def whole(cls, length: Expr) -> Span:
        """Every place of an axis."""
        return cls(Linear(), Linear(normal(length - ONE)))


Spans: TypeAlias = tuple[Span, ...]  # of one input: a span for each of its axes
