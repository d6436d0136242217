"""The operations that hold an equation: the call of a layer, a repetition, a scan over time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar, Protocol, TypeAlias

from sympy import Expr

from symcost.axes import Axes, Axis, elements, position, shown
from symcost.conditions import Condition, of_size
from symcost.cost import Cost
from symcost.equation import Equation, Learned, Sizes, Structured, reach, replay
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size, maximum, same, size, substitute, total
from symcost.notation import text
from symcost.tensor import Tensor, record

Change: TypeAlias = Callable[[Equation], Equation]


class Called(Protocol):
    """What a call needs to know of a layer."""

    @property
    def name(self) -> str: ...
    @property
    def holds_layers(self) -> bool: ...
    @property
    def is_composed(self) -> bool: ...
    @property
    def is_network(self) -> bool: ...
    @property
    def axis_meanings(self) -> Mapping[str, str]: ...
    @property
    def origin(self) -> object: ...
    def at_sizes(self, sizes: Sizes) -> Called: ...
    def apply(self, inputs: Sequence[Tensor], label: str) -> tuple[Tensor, ...]: ...


@dataclass(frozen=True, eq=False)
class Call(Structured):
    """A layer's equation, applied. The layer owns its weights; a layer that holds others leaves them theirs."""

    layer: Called
    equation: Equation
    changed: Change | None = field(
        default=None, kw_only=True
    )  # what the equation was made of the layer's by, as at any other sizes
    complete: ClassVar[bool] = True
    takes_ragged: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.layer.name

    @property
    def inner(self) -> Equation:
        return self.equation

    @cached_property
    def own(self) -> Learned:
        """The weights and biases that are the layer's and no other's."""
        cost = self.equation.cost
        return self.equation.learned[id(self.equation)] if self.layer.holds_layers else (cost.weights, cost.biases)

    @property
    def owner(self) -> Hashable:
        """Whose they are: the same for a layer at other sizes, unless its weights have other sizes too."""
        return id(self.layer.origin), *self.own

    @cached_property
    def owners(self) -> Mapping[Hashable, Learned]:
        inner = dict(self.equation.learned) if self.layer.holds_layers else {}
        inner.pop(id(self.equation), None)
        return {self.owner: self.own, **inner}

    @property
    def free(self) -> bool:  # type: ignore[override]   # of a call, it depends on what is called
        return self.equation.is_free

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return tuple(tensor.axes for tensor in self.equation.outputs)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        return self.equation.network_cost if self.layer.is_composed else self.equation.layer_cost

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        return _changed(self.layer.at_sizes(sizes).apply(inputs, label), self.changed)


@dataclass(frozen=True, eq=False)
class Repetition(Structured):
    """A layer ``count`` times, one after the other, each time with weights of its own unless they are shared."""

    layer: Called
    equation: Equation
    count: Expr
    shared: bool
    changed: Change | None = field(default=None, kw_only=True)  # as of a call
    complete: ClassVar[bool] = True

    @property
    def inner(self) -> Equation:
        return self.equation

    @property
    def free(self) -> bool:  # type: ignore[override]
        return self.equation.is_free

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return tuple(tensor.axes for tensor in self.equation.outputs)

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        once = self.equation.network_cost
        times: Cost = once * self.count
        return replace(times, weights=once.weights, biases=once.biases) if self.shared else times

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        count = size(substitute(self.count, sizes), "a number of repetitions")
        made = repeat(self.layer.at_sizes(sizes), count, inputs, shared=self.shared, label=label)
        return _changed(made, self.changed)


def _changed(made: tuple[Tensor, ...], change: Change | None) -> tuple[Tensor, ...]:
    """What a call or a repetition makes, with its equation changed."""
    node = made[0].node
    if change is None or node is None or not isinstance(node.operation, Call | Repetition):
        return made
    operation = replace(node.operation, equation=change(node.operation.equation), changed=change)
    return record(operation, *node.inputs, label=node.label)


def repeat(
    layer: Called,
    count: Expr,
    inputs: Sequence[Tensor],
    *,
    shared: bool = False,
    label: str = "",
) -> tuple[Tensor, ...]:
    """A layer ``count`` times, each on what the one before it made.

    Raises:
        ShapeError: the layer hands out other shapes than it takes.
    """
    places = tuple(Tensor(tensor.axes) for tensor in inputs)
    made = layer.apply(places, "")
    fits = len(made) == len(places) and all(
        len(a.axes) == len(b.axes) and all(map(same, a.shape, b.shape)) for a, b in zip(places, made, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"{' and '.join(shown(x.axes) for x in places)} becomes {' and '.join(shown(y.axes) for y in made)}",
            where=f"repetition of {layer.name}",
            expected="the shape that it takes",
        )
    return record(Repetition(layer, Equation(places, made), count, shared), *inputs, label=label)


@dataclass(frozen=True, eq=False)
class Scan(Structured):
    """A recurrence: one step after another over an axis, each with what the steps before it carry on.

    A carry of delay d is what the step d steps ago made; in the first d steps it is what it begins with. The state
    is the last d of each carry; of what several carry on, with delays of their own, the last of the longest.

    The inputs are the sequences, then the initial carries (zeros if there are none), then what the step captures.
    The step's inputs are a slice of each sequence, the carries, the captured; its outputs are the new carries, then
    whatever else it hands out. What does not depend on the loop has left it: it is captured.
    """

    step: Equation
    axis: str
    length: Expr
    front: int  # axes in front of the scanned one, in the outputs
    sequences: int
    carries: int
    initial: int  # carries that are given
    reverse: bool
    delays: tuple[Expr, ...]  # of the carries

    @property
    def inner(self) -> Equation:
        return self.step

    def conditions(self, inputs: tuple[Axes, ...]) -> tuple[Condition, ...]:
        return (*self.step.conditions, *(each for delay in self.delays for each in of_size(delay)))

    @cached_property
    def owners(self) -> Mapping[Hashable, Learned]:
        return self.step.learned

    def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
        return tuple(self._over_time(tensor.axes) for tensor in self.step.outputs)

    def _over_time(self, axes: Axes) -> Axes:
        return (*axes[: self.front], Axis(self.axis, self.length), *axes[self.front :])

    @property
    def carried(self) -> tuple[Tensor, ...]:
        """The carries, as the step takes them."""
        return self.step.inputs[self.sequences : self.sequences + self.carries]

    def cost(self, inputs: tuple[Axes, ...], outputs: tuple[Axes, ...]) -> Cost:
        once = self.step.cost
        kept: dict[Tensor, list[Expr]] = {}
        for made, delay in zip(self.step.outputs, self.delays, strict=False):
            kept.setdefault(made, []).append(delay)
        state = total(maximum(delays) * elements(made.axes) for made, delays in kept.items())
        steps: Cost = once * self.length
        return replace(steps, weights=once.weights, biases=once.biases, state=once.state + state)

    def again(self, inputs: Sequence[Tensor], sizes: Sizes, label: str) -> tuple[Tensor, ...]:
        count = self.sequences + self.initial
        captured = inputs[count:]

        def step(*slices_and_carries: Tensor) -> tuple[Tensor, ...]:
            return replay(self.step, (*slices_and_carries, *captured), sizes)

        carry = [tuple(substitute(axis.size, sizes) for axis in tensor.axes[self.front :]) for tensor in self.carried]
        return scan(
            step,
            *inputs[: self.sequences],
            over=self.axis,
            carry=carry,
            initial=inputs[self.sequences : count],
            reverse=self.reverse,
            delays=[substitute(delay, sizes) for delay in self.delays],
            label=label,
        )


def scan(
    step: Callable[..., Tensor | tuple[Tensor, ...]],
    *sequences: Tensor,
    over: str,
    carry: Sequence[Expr | tuple[Expr, ...]],
    initial: Sequence[Tensor] = (),
    reverse: bool = False,
    delays: Sequence[Size] = (),
    label: str = "",
) -> tuple[Tensor, ...]:
    """A recurrence over an axis: ``step`` takes a slice of each sequence, then the carries.

    It returns the new carries, then whatever else each step hands out; all come back as sequences. A carry is given
    by its own sizes; the axes in front of the scanned one lead it. Carries begin at zero unless ``initial`` has them.
    They come from the step before, or from as many steps ago as ``delays`` says, one for each.

    Raises:
        ShapeError: the sequences differ in length, a carry comes out in another shape than it went in, or there are
            more or fewer delays than carries.
        DimensionError: a delay is no positive whole number.
    """
    lengths = [tensor.axes[position(tensor.axes, over)].size for tensor in sequences]
    if not all(same(lengths[0], each) for each in lengths[1:]):
        raise ShapeError(f"lengths {', '.join(map(text, lengths))}", where=f"scan over {over!r}", expected="one length")
    fronts = [len(tensor.axes) + position(tensor.axes, over) for tensor in sequences]
    front = fronts[0]
    if len(set(fronts)) > 1:
        raise ShapeError(
            f"axes {' and '.join(shown(tensor.axes) for tensor in sequences)}",
            where=f"scan over {over!r}",
            expected=f"as many axes in front of {over!r} in each",
        )
    slices = [Tensor(tuple(axis for axis in tensor.axes if axis.name != over)) for tensor in sequences]
    carries = [_carry(sequences[0].axes[:front], own) for own in carry]
    _check_initial(initial, carries, f"scan over {over!r}")
    results = step(*slices, *carries)
    results = results if isinstance(results, tuple) else (results,)
    if len(results) < len(carries):
        raise ShapeError(
            f"{len(carries)} carries go in, {len(results)} tensors come out",
            where=f"scan over {over!r}",
            expected="each carry, then whatever else a step hands out",
        )
    for went_in, came_out in zip(carries, results, strict=False):
        if len(went_in.axes) != len(came_out.axes) or not all(map(same, went_in.shape, came_out.shape)):
            raise ShapeError(
                f"a carry of axes {shown(went_in.axes)} comes out as {shown(came_out.axes)}",
                where=f"scan over {over!r}",
            )
    captured = _captured((*slices, *carries), results)
    equation = Equation((*slices, *carries, *captured), results)
    behind = _delays(delays, len(carries), f"scan over {over!r}")
    operation = Scan(equation, over, lengths[0], front, len(slices), len(carries), len(initial), reverse, behind)
    return record(operation, *sequences, *initial, *captured, label=label)


def _carry(leading: Axes, own: Expr | tuple[Expr, ...]) -> Tensor:
    lengths = own if isinstance(own, tuple) else (own,)
    return Tensor((*leading, *(Axis(f"c{place}", length) for place, length in enumerate(lengths))))


def _delays(given: Sequence[Size], carries: int, where: str) -> tuple[Expr, ...]:
    """The delay of each carry: one step, unless it is given."""
    if not given:
        return (ONE,) * carries
    if len(given) != carries:
        raise ShapeError(f"{len(given)} delays of {carries} carries", where=where, expected="one for each carry")
    return tuple(size(delay, f"{where}: delay {place}") for place, delay in enumerate(given, 1))


def _check_initial(initial: Sequence[Tensor], carries: Sequence[Tensor], where: str) -> None:
    if initial and [tensor.shape for tensor in initial] != [tensor.shape for tensor in carries]:
        raise ShapeError(
            f"initial carries of axes {', '.join(shown(tensor.axes) for tensor in initial)}",
            where=where,
            expected=", ".join(shown(tensor.axes) for tensor in carries),
        )


def _captured(inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The tensors that a step uses and that do not depend on the loop: they leave it."""
    nodes, _ = reach(outputs, inputs, since=inputs[0].serial)
    inside = set(inputs)
    captured: dict[Tensor, None] = {}
    for node in nodes:
        if any(tensor in inside for tensor in node.inputs):
            inside.update(node.outputs)
    for node in nodes:
        if node.outputs[0] in inside:
            captured.update(dict.fromkeys(tensor for tensor in node.inputs if tensor not in inside))
    captured.update(dict.fromkeys(tensor for tensor in outputs if tensor not in inside))
    return tuple(captured)
