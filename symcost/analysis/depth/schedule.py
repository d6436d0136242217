"""The schedule of an equation or of a graph: depth, critical path, width, and what processors can make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from sympy import Expr, Max, Symbol
from sympy.core.relational import Relational

from symcost.analysis.conditions import at_least_zero
from symcost.analysis.depth.activity import Activity, Done, Made, Within, all_told
from symcost.analysis.depth.late import Late
from symcost.analysis.depth.levels import level_width
from symcost.analysis.depth.lines import least
from symcost.analysis.depth.loops import Loop, Way, fewer
from symcost.analysis.depth.mobility import mobility
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.path import Stretch, names_on, stretches
from symcost.analysis.depth.ready import AT_ONCE
from symcost.analysis.depth.tails import tails
from symcost.analysis.depth.timing import Timing, loops
from symcost.analysis.depth.turns import TURNS
from symcost.analysis.depth.width import Width, width
from symcost.analysis.latency import Latencies
from symcost.analysis.premises import NOTHING, Premises
from symcost.analysis.ratio import ratio
from symcost.equation import Equation, Structured
from symcost.errors import DimensionError
from symcost.expressions import ONE, ZERO, normal, size, sizes_given
from symcost.operations import Priced
from symcost.tensor import Node

_MOST_PLACES = 200_000  # of which each is looked at for the width at given sizes


@dataclass(frozen=True)
class Bound:
    """How long p processors take, if each does a unit of work in a step: at least ``lower``, at most ``tight``.

    ``lower`` is the larger of W/p and D; ``tight`` is (W - D)/p + D, ``loose`` W/p + D (Brent, 1974). The tight one is
    for steps that each do some work; where W is below D, some do none, and it is the loose one.
    """

    processors: Expr
    lower: Expr
    tight: Expr
    loose: Expr


@dataclass(frozen=True)
class Schedule:
    """When everything is begun as soon as it can be: how deep, how wide, along which way.

    ``depth`` is when the outputs are there, and never too small; it is ``exact`` where none of the ``slack`` is below
    0. What no output waits for, such as an element behind the last stride, counts as work alone.
    """

    step: str
    depth: Expr
    work: Expr
    way: Way
    loops: tuple[Loop, ...]
    order: Order
    begun: Callable[[], Done] = field(repr=False, compare=False)
    exact: bool = True
    slack: tuple[Expr, ...] = ()
    by_level: Callable[[], Expr] | None = field(default=None, repr=False, compare=False)
    unfolded: Callable[[], Done] | None = field(default=None, repr=False, compare=False)
    backward: Callable[[], Late] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def done(self) -> Done:
        """What is done, and when it is begun; each with the work of one turn of the loops around."""
        return self.begun()

    @cached_property
    def found(self) -> Width:
        """The width, and where it is exact."""
        found = width(self.done, self.order)
        if not self.at_numbers or (found.exact and not _conditions(found.slack, self.order)):
            return found
        counts = [each.places for each, _ in self.told]
        if not all_told(self.told) or sum(filter(None, counts)) > _MOST_PLACES:
            return found
        return Width(normal(self.order.largest(set(self.profile()))))

    @cached_property
    def at_numbers(self) -> bool:
        """Whether it is known in numbers when everything is begun."""
        return all(each.places is not None for each, _ in self.done)

    @cached_property
    def told(self) -> Done:
        """What is done, time by time where the number of times is known."""
        return self.unfolded() if self.unfolded and not all_told(self.done) else self.done

    @property
    def width(self) -> Expr:
        """The most work that begins at one step. More processors than that do not help."""
        return self.found.work

    @property
    def width_conditions(self) -> tuple[Relational, ...]:
        """Where the width is exact, as far as it is not everywhere."""
        return _conditions(self.found.slack, self.order)

    @cached_property
    def late(self) -> Late:
        """The schedule of the same depth in which everything is begun as late as it can be.

        >>> from symcost import LSTM, H, I, schedule
        >>> found = schedule(LSTM(I, H), "operation")
        >>> found.width, found.late.width  # the products of the inputs may wait for their step
        (4*H**2 + 4*H*I*T, 3*H**2 + 3*H*I)
        >>> found.late.mobility["lstm.scan.einsum"], found.late.mobility["lstm.scan.sigmoid_3"]
        (0, 3)
        """
        return self.backward() if self.backward else Late((), self.depth, self.order, {})

    @property
    def lowest_peak(self) -> tuple[Expr, Expr]:
        """At least and at most how much begins at one step in that schedule of this depth in which it is the least.

        To find it is NP-hard (it is sequencing with one resource; Garey and Johnson, Computers and Intractability,
        1979, SS10). It is at least the average, W/D, and at most what begins at one step where everything is as soon
        as it can be, or as late.

        Raises:
            DimensionError: nothing takes a step.
        """
        return self.parallelism, least(self.width, self.late.width, self.order)

    @property
    def conditions(self) -> tuple[Relational, ...]:
        """Where the depth is exact, as far as it is not everywhere."""
        return _conditions(self.slack, self.order)

    @cached_property
    def level_width(self) -> Expr:
        """The most work in a step if generation waits for generation, and each shares its work evenly among its steps.

        That is the lowest peak of all schedules that go level by level. Of a graph, it is the width.
        """
        return self.width if self.by_level is None else self.by_level()

    @cached_property
    def parallelism(self) -> Expr:
        """Work over depth: what is done in a step on average.

        Raises:
            DimensionError: nothing takes a step.
        """
        if self.depth == 0:
            raise DimensionError("a depth of 0", where="parallelism", expected="something that takes a step")
        return ratio(self.work, self.depth) if not self.depth.has(Max) else self.work / self.depth

    @property
    def critical_path(self) -> tuple[Stretch, ...]:
        """The longest way: what is gone through once in a row, and the loops in between."""
        return stretches(self.way)

    @cached_property
    def iteration_bound(self) -> Expr:
        """The most steps of computing for a step of time on any loop: the maximum cycle ratio; 0 without a loop."""
        return normal(self.order.largest(loop.ratio for loop in self.loops))

    @property
    def critical_loop(self) -> tuple[str, ...]:
        """What lies on the loop with the most steps for a step of time; nothing without a loop."""
        bound = self.iteration_bound
        return next((names_on(loop) for loop in self.loops if self.order.at_least(loop.ratio, bound)), ())

    def profile(self, **sizes: Any) -> list[Expr]:
        """The work that begins at each step, at given sizes: those of time at least must be given.

        Raises:
            DimensionError: when something is begun depends on a size that is not given.
        """
        from symcost.analysis.depth.profile import profile  # with NumPy, which nothing else here needs

        return profile(self.told, sizes_given(sizes))

    def bound(self, p: Any) -> Bound:
        """How long p processors take, by Brent's bounds.

        Raises:
            DimensionError: that is no number of processors.
        """
        count = size(p, "a number of processors")
        work, depth = self.work, self.depth
        lower, loose = normal(self.order.larger(normal(work / count), depth)), normal(work / count + depth)
        idle = work != depth and self.order.at_least(depth, work)  # some step does less than one processor could
        return Bound(count, lower, loose if idle else normal((work - depth) / count + depth), loose)

    @property
    def questions(self) -> tuple[tuple[Expr, Expr], ...]:
        """The pairs of which it is not known which is the larger: to declare which would decide the depth."""
        pairs = (itertools.combinations(each.args, 2) for each in sorted(self.depth.atoms(Max), key=str))
        return tuple(dict.fromkeys(pair for some in pairs for pair in some))


class Prices(NamedTuple):
    """The work of a whole equation, and how that of a node, or of one turn of an activity, is read."""

    whole: Expr
    node: Callable[[Node], Expr]
    activity: Callable[[Activity], Expr]


def scheduled(equation: Equation, latencies: Latencies, prices: Prices, known: Premises = NOTHING) -> Schedule:
    """The schedule of an equation: every node waits for what it depends on, and no longer.

    Raises:
        UnpricedError: how long something takes is not known.
    """
    timing = Timing(latencies, Order(known), TURNS)
    made = _run(equation, timing)
    end, order = timing.last(made.outputs, equation.outputs), timing.order

    def unfolded() -> Done:
        return _priced(_run(equation, Timing(latencies, order, TURNS, unfolded=True)).done, prices)

    def backward() -> Late:
        late = tails(equation, Timing(latencies, order, TURNS))
        return Late(_priced(late, prices), end.latency, order, mobility(made.done, late, end.latency, order))

    by_level = partial(level_width, equation, timing, prices.node)
    loops_met = fewer(timing.loops, order)
    return Schedule(
        latencies.step, end.latency, prices.whole, end.via, loops_met, order, lambda: _priced(made.done, prices),
        end.exact, end.slack, by_level, unfolded, backward,
    )  # fmt: skip


def _run(equation: Equation, timing: Timing) -> Made:
    return timing.through(equation, [AT_ONCE] * len(equation.inputs), Within())


def _priced(done: Iterable[Activity], prices: Prices) -> Done:
    """Activities with the work of one turn, without those that have none."""
    return tuple((each, work) for each in done if (work := prices.activity(each)) != 0)


def _conditions(slack: Iterable[Expr], order: Order) -> tuple[Relational, ...]:
    """What must not be below 0, without what certainly is not, and what follows from the rest."""
    needed: list[Expr] = []
    for each in (normal(one.primitive()[1]) for one in slack if not order.at_least(one, ZERO)):
        if not any(order.at_least(each, other) for other in needed):
            needed = [other for other in needed if not order.at_least(other, each)] + [each]
    return tuple(map(at_least_zero, needed))


def by_depth(equation: Equation, step: str = "layer", known: Premises = NOTHING) -> Schedule:
    """The schedule of an equation of whose work nothing is asked, which need not be known.

    Raises:
        UnpricedError: how long something takes is not known.
    """
    return scheduled(equation, Latencies(step), Prices(ZERO, lambda _: ZERO, lambda _: ZERO), known)


def depth(equation: Equation, step: str = "layer") -> Expr:
    """How many steps an equation takes.

    Raises:
        UnpricedError: how long something takes is not known.
    """
    return _timing(step).depth(equation, Within())


def layer_depth(equation: Equation) -> Expr:
    """How many steps a layer takes by itself: those of its loops; one without any; none if it only looks."""
    if equation.is_free or not loops(equation):
        return ZERO if equation.is_free else ONE
    return _timing("layer").depth(equation, Within(layers=False))


def steps_of(node: Node) -> Expr:
    """How many steps a node of a network takes, if a layer is a step and all that it needs is there.

    Raises:
        UnpricedError: how long it takes is not known.
    """
    return _timing("layer").depth_of(node, Within())


def _timing(step: str) -> Timing:
    return Timing(Latencies(step), Order(), TURNS)


def bare_symbols(equation: Equation) -> set[Symbol]:
    """The dimensions in the depths of nodes of which only the cost is known."""
    found: set[Symbol] = set()
    for operation in {id(node.operation): node.operation for node in equation.nodes}.values():
        if isinstance(operation, Priced) and operation.depth is not None:
            found |= operation.depth.free_symbols
        elif isinstance(operation, Structured):
            found |= bare_symbols(operation.inner)
    return found
