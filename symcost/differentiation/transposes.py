"""The rules of differentiation for views and for numbers moved by their place: each goes back by its transpose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.axes import equation
from symcost.constants import Constant
from symcost.differentiation.fitting import Gradient, Rule, Stretch, added_at, among_zeros, stretch
from symcost.errors import UnpricedError
from symcost.expressions import ZERO, normal
from symcost.functional import rearrange, total
from symcost.operations import Operation
from symcost.tensor import Tensor, record
from symcost.views import Broadcast, Concat, Detached, Flip, Pad, Rearrange, Slice, Window


def _broadcast(operation: Broadcast, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    return [total(gradient, *operation.places, keep=operation.keep)]


def _window(operation: Window, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    (x,) = inputs
    place = _from_end(operation.place, x)
    joined = record(OverlapAdd((place - 1,), (operation.stride,), (operation.dilation,)), gradient)[0]
    return [among_zeros(joined, place, ZERO, x.axes[place].size)]


def _overlap_add(operation: OverlapAdd, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    """The windows again, the last axis first: those behind it then stand where they stood."""
    (x,) = inputs
    places = (_from_end(place, x) for place in operation.places)
    for place, stride, dilation in sorted(
        zip(places, operation.strides, operation.dilations, strict=True), key=lambda each: -each[0]
    ):
        within = x.axes[place + 1]
        gradient = record(Window(place + 1, within.size, stride, dilation, within.name), gradient)[0]
    return [gradient]


def _rearrange(operation: Rearrange, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    (left,), right = equation(operation.pattern)
    given = dict(operation.given)
    sizes = {name: given.get(name, normal(length)) for name, length in operation.lengths(inputs[0].axes).items()}
    back = Rearrange(f"{right.source} -> {left.source}", tuple(sizes.items()))
    return [record(back, gradient)[0]]


def _slice(operation: Slice, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Gradient]:
    return [Stretch(gradient, _from_end(operation.place, inputs[0]), operation.start)]


def _pad(operation: Pad, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    """What was put in of its own gives nothing back; what was copied adds to what it was copied from."""
    (x,) = inputs
    place = _from_end(operation.place, x)
    before, after, length = operation.before, operation.after, x.axes[place].size
    made = stretch(gradient, place, before, length)
    if operation.mode in ("zeros", "lowest"):
        return [made]
    if before != 0:
        front = stretch(gradient, place, ZERO, before)
        made = added_at(made, place, *_copied(operation.mode, front, place, length, front=True))
    if after != 0:
        behind = stretch(gradient, place, normal(before + length), after)
        made = added_at(made, place, *_copied(operation.mode, behind, place, length, front=False))
    return [made]


def _copied(mode: str, margin: Tensor, place: int, length: Any, *, front: bool) -> tuple[Any, Tensor]:
    """Where the numbers of a margin came from, and what they hand back there."""
    width = margin.axes[place].size
    if mode == "replicate":
        return normal(0 if front else length - 1), total(margin, place, keep=True)
    if mode == "circular":
        return normal(length - width if front else 0), margin
    if mode == "reflect":
        return normal(1 if front else length - 1 - width), record(Flip(place), margin)[0]
    raise UnpricedError(f"padding {mode!r}", where="backward pass", expected="a mode that has a rule")


def _concat(operation: Concat, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    place, start, made = _from_end(operation.place, inputs[0]), ZERO, []
    for x in inputs:
        made.append(stretch(gradient, place, start, x.axes[place].size))
        start = normal(start + x.axes[place].size)
    return made


def _upsample(operation: Upsample, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    place = _from_end(operation.place, inputs[0])
    behind = " ".join(f"a{number}" for number in range(-1 - place))
    apart = rearrange(f"... (n f) {behind} -> ... n f {behind}", gradient, f=operation.factor)
    return [total(apart, place)]


def _no_gradient(_: ArgMax, *__: Any) -> list[Gradient | None]:
    raise UnpricedError(
        "the place of the largest number has no gradient", where="argmax", expected="outputs that a loss can be made of"
    )


def _gather(_: Gather, inputs: Sequence[Tensor], __: Tensor, gradient: Tensor) -> list[Gradient | None]:
    numbers, table = inputs
    return [None, record(ScatterAdd(table.axes[0].size), numbers, gradient)[0]]


def _scatter_add(_: ScatterAdd, inputs: Sequence[Tensor], __: Tensor, gradient: Tensor) -> list[Gradient | None]:
    return [None, record(Gather(), inputs[0], gradient)[0]]


def _from_end(place: int, x: Tensor) -> int:
    return place if place < 0 else place - len(x.axes)


TRANSPOSES: dict[type[Operation], Rule] = {
    Broadcast: _broadcast,
    Window: _window,
    OverlapAdd: _overlap_add,
    Rearrange: _rearrange,
    Slice: _slice,
    Pad: _pad,
    Concat: _concat,
    Detached: lambda operation, inputs, _, gradient: [None],
    ArgMax: _no_gradient,
    Constant: lambda operation, inputs, _, gradient: [],
    Flip: lambda operation, inputs, _, gradient: [record(operation, gradient)[0]],
    Upsample: _upsample,
    Gather: _gather,
    ScatterAdd: _scatter_add,
}
"""What each of them makes of the gradient of its output."""
