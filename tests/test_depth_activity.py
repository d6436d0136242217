"""What is done where and when: its share at each place, and what it is called at another place."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer

import symcost as sc
from symcost.analysis.depth.activity import Activity, Entrance, Made, Series, Step, Within
from symcost.analysis.depth.loops import Loop
from symcost.analysis.depth.path import flat
from symcost.analysis.depth.ready import AT_ONCE, Ramp, Ready
from symcost.analysis.places import Linear
from symcost.cost import Cost

T, H, L = sc.T, sc.H, sc.L
ONE = Integer(1)


def along(axis: int, length: Expr, later: int = 1) -> Ramp:
    return Ramp(Linear.along(axis), length - 1, (Loop(later, 1),))


def activity(*ramps: Ramp, **more: object) -> Activity:
    sizes = {0: H, -1: T, -1001: L}
    return Activity(None, ("net", "layer"), (Ready(Integer(3), ramps),), sizes, Cost(), ONE, 1, **more)  # type: ignore[arg-type]


def test_how_often_its_cost_is_paid() -> None:
    assert activity().times == activity().turns == T
    assert activity(repeated=(-1001,)).times == T * L


@pytest.mark.parametrize(
    ("made", "axes", "share"),
    [
        (activity(), [], T * H),  # the loop's turns all at once
        (activity(along(-1, T)), [-1], H),  # a turn at a time
        (activity(along(0, H)), [0], T),  # a place of the tensor at a time, in all turns
        (activity(along(-1, T), along(-1001, L, 4), repeated=(-1001,)), [-1001, -1], H),
        (activity(along(-1, T), repeated=(-1001,)), [-1], H * L),
    ],
)
def test_its_share_at_each_place_and_all_places_make_the_whole(made: Activity, axes: list[int], share: Expr) -> None:
    work = H  # of one turn

    assert made.axes == axes
    assert made.share_along(axes, work) == share
    whole = share
    for axis in axes:
        whole *= made.sizes[axis]
    assert sc.at(whole - work * made.times) == 0


def test_how_many_places_there_are_is_known_in_numbers_alone() -> None:
    assert activity().places == 1
    assert activity(along(-1, T)).places is None
    sized = Activity(None, ("a",), (Ready(Integer(0), (along(-1, Integer(7)),)),), {-1: Integer(7)}, Cost(), ONE, 1)
    assert sized.places == 7


@pytest.mark.parametrize(
    ("told", "start", "more"),
    [
        (True, Ready(), {}),
        (False, Ready(exact=False), {}),
        (False, Ready(only_last=True), {}),
        (False, Ready(rough=True), {}),
        (False, Ready(), {"at_most": True}),
        (False, Ready(), {"series": Series(ONE, ONE, T, 1)}),
    ],
)
def test_what_is_told_place_by_place(told: bool, start: Ready, more: dict[str, object]) -> None:
    assert Activity(None, ("a",), (start,), {}, Cost(), ONE, 0, **more).is_told is told  # type: ignore[arg-type]


def test_each_axis_that_counts_times_is_another() -> None:
    first = activity().axis()

    assert first == -1002
    assert Activity.counts_times(first)
    assert not any(map(Activity.counts_times, (3, 0, -1, -40)))
    assert Activity(None, ("a",), AT_ONCE, {}, Cost(), ONE, 0).axis() == -1001


def test_all_of_it_is_as_much_later() -> None:
    made = Made([AT_ONCE], [activity(series=Series(ONE, ONE + 4, T, 1))]).later(Integer(10))

    assert made.outputs[0][0].latency == 10
    assert made.done[0].start[0].latency == 13
    assert made.done[0].series == Series(Integer(11), Integer(15), T, 1)


def test_what_was_found_elsewhere_has_the_names_of_this_place_and_what_leads_to_it() -> None:
    own, before = Step(("old", "tanh"), ONE), Step(("before",), ONE)
    found = Made([(Ready(ONE, via=(Entrance(0, 0), own)),)], [activity()])

    made = found.renamed(("old",), ("new", "again"), (((before,),),))
    assert list(flat(made.outputs[0][0].via)) == [before, Step(("new", "again", "tanh"), ONE)]
    assert found.renamed(("net",), ("outer",)).done[0].names == ("outer", "layer")


def test_further_in_the_names_go_on() -> None:
    within = Within(names=("net",)).at("layer", layers=False)

    assert (within.names, within.layers, within.around) == (("net", "layer"), False, 0)
