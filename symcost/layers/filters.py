"""Filters of signal processing, as layers. A FIR filter is a causal convolution."""

from __future__ import annotations

from typing import ClassVar

from symcost.errors import ShapeError
from symcost.expressions import ONE, ZERO, Size, normal
from symcost.functional import einsum, pad, scan, weight, window
from symcost.layer import Layer
from symcost.tensor import Tensor


class IIR(Layer):
    """Recursive filter, y_t = b x_t + a y_(t-1), the same at every step: 2 T products, one after another.

    With more channels b and a are matrices between them. Of order Q, y_t = b_0 x_t + b_1 x_(t-1) + ... + a_1 y_(t-1)
    + ... + a_Q y_(t-Q), with as many ``taps`` b (Oppenheim and Schafer, Discrete-time signal processing, section 6.3):
    each of the last Q outputs comes back with a delay and a weight of its own.
    """

    channels: Size = ONE
    order: int = 1  # outputs that come back
    taps: Size = ONE  # inputs that go in: the one of this step, and those before it

    takes = "... t i"
    axis_meanings: ClassVar = {
        "i": "channels", "h": "channels", "j": "channels of a step before", "k": "steps of the input"
    }  # fmt: skip

    def check(self) -> None:
        if self.order < 1:
            raise ShapeError(f"IIR: order is {self.order}", expected="at least 1", remedy="a FIR filter is a Conv1d")

    def forward(self, x: Tensor) -> Tensor:
        C, delays = self.channels, range(1, self.order + 1)
        z = self.fed(x)  # all steps at once
        a = [weight("a" if self.order == 1 else f"a_{delay}", C, C) for delay in delays]

        def step(y: Tensor, *before: Tensor) -> tuple[Tensor, ...]:
            for a_j, y_j in zip(a, before, strict=True):
                y = y + einsum("... j, h j -> ... h", y_j, a_j)
            return (y,) * self.order

        return scan(step, z, over="t", carry=[C] * self.order, delays=delays)[0]

    def fed(self, x: Tensor) -> Tensor:
        """What the inputs bring."""
        C, K = self.channels, self.taps
        if K == ONE:
            return einsum("... t i, h i -> ... t h", x, weight("b", C, C))
        steps = window(pad(x, "t", normal(K - 1), ZERO), "t", K, ONE, ONE, "k")
        return einsum("... t k i, k h i -> ... t h", steps, weight("b", K, C, C))

    def example_size(self, axis: str) -> Size:
        """As every layer's; the input has as many channels as the filter."""
        return self.channels if axis == "i" else super().example_size(axis)
