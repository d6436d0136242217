"""Embeddings: rows of a table, looked up by their numbers or picked by a product."""

from __future__ import annotations

from typing import Literal

from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.functional import einsum, gather, mean, reduce_max, total, weight
from symcost.layer import Layer
from symcost.tensor import Tensor

E, V = dimension("E"), dimension("V")


class Embedding(Layer):
    """Rows of a table by their numbers: V E parameters and no arithmetic."""

    num_embeddings: Size = V
    embedding_dim: Size = E

    takes = "... t"

    def forward(self, x: Tensor) -> Tensor:
        return gather(x, weight("weight", self.num_embeddings, self.embedding_dim))


class OneHotEmbedding(Layer):
    """The same rows by a product with a vector that is one at a row's number and zero elsewhere: V E products."""

    num_embeddings: Size = V
    embedding_dim: Size = E

    takes = "... v"

    def forward(self, x: Tensor) -> Tensor:
        return einsum("... v, v e -> ... e", x, weight("weight", self.num_embeddings, self.embedding_dim))


_REDUCTIONS = {"mean": mean, "sum": total, "max": reduce_max}


class EmbeddingBag(Layer):
    """The mean, the sum or the largest of the rows of a bag of T numbers: fastText's text (Joulin et al., 2017)."""

    num_embeddings: Size = V
    embedding_dim: Size = E
    mode: Literal["mean", "sum", "max"] = "mean"

    takes = "... t"

    def check(self) -> None:
        if self.mode not in _REDUCTIONS:
            raise ShapeError(f"EmbeddingBag: mode is {self.mode!r}", expected="one of " + ", ".join(_REDUCTIONS))

    def forward(self, x: Tensor) -> Tensor:
        return _REDUCTIONS[self.mode](gather(x, weight("weight", self.num_embeddings, self.embedding_dim)), -2)
