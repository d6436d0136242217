"""The schedule of a network's equation, its work counted by a convention or as a counter counts."""

from __future__ import annotations

from functools import partial

from sympy import Expr

from symcost.analysis.depth.activity import Activity
from symcost.analysis.depth.schedule import Prices, Schedule
from symcost.analysis.depth.schedule import scheduled as _scheduled
from symcost.analysis.latency import Latencies
from symcost.analysis.premises import NOTHING, Premises
from symcost.conventions import Convention
from symcost.equation import Equation
from symcost.expressions import ZERO, normal
from symcost.readings import Reading, reading


def scheduled(equation: Equation, latencies: Latencies, by: str | Reading, known: Premises = NOTHING) -> Schedule:
    """When everything is begun as soon as it can be, and how much is done then.

    Raises:
        UnpricedError: how long something takes is not known.
    """
    chosen = reading(by)
    prices = Prices(chosen.read(equation), chosen.read, partial(_priced, chosen))
    return _scheduled(equation, latencies, prices, known)


def _priced(reading: Reading, activity: Activity) -> Expr:
    """The work of one turn of the loops around; a counter knows that of the layer, in all turns."""
    if isinstance(reading, Convention):
        return reading.work(activity.cost)
    return normal(reading.read(activity.node) * activity.share / activity.turns) if activity.node else ZERO
