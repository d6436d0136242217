"""Formulas read off equations: evaluated place by place, they are what the equations compute."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import strategies_layers
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr, Symbol

import symcost as sc
from symcost.analysis import indices, recording
from symcost.analysis.formulas import Applied, Called, Constant, Formula, Reduced, Reference, Statement
from symcost.analysis.recording import statements
from symcost.axes import Axis
from symcost.layer import CATALOGUE

T, H, I = (sc.dimension(name) for name in "THI")

FUNCTIONS = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "maximum": max,
    "minimum": min,
    "absolute": abs,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "erf": math.erf,
    "sqrt": math.sqrt,
}


@contextmanager
def ranges() -> Iterator[dict[Symbol, int]]:
    """While it lasts every index is a symbol of its own, of which it is known how far it runs."""
    found: dict[Symbol, int] = {}

    def unused(axis: Axis, _: Any) -> Symbol:
        symbol = Symbol(f"{axis.name}_{len(found)}", integer=True, nonnegative=True)
        found[symbol] = int(axis.size)
        return symbol

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indices, "unused", unused)
        patch.setattr(recording, "unused", unused)
        yield found


class Evaluator:
    """Evaluates formulas at numbers, place by place; ``outside`` is what lies beyond the ends of a tensor."""

    def __init__(
        self, said: list[Statement], arrays: Mapping[Any, Any], sizes: Mapping[Symbol, int], outside: float
    ) -> None:
        self.arrays, self.sizes, self.outside = arrays, sizes, outside
        self.known: dict[Any, float] = {}
        self.places: dict[Any, dict[tuple[int, ...], tuple[Formula, dict[Symbol, int]]]] = {}
        for each in said:
            times = {indices.index(axis.name): int(axis.size) for axis in each.loops}
            table = self.places.setdefault(each.left.name, {})
            for env in self.envs(each.left.indices, {}, {**sizes, **times}):
                table.setdefault(self.at(each.left, env), (each.right, env))

    def envs(self, over: Any, env: dict[Symbol, int], sizes: Mapping[Symbol, int]) -> Iterator[dict[Symbol, int]]:
        symbols = sorted({s for each in over for s in each.free_symbols if s not in env}, key=str)
        for numbers in itertools.product(*(range(sizes[symbol]) for symbol in symbols)):
            yield {**env, **dict(zip(symbols, numbers, strict=True))}

    def at(self, reference: Reference, env: dict[Symbol, int]) -> tuple[int, ...]:
        return tuple(
            int(each.xreplace(env)) if isinstance(each, Expr) else int(self.value(each, env))
            for each in reference.indices
        )

    def read(self, name: Any, place: tuple[int, ...]) -> float:
        if name in self.arrays:
            array = self.arrays[name]
            inside = all(0 <= index < length for index, length in zip(place, array.shape, strict=True))
            return float(array[place]) if inside else self.outside
        if place not in self.places[name]:
            return 0.0  # the state before the first step
        if (name, place) not in self.known:
            self.known[name, place] = self.value(*self.places[name][place])
        return self.known[name, place]

    def value(self, formula: Formula, env: dict[Symbol, int]) -> float:
        match formula:
            case Reference():
                return self.read(formula.name, self.at(formula, env))
            case Constant():
                return float(formula.value)
            case Applied():
                return FUNCTIONS[formula.function](*(self.value(each, env) for each in formula.arguments))
            case Reduced():
                conditions = [each for each in formula.over if isinstance(each, tuple)]
                plain = [each[0] if isinstance(each, tuple) else each for each in formula.over]
                found = [
                    self.value(formula.body, inner)
                    for inner in self.envs(plain, env, self.sizes)
                    if all(left.xreplace(inner) == right.xreplace(inner) for left, right in conditions)
                ]
                return sum(found) if formula.function == "add" else max(found)
        raise AssertionError(formula)


def evaluated(layer: sc.Layer, arrays: list[Any], weights: Mapping[str, Any]) -> list[Any] | None:
    """What the formulas of a layer give; None if it calls others, or puts tensors together as wholes."""
    equation = layer.equation(*(sc.Input(*array.shape) for array in arrays))
    with ranges() as sizes:
        said, learned = statements(equation, [f"x_{number}" for number in range(len(arrays))])
    said = [each for each in said if not (isinstance(each.right, Reference) and each.right.name == each.left.name)]
    if any(isinstance(each.right, Called) for each in said):
        return None
    known = {recording.Name("x", str(number)): array for number, array in enumerate(arrays)}
    known |= {each.name: np.asarray(weights[each.node.operation.label]) for each in learned}
    outside = -math.inf if "MaxPool" in type(layer).__name__ else 0.0
    evaluator = Evaluator(said, known, sizes, outside)
    results = []
    for number, tensor in enumerate(equation.outputs, 1):
        letter = "y" if any(each.left.name.stem == "y" for each in said) else "v"
        name = recording.Name(letter, str(number) if len(equation.outputs) > 1 else "")
        result = np.zeros([int(length) for length in tensor.shape])
        for place in np.ndindex(result.shape):
            result[place] = evaluator.read(name, place)
        results.append(result)
    return results


SIMPLE = [
    name
    for name in strategies_layers.RECIPES
    if not CATALOGUE[name].example().is_composed and "Transformer" not in name and "FeedForward" not in name
]


@pytest.mark.parametrize("name", SIMPLE)
@settings(deadline=None, max_examples=3)
@given(st.data())
def test_formulas_give_what_the_equation_computes(name: str, data: st.DataObject) -> None:
    recipe = data.draw(strategies_layers.RECIPES[name])
    layer, shapes = recipe.numeric()
    assume(getattr(layer, "padding_mode", "zeros") == "zeros")  # other modes read elsewhere, outside as well
    assume(sum(math.prod(shape) for shape in shapes) < 60)
    arrays, weights = recipe.arrays(), recipe.weights()

    found = evaluated(layer, arrays, weights)

    if found is not None:
        expected = sc.execute(layer, *arrays, weights=weights)
        for ours, theirs in zip(found, expected if isinstance(expected, tuple) else [expected], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def bound(formula: Formula) -> Iterator[tuple[set[Any], Formula]]:
    """The indices that sums bind, with what they are bound in."""
    if isinstance(formula, Reduced):
        plain = [each if isinstance(each, Expr) else each[0] - each[1] for each in formula.over]
        yield {symbol for each in plain for symbol in each.free_symbols}, formula.body
        yield from bound(formula.body)
    elif isinstance(formula, Applied):
        for each in formula.arguments:
            yield from bound(each)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_no_sum_runs_over_an_index_that_stands_outside_of_it(name: str) -> None:
    equation = CATALOGUE[name].example().equation()
    said, _ = statements(equation, [f"x_{number}" for number, _ in enumerate(equation.inputs)])

    for each in said:
        outside = {symbol for index in each.left.indices for symbol in index.free_symbols}
        for over, _ in bound(each.right):
            plain = {symbol for symbol in over if "'" not in symbol.name}
            assert not {symbol for symbol in plain & outside if not _is_target(each.right, symbol)}, each


def _is_target(formula: Formula, symbol: Any) -> bool:
    """Whether an index is only what windows must add up to."""
    if isinstance(formula, Reduced):
        return any(isinstance(each, tuple) and each[1].has(symbol) for each in formula.over)
    return isinstance(formula, Applied) and any(_is_target(each, symbol) for each in formula.arguments)


def test_every_costing_node_is_in_one_statement() -> None:
    for kind in CATALOGUE.values():
        equation = kind.example().equation()
        said, _ = statements(equation, [f"x_{number}" for number, _ in enumerate(equation.inputs)])
        nodes = [id(node) for each in said for node in each.nodes]
        assert len(nodes) == len(set(nodes)), kind


def test_names_do_not_clash_with_indices_or_inputs() -> None:
    for kind in CATALOGUE.values():
        equation = kind.example().equation()
        inputs = [f"x_{number}" for number, _ in enumerate(equation.inputs)]
        said, learned = statements(equation, inputs)
        names = [each.left.name for each in said] + [each.name for each in learned]
        assert len(set(names)) == len(names), kind
