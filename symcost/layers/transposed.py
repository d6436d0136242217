"""Transposed convolutions: each step is spread over a window of the output, overlaps are added up."""

from __future__ import annotations

from typing import Any, ClassVar

from symcost.axes import position
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ZERO, Size, exceeds, normal
from symcost.functional import bias, einsum, overlap_add, pad, rearrange, take, weight
from symcost.layer import Layer
from symcost.layers.sharing import check_shares
from symcost.layers.spatial import Margin, each_axis, margin
from symcost.notation import text
from symcost.tensor import Tensor

H, I, K = dimension("H"), dimension("I"), dimension("K")


class _Transposed:
    """The equation that transposed convolutions over one, two and more axes have in common."""

    axes: ClassVar[tuple[str, ...]]

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        for name in ("padding", "output_padding"):
            object.__setattr__(self, name, margin(getattr(self, name), f"{type(self).__name__}: {name}"))
        for name in ("kernel_size", "stride", "padding", "output_padding", "dilation"):
            each_axis(self, name)
        check_shares(self, "groups", "in_channels", "out_channels")
        geometry = zip(*(each_axis(self, name) for name in ("output_padding", "stride", "dilation")), strict=True)
        for extra, stride, dilation in geometry:
            if exceeds(extra, stride) and exceeds(extra, dilation) and extra != 0:
                raise ShapeError(
                    f"{type(self).__name__}: output_padding={text(extra)}, stride={text(stride)}, "
                    f"dilation={text(dilation)}",
                    expected="output_padding less than one of the others",
                )

    def forward(self: Any, x: Tensor) -> Tensor:
        """y_(s t + d k) = the sum of W_k x_t over all t and k that meet there, in each group of channels, plus b.

        From n steps (n - 1) s - 2 p + d (K - 1) + p_out + 1; the products are those of the n steps that come in.
        """
        kernel = " ".join(f"k_{axis}" for axis in self.axes)
        space = " ".join(self.axes)
        windows = " ".join(f"{axis} k_{axis}" for axis in self.axes)
        W = weight("weight", self.in_channels, self.out_channels / self.groups, *each_axis(self, "kernel_size"))
        if self.groups == 1:
            y = einsum(f"... {space} i, i h {kernel} -> ... {windows} h", x, W)
        else:
            x = rearrange(f"... {space} (g i) -> ... {space} g i", x, g=self.groups)
            W = rearrange(f"(g i) h {kernel} -> g i h {kernel}", W, g=self.groups)
            y = einsum(f"... {space} g i, g i h {kernel} -> ... {windows} g h", x, W)
            y = rearrange(f"... {windows} g h -> ... {windows} (g h)", y)
        y = overlap_add(y, self.axes, each_axis(self, "stride"), each_axis(self, "dilation"))
        margins = (each_axis(self, name) for name in ("padding", "output_padding"))
        for axis, before, more in zip(self.axes, *margins, strict=True):
            y = pad(y, axis, ZERO, more)
            if before != 0:
                length = y.axes[position(y.axes, axis)].size
                left = normal(length - 2 * before)
                if left.is_nonpositive:
                    raise ShapeError(f"axis {axis}={text(length)} and padding {text(before)}", expected="a step left")
                y = take(y, axis, before, left)
        return y + bias("bias", self.out_channels) if self.bias else y


class ConvTranspose1d(_Transposed, Layer):
    """Transposed convolution over time: I H K products for each step that comes in, not for each that goes out."""

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] = 1
    padding: Margin | tuple[Margin] = 0
    output_padding: Margin | tuple[Margin] = 0
    groups: Size = 1
    bias: bool = True
    dilation: Size | tuple[Size] = 1

    takes = "... t i"
    axes = ("t",)


class ConvTranspose2d(_Transposed, Layer):
    """Transposed convolution over an image: I H K products for each step that comes in, not for each that goes out."""

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size, Size] = (dimension("K_x"), dimension("K_y"))
    stride: Size | tuple[Size, Size] = 1
    padding: Margin | tuple[Margin, Margin] = 0
    output_padding: Margin | tuple[Margin, Margin] = 0
    groups: Size = 1
    bias: bool = True
    dilation: Size | tuple[Size, Size] = 1

    takes = "... x y i"
    axes = ("x", "y")


class ConvTranspose3d(_Transposed, Layer):
    """Transposed convolution over a volume: I H K products for each step that comes in, not for each that goes out."""

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size, Size, Size] = (dimension("K_x"), dimension("K_y"), dimension("K_z"))
    stride: Size | tuple[Size, Size, Size] = 1
    padding: Margin | tuple[Margin, Margin, Margin] = 0
    output_padding: Margin | tuple[Margin, Margin, Margin] = 0
    groups: Size = 1
    bias: bool = True
    dilation: Size | tuple[Size, Size, Size] = 1

    takes = "... x y z i"
    axes = ("x", "y", "z")
