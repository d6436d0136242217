"""The published tables that hold types of layers against each other: complexity, sequential operations, path length.

Everything in them is derived from layers of the catalogue. What is printed in the paper and in the book is held
against it; where the two differ, a note says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Integer, Symbol, log

from symcost.analysis.growth import Relations, growth
from symcost.dimensions import dimension
from symcost.expressions import ONE
from symcost.layers import RNN, Conv1d, ScaledDotProductAttention
from symcost.mixing import path_length
from symcost.network import Network
from symcost.render.sheet import Cell, Column, Notes, Prose, Row
from symcost.render.table import Table
from symcost.sequential import Sequential
from symcost.tensor import Input

n, d, k, r, D = map(dimension, "ndkrD")

_COLUMNS = ("Complexity per layer", "Sequential operations", "Maximum path length")
_RELATIONS = Relations.of(["k <= n", "r <= n", "2 <= k"])
_LETTERS = {
    n: "length of the sequence",
    d: "channels",
    k: "kernel width",
    r: "positions about its own that a position asks, half of them on either side",
}
_COUNTED = (
    "Complexity: multiply-accumulates of the layer that mixes positions, without projections of the channels before "
    "and after it. Sequential operations: the steps of a layer that wait for one another, a product of matrices being "
    "one. Path length: layers on the longest of the shortest ways from an input position to an output position."
)


@dataclass(frozen=True)
class LayerType:
    """A row: a type of layer on n positions of d channels, what of it grows from layer to layer, what is published."""

    label: str
    layer: Network
    published: tuple[Expr, Expr, Expr]
    grows: Mapping[Symbol, Expr] = field(default_factory=dict)
    note: str = ""

    @property
    def derived(self) -> tuple[Expr, Expr, Expr]:
        """The columns, exactly: work, depth and path length."""
        return self.layer.macs, self.layer.depth, path_length(self.layer, "t", grows=self.grows)


def on_sequence(*layers: Any) -> Network:
    """A chain of layers on n positions of d channels."""
    return Sequential("layer", Input(n, d, axes="t d"), *layers)


def self_attention(window: Expr | None = None) -> Network:
    """Queries, keys and values are one sequence; nothing is projected."""
    x = Input(n, d, axes="t d")
    return Network("layer", x, ScaledDotProductAttention(window=window)(x, x, x))


def _recurrent() -> Network:
    return on_sequence(RNN(d, d, bias=False))


def _convolution(dilation: Expr = ONE) -> Network:
    return on_sequence(Conv1d(d, d, k, padding="causal", dilation=dilation, bias=False))


_DILATED = "The published path is that of dilated convolutions; the paper's text has n/k for contiguous kernels."


def attention_is_all_you_need() -> Table:
    """Table 1 of "Attention Is All You Need" (Vaswani et al., 2017), with dilated convolutions in a row of their own.

    >>> [str(each) for each in attention_is_all_you_need().column("Maximum path length")]
    ['O(1)', 'O(n)', 'O(n/k)', 'O(log(n)/log(k))', 'O(n/r)']
    """
    convolutional = (k * n * d**2, ONE, log(n) / log(k))
    rows = (
        LayerType("Self-attention", self_attention(), (n**2 * d, ONE, ONE)),
        LayerType("Recurrent", _recurrent(), (n * d**2, n, n)),
        LayerType("Convolutional", _convolution(), convolutional, note=_DILATED),
        LayerType("Convolutional (dilated)", _convolution(D), convolutional, {D: k}),
        LayerType("Self-attention (restricted)", self_attention(r / Integer(2) + 1), (r * n * d, ONE, n / r)),
    )
    return _table("Attention Is All You Need, table 1", rows)


def dive_into_deep_learning() -> Table:
    """What "Dive into Deep Learning" (Zhang et al., section 11.6.2) says of CNNs, RNNs and self-attention.

    >>> [str(each) for each in dive_into_deep_learning().column("Complexity per layer")]
    ['O(d^2 k n)', 'O(d^2 n)', 'O(d n^2)']
    """
    rows = (
        LayerType("CNN", _convolution(), (k * n * d**2, ONE, n / k)),
        LayerType("RNN", _recurrent(), (n * d**2, n, n)),
        LayerType("Self-attention", self_attention(), (n**2 * d, ONE, ONE)),
    )
    return _table("Dive into Deep Learning, section 11.6.2", rows)


LAYER_TYPES = {
    "attention-is-all-you-need": attention_is_all_you_need,
    "dive-into-deep-learning": dive_into_deep_learning,
}
"""The tables by their names."""


def _table(title: str, types: tuple[LayerType, ...]) -> Table:
    notes = Notes()
    rows = tuple(Row(each.label, _cells(each, notes)) for each in types)
    used = {symbol for each in types for figure in each.published for symbol in figure.free_symbols}
    letters = [part for each in _LETTERS if each in used for part in ("; ", each, f": {_LETTERS[each]}")]
    limits = [part for each in (k, r) if each in used for part in (" and ", each)]
    assumed: Prose = ("Assumed: ", *limits[1:], " at most ", n, ", and ", k, " at least 2.")
    remarks: tuple[Prose, ...] = ((*letters[1:], "."), assumed, _COUNTED)
    return Table(tuple(map(Column, _COLUMNS)), rows, title, "Layer type", tuple(notes.said), remarks)


def _cells(kind: LayerType, notes: Notes) -> tuple[Cell, ...]:
    cells = []
    for heading, exact, published in zip(_COLUMNS, kind.derived, kind.published, strict=True):
        derived, printed = (growth(each, None, _RELATIONS).order for each in (exact, published))
        said = (f"{kind.label}, {heading.lower()}: published as ", printed, "; derived, it is ", derived, ".",
                *([" ", kind.note] if kind.note else []))  # fmt: skip
        cells.append(Cell(derived, () if derived == printed else notes.mark(said)))
    return tuple(cells)
