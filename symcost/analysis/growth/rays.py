"""The extreme rays of a cone, in whole numbers.

The double description method (Motzkin, Raiffa, Thompson and Thrall, 1953): inequalities are put in one after another;
each keeps the rays on its side, and makes a new ray of each pair of neighbours that it parts.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from symcost.errors import UndecidedError

Vector: TypeAlias = tuple[int, ...]

_MOST_RAYS = 500


def dot(first: Sequence[Any], second: Sequence[Any]) -> Any:
    """The scalar product."""
    return sum(a * b for a, b in zip(first, second, strict=True) if a and b)


def whole(vector: Iterable[Fraction | int]) -> Vector:
    """The same direction in whole numbers without a common factor.

    >>> whole([Fraction(1, 2), 2])
    (1, 4)
    """
    entries = [Fraction(entry) for entry in vector]
    scale = math.lcm(*(entry.denominator for entry in entries))
    numbers = [int(entry * scale) for entry in entries]
    common = math.gcd(*numbers) or 1
    return tuple(number // common for number in numbers)


@functools.lru_cache(maxsize=1024)
def extreme_rays(size: int, rows: tuple[Vector, ...]) -> tuple[Vector, ...]:
    """The extreme rays of the vectors x >= 0 of that size for which every row says row . x >= 0.

    >>> extreme_rays(2, ((1, -1),))
    ((1, 0), (1, 1))

    Raises:
        UndecidedError: there are more than 500 of them.
    """
    sides = [tuple(int(i == j) for j in range(size)) for i in range(size)]  # x_i >= 0; and the rays that they have
    rays, put_in = list(sides), list(sides)
    for row in rows:
        put_in.append(row)
        rays = _cut(rays, row, put_in)
        if len(rays) > _MOST_RAYS:
            raise UndecidedError(f"relations that part more than {_MOST_RAYS} directions", expected="fewer relations")
    return tuple(rays)


def _cut(rays: list[Vector], row: Vector, put_in: list[Vector]) -> list[Vector]:
    values = [dot(row, ray) for ray in rays]
    if min(values, default=0) >= 0:
        return rays
    touching = [frozenset(j for j, each in enumerate(put_in[:-1]) if dot(each, ray) == 0) for ray in rays]
    kept = [ray for ray, value in zip(rays, values, strict=True) if value >= 0]
    for i, above in enumerate(values):
        for j, below in enumerate(values):
            if above > 0 > below and _neighbours(i, j, touching):
                kept.append(whole(above * b - below * a for a, b in zip(rays[i], rays[j], strict=True)))
    return list(dict.fromkeys(kept))


def _neighbours(i: int, j: int, touching: list[frozenset[int]]) -> bool:
    """Whether two rays lie on one edge: no third touches all that both touch."""
    both = touching[i] & touching[j]
    return not any(both <= other for k, other in enumerate(touching) if k not in (i, j))
