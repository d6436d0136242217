from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import Layer, dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, S, H, I, E, N, M, D = map(dimension, "BTSHIENMD")
TS, TC = dimension("T_self"), dimension("T_cross")


def _attend(q: Any, k: Any, v: Any) -> Any:
    scores = np.exp(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]))
    return scores / scores.sum(axis=-1, keepdims=True) @ v


# --- what is computed ---


def test_the_answer_is_the_mean_of_the_values_weighted_by_softmax() -> None:
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 6))
    assert np.allclose(execute(sc.ScaledDotProductAttention(), q, k, v), _attend(q, k, v), atol=1e-13)


def test_equal_scores_take_the_plain_mean() -> None:
    v = [[1.0, 0.0], [3.0, 6.0]]
    made = execute(sc.ScaledDotProductAttention(), [[0.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]], v)
    assert made == pytest.approx(np.array([[2.0, 3.0]]))


def test_projected_attention_is_attention_between_projections() -> None:
    rng = np.random.default_rng(0)
    layer = sc.Attention(3, 4, bias=True)
    x, memory = rng.normal(size=(2, 3)), rng.normal(size=(5, 3))
    w = {name: rng.normal(size=shape) for name, shape in weights_of(layer, (2, 3), (5, 3)).items()}
    q = x @ w["q_proj.weight"].T + w["q_proj.bias"]
    k = memory @ w["k_proj.weight"].T + w["k_proj.bias"]
    v = memory @ w["v_proj.weight"].T + w["v_proj.bias"]
    expected = _attend(q, k, v) @ w["o_proj.weight"].T + w["o_proj.bias"]
    assert np.allclose(execute(layer, x, memory, weights=w), expected, atol=1e-12)


@pytest.mark.parametrize("projections", ["q", "k", "v", "o", "qk", "vo", "qkv", "qkvo", "ovkq"])
def test_only_what_is_named_is_projected(projections: str) -> None:
    needed = weights_of(sc.Attention(4, 4, projections=projections), (3, 4))
    assert sorted(needed) == sorted(f"{letter}_proj.weight" for letter in projections)
    cost = sc.Attention(H, H, projections=projections).cost(Input(T, H))
    assert cost.weights == len(projections) * H**2
    assert cost.work["mac"] == len(projections) * H**2 * T + 2 * H * T**2


def test_heads_attend_each_to_their_share_of_the_channels() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 6))
    layer = sc.Attention(6, 6, num_heads=2, projections="q")
    w = {"q_proj.weight": rng.normal(size=(6, 6))}
    q = x @ w["q_proj.weight"].T
    expected = np.concatenate(
        [_attend(q[..., cut], x[..., cut], x[..., cut]) for cut in (slice(3), slice(3, 6))], axis=-1
    )
    assert np.allclose(execute(layer, x, weights=w), expected, atol=1e-12)


# --- one layer written in two ways ---


@pytest.mark.parametrize("heads", [1, 2, N])
@pytest.mark.parametrize("bias", [True, False])
def test_attention_between_equal_channels_costs_what_multihead_attention_does(heads: Any, bias: bool) -> None:
    own = sc.Attention(E, E, num_heads=heads, bias=bias)
    theirs = sc.MultiheadAttention(E, heads, bias=bias)
    for inputs in ((Input(T, E),), (Input(TS, E), Input(TC, E)), (Input(B, TS, E), Input(B, TC, E))):
        one, other = own.cost(*inputs), theirs.cost(*inputs)
        assert (one.weights, one.biases, one.work) == (other.weights, other.biases, other.work)


@pytest.mark.parametrize("heads", [1, 2, 4])
def test_attention_between_equal_channels_computes_what_multihead_attention_does(heads: int) -> None:
    rng = np.random.default_rng(0)
    x, memory = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    W, b, O, c = (rng.normal(size=shape) for shape in ((12, 4), (12,), (4, 4), (4,)))
    theirs = {"in_proj_weight": W, "in_proj_bias": b, "out_proj.weight": O, "out_proj.bias": c}
    own = {"o_proj.weight": O, "o_proj.bias": c}
    for part, letter in enumerate("qkv"):
        own |= {f"{letter}_proj.weight": W[4 * part : 4 * part + 4], f"{letter}_proj.bias": b[4 * part : 4 * part + 4]}
    one, work = count(sc.Attention(4, 4, num_heads=heads, bias=True), x, memory, weights=own)
    other, also = count(sc.MultiheadAttention(4, heads), x, memory, weights=theirs)
    assert np.allclose(one, other, atol=1e-12) and work == also


def test_unprojected_attention_with_a_projected_output_is_scaled_dot_products_and_a_linear_layer() -> None:
    whole = sc.Attention(H, H, projections="o").cost(Input(TS, H), Input(TC, H))
    core = sc.ScaledDotProductAttention().cost(Input(TS, H), Input(TC, H), Input(TC, H))
    assert whole.work == core.work + sc.Linear(H, H, False).cost(Input(TS, H)).work


def test_more_heads_cost_more_softmax_and_nothing_else() -> None:
    one, many = sc.MultiheadAttention(E, 1).cost(Input(T, E)), sc.MultiheadAttention(E, N).cost(Input(T, E))
    assert (one.parameters, one.work["mac"], one.work["add"] - many.work["add"]) == (
        many.parameters,
        many.work["mac"],
        ((1 - N) * (2 * T**2 - T)).expand(),
    )
    for kind in ("exp", "div", "compare"):
        assert many.work[kind] == (N * one.work[kind]).expand()
    assert many.work.dots - one.work.dots == ((N - 1) * T**2).expand()


def test_one_input_attends_to_itself_and_a_second_is_what_is_asked() -> None:
    x, memory = np.random.default_rng(0).normal(size=(3, 4)), np.random.default_rng(1).normal(size=(5, 4))
    for layer in (sc.Attention(4, 4), sc.MultiheadAttention(4, 2)):
        assert np.array_equal(execute(layer, x), execute(layer, x, x))
        assert not np.allclose(execute(layer, x), execute(layer, x, memory))
        assert execute(layer, x, memory).shape == (3, 4)
    multihead = sc.MultiheadAttention(4, 2)
    assert np.array_equal(execute(multihead, x, memory), execute(multihead, x, memory, memory))


def test_a_transformer_layer_counts_four_squares_of_its_width() -> None:
    cost = sc.MultiheadAttention(512, 8).cost(Input(10, 512))
    assert (cost.weights, cost.biases) == (4 * 512**2, 4 * 512)
    assert cost.work["mac"] == 4 * 10 * 512**2 + 2 * 10**2 * 512


def test_the_last_channels_are_those_that_came_in() -> None:
    assert sc.Attention(I, H)(Input(B, TS, I), Input(B, TC, I)).shape == (B, TS, I)
    assert sc.Attention(I, H, projections="qkv")(Input(TS, I), Input(TC, I)).shape == (TS, H)
    assert sc.MultiheadAttention(E, N)(Input(TS, E), Input(TC, E)).shape == (TS, E)
    assert sc.ScaledDotProductAttention()(Input(TS, D), Input(TC, D), Input(TC, H)).shape == (TS, H)


def test_what_is_asked_may_have_channels_of_its_own() -> None:
    said, found = sc.Attention(I, H, M), sc.Attention(I, H)
    assert said.cost(Input(TS, I), Input(TC, M)) == found.cost(Input(TS, I), Input(TC, M))
    assert said.cost(Input(TS, I), Input(TC, M)).weights == 2 * H * I + 2 * H * M


# --- weights ---


def test_keys_and_values_of_other_widths_have_weights_of_their_own() -> None:
    assert weights_of(sc.MultiheadAttention(4, 2, kdim=3, vdim=5), (2, 4), (6, 3), (6, 5)) == {
        "q_proj_weight": (4, 4), "k_proj_weight": (4, 3), "v_proj_weight": (4, 5), "in_proj_bias": (12,),
        "out_proj.weight": (4, 4), "out_proj.bias": (4,),
    }  # fmt: skip


@pytest.mark.parametrize("widths", [{}, {"kdim": 4}, {"vdim": 4}, {"kdim": 4, "vdim": 4}], ids=str)
def test_keys_and_values_of_the_same_width_share_one_matrix_as_in_pytorch(widths: dict[str, int]) -> None:
    needed = weights_of(sc.MultiheadAttention(4, 2, **widths), (3, 4))
    assert needed["in_proj_weight"] == (12, 4) and "q_proj_weight" not in needed


# --- what is refused ---


@pytest.mark.parametrize(("channels", "heads"), [(5, 2), (512, 6), (4, 8), (3 * H, 2 * H)])
def test_heads_divide_the_channels(channels: Any, heads: Any) -> None:
    with pytest.raises(
        ShapeError, match=r"MultiheadAttention: embed_dim=.*, num_heads=.*; expected num_heads that divide"
    ):
        sc.MultiheadAttention(channels, heads)
    with pytest.raises(ShapeError, match=r"Attention: hidden_size=.*, num_heads=.*; expected num_heads that divide"):
        sc.Attention(I, channels, num_heads=heads)


def test_symbolic_heads_are_checked_once_they_are_numbers() -> None:
    layer = sc.MultiheadAttention(E, N)
    assert layer.at_sizes({E: sc.read("6"), N: sc.read("3")}).num_heads == 3
    with pytest.raises(ShapeError, match="embed_dim=6, num_heads=4"):
        layer.at_sizes({E: sc.read("6"), N: sc.read("4")})


@pytest.mark.parametrize("wrong", ["", "x", "qkvx", "QKV", "q,k"])
def test_letters_that_are_no_projection_are_refused(wrong: str) -> None:
    with pytest.raises(ShapeError, match=r"Attention: projections is .*; expected letters out of 'qkvo'"):
        sc.Attention(I, H, projections=wrong)


@pytest.mark.parametrize(
    ("layer", "inputs"),
    [
        (sc.Attention(3, 4), (Input(T, 5),)),
        (sc.Attention(3, 4, 6), (Input(T, 3), Input(S, 5))),
        (sc.Attention(3, 4, projections="k"), (Input(T, 3),)),
        (sc.Attention(3, 4, projections="vo"), (Input(T, 3), Input(S, 4))),
        (sc.Attention(3, 4), (Input(2, T, 3), Input(5, S, 3))),
        (sc.MultiheadAttention(4, 2), (Input(T, 5),)),
        (sc.MultiheadAttention(4, 2), (Input(T, 4), Input(S, 5))),
        (sc.MultiheadAttention(4, 2, kdim=3), (Input(T, 4), Input(S, 4), Input(S, 4))),
        (sc.MultiheadAttention(4, 2), (Input(T, 4), Input(S, 4), Input(B, 4))),
        (sc.ScaledDotProductAttention(), (Input(T, 4), Input(S, 5), Input(S, 4))),
        (sc.ScaledDotProductAttention(), (Input(T, 4), Input(S, 4), Input(B, 4))),
    ],
    ids=str,
)
def test_queries_keys_and_values_that_do_not_fit_are_refused(layer: Layer, inputs: Any) -> None:
    with pytest.raises(ShapeError) as caught:
        layer(*inputs)
    assert repr(layer) in str(caught.value) and "expected" in str(caught.value)


@pytest.mark.parametrize("name", ["embed_dim", "num_heads", "kdim", "vdim"])
def test_sizes_that_are_none_are_refused(name: str) -> None:
    with pytest.raises(DimensionError, match=f"MultiheadAttention: {name} is 0"):
        sc.MultiheadAttention(**{"embed_dim": 4, "num_heads": 2, name: 0})


def test_attention_computes_its_scores_whether_or_not_a_single_head_is_named() -> None:
    assert sc.Attention(I, H, num_heads=1).cost() == sc.Attention(I, H).cost()
    assert sc.MultiheadAttention(4, 1).cost(Input(3, 4)).work == Work(
        mac=4 * 3 * 16 + 2 * 9 * 4, add=4 * 12 + 9 + 6, div=18, compare=6, exp=9, dots=4 * 12 + 9 + 12
    )
