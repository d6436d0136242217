"""What networks, layers and costs are asked one at a time: budgets, complexity by parameters, regimes, optima."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sympy import Add, Expr, Symbol

from symcost.analysis import elimination
from symcost.analysis.budget import Solution, solve_budget
from symcost.analysis.optimum import Optimum, elasticity_of, optimum_of
from symcost.analysis.premises import Premises
from symcost.analysis.regimes import Regimes, regimes_of
from symcost.conventions import CONVENTIONS, Convention
from symcost.errors import DimensionError, nearest
from symcost.network import Network
from symcost.priced import METRICS, Priced, cost_of, existing, network_of, symbol_of


def solve(
    priced: Priced,
    size: Symbol | str,
    *,
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
    **within: Any,
) -> Solution:
    """The largest size at which a network, a layer or a cost keeps within a budget.

    The budget is one metric with a number, an expression, or another network or layer whose cost is not to be passed:
    ``macs=10**9``, ``parameters=gru``, ``activations=...``.

    >>> import symcost as sc
    >>> sc.solve(sc.RNN(sc.H, sc.H), sc.H, macs=10**9, given={"T": 100}).largest
    2236
    >>> sc.solve(sc.LSTM(sc.I, sc.H), sc.H, parameters=sc.dimension("P")).exact
    -I/2 + sqrt(I**2 + 4*I + P + 4)/2 - 1

    Raises:
        DimensionError: no budget or several, or a cost that does not depend on the size.
        UnpricedError: a cost is not known.
    """
    if len(within) != 1:
        known_metrics = ", ".join([*METRICS, *CONVENTIONS])
        raise DimensionError(
            f"{len(within)} budgets" + (f": {', '.join(within)}" if within else ""), where="solve",
            expected="one, such as macs=10**9", remedy=f"there are {known_metrics}",
        )  # fmt: skip
    ((metric, allowed),) = within.items()
    both = network_of(priced), network_of(allowed)
    cost, budget = (cost_of(each, metric) for each in both)
    where = existing(both, assume, given)
    return replace(solve_budget(cost, budget, symbol_of(size), where.premises, where.holds), declared=where.declared)


def eliminate(
    cost: Priced,
    parameters: Priced,
    size: Symbol | str,
    name: Symbol | str = "P",
    *,
    metric: str | Convention = "macs",
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
) -> elimination.Elimination:
    """The cost as a function of the parameters, called P: a size eliminated between the two.

    Of a network or layer that is given for both, the cost is that of the metric.

    >>> import symcost as sc
    >>> net = sc.RNN(sc.I, sc.H, bias=False)
    >>> sc.eliminate(net, net, sc.H).cost
    P*T

    Raises:
        DimensionError: the parameters do not depend on the size, or the name is taken.
    """
    both = network_of(cost), network_of(parameters)
    costs = cost_of(both[0], metric), cost_of(both[1], "parameters")
    where = existing(both, assume, given)
    found = elimination.eliminate(*costs, symbol_of(size), symbol_of(name), where.premises)
    return replace(found, holds=where.holds)


def reuse(
    cost: Priced,
    parameters: Priced | None = None,
    *,
    metric: str | Convention = "macs",
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
) -> elimination.Reuse:
    """How often each parameter is used: complexity over parameters, and the dimensions that turn it up.

    >>> import symcost as sc
    >>> sc.reuse(sc.Conv1d(sc.I, sc.H, sc.K, padding="same", bias=False))
    Reuse(ratio=T, knobs={T: 1})

    Raises:
        DimensionError: there are no parameters.
    """
    both = network_of(cost), network_of(cost if parameters is None else parameters)
    where = existing(both, assume, given)
    found = elimination.reuse(cost_of(both[0], metric), cost_of(both[1], "parameters"), where.premises)
    return replace(found, holds=where.holds)


def regimes(
    priced: Priced,
    variables: Iterable[Symbol | str] = (),
    *,
    metric: str | Convention = "macs",
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
) -> Regimes:
    """Which term of a cost is the largest where, and from which layers it comes.

    >>> import symcost as sc
    >>> block = sc.Network("block", x := sc.Input(sc.T, sc.D), sc.TransformerEncoderLayer(sc.D, 1, 4 * sc.D)(x))
    >>> found = sc.regimes(block)
    >>> [(each.term, each.conditions) for each in found.regimes]
    [(12*D**2*T, (T < 6*D,)), (2*D*T**2, (T > 6*D,))]

    Raises:
        DimensionError: a term is no product of powers.
    """
    network = network_of(priced)
    where = existing([network], assume, given)
    found = regimes_of(cost_of(network, metric), tuple(map(symbol_of, variables)), where.premises)
    found = replace(found, holds=where.holds, declared=where.declared)
    if isinstance(network, Network) and isinstance(metric, str) and metric not in ("depth", "width"):
        return replace(found, sources=_sources(network, metric, where.premises))
    return found


def _sources(network: Network, metric: str, known: Premises) -> dict[Expr, dict[str, Expr]]:
    """The layers of each term, with equal sizes put in."""
    found: dict[Expr, dict[str, Expr]] = {}
    for monomial, shares in network.terms(metric).items():
        for layer, number in shares.items():
            for term in Add.make_args(known.applied(number * monomial)):
                share, rest = term.as_coeff_Mul()
                layers = found.setdefault(rest, {})
                layers[layer] = layers.get(layer, 0) + share
    return found


def elasticity(priced: Priced, size: Symbol | str, *, metric: str | Convention = "macs") -> Expr:
    """By how many percent a cost grows for a percent of a dimension.

    >>> import symcost as sc
    >>> sc.elasticity(sc.RNN(sc.I, sc.H), sc.H)
    (2*H + I)/(H + I)

    Raises:
        DimensionError: the cost is zero, has steps, or does not depend on the dimension.
    """
    return elasticity_of(*_with_size(priced, size, metric))


def optimum(
    priced: Priced,
    size: Symbol | str,
    *,
    metric: str | Convention = "macs",
    given: Mapping[str, Any] | None = None,
    assume: Iterable[Any] = (),
) -> Optimum:
    """The sizes at which a cost is least or largest, with the check of the second order.

    >>> import symcost as sc
    >>> chunked = sc.read("T*Q*(N + P) + 2*T*N*P + T/Q*N*P")
    >>> sc.optimum(chunked, sc.Q, given={"N": 128, "P": 64}).minimum.at
    8*sqrt(6)/3

    Raises:
        DimensionError: the cost does not depend on the dimension, or has steps in it.
    """
    network = network_of(priced)
    where = existing([network], assume, given)
    return optimum_of(*_with_size(network, size, metric), where.premises, where.holds)


def _with_size(priced: Priced, size: Symbol | str, metric: str | Convention) -> tuple[Expr, Symbol]:
    cost, symbol = cost_of(priced, metric), symbol_of(size)
    if not cost.has(symbol):
        names = [each.name for each in cost.free_symbols]
        raise DimensionError(f"the cost does not depend on {symbol}", remedy=nearest(symbol.name, names))
    return cost, symbol
