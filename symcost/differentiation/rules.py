"""The rules of differentiation: for each operation, what it makes of the gradient of its output.

Each rule records the operations that make the gradients of the inputs (vector-Jacobian products; Griewank and
Walther, Evaluating derivatives, 2008, chapter 3). Inputs may have more leading axes than the operation was recorded
with, which are carried along and summed where an input lacks them. What a rule records and nobody needs costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from symcost.addressing import Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.axes import Term, equation
from symcost.differentiation.fitting import Stretch, added_at, among_zeros, broadcast, stretch, summed_to
from symcost.errors import UnpricedError
from symcost.expressions import normal
from symcost.functional import einsum, exp, rearrange, total
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.tensor import Tensor, elementwise, record
from symcost.views import Broadcast, Concat, Constant, Flip, Pad, Rearrange, Slice, Window

Gradient: TypeAlias = "Tensor | Stretch"
Rule: TypeAlias = Callable[[Any, Sequence[Tensor], Tensor, Tensor], Sequence["Gradient | None"]]


# --- products --------------------------------------------------------------------------------------------------------


def _einsum(operation: Einsum, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    """A product is two products: of the gradient with either input, summed over what the other lacks.

    Where that is nothing, as for the weights of a single example, the sum has one term: the products are
    multiply-accumulates if the operation's are, as they are for a batch of one.
    """
    left, right = equation(operation.pattern)
    spelt = [_spelt(term, tensor) for term, tensor in zip((*left, right), (*inputs, gradient), strict=True)]
    pairs = [(inputs[i], spelt[i], inputs[1 - i], spelt[1 - i]) for i in (0, 1)]
    return [_factor(*pair, gradient, spelt[2], accumulates=operation.contracts) for pair in pairs]


def _spelt(term: Term, tensor: Tensor) -> tuple[str, ...]:
    """The names of all axes, leading ones counted from the last one on."""
    front = len(tensor.axes) - len(term.names)
    return (*(f"lead{place}" for place in range(front, 0, -1)), *term.names)


def _factor(
    x: Tensor,
    own: tuple[str, ...],
    other: Tensor,
    others: tuple[str, ...],
    gradient: Tensor,
    made: tuple[str, ...],
    *,
    accumulates: bool,
) -> Tensor:
    """The gradient of one factor; an axis that only it had was summed alone, and has one gradient everywhere."""
    lone = [name for name in own if name not in others and name not in made]
    kept = [name for name in own if name not in lone]
    if accumulates and {*made, *others} == set(kept):
        gradient, made, other, others = _among_one(gradient), ("one", *made), _among_one(other), ("one", *others)
    product = einsum(f"{' '.join(made)}, {' '.join(others)} -> {' '.join(kept)}", gradient, other)
    return broadcast(product, x.axes, [own.index(name) for name in lone], keep=False) if lone else product


def _among_one(x: Tensor) -> Tensor:
    """A tensor as the only one along a new axis in front."""
    names = " ".join(f"a{place}" for place in range(len(x.axes)))
    return rearrange(f"{names} -> () {names}", x)


# --- place by place --------------------------------------------------------------------------------------------------


def _elementwise(operation: Elementwise, inputs: Sequence[Tensor], y: Tensor, gradient: Tensor) -> list[Tensor]:
    tensors = iter(inputs)
    arguments = [next(tensors) if constant is None else constant for constant in operation.constants]
    partials = PARTIALS[operation.function](gradient, y, *arguments)
    wanted = [(a, part) for a, part in zip(arguments, partials, strict=True) if isinstance(a, Tensor)]
    return [summed_to(part(), argument.axes) for argument, part in wanted]


_Parts: TypeAlias = tuple[Callable[[], Tensor], ...]


def _subtract(g: Tensor, y: Tensor, a: Any, b: Any) -> _Parts:
    return lambda: g, lambda: -summed_to(g, b.axes)


def _divide(g: Tensor, y: Tensor, a: Any, b: Any) -> _Parts:
    """d(a/b) = da/b - (a/b) db/b."""
    share = g / b
    return lambda: share, lambda: -summed_to(share * y, b.axes)


def _maximum(g: Tensor, y: Tensor, a: Any, b: Any) -> _Parts:
    """The gradient goes to the larger one. Against a constant nothing goes back from a tie, as in ReLU."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return _shared(g, y, a, b)
    return (lambda: g * elementwise("greater", y, b if isinstance(a, Tensor) else a),) * 2


def _minimum(g: Tensor, y: Tensor, a: Any, b: Any) -> _Parts:
    """The gradient goes to the smaller one."""
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return _shared(g, y, a, b)
    return (lambda: g * elementwise("greater", b if isinstance(a, Tensor) else a, y),) * 2


def _shared(g: Tensor, y: Tensor, a: Tensor, b: Tensor) -> _Parts:
    """To the one that came out; two equal ones share it, as in PyTorch."""
    is_a, is_b = elementwise("equal", a, y), elementwise("equal", b, y)
    share = g / (is_a + is_b)
    return lambda: share * is_a, lambda: share * is_b


def _tanh(g: Tensor, y: Tensor, x: Any) -> _Parts:
    return (lambda: g * (1 - y * y),)


def _sigmoid(g: Tensor, y: Tensor, x: Any) -> _Parts:
    return (lambda: g * (y * (1 - y)),)


def _erf(g: Tensor, y: Tensor, x: Any) -> _Parts:
    """2/sqrt(pi) exp(-x^2)."""
    return (lambda: g * (2 / math.sqrt(math.pi) * exp(-(x * x))),)


PARTIALS: dict[str, Callable[..., _Parts]] = {
    "add": lambda g, y, a, b: (lambda: g, lambda: g),
    "subtract": _subtract,
    "multiply": lambda g, y, a, b: (lambda: g * b, lambda: g * a),
    "divide": _divide,
    "maximum": _maximum,
    "minimum": _minimum,
    "absolute": lambda g, y, x: (lambda: g * elementwise("sign", x),),
    "exp": lambda g, y, x: (lambda: g * y,),
    "log": lambda g, y, x: (lambda: g / x,),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "erf": _erf,
    "sqrt": lambda g, y, x: (lambda: g / (2 * y),),
}
"""For each scalar function, what becomes of the gradient for each argument: by its output where that is cheaper."""

STEPS = ("greater", "equal", "sign")  # constant almost everywhere: nothing goes back through them


# --- reductions ------------------------------------------------------------------------------------------------------


def _reduce(operation: Reduce, inputs: Sequence[Tensor], y: Tensor, gradient: Tensor) -> list[Tensor]:
    """Of a sum: the gradient everywhere. Of a maximum: shared among those that are it, as ``torch.amax`` has it."""
    (x,) = inputs

    def everywhere(z: Tensor) -> Tensor:
        return broadcast(z, x.axes, operation.places, keep=operation.keep)

    if operation.function == "add":
        return [everywhere(gradient)]
    chosen = elementwise("equal", x, everywhere(y))
    return [everywhere(gradient / total(chosen, *operation.places, keep=operation.keep)) * chosen]


# --- views, and numbers moved by their place: each goes back by its transpose -----------------------------------------


def _broadcast(operation: Broadcast, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    return [total(gradient, *operation.places, keep=operation.keep)]


def _window(operation: Window, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    (x,) = inputs
    place = _from_end(operation.place, x)
    joined = record(OverlapAdd((place - 1,), (operation.stride,), (operation.dilation,)), gradient)[0]
    return [among_zeros(joined, place, normal(0), x.axes[place].size)]


def _overlap_add(operation: OverlapAdd, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    """The windows again, the last axis first: those behind it then stand where they stood."""
    (x,) = inputs
    places = (_from_end(place, x) for place in operation.places)
    for place, stride, dilation in sorted(
        zip(places, operation.strides, operation.dilations, strict=True), key=lambda each: -each[0]
    ):
        within = x.axes[place + 1]
        gradient = record(Window(place + 1, within.size, stride, dilation, within.name), gradient)[0]
    return [gradient]


def _rearrange(operation: Rearrange, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    (left,), right = equation(operation.pattern)
    sizes = dict(operation.given)
    (x,) = inputs
    for group, axis in zip(left.groups, x.axes[len(x.axes) - len(left.groups) :], strict=True):
        rest = axis.size
        for name in group:
            rest = rest / sizes.get(name, 1)
        sizes.update((name, normal(rest)) for name in group if name not in sizes)
    back = Rearrange(f"{right.source} -> {left.source}", tuple(sizes.items()))
    return [record(back, gradient)[0]]


def _slice(operation: Slice, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Gradient]:
    return [Stretch(gradient, _from_end(operation.place, inputs[0]), operation.start)]


def _pad(operation: Pad, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    """What was put in of its own gives nothing back; what was copied adds to what it was copied from."""
    (x,) = inputs
    place = _from_end(operation.place, x)
    before, after, length = operation.before, operation.after, x.axes[place].size
    made = stretch(gradient, place, before, length)
    if operation.mode in ("zeros", "lowest"):
        return [made]
    if before != 0:
        front = stretch(gradient, place, normal(0), before)
        made = added_at(made, place, *_copied(operation.mode, front, place, length, front=True))
    if after != 0:
        behind = stretch(gradient, place, normal(before + length), after)
        made = added_at(made, place, *_copied(operation.mode, behind, place, length, front=False))
    return [made]


def _copied(mode: str, margin: Tensor, place: int, length: Any, *, front: bool) -> tuple[Any, Tensor]:
    """Where the numbers of a margin came from, and what they hand back there."""
    width = margin.axes[place].size
    if mode == "replicate":
        return normal(0 if front else length - 1), total(margin, place, keep=True)
    if mode == "circular":
        return normal(length - width if front else 0), margin
    if mode == "reflect":
        return normal(1 if front else length - 1 - width), record(Flip(place), margin)[0]
    raise UnpricedError(f"padding {mode!r}", where="backward pass", expected="a mode that has a rule")


def _concat(operation: Concat, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    place, start, made = _from_end(operation.place, inputs[0]), normal(0), []
    for x in inputs:
        made.append(stretch(gradient, place, start, x.axes[place].size))
        start = normal(start + x.axes[place].size)
    return made


def _upsample(operation: Upsample, inputs: Sequence[Tensor], _: Tensor, gradient: Tensor) -> list[Tensor]:
    place = _from_end(operation.place, inputs[0])
    behind = " ".join(f"a{number}" for number in range(-1 - place))
    apart = rearrange(f"... (n f) {behind} -> ... n f {behind}", gradient, f=operation.factor)
    return [total(apart, place)]


def _gather(_: Gather, inputs: Sequence[Tensor], __: Tensor, gradient: Tensor) -> list[Gradient | None]:
    numbers, table = inputs
    return [None, record(ScatterAdd(table.axes[0].size), numbers, gradient)[0]]


def _scatter_add(_: ScatterAdd, inputs: Sequence[Tensor], __: Tensor, gradient: Tensor) -> list[Gradient | None]:
    return [None, record(Gather(), inputs[0], gradient)[0]]


def _from_end(place: int, x: Tensor) -> int:
    return place if place < 0 else place - len(x.axes)


RULES: dict[type[Operation], Rule] = {
    Einsum: _einsum,
    Elementwise: _elementwise,
    Reduce: _reduce,
    Broadcast: _broadcast,
    Window: _window,
    OverlapAdd: _overlap_add,
    Rearrange: _rearrange,
    Slice: _slice,
    Pad: _pad,
    Concat: _concat,
    Constant: lambda operation, inputs, _, gradient: [None],
    Flip: lambda operation, inputs, _, gradient: [record(operation, gradient)[0]],
    Upsample: _upsample,
    Gather: _gather,
    ScatterAdd: _scatter_add,
}
"""What each operation makes of the gradient of its output."""


def passes(operation: Operation, place: int) -> bool:
    """Whether a gradient goes back through an operation to one of its inputs: none to numbers, none through steps."""
    if isinstance(operation, Gather | ScatterAdd):
        return place == 1
    steps = isinstance(operation, Elementwise) and operation.function in STEPS
    return not (steps or isinstance(operation, Constant))
