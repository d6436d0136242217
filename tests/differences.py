"""Gradients by name, and what central finite differences of the forward equation say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcost.differentiation.model import gradients
from symcost.interpret import execute
from symcost.tensor import Input

Array = NDArray[Any]


def several(made: Any) -> tuple[Array, ...]:
    """What ``execute`` hands out, as a tuple whatever it is."""
    return made if isinstance(made, tuple) else (made,)


def seeds(model: Any, inputs: Sequence[Array], weights: Mapping[str, Array] | None = None) -> list[Array]:
    """Random gradients of the outputs."""
    generator = np.random.default_rng(7)
    return [generator.normal(size=y.shape) for y in several(execute(model, *inputs, weights=weights))]


def named_gradients(
    model: Any, inputs: Sequence[Array], given: Sequence[Array], weights: Mapping[str, Array]
) -> dict[str, Array]:
    """The gradients of inputs and weights by name; a weight of each time of a repetition under its number."""
    backward = gradients(model, of_inputs=True)
    names = backward.names(*(Input(*each.shape) for each in (*inputs, *given)))
    made = several(execute(backward, *inputs, *given, weights=weights))
    found = {name: each for name, each in zip(names, made, strict=True) if not name.startswith("output ")}
    while starred := next((name for name in found if "*" in name), ""):
        stack = found.pop(starred)
        found |= {starred.replace("*", str(number), 1): each for number, each in enumerate(stack)}
    return found


def along(
    model: Any,
    inputs: Sequence[Array],
    given: Sequence[Array],
    weights: Mapping[str, Array],
    found: Mapping[str, Array],
) -> tuple[float, float]:
    """The derivative of <given, outputs> in a random direction: by the gradients, and by a central difference."""
    generator = np.random.default_rng(11)
    direction = {name: generator.normal(size=each.shape) for name, each in sorted(found.items())}
    by_gradients = sum(float(np.sum(found[name] * direction[name])) for name in found)

    def value(step: float) -> float:
        moved = [x + step * direction.get(f"input {place}", 0.0) for place, x in enumerate(inputs, 1)]
        changed = {name: w + step * direction.get(name, 0.0) for name, w in weights.items()}
        made = several(execute(model, *moved, weights=changed))
        return sum(float(np.sum(g * y)) for g, y in zip(given, made, strict=True))

    width = 1e-5
    return by_gradients, (value(width) - value(-width)) / (2 * width)
