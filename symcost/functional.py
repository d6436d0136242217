"""The words in which equations are written: functions of tensors that record operations.

They read as in NumPy, PyTorch and einops, and know nothing of cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sympy import Expr, Integer, Rational

from symcost.addressing import ArgMax, Gather, OverlapAdd, Upsample
from symcost.associative import AssociativeScan
from symcost.bands import Band
from symcost.constants import Constant
from symcost.expressions import Size, normal, size
from symcost.operations import Einsum, Reduce, Weight
from symcost.recurrence import scan
from symcost.tensor import Scalar, Tensor, elementwise, record
from symcost.views import Concat, Detached, Pad, Rearrange, Slice, Window, place_of

__all__ = [
    "absolute", "argmax", "associative_scan", "bias", "buffer", "chunk", "concat", "constant", "detached", "einsum",
    "erf", "exp", "gather", "log", "maximum", "mean", "minimum", "overlap_add", "pad", "rearrange", "reduce_max",
    "scan", "sigmoid", "softmax", "sqrt", "take", "tanh", "total", "upsample", "weight", "window",
]  # fmt: skip


def weight(name: str, *shape: Size) -> Tensor:
    """A learned tensor that multiplies. Layers give weights PyTorch's names, so that its state_dict fits."""
    return _learned(name, shape, "weight")


def bias(name: str, *shape: Size) -> Tensor:
    """A learned tensor that is added."""
    return _learned(name, shape, "bias")


def buffer(name: str, *shape: Size) -> Tensor:
    """A tensor that is kept with the learned ones but not learned, such as running statistics."""
    return _learned(name, shape, "buffer")


def _learned(name: str, shape: tuple[Size, ...], role: Literal["weight", "bias", "buffer"]) -> Tensor:
    exact = tuple(size(length, f"a size of {name}") for length in shape)
    return record(Weight(name, exact, role), label=name)[0]


def constant(formula: str, *shape: Expr, base: float) -> Tensor:
    """A table of fixed numbers, such as sines of positions: ``constant("sine", T, D / 2, base=10_000)``."""
    return record(Constant(formula, tuple(map(normal, shape)), float(base)))[0]


def einsum(pattern: str, first: Tensor, second: Tensor, among: tuple[str, str, Band] | None = None) -> Tensor:
    """The product of two tensors, summed over what the output does not name: ``"... t i, h i -> ... t h"``.

    ``among=("t", "s", band)`` makes it for those pairs of t and s alone that are in a band.
    """
    return record(Einsum(pattern, among), first, second)[0]


def exp(x: Tensor) -> Tensor:
    """The exponential."""
    return elementwise("exp", x)


def log(x: Tensor) -> Tensor:
    """The natural logarithm."""
    return elementwise("log", x)


def tanh(x: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return elementwise("tanh", x)


def sigmoid(x: Tensor) -> Tensor:
    """The logistic function."""
    return elementwise("sigmoid", x)


def erf(x: Tensor) -> Tensor:
    """The error function."""
    return elementwise("erf", x)


def sqrt(x: Tensor) -> Tensor:
    """The square root."""
    return elementwise("sqrt", x)


def absolute(x: Tensor) -> Tensor:
    """The absolute value."""
    return elementwise("absolute", x)


def maximum(x: Tensor | Scalar, y: Tensor | Scalar) -> Tensor:
    """The larger of two, place by place."""
    return elementwise("maximum", x, y)


def minimum(x: Tensor | Scalar, y: Tensor | Scalar) -> Tensor:
    """The smaller of two, place by place."""
    return elementwise("minimum", x, y)


def total(x: Tensor, *axes: str | int, keep: bool = False) -> Tensor:
    """The sum over some axes."""
    return record(Reduce("add", tuple(place_of(x.axes, axis) for axis in axes), keep), x)[0]


def reduce_max(x: Tensor, *axes: str | int, keep: bool = False) -> Tensor:
    """The largest over some axes."""
    return record(Reduce("maximum", tuple(place_of(x.axes, axis) for axis in axes), keep), x)[0]


def mean(x: Tensor, *axes: str | int, keep: bool = False) -> Tensor:
    """The mean over some axes: a sum, and a division for each output."""
    count = Integer(1)
    for axis in axes:
        count *= x.axes[place_of(x.axes, axis)].size
    return elementwise("divide", total(x, *axes, keep=keep), count)


def softmax(x: Tensor, axis: str | int) -> Tensor:
    """exp(x - max x) / sum exp(x - max x) along an axis. The maximum makes no difference to it but for rounding."""
    places, purpose = (place_of(x.axes, axis),), "softmax"
    top = record(Reduce("maximum", places, True, purpose), x)[0]
    e = elementwise("exp", elementwise("subtract", x, detached(top), purpose=purpose), purpose=purpose)
    return elementwise("divide", e, record(Reduce("add", places, True, purpose), e)[0], purpose=purpose)


def associative_scan(a: Tensor, b: Tensor, over: str, algorithm: str, *, dense: bool = False) -> Tensor:
    """h_t = a_t h_(t-1) + b_t over an axis of b, from zero, by a parallel algorithm; ``dense`` a_t are matrices."""
    return record(AssociativeScan(place_of(b.axes, over), algorithm, dense), a, b)[0]


def detached(x: Tensor) -> Tensor:
    """A tensor as it is, through which no gradient goes back: what comes out of the equation does not depend on it."""
    return record(Detached(), x)[0]


def window(x: Tensor, axis: str, width: Size, stride: Size, dilation: Size, inner: str) -> Tensor:
    """Every window of an axis, as a new axis ``inner`` right after it."""
    return record(Window(place_of(x.axes, axis), width, stride, dilation, inner), x)[0]


def rearrange(pattern: str, x: Tensor, **given: Size) -> Tensor:
    """Axes permuted, merged and split: ``rearrange("... t (g c) -> ... t g c", x, g=groups)``."""
    return record(Rearrange(pattern, tuple((name, size(length, name)) for name, length in given.items())), x)[0]


def chunk(x: Tensor, count: int) -> tuple[Tensor, ...]:
    """The last axis in equal parts, as ``torch.chunk`` does."""
    length = normal(x.axes[-1].size * Rational(1, count))
    return tuple(record(Slice(-1, length * part, length), x)[0] for part in range(count))


def take(x: Tensor, axis: str | int, start: Any, length: Any) -> Tensor:
    """A stretch of an axis."""
    return record(Slice(place_of(x.axes, axis), normal(start), normal(length)), x)[0]


def pad(x: Tensor, axis: str | int, before: Expr, after: Expr, mode: str = "zeros") -> Tensor:
    """An axis with more in front and behind; unchanged if that is nothing."""
    if before == 0 and after == 0:
        return x
    return record(Pad(place_of(x.axes, axis), before, after, mode), x)[0]


def gather(numbers: Tensor, table: Tensor) -> Tensor:
    """Rows of a table by their numbers."""
    return record(Gather(), numbers, table)[0]


def argmax(x: Tensor, axis: str | int) -> Tensor:
    """The place of the largest along an axis."""
    return record(ArgMax(place_of(x.axes, axis)), x)[0]


def upsample(x: Tensor, axis: str | int, factor: Size) -> Tensor:
    """Each place of an axis several times, one behind the other."""
    return record(Upsample(place_of(x.axes, axis), factor), x)[0]


def overlap_add(x: Tensor, axes: Sequence[str], strides: Sequence[Size], dilations: Sequence[Size]) -> Tensor:
    """Axes of windows, each with the axis within them right after it, put together again by adding overlaps."""
    places = tuple(place_of(x.axes, axis) for axis in axes)
    return record(OverlapAdd(places, tuple(strides), tuple(dilations)), x)[0]


def concat(tensors: Sequence[Tensor], axis: str | int = -1) -> Tensor:
    """Tensors one behind the other along an axis."""
    return record(Concat(place_of(tensors[0].axes, axis)), *tensors)[0]
