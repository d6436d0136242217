"""Convolutions. Channels come last, and the kernels lie as PyTorch's do: (out, in / groups, widths)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from sympy import Expr, Integer

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size, floor_div, normal
from symcost.functional import bias, einsum, pad, rearrange, weight, window
from symcost.layer import Layer
from symcost.layers.sharing import check_shares
from symcost.layers.spatial import PADDING_MODES, PADDINGS, Margin, Margins, each_axis, margin
from symcost.tensor import Tensor

H, I, K = dimension("H"), dimension("I"), dimension("K")

Padding: TypeAlias = Literal["same", "causal", "valid"]


class _Convolution:
    """The equation that convolutions over one, two and more axes have in common."""

    axes: ClassVar[tuple[str, ...]]  # the axes that are convolved

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        what = type(self).__name__
        for name in ("kernel_size", "stride", "dilation"):
            each_axis(self, name)
        if not isinstance(self.padding, str):
            object.__setattr__(self, "padding", margin(self.padding, f"{what}: padding"))
            each_axis(self, "padding")
        elif self.padding not in PADDINGS:
            raise ShapeError(f"{what}: padding is {self.padding!r}", expected="'same', 'causal', 'valid' or a number")
        if self.padding == "same" and any(stride != 1 for stride in each_axis(self, "stride")):
            raise ShapeError(f"{what}: padding 'same' with stride {self.stride}", expected="stride 1")
        if self.padding_mode not in PADDING_MODES:
            raise ShapeError(
                f"{what}: padding_mode is {self.padding_mode!r}", expected="one of " + ", ".join(PADDING_MODES)
            )
        check_shares(self, "groups", "in_channels", "out_channels")

    def margins(self: Any) -> Margins:
        """What is padded in front of each axis and behind it."""
        reach = [
            normal(dilation * (width - 1))
            for width, dilation in zip(each_axis(self, "kernel_size"), each_axis(self, "dilation"), strict=True)
        ]
        if self.padding == "same":
            return [(floor_div(each, Integer(2)), normal(each - floor_div(each, Integer(2)))) for each in reach]
        if self.padding == "causal":
            return [(each, Integer(0)) for each in reach]
        if self.padding == "valid":
            return [(Integer(0), Integer(0))] * len(self.axes)
        return [(each, each) for each in each_axis(self, "padding")]

    def forward(self: Any, x: Tensor) -> Tensor:
        """y_t = sum over k and i of W_k,i x_(s t + d k),i, in each group of channels, plus b."""
        kernel = " ".join(f"k_{axis}" for axis in self.axes)
        space = " ".join(self.axes)
        geometry = zip(
            self.axes,
            self.margins(),
            each_axis(self, "kernel_size"),
            each_axis(self, "stride"),
            each_axis(self, "dilation"),
            strict=True,
        )
        for axis, (before, after), width, stride, dilation in geometry:
            x = window(pad(x, axis, before, after, self.padding_mode), axis, width, stride, dilation, f"k_{axis}")
        W = weight("weight", self.out_channels, self.in_channels / self.groups, *each_axis(self, "kernel_size"))
        windows = " ".join(f"{axis} k_{axis}" for axis in self.axes)
        if self.groups == 1:
            y = einsum(f"... {windows} i, h i {kernel} -> ... {space} h", x, W)
        else:
            x = rearrange(f"... {windows} (g i) -> ... {windows} g i", x, g=self.groups)
            W = rearrange(f"(g h) i {kernel} -> g h i {kernel}", W, g=self.groups)
            y = einsum(f"... {windows} g i, g h i {kernel} -> ... {space} g h", x, W)
            y = rearrange(f"... {space} g h -> ... {space} (g h)", y)
        return y + bias("bias", self.out_channels) if self.bias else y


class Conv1d(_Convolution, Layer):
    """Convolution over time, y_t = sum over k of W_k x_(s t + d k) + b.

    ``padding`` is a number of zeros on either side, or 'same', 'causal' (all in front), 'valid' (none).
    """

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] = 1
    padding: Margin | tuple[Margin] | Padding = 0
    dilation: Size | tuple[Size] = 1
    groups: Size = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... t i"
    axes = ("t",)


class Conv2d(_Convolution, Layer):
    """Convolution over an image, y_xy = sum over k, l of W_kl x_(s x + d k, s y + d l) + b.

    Sizes are one for both axes or a pair. ``padding`` is as in Conv1d.
    """

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size, Size] = (dimension("K_x"), dimension("K_y"))
    stride: Size | tuple[Size, Size] = 1
    padding: Margin | tuple[Margin, Margin] | Padding = 0
    dilation: Size | tuple[Size, Size] = 1
    groups: Size = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... x y i"
    axes = ("x", "y")


class Conv3d(_Convolution, Layer):
    """Convolution over a volume, as Conv2d with a third axis."""

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size, Size, Size] = (dimension("K_x"), dimension("K_y"), dimension("K_z"))
    stride: Size | tuple[Size, Size, Size] = 1
    padding: Margin | tuple[Margin, Margin, Margin] | Padding = 0
    dilation: Size | tuple[Size, Size, Size] = 1
    groups: Size = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... x y z i"
    axes = ("x", "y", "z")


class _Depthwise(_Convolution):
    """A convolution of each channel by itself: as many groups as channels."""

    channels: Expr

    @property
    def in_channels(self) -> Expr:
        return self.channels

    out_channels = groups = in_channels


class DepthwiseConv1d(_Depthwise, Layer):
    """Each channel convolved by itself over time, with K weights: T I K products. Conv1d with I groups."""

    channels: Size = I
    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] = 1
    padding: Margin | tuple[Margin] | Padding = 0
    dilation: Size | tuple[Size] = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... t i"
    axes = ("t",)


class DepthwiseConv2d(_Depthwise, Layer):
    """Each channel of an image convolved by itself, with K_x K_y weights. Conv2d with I groups."""

    channels: Size = I
    kernel_size: Size | tuple[Size, Size] = (dimension("K_x"), dimension("K_y"))
    stride: Size | tuple[Size, Size] = 1
    padding: Margin | tuple[Margin, Margin] | Padding = 0
    dilation: Size | tuple[Size, Size] = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... x y i"
    axes = ("x", "y")
