"""Tables that only a lecture needs: conventions, tensors, one network against another, a table on its side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr

from symcost.conventions import CONVENTIONS, Convention, convention
from symcost.dimensions import dimension
from symcost.network import Network
from symcost.render.derivation import metric_name
from symcost.render.sheet import Cell, Column, Row
from symcost.render.table import Table
from symcost.tensor import Input

_PRICED = {"mac": "MAC", "add": "Addition", "div": "Division", "exp": "Exponential", "compare": "Comparison"}
_TENSORS: Mapping[str, tuple[str, ...]] = {
    "scalar": (),
    "vector": ("D",),
    "matrix": ("N", "M"),
    "1-D convolution kernel": ("C_out", "C_in", "K"),
    "colour images": ("B", "C", "H", "W"),
}


def conventions_table(network: Network) -> Table:
    """The conventions: what each operation costs in them, and how each reads one network.

    >>> import symcost as sc
    >>> conventions_table(sc.architecture("dnn-autoencoder")).column("MAC")
    [1, 1, 2, 2, 2]
    """
    rows = tuple(
        Row(
            name,
            (
                *(Cell(by.of(kind)) for kind in _PRICED), Cell(by.dot), Cell("yes" if by.biases else "no"),
                Cell(network.cost(by)), Cell(network.parameters_by(by)),
            ),
        )
        for name, by in CONVENTIONS.items()
    )  # fmt: skip
    headings = (*_PRICED.values(), "Dot product", "Biases counted")
    columns = (*(Column(each, "Price") for each in headings[:-1]), Column(headings[-1]))
    read = (Column("work", network.name), Column("parameters", network.name))
    lines = tuple(by.line() for by in CONVENTIONS.values())
    return Table((*columns, *read), rows, "Conventions", "Convention", remarks=lines)


def tensors_table() -> Table:
    """How many numbers tensors hold: the product of their sizes.

    >>> print(tensors_table().column("Numbers")[-2:])
    [C_in*C_out*K, B*C*H*W]
    """
    rows = []
    for name, sizes in _TENSORS.items():
        axes = [dimension(each) for each in sizes]
        shape: list[str | Expr] = [part for axis in axes for part in (", ", axis)][1:]
        rows.append(Row(name, (Cell(("(", *shape, ")")), Cell(Input(*axes).elements))))
    return Table((Column("Shape"), Column("Numbers")), tuple(rows), "How many numbers a tensor holds", "Tensor")


def against_table(first: Network, second: Network, by: str | Convention = "lecture") -> Table:
    """One network against another: the work and the parameters of each, and their ratios, of numbers to three digits.

    >>> import symcost as sc
    >>> against_table(sc.architecture("cnn-autoencoder"), sc.architecture("dnn-autoencoder")).column("Ratio")
    ['0.682', '33.9']
    """
    by = convention(by)
    rows = []
    for label, one, other in (
        ("Parameter count", first.parameters_by(by), second.parameters_by(by)),
        (metric_name(by), first.cost(by), second.cost(by)),
    ):
        ratio = one / other
        written = f"{float(ratio):.3g}" if ratio.is_number else ratio
        rows.append(Row(label, (Cell(one), Cell(other), Cell(written))))
    columns = tuple(map(Column, (first.name, second.name, "Ratio")))
    return Table(columns, tuple(rows), f"{first.name} against {second.name}", "Quantity", convention=by.line())


def on_its_side(table: Table) -> Table:
    """A table with its rows as columns: room for long formulas, which wrap.

    >>> import symcost as sc
    >>> print(on_its_side(sc.table([sc.RNN(sc.I, sc.H)], ["macs", "depth"])).render("text").split("T:")[0].rstrip())
    Quantity          RNN
    ----------------  -------------
    MACs              T (H I + H^2)
    Sequential depth  T
    """
    rows = []
    for place, column in enumerate(table.columns):
        cells = [row.cells[place] for row in table.rows]
        if place == 0:  # a note on a network as a whole stands on its first figure
            marks = [(*row.marks, *row.cells[0].marks) for row in table.rows]
            cells = [replace(cell, marks=each) for cell, each in zip(cells, marks, strict=True)]
        rows.append(Row(str(column.heading), tuple(cells)))
    return replace(table, columns=tuple(Column(row.label) for row in table.rows), rows=tuple(rows), stub="Quantity")
