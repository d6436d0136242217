"""What a table can say of a network: one row a column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Expr

from symcost.analysis.scaling import time_scaling
from symcost.analysis.training import training
from symcost.conventions import Convention
from symcost.cost import KINDS
from symcost.errors import UnpricedError, unknown
from symcost.network import Network

Value: TypeAlias = Expr | str


FIXED = "fixed"  # a time scaling: time is fixed in the weights
WORDS = (FIXED,)  # values that are no expressions


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of a table: its heading, its value for a network under a convention, and other names for it."""

    heading: str
    value: Callable[[Network, Convention], Value]
    aliases: tuple[str, ...] = ()


def _complexity(network: Network, by: Convention) -> Expr:
    return network.cost(by)


def _parameters(network: Network, by: Convention) -> Expr:
    return network.parameters_by(by)


def _time_scaling(network: Network, by: Convention) -> Value:
    scaling = time_scaling(network.cost(by), network.parameters_by(by))
    if scaling is None:
        raise UnpricedError(
            "how it grows with time is not known", where=f"network {network.name!r}", expected="a sum of powers of time"
        )
    return FIXED if scaling == 1 else scaling


def _of_kind(kind: str) -> Callable[[Network, Convention], Value]:
    return lambda network, by: network.work[kind]


QUANTITIES = {
    "complexity": Quantity("Complexity", _complexity, ("cost",)),
    "parameter count": Quantity("Parameter count", _parameters, ("parameters", "params")),
    "time scaling": Quantity("Time scaling", _time_scaling),
    "sequential depth": Quantity("Sequential depth", lambda network, by: network.depth, ("depth",)),
    "parallel width": Quantity("Parallel width", lambda network, by: network.width_by(by), ("width",)),
    "macs": Quantity("MACs", lambda network, by: network.macs),
    "flops": Quantity("FLOPs", lambda network, by: network.flops),
    "multiplications": Quantity("Multiplications", lambda network, by: network.work["mac"] + network.work["mul"]),
    "additions": Quantity(
        "Additions", lambda network, by: network.work["mac"] - network.work.dots + network.work["add"]
    ),
    "activations": Quantity("Activations", lambda network, by: network.activations),
    "state": Quantity("State", lambda network, by: network.state),
    "training": Quantity("Training", lambda network, by: by.price(training(network).total.work)),
    "backward": Quantity("Backward pass", lambda network, by: by.price(training(network).backward.work)),
    "kept activations": Quantity("Kept activations", lambda network, by: training(network).kept),
    **{kind: Quantity(kind, _of_kind(kind)) for kind in KINDS},
}
"""Every column by its name; the kinds of work are columns too."""

LECTURE = ("complexity", "parameter count", "time scaling", "sequential depth", "parallel width")
"""The columns of the lecture's table, and what stands beside them."""


def quantity(name: str, where: str = "") -> str:
    """The name under which a column is listed: case and hyphens do not matter, and some have a short name.

    >>> quantity("Depth"), quantity("parameter_count")
    ('sequential depth', 'parameter count')

    Raises:
        UnknownName: there is no such column.
    """
    plain = str(name).lower().replace("_", " ").replace("-", " ")
    names = {alias: key for key, each in QUANTITIES.items() for alias in (key, *each.aliases)}
    if plain not in names:
        raise unknown("column", str(name), names, where)
    return names[plain]
