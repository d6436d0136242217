"""The rules of differentiation: for each operation, what it makes of the gradient of its output.

Each rule records the operations that make the gradients of the inputs (vector-Jacobian products; Griewank and
Walther, Evaluating derivatives, 2008, chapter 3). Inputs may have more leading axes than the operation was recorded
with, which are carried along and summed where an input lacks them. What a rule records and nobody needs costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from symcost.addressing import Gather, ScatterAdd
from symcost.associative import AssociativeScan
from symcost.axes import Term, equation
from symcost.differentiation.fitting import Rule, broadcast, summed_to
from symcost.differentiation.transposes import TRANSPOSES
from symcost.expressions import ONE, ZERO
from symcost.functional import einsum, exp, pad, rearrange, take, total
from symcost.operations import Einsum, Elementwise, Operation, Reduce
from symcost.tensor import Tensor, elementwise, record
from symcost.views import Detached, Flip

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
    bands = [(own[place + axis.along], own[place], axis.band) for place, axis in enumerate(x.axes) if axis.band]
    pattern = f"{' '.join(made)}, {' '.join(others)} -> {' '.join(kept)}"
    product = einsum(pattern, gradient, other, bands[0] if bands else None)  # for what is there alone
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


# --- recurrences that an operation runs by itself ---------------------------------------------------------------------


def _associative_scan(
    operation: AssociativeScan, inputs: Sequence[Tensor], h: Tensor, gradient: Tensor
) -> list[Tensor]:
    """Of h_t = a_t h_(t-1) + b_t: db_t = dh_t + a_(t+1)^T db_(t+1), a scan backwards, and da_t = db_t h_(t-1).

    Martin and Cundy, Parallelizing linear recurrent neural nets over sequence length, ICLR 2018, section 2.2.
    """
    place, length = operation.place, h.axes[operation.place].size
    in_a = place - 1 if operation.dense else place
    behind = take(pad(inputs[0], in_a, ZERO, ONE), in_a, ONE, length)
    if operation.dense:
        behind = rearrange("... i j -> ... j i", behind)
    turned = (record(Flip(at), x)[0] for at, x in ((in_a, behind), (place, gradient)))
    of_b = record(Flip(place), record(operation, *turned)[0])[0]
    before = take(pad(h, place, ONE, ZERO), place, ZERO, length)
    return [einsum("... i, ... j -> ... i j", of_b, before) if operation.dense else of_b * before, of_b]


RULES: dict[type[Operation], Rule] = {
    Einsum: _einsum,
    Elementwise: _elementwise,
    Reduce: _reduce,
    AssociativeScan: _associative_scan,
    **TRANSPOSES,
}
"""What each operation makes of the gradient of its output."""


def passes(operation: Operation, place: int) -> bool:
    """Whether a gradient goes back through an operation to one of its inputs: none to numbers, none through steps."""
    if isinstance(operation, Gather | ScatterAdd):
        return place == 1
    steps = isinstance(operation, Elementwise) and operation.function in STEPS
    return not (steps or isinstance(operation, Detached))
