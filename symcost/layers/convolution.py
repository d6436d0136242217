"""Convolutions. Channels come last, and the kernels lie as PyTorch's do: (out, in / groups, widths)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

from sympy import Expr, Integer

from symcost.dimensions import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.expressions import Size, floor_div, normal, size
from symcost.functional import bias, einsum, pad, rearrange, weight, window
from symcost.layer import Layer
from symcost.notation import text
from symcost.tensor import Tensor

H, I, K = dimension("H"), dimension("I"), dimension("K")

Margin: TypeAlias = "int | Expr"  # may be nothing, so it is no Size
Padding = Literal["same", "causal", "valid"]
_MODES = ("zeros", "reflect", "replicate", "circular")


def _margins(given: Any, what: str) -> Any:
    """A padding in numbers: like a size, but it may be nothing."""
    if isinstance(given, tuple | list):
        return tuple(_margins(each, what) for each in given)
    if given == 0 and not isinstance(given, bool):
        return Integer(0)
    try:
        return size(given, what)
    except DimensionError as error:
        raise DimensionError(error.found, expected="0, a size, or one each for the axes", remedy=error.remedy) from None


class _Convolution:
    """The equation that convolutions over one, two and more axes have in common."""

    axes: ClassVar[tuple[str, ...]]  # the axes that are convolved

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        what = type(self).__name__
        for name in ("kernel_size", "stride", "dilation"):
            self.widths(name)
        if not isinstance(self.padding, str):
            object.__setattr__(self, "padding", _margins(self.padding, f"{what}: padding"))
            self.widths("padding")
        elif self.padding not in ("same", "causal", "valid"):
            raise ShapeError(f"{what}: padding is {self.padding!r}", expected="'same', 'causal', 'valid' or a number")
        if self.padding == "same" and any(stride != 1 for stride in self.widths("stride")):
            raise ShapeError(f"{what}: padding 'same' with stride {self.stride}", expected="stride 1")
        if self.padding_mode not in _MODES:
            raise ShapeError(f"{what}: padding_mode is {self.padding_mode!r}", expected="one of " + ", ".join(_MODES))
        for name in ("in_channels", "out_channels"):
            quotient = getattr(self, name) / self.groups
            if quotient.is_number and not quotient.is_Integer:
                raise ShapeError(
                    f"{what}: {name}={text(getattr(self, name))}, groups={text(self.groups)}",
                    expected=f"groups that divide {name}",
                )

    def widths(self: Any, name: str) -> tuple[Expr, ...]:
        """An argument for each axis: one for all, or one each."""
        given = getattr(self, name)
        if not isinstance(given, tuple):
            return (given,) * len(self.axes)
        if len(given) != len(self.axes):
            raise ShapeError(f"{type(self).__name__}: {name} has {len(given)} numbers", expected=f"{len(self.axes)}")
        return given

    def margins(self: Any) -> list[tuple[Expr, Expr]]:
        """What is padded in front of each axis and behind it."""
        reach = [
            normal(dilation * (width - 1))
            for width, dilation in zip(self.widths("kernel_size"), self.widths("dilation"), strict=True)
        ]
        if self.padding == "same":
            return [(floor_div(each, Integer(2)), normal(each - floor_div(each, Integer(2)))) for each in reach]
        if self.padding == "causal":
            return [(each, Integer(0)) for each in reach]
        if self.padding == "valid":
            return [(Integer(0), Integer(0))] * len(self.axes)
        return [(each, each) for each in self.widths("padding")]

    def convolve(self: Any, x: Tensor) -> Tensor:
        """y_t = sum over k and i of W_k,i x_(s t + d k),i, in each group of channels, plus b."""
        kernel = " ".join(f"k_{axis}" for axis in self.axes)
        space = " ".join(self.axes)
        geometry = zip(
            self.axes,
            self.margins(),
            self.widths("kernel_size"),
            self.widths("stride"),
            self.widths("dilation"),
            strict=True,
        )
        for axis, (before, after), width, stride, dilation in geometry:
            x = window(pad(x, axis, before, after, self.padding_mode), axis, width, stride, dilation, f"k_{axis}")
        W = weight("weight", self.out_channels, self.in_channels / self.groups, *self.widths("kernel_size"))
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

    def forward(self, x: Tensor) -> Tensor:
        return self.convolve(x)


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

    def forward(self, x: Tensor) -> Tensor:
        return self.convolve(x)
