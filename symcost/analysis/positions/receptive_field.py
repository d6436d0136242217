"""The receptive field: which positions of an input a place of an output sees, along one axis."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, floor

from symcost.analysis.places import Linear
from symcost.analysis.positions.field import Field
from symcost.analysis.positions.walk import Walk
from symcost.axes import Axes
from symcost.conditions import Condition, at_most, undecided
from symcost.dimensions import index
from symcost.equation import Equation
from symcost.expressions import ZERO, exceeds, normal
from symcost.notation import text


@dataclass(frozen=True)
class ReceptiveField:
    """What a place of an output sees of an axis of an input, both counted from 0: from a first position to a last.

    Positions outside of the axis are padding. ``size`` is how many positions the place that sees the most has from
    first to last, also where a dilation leaves some out in between: ``gap`` is the most from one that is seen to the
    next. First and last are exact in the middle; near the ends, padding in between may cut off more. They are bounds
    behind strides that up-sampling undoes, and of windows that are not equally wide (adaptive pooling).
    """

    first: Expr
    last: Expr
    size: Expr
    gap: Expr
    length: Expr  # of the axis
    conditions: tuple[Condition, ...] = ()  # where there are so many positions

    def __str__(self) -> str:
        holds = "".join(f", where {each}" for each in self.conditions)
        return f"{text(self.size)} positions, from {text(self.first)} to {text(self.last)}{holds}"


def field_of(equation: Equation, source: int, place: int, output: int = 0, *, recurrent: bool = True) -> Field | None:
    """What an output sees along an axis of an input, with or without what recurrences carry; None if nothing."""
    return Walk(recurrent).seen(equation, source, place)[output]


def receptive_field_of(equation: Equation, source: int, place: int, output: int = 0) -> ReceptiveField | None:
    """What a place of an output sees along an axis of an input; None if the output does not depend on the input.

    >>> from symcost.layers import Conv1d
    >>> str(receptive_field_of(Conv1d(1, 1, 3, dilation=4).equation(), 0, 0))
    '9 positions, from t to t + 8, where 9 is at most T'
    """
    field = field_of(equation, source, place, output)
    if field is None:
        return None
    length, axes = equation.inputs[source].axes[place].size, equation.outputs[output].axes
    size = _size(field, axes, length)
    first, last = (_position(end, axes) for end in (field.first, field.last))
    return ReceptiveField(first, last, size, field.gap, length, undecided([at_most(size, length)]))


def _position(end: Linear, axes: Axes) -> Expr:
    return normal(end.offset + sum((step * index(axes[place].name) for place, step in end.steps), ZERO))


def _size(field: Field, axes: Axes, length: Expr) -> Expr:
    """How many positions the place has that sees the most; as far as it is known, no more than there are."""
    steps = dict(field.last.steps)
    for place, step in field.first.steps:
        steps[place] = steps.get(place, ZERO) - step
    widest = {place: axes[place].size - 1 for place, step in steps.items() if step.is_positive}
    first, last = (
        normal(end.offset + sum((step * widest.get(place, ZERO) for place, step in end.steps), ZERO))
        for end in (field.first, field.last)
    )
    if any(step != 0 for step in steps.values()) or not field.axes:  # somewhere it ends where the axis does
        first = ZERO if _at_least(ZERO, first) else first
        last = normal(length - 1) if _at_least(last, length - 1) else last
    size = normal(floor(last - first) + 1)
    return length if _at_least(size, length) else size


def _at_least(larger: Expr, smaller: Expr) -> bool:
    numerator, _ = normal(larger - smaller).together().as_numer_denom()
    return exceeds(numerator, ZERO)
