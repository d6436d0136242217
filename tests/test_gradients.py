from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from differences import along, named_gradients, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES, learned, weights_for
from sympy import Integer

import symcost as sc
from symcost import Work, training
from symcost.differentiation.model import gradients
from symcost.errors import UnpricedError
from symcost.functional import (
    concat,
    einsum,
    mean,
    rearrange,
    reduce_max,
    scan,
    sigmoid,
    tanh,
    total,
    weight,
)  # fmt: skip
from symcost.interpret import count, execute
from symcost.tensor import Input

UNTRAINED = {"EveryPrefix", "ArgMax"}  # they sample: training knows all steps, and a choice has no gradient
LAYERS = sorted(set(catalogue()) - UNTRAINED)


# --- every layer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=6, deadline=None)
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
@settings(max_examples=4, deadline=None)
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


def test_a_layer_that_only_samples_has_no_backward_pass() -> None:
    layer = sc.EveryPrefix(sc.Linear(3, 3))
    with pytest.raises(UnpricedError, match="prefixes has no rule"):
        training(layer, Input(sc.T, 3))
    with pytest.raises(UnpricedError, match="the place of the largest number has no gradient"):
        training(sc.Sequential("greedy", Input(3), sc.Linear(3, 3), sc.ArgMax()))


# --- networks --------------------------------------------------------------------------------------------------------


def _shared() -> sc.Network:
    x, layer = Input(3), sc.Linear(3, 3)
    return sc.Network("shared", x, sc.Add()(layer(sc.Tanh()(layer(x))), layer(x)))


def _nested() -> sc.Network:
    """One layer within a network and beside it: its gradients add."""
    x, y, layer = Input(3), Input(3), sc.Linear(3, 3)
    inner = sc.Sequential("inner", y, layer, sc.Tanh(), sc.Linear(3, 3))
    return sc.Network("nested", x, layer(inner(sc.SiLU()(inner(x)))))


def _several() -> sc.Network:
    x, z = Input(2, 3), Input(2, 4)
    hidden = sc.LSTM(3, 4)(x)
    return sc.Network("several", (x, z), (sc.Attention(4, 4)(hidden, z), sc.Linear(4, 2)(hidden)))


def _repeated() -> sc.Network:
    x = Input(2, 4)
    block = sc.Sequential("block", Input(4), sc.LayerNorm(4), sc.Linear(4, 4), sc.Tanh(), sc.Linear(4, 4))
    once = sc.Repeat(sc.Repeat(block, 2), 3)
    return sc.Network("repeated", x, sc.Repeat(sc.GRU(4, 4), 3, shared=True)(once(x)))


def _deep_rnn() -> sc.Network:
    return sc.Sequential("deep", Input(sc.T, 3), sc.RNN(3, 2, sc.L, bidirectional=True), sc.Softmax()).at(T=4, L=3)


def _bare() -> sc.Network:
    """Operations beside layers, and a tensor that is an output and used again."""
    x = Input(5, 3)
    y = sc.Linear(3, 3)(x)
    return sc.Network("bare", x, (y, sc.LogSoftmax()(y * y + x)))


def _transformer() -> sc.Network:
    layers = [sc.Repeat(sc.TransformerEncoderLayer(4, 2, 3), 2), sc.Flatten(), sc.Linear(12, 2)]
    return sc.Sequential("transformer", Input(3, 4), *layers)


NETWORKS = [_shared, _nested, _several, _repeated, _deep_rnn, _bare, _transformer]


@pytest.mark.parametrize("build", NETWORKS, ids=lambda build: build.__name__[1:])
def test_gradients_of_networks_are_their_differences_and_are_counted(build: Any) -> None:
    net = build()
    generator = np.random.default_rng(0)
    inputs = [generator.normal(size=tuple(map(int, x.shape))) for x in net.inputs]
    weights = weights_for(net, tuple(x.shape for x in inputs))
    _hold(net, inputs, weights)


def _hold(model: Any, inputs: Any, weights: Any) -> None:
    """Gradients in a random direction, and every operation that makes them."""
    arriving = seeds(model, inputs, weights)
    found = named_gradients(model, inputs, arriving, weights)
    assert {name for name in found if not name.startswith("input ")} == set(learned(weights))
    by_gradients, by_difference = along(model, inputs, arriving, weights, found)
    assert by_gradients == pytest.approx(by_difference, rel=1e-5, abs=1e-6)
    for of_inputs in (False, True):
        step = training(model, *(Input(*x.shape) for x in inputs), of_inputs=of_inputs)
        _, work = count(gradients(model, of_inputs=of_inputs), *inputs, *arriving, weights=weights)
        assert work == step.total.work
        assert Work.sum(Counter(share.forward for share in step.shares)) == step.forward.work
        assert Work.sum(Counter(share.backward for share in step.shares)) == step.backward.work
        assert sum(share.kept for share in step.shares) == step.kept


# --- recurrences -----------------------------------------------------------------------------------------------------


@pytest.fixture
def own_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})


STARTED: dict[str, dict[str, Any]] = {
    "initial": {},
    "backwards": {"reverse": True},
    "initial, from 3 steps ago": {"delays": [3]},
    "backwards, from 2 steps ago": {"delays": [2], "reverse": True},
}
DELAYED: dict[str, list[int]] = {"delayed": [], "delayed by 2 and 3": [2, 3], "delayed by 1 and 3": [1, 3]}


def _cell(kind: str) -> Any:
    """Recurrences that no layer of the catalogue has."""

    class Cell(sc.Layer):
        takes = "... t h"

        def forward(self, x: sc.Tensor) -> Any:
            U = weight("U", 3, 3)
            scale = tanh(mean(x, "t"))  # captured, and not a weight

            def initial(z: sc.Tensor, h: sc.Tensor) -> sc.Tensor:
                return tanh(z + einsum("... i, j i -> ... j", h, U) * scale)

            def filtered(z: sc.Tensor, h: sc.Tensor, before: sc.Tensor) -> tuple[sc.Tensor, ...]:
                return z - summed() / (2 + h * h) + before, h, sigmoid(h) * z

            def summed() -> sc.Tensor:
                return total(U, 0)

            def layered(z: sc.Tensor, h: sc.Tensor) -> sc.Tensor:
                return inner(concat([z, h]), name="inner")

            inner = sc.Linear(6, 3)
            if kind in STARTED:
                return scan(initial, x, over="t", carry=[H], initial=[scale], **STARTED[kind])[0]
            if kind in DELAYED:
                return scan(filtered, x, over="t", carry=[H, H], delays=DELAYED[kind])[2]
            if kind == "layered":
                return scan(layered, x, over="t", carry=[H])[0]
            return scan(outer, x, over="t", carry=[H])[0]

    def outer(z: sc.Tensor, h: sc.Tensor) -> sc.Tensor:
        turns = rearrange("... h -> ... h ()", z)

        def inside(a: sc.Tensor, b: sc.Tensor) -> sc.Tensor:
            return tanh(a * b + a)

        return reduce_max(h, "c0", keep=True) + total(scan(inside, turns, over="h", carry=[Integer(1)])[0], -1)

    H = Integer(3)
    return Cell()


@pytest.mark.usefixtures("own_layers")
@pytest.mark.parametrize("shape", [(4, 3), (1, 3), (2, 4, 3), (2, 1, 4, 3)], ids=str)
@pytest.mark.parametrize("kind", [*STARTED, *DELAYED, "layered", "nested"])
def test_gradients_go_back_through_recurrences_of_every_make(kind: str, shape: tuple[int, ...]) -> None:
    layer = _cell(kind)
    inputs = [np.random.default_rng(0).normal(size=shape)]
    _hold(layer, inputs, weights_for(layer, (shape,)))


@pytest.mark.usefixtures("own_layers")
def test_how_often_an_initial_carry_of_a_delay_is_used_may_be_open() -> None:
    x, start = Input(sc.T, 3), Input(3)

    def network(delay: Any) -> sc.Network:
        made = scan(lambda z, h: z * h, x, over="t", carry=[Integer(3)], initial=[start], delays=[delay])
        return sc.Network("loop", (x, start), made)

    with pytest.raises(UnpricedError, match="whether T steps are more than a delay of D is open; expected sizes that"):
        training(network(sc.dimension("D")), of_inputs=True)
    # 3 T products, as many of the step's two gradients and sums of them, and 3 (min(d, T) - 1) sums at the start
    for delay, sums in ((1, 0), (sc.T, 3 * sc.T - 3), (2 * sc.T, 3 * sc.T - 3)):
        backward = training(network(delay), of_inputs=True).backward.work
        assert dict(backward) == {"mul": 6 * sc.T, "add": (3 * sc.T + sums).expand()}
