"""Positional encodings: what tells one step of a sequence from another. Tables of sines are computed once, for free."""

from __future__ import annotations

from sympy import Expr

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.functional import chunk, concat, constant, rearrange, take, weight
from symcost.layer import Layer
from symcost.notation import text
from symcost.tensor import Tensor

D, N = dimension("D"), dimension("N")


def _check_pairs(layer: Layer, name: str) -> None:
    channels = getattr(layer, name)
    if channels.is_even is False:
        raise ShapeError(f"{type(layer).__name__}: {name}={text(channels)}", expected="an even number, for pairs")


def _waves(x: Tensor, channels: Expr, base: float) -> tuple[Tensor, Tensor]:
    """The sine and cosine of t base^(-2 k/D), for each step t of an input and each pair k of its channels."""
    shape = (x.axes[-2].size, channels / 2)
    return constant("sine", *shape, base=base), constant("cosine", *shape, base=base)


class SinusoidalPositionalEncoding(Layer):
    """y_t = x_t + p_t with p_(t,2k) = sin(t / 10000^(2k/D)) and p_(t,2k+1) the cosine (Vaswani et al., 2017, 3.5)."""

    d_model: Size = D

    takes = "... t d"

    def check(self) -> None:
        _check_pairs(self, "d_model")

    def forward(self, x: Tensor) -> Tensor:
        table = concat(_waves(x, self.d_model, 10_000.0))
        return x + rearrange("t (p k) -> t (k p)", table, p=2)


class LearnedPositionalEncoding(Layer):
    """y_t = x_t + w_t with a learned row for each of at most ``max_len`` steps (Gehring et al., 2017)."""

    max_len: Size = dimension("N_positions")
    d_model: Size = D

    takes = "... t d"

    def forward(self, x: Tensor) -> Tensor:
        rows = weight("weight", self.max_len, self.d_model)
        return x + take(rows, 0, 0, x.axes[-2].size)


class RotaryPositionalEncoding(Layer):
    """Each pair of channels turned by t base^(-2k/D): 4 products and 2 sums a pair (Su et al., 2021, equation 34)."""

    dim: Size = D
    base: float = 10_000.0

    takes = "... t d"

    def check(self) -> None:
        _check_pairs(self, "dim")

    def forward(self, x: Tensor) -> Tensor:
        sin, cos = _waves(x, self.dim, self.base)
        a, b = chunk(rearrange("... t (k p) -> ... t (p k)", x, p=2), 2)
        return rearrange("... t (p k) -> ... t (k p)", concat([a * cos - b * sin, a * sin + b * cos]), p=2)


class ALiBi(Layer):
    """Scores of attention less m_n |t - s|, with a slope m_n = 2^(-8 n/N) for head n of N (Press et al., 2022).

    Added in front of the softmax; nothing is learned. Where the future is masked, |t - s| is the paper's t - s.
    """

    num_heads: Size = N

    takes = "... n t_self t_cross"

    @property
    def name(self) -> str:
        return "alibi"

    def forward(self, scores: Tensor) -> Tensor:
        return scores + constant("distance", *scores.shape[-3:], base=2.0**8)
