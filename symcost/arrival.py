"""When each number is ready: the equations executed on times instead of numbers.

A number is ready when the latest of those that it depends on is, and the operation has taken its time: an unlimited
number of processors starts everything as soon as it can. What is latest is the length of the critical path, which is
thereby measured, not derived (``symcost.analysis.depth.schedule`` derives it).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symcost.analysis.latency import Latencies
from symcost.arithmetic import Array
from symcost.cost import Work
from symcost.dependence import Kept, traversed
from symcost.interpret import Executable


class Times(Kept):
    """The step after which each number is ready; nan where there is none."""

    dtype = float
    nothing = 0.0
    absent = np.nan

    def __init__(self) -> None:
        self.latest = 0

    def join(self, first: Any, second: Any) -> Array:
        return np.asarray(np.maximum(first, second))  # nan where one is

    def over(self, x: Array, places: tuple[int, ...], keep: bool = False) -> Array:
        return np.asarray(np.nanmax(x, axis=places, keepdims=keep))

    def advance(self, x: Array, name: str, latency: int, work: Work) -> Array:
        ready: Array = np.maximum(x, 0.0) + latency  # padding with the lowest number is ready at once too
        self.latest = max(self.latest, int(np.nanmax(ready)))
        return ready


def ready_times(model: Executable, *shapes: tuple[int, ...], step: str | Latencies = "scalar") -> tuple[Array, ...]:
    """The step after which each number is ready that comes out of a layer or a network; nan where there is none.

    >>> import symcost as sc
    >>> ready_times(sc.RNN(2, 2), (4, 2), step="layer")[0][:, 0]
    array([1., 2., 3., 4.])

    Raises:
        ShapeError: a size is no number.
        UnpricedError: a node has a cost but no equation.
    """
    made = traversed(model, shapes, Times(), step)
    return tuple(np.maximum(each, 0.0) for each in made)


def critical_path_length(model: Executable, *shapes: tuple[int, ...], step: str | Latencies = "scalar") -> int:
    """After how many steps everything is computed that a layer or a network computes.

    >>> import symcost as sc
    >>> critical_path_length(sc.Linear(5, 3), (5,))  # a product, three levels of a tree, the bias
    5

    Raises:
        ShapeError: a size is no number.
        UnpricedError: a node has a cost but no equation.
    """
    times = Times()
    traversed(model, shapes, times, step)
    return times.latest
