"""Recurrences in which the state enters linearly: any algorithm for prefixes runs them, in log T levels if need be.

Everything with a matrix product of the input leaves the loop (Martin and Cundy, Parallelizing linear recurrent neural
nets over sequence length, ICLR 2018). ``algorithm`` is one of ``symcost.parallel_prefix``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from symcost.dimensions import dimension
from symcost.errors import ShapeError, unknown
from symcost.expressions import ONE, ZERO, Size, normal, same
from symcost.functional import (
    associative_scan,
    bias,
    chunk,
    einsum,
    pad,
    rearrange,
    scan,
    sigmoid,
    tanh,
    weight,
    window,
)  # fmt: skip
from symcost.layer import Layer
from symcost.layers.cells import projected
from symcost.notation import text
from symcost.parallel_prefix import ALGORITHMS
from symcost.tensor import Tensor

H, I, K = map(dimension, "HIK")


def check_algorithm(layer: Any) -> None:
    """Raises an UnknownName if there is no such algorithm for prefixes."""
    if layer.algorithm not in ALGORITHMS:
        raise unknown("algorithm", layer.algorithm, ALGORITHMS, type(layer).__name__)


class LinearRecurrence(Layer):
    """h_t = a_t h_(t-1) + b_t, with a_t = sigmoid(W_a x_t + c_a) and b_t = W_b x_t + c_b, channel by channel.

    ``dense`` mixes the channels: a_t = W_a x_t + c_a is then a matrix of H x H. A scan by anything but the sequential
    algorithm multiplies such matrices, which takes H^3 where a step takes H^2.
    """

    input_size: Size = I
    hidden_size: Size = H
    bias: bool = True
    algorithm: str = "sequential"
    dense: bool = False

    takes = "... t i"
    axis_meanings: ClassVar = {"f": "entries of a matrix between hidden channels", "j": "hidden channels"}

    def check(self) -> None:
        check_algorithm(self)

    def forward(self, x: Tensor) -> Tensor:
        H = self.hidden_size
        a = self.projected(x, "a", H * H if self.dense else H, "f" if self.dense else "h")
        a = rearrange("... (h j) -> ... h j", a, h=H) if self.dense else sigmoid(a)
        b = self.projected(x, "b", H, "h")
        return associative_scan(a, b, "t", self.algorithm, dense=self.dense)

    def projected(self, x: Tensor, letter: str, size: Size, axis: str) -> Tensor:
        """What the input brings: all steps at once."""
        c = bias(f"bias_{letter}", size) if self.bias else None
        return projected(x, weight(f"weight_{letter}", size, self.input_size), c, f"i {axis}")


class SRU(Layer):
    """Simple recurrent unit: c_t = f_t c_(t-1) + (1 - f_t) W x_t, h_t = r_t c_t + (1 - r_t) x_t (Lei et al., 2018).

    f_t and r_t are sigmoid(W x_t + v c_(t-1) + b), each with weights of its own. Without ``peepholes``, v = 0, the
    gates come from the input alone, and any algorithm for prefixes runs the recurrence; with them only the sequential
    one can. Where the input has another size than the state, W_h x_t stands for x_t in h_t; where it has the same,
    ``project_input=False`` leaves it as it is.
    """

    input_size: Size = I
    hidden_size: Size = H
    peepholes: bool = True
    project_input: bool = True
    algorithm: str = "sequential"

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "3 parts of hidden channels"}

    def check(self) -> None:
        check_algorithm(self)
        if self.peepholes and self.algorithm != "sequential":
            raise ShapeError(
                f"SRU: algorithm is {self.algorithm!r}", expected="'sequential'",
                remedy="peepholes=False leaves the state out of the gates",
            )  # fmt: skip
        if not self.project_input and not same(self.input_size, self.hidden_size):
            raise ShapeError(
                f"SRU: project_input is False, input_size={text(self.input_size)}",
                expected=f"hidden_size={text(self.hidden_size)}",
            )

    def forward(self, x: Tensor) -> Tensor:
        H, own = self.hidden_size, self.input_size
        u, f, r = chunk(projected(x, weight("weight", 3 * H, own), None, "i g"), 3)
        f, r = f + bias("bias_f", H), r + bias("bias_r", H)
        c, r = self.with_peepholes(u, f, r) if self.peepholes else self.without(u, sigmoid(f), sigmoid(r))
        skipped = projected(x, weight("weight_h", H, own), None, "i h") if self.project_input else x
        return r * c + (1 - r) * skipped

    def with_peepholes(self, u: Tensor, f: Tensor, r: Tensor) -> tuple[Tensor, ...]:
        """The states and the gates of the output, step by step."""
        v_f, v_r = (weight(name, self.hidden_size) for name in ("weight_vf", "weight_vr"))

        def step(u_t: Tensor, f_t: Tensor, r_t: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
            forget, reset = sigmoid(f_t + v_f * c), sigmoid(r_t + v_r * c)
            return forget * c + (1 - forget) * u_t, reset

        return scan(step, u, f, r, over="t", carry=[self.hidden_size])

    def without(self, u: Tensor, f: Tensor, r: Tensor) -> tuple[Tensor, ...]:
        """The same where the gates do not know the state."""
        return associative_scan(f, (1 - f) * u, "t", self.algorithm), r


class QRNN(Layer):
    """Quasi-recurrent layer: z, f, o = tanh, sigmoid, sigmoid of a causal convolution; c_t = f c_(t-1) + (1 - f) z.

    It hands out h_t = o c_t ("fo-pooling" of Bradbury et al., Quasi-recurrent neural networks, ICLR 2017).
    """

    input_size: Size = I
    hidden_size: Size = H
    kernel_size: Size = K
    bias: bool = True
    algorithm: str = "sequential"

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "3 parts of hidden channels"}

    def check(self) -> None:
        check_algorithm(self)

    def forward(self, x: Tensor) -> Tensor:
        H, K = self.hidden_size, self.kernel_size
        steps = window(pad(x, "t", normal(K - 1), ZERO), "t", K, ONE, ONE, "k")
        u = einsum("... t k i, g i k -> ... t g", steps, weight("weight", 3 * H, self.input_size, K))
        z, f, o = chunk(u + bias("bias", 3 * H) if self.bias else u, 3)
        f = sigmoid(f)
        return sigmoid(o) * associative_scan(f, (1 - f) * tanh(z), "t", self.algorithm)
