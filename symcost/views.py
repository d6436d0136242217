"""Views: operations that compute nothing. Windows, rearrangements, slices, padding, concatenation, broadcasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from symcost.axes import Axes, Axis, elements, equation, joined, position, shown
from symcost.conditions import Condition, at_most, undecided
from symcost.errors import ShapeError
from symcost.expressions import ONE, floor_div, normal, same, total
from symcost.notation import text
from symcost.operations import Operation


@dataclass(frozen=True)
class Window(Operation):
    """A view of every window of an axis, as a new axis right after it: what convolution and pooling read through.

    n steps give floor((n - dilation (width - 1) - 1) / stride) + 1 windows.
    """

    place: int
    width: Expr
    stride: Expr
    dilation: Expr
    inner: str  # the name of the new axis, which comes right after the windowed one
    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        axes = list(inputs[0])
        place = self.place % len(axes)
        axis = axes[place]
        count = normal(floor_div(axis.size - self.dilation * (self.width - 1) - 1, self.stride) + 1)
        if count.is_nonpositive:
            raise ShapeError(
                f"axis {axis} and a window of {text(self.width)} with dilation {text(self.dilation)}",
                expected=f"at least {text(normal(self.dilation * (self.width - 1) + 1))} steps",
            )
        return (joined(inputs[0][:place], (Axis(axis.name, count), Axis(self.inner, self.width), *axes[place + 1 :])),)


@dataclass(frozen=True)
class Rearrange(Operation):
    """Axes permuted, merged and split, as einops writes it: ``"... t (g c) -> ... t g c"`` with g given."""

    pattern: str
    given: tuple[tuple[str, Expr], ...] = ()
    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        (left,), right = equation(self.pattern)
        (axes,) = inputs
        cut = len(axes) - len(left.groups)
        if cut < 0 or (cut and not left.leading):
            raise ShapeError(
                f"a tensor of axes {shown(axes)}", where=f"rearrange {self.pattern!r}", expected=f"axes {left.source!r}"
            )
        if set(left.names) != set(right.names):
            raise ShapeError(f"rearrange {self.pattern!r}", expected="the same names on both sides")
        found = self.lengths(axes)
        merged = (
            Axis("_".join(group), elements(tuple(Axis(name, found[name]) for name in group))) for group in right.groups
        )
        return (joined(axes[:cut], merged),)

    def lengths(self, axes: Axes) -> dict[str, Expr]:
        """The sizes of the axes that the pattern names."""
        (left,), _ = equation(self.pattern)
        found = dict(self.given)
        for group, axis in zip(left.groups, axes[len(axes) - len(left.groups) :], strict=True):
            self._split(group, axis, found)
        return found

    def _split(self, group: tuple[str, ...], axis: Axis, found: dict[str, Expr]) -> None:
        """Gives the one name of a group that has no size yet what is left of the axis."""
        open_names = [name for name in group if name not in found]
        rest = axis.size
        for name in group:
            if name in found:
                rest = rest / found[name]
        if len(open_names) > 1 or (not open_names and not same(rest, 1)) or rest.is_integer is False:
            sizes = ", ".join(f"{name}={text(found[name])}" for name in group if name in found)
            raise ShapeError(
                f"axis {axis} as ({' '.join(group)}) with {sizes or 'no size given'}",
                where=f"rearrange {self.pattern!r}",
                expected="sizes whose product is the axis",
            )
        if open_names:
            found[open_names[0]] = rest


@dataclass(frozen=True)
class Slice(Operation):
    """A stretch of an axis."""

    place: int
    start: Expr
    length: Expr
    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        axes = list(inputs[0])
        axis = axes[self.place]
        beyond = (self.start + self.length - axis.size).is_positive
        if beyond or self.length.is_nonpositive or self.length.is_integer is False:
            raise ShapeError(
                f"{text(self.length)} steps from {text(self.start)} on of axis {axis}", expected="a part of it"
            )
        axes[self.place] = Axis(axis.name, self.length)
        return (tuple(axes),)

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        return undecided([at_most(self.start + self.length, inputs[0][self.place].size)])


@dataclass(frozen=True)
class Pad(Operation):
    """An axis with more in front and behind. The mode is one of PyTorch's, or "lowest" for minus infinity."""

    place: int
    before: Expr
    after: Expr
    mode: str = "zeros"
    free: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        axes = list(inputs[0])
        axis = axes[self.place]
        axes[self.place] = Axis(axis.name, normal(axis.size + self.before + self.after))
        return (tuple(axes),)


@dataclass(frozen=True)
class Concat(Operation):
    """Tensors one behind the other along an axis; all their other sizes agree."""

    place: int
    free: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        first = list(inputs[0])
        place = self.place % len(first)
        for axes in inputs[1:]:
            fits = len(axes) == len(first) and all(
                i == place or same(a.size, b.size) for i, (a, b) in enumerate(zip(first, axes, strict=True))
            )
            if not fits:
                raise ShapeError(
                    f"axes {' and '.join(map(shown, inputs))}", where="concat", expected="equal sizes but for one axis"
                )
        first[place] = Axis(first[place].name, total(axes[place].size for axes in inputs))
        return (tuple(first),)


@dataclass(frozen=True)
class Broadcast(Operation):
    """A tensor seen again and again along axes that it has not, or has with size 1: the transpose of a sum."""

    places: tuple[int, ...]  # of these axes in what comes out, from the end
    names: tuple[str, ...]
    lengths: tuple[Expr, ...]
    keep: bool = False  # the axes are there already, of size 1
    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        made = list(inputs[0])
        count = len(made) + (0 if self.keep else len(self.places))
        stretched = {
            place % count: axis for place, axis in zip(self.places, map(Axis, self.names, self.lengths), strict=True)
        }
        for place in sorted(stretched):
            if not self.keep:
                made.insert(place, stretched[place])
            elif made[place].size == ONE:
                made[place] = Axis(made[place].name, stretched[place].size)
            else:
                raise ShapeError(f"axis {made[place]}", where="broadcast", expected="an axis of size 1")
        return (tuple(made),)


@dataclass(frozen=True)
class Flip(Operation):
    """An axis backwards."""

    place: int
    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return inputs


@dataclass(frozen=True)
class Detached(Operation):
    """A tensor as it is, taken as a constant: no gradient goes back through it."""

    free: ClassVar[bool] = True
    alias: ClassVar[bool] = True

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return inputs


def place_of(axes: Axes, axis: str | int) -> int:
    """The place of an axis from the end, by its name or by PyTorch's number."""
    if isinstance(axis, str):
        return position(axes, axis)
    if not -len(axes) <= axis < len(axes):
        raise ShapeError(
            f"dimension {axis} of a tensor of axes {shown(axes)}", expected=f"-{len(axes)} to {len(axes) - 1}"
        )
    return axis if axis < 0 else axis - len(axes)
