"""Attention: every step of one sequence asks every step of another."""

from __future__ import annotations

from typing import ClassVar

from sympy import Expr
from sympy import sqrt as root

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size
from symcost.functional import bias, chunk, einsum, rearrange, softmax, take, weight
from symcost.layer import Layer
from symcost.layers.dense import Linear
from symcost.notation import text
from symcost.tensor import Tensor

D, E, H, I = map(dimension, "DEHI")


def _attend(q: Tensor, k: Tensor, v: Tensor, heads: Expr = ONE) -> Tensor:
    """softmax(q k^T / sqrt d) v, in each head on its share of the channels."""
    if heads == 1:
        scores = einsum("... t d, ... s d -> ... t s", q, k) / root(q.axes[-1].size)
        return einsum("... t s, ... s d -> ... t d", softmax(scores, "s"), v)
    q, k, v = (rearrange("... t (n d) -> ... t n d", x, n=heads) for x in (q, k, v))
    scores = einsum("... t n d, ... s n d -> ... n t s", q, k) / root(q.axes[-1].size)
    y = einsum("... n t s, ... s n d -> ... t n d", softmax(scores, "s"), v)
    return rearrange("... t n d -> ... t (n d)", y)


class ScaledDotProductAttention(Layer):
    """softmax(q k^T / sqrt d) v of queries, keys and values (Vaswani et al., 2017). It learns nothing."""

    takes = "... t_self d, ... t_cross d, ... t_cross h"

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return _attend(query, key, value)


def _check_heads(layer: str, name: str, channels: Expr, heads: Expr) -> None:
    share = channels / heads
    if share.is_number and not share.is_Integer:
        raise ShapeError(
            f"{layer}: {name}={text(channels)}, num_heads={text(heads)}", expected=f"num_heads that divide {name}"
        )


class Attention(Layer):
    """Attention with projections from I channels to H and back; a second input is what is asked, else the first is.

    ``projections`` says which are learned: q(ueries), k(eys), v(alues), o(utput). Keys and values that are not
    projected are taken as they come.
    """

    input_size: Size = I
    hidden_size: Size = H
    memory_size: Size | None = None  # channels of what is asked; None: as many as it has
    num_heads: Size = 1
    projections: str = "qkvo"
    bias: bool = False

    takes = "... t_self i, ... t_cross m"

    def check(self) -> None:
        _check_heads("Attention", "hidden_size", self.hidden_size, self.num_heads)
        if not self.projections or not set(self.projections) <= set("qkvo"):
            raise ShapeError(f"Attention: projections is {self.projections!r}", expected="letters out of 'qkvo'")

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        I, H = self.input_size, self.hidden_size
        asked = x if memory is None else memory
        M = self.memory_size or asked.axes[-1].size

        def project(letter: str, y: Tensor, channels: Expr, out: Expr) -> Tensor:
            return Linear(channels, out, self.bias)(y, name=f"{letter}_proj") if letter in self.projections else y

        q = project("q", x, I, H)
        k, v = project("k", asked, M, H), project("v", asked, M, H)
        return project("o", _attend(q, k, v, self.num_heads), H, I)

    def example_size(self, axis: str) -> Expr:
        """As every layer's; the memory m is as wide as the input, or as the hidden state if it is not projected."""
        if axis != "m":
            return super().example_size(axis)
        return self.memory_size or (self.input_size if "k" in self.projections else self.hidden_size)


class MultiheadAttention(Layer):
    """Attention in several heads, as ``torch.nn.MultiheadAttention`` (Vaswani et al., 2017).

    One input attends to itself; a second is what is asked, a third its values.
    """

    embed_dim: Size = E
    num_heads: Size = dimension("N")
    dropout: float = 0.0
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: Size | None = None
    vdim: Size | None = None

    takes = "... t_self e, ... t_cross k, ... t_cross v"
    axis_meanings: ClassVar = dict.fromkeys(
        ("in_proj_weight", "in_proj_bias"), "3 queries, keys and values of channels of an embedding"
    )

    def check(self) -> None:
        _check_heads("MultiheadAttention", "embed_dim", self.embed_dim, self.num_heads)
        if self.add_bias_kv or self.add_zero_attn:
            raise ShapeError(
                "MultiheadAttention: steps added to keys and values", expected="none; they are not priced yet"
            )

    def forward(self, query: Tensor, key: Tensor | None = None, value: Tensor | None = None) -> Tensor:
        E = self.embed_dim
        key = query if key is None else key
        value = key if value is None else value
        if (self.kdim or E) == E == (self.vdim or E):
            W = weight("in_proj_weight", 3 * E, E)
            weights = [take(W, 0, part * E, E) for part in range(3)]
        else:
            sizes = {"q": E, "k": self.kdim or E, "v": self.vdim or E}
            weights = [weight(f"{letter}_proj_weight", E, channels) for letter, channels in sizes.items()]
        q, k, v = (einsum("... i, e i -> ... e", x, W) for x, W in zip((query, key, value), weights, strict=True))
        if self.bias:
            q, k, v = (x + b for x, b in zip((q, k, v), chunk(bias("in_proj_bias", 3 * E), 3), strict=True))
        y: Tensor = Linear(E, E, self.bias)(_attend(q, k, v, self.num_heads), name="out_proj")
        return y

    def example_size(self, axis: str) -> Expr:
        """As every layer's; keys and values are as wide as ``kdim`` and ``vdim`` say, or as the queries."""
        widths = {"k": self.kdim, "v": self.vdim}
        return (widths[axis] or self.embed_dim) if axis in widths else super().example_size(axis)
