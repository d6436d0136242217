"""Associative scans: when each step of them is done, by each algorithm, against the graph that is really run."""

from __future__ import annotations

import pytest

import symcost as sc
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

    assert found.depth == longest_way(graph) or (not found.exact and found.depth >= longest_way(graph))
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
