"""How PyTorch's FlopCounterMode counts: formulas for matrix products and convolutions (``torch.utils.flop_counter``).

As of PyTorch 2.13.0, a forward pass on a CPU with gradients on (without, MultiheadAttention and the blocks of
Transformers become one operator that it does not know). Attention is counted as by its formulas for the kernels of a
GPU, and as by the kernel of products ("math"); the CPU's flash kernel has no formula and counts nothing. LSTM runs as
one fused operator, on CPU and GPU alike; on a GPU so do RNN and GRU.
"""

from __future__ import annotations

from sympy import Expr, Integer

from symcost.counters.counter import Counter
from symcost.counters.rules import Applied, Rule
from symcost.counters.shapes import (
    CONVOLUTIONS,
    TRANSPOSED,
    convolution,
    linear,
    multihead,
    nothing,
    recurrent,
    scaled_dot_product,
    transposed,
)
from symcost.expressions import ZERO


def _lstm(applied: Applied) -> Expr:
    """The fused operator has no formula; with a projection it is not used."""
    return 2 * recurrent(applied) if applied.layer.proj_size else ZERO


def _attention(applied: Applied) -> Expr:
    return 2 * (multihead(applied).projections + multihead(applied).products)


def _why_lstm(applied: Applied) -> str:
    return _PRODUCTS if applied.layer.proj_size else "it runs as one fused operator, which has no formula"


_PRODUCTS = "2 for a multiply-accumulate, and nothing else"

FLOPCOUNTERMODE = Counter(
    "flopcountermode", "FlopCounterMode", "of PyTorch 2.13.0", "FLOPs", "flops",
    "2 for a multiply-accumulate of matrix products and convolutions; every other operation counts nothing",
    {
        "Linear": Rule(lambda applied: 2 * linear(applied), _PRODUCTS),
        **dict.fromkeys(CONVOLUTIONS, Rule(lambda applied: 2 * convolution(applied), _PRODUCTS)),
        **dict.fromkeys(TRANSPOSED, Rule(lambda applied: 2 * transposed(applied), _PRODUCTS)),
        "LSTM": Rule(_lstm, _why_lstm, known=False),
        **dict.fromkeys(("RNN", "GRU"), Rule(lambda applied: 2 * recurrent(applied), _PRODUCTS)),
        "Bilinear": Rule(nothing, "the operator has no formula", known=False),
        "MultiheadAttention": Rule(_attention, _PRODUCTS),
        "ScaledDotProductAttention": Rule(lambda applied: 2 * scaled_dot_product(applied), _PRODUCTS),
    },
    beside=_PRODUCTS,
    contraction=Integer(2),
)  # fmt: skip
