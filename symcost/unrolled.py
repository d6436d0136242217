"""The graph of all scalar results at given sizes, unrolled over time: a plain ``networkx.DiGraph``.

Each result that an operation makes is a node, and leads to those that use it; views, weights and inputs are none. It
is what the derived depth and width are checked on, by whatever ``networkx`` computes: it knows no cycle and no delay.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from symcost.analysis.latency import Latencies
from symcost.arithmetic import Array
from symcost.cost import Work
from symcost.dependence import Kept, traversed
from symcost.interpret import Executable

if TYPE_CHECKING:
    import networkx

_NOTHING: frozenset[int] = frozenset()


def _results(x: Any) -> Any:
    return x if x is None or isinstance(x, frozenset) else _NOTHING  # a number that is given


def _joined(first: Any, second: Any) -> Any:
    one, other = _results(first), _results(second)
    return None if one is None or other is None else one | other


def _joined_if_there(first: Any, second: Any) -> Any:
    one, other = _results(first), _results(second)
    return one if other is None else other if one is None else one | other


class Origins(Kept):
    """The results that each number is made of, by the numbers of their nodes; None where there is no number."""

    dtype = object
    nothing = _NOTHING
    absent = None
    _join = np.frompyfunc(_joined, 2, 1)
    _over = np.frompyfunc(_joined_if_there, 2, 1)

    def __init__(self, graph: networkx.DiGraph) -> None:
        self.graph = graph

    def join(self, first: Any, second: Any) -> Array:
        return np.asarray(self._join(first, second), dtype=object)

    def over(self, x: Array, places: tuple[int, ...], keep: bool = False) -> Array:
        gone = {place % x.ndim for place in places}
        for place in sorted(gone, reverse=True):  # one at a time: NumPy does not know that their order is the same
            x = np.asarray(self._over.reduce(x, axis=place, keepdims=keep), dtype=object)
        return x

    def advance(self, x: Array, name: str, latency: int, work: Work) -> Array:
        made = np.empty(x.shape, dtype=object)
        for place in np.ndindex(x.shape):
            before = _results(x[place])
            if before is not None:
                node = self.graph.number_of_nodes()
                self.graph.add_node(node, result=name, place=place, latency=latency, work=work)
                self.graph.add_edges_from((each, node, {"latency": latency}) for each in before)
                made[place] = frozenset((node,))
        return made


def unrolled(model: Executable, *shapes: tuple[int, ...], step: str | Latencies = "scalar") -> networkx.DiGraph:
    """Every result of a layer or a network as a node, with edges to what uses it.

    A node has the name of its ``result``, its ``place`` in that tensor, its ``latency`` and its share of the ``work``;
    an edge the latency of the node that it leads to. Where a layer is a step, a result is what a layer hands out, or
    an iteration of one that recurs.

    >>> import symcost as sc
    >>> graph = unrolled(sc.Linear(5, 3), (5,), step="operation")
    >>> [graph.nodes[each]["result"] for each in (0, 3)], list(graph.edges)
    (['linear.einsum', 'linear.add'], [(0, 3), (1, 4), (2, 5)])

    Raises:
        ShapeError: a size is no number.
        UnpricedError: a node has a cost but no equation.
    """
    import networkx  # only who wants the graph pays for it

    graph = networkx.DiGraph()
    traversed(model, shapes, Origins(graph), step)
    return graph


def longest_way(graph: networkx.DiGraph) -> int:
    """The latencies on the longest way through an unrolled graph, by ``networkx.dag_longest_path``."""
    import networkx

    first = graph.copy()
    entries = [(node, data["latency"]) for node, data in graph.nodes.items() if not graph.in_degree(node)]
    first.add_weighted_edges_from((("given", node, latency) for node, latency in entries), weight="latency")
    return int(networkx.dag_longest_path_length(first, weight="latency"))


def profile(graph: networkx.DiGraph) -> list[Work]:
    """The work that starts at each step, if every result is begun as soon as what it needs is ready.

    >>> import symcost as sc
    >>> profile(unrolled(sc.Linear(5, 3), (5,), step="operation"))
    [Work(mac=15), Work(add=3)]
    """
    started: dict[int, Counter[Work]] = {}
    for node, start in starts(graph).items():
        started.setdefault(start, Counter())[graph.nodes[node]["work"]] += 1
    return [Work.sum(started.get(step, {})) for step in range(max(started, default=-1) + 1)]


def starts(graph: networkx.DiGraph) -> dict[int, int]:
    """The step at which each result of an unrolled graph is begun, as soon as what it needs is ready.

    >>> import symcost as sc
    >>> starts(unrolled(sc.Linear(5, 2), (5,), step="sequential"))
    {0: 0, 1: 0, 2: 5, 3: 5}
    """
    begun: dict[int, int] = {}
    for node in range(graph.number_of_nodes()):  # numbered in an order in which they can be computed
        ready = (begun[each] + graph.nodes[each]["latency"] for each in graph.predecessors(node))
        begun[node] = max(ready, default=0)
    return begun
