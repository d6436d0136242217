"""Readings: a convention prices work, a counter counts as a tool does. Either reads a network as one number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sympy import Expr

from symcost.conventions import CONVENTIONS, Convention, convention, is_convention
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.errors import unknown
from symcost.tensor import Node

if TYPE_CHECKING:
    from symcost.counters import Counter


@runtime_checkable
class Reading(Protocol):
    """What a convention and a counter have in common."""

    @property
    def name(self) -> str: ...
    def __hash__(self) -> int: ...
    def read(self, costed: Node | Equation) -> Expr:
        """A node or an equation as one number."""

    def ignored(self, costed: Node | Equation) -> tuple[str, ...]:
        """The layers that it leaves out because it does not know them."""

    def parameters(self, cost: Cost) -> Expr:
        """The parameters that it counts."""

    def line(self) -> str:
        """The line that a table prints."""


def counters() -> dict[str, Counter]:
    """Every counter by its name; imported when one is asked for."""
    from symcost.counters import COUNTERS

    return COUNTERS


def readings() -> dict[str, Convention | Counter]:
    """Every convention and every counter by its name."""
    return {**CONVENTIONS, **counters()}


def reading(by: str | Reading) -> Reading:
    """A convention or a counter by its name; one that is given is handed back.

    >>> reading("flops").name, reading("FlopCounterMode").name
    ('flops', 'flopcountermode')

    Raises:
        UnknownName: there is none of that name.
    """
    if not isinstance(by, str) and isinstance(by, Reading):
        return by
    name = str(by)
    if not is_reading(name):
        raise unknown("convention", name, readings())
    return convention(name) if is_convention(name) else counters()[name.lower()]


def is_reading(name: str) -> bool:
    """Whether a convention or a counter is called so; a convention's name may go on with what it leaves out.

    >>> is_reading("flops without bias"), is_reading("FlopCounterMode"), is_reading("flop")
    (True, True, False)
    """
    return is_convention(name) or name.lower() in counters()
