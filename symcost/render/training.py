"""The table of what training costs."""

from __future__ import annotations

from sympy import Expr, fraction

from symcost.analysis.training import training
from symcost.conventions import Convention, convention
from symcost.errors import UnpricedError
from symcost.network import Network
from symcost.render.sheet import Cell, Column, Prose, Row, legend
from symcost.render.table import Table


def training_table(network: Network, by: str | Convention = "flops", batch: Expr | None = None) -> Table:
    """Either pass layer by layer, and what is kept of what each layer makes; totals, and their ratio.

    >>> import symcost as sc
    >>> print(training_table(sc.architecture("rnn"), "macs", sc.B))
    RNN: training
    <BLANKLINE>
    Layer  Forward          Backward           Kept activations
    -----  ---------------  -----------------  ----------------
    input  0                0                  T B I
    rnn    T B (H I + H^2)  T B (H I + 2 H^2)  T B H
    total  T B (H I + H^2)  T B (H I + 2 H^2)  T B (H + I)
    <BLANKLINE>
    Backward over forward: (2 H + I) / (H + I).
    T: time steps; B: examples in a batch; H: hidden channels; I: input channels.
    Convention macs: multiply-accumulates of contractions; parameters with biases.
    """
    by = convention(by)
    step = training(network, batch=batch)
    rows = [
        Row(each.name, tuple(map(Cell, (by.price(each.forward), by.price(each.backward), each.kept))))
        for each in step.shares
    ]
    totals = (*step.priced(by), step.kept)
    rows.append(Row("total", tuple(map(Cell, totals))))
    symbols = {symbol for value in totals for symbol in value.free_symbols}
    try:
        remarks: tuple[Prose, ...] = (("Backward over forward: ", *_quotient(step.ratio(by)), "."),)
    except UnpricedError:  # nothing is counted forward, so there is no ratio
        remarks = ()
    return Table(
        tuple(map(Column, ("Forward", "Backward", "Kept activations"))),
        tuple(rows),
        f"{network.name}: training",
        "Layer",
        remarks=(*remarks, *legend(symbols, network.conditions)),
        convention=by.line(),
    )


def _quotient(ratio: Expr) -> tuple[str | Expr, ...]:
    """A ratio for people: a number to four digits, or one sum over another."""
    if ratio.is_number:
        return (f"{float(ratio):.4g}",)
    over, under = fraction(ratio)
    return (ratio,) if under == 1 else ("(", over, ") / (", under, ")")
