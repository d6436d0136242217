"""Attention: every step of one sequence asks every step of another."""

from __future__ import annotations

from typing import ClassVar

from sympy import Expr
from sympy import sqrt as root

from symcost.bands import Band
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import ONE, ZERO, Size
from symcost.functional import bias, chunk, einsum, rearrange, softmax, take, weight
from symcost.layer import Layer
from symcost.layers.dense import Linear
from symcost.layers.sharing import check_shares
from symcost.tensor import Tensor

D, E, G, H, I, N = map(dimension, "DEGHIN")


def _attend(
    q: Tensor, k: Tensor, v: Tensor, heads: Expr = ONE, groups: Expr | None = None, band: Band | None = None
) -> Tensor:
    """softmax(q k^T / sqrt d) v, in each head on its share of the channels; ``groups`` of heads share keys and values.

    With a band only its pairs of a query and a key have a score.
    """
    among = ("t", "s", band) if band else None
    if heads == 1:
        scores = einsum("... t d, ... s d -> ... t s", q, k, among) / root(q.axes[-1].size)
        return einsum("... t s, ... s d -> ... t d", softmax(scores, "s"), v)
    shared = groups is not None and groups != heads
    all_heads, kept = ("g n", "g") if shared else ("n", "n")
    sizes = {"g": groups, "n": heads / groups} if shared else {"n": heads}
    q = rearrange(f"... t ({all_heads} d) -> ... t {all_heads} d", q, **sizes)
    k, v = (rearrange(f"... s ({kept} d) -> ... s {kept} d", x, **{kept: sizes[kept]}) for x in (k, v))
    scores = einsum(f"... t {all_heads} d, ... s {kept} d -> ... {all_heads} t s", q, k, among)
    weights = softmax(scores / root(q.axes[-1].size), "s")
    y = einsum(f"... {all_heads} t s, ... s {kept} d -> ... t {all_heads} d", weights, v)
    return rearrange(f"... t {all_heads} d -> ... t ({all_heads} d)", y)


def _band(is_causal: bool, window: Expr | None) -> Band | None:
    """What a step may ask: no step after it, and none as far away as the window is wide."""
    if not is_causal and window is None:
        return None
    reach = None if window is None else window - 1
    return Band(reach, ZERO if is_causal else reach)


class _Masked:
    """What may be asked: with a mask, the catalogue shows as many steps that ask as steps that are asked."""

    is_causal: bool
    window: Expr | None

    def example_size(self, axis: str) -> Expr:
        """As every layer's, but for masks."""
        if axis.startswith("t_") and (self.is_causal or self.window is not None):
            return dimension("T")
        return super().example_size(axis)  # type: ignore[misc]   # of the layer


class ScaledDotProductAttention(_Masked, Layer):
    """softmax(q k^T / sqrt d) v of queries, keys and values (Vaswani et al., 2017). It learns nothing.

    Causal, a step asks itself and those before it: T (T + 1) / 2 pairs of T steps. With a window of w it asks no step
    that is w or more away: causal, w T - w (w - 1) / 2 pairs.
    """

    dropout_p: float = 0.0  # nothing is dropped at inference
    is_causal: bool = False
    window: Size | None = None

    takes = "... t_self d, ... t_cross d, ... t_cross h"

    def forward(self, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return _attend(query, key, value, band=_band(self.is_causal, self.window))


class Attention(_Masked, Layer):
    """Attention with projections from I channels to H and back; a second input is what is asked, else the first is.

    ``projections`` says which are learned: q(ueries), k(eys), v(alues), o(utput). Keys and values that are not
    projected are taken as they come. ``is_causal`` and ``window`` are those of ScaledDotProductAttention.
    """

    input_size: Size = I
    hidden_size: Size = H
    memory_size: Size | None = None  # channels of what is asked; None: as many as it has
    num_heads: Size = 1
    projections: str = "qkvo"
    bias: bool = False
    is_causal: bool = False
    window: Size | None = None

    takes = "... t_self i, ... t_cross m"

    def check(self) -> None:
        check_shares(self, "num_heads", "hidden_size")
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
        return project("o", _attend(q, k, v, self.num_heads, band=_band(self.is_causal, self.window)), H, I)

    def example_size(self, axis: str) -> Expr:
        """As every layer's; the memory m is as wide as the input, or as the hidden state if it is not projected."""
        if axis != "m":
            return super().example_size(axis)
        return self.memory_size or (self.input_size if "k" in self.projections else self.hidden_size)


class MultiheadAttention(_Masked, Layer):
    """Attention in several heads, as ``torch.nn.MultiheadAttention`` (Vaswani et al., 2017).

    One input attends to itself; a second is what is asked, a third its values. ``is_causal`` and ``window`` are those
    of ScaledDotProductAttention.
    """

    embed_dim: Size = E
    num_heads: Size = N
    dropout: float = 0.0
    bias: bool = True
    add_bias_kv: bool = False
    add_zero_attn: bool = False
    kdim: Size | None = None
    vdim: Size | None = None
    batch_first: bool = False  # axes are named here: it changes nothing
    is_causal: bool = False
    window: Size | None = None

    takes = "... t_self e, ... t_cross k, ... t_cross v"
    axis_meanings: ClassVar = dict.fromkeys(
        ("in_proj_weight", "in_proj_bias"), "3 queries, keys and values of channels of an embedding"
    )

    def check(self) -> None:
        check_shares(self, "num_heads", "embed_dim")
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
        attended = _attend(q, k, v, self.num_heads, band=_band(self.is_causal, self.window))
        y: Tensor = Linear(E, E, self.bias)(attended, name="out_proj")
        return y

    def example_size(self, axis: str) -> Expr:
        """As every layer's; keys and values are as wide as ``kdim`` and ``vdim`` say, or as the queries."""
        widths = {"k": self.kdim, "v": self.vdim}
        return (widths[axis] or self.embed_dim) if axis in widths else super().example_size(axis)


class GroupedQueryAttention(_Masked, Layer):
    """Attention of N heads of which groups share keys and values: G heads of them (Ainslie et al., 2023).

    With one of them it is multi-query attention (Shazeer, 2019), with N it is multi-head attention. ``is_causal`` and
    ``window`` are those of ScaledDotProductAttention.
    """

    embed_dim: Size = E
    num_heads: Size = N
    num_key_value_heads: Size = G
    head_dim: Size | None = None  # None: embed_dim / num_heads
    bias: bool = False
    is_causal: bool = False
    window: Size | None = None

    takes = "... t_self e, ... t_cross e"

    def check(self) -> None:
        if self.head_dim is None:
            check_shares(self, "num_heads", "embed_dim")
        check_shares(self, "num_key_value_heads", "num_heads")

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        asked, N, G = x if memory is None else memory, self.num_heads, self.num_key_value_heads
        D = self.embed_dim / N if self.head_dim is None else self.head_dim
        q = Linear(self.embed_dim, N * D, self.bias)(x, name="q_proj")
        k, v = (Linear(self.embed_dim, G * D, self.bias)(asked, name=f"{letter}_proj") for letter in "kv")
        attended = _attend(q, k, v, N, G, _band(self.is_causal, self.window))
        y: Tensor = Linear(N * D, self.embed_dim, self.bias)(attended, name="o_proj")
        return y
