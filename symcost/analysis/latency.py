"""Latencies: how long one operation takes, by what a step is.

A step is a layer, an operation, or a scalar operation: with reductions as balanced trees, or one after the other.
A balanced tree adds n numbers up in ceil(log2 n) steps (Blelloch and Maggs, Parallel algorithms, 2010), so a dot
product of n takes 1 + ceil(log2 n); one after the other it takes n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from sympy import Expr, Integer, Min, Mul, ceiling, log

from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd
from symcost.associative import AssociativeScan
from symcost.axes import Axes, Axis, bands, elements
from symcost.errors import DimensionError, UndecidedError, UnpricedError, unknown
from symcost.expressions import ONE, ZERO, in_dimensions, normal
from symcost.notation import text
from symcost.operations import FUNCTIONS, Einsum, Elementwise, Operation, Priced, Reduce

STEPS = ("layer", "operation", "scalar", "sequential")
"""What a step may be."""

OPERATIONS = ("einsum", "sum", "max", "argmax", "gather", "overlapadd", "scatteradd")
"""The operations other than scalar functions that may have a latency of their own, by name."""


class Folding(NamedTuple):
    """What happens to one number that comes out: a function, if any, then so many numbers folded into one."""

    first: str | None
    function: str = "add"
    numbers: Expr = ONE


@dataclass(frozen=True)
class Latencies:
    """How long operations take: by what a step is, and by the latencies that one gives by name.

    Names are those of scalar functions (``tanh``) or of operations (``einsum``); where a layer is a step, of layers.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> T, I, H = map(dimension, "TIH")
    >>> dense = Einsum("t i, h i -> t h"), ((Axis("t", T), Axis("i", I)), (Axis("h", H), Axis("i", I)))
    >>> print(*(text(Latencies(step).of(*dense)) for step in STEPS), sep=", ")
    0, 1, ceil(log2(I)) + 1, I
    >>> print(text(Latencies("scalar", {"multiply": 3, "add": dimension("t_add")}).of(*dense)))
    t_add ceil(log2(I)) + 3

    Raises:
        UnknownName: no step or no operation is called so.
        DimensionError: a latency is neither a whole number nor an expression, or it is negative.
    """

    step: str = "scalar"
    own: Mapping[str, Any] | tuple[tuple[str, Expr], ...] = ()

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            raise unknown("step", self.step, STEPS)
        given = dict(self.own)
        for name in given:
            if self.step != "layer" and name not in (known := (*FUNCTIONS, *OPERATIONS)):
                raise unknown("operation", name, known, where="latencies")
        object.__setattr__(self, "own", tuple((name, _latency(name, value)) for name, value in given.items()))

    @cached_property
    def _by_name(self) -> dict[str, Expr]:
        return dict(self.own)

    def of(self, operation: Operation, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...] = ()) -> Expr:
        """How long one operation takes, which holds no equation of its own.

        Raises:
            UnpricedError: its depth is not known.
            UndecidedError: how many numbers it adds up depends on what symbolic sizes have in common.
        """
        if isinstance(operation, Priced):
            return _known_depth(operation)
        if operation.free or self.step == "layer":
            return ZERO
        if isinstance(operation, AssociativeScan):
            return normal(operation.levels(operation.length(inputs)) * self.of_application(operation, inputs))
        if self.step == "operation" or operation.name in self._by_name:
            return self._by_name.get(operation.name, ONE)
        if type(operation) not in FOLDINGS:
            raise UnpricedError("its depth is not known", where=f"operation {operation.name!r}")
        return self._folded(FOLDINGS[type(operation)](operation, inputs))

    def of_application(self, scan: AssociativeScan, inputs: tuple[Axes, ...]) -> Expr:
        """How long the operator of an associative scan takes: a product, or as many as a matrix has rows, and a sum."""
        if self.step == "layer":
            return ONE
        add = self._by_name.get("add", ONE)
        if self.step == "operation":
            return normal(self._by_name.get("einsum" if scan.dense else "multiply", ONE) + add)
        rows = inputs[1][-1].size if scan.dense else ONE
        return normal(self._folded(Folding("multiply", "add", rows)) + add)

    def of_layer(self, layer: str) -> Expr:
        """How long a layer takes, by the name of its class, where a layer is a step."""
        return self._by_name.get(layer, ONE)

    def refuse_layers(self, known: Iterable[str]) -> None:
        """Raises an UnknownName if a latency is given for a layer that is none of those known."""
        names = set(known)
        for name in self._by_name if self.step == "layer" else ():
            if name not in names:
                raise unknown("layer", name, names, where="latencies")

    def _folded(self, folding: Folding) -> Expr:
        once = self._by_name.get(folding.first, ONE) if folding.first else ZERO
        times = ceil_log2(folding.numbers) if self.step == "scalar" else folding.numbers - 1
        return normal(once + times * self._by_name.get(folding.function, ONE))


def ceil_log2(number: Expr) -> Expr:
    """The levels of a balanced tree with so many leaves.

    >>> from symcost.formula import read
    >>> [text(ceil_log2(read(leaves))) for leaves in ("1", "5", "8", "H", "4*H")]
    ['0', '3', '3', 'ceil(log2(H))', 'ceil(log2(H)) + 2']
    """
    return Integer((int(number) - 1).bit_length()) if number.is_Integer else normal(ceiling(log(number, 2)))


def _latency(name: str, value: Any) -> Expr:
    expected = "a whole number from 0 on, or an expression of dimensions"
    if isinstance(value, bool) or not isinstance(value, int | Expr):
        raise DimensionError(f"{value!r}", where=f"latency of {name!r}", expected=expected)
    latency = Integer(value) if isinstance(value, int) else in_dimensions(value)
    if latency.is_negative or latency.is_integer is False or latency.is_finite is False:
        raise DimensionError(text(latency), where=f"latency of {name!r}", expected=expected)
    return latency


def _known_depth(operation: Priced) -> Expr:
    if operation.depth is None:
        raise UnpricedError("its depth is not known", where=f"node {operation.label!r}", remedy="give it depth=...")
    return operation.depth


# --- how many numbers are folded into one ----------------------------------------------------------------------------


def _gone(axes: Sequence[Axis], gone: set[int]) -> Expr:
    """The most numbers that axes at these places have for one place of the others: of ragged rows, the longest."""
    known: dict[int, Expr] = {place: axes[place].size for place in gone}
    for row, column, band in bands(axes):
        rows, columns = axes[row].size, axes[column].size
        if {row, column} <= gone:
            known |= {row: ONE, column: band.pairs(rows, columns)}
        elif column in gone:
            known[column] = band.longest_row(rows, columns)
        elif row in gone:
            known[row] = band.transposed.longest_row(columns, rows)
    return normal(Mul(*known.values()))


def _einsum(operation: Einsum, inputs: tuple[Axes, ...]) -> Folding:
    axes, names = operation.union(inputs)
    gone = {place for place, name in enumerate(names, len(axes) - len(names)) if name in operation.summed}
    return Folding("multiply", "add", _gone(axes, gone))


def _reduce(operation: Reduce, inputs: tuple[Axes, ...]) -> Folding:
    (axes,) = inputs
    return Folding(None, operation.function, _gone(axes, {place % len(axes) for place in operation.places}))


def _overlap_add(operation: OverlapAdd, inputs: tuple[Axes, ...]) -> Folding:
    """The sums start from zero: one number more than fall on one place."""
    (axes,) = inputs
    geometry = zip(
        (place % len(axes) for place in operation.places), operation.strides, operation.dilations, strict=True
    )
    most = Mul(*(_overlaps(axes[place].size, axes[place + 1].size, *steps) for place, *steps in geometry))
    return Folding(None, "add", normal(most + 1))


def _overlaps(windows: Expr, width: Expr, stride: Expr, dilation: Expr) -> Expr:
    """The most numbers of windows that fall on one place: pairs of i and k with one and the same i stride + k dilation.

    Those are (d, -s) apart in i and k, with s and d without their common divisor.

    Raises:
        UndecidedError: what the stride and the dilation have in common is not known.
    """
    common = _common_divisor(stride, dilation)
    return Min(ceiling(normal(windows * common / dilation)), ceiling(normal(width * common / stride)))


def _common_divisor(first: Expr, second: Expr) -> Expr:
    if first.is_Integer and second.is_Integer:
        return Integer(math.gcd(int(first), int(second)))
    for smaller, larger in ((first, second), (second, first)):
        if normal(larger / smaller).is_integer:
            return smaller
    raise UndecidedError(
        f"what {text(first)} and {text(second)} have in common is not known", where="numbers that fall on one place",
        expected="a stride and a dilation of which one divides the other", remedy="give numbers for them",
    )  # fmt: skip


_Rule: TypeAlias = Callable[[Any, tuple[Axes, ...]], Folding]

FOLDINGS: dict[type[Operation], _Rule] = {
    Elementwise: lambda operation, _: Folding(operation.function),
    Einsum: _einsum,
    Reduce: _reduce,
    ArgMax: lambda operation, inputs: Folding(None, "maximum", inputs[0][operation.place].size),
    Gather: lambda _, __: Folding(None),
    OverlapAdd: _overlap_add,
    ScatterAdd: lambda _, inputs: Folding(None, "add", normal(elements(inputs[0]) + 1)),  # all on one row at worst
}
"""What each operation that computes does for one number that comes out."""
