from __future__ import annotations

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.expressions import same
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

T, I, H, D = map(dimension, "TIHD")


def test_the_state_of_each_group_is_as_many_steps_as_its_period() -> None:
    assert same(sc.MultiscaleRNN(I, H, (1, 2, D)).cost(Input(T, I)).state, 3 * H + D * H)


def test_one_group_is_a_dilated_recurrence() -> None:
    one, rnn = sc.MultiscaleRNN(2, 3, (4,)), sc.RNN(2, 3, biases=1, dilation=4)
    x, drawn = np.random.default_rng(0).normal(size=(9, 2)), np.random.default_rng(1)
    weights = {name: drawn.normal(size=shape) for name, shape in weights_of(one, (9, 2)).items()}
    named = {"weight_ih_l0": "weight_ih", "bias_ih_l0": "bias_ih", "weight_hh_l0": "weight_hh_0_0"}
    theirs = execute(rnn, x, weights={ours: weights[name] for ours, name in named.items()})

    assert np.allclose(execute(one, x, weights=weights), theirs)


def test_a_fast_group_sees_a_slow_one_and_no_slow_one_a_fast() -> None:
    layer, steps = sc.MultiscaleRNN(1, 1, (1, 3), bias=False), 8
    weights = {
        "weight_ih": [[1.0], [0.0]],
        "weight_hh_0_0": [[1.0]],
        "weight_hh_0_1": [[1.0]],
        "weight_hh_1_1": [[1.0]],
    }
    made = execute(layer, np.eye(steps)[:, :1], weights=weights)

    assert (made[:, 0] != 0).all() and (made[:, 1] == 0).all()
    slow = weights | {"weight_ih": [[0.0], [1.0]]}
    made = execute(layer, np.eye(steps)[:, :1], weights=slow)
    assert [(step, bool(fast), bool(late)) for step, (fast, late) in enumerate(made)] == [
        (step, step >= 3, step % 3 == 0) for step in range(steps)
    ]


@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_a_period_that_is_none_is_refused(wrong: float) -> None:
    with pytest.raises(DimensionError, match=f"MultiscaleRNN: periods is {wrong}; expected a positive whole number"):
        sc.MultiscaleRNN(I, H, (1, wrong))


def test_no_period_at_all_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"MultiscaleRNN: periods is \(\); expected a period for each group"):
        sc.MultiscaleRNN(I, H, ())
