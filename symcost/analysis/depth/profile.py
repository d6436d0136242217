"""The profile of a schedule: how much work begins at each step, at sizes of time that are numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol, sympify

from symcost.analysis.depth.activity import Activity, Done
from symcost.analysis.depth.loops import Loop, filled
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.ready import Ramp
from symcost.analysis.places import Linear
from symcost.errors import DimensionError, UndecidedError
from symcost.expressions import normal, substitute, total

_NEVER = -1  # of a place that waits for nothing
Steps = NDArray[np.int64]


def profile(done: Done, sizes: Mapping[Symbol, Expr]) -> list[Expr]:
    """The work that begins at each step, from the first on; the work of an activity is that of one of its turns.

    Raises:
        DimensionError: when something is begun depends on a size that is not given.
        UndecidedError: when something is begun again and again is not told.
    """
    for activity, _ in done:
        if not activity.is_told:
            raise UndecidedError(
                f"when {'.'.join(activity.names)} is begun each time is not told",
                where="profile",
                remedy="schedule it at given sizes, or unroll it at small ones",
            )
    sums: dict[int, Counter[Expr]] = {}
    for activity, work in done:
        begun = begun_at(activity, sizes)
        share = normal(substitute(activity.share_along(activity.axes, work), sizes))
        steps, counts = np.unique(begun[begun != _NEVER], return_counts=True)
        for step, count in zip(steps.tolist(), counts.tolist(), strict=True):
            sums.setdefault(step, Counter())[share] += count
    ordered = (sums.get(step, Counter()) for step in range(max(sums, default=-1) + 1))
    return [total(times * work for work, times in each.items()) for each in ordered]


def begun_at(activity: Activity, sizes: Mapping[Symbol, Expr]) -> Steps:
    """The step at which each place of an activity is begun, along the axes on which that depends."""
    axes = activity.axes
    lengths = [_number(activity.sizes[axis], sizes) for axis in axes]
    found = np.full(lengths, _NEVER, dtype=np.int64)
    for ready in activity.start:
        steps = np.full(lengths, _number(ready.latency, sizes), dtype=np.int64)
        there = np.ones(lengths, dtype=bool)
        for ramp in ready.ramps:
            rounds, present = _ramp(ramp, axes, lengths, sizes)
            steps, there = steps + rounds, there & present
        for place in ready.where:
            there = there & (_places(place, axes, lengths, sizes)[0] >= 0)
        found = np.where(there, np.maximum(found, steps), found)
    return found


def _ramp(
    ramp: Ramp, axes: Sequence[int], lengths: Sequence[int], sizes: Mapping[Symbol, Expr]
) -> tuple[Steps, NDArray[np.bool_]]:
    """The steps of a ramp at each place, and where it is there."""
    places, parts = _places(ramp.place, axes, lengths, sizes)
    whole = np.minimum(places // parts, _number(ramp.top, sizes))
    times, where = np.unique(np.maximum(whole, 0), return_inverse=True)
    return _rounds(ramp.loops, times, sizes)[where].reshape(whole.shape), whole >= 0


def _places(
    place: Linear, axes: Sequence[int], lengths: Sequence[int], sizes: Mapping[Symbol, Expr]
) -> tuple[Steps, int]:
    """A linear place at each place, in so many parts of one."""
    offset, slopes = _exact(place.offset, sizes), {axis: _exact(x, sizes) for axis, x in place.steps}
    parts = math.lcm(*(int(each.q) for each in (offset, *slopes.values())))
    found = np.full(lengths, int(offset * parts), dtype=np.int64)
    for axis, step in slopes.items():
        shape = [length if own == axis else 1 for own, length in zip(axes, lengths, strict=True)]
        found = found + int(step * parts) * np.arange(lengths[list(axes).index(axis)]).reshape(shape)
    return found, parts


def _rounds(loops: Iterable[Loop], times: Steps, sizes: Mapping[Symbol, Expr]) -> Steps:
    """The most steps of computing that loops fit into each of some steps of time."""
    known = [Loop(_number(sympify(x.latency), sizes), _number(sympify(x.delay), sizes)) for x in loops]
    if len({loop.delay for loop in known}) <= 1:
        once = max((int(loop.latency) for loop in known), default=0)
        return once * (times // int(known[0].delay)) if known else np.zeros_like(times)
    order = Order()
    return np.array([int(filled(known, int(time), order).steps) for time in times], dtype=np.int64)


def _exact(value: Expr, sizes: Mapping[Symbol, Expr]) -> Expr:
    number = normal(substitute(value, sizes))
    if not number.is_number:
        names = sorted(symbol.name for symbol in number.free_symbols)
        raise DimensionError(
            f"no size for {', '.join(names)}", where="profile", expected="a number for each size of time",
            remedy="give " + " and ".join(f"{name}=16" for name in names),
        )  # fmt: skip
    return number


def _number(value: Expr, sizes: Mapping[Symbol, Expr]) -> int:
    return int(_exact(value, sizes))
