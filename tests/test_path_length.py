"""How many layers connect everything: solved, and held against stacks of real layers whose inputs are changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Integer, ceiling, log, oo

import symcost as sc
from symcost.analysis.positions.path_length import Growing, Reach, reach_of
from symcost.errors import DimensionError, ShapeError, UndecidedError
from symcost.expressions import ONE
from symcost.interpret import execute

T, H, K, D, L, N, F = (sc.dimension(name) for name in "THKDLNF")
r = sc.dimension("r")


def chain(*layers: Any) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, H), *layers)


def causal(width: Any, **more: Any) -> sc.Layer:
    return sc.Conv1d(H, H, width, padding="causal", **more)


# --- solved ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "grows", "length"),
    [
        (sc.Attention(H, H), {}, 1),
        (sc.MultiheadAttention(H, N), {}, 1),
        (sc.Attention(H, H, is_causal=True), {}, 1),
        (sc.TransformerEncoderLayer(H, N), {}, 1),
        (chain(sc.Flatten(), sc.Linear(T * H, T * H)), {}, 1),  # fully connected
        (chain(sc.InstanceNorm1d(H)), {}, 1),
        (sc.RNN(H, H), {}, T),
        (sc.LinearRecurrence(H, H), {}, T),
        (sc.LinearRecurrence(H, H, dense=True), {}, T),
        (chain(sc.Repeat(sc.SRU(H, H, peepholes=False), L)), {}, T + L - 1),
        (sc.LinearRecurrence(H, H, algorithm="kogge-stone"), {}, 1),  # all steps at once
        (sc.LSTM(H, H, bidirectional=True), {}, T),
        (sc.GRU(H, H, num_layers=3), {}, T + 2),
        (sc.RNN(H, H, num_layers=L), {}, T + L - 1),
        (sc.RNN(H, H, num_layers=L, bidirectional=True), {}, T + L - 1),
        (chain(sc.Repeat(sc.RNN(H, H), L)), {}, T + L - 1),
        (chain(sc.RNN(H, H), sc.Attention(H, H)), {}, 1),
        (chain(sc.RNN(H, H), causal(K)), {}, ceiling((T - 1) / (K - 1))),
        (causal(K), {}, ceiling((T - 1) / (K - 1))),
        (sc.Conv1d(H, H, 3, padding="same"), {}, T - 1),  # from either end
        (sc.Conv1d(H, H, 5, padding="same"), {}, ceiling((T - 1) / 2)),
        (sc.Conv1d(H, H, 4, padding="same"), {}, T - 1),  # 1 back, 2 ahead
        (sc.SeparableConv1d(H, H, K, padding="causal"), {}, ceiling((T - 1) / (K - 1))),
        (sc.Attention(H, H, window=r / 2 + 1), {}, ceiling(2 * (T - 1) / r)),
        (causal(K, dilation=D), {D: K}, ceiling(log(T) / log(K))),
        (causal(2, dilation=D), {"D": 2}, ceiling(log(T) / log(2))),
        (causal(3, dilation=D), {D: 2}, ceiling(log(T / 2 + ONE / 2) / log(2))),
        (
            chain(causal(K, dilation=D), causal(K, dilation=D)), {D: 2},
            ceiling(log((T + 2 * K - 3) / (2 * K - 2)) / log(2)),
        ),
        (chain(sc.FeedForward(H, F)), {}, oo),  # nothing is mixed
        (causal(1), {}, oo),
        (causal(3, dilation=D), {D: 1}, ceiling((T - 1) / 2)),
    ],
)  # fmt: skip
def test_the_path_through_the_smallest_stack_is_so_long(layer: Any, grows: Any, length: Any) -> None:
    assert sc.path_length(layer, grows=grows) == length


@pytest.mark.parametrize(
    ("layer", "length", "grows", "layers"),
    [
        (causal(2, dilation=D), 1024, {D: 2}, 10),
        (causal(2, dilation=D), 1025, {D: 2}, 11),
        (chain(causal(3, dilation=D), causal(3, dilation=D)), 61, {D: 2}, 4),  # 1 + 2 (k - 1) (2^n - 1), Bai et al.
        (chain(causal(3, dilation=D), causal(3, dilation=D)), 62, {D: 2}, 5),
        (sc.Conv1d(H, H, 3), 11, {}, 5),
        (sc.Conv1d(H, H, 2, stride=2), 64, {}, 6),  # each place is two of the layer below
        (sc.Conv1d(H, H, 3, stride=2), T, {}, ceiling(log(T / 2 + ONE / 2) / log(2))),
        (sc.MaxPool1d(K), T, {}, ceiling(log(T) / log(K))),
        (sc.RNN(H, H), T, {}, 1),
        (sc.Attention(H, H), T, {}, 1),
        (chain(sc.ReLU()), T, {}, oo),
        (causal(K, dilation=D), None, {D: K}, ceiling(log(T) / log(K))),
    ],
)
def test_so_many_layers_see_so_many_positions(layer: Any, length: Any, grows: Any, layers: Any) -> None:
    found = sc.layers_to_see(layer, length, grows=grows)

    assert found == layers
    if length in (1024, 61):  # no fewer do
        dilations = [sc.receptive_field(layer.at_sizes({D: ONE * 2**i})).size - 1 for i in range(int(layers))]
        assert 1 + sum(dilations[:-1]) < length <= 1 + sum(dilations)


def test_axes_of_an_image_are_asked_one_by_one() -> None:
    layer = sc.Conv2d(H, H, (3, 5), padding="same")

    assert sc.path_length(layer, "x") == sc.dimension("X") - 1
    assert sc.path_length(layer, "y") == ceiling((sc.dimension("Y") - 1) / 2)


# --- brute force -----------------------------------------------------------------------------------------------------


def connected(layers: list[Any], steps: int) -> np.ndarray[Any, Any]:
    """Which output positions change with which input positions, in a stack that is executed."""
    net = sc.Sequential("stack", sc.Input(steps, 1, axes="t i"), *layers)
    x = np.random.default_rng(0).normal(size=(steps, 1))
    before = execute(net, x, seed=1)
    found = np.zeros((steps, steps), bool)
    for position in range(steps):
        moved = x.copy()
        moved[position] += 0.5
        found[position] = (execute(net, moved, seed=1) != before)[:, 0]
    return found


def smallest_stack(layer: Any, steps: int) -> int:
    """The least number of layers after which no pair gets connected that is not yet; ``layer`` makes number i."""
    reached = [connected([layer(i) for i in range(count)], steps) for count in range(1, steps + 2)]
    return 1 + next(n for n, each in enumerate(reached) if np.array_equal(each, reached[-1]))


@pytest.mark.parametrize("steps", [2, 3, 5, 8, 9])
@pytest.mark.parametrize(
    ("symbolic", "grows", "numbered"),
    [
        (sc.Conv1d(1, 1, 2, padding="causal"), {}, lambda i: sc.Conv1d(1, 1, 2, padding="causal")),
        (sc.Conv1d(1, 1, 3, padding="same"), {}, lambda i: sc.Conv1d(1, 1, 3, padding="same")),
        (sc.Conv1d(1, 1, 4, padding="same"), {}, lambda i: sc.Conv1d(1, 1, 4, padding="same")),
        (sc.Attention(1, 1, window=3), {}, lambda i: sc.Attention(1, 1, window=3)),
        (sc.Attention(1, 1), {}, lambda i: sc.Attention(1, 1)),
        (
            sc.Conv1d(1, 1, 2, padding="causal", dilation=D), {D: 2},
            lambda i: sc.Conv1d(1, 1, 2, padding="causal", dilation=2**i),
        ),
        (
            sc.Conv1d(1, 1, 3, padding="causal", dilation=D), {D: 3},
            lambda i: sc.Conv1d(1, 1, 3, padding="causal", dilation=3**i),
        ),
        (
            sc.Conv1d(1, 1, 3, padding="causal", dilation=D), {D: 2},
            lambda i: sc.Conv1d(1, 1, 3, padding="causal", dilation=2**i),
        ),
    ],
)  # fmt: skip
def test_no_smaller_stack_connects_as_many_pairs(symbolic: Any, grows: Any, numbered: Any, steps: int) -> None:
    found = sc.at(sc.path_length(symbolic, grows=grows), T=steps, T_self=steps)

    assert found == smallest_stack(numbered, steps)


@pytest.mark.parametrize("steps", [2, 3, 4, 7, 8, 9, 27, 28])
@pytest.mark.parametrize(
    ("each", "first", "factor"), [(0, 1, 2), (0, 2, 3), (1, 1, 2), (2, 0, 1), (0, 4, 2), (0, 3, 1)]
)
def test_the_least_number_of_layers_is_that_of_counting(each: int, first: int, factor: int, steps: int) -> None:
    reach = Reach(*map(Integer, (each, first, factor)))
    counted = next(n for n in range(99) if sum(each + first * factor**i for i in range(n)) >= steps - 1)

    assert reach.least(Integer(steps - 1)) == counted
    if each == 0 or factor == 1:
        assert sc.at(reach.least(T - 1), T=steps) == counted


# --- what cannot be said ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "grows", "error", "said"),
    [
        (causal(2, dilation=2), {}, UndecidedError, "positions out between those that are 2 apart"),
        (causal(2, dilation=D), {}, UndecidedError, "between those that are D apart; say by which factor"),
        (causal(2, dilation=D), {D: 3}, UndecidedError, "between those that are D apart"),
        (causal(2, dilation=2 * D), {D: 2}, UndecidedError, "between those that are 2 D apart"),
        (causal(2), {D: 2}, DimensionError, "does not depend on D"),
        (causal(2, dilation=D), {D: 2, K: 3}, DimensionError, "2 dimensions that grow; expected one"),
        (causal(2, dilation=D), {D: 0}, DimensionError, "the factor by which D grows is 0"),
        (sc.Conv1d(H, H, 3, stride=2, padding=1), {}, ShapeError, "expected as many, so that layers can be stacked"),
        (sc.Conv2d(H, H, 3), {}, ShapeError, "name one: axis='x' or 'y'"),
    ],
)  # fmt: skip
def test_what_is_no_stack_is_refused(layer: Any, grows: Any, error: Any, said: str) -> None:
    with pytest.raises(error) as caught:
        sc.path_length(layer, grows=grows)
    assert said in str(caught.value)


def test_a_width_that_grows_in_two_ways_is_solved_at_numbers() -> None:
    layer = chain(causal(3, dilation=D), causal(2))
    with pytest.raises(UndecidedError, match="give sizes that are numbers"):
        sc.layers_to_see(layer, T, grows={D: 2})
    assert sc.layers_to_see(layer, 18, grows={D: 2}) == 3  # 1 + 2 (1 + 2 + 4) + 3


def test_strides_under_what_grows_twice_are_refused() -> None:
    with pytest.raises(UndecidedError, match="widths that grow in one way"):
        reach_of(D + ONE, ONE * 2, Growing(D, ONE * 2))
    with pytest.raises(UndecidedError, match="linear in D"):
        reach_of(D**2, ONE, Growing(D, ONE * 2))
