"""Traffic: the numbers that layers move, against what is counted by hand, and the rooflines of the textbook."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES
from sympy import Integer, Rational, limit, oo

import symcost as sc
from symcost import functional
from symcost.analysis.traffic import Traffic, node_traffic, part_traffic
from symcost.axes import elements
from symcost.errors import UnpricedError
from symcost.interpret import execute, weights_of

B, D, E, F, G, H, I, K, L, N, S, T, V, X, Y = map(sc.dimension, "BDEFGHIKLNSTVXY")


def moved(layer, *shapes, streamed=False):
    return node_traffic(layer.apply([sc.Input(*shape) for shape in shapes])[0].node, streamed=streamed)


BY_HAND = [
    # layer, shapes of the inputs, numbers read of the inputs, of the weights, numbers written
    (sc.Linear(I, H), [(B, I)], "B*I", "H*I + H", "B*H"),
    (sc.Linear(I, H, bias=False), [(I,)], "I", "H*I", "H"),
    (sc.Conv1d(I, H, K), [(T, I)], "T*I", "H*I*K + H", "(T - K + 1)*H"),
    (sc.Conv1d(I, H, 3, padding="same", stride=1), [(B, T, I)], "B*T*I", "3*H*I + H", "B*T*H"),
    (sc.Conv2d(I, H, 3, stride=2, padding=1, bias=False), [(28, 28, I)], "784*I", "9*H*I", "196*H"),
    (
        sc.ConvTranspose1d(I, H, 3, padding=1),
        [(T, I)],
        "T*I",
        "3*H*I + H",
        "T*H",
    ),  # what padding cuts off is not written
    (sc.LSTM(I, H), [(T, I)], "T*I", "4*H*I + 4*H^2 + 8*H", "T*H"),
    (sc.LSTM(I, H, 2, bidirectional=True), [(T, I)], "T*I", "2*4*(H*I + H^2 + 2*H) + 2*4*(2*H*H + H^2 + 2*H)", "2*T*H"),
    (sc.GRU(I, H, L), [(T, I)], "T*I", "3*(H*I + H^2 + 2*H) + (L - 1)*3*(2*H^2 + 2*H)", "T*H"),
    (sc.ScaledDotProductAttention(), [(B, T, D), (B, S, D), (B, S, D)], "B*T*D + 2*B*S*D", "0", "B*T*D"),
    (sc.MultiheadAttention(E, N), [(T, E), (S, E), (S, E)], "T*E + 2*S*E", "4*E^2 + 4*E", "T*E"),
    (sc.Attention(I, H), [(T, I)], "T*I", "4*H*I", "T*I"),
    (sc.Embedding(V, E), [(T,)], "T", "T*E", "T*E"),  # the rows that are fetched, not the table
    (sc.OneHotEmbedding(V, E), [(T, V)], "T*V", "V*E", "T*E"),
    (sc.ReLU(), [(T, H)], "T*H", "0", "T*H"),
    (sc.Softmax(), [(T, H)], "T*H", "0", "T*H"),
    (sc.Add(), [(T, H), (T, H)], "2*T*H", "0", "T*H"),
    (sc.LayerNorm(H), [(T, H)], "T*H", "2*H", "T*H"),
    (sc.BatchNorm2d(H), [(X, Y, H)], "X*Y*H", "4*H", "X*Y*H"),  # running statistics are read too
    (sc.MaxPool2d(2), [(X, X, H)], "X^2*H", "0", "floor(X/2)^2*H"),
    (sc.Concat(), [(T, H), (T, I)], "T*H + T*I", "0", "T*H + T*I"),  # is copied
    (sc.UpsamplingNearest1d(2), [(T, H)], "T*H", "0", "2*T*H"),
    (sc.Identity(), [(T, H)], "0", "0", "0"),
    (sc.Flatten(), [(T, H)], "0", "0", "0"),
    (sc.Dropout(), [(T, H)], "0", "0", "0"),
    (sc.TransformerEncoderLayer(D, N, F), [(T, D)], "T*D", "4*D^2 + 4*D + 2*D*F + D + F + 4*D", "T*D"),
]


@pytest.mark.parametrize(("layer", "shapes", "inputs", "weights", "outputs"), BY_HAND, ids=lambda each: repr(each)[:40])
def test_a_fused_layer_moves_its_inputs_its_weights_and_its_outputs_once(layer, shapes, inputs, weights, outputs):
    found = moved(layer, *shapes)

    assert (found.inputs, found.weights, found.outputs) == tuple(map(sc.read, (inputs, weights, outputs)))
    assert found.elements == sc.read(f"{inputs} + {weights} + {outputs}")


def test_what_runs_anew_on_every_prefix_reads_its_steps_and_its_weights_again():
    found = moved(sc.EveryPrefix(sc.Linear(I, H, bias=False)), (T, I))

    assert found.inputs == sc.read("T*(T + 1)/2*I").expand()
    assert (found.weights, found.outputs) == (T * H * I, T * H)


VIEWS = {"Identity", "Flatten", "Dropout", "PixelShuffle"}
ONCE = sorted(set(catalogue()) - {"Embedding", "EmbeddingBag", "EveryPrefix"})  # look-ups read rows; reruns read again


@pytest.mark.parametrize("name", ONCE)
def test_every_layer_reads_all_that_it_learns_and_writes_what_it_hands_out(name):
    layer = catalogue()[name].example()
    made = layer.apply(layer.example_inputs())
    found = node_traffic(made[0].node)

    extra = 2 * H if name.startswith("BatchNorm") else 0  # running statistics
    assert found.weights == sc.read(f"{layer.cost().parameters} + {extra}")
    assert found.outputs == (0 if name in VIEWS else sum(elements(each.axes) for each in made).expand())


@pytest.mark.parametrize("name", ONCE)
@settings(deadline=None, max_examples=4)
@given(data=st.data())
def test_what_is_moved_is_what_a_run_takes_needs_and_hands_out(name, data):
    layer, shapes = data.draw(RECIPES[name]).numeric()
    arrays = [np.ones(shape) for shape in shapes]
    found = moved(layer, *shapes)

    if found.elements != 0:  # no view
        assert found.inputs == sum(array.size for array in arrays)
        made = execute(layer, *arrays)
        assert found.outputs == sum(each.size for each in (made if isinstance(made, tuple) else (made,)))
    assert found.weights == sum(math.prod(shape) for shape in weights_of(layer, *shapes).values())


@pytest.mark.parametrize(
    ("layer", "weights"),
    [
        (sc.RNN(I, H), "H*I + H + T*(H^2 + H)"),  # the projection of the inputs is no part of the loop
        (sc.LSTM(I, H), "4*H*I + 4*H + T*(4*H^2 + 4*H)"),
        (sc.GRU(I, H, bias=False), "3*H*I + T*3*H^2"),
        (sc.GRU(I, H, L, bias=False), "3*H*I + 3*T*H^2 + (L - 1)*(3*H^2 + 3*T*H^2)"),
        (sc.Linear(I, H), "H*I + H"),
    ],
    ids=repr,
)
def test_streamed_weights_are_read_at_each_step_of_a_recurrence(layer, weights):
    resident, streamed = moved(layer, (T, I)), moved(layer, (T, I), streamed=True)

    assert streamed.weights == sc.read(weights)
    assert (streamed.inputs, streamed.outputs) == (resident.inputs, resident.outputs)


def test_a_layer_called_in_a_loop_is_read_at_each_step_if_it_is_streamed(monkeypatch):
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Loop(sc.Layer):
        takes = "... t h"

        def forward(self, x):
            cell = sc.Linear(x.axes[-1].size, x.axes[-1].size, bias=False)
            return functional.scan(lambda x_t, h: cell(h) + x_t, x, over="t", carry=[x.axes[-1].size])[0]

    assert moved(Loop(), (T, H)).weights == H**2
    assert moved(Loop(), (T, H), streamed=True).weights == T * H**2


def test_one_tensor_that_a_layer_takes_three_times_is_read_once():
    x = sc.Input(T, E)

    assert node_traffic(sc.MultiheadAttention(E, 4)(x, x, x).node).inputs == T * E


def test_a_layer_within_a_layer_that_is_called_twice_is_read_once(monkeypatch):
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Twice(sc.Layer):
        takes = "... h"

        def forward(self, x):
            inner = sc.Linear(x.axes[-1].size, x.axes[-1].size, bias=False)
            other = sc.Linear(x.axes[-1].size, x.axes[-1].size, bias=False)
            return other(inner(sc.Dropout()(inner(x))))

    assert moved(Twice(), (T, H)) == Traffic(T * H, 2 * H**2, T * H)


def test_a_layer_that_hands_on_what_it_takes_moves_nothing(monkeypatch):
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Wire(sc.Layer):
        takes = "... t h"

        def forward(self, x):
            return sc.Identity()(functional.rearrange("... t h -> ... h t", x))

    assert moved(Wire(), (T, H)) == Traffic()


def test_the_parts_of_a_network_move_in_turn_and_repetitions_each_time():
    x = sc.Input(T, H)
    block = sc.Sequential("block", sc.Input(T, H), sc.Linear(H, H), sc.ReLU())
    net = sc.Network("net", x, sc.Repeat(block, L)(block(block(x))))
    once = 2 * T * H + H**2 + H

    found = [part_traffic(part).elements for part in net.layers]

    # called twice with the same weights: read twice; then L times with weights of their own
    assert found == [once, 2 * T * H, once, 2 * T * H, sc.read(f"L*({once})"), 2 * L * T * H]


def test_operations_beside_layers_read_their_tensors_and_views_nothing():
    x = sc.Input(T, H)
    window = functional.window(x, "t", Integer(3), Integer(1), Integer(1), "k")
    net = sc.Network("net", x, functional.einsum("t k h, k h -> t h", window, functional.weight("w", 3, H)))

    moved_by = {part.name: part_traffic(part) for part in net.layers}

    assert moved_by.pop("einsum") == Traffic(T * H, 3 * H, sc.read("(T - 2)*H"))  # not the windows: they overlap
    assert set(moved_by.values()) == {Traffic()}
    assert len(moved_by) == 2


def test_rows_that_a_layer_within_looks_up_are_what_is_read(monkeypatch):
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Tied(sc.Layer):
        takes = "... t, v e"

        def forward(self, x, table):
            return functional.gather(x, table)

    found = moved(Tied(), (T,), (V, E))

    assert found.inputs == T + T * E


def test_what_has_only_costs_moves_nobody_knows_what():
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, H))
    graph.add_node("bare", work=T, shape=(T, H))
    graph.add_edge("x", "bare")
    (part,) = sc.Network("net", graph).layers

    with pytest.raises(UnpricedError, match="node 'bare': only its cost is known, not what it moves; expected a layer"):
        part_traffic(part)


# --- arithmetic intensity: the textbook's rooflines ---


def intensity(layer, *shapes, number, weight=None):
    tensors = [sc.Input(*shape) for shape in shapes]
    node = layer.apply(tensors)[0].node
    return sc.convention("flops").price(node.cost.work) / node_traffic(node).bytes(Integer(number), weight)


def same(one, other):
    return (one - other).together().as_numer_denom()[0].expand() == 0


# Williams, Waterman and Patterson, Roofline, 2009; Austin et al., How to scale your model, 2025, Rooflines.
PRODUCT = (sc.Linear(D, F, bias=False), (B, D))


@pytest.mark.parametrize(
    ("number", "weight", "textbook", "for_large_matrices"),
    [
        (2, None, "B*D*F/(B*D + D*F + B*F)", B),
        (1, None, "2*B*D*F/(B*D + D*F + B*F)", 2 * B),
        (2, Integer(1), "2*B*D*F/(2*B*D + D*F + 2*B*F)", 2 * B),  # weights in 8 bits, activations in 16
        (4, None, "B*D*F/(2*(B*D + D*F + B*F))", B / 2),
    ],
)
def test_the_intensity_of_a_product(number, weight, textbook, for_large_matrices):
    found = intensity(*PRODUCT, number=number, weight=weight)

    assert same(found, sc.read(textbook))
    assert limit(limit(found, F, oo), D, oo) == for_large_matrices


def test_the_intensity_of_a_dot_product():
    net = sc.Network(
        "dot", (x := sc.Input(N, axes="n"), y := sc.Input(N, axes="n")), functional.einsum("n, n -> ", x, y)
    )
    (part,) = net.layers
    exact = sc.convention("exact").price(part.cost.work) / part_traffic(part).bytes(Integer(2))

    assert same(exact, (2 * N - 1) / (4 * N + 2))
    assert limit(exact, N, oo) == Rational(1, 2)


def products(layer, *shapes):
    """Operations of the products alone for each byte, as rooflines of attention are drawn."""
    node = layer.apply([sc.Input(*shape) for shape in shapes])[0].node
    return 2 * node.cost.work["mac"] / node_traffic(node).bytes(Integer(2))


def test_the_intensity_of_attention():
    found = products(sc.ScaledDotProductAttention(), (B, T, D), (B, S, D), (B, S, D))

    assert same(found, S * T / (S + T))
    assert same(found.subs(S, T), T / 2)  # of a prompt
    assert limit(found.subs(T, 1), S, oo) == 1  # of one token after the other


def test_the_intensity_of_attention_with_groups_of_queries():
    # G queries share a key: they are G times as many queries of it, T G
    found = products(sc.ScaledDotProductAttention(), (B, T * G, D), (B, S, D), (B, S, D))

    assert same(found, T * S * G / (T * G + S))
    assert same(found.subs(S, T), T * G / (G + 1))
    assert limit(found.subs(T, 1), S, oo) == G


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_more_rows_move_more_and_are_more_intensive(rows, width, depth):
    one, two = (moved(sc.Linear(width, depth), (count, width)) for count in (rows, 2 * rows))

    assert one.elements < two.elements < 2 * one.elements
    assert one.repeated(Integer(3)).elements == 3 * one.elements
