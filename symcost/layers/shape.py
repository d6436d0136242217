"""Layers that change shapes or join branches."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Sequence

from symcost.applicable import Applicable
from symcost.axes import position, shown
from symcost.dimensions import dimension
from symcost.errors import ShapeError
from symcost.expressions import Size
from symcost.functional import concat, rearrange, upsample
from symcost.layer import Layer
from symcost.layers.dense import Linear
from symcost.notation import text
from symcost.structure import repeat
from symcost.tensor import Tensor
from symcost.views import place_of


class Flatten(Layer):
    """Axes ``start_dim`` to ``end_dim`` as one; costs nothing.

    Without ``start_dim`` everything is flattened but a batch: an axis that an input's dimension B named b.
    """

    start_dim: int | None = None
    end_dim: int = -1

    def forward(self, x: Tensor) -> Tensor:
        count = len(x.axes)
        if not count:
            raise ShapeError("a tensor without axes", expected="at least one axis to flatten")
        first = int(x.axes[0].name == "b") if self.start_dim is None else place_of(x.axes, self.start_dim) % count
        last = place_of(x.axes, self.end_dim) % count
        if last < first:
            raise ShapeError(f"axes {first} to {last} of {shown(x.axes)}", expected="at least one axis to flatten")
        names = [f"a{place}" for place in range(first, count)]
        merged, rest = names[: last + 1 - first], names[last + 1 - first :]
        return rearrange(f"... {' '.join(names)} -> ... ({' '.join(merged)}) {' '.join(rest)}", x)

    def fitted(self, inputs: Sequence[Tensor]) -> Flatten:
        """With its axes counted from the end: behind more leading axes it flattens no more."""
        if self.start_dim is not None or len(inputs) != 1 or not inputs[0].axes:
            return self
        axes = inputs[0].axes
        first, last = int(axes[0].name == "b") - len(axes), place_of(axes, self.end_dim)
        return self.became(dataclasses.replace(self, start_dim=first, end_dim=last)) if first <= last else self


class Add(Layer):
    """The sum of its inputs, place by place: residual connections."""

    variadic = True

    def forward(self, *inputs: Tensor) -> Tensor:
        return functools.reduce(operator.add, inputs)


class Concat(Layer):
    """Its inputs one behind the other along an axis; costs nothing."""

    dim: int = -1

    variadic = True

    def forward(self, *inputs: Tensor) -> Tensor:
        return concat(inputs, self.dim)


class UpsamplingNearest1d(Layer):
    """Each step ``scale_factor`` times, one after the other; costs nothing."""

    scale_factor: Size = dimension("K")

    takes = "... t h"

    def forward(self, x: Tensor) -> Tensor:
        return upsample(x, "t", self.scale_factor)


class UpsamplingNearest2d(Layer):
    """Each place of an image ``scale_factor`` times along either axis, or up to a ``size``; costs nothing."""

    size: Size | tuple[Size, Size] | None = None
    scale_factor: Size | None = None

    takes = "... x y h"

    def forward(self, x: Tensor) -> Tensor:
        sizes = self.size if isinstance(self.size, tuple) else (self.size, self.size)
        for axis, wanted in zip("xy", sizes, strict=True):
            length = x.axes[position(x.axes, axis)].size
            factor = self.scale_factor or wanted / length
            if factor.is_number and not factor.is_Integer:
                raise ShapeError(f"size {text(wanted)} of {text(length)} places", expected="a multiple")
            x = upsample(x, axis, factor)
        return x

    def __post_init__(self) -> None:
        if self.size is None and self.scale_factor is None:
            object.__setattr__(self, "scale_factor", dimension("K"))
        super().__post_init__()

    def check(self) -> None:
        if self.size is not None and self.scale_factor is not None:
            raise ShapeError("UpsamplingNearest2d: size and scale_factor", expected="one of them")


class PixelShuffle(Layer):
    """Each r^2 channels become r by r places: an image r times as large (Shi et al., 2016); costs nothing."""

    upscale_factor: Size = dimension("K")

    takes = "... x y c"

    def forward(self, x: Tensor) -> Tensor:
        r = self.upscale_factor
        return rearrange("... x y (c i j) -> ... (x i) (y j) c", x, i=r, j=r)


class Repeat(Layer):
    """A layer or a network ``count`` times, one after the other, each with weights of its own unless ``shared``.

    The body's cost is derived once, whatever the count, which may be a dimension.
    """

    layer: Applicable  # a layer or a network
    count: Size = dimension("L")
    shared: bool = False

    variadic = True  # as many inputs as the body takes, which hands out as many

    def check(self) -> None:
        if not isinstance(self.layer, Applicable):
            raise ShapeError(f"Repeat of {self.layer!r}", expected="a layer or a network")

    @classmethod
    def example(cls) -> Repeat:
        """Fully connected layers of H channels, L times."""
        return cls(Linear(dimension("H"), dimension("H")))

    def example_inputs(self) -> tuple[Tensor, ...]:
        """As every layer's, for the body of the example, which takes one."""
        return super().example_inputs()[:1]

    @property
    def holds_layers(self) -> bool:
        return False  # the weights are those of the repetitions, not those of the layer that was handed over

    @property
    def is_composed(self) -> bool:
        return True

    def fitted(self, inputs: Sequence[Tensor]) -> Repeat:
        try:
            layer = self.layer.fitted(inputs)
        except ShapeError:
            return self  # what does not fit is said where it is applied
        return self if layer is self.layer else self.became(dataclasses.replace(self, layer=layer))

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return repeat(self.layer, self.count, inputs, shared=self.shared)
