from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.analysis.depth.schedule import layer_depth
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


def test_a_filter_of_a_higher_order_has_a_product_for_each_input_and_output_that_it_takes() -> None:
    cost = sc.IIR(1, 3, K).cost(Input(T, 1))
    assert cost.work == Work(mac=(3 + K) * T, add=3 * T, dots=4 * T)
    assert (cost.weights, cost.state) == (3 + K, 3)
    assert (sc.IIR(C, 2).cost(Input(B, T, C)).state) == 2 * B * C


def test_a_filter_of_second_order_rings() -> None:
    """The impulse response of y_t = x_t + 2 r cos(w) y_(t-1) - r^2 y_(t-2) is r^t sin((t + 1) w) / sin(w)."""
    r, w, steps = 0.9, 0.7, np.arange(20)
    weights = {"b": [[1.0]], "a_1": [[2 * r * np.cos(w)]], "a_2": [[-(r**2)]]}
    made = execute(sc.IIR(1, 2), np.eye(20)[:, :1], weights=weights)[:, 0]
    assert np.allclose(made, r**steps * np.sin((steps + 1) * w) / np.sin(w))


@pytest.mark.parametrize(("order", "taps"), [(1, 3), (2, 1), (4, 2), (5, 5)])
@pytest.mark.parametrize("steps", [1, 3, 12])
def test_filters_of_every_order_compute_the_difference_equation(order: int, taps: int, steps: int) -> None:
    rng = np.random.default_rng(0)
    a, b, x = rng.normal(size=order) / order, rng.normal(size=taps), rng.normal(size=(steps, 1))
    y: list[float] = []
    for t in range(steps):
        fed = sum(b[i] * x[t - i, 0] for i in range(taps) if t >= i)
        y.append(fed + sum(a[j - 1] * y[t - j] for j in range(1, order + 1) if t >= j))
    newest_last = b[::-1].reshape(-1, 1, 1) if taps > 1 else b.reshape(1, 1)
    named = {"a": [[a[0]]]} if order == 1 else {f"a_{j}": [[a[j - 1]]] for j in range(1, order + 1)}
    made, work = count(sc.IIR(1, order, taps), x, weights={"b": newest_last, **named})
    assert np.allclose(made[:, 0], y)
    assert work == sc.IIR(1, order, taps).cost(Input(steps, 1)).work


@pytest.mark.parametrize("wrong", [0, -1])
def test_an_order_that_is_none_is_refused(wrong: int) -> None:
    with pytest.raises(ShapeError, match=f"^IIR: order is {wrong}; expected at least 1; a FIR filter is a Conv1d"):
        sc.IIR(1, wrong)


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
