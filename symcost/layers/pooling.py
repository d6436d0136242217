"""Pooling: the largest or the mean of each window. Nothing is learned, channels stay as they are."""

from __future__ import annotations

from typing import Any, ClassVar

from sympy import Expr, Integer, ceiling, floor

from symcost.axes import position
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.functional import concat, mean, pad, reduce_max, take, window
from symcost.layer import Layer
from symcost.layers.spatial import Margin, each_axis, margin
from symcost.notation import text
from symcost.tensor import Tensor

K, K_X, K_Y, K_Z = map(dimension, ("K", "K_x", "K_y", "K_z"))


class _Pooling:
    """What all pooling does: windows over the axes, one number for each."""

    role = "pooling"
    axes: ClassVar[tuple[str, ...]]

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        what = type(self).__name__
        object.__setattr__(self, "padding", margin(self.padding, f"{what}: padding"))
        for name in ("kernel_size", "stride", "padding"):
            each_axis(self, name)
        for width, before in zip(each_axis(self, "kernel_size"), each_axis(self, "padding"), strict=True):
            if (2 * before - width).is_positive:
                raise ShapeError(
                    f"{what}: padding={text(before)}, kernel_size={text(width)}",
                    expected="padding of at most half the kernel",
                )

    def windows(self: Any, x: Tensor, mode: str) -> Tensor:
        """Every window, its places in axes of their own behind each axis."""
        strides = each_axis(self, "stride") if self.stride is not None else each_axis(self, "kernel_size")
        dilations = each_axis(self, "dilation") if hasattr(self, "dilation") else (Integer(1),) * len(self.axes)
        geometry = zip(
            self.axes, each_axis(self, "padding"), each_axis(self, "kernel_size"), strides, dilations, strict=True
        )
        for axis, before, width, stride, dilation in geometry:
            x = window(pad(x, axis, before, before, mode), axis, width, stride, dilation, f"k_{axis}")
        return x


class _MaxPooling(_Pooling):
    """The largest of each window: n - 1 comparisons for n numbers."""

    def forward(self: Any, x: Tensor) -> Tensor:
        return reduce_max(self.windows(x, "lowest"), *(f"k_{axis}" for axis in self.axes))


class _AvgPooling(_Pooling):
    """The mean of each window, zeros of the padding among it: n - 1 additions and a division."""

    def forward(self: Any, x: Tensor) -> Tensor:
        return mean(self.windows(x, "zeros"), *(f"k_{axis}" for axis in self.axes))


class MaxPool1d(_MaxPooling, Layer):
    """The largest of each window over time: n - 1 comparisons for n numbers. The stride is the width by default."""

    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] | None = None
    padding: Margin | tuple[Margin] = 0
    dilation: Size | tuple[Size] = 1

    takes = "... t c"
    axes = ("t",)


class MaxPool2d(_MaxPooling, Layer):
    """The largest of each window over an image: n - 1 comparisons for n numbers. The stride is the width by default."""

    kernel_size: Size | tuple[Size, Size] = (K_X, K_Y)
    stride: Size | tuple[Size, Size] | None = None
    padding: Margin | tuple[Margin, Margin] = 0
    dilation: Size | tuple[Size, Size] = 1

    takes = "... x y c"
    axes = ("x", "y")


class MaxPool3d(_MaxPooling, Layer):
    """The largest of each window over a volume: n - 1 comparisons for n numbers."""

    kernel_size: Size | tuple[Size, Size, Size] = (K_X, K_Y, K_Z)
    stride: Size | tuple[Size, Size, Size] | None = None
    padding: Margin | tuple[Margin, Margin, Margin] = 0
    dilation: Size | tuple[Size, Size, Size] = 1

    takes = "... x y z c"
    axes = ("x", "y", "z")


class AvgPool1d(_AvgPooling, Layer):
    """The mean of each window over time, padding counted in. The stride is the width unless given."""

    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] | None = None
    padding: Margin | tuple[Margin] = 0

    takes = "... t c"
    axes = ("t",)


class AvgPool2d(_AvgPooling, Layer):
    """The mean of each window over an image, padding counted in. The stride is the width unless given."""

    kernel_size: Size | tuple[Size, Size] = (K_X, K_Y)
    stride: Size | tuple[Size, Size] | None = None
    padding: Margin | tuple[Margin, Margin] = 0

    takes = "... x y c"
    axes = ("x", "y")


class AvgPool3d(_AvgPooling, Layer):
    """The mean of each window over a volume, padding counted in. The stride is the width unless given."""

    kernel_size: Size | tuple[Size, Size, Size] = (K_X, K_Y, K_Z)
    stride: Size | tuple[Size, Size, Size] | None = None
    padding: Margin | tuple[Margin, Margin, Margin] = 0

    takes = "... x y z c"
    axes = ("x", "y", "z")


class _AdaptivePooling:
    """Pooling to a given number of windows, as even as they can be: from floor(i n / m) to ceil((i + 1) n / m)."""

    role = "pooling"
    axes: ClassVar[tuple[str, ...]]

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        each_axis(self, "output_size")

    def windows(self: Any) -> tuple[tuple[str, Expr], ...]:
        """The axes, and how many windows each is to have."""
        return tuple(zip(self.axes, each_axis(self, "output_size"), strict=True))


class _AdaptiveMaxPooling(_AdaptivePooling):
    """The largest of each window."""

    def forward(self: Any, x: Tensor) -> Tensor:
        return _reduced(x, self.windows(), reduce_max)


class _AdaptiveAvgPooling(_AdaptivePooling):
    """The mean of each window."""

    def forward(self: Any, x: Tensor) -> Tensor:
        return _reduced(x, self.windows(), mean)


def _reduced(x: Tensor, axes: tuple[tuple[str, Expr], ...], reduction: Any, within: tuple[str, ...] = ()) -> Tensor:
    """A reduction of windows: those over ``within`` are already there, so many of each other axis are made."""
    if not axes:
        return reduction(x, *within)  # type: ignore[no-any-return]
    (axis, count), *rest = axes
    inner = f"k_{axis}"
    parts = [
        _reduced(window(part, axis, width, width, Integer(1), inner), tuple(rest), reduction, (*within, inner))
        for part, width in _parts(x, axis, count)
    ]
    return parts[0] if len(parts) == 1 else concat(parts, axis)


def _parts(x: Tensor, axis: str, count: Expr) -> list[tuple[Tensor, Expr]]:
    """Stretches of an axis and how wide the windows are in each: one if all are equally wide."""
    length = x.axes[position(x.axes, axis)].size
    share = length / count
    if not share.is_number or share.is_Integer:
        return [(x, share)]
    if not count.is_number:
        raise ShapeError(f"axis {axis}={text(length)} in {text(count)} windows", expected="windows of whole steps")
    bounds = [(floor(i * share), ceiling((i + 1) * share)) for i in range(int(count))]
    return [(take(x, axis, start, end - start), end - start) for start, end in bounds]


class AdaptiveAvgPool1d(_AdaptiveAvgPooling, Layer):
    """The mean of each of ``output_size`` windows over time."""

    output_size: Size | tuple[Size] = 1

    takes = "... t c"
    axes = ("t",)


class AdaptiveAvgPool2d(_AdaptiveAvgPooling, Layer):
    """The mean of each of ``output_size`` windows over an image."""

    output_size: Size | tuple[Size, Size] = 1

    takes = "... x y c"
    axes = ("x", "y")


class AdaptiveAvgPool3d(_AdaptiveAvgPooling, Layer):
    """The mean of each of ``output_size`` windows over a volume."""

    output_size: Size | tuple[Size, Size, Size] = 1

    takes = "... x y z c"
    axes = ("x", "y", "z")


class AdaptiveMaxPool1d(_AdaptiveMaxPooling, Layer):
    """The largest of each of ``output_size`` windows over time."""

    output_size: Size | tuple[Size] = 1

    takes = "... t c"
    axes = ("t",)


class AdaptiveMaxPool2d(_AdaptiveMaxPooling, Layer):
    """The largest of each of ``output_size`` windows over an image."""

    output_size: Size | tuple[Size, Size] = 1

    takes = "... x y c"
    axes = ("x", "y")


class AdaptiveMaxPool3d(_AdaptiveMaxPooling, Layer):
    """The largest of each of ``output_size`` windows over a volume."""

    output_size: Size | tuple[Size, Size, Size] = 1

    takes = "... x y z c"
    axes = ("x", "y", "z")
