from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES
from strategies_networks import Plan, build, plans, sizes
from sympy import Integer

import symcost as sc
from symcost.arithmetic import CountedScalars
from symcost.arrival import critical_path_length
from symcost.errors import UnknownName
from symcost.functional import argmax, gather, total
from symcost.interpret import count
from symcost.timed import FOLDS, Timed, TimedScalars, counted_depth, delayed, depth_of


def numbers(*depths: int) -> list[Timed]:
    return [Timed(float(place), depth) for place, depth in enumerate(depths)]


def row(numbers_there: list[Any]) -> Any:
    made = np.empty(len(numbers_there), dtype=object)
    made[:] = numbers_there
    return made


# --- reductions ---


@pytest.mark.parametrize(
    ("depths", "tree", "chain"),
    [
        ([0], 0, 0),
        ([5], 5, 5),
        ([0, 0], 1, 1),
        ([0] * 5, 3, 4),
        ([0] * 8, 3, 7),
        ([0] * 9, 4, 8),
        ([0, 0, 0, 7], 9, 10),  # it begins when the last of them is there
        ([7, 0, 0, 0], 9, 10),
    ],
)
def test_a_reduction_begins_with_its_last_number(depths: list[int], tree: int, chain: int) -> None:
    for trees, expected in ((True, tree), (False, chain)):
        scalars = TimedScalars(trees)
        made = scalars.reduce("add", row(numbers(*depths)), (0,), keep=False)[()]
        assert (made.value, made.depth) == (sum(range(len(depths))), expected)
        assert scalars.work["add"] == len(depths) - 1


@given(st.integers(1, 40), st.booleans())
def test_a_dot_product_is_a_product_and_a_sum(length: int, trees: bool) -> None:
    scalars, plain = TimedScalars(trees), CountedScalars()
    first, second = np.arange(length, dtype=float), np.ones(length)
    made = scalars.contract("k, k ->", first, second)[()]
    assert made.value == plain.contract("k, k ->", first, second)[()] == length * (length - 1) / 2
    assert made.depth == scalars.deepest == (1 + (length - 1).bit_length() if trees else length)
    assert scalars.work == plain.work


def test_numbers_wait_for_one_another_and_for_what_they_are_told() -> None:
    assert [each.depth for each in delayed(numbers(1, 4, 0))] == [4, 4, 4]
    assert [depth_of(each) for each in (*delayed([1.0], until=3), 1.0)] == [3, 0]


def test_a_function_is_one_deeper_than_its_deepest_argument() -> None:
    add: Callable[..., Any] = TimedScalars(trees=True).do("add")
    assert add(Timed(1.0, 3), Timed(2.0, 5)) == Timed(3.0, 6)
    assert add(Timed(1.0, 3), 2.0) == Timed(3.0, 4)
    assert add(None, 2.0) is None


# --- what looks at numbers ---


@pytest.mark.parametrize("largest", range(5))
def test_the_place_of_the_largest_is_found_as_deep_as_the_largest(largest: int) -> None:
    x = np.zeros(5)
    x[largest] = 1.0
    for step, depth in (("scalar", 3), ("sequential", 4)):
        assert counted_depth(sc.ArgMax(), x, step=step)[0] == largest
        assert counted_depth(sc.ArgMax(), x, step=step)[2] == depth
        assert counted_depth(sc.ArgMax(), np.ones(5), step=step)[0] == 0  # the first of equal ones


def test_a_look_up_waits_for_the_number_of_its_row_and_for_the_row() -> None:
    x, table = sc.Input(4, 3), sc.Input(3, 2)
    net = sc.Network("net", (x, table), total(gather(argmax(x, -1), table + 1), -1))
    made, work, depth = counted_depth(net, np.eye(4, 3), np.arange(6.0).reshape(3, 2))
    assert made.tolist() == [3, 7, 11, 3] and depth == 2 + 1
    assert work == count(net, np.eye(4, 3), np.arange(6.0).reshape(3, 2))[1]
    assert critical_path_length(net, (4, 3), (3, 2)) == 3


def test_where_no_two_rows_meet_putting_them_back_is_less_deep_than_at_worst() -> None:
    """The sum of rows by their numbers: how many meet is in the numbers, which the derived depth does not know."""
    from symcost.differentiation.model import gradients

    backward = gradients(sc.Embedding(5, 2))
    rows = np.ones((4, 2))
    apart = counted_depth(backward, np.array([0.0, 1.0, 2.0, 3.0]), rows)[2]
    at_one = counted_depth(backward, np.array([3.0] * 4), rows)[2]
    assert (apart, at_one) == (1, 3) and critical_path_length(backward, (4,), (4, 2)) == 3


# --- it is the counter ---


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(catalogue()))
@settings(max_examples=4, deadline=None, database=None)
@given(data=st.data())
def test_every_layer_is_counted_as_by_the_counter_and_as_deep_as_its_last_number_is_late(
    name: str, data: st.DataObject
) -> None:
    recipe = data.draw(RECIPES[name])
    (layer, shapes), weights = recipe.numeric(), recipe.weights()
    expected, work = count(layer, *recipe.arrays(), weights=weights)
    for step in FOLDS:
        made, done, depth = counted_depth(layer, *recipe.arrays(), step=step, weights=weights)
        whole = critical_path_length(layer, *shapes, step=step)
        assert done == work and (depth <= whole if hasattr(layer, "algorithm") else depth == whole)
        for one, other in zip(
            *(each if isinstance(each, tuple) else (each,) for each in (made, expected)), strict=True
        ):
            assert np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


@settings(max_examples=30, deadline=None, database=None)
@given(plans, sizes)
def test_random_networks_are_as_deep_as_their_last_number_is_late(plan: Plan, env: dict[str, int]) -> None:
    net, shape = build(plan, {name: Integer(number) for name, number in env.items()}), (env["T"], env["H"])
    x = np.random.default_rng(0).normal(size=shape) / 9
    for step in FOLDS:
        _, work, depth = counted_depth(net, x, step=step)
        assert work == net.work and depth == critical_path_length(net, shape, step=step)


def test_weights_are_drawn_by_a_seed_as_elsewhere() -> None:
    x = np.ones((3, 2))
    assert np.allclose(counted_depth(sc.RNN(2, 2), x, seed=4)[0], count(sc.RNN(2, 2), x, seed=4)[0])


def test_other_steps_than_scalar_operations_are_refused() -> None:
    with pytest.raises(UnknownName, match="no step of scalars is called 'layer'; there are scalar, sequential"):
        counted_depth(sc.ReLU(), [1.0], step="layer")
