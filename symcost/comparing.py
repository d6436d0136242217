"""Networks, layers and expressions compared: what the analyses of costs are asked by people."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy import Expr, Symbol, sympify

from symcost import dimensions
from symcost.analysis.comparison import Crossover, Pair, Question, Region, pair, regions
from symcost.analysis.premises import Premises
from symcost.analysis.ratio import Limit
from symcost.analysis.relations import premises
from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.errors import DimensionError, nearest, unknown
from symcost.expressions import NO_NUMBERS, dimensions_of, in_dimensions, normal
from symcost.layer import Layer
from symcost.network import Network
from symcost.notation import text

Priced: TypeAlias = Network | Layer | Expr | int
"""What has a cost: a network, a layer on the inputs that it suggests, or the cost itself."""

METRICS = {
    "parameters": lambda network: network.parameters,
    "activations": lambda network: network.activations,
    "state": lambda network: network.state,
    "depth": lambda network: network.depth,
    "width": lambda network: network.width,
}
"""What networks are compared by, beside the conventions of work."""


@dataclass(frozen=True)
class Comparison:
    """Costs compared along a dimension.

    Each of two or more has a name; ``pairs`` are all pairs of them, and ``regions`` say where which is the cheapest.
    Of two, ``difference``, ``ratio`` and ``limit`` are those of the only pair.
    """

    by: Symbol
    costs: Mapping[str, Expr]
    metric: str
    premises: Premises
    pairs: tuple[Pair, ...]
    regions: tuple[Region, ...]

    @property
    def only(self) -> Pair:
        """The pair, if there is only one.

        Raises:
            DimensionError: more than two are compared.
        """
        if len(self.pairs) > 1:
            raise DimensionError(f"{len(self.costs)} networks", expected="two", remedy="see pairs, of each two of them")
        return self.pairs[0]

    @property
    def difference(self) -> Expr:
        """The first cost less the second."""
        return self.only.difference

    @property
    def ratio(self) -> Expr:
        """The first cost over the second, in lowest terms."""
        return self.only.ratio

    @property
    def limit(self) -> Limit:
        """What the ratio comes to as the dimension grows."""
        return self.only.limit

    @property
    def crossovers(self) -> tuple[Crossover, ...]:
        """Where two of the costs are equal; touches too, which say so."""
        return tuple(each for both in self.pairs for each in both.crossovers)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is left open, and in which case."""
        return tuple(dict.fromkeys(each for both in self.pairs for each in both.questions))

    def __str__(self) -> str:
        from symcost.render.analyses import comparison_table  # who prints a comparison has it written as a table

        return str(comparison_table(self))


def compare(
    *compared: Priced,
    by: Symbol | str | None = None,
    metric: str | Convention = "macs",
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
    names: Iterable[str] = (),
) -> Comparison:
    """Two or more networks, layers or costs, compared along a dimension.

    The metric is a convention for the work, or ``parameters``, ``activations``, ``state``, ``depth``, ``width``.
    ``given`` are sizes by name, ``assume`` relations such as ``"K <= T"`` or ``"1024 <= T"``. Without ``by`` the costs
    are compared along the first dimension, in the order of the table, on which they depend in different ways.

    >>> import symcost as sc
    >>> scores, projections = sc.read("2*T^2*H"), sc.read("4*T*H^2")
    >>> both = sc.compare(scores, projections, by=sc.T)
    >>> both.ratio, both.limit, both.crossovers[0].at, both.regions[0].inequalities
    (T/(2*H), oo, 2*H, (T < 2*H,))

    Raises:
        DimensionError: fewer than two costs, a dimension that no cost has, or relations that cannot hold.
        UnpricedError: a cost is not known.
    """
    if len(compared) < 2:
        raise DimensionError(f"{len(compared)} to compare", where="compare", expected="two or more")
    known = premises(assume, given)
    costs = _named(compared, metric, list(names))
    applied = {name: known.applied(cost) for name, cost in costs.items()}
    symbol = _along(by, applied, costs)
    found = tuple(pair((a, b), (applied[a], applied[b]), symbol, known) for a, b in itertools.combinations(applied, 2))
    said = metric if isinstance(metric, str) else metric.name
    return Comparison(symbol, applied, said, known, found, regions(applied, found, symbol, known))


def cost_of(priced: Any, metric: str | Convention = "macs") -> Expr:
    """The cost of a network, of a layer on the inputs that it suggests, or of an expression, which is one.

    Raises:
        UnknownName: there is no such metric.
        DimensionError: what is given has no cost.
    """
    if isinstance(priced, Layer):
        priced = as_network(priced)
    if isinstance(priced, Network):
        if isinstance(metric, str) and metric in METRICS:
            return normal(METRICS[metric](priced))
        if isinstance(metric, str) and metric not in CONVENTIONS:
            raise unknown("metric", metric, [*METRICS, *CONVENTIONS])
        return priced.cost(convention(metric))
    if isinstance(priced, bool) or not isinstance(priced, int | Expr):
        raise DimensionError(
            f"{priced!r} has no cost", expected="a network, a layer or an expression",
            remedy="text goes through symcost.read" if isinstance(priced, str) else "",
        )  # fmt: skip
    expression = in_dimensions(sympify(priced))
    if expression.has(*NO_NUMBERS):
        raise DimensionError(f"{priced} as a cost", expected="an expression of dimensions")
    return normal(expression)


def as_network(layer: Layer) -> Network:
    """A layer on the inputs that it suggests, as a network."""
    inputs = layer.example_inputs()
    return Network(layer.name, inputs, layer.apply(inputs))


def _named(compared: Iterable[Any], metric: str | Convention, names: list[str]) -> dict[str, Expr]:
    """The costs by name: that of the network or layer, or as expressions are written; numbered where two are alike."""
    found: dict[str, Expr] = {}
    for place, each in enumerate(compared):
        cost = cost_of(each, metric)
        name = names[place] if place < len(names) else getattr(each, "name", "") or text(cost)
        number = 2
        stem = name
        while name in found:
            name = f"{stem} ({number})"
            number += 1
        found[name] = cost
    return found


def _along(by: Symbol | str | None, applied: Mapping[str, Expr], costs: Mapping[str, Expr]) -> Symbol:
    """The dimension along which costs are compared."""
    inside = sorted({symbol for cost in applied.values() for symbol in cost.free_symbols}, key=dimensions.rank)
    if by is None:
        first, *others = applied.values()
        differing = {symbol for other in others for symbol in normal(first - other).free_symbols}
        chosen = [symbol for symbol in inside if symbol in differing] or inside
        return chosen[0] if chosen else dimensions.dimension("T")
    symbol = chosen_dimension(by)
    if symbol not in inside:
        whole = {each for cost in costs.values() for each in cost.free_symbols}
        found = f"{symbol} is given" if symbol in whole else f"no cost depends on {symbol}"
        raise DimensionError(found, where="compare", remedy=nearest(symbol.name, [each.name for each in inside]))
    return symbol


def chosen_dimension(by: Any) -> Symbol:
    """A dimension by its symbol or name.

    Raises:
        DimensionError: it is neither.
    """
    if isinstance(by, str):
        return dimensions.dimension(by)
    if not isinstance(by, Symbol):
        raise DimensionError(f"{by!r} as a dimension", expected="a symbol such as sc.T, or its name")
    (own,) = dimensions_of(in_dimensions(by))
    return own
