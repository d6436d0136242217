"""Fully connected layers."""

from __future__ import annotations

from typing import ClassVar

from symcost.dimensions import dimension
from symcost.expressions import Size
from symcost.functional import bias, einsum, weight
from symcost.layer import Layer
from symcost.tensor import Tensor

H, I = dimension("H"), dimension("I")


class Linear(Layer):
    """Affine layer, y = W x + b.

    Parameters H I + H, multiply-accumulates H I for each vector.
    """

    in_features: Size = I
    out_features: Size = H
    bias: bool = True

    takes = "... i"
    axis_meanings: ClassVar = {"i": "input channels", "h": "output channels"}

    def forward(self, x: Tensor) -> Tensor:
        W = weight("weight", self.out_features, self.in_features)
        y = einsum("... i, h i -> ... h", x, W)
        return y + bias("bias", self.out_features) if self.bias else y
