"""The unrolled graph of a network whose sizes are not all given: if it is the same whatever they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx

from symcost.drawing.unrolling import unrolled_cells
from symcost.errors import DimensionError, ShapeError
from symcost.network import Network

_TRIED = (2, 4, 1, 3, 6)  # sizes of what is not given


def settled(network: Network, times: Mapping[str, Any]) -> networkx.DiGraph:
    """The unrolled graph at sizes of the dimensions of time, if it is the same whatever the others are.

    Each that is not given is tried at two sizes.

    >>> import symcost as sc
    >>> settled(sc.architecture("rnn"), {"T": 3}).number_of_nodes()
    9

    Raises:
        DimensionError: it is not; the dimensions that decide it are named.
    """
    missing = [symbol.name for symbol in network.dimensions if symbol.name not in times]
    found = None
    for number in _TRIED:
        usual = dict.fromkeys(missing, number)
        try:
            found = unrolled_cells(network.at(**usual) if usual else network, times)
            break
        except (DimensionError, ShapeError):
            if not missing:
                raise
    deciding = [] if found is None else [name for name in missing if not _is_same(network, times, usual, name, found)]
    if found is None or deciding:
        raise DimensionError(
            f"the picture depends on {', '.join(deciding or missing)}", expected="their sizes",
            remedy=f"give them, such as at={{{(deciding or missing)[0]!r}: 2}}",
        )  # fmt: skip
    return found


def _is_same(
    network: Network, times: Mapping[str, Any], usual: Mapping[str, int], name: str, found: networkx.DiGraph
) -> bool:
    """Whether the unrolled graph stays as it is found with another size of one dimension."""
    for number in _TRIED:
        if number != usual[name]:
            try:
                other = unrolled_cells(network.at(**{**usual, name: number}), times)
            except (DimensionError, ShapeError):
                continue
            return bool(networkx.utils.graphs_equal(other, found))
    return False
