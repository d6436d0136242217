"""What the rules of differentiation share: gradients fitted to shapes, and stretches of an axis put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import Expr

from symcost.axes import Axes
from symcost.expressions import ONE, ZERO, normal, same
from symcost.functional import concat, total
from symcost.tensor import Tensor, record
from symcost.views import Broadcast, Pad, Slice


def summed_to(gradient: Tensor, axes: Axes) -> Tensor:
    """The gradient of something that was broadcast: the sum over where it was seen again."""
    if len(gradient.axes) > len(axes):
        gradient = total(gradient, *range(-len(gradient.axes), -len(axes)))
    stretched = [p for p in range(-len(axes), 0) if axes[p].size == ONE and gradient.axes[p].size != ONE]
    return total(gradient, *stretched, keep=True) if stretched else gradient


def broadcast(x: Tensor, like: Axes, places: Sequence[int], *, keep: bool) -> Tensor:
    """A tensor again and again along some axes of another's."""
    from_end = tuple(place if place < 0 else place - len(like) for place in places)
    stretched = [like[place] for place in from_end]
    operation = Broadcast(from_end, tuple(a.name for a in stretched), tuple(a.size for a in stretched), keep)
    return record(operation, x)[0]


def stretch(x: Tensor, place: int, start: Expr, length: Expr) -> Tensor:
    """A stretch of an axis; the tensor itself if that is all of it."""
    if start == 0 and same(length, x.axes[place].size):
        return x
    return record(Slice(place, normal(start), normal(length)), x)[0]


def among_zeros(x: Tensor, place: int, start: Expr, length: Expr) -> Tensor:
    """An axis as a stretch of a longer one, with zeros around it."""
    after = normal(length - start - x.axes[place].size)
    return x if start == 0 and after == 0 else record(Pad(place, normal(start), after), x)[0]


def added_at(x: Tensor, place: int, start: Expr, part: Tensor) -> Tensor:
    """A tensor with something added to a stretch of an axis: as many additions as that has numbers."""
    length, width = x.axes[place].size, part.axes[place].size
    behind = normal(length - start - width)
    pieces = [stretch(x, place, start, width) + part]
    if start != 0:
        pieces.insert(0, stretch(x, place, ZERO, start))
    if behind != 0:
        pieces.append(stretch(x, place, normal(start + width), behind))
    return concat(pieces, place) if len(pieces) > 1 else pieces[0]


@dataclass(frozen=True)
class Stretch:
    """The gradient of a stretch of an axis: what a slice hands back. Neighbours are put together before they add."""

    gradient: Tensor
    place: int
    start: Expr

    @property
    def end(self) -> Expr:
        """Where it ends."""
        return normal(self.start + self.gradient.axes[self.place].size)


def gathered(parts: Sequence[Tensor | Stretch], axes: Axes) -> Tensor:
    """The sum of the gradients of a tensor's uses; stretches that continue one another are concatenated."""
    found: list[Tensor] = [part for part in parts if isinstance(part, Tensor)]
    stretches = [part for part in parts if isinstance(part, Stretch)]
    for place in dict.fromkeys(part.place for part in stretches):
        for run in _runs([part for part in stretches if part.place == place]):
            joined = concat([part.gradient for part in run], place) if len(run) > 1 else run[0].gradient
            found.append(among_zeros(joined, place, run[0].start, axes[place].size))
    made, *rest = found
    for each in rest:
        made = made + each
    return made


def _runs(parts: list[Stretch]) -> list[list[Stretch]]:
    """Stretches in runs, each of which begins where the one before it ends."""
    runs: list[list[Stretch]] = []
    for part in parts:
        before = next((run for run in runs if same(run[-1].end, part.start)), None)
        behind = next((run for run in runs if run is not before and same(part.end, run[0].start)), None)
        if before is not None:
            before.append(part)
            if behind is not None:
                before.extend(behind)
                runs.remove(behind)
        elif behind is not None:
            behind.insert(0, part)
        else:
            runs.append([part])
    return runs


Gradient: TypeAlias = Tensor | Stretch
Rule: TypeAlias = Callable[[Any, Sequence[Tensor], Tensor, Tensor], Sequence[Gradient | None]]
"""From an operation, its inputs, what it made and the gradient of that: the gradients of the inputs."""
