"""The table of a measurement beside an estimate."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr

from symcost.analysis.estimate import FLOPS, JOULES, Estimate
from symcost.measurement import THIS_MACHINE, Measurement
from symcost.render.estimate import THEORY, figures
from symcost.render.sheet import Cell, Column, Notes, Row
from symcost.render.table import Table
from symcost.render.units import measured, rounded

_MOST_NAMED = 8  # layers
_NOT_MEASURED = "The power for the measured time: the power is given, it is not measured."
_NO_POWER = "Not known: the power of the device; --power gives it, in watts."
_ELSEWHERE = "Not known: the power of the machine that measured."


def measurement_table(taken: Measurement, found: Estimate) -> Table:
    """A measurement beside the estimate of the same network: time, rates, energy; and which of the two is which."""
    notes, time = Notes(), taken.median
    first, third = taken.quartiles
    rows = (
        Row("Time of one pass", (Cell(measured(found.time, "s")), Cell(measured(time, "s")))),
        Row("Middle half of the runs", (Cell(""), Cell(f"{measured(first, 's')} to {measured(third, 's')}"))),
        Row("Measured over estimated", (Cell(""), Cell(rounded(time / found.time) if found.time != 0 else ""))),
        Row("Operations", _rates(found.flops, found, time, "FLOP/s")),
        Row("Bytes", _rates(found.bytes, found, time, "B/s")),
        Row("Energy (kWh)", _energies(found, time, notes)),
    )
    here = found.device.name == THIS_MACHINE
    remarks = (
        THEORY,
        f"The measurement is of this machine: {_said(taken)}",
        *([] if here else [f"They are of two machines: the estimate is for {found.device.name}."]),
        figures(found.device),
    )
    columns = (Column(f"Estimate for {found.device.name}"), Column("Measured here"))
    title = f"{taken.name}: theory and measurement"
    return Table(columns, rows, title, "Quantity", tuple(notes.said), remarks, FLOPS.line())


def _rates(amount: Expr, found: Estimate, time: float, unit: str) -> tuple[Cell, ...]:
    """So much in the estimated and in the measured time; nothing in no time."""
    return tuple(Cell(measured(amount / each, unit) if each != 0 else "") for each in (found.time, time))


def _energies(found: Estimate, time: float, notes: Notes) -> tuple[Cell, ...]:
    power = found.device.power
    if power is None:
        return (Cell("?", notes.mark(_NO_POWER)),) * 2
    if found.device.name != THIS_MACHINE:
        return Cell(rounded(found.energy)), Cell("?", notes.mark(_ELSEWHERE))
    return Cell(rounded(found.energy)), Cell(rounded(power * time / JOULES), notes.mark(_NOT_MEASURED))


def _said(taken: Measurement) -> str:
    """How a measurement was taken."""
    return (
        f"the median of {len(taken.seconds)} runs after one that does not count, by {taken.library} with "
        f"{taken.threads} on {taken.machine}, in {taken.format}, on random numbers, {_how(taken.own_layers)}."
    )


def _how(own: Sequence[str]) -> str:
    if not own:
        return "operation by operation"
    names = ", ".join(own) if len(own) <= _MOST_NAMED else f"{len(own)} of them"
    return f"with layers of its own where it has them ({names})"
