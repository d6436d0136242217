from __future__ import annotations

import numpy as np
import pytest
from differences import along, named_gradients, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES, learned

from symcost.differentiation.model import gradients
from symcost.interpret import count, execute
from symcost.tensor import Input

LAYERS = sorted(catalogue())


# --- every layer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_gradients_of_every_layer_are_its_differences(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    model, weights, inputs = recipe.numeric()[0], recipe.weights(), recipe.arrays()
    arriving = seeds(model, inputs, weights)
    found = named_gradients(model, inputs, arriving, weights)
    expected = {name: each.shape for name, each in learned(weights).items()}
    if not recipe.rows:
        expected |= {f"input {place}": x.shape for place, x in enumerate(inputs, 1)}
    assert {name: each.shape for name, each in found.items()} == expected
    by_gradients, by_difference = along(model, inputs, arriving, weights, found)
    assert by_gradients == pytest.approx(by_difference, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("of_inputs", [False, True], ids=["weights", "inputs"])
@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_the_backward_pass_of_every_layer_does_as_many_operations_of_every_kind_as_its_formula_says(
    name: str, of_inputs: bool, data: st.DataObject
) -> None:
    recipe = data.draw(RECIPES[name])
    model, shapes = recipe.numeric()
    weights, inputs = recipe.weights(), recipe.arrays()
    arriving = seeds(model, inputs, weights)
    backward = gradients(model, of_inputs=of_inputs)
    made, work = count(backward, *inputs, *arriving, weights=weights)
    placed = [Input(*each.shape) for each in (*inputs, *arriving)]
    forward = model.equation(*(Input(*shape) for shape in shapes)).cost.work
    formula = forward + backward.derivative(*placed).cost.work
    assert dict(work) == dict(formula) and work.dots == formula.dots
    expected = execute(backward, *inputs, *arriving, weights=weights)
    for one, other in zip(
        made if isinstance(made, tuple) else (made,),
        expected if isinstance(expected, tuple) else (expected,),
        strict=True,
    ):
        assert np.allclose(one, other, rtol=1e-9, atol=1e-9)
