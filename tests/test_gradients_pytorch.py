from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unittest import mock

import numpy as np
import pytest
import test_pytorch
from differences import named_gradients, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_layers import RECIPES, learned
from test_gradients import LAYERS

torch = pytest.importorskip("torch")

# PyTorch warns that it must copy where 'same' pads one more on one side than on the other.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning")


def _leaf(array: Any) -> Any:
    """A tensor that gathers gradients; one that is a tensor already is taken as it is."""
    if isinstance(array, torch.Tensor):
        return array
    return torch.tensor(np.asarray(array, dtype=float), requires_grad=True)


def _with_leaves(module: Any, state: Mapping[str, Any]) -> Any:
    """A module at inference that computes with given tensors in the place of its weights."""
    module = module.to(torch.float64).eval()
    kept = dict(module.named_buffers())
    leaves = {name: _leaf(each).detach() if name in kept else _leaf(each) for name, each in state.items()}

    def applied(*inputs: Any, **more: Any) -> Any:
        made = torch.func.functional_call(module, leaves, inputs, more)
        if isinstance(made, torch.Tensor) and made.requires_grad:
            made.register_hook(torch.Tensor.contiguous)  # instance norm misreads a gradient that lies otherwise
        return made

    return applied


def autograd(layer: Any, inputs: list[Any], arriving: list[Any], weights: Mapping[str, Any], *, numbers: bool) -> Any:
    """The gradients that PyTorch finds of inputs and weights, by name."""
    leaves = {name: _leaf(each) for name, each in weights.items()}
    given_inputs = [torch.tensor(each) if numbers else _leaf(each) for each in inputs]
    with mock.patch.multiple(test_pytorch, _tensor=_leaf, _loaded=_with_leaves):
        y = test_pytorch._reading(layer, given_inputs, leaves)
    asked = {name: leaves[name] for name in learned(weights)}
    if not numbers:
        asked |= {f"input {place}": each for place, each in enumerate(given_inputs, 1)}
    outputs = y if isinstance(y, tuple) else (y,)
    if not any(each.requires_grad for each in outputs):
        return {}
    found = torch.autograd.grad(outputs, list(asked.values()), list(map(torch.tensor, arriving)))
    return {name: each.numpy() for name, each in zip(asked, found, strict=True)}


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_gradients_of_every_layer_are_those_of_pytorch(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, weights, inputs = recipe.numeric()[0], recipe.weights(), recipe.arrays()
    arriving = seeds(layer, inputs, weights)
    ours = named_gradients(layer, inputs, arriving, weights)
    theirs = autograd(layer, inputs, arriving, weights, numbers=bool(recipe.rows))
    assert set(ours) == set(theirs)
    for each in ours:
        assert ours[each].shape == theirs[each].shape
        assert np.allclose(ours[each], theirs[each], rtol=1e-8, atol=1e-8), each
