from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import Layer, dimension
from symcost.cost import Work
from symcost.errors import ShapeError
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

B, T, H, N = map(dimension, "BTHN")

PLACES = (-3.0, -0.5, 0.0, 0.25, 1.0, 4.0)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


VALUES: list[tuple[Layer, Any]] = [
    (sc.Identity(), lambda x: x),
    (sc.ReLU(), lambda x: x if x > 0 else 0.0),
    (sc.LeakyReLU(), lambda x: x if x > 0 else 0.01 * x),
    (sc.LeakyReLU(0.2), lambda x: x if x > 0 else 0.2 * x),
    (sc.ELU(), lambda x: x if x > 0 else math.expm1(x)),
    (sc.ELU(1.5), lambda x: x if x > 0 else 1.5 * math.expm1(x)),
    (sc.GELU(), lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    (sc.GELU("tanh"), lambda x: x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2),
    (sc.SiLU(), lambda x: x * _logistic(x)),
    (sc.Sigmoid(), _logistic),
    (sc.Tanh(), math.tanh),
    (sc.Softplus(), lambda x: math.log1p(math.exp(x))),
    (sc.Hardtanh(), lambda x: -1 if x < -1 else 1 if x > 1 else x),
    (sc.Hardtanh(-2.0, 0.5), lambda x: -2 if x < -2 else 0.5 if x > 0.5 else x),
    (sc.ReLU6(), lambda x: 0 if x < 0 else 6 if x > 6 else x),
    (sc.Hardsigmoid(), lambda x: 0 if x < -3 else 1 if x > 3 else x / 6 + 0.5),
    (sc.Hardswish(), lambda x: 0 if x < -3 else x if x > 3 else x * (x + 3) / 6),
    (sc.Mish(), lambda x: x * math.tanh(math.log1p(math.exp(x)))),
    (sc.Softsign(), lambda x: x / (1 + abs(x))),
    (sc.LogSigmoid(), lambda x: math.log(_logistic(x))),
]


@pytest.mark.parametrize(("layer", "function"), VALUES, ids=lambda each: repr(each) if isinstance(each, Layer) else "")
def test_a_function_of_places_computes_what_its_formula_says(layer: Layer, function: Any) -> None:
    assert execute(layer, PLACES) == pytest.approx([function(x) for x in PLACES], abs=1e-14)


@pytest.mark.parametrize("layer", [layer for layer, _ in VALUES] + [sc.Softmax(), sc.LogSoftmax()], ids=repr)
def test_no_activation_learns_or_keeps_or_changes_the_shape(layer: Layer) -> None:
    cost = layer.cost(Input(B, T, H))
    assert (cost.parameters, cost.state) == (0, 0)
    assert layer(Input(B, T, H)).shape == (B, T, H)
    assert weights_of(layer, (2, 3)) == {}


def test_the_identity_costs_nothing_and_makes_no_tensor() -> None:
    assert sc.Identity().cost(Input(T, H)).activations == 0
    assert sc.ReLU().cost(Input(T, H)).activations == T * H


def test_softplus_does_not_overflow_and_is_close_to_its_asymptotes() -> None:
    assert execute(sc.Softplus(), [-800.0, 800.0]).tolist() == [0.0, 800.0]


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
def test_softmax_of_n_numbers_is_5_n_minus_2_operations(n: int) -> None:
    work = sc.Softmax().cost(Input(n)).work
    assert sum(work.values()) == 5 * n - 2
    assert work == Work(compare=n - 1, add=2 * n - 1, exp=n, div=n)


def test_softmax_along_one_axis_is_repeated_over_the_others() -> None:
    assert sum(sc.Softmax(1).cost(Input(B, T, H)).work.values()).expand() == 5 * B * T * H - 2 * B * H
    assert sc.Softmax(-2).cost(Input(B, T, H)).work == sc.Softmax(1).cost(Input(B, T, H)).work
    assert sc.Softmax(0).cost(Input(B, T, H)).work != sc.Softmax(1).cost(Input(B, T, H)).work


@pytest.mark.parametrize("dim", [0, 1, -1, -2])
def test_softmax_sums_to_one_and_log_softmax_is_its_logarithm(dim: int) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4)) * 3
    powers = np.exp(x)
    expected = powers / powers.sum(axis=dim, keepdims=True)
    assert np.allclose(execute(sc.Softmax(dim), x), expected, atol=1e-13)
    assert np.allclose(execute(sc.LogSoftmax(dim), x), np.log(expected), atol=1e-13)


def test_softmax_and_log_softmax_bear_large_numbers() -> None:
    assert execute(sc.Softmax(), [1000.0, 1000.0, -1000.0]).tolist() == [0.5, 0.5, 0.0]
    assert execute(sc.LogSoftmax(), [1000.0, 1000.0]) == pytest.approx([-math.log(2)] * 2)


def test_log_softmax_takes_one_logarithm_for_all_and_no_division() -> None:
    work = sc.LogSoftmax().cost(Input(T, H)).work
    assert (work["log"], work["div"], work["exp"]) == (T, 0, T * H)


@pytest.mark.parametrize("layer", [sc.Softmax, sc.LogSoftmax])
@pytest.mark.parametrize("dim", [2, -3, 7])
def test_an_axis_that_is_not_there_is_refused(layer: Any, dim: int) -> None:
    with pytest.raises(ShapeError, match=rf"dim={dim}\) on input .*dimension {dim} of a tensor .*expected -2 to 1"):
        layer(dim)(Input(T, H))


@pytest.mark.parametrize("wrong", ["exact", "Tanh", None, True])
def test_gelu_knows_two_forms(wrong: Any) -> None:
    with pytest.raises(ShapeError, match=r"GELU: approximate is .*expected 'none' or 'tanh'"):
        sc.GELU(wrong)


def test_the_two_forms_of_gelu_are_close_and_not_the_same() -> None:
    x = np.linspace(-4, 4, 41)
    difference = np.abs(execute(sc.GELU(), x) - execute(sc.GELU("tanh"), x)).max()
    assert 1e-5 < difference < 1e-2
    assert sc.GELU().cost(Input(H)).work["tanh"] == 0 and sc.GELU("tanh").cost(Input(H)).work["erf"] == 0


def test_a_number_alone_can_be_activated() -> None:
    assert execute(sc.ReLU(), -2.0) == 0.0 and execute(sc.ReLU(), 2.0) == 2.0
    assert sc.ReLU().cost(Input()).work == Work(compare=1)


def test_a_learned_slope_is_one_for_all_or_one_for_each_channel() -> None:
    x = [[-2.0, 4.0], [6.0, -8.0]]
    assert execute(sc.PReLU(), x, weights={"weight": [0.25]}).tolist() == [[-0.5, 4], [6, -2]]
    assert execute(sc.PReLU(2), x, weights={"weight": [0.25, 0.5]}).tolist() == [[-0.5, 4], [6, -4]]
    assert (sc.PReLU().cost().parameters, sc.PReLU(H).cost(Input(T, H)).parameters) == (1, H)


def test_slopes_for_other_channels_are_refused() -> None:
    with pytest.raises(ShapeError, match="axis h=1; expected num_parameters=3"):
        sc.PReLU(3)(Input(T, 1))


def test_one_half_of_an_axis_gates_the_other() -> None:
    x = np.array([[1.0, -2.0, 0.0, 3.0]])
    assert np.allclose(execute(sc.GLU(), x), [[0.5, -2 * _logistic(3.0)]])
    assert np.allclose(execute(sc.GLU(0), x.T)[:, 0], [0.5, -2 * _logistic(3.0)])
    assert sc.GLU()(Input(T, 2 * H)).shape == (T, H)


def test_an_odd_axis_has_no_halves() -> None:
    with pytest.raises(ShapeError, match=r"GLU\(\) on input .*3/2 steps"):
        sc.GLU()(Input(T, 3))


def test_the_smallest_is_the_likeliest() -> None:
    x = np.array([1.0, -2.0, 0.5])
    assert np.allclose(execute(sc.Softmin(), x), execute(sc.Softmax(), -x), atol=1e-15)


def test_a_range_from_more_to_less_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"Hardtanh: min_val=1.0, max_val=1.0; expected min_val < max_val"):
        sc.Hardtanh(1.0, 1.0)
