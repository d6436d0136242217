"""Blocks of Transformers: feed-forward, encoder and decoder layers. At inference; nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.layer import Layer
from symcost.layers.activation import GELU, ReLU, SiLU
from symcost.layers.attention import MultiheadAttention
from symcost.layers.dense import Linear
from symcost.layers.normalisation import LayerNorm
from symcost.tensor import Tensor

D, F, N = dimension("D"), dimension("F"), dimension("N")

_ACTIVATIONS: dict[str, type[Layer]] = {"relu": ReLU, "gelu": GELU, "silu": SiLU}


def _activation(name: str, layer: str) -> Layer:
    if name not in _ACTIVATIONS:
        raise ShapeError(f"{layer}: activation is {name!r}", expected="one of " + ", ".join(_ACTIVATIONS))
    return _ACTIVATIONS[name]()


def _feed_forward(layer: FeedForward | TransformerEncoderLayer | TransformerDecoderLayer, x: Tensor) -> Tensor:
    hidden = Linear(layer.d_model, layer.dim_feedforward, layer.bias)(x, name="linear1")
    hidden = _activation(layer.activation, type(layer).__name__)(hidden)
    y: Tensor = Linear(layer.dim_feedforward, layer.d_model, layer.bias)(hidden, name="linear2")
    return y


class FeedForward(Layer):
    """y = W_2 f(W_1 x + b_1) + b_2 (Vaswani et al., 2017): 2 D F multiply-accumulates a step."""

    d_model: Size = D
    dim_feedforward: Size = F
    activation: Literal["relu", "gelu", "silu"] = "relu"
    bias: bool = True

    takes = "... d"

    def check(self) -> None:
        _activation(self.activation, "FeedForward")

    def forward(self, x: Tensor) -> Tensor:
        return _feed_forward(self, x)


class GatedFeedForward(Layer):
    """y = W_2 (f(W_1 x) (W_3 x)), SwiGLU with f = SiLU (Shazeer, 2020): 3 D F multiply-accumulates a step."""

    d_model: Size = D
    dim_feedforward: Size = F
    activation: Literal["relu", "gelu", "silu"] = "silu"
    bias: bool = False

    takes = "... d"

    def check(self) -> None:
        _activation(self.activation, "GatedFeedForward")

    def forward(self, x: Tensor) -> Tensor:
        gate = Linear(self.d_model, self.dim_feedforward, self.bias)(x, name="w1")
        hidden = Linear(self.d_model, self.dim_feedforward, self.bias)(x, name="w3")
        product = _activation(self.activation, "GatedFeedForward")(gate) * hidden
        y: Tensor = Linear(self.dim_feedforward, self.d_model, self.bias)(product, name="w2")
        return y


def _residual(
    layer: TransformerEncoderLayer | TransformerDecoderLayer, x: Tensor, inner: Callable[[Tensor], Tensor], name: str
) -> Tensor:
    """The norm stands first, x + f(norm x), or last, norm(x + f x)."""
    norm = LayerNorm(layer.d_model, layer.layer_norm_eps, bias=layer.bias)
    if layer.norm_first:
        return x + inner(norm(x, name=name))
    y: Tensor = norm(x + inner(x), name=name)
    return y


class TransformerEncoderLayer(Layer):
    """Self-attention and a feed-forward layer, each with a residual and a norm (Vaswani et al., 2017).

    ``is_causal`` and ``window`` are those of its attention: a causal one is a layer of a decoder-only model.
    """

    d_model: Size = D
    nhead: Size = N
    dim_feedforward: Size = F
    dropout: float = 0.1
    activation: Literal["relu", "gelu"] = "relu"
    layer_norm_eps: float = 1e-5
    batch_first: bool = False  # axes are named here: it changes nothing
    norm_first: bool = False
    bias: bool = True
    is_causal: bool = False
    window: Size | None = None

    takes = "... t d"

    def check(self) -> None:
        _activation(self.activation, "TransformerEncoderLayer")
        MultiheadAttention(self.d_model, self.nhead)

    def forward(self, x: Tensor) -> Tensor:
        attention = MultiheadAttention(
            self.d_model, self.nhead, bias=self.bias, is_causal=self.is_causal, window=self.window
        )
        x = _residual(self, x, lambda y: attention(y, name="self_attn"), "norm1")
        return _residual(self, x, lambda y: _feed_forward(self, y), "norm2")


class TransformerDecoderLayer(Layer):
    """Self-attention, attention to a memory and a feed-forward layer, each with a residual and a norm.

    ``is_causal`` and ``window`` are those of its self-attention.
    """

    d_model: Size = D
    nhead: Size = N
    dim_feedforward: Size = F
    dropout: float = 0.1
    activation: Literal["relu", "gelu"] = "relu"
    layer_norm_eps: float = 1e-5
    batch_first: bool = False  # axes are named here: it changes nothing
    norm_first: bool = False
    bias: bool = True
    is_causal: bool = False
    window: Size | None = None

    takes = "... t_self d, ... t_cross d"

    def check(self) -> None:
        _activation(self.activation, "TransformerDecoderLayer")
        MultiheadAttention(self.d_model, self.nhead)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        own = MultiheadAttention(self.d_model, self.nhead, bias=self.bias, is_causal=self.is_causal, window=self.window)
        other = MultiheadAttention(self.d_model, self.nhead, bias=self.bias)
        x = _residual(self, x, lambda y: own(y, name="self_attn"), "norm1")
        x = _residual(self, x, lambda y: other(y, memory, name="multihead_attn"), "norm2")
        return _residual(self, x, lambda y: _feed_forward(self, y), "norm3")
