"""How DeepSpeed's profiler counts: patched functions (``deepspeed/profiling/flops_profiler/profiler.py``).

As of DeepSpeed 0.19.8, the first number of ``get_model_profile``. Of operators, only ``a @ b`` is patched; recurrent
layers have hooks.
"""

from __future__ import annotations

from sympy import Expr, Integer

from symcost.counters.counter import Counter
from symcost.counters.rules import Applied, Inside, Rule
from symcost.counters.shapes import (
    BATCH_NORMS,
    CELLS,
    CONVOLUTIONS,
    INSTANCE_NORMS,
    POOLS,
    RECURRENT,
    RESPONSE,
    TRANSPOSED,
    biases,
    but_projections,
    carried,
    each_in,
    each_out,
    gates,
    kernel,
    kind,
    levels,
    linear,
    linear_bias,
    local_response,
    multihead,
    normalised,
    nothing,
    scaled_dot_product,
    softmaxes,
    transposed,
)
from symcost.expressions import ONE, ZERO, floor_div
from symcost.layers.spatial import each_axis


def _convolution(applied: Applied) -> Expr:
    """It takes padding "same" to be as much on either side: one place too few where d (K - 1) is odd."""
    layer = applied.layer
    places = applied.places_out
    if layer.padding == "same" and layer.padding_mode == "zeros":
        axes = applied.equation.inputs[0].axes
        places = applied.batch
        widths = zip(
            axes[-1 - len(layer.axes) : -1], each_axis(layer, "kernel_size"), each_axis(layer, "dilation"), strict=True
        )
        for axis, width, dilation in widths:
            reach = dilation * (width - 1)
            places *= axis.size + 2 * floor_div(reach, Integer(2)) - reach
    return places * (2 * kernel(applied) + (layer.out_channels if layer.bias else ZERO))


def _upsampled(applied: Applied) -> Expr:
    """A size is multiplied out as it is given: without channels, and once if one number stands for both axes."""
    size = applied.layer.size
    if size is None:
        return applied.numbers_out
    product = ONE
    for each in size if isinstance(size, tuple) else (size,):
        product *= each
    return product


def _recurrent(applied: Applied) -> Expr:
    """A dot product of n is n multiplications and n - 1 additions; a projection of the state is not seen."""
    G, H = gates(applied), applied.layer.hidden_size
    beyond = {"RNN": 1, "LSTM": 10, "GRU": 7}[kind(applied)] * H + biases(applied) - 2 * G * H
    weights = (
        (2 * G * H * (width + carried(applied)) + beyond) * times for width, times in levels(applied, carried(applied))
    )
    return sum(weights, ZERO) * applied.places_in


def _attention(applied: Applied) -> Expr:
    return 2 * (multihead(applied).projections + multihead(applied).products)


_ONCE = Rule(each_in(1), "1 a number that comes in")
_STATISTICS = Rule(normalised(4, 5), "4 a number, 5 with a learned scale: its estimate of a normalisation")
_FUNCTION = Rule(nothing, "the block keeps the function as it was before it was patched", known=False)
_FUSED = Rule(_attention, "2 for a multiply-accumulate; neither biases nor scaling nor softmax of the fused attention")

DEEPSPEED = Counter(
    "deepspeed", "DeepSpeed", "0.19.8", "FLOPs", "flops",
    "2 for a multiply-accumulate, and estimates for the other functions that it patches",
    {
        "Linear": Rule(lambda applied: 2 * linear(applied), "additions of the bias are not counted"),
        **dict.fromkeys(CONVOLUTIONS, Rule(
            _convolution, "padding \"same\" is taken as equal on both sides: a place too few for an even kernel"
        )),
        **dict.fromkeys(TRANSPOSED, Rule(
            lambda applied: 2 * transposed(applied) + linear_bias(applied), "additions of overlaps are not counted"
        )),
        **dict.fromkeys(BATCH_NORMS, Rule(normalised(1, 2), "1 a number, 2 with a learned scale, for a normalisation")),
        **dict.fromkeys((*INSTANCE_NORMS, "LayerNorm", "GroupNorm"), _STATISTICS),
        **dict.fromkeys(("ReLU", "PReLU", "LeakyReLU", "ELU", "SiLU", "GELU", "Softmax", *POOLS), _ONCE),
        "LocalResponseNorm": Rule(local_response, RESPONSE),
        "Bilinear": Rule(nothing, "the function is not among those that it patches", known=False),
        "UpsamplingNearest1d": Rule(each_out(1), "1 a number that is made, though it is only copied"),
        "UpsamplingNearest2d": Rule(_upsampled, "1 a number that is made, or the size as it is given, for a copy"),
        **dict.fromkeys((*RECURRENT, *CELLS), Rule(
            _recurrent, but_projections("a dot product of n counts 2 n - 1, activation functions nothing")
        )),
        "MultiheadAttention": Rule(
            lambda applied: _attention(applied) + multihead(applied).scores,
            "2 for a multiply-accumulate, 1 a number for softmax; neither biases nor scaling",
        ),
        "ScaledDotProductAttention": Rule(
            lambda applied: 2 * scaled_dot_product(applied), "products alone: neither scaling nor softmax"
        ),
        "Attention": Inside(more=softmaxes, reason="products and softmax, 1 a number; scaling is not counted"),
        **dict.fromkeys(
            ("TransformerEncoderLayer", "TransformerDecoderLayer"),
            Inside({"MultiheadAttention": _FUSED, "ReLU": _FUNCTION, "GELU": _FUNCTION}),
        ),
    },
    beside="of operators beside modules, only a @ b is patched",
    contraction=Integer(2),
)  # fmt: skip
