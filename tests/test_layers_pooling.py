from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Rational

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute
from symcost.tensor import Input

B, T, X, Y, C, K, M, P = map(dimension, "BTXYCKMP")

KINDS = {
    1: (sc.MaxPool1d, sc.AvgPool1d),
    2: (sc.MaxPool2d, sc.AvgPool2d),
    3: (sc.MaxPool3d, sc.AvgPool3d),
}
ADAPTIVE = {
    1: (sc.AdaptiveMaxPool1d, sc.AdaptiveAvgPool1d),
    2: (sc.AdaptiveMaxPool2d, sc.AdaptiveAvgPool2d),
    3: (sc.AdaptiveMaxPool3d, sc.AdaptiveAvgPool3d),
}
ALL = [(kind, axes) for axes, kinds in KINDS.items() for kind in kinds]
ALL_ADAPTIVE = [(kind, axes) for axes, kinds in ADAPTIVE.items() for kind in kinds]

# The image that the lecture pools.
IMAGE = np.array([[31.0, 15, 28, 184], [0, 100, 70, 38], [12, 12, 7, 2], [12, 12, 45, 6]])[..., None]


def _image(x: Any) -> Any:
    return x[..., 0].tolist()


# --- what is computed ---


def test_the_largest_of_two_by_two_takes_three_comparisons_an_output() -> None:
    made, work = count(sc.MaxPool2d(2, stride=2), IMAGE)
    assert _image(made) == [[100, 184], [12, 45]]
    assert work == sc.MaxPool2d(2).cost(Input(4, 4, 1)).work == Work(compare=4 * 3)


def test_the_mean_of_two_by_two_takes_three_additions_and_a_division_an_output() -> None:
    made, work = count(sc.AvgPool2d(2), IMAGE)
    assert _image(made) == [[36.5, 80.0], [12.0, 15.0]]
    assert work == Work(add=4 * 3, div=4)


def test_windows_that_overlap_are_reduced_each_by_itself() -> None:
    made, work = count(sc.MaxPool2d(3, 1), IMAGE)
    assert _image(made) == [[100, 184], [100, 100]]
    assert work == Work(compare=4 * 8)


@pytest.mark.parametrize(
    ("layer", "made"),
    [
        (sc.MaxPool1d(2), [5, 4]),
        (sc.MaxPool1d(2, 1), [5, 5, 4, 4]),
        (sc.MaxPool1d(2, 2, 1), [1, 5, 4]),
        (sc.MaxPool1d(3, 1, 1), [5, 5, 5, 4, 4]),
        (sc.MaxPool1d(2, 1, 0, 2), [3, 5, 3]),
        (sc.AvgPool1d(2), [3, 3.5]),
        (sc.AvgPool1d(2, 3), [3, 3]),
        (sc.AvgPool1d(2, 2, 1), [0.5, 4, 3]),
        (sc.AvgPool1d(3, 3, 1), [2, 3]),
        (sc.AdaptiveMaxPool1d(1), [5]),
        (sc.AdaptiveMaxPool1d(2), [5, 4]),
        (sc.AdaptiveMaxPool1d(5), [1, 5, 3, 4, 2]),
        (sc.AdaptiveAvgPool1d(1), [3]),
        (sc.AdaptiveAvgPool1d(2), [3, 3]),
        (sc.AdaptiveAvgPool1d(3), [3, 4, 3]),
    ],
    ids=repr,
)
def test_values_over_time_by_hand(layer: Any, made: list[float]) -> None:
    x = np.array([1.0, 5.0, 3.0, 4.0, 2.0])[:, None]
    assert execute(layer, x)[:, 0].tolist() == made


def test_padding_is_less_than_every_number_for_the_largest_and_zero_for_the_mean() -> None:
    x = np.array([[-4.0], [-2.0]])
    assert execute(sc.MaxPool1d(2, 1, 1), x)[:, 0].tolist() == [-4, -2, -2]
    assert execute(sc.AvgPool1d(2, 1, 1), x)[:, 0].tolist() == [-2, -3, -1]


def test_channels_and_leading_axes_stay_as_they_are() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6, 5))
    made = execute(sc.MaxPool2d((2, 3)), x)
    assert made.shape == (2, 3, 2, 2, 5)
    assert np.array_equal(made, x.reshape(2, 3, 2, 2, 2, 3, 5).max(axis=(3, 5)))
    assert np.allclose(execute(sc.AvgPool2d((2, 3)), x), x.reshape(2, 3, 2, 2, 2, 3, 5).mean(axis=(3, 5)), atol=1e-12)


def test_volumes_are_pooled_over_all_three_axes() -> None:
    x = np.random.default_rng(0).normal(size=(4, 2, 6, 5))
    cut = x.reshape(2, 2, 1, 2, 3, 2, 5)
    assert np.array_equal(execute(sc.MaxPool3d(2), x), cut.max(axis=(1, 3, 5)))
    assert np.allclose(execute(sc.AvgPool3d(2), x), cut.mean(axis=(1, 3, 5)), atol=1e-12)
    assert sc.MaxPool3d(2).cost(Input(4, 2, 6, 5)).work == Work(compare=2 * 1 * 3 * 5 * 7)


# --- how many windows ---


@pytest.mark.parametrize("kind", [sc.MaxPool1d, sc.AvgPool1d])
@pytest.mark.parametrize(
    ("arguments", "steps"),
    [((2,), 5), ((3,), 3), ((10,), 1), ((3, 2), 4), ((3, 1), 8), ((3, 1, 1), 10), ((3, 2, 1), 5), ((2, 2, 1), 6)],
)
def test_the_number_of_windows_is_w_minus_f_plus_2p_by_s_plus_1(kind: Any, arguments: Any, steps: int) -> None:
    assert kind(*arguments)(Input(10, C)).shape == (steps, C)
    formula = kind(*arguments)(Input(T, C)).shape[0]
    assert formula.xreplace({T: sc.read("10")}) == steps


def test_the_stride_is_the_width_unless_given() -> None:
    assert sc.MaxPool1d(K)(Input(K * T, C)).shape == (T, C)
    assert sc.MaxPool2d((2, 3))(Input(8, 9, C)).shape == (4, 3, C)
    assert sc.MaxPool2d((2, 3), 1)(Input(8, 9, C)).shape == (7, 7, C)
    assert sc.AvgPool2d(K).cost(Input(K * X, K * Y, C)).work == Work(add=X * Y * C * (K**2 - 1), div=X * Y * C)


@pytest.mark.parametrize(("kind", "axes"), ALL)
def test_nothing_is_learned(kind: Any, axes: int) -> None:
    cost = kind(2).cost(Input(*(4,) * axes, 3))
    assert (cost.parameters, cost.state, cost.activations) == (0, 0, 2**axes * 3)


# --- adaptive ---


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("which", [0, 1])
def test_windows_that_divide_their_axis_cost_and_make_what_plain_pooling_does(axes: int, which: int) -> None:
    adaptive, plain = ADAPTIVE[axes][which](2), KINDS[axes][which](3)
    shape = (*(6,) * axes, 2)
    assert adaptive.cost(Input(*shape)).work == plain.cost(Input(*shape)).work
    x = np.random.default_rng(0).normal(size=shape)
    assert np.allclose(execute(adaptive, x), execute(plain, x), atol=1e-12)


def test_pooling_over_all_places_has_one_division_a_channel() -> None:
    assert sc.AdaptiveAvgPool2d(1).cost(Input(B, 7, 7, C)).work == Work(add=48 * B * C, div=B * C)
    x = np.random.default_rng(0).normal(size=(2, 7, 5, 3))
    assert np.allclose(execute(sc.AdaptiveAvgPool2d(1), x)[:, 0, 0], x.mean(axis=(1, 2)), atol=1e-12)


def test_windows_that_do_not_divide_overlap_and_each_is_reduced_by_itself() -> None:
    """Of 5 in 2: 0 to 2 and 2 to 4. Of 7 in 3: 0 to 2, 2 to 4, 4 to 6."""
    x = np.random.default_rng(0).normal(size=(5, 7, 2))
    parts = [(slice(0, 3), slice(2, 5)), (slice(0, 3), slice(2, 5), slice(4, 7))]
    made, work = count(sc.AdaptiveAvgPool2d((2, 3)), x)
    expected = [[x[rows, columns].mean(axis=(0, 1)) for columns in parts[1]] for rows in parts[0]]
    assert np.allclose(made, expected, atol=1e-12)
    assert work == sc.AdaptiveAvgPool2d((2, 3)).cost(Input(5, 7, 2)).work == Work(add=6 * 8 * 2, div=6 * 2)


def test_more_windows_than_places_repeat_them() -> None:
    assert execute(sc.AdaptiveAvgPool1d(4), [[1.0], [2.0]])[:, 0].tolist() == [1, 1, 2, 2]
    assert execute(sc.AdaptiveMaxPool1d(3), [[1.0], [2.0]])[:, 0].tolist() == [1, 2, 2]


def test_symbolic_windows_are_even() -> None:
    assert sc.AdaptiveMaxPool1d(M)(Input(T, C)).shape == (M, C)
    assert sc.AdaptiveMaxPool1d(M).cost(Input(T, C)).work == Work(compare=C * T - C * M)
    assert sc.AdaptiveMaxPool1d(M).cost(Input(3 * M, C)).work == Work(compare=2 * C * M)


# --- what is refused ---


@pytest.mark.parametrize(("kind", "axes"), ALL)
def test_a_padding_of_more_than_half_the_kernel_is_refused(kind: Any, axes: int) -> None:
    told = f"{kind.__name__}: padding=2, kernel_size=3; expected padding of at most half the kernel"
    with pytest.raises(ShapeError) as caught:
        kind(3, padding=2)
    assert str(caught.value) == told
    assert kind(4, padding=2).padding == 2
    assert kind(K, padding=P).padding == P  # not known to be too much


@pytest.mark.parametrize(("kind", "axes"), ALL)
@pytest.mark.parametrize("name", ["kernel_size", "stride", "padding"])
def test_numbers_for_another_number_of_axes_are_refused(kind: Any, axes: int, name: str) -> None:
    with pytest.raises(ShapeError) as caught:
        kind(**{"kernel_size": 4, name: (1,) * 4})
    assert str(caught.value) == f"{kind.__name__}: {name} has 4 numbers; expected {axes}"


@pytest.mark.parametrize(("kind", "axes"), ALL_ADAPTIVE)
def test_windows_for_another_number_of_axes_are_refused(kind: Any, axes: int) -> None:
    with pytest.raises(ShapeError) as caught:
        kind((1,) * 4)
    assert str(caught.value) == f"{kind.__name__}: output_size has 4 numbers; expected {axes}"


@pytest.mark.parametrize(("kind", "axes"), ALL)
@pytest.mark.parametrize("wrong", [-1, 1.5, True, None, "same", (-1,)])
def test_a_padding_that_is_no_number_is_refused(kind: Any, axes: int, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"{kind.__name__}: padding is .*expected 0, a size, or one each"):
        kind(4, padding=wrong)


@pytest.mark.parametrize(("kind", "axes"), ALL)
@pytest.mark.parametrize(("name", "wrong"), [("kernel_size", 0), ("stride", 0), ("stride", 1.5), ("kernel_size", "K")])
def test_sizes_that_are_none_are_refused(kind: Any, axes: int, name: str, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"{kind.__name__}: {name} is {wrong!r}"):
        kind(**{"kernel_size": 4, name: wrong})


@pytest.mark.parametrize("wrong", [0, -1, 0.5, Rational(1, 2)])
def test_a_number_of_windows_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"AdaptiveAvgPool1d: output_size is {wrong}"):
        sc.AdaptiveAvgPool1d(wrong)


def test_a_window_wider_than_the_padded_input_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"MaxPool1d\(.*on input .*expected at least 3 steps"):
        sc.MaxPool1d(3)(Input(2, 1))
    with pytest.raises(ShapeError, match="expected at least 5 steps"):
        sc.MaxPool2d(3, dilation=2)(Input(9, 4, 1))


def test_windows_that_cannot_be_laid_out_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"axis t=3 M in 2 M windows; expected windows of whole steps"):
        sc.AdaptiveAvgPool1d(2 * M)(Input(3 * M, C))
