from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.analysis.depth.schedule import layer_depth
from symcost.cost import Work
from symcost.errors import ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, D, N = map(dimension, "BTDN")

ENCODINGS = [sc.SinusoidalPositionalEncoding, sc.RotaryPositionalEncoding]


# --- sines ---


def test_the_encoding_is_the_papers_number_by_number() -> None:
    """Vaswani et al., section 3.5: sine in even channels, cosine in odd ones, wavelengths up to 10000 * 2 pi."""
    made = execute(sc.SinusoidalPositionalEncoding(6), np.zeros((40, 6)))

    for pos in (0, 1, 7, 39):
        for i in range(3):
            angle = pos / 10_000 ** (2 * i / 6)
            assert made[pos, 2 * i] == pytest.approx(np.sin(angle), abs=1e-14)
            assert made[pos, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-14)


def test_a_step_further_is_the_same_rotation_at_every_step() -> None:
    """Section 3.5: PE_(pos+k) is a linear function of PE_pos."""
    made = execute(sc.SinusoidalPositionalEncoding(8), np.zeros((30, 8)))
    turned = made[:, 0::2] + 1j * made[:, 1::2]

    assert np.allclose(turned[5:] / turned[:-5], (turned[5:] / turned[:-5])[0], atol=1e-12)


# --- learned ---


def test_learned_rows_are_added_in_their_order() -> None:
    rows = np.arange(12.0).reshape(4, 3)

    assert np.array_equal(
        execute(sc.LearnedPositionalEncoding(4, 3), np.ones((2, 3)), weights={"weight": rows}), rows[:2] + 1
    )
    assert weights_of(sc.LearnedPositionalEncoding(4, 3), (2, 3)) == {"weight": (4, 3)}


def test_a_sequence_longer_than_there_are_rows_is_refused() -> None:
    with pytest.raises(
        ShapeError, match=r"LearnedPositionalEncoding\(max_len=4, d_model=3\).*5 steps from 0 on of axis"
    ):
        sc.LearnedPositionalEncoding(4, 3)(Input(5, 3))
    assert sc.LearnedPositionalEncoding(4, 3)(Input(T, 3)).shape == (T, 3)  # T is not known to be too long


def test_positions_are_weights_that_every_example_shares() -> None:
    once, batch = (sc.LearnedPositionalEncoding(4, D).cost(Input(*lead, 3, D)) for lead in ((), (B,)))

    assert once.weights == batch.weights == 4 * D
    assert batch.work == Work(add=3 * B * D)


# --- rotary ---


def test_pairs_of_channels_are_turned_as_complex_numbers() -> None:
    x = np.random.default_rng(0).normal(size=(2, 9, 6))
    angles = np.arange(9)[:, None] * 10_000.0 ** (-2 * np.arange(3) / 6)
    turned = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)
    made = execute(sc.RotaryPositionalEncoding(6), x)

    assert np.allclose(made[..., 0::2], turned.real, atol=1e-13)
    assert np.allclose(made[..., 1::2], turned.imag, atol=1e-13)


def test_products_of_turned_vectors_know_only_how_far_apart_they_are() -> None:
    """Su et al., equation 16."""
    rng = np.random.default_rng(1)
    q, k = (np.tile(rng.normal(size=8), (20, 1)) for _ in range(2))
    turned_q, turned_k = (execute(sc.RotaryPositionalEncoding(8), each) for each in (q, k))
    scores = turned_q @ turned_k.T

    for apart in (-3, 0, 4):
        assert np.ptp(np.diagonal(scores, apart)) < 1e-12


def test_four_products_and_two_sums_a_pair() -> None:
    _, work = count(sc.RotaryPositionalEncoding(2), np.ones((1, 2)))

    assert work == Work(mul=4, add=2)


def test_the_base_says_how_slowly_the_last_pair_turns() -> None:
    one = execute(sc.RotaryPositionalEncoding(4, base=1.0), [[0, 0, 0, 0], [1, 0, 1, 0]])

    assert np.allclose(one[1], [np.cos(1), np.sin(1), np.cos(1), np.sin(1)])


# --- linear biases ---


def test_scores_fall_linearly_with_distance_the_faster_the_earlier_the_head() -> None:
    made = execute(sc.ALiBi(8), np.zeros((8, 5, 5)))

    assert made[0, 4].tolist() == [-2, -1.5, -1, -0.5, 0]
    assert made[7, 4].tolist() == [-4 / 256, -3 / 256, -2 / 256, -1 / 256, 0]


def test_another_number_of_heads_is_refused() -> None:
    with pytest.raises(ShapeError, match="axis n=4; expected num_heads=8"):
        sc.ALiBi(8)(Input(4, T, T))


# --- all ---


@pytest.mark.parametrize("kind", [*ENCODINGS, sc.ALiBi])
def test_what_is_computed_once_is_neither_learned_nor_work_nor_depth(kind: Any) -> None:
    cost = kind.example().cost()

    assert (cost.parameters, cost.state) == (0, 0)
    assert set(cost.work) <= {"add", "mul"}
    assert layer_depth(kind.example().equation()) == 1


@pytest.mark.parametrize(("kind", "name"), [(ENCODINGS[0], "d_model"), (ENCODINGS[1], "dim")])
def test_channels_come_in_pairs(kind: Any, name: str) -> None:
    with pytest.raises(ShapeError) as caught:
        kind(5)
    assert str(caught.value) == f"{kind.__name__}: {name}=5; expected an even number, for pairs"
    assert kind(D).at_sizes({D: sc.read("6")}) == kind(6)
