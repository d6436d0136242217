from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies_layers import work_at
from sympy import Integer, floor

import symcost as sc
from symcost import Layer, dimension
from symcost.analysis.depth.schedule import layer_depth
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

B, T, H, I, L, P, D = map(dimension, "BTHILPD")

KINDS = pytest.mark.parametrize("kind", [sc.RNN, sc.LSTM, sc.GRU])
GATES = pytest.mark.parametrize(("kind", "gates"), [(sc.RNN, 1), (sc.LSTM, 4), (sc.GRU, 3)])


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


# --- the recurrences, step by step ---


def test_an_elman_network_is_its_recurrence() -> None:
    W, U, b, c = [[2.0]], [[-1.0]], [0.5], [0.25]
    weights = {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": c}
    first = np.tanh(2 * 1 + 0.75)
    second = np.tanh(2 * 3 + 0.75 - first)
    assert execute(sc.RNN(1, 1), [[1.0], [3.0]], weights=weights).ravel() == pytest.approx([first, second])
    relu = execute(sc.RNN(1, 1, nonlinearity="relu"), [[1.0], [3.0]], weights=weights)
    assert relu.ravel().tolist() == [2.75, 4.0]


def test_a_single_bias_is_the_one_of_the_input() -> None:
    weights = {"weight_ih_l0": [[2.0]], "weight_hh_l0": [[-1.0]], "bias_ih_l0": [0.75]}
    made = execute(sc.RNN(1, 1, biases=1, nonlinearity="relu"), [[1.0], [3.0]], weights=weights)
    assert made.ravel().tolist() == [2.75, 4.0]


def test_an_lstm_is_its_recurrence() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 2))
    W, U, b = rng.normal(size=(8, 2)), rng.normal(size=(8, 2)), rng.normal(size=8)
    h = c = np.zeros(2)
    expected = []
    for x_t in x:
        i, f, g, o = np.split(W @ x_t + U @ h + b, 4)
        c = _logistic(f) * c + _logistic(i) * np.tanh(g)
        h = _logistic(o) * np.tanh(c)
        expected.append(h)
    made = execute(sc.LSTM(2, 2, biases=1), x, weights={"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b})
    assert np.allclose(made, expected, atol=1e-13)


def test_a_gru_is_its_recurrence_with_the_reset_gate_behind_the_product() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 2))
    W, U, b, c = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)), rng.normal(size=6), rng.normal(size=6)
    h = np.zeros(2)
    expected = []
    for x_t in x:
        a, u = W @ x_t + b, U @ h + c
        r, z = _logistic(a[:2] + u[:2]), _logistic(a[2:4] + u[2:4])
        h = (1 - z) * np.tanh(a[4:] + r * u[4:]) + z * h
        expected.append(h)
    weights = {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": c}
    assert np.allclose(execute(sc.GRU(2, 2), x, weights=weights), expected, atol=1e-13)


@KINDS
def test_the_backward_direction_is_the_forward_one_on_the_reversed_sequence(kind: Any) -> None:
    rng = np.random.default_rng(0)
    x, both = rng.normal(size=(2, 4, 3)), kind(3, 2, bidirectional=True)
    weights = {name: rng.normal(size=shape) for name, shape in weights_of(both, (2, 4, 3)).items()}
    made = execute(both, x, weights=weights)
    forward = {name: w for name, w in weights.items() if not name.endswith("_reverse")}
    backward = {name.removesuffix("_reverse"): w for name, w in weights.items() if name.endswith("_reverse")}
    assert np.allclose(made[..., :2], execute(kind(3, 2), x, weights=forward), atol=1e-13)
    assert np.allclose(made[..., 2:], execute(kind(3, 2), x[:, ::-1], weights=backward)[:, ::-1], atol=1e-13)


@KINDS
def test_a_second_layer_stands_on_the_first(kind: Any) -> None:
    rng = np.random.default_rng(0)
    x, two = rng.normal(size=(4, 3)), kind(3, 2, 2)
    weights = {name: rng.normal(size=shape) for name, shape in weights_of(two, (4, 3)).items()}
    lower = {name: w for name, w in weights.items() if name.endswith("_l0")}
    upper = {name.replace("_l1", "_l0"): w for name, w in weights.items() if name.endswith("_l1")}
    middle = execute(kind(3, 2), x, weights=lower)
    assert np.allclose(execute(two, x, weights=weights), execute(kind(2, 2), middle, weights=upper), atol=1e-13)


def test_a_projection_comes_out_and_goes_back_in() -> None:
    layer = sc.LSTM(3, 4, proj_size=2)
    assert layer(Input(T, 3)).shape == (T, 2)
    assert weights_of(layer, (5, 3)) == {
        "weight_ih_l0": (16, 3), "weight_hh_l0": (16, 2), "bias_ih_l0": (16,), "bias_hh_l0": (16,),
        "weight_hr_l0": (2, 4),
    }  # fmt: skip
    assert layer.cost(Input(T, 3)).state == 2 + 4


def test_an_identity_as_projection_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    x, plain = rng.normal(size=(4, 3)), sc.LSTM(3, 2)
    weights = {name: rng.normal(size=shape) for name, shape in weights_of(plain, (4, 3)).items()}
    projected = execute(sc.LSTM(3, 2, proj_size=2), x, weights=weights | {"weight_hr_l0": np.eye(2)})
    assert np.allclose(projected, execute(plain, x, weights=weights), atol=1e-13)


# --- what they cost ---


@GATES
@pytest.mark.parametrize(
    ("arguments", "biases"),
    [({}, 2), ({"biases": 2}, 2), ({"biases": 1}, 1), ({"bias": False}, 0), ({"bias": False, "biases": 1}, 0)],
)
def test_parameters_are_gates_times_those_of_an_elman_network(
    kind: Any, gates: int, arguments: dict[str, Any], biases: int
) -> None:
    cost = kind(I, H, **arguments).cost(Input(T, I))
    assert cost.weights == gates * (H * I + H**2)
    assert cost.biases == gates * biases * H
    assert cost.work["mac"] == gates * (H * I * T + H**2 * T)


@GATES
def test_every_bias_is_one_addition_a_step(kind: Any, gates: int) -> None:
    none, one, two = (
        kind(I, H, **arguments).cost(Input(T, I)).work["add"] for arguments in ({"bias": False}, {"biases": 1}, {})
    )
    assert one - none == two - one == gates * H * T


@GATES
def test_two_directions_cost_twice_as_much_and_hand_out_twice_as_much(kind: Any, gates: int) -> None:
    one, two = kind(I, H).cost(Input(T, I)), kind(I, H, bidirectional=True).cost(Input(T, I))
    assert (two.weights, two.biases) == (2 * one.weights, 2 * one.biases)
    assert two.work == one.work * 2
    assert (two.activations, two.state) == (2 * one.activations, 2 * one.state)
    assert kind(I, H, bidirectional=True)(Input(B, T, I)).shape == (B, T, 2 * H)


@GATES
def test_upper_layers_of_two_directions_take_both(kind: Any, gates: int) -> None:
    cost = kind(I, H, 2, bidirectional=True).cost(Input(T, I))
    assert cost.weights == (2 * gates * (H * I + H**2) + 2 * gates * (2 * H**2 + H**2)).expand()


@KINDS
def test_as_many_layers_as_a_dimension_says_cost_at_a_number_what_that_number_of_layers_does(kind: Any) -> None:
    for options in ({}, {"bidirectional": True}, {"bias": False}, {"biases": 1}):
        formula = kind(I, H, L, **options)
        for number in (1, 2, 3, 5):
            written, numeric = formula.cost(Input(T, I)), kind(I, H, number, **options).cost(Input(T, I))
            at = {L: Integer(number)}
            assert work_at(written.work, at) == numeric.work
            for metric in ("weights", "biases", "activations", "state"):
                assert getattr(written, metric).xreplace(at).expand() == getattr(numeric, metric), metric


def test_projected_layers_in_any_number_cost_what_so_many_do() -> None:
    formula = sc.LSTM(I, H, L, proj_size=P, bidirectional=True).cost(Input(T, I))
    numeric = sc.LSTM(I, H, 3, proj_size=P, bidirectional=True).cost(Input(T, I))
    at = {L: Integer(3)}
    assert work_at(formula.work, at) == numeric.work
    assert formula.parameters.xreplace(at).expand() == numeric.parameters
    one = 4 * H * (I + P) + P * H
    assert numeric.weights == (2 * one + 2 * 2 * (4 * H * (2 * P + P) + P * H)).expand()


@KINDS
@pytest.mark.parametrize("options", [{}, {"bidirectional": True}], ids=["one way", "both ways"])
def test_a_recurrence_takes_a_step_for_each_step_in_time_and_each_layer(kind: Any, options: dict[str, bool]) -> None:
    assert layer_depth(kind(I, H, **options).equation(Input(T, I))) == T
    both = bool(options)  # then each layer waits for the whole one before, else only for its last step
    assert layer_depth(kind(I, H, 3, **options).equation(Input(B, T, I))) == (3 * T if both else T + 2)
    assert layer_depth(kind(I, H, L, **options).equation(Input(T, I))) == (L * T if both else T + L - 1)
    assert layer_depth(kind(2, 3, 4, **options).equation(Input(5, 2))) == (20 if both else 8)


@pytest.mark.parametrize(("kind", "state"), [(sc.RNN, H), (sc.GRU, H), (sc.LSTM, 2 * H)])
def test_the_state_does_not_grow_with_time(kind: Any, state: Any) -> None:
    assert kind(I, H).cost(Input(T, I)).state == state
    assert kind(I, H, 3).cost(Input(B, T, I)).state == 3 * B * state


@GATES
def test_a_dilated_recurrence_costs_what_an_undilated_one_does_but_for_its_state(kind: Any, gates: int) -> None:
    dilated, plain = (kind(I, H, dilation=each).cost(Input(T, I)) for each in (D, 1))
    assert dilated.state == D * plain.state
    assert layer_depth(kind(I, H, dilation=D).equation(Input(T, I))) == floor(T / D - 1 / D) + 1
    assert (dilated.work, dilated.parameters, dilated.activations) == (plain.work, plain.parameters, plain.activations)


@KINDS
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("dilation", [2, 3, 9])
def test_every_so_many_steps_of_a_dilated_recurrence_are_a_recurrence_of_their_own(
    kind: Any, dilation: int, bidirectional: bool
) -> None:
    layer = kind(2, 3, 2, bidirectional=bidirectional, dilation=dilation)
    x = np.random.default_rng(0).normal(size=(7, 2))
    weights = {name: np.random.default_rng(1).normal(size=shape) for name, shape in weights_of(layer, (7, 2)).items()}
    made = execute(layer, x, weights=weights)
    for first in range(min(dilation, 7)):
        alone = execute(kind(2, 3, 2, bidirectional=bidirectional), x[first::dilation], weights=weights)
        assert np.allclose(made[first::dilation], alone)


@pytest.mark.parametrize("wrong", [0, -2, 1.5])
def test_a_dilation_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"GRU: dilation is {wrong}; expected a positive whole number"):
        sc.GRU(I, H, dilation=wrong)


@KINDS
def test_only_what_the_last_layer_makes_is_handed_out(kind: Any) -> None:
    for layers in (1, 2, 3, L):
        assert kind(I, H, layers).cost(Input(B, T, I)).activations == B * T * H


@KINDS
def test_work_is_proportional_to_time_and_parameters_do_not_know_it(kind: Any) -> None:
    once, often = kind(3, 4).cost(Input(1, 3)), kind(3, 4).cost(Input(17, 3))
    assert often.work == once.work * 17 and often.parameters == once.parameters


def test_a_gru_computes_three_quarters_of_an_lstm() -> None:
    gru, lstm = (kind(I, H).cost(Input(T, I)) for kind in (sc.GRU, sc.LSTM))
    assert 4 * gru.parameters == 3 * lstm.parameters and 4 * gru.work["mac"] == 3 * lstm.work["mac"]


@pytest.mark.parametrize("steps", [1, 2])
def test_an_elman_network_without_memory_costs_what_linear_and_tanh_do_and_the_products_with_the_state(
    steps: int,
) -> None:
    elman = sc.RNN(3, 4, biases=1).cost(Input(steps, 3)).work
    linear, tanh = sc.Linear(3, 4).cost(Input(steps, 3)).work, sc.Tanh().cost(Input(steps, 4)).work
    assert elman == linear + tanh + Work(mac=16 * steps, add=4 * steps, dots=4 * steps)


def test_rectifiers_take_comparisons_in_the_place_of_tangents() -> None:
    tanh, relu = (sc.RNN(I, H, nonlinearity=each).cost(Input(T, I)).work for each in ("tanh", "relu"))
    assert (relu["compare"], relu["tanh"], tanh["compare"], tanh["tanh"]) == (H * T, 0, 0, H * T)
    assert (relu["mac"], relu["add"]) == (tanh["mac"], tanh["add"])


# --- weights ---


@KINDS
def test_weights_bear_the_names_of_pytorch(kind: Any) -> None:
    expected = [
        f"{name}_l{number}{way}"
        for number in (0, 1)
        for way in ("", "_reverse")
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    ]
    assert sorted(weights_of(kind(3, 4, 2, bidirectional=True), (5, 3))) == sorted(expected)


@KINDS
def test_what_is_not_learned_has_no_name(kind: Any) -> None:
    assert sorted(weights_of(kind(3, 4, bias=False), (5, 3))) == ["weight_hh_l0", "weight_ih_l0"]
    assert sorted(weights_of(kind(3, 4, biases=1), (5, 3))) == ["bias_ih_l0", "weight_hh_l0", "weight_ih_l0"]


# --- what is refused ---


@KINDS
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [(0, "1 or 2 a gate"), (3, "1 or 2 a gate"), (-1, "1 or 2 a gate")]
    + [(wrong, "a value such as 2") for wrong in (None, "two", 1.5)],
)
def test_a_gate_has_one_bias_or_two(kind: Any, wrong: Any, expected: str) -> None:
    with pytest.raises(ShapeError, match=f"{kind.__name__}: biases is .*; expected {expected}"):
        kind(3, 4, biases=wrong)


@pytest.mark.parametrize("wrong", ["sigmoid", "ReLU", "", None])
def test_a_nonlinearity_that_pytorch_does_not_have_is_refused(wrong: Any) -> None:
    with pytest.raises(ShapeError, match=r"RNN: nonlinearity is .*; expected 'tanh' or 'relu'"):
        sc.RNN(3, 4, nonlinearity=wrong)


@KINDS
@pytest.mark.parametrize("name", ["input_size", "hidden_size", "num_layers"])
@pytest.mark.parametrize("wrong", [0, -2, 0.5, "H"])
def test_sizes_that_are_none_are_refused(kind: Any, name: str, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"{kind.__name__}: {name} is "):
        kind(**{"input_size": 3, "hidden_size": 4, name: wrong})


def test_a_projection_to_nothing_is_none_as_in_pytorch() -> None:
    assert sc.LSTM(3, 4, proj_size=0) == sc.LSTM(3, 4)


@KINDS
def test_other_channels_than_the_input_size_are_refused(kind: Any) -> None:
    with pytest.raises(
        ShapeError, match=rf"{kind.__name__}\(.*on input \(t=T, a2=5\): axis i=5; expected input_size=3"
    ):
        kind(3, 4)(Input(T, 5))


@KINDS
def test_a_recurrence_needs_time(kind: Any) -> None:
    with pytest.raises(ShapeError, match=r"a tensor of axes \(a1=3\); expected axes '... t i'"):
        kind(3, 4)(Input(3))


@pytest.mark.parametrize("layer", [sc.RNN(3, 4, L), sc.LSTM(3, 4, L), sc.GRU(3, 4, L)], ids=repr)
def test_an_unknown_number_of_layers_is_priced_but_not_executed(layer: Layer) -> None:
    assert layer.cost(Input(T, 3)).parameters.has(L)
    with pytest.raises(ShapeError, match=r"L - 1 repetitions; expected a number; give sizes with at"):
        execute(layer, np.ones((5, 3)))


def test_a_projection_makes_no_state_larger() -> None:
    with pytest.raises(ShapeError, match="LSTM: proj_size=5, hidden_size=4; expected proj_size at most hidden_size"):
        sc.LSTM(8, 4, proj_size=5)
    assert sc.LSTM(I, H, proj_size=dimension("P")).proj_size == dimension("P")  # unknown, and accepted
