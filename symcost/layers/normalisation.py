"""Normalisation: numbers are centred and scaled, over channels or by statistics that training has left."""

from __future__ import annotations

from typing import Any, ClassVar

from sympy import Integer

from symcost.axes import shown
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size, floor_div, normal, same
from symcost.functional import bias, buffer, exp, log, mean, pad, rearrange, sqrt, weight, window
from symcost.layer import Layer
from symcost.layers.sharing import check_shares
from symcost.notation import text
from symcost.tensor import Tensor

H = dimension("H")


def _standardised(x: Tensor, axes: tuple[int | str, ...], eps: float) -> Tensor:
    """(x - mean) / sqrt(variance + eps) over some axes."""
    centred = x - mean(x, *axes, keep=True)
    return centred / sqrt(mean(centred * centred, *axes, keep=True) + eps)


class LayerNorm(Layer):
    """y = g (x - mean) / sqrt(variance + eps) + b over the last axes (Ba et al., 2016)."""

    role = "normalisation"

    normalized_shape: Size | tuple[Size, ...] = H
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    takes = "... h"

    def forward(self, x: Tensor) -> Tensor:
        shape = self.normalized_shape if isinstance(self.normalized_shape, tuple) else (self.normalized_shape,)
        found = x.shape[-len(shape) :]
        if len(found) < len(shape) or not all(map(same, found, shape)):  # else an axis of size 1 would be stretched
            raise ShapeError(f"axes {shown(x.axes)}", expected="last axes of " + ", ".join(map(text, shape)))
        y = _standardised(x, tuple(range(-len(shape), 0)), self.eps)
        y = y * weight("weight", *shape) if self.elementwise_affine else y
        return y + bias("bias", *shape) if self.elementwise_affine and self.bias else y


class RMSNorm(Layer):
    """y = g x / sqrt(mean x^2 + eps) over the last axis (Zhang and Sennrich, 2019)."""

    role = "normalisation"

    normalized_shape: Size = H
    eps: float = 2.220446049250313e-16  # PyTorch's default: what double precision can tell from 1
    elementwise_affine: bool = True

    takes = "... h"

    def forward(self, x: Tensor) -> Tensor:
        y = x / sqrt(mean(x * x, "h", keep=True) + self.eps)
        return y * weight("weight", self.normalized_shape) if self.elementwise_affine else y


class _BatchNorm:
    """y = g (x - running mean) / sqrt(running variance + eps) + b, a channel at a time (Ioffe and Szegedy, 2015)."""

    role = "normalisation"
    num_features: Size
    eps: float
    affine: bool

    def forward(self, x: Tensor) -> Tensor:
        """At inference: the statistics are those that training has left, and are not learned."""
        C = self.num_features
        y = (x - buffer("running_mean", C)) / sqrt(buffer("running_var", C) + self.eps)
        return y * weight("weight", C) + bias("bias", C) if self.affine else y


class BatchNorm1d(_BatchNorm, Layer):
    """Batch normalisation of vectors or sequences, at inference: 4 operations a number, 2 a channel."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True

    takes = "... h"


class BatchNorm2d(_BatchNorm, Layer):
    """Batch normalisation of images, at inference."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True

    takes = "... x y h"


class BatchNorm3d(_BatchNorm, Layer):
    """Batch normalisation of volumes, at inference."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = True

    takes = "... x y z h"


class GroupNorm(Layer):
    """LayerNorm over all places and the channels of each group (Wu and He, 2018).

    Places are all axes but the channels and a batch, which is an axis that an input's dimension B named b.
    """

    role = "normalisation"

    num_groups: Size = dimension("G")
    num_channels: Size = H
    eps: float = 1e-5
    affine: bool = True

    takes = "... h"

    def check(self) -> None:
        check_shares(self, "num_groups", "num_channels")

    def forward(self, x: Tensor) -> Tensor:
        C = self.num_channels
        places = len(x.axes) - 1 - (x.axes[0].name == "b")
        grouped = rearrange("... (g c) -> ... g c", x, g=self.num_groups)
        y = rearrange("... g c -> ... (g c)", _standardised(grouped, (*range(-2 - places, -2), -1), self.eps))
        return y * weight("weight", C) + bias("bias", C) if self.affine else y


class _InstanceNorm:
    """The equation that the normalisations of each channel of each example by itself have in common."""

    role = "normalisation"
    axes: ClassVar[tuple[str, ...]]  # the places over which each channel is centred and scaled

    def forward(self: Any, x: Tensor) -> Tensor:
        """(x - mean) / sqrt(variance + eps) over the places, times g plus b if they are learned."""
        y = _standardised(x, self.axes, self.eps)
        return y * weight("weight", self.num_features) + bias("bias", self.num_features) if self.affine else y


class InstanceNorm1d(_InstanceNorm, Layer):
    """Each channel of each sequence centred and scaled over time (Ulyanov et al., 2016)."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = False

    takes = "... t h"
    axes = ("t",)


class InstanceNorm2d(_InstanceNorm, Layer):
    """Each channel of each image centred and scaled over its places."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = False

    takes = "... x y h"
    axes = ("x", "y")


class InstanceNorm3d(_InstanceNorm, Layer):
    """Each channel of each volume centred and scaled over its places."""

    num_features: Size = H
    eps: float = 1e-5
    momentum: float | None = 0.1
    affine: bool = False

    takes = "... x y z h"
    axes = ("x", "y", "z")


class LocalResponseNorm(Layer):
    """y_h = x_h / (k + alpha mean of x^2 over n channels around h)^beta (Krizhevsky et al., 2012, section 3.3).

    The mean is PyTorch's, where the paper has a sum. The power is exp(beta log ...).
    """

    role = "normalisation"

    size: Size = dimension("K")
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    takes = "... h"

    def forward(self, x: Tensor) -> Tensor:
        n = self.size
        before = floor_div(n, Integer(2))
        around = window(pad(x * x, "h", before, normal(n - 1 - before)), "h", n, ONE, ONE, "around")
        return x / exp(self.beta * log(self.k + self.alpha * mean(around, "around")))


class Dropout(Layer):
    """Nothing, at inference; training drops each number with probability p (Srivastava et al., 2014)."""

    p: float = 0.5

    def check(self) -> None:
        if not 0 <= self.p <= 1:
            raise ShapeError(f"Dropout: p={self.p}", expected="a probability, 0 to 1")

    def forward(self, x: Tensor) -> Tensor:
        return x
