"""Activation functions: at every place of a tensor, or along one axis. None of them learns anything."""

from __future__ import annotations

import math
from typing import Literal

from symcost.errors import ShapeError
from symcost.functional import (
    absolute,
    detached,
    erf,
    exp,
    log,
    maximum,
    minimum,
    reduce_max,
    sigmoid,
    softmax,
    tanh,
    total,
)  # fmt: skip
from symcost.layer import Layer
from symcost.tensor import Tensor

_HALF, _ROOT_HALF = 0.5, math.sqrt(0.5)


class Identity(Layer):
    """y = x."""

    def forward(self, x: Tensor) -> Tensor:
        return x


class ReLU(Layer):
    """Rectifier, y = max(x, 0): one comparison."""

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0)


class LeakyReLU(Layer):
    """y = max(x, 0) + a min(x, 0) (Maas et al., 2013)."""

    negative_slope: float = 0.01

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0) + self.negative_slope * minimum(x, 0)


class ELU(Layer):
    """y = max(x, 0) + a (exp(min(x, 0)) - 1) (Clevert et al., 2016)."""

    alpha: float = 1.0

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0) + self.alpha * (exp(minimum(x, 0)) - 1)


class GELU(Layer):
    """y = x/2 (1 + erf(x / sqrt 2)), or its approximation by tanh (Hendrycks and Gimpel, 2016)."""

    approximate: Literal["none", "tanh"] = "none"

    def check(self) -> None:
        if self.approximate not in ("none", "tanh"):
            raise ShapeError(f"GELU: approximate is {self.approximate!r}", expected="'none' or 'tanh'")

    def forward(self, x: Tensor) -> Tensor:
        if self.approximate == "tanh":
            inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)
            return _HALF * x * (1 + tanh(inner))
        return _HALF * x * (1 + erf(x * _ROOT_HALF))


class SiLU(Layer):
    """Swish, y = x sigmoid(x) (Elfwing et al., 2018)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * sigmoid(x)


class Sigmoid(Layer):
    """Logistic function, y = 1 / (1 + exp(-x)), counted as one operation of its own kind."""

    def forward(self, x: Tensor) -> Tensor:
        return sigmoid(x)


class Tanh(Layer):
    """Hyperbolic tangent, counted as one operation of its own kind."""

    def forward(self, x: Tensor) -> Tensor:
        return tanh(x)


class Softplus(Layer):
    """y = log(1 + exp(x)), written so that it does not overflow: max(x, 0) + log(1 + exp(-|x|))."""

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0) + log(1 + exp(-absolute(x)))


class Softmax(Layer):
    """y = exp(x - max x) / sum exp(x - max x) along an axis: 5n - 2 operations for n numbers."""

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        return softmax(x, self.dim)


class LogSoftmax(Layer):
    """y = x - max x - log sum exp(x - max x) along an axis."""

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        shifted = x - detached(reduce_max(x, self.dim, keep=True))
        return shifted - log(total(exp(shifted), self.dim, keep=True))
