"""The operation that runs a layer anew on every prefix of a sequence: what sampling does that keeps nothing."""

from __future__ import annotations

import functools
import operator
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from sympy import Expr, Integer, Symbol

from symcost.axes import Axes, position, shown
from symcost.conditions import Condition, undecided
from symcost.cost import Cost
from symcost.dimensions import dimension
from symcost.equation import Equation, Learned, Sizes, Structured
from symcost.errors import ShapeError
from symcost.expressions import ONE, normal, same
from symcost.notation import text
from symcost.structure import Called
from symcost.summation import summed
from symcost.tensor import Tensor, record

LENGTH = dimension("t_prefix")  # of a prefix, while it is not said which


@dataclass(frozen=True, eq=False)
class Prefixes(Structured):
    """A layer on the first step, then on the first two, ..., at last on all; of each, the last step is handed out.

    Cost: the sum of C(n) over the lengths n = 1, ..., T, with the same weights each time.
    """

    layer: Called
    axis: str
    taken: tuple[Axes, ...]  # what comes in, at full length
    complete: ClassVar[bool] = True

    @property
    def length(self) -> Expr:
        """The length of the whole sequence."""
        return _lengths(self.taken, self.axis)[0]

    @cached_property
    def inner(self) -> Equation:
        return self.on_prefix(LENGTH)

    def on_prefix(self, length: Expr) -> Equation:
        """The layer's equation on the first steps, so many of them."""
        return _equation(self.layer, [_first_steps(axes, self.axis, length) for axes in self.taken])

    @cached_property
    def owners(self) -> Mapping[Hashable, Learned]:
        return self.inner.learned

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where the steps of each output stand, counted from the end."""
        return tuple(tensor.shape.index(LENGTH) - len(tensor.shape) for tensor in self.inner.outputs)

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        pairs = zip(self.inner.outputs, self.places, strict=True)
        return tuple(_cut(tensor.axes, place, self.length) for tensor, place in pairs)

    def over_all(self, each: Expr) -> Expr:
        """What every prefix has as a function of its length, added up."""
        return summed(each, LENGTH, self.length)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        once = self.inner.network_cost
        whole = once.at_sizes({LENGTH: self.length})
        by_formula = replace(
            whole,
            work=once.work.each(self.over_all),
            roles=tuple((role, work.each(self.over_all)) for role, work in once.roles),
            activations=self.over_all(once.activations),
        )
        return functools.reduce(operator.add, self.amendments, by_formula)

    @cached_property
    def amendments(self) -> tuple[Cost, ...]:
        """What prefixes cost more that are too short for the formula, such as those that a window does not fill."""
        found = []
        for number in range(1, valid_from(self.inner.conditions, LENGTH) or 1):
            if self.length.is_Integer and number > self.length:
                break
            exact, formula = self.on_prefix(Integer(number)).network_cost, self.inner.network_cost
            found.append(exact - formula.at_sizes({LENGTH: Integer(number)}))
        return tuple(found)

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        """What must hold for prefixes of every length; shorter ones than a number says are amended."""
        if valid_from(self.inner.conditions, LENGTH):
            lengths: tuple[Expr, ...] = (self.length,)
        else:
            lengths = (ONE, self.length)
        return undecided(each.at_sizes({LENGTH: length}) for each in self.inner.conditions for length in lengths)

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        return every_prefix(self.layer.at_sizes(sizes), inputs, self.axis, label)


def every_prefix(layer: Called, inputs: Sequence[Tensor], axis: str, label: str = "") -> tuple[Tensor, ...]:
    """A layer on every prefix of its inputs along an axis; what it makes has as many steps as it takes.

    An input that has no such axis is taken whole each time.

    Raises:
        ShapeError: no input has the axis, they differ in length, or an output has another number of steps.
    """
    where = f"every prefix of {layer.name}"
    lengths = _lengths([tensor.axes for tensor in inputs], axis)
    if not all(same(lengths[0], length) for length in lengths[1:]):
        raise ShapeError(f"axes {' and '.join(shown(x.axes) for x in inputs)}", where=where, expected="one length")
    operation = Prefixes(layer, axis, tuple(tensor.axes for tensor in inputs))
    for tensor in operation.inner.outputs:
        if tensor.shape.count(LENGTH) != 1:
            found = f"of {text(LENGTH)} steps it makes {shown(tensor.axes)}"
            raise ShapeError(found, where=where, expected="one axis of as many steps")
    return record(operation, *inputs, label=label)


def valid_from(conditions: Iterable[Condition], length: Symbol) -> int | None:
    """The least length from which on formulas hold, 1 if they always do; None if no number says it.

    >>> from symcost.conditions import at_most
    >>> T, w = dimension("T"), dimension("w")
    >>> valid_from([at_most(Integer(4), T)], T), valid_from([at_most(w, T)], T), valid_from([at_most(T, w)], T)
    (4, None, 1)
    """
    least = 1
    for each in conditions:
        if each.larger.has(length):
            needed = normal(each.smaller - each.larger + length)
            if not (needed.is_Integer and each.relation == "is at most"):
                return None
            least = max(least, int(needed))
    return least


def _equation(layer: Called, taken: Sequence[Axes]) -> Equation:
    places = tuple(Tensor(axes) for axes in taken)
    return Equation(places, layer.apply(places, ""))


def _lengths(taken: Sequence[Axes], axis: str) -> list[Expr]:
    """How long the axis is in each input that has it."""
    found = [each.size for axes in taken for each in axes if each.name == axis]
    return found or [taken[0][position(taken[0], axis)].size]  # raises that it has none


def _first_steps(axes: Axes, axis: str, length: Expr) -> Axes:
    """The axes of the first steps; those of what has none of them as they are."""
    return tuple(replace(each, size=length) if each.name == axis else each for each in axes)


def _cut(axes: Axes, place: int, length: Expr) -> Axes:
    place %= len(axes)
    return (*axes[:place], replace(axes[place], size=length), *axes[place + 1 :])
