"""The unrolled graph of a network whose sizes are not all given: if it is the same whatever they are."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import networkx

from symcost.drawing.unrolling import unrolled_cells
from symcost.errors import DimensionError, ShapeError
from symcost.network import Network

_TRIED = (2, 4, 1, 3, 6)  # sizes of what is not given
_ENOUGH = 2  # other sizes that make no difference


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
    if not missing:
        return unrolled_cells(network, times)
    found = next(_graphs(network, times, (dict.fromkeys(missing, number) for number in _TRIED)), None)
    deciding = (
        missing if found is None else [each for each in missing if not _is_same(network, times, missing, each, found)]
    )
    if found is None or deciding:
        given = ", ".join(f"{name}=2" for name in deciding)
        raise DimensionError(
            f"the picture depends on {' and '.join(deciding)}", expected="their sizes" if deciding[1:] else "its size",
            remedy=f"give sizes such as {given}",
        )  # fmt: skip
    return found


def _is_same(
    network: Network, times: Mapping[str, Any], missing: Sequence[str], name: str, found: networkx.DiGraph
) -> bool:
    """Whether the unrolled graph stays as it is found with another size of one dimension, the others as they were.

    Where no other size fits these, they are changed too.
    """
    alone = (
        {**dict.fromkeys(missing, usual), name: number} for usual in _TRIED for number in _TRIED if number != usual
    )
    others = list(itertools.islice(_graphs(network, times, alone), _ENOUGH))
    return bool(others) and all(networkx.utils.graphs_equal(other, found) for other in others)


def _graphs(
    network: Network, times: Mapping[str, Any], tried: Iterable[Mapping[str, int]]
) -> Iterator[networkx.DiGraph]:
    """The unrolled graphs at those sizes at which the network exists."""
    for sizes in tried:
        with contextlib.suppress(DimensionError, ShapeError):
            yield unrolled_cells(network.at(**sizes), times)
