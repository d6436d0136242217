"""Who waits for whom in time, and what is kept: views, parts, branches, repetitions, scans."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pytest
from sympy import Integer

import symcost as sc
from symcost import dimension
from symcost.analysis.places import Linear
from symcost.analysis.sampling.causality import stepwise, time_of
from symcost.analysis.sampling.held import held
from symcost.analysis.sampling.times import Times, along, is_ahead, joined, most
from symcost.axes import Axis
from symcost.bands import Band
from symcost.errors import DimensionError, GraphError, UnpricedError
from symcost.expressions import ONE, ZERO
from symcost.functional import (
    chunk,
    concat,
    einsum,
    pad,
    rearrange,
    reduce_max,
    scan,
    softmax,
    take,
    total,
    weight,
    window,
)
from symcost.tensor import Input, Tensor, record
from symcost.views import Flip

T, H, I, K, L, S = map(dimension, "THIKLS")
t, d = dimension("t"), dimension("d")


def kept(y: Tensor | tuple[Tensor, ...], *inputs: Tensor) -> dict[tuple[str, str], Any]:
    """What is kept after t steps, by layer and kind."""
    net = sc.Network("net", inputs, y)
    rows = held(stepwise(net.equation(), T), T)
    return {(row.layer, row.kind): row.after(t, T) for row in rows}


def convolved(x: Tensor, width: Any, dilation: Any = 1, out: Any = H) -> Tensor:
    return sc.Conv1d(x.axes[-1].size, out, width, padding="causal", dilation=dilation)(x)


# --- times -----------------------------------------------------------------------------------------------------------

AXES = (Axis("t", T), Axis("k", K))


def test_the_most_of_a_linear_time_is_at_the_ends_of_its_axes() -> None:
    assert most(Linear.of(Integer(3), {0: ONE, 1: -ONE}), AXES) == T + 2
    assert most(Linear.of(ZERO, {1: d}), AXES) == K * d - d


@pytest.mark.parametrize(
    ("band", "last"),
    [(Band(None, ZERO), [0]), (Band(K, ZERO), [0]), (Band(ZERO, ONE), [1]), (Band(K, K), [0, 1]), (None, [0, 1])],
    ids=str,
)
def test_within_a_band_it_may_be_known_which_of_two_steps_is_the_later(band: Band | None, last: list[int]) -> None:
    axes = (Axis("t", T), Axis("s", T, band, -1 if band else 0))
    both = joined(along(0), along(1), axes)
    assert both.ways == tuple(Linear.along(place) for place in last)
    assert is_ahead(both, axes, T) is (len(last) == 2)


def test_a_tensor_without_steps_is_ahead_if_it_waits_for_the_last() -> None:
    assert is_ahead(Times((Linear(T - 1),), True), (Axis("h", H),), T)
    assert not is_ahead(Times((Linear(ZERO),), True), (Axis("h", H),), T)


# --- each tensor is kept once ----------------------------------------------------------------------------------------


def test_two_that_read_one_tensor_share_its_queue_and_the_longer_one_has_it() -> None:
    x = Input(T, H)
    y = sc.Add()(convolved(x, 2), convolved(x, 4))
    assert kept(y, x) == {("conv1d_2", "queue"): 3 * H}
    z = sc.ReLU()(x)  # another tensor
    assert kept(sc.Add()(convolved(x, 2), convolved(z, 4)), x) == {("conv1d", "queue"): H, ("conv1d_2", "queue"): 3 * H}


def test_views_are_kept_as_what_they_look_at() -> None:
    x = Input(T, 2 * H, axes="t h")
    again = rearrange("t (g h) -> t (g h)", rearrange("t (g h) -> t (h g)", x, g=2), g=2)
    assert kept(sc.Add()(convolved(x, 3), convolved(again, 3)), x) == {("conv1d", "queue"): 4 * H}
    left, right = chunk(x, 2)
    assert kept(convolved(left, 3), x) == {("conv1d", "queue"): 2 * H}
    both = sc.Add()(convolved(left, 3), convolved(right, 2))
    assert kept(both, x) == {("conv1d", "queue"): 2 * H, ("conv1d_2", "queue"): H}
    assert kept(sc.Add()(both, convolved(x, 4)), x) == {("conv1d_3", "queue"): 6 * H}  # the parts are within the whole


def test_what_is_joined_is_kept_part_by_part() -> None:
    x = Input(T, H)
    y = sc.Tanh()(x)
    assert kept(convolved(sc.Concat()(x, y), 3, out=H), x) == {("conv1d", "queue"): 4 * H}
    assert kept(sc.Add()(convolved(sc.Concat()(x, y), 2, out=H), convolved(y, 3)), x) == {
        ("conv1d", "queue"): H,
        ("conv1d_2", "queue"): 2 * H,
    }


def test_what_a_layer_hands_on_is_kept_as_what_it_was_given() -> None:
    x = Input(T, H)
    y = sc.Dropout()(sc.Identity()(x))
    assert kept(sc.Add()(convolved(x, 3), convolved(y, 3)), x) == {("conv1d", "queue"): 2 * H}


def test_elementwise_work_keeps_nothing() -> None:
    x = Input(T, H)
    assert kept(sc.GELU()(sc.LayerNorm(H)(sc.Linear(H, H)(x))), x) == {}


def test_a_step_that_lags_keeps_what_it_waits_with() -> None:
    """y_t = x_t + x_(t-2): the second is a queue of two."""
    x = Input(T, H)
    late = take(pad(x, "t", Integer(2), ZERO), "t", 0, T)
    assert kept(x + late, x) == {("add", "queue"): 2 * H}


def test_queues_grow_with_kernels_and_dilations() -> None:
    x = Input(T, H)
    assert kept(convolved(x, K, d), x)["conv1d", "queue"] == H * K * d - H * d


def test_the_running_maximum_and_sum_of_a_window() -> None:
    x = Input(T, H)
    seen = window(pad(x, "t", Integer(3), ZERO, "lowest"), "t", Integer(4), ONE, ONE, "k")
    assert kept(reduce_max(seen, "k"), x) == {("max", "queue"): 3 * H}
    assert kept(total(seen, "k"), x) == {("sum", "queue"): 3 * H}


# --- repetitions, nests, scans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [False, True])
def test_each_repetition_keeps_its_own_whether_weights_are_shared_or_not(shared: bool) -> None:
    x = Input(T, H)
    y = Input(T, H)
    body = sc.Network("body", y, sc.Add()(y, convolved(sc.GRU(H, H)(y), 3)))
    rows = kept(sc.Repeat(body, L, shared)(x), x)
    assert rows == {("repeat.body.gru", "hidden state"): H * L, ("repeat.body.conv1d", "queue"): 2 * H * L}


def test_what_goes_from_one_repetition_to_the_next_is_kept_like_what_comes_in() -> None:
    x = Input(T, H)
    assert kept(sc.Repeat(sc.Conv1d(H, H, 3, padding="causal"), L)(x), x) == {("repeat.conv1d", "queue"): 2 * H * L}
    assert kept(sc.Repeat(sc.Conv1d(H, H, 3, padding="causal"), 4)(x), x) == {("repeat.conv1d", "queue"): 8 * H}


def test_stacks_with_a_symbol_keep_as_many_states() -> None:
    x = Input(T, I)
    assert kept(sc.LSTM(I, H, L)(x), x) == {("lstm", "hidden state"): 2 * H * L}
    assert kept(sc.LSTM(I, H, 3, proj_size=K)(x), x) == {("lstm", "hidden state"): 3 * H + 3 * K}


def test_networks_within_networks_say_where() -> None:
    x, y = Input(T, H), Input(S, H)
    inner = sc.Network("inner", y, sc.MultiheadAttention(H, 1, is_causal=True)(y, name="self_attn"))
    assert kept(inner(inner(x), name="second"), x) == {
        ("inner.self_attn", "key-value cache"): 2 * H * t,
        ("second.self_attn", "key-value cache"): 2 * H * t,
    }


def _backwards(x: Tensor) -> Tensor:
    return record(Flip(-2), x)[0]


def _summed(x: Tensor, *, reverse: bool) -> Tensor:
    return scan(lambda x_t, s: x_t + s, x, over="t", carry=[H], reverse=reverse)[0]


def test_a_scan_backwards_over_what_is_backwards_goes_forwards() -> None:
    x = Input(T, H)
    assert kept(_backwards(_summed(_backwards(x), reverse=True)), x) == {("scan", "hidden state"): H}
    for y in (_summed(x, reverse=True), _backwards(_summed(_backwards(x), reverse=False)), _backwards(x)):
        with pytest.raises(GraphError, match="looks ahead"):
            kept(y, x)


def test_a_scan_over_another_axis_carries_nothing_from_step_to_step() -> None:
    x = Input(T, S, H)
    assert kept(_over_s(x), x) == {}


def _over_s(x: Tensor) -> Tensor:
    return scan(lambda x_s, c: x_s + c, x, over="s", carry=[H])[0]


def test_a_scan_that_takes_a_whole_sequence_at_each_step_looks_ahead() -> None:
    x = Input(T, H)
    whole = total(x, "t")
    y = scan(lambda x_t, c: x_t + c + whole, x, over="t", carry=[H])[0]
    with pytest.raises(GraphError, match="layer 'sum' looks ahead"):
        kept(y, x)


# --- attention -------------------------------------------------------------------------------------------------------


def _attended(q: Tensor, k: Tensor, v: Tensor, band: Band) -> Tensor:
    scores = einsum("t h, s h -> t s", q, k, ("t", "s", band))
    return einsum("t s, s h -> t h", softmax(scores, "s"), v)


def test_keys_and_values_that_are_one_tensor_are_kept_once() -> None:
    x = Input(T, H)
    q, k, v = (sc.Linear(H, H)(x) for _ in range(3))
    assert sum(kept(_attended(q, k, v, Band(None, ZERO)), x).values()) == 2 * H * t
    assert sum(kept(_attended(q, k, k, Band(None, ZERO)), x).values()) == H * t
    joint = sc.Linear(H, 3 * H)(x)  # as in GPT-2: the queries are a part of it that is not kept
    assert sum(kept(_attended(*chunk(joint, 3), Band(None, ZERO)), x).values()) == 2 * H * t
    rotated = sc.RotaryPositionalEncoding(H)(k)
    assert sum(kept(_attended(q, rotated, v, Band(None, ZERO)), x).values()) == 2 * H * t


@pytest.mark.parametrize(("before", "after", "causal"), [(3, 0, True), (3, -1, True), (0, 0, True), (3, 1, False)])
def test_a_band_says_how_far_back_and_whether_ahead(before: int, after: int, causal: bool) -> None:
    x = Input(T, H)
    y = _attended(x, x, x, Band(Integer(before), Integer(after)))
    if causal:
        assert sum(kept(y, x).values()) == before * H
    else:
        with pytest.raises(GraphError, match="is_causal=True"):
            kept(y, x)


def test_a_convolution_behind_attention_keeps_what_it_reads() -> None:
    x = Input(T, H)
    y = convolved(sc.MultiheadAttention(H, 1, is_causal=True)(x), 3)
    assert kept(y, x) == {("multihead_attention", "key-value cache"): 2 * H * t, ("conv1d", "queue"): 2 * H}


# --- over what, and out of what --------------------------------------------------------------------------------------


def test_weights_that_are_reworked_are_no_state_but_are_done_before() -> None:
    x = Input(T, H)
    W = softmax(weight("weight", H, H), -1)
    net = sc.Network("net", x, einsum("t h, i h -> t i", x, W))
    found = net.sampled()
    assert found.held == () and found.before["exp"] == H**2 and found.work_at()["mac"] == H**2
    assert found.work == net.work


def test_a_mean_that_comes_back_is_blamed_where_it_is_taken() -> None:
    x = Input(T, H)
    gate = sc.Sigmoid()(sc.Linear(H, H)(sc.AdaptiveAvgPool1d(1)(x)))
    with pytest.raises(GraphError, match=r"layer 'adaptive_avg_pool1d' .* looks ahead"):
        kept(sc.Add()(x, gate), x)


def test_steps_that_are_taken_apart_and_put_together_again_are_causal_as_long_as_none_looks_ahead() -> None:
    x = Input(T, H)
    later = take(pad(x, "t", ZERO, ONE), "t", 1, T)  # x_(t+1)
    with pytest.raises(GraphError, match="layer 'add' looks ahead"):
        kept(x + later, x)
    back = take(pad(later, "t", ONE, ZERO), "t", 0, T)  # and back again
    assert kept(x + back, x) == {}


def test_of_time_there_must_be_one_dimension() -> None:
    for shape, time in (((T, S, H), T), ((S, H), S)):
        assert time_of(sc.Sequential("n", Input(*shape), sc.ReLU()).equation()) == time
    with pytest.raises(DimensionError, match="no input has a symbolic number of time steps"):
        time_of(sc.Sequential("n", Input(H), sc.ReLU()).equation())


def test_of_a_bare_cost_it_is_not_known_what_its_steps_wait_for() -> None:
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, H))
    graph.add_node("bare", params=1, work=T, depth=1)
    graph.add_edge("x", "bare")
    with pytest.raises(UnpricedError, match="node 'bare': only its cost is known, not what its steps wait for"):
        stepwise(sc.Network("n", graph).equation(), T)


def test_outputs_side_by_side_and_those_that_need_no_step() -> None:
    x, m = Input(T, H), Input(S, H, name="memory")
    y = sc.GRU(H, H)(x)
    net = sc.Network("n", (x, m), (y, concat([m, m]), sc.LSTM(H, H)(x)))
    rows = held(stepwise(net.equation(), T), T)
    assert {(row.layer, row.after(t, T)) for row in rows} == {("gru", H), ("lstm", 2 * H)}
    with pytest.raises(GraphError, match="no output depends on a step"):
        stepwise(sc.Network("n", (x, m), sc.Tanh()(m)).equation(), T)
