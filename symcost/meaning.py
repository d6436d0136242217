"""What each operation means in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from symcost.addressing import Gather, OverlapAdd, Upsample
from symcost.arithmetic import Arithmetic, Array
from symcost.axes import equation as sides
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.views import Concat, Pad, Rearrange, Slice, Window


def _elementwise(operation: Elementwise, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    tensors = iter(inputs)
    arguments = [next(tensors) if constant is None else float(constant) for constant in operation.constants]
    return arithmetic.elementwise(operation.function, arguments)


def _window(operation: Window, inputs: Sequence[Array], _: Arithmetic) -> Array:
    (x,) = inputs
    place, width = operation.place % x.ndim, int(operation.width)
    reach = int(operation.dilation) * (width - 1) + 1
    windows = np.moveaxis(sliding_window_view(x, reach, axis=place), -1, place + 1)
    cut = [slice(None)] * place + [slice(None, None, int(operation.stride)), slice(None, None, int(operation.dilation))]
    return np.asarray(windows[tuple(cut)])


def _rearrange(operation: Rearrange, inputs: Sequence[Array], _: Arithmetic) -> Array:
    (left,), right = sides(operation.pattern)
    (x,) = inputs
    found = {name: int(length) for name, length in operation.given}
    front = x.shape[: x.ndim - len(left.groups)]
    for group, length in zip(left.groups, x.shape[len(front) :], strict=True):
        for name in group:
            if name not in found:
                found[name] = length // math.prod(found[other] for other in group if other != name)
    split = x.reshape((*front, *(found[name] for name in left.names)))
    order = [*range(len(front)), *(len(front) + left.names.index(name) for name in right.names)]
    return split.transpose(order).reshape(
        (*front, *(math.prod(found[name] for name in group) for group in right.groups))
    )


def _slice(operation: Slice, inputs: Sequence[Array], _: Arithmetic) -> Array:
    (x,) = inputs
    start = int(operation.start)
    cut = [slice(None)] * x.ndim
    cut[operation.place] = slice(start, start + int(operation.length))
    return np.asarray(x[tuple(cut)])


_PAD_NUMBERS = {"zeros": 0.0, "lowest": -math.inf}
_PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def _pad(operation: Pad, inputs: Sequence[Array], _: Arithmetic) -> Array:
    (x,) = inputs
    margins = [(0, 0)] * x.ndim
    margins[operation.place] = (int(operation.before), int(operation.after))
    if operation.mode in _PAD_NUMBERS:
        return np.pad(x, margins, constant_values=_PAD_NUMBERS[operation.mode])
    return np.pad(x, margins, mode=_PAD_MODES[operation.mode])  # type: ignore[call-overload, no-any-return]


def _gather(_: Gather, inputs: Sequence[Array], __: Arithmetic) -> Array:
    numbers, table = inputs
    return np.asarray(table[numbers.astype(int)])


def _overlap_add(operation: OverlapAdd, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    (x,) = inputs
    place = operation.place % x.ndim
    steps, width = x.shape[place], x.shape[place + 1]
    stride, dilation = int(operation.stride), int(operation.dilation)
    length = (steps - 1) * stride + dilation * (width - 1) + 1
    total = np.full((*x.shape[:place], length, *x.shape[place + 2 :]), 0.0, dtype=x.dtype)
    for offset in range(width):
        start = offset * dilation
        there = (slice(None),) * place + (slice(start, start + (steps - 1) * stride + 1, stride),)
        total[there] = arithmetic.elementwise("add", [total[there], np.take(x, offset, axis=place + 1)])
    return total


MEANING: dict[type[Operation], Callable[[Any, Sequence[Array], Arithmetic], Array]] = {
    Einsum: lambda operation, inputs, arithmetic: arithmetic.contract(operation.pattern, *inputs),
    Elementwise: _elementwise,
    Reduce: lambda operation, inputs, arithmetic: arithmetic.reduce(
        operation.function, inputs[0], operation.places, operation.keep
    ),
    Window: _window,
    Rearrange: _rearrange,
    Slice: _slice,
    Pad: _pad,
    Gather: _gather,
    Upsample: lambda operation, inputs, _: np.repeat(inputs[0], int(operation.factor), axis=operation.place),
    OverlapAdd: _overlap_add,
    Concat: lambda operation, inputs, _: np.concatenate(inputs, axis=operation.place),
}
"""What each operation means in NumPy."""
