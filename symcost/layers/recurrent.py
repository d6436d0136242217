"""Recurrent layers: stacked, one- or two-directional, with PyTorch's two biases a gate or with one.

``dilation`` d takes the state from d steps ago instead of the step before, h_t = f(x_t, h_(t-d)) (Chang et al., Dilated
recurrent neural networks, NeurIPS 2017). The work stays, the state is d times as large, and d chains of steps run side
by side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, ClassVar

from sympy import Expr

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size, exceeds, same
from symcost.functional import concat, scan, weight
from symcost.layer import Layer
from symcost.layers.cells import (
    BEFORE,
    Nonlinearity,
    check_recurrence,
    elman_step,
    gates,
    gru_step,
    lstm_step,
    projected,
)
from symcost.notation import text
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


_CHANNELS = {"d": "2 directions of hidden channels", "j": BEFORE}


def _below(layer: Any, x: Tensor, out: Expr) -> str:
    """The axis of the channels that come in: those of the input, or of both directions of the level below."""
    return "d" if layer.bidirectional and same(x.axes[-1].size, 2 * out) else "i"


class RNN(Layer):
    """Elman network, h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh) (Elman, 1990)."""

    input_size: Size = I
    hidden_size: Size = H
    num_layers: Size = 1
    nonlinearity: Nonlinearity = "tanh"
    bias: bool = True
    batch_first: bool = False  # axes are named here: it changes nothing
    dropout: float = 0.0  # nothing is dropped at inference
    bidirectional: bool = False
    biases: int = 2
    dilation: Size = ONE

    takes = "... t i"
    axis_meanings: ClassVar = _CHANNELS

    def check(self) -> None:
        check_recurrence(self)

    def forward(self, x: Tensor) -> Tensor:
        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            below = _below(self, x, self.hidden_size)
            z, U, b = gates(self, 1, x, ending, below=below)  # what the input brings: all steps at once

            def step(z_t: Tensor, h: Tensor) -> Tensor:
                return elman_step(z_t, h, U, b, self.nonlinearity)

            return scan(step, z, over="t", carry=[self.hidden_size], reverse=reverse, delays=[self.dilation])[0]

        return _stacked(self, direction, x, self.hidden_size)


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
    dilation: Size = ONE

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "4 gates of hidden channels", **_CHANNELS}

    def __post_init__(self) -> None:
        if self.proj_size == 0:  # PyTorch's way to say that there is none
            object.__setattr__(self, "proj_size", None)
        super().__post_init__()

    def check(self) -> None:
        check_recurrence(self)
        if self.proj_size is not None and exceeds(self.proj_size, self.hidden_size + 1):
            raise ShapeError(
                f"LSTM: proj_size={text(self.proj_size)}, hidden_size={text(self.hidden_size)}",
                expected="proj_size at most hidden_size",
            )

    def forward(self, x: Tensor) -> Tensor:
        H = self.hidden_size
        P = self.proj_size or H

        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            z, U, b = gates(self, 4, x, ending, P, _below(self, x, P))
            R = weight("weight_hr" + ending, P, H) if self.proj_size else None

            def step(z_t: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
                h, c = lstm_step(z_t, h, c, U, b)
                return (projected(h, R, None, "h p") if R else h), c

            return scan(step, z, over="t", carry=[P, H], reverse=reverse, delays=[self.dilation] * 2)[0]

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
    dilation: Size = ONE

    takes = "... t i"
    axis_meanings: ClassVar = {"g": "3 gates of hidden channels", **_CHANNELS}

    def check(self) -> None:
        check_recurrence(self)

    def forward(self, x: Tensor) -> Tensor:
        def direction(x: Tensor, ending: str, reverse: bool) -> Tensor:
            a, U, b = gates(self, 3, x, ending, below=_below(self, x, self.hidden_size))

            def step(a_t: Tensor, h: Tensor) -> Tensor:
                return gru_step(a_t, h, U, b)

            return scan(step, a, over="t", carry=[self.hidden_size], reverse=reverse, delays=[self.dilation])[0]

        return _stacked(self, direction, x, self.hidden_size)
