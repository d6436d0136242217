"""Tables of one network, and of the catalogue of layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sympy import Expr

from symcost.analysis.depth.schedule import layer_depth, steps_of
from symcost.analysis.totals import Part
from symcost.architectures import ARCHITECTURES
from symcost.arrangement import ordered_terms
from symcost.axes import Axes
from symcost.conventions import convention
from symcost.cost import KINDS, Cost, Work
from symcost.errors import UnpricedError
from symcost.expressions import normal, total
from symcost.layer import CATALOGUE
from symcost.network import Network
from symcost.operations import Priced
from symcost.progress import along
from symcost.readings import Reading, reading
from symcost.render.columns import QUANTITIES, USUAL_STEP, Value
from symcost.render.sheet import Cell, Column, Notes, Prose, Row, holding, legend
from symcost.render.table import Table
from symcost.sequential import alone
from symcost.tensor import Node


def layers_table(network: Network, by: str | Reading = "flops") -> Table:
    """A network layer by layer: the shape that each hands out, and its share of the costs; totals at the end.

    >>> import symcost as sc
    >>> print(layers_table(sc.architecture("mnist")))
    MNIST classifier
    <BLANKLINE>
    Layer     Output      Parameters         MACs          flops               Activations      Depth
    --------  ----------  -----------------  ------------  ------------------  ---------------  -----
    linear    (N_hidden)  785 N_hidden       784 N_hidden  1569 N_hidden       N_hidden         1
    relu      (N_hidden)  0                  0             N_hidden            N_hidden         1
    linear_2  (10)        10 N_hidden + 10   10 N_hidden   20 N_hidden + 10    10               1
    total     (10)        795 N_hidden + 10  794 N_hidden  1590 N_hidden + 10  2 N_hidden + 10  3
    <BLANKLINE>
    Convention flops: 2 for a multiply-accumulate, 1 for every other scalar operation.
    """
    by, notes = reading(by), Notes()
    headings = ("Output", "Parameters", "MACs", by.name, "Activations", "Depth")
    rows = [
        Row(part.name, _cells(_output(part.node), part.cost, partial(_depth, part), partial(_read, part, by), notes))
        for part in along(network.layers, "layer", lambda part: part.name)
    ]
    last = network.outputs[0].node
    output = _output(last) if last else _shape(network.outputs[0].axes)
    whole = partial(_value, lambda: network.cost(by))
    cells = _cells(output, network.total, lambda: network.depth, whole, notes)
    rows.append(Row("total", cells, notes.mark(holding(network.conditions))))
    return Table(
        tuple(map(Column, headings)),
        tuple(rows),
        network.name,
        "Layer",
        tuple(notes.said),
        legend(network.dimensions),
        by.line(),
    )


def _cells(
    output: Prose, cost: Cost, depth: Callable[[], Expr], read: Callable[[Notes], Cell], notes: Notes
) -> tuple[Cell, ...]:
    parameters = _known(cost, "parameters", cost.parameters, notes)
    macs = _known(cost, "work", convention("macs").price(cost.work), notes)
    work = macs if cost.unknown("work") else read(notes)
    activations = _known(cost, "activations", cost.activations, notes)
    return (Cell(output), parameters, macs, work, activations, _value(depth, notes))


def _read(part: Part, by: Reading, notes: Notes) -> Cell:
    """The work of a layer; a counter may not know what it holds."""
    cell = _value(lambda: part.priced(by.read), notes)
    ignored = by.ignored(part.node) if cell.value != "?" else ()
    said = f"{by.name} ignores {', '.join(ignored)}."
    return Cell(cell.value, notes.mark(said)) if ignored else cell


def _known(cost: Cost, metric: str, value: Expr, notes: Notes) -> Cell:
    nodes = cost.unknown(metric)
    return Cell("?", notes.mark(f"Not known: {metric} of {', '.join(nodes)}.")) if nodes else Cell(value)


def _value(value: Callable[[], Value], notes: Notes) -> Cell:
    """A value, or what is not known of it."""
    try:
        return Cell(value())
    except UnpricedError as error:
        return Cell("?", notes.mark(f"{error}."))


def _depth(part: Part) -> Expr:
    return normal(steps_of(part.node) * part.times)


def _output(node: Node) -> Prose:
    """The shape that a node hands out; a node of which only the cost is known may not say."""
    unknown = isinstance(node.operation, Priced) and not node.operation.shape
    return "?" if unknown else _shape(node.outputs[0].axes)


def _shape(axes: Axes) -> Prose:
    parts: list[str | Expr] = ["("]
    for place, axis in enumerate(axes):
        parts += [", "] * bool(place) + [axis.size]
    return (*parts, ")")


def work_table(network: Network) -> Table:
    """The work of a network by kind of operation."""
    return kinds_table(network.work, f"{network.name}: work by kind")


def kinds_table(work: Work, title: str = "Work by kind") -> Table:
    """Work by kind of operation."""
    rows = tuple(Row(kind, (Cell(count), Cell(KINDS[kind]))) for kind, count in work.items())
    return Table((Column("Number"), Column("Meaning")), rows, title, "Kind")


def cost_table(cost: Cost, title: str = "Cost") -> Table:
    """What something costs, quantity by quantity, with its work as MACs and as FLOPs.

    >>> import symcost as sc
    >>> print(cost_table(sc.Linear(sc.I, sc.H).cost()))
    Cost
    <BLANKLINE>
    Quantity     Value
    -----------  ---------
    parameters   H I + H
    macs         H I
    flops        2 H I + H
    activations  H
    state        0
    """
    notes, work = Notes(), cost.work
    counts = {name: ("work", convention(name).price(work)) for name in ("macs", "flops")}
    kept = {name: (name, getattr(cost, name)) for name in ("parameters", "activations", "state")}
    order = ("parameters", "macs", "flops", "activations", "state")
    rows = tuple(Row(name, (_known(cost, *(counts | kept)[name], notes),)) for name in order)
    return Table((Column("Value"),), rows, title, "Quantity", tuple(notes.said))


def terms_table(network: Network, metric: str = "macs") -> Table:
    """Each term of a total, with the layers that it comes from."""
    rows = []
    found = network.terms(metric)
    for term in ordered_terms(total(found)) if found else ():
        shares = found[term]
        sources: list[str | Expr] = []
        for layer, number in shares.items():
            sources += [", "] * bool(sources) + ([] if number == 1 else [number, " "]) + [layer]
        rows.append(Row("", (Cell(sum(shares.values()) * term), Cell(tuple(sources)))))
    return Table(
        (Column("Term"), Column("From")), tuple(rows), f"{network.name}: where the terms of {metric} come from", ""
    )


def values_table(network: Network) -> Table:
    """Everything that is known of a network as a whole, quantity by quantity."""
    notes, rows = Notes(), []
    for name in along(QUANTITIES, "quantity"):
        each = QUANTITIES[name]
        if (
            name not in KINDS
            and each.step in ("", USUAL_STEP)
            and name not in ("complexity", "time scaling", "reuse", "cost against parameters")
        ):
            cell = _value(partial(each.value, network, convention("macs")), notes)
            rows.append(Row(each.heading, (cell,)))
    return Table(
        (Column("Value"),),
        tuple(rows),
        network.name,
        "Quantity",
        tuple(notes.said),
        legend((), network.conditions),
        convention("macs").line(),
    )


def catalogue_table(by: str | Reading | None = None) -> Table:
    """Every layer with its derived formulas, on the inputs that it suggests; a convention or counter adds a column."""
    counted = [] if by is None else [reading(by)]
    rows, notes = [], Notes()
    for name in along(sorted(CATALOGUE), "layer"):
        layer = CATALOGUE[name].example()
        equation = layer.equation()
        cost = layer.cost()
        shapes: list[str | Expr] = []
        for tensor in equation.inputs:
            shapes += ([" and "] if shapes else []) + list(_shape(tensor.axes))
        applied = alone(layer)  # a counter has a rule for the layer
        works = [applied.cost(each) for each in (convention("macs"), *counted)]
        values = (cost.parameters, *works, layer_depth(equation))
        rows.append(Row(name, (Cell(tuple(shapes)), *map(Cell, values)), notes.mark(holding(equation.conditions))))
    headings = ("Input", "Parameters", "MACs", *(each.name for each in counted), "Depth")
    line = " ".join(each.line() for each in counted)
    return Table(tuple(map(Column, headings)), tuple(rows), "Layers", "Layer", tuple(notes.said), convention=line)


def names_table(tables: Mapping[str, str]) -> Table:
    """The networks that come with symcost, with what each is, and tables by name, with their titles."""
    rows = [Row(name, (Cell("network"), Cell(_said(build)))) for name, build in ARCHITECTURES.items()]
    rows += [Row(name, (Cell("table"), Cell(title))) for name, title in tables.items()]
    return Table((Column("Kind"), Column("What it is")), tuple(rows), stub="Name")


def _said(build: Callable[[], Network]) -> str:
    return (build.__doc__ or "").partition("\n")[0]
