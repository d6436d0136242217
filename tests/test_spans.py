"""Which places an operation reads, against its execution on labels of places: every operation of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
from sympy import Integer

import symcost as sc
from symcost.addressing import ArgMax
from symcost.analysis.latency import Latencies
from symcost.analysis.places import Linear
from symcost.analysis.spans import _RULES, spans
from symcost.axes import Axes, bands
from symcost.cost import Cost
from symcost.dependence import Dependence
from symcost.equation import Equation
from symcost.operations import Operation, Priced
from symcost.structure import Call
from symcost.tensor import Node, record
from symcost.unrolled import Origins
from symcost.views import Broadcast, Detached, Flip

LOOSE = {"Gather", "ScatterAdd", "Pad", "OverlapAdd", "Rearrange", "AssociativeScan", "Upsample"}  # bounds, not tight


class Labels(Origins):
    """The places of the inputs that each number is made of; no operation is a result of its own."""

    def advance(self, x: Any, name: str, latency: int, work: Any) -> Any:
        return x


def labelled(number: int, axes: Axes) -> np.ndarray:
    """An input with the label of each place at it, None outside of bands."""
    found = np.empty(tuple(int(axis.size) for axis in axes), dtype=object)
    for place in np.ndindex(found.shape):
        within = all(
            (band.before is None or place[column] >= place[row] - band.before)
            and (band.after is None or place[column] <= place[row] + band.after)
            for row, column, band in bands(axes)
        )
        found[place] = frozenset([(number, place)]) if within else None
    return found


def nodes(equation: Equation) -> Iterator[Node]:
    """The operations of an equation, those of its layers and within its loops too."""
    for node in equation.nodes:
        inner = node.operation.equation if isinstance(node.operation, Call) else getattr(node.operation, "step", None)
        if isinstance(inner, Equation):
            yield from nodes(inner)
        elif type(node.operation) in _RULES:
            yield node


def of_layer(name: str) -> list[Node]:
    """One of each kind of operation and shape in a layer of the catalogue, at small sizes."""
    layer = sc.CATALOGUE[name].example()
    inputs = layer.example_inputs()
    network = sc.Network("net", inputs, layer(*inputs))
    names = [symbol.name for symbol in sorted(network.dimensions, key=str)]
    equation = _at_fitting(network, names).equation()
    distinct = {(node.operation, *(tensor.axes for tensor in node.inputs)): node for node in nodes(equation)}
    return [node for node in distinct.values() if node.inputs and _size(node) < 3_000]


def _at_fitting(network: sc.Network, names: list[str]) -> sc.Network:
    """At sizes that all differ, if such fit the layer."""
    different = {name: 2 + 2 * number for number, name in enumerate(names)}
    for sizes in (different, dict.fromkeys(names, 4)):
        try:
            return network.at(**sizes)
        except sc.ShapeError:
            continue
    return network.at(**{name: 2 if name == "K" else 4 for name in names})


def _size(node: Node) -> int:
    return max(math.prod(int(axis.size) for axis in tensor.axes) for tensor in (*node.inputs, *node.outputs))


def at(place: Linear, where: tuple[int, ...]) -> Any:
    return place.offset + sum(step * where[axis] for axis, step in place.steps)


NAMES = sorted(n for n, each in sc.CATALOGUE.items() if each.__module__.startswith("symcost."))


def check(node: Node) -> None:
    """What comes out at each place is made of places within the spans, and reaches both of their ends."""
    inputs, outputs = (tuple(tensor.axes for tensor in each) for each in (node.inputs, node.outputs))
    given = [labelled(number, axes) for number, axes in enumerate(inputs)]
    (made, *_) = Dependence(Labels(nx.DiGraph()), Latencies("operation")).visit(node, given, "", "each")
    said = spans(node.operation, inputs, outputs)
    for where in np.ndindex(np.shape(made)):
        read = made[where] or ()
        for number, of_input in enumerate(said):
            places = [place for which, place in read if which == number]
            for axis, span in enumerate(of_input if places else ()):
                first, last = math.ceil(at(span.first, where)), math.floor(at(span.last, where))
                found = [place[axis] for place in places]
                assert first <= min(found) and max(found) <= last, (node.operation, where, number, axis)
                if type(node.operation).__name__ not in LOOSE:
                    whole = max(first, 0), min(last, int(inputs[number][axis].size) - 1)
                    assert (min(found), max(found)) == whole, (node.operation, where, number, axis)


@pytest.mark.parametrize("name", NAMES)
def test_an_operation_reads_what_is_said_and_nothing_else(name: str) -> None:
    for node in of_layer(name):
        check(node)


X = sc.Input(3, 4, 2)
OTHERS = [Flip(-2), Flip(0), ArgMax(-1), ArgMax(0), Detached(), Broadcast((-2,), ("n",), (Integer(5),))]


@pytest.mark.parametrize("operation", OTHERS, ids=repr)
def test_so_it_is_with_operations_of_no_layer(operation: Operation) -> None:
    (made,) = record(operation, X)
    assert made.node is not None
    check(made.node)


def test_nearly_every_operation_is_met() -> None:
    met = {type(node.operation) for name in NAMES for node in of_layer(name)} | set(map(type, OTHERS))
    unmet = {each.__name__ for each in _RULES.keys() - met}
    assert unmet == {"Weight", "Constant", "Priced", "ScatterAdd"}  # without inputs, or of every place


def test_of_what_is_only_priced_every_place_is_read() -> None:
    priced = Priced("net", Cost(), None, (sc.H,))
    ((span,),) = spans(priced, (sc.Input(5).axes,), priced.outputs(sc.Input(5).axes))
    assert (span.first.offset, span.last.offset) == (0, 4)
