from __future__ import annotations

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

B, T, H, I = map(dimension, "BTHI")


def test_a_vector_goes_through_a_matrix_and_a_bias() -> None:
    cost = sc.Linear(784, 300).cost(Input(784))
    assert (cost.weights, cost.biases, cost.parameters) == (235_200, 300, 235_500)
    assert cost.work == Work(mac=235_200, add=300, dots=300)
    assert (cost.activations, cost.state) == (300, 0)


def test_without_bias_nothing_is_added() -> None:
    cost = sc.Linear(I, H, bias=False).cost(Input(T, I))
    assert cost.biases == 0 and cost.work == Work(mac=H * I * T, dots=H * T)
    assert weights_of(sc.Linear(3, 4, bias=False), (3,)) == {"weight": (4, 3)}


def test_y_is_w_x_plus_b() -> None:
    W, b, x = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0.5, -0.5, 0.0], [[1.0, -1.0], [2.0, 0.0]]
    made = execute(sc.Linear(2, 3), x, weights={"weight": W, "bias": b})
    assert made.tolist() == [[-0.5, -1.5, -1.0], [2.5, 5.5, 10.0]]


def test_two_layers_without_bias_cost_more_than_their_product_and_compute_the_same() -> None:
    rng = np.random.default_rng(0)
    A, C, x = rng.normal(size=(3, 4)), rng.normal(size=(5, 3)), rng.normal(size=(2, 4))
    two = execute(
        sc.Linear(3, 5, False), execute(sc.Linear(4, 3, False), x, weights={"weight": A}), weights={"weight": C}
    )
    one = execute(sc.Linear(4, 5, False), x, weights={"weight": C @ A})
    assert np.allclose(two, one, atol=1e-12)


def test_the_last_axis_becomes_the_outputs_and_the_others_stay() -> None:
    y = sc.Linear(I, 4 * H)(Input(B, T, I))
    assert y.shape == (B, T, 4 * H)
    assert [axis.name for axis in y.axes[:2]] == ["b", "t"]


@pytest.mark.parametrize("channels", [I + 1, 2 * I, H, 7])
def test_other_channels_than_the_matrix_has_columns_are_refused(channels: object) -> None:
    with pytest.raises(
        ShapeError, match=r"Linear\(in_features=I, out_features=H\) on input .*axis i=.*; expected in_features=I"
    ):
        sc.Linear(I, H)(Input(T, channels))


def test_sizes_that_are_none_are_refused() -> None:
    for wrong in (0, -3, 2.5, "I"):
        with pytest.raises(DimensionError, match="Linear: in_features is"):
            sc.Linear(wrong, 3)


def test_a_tensor_without_axes_has_no_channels() -> None:
    with pytest.raises(ShapeError, match=r"a tensor of axes \(\); expected axes '... i'"):
        sc.Linear(1, 1)(Input())


# --- bilinear ---


def test_a_bilinear_form_is_a_matrix_between_two_vectors_for_each_output() -> None:
    x, z, A = [1.0, 2.0], [3.0, -1.0, 0.5], np.arange(12.0).reshape(2, 2, 3)
    made = execute(sc.Bilinear(2, 3, 2), x, z, weights={"weight": A, "bias": [0.5, -0.5]})
    assert np.allclose(made, [np.dot(x, A[0] @ z) + 0.5, np.dot(x, A[1] @ z) - 0.5])


def test_a_bilinear_form_costs_a_matrix_product_and_then_a_dot_product_for_each_output() -> None:
    cost = sc.Bilinear(3, 4, 5).cost(Input(T, 3), Input(T, 4))
    assert (cost.weights, cost.biases) == (60, 5)
    assert cost.work == Work(mac=T * (60 + 20), add=5 * T, dots=T * (20 + 5))
