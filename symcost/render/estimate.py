"""Tables of estimates and of devices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from sympy import Expr, Integer, cancel, fraction

from symcost.analysis.estimate import FLOPS, TRAINING, Estimate, Share
from symcost.devices import SYMBOLIC, Device
from symcost.errors import UnpricedError
from symcost.expressions import ONE, ZERO, term_count
from symcost.notation import text
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, legend, parts_of
from symcost.render.table import Table
from symcost.render.units import LEAST_PREFIX, measured, prefix_of, prefixed, rounded

THEORY = (
    "The estimate is theory: every layer at the peak or at the bandwidth of the device, whichever takes longer, one "
    "after the other. Programs take longer, unless they join layers or find their numbers in caches."
)
_FUSED = "Bytes: a layer reads what it takes and its weights once, and writes what it hands out; nothing between moves."
_STREAMED = "Bytes: as of layers that keep what is between on chip, but read the weights of a recurrence at each step."
_ENERGY = "Energy: the full power of the device for all of that time."
_TRAINING = "Training is taken as three forward passes: the backward of a product is two products of its size."
_MOST_CANCELLED = 40  # terms of a quotient that is tried in lowest terms


def estimate_table(found: Estimate) -> Table:
    """An estimate of one pass, layer by layer: operations, bytes, what the time is bound by, the time; totals.

    >>> import symcost as sc
    >>> net = sc.Sequential("affine", sc.Input(64, 1024), sc.Linear(1024, 1024, bias=False))
    >>> print(estimate_table(sc.estimate(net, "a100")).column("Time (µs)"))
    ['1.16', '1.16']
    """
    notes, unit = Notes(), _unit(found)
    rows = [Row(share.name, _cells(share, unit, notes)) for share in found.shares]
    rows.append(Row("total", _totals(found, unit, notes)))
    return Table(
        tuple(map(Column, ("FLOPs", "Bytes", "FLOPs/byte", "Bound", f"Time ({prefixed('s', unit)})"))),
        tuple(rows),
        f"{found.name} on {found.device.name}: one pass",
        "Layer",
        tuple(notes.said),
        (*_legend(found), figures(found.device), _STREAMED if found.streamed else _FUSED),
        FLOPS.line(),
    )


def run_table(found: Estimate) -> Table:
    """An estimate as a whole: one pass, the run of all passes, hours and energy."""
    notes, rows = Notes(), []
    for label, value in _QUANTITIES.items():
        try:
            rows.append(Row(label, (Cell(value(found)),)))
        except UnpricedError as error:
            rows.append(Row(label, (Cell("?", notes.mark(f"{error}.")),)))
    remarks = (THEORY, _ENERGY, *([_TRAINING] if found.passes == TRAINING else []))
    return Table((Column("Estimate"),), tuple(rows), f"{found.name}: the run", "Quantity", tuple(notes.said), remarks)


_QUANTITIES: Mapping[str, Callable[[Estimate], Prose]] = {
    "Computation at the peak": lambda found: duration(
        found.compute_time, _over(found.flops, found.device.peak, _unit(found)), _unit(found)
    ),
    "Transfer at the bandwidth": lambda found: duration(
        found.transfer_time, _over(found.bytes, found.device.bandwidth, _unit(found)), _unit(found)
    ),
    "One pass, computation and transfer at once": lambda found: duration(
        found.whole.time, _time(found.whole, _unit(found)), _unit(found)
    ),
    "One pass, layer after layer": lambda found: duration(found.time, _total(found, _unit(found)), _unit(found)),
    "Passes": lambda found: found.passes * found.times,
    "All passes, layer after layer": lambda found: duration(found.seconds, ("passes x one pass",), None),
    "Hours of the device": lambda found: _or_formula(found.hours, "seconds / 3600"),
    "Energy (kWh)": lambda found: _or_formula(found.energy, "hours x power / 1000"),
    "Balance of the device (FLOPs/byte)": lambda found: _number(found.device.balance),
    "Critical batch (rows of a large product)": lambda found: _number(found.device.critical_batch),
}


def devices_table(devices: Mapping[str, Device]) -> Table:
    """Devices by name: their figures, and where those are from."""
    notes = Notes()
    rows = []
    for name, device in devices.items():
        power = Cell("?", notes.mark("Not known.")) if device.power is None else Cell(_number(device.power))
        values = (
            device.name, device.format, _number(device.peak / 10**12), _number(device.bandwidth / 10**9),
            _number(device.balance), _number(device.bytes),
        )  # fmt: skip
        rows.append(Row(name, (*map(Cell, values), power, Cell(device.source))))
    headings = (
        "Device", "Format", "Peak (TFLOP/s)", "Bandwidth (GB/s)", "FLOPs/byte", "Bytes a number", "Power (W)", "Source",
    )  # fmt: skip
    return Table(tuple(map(Column, headings)), tuple(rows), stub="Name", notes=tuple(notes.said))


def figures(device: Device) -> Prose:
    """A device in one line: its figures, and where they are from."""
    if replace(device, power=SYMBOLIC.power) == SYMBOLIC:
        given = "" if device.power == SYMBOLIC.power else f"; {_number(device.power)} W"
        return f"{device.name}: {device.source}{given}."
    said: list[str | Expr] = [f"{device.name}: peak "]
    for figure, unit, ending in ((device.peak, "FLOP/s", ", bandwidth "), (device.bandwidth, "B/s", ", ")):
        said += [*parts_of(measured(figure, unit) if figure.is_number else (figure, f" {unit}")), ending]
    power = ("power not known",) if device.power is None else (_number(device.power), " W")
    said += [*power, ", ", _number(device.bytes), " bytes a number", f" ({device.format})" * bool(device.format), "."]
    return (*said, f" Source: {device.source}." * bool(device.source))


def duration(value: Expr, formula: Prose, unit: int | None) -> Prose:
    """A time with its unit; the formula, in a unit of its own, if it is no number."""
    if value.is_number:
        return measured(value, "s")
    return formula if unit is None else (*parts_of(formula), f" {prefixed('s', unit)}")


# --- cells -----------------------------------------------------------------------------------------------------------


def _cells(share: Share, unit: int, notes: Notes) -> tuple[Cell, ...]:
    counted = (_count(share.flops, notes), _count(share.bytes, notes))
    if not share.is_known:
        return (*counted, *(_count(None, notes),) * 3)
    marks: tuple[int, ...] = ()
    if share.bound == "undecided":
        least = _number(share.device.balance)
        marks = notes.mark(("By computation where FLOPs/byte is at least ", least, ", by memory where it is less."))
    return (*counted, Cell(_intensity(share)), Cell(share.bound, marks), Cell(_time(share, unit)))


def _totals(found: Estimate, unit: int, notes: Notes) -> tuple[Cell, ...]:
    if found.unknown("flops", "bytes"):
        sums = (None if found.unknown(metric) else getattr(found, metric) for metric in ("flops", "bytes"))
        return (*(_count(each, notes) for each in sums), *(_count(None, notes),) * 3)
    counted, time = found.whole, found.time
    written = rounded(time / Integer(10) ** unit) if time.is_number else "the sum"
    return Cell(counted.flops), Cell(counted.bytes), Cell(_intensity(counted)), Cell(""), Cell(written)


def _count(known: Expr | None, notes: Notes) -> Cell:
    return Cell("?", notes.mark("Not known: of a node only costs are given.")) if known is None else Cell(known)


def _time(share: Share, unit: int) -> Prose:
    """The time of a layer in a unit: rounded, or the exact formula."""
    if share.time.is_number:
        return rounded(share.time / Integer(10) ** unit)
    compute = _over(share.flops, share.device.peak, unit)
    transfer = _over(share.bytes, share.device.bandwidth, unit)
    if share.bound == "undecided":
        return ("max(", *parts_of(compute), ", ", *parts_of(transfer), ")")
    return transfer if share.bound == "memory" else compute


def _total(found: Estimate, unit: int) -> Prose:
    """The formula of the time of all layers, in which equal layers stand once."""
    written = Counter(parts_of(_time(share, unit)) for share in found.shares if share.time != 0)
    said: list[str | Expr] = []
    for formula, count in written.items():
        said += [" + "] * bool(said) + [f"{count} x "] * (count > 1) + list(formula)
    return tuple(said)


def _over(numerator: Expr | None, denominator: Expr, unit: int) -> Prose:
    """A quotient in a unit, with its number in lowest terms."""
    number, rest = (numerator or ZERO).primitive()
    number *= Integer(10) ** -unit
    if denominator.is_number:
        number, denominator = number / denominator, ONE
    above, below = number.p * rest, number.q * denominator
    return (above,) if below == 1 else (*_bracketed(above), "/", *_bracketed(below))


def _bracketed(expression: Expr) -> tuple[str | Expr, ...]:
    """An expression in front of a line of a fraction: in brackets if it is written as a sum."""
    outside = re.sub(r"\(.*\)", "", text(expression))
    return ("(", expression, ")") if " + " in outside or " - " in outside else (expression,)


def _intensity(share: Share) -> Prose:
    intensity = share.intensity
    if intensity.is_number:
        return rounded(intensity)
    if term_count(share.flops) + term_count(share.bytes) <= _MOST_CANCELLED:
        intensity = cancel(intensity)
    above, below = fraction(intensity)
    single = below.is_Symbol or below.is_Integer
    return (above,) if below == 1 else (*_bracketed(above), "/", *((below,) if single else ("(", below, ")")))


def _unit(found: Estimate) -> int:
    """The prefix of seconds for a table: that of the total, or the one in which formulas have the shortest numbers."""
    times = [share.time for share in found.shares if share.is_known]
    if times and all(time.is_number for time in times):
        return prefix_of(sum(times, ZERO))
    rates = (found.device.peak, found.device.bandwidth)
    if not all(rate.is_number for rate in rates):
        return 0
    units = range(LEAST_PREFIX, 0, 3)
    return next((unit for unit in units if all((rate * Integer(10) ** unit).is_Integer for rate in rates)), 0)


def _number(value: Expr) -> str | Expr:
    return rounded(value) if value.is_number else value


def _or_formula(value: Expr, formula: str) -> str:
    return rounded(value) if value.is_number else formula


def _legend(found: Estimate) -> tuple[Prose, ...]:
    known = [each for share in found.shares for each in (share.flops, share.bytes) if each is not None]
    return legend({symbol for each in known for symbol in each.free_symbols}, found.conditions)
