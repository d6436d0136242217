"""Tables of numbers that are known before any input is: computed once and kept, they cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sympy import Expr

from symcost.axes import Axes, Axis
from symcost.errors import ShapeError, unknown
from symcost.notation import text
from symcost.operations import Operation

FORMULAS: Mapping[str, tuple[str, ...]] = {
    "sine": ("t", "k"),  # sin(t base^(-k/n)) of step t and frequency k out of n
    "cosine": ("t", "k"),  # cos(t base^(-k/n))
    "distance": ("n", "t", "s"),  # -|t - s| base^(-(h + 1)/n) of steps t and s, for head h out of n
}
"""What a table may hold, and how its axes are called; ``symcost.meaning`` has the formulas in NumPy."""


@dataclass(frozen=True)
class Constant(Operation):
    """A table of fixed numbers, by a formula of the places in it. It is not learned, and no work is done for it."""

    formula: str
    shape: tuple[Expr, ...]
    base: float
    free: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.formula not in FORMULAS:
            raise unknown("table of constants", self.formula, FORMULAS)
        for length in self.shape:
            if length.is_integer is False:
                raise ShapeError(f"{text(length)} numbers in a table", expected="a whole number")

    @property
    def name(self) -> str:
        return self.formula

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return (tuple(map(Axis, FORMULAS[self.formula], self.shape)),)
