"""Where the sliders begin and end."""

from __future__ import annotations

from typing import NamedTuple

from sympy import Symbol

from symcost.dimensions import is_time


class Reach(NamedTuple):
    """The size at which a slider begins, and the power of two at which it ends; larger sizes are typed."""

    begin: int
    power: int


_CHANNELS = Reach(64, 16)
_KERNEL = Reach(4, 6)
_REACHES = {
    "B": Reach(1, 16),
    "L": Reach(4, 8),
    "X": Reach(32, 14),
    "Y": Reach(32, 14),
    "Z": Reach(32, 14),
    "N": Reach(8, 8),
    "F": Reach(256, 16),
    "G": Reach(4, 8),
    "V": Reach(32768, 20),
    **dict.fromkeys(("K", "K_x", "K_y", "K_z"), _KERNEL),
    **dict.fromkeys(("H", "I", "J", "C", "D", "E", "M", "P", "Q"), _CHANNELS),
}  # powers of two, of which each divides the larger ones: most networks exist at all of them
_TIME = Reach(128, 20)
_OTHER = Reach(256, 20)


def reach(symbol: Symbol) -> Reach:
    """Where the slider of a dimension begins and ends.

    >>> from symcost.dimensions import dimension
    >>> reach(dimension("T_self")), reach(dimension("H"))
    (Reach(begin=128, power=20), Reach(begin=64, power=16))
    """
    return _REACHES.get(symbol.name) or (_TIME if is_time(symbol) else _OTHER)
