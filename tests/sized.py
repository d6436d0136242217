"""Networks at small sizes, for tests that execute them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import symcost as sc
from symcost import Network
from symcost.errors import SymcostError

_TRIED = 60  # choices of sizes
_MOST = 4000  # multiply-accumulates and numbers, so that they can be executed one by one


def of_layer(name: str) -> Network:
    """A layer of the catalogue, on the inputs that it suggests."""
    layer = sc.CATALOGUE[name].example()
    inputs = layer.example_inputs()
    return Network(name, inputs, layer(*inputs))


def at_small_sizes(net: Network, wanted: int = 2) -> Iterator[tuple[dict[str, int], Network]]:
    """A few choices of small sizes at which a network exists, with the network there."""
    names = [symbol.name for symbol in net.dimensions]
    choices = itertools.product((2, 3, 4), repeat=len(names))
    spread = itertools.islice(choices, 0, None, max(1, 3 ** len(names) // _TRIED))
    same = [(number,) * len(names) for number in (5, 3, 2)]
    size, found = net.macs + net.activations, 0
    for numbers in itertools.chain(same, spread):
        sizes = dict(zip(names, numbers, strict=True))
        if sc.at(size, **sizes) > _MOST:
            continue
        try:
            sized = net.at(**sizes)
        except SymcostError:
            continue
        yield sizes, sized
        found += 1
        if found == wanted:
            return


def shapes_of(net: Network) -> list[tuple[int, ...]]:
    """The shapes of the inputs of a network at sizes."""
    return [tuple(int(length) for length in tensor.shape) for tensor in net.inputs]
