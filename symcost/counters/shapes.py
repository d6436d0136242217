"""Formulas that the rules of several counters share, and the layers of one kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sympy import Expr, Integer

from symcost.axes import Axis, elements
from symcost.counters.rules import Applied
from symcost.expressions import ONE, ZERO, total
from symcost.layers.spatial import each_axis

CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d", "DepthwiseConv1d", "DepthwiseConv2d")
TRANSPOSED = ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
BATCH_NORMS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
INSTANCE_NORMS = ("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")
MAX_POOLS = ("MaxPool1d", "MaxPool2d", "MaxPool3d")
AVERAGE_POOLS = ("AvgPool1d", "AvgPool2d", "AvgPool3d")
ADAPTIVE_AVERAGE_POOLS = ("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d")
ADAPTIVE_MAX_POOLS = ("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d")
POOLS = (*MAX_POOLS, *AVERAGE_POOLS, *ADAPTIVE_AVERAGE_POOLS, *ADAPTIVE_MAX_POOLS)
RECURRENT = ("RNN", "LSTM", "GRU")
CELLS = ("RNNCell", "LSTMCell", "GRUCell")
GATES = {"RNN": Integer(1), "LSTM": Integer(4), "GRU": Integer(3)}


def nothing(applied: Applied) -> Expr:
    """Zero."""
    return ZERO


def each_in(price: int) -> Callable[[Applied], Expr]:
    """A price for each number that comes in."""
    return lambda applied: price * applied.numbers_in


def each_out(price: int) -> Callable[[Applied], Expr]:
    """A price for each number that goes out."""
    return lambda applied: price * applied.numbers_out


def normalised(plain: int, affine: int) -> Callable[[Applied], Expr]:
    """A price for each number that comes in: one without, another with a learned scale."""
    return lambda applied: (affine if is_affine(applied) else plain) * applied.numbers_in


def is_affine(applied: Applied) -> bool:
    """Whether a normalisation has a learned scale."""
    layer = applied.layer
    return bool(layer.elementwise_affine if hasattr(layer, "elementwise_affine") else layer.affine)


def linear(applied: Applied) -> Expr:
    """Products of a fully connected layer."""
    return applied.numbers_in * applied.layer.out_features


def linear_bias(applied: Applied) -> Expr:
    """Additions of a bias, one for each number that goes out."""
    return applied.numbers_out if applied.layer.bias else ZERO


def kernel(applied: Applied) -> Expr:
    """Elements of the weight of a convolution."""
    layer = applied.layer
    size = layer.in_channels * layer.out_channels / layer.groups
    for width in each_axis(layer, "kernel_size"):
        size *= width
    return size


def convolution(applied: Applied) -> Expr:
    """Products of a convolution: its whole weight for each place that goes out."""
    return kernel(applied) * applied.places_out


def transposed(applied: Applied) -> Expr:
    """Products of a transposed convolution: its whole weight for each place that comes in."""
    return kernel(applied) * applied.places_in


def levels(applied: Applied, state: Expr) -> tuple[tuple[Expr, Expr], ...]:
    """Stacked recurrent layers: what comes into each direction of a level, and how many such directions there are.

    ``state`` is how wide what one direction hands on is. A cell is one level of one direction.
    """
    layer = applied.layer
    if type(layer).__name__ in CELLS:
        return ((layer.input_size, ONE),)
    sides = Integer(2 if layer.bidirectional else 1)
    return (layer.input_size, sides), (sides * state, sides * (layer.num_layers - 1))


def carried(applied: Applied) -> Expr:
    """The channels of the hidden state of a recurrent layer."""
    projected: Expr | None = getattr(applied.layer, "proj_size", None)
    return projected or applied.layer.hidden_size


def biases(applied: Applied) -> Expr:
    """Elements of the biases of one direction of one level of a recurrent layer."""
    layer = applied.layer
    return layer.biases * gates(applied) * layer.hidden_size if layer.bias else ZERO


def kind(applied: Applied) -> str:
    """The kind of a recurrent layer or cell: RNN, LSTM or GRU."""
    return type(applied.layer).__name__.removesuffix("Cell")


def gates(applied: Applied) -> Expr:
    """How many gates it has; the state of a simple one counts as one."""
    return GATES[kind(applied)]


def recurrent(applied: Applied) -> Expr:
    """Products of a recurrent layer, a projection of its state included."""
    H, P = applied.layer.hidden_size, carried(applied)
    projection = H * P if P != H or getattr(applied.layer, "proj_size", None) else ZERO
    step = sum((times * (gates(applied) * H * (width + P) + projection) for width, times in levels(applied, P)), ZERO)
    return step * applied.places_in


def but_projections(reason: str) -> Callable[[Applied], str]:
    """The reason of a rule that does not see the projection of a recurrent layer's state."""
    said = f"{reason}; the projection of the state is not seen"
    return lambda applied: said if getattr(applied.layer, "proj_size", None) else reason


RESPONSE = "squares, scaling, an offset, and the padded numbers that are averaged, 1 each"


def local_response(applied: Applied) -> Expr:
    """What is patched in a local response normalisation: three elementwise functions, and pooling of n - 1 more."""
    return 3 * applied.numbers_in + applied.places_in * (
        applied.equation.inputs[0].axes[-1].size + applied.layer.size - 1
    )


class Attended(NamedTuple):
    """The sizes of an attention: the batch, the steps that ask and are asked, the channels of each, the heads."""

    batch: Expr
    queries: Expr
    keys: Expr
    embed: Expr
    key_size: Expr
    value_size: Expr
    heads: Expr

    @property
    def scores(self) -> Expr:
        """How many weights attention has, over all heads."""
        return self.batch * self.heads * self.queries * self.keys

    @property
    def products(self) -> Expr:
        """Products of the scores and of the weighted sum."""
        return 2 * self.batch * self.queries * self.keys * self.embed

    @property
    def projections(self) -> Expr:
        """Products of the four projections."""
        asked = self.queries * self.embed + self.keys * (self.key_size + self.value_size)
        return self.batch * self.embed * (asked + self.queries * self.embed)


def multihead(applied: Applied) -> Attended:
    """The sizes of a MultiheadAttention; one input attends to itself."""
    query = applied.equation.inputs[0].axes
    key = applied.equation.inputs[min(1, len(applied.equation.inputs) - 1)].axes
    layer = applied.layer
    E = layer.embed_dim
    return Attended(applied.batch, query[-2].size, key[-2].size, E, layer.kdim or E, layer.vdim or E, layer.num_heads)


def scaled_dot_product(applied: Applied) -> Expr:
    """Products of an attention without weights: scores, and the weighted sum."""
    query, key, value = (tensor.axes for tensor in applied.equation.inputs)
    return applied.batch * query[-2].size * key[-2].size * (query[-1].size + value[-1].size)


def softmaxes(applied: Applied) -> Expr:
    """The numbers that go through softmax in a layer: one exponential each, those that a mask leaves out too."""
    made = (node.outputs[0].axes for node in applied.equation.nodes if node.cost.work["exp"] != 0)
    return total(elements(tuple(Axis(axis.name, axis.size) for axis in axes)) for axes in made)
