"""Whether a network can run step by step: no output waits for later steps, and what it makes can be its next input."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Symbol

from symcost.analysis.sampling.flow import Ahead, Flow
from symcost.analysis.sampling.times import BEFOREHAND, Times, along, step_axis
from symcost.analysis.sampling.walk import Walk
from symcost.axes import Axes, shown
from symcost.dimensions import is_time
from symcost.equation import Equation
from symcost.errors import DimensionError, GraphError, ShapeError, nearest
from symcost.expressions import same
from symcost.operations import Einsum, Reduce
from symcost.recurrence import Scan
from symcost.tensor import Node, Tensor
from symcost.views import Pad, Window

_GIVE_A_SYMBOL = "give the length of its input a symbol such as T"


def time_of(equation: Equation) -> Symbol:
    """The dimension over which a network runs: T, T_self, or the only one of time among its inputs.

    Raises:
        DimensionError: there is none, or it is not clear which.
    """
    lengths = dict.fromkeys(length for tensor in equation.inputs for length in tensor.shape if length.is_Symbol)
    times = {symbol.name: symbol for symbol in lengths if is_time(symbol)}
    for usual in ("T", "T_self"):
        if usual in times:
            return times[usual]
    if len(times) != 1:
        found = f"inputs over {' and '.join(times)}" if times else "no input has a symbolic number of time steps"
        remedy = f"choose one: over={next(iter(times))}" if times else _GIVE_A_SYMBOL
        raise DimensionError(found, where="sampling", expected="one dimension of time", remedy=remedy)
    return next(iter(times.values()))


def steps_of(tensor: Tensor, over: Symbol) -> int | None:
    """The axis of an input along which it comes step by step; None if it is there beforehand.

    Raises:
        ShapeError: more than one axis has as many steps, or another number that depends on them.
    """
    places = [place for place, axis in enumerate(tensor.axes) if axis.size.has(over)]
    if not places:
        return None
    if len(places) > 1 or not same(tensor.axes[places[0]].size, over):
        raise ShapeError(
            f"an input of axes {shown(tensor.axes)}", where="sampling", expected=f"one axis of {over} steps"
        )
    return places[0]


def stepwise(equation: Equation, over: Symbol) -> Flow:
    """What a network does step by step.

    Raises:
        GraphError: an output waits for later steps, or there is none for each step.
        DimensionError: no input comes step by step.
        UnpricedError: of a node only the cost is known.
    """
    axes = [steps_of(tensor, over) for tensor in equation.inputs]
    if all(place is None for place in axes):
        names = [str(each) for tensor in equation.inputs for length in tensor.shape for each in length.free_symbols]
        remedy = nearest(over.name, names) if names else _GIVE_A_SYMBOL
        raise DimensionError(f"no input has an axis of {over} steps", where="sampling", remedy=remedy)
    times: list[Times] = [BEFOREHAND if place is None else along(place) for place in axes]
    flow = Walk(over).along(equation, times)
    for tensor, known, ahead in zip(equation.outputs, flow.outputs, flow.ahead, strict=True):
        if known.ways and step_axis(known, tensor.axes, over) is None:
            raise _refusal(tensor, ahead, over)
    if not any(known.ways for known in flow.outputs):
        raise GraphError("no output depends on a step", where="sampling", expected="one for each step")
    return flow


def _refusal(tensor: Tensor, ahead: Ahead | None, over: Symbol) -> GraphError:
    if not any(same(axis.size, over) for axis in tensor.axes) and ahead is None:
        return GraphError(
            f"an output of axes {shown(tensor.axes)}", where="sampling", expected=f"one for each of {over} steps"
        )
    if ahead is None:
        return GraphError("its output looks ahead", where="sampling", expected="steps that wait for none after them")
    *outer, last = ahead.path
    place = ".".join(outer) or last
    layer = f" ({ahead.layer!r})" if ahead.layer is not None else ""
    return GraphError(
        f"layer {place!r}{layer} looks ahead: step t waits for steps after t, at its {ahead.node.operation.name}",
        where="sampling", expected="a causal network", remedy=_remedy(ahead.node),
    )  # fmt: skip


def _remedy(node: Node) -> str:
    """What to do about an operation that looks ahead."""
    operation = node.operation
    if isinstance(operation, Scan):
        return "a recurrence may go forwards only: bidirectional=False"
    if any(isinstance(each.operation, Window | Pad) for each in _views(node)):
        return "pad in front only: padding='causal'"
    if isinstance(operation, Einsum):
        return "attention may ask no step after its own: is_causal=True"
    if isinstance(operation, Reduce):
        return "take statistics of each step alone, such as LayerNorm's"
    return "let each step take only itself and steps before it"


def _views(node: Node) -> Iterator[Node]:
    """The views through which an operation reads."""
    for tensor in node.inputs:
        if tensor.node is not None and tensor.node.operation.free:
            yield tensor.node
            yield from _views(tensor.node)


def feedback(equation: Equation, flow: Flow, over: Symbol) -> tuple[int, int]:
    """Which output of a step is the next step's input, by their places.

    It can be where both have the same shape; or where the input is numbers of rows of a table, such as words, and the
    output has a last axis of as many scores, of which one is chosen.

    Raises:
        ShapeError: none of the outputs can.
    """
    rows = {source.maker: count for source, count in flow.rows}
    taken = [(n, x, place) for n, x in enumerate(equation.inputs) if (place := steps_of(x, over)) is not None]
    made = [
        (n, y, step_axis(known, y.axes, over))
        for n, (y, known) in enumerate(zip(equation.outputs, flow.outputs, strict=True))
        if known.ways
    ]
    for number, x, place in taken:
        one = _without(x.axes, place)
        for output, y, axis in made:
            step = _without(y.axes, axis)
            if _alike(one, step) or (number in rows and _alike((*one, rows[number]), step)):
                return output, number
    (number, x, place), (_, y, axis) = taken[0], made[0]
    expected = f"what a step takes, {_shape(_without(x.axes, place))}"
    if number in rows:
        expected += f", or scores of {rows[number]} words, {_shape((*_without(x.axes, place), rows[number]))}"
    raise ShapeError(
        f"a step makes {_shape(_without(y.axes, axis))}", where="sampling: the edge from output to input",
        expected=expected, remedy="add a layer that makes it, such as Linear",
    )  # fmt: skip


def _without(axes: Axes, place: int | None) -> tuple[Expr, ...]:
    return tuple(axis.size for n, axis in enumerate(axes) if n != place)


def _alike(one: tuple[Expr, ...], other: tuple[Expr, ...]) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


def _shape(lengths: tuple[Expr, ...]) -> str:
    return f"({', '.join(map(str, lengths))})" if lengths else "one number"
