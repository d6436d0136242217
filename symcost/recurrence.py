"""The operation over time: a scan, one step after another, each with what the steps before it carry on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sympy import Expr

from symcost.axes import Axes, Axis, elements, position, shown
from symcost.conditions import Condition, of_size
from symcost.cost import Cost
from symcost.equation import Equation, Learned, Sizes, Structured, reach, replay
from symcost.errors import ShapeError
from symcost.expressions import ONE, Size, maximum, same, size, substitute, total
from symcost.notation import text
from symcost.tensor import Tensor, record


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
