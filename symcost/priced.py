"""What has a cost: a network, a layer on the inputs that it suggests, or an expression, which is one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sympy import Expr, Symbol, sympify

from symcost.analysis.existence import Range, range_of
from symcost.analysis.growth import Relations
from symcost.analysis.relations import premises
from symcost.conventions import CONVENTIONS, Convention, convention, is_convention
from symcost.dimensions import dimension
from symcost.errors import DimensionError, nearest, unknown
from symcost.expressions import NO_NUMBERS, in_dimensions, normal
from symcost.layer import Layer
from symcost.network import Network
from symcost.sampled import Sampled
from symcost.sequential import alone

Priced: TypeAlias = Network | Layer | Expr | int

METRICS: dict[str, Callable[[Network], Expr]] = {
    "parameters": lambda network: network.parameters,
    "activations": lambda network: network.activations,
    "state": lambda network: network.state,
    "depth": lambda network: network.depth,
    "width": lambda network: network.width,
}
"""What networks are measured by, beside the conventions of work."""


def cost_of(priced: Any, metric: str | Convention = "macs") -> Expr:
    """The cost of something by a metric: a convention for the work, or one of ``METRICS``.

    >>> import symcost as sc
    >>> cost_of(sc.GRU(sc.I, sc.H)), cost_of(sc.read("T*H")), cost_of(sc.Linear(3, 4), "parameters")
    (3*H**2*T + 3*H*I*T, H*T, 16)

    Raises:
        UnknownName: there is no such metric.
        DimensionError: what is given has no cost.
        UnpricedError: its cost is not known.
    """
    priced = network_of(priced)
    if not is_convention(metric) and metric not in METRICS:
        raise unknown("metric", str(metric), [*METRICS, *CONVENTIONS])
    if not isinstance(priced, Network):
        return expression_of(priced)
    return priced.cost(convention(metric)) if is_convention(metric) else normal(METRICS[str(metric)](priced))


def network_of(priced: Any) -> Any:
    """A layer as a network, on the inputs that it suggests; anything else as it is."""
    return alone(priced) if isinstance(priced, Layer) else priced


def remedy_for(given: Any) -> str:
    """What to give in place of something that is no network and no layer, if that is known.

    >>> import symcost as sc
    >>> remedy_for(sc.RNN), remedy_for("rnn")
    ('give RNN(...)', "give symcost.architecture('rnn')")
    """
    if isinstance(given, Sampled):
        return f"give its .network, which runs {'one step' if given.cache else 'on every prefix'}"
    if isinstance(given, type) and issubclass(given, Layer):
        return f"give {given.__name__}(...)"
    return f"give symcost.architecture({given!r})" if isinstance(given, str) else ""


_OF_TEXT = "text goes through symcost.read, the name of a network through symcost.architecture"


def expression_of(value: Any) -> Expr:
    """A number or an expression of dimensions, in normal form; never text.

    Raises:
        DimensionError: it is neither.
    """
    if isinstance(value, bool) or not isinstance(value, int | Expr):
        raise DimensionError(
            f"{value!r} has no cost", expected="a network, a layer or an expression",
            remedy=_OF_TEXT if isinstance(value, str) else remedy_for(value),
        )  # fmt: skip
    expression = in_dimensions(sympify(value))
    if expression.has(*NO_NUMBERS) or expression.is_real is False:
        raise DimensionError(f"{value} as a cost", expected="an expression of dimensions")
    return normal(expression)


def existing(priced: Iterable[Any], assume: Any = (), given: Mapping[str, Any] | None = None) -> Range:
    """Where the costs of all of some networks, layers and costs hold, under relations and at given sizes.

    >>> import symcost as sc
    >>> [str(each) for each in existing([sc.MultiheadAttention()], given={"E": 512}).holds]
    ['N divides 512']

    Raises:
        DimensionError: a size is given that nothing depends on, or relations and networks contradict each other.
        ShapeError: a network does not exist at the given sizes.
    """
    relations, priced = Relations.of(assume), tuple(map(network_of, priced))
    premises(relations, given)  # what cannot be said at all is refused first
    refuse_foreign(given, priced, relations)
    networks = [each for each in priced if isinstance(each, Network)]
    conditions = dict.fromkeys(condition for each in networks for condition in each.conditions)
    return range_of(conditions, relations, given, f"network {networks[0].name!r}" if len(networks) == 1 else "")


def refuse_foreign(
    given: Mapping[str, Any] | None, priced: Iterable[Any], relations: Relations, where: str = "given"
) -> None:
    """Raises a DimensionError if a size is given for a dimension that nothing priced and no relation has."""
    known = {
        symbol.name
        for each in map(network_of, priced)
        for symbol in (each.dimensions if isinstance(each, Network) else getattr(each, "free_symbols", ()))
    }
    said = {symbol.name for symbol in relations.dimensions}
    refuse_names((name for name in given or {} if name not in said), known, where)


def refuse_names(names: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raises a DimensionError if one of the names is that of no known dimension."""
    for name in names:
        if name not in known:
            raise DimensionError(f"nothing here depends on {name!r}", where=where, remedy=nearest(name, known))


def distinct(names: Iterable[str]) -> list[str]:
    """Names, numbered where they are alike.

    >>> distinct(["rnn", "gru", "rnn"])
    ['rnn', 'gru', 'rnn (2)']
    """
    found: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in itertools.count(2))
        found.append(name if name not in found else next(each for each in numbered if each not in found))
    return found


def symbol_of(size: Any) -> Symbol:
    """A dimension by its symbol or its name.

    Raises:
        DimensionError: it is neither.
    """
    if isinstance(size, Symbol):
        return dimension(size.name)
    if isinstance(size, str):
        return dimension(size)
    raise DimensionError(f"{size!r} as a dimension", expected="a symbol such as sc.T, or its name")
