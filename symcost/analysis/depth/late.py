"""The schedule in which everything is begun as late as it can be without making it deeper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sympy import Expr

from symcost.analysis.depth.activity import Done
from symcost.analysis.depth.mobility import Mobility
from symcost.analysis.depth.order import Order
from symcost.analysis.depth.width import Width, width
from symcost.expressions import ZERO, sizes_given, substitute


@dataclass(frozen=True)
class Late:
    """What is done by how many steps before the end, and by how many steps each operation may be later than it can.

    ``mobility`` is by the names of operations: 0 on a critical path, never too large (de Micheli, Synthesis and
    Optimization of Digital Circuits, 1994, calls it so; elsewhere it is the slack). Of ``done``, loops, times and the
    steps of time of a graph are counted from the last.
    """

    done: Done
    depth: Expr
    order: Order
    mobility: Mobility

    @cached_property
    def found(self) -> Width:
        """The width, and where it is exact."""
        return width(self.done, self.order)

    @property
    def width(self) -> Expr:
        """The most work that begins at one step."""
        return self.found.work

    def profile(self, **sizes: Any) -> list[Expr]:
        """The work that begins at each step, at given sizes: those of time at least must be given.

        Raises:
            DimensionError: when something is begun depends on a size that is not given.
            UndecidedError: when something is begun again and again is not told.
        """
        from symcost.analysis.depth.profile import profile  # with NumPy, which nothing else here needs

        left = profile(self.done, sizes_given(sizes))  # of which the first is at the end
        steps = int(substitute(self.depth, sizes_given(sizes)))
        last = steps + 1 if left and left[0] != 0 else steps  # what takes no step may be begun at the end
        return [left[steps - step] if steps - step < len(left) else ZERO for step in range(last)]
