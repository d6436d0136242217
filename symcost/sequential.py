"""Chains: an input, and layers one behind the other; or a layer alone."""

from __future__ import annotations

from typing import Any

from symcost.applicable import Applicable
from symcost.errors import GraphError, SymcostError
from symcost.layer import Layer
from symcost.network import Network
from symcost.tensor import Tensor


def Sequential(name: str, first: Tensor, *layers: Any) -> Network:  # noqa: N802 - it reads as a class, as in PyTorch
    """A chain of layers and networks behind an input.

    >>> import symcost as sc
    >>> mnist = sc.Sequential("MNIST", sc.Input(784), sc.Linear(784, 300), sc.ReLU(), sc.Linear(300, 10))
    >>> mnist.parameters
    238510

    Raises:
        GraphError: it does not begin with an input, or something in it is no layer.
        ShapeError: shapes do not fit; the layer is named.
    """
    where = f"sequential {name!r}"
    if not isinstance(first, Tensor):
        raise GraphError(f"it begins with {first!r}", where=where, expected="an input such as sc.Input(sc.T, sc.I)")
    x = first
    for place, layer in enumerate(layers, 1):
        if not isinstance(layer, Applicable):
            raise GraphError(f"part {place} is {layer!r}", where=where, expected="a layer or a network")
        try:
            x = layer(x)
        except SymcostError as error:
            raise error.within(f"{where}: part {place}") from None
    return Network(name, first, x)


def alone(layer: Layer) -> Network:
    """A layer on the inputs that it suggests, as a network of its own.

    >>> import symcost as sc
    >>> alone(sc.RNN(sc.I, sc.H)).macs
    H**2*T + H*I*T
    """
    inputs = layer.example_inputs()
    return Network(type(layer).__name__, inputs, layer.apply(inputs))
