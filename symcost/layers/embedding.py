"""Embeddings: rows of a table, looked up by their numbers or picked by a product."""

from __future__ import annotations

from symcost.dimensions import dimension
from symcost.expressions import Size
from symcost.functional import einsum, gather, weight
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
