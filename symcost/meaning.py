"""What each operation means in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.arithmetic import Arithmetic, Array
from symcost.associative import AssociativeScan
from symcost.axes import equation as sides
from symcost.constants import Constant
from symcost.errors import ShapeError
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.parallel_prefix import ALGORITHMS, prefixes
from symcost.views import Broadcast, Concat, Detached, Flip, Pad, Rearrange, Slice, Window


def _elementwise(operation: Elementwise, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    tensors = iter(inputs)
    arguments = [next(tensors) if constant is None else float(constant) for constant in operation.constants]
    return arithmetic.elementwise(operation.function, arguments)


def _einsum(operation: Einsum, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    first, second = inputs
    if operation.among is None:
        return arithmetic.contract(operation.pattern, first, second)
    row, column, band = operation.among
    return arithmetic.contract(operation.pattern, first, second, (row, column, band.holds))


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
    rows = numbers.astype(int)
    wrong = (rows != numbers) | (rows < 0) | (rows >= len(table))
    if wrong.any():
        raise ShapeError(
            f"row {numbers[wrong][0]:g}", where="gather", expected=f"whole numbers from 0 to {len(table) - 1}"
        )
    return np.asarray(table[rows])


def _arg_max(operation: ArgMax, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    """Place after place: the largest so far, and where it stood."""
    rows = np.moveaxis(inputs[0], operation.place, 0)
    best, place = rows[0], np.zeros_like(rows[0])
    for number, row in enumerate(rows[1:], 1):
        larger = arithmetic.elementwise("maximum", [best, row])
        place = np.where(np.equal(larger, best), place, number)
        best = larger
    return np.asarray(place)


def _overlap_add(operation: OverlapAdd, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    (x,) = inputs
    places = [place % x.ndim for place in operation.places]
    within = [place + 1 for place in places]
    geometry = dict(zip(places, zip(operation.strides, operation.dilations, strict=True), strict=True))
    spans = {place: (x.shape[place] - 1) * int(stride) + 1 for place, (stride, _) in geometry.items()}
    reach = {place: int(dilation) * (x.shape[place + 1] - 1) for place, (_, dilation) in geometry.items()}
    kept = [axis for axis in range(x.ndim) if axis not in within]
    total = np.full(
        [spans[axis] + reach[axis] if axis in spans else x.shape[axis] for axis in kept], 0.0, dtype=x.dtype
    )
    for offsets in np.ndindex(*(x.shape[axis] for axis in within)):
        starts = {place: offset * int(geometry[place][1]) for place, offset in zip(places, offsets, strict=True)}
        there = tuple(
            slice(starts[axis], starts[axis] + spans[axis], int(geometry[axis][0])) if axis in spans else slice(None)
            for axis in kept
        )
        taken = dict(zip(within, offsets, strict=True))
        part = x[tuple(taken.get(axis, slice(None)) for axis in range(x.ndim))]
        total[there] = arithmetic.elementwise("add", [total[there], part])
    return total


def _associative_scan(operation: AssociativeScan, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    """Pairs (a, b) are combined; the sequential algorithm applies each to the state that is there already."""

    def times(a: Array, x: Array, pattern: str) -> Array:
        return arithmetic.contract(pattern, a, x) if operation.dense else arithmetic.elementwise("multiply", [a, x])

    def combine(first: tuple[Array, Array], behind: tuple[Array, Array]) -> tuple[Array, Array]:
        a, b = behind
        moved = arithmetic.elementwise("add", [times(a, first[1], "... i j, ... j -> ... i"), b])
        return (times(a, first[0], "... i j, ... j k -> ... i k") if pairs else a), moved

    pairs, time = ALGORITHMS[operation.algorithm].pairs, operation.place % inputs[1].ndim
    steps = list(zip(*(np.moveaxis(x, time, 0) for x in inputs), strict=True))
    a, b = steps[0]
    one = np.broadcast_to(np.eye(a.shape[-1]) if operation.dense else np.ones(()), a.shape)
    identity = (one.astype(a.dtype), np.full(b.shape, 0.0, dtype=b.dtype))
    return np.stack([h for _, h in prefixes(operation.algorithm, steps, combine, identity)], axis=time)


def _broadcast(operation: Broadcast, inputs: Sequence[Array], _: Arithmetic) -> Array:
    (x,) = inputs
    count = x.ndim if operation.keep else x.ndim + len(operation.places)
    places = [place % count for place in operation.places]
    x = x if operation.keep else np.expand_dims(x, places)
    lengths = dict(zip(places, operation.lengths, strict=True))
    shape = [int(lengths.get(place, length)) for place, length in enumerate(x.shape)]
    return np.broadcast_to(x, shape)


def _scatter_add(operation: ScatterAdd, inputs: Sequence[Array], arithmetic: Arithmetic) -> Array:
    numbers, given = inputs
    table = np.full((int(operation.rows), *given.shape[numbers.ndim :]), 0.0, dtype=given.dtype)
    for place in np.ndindex(numbers.shape):
        row = int(numbers[place])
        table[row] = arithmetic.elementwise("add", [table[row], given[place]])
    return table


def _angles(shape: tuple[int, ...], base: float) -> Array:
    t, k = np.indices(shape)
    return np.asarray(t * base ** (-k / shape[1]))


def _distances(shape: tuple[int, ...], base: float) -> Array:
    head, t, s = np.indices(shape)
    return np.asarray(-np.abs(t - s) * base ** (-(head + 1) / shape[0]))


TABLES: dict[str, Callable[[tuple[int, ...], float], Array]] = {
    "sine": lambda shape, base: np.sin(_angles(shape, base)),
    "cosine": lambda shape, base: np.cos(_angles(shape, base)),
    "distance": _distances,
}
"""What each table of constants holds, by its shape and its base."""


def _constant(operation: Constant, _: Sequence[Array], __: Arithmetic) -> Array:
    return TABLES[operation.formula](tuple(map(int, operation.shape)), operation.base)


MEANING: dict[type[Operation], Callable[[Any, Sequence[Array], Arithmetic], Array]] = {
    Einsum: _einsum,
    Elementwise: _elementwise,
    Reduce: lambda operation, inputs, arithmetic: arithmetic.reduce(
        operation.function, inputs[0], operation.places, operation.keep
    ),
    Window: _window,
    Rearrange: _rearrange,
    Slice: _slice,
    Pad: _pad,
    Gather: _gather,
    ArgMax: _arg_max,
    Upsample: lambda operation, inputs, _: np.repeat(inputs[0], int(operation.factor), axis=operation.place),
    OverlapAdd: _overlap_add,
    ScatterAdd: _scatter_add,
    Broadcast: _broadcast,
    Detached: lambda operation, inputs, _: inputs[0],
    Flip: lambda operation, inputs, _: np.flip(inputs[0], operation.place),
    AssociativeScan: _associative_scan,
    Constant: _constant,
    Concat: lambda operation, inputs, _: np.concatenate(inputs, axis=operation.place),
}
"""What each operation means in NumPy."""
