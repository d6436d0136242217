"""Activation functions: at every place of a tensor, or along one axis. Only PReLU learns anything."""

from __future__ import annotations

import math
from typing import Literal

from symcost.errors import ShapeError
from symcost.expressions import Size, same
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
    take,
    tanh,
    total,
    weight,
)  # fmt: skip
from symcost.layer import Layer
from symcost.notation import text
from symcost.tensor import Tensor
from symcost.views import place_of

_HALF, _ROOT_HALF = 0.5, math.sqrt(0.5)


class Identity(Layer):
    """y = x."""

    def forward(self, x: Tensor) -> Tensor:
        return x


class ReLU(Layer):
    """Rectifier, y = max(x, 0): one comparison."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0)


class Hardtanh(Layer):
    """y = min(max(x, a), b): the tangent in straight lines, from -1 to 1 (Collobert, 2004)."""

    role = "activation"

    min_val: float = -1.0
    max_val: float = 1.0

    def check(self) -> None:
        if self.min_val >= self.max_val:
            raise ShapeError(f"Hardtanh: min_val={self.min_val}, max_val={self.max_val}", expected="min_val < max_val")

    def forward(self, x: Tensor) -> Tensor:
        return minimum(maximum(x, self.min_val), self.max_val)


class ReLU6(Layer):
    """y = min(max(x, 0), 6) (Krizhevsky, 2010; Howard et al., 2017)."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return _up_to_six(x)


class LeakyReLU(Layer):
    """y = max(x, 0) + a min(x, 0) (Maas et al., 2013)."""

    role = "activation"

    negative_slope: float = 0.01

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0) + self.negative_slope * minimum(x, 0)


class PReLU(Layer):
    """LeakyReLU with a slope that is learned, one for all or one for each channel (He et al., 2015)."""

    role = "activation"

    num_parameters: Size = 1
    init: float = 0.25

    takes = "... h"

    def forward(self, x: Tensor) -> Tensor:
        C = self.num_parameters
        if C != 1 and not same(x.axes[-1].size, C):  # else an axis of size 1 would be stretched
            raise ShapeError(f"axis {x.axes[-1]}", expected=f"num_parameters={text(C)}")
        return maximum(x, 0) + weight("weight", C) * minimum(x, 0)


class ELU(Layer):
    """y = max(x, 0) + a (exp(min(x, 0)) - 1) (Clevert et al., 2016)."""

    role = "activation"

    alpha: float = 1.0

    def forward(self, x: Tensor) -> Tensor:
        return maximum(x, 0) + self.alpha * (exp(minimum(x, 0)) - 1)


class GELU(Layer):
    """y = x/2 (1 + erf(x / sqrt 2)), or its approximation by tanh (Hendrycks and Gimpel, 2016)."""

    role = "activation"

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

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return x * sigmoid(x)


class Mish(Layer):
    """y = x tanh(log(1 + exp x)) (Misra, 2020), with the Softplus of this catalogue."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return x * tanh(_softplus(x))


class GLU(Layer):
    """Gated linear unit, y = a sigmoid(b) of the halves a and b of an axis (Dauphin et al., 2017)."""

    role = "activation"

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        half = x.axes[place_of(x.axes, self.dim)].size / 2
        return take(x, self.dim, 0, half) * sigmoid(take(x, self.dim, half, half))


class Sigmoid(Layer):
    """Logistic function, y = 1 / (1 + exp(-x)), counted as one operation of its own kind."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return sigmoid(x)


class Tanh(Layer):
    """Hyperbolic tangent, counted as one operation of its own kind."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return tanh(x)


class Hardsigmoid(Layer):
    """y = min(max(x + 3, 0), 6) / 6: the logistic function in straight lines (Howard et al., 2019)."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return _up_to_six(x + 3) / 6


class Hardswish(Layer):
    """y = x min(max(x + 3, 0), 6) / 6 (Howard et al., 2019, section 5.2)."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return x * _up_to_six(x + 3) / 6


class Softsign(Layer):
    """y = x / (1 + |x|) (Bergstra et al., 2009)."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return x / (1 + absolute(x))


class Softplus(Layer):
    """y = log(1 + exp(x)), written so that it does not overflow: max(x, 0) + log(1 + exp(-|x|))."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return _softplus(x)


class LogSigmoid(Layer):
    """y = log sigmoid(x) = -log(1 + exp(-x)), written as min(x, 0) - log(1 + exp(-|x|))."""

    role = "activation"

    def forward(self, x: Tensor) -> Tensor:
        return minimum(x, 0) - log(1 + exp(-absolute(x)))


def _up_to_six(x: Tensor) -> Tensor:
    return minimum(maximum(x, 0), 6)


def _softplus(x: Tensor) -> Tensor:
    return maximum(x, 0) + log(1 + exp(-absolute(x)))


class Softmax(Layer):
    """y = exp(x - max x) / sum exp(x - max x) along an axis: 5n - 2 operations for n numbers."""

    role = "softmax"

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        return softmax(x, self.dim)


class Softmin(Layer):
    """Softmax of -x: the smallest number is the likeliest."""

    role = "softmax"

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        return softmax(-x, self.dim)


class LogSoftmax(Layer):
    """y = x - max x - log sum exp(x - max x) along an axis."""

    role = "softmax"

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        shifted = x - detached(reduce_max(x, self.dim, keep=True))
        return shifted - log(total(exp(shifted), self.dim, keep=True))
