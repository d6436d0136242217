"""What a table can say of a network: one row a column."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.analysis.depth.schedule import Schedule, by_depth
from symcost.analysis.latency import STEPS, Latencies
from symcost.analysis.scaling import time_scaling
from symcost.conditions import Condition
from symcost.conventions import Convention
from symcost.cost import KINDS
from symcost.dimensions import dimension
from symcost.equation import Equation
from symcost.errors import UndecidedError, UnpricedError, unknown
from symcost.network import Network
from symcost.notation import text
from symcost.readings import Reading, counters
from symcost.render.sheet import Prose
from symcost.render.steps import depth_note, width_note
from symcost.scheduled import scheduled

Value: TypeAlias = Expr | str


FIXED = "fixed"  # a time scaling: time is fixed in the weights; reuse: no dimension turns it up
NO_PARAMETERS = "no parameters"
NO_STEPS = "no steps"
WORDS = (FIXED, NO_PARAMETERS, NO_STEPS)  # values that are no expressions


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of a table: its heading, its value for a network as a convention or a counter reads it, its aliases.

    ``published`` says how a figure that somebody printed is meant; ``sums`` whether it is a sum of terms. ``step`` is
    what a step is, of what is told in steps; ``note`` what is to be said of the value.
    """

    heading: str
    value: Callable[[Network, Reading], Value]
    aliases: tuple[str, ...] = ()
    published: Callable[[Value], Value] = lambda figure: figure
    sums: bool = True
    step: str = ""
    note: Callable[[Network, Reading], Prose] = lambda network, by: ""


def _complexity(network: Network, by: Reading) -> Expr:
    return network.cost(by)


def _parameters(network: Network, by: Reading) -> Expr:
    return network.parameters_by(by)


def _time_scaling(network: Network, by: Reading) -> Value:
    scaling = time_scaling(network.cost(by), network.parameters_by(by))
    if scaling is None:
        raise UnpricedError(
            "how it grows with time is not known", where=f"network {network.name!r}", expected="a sum of powers of time"
        )
    return FIXED if scaling == 1 else scaling


def _reuse(network: Network, by: Reading) -> Value:
    from symcost.analysis.elimination import reuse  # with what it stands on, imported for this column alone

    parameters = network.parameters_by(by)
    if parameters == 0:
        return NO_PARAMETERS
    found = reuse(network.cost(by), parameters)
    return FIXED if found.fixed else found.ratio


def _by_parameters(network: Network, by: Reading) -> Value:
    """The complexity by the parameters P, with the dimension eliminated by which networks are usually made larger."""
    from symcost.analysis.elimination import eliminate, widest  # see above

    parameters, cost = network.parameters_by(by), network.cost(by)
    size = widest(parameters)
    if size is None:
        return cost if parameters != 0 else NO_PARAMETERS
    free = next(
        name
        for name in ("P", "P_total", "P_all")
        if dimension(name) not in {*cost.free_symbols, *parameters.free_symbols}
    )
    found = eliminate(cost, parameters, size, free)
    if not found.exact:
        raise UnpricedError(
            f"the complexity by the parameters is only known by its growth, {text(found.cost)}",
            where=f"network {network.name!r}", expected=f"parameters that can be solved for {size}",
        )  # fmt: skip
    return found.cost


def _growth(network: Network, by: Reading) -> Expr:
    return _order(network.cost(by), f"network {network.name!r}", network.conditions)


def _order(cost: Value, where: str, conditions: Iterable[Condition] = ()) -> Expr:
    """The bound of a cost in all its dimensions."""
    from symcost.analysis.existence import growth_of  # see above

    try:
        return growth_of(cost, conditions).order
    except UndecidedError as error:
        raise UnpricedError(str(error), where=where) from None


def _trained(network: Network, by: Reading) -> tuple[Expr, Expr]:
    """The work of the forward and of the backward pass."""
    from symcost.analysis.training import training  # see above

    if not isinstance(by, Convention):
        raise UnpricedError(
            f"{by.name} counts no backward pass", where=f"network {network.name!r}", expected="a convention"
        )
    return training(network).priced(by)


def _kept(network: Network, by: Reading) -> Expr:
    from symcost.analysis.training import training  # see above

    return training(network).kept


def _of_kind(kind: str) -> Callable[[Network, Reading], Value]:
    return lambda network, by: network.work[kind]


@functools.lru_cache(maxsize=16)
def _by_depth(equation: Equation, step: str) -> Schedule:
    """The schedule that a column, its note and its neighbours ask for, made once."""
    return by_depth(equation, step)


@functools.lru_cache(maxsize=16)
def _scheduled(equation: Equation, step: str, by: Reading) -> Schedule:
    return scheduled(equation, Latencies(step), by)


def _depth(step: str) -> Quantity:
    return Quantity(
        _heading("Sequential depth", step), lambda network, by: _by_depth(network.equation(), step).depth,
        (_heading("depth", step),), step=step, note=lambda network, by: depth_note(_by_depth(network.equation(), step)),
    )  # fmt: skip


def _width(step: str) -> Quantity:
    def schedule(network: Network, by: Reading) -> Schedule:
        network.cost(by)  # raises if the work is not known
        return _scheduled(network.equation(), step, by)

    return Quantity(
        _heading("Parallel width", step), lambda network, by: schedule(network, by).width, (_heading("width", step),),
        step=step, note=lambda network, by: width_note(schedule(network, by)),
    )  # fmt: skip


def _parallelism(step: str) -> Quantity:
    def parallelism(network: Network, by: Reading) -> Value:
        network.cost(by)  # raises if the work is not known
        found = _scheduled(network.equation(), step, by)
        return found.parallelism if found.depth != 0 else NO_STEPS

    return Quantity(
        _heading("Average parallelism", step), parallelism, (_heading("parallelism", step),), step=step,
        note=lambda network, by: depth_note(_by_depth(network.equation(), step)),
    )  # fmt: skip


def _heading(words: str, step: str) -> str:
    return words if step == USUAL_STEP else f"{words} ({step})"


USUAL_STEP = "layer"
"""What a step is in a column that does not say it."""

STEPPED = ("sequential depth", "parallel width", "average parallelism")
"""The columns that are told in steps; each is also there by what a step is: ``sequential depth (operation)``."""

QUANTITIES = {
    "complexity": Quantity("Complexity", _complexity, ("cost",)),
    "parameter count": Quantity("Parameter count", _parameters, ("parameters", "params")),
    "time scaling": Quantity("Time scaling", _time_scaling),
    "sequential depth": _depth(USUAL_STEP),
    "parallel width": _width(USUAL_STEP),
    "average parallelism": _parallelism(USUAL_STEP),
    "macs": Quantity("MACs", lambda network, by: network.macs),
    "flops": Quantity("FLOPs", lambda network, by: network.flops),
    "multiplications": Quantity("Multiplications", lambda network, by: network.work["mac"] + network.work["mul"]),
    "additions": Quantity(
        "Additions", lambda network, by: network.work["mac"] - network.work.dots + network.work["add"]
    ),
    "activations": Quantity("Activations", lambda network, by: network.activations),
    "state": Quantity("State", lambda network, by: network.state),
    "reuse": Quantity("Reuse", _reuse),
    "cost against parameters": Quantity("Complexity by parameters P", _by_parameters, ("complexity by parameters",)),
    "growth": Quantity("Big-O", _growth, ("big o", "order"), lambda figure: _order(figure, "published"), sums=False),
    "training": Quantity("Training", lambda network, by: sum(_trained(network, by))),
    "backward": Quantity("Backward pass", lambda network, by: _trained(network, by)[1]),
    "kept activations": Quantity("Kept activations", _kept),
    **{
        each.heading.lower(): each
        for step in STEPS
        if step != USUAL_STEP
        for each in (_depth(step), _width(step), _parallelism(step))
    },
    **{kind: Quantity(kind, _of_kind(kind)) for kind in KINDS},
}
"""Every column by its name; the kinds of work are columns too."""

READ = (
    "complexity", "time scaling",
    *(_heading(words, step) for words in ("parallel width", "average parallelism") for step in STEPS),
)  # fmt: skip
"""The columns that depend on the convention, the parameters aside."""

LECTURE = ("complexity", "parameter count", "time scaling", "sequential depth", "parallel width")
"""The columns of the lecture's table, and what stands beside them."""


def column(name: str) -> Quantity:
    """What a table can say under a name that ``quantity`` gives: a row of the table, or as a counter counts.

    >>> import symcost as sc
    >>> column("thop").value(sc.architecture("affine"), sc.convention("macs"))
    B*H*I
    """
    return QUANTITIES.get(name) or Quantity(counters()[name].title, lambda network, by: network.cost(name))


def quantity(name: str, where: str = "") -> str:
    """The name under which a column is listed: case and hyphens do not matter, and some have a short name.

    >>> quantity("Depth"), quantity("parameter_count")
    ('sequential depth', 'parameter count')

    Raises:
        UnknownName: there is no such column.
    """
    plain = str(name).lower().replace("_", " ").replace("-", " ")
    if plain not in KINDS and plain in counters():
        return plain
    names = {alias: key for key, each in QUANTITIES.items() for alias in (key, *each.aliases)}
    if plain not in names:
        raise unknown("column", str(name), names, where)
    return names[plain]


def stepped(name: str, step: str) -> str:
    """The column of that name whose step is the one given, if it is told in steps and does not say itself what it is.

    >>> stepped("sequential depth", "operation"), stepped("complexity", "operation")
    ('sequential depth (operation)', 'complexity')

    Raises:
        UnknownName: no step is called so.
    """
    if step not in STEPS:
        raise unknown("step", step, STEPS)
    return _heading(name, step) if name in STEPPED else name
