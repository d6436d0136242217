"""The factors of ragged axes: their product is what is counted one by one, and each says what it is."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sympy import Expr, Integer, Mul

from symcost import dimension
from symcost.analysis.pairs import fewer_factors, paired_factors
from symcost.axes import Axes, Axis, elements
from symcost.bands import Band
from symcost.operations import Reduce

T, N, w, P = map(dimension, ["T", "N", "w", "P"])
ZERO, ONE = Integer(0), Integer(1)

_reach = st.one_of(st.none(), st.integers(0, 3).map(Integer))


def axes(band: Band, *, steps: Expr = T, front: Sequence[Axis] = ()) -> Axes:
    return (*front, Axis("t", steps), Axis("s", steps, band, -1))


def said(band: Band, **more: object) -> str:
    (factor,) = paired_factors(axes(band), {}, **more)  # type: ignore[arg-type]
    return factor.reason


@pytest.mark.parametrize(
    ("band", "which"),
    [
        (Band(None, None), ""),
        (Band(None, ZERO), ", none later than the one that asks"),
        (Band(ZERO, None), ", none earlier than the one that asks"),
        (Band(ZERO, ZERO), ", each with itself"),
        (Band(w - 1, ZERO), ", none later and none w or more before"),
        (Band(ZERO, w - 1), ", none w or more after and none earlier"),
        (Band(w - 1, w - 1), ", none w or more before or after"),
        (Band(w - 1, ONE), ", none 2 or more after and none w or more before"),
        (Band(None, ONE), ", none 2 or more after"),
    ],
    ids=str,
)
def test_a_band_is_said_in_words(band: Band, which: str) -> None:
    assert said(band) == "pairs of time steps" + which


def test_what_is_summed_over_is_said() -> None:
    causal = Band(None, ZERO)
    assert said(causal, summed=[1]) == "pairs of time steps, none later, one of each summed over"
    assert said(causal, summed=[0, 1]) == "pairs of time steps, none later, summed over"


def test_pairs_of_two_kinds_name_both_as_the_layer_says() -> None:
    pair = (Axis("t", T), Axis("s", T + P, Band(None, P), -1))
    (factor,) = paired_factors(pair, {"t": "queries", "s": "keys"})
    assert (factor.size, factor.reason) == (
        T**2 / 2 + P * T + T / 2,
        "pairs of queries and keys, none P + 1 or more after",
    )


def test_a_reduction_says_of_which_axis_one_less_is_counted() -> None:
    band = axes(Band(None, ZERO), front=[Axis("n", N)])

    def last(*places: int) -> tuple[Expr, str]:
        factor = fewer_factors(band, {}, places)[-1]
        return factor.size, factor.reason

    pairs = T**2 / 2 + T / 2
    assert last(-1) == (pairs - T, "pairs of time steps, none later, less one for each that asks")
    assert last(-2) == (pairs - T, "pairs of time steps, none later, less one for each that is asked")
    assert last(-2, -1) == (pairs - 1, "one less than there are numbers")
    size, reason = last(-3, -1)
    assert (size, reason) == (
        (N * pairs - T).expand(), "numbers for pairs of time steps, none later, less one for each that asks",
    )  # fmt: skip


@given(
    steps=st.integers(1, 6), heads=st.integers(1, 3), before=_reach, after=_reach,
    places=st.sets(st.sampled_from([-3, -2, -1]), min_size=1),
)  # fmt: skip
def test_the_factors_make_the_count(
    steps: int, heads: int, before: Expr | None, after: Expr | None, places: set[int]
) -> None:
    band = Band(before, after)
    held = [(t, s) for t in range(steps) for s in range(steps) if band.holds(t, s)]
    assume(len({s for _, s in held}) == steps)  # else some step is asked by none
    all_axes = axes(band, steps=Integer(steps), front=[Axis("n", Integer(heads))])
    numbers = [(n, t, s) for n in range(heads) for t, s in held]
    results = {tuple(place for at, place in enumerate(number, -3) if at not in places) for number in numbers}

    made = paired_factors(all_axes, {})
    fewer = fewer_factors(all_axes, {}, sorted(places))

    assert math.prod(int(each.size) for each in made) == len(numbers) == elements(all_axes)
    assert Mul(*(each.size for each in fewer)) == len(numbers) - len(results)
    (result,) = Reduce("add", tuple(sorted(places))).outputs(all_axes)
    assert elements(result) == len(results)
