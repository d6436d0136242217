"""The factors of axes of which some are ragged: two axes in a band are one factor, the pairs that the band holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from symcost.analysis.reasons import Factor, Meanings, factors
from symcost.axes import Axes, bands, elements, picked
from symcost.bands import Band
from symcost.expressions import ONE, normal
from symcost.notation import text


def paired_factors(
    axes: Axes, meanings: Meanings, summed: Collection[int] = (), parts: Collection[int] = ()
) -> tuple[Factor, ...]:
    """The factors of axes; some places are ``summed`` over, some are ``parts`` of longer axes.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> T, w = dimension("T"), dimension("w")
    >>> for factor in paired_factors((Axis("t", T), Axis("s", T, Band(w - 1, T - T), -1)), {}):
    ...     print(factor.size, factor.reason, sep=": ")
    T*w - w**2/2 + w/2: pairs of time steps, none later and none w or more before
    """
    rows = {min(row, column): (row, column, band) for row, column, band in bands(axes)}
    paired = {place for row, column, _ in rows.values() for place in (row, column)}
    found: list[Factor] = []
    for place, axis in enumerate(axes):
        if place in rows:
            row, column, band = rows[place]
            ending = ("", "one of each summed over", "summed over")[(row in summed) + (column in summed)]
            found.append(
                Factor(band.pairs(axes[row].size, axes[column].size), _said(axes, rows[place], meanings, ending))
            )
        elif place not in paired:
            note = "summed over" if place in summed else ""
            found += factors(axis, meanings, whole=place not in parts, note=note)
    return tuple(found)


def fewer_factors(axes: Axes, meanings: Meanings, places: Sequence[int]) -> tuple[Factor, ...]:
    """The factors of a reduction over some places: for each output one operation less than there are numbers.

    >>> from symcost.axes import Axis
    >>> from symcost.dimensions import dimension
    >>> T = dimension("T")
    >>> for factor in fewer_factors((Axis("t", T), Axis("s", T, Band(None, T - T), -1)), {}, [-1]):
    ...     print(factor.size, factor.reason, sep=": ")
    T**2/2 - T/2: pairs of time steps, none later, less one for each that asks
    """
    gone = {place % len(axes) for place in places}
    split = [each for each in bands(axes) if len(gone.intersection(each[:2])) == 1]
    inside = sorted({*gone, *(place for row, column, _ in split for place in (row, column))})
    before, after = (elements(picked(axes, chosen)) for chosen in (inside, [p for p in inside if p not in gone]))
    rest = picked(axes, [place for place in range(len(axes)) if place not in inside])
    less = {each: f"less one for each that {'asks' if each[1] in gone else 'is asked'}" for each in split}
    said = [_said(axes, each, meanings, ending) for each, ending in less.items()]
    if said and len(inside) > 2:  # more is reduced than one axis of pairs
        said = [f"numbers for {' and '.join(said)}"]
    reason = said[0] if said else "one less than there are numbers"
    return (*paired_factors(rest, meanings), Factor(normal(before - after), reason))


def _said(axes: Axes, pair: tuple[int, int, Band], meanings: Meanings, ending: str) -> str:
    """What the pairs are pairs of, and which there are; then what else there is to say of them."""
    row, column, band = pair
    asking, asked = (" of ".join(each.reason for each in factors(axes[place], meanings)) for place in (row, column))
    of = asking if asking == asked else f"{asking} and {asked}"
    return ", ".join(filter(None, (f"pairs of {of}", _bounds(band, alone=not ending), ending)))


def _bounds(band: Band, *, alone: bool) -> str:
    """Which pairs a band holds, in words: how much later or earlier than what asks no step of them is."""
    before, after = (None if reach is None else text(normal(reach + ONE)) for reach in (band.before, band.after))
    if before == after:
        return (
            "" if before is None else "each with itself" if before == "1" else f"none {before} or more before or after"
        )
    late = None if after is None else "none later" if after == "1" else f"none {after} or more after"
    early = None if before is None else "none earlier" if before == "1" else f"none {before} or more before"
    than = " than the one that asks" if alone and (before, after) in ((None, "1"), ("1", None)) else ""
    return " and ".join(filter(None, (late, early))) + than
