"""Arithmetic on NumPy arrays, in two ways: whole arrays at once, or scalar by scalar with every operation counted."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcost.axes import equation as sides
from symcost.cost import Work
from symcost.operations import FUNCTIONS

Array: TypeAlias = NDArray[Any]
Present: TypeAlias = "tuple[str, str, Callable[[int, int], bool]]"  # two axes, and which pairs of places are in a band

SCALAR: dict[str, Callable[..., float]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "maximum": max, "minimum": min, "absolute": abs, "exp": math.exp, "log": math.log, "tanh": math.tanh,
    "sigmoid": lambda x: (1 + math.tanh(x / 2)) / 2, "erf": math.erf, "sqrt": math.sqrt,
    "greater": lambda x, y: float(x > y), "equal": lambda x, y: float(x == y),
    "sign": lambda x: float((x > 0) - (x < 0)),
}  # fmt: skip
"""What each scalar function means for one number."""


class Arithmetic(Protocol):
    """The three ways to compute: place by place, by contraction, by reduction.

    Numbers outside of a band are absent: masked in whole arrays, None among scalars. Nothing is done with them.
    """

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array: ...
    def contract(self, pattern: str, first: Array, second: Array, present: Present | None = None) -> Array: ...
    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array: ...


def spelt(pattern: str) -> str:
    """The pattern of a contraction in single letters, as NumPy and PyTorch take it.

    >>> spelt("... t i, h i -> ... t h")
    '...ab,cb->...ac'
    """
    left, right = sides(pattern)
    letters = {name: chr(ord("a") + i) for i, name in enumerate(dict.fromkeys(n for t in left for n in t.names))}
    first, second, out = ("..." * term.leading + "".join(letters[n] for n in term.names) for term in (*left, right))
    return f"{first},{second}->{out}"


class WholeArrays:
    """Arithmetic on whole arrays, by NumPy."""

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        if function == "sigmoid":
            return np.asanyarray(1 / (1 + np.exp(-arguments[0])))
        if function == "erf":
            made = np.asarray(np.frompyfunc(math.erf, 1, 1)(np.ma.getdata(arguments[0])), dtype=arguments[0].dtype)
            return np.ma.array(made, mask=arguments[0].mask) if np.ma.isMaskedArray(arguments[0]) else made
        made = np.asanyarray(getattr(np, function)(*arguments))
        return made.astype(float) if made.dtype == bool else made  # what a comparison finds is 1 or 0

    def contract(self, pattern: str, first: Array, second: Array, present: Present | None = None) -> Array:
        known = (np.ma.filled(x, 0.0) for x in (first, second))
        made = np.asarray(np.einsum(spelt(pattern), *known))
        return np.ma.array(made, mask=absent(made, sides(pattern)[1].names, present)) if present else made

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        reduced = np.sum if function == "add" else np.max
        return np.asanyarray(reduced(x, axis=places, keepdims=keep))


class CountedScalars:
    """Arithmetic scalar by scalar: every operation is done on two numbers, and counted when it is done."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.dots = 0

    @property
    def work(self) -> Work:
        """What has been counted so far."""
        return Work(self.counts, dots=self.dots)

    def do(self, function: str) -> Callable[..., Any]:
        """A scalar function that is counted whenever it is done."""
        meaning, kind = SCALAR[function], FUNCTIONS[function].kind

        def done(*numbers: float | None) -> float | None:
            if any(number is None for number in numbers):
                return None
            self.counts[kind] += 1
            return meaning(*numbers)

        return done

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        return np.asarray(np.frompyfunc(self.do(function), len(arguments), 1)(*arguments), dtype=object)

    def contract(self, pattern: str, first: Array, second: Array, present: Present | None = None) -> Array:
        (one, two), out = sides(pattern)
        lengths = dict(zip(one.names, first.shape[first.ndim - len(one.names) :], strict=True))
        lengths |= zip(two.names, second.shape[second.ndim - len(two.names) :], strict=True)
        front = max(first.shape[: first.ndim - len(one.names)], second.shape[: second.ndim - len(two.names)], key=len)
        summed = [name for name in lengths if name not in out.names]
        result = np.empty((*front, *(lengths[name] for name in out.names)), dtype=object)
        for place in np.ndindex(result.shape):
            lead, named = place[: len(front)], dict(zip(out.names, place[len(front) :], strict=True))
            if present and not present[2](named[present[0]], named[present[1]]):
                continue  # absent: an empty array of objects is full of None
            terms = _factors(first, second, one.names, two.names, lead, named, {name: lengths[name] for name in summed})
            result[place] = self.dot(terms) if summed else self.do("multiply")(*next(terms))
        return result

    def fold(self, function: Callable[[Any, Any], Any], numbers: Sequence[Any]) -> Any:
        """Numbers made one by a function of two."""
        return functools.reduce(function, numbers)

    def dot(self, factors: Iterable[tuple[Any, Any]]) -> Any:
        """The sum of products, each a multiply-accumulate."""
        self.dots += 1
        accumulated = 0.0
        for a, b in factors:
            if a is not None and b is not None:
                self.counts["mac"] += 1
                accumulated += a * b
        return accumulated

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        gone = sorted(place % x.ndim for place in places)
        kept = [i for i in range(x.ndim) if i not in gone]
        rows = x.transpose([*kept, *gone]).reshape([*(x.shape[i] for i in kept), -1])
        result = np.empty(rows.shape[:-1], dtype=object)
        for place in np.ndindex(result.shape):
            result[place] = self.fold(self.do(function), [each for each in rows[place] if each is not None])
        return np.expand_dims(result, gone) if keep else result


def absent(made: Array, names: Sequence[str], present: Present) -> Array:
    """Where a contraction has no number, because the places of two of its axes are in no band."""
    row, column, holds = present
    places = [names.index(name) - len(names) for name in (row, column)]
    rows, columns = (made.shape[place] for place in places)
    missing = np.array([[not holds(i, j) for j in range(columns)] for i in range(rows)]).reshape(rows, columns)
    if places[0] > places[1]:
        missing = missing.T
    shape = [made.shape[place] if place - made.ndim in places else 1 for place in range(made.ndim)]
    return np.broadcast_to(missing.reshape(shape), made.shape)


def _factors(
    first: Array, second: Array, one: Sequence[str], two: Sequence[str], lead: tuple[int, ...],
    named: dict[str, int], summed: dict[str, int],
) -> Iterator[tuple[float | None, float | None]]:  # fmt: skip
    """The pairs of numbers that one output of a contraction multiplies."""
    for steps in itertools.product(*map(range, summed.values())):
        at = named | dict(zip(summed, steps, strict=True))
        yield tuple(
            x[(*(lead if x.ndim > len(names) else ()), *(at[name] for name in names))]
            for x, names in ((first, one), (second, two))
        )
