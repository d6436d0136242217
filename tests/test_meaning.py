from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer

from symcost import addressing, associative, constants, operations, views
from symcost.addressing import Gather, OverlapAdd, ScatterAdd, Upsample
from symcost.arithmetic import CountedScalars, WholeArrays
from symcost.cost import Work
from symcost.equation import Structured
from symcost.errors import ShapeError
from symcost.meaning import MEANING
from symcost.operations import Operation, Priced, Weight
from symcost.tensor import Input
from symcost.views import Broadcast, Flip, Pad, Window


def _classes(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _classes(each)


def meant(operation: Operation, *inputs: Any) -> np.ndarray[Any, Any]:
    """What an operation makes of arrays."""
    return MEANING[type(operation)](operation, [np.asarray(each, dtype=float) for each in inputs], WholeArrays())


def numbers(*given: int) -> tuple[Integer, ...]:
    return tuple(map(Integer, given))


# --- the table ---


def test_every_operation_that_holds_no_equation_and_is_no_leaf_has_a_row() -> None:
    shipped = {kind for kind in _classes(Operation) if kind.__module__.startswith("symcost.")}
    structured = {kind for kind in shipped if issubclass(kind, Structured)}
    leaves = {Weight, Priced}
    assert set(MEANING) == {kind for kind in shipped - structured - leaves if not kind.__subclasses__()} - {Input}
    modules = (operations, views, addressing, constants, associative)
    assert {kind.__module__ for kind in MEANING} == {module.__name__ for module in modules}


# --- look-up ---


def test_rows_are_looked_up_by_their_numbers() -> None:
    table = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert meant(Gather(), [[2, 0], [0, 1]], table).tolist() == [[[5, 6], [1, 2]], [[1, 2], [3, 4]]]
    assert meant(Gather(), 1, table).tolist() == [3, 4]


@pytest.mark.parametrize(("wrong", "told"), [(3, "3"), (-1, "-1"), (1.5, "1.5"), (float("nan"), "nan")])
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
def test_a_number_that_no_row_has_is_refused(wrong: float, told: str) -> None:
    with pytest.raises(ShapeError) as caught:
        meant(Gather(), [0, wrong], [[1.0], [2.0], [3.0]])
    assert str(caught.value) == f"gather: row {told}; expected whole numbers from 0 to 2"


@given(st.lists(st.integers(0, 3), max_size=6), st.integers(1, 3))
def test_rows_are_put_back_by_their_numbers_and_each_is_added_once(given: list[int], width: int) -> None:
    rows = np.random.default_rng(0).normal(size=(len(given), width))
    expected = np.zeros((4, width))
    for number, row in zip(given, rows, strict=True):
        expected[number] += row
    assert np.allclose(meant(ScatterAdd(Integer(4)), given, rows), expected, atol=1e-12)
    counted = CountedScalars()
    made = MEANING[ScatterAdd](ScatterAdd(Integer(4)), [np.array(given), rows.astype(object)], counted)
    assert np.allclose(made.astype(float), expected, atol=1e-12) and counted.work == Work(add=rows.size)


def test_a_scalar_is_put_back_where_a_table_has_no_columns() -> None:
    assert meant(ScatterAdd(Integer(3)), [[2, 0], [2, 2]], [[1.0, 20.0], [300.0, 4000.0]]).tolist() == [20, 0, 4301]


# --- the same numbers again, or backwards ---


def test_a_tensor_is_seen_again_along_new_axes_or_along_axes_of_one() -> None:
    again = Broadcast((-3, -1), ("a", "b"), numbers(2, 3))
    assert meant(again, [1.0, 2.0]).tolist() == [[[1] * 3, [2] * 3]] * 2
    stretched = Broadcast((-1,), ("b",), numbers(3), keep=True)
    assert meant(stretched, [[1.0], [2.0]]).tolist() == [[1, 1, 1], [2, 2, 2]]
    assert meant(stretched, [[[1.0], [2.0]]]).tolist() == [[[1, 1, 1], [2, 2, 2]]]


def test_an_axis_is_turned_round() -> None:
    assert meant(Flip(-1), [[1.0, 2.0, 3.0]]).tolist() == [[3, 2, 1]]
    assert meant(Flip(-2), [[1.0], [2.0]]).tolist() == [[2], [1]]


# --- repetition ---


def test_places_are_repeated_one_behind_the_other() -> None:
    x = [[1.0, 2.0], [3.0, 4.0]]
    assert meant(Upsample(-2, Integer(2)), x).tolist() == [[1, 2], [1, 2], [3, 4], [3, 4]]
    assert meant(Upsample(-1, Integer(3)), x).tolist() == [[1, 1, 1, 2, 2, 2], [3, 3, 3, 4, 4, 4]]


# --- overlap-add ---


@pytest.mark.parametrize(
    ("stride", "dilation", "made"),
    [
        (1, 1, [1, 20 + 3, 300 + 40 + 5, 500 + 60, 700]),
        (2, 1, [1, 20, 300 + 3, 40, 500 + 5, 60, 700]),
        (3, 1, [1, 20, 300, 3, 40, 500, 5, 60, 700]),
        (4, 1, [1, 20, 300, 0, 3, 40, 500, 0, 5, 60, 700]),
        (1, 2, [1, 3, 20 + 5, 40, 300 + 60, 500, 700]),
    ],
)
def test_overlaps_are_added_up_and_gaps_are_nothing(stride: int, dilation: int, made: list[int]) -> None:
    windows = [[1.0, 20.0, 300.0], [3.0, 40.0, 500.0], [5.0, 60.0, 700.0]]
    operation = OverlapAdd((-2,), numbers(stride), numbers(dilation))
    assert meant(operation, windows).tolist() == made


sizes = st.integers(1, 3)


@given(st.tuples(sizes, sizes, sizes, sizes), st.tuples(sizes, sizes), st.tuples(sizes, sizes))
def test_overlap_add_puts_every_number_where_its_window_has_it_and_counts_it_once(
    shape: tuple[int, ...], strides: tuple[int, int], dilations: tuple[int, int]
) -> None:
    x = np.random.default_rng(0).normal(size=(2, *shape, 2))
    steps, widths = shape[::2], shape[1::2]
    geometry = zip(steps, widths, strides, dilations, strict=True)
    lengths = [(n - 1) * s + d * (k - 1) + 1 for n, k, s, d in geometry]
    expected = np.zeros((2, *lengths, 2))
    for i, k, j, m in np.ndindex(*shape):
        place = (i * strides[0] + k * dilations[0], j * strides[1] + m * dilations[1])
        expected[:, place[0], place[1]] += x[:, i, k, j, m]
    operation = OverlapAdd((-5, -3), numbers(*strides), numbers(*dilations))
    assert np.allclose(meant(operation, x), expected, atol=1e-12)
    counted = CountedScalars()
    made = MEANING[OverlapAdd](operation, [x.astype(object)], counted)
    assert np.allclose(made.astype(float), expected, atol=1e-12)
    assert counted.work == Work(add=x.size)


@given(sizes, sizes, sizes, sizes)
def test_overlap_add_is_the_transpose_of_the_windows(steps: int, width: int, stride: int, dilation: int) -> None:
    """<windows of x, w> = <x, overlap-add of w>."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=((steps - 1) * stride + dilation * (width - 1) + 1, 2))
    w = rng.normal(size=(steps, width, 2))
    windows = meant(Window(-2, *numbers(width, stride, dilation), "k"), x)
    joined = meant(OverlapAdd((-3,), numbers(stride), numbers(dilation)), w)
    assert np.sum(windows * w) == pytest.approx(np.sum(x * joined), abs=1e-12)


# --- padding ---


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        ("zeros", [0, 0, 1, 2, 3, 0]),
        ("lowest", [-np.inf, -np.inf, 1, 2, 3, -np.inf]),
        ("reflect", [3, 2, 1, 2, 3, 2]),
        ("replicate", [1, 1, 1, 2, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1]),
    ],
)
def test_padding_puts_in_what_its_mode_says(mode: str, made: list[float]) -> None:
    assert meant(Pad(-1, *numbers(2, 1), mode), [1.0, 2.0, 3.0]).tolist() == made
