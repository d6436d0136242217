"""Filters of signal processing, as layers. A FIR filter is a causal convolution."""

from __future__ import annotations

from typing import ClassVar

from symcost.expressions import ONE, Size
from symcost.functional import einsum, scan, weight
from symcost.layer import Layer
from symcost.tensor import Tensor


class IIR(Layer):
    """First-order recursive filter, y_t = b x_t + a y_(t-1), the same at every step: 2 T products, one after another.

    With more channels b and a are matrices between them.
    """

    channels: Size = ONE

    takes = "... t i"
    axis_meanings: ClassVar = {"i": "channels", "h": "channels", "j": "channels of the step before"}

    def forward(self, x: Tensor) -> Tensor:
        C = self.channels
        b, a = weight("b", C, C), weight("a", C, C)
        z = einsum("... t i, h i -> ... t h", x, b)  # all steps at once

        def step(z_t: Tensor, y: Tensor) -> Tensor:
            return z_t + einsum("... j, h j -> ... h", y, a)

        return scan(step, z, over="t", carry=[C])[0]

    def example_size(self, axis: str) -> Size:
        """As every layer's; the input has as many channels as the filter."""
        return self.channels if axis == "i" else super().example_size(axis)
