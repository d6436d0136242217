from __future__ import annotations

import itertools

import networkx
import plots
import pytest

import symcost as sc
from symcost import H, I, L, T
from symcost.errors import DimensionError


def test_a_profile_is_that_of_the_schedule_step_by_step():
    stack = sc.Sequential("stack", sc.Input(T, H), sc.RNN(H, H, num_layers=sc.L))
    begun = sc.schedule(stack).profile(T=6, L=3, H=16)
    made = plots.profile()
    (curve,) = made.curves
    assert [value for _, value in curve.points] == [*begun, begun[-1]]
    assert [step for step, _ in curve.points] == list(range(len(begun) + 1))
    assert curve.stepped
    assert (made.x.upper, made.y.upper) == (8, 1536)


def test_the_work_under_the_staircase_is_all_of_it():
    made = plots.profile()
    points = made.drawn(made.curves[0])
    area = sum((right - left) * height for (left, height), (right, _) in itertools.pairwise(points))
    assert area == 6 * 3 * 2 * 16**2


def test_width_and_average_parallelism_are_levels_with_their_formulas():
    width, average = plots.profile().levels
    assert (width.name, width.value) == ("Width", 1536)
    formula = 2 * H**2 * L * T / (L + T - 1)
    assert average.value == sc.at(formula, T=6, L=3, H=16)
    assert average.formula == (formula, " = ", "1150")


def test_a_profile_names_what_has_no_size():
    found = sc.schedule(sc.RNN(I, H))
    with pytest.raises(
        DimensionError, match="no size for H, I; expected a number for each dimension; give H=16 and I=16"
    ):
        found.plot(T=4)


def test_graphs_have_profiles_too():
    graph = networkx.MultiDiGraph(name="filter")
    graph.add_node("y", latency=1)
    graph.add_edge("y", "y", delay=1)
    made = sc.schedule(graph).plot(T=5)
    assert made.title == "filter"
    assert [value for _, value in made.curves[0].points] == [1] * 6


def test_the_heights_of_a_profile_have_a_heading():
    table, *_ = sc.schedule(sc.RNN()).plot(T=2, H=2, I=2).tables()
    assert table.column("Work begun in a step") == [8, 8]
