"""The profile of a schedule: how much work begins at each step, at sizes of time that are numbers."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Mul, Symbol, sympify

from symcost.analysis.depth.activity import Activity
from symcost.analysis.depth.loops import Loop, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ramp, Ready
from symcost.errors import DimensionError, UndecidedError
from symcost.expressions import normal, substitute, total

_NEVER = -1  # of a place that waits for nothing


def profile(done: Sequence[tuple[Activity, Expr]], sizes: Mapping[Symbol, Expr]) -> list[Expr]:
    """The work that begins at each step, from the first on; the work of an activity is that of one of its turns.

    Raises:
        DimensionError: when something is begun depends on a size that is not given.
        UndecidedError: when something is begun again and again is not told.
    """
    for activity, _ in done:
        if activity.partial or (activity.copies and len(activity.start) > 1):
            raise UndecidedError(
                f"when {'.'.join(activity.names)} is begun each time is not told",
                where="profile",
                remedy="schedule it at given sizes",
            )
    sums: dict[int, Counter[Expr]] = {}
    for activity, work in done:
        axes = sorted({axis for ready in activity.start for ramp in ready.ramps for axis, _ in ramp.place.steps})
        lengths = [_number(activity.sizes[axis], sizes) for axis in axes]
        steps, counts = np.unique(_starts(activity.start, axes, lengths, sizes), return_counts=True)
        share = normal(substitute(work * activity.turns, sizes) / Mul(*lengths))
        shifts = [range(0, _number(count, sizes) * (_number(later, sizes) or 1), _number(later, sizes) or 1)
                  for count, later in activity.copies]  # fmt: skip
        for shift, (step, count) in itertools.product(itertools.product(*shifts), zip(steps, counts, strict=True)):
            if step != _NEVER:
                sums.setdefault(int(step) + sum(shift), Counter())[share] += int(count)
    ordered = (sums.get(step, Counter()) for step in range(max(sums, default=-1) + 1))
    return [total(times * work for work, times in each.items()) for each in ordered]


def _starts(
    start: Iterable[Ready], axes: Sequence[int], lengths: Sequence[int], sizes: Mapping[Symbol, Expr]
) -> NDArray[np.int64]:
    """The step at which each place is begun."""
    found = np.full(lengths, _NEVER, dtype=np.int64)
    for ready in start:
        steps = np.full(lengths, _number(ready.latency, sizes), dtype=np.int64)
        there = np.ones(lengths, dtype=bool)
        for ramp in ready.ramps:
            rounds, present = _ramp(ramp, axes, lengths, sizes)
            steps, there = steps + rounds, there & present
        found = np.where(there, np.maximum(found, steps), found)
    return found


def _ramp(
    ramp: Ramp, axes: Sequence[int], lengths: Sequence[int], sizes: Mapping[Symbol, Expr]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The steps of a ramp at each place, and where it is there."""
    places = np.full(lengths, float(_exact(ramp.place.offset, sizes)))
    for axis, step in ramp.place.steps:
        shape = [length if own == axis else 1 for own, length in zip(axes, lengths, strict=True)]
        places = places + float(_exact(step, sizes)) * np.arange(lengths[list(axes).index(axis)]).reshape(shape)
    whole = np.minimum(np.floor(places + 1e-9), _number(ramp.top, sizes)).astype(np.int64)
    order = Order()
    loops = [Loop(_number(sympify(each.latency), sizes), _number(sympify(each.delay), sizes)) for each in ramp.loops]
    known = {int(time): int(filled(loops, int(time), order).steps) for time in np.unique(whole) if time >= 0}
    return np.vectorize(lambda time: known.get(int(time), 0), otypes=[np.int64])(whole), whole >= 0


def _exact(value: Expr, sizes: Mapping[Symbol, Expr]) -> Expr:
    number = normal(substitute(value, sizes))
    if not number.is_number:
        names = ", ".join(sorted(symbol.name for symbol in number.free_symbols))
        raise DimensionError(f"no size for {names}", where="profile", expected="a number for each size of time")
    return number


def _number(value: Expr, sizes: Mapping[Symbol, Expr]) -> int:
    return int(_exact(value, sizes))
