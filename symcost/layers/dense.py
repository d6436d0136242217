"""Fully connected layers."""

from __future__ import annotations

from symcost.dimensions import dimension
from symcost.expressions import Size
from symcost.functional import bias, einsum, weight
from symcost.layer import Layer
from symcost.tensor import Tensor

H, I, J = dimension("H"), dimension("I"), dimension("J")


class Linear(Layer):
    """Affine layer, y = W x + b.

    Parameters H I + H, multiply-accumulates H I for each vector.
    """

    in_features: Size = I
    out_features: Size = H
    bias: bool = True

    takes = "... i"

    def forward(self, x: Tensor) -> Tensor:
        W = weight("weight", self.out_features, self.in_features)
        y = einsum("... i, h i -> ... h", x, W)
        return y + bias("bias", self.out_features) if self.bias else y


class Bilinear(Layer):
    """y_h = x^T A_h z + b_h of two vectors (Socher et al., 2013): H I J products with x, then H J with z."""

    in1_features: Size = I
    in2_features: Size = J
    out_features: Size = H
    bias: bool = True

    takes = "... i, ... j"

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        A = weight("weight", self.out_features, self.in1_features, self.in2_features)
        y = einsum("... h j, ... j -> ... h", einsum("... i, h i j -> ... h j", x, A), z)
        return y + bias("bias", self.out_features) if self.bias else y
