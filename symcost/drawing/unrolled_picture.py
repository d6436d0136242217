"""The picture of an unrolled network: time to the right, layers upwards, the longest way marked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import networkx
from sympy import Rational, Symbol

from symcost.dimensions import index
from symcost.drawing.description import Critical, Edge, Grid, Key, Kind, Node, Picture
from symcost.drawing.unrolling import Cell
from symcost.expressions import ONE


def unrolled_picture(
    graph: networkx.DiGraph, feedback: Iterable[tuple[int, int]], shares: Mapping[Key, Rational]
) -> tuple[Picture, Grid]:
    """The picture of an unrolled graph, and where its nodes stand.

    ``feedback`` are edges from a step's output to the next one's input; ``shares`` are those of layers, all steps
    together.
    """
    cells: dict[int, Cell] = dict(graph.nodes(data="cell"))
    back = list(feedback)
    whole = graph.copy()
    whole.add_edges_from(back)
    way = longest_way(whole)
    marks = {True: Critical.YES, False: Critical.NO}
    nodes = [
        Node(
            _key(number), cell.row.name, cell.row.kind, "backwards" if cell.row.is_backwards else "",
            share=shares.get(cell.row.names), is_free=cell.row.kind is not Kind.LAYER,
            critical=marks[number in way and cell.row.kind is Kind.LAYER],
        )
        for number, cell in cells.items()
    ]  # fmt: skip
    on_way = set(itertools.pairwise(way))
    edges = [
        Edge(_key(one), _key(other), delays=(ONE,) * ((one, other) in back), critical=marks[(one, other) in on_way])
        for one, other in whole.edges
    ]
    return Picture(tuple(nodes), tuple(edges)), _grid(graph, cells)


def longest_way(graph: networkx.DiGraph) -> list[int]:
    """The nodes on the longest way, each layer at each step being a step of computing, inputs and outputs none."""
    weighted = networkx.DiGraph()
    for number, cell in graph.nodes(data="cell"):
        weight = int(cell.row.kind is Kind.LAYER)
        weighted.add_weighted_edges_from((one, number, weight) for one in (-1, *graph.predecessors(number)))
    return list(networkx.dag_longest_path(weighted, weight="weight"))[1:]


# --- where nodes stand -----------------------------------------------------------------------------------------------


def _key(number: int) -> Key:
    return (f"cell {number}",)


def _grid(graph: networkx.DiGraph, cells: Mapping[int, Cell]) -> Grid:
    """Columns by time, a block of them for each of its dimensions; rows by who reads whom."""
    blocks: dict[Symbol, tuple[float, int]] = {}
    reached = 0
    for over in dict.fromkeys(cell.row.over for cell in cells.values() if cell.row.over):
        steps = max(cell.steps for cell in cells.values() if cell.row.over == over)
        blocks[over] = reached, steps
        reached += steps + 1
    ranks = _ranks(graph, cells)
    places: dict[int, tuple[float, int]] = {}
    for number, cell in cells.items():
        if cell.row.over:
            begin, steps = blocks[cell.row.over]
            places[number] = begin + (cell.step + 0.5) * steps / cell.steps - 0.5, ranks[cell.row.number]
    for number, cell in cells.items():
        if not cell.row.over:
            near = graph.successors(number) if cell.row.kind is Kind.INPUT else graph.predecessors(number)
            places[number] = _beside(cell, [places[each] for each in near if each in places], ranks, places.values())
    rows = sorted({row for _, row in places.values()})  # without those that are empty
    headings = {
        begin + step: (index(over.name.lower()), f" = {step + 1}") if not step else f"{step + 1}"
        for over, (begin, steps) in blocks.items() for step in range(steps)
    }  # fmt: skip
    return Grid({_key(number): (column, rows.index(row)) for number, (column, row) in places.items()}, headings)


def _ranks(graph: networkx.DiGraph, cells: Mapping[int, Cell]) -> dict[int, int]:
    """The rank of each row: above those that it reads and that were met before it, and no other's in its time.

    Outputs are above all.
    """
    ranks: dict[int, int] = {}
    full: set[tuple[Symbol | None, int]] = set()
    for number, cell in cells.items():  # in the order of computing
        row = cell.row
        if row.kind is Kind.OUTPUT or row.number in ranks:
            continue
        before = (cells[each].row.number for each in graph.predecessors(number))
        rank = 1 + max((ranks[other] for other in before if other in ranks), default=-1)
        while row.kind is Kind.LAYER and row.over and (row.over, rank) in full:
            rank += 1
        full.add((row.over, rank))
        ranks[row.number] = rank
    top = max(ranks.values(), default=-1) + 1
    return {cell.row.number: ranks.get(cell.row.number, top) for cell in cells.values()}


def _beside(
    cell: Cell, near: list[tuple[float, int]], ranks: Mapping[int, int], taken: Iterable[tuple[float, int]]
) -> tuple[float, int]:
    """Where a node stands that is there once: an input before the first that reads it, others amid what they read."""
    full = set(taken)
    column, rank = min(near, default=(0.0, 0))
    if cell.row.kind is Kind.INPUT:
        column, onwards = column - 1, -1
    else:
        columns = [each for each, _ in near]
        column = sum(columns) / max(len(columns), 1) if cell.row.kind is Kind.LAYER else max(columns, default=0.0)
        rank, onwards = ranks[cell.row.number], 1
    while any(abs(column - other) < 1 and rank == row for other, row in full):
        column += onwards
    return column, rank
