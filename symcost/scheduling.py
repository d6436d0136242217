"""Schedules: how sequential a network, a layer or a graph of operations is, and how parallel it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr

from symcost.analysis.depth.graph_schedule import graph_schedule
from symcost.analysis.depth.schedule import Schedule
from symcost.analysis.latency import Latencies
from symcost.analysis.relations import premises
from symcost.errors import DimensionError
from symcost.network import Network
from symcost.priced import network_of, symbol_of
from symcost.readings import Reading
from symcost.scheduled import scheduled
from symcost.structure import Call

_WORK = {"layer": "macs", "operation": "macs", "scalar": "exact", "sequential": "exact"}


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

    Of a network or a layer, a step is a ``layer``, an ``operation``, a ``scalar`` operation (reductions are balanced
    trees), or ``sequential``: scalar, with reductions one after the other. ``latencies`` are steps by the name of
    layers or operations, which may be symbols. Work is counted by a convention or as a counter counts: ``macs``, or
    ``exact`` where a step is scalar. Sizes are given ``at`` which to look, and relations such as ``"T >= L"`` assumed.

    Of a ``networkx.MultiDiGraph`` whose nodes have a ``latency`` and whose edges have a ``delay``, each node is done
    once in each of so many steps of time as ``over`` says.

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
    """
    known = premises(assume)
    if hasattr(given, "is_directed"):
        time = over if isinstance(over, int | Expr) and not isinstance(over, bool) else symbol_of(over)
        return graph_schedule(given, time, known)
    network = network_of(given)
    if not isinstance(network, Network):
        raise DimensionError(f"{given!r} has no schedule", expected="a network, a layer or a networkx.MultiDiGraph")
    found = Latencies(step, latencies or {})
    calls = (part.node.operation for part in network.layers)
    found.refuse_layers(type(call.layer).__name__ for call in calls if isinstance(call, Call))
    sized = network.at(**at) if at else network
    sized.refuse_unpriced()
    return scheduled(sized.equation(), found, by or _WORK[step], known)
