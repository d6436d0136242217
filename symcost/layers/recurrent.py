"""Recurrent layers: stacked, one- or two-directional, with PyTorch's two biases a gate or with one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar, Literal

from sympy import Expr

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size, same
from symcost.functional import bias, chunk, concat, einsum, maximum, scan, sigmoid, tanh, weight
from symcost.layer import Layer
from symcost.structure import repeat
from symcost.tensor import Tensor

H, I = dimension("H"), dimension("I")

Direction = Callable[[Tensor, str, bool], Tensor]  # the input, the ending of the weights' names, backwards or not


def _stacked(layer: Any, direction: Direction, x: Tensor, out: Expr) -> Tensor:
    """Layers one on the other, each over the whole sequence; two directions are concatenated."""

    def level(x: Tensor, ending: str) -> Tensor:
        forward = direction(x, ending, False)
        return concat([forward, direction(x, ending + "_reverse", True)]) if layer.bidirectional else forward

    if layer.num_layers.is_Integer:
        for number in range(int(layer.num_layers)):
            x = level(x, f"_l{number}")
        return x
    width = 2 * out if layer.bidirectional else out
    above = dataclasses.replace(layer, input_size=width, num_layers=1)
    return repeat(above, layer.num_layers - 1, [level(x, "_l0")])[0]


def _offset(layer: Any, name: str, length: Expr) -> Tensor | int:
    """A bias, or nothing to add: PyTorch has one for the input and one for the hidden state, others only the first."""
    wanted = layer.bias and (layer.biases == 2 or name.startswith("bias_ih"))
    return bias(name, length) if wanted else 0


def _plus(x: Tensor, offset: Tensor | int) -> Tensor:
    return x + offset if isinstance(offset, Tensor) else x


_CHANNELS = {"d": "2 directions of hidden channels", "j": "hidden channels of the step before"}


def _below(layer: Any, x: Tensor, out: Expr) -> str:
    """The axis of the channels that come in: those of the input, or of both directions of the level below."""
    return "d" if layer.bidirectional and same(x.axes[-1].size, 2 * out) else "i"


def _check(layer: Any) -> None:
    if layer.biases not in (1, 2):
        raise ShapeError(f"{type(layer).__name__}: biases is {layer.biases!r}", expected="1 or 2 a gate")


class RNN(Layer):
    """Elman network, h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh) (Elman, 1990)."""

    input_size: Size = I
    hidden_size: Size = H
    num_layers: Size = 1
    nonlinearity: Literal["tanh", "relu"] = "tanh"
    bias: bool = True
    batch_first: bool = False  # axes are named here: it changes nothing
    dropout: float = 0.0  # nothing is dropped at inference
    bidirectional: bool = False
    biases: int = 2

    takes = "... t i"
    axis_meanings: ClassVar = _CHANNELS

    def check(self) -> None:
        _check(self)
        if self.nonlinearity not in ("tanh", "relu"):
            raise ShapeError(f"RNN: nonlinearity is {self.nonlinearity!r}", expected="'tanh' or 'relu'")

    def forward(self, x: Tensor) -> Tensor:
        H = self.hidden_size

        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            below = _below(self, x, H)
            W, U = weight("weight_ih" + ending, H, x.axes[-1].size), weight("weight_hh" + ending, H, H)
            z = _plus(
                einsum(f"... t {below}, h {below} -> ... t h", x, W), _offset(self, "bias_ih" + ending, H)
            )  # all steps at once
            b = _offset(self, "bias_hh" + ending, H)

            def step(z_t: Tensor, h: Tensor) -> Tensor:
                a = z_t + _plus(einsum("... j, h j -> ... h", h, U), b)
                return tanh(a) if self.nonlinearity == "tanh" else maximum(a, 0)

            return scan(step, z, over="t", carry=[H], reverse=reverse)[0]

        return _stacked(self, direction, x, H)


class LSTM(Layer):
    """Long short-term memory: i, f, o = sigmoid(...), g = tanh(...), c_t = f c_(t-1) + i g, h_t = o tanh(c_t).

    Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000. ``proj_size`` projects the hidden
    state, h_t = W_hr (o tanh(c_t)) (Sak et al., 2014).
    """

    input_size: Size = I
    hidden_size: Size = H
    num_layers: Size = 1
    bias: bool = True
    batch_first: bool = False  # axes are named here: it changes nothing
    dropout: float = 0.0  # nothing is dropped at inference
    bidirectional: bool = False
    proj_size: Size | None = None
    biases: int = 2

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "4 gates of hidden channels", **_CHANNELS}

    def __post_init__(self) -> None:
        if self.proj_size == 0:  # PyTorch's way to say that there is none
            object.__setattr__(self, "proj_size", None)
        super().__post_init__()

    def check(self) -> None:
        _check(self)

    def forward(self, x: Tensor) -> Tensor:
        H = self.hidden_size
        P = self.proj_size or H

        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            below = _below(self, x, P)
            W, U = weight("weight_ih" + ending, 4 * H, x.axes[-1].size), weight("weight_hh" + ending, 4 * H, P)
            z = _plus(einsum(f"... t {below}, g {below} -> ... t g", x, W), _offset(self, "bias_ih" + ending, 4 * H))
            b = _offset(self, "bias_hh" + ending, 4 * H)
            R = weight("weight_hr" + ending, P, H) if self.proj_size else None

            def step(z_t: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
                i, f, g, o = chunk(z_t + _plus(einsum("... j, g j -> ... g", h, U), b), 4)
                c = sigmoid(f) * c + sigmoid(i) * tanh(g)
                h = sigmoid(o) * tanh(c)
                return (einsum("... h, p h -> ... p", h, R) if R else h), c

            return scan(step, z, over="t", carry=[P, H], reverse=reverse)[0]

        return _stacked(self, direction, x, P)


class GRU(Layer):
    """Gated recurrent unit: r, z = sigmoid(...), n = tanh(W_n x + r (U_n h)), h_t = (1 - z) n + z h_(t-1).

    Cho et al., 2014, with the reset gate behind the product, as PyTorch and cuDNN have it.
    """

    input_size: Size = I
    hidden_size: Size = H
    num_layers: Size = 1
    bias: bool = True
    batch_first: bool = False  # axes are named here: it changes nothing
    dropout: float = 0.0  # nothing is dropped at inference
    bidirectional: bool = False
    biases: int = 2

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "3 gates of hidden channels", **_CHANNELS}

    def check(self) -> None:
        _check(self)

    def forward(self, x: Tensor) -> Tensor:
        H = self.hidden_size

        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            below = _below(self, x, H)
            W, U = weight("weight_ih" + ending, 3 * H, x.axes[-1].size), weight("weight_hh" + ending, 3 * H, H)
            a = _plus(einsum(f"... t {below}, g {below} -> ... t g", x, W), _offset(self, "bias_ih" + ending, 3 * H))
            b = _offset(self, "bias_hh" + ending, 3 * H)

            def step(a_t: Tensor, h: Tensor) -> Tensor:
                a_r, a_z, a_n = chunk(a_t, 3)
                u_r, u_z, u_n = chunk(_plus(einsum("... j, g j -> ... g", h, U), b), 3)
                r, z = sigmoid(a_r + u_r), sigmoid(a_z + u_z)
                n = tanh(a_n + r * u_n)
                return (1 - z) * n + z * h

            return scan(step, a, over="t", carry=[H], reverse=reverse)[0]

        return _stacked(self, direction, x, H)
