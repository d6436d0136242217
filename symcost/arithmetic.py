"""Arithmetic on NumPy arrays, in two ways: whole arrays at once, or scalar by scalar with every operation counted."""

from __future__ import annotations

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

SCALAR: dict[str, Callable[..., float]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "maximum": max, "minimum": min, "absolute": abs, "exp": math.exp, "log": math.log, "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "erf": math.erf, "sqrt": math.sqrt,
    "greater": lambda x, y: float(x > y), "equal": lambda x, y: float(x == y),
    "sign": lambda x: float((x > 0) - (x < 0)),
}  # fmt: skip
"""What each scalar function means for one number."""


class Arithmetic(Protocol):
    """The three ways to compute: place by place, by contraction, by reduction."""

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array: ...
    def contract(self, pattern: str, first: Array, second: Array) -> Array: ...
    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array: ...


class WholeArrays:
    """Arithmetic on whole arrays, by NumPy."""

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        if function == "sigmoid":
            return np.asarray(1 / (1 + np.exp(-arguments[0])))
        if function == "erf":
            return np.asarray(np.frompyfunc(math.erf, 1, 1)(arguments[0]), dtype=float)
        made = np.asarray(getattr(np, function)(*arguments))
        return made.astype(float) if made.dtype == bool else made  # what a comparison finds is 1 or 0

    def contract(self, pattern: str, first: Array, second: Array) -> Array:
        left, right = sides(pattern)
        letters = {name: chr(ord("a") + i) for i, name in enumerate(dict.fromkeys(n for t in left for n in t.names))}
        spelt = ["..." * term.leading + "".join(letters[name] for name in term.names) for term in (*left, right)]
        return np.asarray(np.einsum(f"{spelt[0]},{spelt[1]}->{spelt[2]}", first, second))

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        reduced = np.sum if function == "add" else np.max
        return np.asarray(reduced(x, axis=places, keepdims=keep))


class CountedScalars:
    """Arithmetic scalar by scalar: every operation is done on two numbers, and counted when it is done."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.dots = 0

    @property
    def work(self) -> Work:
        """What has been counted so far."""
        return Work(self.counts, dots=self.dots)

    def _do(self, function: str) -> Callable[..., float]:
        meaning, kind = SCALAR[function], FUNCTIONS[function].kind

        def done(*numbers: float) -> float:
            self.counts[kind] += 1
            return meaning(*numbers)

        return done

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        return np.asarray(np.frompyfunc(self._do(function), len(arguments), 1)(*arguments), dtype=object)

    def contract(self, pattern: str, first: Array, second: Array) -> Array:
        (one, two), out = sides(pattern)
        lengths = dict(zip(one.names, first.shape[first.ndim - len(one.names) :], strict=True))
        lengths |= zip(two.names, second.shape[second.ndim - len(two.names) :], strict=True)
        front = max(first.shape[: first.ndim - len(one.names)], second.shape[: second.ndim - len(two.names)], key=len)
        summed = [name for name in lengths if name not in out.names]
        result = np.empty((*front, *(lengths[name] for name in out.names)), dtype=object)
        for place in np.ndindex(result.shape):
            lead, named = place[: len(front)], dict(zip(out.names, place[len(front) :], strict=True))
            terms = _factors(first, second, one.names, two.names, lead, named, {name: lengths[name] for name in summed})
            result[place] = self._dot(terms) if summed else self._do("multiply")(*next(terms))
        return result

    def _dot(self, factors: Iterable[tuple[float, float]]) -> float:
        self.dots += 1
        accumulated = 0.0
        for a, b in factors:
            self.counts["mac"] += 1
            accumulated += a * b
        return accumulated

    def reduce(self, function: str, x: Array, places: tuple[int, ...], keep: bool) -> Array:
        gone = sorted(place % x.ndim for place in places)
        kept = [i for i in range(x.ndim) if i not in gone]
        rows = x.transpose([*kept, *gone]).reshape([*(x.shape[i] for i in kept), -1])
        result = np.empty(rows.shape[:-1], dtype=object)
        for place in np.ndindex(result.shape):
            first, *rest = rows[place]
            for number in rest:
                first = self._do(function)(first, number)
            result[place] = first
        return np.expand_dims(result, gone) if keep else result


def _factors(
    first: Array, second: Array, one: Sequence[str], two: Sequence[str], lead: tuple[int, ...],
    named: dict[str, int], summed: dict[str, int],
) -> Iterator[tuple[float, float]]:  # fmt: skip
    """The pairs of numbers that one output of a contraction multiplies."""
    for steps in itertools.product(*map(range, summed.values())):
        at = named | dict(zip(summed, steps, strict=True))
        yield tuple(
            x[(*(lead if x.ndim > len(names) else ()), *(at[name] for name in names))]
            for x, names in ((first, one), (second, two))
        )
