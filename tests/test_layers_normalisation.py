from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, X, Y, H, G = map(dimension, "BTXYHG")

BATCH_NORMS = [(sc.BatchNorm1d, ()), (sc.BatchNorm1d, (5,)), (sc.BatchNorm2d, (5, 2)), (sc.BatchNorm3d, (5, 2, 3))]
RNG = np.random.default_rng


def _standard(x: Any, axes: tuple[int, ...], eps: float) -> Any:
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)


# --- layer norm and its relatives ---


def test_layer_norm_by_hand() -> None:
    """Of 1, 3, 5, 7 the mean is 4 and the variance 5."""
    weights = {"weight": [1.0, 2.0, 3.0, 4.0], "bias": [0.5, 0.0, 0.0, -1.0]}
    made, work = count(sc.LayerNorm(4, eps=4.0), [1.0, 3.0, 5.0, 7.0], weights=weights)
    assert made.tolist() == [-1 + 0.5, -2 / 3, 1.0, 4 - 1.0]
    # means: 3 additions and a division each; 4 differences, 4 squares, epsilon, a root, 4 quotients, gain and bias
    assert work == Work(add=3 + 4 + 3 + 1 + 4, mul=4 + 4, div=1 + 1 + 4, sqrt=1)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_layer_norm_standardises_over_its_last_axes(shape: tuple[int, ...], eps: float) -> None:
    x = RNG(0).normal(size=(5, 2, 3, 4)) * 3 + 1
    layer = sc.LayerNorm(shape, eps, elementwise_affine=False)
    assert np.allclose(execute(layer, x), _standard(x, tuple(range(-len(shape), 0)), eps), atol=1e-12)
    assert weights_of(layer, x.shape) == {}
    assert weights_of(sc.LayerNorm(shape), x.shape) == {"weight": shape, "bias": shape}
    assert weights_of(sc.LayerNorm(shape, bias=False), x.shape) == {"weight": shape}


def test_a_constant_becomes_the_bias() -> None:
    weights = {"weight": [3.0, 3.0], "bias": [7.0, -7.0]}
    assert execute(sc.LayerNorm(2), [5.0, 5.0], weights=weights).tolist() == [7, -7]


def test_rms_norm_by_hand() -> None:
    """The mean of the squares of 1, 7 is 25."""
    made, work = count(sc.RMSNorm(2), [[1.0, 7.0]], weights={"weight": [10.0, -5.0]})
    assert np.allclose(made, [[2.0, -7.0]], rtol=1e-14)
    assert work == Work(mul=2 + 2, add=1 + 1, div=1 + 2, sqrt=1)


def test_rms_norm_works_less_than_layer_norm_by_what_centring_takes() -> None:
    more, less = sc.LayerNorm(bias=False).cost(Input(T, H)).work, sc.RMSNorm().cost(Input(T, H)).work
    assert less + Work(add=T * ((H - 1) + H), div=T) == more  # a mean, and the differences to it


# --- batch norm ---


@pytest.mark.parametrize(("kind", "places"), BATCH_NORMS)
def test_batch_norm_uses_the_statistics_that_training_has_left(kind: Any, places: tuple[int, ...]) -> None:
    x = RNG(0).normal(size=(4, *places, 3))
    w = {
        "running_mean": [1.0, -2.0, 0.5],
        "running_var": [3.0, 0.0, 8.0],
        "weight": [1.0, 2.0, 3.0],
        "bias": [4.0, 5.0, 6.0],
    }
    made = execute(kind(3, eps=1.0), x, weights=w)
    expected = (x - w["running_mean"]) / [2.0, 1.0, 3.0] * w["weight"] + w["bias"]
    assert np.allclose(made, expected, atol=1e-12)


@pytest.mark.parametrize(("kind", "places"), BATCH_NORMS)
def test_running_statistics_are_kept_but_are_no_parameters(kind: Any, places: tuple[int, ...]) -> None:
    shape = (4, *places, 3)
    kept = {"running_mean": (3,), "running_var": (3,)}
    assert weights_of(kind(3), shape) == {**kept, "weight": (3,), "bias": (3,)}
    assert weights_of(kind(3, affine=False), shape) == kept
    cost, plain = kind(3).cost(Input(*shape)), kind(3, affine=False).cost(Input(*shape))
    assert (cost.weights, cost.biases, plain.parameters) == (3, 3, 0)


@pytest.mark.parametrize(("kind", "places"), BATCH_NORMS)
def test_roots_of_running_variances_are_taken_once_however_large_the_batch(kind: Any, places: tuple[int, ...]) -> None:
    n = int(np.prod(places)) * 3
    assert kind(3).cost(Input(B, *places, 3)).work == Work(add=2 * n * B + 3, sqrt=3, div=n * B, mul=n * B)


def test_statistics_that_are_drawn_have_no_negative_variance() -> None:
    for seed in range(20):
        made, _ = count(sc.BatchNorm1d(3), np.ones((2, 3)), seed=seed)
        assert np.isfinite(made).all() and np.allclose(made, execute(sc.BatchNorm1d(3), np.ones((2, 3)), seed=seed))


def test_the_momentum_of_training_changes_nothing() -> None:
    for momentum in (0.1, 0.9, None):
        assert sc.BatchNorm2d(3, momentum=momentum).cost(Input(X, Y, 3)) == sc.BatchNorm2d(3).cost(Input(X, Y, 3))


# --- group norm and instance norm ---


def test_group_norm_by_hand() -> None:
    made, work = count(sc.GroupNorm(2, 4, eps=3.0, affine=False), [1.0, 3.0, 10.0, 10.0])
    assert made.tolist() == [-0.5, 0.5, 0.0, 0.0]  # the variances are 1 and 0
    assert work == Work(add=2 * (1 + 2 + 1 + 1), mul=4, div=2 * (1 + 1 + 2), sqrt=2)


def test_group_norm_standardises_all_places_and_the_channels_of_each_group() -> None:
    x = RNG(0).normal(size=(5, 2, 6)) * 2 + 1
    w = {"weight": RNG(1).normal(size=6), "bias": RNG(2).normal(size=6)}
    parts = [_standard(x[..., 2 * g : 2 * g + 2], (0, 1, 2), 1e-5) for g in range(3)]
    expected = np.concatenate(parts, axis=-1) * w["weight"] + w["bias"]
    assert np.allclose(execute(sc.GroupNorm(3, 6), x, weights=w), expected, atol=1e-12)


def test_a_batch_is_no_place_of_group_norm() -> None:
    once, batch = (sc.GroupNorm(G, H).cost(each) for each in (Input(X, Y, H), Input(B, X, Y, H)))
    assert batch.work == once.work * B and batch.work["sqrt"] == B * G
    assert sc.GroupNorm(G, H).cost(Input(T, X, Y, H)).work["sqrt"] == G  # time is one


@pytest.mark.parametrize(("kind", "places"), [(sc.InstanceNorm1d, (4,)), (sc.InstanceNorm2d, (4, 3))])
def test_instance_norm_is_group_norm_with_a_group_for_each_channel(kind: Any, places: tuple[int, ...]) -> None:
    x = RNG(0).normal(size=(*places, 5))
    expected = execute(sc.GroupNorm(5, 5, affine=False), x)
    assert np.allclose(execute(kind(5), x), expected, atol=1e-12)
    assert np.allclose(expected, _standard(x, tuple(range(len(places))), 1e-5), atol=1e-12)
    assert kind(5).cost(Input(*x.shape)).work == sc.GroupNorm(5, 5, affine=False).cost(Input(*x.shape)).work
    assert weights_of(kind(5), x.shape) == {}
    assert weights_of(kind(5, affine=True), x.shape) == {"weight": (5,), "bias": (5,)}


def test_instance_norm_sees_each_example_alone() -> None:
    x = RNG(0).normal(size=(3, 4, 5, 2))
    made = execute(sc.InstanceNorm2d(2), x)
    assert np.allclose(made, _standard(x, (1, 2), 1e-5), atol=1e-12)


def test_one_group_is_layer_norm_over_everything() -> None:
    x = RNG(0).normal(size=(4, 3, 6))
    one = execute(sc.GroupNorm(1, 6, affine=False), x)
    assert np.allclose(one, execute(sc.LayerNorm((4, 3, 6), elementwise_affine=False), x), atol=1e-12)


# --- dropout ---


@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
def test_dropout_drops_nothing_and_costs_nothing(p: float) -> None:
    x = RNG(0).normal(size=(3, 4))
    made, work = count(sc.Dropout(p), x)
    assert np.array_equal(made, x) and work == Work()
    cost = sc.Dropout(p).cost(Input(T, H))
    assert (cost.work, cost.parameters) == (Work(), 0)


# --- what is refused ---

OF_FOUR = [
    sc.LayerNorm(4), sc.LayerNorm(4, elementwise_affine=False), sc.RMSNorm(4), sc.RMSNorm(4, elementwise_affine=False),
    sc.BatchNorm1d(4), sc.BatchNorm2d(4), sc.BatchNorm3d(4, affine=False), sc.GroupNorm(2, 4),
    sc.GroupNorm(1, 4, affine=False), sc.InstanceNorm1d(4), sc.InstanceNorm2d(4, affine=True),
]  # fmt: skip


@pytest.mark.parametrize("layer", OF_FOUR, ids=repr)
@pytest.mark.parametrize("channels", [1, 2, 8, H])
def test_other_channels_than_it_has_are_refused_even_if_they_could_be_stretched(layer: Any, channels: Any) -> None:
    with pytest.raises(ShapeError, match=rf"Norm.*=4.* on input .*: axis h={channels}; expected \w+=4$"):
        layer(Input(6, 6, 6, channels))
    assert layer(Input(6, 6, 6, 4)).shape == (6, 6, 6, 4)


def test_all_axes_that_are_normalised_are_checked() -> None:
    for shape in ((3, 5), (4, 4), (4,)):
        with pytest.raises(ShapeError, match=r"expected last axes of 3, 4$"):
            sc.LayerNorm((3, 4), elementwise_affine=False)(Input(*shape))


@pytest.mark.parametrize(("channels", "groups"), [(4, 3), (6, 4), (4, 8)])
def test_groups_divide_the_channels(channels: int, groups: int) -> None:
    with pytest.raises(ShapeError) as caught:
        sc.GroupNorm(groups, channels)
    told = f"GroupNorm: num_channels={channels}, num_groups={groups}; expected num_groups that divide num_channels"
    assert str(caught.value) == told


def test_symbolic_groups_are_checked_once_they_are_numbers() -> None:
    with pytest.raises(ShapeError, match="num_channels=4, num_groups=3"):
        sc.GroupNorm(G, H).at_sizes({G: sc.read("3"), H: sc.read("4")})


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: sc.LayerNorm(0), "LayerNorm: normalized_shape is 0"),
        (lambda: sc.LayerNorm((3, -1)), "LayerNorm: normalized_shape is -1"),
        (lambda: sc.RMSNorm(1.5), "RMSNorm: normalized_shape is 1.5"),
        (lambda: sc.BatchNorm2d("H"), "BatchNorm2d: num_features is 'H'"),
        (lambda: sc.GroupNorm(0, 4), "GroupNorm: num_groups is 0"),
        (lambda: sc.InstanceNorm1d(True), "InstanceNorm1d: num_features is True"),
    ],
)
def test_sizes_that_are_none_are_refused(make: Any, told: str) -> None:
    with pytest.raises(DimensionError) as caught:
        make()
    assert str(caught.value).startswith(f"{told}; expected a positive whole number")


# --- local response ---


def test_a_channel_is_damped_by_its_neighbours() -> None:
    """Krizhevsky et al., section 3.3, at n = 3, with alpha / n for alpha, as PyTorch has it."""
    x, (k, alpha, beta) = RNG(0).normal(size=(2, 5)), (2.0, 0.5, 0.75)
    expected = [
        [
            row[i] / (k + alpha / 3 * sum(row[j] ** 2 for j in range(max(0, i - 1), min(4, i + 1) + 1))) ** beta
            for i in range(5)
        ]
        for row in x
    ]
    made, work = count(sc.LocalResponseNorm(3, alpha, beta, k), x)
    assert np.allclose(made, expected, atol=1e-13)
    assert work == Work(mul=3 * 10, add=3 * 10, div=2 * 10, log=10, exp=10)


def test_volumes_are_normalised_over_all_three_axes_of_each_channel() -> None:
    x = RNG(0).normal(size=(2, 3, 4, 2, 5))
    assert np.allclose(execute(sc.InstanceNorm3d(5), x), _standard(x, (1, 2, 3), 1e-5), atol=1e-12)
    assert sc.InstanceNorm3d(H, affine=True).cost(Input(X, Y, 2, H)).parameters == 2 * H


@pytest.mark.parametrize("p", [-0.1, 1.5, 2])
def test_numbers_are_dropped_with_a_probability(p: float) -> None:
    with pytest.raises(ShapeError, match=r"Dropout: p=.*; expected a probability, 0 to 1"):
        sc.Dropout(p)
