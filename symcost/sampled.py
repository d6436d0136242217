"""Sampling: a network over time that runs step by step, each output the next step's input.

In training all inputs are known (teacher forcing), and a causal network runs over all steps at once. When it samples,
step t waits for step t - 1: an edge of delay 1 leads from its output to its input. With caches, which keep what later
steps read again, a step is one more place: C(t) - C(t - 1) of the work C of one pass, C(T) in all. Without them it is
a pass over all steps so far: C(t), and the sum of C(1), ..., C(T) in all.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sympy import Expr, Integer, Symbol, oo

from symcost.analysis.sampling.causality import feedback, steps_of, stepwise, time_of
from symcost.analysis.sampling.flow import SEQUENCE, Flow
from symcost.analysis.sampling.held import Held, Part, held
from symcost.analysis.sampling.in_turn import in_turn
from symcost.conditions import Condition, refuse_sizes, undecided
from symcost.cost import KINDS, Cost, Work
from symcost.dimensions import dimension
from symcost.errors import DimensionError, SymcostError, UndecidedError
from symcost.expressions import ONE, ZERO, exceeds, normal, size, sizes_given, substitute, total
from symcost.metrics import DOTS, Metric, metric, of_kind
from symcost.notation import text
from symcost.prefixes import valid_from
from symcost.readings import Reading
from symcost.stepping import Model, every_prefix, one_step
from symcost.summation import summed

STEP = dimension("t")
"""The step that the formulas of one step are about, from 1 on."""

_PREFIX = dimension("n_prefix")


@dataclass(frozen=True, repr=False)
class Sampled:
    """What sampling T steps costs, after a prompt of some steps if there is one, with caches or without.

    ``work``, ``cost(by)`` and ``depth`` are of all steps; ``work_at(t)``, ``cost_at(t)`` and ``state_at(t)`` of step t,
    a number or a symbol, counted from 1 behind the prompt; with a symbol they hold where those of a pass over as many
    steps do. ``state`` is what is kept in the end, ``held`` says by which layer. ``before`` is the work that is done
    once, before the first step: of what does not depend on it, such as an encoder, and of the prompt. To choose a word
    is counted if the network does it (``ArgMax``).
    """

    model: Model
    over: Symbol
    cache: bool
    prompt: Expr
    steps: Expr

    # --- work ---

    @property
    def work(self) -> Work:
        """All of the work, by kind."""
        return self._by_kind(self._in_all)

    def work_at(self, step: Any = STEP) -> Work:
        """The work of a step, by kind."""
        return self._by_kind(lambda metric: self._at(metric, step))

    @property
    def before(self) -> Work:
        """The work before the first step, by kind."""
        return self._by_kind(self._before)

    def cost(self, by: str | Reading = "macs") -> Expr:
        """All of the work as one number, under a convention or as a counter counts."""
        return self._in_all(self._priced(by))

    def cost_at(self, step: Any = STEP, by: str | Reading = "macs") -> Expr:
        """The work of a step as one number."""
        return self._at(self._priced(by), step)

    def cost_before(self, by: str | Reading = "macs") -> Expr:
        """The work before the first step as one number."""
        return self._before(self._priced(by))

    @property
    def macs(self) -> Expr:
        """Multiply-accumulates of contractions, of all steps."""
        return self.cost("macs")

    @property
    def flops(self) -> Expr:
        """Scalar operations of all steps: 2 for a multiply-accumulate, 1 for every other."""
        return self.cost("flops")

    def _by_kind(self, value: Callable[[Metric], Expr]) -> Work:
        kinds = {kind: value(of_kind(kind)) for kind in KINDS if kind in self.model.work}
        return Work(kinds, dots=value(DOTS))

    def _priced(self, by: str | Reading) -> Metric:
        return metric(by, self._where)

    def _pass(self, metric: Metric, length: Expr) -> Expr:
        """The cost of one pass over so many steps: by the formula, or at numbers where it might not hold."""
        if length.is_Integer and self._bounded:
            return normal(metric.of_network(self.model.at_sizes({self.over: length})))
        return normal(substitute(metric.of_network(self.model), {self.over: length}))

    @functools.cached_property
    def _bounded(self) -> tuple[Condition, ...]:
        """The conditions that shorter sequences may not fulfil, such as that a window is no longer than they are."""
        return tuple(each for each in self.model.conditions if each.larger.has(self.over))

    def _at(self, metric: Metric, step: Any) -> Expr:
        length = normal(self.prompt + _step(step))
        if not self.cache:
            return self._pass(metric, length)
        if length == ONE:
            return normal(self._pass(metric, length) - metric.of_cost(self._once))
        return normal(self._pass(metric, length) - self._pass(metric, normal(length - ONE)))

    def _before(self, metric: Metric) -> Expr:
        if not self.cache:
            return ZERO
        return self._pass(metric, self.prompt) if self.prompt != ZERO else normal(metric.of_cost(self._once))

    def _in_all(self, metric: Metric) -> Expr:
        if self.cache:
            return self._pass(metric, normal(self.prompt + self.steps))
        return self._sum(lambda length: self._pass(metric, length))

    def _sum(self, of_prefix: Callable[[Expr], Expr]) -> Expr:
        """The sum over the prefixes that are gone through: in closed form, those that it does not hold for apart."""
        formula = of_prefix(self.prompt + _PREFIX)
        least = valid_from(self.model.conditions, self.over)
        if least is None or (least > 1 and not self.prompt.is_Integer):
            raise UndecidedError(
                "the sum over all prefixes", where=self._where,
                expected=f"formulas that hold for short ones too, not only where {self._bounded[0]}",
                remedy="give numbers by at(...) for all but the steps",
            )  # fmt: skip
        last = int(self.steps) if self.steps.is_Integer else least
        apart = range(1, min(last, least - 1 - int(self.prompt)) + 1) if least > 1 else ()
        amended = (of_prefix(self.prompt + n) - substitute(formula, {_PREFIX: Integer(n)}) for n in apart)
        return total([summed(formula, _PREFIX, self.steps), *amended])

    # --- state ---

    @functools.cached_property
    def held(self) -> tuple[Held, ...]:
        """What is kept from step to step, by layer: hidden states, key-value caches, queues, what is made beforehand.

        Without caches it is the sequence so far.
        """
        if self.cache:
            return held(self._flow, self.over)
        sequences = [x for x in self.model.inputs if steps_of(x, self.over) is not None]
        return tuple(Held(x.label or "input", SEQUENCE, (Part(x.elements, oo, False),)) for x in sequences)

    @property
    def state(self) -> Expr:
        """The elements that are kept after the last step."""
        return self.state_at(self.steps)

    def state_at(self, step: Any = STEP) -> Expr:
        """The elements that are kept after a step, for the steps after it."""
        return total(elements for _, elements in self.held_at(step))

    def held_at(self, step: Any = STEP) -> list[tuple[Held, Expr]]:
        """What each layer keeps after a step."""
        length = normal(self.prompt + _step(step))
        return [(each, each.after(length, self.over)) for each in self.held]

    # --- depth ---

    @property
    def depth(self) -> Expr:
        """The steps of computing that wait for one another: as many as a step has, for each step."""
        if self.cache:
            return normal(self.depth_before + self.steps * self.step_depth)
        return self._sum(lambda length: normal(substitute(_depth(self.model), {self.over: length})))

    @functools.cached_property
    def step_depth(self) -> Expr:
        """The depth of a step; without caches that of a pass over t steps."""
        if not self.cache:
            return normal(substitute(_depth(self.model), {self.over: self.prompt + STEP}))
        return _depth(self.network)

    @functools.cached_property
    def depth_before(self) -> Expr:
        """The depth of what comes before the first step."""
        if not self.cache:
            return ZERO
        if self.prompt != ZERO:
            return normal(substitute(_depth(self.model), {self.over: self.prompt}))
        handed = self._flow.handed
        return _depth(self.model.beside("before", self.model.inputs, handed)) if handed else ZERO

    # --- the network and its sizes ---

    @functools.cached_property
    def network(self) -> Model:
        """What runs: with caches the network on one new step, as deep as a step is; without, on every prefix."""
        if not self.cache:
            return every_prefix(self.model, self.over)
        return one_step(self.recurrent, self._flow.handed, self.over)

    @functools.cached_property
    def recurrent(self) -> Model:
        """The network as it runs step by step: associative scans over time as recurrences, whatever their algorithm."""
        given = self.model.equation()
        made = in_turn(given, self.over)
        return self.model if made is given else self.model.beside(self.model.name, given.inputs, made.outputs)

    @property
    def feedback(self) -> tuple[int, int]:
        """Which output is the next step's input, by their places: the edge of delay 1."""
        return feedback(self.recurrent.equation(), self._flow, self.over)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold of the sizes for all of this to hold: of the steps, and of the network on all of them."""
        length = normal(self.prompt + self.steps)
        of_state = (each for row in self.held for part in row.parts for each in part.conditions(length))
        of_model = [each.at_sizes({self.over: length}) for each in self.model.conditions]
        return undecided([*of_model, *(each for each in of_state if not any(_implies(one, each) for one in of_model))])

    def at(self, **sizes: Any) -> Sampled:
        """The same at given sizes, the number of steps among them.

        Raises:
            DimensionError: there is no dimension of that name, or a value is no size.
            ShapeError: the network does not take so many steps.
        """
        own = {self.over, *self.prompt.free_symbols, *self.steps.free_symbols}
        given = sizes_given(sizes, {*self.model.dimensions, *own})
        inner = {symbol: length for symbol, length in given.items() if symbol != self.over}
        made = replace(
            self, model=self.model.at_sizes(inner) if inner else self.model,
            prompt=normal(substitute(self.prompt, given)), steps=normal(substitute(self.steps, given)),
        )  # fmt: skip
        always = (each for each in made.model.conditions if each not in made._bounded)
        refuse_sizes(always, {self.over: normal(made.prompt + made.steps)}, self._where)
        return made

    def __repr__(self) -> str:
        return f"<Sampled {self.model.name!r} over {self.over}, with{'' if self.cache else 'out'} caches>"

    def __str__(self) -> str:
        values = {"work": self.cost_at(), "depth": self.step_depth, "state": self.state_at()}
        told = (f"{name} {text(value)}" for name, value in values.items())
        return f"{self.model.name}, sampling with{'' if self.cache else 'out'} caches, step t: {', '.join(told)}"

    @functools.cached_property
    def _flow(self) -> Flow:
        return stepwise(self.recurrent.equation(), self.over)

    @functools.cached_property
    def _once(self) -> Cost:
        """What is done once: all that does not depend on a step, but for what there is more of with more steps."""
        return Cost.sum(Counter(each for each in self._flow.before if not _depends_on(each, self.over)))

    @property
    def _where(self) -> str:
        return f"sampling of {self.model.name!r}"


def sampled(model: Model, over: Any = None, *, cache: bool = True, prompt: Any = 0) -> Sampled:
    """What it costs to sample from a network over a dimension of time; ``Network.sampled`` says more."""
    where = f"sampling of {model.name!r}"
    try:
        time = time_of(model.equation()) if over is None else _dimension(over)
        if STEP in model.dimensions or time == STEP:
            raise DimensionError("a dimension is called t, as the step is here", expected="another name")
        flow = stepwise(model.equation(), time)
        feedback(model.equation(), flow, time)
    except SymcostError as error:
        raise type(error)(error.found, where=where, expected=error.expected, remedy=error.remedy) from None
    return Sampled(model, time, cache, ZERO if prompt == 0 else size(prompt, "the prompt"), time)


def _dimension(over: Any) -> Symbol:
    if isinstance(over, Symbol | str):
        return dimension(str(over))
    raise DimensionError(f"over={over!r}", expected="a dimension such as T", remedy="give numbers by at(T=100)")


def _step(step: Any) -> Expr:
    """A step by its number or a symbol."""
    return size(step, "a step")


def _implies(one: Condition, other: Condition) -> bool:
    """Whether a size that is at most another is therefore at most a third."""
    return one.relation == other.relation and exceeds(other.larger - other.smaller, one.larger - one.smaller)


def _depth(network: Model) -> Expr:
    """The depth of a network."""
    return network.depth


def _depends_on(cost: Cost, over: Symbol) -> bool:
    return any(count.has(over) for count in (*cost.work.values(), cost.work.dots))
