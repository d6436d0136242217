"""Derivations: their lines add up to the costs, and every factor has a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import oracles
import pytest
import strategies_layers
import strategies_networks
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Mul

import symcost as sc
from symcost.analysis.derivation import Block, Derivation, derivation, measured
from symcost.analysis.pricing import Line
from symcost.expressions import normal
from symcost.functional import einsum, weight

T, H, I, L, w = (sc.dimension(name) for name in "THILw")

METRICS = [*sc.CONVENTIONS.values(), "parameters", "weights"]


def network(layer: sc.Layer, inputs: Any = ()) -> sc.Network:
    tensors = tuple(inputs) or layer.example_inputs()
    return sc.Network("alone", tensors, layer.apply(tensors))


def derived(net: sc.Network, metric: Any = "macs") -> Derivation:
    return derivation(net.equation(), sc.convention(metric) if metric in sc.CONVENTIONS else metric)


def blocks(found: Derivation) -> Iterator[Block]:
    pending = [share.block for share in found.shares]
    while pending:
        block = pending.pop(0)
        pending = [*block.inner, *pending]
        yield block


def lines(found: Derivation) -> Iterator[Line]:
    for block in blocks(found):
        for step in block.steps:
            yield from step.lines


def reasons(line: Line) -> list[tuple[str, str]]:
    return [(sc.text(factor.size), factor.reason) for factor in line.factors]


def assert_adds_up(net: sc.Network, metric: Any, *, shares: bool = False) -> None:
    """Factors make lines, lines make blocks, blocks make shares, and shares make the cost of the network.

    Where a network ``shares`` weights, less of them is counted than the blocks say.
    """
    found = derivation(net.equation(), metric)
    for block in blocks(found):
        if not block.like:
            own = [Mul(*(factor.size for factor in line.factors)) for step in block.steps for line in step.lines]
            inner = [each.total for each in block.inner if each.is_counted]
            assert normal(sum((*own, *inner)) - block.total) == 0, (metric, block.name)
    for share in found.shares:
        if isinstance(metric, sc.Convention) or not shares:
            assert normal(share.block.total * share.times - share.total) == 0, (metric, share.name)
    assert normal(sum(share.total for share in found.shares) - measured(net.total, metric)) == 0, metric
    assert found.total == measured(net.total, metric), metric


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_the_lines_of_a_named_network_add_up_to_its_cost(name: str) -> None:
    net = sc.architecture(name)
    for metric in METRICS:
        assert_adds_up(net, metric, shares="sampling" in name)


ROWS = [row for rows in oracles.ORACLES.values() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_lines_of_every_layer_add_up_to_its_cost(row: oracles.Row) -> None:
    net = network(row.layer, row.inputs)
    for metric in (sc.convention("exact"), sc.convention("macs"), "parameters", "weights"):
        assert_adds_up(net, metric, shares=getattr(row.layer, "shared", False))


def test_the_lines_of_a_layer_are_what_textbooks_say() -> None:
    for row in (rows[0] for rows in oracles.ORACLES.values()):
        found = derived(network(row.layer, row.inputs))
        assert normal(found.total - row.macs) == 0, row


@settings(deadline=None, max_examples=25)
@given(strategies_networks.plans)
def test_the_lines_of_any_network_add_up_to_its_cost(plan: Any) -> None:
    net = strategies_networks.build(plan)
    for metric in (sc.convention("weighted"), "parameters", "weights"):
        assert_adds_up(net, metric, shares=True)


@settings(deadline=None, max_examples=25)
@given(st.one_of(*strategies_layers.RECIPES.values()))
def test_the_lines_of_a_layer_add_up_at_numbers_too(recipe: Any) -> None:
    layer, shapes = recipe.numeric()
    net = network(layer, [sc.Input(*shape) for shape in shapes])
    for metric in (sc.convention("exact"), "parameters"):
        assert_adds_up(net, metric, shares=getattr(layer, "shared", False))


def test_operations_and_weights_beside_layers_have_lines_too() -> None:
    x = sc.Input(T, H)
    net = sc.Network("bare", x, einsum("... h, o h -> ... o", x, weight("w", I, H)) * 2)

    for metric in (sc.convention("exact"), "parameters"):
        assert_adds_up(net, metric)
    assert [share.total for share in derived(net, "parameters").shares] == [H * I, 0, 0]


# --- reasons ---------------------------------------------------------------------------------------------------------


def unexplained(found: Derivation) -> list[str]:
    return [
        f"{factor.size}: {factor.reason}" for line in lines(found) for factor in line.factors if not factor.explained
    ]


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_number_in_a_layer_has_a_reason(row: oracles.Row) -> None:
    net = network(row.layer, row.inputs)

    assert not unexplained(derived(net)) + unexplained(derived(net, "parameters"))


def test_a_number_that_nobody_explains_is_found() -> None:
    class Doubled(sc.Layer):
        """y = W x, twice as many."""

        features: sc.Size = H
        takes = "... h"

        def forward(self, x: sc.Tensor) -> sc.Tensor:
            return einsum("... h, o h -> ... o", x, weight("weight", 2 * self.features, self.features))

    class Explained(Doubled):
        """y = W x, twice as many."""

        axis_meanings = {"o": "2 halves of output channels"}  # noqa: RUF012

    assert unexplained(derived(network(Doubled()))) == ["2*H: places along o"]
    (line,) = lines(derived(network(Explained())))
    assert reasons(line) == [("2", "halves"), ("H", "output channels"), ("H", "hidden channels, summed over")]


def test_an_lstm_is_derived_as_on_the_slide() -> None:
    first, second = lines(derived(sc.architecture("lstm")))

    assert reasons(first) == [
        ("T", "time steps"), ("4", "gates"), ("H", "hidden channels"), ("I", "input channels, summed over"),
    ]  # fmt: skip
    assert reasons(second) == [
        ("T", "time steps, one after another"), ("4", "gates"), ("H", "hidden channels"),
        ("H", "hidden channels of the step before, summed over"),
    ]  # fmt: skip
    assert (first.value, second.value) == (4 * T * H * I, 4 * T * H**2)


def test_gates_stay_gates_at_numbers_and_what_is_cut_out_of_them_is_no_gate() -> None:
    found = derived(network(sc.LSTM(3, 8), [sc.Input(5, 3)]), "flops")
    numbers = [[reason for size, reason in reasons(line) if size == "4"] for line in lines(found)]

    assert numbers == [["gates"]] * 4 + [[]] * 2  # two products, two biases; then the cell, channel by channel


def test_the_first_axis_of_projections_in_one_weight_counts_queries_keys_and_values() -> None:
    (line, *_) = lines(derived(network(sc.MultiheadAttention()), "parameters"))

    assert reasons(line)[:2] == [("3", "queries, keys and values"), ("E", "channels of an embedding")]


def test_both_directions_below_a_level_are_named() -> None:
    found = derived(network(sc.GRU(I, H, num_layers=2, bidirectional=True)))
    said = {reason for line in lines(found) for _, reason in reasons(line)}

    assert {"directions, summed over", "input channels, summed over"} <= said


def test_heads_share_channels() -> None:
    said = {text for line in lines(derived(network(sc.MultiheadAttention()))) for text in reasons(line)}

    assert ("E/N", "channels of a model of each of the heads, summed over") in said
    assert ("N", "heads") in said


def test_a_flattened_window_is_steps_times_channels() -> None:
    (line,) = lines(derived(sc.architecture("dnn")))

    assert reasons(line)[1:] == [("I", "input channels, summed over"), ("T", "time steps, summed over")]


def test_the_price_of_an_operation_is_a_factor_with_a_reason() -> None:
    affine = sc.architecture("affine")
    product, sums = lines(derived(affine, "flops"))
    assert reasons(product)[0] == ("2", "a multiply-accumulate is a multiplication and an addition")
    assert reasons(sums)[0] == ("1", "add")

    _, saved, _ = lines(derived(affine, "exact"))
    assert reasons(saved)[0] == ("-1", "the first addition of each dot product is saved")

    priced = sc.Convention("mine", {"mac": sc.dimension("p")}, otherwise=5)
    first, second = lines(derivation(affine.equation(), priced))
    assert reasons(first)[0] == ("p", "the price of a multiply-accumulate")
    assert reasons(second)[0] == ("5", "the price of each")


def test_a_sum_of_n_numbers_takes_one_operation_less() -> None:
    found = lines(derived(network(sc.Softmax(), [sc.Input(H)]), "flops"))

    assert ("H - 1", "one less than there are numbers") in [each for line in found for each in reasons(line)]


MASKS = [{"is_causal": True}, {"window": w}, {"is_causal": True, "window": w}, {"is_causal": True, "window": 1}]
MASKED = [
    kind(**mask)
    for kind in (sc.ScaledDotProductAttention, sc.Attention, sc.MultiheadAttention, sc.GroupedQueryAttention)
    for mask in MASKS
]


@pytest.mark.parametrize("layer", MASKED, ids=str)
def test_the_lines_of_masked_attention_add_up_to_its_cost(layer: sc.Layer) -> None:
    net = network(layer)
    for metric in (sc.convention("exact"), sc.convention("macs"), "parameters", "weights"):
        assert_adds_up(net, metric)


OWN = [kind.example() for kind in oracles.catalogue().values()]


@pytest.mark.parametrize("layer", [*(row.layer for row in ROWS), *OWN, *MASKED], ids=str)
def test_no_count_of_a_layer_is_given_without_its_factors(layer: sc.Layer) -> None:
    inputs = next((row.inputs for row in ROWS if row.layer is layer), ())
    said = {factor.reason for line in lines(derived(network(layer, inputs), "exact")) for factor in line.factors}

    assert not {reason for reason in said if reason.startswith("as ")}


def test_pairs_in_a_band_are_one_factor() -> None:
    def said(layer: sc.Layer) -> list[tuple[str, str]]:
        return [each for line in lines(derived(network(layer), "exact")) for each in reasons(line) if "pair" in each[1]]

    causal = "pairs of time steps, none later"
    assert set(said(sc.MultiheadAttention(is_causal=True))) == {
        ("T (T + 1)/2", f"{causal} than the one that asks"),
        ("T (T - 1)/2", f"{causal}, less one for each that asks"),
        ("T (T + 1)/2", f"{causal}, one of each summed over"),
    }
    assert said(sc.ScaledDotProductAttention(is_causal=True, window=w))[0] == (
        "w (2 T - w + 1)/2", "pairs of time steps, none later and none w or more before",
    )  # fmt: skip
    assert said(sc.ScaledDotProductAttention(window=w))[0] == (
        "2 T w - w^2 - T + w", "pairs of time steps, none w or more before or after",
    )  # fmt: skip


# --- layers together -------------------------------------------------------------------------------------------------


def test_equal_layers_are_derived_once() -> None:
    net = sc.Sequential("chain", sc.Input(T, H), sc.Linear(H, H), sc.ReLU(), sc.Linear(H, H), sc.Linear(H, I))
    found = {share.name: share.block for share in derived(net).shares}

    assert {name: block.like for name, block in found.items()} == {
        "linear": "", "relu": "", "linear_2": "linear", "linear_3": "",
    }  # fmt: skip
    assert not found["linear_2"].steps
    assert found["linear_2"].total == found["linear"].total == T * H**2


def test_repeated_layers_count_as_often_as_they_are_repeated() -> None:
    x = sc.Input(T, H)
    body = sc.Network("body", x, sc.ReLU()(sc.Linear(H, H)(x)))
    net = sc.Sequential("deep", sc.Input(T, H), sc.Repeat(body, L))
    share = derived(net).shares[0]

    assert (share.times, share.block.total, share.total) == (L, T * H**2, L * T * H**2)
    assert derived(net, "weights").total == L * H**2


def test_shared_weights_are_counted_once_where_they_are_first_used() -> None:
    layer, x = sc.Linear(H, H), sc.Input(T, H)
    found = derived(sc.Network("shared", x, layer(layer(x))), "parameters").shares

    assert [share.total for share in found] == [H**2 + H, 0]
    assert [share.is_shared for share in found] == [False, True]

    repeated = derived(sc.Sequential("tied", sc.Input(T, H), sc.Repeat(sc.Linear(H, H), L, shared=True)), "weights")
    assert (repeated.total, repeated.shares[0].is_shared) == (H**2, True)


def test_a_layer_that_calls_one_layer_twice_counts_its_weights_once() -> None:
    class Twice(sc.Layer):
        """y = f(f(x))."""

        layer: sc.Layer = sc.Linear(H, H)
        takes = "... h"

        def forward(self, x: sc.Tensor) -> sc.Tensor:
            return self.layer(self.layer(x, name="first"), name="second")

    net = network(Twice())
    assert_adds_up(net, "parameters")
    assert [each.is_counted for each in derived(net, "parameters").shares[0].block.inner] == [True, False]
    assert derived(net).total == 2 * H**2


def test_bare_costs_are_taken_as_they_are() -> None:
    import networkx

    graph = networkx.DiGraph()
    graph.add_node("given", params=H, work={"mac": T * H, "exp": T}, depth=2, activations=0, state=0)
    net = sc.Network("bare", graph)

    assert (derived(net).total, derived(net, "parameters").total) == (T * H, H)
    assert derived(net, "flops").total == 2 * T * H + T
