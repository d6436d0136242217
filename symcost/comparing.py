"""Networks, layers and costs compared along a dimension."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol

from symcost import dimensions
from symcost.analysis.comparison import Crossover, Pair, Question, Region, pair, regions
from symcost.analysis.premises import Premises
from symcost.analysis.ratio import Limit
from symcost.conditions import Condition
from symcost.conventions import Convention, line_of
from symcost.errors import DimensionError, nearest
from symcost.expressions import normal
from symcost.notation import text
from symcost.priced import Priced, cost_of, distinct, existing, network_of, symbol_of
from symcost.progress import along, part
from symcost.render.analyses import comparison_tables, regions_table
from symcost.render.table import Table


@dataclass(frozen=True)
class Comparison:
    """Costs compared along a dimension.

    Each of two or more has a name; ``pairs`` are all pairs of them, and ``regions`` say where which is the cheapest.
    Of two, ``difference``, ``ratio`` and ``limit`` are those of the only pair. The metric is empty if all of them are
    costs already. The ``premises`` are what is declared; ``holds`` says where the networks exist beyond that. All that
    is said here keeps to both.
    """

    by: Symbol
    costs: Mapping[str, Expr]
    metric: str | Convention
    premises: Premises
    pairs: tuple[Pair, ...]
    regions: tuple[Region, ...]
    unassigned: tuple[Question, ...] = ()  # why regions are missing, if any are
    holds: tuple[Condition, ...] = ()

    @property
    def only(self) -> Pair:
        """The pair, if there is only one.

        Raises:
            DimensionError: more than two are compared.
        """
        if len(self.pairs) > 1:
            raise DimensionError(f"{len(self.costs)} costs", expected="two", remedy="see pairs, of each two of them")
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
        of_pairs = (each for both in self.pairs for each in both.questions)
        return tuple(dict.fromkeys([*of_pairs, *self.unassigned]))

    def tables(self) -> list[Table]:
        """The costs, their ratios, where they cross and where each is the cheapest, as tables."""
        line = line_of(self.metric)
        heading = str(self.metric).capitalize() if self.metric and not line else "Cost"
        found = comparison_tables(self.by, self.costs, self.pairs, self.premises, self.holds, heading, line)
        return [*found, regions_table(self.by, self.regions, self.unassigned)]

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.tables()))


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
    compared = tuple(map(network_of, compared))
    costs = _named(compared, metric, list(names))
    range_ = existing(compared, assume, given)
    known = range_.premises
    applied = {name: known.applied(cost) for name, cost in costs.items()}
    symbol = _along(by, applied, costs)
    twos = along(itertools.combinations(applied, 2), "pair", " and ".join)
    found = tuple(pair((a, b), (applied[a], applied[b]), symbol, known) for a, b in twos)
    counted = "" if all(isinstance(each, int | Expr) for each in compared) else metric
    with part("regions along", symbol.name):
        where = regions(applied, found, symbol, known)
    return Comparison(symbol, applied, counted, range_.declared, found, *where, holds=range_.holds)


def _named(compared: Sequence[Any], metric: str | Convention, names: list[str]) -> dict[str, Expr]:
    """The costs by name: that of the network or layer, or as expressions are written; numbered where two are alike."""
    costs = [cost_of(each, metric) for each in compared]
    stems = [
        names[place] if place < len(names) else getattr(each, "name", "") or text(cost)
        for place, (each, cost) in enumerate(zip(compared, costs, strict=True))
    ]
    return dict(zip(distinct(stems), costs, strict=True))


def _along(by: Symbol | str | None, applied: Mapping[str, Expr], costs: Mapping[str, Expr]) -> Symbol:
    """The dimension along which costs are compared."""
    inside = sorted({symbol for cost in applied.values() for symbol in cost.free_symbols}, key=dimensions.rank)
    if by is None:
        first, *others = applied.values()
        differing = {symbol for other in others for symbol in normal(first - other).free_symbols}
        chosen = [symbol for symbol in inside if symbol in differing] or inside
        return chosen[0] if chosen else dimensions.dimension("T")
    symbol = symbol_of(by)
    if symbol not in inside:
        whole = {each for cost in costs.values() for each in cost.free_symbols}
        found = f"{symbol} is given" if symbol in whole else f"no cost depends on {symbol}"
        raise DimensionError(found, where="compare", remedy=nearest(symbol.name, [each.name for each in inside]))
    return symbol
