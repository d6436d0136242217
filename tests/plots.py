"""Plots of every kind, shared by the tests of what draws them."""

from __future__ import annotations

import functools

import symcost as sc
from symcost import D, H, I, L, T


@functools.cache
def layer():
    return sc.Sequential("Transformer layer", sc.Input(T, D), sc.TransformerEncoderLayer(D, 1, 4 * D))


@functools.cache
def lstms():
    return sc.Sequential("four LSTMs", sc.Input(T, D), *(sc.LSTM(D, D) for _ in range(4)))


@functools.cache
def crossing():
    return sc.plot([layer(), lstms(), sc.Sequential("RNN", sc.Input(T, D), sc.RNN(D, D))], "T", at={"D": 512})


@functools.cache
def against():
    return sc.plot([sc.RNN(I, H), sc.LSTM(I, H)], "H", against="parameters", at={"T": 100, "I": 64}, range=(1, 1000))


@functools.cache
def regimes():
    return sc.plot_regimes(sc.TransformerEncoderLayer(), at={"F": 2048})


@functools.cache
def profile():
    stack = sc.Sequential("stack", sc.Input(T, H), sc.RNN(H, H, num_layers=L))
    return sc.schedule(stack).plot(T=6, L=3, H=16)


def named(*names, title=""):
    """Curves of all names, some of which meet."""
    return sc.plot({name: sc.read(f"{3**place}*T*7 + T^2") for place, name in enumerate(names)}, "T", title=title)


KINDS = {"crossing": crossing, "against": against, "regimes": regimes, "profile": profile}
