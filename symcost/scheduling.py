"""Schedules: how sequential a network, a layer or a graph of operations is, and how parallel it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sympy import Expr

from symcost.analysis.depth import schedule as timed
from symcost.analysis.depth.activity import all_told
from symcost.analysis.depth.cases import Case, cases
from symcost.analysis.depth.graph_schedule import graph_schedule
from symcost.analysis.latency import Latencies
from symcost.analysis.operation_graph import operation_graph as build_graph
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.relations import premises
from symcost.conditions import Condition
from symcost.dimensions import dimension
from symcost.errors import DimensionError, GraphError
from symcost.expressions import in_dimensions, normal, size, sizes_given, substitute
from symcost.network import Network
from symcost.priced import network_of, remedy_for, symbol_of
from symcost.progress import part
from symcost.readings import Reading, reading
from symcost.render.plots.plot import Plot
from symcost.render.plots.profile import profile_plot
from symcost.render.schedule import path_table, schedule_table
from symcost.render.table import Table
from symcost.sampled import Sampled
from symcost.scheduled import scheduled
from symcost.structure import Call

if TYPE_CHECKING:
    import networkx as nx

_WORK = {"layer": "macs", "operation": "macs", "scalar": "exact", "sequential": "exact"}
PROCESSORS = "p"
"""The dimension that stands for a number of processors which is not given."""


@dataclass(frozen=True)
class Schedule(timed.Schedule):
    """A schedule, and what it is of: under which name and premises, and how its work is counted."""

    name: str = "graph"
    convention: str = ""
    known: Premises = NOTHING
    holds: tuple[Condition, ...] = ()  # of the sizes
    again: Callable[[Premises], timed.Schedule] | None = None  # the same under other premises
    sized: Callable[[Mapping[str, Any]], timed.Schedule] | None = None  # the same at given sizes

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The schedules under all answers to what is not decided of the depth: each has a critical path of its own."""
        return cases(self.again, self.known) if self.again and self.questions else (Case((), self),)

    def profile(self, **sizes: Any) -> list[Expr]:
        """The work that begins at each step, at given sizes: those of time at least must be given.

        >>> import symcost as sc
        >>> schedule(sc.RNN(sc.I, sc.H), "operation").profile(T=2)
        [H**2 + 2*H*I, 0, 0, 0, H**2]

        Raises:
            DimensionError: when something is begun depends on a size that is not given.
            UndecidedError: when something is begun is not told, such as of what is only known to wait for something.
        """
        if all_told(self.told) or not sizes or self.sized is None:
            return super().profile(**sizes)
        return self.sized(sizes).profile()

    def tables(self, processors: Any = PROCESSORS) -> list[Table]:
        """Depth, width and bounds for so many processors as a table, and the critical path as another.

        Raises:
            DimensionError: that is no number of processors.
        """
        count = symbol_of(processors) if isinstance(processors, str) else processors
        with part("width of", self.name):
            whole = schedule_table(self, self.name, self.bound(count), self.known, self.holds, self.convention)
        with part("critical path of", self.name):
            return [whole, path_table(self.cases)]

    def plot(self, **sizes: Any) -> Plot:
        """How much work begins at each step, at given sizes, with the width and the average parallelism.

        >>> import symcost as sc
        >>> stack = sc.Sequential("stack", sc.Input(sc.T, sc.H), sc.RNN(sc.H, sc.H, num_layers=3))
        >>> made = schedule(stack).plot(T=4, H=16)
        >>> [work for step, work in made.curves[0].points]
        [512, 1024, 1536, 1536, 1024, 512, 512]

        Raises:
            DimensionError: a size is not given, or nothing takes a step.
            UndecidedError: when something is begun is not told.
        """
        return profile_plot(self, sizes, self.name, self.convention)

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.tables()))


def schedule(
    given: Any,
    step: str = "layer",
    *,
    over: Any = "T",
    by: str | Reading = "",
    latencies: Mapping[str, Any] | None = None,
    at: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
) -> Schedule:
    """When everything is begun as soon as it can be: depth, critical path, width, and bounds for p processors.

    Of a network, a graph of layers or a layer, a step is a ``layer``, an ``operation``, a ``scalar`` operation
    (reductions are balanced trees), or ``sequential``: scalar, with reductions one after the other. ``latencies``
    are steps by the name of layers or operations, which may be symbols. Work is counted by a convention or as a
    counter counts: ``macs``, or ``exact`` where a step is scalar. Sizes are given ``at`` which to look, and
    relations such as ``"T >= L"`` assumed.

    Of a ``networkx.MultiDiGraph`` whose nodes have a ``latency`` and whose edges have a ``delay``, each node is done
    once in each of so many steps of time as ``over`` says: a dimension or a number. Its nodes are the steps.

    >>> import symcost as sc
    >>> stack = sc.Sequential("stack", sc.Input(sc.T, sc.H), sc.RNN(sc.H, sc.H, num_layers=sc.L))
    >>> found = schedule(stack)
    >>> found.depth, found.iteration_bound
    (L + T - 1, 1)
    >>> schedule(sc.LSTM(sc.I, sc.H), "operation").critical_loop[-2:]
    ('lstm.scan.tanh_2', 'lstm.scan.multiply_3')

    Raises:
        UnpricedError: how long something takes is not known.
        GraphError: a loop has no delay, or a latency or a delay is none.
        DimensionError: there is no schedule of such a thing, or ``over`` or a size is none.
    """
    known = premises(assume)
    if hasattr(given, "is_directed") and _is_of_layers(given):
        given = Network(_name(given), given)
    if hasattr(given, "is_directed"):
        Latencies(step)  # raises if there is no such step
        if latencies or by:
            raise GraphError(
                "latencies" if latencies else f"by={by!r}", where="schedule of a graph",
                expected="a latency, and perhaps work, on each node",
            )  # fmt: skip
        return _of_graph(given, dimension(over) if isinstance(over, str) else size(over, "over"), at or {}, known)
    if isinstance(given, Sampled):
        raise DimensionError(
            f"{given.model.name!r} as it samples, for a schedule", expected="a network, a layer or a graph",
            remedy="that of its operations is schedule(operation_graph(...)), that of a step schedule(....network)",
        )  # fmt: skip
    network = network_of(given)
    if not isinstance(network, Network):
        raise DimensionError(
            f"{given!r} has no schedule", expected="a network, a layer or a networkx.MultiDiGraph",
            remedy=remedy_for(given),
        )  # fmt: skip
    found = Latencies(step, latencies or {})
    calls = (part.node.operation for part in network.layers)
    found.refuse_layers(type(call.layer).__name__ for call in calls if isinstance(call, Call))
    network, counted = network.at(**at) if at else network, by or _WORK[step]
    network.cost(counted)  # raises if the work is not known
    again, line = partial(scheduled, network.equation(), found, counted), reading(counted).line()

    def sized(sizes: Mapping[str, Any]) -> timed.Schedule:
        known_names = {symbol.name for symbol in network.dimensions}
        own = {name: size for name, size in sizes.items() if name in known_names}
        return scheduled(network.at(**own).equation(), found, counted, known)

    return _whole(again, known, network.name, line, network.conditions, sized)


def _is_of_layers(graph: nx.DiGraph) -> bool:
    """Whether nodes carry layers, and no latencies."""
    nodes = [found for _, found in graph.nodes(data=True)]
    return any("layer" in each for each in nodes) and not any("latency" in each for each in nodes)


def _of_graph(graph: nx.MultiDiGraph, over: Expr, at: Mapping[str, Any], known: Premises) -> Schedule:
    """The schedule of a graph over so many steps of time, at given sizes."""
    if at:
        graph, found = graph.copy(), over.free_symbols
        attributes = [*(each for _, each in graph.nodes(data=True)), *(each for *_, each in graph.edges(data=True))]
        given = {
            (place, key): in_dimensions(value)
            for place, each in enumerate(attributes)
            for key in ("latency", "delay", "work")
            if isinstance(value := each.get(key), Expr)
        }
        sizes = sizes_given(at, found.union(*(value.free_symbols for value in given.values())))
        for (place, key), value in given.items():
            attributes[place][key] = normal(substitute(value, sizes))
        over = normal(substitute(over, sizes))
    return _whole(partial(graph_schedule, graph, over), known, _name(graph))


def _name(graph: nx.Graph) -> str:
    return str(getattr(graph, "name", "")) or "graph"


def _whole(
    again: Callable[[Premises], timed.Schedule], known: Premises, name: str, convention: str = "",
    holds: tuple[Condition, ...] = (), sized: Callable[[Mapping[str, Any]], timed.Schedule] | None = None,
) -> Schedule:  # fmt: skip
    """A schedule with what it is of."""
    with part("depth of", name):
        made = again(known)
    own = {each.name: getattr(made, each.name) for each in fields(made)}
    return Schedule(**own, name=name, convention=convention, known=known, holds=holds, again=again, sized=sized)


def operation_graph(given: Any, step: str = "operation", latencies: Mapping[str, Any] | None = None) -> nx.MultiDiGraph:
    """The operations of a network, a layer or a network that samples, as a graph with delays: a signal-flow graph.

    A node is an operation, by the name that the critical path prints, with what it is (``operation``), its ``latency``
    in steps, the ``shape`` that it hands out, the ``cost`` of one turn of the ``loops`` around, by their axes, and how
    many ``times`` they turn in all. An edge says that one operation waits for another, so many steps of time ago: its
    ``delay``. The carry of a recurrence comes back by an edge of delay 1, or as long as the recurrence says; where a
    network samples, the edge from its output to its input has delay 1. What is repeated is one node that has no latency
    of its own, but a ``graph`` of one time, and of how many (``count``).

    Where every operation waits for its own step of time and for earlier ones alone, the schedule of the graph is that
    of the network.

    >>> import symcost as sc
    >>> graph = operation_graph(sc.RNN(sc.I, sc.H))
    >>> [(one, other, delay) for one, other, delay in graph.edges(data="delay") if delay != 0]
    [('rnn.scan.tanh', 'rnn.scan.einsum', 1)]
    >>> schedule(graph).depth, schedule(sc.RNN(sc.I, sc.H), "operation").depth
    (4*T, 4*T)

    Raises:
        UnpricedError: how long something takes is not known.
        DimensionError: what is given is no network, or a layer is to be a step.
    """
    if step == "layer":
        raise DimensionError("step='layer'", where="operation graph", expected="a finer one, such as 'operation'")
    network = given.recurrent if isinstance(given, Sampled) else network_of(given)
    if not isinstance(network, Network):
        raise DimensionError(f"{given!r} has no operations", expected="a network or a layer")
    feedback = (given.feedback,) if isinstance(given, Sampled) else ()
    return build_graph(network.name, network.equation(), Latencies(step, latencies or {}), feedback)
