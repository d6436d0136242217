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

T, X, Y, H, I, K, S, P, D, G = map(dimension, "TXYHIKSPDG")

KINDS = [(sc.ConvTranspose1d, 1), (sc.ConvTranspose2d, 2), (sc.ConvTranspose3d, 3)]
ALL = pytest.mark.parametrize(("kind", "axes"), KINDS)


# --- how many steps come out ---


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [  # by hand: (n - 1) s - 2 p + d (k - 1) + p_out + 1, here of 5 steps
        ({"kernel_size": 1}, 5),
        ({"kernel_size": 3}, 7),
        ({"kernel_size": 3, "stride": 2}, 11),
        ({"kernel_size": 2, "stride": 2}, 10),
        ({"kernel_size": 2, "stride": 4}, 18),
        ({"kernel_size": 3, "stride": 2, "padding": 1}, 9),
        ({"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}, 10),
        ({"kernel_size": 3, "dilation": 2}, 9),
        ({"kernel_size": 3, "stride": 3, "padding": 2, "output_padding": 2, "dilation": 4}, 19),
    ],
    ids=str,
)
def test_the_number_of_steps_is_that_of_the_textbook(arguments: dict[str, Any], steps: int) -> None:
    layer = sc.ConvTranspose1d(2, 3, **arguments)
    assert layer(Input(5, 2)).shape == (steps, 3)
    assert execute(layer, np.ones((5, 2))).shape == (steps, 3)
    assert layer(Input(T, 2)).shape[0].xreplace({T: sc.read("5")}) == steps
    # I H K products for each of the 5 steps that come in; an addition for each sum of products, and the biases
    taps = 5 * int(arguments["kernel_size"]) * 3
    assert layer.cost(Input(5, 2)).work == Work(mac=2 * taps, add=taps + 3 * steps, dots=taps)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", [0, 1])
def test_it_goes_back_to_the_lengths_that_a_convolution_came_from(kernel: int, stride: int, padding: int) -> None:
    for steps in range(max(1, kernel - 2 * padding), 12):
        short = int(sc.Conv1d(1, 1, kernel, stride, padding)(Input(steps, 1)).shape[0])
        lost = (steps + 2 * padding - kernel) % stride  # what the last stride did not reach
        back = sc.ConvTranspose1d(1, 1, kernel, stride, padding, lost)
        assert back(Input(short, 1)).shape == (steps, 1)


def test_each_axis_has_its_own_geometry() -> None:
    layer = sc.ConvTranspose2d(3, 5, (3, 2), (2, 1), (1, 0), (1, 0), dilation=(1, 4))
    assert layer(Input(4, 6, 3)).shape == (8, 10, 5)
    assert sc.ConvTranspose3d(3, 5, (1, 2, 3), (2, 1, 3))(Input(4, 5, 6, 3)).shape == (7, 6, 18, 5)


def test_symbolic_geometry_stays_a_formula() -> None:
    assert sc.ConvTranspose1d(I, H, K)(Input(T, I)).shape == (T + K - 1, H)
    assert sc.ConvTranspose1d(I, H, K, K)(Input(T, I)).shape == (K * T, H)
    made = sc.ConvTranspose1d(I, H, K, S, P, dilation=D)(Input(T, I)).shape[0]
    assert made == ((T - 1) * S - 2 * P + D * (K - 1) + 1).expand()


# --- what is computed ---


def test_values_by_hand() -> None:
    weights = {"weight": [[[1.0, 10.0, 100.0]]], "bias": [0.5]}
    x = np.array([[1.0], [2.0], [3.0]])

    def made(*arguments: int, **more: int) -> list[float]:
        return execute(sc.ConvTranspose1d(1, 1, 3, *arguments, **more), x, weights=weights)[:, 0].tolist()

    assert made() == [1.5, 12.5, 123.5, 230.5, 300.5]
    assert made(2) == [1.5, 10.5, 102.5, 20.5, 203.5, 30.5, 300.5]
    assert made(2, 1) == [10.5, 102.5, 20.5, 203.5, 30.5]
    assert made(2, 1, 1) == [10.5, 102.5, 20.5, 203.5, 30.5, 300.5]
    assert made(4) == [1.5, 10.5, 100.5, 0.5, 2.5, 20.5, 200.5, 0.5, 3.5, 30.5, 300.5]
    assert made(dilation=2) == [1.5, 2.5, 13.5, 20.5, 130.5, 200.5, 300.5]


def test_output_padding_adds_steps_that_have_the_bias_only_where_nothing_was_cut_off() -> None:
    layer = sc.ConvTranspose1d(1, 1, 1, 3, output_padding=2)
    made = execute(layer, [[1.0], [2.0]], weights={"weight": [[[1.0]]], "bias": [7.0]})
    assert made[:, 0].tolist() == [8, 7, 7, 9, 7, 7]


@pytest.mark.parametrize(("groups", "dilation", "padding"), [(1, 1, 0), (2, 1, 1), (1, 2, 1), (2, 2, 0)])
def test_it_is_the_transpose_of_the_convolution_with_the_same_kernel(groups: int, dilation: int, padding: int) -> None:
    """<conv x, y> = <x, transposed conv y>."""
    rng = np.random.default_rng(0)
    geometry = {"stride": 2, "padding": padding, "dilation": dilation, "groups": groups, "bias": False}
    forth, back = sc.Conv2d(4, 6, (3, 2), **geometry), sc.ConvTranspose2d(6, 4, (3, 2), **geometry)
    small = (3, 4)
    large = [(n - 1) * 2 - 2 * padding + dilation * (k - 1) + 1 for n, k in zip(small, (3, 2), strict=True)]
    x, y = rng.normal(size=(*large, 4)), rng.normal(size=(*small, 6))
    w = {"weight": rng.normal(size=(6, 4 // groups, 3, 2))}
    assert np.sum(execute(forth, x, weights=w) * y) == pytest.approx(np.sum(x * execute(back, y, weights=w)))


def test_groups_see_only_their_own_channels() -> None:
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(5, 4)), rng.normal(size=(4, 3, 2))
    made = execute(sc.ConvTranspose1d(4, 6, 2, groups=2, bias=False), x, weights={"weight": W})
    halves = [
        execute(
            sc.ConvTranspose1d(2, 3, 2, bias=False), x[:, 2 * g : 2 * g + 2], weights={"weight": W[2 * g : 2 * g + 2]}
        )
        for g in range(2)
    ]
    assert np.allclose(made, np.concatenate(halves, axis=-1), atol=1e-12)


# --- what it costs ---


@ALL
def test_products_are_those_of_the_steps_that_come_in_and_additions_those_of_their_sums(kind: Any, axes: int) -> None:
    shape = (*(4,) * axes, 3)
    taps = 4**axes * 2**axes * 5
    made, work = count(kind(3, 5, 2, 3, bias=False), np.ones(shape))
    assert made.shape == (*(11,) * axes, 5)
    assert work == kind(3, 5, 2, 3, bias=False).cost(Input(*shape)).work == Work(mac=3 * taps, add=taps, dots=taps)


def test_kernels_lie_as_pytorch_has_them() -> None:
    assert weights_of(sc.ConvTranspose1d(4, 6, 3, groups=2), (9, 4)) == {"weight": (4, 3, 3), "bias": (6,)}
    assert weights_of(sc.ConvTranspose2d(4, 6, (3, 2), bias=False), (9, 9, 4)) == {"weight": (4, 6, 3, 2)}


def test_groups_divide_weights_and_work_but_not_biases() -> None:
    whole, parts = (sc.ConvTranspose2d(8, 4, 3, groups=groups).cost(Input(5, 5, 8)) for groups in (1, 4))
    assert (parts.weights * 4, parts.biases) == (whole.weights, whole.biases) == (288, 4)
    assert parts.work["mac"] * 4 == whole.work["mac"] == 25 * 288


def test_a_stride_as_wide_as_the_kernel_costs_what_a_linear_layer_to_all_taps_does() -> None:
    """No window overlaps: the products are those of I to K H channels."""
    up, linear = sc.ConvTranspose1d(I, H, K, K).cost(Input(T, I)), sc.Linear(I, K * H).cost(Input(T, I))
    assert (up.work["mac"], up.work.dots, up.weights) == (linear.work["mac"], linear.work.dots, linear.weights)


# --- what is refused ---


@ALL
@pytest.mark.parametrize(
    ("channels", "name"), [((4, 6, 3), "in_channels=4, groups=3"), ((6, 4, 3), "out_channels=4, groups=3")]
)
def test_groups_divide_the_channels(kind: Any, axes: int, channels: tuple[int, int, int], name: str) -> None:
    into, out, groups = channels
    with pytest.raises(
        ShapeError, match=f"^{kind.__name__}: {name}; expected groups that divide {name.partition('=')[0]}$"
    ):
        kind(into, out, 3, groups=groups)


@ALL
@pytest.mark.parametrize("name", ["kernel_size", "stride", "padding", "output_padding", "dilation"])
def test_numbers_for_another_number_of_axes_are_refused(kind: Any, axes: int, name: str) -> None:
    with pytest.raises(ShapeError, match=f"^{kind.__name__}: {name} has 4 numbers; expected {axes}$"):
        kind(4, 6, **{"kernel_size": 3, name: (1, 1, 1, 1)})


@ALL
@pytest.mark.parametrize("name", ["padding", "output_padding"])
@pytest.mark.parametrize("wrong", [-1, 1.5, True, None, "same", (1, -1)])
def test_a_margin_that_is_no_number_is_refused(kind: Any, axes: int, name: str, wrong: Any) -> None:
    with pytest.raises(
        DimensionError, match=f"^{kind.__name__}: {name} is .*expected 0, a size, or one each for the axes"
    ):
        kind(4, 6, 3, **{name: wrong})


@pytest.mark.parametrize("padding", [2, 3])
def test_a_padding_that_leaves_nothing_is_refused(padding: int) -> None:
    layer = sc.ConvTranspose1d(1, 1, 3, padding=padding)
    with pytest.raises(
        ShapeError, match=rf"ConvTranspose1d\(.*on input .*axis t=4 and padding {padding}; expected a step"
    ):
        layer(Input(2, 1))
    assert sc.ConvTranspose1d(1, 1, 3, padding=1)(Input(2, 1)).shape == (2, 1)


def test_other_channels_than_the_kernel_has_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"ConvTranspose1d\(.*on input .*axis i=5; expected in_channels=4"):
        sc.ConvTranspose1d(4, 6, 3)(Input(9, 5))


def test_output_padding_is_less_than_the_stride_or_the_dilation_as_in_pytorch() -> None:
    with pytest.raises(ShapeError, match="output_padding=5, stride=2, dilation=1; expected output_padding less than"):
        sc.ConvTranspose1d(7, 6, 3, stride=2, output_padding=5)
    assert sc.ConvTranspose1d(7, 6, 3, stride=2, output_padding=1).cost().parameters == 7 * 6 * 3 + 6
