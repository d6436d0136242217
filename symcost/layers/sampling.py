"""Sampling: the word that is chosen, and a model that is run anew for each."""

from __future__ import annotations

from symcost.applicable import Applicable
from symcost.axes import Axes, shown, terms
from symcost.dimensions import dimension, is_time
from symcost.errors import ShapeError
from symcost.expressions import resized
from symcost.functional import argmax, rearrange
from symcost.layer import Layer
from symcost.layers.dense import Linear
from symcost.prefixes import LENGTH, every_prefix
from symcost.tensor import Input, Tensor


class ArgMax(Layer):
    """The place of the largest number along an axis: the word that greedy sampling chooses, by n - 1 comparisons."""

    dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        return argmax(x, self.dim)


class EveryPrefix(Layer):
    """A layer run anew on every prefix of a sequence, one after the other; of each the last step is handed out.

    So a model samples that keeps nothing from one step to the next: its work is the sum of C(t) over t = 1, ..., T.
    Where it is causal, it hands out what one pass over the whole sequence does. The axis is the first that counts
    time, in the names that the layer gives to its first input, unless ``axis`` says which; an input that does not have
    it is taken whole each time.
    """

    layer: Applicable  # a layer or a network
    axis: str = ""

    variadic = True  # as many inputs as the layer takes

    def check(self) -> None:
        if not isinstance(self.layer, Applicable):
            raise ShapeError(f"EveryPrefix of {self.layer!r}", expected="a layer or a network")
        if self.layer.is_network:  # how long its input is it learns from each prefix
            own = self._own_inputs()
            steps = self.axis or _first_time(own[0])
            times = [axis.size for x in own for axis in x if axis.name == steps]
            object.__setattr__(self, "layer", self.layer.at_sizes({each: LENGTH for each in times if each.is_Symbol}))

    @classmethod
    def example(cls) -> EveryPrefix:
        """A fully connected layer of H channels."""
        return cls(Linear(dimension("H"), dimension("H")))

    def _own_inputs(self) -> list[Axes]:
        return [tensor.axes for tensor in self.layer.equation().inputs]

    def example_inputs(self) -> tuple[Tensor, ...]:
        """A sequence of T steps of what the layer takes."""
        T = dimension("T")
        if isinstance(self.layer, Layer):
            return tuple(Input(T, *x.shape[-1:]) for x in self.layer.example_inputs()[:1])
        return tuple(Tensor(resized(axes, {LENGTH: T})) for axes in self._own_inputs())

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        taken = [self._as_taken(x, place) for place, x in enumerate(inputs)]
        return every_prefix(self.layer, taken, self.axis or _first_time(taken[0].axes))

    def _as_taken(self, x: Tensor, place: int) -> Tensor:
        """An input, its last axes called as the layer calls them."""
        if isinstance(self.layer, Layer):
            own = [term.names for term in terms(self.layer.takes)]
        else:
            own = [tuple(axis.name for axis in axes) for axes in self._own_inputs()]
        names = " ".join(own[place]) if place < len(own) else ""
        return rearrange(f"... {names} -> ... {names}", x) if names else x


def _first_time(axes: Axes) -> str:
    """The first axis that counts time."""
    names = [axis.name for axis in axes if is_time(dimension(axis.name[0].upper() + axis.name[1:].rstrip("'")))]
    if not names:
        raise ShapeError(f"axes {shown(axes)}", where="every prefix", expected="one that counts time, such as t=T")
    return names[0]
