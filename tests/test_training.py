from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_layers import RECIPES, work_at
from sympy import Integer, sympify
from test_gradients import LAYERS

import symcost as sc
from symcost import Input, Sequential, Work, dimension, training
from symcost.differentiation.sweep import derivative
from symcost.errors import UnpricedError
from symcost.expressions import total
from symcost.render.training import training_table

T, I, H, B, K, L, V, E = map(dimension, "TIHBKLVE")


TRAINED = [name for name in sc.ARCHITECTURES if "sampling" not in name]  # the choice of a word has no gradient


# --- every layer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_training_at_symbolic_sizes_costs_at_numbers_what_training_at_numbers_does(
    name: str, data: st.DataObject
) -> None:
    recipe = data.draw(RECIPES[name])
    (layer, shapes), (symbolic, symbols) = recipe.numeric(), recipe.symbolic()
    of_inputs = data.draw(st.booleans()) and not recipe.rows
    written = training(symbolic, *(Input(*shape) for shape in symbols), of_inputs=of_inputs)
    numeric = training(layer, *(Input(*shape) for shape in shapes), of_inputs=of_inputs)
    at = recipe.substitution()
    assert work_at(written.backward.work, at) == numeric.backward.work
    assert written.kept.xreplace(at).expand() == numeric.kept


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_no_backward_pass_counts_in_fractions_and_nothing_is_kept_for_nothing(name: str, data: st.DataObject) -> None:
    layer, shapes = data.draw(RECIPES[name]).numeric()
    step = training(layer, *(Input(*shape) for shape in shapes))
    numbers = [*step.backward.work.values(), step.backward.work.dots, step.kept]
    assert all(number.is_Integer and number >= 0 for number in numbers)
    learns = step.forward.parameters != 0
    assert learns or (step.backward.work == Work() and step.kept == 0)


# --- products --------------------------------------------------------------------------------------------------------


def test_a_product_is_two_products_but_for_an_input_that_nobody_asks_for() -> None:
    once = B * I * H
    assert training(sc.Linear(), batch=B).backward.work == Work(mac=once, add=(B - 1) * H, dots=I * H)
    both = training(sc.Linear(), batch=B, of_inputs=True)
    assert both.backward.work == Work(mac=2 * once, add=(B - 1) * H, dots=I * H + B * I)
    assert (both.ratio(), both.total.work["mac"]) == (2, 3 * once)


def test_without_a_batch_a_weight_has_the_gradient_of_a_single_example() -> None:
    assert training(sc.Linear()).backward.work == Work(mac=I * H, dots=I * H)
    for name in TRAINED:
        alone, one = training(sc.architecture(name)), training(sc.architecture(name), batch=1)
        assert (alone.backward.work, alone.kept) == (one.backward.work, one.kept)


@pytest.mark.parametrize(
    ("layer", "products", "first"),
    [  # the products of a forward pass, and those of its first layer, whose input needs no gradient
        (sc.Conv1d(), B * T * I * H * K, B * T * I * H * K),
        (sc.Embedding(), Integer(0), Integer(0)),
        (sc.RNN(), B * T * (I * H + H * H), B * T * I * H),
        (sc.LSTM(), 4 * B * T * (I * H + H * H), 4 * B * T * I * H),
        (sc.GRU(), 3 * B * T * (I * H + H * H), 3 * B * T * I * H),
        (sc.LSTM(H, H, L), 8 * B * T * H * H * L, 4 * B * T * H * H),
        (sc.ScaledDotProductAttention(), None, None),
    ],
    ids=repr,
)
def test_backwards_every_product_is_two(layer: Any, products: Any, first: Any) -> None:
    inputs = [Input(B, T, I)] if "i" in layer.takes.split() else []
    inputs = [Input(B, T, H)] if layer == sc.LSTM(H, H, L) else inputs
    inputs = [Input(B, T)] if isinstance(layer, sc.Embedding) else inputs
    inputs = [Input(B, T + K - 1, I)] if isinstance(layer, sc.Conv1d) else inputs
    step = training(layer, *inputs)
    if products is None:
        assert (step.backward.work, step.kept) == (Work(), 0)  # nothing is learned
        step = training(layer, *inputs, of_inputs=True)
        assert step.backward.work["mac"] == 2 * step.forward.work["mac"]
        return
    assert step.forward.work["mac"] == products.expand()
    assert step.backward.work["mac"] == (2 * products - first).expand()


def test_a_chain_trains_at_three_forward_passes_less_the_first_input_gradient() -> None:
    sizes = [784, 300, 100, 10]
    layers = [sc.Linear(n, m, bias=False) for n, m in itertools.pairwise(sizes)]
    step = training(Sequential("mlp", Input(784), *layers), batch=64)
    forward = 64 * sum(n * m for n, m in itertools.pairwise(sizes))
    assert step.total.work == Work(mac=3 * forward - 64 * 784 * 300, dots=step.total.work.dots)


def test_the_classifier_of_the_lecture() -> None:
    step = training(sc.architecture("mnist"), batch=B)
    hidden = dimension("N_hidden")
    assert step.forward.work["mac"] == 794 * B * hidden
    assert step.backward.work["mac"] == (784 + 2 * 10) * B * hidden
    assert step.ratio() == Integer(804) / 794
    # the input and the rectified hidden vector; the rectifier goes by its output
    assert step.kept == 784 * B + B * hidden


@pytest.mark.parametrize(("name", "gates"), [("rnn", 1), ("lstm", 4), ("gru", 3)])
def test_back_propagation_through_time_does_about_as_much_again_each_way(name: str, gates: int) -> None:
    step = training(sc.architecture(name))
    # the recurrent product is two, the products of weight gradients sum over time
    assert step.backward.work["mac"] == (gates * T * (2 * H * H + I * H)).expand()
    assert training(sc.architecture(name), of_inputs=True).ratio() == 2


# --- what is kept ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "inputs", "kept"),
    [
        ([sc.Linear(I, H)], (B, I), B * I),
        ([sc.Linear(I, H), sc.Tanh()], (B, I), B * I + B * H),
        ([sc.Linear(I, H), sc.Tanh(), sc.Linear(H, V)], (B, I), B * I + B * H),  # the hidden vector once for both
        ([sc.Linear(I, H), sc.Linear(H, V)], (B, I), B * I + B * H),
        ([sc.Linear(I, H), sc.SiLU(), sc.Linear(H, V)], (B, I), B * I + 3 * B * H),  # x, its sigmoid, their product
        ([sc.Linear(I, H), sc.Dropout(), sc.Flatten(), sc.Linear(H, V)], (B, I), B * I + B * H),  # views are nothing
        ([sc.Tanh(), sc.Linear(I, H)], (B, I), B * I),  # the tangent has nothing to hand back to
        ([sc.ReLU()], (B, I), 0),
        ([sc.RNN(I, H)], (T, I), T * I + T * H),  # h_(t-1) is h_t, a step later
        ([sc.LSTM(I, H)], (T, I), T * I + 7 * T * H),  # i, f, g, o, tanh c, c and h
        ([sc.IIR()], (T, 1), 2 * T),
        ([sc.Embedding(V, E)], (T,), T),  # the numbers of the rows
        ([sc.Conv1d(I, H, 3)], (T, I), T * I),  # windows are views
        ([sc.Conv1d(I, H, 3, padding=1)], (T, I), T * I),  # and what is padded is padded again
        ([sc.Conv2d(I, H, padding="same")], (T, K, I), T * K * I),
        ([sc.Repeat(sc.Linear(H, H))], (B, H), L * B * H),
        ([sc.Repeat(sc.Linear(H, H)), sc.Linear(H, V)], (B, H), (L + 1) * B * H),
        ([sc.Repeat(Sequential("b", Input(H), sc.Linear(H, H), sc.Tanh()))], (B, H), (L + 1) * B * H),
    ],
    ids=str,
)
def test_what_the_backward_pass_takes_is_kept_once(layers: Any, inputs: Any, kept: Any) -> None:
    assert training(Sequential("net", Input(*inputs), *layers)).kept == sympify(kept).expand()


# --- by layer, and as a table ----------------------------------------------------------------------------------------


def test_shares_name_the_layers_of_networks_in_networks_and_add_up() -> None:
    block = Sequential("block", Input(T, H), sc.LayerNorm(H), sc.Linear(H, H), sc.Tanh())
    net = Sequential("net", Input(T, I, name="signal"), sc.Linear(I, H), block, sc.Repeat(block, L), sc.Linear(H, V))
    step = training(net)
    assert [share.name for share in step.shares] == [
        "signal", "linear", "block.layer_norm", "block.linear", "block.tanh", "repeat.block.layer_norm",
        "repeat.block.linear", "repeat.block.tanh", "linear_2",
    ]  # fmt: skip
    by_name = {share.name: share for share in step.shares}
    assert by_name["repeat.block.linear"].backward["mac"] == 2 * L * T * H * H
    assert by_name["linear"].backward["mac"] == T * I * H and by_name["signal"].kept == T * I
    assert by_name["repeat.block.tanh"].kept == L * T * H
    assert Work.sum(Counter(share.forward for share in step.shares)) == step.forward.work
    assert Work.sum(Counter(share.backward for share in step.shares)) == step.backward.work
    assert total(share.kept for share in step.shares) == step.kept


def test_every_architecture_trains_and_its_shares_add_up() -> None:
    for name in TRAINED:
        step = training(sc.architecture(name), batch=dimension("N_batch"))
        assert Work.sum(Counter(share.forward for share in step.shares)) == step.forward.work
        assert Work.sum(Counter(share.backward for share in step.shares)) == step.backward.work
        assert total(share.kept for share in step.shares) == step.kept


@pytest.mark.parametrize("name", sorted(set(sc.ARCHITECTURES) - set(TRAINED)))
def test_what_samples_is_not_trained(name: str) -> None:
    with pytest.raises(UnpricedError, match=r"has no gradient|prefixes has no rule"):
        training(sc.architecture(name))


def test_a_repetition_whose_input_needs_no_gradient_makes_one_less() -> None:
    net = Sequential("net", Input(B, H), sc.Repeat(sc.Linear(H, H)))
    assert training(net).backward.work["mac"] == 2 * L * B * H * H - B * H * H
    assert training(net, of_inputs=True).backward.work["mac"] == 2 * L * B * H * H
    assert training(net.at(L=1)).backward.work["mac"] == B * H * H


def test_weights_that_are_shared_add_their_gradients() -> None:
    layer = sc.Linear(H, H, bias=False)
    apart = training(Sequential("apart", Input(B, H), *(sc.Linear(H, H, bias=False) for _ in range(3))))
    shared = training(Sequential("shared", Input(B, H), layer, layer, layer))
    assert shared.backward.work == apart.backward.work + Work(add=2 * H * H)
    repeated = training(Sequential("repeated", Input(B, H), sc.Repeat(layer, L, shared=True)))
    assert repeated.backward.work["add"] == L * H * H - H * H


def test_the_table_has_a_row_a_layer_and_totals_and_says_the_ratio() -> None:
    table = training_table(sc.architecture("mnist"), "macs", B)
    hidden = dimension("N_hidden")
    assert [row.label for row in table.rows] == ["input", "linear", "relu", "linear_2", "total"]
    assert table.column("Backward") == [0, 784 * B * hidden, 0, 20 * B * hidden, 804 * B * hidden]
    assert table.column("Kept activations") == [784 * B, 0, B * hidden, 0, 784 * B + B * hidden]
    assert table.remarks[0] == ("Backward over forward: ", "1.013", ".")
    assert "Backward over forward" not in training_table(sc.architecture("max-pooling"), "macs").render()


def test_a_thousand_layers_are_differentiated_once_each() -> None:
    before = derivative.cache_info().misses
    step = training(
        Sequential("deep", Input(B, H), *(layer for _ in range(500) for layer in (sc.Linear(H, H), sc.Tanh())))
    )
    assert step.backward.work["mac"] == (2 * 500 - 1) * B * H * H
    assert derivative.cache_info().misses - before <= 4


def test_causal_attention_trains_on_the_pairs_that_it_has() -> None:
    whole = training(sc.ScaledDotProductAttention(), of_inputs=True)
    masked = training(sc.ScaledDotProductAttention(is_causal=True), *3 * [Input(T, H)], of_inputs=True)
    assert whole.ratio() == masked.ratio() == 2
    assert masked.backward.work["mac"] == (2 * T * (T + 1) * H).expand()
    # the queries, keys and values; for each pair the exponential and the weight; a sum for each query
    assert masked.kept == (3 * T * H + T * (T + 1) + T).expand()


@pytest.mark.parametrize("wrong", ["rnn", sc.architecture("language-model").sampled(), None])
def test_what_is_no_network_is_not_trained(wrong: Any) -> None:
    with pytest.raises(sc.DimensionError, match=r"cannot be trained; expected a network or a layer$"):
        training(wrong)
