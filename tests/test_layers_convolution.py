from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Expr, Rational

import symcost as sc
from symcost import Layer, dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, X, Y, Z, H, I, K, S, P, D, G = map(dimension, "BTXYZHIKSPDG")


# --- how many steps come out ---


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [  # by hand: floor((n + 2 p - d (k - 1) - 1) / s) + 1, here of 10 steps
        ({"kernel_size": 1}, 10),
        ({"kernel_size": 3}, 8),
        ({"kernel_size": 10}, 1),
        ({"kernel_size": 3, "stride": 2}, 4),
        ({"kernel_size": 3, "stride": 3}, 3),
        ({"kernel_size": 2, "stride": 4}, 3),
        ({"kernel_size": 3, "stride": 20}, 1),
        ({"kernel_size": 3, "padding": 1}, 10),
        ({"kernel_size": 3, "padding": 2, "stride": 2}, 6),
        ({"kernel_size": 12, "padding": 1}, 1),
        ({"kernel_size": 3, "dilation": 2}, 6),
        ({"kernel_size": 4, "dilation": 3}, 1),
        ({"kernel_size": 4, "dilation": 3, "padding": 1, "stride": 2}, 2),
        ({"kernel_size": 3, "padding": "valid"}, 8),
        ({"kernel_size": 3, "padding": "valid", "stride": 2}, 4),
        ({"kernel_size": 4, "padding": "same"}, 10),
        ({"kernel_size": 25, "padding": "same"}, 10),
        ({"kernel_size": 4, "padding": "same", "dilation": 3}, 10),
        ({"kernel_size": 25, "padding": "causal"}, 10),
        ({"kernel_size": 4, "padding": "causal", "stride": 2}, 5),
        ({"kernel_size": 4, "padding": "causal", "stride": 3}, 4),
    ],
    ids=str,
)
def test_the_number_of_windows_is_that_of_the_textbook(arguments: dict[str, Any], steps: int) -> None:
    layer = sc.Conv1d(2, 3, **arguments)
    assert layer(Input(10, 2)).shape == (steps, 3)
    kernel = arguments["kernel_size"]
    assert layer.cost(Input(10, 2)).work == Work(mac=steps * kernel * 6, add=steps * 3, dots=steps * 3)
    assert execute(layer, np.ones((10, 2))).shape == (steps, 3)
    assert layer(Input(T, 2)).shape[0].xreplace({T: sc.read("10")}) == steps  # and so is the formula, at 10


def test_each_axis_of_an_image_has_its_own_kernel_stride_padding_and_dilation() -> None:
    layer = sc.Conv2d(3, 5, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 4))
    assert layer(Input(9, 9, 3)).shape == (5, 5, 5)
    assert sc.Conv2d(3, 5, 3, 2, 1)(Input(8, 9, 3)).shape == (4, 5, 5)


def test_symbolic_geometry_stays_a_formula() -> None:
    assert sc.Conv1d(I, H, K)(Input(T, I)).shape == (T - K + 1, H)
    assert sc.Conv1d(I, H, K, padding=P)(Input(T, I)).shape == (T + 2 * P - K + 1, H)
    assert sc.Conv1d(I, H, 3, S)(Input(T, I)).shape == (sc.read("floor((T - 3)/S) + 1"), H)
    assert sc.Conv1d(I, H, K, padding=(K - 1) / 2)(Input(T, I)).shape == (T, H)


@pytest.mark.parametrize("kernel", [K, 1, 2, 5, 2 * K])
@pytest.mark.parametrize("dilation", [1, 2, D])
@pytest.mark.parametrize("padding", ["same", "causal"])
def test_same_and_causal_give_as_many_steps_as_they_take(kernel: Any, dilation: Any, padding: str) -> None:
    assert sc.Conv1d(I, H, kernel, padding=padding, dilation=dilation)(Input(T, I)).shape == (T, H)
    assert sc.Conv2d(I, H, kernel, padding=padding, dilation=dilation)(Input(X, Y, I)).shape == (X, Y, H)
    assert sc.Conv3d(I, H, kernel, padding=padding, dilation=dilation)(Input(X, Y, Z, I)).shape == (X, Y, Z, H)


# --- what is computed ---


def test_one_dimensional_values_by_hand() -> None:
    weights = {"weight": [[[1.0, 10.0, 100.0]]], "bias": [0.5]}
    x = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert execute(sc.Conv1d(1, 1, 3), x, weights=weights).ravel().tolist() == [321.5, 432.5]
    assert execute(sc.Conv1d(1, 1, 3, padding=1), x, weights=weights).ravel().tolist() == [210.5, 321.5, 432.5, 43.5]
    assert execute(sc.Conv1d(1, 1, 3, padding="causal"), x, weights=weights).ravel().tolist() == [
        100.5,
        210.5,
        321.5,
        432.5,
    ]
    assert execute(sc.Conv1d(1, 1, 3, 2, 1), x, weights=weights).ravel().tolist() == [210.5, 432.5]


def test_same_padding_puts_what_cannot_be_halved_behind_as_pytorch_does() -> None:
    weights = {"weight": [[[1.0, 10.0]]]}
    made = execute(sc.Conv1d(1, 1, 2, padding="same", bias=False), [[1.0], [2.0], [3.0]], weights=weights)
    assert made.ravel().tolist() == [21.0, 32.0, 3.0]


@pytest.mark.parametrize(
    ("mode", "padded"),
    [
        ("zeros", [0, 0, 1, 2, 3, 4, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 4, 3, 2]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4, 4]),
        ("circular", [3, 4, 1, 2, 3, 4, 1, 2]),
    ],
)
def test_padding_modes_put_in_what_pytorch_puts_in(mode: str, padded: list[int]) -> None:
    layer = sc.Conv1d(1, 1, 1, padding=2, padding_mode=mode, bias=False)
    x = [[1.0], [2.0], [3.0], [4.0]]
    assert execute(layer, x, weights={"weight": [[[1.0]]]}).ravel().tolist() == padded


def test_a_causal_convolution_sees_nothing_of_the_future() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 6, 3))
    changed = x.copy()
    changed[:, 4:] += 1
    layer = sc.Conv1d(3, 2, 3, padding="causal", dilation=2)
    before, after = execute(layer, x), execute(layer, changed)
    assert np.array_equal(before[:, :4], after[:, :4]) and not np.allclose(before[:, 4:], after[:, 4:])


def test_two_dimensional_values_are_the_sum_over_windows_and_channels() -> None:
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(5, 6, 2)), rng.normal(size=(3, 2, 2, 3))
    made = execute(sc.Conv2d(2, 3, (2, 3), stride=(2, 1), bias=False), x, weights={"weight": W})
    for a in range(2):
        for b in range(4):
            window = x[2 * a : 2 * a + 2, b : b + 3]
            assert made[a, b] == pytest.approx([np.sum(window * W[h].transpose(1, 2, 0)) for h in range(3)])
    assert made.shape == (2, 4, 3)


def test_three_dimensional_values_are_the_sum_over_windows_and_channels() -> None:
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(4, 3, 5, 2)), rng.normal(size=(3, 2, 2, 1, 3))
    made = execute(sc.Conv3d(2, 3, (2, 1, 3), stride=(2, 1, 1), bias=False), x, weights={"weight": W})
    assert made.shape == (2, 3, 3, 3)
    for a, b, c in np.ndindex(2, 3, 3):
        window = x[2 * a : 2 * a + 2, b : b + 1, c : c + 3]
        assert made[a, b, c] == pytest.approx([np.sum(window * W[h].transpose(1, 2, 3, 0)) for h in range(3)])


def test_groups_see_only_their_own_channels() -> None:
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(7, 4)), rng.normal(size=(6, 2, 3))
    made = execute(sc.Conv1d(4, 6, 3, groups=2, bias=False), x, weights={"weight": W})
    halves = [
        execute(sc.Conv1d(2, 3, 3, bias=False), x[:, 2 * g : 2 * g + 2], weights={"weight": W[3 * g : 3 * g + 3]})
        for g in range(2)
    ]
    assert np.allclose(made, np.concatenate(halves, axis=-1), atol=1e-12)


# --- what it costs ---


def test_groups_divide_weights_and_work_but_not_biases() -> None:
    whole = sc.Conv2d(128, 256, 3, padding=1).cost(Input(28, 28, 128))
    parts = sc.Conv2d(128, 256, 3, padding=1, groups=4).cost(Input(28, 28, 128))
    assert (parts.weights * 4, parts.biases) == (whole.weights, whole.biases) == (294_912, 256)
    assert parts.work["mac"] * 4 == whole.work["mac"] == 294_912 * 28 * 28
    assert (parts.work["add"], parts.work.dots) == (whole.work["add"], whole.work.dots)


def test_a_depthwise_separable_convolution_saves_the_fraction_of_mobilenets() -> None:
    """Howard et al., 2017: 1 / N + 1 / D_K^2 of the work."""
    image = Input(X, Y, I)
    depthwise = sc.Conv2d(I, I, 3, padding="same", groups=I, bias=False).cost(image).work["mac"]
    pointwise = sc.Conv2d(I, H, 1, bias=False).cost(image).work["mac"]
    full = sc.Conv2d(I, H, 3, padding="same", bias=False).cost(image).work["mac"]
    assert ((depthwise + pointwise) / full).expand() == 1 / H + Rational(1, 9)


def test_a_separable_block_of_mobilenets_costs_what_the_paper_says() -> None:
    """Howard et al., 2017, equation 5: D_K^2 M D_F^2 + M N D_F^2, here of 14 x 14, 3 x 3, 512 to 512 channels."""
    net = sc.Sequential(
        "block", Input(14, 14, 512), sc.Conv2d(512, 512, 3, padding=1, groups=512, bias=False), sc.BatchNorm2d(512),
        sc.ReLU(), sc.Conv2d(512, 512, 1, bias=False), sc.BatchNorm2d(512), sc.ReLU(),
    )  # fmt: skip
    assert net.macs == 9 * 512 * 14**2 + 512 * 512 * 14**2 == 52_283_392
    assert net.parameters == 9 * 512 + 512 * 512 + 4 * 512


def test_vgg_16_has_the_parameters_and_products_that_are_published() -> None:
    """Simonyan and Zisserman, 2015, configuration D: 138 million parameters, 15.5 billion multiply-accumulates."""
    layers: list[Layer] = []
    channels = 3
    for blocks, more in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(blocks):
            layers += [sc.Conv2d(channels, more, 3, padding=1), sc.ReLU()]
            channels = more
        layers.append(sc.MaxPool2d(2))
    convolutions = sc.Sequential("convolutions", Input(224, 224, 3), *layers)
    assert convolutions.outputs[0].shape == (7, 7, 512)
    assert convolutions.macs == 15_346_630_656
    classes = [sc.Linear(25_088, 4096), sc.ReLU(), sc.Dropout(), sc.Linear(4096, 4096), sc.ReLU(), sc.Dropout()]
    vgg = sc.Sequential("vgg-16", Input(224, 224, 3), *layers, sc.Flatten(), *classes, sc.Linear(4096, 1000))
    assert (vgg.parameters, vgg.macs) == (138_357_544, 15_470_264_320)


def test_an_autoencoder_of_convolutions_costs_what_its_steps_say() -> None:
    """Strided down to 7 x 7 and transposed up again; a transposed step costs what the strided one back does."""
    image, half = Input(dimension("B"), 28, 28, 1), {"stride": 2, "padding": (K - 1) / 2}
    down = [sc.Conv2d(1, 100, K, **half), sc.Conv2d(100, 200, K, **half)]
    up = [
        sc.ConvTranspose2d(200, 100, K, output_padding=1, **half),
        sc.ConvTranspose2d(100, 1, K, output_padding=1, **half),
    ]
    net = sc.Sequential("autoencoder", image, *down, *up)
    assert net.outputs[0].shape == (B, 28, 28, 1)
    # K^2 times: 14 14 100 + 7 7 100 200 down; 7 7 200 100 + 14 14 100 up
    assert net.macs == B * 1_999_200 * K**2
    assert net.parameters == 40_200 * K**2 + 401
    at = net.at(K=3, B=1)
    assert (at.macs, at.parameters) == (17_992_800, 362_201)
    shapes = [node.outputs[0].shape for node in at.equation().nodes if node.outputs and len(node.outputs[0].shape) == 4]
    assert shapes == [(1, 14, 14, 100), (1, 7, 7, 200), (1, 14, 14, 100), (1, 28, 28, 1)]


def test_a_convolution_of_width_one_costs_and_computes_what_a_linear_layer_does() -> None:
    conv, linear = sc.Conv1d(I, H, 1), sc.Linear(I, H)
    for inputs in (Input(T, I), Input(B, T, I)):
        assert conv.cost(inputs) == linear.cost(inputs)
    x, W, b = np.random.default_rng(0).normal(size=(2, 5, 3)), np.arange(12.0).reshape(4, 3), np.arange(4.0)
    one, work = count(sc.Conv1d(3, 4, 1), x, weights={"weight": W[:, :, None], "bias": b})
    other, also = count(sc.Linear(3, 4), x, weights={"weight": W, "bias": b})
    assert np.allclose(one, other, atol=1e-12) and work == also


def test_a_convolution_as_wide_as_its_input_costs_what_a_linear_layer_on_all_of_it_does() -> None:
    conv, linear = sc.Conv2d(3, 7, (4, 5)).cost(Input(4, 5, 3)), sc.Linear(60, 7).cost(Input(60))
    assert (conv.work, conv.weights, conv.biases) == (linear.work, linear.weights, linear.biases)


def test_an_image_of_one_column_costs_what_a_sequence_does() -> None:
    flat, line = sc.Conv2d(I, H, (K, 1)).cost(Input(T, 1, I)), sc.Conv1d(I, H, K).cost(Input(T, I))
    assert (flat.work, flat.parameters, flat.activations) == (line.work, line.parameters, line.activations)


def test_padding_and_its_mode_cost_nothing_themselves() -> None:
    plain = sc.Conv1d(3, 4, 3).cost(Input(12, 3))
    for mode in ("zeros", "reflect", "replicate", "circular"):
        assert sc.Conv1d(3, 4, 3, padding=1, padding_mode=mode).cost(Input(10, 3)) == plain


def test_one_number_is_the_same_as_one_for_each_axis() -> None:
    one = sc.Conv2d(I, H, 3, 2, 1, 2).cost(Input(X, Y, I))
    assert one == sc.Conv2d(I, H, (3, 3), (2, 2), (1, 1), (2, 2)).cost(Input(X, Y, I))
    assert sc.Conv1d(I, H, (3,), (2,), (1,), (2,)).cost(Input(T, I)) == sc.Conv1d(I, H, 3, 2, 1, 2).cost(Input(T, I))


def test_kernels_lie_as_pytorch_has_them() -> None:
    assert weights_of(sc.Conv1d(4, 6, 3, groups=2), (9, 4)) == {"weight": (6, 2, 3), "bias": (6,)}
    assert weights_of(sc.Conv2d(4, 6, (3, 2), bias=False), (9, 9, 4)) == {"weight": (6, 4, 3, 2)}


# --- what is refused ---

ALL = pytest.mark.parametrize("kind", [sc.Conv1d, sc.Conv2d, sc.Conv3d])


@ALL
@pytest.mark.parametrize(
    ("channels", "name"), [((4, 6, 3), "in_channels=4, groups=3"), ((6, 4, 3), "out_channels=4, groups=3")]
)
def test_groups_divide_the_channels(kind: Any, channels: tuple[int, int, int], name: str) -> None:
    into, out, groups = channels
    with pytest.raises(ShapeError, match=f"{kind.__name__}: {name}; expected groups that divide"):
        kind(into, out, 3, groups=groups)


def test_symbolic_groups_are_checked_once_they_are_numbers() -> None:
    layer = sc.Conv1d(I, H, 3, groups=G)
    assert layer.cost(Input(T, I)).weights == 3 * H * I / G
    with pytest.raises(ShapeError, match="groups that divide in_channels"):
        layer.at_sizes({I: sc.read("4"), H: sc.read("6"), G: sc.read("3")})


@ALL
@pytest.mark.parametrize("stride", [2, 3, S])
def test_same_padding_has_no_stride(kind: Any, stride: Any) -> None:
    with pytest.raises(ShapeError, match=f"{kind.__name__}: padding 'same' with stride .*; expected stride 1"):
        kind(4, 6, 3, stride, "same")


@pytest.mark.parametrize(
    ("layer", "inputs", "reach"),
    [
        (sc.Conv1d(2, 3, 5), (4, 2), 5),
        (sc.Conv1d(2, 3, 8, padding=1), (5, 2), 8),
        (sc.Conv1d(2, 3, 3, dilation=4), (8, 2), 9),
        (sc.Conv1d(2, 3, 3, stride=5), (2, 2), 3),
        (sc.Conv2d(2, 3, (1, 5)), (9, 4, 2), 5),
        (sc.Conv2d(2, 3, (5, 1)), (4, 9, 2), 5),
    ],
    ids=repr,
)
def test_a_kernel_wider_than_the_padded_input_is_refused(layer: Layer, inputs: tuple[int, ...], reach: int) -> None:
    with pytest.raises(ShapeError, match=rf"Conv.* on input .*expected at least {reach} steps"):
        layer(Input(*inputs))
    with pytest.raises(ShapeError, match=f"expected at least {reach} steps"):
        execute(layer, np.ones(inputs))


@ALL
@pytest.mark.parametrize("wrong", ["full", "SAME", "", "reflect"])
def test_a_word_that_is_no_padding_is_refused(kind: Any, wrong: str) -> None:
    with pytest.raises(ShapeError, match=f"{kind.__name__}: padding is '{wrong}'; expected 'same', 'causal', 'valid'"):
        kind(4, 6, 3, padding=wrong)


@ALL
@pytest.mark.parametrize("wrong", [-1, 1.5, True, None, -P, (K - K - 1), Rational(3, 2), (1, -1), [-1, 0]])
def test_a_padding_that_is_no_number_of_zeros_is_refused(kind: Any, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"{kind.__name__}: padding is "):
        kind(4, 6, 3, padding=wrong)


def test_a_padding_that_becomes_a_fraction_is_refused_at_sizes() -> None:
    layer = sc.Conv1d(I, H, K, padding=(K - 1) / 2)
    assert layer.at_sizes({K: sc.read("5")}).padding == 2
    assert layer.at_sizes({K: sc.read("1")}).padding == 0
    with pytest.raises(DimensionError, match="Conv1d: padding is 3/2"):
        layer.at_sizes({K: sc.read("4")})


@ALL
@pytest.mark.parametrize("wrong", ["zero", "symmetric", None])
def test_a_padding_mode_that_pytorch_does_not_have_is_refused(kind: Any, wrong: Any) -> None:
    with pytest.raises(ShapeError, match=f"{kind.__name__}: padding_mode is .*zeros, reflect, replicate, circular"):
        kind(4, 6, 3, padding_mode=wrong)


@pytest.mark.parametrize("name", ["kernel_size", "stride", "padding", "dilation"])
@pytest.mark.parametrize(("kind", "axes"), [(sc.Conv1d, 1), (sc.Conv2d, 2), (sc.Conv3d, 3)])
def test_numbers_for_another_number_of_axes_are_refused(kind: Any, axes: int, name: str) -> None:
    with pytest.raises(ShapeError, match=rf"{kind.__name__}: {name} has 4 numbers; expected {axes}"):
        kind(4, 6, **{"kernel_size": 3, name: (1, 1, 1, 1)})


@ALL
@pytest.mark.parametrize("name", ["in_channels", "out_channels", "kernel_size", "stride", "dilation", "groups"])
@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_sizes_that_are_none_are_refused(kind: Any, name: str, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"{kind.__name__}: {name} is {wrong}"):
        kind(**{"in_channels": 4, "out_channels": 6, "kernel_size": 3, name: wrong})


def test_other_channels_than_the_kernel_has_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"Conv1d\(.*on input .*axis i=5; expected in_channels=4"):
        sc.Conv1d(4, 6, 3)(Input(9, 5))
    with pytest.raises(ShapeError, match=r"Conv2d\(.*on input "):
        sc.Conv2d(4, 6, 3, groups=2)(Input(9, 9, 5))


def test_the_formula_of_a_strided_convolution_is_right_at_every_length() -> None:
    formula: Expr = sc.Conv1d(2, 3, 3, stride=2, dilation=2, padding=1).cost(Input(T, 2)).work["mac"]
    for steps in range(3, 12):
        starts = range(-1, steps + 1 - 4, 2)  # the first tap of each window; the last one is 4 further on
        assert formula.xreplace({T: sc.read(str(steps))}) == len(starts) * 3 * 2 * 3
