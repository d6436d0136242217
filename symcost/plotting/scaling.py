"""Plots of scaling: a quantity of networks, layers and costs along a dimension, or against another quantity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sympy import Symbol

from symcost.conventions import Convention
from symcost.errors import unknown
from symcost.plotting.against import against as one_against_another
from symcost.plotting.along import along
from symcost.plotting.sizes import interval
from symcost.plotting.subjects import asked, measured
from symcost.readings import Reading
from symcost.render.plots.plot import Plot

SCALES = {
    "log-log": (True, True), "linear": (False, False), "log-linear": (True, False), "linear-log": (False, True),
}  # fmt: skip
"""Whether each axis is logarithmic, by the name of the scale: the axis that lies comes first."""


def plot(
    plotted: Any,
    over: Symbol | str | None = None,
    quantity: str | Convention = "macs",
    *,
    against: str = "",
    at: Mapping[str, Any] | None = None,
    range: Sequence[Any] | None = None,
    assume: Iterable[Any] = (),
    convention: str | Reading = "macs",
    scale: str = "log-log",
    title: str = "",
) -> Plot:
    """How a quantity of networks, layers or costs grows with a dimension, with the places where they cost the same.

    What is plotted is one of them or several, perhaps by the names that the plot shows: ``{"RNN": net, ...}``; the
    name of a network that comes with symcost will do. The quantity is a column of a table (``macs``, ``parameters``,
    ``depth``, ``activations``, ...) or a convention. ``at`` gives the sizes of all other dimensions. Each is plotted at
    whole sizes at which it exists. With ``against``, such as ``parameters``, that quantity lies on the first axis, and
    the dimension grows along the curves.

    >>> import symcost as sc
    >>> made = plot({"scores": sc.read("2*T^2*H"), "projections": sc.read("4*T*H^2")}, "T", at={"H": 256})
    >>> [(curve.name, curve.points[0]) for curve in made.curves]
    [('scores', (1, 512)), ('projections', (1, 262144))]
    >>> made.marks[0].at, made.marks[0].label
    ((512, 134217728), (T, ' = ', 2*H, ' = ', 512))

    Raises:
        DimensionError: a dimension has no size, or something does not exist in the range.
        UnknownName: there is no such quantity or scale.
        UnpricedError: a cost is not known.
    """
    if scale not in SCALES:
        raise unknown("scale", scale, SCALES)
    ends = None if range is None else interval(range)
    standing = measured(quantity, convention)
    if not against:
        what = asked(plotted, [standing], at, assume)
        return along(what, what.along(over), standing, ends, SCALES[scale], title)
    both = measured(against, convention), standing
    what = asked(plotted, both, at, assume)
    return one_against_another(what, what.along(over), both, ends, SCALES[scale], title)
