"""The plot of a schedule: how much work begins at each step, with its width and its average parallelism."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Eq, Expr, Integer

from symcost.analysis.depth.schedule import Schedule
from symcost.errors import DimensionError
from symcost.expressions import normal, sizes_given, substitute
from symcost.render.plots.description import Axis, Curve, Level
from symcost.render.plots.plot import Plot
from symcost.render.sheet import related
from symcost.render.steps import STEP_LINES, depth_note
from symcost.render.units import rounded


def profile_plot(found: Schedule, sizes: Mapping[str, Any], name: str, convention: str) -> Plot:
    """The profile of a schedule at given sizes, step by step.

    Raises:
        DimensionError: a size is not given, or nothing takes a step.
        UndecidedError: when something is begun is not told.
    """
    begun, at = found.profile(**sizes), sizes_given(sizes)
    work, depth, width = (normal(substitute(each, at)) for each in (found.work, found.depth, found.width))
    missing = sorted({symbol.name for each in (*begun, work, depth) for symbol in each.free_symbols})
    if missing:
        raise DimensionError(
            f"no size for {', '.join(missing)}", where="profile", expected="a number for each dimension",
            remedy=f"give {' and '.join(f'{each}=16' for each in missing)}, for example",
        )  # fmt: skip
    if not begun or depth == 0:
        raise DimensionError("nothing takes a step", where="profile", expected="something that does")
    points = tuple((Integer(step), each) for step, each in enumerate((*begun, begun[-1])))
    most, average = max(begun), work / depth
    levels = (
        Level("Width", most, (found.width, " = ", most) if found.width.free_symbols and width == most else most),
        Level("Average parallelism", average, (*_quotient(found.parallelism), rounded(average))),
    )
    given = related([Eq(symbol, size, evaluate=False) for symbol, size in at.items()], ", ")
    notes = (each for each in (depth_note(found),) if each)
    said = (("At ", *given, "."), STEP_LINES[found.step], *notes, *([convention] if convention else []))
    x = Axis("Step", Integer(0), Integer(len(begun)), is_log=False)
    y = Axis("Work begun in a step", Integer(0), most, is_log=False)
    return Plot(x, y, (Curve("", points, stepped=True),), levels=levels, title=name, caption=said)


def _quotient(parallelism: Expr) -> tuple[str | Expr, ...]:
    return (parallelism, " = ") if parallelism.free_symbols else ()
