"""What the page says, and how to have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sympy import Expr, Symbol

from symcost.conventions import CONVENTIONS
from symcost.dimensions import rank
from symcost.errors import DimensionError
from symcost.expressions import dimensions_of, sizes_given
from symcost.network import Network
from symcost.priced import refuse_names
from symcost.readings import Reading, reading
from symcost.render.columns import USUAL_STEP
from symcost.render.comparison import Entry, entry, table
from symcost.render.explorer.sizes import reach
from symcost.render.table import Table

EXPLORED = (
    "complexity", "parameter count", "activations", "sequential depth", "parallel width", "average parallelism",
)  # fmt: skip
"""The quantities that the page usually shows."""


@dataclass(frozen=True, repr=False)
class Explorer:
    """A page to play with: which networks it is about, and a table of them for each convention that it may switch to.

    ``begin`` are the sizes at which its sliders stand first, one a dimension; ``convention`` is the first one shown.
    """

    title: str
    networks: tuple[Network, ...]
    tables: Mapping[str, Table]  # by the name of the convention
    convention: str
    begin: Mapping[Symbol, int]

    def __repr__(self) -> str:
        return f"<Explorer {self.title!r}>"

    def html(self, templates: str | Path | None = None) -> str:
        """The page: one file that asks for no other, neither here nor from the network.

        Templates of the folder ``templates`` come before those of symcost.

        Raises:
            RenderError: Bokeh is not installed, or a template is broken.
        """
        from symcost.render.explorer.writing import written  # with Bokeh, which is an extra

        return written(self, templates)


def explorer(
    networks: Any,
    columns: Sequence[str] = EXPLORED,
    convention: str | Reading = "lecture",
    *,
    step: str = USUAL_STEP,
    at: Mapping[str, Any] | None = None,
    title: str = "",
) -> Explorer:
    """A page with a slider for every dimension of some networks, which shows their costs live, exact to the last digit.

    The networks, one or several or by the names that the page shows, and the columns are those of ``table``. The page
    may switch to every convention, and begins with the one given. A number in ``at`` is the size at which a slider
    begins; a formula ties a dimension to others, so that it has no slider: ``at={"T": 1000, "I": sc.H}``.

    >>> import symcost as sc
    >>> page = explorer([sc.RNN(sc.I, sc.H), sc.LSTM(sc.I, sc.H)], at={"T": 1000, "I": sc.H})
    >>> page.begin, list(page.tables)
    ({T: 1000, H: 64}, ['lecture', 'macs', 'flops', 'exact', 'weighted'])
    >>> page.tables["macs"].column("Complexity")
    [2*H**2*T, 8*H**2*T]

    Raises:
        UnknownName: there is no such column, convention or step.
        DimensionError: there is no network, or a size is given that nothing depends on, or that is none.
    """
    given = {symbol.name: size for symbol, size in sizes_given(at or {}).items()}
    ties = {name: size for name, size in given.items() if not size.is_number}
    entries = _tied(_entries(networks), ties)
    if not entries:
        raise DimensionError("nothing to show", where="explorer", expected="networks or layers")
    readings = {**CONVENTIONS, (first := reading(convention)).name: first}
    tables = {name: table(entries, columns, each, step=step) for name, each in readings.items()}
    shown = tuple(each.network for each in entries)
    begin = _begin(_dimensions(shown, tables.values()), {name: given[name] for name in given if name not in ties})
    labels = [each.label or each.network.name for each in entries]
    said = title or (", ".join(labels) if len(labels) <= _MOST_IN_TITLE else f"{len(labels)} networks")
    return Explorer(said, shown, tables, first.name, begin)


_MOST_IN_TITLE = 4


def _entries(networks: Any) -> list[Entry]:
    """One network, several, or several by the names that the page shows."""
    if isinstance(networks, Mapping):
        return [replace(entry(each), label=name) for name, each in networks.items()]
    several = isinstance(networks, Iterable) and not isinstance(networks, str) and not hasattr(networks, "is_directed")
    return [entry(each) for each in (networks if several else [networks])]


def _tied(entries: Sequence[Entry], ties: Mapping[str, Expr]) -> list[Entry]:
    """The entries with dimensions as formulas of others."""
    known = {symbol.name for each in entries for symbol in each.network.dimensions}
    refuse_names(ties, known, "at")
    return [replace(each, network=_at(each.network, ties)) for each in entries]


def _at(network: Network, sizes: Mapping[str, Expr]) -> Network:
    own = {symbol.name: sizes[symbol.name] for symbol in network.dimensions if symbol.name in sizes}
    return network.at(**own) if own else network


def _dimensions(networks: Iterable[Network], tables: Iterable[Table]) -> list[Symbol]:
    """The dimensions on which what the page shows depends."""
    values = [cell.value for table in tables for row in table.rows for cell in row.cells]
    values += [side for each in networks for held in each.conditions for side in (held.smaller, held.larger)]
    return sorted({symbol for value in values if isinstance(value, Expr) for symbol in dimensions_of(value)}, key=rank)


def _begin(symbols: Sequence[Symbol], given: Mapping[str, Expr]) -> dict[Symbol, int]:
    """The sizes at which the sliders begin."""
    refuse_names(given, [symbol.name for symbol in symbols], "at")
    return {symbol: int(given.get(symbol.name, reach(symbol).begin)) for symbol in symbols}
