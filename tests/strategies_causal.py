"""Random causal networks, all of whose layers take and make sequences of H channels."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

import symcost as sc

H, T = sc.H, sc.T

_recurrent = st.sampled_from([sc.RNN, sc.LSTM, sc.GRU])
_leaves: st.SearchStrategy[Any] = st.one_of(
    st.just(("linear",)),
    st.just(("tanh",)),
    st.just(("norm",)),
    st.tuples(st.just("recurrent"), _recurrent, st.integers(1, 2)),
    st.tuples(st.just("convolution"), st.integers(1, 3), st.integers(1, 2)),
    st.tuples(st.just("attention"), st.sampled_from([None, 1, 2, 3])),
)
chains: st.SearchStrategy[Any] = st.recursive(
    st.lists(_leaves, min_size=1, max_size=3),
    lambda inner: st.lists(
        st.one_of(
            _leaves,
            st.tuples(st.just("residual"), inner),
            st.tuples(st.just("both"), inner, inner),
            st.tuples(st.just("repeat"), inner, st.integers(1, 3)),
        ),
        min_size=1,
        max_size=3,
    ),
    max_leaves=5,
)
"""Chains of recurrences, convolutions and attention, within residuals, branches and repetitions."""


def built(chain: Any, name: str = "random") -> sc.Network:
    """The network of a chain."""
    x = sc.Input(T, H)
    return sc.Network(name, x, _on(chain, x))


def _on(chain: Any, x: Any) -> Any:
    for step in chain:
        match step:
            case ("linear",):
                x = sc.Linear(H, H)(x)
            case ("tanh",):
                x = sc.Tanh()(x)
            case ("norm",):
                x = sc.RMSNorm(H)(x)
            case ("recurrent", kind, layers):
                x = kind(H, H, layers)(x)
            case ("convolution", width, dilation):
                x = sc.Conv1d(H, H, width, padding="causal", dilation=dilation)(x)
            case ("attention", window):
                x = sc.MultiheadAttention(H, 1, is_causal=True, window=window)(x)
            case ("residual", inner):
                x = sc.Add()(x, _on(inner, x))
            case ("both", one, other):
                x = sc.Linear(2 * H, H)(sc.Concat()(_on(one, x), _on(other, x)))
            case ("repeat", inner, count):
                x = sc.Repeat(built(inner, "body"), count)(x)
    return x
