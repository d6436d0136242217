"""Networks to draw, and drawings of all that the library names: shared by the tests of drawings."""

from __future__ import annotations

import functools
from typing import Any

import networkx as nx
from oracles import catalogue
from sized import of_layer

import symcost as sc
from symcost.drawing.drawing import Drawing

T, H, I, V, D, L, F = (sc.dimension(name) for name in "THIVDLF")


@functools.cache
def named_networks() -> dict[str, sc.Network]:
    """Every named network, and every layer of the catalogue alone."""
    return {name: sc.architecture(name) for name in sc.ARCHITECTURES} | {name: of_layer(name) for name in catalogue()}


def some() -> dict[str, Drawing]:
    """A few of each sort, for the tests that are run each time."""
    names = ("matrix-vector", "attention", "rnn-cell", "encoder-decoder", "cnn-autoencoder", "bidirectional-rnn")
    found = {name: sc.draw(sc.architecture(name)) for name in names}
    found |= {name: sc.draw(nested_networks()[name], expand=1) for name in ("outer", "skipping", "sampling")}
    found |= {name: sc.draw(sequences()[name], unrolled=3) for name in ("bidirectional-rnn", "strided", "attention")}
    return found | {"LSTM": opened()["LSTM"], "feedback": sc.draw(sc.architecture("language-model").sampled())}


def every() -> dict[str, Drawing]:
    """All of them."""
    return {
        f"{each.__name__} {name}": drawing for each in (folded, opened, unrolled) for name, drawing in each().items()
    }


@functools.cache
def folded() -> dict[str, Drawing]:
    """A drawing of each, folded."""
    return {name: sc.draw(net) for name, net in named_networks().items()}


@functools.cache
def opened() -> dict[str, Drawing]:
    """Drawings of networks that hold others, opened; and of recurrences down to their operations."""
    found = {name: sc.draw(net, expand=2) for name, net in nested_networks().items()}
    found |= {name: sc.draw(of_layer(name), expand=2, step="operation") for name in ("RNN", "LSTM", "IIR", "Attention")}
    return found


@functools.cache
def unrolled() -> dict[str, Drawing]:
    """Drawings of networks over a few steps of time."""
    return {name: sc.draw(net, unrolled=3) for name, net in sequences().items()}


@functools.cache
def sequences() -> dict[str, sc.Network]:
    """Networks over time, whose other sizes do not decide the picture."""
    names = ("rnn", "lstm", "bidirectional-rnn", "minimal-convolution", "fir", "iir", "attention", "language-model",
             "encoder-decoder", "translation", "speech-synthesis", "language-model-sampling", "dnn")  # fmt: skip
    found = {name: sc.architecture(name) for name in names}
    found["stacked"] = sc.architecture("stacked-rnn").at(L=2)
    dilated = [sc.Conv1d(1, 1, 2, padding="causal", dilation=2**level) for level in range(2)]
    found["dilated"] = sc.Sequential("dilated", sc.Input(T, 1), *dilated, sc.RNN(1, 1, dilation=2))
    found["strided"] = sc.Sequential("strided", sc.Input(T, 1), sc.Conv1d(1, 1, 2, padding="causal"), sc.AvgPool1d(2))
    block = sc.TransformerEncoderLayer(D, 1, D, is_causal=True)
    found["decoder only"] = sc.Sequential("decoder only", sc.Input(T, D), sc.Repeat(block, 2), sc.Linear(D, V))
    return found


@functools.cache
def nested_networks() -> dict[str, sc.Network]:
    """Networks that hold networks, repeat them, share them, and skip some."""
    inner = sc.Sequential("inner", sc.Input(T, H), sc.Linear(H, H), sc.ReLU())
    middle = sc.Sequential("middle", sc.Input(T, H), inner, sc.RNN(H, H), sc.Repeat(inner, L))
    outer = sc.Sequential("outer", sc.Input(T, H), middle, sc.LayerNorm(H), middle)
    transformer = sc.Sequential(
        "transformer", sc.Input(T), sc.Embedding(V, D), sc.Repeat(sc.TransformerEncoderLayer(D, 2, F), L),
        sc.Linear(D, V),
    )  # fmt: skip
    x = sc.Input(T, H, name="x")
    y = sc.ReLU()(sc.Linear(H, H)(x, name="down"))
    z = sc.ReLU()(sc.Linear(H, H)(y, name="up"))
    skipping = sc.Network("skipping", x, sc.Concat()(sc.Concat()(z, y), x))
    return {
        "outer": outer, "transformer": transformer, "skipping": skipping,
        "sampling": sc.architecture("language-model-sampling"), "translation": sc.architecture("translation-sampling"),
    }  # fmt: skip


def of_costs() -> sc.Network:
    """A network of bare costs, some of them not known."""
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, I))
    graph.add_node("known", params=H, work=T * H, depth=1, shape=(T, H))
    graph.add_node("unknown", params=3, shape=(T, H))
    graph.add_node("last", layer=sc.Linear(H, V))
    nx.add_path(graph, ["x", "known", "unknown", "last"])
    return sc.Network("costs", graph)


def called(name: str) -> sc.Network:
    """A network in which everything is called by a name: itself, an input, layers, a network inside."""
    x, y = sc.Input(T, I, name=name), sc.Input(T, H, name=name)
    inner: Any = sc.Network(name, y, sc.RNN(H, H)(y, name=name))
    return sc.Network(name, x, inner(sc.Linear(I, H)(x, name=name), name=name + "!"))
