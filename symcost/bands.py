"""Bands: which pairs of places of two axes belong together, and how many pairs that are.

Attention that must not look ahead, or not far, pairs each step t only with the steps s from t - before to t + after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Min, Symbol

from symcost.conditions import Condition, at_most, decided, undecided
from symcost.errors import ShapeError
from symcost.expressions import ONE, ZERO, normal, resized_fields
from symcost.notation import text


@dataclass(frozen=True, slots=True)
class Band:
    """The pairs of a row t and a column s with t - before <= s <= t + after; None is no bound.

    >>> from symcost.dimensions import dimension
    >>> T, w = dimension("T"), dimension("w")
    >>> Band(None, ZERO).pairs(T, T), Band(w - 1, ZERO).pairs(T, T)
    (T**2/2 + T/2, T*w - w**2/2 + w/2)
    """

    before: Expr | None
    after: Expr | None

    def pairs(self, rows: Expr, columns: Expr) -> Expr:
        """How many pairs there are: all, less the corner that is too early and the one that is too late.

        Raises:
            ShapeError: a row has no column, or whether a corner ends at the rows or at the columns cannot be decided.
        """
        if self.before is not None and decided(at_most(rows - self.before, columns)) is False:
            raise ShapeError(
                f"{text(rows)} steps, each asking {text(self.before)} before it and none earlier, of {text(columns)}",
                expected="one at least for each",
            )
        late = ZERO if self.after is None else _corner(columns - 1 - self.after, rows)
        early = ZERO if self.before is None else _corner(rows - 1 - self.before, columns)
        return normal(rows * columns - late - early)

    @property
    def transposed(self) -> Band:
        """The same pairs, seen from the columns."""
        return Band(self.after, self.before)

    def longest_row(self, rows: Expr, columns: Expr) -> Expr:
        """The most columns that one row has: before + 1 + after, unless the axes end first.

        >>> from symcost.dimensions import dimension
        >>> T, w = dimension("T"), dimension("w")
        >>> Band(None, ZERO).longest_row(T, T), Band(w - 1, ZERO).longest_row(T, T), Band(w, w).longest_row(T, T)
        (T, w, Min(T, 2*w + 1))
        """
        ends = [columns]
        if self.after is not None:
            ends.append(rows + self.after)  # the last row's
        if self.before is not None:
            ends.append(columns + self.before)  # the first row's
        if self.before is not None and self.after is not None:
            ends.append(self.before + ONE + self.after)
        granted = self.conditions(rows, columns)
        kept: list[Expr] = []
        for end in ends:
            if not any(_certain(other, end, granted) for other in kept):
                kept = [other for other in kept if not _certain(end, other, granted)] + [end]
        return normal(Min(*kept))

    def conditions(self, rows: Expr, columns: Expr) -> tuple[Condition, ...]:
        """What must hold of the sizes: no bound reaches further than the axes are long, and each row has a column."""
        late = [] if self.after is None else [at_most(self.after + 1, columns)]
        early = [] if self.before is None else [at_most(self.before + 1, rows), at_most(rows - self.before, columns)]
        return undecided([*late, *early])

    def holds(self, row: int, column: int) -> bool:
        """Whether a row and a column belong together; the bounds are numbers."""
        return (self.before is None or column >= row - int(self.before)) and (
            self.after is None or column <= row + int(self.after)
        )

    def at_sizes(self, sizes: Mapping[Symbol, Expr]) -> Band:
        """The same band at given sizes."""
        return resized_fields(self, sizes)  # type: ignore[no-any-return]


def _certain(smaller: Expr, larger: Expr, granted: tuple[Condition, ...]) -> bool:
    """Whether one size is at most another, where what is granted holds."""
    asked = at_most(smaller, larger)
    return bool(decided(asked)) or asked in granted


def _corner(side: Expr, limit: Expr) -> Expr:
    """The pairs in a corner of the rectangle: side + (side - 1) + ..., for at most ``limit`` lines.

    A side that may be negative is none where it is a number; elsewhere it is a condition that it is not.
    """
    if normal(side).is_nonpositive:
        return ZERO
    if decided(at_most(side, limit)):
        lines = side
    elif decided(at_most(limit, side)):
        lines = limit
    else:
        raise ShapeError(
            f"a band over {text(limit)} steps with a corner of {text(normal(side))}",
            expected="sizes of which it is known whether the corner ends first",
            remedy="give both axes one size, or numbers",
        )
    return normal(lines * side - lines * (lines - ONE) / 2)
