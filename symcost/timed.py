"""The executed counter's own critical path: each scalar is a number, and how deep it lies.

Every scalar operation is really done, on two numbers, and counted, as ``symcost.interpret.count`` does; what it makes
is one deeper than the deepest of what it took. Reductions are done as balanced trees, level by level, or one after
the other; they begin when the last of their numbers is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd
from symcost.arithmetic import Array, CountedScalars
from symcost.cost import Work
from symcost.equation import Equation
from symcost.errors import unknown
from symcost.interpret import Executable, Execution, Weights, run_on
from symcost.meaning import MEANING
from symcost.operations import Operation
from symcost.prefixes import Prefixes
from symcost.recurrence import Scan

FOLDS = ("scalar", "sequential")
"""The readings of a step in which it is a scalar operation: reductions as balanced trees, or one after the other."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A number, and how many scalar operations one after the other it took. Numbers that are given are plain ones."""

    value: float
    depth: int

    def __float__(self) -> float:
        return float(self.value)


def depth_of(number: Any) -> int:
    """How deep a number lies; one that is given, not at all."""
    return number.depth if isinstance(number, Timed) else 0


def delayed(numbers: Sequence[Any], until: int = 0) -> list[Any]:
    """Numbers that wait for the last of them."""
    start = max([until, *map(depth_of, numbers)])
    return [Timed(float(each), start) for each in numbers]


class TimedScalars(CountedScalars):
    """Arithmetic scalar by scalar, counted, with the depth of each result."""

    def __init__(self, trees: bool) -> None:
        super().__init__()
        self.trees = trees
        self.deepest = 0

    def do(self, function: str) -> Callable[..., Any]:
        counted = super().do(function)

        def done(*numbers: Any) -> Timed | None:
            made = counted(*(None if each is None else float(each) for each in numbers))
            return None if made is None else self.made(made, 1 + max(map(depth_of, numbers)))

        return done

    def made(self, value: float, depth: int) -> Timed:
        """A result, which may be the deepest so far."""
        self.deepest = max(self.deepest, depth)
        return Timed(value, depth)

    def fold(self, function: Callable[[Any, Any], Any], numbers: Sequence[Any]) -> Any:
        return self.folded(function, delayed(numbers))

    def folded(self, function: Callable[[Any, Any], Any], level: list[Any]) -> Any:
        """What is ready at once made one: neighbours first, as long as there are any; or from the left."""
        if not self.trees:
            return reduce(function, level)
        while len(level) > 1:
            pairs = [function(first, second) for first, second in zip(level[::2], level[1::2], strict=False)]
            level = pairs + level[len(pairs) * 2 :]
        return level[0]

    def dot(self, factors: Iterable[tuple[Any, Any]]) -> Timed:
        present = [pair for pair in factors if None not in pair]
        self.dots += 1
        self.counts["mac"] += len(present)
        start = max(depth_of(each) for pair in present for each in pair)
        products = [self.made(float(a) * float(b), start + 1) for a, b in present]
        return self.folded(self._added, products)  # type: ignore[no-any-return]

    def _added(self, first: Timed, second: Timed) -> Timed:
        """An addition of a dot product, of which each is a part of a multiply-accumulate."""
        return self.made(first.value + second.value, 1 + max(first.depth, second.depth))


# --- operations whose meaning in NumPy goes number by number ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Pile:
    """Numbers that are to be added up."""

    numbers: tuple[Any, ...]


class _Piling(CountedScalars):
    """Arithmetic that only puts together what is to be added up, from zero on."""

    def elementwise(self, function: str, arguments: Sequence[Any]) -> Array:
        piled = np.frompyfunc(lambda pile, x: _Pile((*getattr(pile, "numbers", (pile,)), x)), 2, 1)
        return np.asarray(piled(*arguments), dtype=object)


def _added_up(operation: OverlapAdd | ScatterAdd, inputs: Sequence[Array], scalars: TimedScalars) -> Array:
    piles = MEANING[type(operation)](operation, inputs, _Piling())
    add = scalars.do("add")
    fold = np.frompyfunc(lambda pile: scalars.fold(add, pile.numbers) if isinstance(pile, _Pile) else pile, 1, 1)
    return np.asarray(fold(piles), dtype=object)


def _gather(operation: Gather, inputs: Sequence[Array], _: TimedScalars) -> Array:
    numbers, table = inputs
    rows = MEANING[Gather](operation, (np.asarray(numbers, dtype=float), table), CountedScalars())
    depths = np.frompyfunc(depth_of, 1, 1)(numbers)
    waiting = np.reshape(depths, [*np.shape(numbers), *(1 for _ in table.shape[1:])])
    return np.asarray(np.frompyfunc(lambda x, until: delayed([x], until)[0], 2, 1)(rows, waiting), dtype=object)


def _arg_max(operation: ArgMax, inputs: Sequence[Array], scalars: TimedScalars) -> Array:
    rows = np.moveaxis(inputs[0], operation.place, -1)
    result = np.empty(rows.shape[:-1], dtype=object)
    larger = scalars.do("maximum")

    def better(first: tuple[Timed, int], second: tuple[Timed, int]) -> tuple[Timed, int]:
        best = larger(first[0], second[0])
        return best, first[1] if best.value == first[0].value else second[1]

    for place in np.ndindex(result.shape):
        candidates = [(number, index) for index, number in enumerate(delayed(list(rows[place])))]
        best, index = scalars.folded(better, candidates)
        result[place] = Timed(index, best.depth)
    return result


NUMBER_BY_NUMBER: dict[type[Operation], Callable[[Any, Sequence[Array], TimedScalars], Array]] = {
    Gather: _gather,
    ArgMax: _arg_max,
    OverlapAdd: _added_up,
    ScatterAdd: _added_up,
}
"""Operations that look at numbers, or that add up one after the other what may be a tree."""


class TimedExecution(Execution):
    """A run that knows of each scalar how deep it lies."""

    def __init__(self, weights: Weights, scalars: TimedScalars) -> None:
        super().__init__(weights, scalars, object)
        self.scalars = scalars
        self.until = 0  # when the prefix before was done

    def apply(self, operation: Operation, inputs: list[Array], path: str, name: str) -> list[Array]:
        if type(operation) in NUMBER_BY_NUMBER:
            return [NUMBER_BY_NUMBER[type(operation)](operation, inputs, self.scalars)]
        return super().apply(operation, inputs, path, name)

    def prefixes(self, operation: Prefixes, inputs: list[Array], path: str) -> list[Array]:
        outside, self.until = self.until, 0
        made = super().prefixes(operation, inputs, path)
        self.until = outside
        return made

    def iterate(self, operation: Scan | Prefixes, equation: Equation, inputs: list[Array], path: str) -> list[Array]:
        if isinstance(operation, Scan):
            return super().iterate(operation, equation, inputs, path)
        wait = np.frompyfunc(lambda x: delayed([x], self.until)[0], 1, 1)
        made = super().iterate(operation, equation, [np.asarray(wait(x), dtype=object) for x in inputs], path)
        self.until = max(depth_of(each) for y in made for each in y.flat)
        return made


def counted_depth(
    model: Executable,
    *inputs: Any,
    step: str = "scalar",
    weights: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> tuple[Any, Work, int]:
    """What a layer or a network computes, the scalar operations that it takes, and how many one after the other.

    >>> from symcost.layers import Linear
    >>> counted_depth(Linear(2, 1), [[1.0, 2.0]], weights={"weight": [[3, 4]], "bias": [5]})
    (array([[16.]]), Work(mac=2, add=1), 3)

    Raises:
        UnknownName: a step is neither "scalar" nor "sequential".
        ShapeError: an input or a weight has another shape than the equation.
        UnpricedError: a node has a cost but no equation.
    """
    if step not in FOLDS:
        raise unknown("step of scalars", step, FOLDS)
    scalars = TimedScalars(trees=step == "scalar")
    made = run_on(model, inputs, weights, seed, lambda source: TimedExecution(source, scalars))
    return made, scalars.work, scalars.deepest
