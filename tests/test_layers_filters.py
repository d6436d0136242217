from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.analysis.schedule import layer_depth
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, C, K = map(dimension, "BTCK")


def test_a_first_order_filter_has_two_parameters_and_two_products_a_step_one_after_another() -> None:
    cost = sc.IIR().cost(Input(T, 1))
    assert cost.work == Work(mac=2 * T, add=T, dots=2 * T)
    assert (cost.weights, cost.biases, cost.state) == (2, 0, 1)
    assert layer_depth(sc.IIR().equation(Input(T, 1))) == T
    net = sc.Sequential("iir", Input(T, 1), sc.IIR())
    assert (net.macs, net.parameters, net.depth) == (2 * T, 2, T)


def test_its_response_to_an_impulse_dies_away_in_powers_of_a() -> None:
    made, work = count(sc.IIR(), [[1.0], [0.0], [0.0], [0.0]], weights={"b": [[3.0]], "a": [[0.5]]})
    assert made[:, 0].tolist() == [3, 1.5, 0.75, 0.375]
    assert work == Work(mac=8, add=4, dots=8)


def test_its_response_to_a_step_rises_to_b_by_1_minus_a() -> None:
    made = execute(sc.IIR(), np.ones((60, 1)), weights={"b": [[1.0]], "a": [[0.5]]})
    assert made[:3, 0].tolist() == [1, 1.5, 1.75] and made[-1, 0] == pytest.approx(2)


@pytest.mark.parametrize("shape", [(5, 3), (2, 5, 3)])
def test_more_channels_are_mixed_by_matrices(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=shape), {"b": rng.normal(size=(3, 3)), "a": rng.normal(size=(3, 3)) / 3}
    y, expected = np.zeros((*shape[:-2], 3)), []
    for step in range(5):
        y = x[..., step, :] @ w["b"].T + y @ w["a"].T
        expected.append(y)
    made, work = count(sc.IIR(3), x, weights=w)
    assert np.allclose(made, np.stack(expected, axis=-2), atol=1e-12)
    assert work == sc.IIR(3).cost(Input(*shape)).work
    assert weights_of(sc.IIR(3), shape) == {"b": (3, 3), "a": (3, 3)}


def test_channels_cost_their_square() -> None:
    cost = sc.IIR(C).cost(Input(B, T, C))
    assert cost.work == Work(mac=2 * B * T * C**2, add=B * T * C, dots=2 * B * T * C)
    assert (cost.weights, cost.state) == (2 * C**2, B * C)


def test_a_fir_filter_is_a_causal_convolution_of_which_all_steps_are_done_at_once() -> None:
    fir = sc.Conv1d(1, 1, K, padding="causal", bias=False)
    assert fir.cost(Input(T, 1)).work == Work(mac=K * T, dots=T)
    assert layer_depth(fir.equation(Input(T, 1))) == 1
    truncated = {"weight": [[[0.125, 0.25, 0.5, 1.0]]]}  # the newest tap last
    x = np.random.default_rng(0).normal(size=(4, 1))
    recursive = execute(sc.IIR(), x, weights={"b": [[1.0]], "a": [[0.5]]})
    assert np.allclose(execute(sc.Conv1d(1, 1, 4, padding="causal", bias=False), x, weights=truncated), recursive)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "C"])
def test_channels_that_are_none_are_refused(wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"^IIR: channels is {wrong!r}; expected a positive whole number"):
        sc.IIR(wrong)


def test_other_channels_than_it_has_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"IIR\(channels=3\) on input .*'i' is 2 in one tensor and 3 in another"):
        sc.IIR(3)(Input(5, 2))
