"""Associative scans: when each step of them is done, by each algorithm, against the graph that is really run."""

from __future__ import annotations

import numpy as np
import pytest

import symcost as sc
from symcost.arrival import ready_times
from symcost.conventions import convention
from symcost.parallel_prefix import ALGORITHMS
from symcost.unrolled import longest_way, profile, unrolled

T, H = sc.T, sc.H
EXACT = convention("exact")


def net(algorithm: str, *before: sc.Layer) -> sc.Network:
    return sc.Sequential("net", sc.Input(T, H), *before, sc.LinearRecurrence(H, H, algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("length", [1, 2, 3, 4, 6, 8, 9])
def test_depth_and_profile_are_those_of_the_graph(algorithm: str, length: int) -> None:
    sized = net(algorithm).at(T=length, H=2)
    graph = unrolled(sized, (length, 2), step="operation")
    found = sc.schedule(sized, "operation", by="exact")
    levels = [EXACT.price(each) for each in profile(graph)]

    truth = longest_way(graph) if length > 1 else latest(sized, length)  # of one element nothing reads the factors
    assert found.depth == truth or (not found.exact and found.depth >= truth)
    assert found.profile() == levels
    assert found.width == max(levels)
    assert sc.at(sc.schedule(net(algorithm), "operation", by="exact").width, T=length, H=2) >= max(levels)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_behind_a_recurrence_it_is_never_said_to_be_narrower(algorithm: str) -> None:
    for length in (2, 5, 8):
        sized = net(algorithm, sc.RNN(H, H)).at(T=length, H=2)
        levels = [EXACT.price(each) for each in profile(unrolled(sized, (length, 2), step="operation"))]
        assert sc.schedule(sized, "operation", by="exact").width >= max(levels)


@pytest.mark.parametrize("algorithm", [name for name in ALGORITHMS if name != "sequential"])
def test_of_one_element_nothing_is_combined(algorithm: str) -> None:
    scans = [sc.LinearRecurrence(H, H, algorithm=algorithm) for _ in range(2)]
    found = sc.schedule(sc.Sequential("two", sc.Input(T, H), *scans), "operation", by="fvcore", at={"T": 1})

    assert (found.width, found.found.exact) == (2 * H**2, True)
    assert max(found.profile(H=3)) == 2 * 3**2


def recurrence(algorithm: str = "sequential", **changed: bool) -> sc.Layer:
    return sc.LinearRecurrence(H, H, algorithm=algorithm, **changed)


BEHIND = {
    "a recurrence": [sc.RNN(H, H), recurrence()],
    "a recurrence, then another": [sc.RNN(H, H), recurrence(), sc.GRU(H, H)],
    "one another": [recurrence(), recurrence(), recurrence(dense=True)],
    "a recurrence both ways": [sc.RNN(H, H, bidirectional=True), sc.Linear(2 * H, H), recurrence()],
    "what comes back": [sc.RNN(H, H), recurrence(), sc.RNN(H, H, bidirectional=True)],
    "a recurrence, by Kogge and Stone": [sc.LSTM(H, H), recurrence("kogge-stone")],
    "each other, by Kogge and Stone": [recurrence("kogge-stone"), recurrence("kogge-stone")],
}


@pytest.mark.parametrize("step", ["layer", "operation"])
@pytest.mark.parametrize("case", BEHIND)
def test_behind_what_comes_step_by_step_it_is_as_deep_as_the_graph(case: str, step: str) -> None:
    net = sc.Sequential("net", sc.Input(T, H), *BEHIND[case])
    found = sc.schedule(net, step)
    assert found.exact
    for length in (1, 2, 3, 5, 8):
        sized = net.at(T=length, H=2)
        truth, depth = longest_way(unrolled(sized, (length, 2), step=step)), sc.at(found.depth, T=length)
        assert depth == truth or (depth > truth and any(sc.at(each, T=length) < 0 for each in found.slack))


def test_by_sklansky_it_is_as_deep_if_no_element_is_missing() -> None:
    for length, exact in ((4, True), (5, False)):
        sized = net("sklansky", sc.RNN(H, H)).at(T=length, H=2)
        found = sc.schedule(sized, "operation")
        truth = longest_way(unrolled(sized, (length, 2), step="operation"))
        assert found.exact == exact and (found.depth == truth if exact else found.depth >= truth)


def test_what_comes_back_through_a_window_ends_where_the_window_does() -> None:
    before = sc.RNN(H, H, bidirectional=True), sc.Linear(2 * H, H), sc.Conv1d(H, H, 3, padding=1)
    for length in (3, 4, 7):
        sized = net("sequential", *before).at(T=length, H=2)
        assert sc.schedule(sized, "operation").depth == latest(sized, length)


def test_of_one_element_it_is_what_is_added() -> None:
    before = sc.RNN(H, H, dilation=2), sc.Conv1d(H, H, 2), sc.MaxPool1d(2)
    sized = net("kogge-stone", *before).at(T=4, H=2)
    assert sc.schedule(sized, "scalar").depth == latest(sized, 4, "scalar")


@pytest.mark.parametrize("behind", [sc.Conv1d(H, H, 1, stride=3), sc.MaxPool1d(2), sc.RNN(H, H, dilation=2)])
def test_what_does_not_read_the_last_element_is_not_said_to_wait_for_it(behind: sc.Layer) -> None:
    net = sc.Sequential("net", sc.Input(T, H), recurrence("kogge-stone"), behind)
    for length in (3, 5, 9, 10):
        sized = net.at(T=length, H=2)
        found, truth = sc.schedule(sized, "operation"), latest(sized, length)
        assert found.depth == truth or (not found.exact and found.depth > truth)


def latest(net: sc.Network, length: int, step: str = "operation") -> int:
    """When the last number that the network hands out is there."""
    return max(int(np.nanmax(each)) for each in ready_times(net, (length, 2), step=step))
