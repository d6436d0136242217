"""Why a cost has the factors that it has: one for each axis that an operation runs over, each with its reason.

The reason of a dimension stands in the table of dimensions. What an axis is that the table cannot know, a layer says
in ``axis_meanings``: by the name of the axis or of a weight, for its first axis. A number in front, as in
``"4 gates of hidden channels"``, is a factor of its own: sizes alone do not say what it counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sympy import Expr, Integer, Symbol

from symcost.axes import Axis
from symcost.dimensions import DIMENSIONS, dimension, meaning
from symcost.expressions import ONE, normal
from symcost.operations import Elementwise
from symcost.tensor import Tensor
from symcost.views import Slice

Meanings = Mapping[str, str]

_COUNTED = re.compile(r"(?P<number>\d+) (?P<what>.+?)(?: of (?P<rest>.+))?")
_SHARING = {"N": "heads", "G": "groups"}  # dimensions among which channels are shared out


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a cost, and why it is there; ``explained`` is False for a number of which nobody says what it is."""

    size: Expr
    reason: str
    explained: bool = True


def factors(axis: Axis, meanings: Meanings, key: str = "", *, whole: bool = True, note: str = "") -> tuple[Factor, ...]:
    """The factors of an axis; those of a ``whole`` axis may have a number in front, those of a part of it not.

    >>> H = dimension("H")
    >>> for factor in factors(Axis("g", 4 * H), {"g": "4 gates of hidden channels"}, note="summed over"):
    ...     print(factor.size, factor.reason, sep=": ")
    4: gates, summed over
    H: hidden channels, summed over
    """
    said = meanings.get(key) or meanings.get(axis.name.rstrip("'"), "")
    counted = _COUNTED.fullmatch(said)
    rest = (counted["rest"] or "") if counted else said
    found = _split(axis.size, axis.name, counted if whole else None, rest)
    return tuple(replace(factor, reason=f"{factor.reason}, {note}") for factor in found) if note else found


def _split(size: Expr, name: str, counted: re.Match[str] | None, rest: str) -> tuple[Factor, ...]:
    number, symbols = size.as_coeff_Mul()
    if counted and (symbols != ONE or counted["rest"]):
        count = Integer(counted["number"])
        if number.is_Integer and number % count == 0:
            return (Factor(count, counted["what"]), *_split(normal(size / count), name, None, rest))
    powers = size.as_powers_dict()
    known = all(symbol.is_Symbol and meaning(symbol) and power == ONE for symbol, power in powers.items())
    if known and len(powers) > 1:
        return tuple(Factor(symbol, meaning(symbol)) for symbol in sorted(powers, key=lambda each: str(each.name)))
    explained = ONE in (number, symbols) or not number.is_Integer
    return (Factor(size, rest or _meaning(size, name), explained),)


def _meaning(size: Expr, name: str) -> str:
    """What a size is: what the table says of the dimension, or of the one after which the axis is called."""
    if isinstance(size, Symbol) and meaning(size):
        return meaning(size)
    plain = name.rstrip("'")
    called = (DIMENSIONS[each].meaning for each in (plain.capitalize(), plain[:1].upper()) if each in DIMENSIONS)
    shared = [of for each, of in _SHARING.items() if size.as_numer_denom()[1].has(dimension(each))]
    return next(called, f"places along {plain}") + "".join(f" of each of the {of}" for of in shared)


def parts(tensor: Tensor) -> set[int]:
    """The places of a tensor's axes that are stretches of longer ones."""
    count = len(tensor.axes)
    return {place for place in range(count) if _is_part(tensor, place - count)}


def _is_part(tensor: Tensor, place: int) -> bool:
    """Whether an axis, by its place from the end, is a stretch of a longer one."""
    node = tensor.node
    if node is None or not isinstance(node.operation, Slice | Elementwise):
        return False
    if isinstance(node.operation, Slice):
        return node.operation.place == place or _is_part(node.inputs[0], place)
    return any(-place <= len(x.axes) and x.axes[place].size != ONE and _is_part(x, place) for x in node.inputs)
