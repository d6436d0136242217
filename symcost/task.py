"""Exercises: a network at sizes that a seed draws, what is asked of it, and the exact answers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from sympy import Expr, Integer, Symbol, floor, preorder_traversal

from symcost.analysis.derivation import Derivation, Metric, derivation
from symcost.analysis.waiting import Waiting, waiting
from symcost.conditions import refuse_sizes
from symcost.conventions import Convention, convention
from symcost.dimensions import rank
from symcost.errors import DimensionError, SymcostError
from symcost.expressions import ONE, substitute
from symcost.network import Network

MULTIPLICATIONS = Convention(
    "multiplications", {"mac": ONE, "mul": ONE}, summary="one for a multiply-accumulate, and those beside them"
)
ADDITIONS = Convention(
    "additions", {"mac": ONE, "add": ONE}, dot=-ONE,
    summary="n - 1 for a dot product of n, and those beside them, subtractions too",
)  # fmt: skip

# Sizes that can be reckoned with by hand, by the first part of a dimension's name: plausible for what it is.
_SIZES = {
    "T": (10, 12, 16, 20, 24, 32, 40, 50, 64, 100),
    "S": (8, 10, 16, 20, 32),
    "B": (2, 4, 8, 16),
    "L": (2, 3, 4),
    "X": (8, 12, 16, 28, 32),
    "Y": (8, 12, 16, 28, 32),
    "Z": (8, 12, 16),
    "N": (2, 4, 8, 10, 20),
    "K": (2, 3, 4, 5),
    "G": (2, 4),
    "Q": (2, 4, 8),
    "V": (20, 50, 100, 200, 500, 1000),
}
_CHANNELS = (4, 8, 16, 32, 64)
_MOST_DRAWS = 500


@dataclass(frozen=True)
class Growing:
    """The question on growth: the work at the sizes drawn, and with one dimension doubled (None: two examples)."""

    doubled: Symbol | None
    before: Expr
    after: Expr

    @property
    def ratio(self) -> Expr:
        """How many times as much it becomes."""
        return self.after / self.before if self.before != 0 else ONE


@dataclass(frozen=True)
class Task:
    """A network, the sizes that a seed drew for its dimensions, and the answers at these sizes.

    >>> import symcost as sc
    >>> task = drawn(sc.architecture("rnn"), 7)
    >>> task.at_sizes.macs == sc.at(task.network.macs, **{symbol.name: size for symbol, size in task.sizes.items()})
    True
    """

    network: Network
    seed: int
    sizes: Mapping[Symbol, Expr]

    @cached_property
    def at_sizes(self) -> Network:
        """The network at the sizes drawn."""
        return self.network.at(**{str(symbol.name): size for symbol, size in self.sizes.items()})

    def derivation(self, metric: Metric) -> Derivation:
        """Where an answer comes from, in symbols."""
        return derivation(self.network.equation(), metric)

    @cached_property
    def waiting(self) -> Waiting:
        """The layers that wait for one another."""
        return waiting(self.network.equation())

    @cached_property
    def grown(self) -> Convention:
        """How the work is counted that grows: by multiply-accumulates; of what does none, by all operations."""
        return convention("macs" if self.network.macs != 0 else "flops")

    @cached_property
    def growing(self) -> Growing:
        """What happens to the work if one dimension doubles; the seed says which."""
        before = self.at_sizes.cost(self.grown)
        for symbol in _shuffled(self.network, self.seed, self.network.dimensions):
            twice = {**self.sizes, symbol: 2 * self.sizes[symbol]}
            try:
                after = self.network.at(**{str(each.name): size for each, size in twice.items()}).cost(self.grown)
            except SymcostError:
                continue  # it cannot double alone
            if after != before:
                return Growing(symbol, before, after)
        return Growing(None, before, 2 * before)


def drawn(network: Network, seed: int) -> Task:
    """An exercise on a network: the same for the same seed.

    Raises:
        DimensionError: none of many draws fits the network.
        UnpricedError: a cost of it is not known.
    """
    network.refuse_unpriced()
    refused = ""
    for sizes in _draws(network, seed):
        task = Task(network, seed, sizes)
        try:
            refuse_sizes(network.conditions, sizes, f"network {network.name!r}")
            fits = _has_no_remainders(network, sizes) and not task.at_sizes.dimensions
        except SymcostError as error:
            refused = error.found
            continue
        if fits:
            return task
    raise DimensionError(
        f"none of {_MOST_DRAWS} draws fits" + (f" ({refused})" if refused else ""),
        where=f"exercise on network {network.name!r}",
        expected="dimensions that can be chosen one by one",
        remedy="give some of them their sizes first",
    )


def _draws(network: Network, seed: int) -> Iterator[dict[Symbol, Expr]]:
    """Sizes for every dimension, again and again."""
    generator = _generator(network, seed)
    symbols = sorted(network.dimensions, key=rank)
    for _ in range(_MOST_DRAWS if symbols else 1):
        yield {symbol: Integer(generator.choice(_choices(symbol))) for symbol in symbols}


def _choices(symbol: Symbol) -> tuple[int, ...]:
    kind, _, of = str(symbol.name).partition("_")
    return _CHANNELS if kind == "N" and of else _SIZES.get(kind, _CHANNELS)  # N_hidden counts no heads


def _generator(network: Network, seed: int) -> random.Random:
    return random.Random(f"{network.name}: {seed}".encode(errors="surrogatepass"))


def _shuffled(network: Network, seed: int, symbols: list[Symbol]) -> list[Symbol]:
    return _generator(network, seed).sample(symbols, len(symbols))


def _has_no_remainders(network: Network, sizes: Mapping[Symbol, Expr]) -> bool:
    """Whether nothing is rounded down: strides divide what they step over."""
    shapes = [length for part in network.layers for tensor in part.node.outputs for length in tensor.shape]
    found = {part for length in shapes for part in preorder_traversal(length) if isinstance(part, floor)}
    return all(substitute(each.args[0], sizes).is_Integer for each in found)
