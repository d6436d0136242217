"""How thop counts: hooks on modules of the types that it lists (``thop/profile.py``, ``vision/``, ``rnn_hooks.py``).

As of thop 0.1.1.post2209072238, ``profile(model, inputs)``. Functions and operators are not seen at all, other modules
count nothing.
"""

from __future__ import annotations

from sympy import Expr

from symcost.counters.counter import Counter
from symcost.counters.rules import Applied, Inside, Rule
from symcost.counters.shapes import (
    ADAPTIVE_AVERAGE_POOLS,
    ADAPTIVE_MAX_POOLS,
    AVERAGE_POOLS,
    BATCH_NORMS,
    CELLS,
    CONVOLUTIONS,
    INSTANCE_NORMS,
    MAX_POOLS,
    RECURRENT,
    TRANSPOSED,
    but_projections,
    convolution,
    each_in,
    each_out,
    gates,
    kernel,
    kind,
    levels,
    linear,
    normalised,
    nothing,
    softmaxes,
)
from symcost.expressions import ZERO


def _transposed(applied: Applied) -> Expr:
    return kernel(applied) * applied.places_out


def _softmax(applied: Applied) -> Expr:
    """Of n numbers: n exponentials, n - 1 additions, n divisions."""
    axes = applied.equation.inputs[0].axes
    rows = applied.numbers_in / axes[applied.layer.dim].size
    return 3 * softmaxes(applied) - rows


_BEYOND = {"RNN": 0, "LSTM": 4, "GRU": 4}  # operations of a cell on its state, aside from those of its gates


def _recurrent(applied: Applied) -> Expr:
    """In each gate the products, an addition for each channel and two biases; a projection of the state is not seen."""
    H = applied.layer.hidden_size
    own = H + (2 * H if applied.layer.bias else ZERO)
    cells = ((gates(applied) * (H * (width + H) + own), times) for width, times in levels(applied, H))
    step = sum((times * (cell + _BEYOND[kind(applied)] * H) for cell, times in cells), ZERO)
    return step * applied.places_in


_NO_ATTENTION = Rule(
    nothing, "it has no rule for MultiheadAttention, whose parts are not called as modules", known=False
)
_FUNCTION = Rule(nothing, "within the block it is a function, which no hook sees", known=False)
_WITHIN = Inside({"MultiheadAttention": _NO_ATTENTION, "ReLU": _FUNCTION, "GELU": _FUNCTION})

THOP = Counter(
    "thop", "thop", "0.1.1.post2209072238", "MACs", "macs",
    "multiply-accumulates of the modules that it lists, with other operations of theirs counted as one each",
    {
        "Linear": Rule(linear, "products alone"),
        **dict.fromkeys(CONVOLUTIONS, Rule(convolution, "products alone")),
        **dict.fromkeys(TRANSPOSED, Rule(_transposed, "the kernel at every place that goes out, not that comes in")),
        **dict.fromkeys(
            (*BATCH_NORMS, *INSTANCE_NORMS, "LayerNorm"),
            Rule(normalised(2, 4), "2 a number, 4 with a learned scale, for a normalisation"),
        ),
        "Softmax": Rule(_softmax, "exponentials, additions and divisions counted as one each"),
        **dict.fromkeys(
            ("ReLU", "ReLU6", "LeakyReLU", "Dropout", "PixelShuffle", *MAX_POOLS, *ADAPTIVE_MAX_POOLS),
            Rule(nothing, "listed as nothing"),
        ),
        "PReLU": Rule(each_in(1), "1 a number that comes in"),
        **dict.fromkeys(AVERAGE_POOLS, Rule(each_out(1), "1 a number that goes out")),
        **dict.fromkeys(
            ADAPTIVE_AVERAGE_POOLS,
            Rule(lambda applied: applied.numbers_in + applied.numbers_out, "1 a number that comes in or goes out"),
        ),
        **dict.fromkeys(
            ("UpsamplingNearest1d", "UpsamplingNearest2d"), Rule(each_out(1), "1 a number, though it is only copied")
        ),
        **dict.fromkeys((*RECURRENT, *CELLS), Rule(
            _recurrent, but_projections("sums, biases and products of the state counted as one each")
        )),
        "MultiheadAttention": _NO_ATTENTION,
        **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), _WITHIN),
    },
    beside="functions and operators beside modules are not seen",
)  # fmt: skip
