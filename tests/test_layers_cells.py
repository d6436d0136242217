from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies_layers import weights_for

import symcost as sc
from symcost import dimension
from symcost.analysis.depth.schedule import layer_depth
from symcost.cost import Cost
from symcost.errors import ShapeError
from symcost.functional import scan
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

B, T, H, I = map(dimension, "BTHI")

KINDS = [(sc.RNNCell, sc.RNN, 1), (sc.LSTMCell, sc.LSTM, 2), (sc.GRUCell, sc.GRU, 1)]
PAIRS = pytest.mark.parametrize(("cell", "layer", "states"), KINDS)
CELLS = pytest.mark.parametrize(("cell", "states"), [(cell, states) for cell, _, states in KINDS])


@PAIRS
@pytest.mark.parametrize("arguments", [{}, {"bias": False}, {"biases": 1}], ids=str)
def test_a_recurrent_layer_is_its_cell_at_every_step_from_zero_on(
    cell: Any, layer: Any, states: int, arguments: dict[str, Any]
) -> None:
    x = np.random.default_rng(0).normal(size=(5, 3))
    weights = weights_for(cell(3, 4, **arguments), ((3,), *((4,),) * states))
    state, made = (np.zeros(4),) * states, []
    for x_t in x:
        after = execute(cell(3, 4, **arguments), x_t, *state, weights=weights)
        state = after if isinstance(after, tuple) else (after,)
        made.append(state[0])
    stepped = {f"{name}_l0": w for name, w in weights.items()}

    assert np.allclose(made, execute(layer(3, 4, **arguments), x, weights=stepped), atol=1e-13)


@PAIRS
@pytest.mark.parametrize("arguments", [{}, {"bias": False}, {"biases": 1}], ids=str)
def test_a_cell_costs_what_one_step_of_its_layer_costs(
    cell: Any, layer: Any, states: int, arguments: dict[str, Any]
) -> None:
    one = cell(I, H, **arguments).cost()
    whole = layer(I, H, **arguments).cost(Input(T, I))

    assert one.work * T == whole.work
    assert (one.weights, one.biases) == (whole.weights, whole.biases)
    assert one.activations == states * H


@CELLS
def test_a_cell_in_a_loop_of_ones_own_is_learned_once_and_as_deep_as_the_loop_is_long(
    cell: Any, states: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Decoder(sc.Layer):
        takes = "... t i"

        def forward(self, x: sc.Tensor) -> sc.Tensor:
            return scan(cell(2, 3), x, over="t", carry=[sc.read("3")] * states)[0]

    cost = Decoder().cost(Input(T, 2))
    assert cost.parameters == cell(2, 3).cost().parameters
    assert cost.work == cell(2, 3).cost().work * T
    assert layer_depth(Decoder().equation(Input(T, 2))) == T


@CELLS
def test_a_cell_is_one_step_and_works_on_every_example(cell: Any, states: int) -> None:
    inputs = (Input(B, I), *(Input(B, H) for _ in range(states)))

    assert layer_depth(cell(I, H).equation(*inputs)) == 1
    assert cell(I, H).cost(*inputs).work == cell(I, H).cost().work * B
    assert [tensor.shape for tensor in cell(I, H).apply(inputs)] == [(B, H)] * states


@CELLS
def test_weights_bear_the_names_of_pytorch(cell: Any, states: int) -> None:
    shapes = ((3,), *((4,),) * states)

    assert list(weights_of(cell(3, 4), *shapes)) == ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    assert list(weights_of(cell(3, 4, biases=1), *shapes)) == ["weight_ih", "weight_hh", "bias_ih"]


@CELLS
def test_the_state_is_not_left_out(cell: Any, states: int) -> None:
    with pytest.raises(ShapeError, match=f"1 inputs; expected {1 + states}: "):
        cell(3, 4)(Input(3))


@CELLS
def test_a_state_of_another_size_is_refused(cell: Any, states: int) -> None:
    with pytest.raises(ShapeError, match="axis h=5; expected hidden_size=4"):
        cell(3, 4)(Input(3), *(Input(5) for _ in range(states)))


@CELLS
@pytest.mark.parametrize("wrong", [0, 3])
def test_a_gate_has_one_bias_or_two(cell: Any, states: int, wrong: int) -> None:
    with pytest.raises(ShapeError, match=f"{cell.__name__}: biases is {wrong}; expected 1 or 2 a gate"):
        cell(3, 4, biases=wrong)


def test_a_nonlinearity_that_pytorch_does_not_have_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"RNNCell: nonlinearity is 'sigmoid'; expected 'tanh' or 'relu'"):
        sc.RNNCell(3, 4, nonlinearity="sigmoid")


def test_a_network_hands_out_both_states() -> None:
    x, h, c = Input(I), Input(H), Input(H)
    net = sc.Network("cell", (x, h, c), sc.LSTMCell(I, H)(x, h, c))

    assert [tensor.shape for tensor in net.outputs] == [(H,), (H,)]
    assert net.total == sc.LSTMCell(I, H).cost() + Cost()
