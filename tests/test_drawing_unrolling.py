"""Unrolled pictures: who reads whom is what the execution of all results says, and as deep as the network is."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import drawings
import networkx as nx
import pytest
from sized import shapes_of

import symcost as sc
from symcost.drawing.description import Critical, Kind
from symcost.drawing.unrolled_picture import longest_way
from symcost.drawing.unrolling import unrolled_cells
from symcost.unrolled import unrolled

T, H = sc.dimension("T"), sc.dimension("H")
STEPS = 3


def sized(name: str) -> tuple[sc.Network, dict[str, int], sc.Network]:
    """A network with all of its sizes but those of time, those, and the network at all of them."""
    net = drawings.sequences()[name]
    times = {symbol.name: STEPS for symbol in net.dimensions if symbol.name[0] == "T"}
    least = 1 if name == "dnn" else 2  # its results have no step of time, but channels
    others = {symbol.name: least for symbol in net.dimensions if symbol.name not in times}
    net = net.at(**others) if others else net
    return net, times, net.at(**times)


def by_layer(graph: nx.DiGraph) -> nx.DiGraph:
    """The graph of all results, those of a layer at a step of time put together, without those that take no step."""
    owner: dict[int, Any] = {}
    seen: Counter[Any] = Counter()
    for number, told in graph.nodes.items():
        result = told["result"], told["place"]
        seen[result] += 1  # of iterations, each has the same place
        owner[number] = (told["result"], told["place"][:1], seen[result])
    joined = nx.DiGraph()
    joined.add_nodes_from(owner[number] for number in taking_steps(graph))
    for number in taking_steps(graph):
        for other in steps_after(graph, number):
            if owner[number] != owner[other]:
                joined.add_edge(owner[number], owner[other])
    return joined


def taking_steps(graph: nx.DiGraph) -> list[int]:
    return [number for number, latency in graph.nodes(data="latency") if latency]


def steps_after(graph: nx.DiGraph, number: int) -> set[int]:
    """The next results that take a step, through those that do not."""
    found, pending = set(), list(graph.successors(number))
    while pending:
        other = pending.pop()
        if graph.nodes[other]["latency"]:
            found.add(other)
        else:
            pending.extend(graph.successors(other))
    return found


@pytest.mark.parametrize(
    "name", [each for each in drawings.sequences() if each != "language-model-sampling"]
)  # whose cells hand out two tensors each, which are two results
def test_who_reads_whom_is_what_all_results_say(name: str) -> None:
    net, times, small = sized(name)
    graph = unrolled_cells(net, times)
    drawn = graph.subgraph(n for n, cell in graph.nodes(data="cell") if cell.row.kind is Kind.LAYER)
    results = by_layer(unrolled(small, *shapes_of(small), step="layer"))
    assert len(drawn) == len(results)
    assert nx.is_isomorphic(drawn, results)


@pytest.mark.parametrize("name", drawings.sequences())
def test_the_longest_way_is_as_long_as_the_network_is_deep(name: str) -> None:
    net, times, small = sized(name)
    graph = unrolled_cells(net, times)
    steps = [number for number in longest_way(graph) if graph.nodes[number]["cell"].row.kind is Kind.LAYER]
    assert len(steps) == small.depth
    drawing = sc.draw(net, unrolled=STEPS)
    assert sum(node.critical is Critical.YES for node in drawing.picture.nodes) == small.depth
    assert any(f"{small.depth} layer step" in str(note) for note in drawing.notes)


def test_sampling_waits_for_a_whole_step_each_time() -> None:
    net = sc.architecture("language-model")
    drawing = sc.draw(net.sampled(), unrolled=4)
    assert sum(node.critical is Critical.YES for node in drawing.picture.nodes) == net.sampled().depth.subs(T, 4)
    back = [edge for edge in drawing.picture.edges if edge.delays]
    assert len(back) == 3


def test_every_edge_of_a_kernel_is_there() -> None:
    edges = _edges(sc.Sequential("net", sc.Input(T, 1), sc.Conv1d(1, 1, 3, padding="causal", dilation=2)), 6)
    assert edges["Conv1d"] == {(step, step - back) for step in range(6) for back in (0, 2, 4) if step >= back}


def test_attention_asks_all_steps_or_those_before() -> None:
    for causal in (False, True):
        layer = sc.MultiheadAttention(H, 1, is_causal=causal)
        edges = _edges(sc.Sequential("net", sc.Input(T, H), layer), 4)
        expected = {(one, other) for one in range(4) for other in range(4) if other <= one or not causal}
        assert edges["MultiheadAttention"] == expected


def _edges(net: sc.Network, steps: int) -> dict[str, set[tuple[int, int]]]:
    """For each layer, which steps of an input its steps read."""
    net = net.at(**{symbol.name: 2 for symbol in net.dimensions if symbol != T}) if len(net.dimensions) > 1 else net
    graph = unrolled_cells(net, {"T": steps})
    found: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for one, other in graph.edges:
        read, by = graph.nodes[one]["cell"], graph.nodes[other]["cell"]
        if read.row.kind is Kind.INPUT:
            found[by.row.name].add((by.step, read.step))
    return found


def test_a_backward_recurrence_reads_later_steps() -> None:
    graph = unrolled_cells(sc.architecture("bidirectional-rnn").at(H=1, I=1), {"T": 3})
    backwards = [
        (graph.nodes[one]["cell"].step, graph.nodes[other]["cell"].step) for one, other in graph.edges
        if graph.nodes[one]["cell"].row.is_backwards and graph.nodes[other]["cell"].row.is_backwards
    ]  # fmt: skip
    assert sorted(backwards) == [(1, 0), (2, 1)]


def test_time_runs_to_the_right_and_layers_are_above_one_another() -> None:
    drawing = sc.draw(sc.architecture("stacked-rnn").at(L=2), unrolled=4)
    assert drawing.grid
    rows = defaultdict(list)
    for node in drawing.picture.nodes:
        column, row = drawing.grid.places[node.key]
        rows[row].append((column, node.name))
    assert [sorted(rows[row]) for row in range(4)] == [
        [(column, name) for column in range(4)] for name in ("input", "RNN", "RNN", "output")
    ]
    assert list(drawing.grid.headings) == [0, 1, 2, 3]


def test_shares_are_those_of_the_layers() -> None:
    drawing = sc.draw(sc.architecture("language-model"), unrolled=3, at={"E": 8, "H": 8, "V": 16})
    shares = {node.name: node.share for node in drawing.picture.nodes if node.kind is Kind.LAYER}
    folded = sc.draw(sc.architecture("language-model"), at={"E": 8, "H": 8, "V": 16, "T": 3})
    assert shares == {node.name: node.share for node in folded.picture.nodes if node.kind is Kind.LAYER}
