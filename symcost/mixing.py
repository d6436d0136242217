"""What networks and layers are asked of positions: what they see, and how many layers it takes to see everything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr

from symcost.analysis.positions.path_length import Growing, layers_needed, path_length_of
from symcost.analysis.positions.receptive_field import ReceptiveField, receptive_field_of
from symcost.applicable import Applicable
from symcost.dimensions import dimension, is_time
from symcost.equation import Equation
from symcost.errors import DimensionError, ShapeError, nearest
from symcost.expressions import size
from symcost.layer import Layer
from symcost.priced import symbol_of


def receptive_field(model: Applicable, axis: str = "", *, output: int = 0) -> ReceptiveField:
    """Which positions of an input a place of an output sees, along an axis: time, or the one that is named.

    1 + the sum of (K - 1) d over convolutions of width K and dilation d, times the strides below them (Araujo, Norris
    and Sim, "Computing Receptive Fields of Convolutional Neural Networks", 2019); here it is derived from the
    equations, whatever they are. A layer to which one input may be given is given one: it attends to itself.

    >>> import symcost as sc
    >>> layers = [sc.Conv1d(1, 1, 2, padding="causal", dilation=2**i) for i in range(10)]
    >>> sc.receptive_field(sc.Sequential("WaveNet block", sc.Input(sc.T, 1), *layers)).size
    1024
    >>> found = sc.receptive_field(sc.RNN(sc.I, sc.H))
    >>> found.first, found.last, found.size
    (0, t, T)

    Raises:
        ShapeError: no input has such an axis, or the output does not depend on it.
        UnpricedError: a node has a cost but no equation.
        UndecidedError: how far a symbolic number of repetitions sees is not known.
    """
    equation, source, place = _asked(model, axis)
    if not 0 <= output < len(equation.outputs):
        raise ShapeError(f"output {output}", where=model.name, expected=f"0 to {len(equation.outputs) - 1}")
    found = receptive_field_of(equation, source, place, output)
    if found is None:
        name = equation.inputs[source].axes[place].name
        raise ShapeError(f"output {output} does not depend on axis {name!r}", where=model.name)
    return found


def layers_to_see(
    layer: Applicable, length: Any = None, axis: str = "", *, grows: Mapping[Any, Any] | None = None
) -> Expr:
    """The smallest number of layers, one on the other, whose receptive field has so many positions (all there are).

    ``grows`` says by which factor a dimension of the layer, such as its dilation, grows from layer to layer; in the
    first it is 1. Solved from how the receptive field grows with each layer, linearly or by a factor.

    >>> import symcost as sc
    >>> T, K, D = sc.T, sc.K, sc.D
    >>> sc.layers_to_see(sc.Conv1d(1, 1, K), T)
    ceiling((T - 1)/(K - 1))
    >>> sc.layers_to_see(sc.Conv1d(1, 1, K, dilation=D), T, grows={D: K})
    ceiling(log(T)/log(K))
    >>> sc.layers_to_see(sc.Conv1d(1, 1, 2, dilation=D), 1000, grows={D: 2})
    10

    Raises:
        DimensionError: the layer has no dimension of that name.
        UndecidedError: the field grows in another way.
    """
    equation, source, place = _asked(layer, axis)
    wanted = equation.inputs[source].axes[place].size if length is None else size(length, "length")
    return layers_needed(equation, source, place, wanted, _growing(grows))


def path_length(layer: Applicable, axis: str = "", *, grows: Mapping[Any, Any] | None = None) -> Expr:
    """The longest of the shortest ways from any input position to any output position, in a stack of such layers.

    Counted in layers, as in "Attention Is All You Need" (Vaswani et al., 2017), table 1: each layer of the smallest
    stack that connects all positions is one step, whatever is in it, and a recurrence is as many as it takes from
    the first position to the last, T, and one more for each level above the first; by a parallel algorithm it is a
    layer like any other. Pairs that no stack connects (the later on the earlier, if it is causal) are left out; if
    none are connected, the length is infinite (oo). ``grows`` is that of ``layers_to_see``. What padding repeats is no
    way.

    >>> import symcost as sc
    >>> T, K, D, H = sc.T, sc.K, sc.D, sc.H
    >>> sc.path_length(sc.Attention(H, H)), sc.path_length(sc.RNN(H, H))
    (1, T)
    >>> sc.path_length(sc.Conv1d(H, H, K, padding="causal"))
    ceiling((T - 1)/(K - 1))
    >>> sc.path_length(sc.Conv1d(H, H, K, padding="causal", dilation=D), grows={D: K})
    ceiling(log(T)/log(K))

    Raises:
        ShapeError: as a stack it cannot be: fewer or more places come out than go in.
        UndecidedError: whether dilations leave positions out is not known.
    """
    equation, source, place = _asked(layer, axis)
    return path_length_of(equation, source, place, _growing(grows))


def _asked(model: Applicable, axis: str) -> tuple[Equation, int, int]:
    """The equation, the input and the place of the axis in it that a question is about."""
    names: dict[str, None] = {}
    for equation in _equations(model):
        for number, tensor in enumerate(equation.inputs):
            for place, each in enumerate(tensor.axes):
                names[each.name] = None
                if each.name == axis if axis else _counts_time(each.name):
                    return equation, number, place
    raise ShapeError(
        f"no input has an axis {axis!r}" if axis else "no input has an axis that counts time", where=model.name,
        remedy=nearest(axis, names) if axis else f"name one: axis={' or '.join(map(repr, names))}",
    )  # fmt: skip


def _equations(model: Applicable) -> Iterator[Equation]:
    """The equation on one input, if a layer may be given one of several, then that on all."""
    if isinstance(model, Layer) and not model.variadic and len(given := model.example_inputs()) > 1:
        with contextlib.suppress(ShapeError):
            yield model.equation(given[0])
    yield model.equation()


def _counts_time(name: str) -> bool:
    return name[0].isalpha() and is_time(dimension(name[0].upper() + name[1:].rstrip("'")))


def _growing(grows: Mapping[Any, Any] | None) -> Growing | None:
    if not grows:
        return None
    if len(grows) > 1:
        raise DimensionError(f"{len(grows)} dimensions that grow", expected="one")
    ((name, factor),) = grows.items()
    symbol = symbol_of(name)
    return Growing(symbol, size(factor, f"the factor by which {symbol} grows"))
