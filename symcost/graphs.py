"""Networks and ``networkx`` graphs, both ways.

A node of a graph carries ``layer=`` (a layer, or its name), or ``shape=`` and nothing else (an input), or bare costs:
``params=`` or ``parameters=``, ``work=`` (an expression of multiply-accumulates, or a map by kind), ``depth=``,
``activations=``, ``state=``. A cost that is missing is not zero but unknown.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sympy import Expr, Float

import symcost.layers  # noqa: F401 - it fills the catalogue
from symcost.analysis.depth.schedule import steps_of
from symcost.analysis.totals import Part, parts
from symcost.applicable import Applicable
from symcost.conventions import convention
from symcost.cost import Cost, Unpriced, Work
from symcost.equation import Equation
from symcost.errors import DimensionError, GraphError, SymcostError, UnpricedError, nearest
from symcost.expressions import NO_NUMBERS, ZERO, in_dimensions, normal, size
from symcost.layer import Layer, layer_named
from symcost.operations import Operation, Priced
from symcost.structure import Call
from symcost.tensor import Input, Tensor, record

if TYPE_CHECKING:
    import networkx

_COSTS = {"params": "weights", "parameters": "weights", "activations": "activations", "state": "state"}
_KNOWN = {*_COSTS, "work", "depth", "shape", "layer", "operation", "input", "outputs", "parts"}


def tensors_of(graph: networkx.DiGraph, name: str) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """The inputs and outputs of the network that a graph is.

    Raises:
        GraphError: it is no directed graph, it has a cycle, or a node carries what is no layer and no cost.
        UnknownName: a layer does not exist.
        ShapeError: shapes do not fit; the nodes are named.
    """
    import networkx  # its import takes longer than most of what is done here

    where = f"graph {name!r}"
    if not graph.is_directed() or graph.is_multigraph():
        raise GraphError(f"a {type(graph).__name__}", where=where, expected="a networkx.DiGraph")
    if not graph:
        raise GraphError("no nodes", where=where, expected="at least one")
    try:
        order = list(networkx.topological_sort(graph))
    except networkx.NetworkXUnfeasible:
        cycle = [edge[0] for edge in networkx.find_cycle(graph)]
        raise GraphError(
            f"a cycle, {' -> '.join(map(str, [*cycle, cycle[0]]))}", where=where, expected="none"
        ) from None
    made: dict[Any, tuple[Tensor, ...]] = {}
    inputs: list[Tensor] = []
    for node in order:
        given: list[Tensor] = []
        try:
            given = [_part(made, before, part) for before, part in _arguments(graph, node)]
            made[node] = _tensors(str(node), graph.nodes[node], given)
        except SymcostError as error:
            fed = f" after {', '.join(map(repr, map(str, graph.predecessors(node))))}" if given else ""
            raise error.within(f"{where}: node {str(node)!r}{fed}") from None
        inputs.extend(tensor for tensor in made[node] if tensor.node is None)
    return tuple(inputs), _handed_out(graph, made, where)


def _handed_out(graph: networkx.DiGraph, made: Mapping[Any, tuple[Tensor, ...]], where: str) -> tuple[Tensor, ...]:
    """What the nodes' ``outputs`` say, in their order; else everything that the last nodes make."""
    marked: list[tuple[int, Tensor]] = []
    for node in made:
        try:
            places = _with_parts(graph.nodes[node].get("outputs", ()), graph.nodes[node])
            marked.extend((place, _part(made, node, part)) for place, part in places)
        except GraphError as error:
            raise error.within(f"{where}: node {str(node)!r}") from None
    if marked:
        return tuple(tensor for _, tensor in sorted(marked, key=lambda each: each[0]))
    return tuple(tensor for node in made if graph.out_degree(node) == 0 for tensor in made[node])


def _arguments(graph: networkx.DiGraph, node: Any) -> list[tuple[Any, int]]:
    """The nodes that feed a node, and by which output: in the order of ``arguments``, else as edges were added."""
    placed: list[tuple[int, Any, int]] = []
    for count, before in enumerate(graph.predecessors(node)):
        edge = graph.edges[before, node]
        placed.extend((place, before, part) for place, part in _with_parts(edge.get("arguments", (count,)), edge))
    return [(before, part) for _, before, part in sorted(placed, key=lambda each: each[0])]


def _with_parts(places: Sequence[int], carried: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Each place, and which output of its node comes there: as ``parts`` says, else the first."""
    parts = carried["parts"] if places and "parts" in carried else (0,) * len(places)
    if not isinstance(parts, tuple | list) or len(parts) != len(places):
        raise GraphError(f"parts={parts!r}", expected=f"which output it is, {len(places)} times")
    return list(zip(places, parts, strict=True))


def _part(made: Mapping[Any, tuple[Tensor, ...]], node: Any, part: Any) -> Tensor:
    outputs = made[node]
    if part not in range(len(outputs)):
        raise GraphError(f"output {part!r} of node {str(node)!r}", expected=f"0 to {len(outputs) - 1}")
    return outputs[int(part)]


def _tensors(name: str, carried: Mapping[str, Any], given: list[Tensor]) -> tuple[Tensor, ...]:
    layer = carried.get("layer")
    if isinstance(layer, str):
        layer = layer_named(layer)()
    if layer is not None:
        return _applied(name, layer, given)
    if isinstance(carried.get("operation"), Operation):
        return record(carried["operation"], *given, label=name)
    costs = [key for key in carried if key in _COSTS or key in ("work", "depth")]
    if carried.get("input") or ("shape" in carried and not costs):
        if given:
            raise GraphError("a shape alone, and nodes that lead to it", expected="an input, to which none lead")
        return (Input(*_shape(carried["shape"]), name=name),)
    misspelt = [key for key in carried if key not in _KNOWN and (not costs or _is_near(str(key)))]
    if misspelt:
        wrong = misspelt[0]
        raise GraphError(f"the attribute {wrong!r}", expected="layer=, shape= or costs", remedy=nearest(wrong, _KNOWN))
    return record(bare(name, carried), *given, label=name)


def _is_near(key: str) -> bool:
    """Whether an attribute is close to one of ours, but none; a graph may carry others, such as a position."""
    return bool(difflib.get_close_matches(key, _KNOWN, n=1, cutoff=0.75))


def _applied(name: str, layer: Any, given: list[Tensor]) -> tuple[Tensor, ...]:
    if isinstance(layer, Tensor) and layer.node is None and not given:
        return (Tensor(layer.axes, label=name),)
    if isinstance(layer, type) and issubclass(layer, Layer):
        layer = layer()
    if not isinstance(layer, Applicable):
        raise GraphError(f"layer={layer!r}", expected="a layer, a network or the name of a layer")
    if not given:
        raise GraphError("no node leads to this layer", expected="an input, a node with shape=(T, I) or the like")
    for tensor in given:
        if tensor.node and isinstance(tensor.node.operation, Priced) and not tensor.axes:
            raise GraphError(
                f"{tensor.node.label!r} hands out a tensor of unknown shape",
                expected="its shape",
                remedy="give that node shape=...",
            )
    return layer.apply(given, name)


def bare(name: str, costs: Mapping[str, Any]) -> Priced:
    """A node of which only costs are given; what is not given is unknown."""
    known = {field: _expression(costs[key], key) for key, field in _COSTS.items() if costs.get(key) is not None}
    missing = {"weights": "parameters", "activations": "activations", "state": "state"}
    unpriced = {Unpriced(metric, name) for field, metric in missing.items() if field not in known}
    if costs.get("work") is None:
        unpriced.add(Unpriced("work", name))
    depth = costs.get("depth")
    return Priced(
        name,
        Cost(**known, work=_work(costs.get("work")), unpriced=tuple(unpriced)),
        None if depth is None else _expression(depth, "depth"),
        tuple(size(each) for each in _shape(costs.get("shape") or ())),
    )


def _shape(given: Any) -> tuple[Any, ...]:
    if not isinstance(given, tuple | list):
        raise DimensionError(f"shape={given!r}", expected="a tuple of sizes such as (T, I)")
    return tuple(given)


def _work(given: Any) -> Work:
    if given is None:
        return Work()
    if isinstance(given, Mapping):
        counts = {kind: _expression(count, kind) for kind, count in given.items()}
        return Work(counts, dots=getattr(given, "dots", 0))
    return Work(mac=_expression(given, "work"))


def _expression(given: Any, what: str) -> Expr:
    whole = not isinstance(given, bool) and hasattr(given, "__index__")  # NumPy's integers too
    exact = isinstance(given, Expr) and given.is_extended_negative is not True and not given.has(Float, *NO_NUMBERS)
    if not exact and not (whole and int(given) >= 0):
        raise DimensionError(
            f"{what}={given!r}",
            expected="a whole number or a sympy expression",
            remedy="text goes through symcost.read",
        )
    return normal(in_dimensions(given) if exact else int(given))


def graph_of(name: str, equation: Equation) -> networkx.DiGraph:
    """A network as a graph: nodes carry their layer, their costs and the shape that they hand out.

    Edges carry the shape of their tensor and, as ``arguments``, which inputs of the layer it is; nodes that hand out
    what the network does carry, as ``outputs``, which. ``parts`` says for each which output of its node it is.
    """
    import networkx  # see above

    graph = networkx.DiGraph(name=name)
    inputs = equation.input_names
    names = {tensor: (label, 0) for tensor, label in inputs.items()}
    nothing = dict.fromkeys(("parameters", "macs", "flops", "activations", "state", "depth"), ZERO)
    for tensor, label in inputs.items():
        graph.add_node(label, input=True, layer=None, operation=None, shape=tensor.shape, work=Work(), **nothing)
    for part in parts(equation, nested=False):
        graph.add_node(part.name, **_attributes(part))
        for place, tensor in enumerate(part.node.inputs):
            before, which = names[tensor]
            if not graph.has_edge(before, part.name):
                graph.add_edge(before, part.name, shape=tensor.shape, arguments=(), parts=())
            edge = graph.edges[before, part.name]
            edge["arguments"] += (place,)
            edge["parts"] += (which,)
        names.update({tensor: (part.name, which) for which, tensor in enumerate(part.node.outputs)})
    for place, tensor in enumerate(equation.outputs):
        label, which = names[tensor]
        node = graph.nodes[label]
        node["outputs"] = (*node.get("outputs", ()), place)
        node["parts"] = (*node.get("parts", ()), which)
    return graph


def _attributes(part: Part) -> dict[str, Any]:
    """What a node of the graph carries; a cost that is not known is left out."""
    operation, cost = part.node.operation, part.cost
    carried: dict[str, Any] = {
        "layer": getattr(operation, "layer", None),
        "operation": None if isinstance(operation, Call) else operation,
        "shape": part.node.outputs[0].shape,
    }
    if not cost.unknown("work"):
        carried |= {"work": cost.work} | {name: convention(name).work(cost) for name in ("macs", "flops")}
    carried |= {m: getattr(cost, m) for m in ("parameters", "activations", "state") if not cost.unknown(m)}
    with contextlib.suppress(UnpricedError):
        carried["depth"] = steps_of(part.node)
    return carried
