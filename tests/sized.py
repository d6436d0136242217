"""Networks at small sizes, for tests that execute them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import symcost as sc
from symcost import Network
from symcost.errors import SymcostError

_TRIED = 40  # choices of sizes


def of_layer(name: str) -> Network:
    """A layer of the catalogue, on the inputs that it suggests."""
    layer = sc.CATALOGUE[name].example()
    inputs = layer.example_inputs()
    return Network(name, inputs, layer(*inputs))


def at_small_sizes(net: Network, wanted: int = 2) -> Iterator[tuple[dict[str, int], Network]]:
    """A few choices of small sizes at which a network exists, with the network there."""
    names = [symbol.name for symbol in net.dimensions]
    choices = itertools.product((2, 4, 3, 6, 5), repeat=len(names))
    spread = itertools.islice(choices, 0, None, max(1, 5 ** len(names) // _TRIED))
    found = 0
    for numbers in itertools.chain([(4,) * len(names)], spread):
        sizes = dict(zip(names, numbers, strict=True))
        try:
            sized = net.at(**sizes)
            sized.equation().nodes  # noqa: B018 - raises if the sizes do not fit
        except SymcostError:
            continue
        yield sizes, sized
        found += 1
        if found == wanted:
            return


def shapes_of(net: Network) -> list[tuple[int, ...]]:
    """The shapes of the inputs of a network at sizes."""
    return [tuple(int(length) for length in tensor.shape) for tensor in net.inputs]
