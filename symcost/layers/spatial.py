"""What layers over one, two and three axes have in common: arguments for each axis, padding, windows."""

from __future__ import annotations

from typing import Any, TypeAlias

from sympy import Expr, Integer

from symcost.errors import DimensionError, ShapeError
from symcost.expressions import size

Margin: TypeAlias = "int | Expr"  # may be nothing, so it is no Size
Margins: TypeAlias = list[tuple[Expr, Expr]]  # in front of each axis, and behind it

PADDINGS = ("same", "causal", "valid")
PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


def margin(given: Any, what: str) -> Any:
    """A padding in numbers: like a size, but it may be nothing.

    Raises:
        DimensionError: it is neither.
    """
    if isinstance(given, tuple | list):
        return tuple(margin(each, what) for each in given)
    if given == 0 and not isinstance(given, bool):
        return Integer(0)
    try:
        return size(given, what)
    except DimensionError as error:
        raise DimensionError(error.found, expected="0, a size, or one each for the axes", remedy=error.remedy) from None


def each_axis(layer: Any, name: str) -> tuple[Any, ...]:
    """An argument of a layer for each of its axes: one for all, or one each.

    Raises:
        ShapeError: there are more or fewer than axes.
    """
    given = getattr(layer, name)
    if not isinstance(given, tuple):
        return (given,) * len(layer.axes)
    if len(given) != len(layer.axes):
        raise ShapeError(f"{type(layer).__name__}: {name} has {len(given)} numbers", expected=f"{len(layer.axes)}")
    return given
