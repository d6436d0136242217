from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sized import at_small_sizes, of_layer, shapes_of
from sympy import Integer

import symcost as sc
from symcost import Network
from symcost.analysis.depth.schedule import Schedule
from symcost.analysis.latency import STEPS
from symcost.arrival import ready_times

OWN = sorted(name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost."))
H = 2


def truth(net: Network, step: str) -> int:
    """When the last number that comes out is ready, executed."""
    made = ready_times(net, *shapes_of(net), step=step)
    return max(int(np.nanmax(each)) for each in made if each.size)


def is_exact(found: Schedule, sizes: dict[str, int] | None = None) -> bool:
    return found.exact and all(sc.at(each, **(sizes or {})) >= 0 for each in found.slack)


def put(expression: Any, sizes: dict[str, int]) -> Any:
    return expression.xreplace({sc.dimension(name): Integer(number) for name, number in sizes.items()})


@pytest.mark.parametrize("name", [*OWN, *sc.ARCHITECTURES])
def test_depth_is_what_is_executed(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    found = {step: sc.schedule(net, step) for step in STEPS}

    for sizes, sized in at_small_sizes(net, 1):
        for step in STEPS:
            executed = truth(sized, step)
            assert put(found[step].depth, sizes) == executed, (step, sizes)
            assert sc.schedule(sized, step).depth == executed, (step, sizes)


# --- networks drawn at random ----------------------------------------------------------------------------------------

CAUSAL: list[Callable[[], Any]] = [
    lambda: sc.RNN(H, H),
    lambda: sc.LSTM(H, H),
    lambda: sc.GRU(H, H, num_layers=2),
    lambda: sc.IIR(H),
    lambda: sc.RNN(H, H, dilation=2),
    lambda: sc.RNN(H, H, dilation=3),
    lambda: sc.MultiscaleRNN(H, H, periods=(1, 2)),
    lambda: sc.Repeat(sc.RNN(H, H), 3),
    lambda: sc.Linear(H, H),
    sc.ReLU,
]
ANY: list[Callable[[], Any]] = [
    *CAUSAL,
    lambda: sc.RNN(H, H, bidirectional=True),
    lambda: sc.Conv1d(H, H, 3, padding=1),
    lambda: sc.Conv1d(H, H, 2),
    lambda: sc.Conv1d(H, H, 3, padding=2, dilation=2),
    lambda: sc.MultiheadAttention(H, 1),
    lambda: sc.LinearRecurrence(H, H),
    lambda: sc.LinearRecurrence(H, H, algorithm="brent-kung"),
    lambda: sc.Repeat(sc.Conv1d(H, H, 3, padding=1), 2),
]


@st.composite
def networks(draw: st.DrawFn, layers: list[Callable[[], Any]]) -> Network:
    """Layers one after the other, with branches that leave and come back."""
    x = sc.Input(draw(st.integers(3, 7)), H)
    tensors = [x]
    for _ in range(draw(st.integers(1, 5))):
        y = draw(st.sampled_from(tensors[-2:]))
        layer = draw(st.sampled_from(layers))()
        if y.shape[0] < 5 and isinstance(layer, sc.Conv1d):
            continue
        made = layer(y)
        z = made[0] if isinstance(made, tuple) else made
        z = z if z.shape[-1] == H else sc.Linear(z.shape[-1], H)(z)
        if z.shape == y.shape and draw(st.booleans()):
            z = z + y
        if z.shape == x.shape and draw(st.booleans()):
            z = sc.Linear(2 * H, H)(sc.Concat()(z, x))
        tensors.append(z)
    return Network("drawn", x, tensors[-1])


@settings(max_examples=30, deadline=None, database=None)
@given(networks(CAUSAL), st.sampled_from(STEPS))
def test_recurrences_branches_and_delays_are_exact(net: Network, step: str) -> None:
    found = sc.schedule(net, step)

    assert found.depth >= truth(net, step)
    if is_exact(found):
        assert found.depth == truth(net, step)


@settings(max_examples=30, deadline=None, database=None)
@given(networks(ANY), st.sampled_from(STEPS))
def test_depth_is_never_below_what_is_executed(net: Network, step: str) -> None:
    found, executed = sc.schedule(net, step), truth(net, step)

    assert found.depth == executed or (found.depth > executed and not is_exact(found))
