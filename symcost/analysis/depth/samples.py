"""Numbers of steps compared at a few sizes first: where one is smaller at some sizes, nothing has to be proved."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Add, Expr, Max, Min, Mul, Pow, ceiling, floor, log, sympify

from symcost.analysis.depth.order import Order, Steps

_SAMPLES = 9
_LARGEST = 24  # size, but in the last sample
_LARGE = 10**6  # times as large are those in the last: what grows without end exceeds all numbers there
_NEARLY = 1e-9  # how far floating logarithms may be off


@dataclass
class Sampled(Order):
    """Compares as its base does, but faster where nothing is certain.

    >>> from symcost.formula import read
    >>> order = Sampled()
    >>> order.at_least(read("T*H + 1"), read("T")), order.at_least(read("T"), read("H"))
    (True, False)
    """

    _values: dict[Any, tuple[Any, ...]] = field(default_factory=dict, repr=False)

    def at_least(self, one: Steps, other: Steps) -> bool:
        """Whether one is certainly at least as large as the other."""
        if isinstance(one, Expr) or isinstance(other, Expr):
            pairs = zip(self._at_samples(sympify(one)), self._at_samples(sympify(other)), strict=False)
            if any(first < second for first, second in pairs):
                return False
        return super().at_least(one, other)

    def at_large_sizes(self, steps: Expr) -> Any:
        """What a number of steps is at some large sizes, if the premises hold there, or else at others."""
        values = self._at_samples(steps)
        return values[-1] if values else 0

    def is_even(self, steps: Expr, every: Expr) -> bool:
        """Whether the same number of steps may be left behind whole rounds whatever the sizes are."""
        pairs = zip(self._at_samples(steps), self._at_samples(every), strict=True)
        return len({one % other for one, other in pairs if other}) <= 1

    @cached_property
    def _sizes(self) -> list[_Sizes]:
        """Sizes at which the premises hold."""
        return [sizes for sizes in map(_Sizes, range(_SAMPLES)) if self._hold(sizes)]

    def _hold(self, sizes: _Sizes) -> bool:
        known = self.known
        for symbol, other in known.equal:
            sizes.known[symbol] = sizes.value(other)
        signs = ((sizes.value(each), sign) for each, sign in known.given)
        return all(sizes.value(each) >= 0 for each in known.at_least) and all(
            (number > 0) - (number < 0) == sign for number, sign in signs
        )

    def _at_samples(self, steps: Expr) -> tuple[Any, ...]:
        if steps not in self._values:
            self._values[steps] = tuple(sizes.number(steps) for sizes in self._sizes)
        return self._values[steps]


@dataclass
class _Sizes:
    """A size for each symbol: always the same one for the same name; 1 in the first sample."""

    sample: int
    known: dict[Expr, Any] = field(default_factory=dict)

    def number(self, steps: Expr) -> Any:
        """What an expression is there; what is no number is neither less nor more than any."""
        try:
            return self.value(steps)
        except (ArithmeticError, ValueError, KeyError):
            return math.nan

    def value(self, steps: Expr) -> Any:
        """What an expression is there."""
        if steps not in self.known:
            self.known[steps] = self._value(steps)
        return self.known[steps]

    def _value(self, steps: Expr) -> Any:
        if steps.is_Integer:
            return int(steps)
        if steps.is_Rational:
            return Fraction(steps.p, steps.q)
        if steps.is_Symbol:
            size = random.Random(f"{steps} {self.sample}").randint(1, _LARGEST) if self.sample else 1
            return size * _LARGE if self.sample == _SAMPLES - 1 else size
        return _MEANING[steps.func]([self.value(each) for each in steps.args])


_MEANING: dict[Any, Callable[[Sequence[Any]], Any]] = {
    Add: sum,
    Mul: math.prod,
    Pow: lambda given: Fraction(given[0]) ** given[1] if isinstance(given[1], int) else math.pow(*given),
    Max: max,
    Min: min,
    floor: lambda given: math.floor(given[0] + _NEARLY) if isinstance(given[0], float) else math.floor(given[0]),
    ceiling: lambda given: math.ceil(given[0] - _NEARLY) if isinstance(given[0], float) else math.ceil(given[0]),
    log: lambda given: math.log(given[0]),
}
"""What numbers of steps are made of."""
