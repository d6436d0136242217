"""What a step is, in words, and how far a depth or a width can be relied on."""

from __future__ import annotations

from collections.abc import Iterable

from sympy.core.relational import Relational

from symcost.analysis.depth.schedule import Schedule
from symcost.render.sheet import Prose, related

STEP_LINES = {
    "layer": "A step is a layer; of a layer that recurs, one step of time.",
    "operation": "A step is an operation on tensors.",
    "scalar": "A step is an operation on numbers; sums are balanced trees.",
    "sequential": "A step is an operation on numbers; sums are made one after the other.",
}
"""What is said of each reading of a step."""


def depth_note(found: Schedule, of: str = "sequential depth") -> Prose:
    """The note on a depth that is an upper bound, somewhere or everywhere; nothing if it is exact."""
    return _bound(of, found.exact, found.conditions)


def width_note(found: Schedule, of: str = "parallel width") -> Prose:
    """The note on a width that is an upper bound, somewhere or everywhere; nothing if it is exact."""
    return _bound(of, found.found.exact, found.width_conditions)


def _bound(of: str, exact: bool, conditions: Iterable[Relational]) -> Prose:
    begin = f"{of}: "
    if not exact:
        return f"{begin}an upper bound; perhaps it is less."
    where = related(conditions)
    return (f"{begin}exact where ", *where, "; elsewhere an upper bound.") if where else ""
