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
from symcost.analysis.formulas import Applied, Called, Constant, Formula, Range, Reduced, Reference, Statement
from symcost.analysis.recording import statements
from symcost.axes import Axis
from symcost.bands import Band
from symcost.functional import einsum, exp, reduce_max, total
from symcost.layer import CATALOGUE
from symcost.structure import Call

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


def holds(bounded: Range, env: dict[Symbol, int]) -> bool:
    """Whether an index is in its range."""
    index = bounded.index.xreplace(env)
    return (bounded.lower is None or bounded.lower.xreplace(env) <= index) and (
        bounded.upper is None or index <= bounded.upper.xreplace(env)
    )


class Evaluator:
    """Evaluates formulas at numbers, place by place; ``outside`` is what lies beyond the ends of a tensor."""

    def __init__(
        self, said: list[Statement], arrays: Mapping[Any, Any], sizes: Mapping[Symbol, int], outside: float
    ) -> None:
        self.arrays, self.sizes, self.outside = arrays, sizes, outside
        self.known: dict[Any, float] = {}
        self.within_bands = {each.left.name for each in said if each.where}
        self.places: dict[Any, dict[tuple[int, ...], tuple[Formula, dict[Symbol, int]]]] = {}
        for each in said:
            times = {indices.index(axis.name): int(axis.size) for axis in each.loops}
            table = self.places.setdefault(each.left.name, {})
            for env in self.envs(each.left.indices, {}, {**sizes, **times}):
                if all(holds(bounded, env) for bounded in each.where):
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
            assert name not in self.within_bands, f"{name} is read at {place}, where it is nothing"
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
                bounds = [each for each in formula.over if isinstance(each, Range)]
                found = [
                    self.value(formula.body, inner)
                    for inner in self.envs([running(each) for each in formula.over], env, self.sizes)
                    if all(left.xreplace(inner) == right.xreplace(inner) for left, right in conditions)
                    and all(holds(bounded, inner) for bounded in bounds)
                ]
                return sum(found) if formula.function == "add" else max(found)
        raise AssertionError(formula)


def running(over: Any) -> Expr:
    """What runs in a sum over something."""
    return over.index if isinstance(over, Range) else over[0] if isinstance(over, tuple) else over


def called(each: Statement, read: Any, weights: Mapping[str, Any], names: Mapping[Any, str]) -> Any:
    """What a layer that is called gives, executed on what it is called with; None within a scan, or of no layer."""
    (node,) = each.nodes or (None,)
    is_layer = node is not None and isinstance(node.operation, Call) and isinstance(each.right.arguments[0], Reference)
    if not is_layer or each.loops:
        return None
    (argument,), (x,) = each.right.arguments, node.inputs
    given = np.array([read(argument.name, place) for place in np.ndindex(*map(int, x.shape))]).reshape(
        [int(length) for length in x.shape]
    )
    front = f"{names[node]}."
    own = {name.removeprefix(front): value for name, value in weights.items() if name.startswith(front)}
    return sc.execute(node.operation.layer, given, weights=own)


def evaluated(layer: sc.Layer, arrays: list[Any], weights: Mapping[str, Any]) -> list[Any] | None:
    """What the formulas of a layer give; None if it puts tensors together as wholes. Layers in it are executed."""
    equation = layer.equation(*(sc.Input(*array.shape) for array in arrays))
    with ranges() as sizes:
        said, learned = statements(equation, [f"x_{number}" for number in range(len(arrays))])
    said = [each for each in said if not (isinstance(each.right, Reference) and each.right.name == each.left.name)]
    known = {recording.Name("x", str(number)): array for number, array in enumerate(arrays)}
    known |= {each.name: np.asarray(weights[each.node.operation.label]) for each in learned}
    outside = -math.inf if "MaxPool" in type(layer).__name__ else 0.0
    plain = [each for each in said if not isinstance(each.right, Called)]
    evaluator = Evaluator(plain, known, sizes, outside)
    for each in said:
        if isinstance(each.right, Called):
            known[each.left.name] = called(each, evaluator.read, weights, equation.names)
            if known[each.left.name] is None:
                return None
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


MASKS = [{"is_causal": True}, {"window": 2}, {"is_causal": True, "window": 2}, {"is_causal": True, "window": 1}]
ATTENTION: list[tuple[Any, list[tuple[int, ...]]]] = [
    (lambda mask: sc.ScaledDotProductAttention(**mask), [(4, 2), (4, 2), (4, 3)]),
    (lambda mask: sc.Attention(3, 4, num_heads=2, bias=True, **mask), [(4, 3)]),
    (lambda mask: sc.MultiheadAttention(4, 2, **mask), [(2, 3, 4)]),
    (lambda mask: sc.MultiheadAttention(4, 1, kdim=3, vdim=2, **mask), [(3, 4), (3, 3), (3, 2)]),
    (lambda mask: sc.GroupedQueryAttention(4, 4, 2, bias=True, **mask), [(4, 4)]),
    (lambda mask: sc.GroupedQueryAttention(4, 2, 1, head_dim=3, **mask), [(3, 4), (3, 4)]),
]


@pytest.mark.parametrize("mask", MASKS, ids=str)
@pytest.mark.parametrize("case", range(len(ATTENTION)), ids=lambda case: f"{type(ATTENTION[case][0]({})).__name__}")
def test_formulas_of_masked_attention_give_what_it_computes(case: int, mask: dict[str, Any]) -> None:
    make, shapes = ATTENTION[case]
    layer, generator = make(mask), np.random.default_rng(0)
    arrays = [generator.normal(size=shape) for shape in shapes]
    weights = strategies_layers.weights_for(layer, tuple(shapes))

    found = evaluated(layer, arrays, weights)

    assert found is not None
    np.testing.assert_allclose(found[0], sc.execute(layer, *arrays, weights=weights), rtol=1e-9, atol=1e-9)


class OverPairs(sc.Layer):
    """The sum and the largest of exp(x y) in a band, over any of its axes; no step is so far earlier, or later."""

    earlier: sc.Size | None = None
    later: sc.Size | None = None
    over: str = "s"
    takes = "... t d, ... s d"

    def forward(self, x: sc.Tensor, y: sc.Tensor) -> sc.Tensor:
        band = Band(*(None if reach is None else reach - 1 for reach in (self.earlier, self.later)))
        scores = exp(einsum("... t d, ... s d -> ... t s", x, y, ("t", "s", band)))
        axes = self.over.split()
        return total(scores, *axes) + reduce_max(scores, *axes)


@pytest.mark.parametrize("over", ["s", "t", "t s"])
@pytest.mark.parametrize("earlier", [None, 1, 2])
@pytest.mark.parametrize("later", [None, 1, 3])
def test_formulas_run_over_what_a_band_holds_on_either_side(over: str, earlier: int | None, later: int | None) -> None:
    layer = OverPairs(earlier, later, over)
    arrays = [np.random.default_rng(seed).normal(size=(4, 2)) for seed in range(2)]

    (found,) = evaluated(layer, arrays, {})

    np.testing.assert_allclose(found, sc.execute(layer, *arrays), rtol=1e-9, atol=1e-9)


def bound(formula: Formula) -> Iterator[tuple[set[Any], Formula]]:
    """The indices that sums bind, with what they are bound in."""
    if isinstance(formula, Reduced):
        plain = [each[0] - each[1] if isinstance(each, tuple) else running(each) for each in formula.over]
        yield {symbol for each in plain for symbol in each.free_symbols}, formula.body
        yield from bound(formula.body)
    elif isinstance(formula, Applied):
        for each in formula.arguments:
            yield from bound(each)


EXAMPLES = [CATALOGUE[name].example() for name in sorted(CATALOGUE)]
EXAMPLES += [make(mask) for make, _ in ATTENTION for mask in MASKS]


@pytest.mark.parametrize("layer", EXAMPLES, ids=str)
def test_no_sum_runs_over_an_index_that_stands_outside_of_it(layer: sc.Layer) -> None:
    equation = layer.equation()
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
