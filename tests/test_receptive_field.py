"""Receptive fields: published ones, and what execution shows, layer by layer of the whole catalogue."""

from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies_layers import RECIPES, weights_for
from sympy import Expr, Integer, ceiling, floor

import symcost as sc
from symcost.analysis.places import Linear
from symcost.analysis.positions.receptive_field import field_of
from symcost.errors import ShapeError, UndecidedError, UnpricedError
from symcost.expressions import normal
from symcost.interpret import execute

T, H, K, L, D, I, N = (sc.dimension(name) for name in "THKLDIN")
t = sc.dimensions.index("t")


def chain(*layers: Any, channels: Any = H) -> sc.Network:
    return sc.Sequential("chain", sc.Input(T, channels), *layers)


def convolutions(width: int, *dilations: int, times: int = 1) -> list[sc.Layer]:
    return [sc.Conv1d(1, 1, width, padding="causal", dilation=d) for d in dilations for _ in range(times)]


# --- what is published -----------------------------------------------------------------------------------------------

DOUBLING = tuple(2**i for i in range(10))


@pytest.mark.parametrize(
    ("layers", "size"),
    [
        (convolutions(2, *DOUBLING), 1024),  # WaveNet (van den Oord et al., 2016): a block
        (convolutions(2, *DOUBLING * 3), 3070),  # three of them: not 3 * 1024
        (convolutions(3, *DOUBLING[:5]), 63),  # ByteNet (Kalchbrenner et al., 2016): five layers
        (convolutions(3, *DOUBLING[:5] * 6), 373),  # thirty of them
        (convolutions(3, *DOUBLING[:4], times=2), 1 + 2 * 2 * 15),  # TCN (Bai et al., 2018): blocks of two
        ([sc.Conv1d(1, 1, 3), sc.Conv1d(1, 1, 3, stride=2), sc.MaxPool1d(2, 2), sc.Conv1d(1, 1, 5)], 3 + 2 + 2 + 16),
    ],
    ids=["WaveNet", "three blocks", "ByteNet", "ByteNet, 30 layers", "TCN", "strides"],
)
def test_a_stack_sees_as_many_positions_as_published(layers: Any, size: int) -> None:
    assert sc.receptive_field(chain(*layers, channels=1)).size == size


def test_equal_layers_see_linearly_more() -> None:
    found = sc.receptive_field(chain(sc.Repeat(sc.Conv1d(H, H, K, padding="causal", dilation=D), L)))

    assert (found.size - (1 + L * (K - 1) * D)).expand() == 0
    assert [str(each) for each in found.conditions] == ["L K D + 1 is at most L D + T"]


@pytest.mark.parametrize(("count", "size"), [(1, 3), (2, 5), (7, 15), (50, 101)])
def test_repetitions_see_what_the_layers_one_by_one_do(count: int, size: int) -> None:
    layer = sc.Conv1d(H, H, 3, padding="same")

    assert sc.receptive_field(chain(sc.Repeat(layer, count))).size == size
    assert sc.receptive_field(chain(*[layer] * count)) == sc.receptive_field(chain(sc.Repeat(layer, count)))


def test_a_field_is_no_larger_than_the_axis() -> None:
    net = chain(*convolutions(2, *DOUBLING), channels=1)

    assert [sc.receptive_field(net.at(T=steps)).size for steps in (1000, 1024, 1025)] == [1000, 1024, 1024]


# --- from where to where ---------------------------------------------------------------------------------------------

HALF = floor(K / 2 - Integer(1) / 2)


@pytest.mark.parametrize(
    ("layers", "first", "last", "size"),
    [
        ([sc.RNN(H, H)], 0, t, T),
        ([sc.RNN(H, H, num_layers=L)], 0, t, T),
        ([sc.GRU(H, H, bidirectional=True)], 0, T - 1, T),
        ([sc.LSTM(H, H, num_layers=L, bidirectional=True)], 0, T - 1, T),
        ([sc.Attention(H, H)], 0, T - 1, T),
        ([sc.MultiheadAttention(H, N)], 0, T - 1, T),
        ([sc.Attention(H, H, is_causal=True)], 0, t, T),
        ([sc.TransformerEncoderLayer(H, N, is_causal=True)], 0, t, T),
        ([sc.Attention(H, H, window=4)], t - 3, t + 3, 7),
        ([sc.Attention(H, H, window=K, is_causal=True)], t - K + 1, t, K),
        ([sc.Attention(H, H, window=K, is_causal=True), sc.Conv1d(H, H, 3)], t - K + 1, t + 2, K + 2),
        ([sc.EveryPrefix(sc.Attention(H, H))], 0, t, T),
        ([sc.EveryPrefix(sc.Conv1d(H, H, 3, padding="same"))], t - 1, t, 2),  # of a prefix there is none ahead
        ([sc.Conv1d(H, H, K, padding="same")], t - HALF, t - HALF + K - 1, K),
        ([sc.Conv1d(H, H, 5, padding=1, stride=2)], 2 * t - 1, 2 * t + 3, 5),
        ([sc.Conv1d(H, H, 3, padding="same", padding_mode="circular")], t - 1, t + 1, 3),
        ([sc.FeedForward(H, D), sc.LayerNorm(H)], t, t, 1),
        ([sc.InstanceNorm1d(H)], 0, T - 1, T),
    ],
)
def test_a_place_sees_from_a_first_position_to_a_last(layers: Any, first: Any, last: Any, size: Any) -> None:
    found = sc.receptive_field(chain(*layers))

    differences = (found.first - first, found.last - last, found.size - size)
    assert [normal(each) for each in differences] == [0, 0, 0]


def test_of_two_sequences_the_one_that_is_named_is_asked() -> None:
    layer = sc.Attention(H, H, window=K)
    assert sc.receptive_field(layer).size == sc.receptive_field(layer, "t_self").size == 2 * K - 1
    assert sc.receptive_field(sc.Attention(H, H), "t_cross").size == sc.dimension("T_cross")
    assert sc.receptive_field(sc.ScaledDotProductAttention()).size == 1  # a query is one step
    assert sc.receptive_field(sc.TransformerDecoderLayer(H, 1, is_causal=True)).last == sc.dimensions.index("t_self")


def test_branches_see_what_the_widest_of_them_does() -> None:
    x = sc.Input(T, H)
    near, far = sc.Conv1d(H, H, 3, padding="same"), sc.Conv1d(H, H, 7, padding="causal")
    assert str(sc.receptive_field(sc.Network("two", x, sc.Add()(near(x), far(x), x)))).startswith(
        "8 positions, from t - 6 to t + 1,"
    )


@pytest.mark.parametrize(
    ("layers", "gap"),
    [
        ([sc.Conv1d(H, H, 2, dilation=4)], 4),
        ([sc.Conv1d(H, H, 2, dilation=2), sc.Conv1d(H, H, 2, dilation=4)], 2),
        ([sc.Conv1d(H, H, 3), sc.Conv1d(H, H, 2, dilation=4)], 2),
        ([sc.Conv1d(H, H, 2), sc.Conv1d(H, H, 2, dilation=2), sc.Conv1d(H, H, 2, dilation=4)], 1),
        ([sc.Repeat(sc.Conv1d(H, H, 3, padding="same", dilation=2), L)], 2),
    ],
)
def test_a_gap_is_the_most_that_is_left_out(layers: Any, gap: int) -> None:
    assert sc.receptive_field(chain(*layers)).gap == gap


# --- what execution shows --------------------------------------------------------------------------------------------

# Some may stay the same where others change: they cut off, or there is one step to ask, or one number to normalise.
# Windows of adaptive pooling are not equally wide: their fields are bounds.
_AT_MOST = {
    *(f"Adaptive{kind}Pool{axes}d" for kind in ("Max", "Avg") for axes in (1, 2, 3)),
    "ReLU", "ReLU6", "Hardtanh", "Hardsigmoid", "Hardswish", "ArgMax", "Attention", "MultiheadAttention",
    "GroupedQueryAttention", "ScaledDotProductAttention", "TransformerEncoderLayer", "TransformerDecoderLayer",
    "LayerNorm", "GroupNorm", "RMSNorm", "Softmax", "Softmin", "LogSoftmax", "InstanceNorm1d", "InstanceNorm2d",
    "InstanceNorm3d", "RNN", "FeedForward", "GatedFeedForward",
}  # fmt: skip
POSITIONS = ("t", "t_self", "t_cross", "x", "y", "z")


def changed(layer: Any, arrays: list[NDArray[Any]], weights: Any, source: int, axis: int) -> list[NDArray[Any]]:
    """For each position along an axis of an input, whether the numbers of the output change when it does."""
    before = _first(execute(layer, *arrays, weights=weights))
    found = []
    for position in range(arrays[source].shape[axis]):
        differs = np.zeros(before.shape, bool)
        for by in (0.25, -1.0, 4.0, *([99.0] if "Pool" in type(layer).__name__ else [])):
            moved = [each.copy() for each in arrays]
            slices = [slice(None)] * moved[source].ndim
            slices[axis] = position  # type: ignore[call-overload]
            noise = np.random.default_rng(position).uniform(0.5, 1.5, size=moved[source][tuple(slices)].shape)
            moved[source][tuple(slices)] += by * noise
            differs |= _first(execute(layer, *moved, weights=weights)) != before
        found.append(differs)
    return found


def _first(made: Any) -> NDArray[Any]:
    return np.asarray(made[0] if isinstance(made, tuple) else made)


def predicted(end: Linear, place: tuple[int, ...]) -> Expr:
    return end.offset + sum(step * place[axis] for axis, step in end.steps)


def check(layer: Any, arrays: list[NDArray[Any]], weights: Any, *, exact: bool, ends: bool = True) -> None:
    """Holds what is derived against what changes, along each axis of positions of each input.

    Not ``exact``, what changes must be derived; without ``ends`` it is more in places whose field the axis cuts.
    """
    inputs = [sc.Input(*each.shape) for each in arrays]
    equation = layer.equation(*inputs)
    for source, axis in itertools.product(range(len(inputs)), range(3)):
        axes = equation.inputs[source].axes
        if axis < len(axes) and axes[axis].name in POSITIONS:
            field = field_of(equation, source, axis)
            seen = changed(layer, arrays, weights, source, axis)
            if field is None:
                assert not np.any(seen)
                continue
            together: dict[tuple[int, ...], set[int]] = {}  # channels, and places that differ along other axes
            for place in np.ndindex(seen[0].shape):
                key = tuple(place[each] if each in field.axes else 0 for each in range(len(place)))
                key = key if field.axes else (*place[:-1], 0)
                together.setdefault(key, set()).update(n for n, differs in enumerate(seen) if differs[place])
            for place, positions in together.items():
                first, last = ceiling(predicted(field.first, place)), floor(predicted(field.last, place))
                inside = set(range(len(seen))) & set(range(int(first), int(last) + 1))
                assert positions <= inside
                if not ends and (first < 0 or last >= len(seen)):
                    continue
                if not positions and "Transpose" in type(layer).__name__:
                    continue  # with a stride wider than its kernel some places stay empty
                if exact and field.gap == 1:
                    assert positions == inside
                elif exact and "Transpose" not in type(layer).__name__:
                    assert {first, last} & {*range(len(seen))} <= positions


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(RECIPES))
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_every_layer_sees_what_changes_it(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, _ = recipe.numeric()
    if recipe.rows or getattr(layer, "padding_mode", "zeros") != "zeros":
        return
    apart = name == "MultiscaleRNN" or (name in ("RNN", "LSTM", "GRU") and layer.dilation != 1)  # delays leave gaps
    check(layer, recipe.arrays(), recipe.weights(), exact=name not in _AT_MOST and not apart)


@pytest.mark.parametrize(
    "layer",
    [
        sc.RNN(2, 3),
        sc.RNN(2, 3, num_layers=3, bidirectional=True),
        sc.Attention(2, 3),
        sc.Attention(2, 3, is_causal=True),
        sc.Attention(2, 3, window=3),
        sc.Attention(2, 3, window=2, is_causal=True),
        sc.MultiheadAttention(2, 1, window=3),
        sc.GroupedQueryAttention(4, 2, 1, is_causal=True),
        sc.TransformerEncoderLayer(4, 2, 3),
        sc.TransformerEncoderLayer(4, 2, 3, is_causal=True, window=3),
        sc.InstanceNorm1d(2),
        sc.EveryPrefix(sc.Conv1d(2, 2, 3, padding="same")),
        sc.Repeat(sc.Conv1d(2, 2, 3, padding="same", dilation=2), 2),
        sc.Repeat(sc.Attention(2, 2, window=2), 3),
    ],
    ids=str,
)
def test_a_layer_over_time_sees_exactly_what_changes_it(layer: Any) -> None:
    channels = layer.example_inputs()[0].shape[-1]
    arrays = [np.random.default_rng(1).normal(size=(7, int(channels) if channels.is_Integer else 2))]
    check(layer, arrays, weights_for(layer, ((arrays[0].shape),)), exact=True)


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.sampled_from(["valid", "causal", 1])),
        min_size=1, max_size=4,
    )
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_a_stack_of_convolutions_and_a_way_around_it_see_what_changes_them(drawn: Any) -> None:
    layers = [sc.Conv1d(2, 2, k, stride=s, dilation=d, padding=padding) for k, d, s, padding in drawn]
    needed = 4
    for kernel, dilation, stride, _ in reversed(drawn):
        needed = (needed - 1) * stride + dilation * (kernel - 1) + 1
    net = sc.Sequential("stack", sc.Input(needed, 2, axes="t i"), *layers)
    check(
        net,
        [np.random.default_rng(2).normal(size=(needed, 2))],
        weights_for(net, ((needed, 2),)),
        exact=True,
        ends=False,
    )
    same = [sc.Conv1d(2, 2, k, dilation=d, padding="same") for k, d, _, _ in drawn]
    x = sc.Input(12, 2, axes="t i")
    y = x
    for layer in same:
        y = sc.Add()(layer(y), x)
    around = sc.Network("around", x, y)
    check(
        around, [np.random.default_rng(3).normal(size=(12, 2))], weights_for(around, ((12, 2),)), exact=True, ends=False
    )


_LAYERS = [
    sc.Conv1d(2, 2, 3, padding="same"),
    sc.Conv1d(2, 2, 2, padding="causal", dilation=2),
    sc.Attention(2, 2, window=2),
    sc.Attention(2, 2, window=2, is_causal=True),
    sc.Repeat(sc.Conv1d(2, 2, 2, padding="causal"), 3),
    sc.RNN(2, 2),
    sc.RNN(2, 2, bidirectional=True, num_layers=2),
    sc.Tanh(),
]


@given(st.lists(st.tuples(st.sampled_from(_LAYERS), st.booleans()), min_size=1, max_size=4))
@settings(max_examples=12, deadline=None)
def test_random_networks_see_what_changes_them(drawn: Any) -> None:
    x = sc.Input(8, 2, axes="t i")
    y = x
    for layer, is_residual in drawn:
        made = layer(y)
        if made.shape[-1] == 4:
            made = sc.Linear(4, 2)(made)
        y = sc.Add()(made, y) if is_residual else made
    net = sc.Network("random", x, y)
    linear = all(isinstance(layer, sc.Conv1d | sc.Repeat) for layer, _ in drawn)  # others saturate in floats
    weights = {name: each / 4 for name, each in weights_for(net, ((8, 2),)).items()}  # exponentials stay small
    check(net, [np.random.default_rng(4).normal(size=(8, 2))], weights, exact=linear, ends=False)


# --- what cannot be said ---------------------------------------------------------------------------------------------


def test_an_axis_that_is_not_there_is_refused() -> None:
    with pytest.raises(ShapeError, match="conv2d: no input has an axis that counts time; name one: axis='x' or 'y'"):
        sc.receptive_field(sc.Conv2d(1, 1, 3))
    with pytest.raises(ShapeError, match="conv1d: no input has an axis 'tt'; did you mean 't'"):
        sc.receptive_field(sc.Conv1d(1, 1, 3), "tt")
    with pytest.raises(ShapeError, match="conv1d: output 1; expected 0 to 0"):
        sc.receptive_field(sc.Conv1d(1, 1, 3), output=1)


def test_an_output_that_does_not_depend_on_the_axis_is_refused() -> None:
    x, y = sc.Input(T, H), sc.Input(T, H)
    net = sc.Network("two", (x, y), (sc.ReLU()(x), sc.Tanh()(y)))
    with pytest.raises(ShapeError, match="two: output 1 does not depend on axis 't'"):
        sc.receptive_field(net, output=1)


def test_what_a_node_of_costs_reads_is_not_known() -> None:
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, H))
    graph.add_node("a", work=T, params=0, depth=1)
    graph.add_edge("x", "a")
    with pytest.raises(UnpricedError, match="node 'a': what it reads of its inputs is not known"):
        sc.receptive_field(sc.Network("bare", graph))


def test_symbolically_many_layers_that_widen_and_turn_are_not_decided() -> None:
    x, h = sc.Input(T, H), sc.Input(T, H)
    step = sc.Network("step", (x, h), (sc.Conv1d(H, H, 3, padding="same")(h), x))
    inputs = sc.Input(T, H, name="a"), sc.Input(T, H, name="b")
    net = sc.Network("many", inputs, sc.Repeat(step, L)(*inputs))
    with pytest.raises(UndecidedError, match="how far L repetitions of step see"):
        sc.receptive_field(net)
    assert sc.receptive_field(net.at(L=4)).size == 5
