from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sympy import Integer, Rational

from symcost import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.layers.spatial import each_axis, margin

P, K = map(dimension, "PK")


@dataclass
class Two:
    """What looks like a layer over two axes."""

    sizes: Any = 1
    axes = ("x", "y")


# --- margins ---


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (0, 0),
        (Integer(0), 0),
        (3, 3),
        (P, P),
        ((K - 1) / 2, (K - 1) / 2),
        ((0, 1), (0, 1)),
        ([2, 0], (2, 0)),
        ((P, 0), (P, 0)),
    ],
    ids=str,
)
def test_a_margin_is_a_size_or_nothing_or_several(given: Any, made: Any) -> None:
    found = margin(given, "Conv: padding")
    assert found == made
    assert all(hasattr(each, "free_symbols") for each in (found if isinstance(found, tuple) else (found,)))


@pytest.mark.parametrize("wrong", [-1, 1.5, True, False, None, "same", -P, Rational(1, 2)], ids=str)
def test_what_is_no_margin_is_refused_by_its_name(wrong: Any) -> None:
    for given in (wrong, (0, wrong)):
        with pytest.raises(DimensionError) as caught:
            margin(given, "Conv: padding")
        assert str(caught.value).startswith("Conv: padding is ")
        assert caught.value.expected == "0, a size, or one each for the axes"


def test_text_is_refused_with_what_to_do() -> None:
    with pytest.raises(DimensionError) as caught:
        margin("K", "Conv: padding")
    told = "Conv: padding is 'K'; expected 0, a size, or one each for the axes; text goes through symcost.read"
    assert str(caught.value) == told


# --- one for each axis ---


@pytest.mark.parametrize(("given", "made"), [(3, (3, 3)), (K, (K, K)), ((1, 2), (1, 2)), (None, (None, None))])
def test_an_argument_is_one_for_all_axes_or_one_each(given: Any, made: Any) -> None:
    assert each_axis(Two(given), "sizes") == made


@pytest.mark.parametrize("given", [(), (1,), (1, 2, 3)])
def test_another_number_of_them_is_refused(given: Any) -> None:
    with pytest.raises(ShapeError) as caught:
        each_axis(Two(given), "sizes")
    assert str(caught.value) == f"Two: sizes has {len(given)} numbers; expected 2"
