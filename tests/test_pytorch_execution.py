"""The equations on PyTorch compute what they compute on NumPy, as PyTorch's own layers and operation by operation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES, weights_for

import symcost as sc
from symcost.arithmetic import WholeArrays
from symcost.interpret import execute
from symcost.operations import FUNCTIONS

torch = pytest.importorskip("torch")

from symcost import pytorch  # noqa: E402 - only with PyTorch

CLOSE = {"rtol": 1e-9, "atol": 1e-9}
LAYERS = sorted(catalogue())


def run(model, arrays, weights):
    """What PyTorch makes of a network or a layer, and the layers that ran as its own."""
    execution = pytorch.TorchExecution(lambda name, shape: np.asarray(weights[name], dtype=float), float)
    equation = model.equation(*(sc.Input(*each.shape) for each in arrays))
    with pytorch.inference():
        made = execution.run(equation, [np.asarray(each, dtype=float) for each in arrays], "")
    return made, [path for path, module in execution.modules.items() if module is not None]


def network_of(layer, shapes):
    """A network of nothing but the layer."""
    inputs = [sc.Input(*shape) for shape in shapes]
    return sc.Network("net", inputs, layer.apply(inputs, "it"))


def agree(layer, arrays, state):
    """Runs a layer in a network, where it may be PyTorch's own, and its equation alone, where it is not."""
    wanted = execute(layer, *arrays, weights=state)
    alone, _ = run(layer, arrays, state)
    within, own = run(
        network_of(layer, [each.shape for each in arrays]), arrays, {f"it.{n}": w for n, w in state.items()}
    )
    several = wanted if isinstance(wanted, tuple) else (wanted,)
    for made in (alone, within):
        for found, expected in zip(made, several, strict=True):
            assert found.shape == expected.shape
            assert np.allclose(found, expected, **CLOSE)
    return own


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")
@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_every_layer_computes_on_pytorch_what_its_equation_computes(name, data):
    recipe = data.draw(RECIPES[name])
    layer, _ = recipe.numeric()

    agree(layer, recipe.arrays(), recipe.weights())


def example(name):
    """A layer of each kind that PyTorch has, at small sizes, and the shape of its input."""
    sizes = {"I": 4, "H": 6, "K": 3, "K_x": 3, "K_y": 2, "K_z": 2, "V": 9, "E": 4, "D": 4, "N": 2, "F": 5, "T": 7}
    sizes |= {"X": 6, "Y": 5, "Z": 4, "C": 3, "T_self": 3, "T_cross": 5, "L": 2}
    layer = catalogue()[name].example().at_sizes({sc.dimension(n): sc.read(str(s)) for n, s in sizes.items()})
    return layer, [tuple(int(length) for length in tensor.shape) for tensor in _sized(layer, sizes)]


def _sized(layer, sizes):
    return [sc.Input(*(sc.at(each, **{n: s for n, s in sizes.items() if sc.dimension(n) in each.free_symbols})
                       for each in tensor.shape)) for tensor in layer.example_inputs()]  # fmt: skip


@pytest.mark.parametrize("name", sorted(pytorch.MODULES))
def test_a_layer_that_pytorch_has_runs_as_pytorchs_own(name):
    layer, shapes = example(name)
    shapes = [(2, *shape) for shape in shapes]
    generator = np.random.default_rng(0)
    arrays = [generator.normal(size=shape) for shape in shapes]
    if name == "Embedding":
        arrays = [generator.integers(0, 9, size=shape).astype(float) for shape in shapes]

    own = agree(layer, arrays, weights_for(layer, shapes))

    assert own == ["it."]
    assert type(pytorch.module_for(layer)) is getattr(torch.nn, name)


@pytest.mark.parametrize(
    "layer",
    [
        sc.Conv1d(2, 3, 3, padding="causal"),  # PyTorch pads on both sides
        sc.LSTM(3, 4, biases=1),  # PyTorch has two
        sc.FeedForward(4, 5),  # PyTorch has no such layer, but those that it calls
        sc.Attention(4, 4),
    ],
    ids=repr,
)
def test_a_layer_that_pytorch_has_not_runs_by_its_equation(layer):
    width = {"Conv1d": 2, "LSTM": 3}.get(type(layer).__name__, 4)
    arrays = [np.random.default_rng(0).normal(size=(2, 5, width))]

    assert pytorch.module_for(layer) is None
    assert "it." not in agree(layer, arrays, weights_for(layer, [(2, 5, width)]))


def test_a_layer_of_ones_own_of_the_same_name_is_not_taken_for_pytorchs(monkeypatch):
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Linear(sc.Layer):
        takes = "... h"

        def forward(self, x):
            return x + x

    assert pytorch.module_for(Linear()) is None


def test_weights_that_are_shared_are_the_same_in_each_call():
    block = sc.Linear(3, 3)
    x = sc.Input(2, 3)
    net = sc.Network("net", x, block(sc.ReLU()(block(x))))
    array = np.random.default_rng(0).normal(size=(2, 3))
    weights = weights_for(net, [(2, 3)])

    assert set(weights) == {"linear.weight", "linear.bias"}
    assert np.allclose(run(net, [array], weights)[0][0], execute(net, array, weights=weights), **CLOSE)


def test_repetitions_have_modules_of_their_own():
    net = sc.Sequential("net", sc.Input(4, 3), sc.Repeat(sc.GRU(3, 3), 3), sc.Softmax())
    array = np.random.default_rng(0).normal(size=(4, 3))
    weights = weights_for(net, [(4, 3)])
    made, own = run(net, [array], weights)

    assert len(own) == 4
    assert np.allclose(made[0], execute(net, array, weights=weights), **CLOSE)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_scalar_function_is_the_same_on_both(function):
    generator = np.random.default_rng(0)
    arguments = [np.abs(generator.normal(size=(3, 4))) + 0.1 for _ in range(FUNCTIONS[function].arity)]
    arguments[-1] = arguments[-1] if len(arguments) == 1 else 0.5  # a number

    with pytorch.inference():
        ours, theirs = (each.elementwise(function, arguments) for each in (WholeArrays(), pytorch.TorchArrays()))

    assert np.allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("function", ["add", "maximum"])
@pytest.mark.parametrize("keep", [True, False])
def test_reductions_are_the_same_on_both(function, keep):
    x = np.random.default_rng(0).normal(size=(3, 4, 5))

    with pytorch.inference():
        ours, theirs = (each.reduce(function, x, (-1, -3), keep) for each in (WholeArrays(), pytorch.TorchArrays()))

    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs, **CLOSE)


def test_without_pytorch_it_is_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)

    with pytest.raises(ImportError):
        pytorch.torch()
