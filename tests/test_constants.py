from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Integer

from symcost import dimension
from symcost.arithmetic import WholeArrays
from symcost.axes import shown
from symcost.constants import FORMULAS, Constant
from symcost.cost import Cost
from symcost.equation import Equation
from symcost.errors import ShapeError, UnknownName
from symcost.functional import constant
from symcost.meaning import MEANING, TABLES
from symcost.tensor import Input

T, D, N, S = map(dimension, "TDNS")


def table(formula: str, *shape: int, base: float) -> Any:
    operation = Constant(formula, tuple(map(Integer, shape)), base)
    return MEANING[Constant](operation, [], WholeArrays())


def test_every_formula_has_a_meaning_and_each_meaning_a_formula() -> None:
    assert set(FORMULAS) == set(TABLES)


def test_a_table_costs_nothing_is_not_learned_and_is_no_step() -> None:
    x = Input(T, D)
    alone = Equation((x,), (constant("sine", T, D, base=2.0),))

    assert alone.cost == Cost()
    assert alone.is_free


@pytest.mark.parametrize(
    ("made", "axes"),
    [
        (constant("sine", T, D / 2, base=10.0), "(t=T, k=D/2)"),
        (constant("cosine", 5, D, base=10.0), "(t=5, k=D)"),
        (constant("distance", N, T, S, base=10.0), "(n=N, t=T, s=S)"),
    ],
)
def test_a_table_has_the_axes_of_its_formula(made: Any, axes: str) -> None:
    assert shown(made.axes) == axes


def test_waves_go_slower_from_one_frequency_to_the_next() -> None:
    """Two frequencies of base 4: 1 and 4^(-1/2) = 1/2."""
    angles = np.array([[0, 0], [1, 0.5], [2, 1]])

    assert np.allclose(table("sine", 3, 2, base=4.0), np.sin(angles), atol=1e-15)
    assert np.allclose(table("cosine", 3, 2, base=4.0), np.cos(angles), atol=1e-15)


def test_distances_are_scaled_by_the_slopes_of_the_heads() -> None:
    """Press et al., section 3: for 8 heads the slopes are 1/2, 1/4, ..., 1/256."""
    made = table("distance", 8, 4, 4, base=256.0)

    assert np.allclose(made[:, 3, 2], [-(2.0**-head) for head in range(1, 9)])
    assert made[0].tolist() == [[0, -0.5, -1, -1.5], [-0.5, 0, -0.5, -1], [-1, -0.5, 0, -0.5], [-1.5, -1, -0.5, 0]]


def test_a_table_at_sizes_is_the_table_of_these_sizes() -> None:
    symbolic = Constant("sine", (T, D / 2), 2.0)

    assert symbolic.at_sizes({T: Integer(3), D: Integer(4)}) == Constant("sine", (Integer(3), Integer(2)), 2.0)


def test_half_a_number_is_refused() -> None:
    with pytest.raises(ShapeError, match="5/2 numbers in a table; expected a whole number"):
        Constant("sine", (T, D / 2), 2.0).at_sizes({D: Integer(5)})


def test_an_unknown_formula_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no table of constants is called 'sinus'; did you mean 'sine'"):
        constant("sinus", T, base=1.0)
