"""Drawings of networks unrolled over a few steps of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import networkx

from symcost.dimensions import dimension, is_time
from symcost.drawing.description import Critical, Edge, Kind
from symcost.drawing.drawing import Drawing
from symcost.drawing.network import View, picture
from symcost.drawing.settled import settled
from symcost.drawing.unrolled_picture import unrolled_picture
from symcost.errors import DimensionError, SymcostError
from symcost.network import Network
from symcost.readings import Reading
from symcost.render.sheet import Prose, legend


def drawn_over_time(
    network: Network, feedback: Sequence[Edge], steps: int, chosen: Reading, at: Mapping[str, Any]
) -> Drawing:
    """A drawing with so many steps in each dimension of time that is not given.

    ``feedback`` are edges from outputs to inputs, which lead from each step to the next one.

    Raises:
        DimensionError: nothing counts time, or a size is missing where the picture depends on it.
        RenderError: the picture would be too large, or something is run anew on every prefix.
    """
    times = {symbol.name: steps for symbol in network.dimensions if is_time(symbol)}
    where = f"network {network.name!r}, unrolled"
    if not times:
        raise DimensionError(
            "no dimension counts time", where=where, expected="inputs over T, T_self, ...",
            remedy="give the length of an input a symbol such as sc.T",
        )  # fmt: skip
    others = {name: size for name, size in at.items() if name not in times}
    times |= {name: size for name, size in at.items() if name in times}
    network = network.at(**others) if others else network
    try:
        graph = settled(network, times)
        back = [pair for edge in feedback for pair in _feedback(graph, -1 - int(edge.start[0]), int(edge.end[0]))]
    except SymcostError as error:
        raise error.within(where) from None
    small = network.at(**times)
    total = None if small.total.unknown("work") else chosen.read(small.equation())
    folded = picture(small.equation(), View(chosen, total, levels=_EVERY_LEVEL))
    shares = {node.key: node.share for node in folded.every_node() if node.share is not None}
    drawn, grid = unrolled_picture(graph, back, shares)
    depth = sum(node.critical is Critical.YES for node in drawn.nodes)
    notes: list[Prose] = [f"Thick: a longest way, {depth} layer step{'s' * (depth != 1)}."] if depth else []
    if any(node.share for node in drawn.nodes):
        notes += ["The darker a layer, the larger its share of the work, all steps together.", chosen.line()]
    if back:
        notes.append("Dashed: the output of a step is the next one's input.")
    return Drawing(f"{network.name}, unrolled", drawn, (*notes, *legend(map(dimension, times))), grid)


_EVERY_LEVEL = 99


def _feedback(graph: networkx.DiGraph, made: int, taken: int) -> list[tuple[int, int]]:
    """From each step of an output to the next step of an input."""
    rows: dict[Kind, list[int]] = {Kind.INPUT: [], Kind.OUTPUT: []}
    numbers = {(cell.row.number, cell.step): number for number, cell in graph.nodes(data="cell")}
    for _, cell in graph.nodes(data="cell"):
        if cell.row.kind in rows and cell.row.number not in rows[cell.row.kind]:
            rows[cell.row.kind].append(cell.row.number)
    one, other = rows[Kind.OUTPUT][made], rows[Kind.INPUT][taken]
    return [
        (number, numbers[other, step + 1])
        for (row, step), number in numbers.items()
        if row == one and (other, step + 1) in numbers
    ]
