from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, expand

from symcost import dimension
from symcost.bands import Band
from symcost.errors import ShapeError

T, S, w, P = map(dimension, ["T", "S", "w", "P"])
ZERO = Integer(0)

_reach = st.one_of(st.none(), st.integers(0, 9))


def _band(before: int | None, after: int | None) -> Band:
    return Band(*(None if each is None else Integer(each) for each in (before, after)))


@given(rows=st.integers(1, 8), columns=st.integers(1, 8), before=_reach, after=_reach)
def test_pairs_are_as_many_as_one_counts_one_by_one(
    rows: int, columns: int, before: int | None, after: int | None
) -> None:
    band = _band(before, after)
    asked = [sum(band.holds(row, column) for column in range(columns)) for row in range(rows)]
    if 0 in asked:
        with pytest.raises(ShapeError, match="one at least for each"):
            band.pairs(Integer(rows), Integer(columns))
    else:
        assert band.pairs(Integer(rows), Integer(columns)) == sum(asked)


@pytest.mark.parametrize(
    ("band", "rows", "columns", "pairs"),
    [
        (Band(None, None), T, S, T * S),
        (Band(None, ZERO), T, T, T * (T + 1) / 2),
        (Band(w - 1, ZERO), T, T, w * T - w * (w - 1) / 2),
        (Band(w - 1, w - 1), T, T, (2 * w - 1) * T - w * (w - 1)),
        (Band(None, P), T, T + P, T * (2 * P + T + 1) / 2),  # behind a prompt of P steps that all may ask
        (Band(None, ZERO), T, T + P, T * (T + 1) / 2),
    ],
    ids=str,
)
def test_pairs_of_symbolic_sizes_are_the_textbooks(band: Band, rows: object, columns: object, pairs: object) -> None:
    assert band.pairs(rows, columns) == expand(pairs)


def test_a_window_is_no_wider_than_the_steps_there_are() -> None:
    assert [str(each) for each in Band(w - 1, ZERO).conditions(T, T)] == ["w is at most T"]
    assert Band(None, ZERO).conditions(T, T) == ()


def test_a_corner_of_which_it_is_unknown_where_it_ends_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"a band over T steps with a corner of S - 1; .*give both axes one size"):
        Band(None, ZERO).pairs(T, S)


def test_bounds_have_other_sizes_as_everything_has() -> None:
    assert Band(w - 1, ZERO).at_sizes({w: Integer(4)}) == Band(Integer(3), ZERO)
    assert Band(None, None).at_sizes({w: Integer(4)}) == Band(None, None)
