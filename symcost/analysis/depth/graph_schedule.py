"""The schedule of a graph that is no network: nodes with a latency, edges with a delay in steps of time."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sympy import Expr, Float, Max, Min, sympify

from symcost.analysis.depth.activity import Activity, Done
from symcost.analysis.depth.delay_graph import DelayGraph, loops_of, walks_to
from symcost.analysis.depth.late import Late
from symcost.analysis.depth.loops import filled
from symcost.analysis.depth.mobility import mobility
from symcost.analysis.depth.order import Order, Steps, as_number
from symcost.analysis.depth.ready import Peak, Ramp, Ready, Rounds, joined
from symcost.analysis.depth.samples import Sampled
from symcost.analysis.depth.schedule import Schedule
from symcost.analysis.depth.timing import latest_of
from symcost.analysis.depth.walks import Walk, best
from symcost.analysis.places import Linear
from symcost.analysis.premises import NOTHING, Premises
from symcost.cost import Cost
from symcost.errors import GraphError
from symcost.expressions import NO_NUMBERS, ONE, ZERO, in_dimensions, normal, total

_NO_COST = Cost()  # the work of a node is none of a layer

if TYPE_CHECKING:
    import networkx as nx


def graph_schedule(graph: nx.MultiDiGraph, over: Any, known: Premises = NOTHING) -> Schedule:
    """The schedule of a graph over so many steps of time.

    Each node is done once in a step of time, and takes its ``latency``; along an edge it waits for what was done
    ``delay`` steps of time before. The depth is exact at every number of steps of time if all loops have one delay,
    and from a number on where they differ.

    Raises:
        GraphError: a loop without delay; a latency or a delay that is none.
    """
    clean, order = checked(graph), Sampled(known)
    time = known.applied(sympify(over))
    walks = walks_to(clean, order)
    longest = best((walk for some in walks.values() for walk in some), order)
    end = latest_of((_end(walk, time, order) for walk in longest), order)
    all_of = functools.cache(lambda each: normal(time * each))
    works = [all_of(_work(graph, node, latency)) for node, latency in clean.latencies.items()]

    def done() -> Done:
        own, each = dict[tuple[Any, ...], Ramp](), clean.latencies.items()
        begun = (_activity(node, latency, walks[node], time, own) for node, latency in each)
        return tuple(zip(begun, works, strict=True))

    loops = loops_of((walk for some in walks.values() for walk in some), order)

    def backward() -> Late:
        ways, own = walks_to(clean.reverse(), order), dict[tuple[Any, ...], Ramp]()
        late = [_activity(node, 0, ways[node], time, own) for node in clean.latencies]
        priced = tuple(zip(late, works, strict=True))
        return Late(priced, end.latency, order, mobility((each for each, _ in done()), late, end.latency, order))

    return Schedule(
        "operation", end.latency, total(works), end.via, loops, order, done, end.exact, end.slack, backward=backward
    )


def _end(walk: Walk, time: Expr, order: Order) -> Peak:
    """The steps of a way in so many of time; a way that takes time itself is there only from then on."""
    left = normal(time - ONE - walk.delay)
    late = as_number(walk.delay) != 0 and not order.at_least(left, ZERO)
    rounds = filled(walk.loops, left, order)
    steps = normal(walk.latency + rounds.steps)
    if late:
        gone = left + ONE if order.at_least(left, -ONE) else Max(ZERO, left + ONE, evaluate=False)
        there = Min(ONE, gone, evaluate=False)
        rounds = filled(walk.loops, Max(ZERO, left, evaluate=False), order)
        steps = walk.latency * there + rounds.steps
    slack = () if rounds.least == 0 else (normal(left - rounds.least),)
    via = joined(walk.via, (Rounds(walk.loops, rounds.steps),) if walk.loops else ())
    return Peak(steps, via, rounds.exact, slack)


def _work(graph: nx.MultiDiGraph, node: Hashable, latency: Steps) -> Expr:
    """What a node does in a step of time: its ``work``, or as much as it takes long."""
    given = graph.nodes[node].get("work")
    return sympify(latency) if given is None else in_dimensions(sympify(given))


def _activity(
    node: Hashable, steps: Steps, walks: Iterable[Walk], time: Expr, ramps: dict[tuple[Any, ...], Ramp]
) -> Activity:
    """When a node is begun at each step of time: where the ways to it end, without itself; equal ramps are one."""
    start: list[Ready] = []
    for walk in walks:
        key = walk.delay, tuple((loop.latency, loop.delay) for loop in walk.loops)
        ramp = ramps.get(key) or ramps.setdefault(key, _ramp(walk, time))
        start.append(Ready(sympify(walk.latency - steps), (ramp,)))
    return Activity(None, (str(node),), tuple(start), {0: time}, _NO_COST, sympify(steps), 0)


def _ramp(walk: Walk, time: Expr) -> Ramp:
    """The loops of a way from the time on at which it is there."""
    delay = sympify(walk.delay)
    return Ramp(Linear.of(-delay, {0: ONE}), normal(time - ONE - delay), walk.loops)


# --- what a graph must be --------------------------------------------------------------------------------------------


def checked(graph: nx.MultiDiGraph) -> DelayGraph:
    """The graph with its latencies and delays as numbers, if they are, and as expressions of dimensions.

    Raises:
        GraphError: it is no directed graph with a node, a latency or a delay is none, or a loop has no delay.
    """
    if not (hasattr(graph, "is_directed") and graph.is_directed()):
        raise GraphError(f"{graph!r}", where="schedule", expected="a directed graph, such as networkx.MultiDiGraph")
    if not graph:
        raise GraphError("no nodes", where="schedule", expected="at least one")
    latencies = {node: _steps(found, "latency", "node {!r}", node) for node, found in graph.nodes.items()}
    into: dict[Any, list[tuple[Any, Steps]]] = {node: [] for node in latencies}
    for one, other, found in graph.edges(data=True):
        into[other].append((one, _steps(found, "delay", "edge {!r} -> {!r}", one, other)))
    made = DelayGraph(latencies, into)
    cycle = made.loop_without_delay()
    if cycle:
        way = " -> ".join(map(str, [*cycle, cycle[0]]))
        raise GraphError(
            f"a loop without delay, {way}", where="schedule", expected="a delay of 1 or more on one of its edges"
        )
    return made


def _steps(found: Mapping[str, Any], key: str, where: str, *named: Hashable) -> Steps:
    """A number of steps: whole for a delay, from 0 on, and 0 if none is given."""
    value = found.get(key, 0 if key == "delay" else None)
    if type(value) is int and value >= 0:
        return value
    steps = _number(value)
    if steps is None or steps.is_negative or (key == "delay" and steps.is_integer is False):
        wrong = f"no {key}" if value is None else f"{key} {value!r}"
        expected = "a whole number from 0 on, or an expression of dimensions"
        remedy = "text goes through symcost.read" if isinstance(value, str) else ""
        raise GraphError(wrong, where=where.format(*named), expected=expected, remedy=remedy)
    return int(steps) if steps.is_Integer else steps


def _number(value: Any) -> Expr | None:
    """An expression, or a number of NumPy's, sympy's or Python's as the fraction that it is written as; else None."""
    if isinstance(value, Expr) and not value.is_Float:
        wrong = value.has(*NO_NUMBERS, Float) or value.is_extended_real is False
        return None if wrong else in_dimensions(value)
    try:
        written = str(float(value)) if isinstance(value, float | Float) else value
        return None if isinstance(value, str | bool) else sympify(Fraction(written))
    except (TypeError, ValueError, OverflowError):
        return None
