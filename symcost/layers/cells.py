"""One step of a recurrence: the cells, and the step equations that recurrent layers take over time."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sympy import Expr

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.functional import bias, chunk, einsum, sigmoid, tanh, weight
from symcost.layer import Layer
from symcost.layers.activation import ReLU
from symcost.tensor import Tensor

H, I = dimension("H"), dimension("I")

Nonlinearity = Literal["tanh", "relu"]

BEFORE = "hidden channels of the step before"


# --- the step equations: what the input brings is there already, the state is what the step before made ---


def elman_step(z: Tensor, h: Tensor, U: Tensor, b: Tensor | None, nonlinearity: Nonlinearity) -> Tensor:
    """The new h = tanh(z + U h + b), or a rectifier in its place (Elman, 1990)."""
    a = z + projected(h, U, b, "j h")
    return tanh(a) if nonlinearity == "tanh" else ReLU()(a)


def lstm_step(z: Tensor, h: Tensor, c: Tensor, U: Tensor, b: Tensor | None) -> tuple[Tensor, Tensor]:
    """i, f, g, o = z + U h + b; c = sigmoid(f) c + sigmoid(i) tanh(g); h = sigmoid(o) tanh(c) (Gers et al., 2000)."""
    i, f, g, o = chunk(z + projected(h, U, b, "j g"), 4)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c


def gru_step(a: Tensor, h: Tensor, U: Tensor, b: Tensor | None) -> Tensor:
    """r, z = sigmoid(a + U h + b); n = tanh(a_n + r (U_n h + b_n)); h = (1 - z) n + z h (Cho et al., 2014)."""
    a_r, a_z, a_n = chunk(a, 3)
    u_r, u_z, u_n = chunk(projected(h, U, b, "j g"), 3)
    r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
    n = tanh(a_n + r * u_n)
    return (1 - z) * n + z * h


def projected(x: Tensor, W: Tensor, b: Tensor | None, axes: str) -> Tensor:
    """W x + b, or W x where there is no bias; ``axes`` names the channels that come in and those that go out."""
    below, above = axes.split()
    y = einsum(f"... {below}, {above} {below} -> ... {above}", x, W)
    return y if b is None else y + b


# --- what cells and recurrent layers have in common ---


def gates(
    layer: Any, count: int, x: Tensor, ending: str = "", state: Expr | None = None, below: str = "i"
) -> tuple[Any, ...]:
    """W_ih x + b_ih of all gates, W_hh, and b_hh, which is None where there is none.

    PyTorch has a bias for the input and one for the state; others have only the first.
    """
    H = layer.hidden_size
    W, U = weight("weight_ih" + ending, count * H, x.axes[-1].size), weight("weight_hh" + ending, count * H, state or H)
    first = bias("bias_ih" + ending, count * H) if layer.bias else None
    second = bias("bias_hh" + ending, count * H) if layer.bias and layer.biases == 2 else None
    return projected(x, W, first, f"{below} {'h' if count == 1 else 'g'}"), U, second


def check_recurrence(layer: Any) -> None:
    """Raises a ShapeError if the number of biases or the nonlinearity is none of those that there are."""
    if layer.biases not in (1, 2):
        raise ShapeError(f"{type(layer).__name__}: biases is {layer.biases!r}", expected="1 or 2 a gate")
    if getattr(layer, "nonlinearity", "tanh") not in ("tanh", "relu"):
        raise ShapeError(f"{type(layer).__name__}: nonlinearity is {layer.nonlinearity!r}", expected="'tanh' or 'relu'")


# --- the cells ---


class RNNCell(Layer):
    """One step of an Elman network, h' = tanh(W_ih x + b_ih + W_hh h + b_hh) (Elman, 1990). The state is given."""

    input_size: Size = I
    hidden_size: Size = H
    bias: bool = True
    nonlinearity: Nonlinearity = "tanh"
    biases: int = 2

    takes = "... i, ... h"
    axis_meanings: ClassVar = {"j": BEFORE}

    def check(self) -> None:
        check_recurrence(self)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        z, U, b = gates(self, 1, x)
        return elman_step(z, h, U, b, self.nonlinearity)


class LSTMCell(Layer):
    """One step of an LSTM, from x, h and c to h' and c' (Hochreiter and Schmidhuber, 1997). The states are given."""

    input_size: Size = I
    hidden_size: Size = H
    bias: bool = True
    biases: int = 2

    takes = "... i, ... h, ... h"
    axis_meanings: ClassVar = {"g": "4 gates of hidden channels", "j": BEFORE}

    def check(self) -> None:
        check_recurrence(self)

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        z, U, b = gates(self, 4, x)
        return lstm_step(z, h, c, U, b)


class GRUCell(Layer):
    """One step of a gated recurrent unit, from x and h to h' (Cho et al., 2014). The state is given."""

    input_size: Size = I
    hidden_size: Size = H
    bias: bool = True
    biases: int = 2

    takes = "... i, ... h"
    axis_meanings: ClassVar = {"g": "3 gates of hidden channels", "j": BEFORE}

    def check(self) -> None:
        check_recurrence(self)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        a, U, b = gates(self, 3, x)
        return gru_step(a, h, U, b)
