from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES, work_at
from sympy import Symbol

from symcost.arithmetic import SCALAR, CountedScalars, WholeArrays
from symcost.cost import KINDS, Work
from symcost.interpret import count, execute
from symcost.operations import FUNCTIONS
from symcost.tensor import Input

LAYERS = sorted(catalogue())

VALUES: dict[str, Any] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "maximum": lambda x, y: x if x > y else y,
    "minimum": lambda x, y: x if x < y else y,
    "absolute": lambda x: x if x > 0 else -x,
    "greater": lambda x, y: 1.0 if x - y > 0 else 0.0,
    "equal": lambda x, y: 1.0 if x - y == 0 else 0.0,
    "sign": lambda x: x / abs(x) if x else 0.0,
    "exp": lambda x: math.e**x,
    "log": lambda x: math.log10(x) * math.log(10),
    "tanh": lambda x: (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1),
    "sigmoid": lambda x: math.exp(x) / (1 + math.exp(x)),
    "erf": lambda x: 1 - math.erfc(x),
    "sqrt": lambda x: x**0.5,
}
KIND = {
    "add": "add", "subtract": "add", "multiply": "mul", "divide": "div", "maximum": "compare", "minimum": "compare",
    "absolute": "compare", "exp": "exp", "log": "log", "tanh": "tanh", "sigmoid": "sigmoid", "erf": "erf",
    "sqrt": "sqrt", "greater": "compare", "equal": "compare", "sign": "compare",
}  # fmt: skip


# --- scalar functions ---


def test_every_function_of_the_library_has_a_value_and_a_kind() -> None:
    assert set(SCALAR) == set(FUNCTIONS) == set(VALUES) == set(KIND)
    assert {*KIND.values(), "mac"} == set(KINDS)


@pytest.mark.parametrize("function", sorted(VALUES))
def test_a_function_means_the_same_scalar_by_scalar_and_on_whole_arrays(function: str) -> None:
    x, y = np.array([[0.25, 1.5, 3.0], [2.0, 0.125, 0.75]]), np.array([2.0, 0.5, 0.1])
    if function not in ("log", "sqrt"):
        x = x - 1.0
    arguments = [x, y][: FUNCTIONS[function].arity]
    scalars = CountedScalars()
    expected = np.vectorize(VALUES[function])(*arguments)
    made = scalars.elementwise(function, [each.astype(object) for each in arguments])
    assert made.astype(float) == pytest.approx(expected, rel=1e-12)
    assert WholeArrays().elementwise(function, arguments) == pytest.approx(expected, rel=1e-12)
    assert scalars.work == Work({KIND[function]: 6})


@pytest.mark.parametrize(
    ("function", "made"), [("greater", [0, 0, 1, 0]), ("equal", [0, 1, 0, 1]), ("sign", [-1, 0, 1, 1])]
)
def test_comparisons_say_one_or_nothing_and_ties_are_equal(function: str, made: list[int]) -> None:
    x, y = np.array([-2.0, 0.0, 3.0, 1.0]), np.array([-1.0, 0.0, 2.0, 1.0])
    arguments = [x, y][: FUNCTIONS[function].arity]
    for arithmetic in (WholeArrays(), CountedScalars()):
        assert arithmetic.elementwise(function, arguments).astype(float).tolist() == made
    assert WholeArrays().elementwise(function, arguments).dtype == float


def test_a_constant_takes_part_at_every_place() -> None:
    scalars = CountedScalars()
    assert scalars.elementwise("subtract", [1.0, np.array([0.25, 3.0], dtype=object)]).tolist() == [0.75, -2.0]
    assert scalars.work == Work(add=2)


def test_counts_add_up_over_operations() -> None:
    scalars = CountedScalars()
    assert scalars.work == Work()
    scalars.elementwise("exp", [np.zeros(3, dtype=object)])
    scalars.elementwise("exp", [np.zeros(4, dtype=object)])
    scalars.contract("i, i ->", np.ones(5, dtype=object), np.ones(5, dtype=object))
    assert scalars.work == Work(exp=7, mac=5, dots=1)


# --- contractions ---

PATTERNS = [  # pattern, shapes, NumPy's spelling, multiply-accumulates or multiplications, dot products
    ("... i, h i -> ... h", ((2, 5, 3), (4, 3)), "abi,hi->abh", ("mac", 120), 40),
    ("... i, h i -> ... h", ((3,), (4, 3)), "i,hi->h", ("mac", 12), 4),
    ("... t d, ... s d -> ... t s", ((2, 3, 4), (2, 5, 4)), "btd,bsd->bts", ("mac", 120), 30),
    ("... t n d, ... s n d -> ... n t s", ((3, 2, 4), (5, 2, 4)), "tnd,snd->nts", ("mac", 120), 30),
    ("i, i ->", ((6,), (6,)), "i,i->", ("mac", 6), 1),
    ("i j, j -> i", ((1, 1), (1,)), "ij,j->i", ("mac", 1), 1),
    ("i, j -> i j", ((2,), (3,)), "i,j->ij", ("mul", 6), 0),
    ("... i, i -> ... i", ((2, 4, 3), (3,)), "abi,i->abi", ("mul", 24), 0),
    ("i j, i -> j i", ((2, 3), (2,)), "ij,i->ji", ("mul", 6), 0),
    ("i j, k -> k", ((2, 3), (4,)), "ij,k->k", ("mac", 24), 4),
    ("h i, ... i -> ... h", ((4, 3), (2, 3)), "hi,ai->ah", ("mac", 24), 8),
]


@pytest.mark.parametrize(("pattern", "shapes", "spelt", "cost", "dots"), PATTERNS, ids=[p[0] for p in PATTERNS])
def test_a_contraction_does_and_counts_every_product(
    pattern: str, shapes: Any, spelt: str, cost: tuple[str, int], dots: int
) -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.normal(size=shape) for shape in shapes)
    expected = np.einsum(spelt, first, second)
    scalars = CountedScalars()
    made = scalars.contract(pattern, first.astype(object), second.astype(object))
    assert np.allclose(made.astype(float), expected, atol=1e-12)
    assert made.shape == expected.shape
    assert np.allclose(WholeArrays().contract(pattern, first, second), expected, atol=1e-12)
    assert scalars.work == Work({cost[0]: cost[1]}, dots=dots)


# --- reductions ---


@pytest.mark.parametrize("function", ["add", "maximum"])
@pytest.mark.parametrize("places", [(-1,), (0,), (1,), (-1, -2), (0, 2), (0, 1, 2)], ids=str)
@pytest.mark.parametrize("keep", [False, True])
def test_a_reduction_of_n_numbers_is_n_minus_1_operations(function: str, places: tuple[int, ...], keep: bool) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    expected = getattr(x, {"add": "sum", "maximum": "max"}[function])(axis=places, keepdims=keep)
    scalars = CountedScalars()
    made = scalars.reduce(function, x.astype(object), places, keep)
    assert np.allclose(made.astype(float), expected, atol=1e-12) and made.shape == expected.shape
    assert np.allclose(WholeArrays().reduce(function, x, places, keep), expected, atol=1e-12)
    assert scalars.work == Work({KIND[function]: 24 - expected.size})


def test_the_sum_of_one_number_is_no_operation() -> None:
    scalars = CountedScalars()
    assert scalars.reduce("add", np.ones((3, 1), dtype=object), (-1,), False).tolist() == [1.0, 1.0, 1.0]
    assert scalars.work == Work()


# --- every layer: what is counted is what the formula says ---


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_layer_does_as_many_operations_of_every_kind_as_its_formula_says(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, shapes = recipe.numeric()
    inputs, weights = recipe.arrays(), recipe.weights()
    made, work = count(layer, *inputs, weights=weights)
    cost = layer.cost(*(Input(*shape) for shape in shapes))
    assert dict(work) == dict(cost.work)
    assert work.dots == cost.work.dots
    expected = execute(layer, *inputs, weights=weights)
    outputs = zip(made, expected, strict=True) if isinstance(made, tuple) else [(made, expected)]
    for ours, plain in outputs:
        assert ours.shape == plain.shape and np.allclose(ours, plain, rtol=1e-10, atol=1e-10)
    numbers = [*cost.work.values(), cost.work.dots, cost.weights, cost.biases, cost.activations, cost.state]
    assert all(number.is_Integer and number >= 0 for number in numbers), "divides by zero or counts in fractions"


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_layer_of_symbolic_sizes_is_at_sizes_the_layer_of_numbers_and_costs_as_much(
    name: str, data: st.DataObject
) -> None:
    recipe = data.draw(RECIPES[name])
    (layer, shapes), (symbolic, symbols) = recipe.numeric(), recipe.symbolic()
    inputs = [Input(*shape) for shape in shapes]
    written, numeric = symbolic.cost(*(Input(*shape) for shape in symbols)), layer.cost(*inputs)
    at = recipe.substitution()
    for metric in ("weights", "biases", "activations", "state"):
        assert getattr(written, metric).xreplace(at).expand() == getattr(numeric, metric), metric
    assert work_at(written.work, at) == numeric.work
    resized = symbolic.at_sizes(at)
    if not any(each.is_network for each in layer.held):  # networks are equal only to themselves
        assert resized == layer
    cost = resized.cost(*inputs)
    assert cost == numeric
    assert not any(symbol for symbol in cost.parameters.free_symbols if isinstance(symbol, Symbol))
