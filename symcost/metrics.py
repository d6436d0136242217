"""What is added up over the steps of sampling: operations of a kind, or work as a convention or a counter reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sympy import Expr

from symcost.conventions import Convention
from symcost.cost import Cost
from symcost.errors import UnpricedError
from symcost.expressions import ZERO
from symcost.readings import Reading, reading
from symcost.stepping import Model


class Metric(NamedTuple):
    """Something that is added up: of a whole network, and of what is done before the first step."""

    of_network: Callable[[Model], Expr]
    of_cost: Callable[[Cost], Expr]


DOTS = Metric(lambda network: network.work.dots, lambda cost: cost.work.dots)
"""The dot products of which the multiply-accumulates are."""


def of_kind(kind: str) -> Metric:
    """The scalar operations of a kind."""
    return Metric(lambda network: network.work[kind], lambda cost: cost.work[kind])


def metric(by: str | Reading, where: str) -> Metric:
    """The work as one number, under a convention or as a counter counts, which reads networks alone."""
    read = reading(by)

    def of_cost(cost: Cost) -> Expr:
        if isinstance(read, Convention):
            return read.work(cost)
        if cost.work:
            raise UnpricedError(
                f"what {read.name} counts before the first step is not known", where=where, remedy="choose a convention"
            )
        return ZERO

    return Metric(lambda network: network.cost(read), of_cost)
