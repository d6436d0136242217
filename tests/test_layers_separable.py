from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

T, H, I, K, X, Y = map(dimension, "THIKXY")

SEPARABLE = [(sc.SeparableConv1d, sc.Conv1d, 1), (sc.SeparableConv2d, sc.Conv2d, 2)]
DEPTHWISE = [(sc.DepthwiseConv1d, sc.Conv1d, 1), (sc.DepthwiseConv2d, sc.Conv2d, 2)]


@pytest.mark.parametrize(("kind", "plain", "axes"), SEPARABLE)
@pytest.mark.parametrize("arguments", [{}, {"stride": 2, "padding": 1}, {"padding": "causal", "dilation": 2}], ids=str)
def test_a_separable_convolution_is_a_plain_one_whose_kernel_is_a_product(
    kind: Any, plain: Any, axes: int, arguments: dict[str, Any]
) -> None:
    shape = ((*(7,) * axes, 3),)
    weights = {
        name: np.random.default_rng(0).normal(size=size)
        for name, size in weights_of(kind(3, 4, 3, **arguments), *shape).items()
    }
    whole = np.einsum("hi,i...->hi...", weights["pointwise.weight"], weights["depthwise.weight"][:, 0])
    x = np.random.default_rng(1).normal(size=shape[0])
    expected = execute(plain(3, 4, 3, **arguments), x, weights={"weight": whole, "bias": weights["pointwise.bias"]})

    assert np.allclose(execute(kind(3, 4, 3, **arguments), x, weights=weights), expected, atol=1e-12)


def test_what_is_saved_is_the_papers_factor() -> None:
    """Howard et al., section 3.1: 1/N + 1/D_K^2 of the work of a plain convolution."""
    x = Input(X, Y, I)
    saved, plain = (kind(I, H, K, padding="same", bias=False).cost(x) for kind in (sc.SeparableConv2d, sc.Conv2d))

    assert (saved.work["mac"] / plain.work["mac"] - (1 / H + 1 / K**2)).simplify() == 0
    assert saved.parameters == K**2 * I + I * H


@pytest.mark.parametrize(("kind", "plain", "axes"), DEPTHWISE)
def test_a_depthwise_convolution_is_one_of_as_many_groups_as_channels(kind: Any, plain: Any, axes: int) -> None:
    x = Input(*(9,) * axes, I)
    grouped = plain(I, I, K, padding="same", groups=I)

    assert kind(I, K, padding="same").cost(x) == grouped.cost(x)
    assert grouped.cost(x).work["mac"] == K**axes * I * 9**axes


@pytest.mark.parametrize(("kind", "axes"), [(kind, axes) for kind, _, axes in SEPARABLE])
def test_the_parts_have_names_of_their_own_and_one_bias(kind: Any, axes: int) -> None:
    assert weights_of(kind(3, 4, 2), (*(5,) * axes, 3)) == {
        "depthwise.weight": (3, 1, *(2,) * axes), "pointwise.weight": (4, 3), "pointwise.bias": (4,),
    }  # fmt: skip
    assert "pointwise.bias" not in weights_of(kind(3, 4, 2, bias=False), (*(5,) * axes, 3))


@pytest.mark.parametrize(
    "make", [lambda **given: sc.SeparableConv1d(3, 4, **given), lambda **given: sc.DepthwiseConv1d(3, **given)]
)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"padding": "full"}, "padding is 'full'; expected 'same', 'causal', 'valid' or a number"),
        ({"padding": "same", "stride": 2}, "padding 'same' with stride 2; expected stride 1"),
        ({"padding_mode": "mirror"}, "padding_mode is 'mirror'; expected one of zeros"),
        ({"kernel_size": (2, 2)}, "kernel_size has 2 numbers; expected 1"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(make: Any, given: dict[str, Any], told: str) -> None:
    with pytest.raises(ShapeError, match=told):
        make(**{"kernel_size": 3, **given})


@pytest.mark.parametrize("wrong", [-1, 1.5, None])
def test_a_padding_that_is_no_number_is_refused(wrong: Any) -> None:
    with pytest.raises(DimensionError, match="padding is "):
        sc.SeparableConv2d(3, 4, 3, padding=wrong)


def test_other_channels_are_refused() -> None:
    with pytest.raises(ShapeError, match="axis i=5; expected channels=3"):
        sc.DepthwiseConv1d(3, 2)(Input(T, 5))
