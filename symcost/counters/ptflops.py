"""How ptflops counts: hooks on modules and patched functions (``ptflops/pytorch_ops.py``, ``pytorch_engine.py``).

As of ptflops 0.7.5, ``get_model_complexity_info`` with its usual backend and the inputs by name (given by place, it
divides what the hooks count by the batch). A module with a hook that calls a patched function is counted twice.
Operators (``a + b``, ``a @ b``) are not patched.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

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
    convolution,
    each_in,
    each_out,
    gates,
    kind,
    levels,
    linear,
    linear_bias,
    local_response,
    multihead,
    normalised,
    nothing,
    softmaxes,
    transposed,
)
from symcost.expressions import ZERO, floor_div


def _recurrent(applied: Applied) -> Expr:
    """The weights and biases of each step, and sums and products of the state; a projection of it is not seen."""
    H = applied.layer.hidden_size
    beyond = {"RNN": 1, "LSTM": 10, "GRU": 7}[kind(applied)] * H + biases(applied)
    weights = (
        (gates(applied) * H * (width + carried(applied)) + beyond) * times
        for width, times in levels(applied, carried(applied))
    )
    return sum(weights, ZERO) * applied.places_in


def _attention(applied: Applied) -> Expr:
    """By shapes alone: every projection is taken to be square, and the last one to have a bias."""
    a = multihead(applied)
    squares = a.queries * a.embed**2 + a.keys * (a.key_size**2 + a.value_size**2)
    offsets = (a.queries + 2 * a.keys) * a.embed if applied.layer.bias else ZERO
    share = a.embed if a.value_size == a.embed else a.heads * floor_div(a.value_size, a.heads)
    heads = a.queries * a.keys * (a.embed + a.heads + share)
    last = a.queries * a.value_size * (a.value_size + 1)
    return a.batch * (a.queries * a.embed + squares + offsets + heads + last)


def _why(reason: str) -> Callable[[Applied], str]:
    """The reason, and what else there is if keys or values have channels of their own."""
    square = f"{reason}; projections are taken to be square"
    return lambda applied: square if applied.layer.kdim or applied.layer.vdim else reason


def _attention_twice(applied: Applied) -> Expr:
    """Called with weights to hand out, as is usual, attention also runs through patched products and softmax."""
    a = multihead(applied)
    return _attention(applied) + a.products + a.scores


_TWICE = Rule(each_in(2), "each number counted twice: by the module's hook and by the patched function")
_ONCE = Rule(each_in(1), "1 a number that comes in")
_BIASED = Rule(lambda applied: linear(applied) + linear_bias(applied), "additions of the bias are counted too")
_FUNCTION = Rule(nothing, "the block keeps the function as it was before it was patched", known=False)
_WITHIN = Inside(
    {
        "MultiheadAttention": Rule(_attention, "biases, scaling and softmax are counted too, as one each"),
        "ReLU": _FUNCTION,
        "GELU": _FUNCTION,
    }
)  # fmt: skip

PTFLOPS = Counter(
    "ptflops", "ptflops", "0.7.5", "MACs", "macs",
    "multiply-accumulates and, as one each, biases and other operations of the modules and functions that it lists",
    {
        "Linear": _BIASED,
        **dict.fromkeys(CONVOLUTIONS, Rule(
            lambda applied: convolution(applied) + linear_bias(applied), "additions of the bias are counted too"
        )),
        **dict.fromkeys(TRANSPOSED, Rule(
            lambda applied: transposed(applied) + linear_bias(applied), "additions of the bias are counted too"
        )),
        **dict.fromkeys((*BATCH_NORMS, *INSTANCE_NORMS, "GroupNorm"), Rule(
            normalised(1, 2), "1 a number, 2 with a learned scale, for a normalisation"
        )),
        "LocalResponseNorm": Rule(local_response, RESPONSE),
        "LayerNorm": Rule(each_in(1), "1 a number for a normalisation"),
        **dict.fromkeys(("ReLU", "PReLU", "GELU", "ELU", *POOLS), _TWICE),
        **dict.fromkeys(("ReLU6", "LeakyReLU", "SiLU", "Softmax"), _ONCE),
        "UpsamplingNearest1d": Rule(
            lambda applied: applied.numbers_out + applied.numbers_out / applied.batch,
            "counted by the hook for one example and by the patched function for all, though it is only copied",
        ),
        "UpsamplingNearest2d": Rule(each_out(1), "1 a number that is made, though it is only copied"),
        **dict.fromkeys((*RECURRENT, *CELLS), Rule(
            _recurrent, but_projections("biases, sums and products of the state counted as one each")
        )),
        "MultiheadAttention": Rule(
            _attention_twice, _why("scores, softmax and weighted sum are counted twice, biases and scaling once")
        ),
        "ScaledDotProductAttention": Rule(nothing, "the function is not among those that it patches", known=False),
        "Attention": Inside(more=softmaxes, reason="of attention beside modules, only softmax is seen"),
        **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), _WITHIN),
    },
    beside="operators beside modules are not among the functions that it patches",
)  # fmt: skip
