"""Separable convolutions: over the places of each channel by itself, then over the channels of each place by itself."""

from __future__ import annotations

from typing import Any, ClassVar

from symcost.dimensions import dimension
from symcost.expressions import Size
from symcost.layer import Layer
from symcost.layers.convolution import DepthwiseConv1d, DepthwiseConv2d, Padding
from symcost.layers.dense import Linear
from symcost.layers.spatial import Margin
from symcost.tensor import Tensor

H, I, K = dimension("H"), dimension("I"), dimension("K")


class _Separable:
    """The equation that separable convolutions over one axis and two have in common."""

    kind: ClassVar[type[Any]]  # the convolution of each channel by itself

    def depthwise(self: Any) -> Any:
        """The first part. It has no bias: the second part would only mix it into its own."""
        return self.kind(
            self.in_channels, self.kernel_size, self.stride, self.padding, self.dilation, False, self.padding_mode
        )

    def check(self: Any) -> None:
        """Raises what does not fit together among the arguments."""
        object.__setattr__(self, "padding", self.depthwise().padding)

    def forward(self: Any, x: Tensor) -> Tensor:
        """W v, where v is the convolution of each channel of x by itself."""
        v = self.depthwise()(x, name="depthwise")
        y: Tensor = Linear(self.in_channels, self.out_channels, self.bias)(v, name="pointwise")
        return y


class SeparableConv1d(_Separable, Layer):
    """A depthwise convolution over time, then a product with H x I weights at every step (Chollet, 2017).

    T I (K + H) multiply-accumulates where Conv1d has T I K H.
    """

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size] = K
    stride: Size | tuple[Size] = 1
    padding: Margin | tuple[Margin] | Padding = 0
    dilation: Size | tuple[Size] = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... t i"
    kind = DepthwiseConv1d


class SeparableConv2d(_Separable, Layer):
    """A depthwise convolution over an image, then a product with H x I weights at every place.

    Chollet, 2017, and Howard et al., 2017: X Y I (K_x K_y + H) multiply-accumulates where Conv2d has X Y I K_x K_y H.
    """

    in_channels: Size = I
    out_channels: Size = H
    kernel_size: Size | tuple[Size, Size] = (dimension("K_x"), dimension("K_y"))
    stride: Size | tuple[Size, Size] = 1
    padding: Margin | tuple[Margin, Margin] | Padding = 0
    dilation: Size | tuple[Size, Size] = 1
    bias: bool = True
    padding_mode: str = "zeros"

    takes = "... x y i"
    kind = DepthwiseConv2d
