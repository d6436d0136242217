"""How fvcore counts: handles for operators of the traced graph (``fvcore/nn/flop_count.py``, ``jit_handles.py``).

As of fvcore 0.1.5.post20221221, ``FlopCountAnalysis(model.eval(), inputs).total()`` on PyTorch 2.13. What it calls a
flop is a multiply-accumulate. Operators without a handle count nothing: all elementwise ones, pooling but one, softmax,
the fused attention, recurrent layers.
"""

from __future__ import annotations

from sympy import Expr

from symcost.counters.counter import Counter
from symcost.counters.rules import Applied, Inside, Rule
from symcost.counters.shapes import (
    BATCH_NORMS,
    CONVOLUTIONS,
    INSTANCE_NORMS,
    RECURRENT,
    TRANSPOSED,
    convolution,
    each_in,
    each_out,
    linear,
    multihead,
    normalised,
    nothing,
    transposed,
)
from symcost.expressions import ONE, ZERO


def _convolution(applied: Applied) -> Expr:
    """A padding in words is traced to an operator of its own, unless the padding is done beforehand."""
    words = applied.layer.padding in ("same", "valid") and applied.layer.padding_mode == "zeros"
    return ZERO if words else convolution(applied)


def _attention(applied: Applied) -> Expr:
    return multihead(applied).projections + multihead(applied).products


_STATISTICS = Rule(normalised(4, 5), "4 a number, 5 with a learned scale: its rough estimate of a normalisation")
_WITHIN = {
    "MultiheadAttention": Rule(
        lambda applied: multihead(applied).projections, "the fused attention has no handle: only the projections count"
    )
}

FVCORE = Counter(
    "fvcore", "fvcore", "0.1.5.post20221221", "flops", "macs",
    "multiply-accumulates, which it calls flops, and estimates for normalisation; other operators count nothing",
    {
        "Linear": Rule(linear, "products alone"),
        **dict.fromkeys(
            CONVOLUTIONS, Rule(_convolution, "a padding in words makes it an operator without a handle", known=False)
        ),
        **dict.fromkeys(TRANSPOSED, Rule(transposed, "products alone")),
        **dict.fromkeys(BATCH_NORMS, Rule(normalised(1, 2), "1 a number, 2 with a learned scale, for a normalisation")),
        **dict.fromkeys((*INSTANCE_NORMS, "LayerNorm", "GroupNorm"), _STATISTICS),
        "AdaptiveAvgPool2d": Rule(each_in(1), "1 a number that is pooled"),
        "UpsamplingNearest2d": Rule(each_out(1), "1 a number that is made, though it is only copied"),
        **dict.fromkeys(RECURRENT, Rule(nothing, "recurrent operators have no handle", known=False)),
        "Bilinear": Rule(nothing, "the operator has no handle", known=False),
        "MultiheadAttention": Rule(_attention, "products alone"),
        "ScaledDotProductAttention": Rule(nothing, "the fused attention has no handle", known=False),
        **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), Inside(_WITHIN)),
    },
    beside="of operators beside layers, only matrix products have a handle",
    contraction=ONE,
)  # fmt: skip
