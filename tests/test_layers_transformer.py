from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, D, F, N = map(dimension, "BTDFN")
T_SELF, T_CROSS = dimension("T_self"), dimension("T_cross")

BLOCKS = [sc.TransformerEncoderLayer, sc.TransformerDecoderLayer]
ALL = [sc.FeedForward, sc.GatedFeedForward, *BLOCKS]


def _under(weights: dict[str, Any], name: str) -> dict[str, Any]:
    return {key.removeprefix(f"{name}."): each for key, each in weights.items() if key.startswith(f"{name}.")}


def _weights(layer: Any, *shapes: tuple[int, ...]) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=shape) for name, shape in weights_of(layer, *shapes).items()}


# --- feed-forward ---


def test_feed_forward_by_hand() -> None:
    weights = {
        "linear1.weight": [[1.0], [-1.0]], "linear1.bias": [0.0, 1.0],
        "linear2.weight": [[2.0, 3.0]], "linear2.bias": [10.0],
    }  # fmt: skip
    made, work = count(sc.FeedForward(1, 2), [[4.0], [-4.0]], weights=weights)
    assert made.tolist() == [[2 * 4 + 10], [3 * 5 + 10]]
    assert work == Work(mac=2 * (2 + 2), add=2 * (2 + 1), compare=2 * 2, dots=2 * 3)


def test_gated_feed_forward_by_hand() -> None:
    weights = {"w1.weight": [[1.0], [-1.0]], "w3.weight": [[5.0], [7.0]], "w2.weight": [[1.0, 100.0]]}
    made, work = count(sc.GatedFeedForward(1, 2, activation="relu"), [[2.0], [-2.0]], weights=weights)
    assert made.tolist() == [[2 * 10], [100 * 2 * -14]]
    assert work == Work(mac=2 * 6, compare=2 * 2, mul=2 * 2, dots=2 * 5)


def test_a_feed_forward_layer_has_2_d_f_products_a_step_and_a_gated_one_3_d_f() -> None:
    plain, gated = sc.FeedForward(D, F).cost(Input(T, D)), sc.GatedFeedForward(D, F).cost(Input(T, D))
    assert (plain.work["mac"], plain.weights, plain.biases) == (2 * T * D * F, 2 * D * F, D + F)
    assert (gated.work["mac"], gated.weights, gated.biases) == (3 * T * D * F, 3 * D * F, 0)


def test_two_thirds_of_the_width_make_a_gated_layer_cost_what_a_plain_one_does() -> None:
    """Shazeer, 2020, section 2; LLaMA takes 2/3 of 4 D."""
    gated = sc.GatedFeedForward(D, 8 * N).cost(Input(T, D))
    plain = sc.FeedForward(D, 12 * N, bias=False).cost(Input(T, D))
    assert (gated.work["mac"], gated.parameters) == (plain.work["mac"], plain.parameters)


@pytest.mark.parametrize(
    ("activation", "more"),
    [("relu", Work(compare=F)), ("gelu", Work(mul=3 * F, add=F, erf=F)), ("silu", Work(mul=F, sigmoid=F))],
)
def test_activations_work_at_each_hidden_unit(activation: Any, more: Work) -> None:
    products = Work(mac=2 * D * F, dots=D + F)
    assert sc.FeedForward(D, F, activation, bias=False).cost(Input(D)).work == products + more
    gated = Work(mac=3 * D * F, dots=D + 2 * F, mul=F)
    assert sc.GatedFeedForward(D, F, activation).cost(Input(D)).work == gated + more


# --- encoder ---


def test_an_encoder_layer_has_the_parameters_and_products_of_the_paper() -> None:
    cost = sc.TransformerEncoderLayer(D, N, F).cost(Input(T, D))
    assert cost.parameters == 4 * D**2 + 2 * D * F + 9 * D + F
    assert cost.work["mac"] == (2 * T * (T * D + D * F + 2 * D**2)).expand()


def test_an_encoder_layer_of_bert_has_the_parameters_that_it_has() -> None:
    cost = sc.TransformerEncoderLayer(768, 12, 3072, activation="gelu").cost(Input(512, 768))
    assert cost.parameters == 7_087_872
    assert cost.work["mac"] == 2 * 512 * (512 * 768 + 768 * 3072 + 2 * 768**2)


def test_twelve_of_them_have_twelve_times_the_parameters() -> None:
    layer = sc.TransformerEncoderLayer(768, 12, 3072)
    assert sc.Repeat(layer, 12).cost(Input(T, 768)).parameters == 12 * 7_087_872 == 85_054_464


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_layer_is_its_parts(norm_first: bool) -> None:
    layer = sc.TransformerEncoderLayer(4, 2, 6, norm_first=norm_first)
    x = np.random.default_rng(0).normal(size=(3, 4))
    w = _weights(layer, x.shape)

    def norm(number: int, y: Any) -> Any:
        return execute(sc.LayerNorm(4), y, weights=_under(w, f"norm{number}"))

    def attend(y: Any) -> Any:
        return execute(sc.MultiheadAttention(4, 2), y, weights=_under(w, "self_attn"))

    def feed(y: Any) -> Any:
        return execute(sc.FeedForward(4, 6), y, weights=w)

    if norm_first:
        hidden = x + attend(norm(1, x))
        expected = hidden + feed(norm(2, hidden))
    else:
        hidden = norm(1, x + attend(x))
        expected = norm(2, hidden + feed(hidden))
    made, work = count(layer, x, weights=w)
    assert np.allclose(made, expected, atol=1e-10)
    parts = [sc.MultiheadAttention(4, 2), sc.FeedForward(4, 6), sc.LayerNorm(4), sc.LayerNorm(4)]
    total = Work(add=2 * 3 * 4)  # the residual sums
    for part in parts:
        total = total + part.cost(Input(3, 4)).work
    assert work == total == layer.cost(Input(3, 4)).work


def test_the_order_of_the_norms_changes_what_is_computed_but_not_what_it_costs() -> None:
    for kind, inputs in ((sc.TransformerEncoderLayer, 1), (sc.TransformerDecoderLayer, 2)):
        first, last = kind(4, 2, 6, norm_first=True), kind(4, 2, 6)
        tensors = [Input(3, 4)] * inputs
        assert first.cost(*tensors) == last.cost(*tensors)
        x = [np.random.default_rng(0).normal(size=(3, 4))] * inputs
        w = _weights(last, *((3, 4),) * inputs)
        assert not np.allclose(execute(first, *x, weights=w), execute(last, *x, weights=w))


def test_an_encoder_sees_all_steps_whatever_their_order() -> None:
    layer, x = sc.TransformerEncoderLayer(4, 2, 6), np.random.default_rng(0).normal(size=(5, 4))
    w, order = _weights(layer, x.shape), [3, 1, 4, 0, 2]
    assert np.allclose(execute(layer, x[order], weights=w), execute(layer, x, weights=w)[order], atol=1e-10)


# --- decoder ---


def test_a_decoder_layer_has_another_attention_and_another_norm() -> None:
    encoder = sc.TransformerEncoderLayer(D, N, F).cost(Input(T_SELF, D))
    asked = sc.MultiheadAttention(D, N).cost(Input(T_SELF, D), Input(T_CROSS, D))
    norm = sc.LayerNorm(D).cost(Input(T_SELF, D))
    decoder = sc.TransformerDecoderLayer(D, N, F).cost(Input(T_SELF, D), Input(T_CROSS, D))
    assert decoder.work == encoder.work + asked.work + norm.work + Work(add=T_SELF * D)
    assert decoder.parameters == encoder.parameters + asked.parameters + norm.parameters
    assert decoder.parameters == 8 * D**2 + 2 * D * F + 15 * D + F


def test_a_decoder_asks_its_memory() -> None:
    layer, rng = sc.TransformerDecoderLayer(4, 2, 6), np.random.default_rng(0)
    x, memory = rng.normal(size=(3, 4)), rng.normal(size=(5, 4))
    w = _weights(layer, x.shape, memory.shape)
    made = execute(layer, x, memory, weights=w)
    assert made.shape == (3, 4)
    assert np.allclose(execute(layer, x, memory[::-1], weights=w), made, atol=1e-10)  # an order it has not
    assert not np.allclose(execute(layer, x, memory + rng.normal(size=(5, 4)), weights=w), made)


# --- weights ---


def test_weights_bear_the_names_of_pytorch() -> None:
    attention = {"in_proj_weight": (12, 4), "in_proj_bias": (12,), "out_proj.weight": (4, 4), "out_proj.bias": (4,)}
    feed = {"linear1.weight": (6, 4), "linear1.bias": (6,), "linear2.weight": (4, 6), "linear2.bias": (4,)}
    norms = {f"norm{number}.{each}": (4,) for number in (1, 2, 3) for each in ("weight", "bias")}
    own = {f"self_attn.{name}": shape for name, shape in attention.items()}
    other = {f"multihead_attn.{name}": shape for name, shape in attention.items()}
    assert weights_of(sc.TransformerDecoderLayer(4, 2, 6), (3, 4), (5, 4)) == own | other | feed | norms
    encoder = {name: shape for name, shape in (own | feed | norms).items() if not name.startswith("norm3")}
    assert weights_of(sc.TransformerEncoderLayer(4, 2, 6), (3, 4)) == encoder
    bare = {name: shape for name, shape in encoder.items() if not name.endswith("bias")}
    assert weights_of(sc.TransformerEncoderLayer(4, 2, 6, bias=False), (3, 4)) == bare
    assert weights_of(sc.FeedForward(4, 6), (3, 4)) == feed
    assert weights_of(sc.GatedFeedForward(4, 6), (3, 4)) == {
        "w1.weight": (6, 4), "w3.weight": (6, 4), "w2.weight": (4, 6)
    }  # fmt: skip


@pytest.mark.parametrize("kind", BLOCKS)
def test_dropout_is_for_training_only(kind: Any) -> None:
    tensors = [Input(3, 4)] * (1 if kind is sc.TransformerEncoderLayer else 2)
    assert kind(4, 2, 6, dropout=0.9).cost(*tensors) == kind(4, 2, 6, dropout=0.0).cost(*tensors)


# --- what is refused ---


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("wrong", ["elu", "ReLU", "", None])
def test_an_activation_that_it_does_not_have_is_refused(kind: Any, wrong: Any) -> None:
    with pytest.raises(ShapeError) as caught:
        kind(activation=wrong)
    assert str(caught.value) == f"{kind.__name__}: activation is {wrong!r}; expected one of relu, gelu, silu"


@pytest.mark.parametrize("kind", BLOCKS)
def test_heads_divide_the_channels(kind: Any) -> None:
    with pytest.raises(ShapeError, match="embed_dim=4, num_heads=3; expected num_heads that divide embed_dim"):
        kind(4, 3, 6)
    with pytest.raises(ShapeError, match="num_heads that divide embed_dim"):
        kind(D, N, F).at_sizes({D: sc.read("4"), N: sc.read("3")})


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("name", ["d_model", "dim_feedforward"])
@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_sizes_that_are_none_are_refused(kind: Any, name: str, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"^{kind.__name__}: {name} is {wrong}; expected a positive whole number"):
        kind(**{name: wrong})


def test_other_channels_than_the_block_has_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"FeedForward\(.*axis d=5; expected d_model=4"):
        sc.FeedForward(4, 6)(Input(3, 5))
    with pytest.raises(ShapeError, match=r"TransformerEncoderLayer\("):
        sc.TransformerEncoderLayer(4, 2, 6)(Input(3, 5))
    with pytest.raises(ShapeError, match=r"TransformerDecoderLayer\(.*axis d=5; expected d_model=4"):
        sc.TransformerDecoderLayer(4, 2, 6)(Input(3, 4), Input(3, 5))
    with pytest.raises(ShapeError, match="1 inputs; expected 2"):
        sc.TransformerDecoderLayer(4, 2, 6)(Input(3, 4))
