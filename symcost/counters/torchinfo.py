"""How torchinfo counts: the parameters of each innermost module, times what comes out (``torchinfo/layer_info.py``).

As of torchinfo 1.8.0, ``summary(model, input_data=...).total_mult_adds``. Convolutions are multiplied by their places,
recurrent layers by batch and time, every other module by the batch alone. What has no parameters counts nothing.
"""

from __future__ import annotations

from sympy import Expr

from symcost.axes import elements
from symcost.counters.counter import Counter
from symcost.counters.rules import Applied, Inside, Rule
from symcost.counters.shapes import CELLS, CONVOLUTIONS, RECURRENT, TRANSPOSED, nothing
from symcost.expressions import ZERO, total
from symcost.operations import Weight


def _by_place(applied: Applied) -> Expr:
    return applied.equation.cost.parameters * applied.places_out


def _by_step(applied: Applied) -> Expr:
    return applied.equation.cost.parameters * applied.places_in


def _by_number(applied: Applied) -> Expr:
    """The first two axes that go out of a cell are the batch and its channels."""
    return applied.equation.cost.parameters * applied.numbers_out


def _by_name(applied: Applied) -> Expr:
    """Those called weight and bias once an example; others with such a word in their name, as a recurrent layer's."""
    axes = applied.equation.outputs[0].axes
    steps = elements(axes[: 2 if axes and axes[0].name == "b" else 1])
    learned = (node for node in applied.equation.nodes if isinstance(node.operation, Weight))
    return total((node.cost.weights + node.cost.biases) * _times(node.label, applied.batch, steps) for node in learned)


def _times(name: str, batch: Expr, steps: Expr) -> Expr:
    if name in ("weight", "bias"):
        return batch
    return steps if "weight" in name or "bias" in name else ZERO


def _by_sequence(applied: Applied) -> Expr:
    """Within a block the batch is all that leads steps and channels."""
    return applied.equation.cost.parameters * elements(applied.equation.inputs[0].axes[:-2])


_NO_ATTENTION = Rule(
    nothing, "it counts innermost modules, and those of MultiheadAttention are not called", known=False
)
_REASON = "its parameters, biases too, once for each example: places and time are not seen"
_PARAMETERS, _SEQUENCES = Rule(_by_name, _REASON), Rule(_by_sequence, _REASON)
_WITHIN = Inside({"MultiheadAttention": _NO_ATTENTION, "Linear": _SEQUENCES, "LayerNorm": _SEQUENCES})

TORCHINFO = Counter(
    "torchinfo", "torchinfo", "1.8.0", "mult-adds", "macs",
    "the parameters of each module, times its places if it is a convolution, its steps if recurrent, else its batch",
    {
        **dict.fromkeys(CONVOLUTIONS, Rule(_by_place, "additions of the bias are counted too")),
        **dict.fromkeys(TRANSPOSED, Rule(_by_place, "the parameters at every place that goes out, not that comes in")),
        **dict.fromkeys(RECURRENT, Rule(_by_step, "additions of the biases are counted too")),
        **dict.fromkeys(CELLS, Rule(_by_number, "its parameters once a channel: channels are taken for steps")),
        "EmbeddingBag": Rule(_by_step, "its parameters, once for each bag: it is only looked up"),
        "MultiheadAttention": _NO_ATTENTION,
        **dict.fromkeys(("TransformerEncoderLayer", "TransformerDecoderLayer"), _WITHIN),
    },
    beside="what is in no module with parameters counts nothing",
    otherwise=_PARAMETERS,
)  # fmt: skip
