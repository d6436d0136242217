"""Counters: rules by layer, what they do with layers that they do not know, and what tables say of them."""

from __future__ import annotations

import dataclasses

import networkx
import pytest

import symcost as sc
from symcost.counters import COUNTERS

B, T, I, H, D, F, N = (sc.dimension(name) for name in "BTIHDFN")

# Layers, the shapes of their inputs behind a batch of one, and what the packages themselves say of PyTorch's layers:
# fvcore 0.1.5.post20221221, thop 0.1.1.post2209072238, ptflops 0.7.5, torchinfo 1.8.0, FlopCounterMode of PyTorch
# 2.13.0, DeepSpeed 0.19.8. test_counters_packages.py asks them again.
MEASURED = {
    "linear": (sc.Linear(3, 5), [(3,)], (15, 15, 20, 20, 30, 30)),
    "linear over steps": (sc.Linear(3, 5), [(7, 3)], (105, 105, 140, 20, 210, 210)),
    "linear without bias": (sc.Linear(3, 5, bias=False), [(7, 3)], (105, 105, 105, 15, 210, 210)),
    "conv1d": (sc.Conv1d(4, 6, 3), [(9, 4)], (504, 504, 546, 546, 1008, 1050)),
    "conv1d in groups": (sc.Conv1d(4, 6, 3, groups=2, bias=False), [(9, 4)], (252, 252, 252, 252, 504, 504)),
    "conv2d": (sc.Conv2d(4, 6, 3, stride=2, padding=1), [(9, 8, 4)], (4320, 4320, 4440, 4440, 8640, 8760)),
    "conv2d, same, odd kernel": (sc.Conv2d(4, 6, 3, padding="same"), [(9, 8, 4)],
        (0, 15552, 15984, 15984, 31104, 31536)),
    "conv2d, same, even kernel": (sc.Conv2d(4, 6, 2, padding="same"), [(9, 8, 4)], (0, 6912, 7344, 7344, 13824, 11088)),
    "conv3d": (sc.Conv3d(2, 3, 2), [(3, 4, 5, 2)], (1152, 1152, 1224, 1224, 2304, 2376)),
    "transposed": (sc.ConvTranspose2d(4, 6, 3, stride=2, groups=2), [(5, 4, 4)],
        (2160, 10692, 2754, 11286, 4320, 4914)),
    "batch norm": (sc.BatchNorm2d(5), [(3, 4, 5)], (120, 240, 120, 10, 0, 120)),
    "batch norm, not affine": (sc.BatchNorm2d(5, affine=False), [(3, 4, 5)], (60, 120, 60, 0, 0, 60)),
    "layer norm": (sc.LayerNorm(5), [(7, 5)], (175, 140, 35, 10, 0, 175)),
    "rms norm": (sc.RMSNorm(5), [(7, 5)], (0, 0, 0, 5, 0, 0)),
    "group norm": (sc.GroupNorm(2, 6), [(7, 6)], (210, 0, 84, 12, 0, 210)),
    "instance norm": (sc.InstanceNorm2d(6), [(7, 3, 6)], (504, 252, 126, 0, 0, 504)),
    "max pool": (sc.MaxPool2d(2), [(12, 6, 5)], (0, 0, 720, 0, 0, 360)),
    "average pool": (sc.AvgPool2d(2), [(12, 6, 5)], (0, 90, 720, 0, 0, 360)),
    "adaptive average pool 1d": (sc.AdaptiveAvgPool1d(2), [(12, 5)], (0, 70, 120, 0, 0, 60)),
    "adaptive average pool 2d": (sc.AdaptiveAvgPool2d(2), [(12, 6, 5)], (360, 380, 720, 0, 0, 360)),
    "relu": (sc.ReLU(), [(7, 5)], (0, 0, 70, 0, 0, 35)),
    "gelu": (sc.GELU(), [(7, 5)], (0, 0, 70, 0, 0, 35)),
    "silu": (sc.SiLU(), [(7, 5)], (0, 0, 35, 0, 0, 35)),
    "sigmoid": (sc.Sigmoid(), [(7, 5)], (0, 0, 0, 0, 0, 0)),
    "tanh": (sc.Tanh(), [(7, 5)], (0, 0, 0, 0, 0, 0)),
    "leaky relu": (sc.LeakyReLU(), [(7, 5)], (0, 0, 35, 0, 0, 35)),
    "elu": (sc.ELU(), [(7, 5)], (0, 0, 70, 0, 0, 35)),
    "softmax": (sc.Softmax(), [(7, 5)], (0, 98, 35, 0, 0, 35)),
    "upsampling": (sc.UpsamplingNearest2d(scale_factor=3), [(3, 4, 5)], (540, 540, 540, 0, 0, 540)),
    "upsampling to a size": (sc.UpsamplingNearest2d((6, 8)), [(3, 4, 5)], (240, 240, 240, 0, 0, 48)),
    "embedding": (sc.Embedding(11, 5), [(7,)], (0, 0, 0, 55, 0, 0)),
    "rnn": (sc.RNN(3, 5), [(7, 3)], (0, 385, 385, 350, 560, 595)),
    "lstm": (sc.LSTM(3, 5), [(7, 3)], (0, 1680, 1750, 1400, 0, 2590)),
    "lstm without bias": (sc.LSTM(3, 5, bias=False), [(7, 3)], (0, 1400, 1470, 1120, 0, 2310)),
    "lstm, three layers, both directions": (sc.LSTM(3, 5, 3, bidirectional=True), [(7, 3)],
        (0, 14000, 14420, 12320, 0, 23380)),
    "lstm with a projection": (sc.LSTM(3, 5, proj_size=2), [(7, 3)], (0, 1680, 1330, 1050, 1540, 1750)),
    "gru": (sc.GRU(3, 5), [(7, 3)], (0, 1295, 1295, 1050, 1680, 1925)),
    "attention to itself": (sc.MultiheadAttention(8, 2), [(7, 8)], (2576, 0, 3836, 0, 5152, 5250)),
    "attention to others": (sc.MultiheadAttention(8, 2, kdim=3, vdim=6), [(7, 8), (5, 3), (5, 6)],
        (1816, 0, 2349, 0, 3632, 3702)),
    "scaled dot product": (sc.ScaledDotProductAttention(), [(7, 8), (5, 8), (5, 6)], (0, 0, 0, 0, 980, 980)),
    "attention by operators": (sc.Attention(8, 6, num_heads=2), [(7, 8)], (1932, 1344, 1442, 192, 3864, 3962)),
    "encoder": (sc.TransformerEncoderLayer(8, 2, 16), [(7, 8)], (4144, 2240, 5026, 312, 8736, 9296)),
    "decoder": (sc.TransformerDecoderLayer(8, 2, 16), [(7, 8), (5, 8)], (5960, 2464, 7496, 328, 12928, 13768)),
    "sum": (sc.Add(), [(7, 5), (7, 5)], (0, 0, 0, 0, 0, 0)),
}  # fmt: skip


def read(layer, *shapes):
    node = layer.apply([sc.Input(*shape) for shape in shapes])[0].node
    return {name: each.read(node) for name, each in COUNTERS.items()}


@pytest.mark.parametrize("name", MEASURED)
def test_a_rule_gives_what_the_package_says(name):
    layer, shapes, numbers = MEASURED[name]
    assert read(layer, *shapes) == dict(zip(COUNTERS, numbers, strict=True))


# The formulas as one reads them off each package's rules.
FORMULAS = {
    "linear": (
        sc.Linear(I, H), (T, I),
        {"fvcore": "T*I*H", "thop": "T*I*H", "ptflops": "T*I*H + T*H", "torchinfo": "I*H + H",
         "flopcountermode": "2*T*I*H", "deepspeed": "2*T*I*H"},
    ),
    "relu": (
        sc.ReLU(), (T, H),
        {"fvcore": "0", "thop": "0", "ptflops": "2*T*H", "torchinfo": "0", "flopcountermode": "0", "deepspeed": "T*H"},
    ),
    "softmax": (
        sc.Softmax(), (T, H),
        {"fvcore": "0", "thop": "T*(3*H - 1)", "ptflops": "T*H", "torchinfo": "0", "flopcountermode": "0",
         "deepspeed": "T*H"},
    ),
    "layer norm": (
        sc.LayerNorm(H), (T, H),
        {"fvcore": "5*T*H", "thop": "4*T*H", "ptflops": "T*H", "torchinfo": "2*H", "flopcountermode": "0",
         "deepspeed": "5*T*H"},
    ),
    "lstm": (
        sc.LSTM(I, H), (T, I),
        {"fvcore": "0", "thop": "T*(4*H*(I + H) + 16*H)", "ptflops": "T*(4*H*(I + H) + 18*H)",
         "torchinfo": "T*(4*H*(I + H) + 8*H)", "flopcountermode": "0", "deepspeed": "T*(8*H*(I + H) + 10*H)"},
    ),
    "gru": (
        sc.GRU(I, H, bias=False), (T, I),
        {"fvcore": "0", "thop": "T*(3*H*(I + H) + 7*H)", "ptflops": "T*(3*H*(I + H) + 7*H)",
         "torchinfo": "3*T*H*(I + H)", "flopcountermode": "6*T*H*(I + H)", "deepspeed": "T*(6*H*(I + H) + H)"},
    ),
    "attention": (
        sc.MultiheadAttention(D, N), (T, D),
        {"fvcore": "4*T*D**2 + 2*T**2*D", "thop": "0", "torchinfo": "0",
         "ptflops": "4*T*D**2 + 4*T**2*D + 2*N*T**2 + 5*T*D",
         "flopcountermode": "8*T*D**2 + 4*T**2*D", "deepspeed": "8*T*D**2 + 4*T**2*D + N*T**2"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_a_rule_holds_for_symbolic_sizes(name):
    layer, shape, formulas = FORMULAS[name]
    found = read(layer, shape)
    assert {key: (found[key] - sc.read(formula)).expand() for key, formula in formulas.items()} == dict.fromkeys(
        COUNTERS, 0
    )


def test_a_batch_is_an_axis_b_or_else_one():
    torchinfo = COUNTERS["torchinfo"]
    for shape, examples in (((I,), 1), ((T, I), 1), ((B, T, I), B), ((B, I), B), ((T, B, I), 1)):
        assert torchinfo.read(sc.Linear(I, H)(sc.Input(*shape)).node) == (examples * (I * H + H)).expand()
    for shape, examples in (
        ((T, I), 1),
        ((B, T, I), B),
        ((D, F, T, I), D * F),
    ):  # all that leads (t, i)
        assert torchinfo.read(sc.RNN(I, H)(sc.Input(*shape)).node) == (examples * T * (H * I + H**2 + 2 * H)).expand()


@pytest.mark.parametrize("name", COUNTERS)
def test_a_repetition_counts_as_often_as_it_repeats(name):
    x = sc.Input(T, H)
    once = sc.Network("once", x, sc.Linear(H, H)(x))
    many = sc.Network("many", x, sc.Repeat(once, sc.L)(x))
    assert many.cost(name) == (sc.L * once.cost(name)).expand()


def test_a_recurrence_without_a_rule_counts_for_every_step_and_what_has_left_the_loop_too():
    found = read(sc.IIR(H), (T, H))
    both = 2 * T * H**2  # b x at all steps, a y step after step
    assert found == {
        "fvcore": both, "thop": 0, "ptflops": 0, "torchinfo": 0, "flopcountermode": 2 * both, "deepspeed": 2 * both,
    }  # fmt: skip


@pytest.mark.parametrize("name", COUNTERS)
def test_a_network_in_a_network_counts_as_its_layers(name):
    x = sc.Input(T, I)
    inner = sc.Sequential("inner", sc.Input(T, I), sc.LSTM(I, H), sc.Softmax())
    outer = sc.Sequential("outer", x, inner, sc.Linear(H, D))
    flat = sc.Sequential("flat", x, sc.LSTM(I, H), sc.Softmax(), sc.Linear(H, D))
    assert outer.cost(name) == flat.cost(name)


@pytest.mark.parametrize("name", COUNTERS)
def test_sizes_put_in_before_or_after_counting_give_the_same(name):
    x = sc.Input(B, T, D)
    net = sc.Network("n", x, sc.Linear(D, H)(sc.TransformerEncoderLayer(D, N, F)(x)))
    sizes = {"B": 2, "T": 5, "D": 6, "N": 3, "F": 7, "H": 4}
    assert net.at(**sizes).cost(name) == sc.at(net.cost(name), **sizes)


class Gate(sc.Layer):
    """A layer of one's own: a matrix, and a product with its input."""

    takes = "... h"

    def forward(self, x):
        return sc.Linear(x.axes[-1].size, x.axes[-1].size)(x) * x


def test_a_layer_that_is_not_known_is_looked_into():
    x = sc.Input(T, H)
    net = sc.Network("n", x, Gate()(x))
    linear = sc.Network("n", x, sc.Linear(H, H)(x))
    for name, each in COUNTERS.items():
        assert net.cost(name) == linear.cost(name)
        assert each.ignored(net.equation()) == ("operations of Gate",)


class Tanh(sc.Layer):
    """Not symcost's."""

    def forward(self, x):
        return x * x


class Linear(sc.Layer):
    """Not symcost's either: it has nothing of a fully connected layer."""

    def forward(self, x):
        return x * x


def test_a_layer_of_ones_own_is_not_taken_for_one_of_the_same_name():
    x = sc.Input(T, H)
    for layer in (Tanh(), Linear()):
        net = sc.Network("n", x, layer(x))
        assert {net.cost(name) for name in COUNTERS} == {0}
        assert COUNTERS["thop"].ignored(net.equation()) == (type(layer).__name__,)


def test_what_is_listed_as_nothing_is_not_ignored_and_what_is_not_listed_is():
    x = sc.Input(T, H)
    net = sc.Network("n", x, sc.Tanh()(sc.ReLU()(sc.MaxPool1d(2)(x))) + 1)
    assert COUNTERS["thop"].ignored(net.equation()) == ("Tanh", "add")
    assert COUNTERS["ptflops"].ignored(net.equation()) == ("Tanh", "add")
    assert COUNTERS["fvcore"].ignored(net.equation()) == ("MaxPool1d", "ReLU", "Tanh", "add")


def test_a_rule_that_gives_nothing_for_want_of_a_formula_is_ignored():
    def ignored(layer):
        return sc.COUNTERS["flopcountermode"].ignored(layer(sc.Input(T, I)).node)

    assert ignored(sc.LSTM(I, H)) == ("LSTM",)
    assert ignored(sc.LSTM(I, H, proj_size=D)) == ()


def test_a_node_of_which_only_the_cost_is_given_is_not_known():
    graph = networkx.DiGraph()
    graph.add_node("x", shape=(T, I))
    graph.add_node("mystery", parameters=3, work=T, depth=1, shape=(T, I), activations=0)
    graph.add_edge("x", "mystery")
    net = sc.Network("n", graph)
    with pytest.raises(sc.UnpricedError) as error:
        net.cost("thop")
    assert str(error.value) == (
        "node 'mystery': what thop counts there is not known; expected a layer; only its cost is given"
    )
    assert sc.counted(net, "thop").column("thop") == ["?", "?"]
    assert sc.table([net], ["complexity", "depth"], "thop").rows[0].cells[0].value == "?"


def test_equal_layers_are_counted_once():
    calls = []
    counter = COUNTERS["thop"]
    rule = counter.rules["Linear"]

    def count(applied):
        calls.append(applied)
        return rule.count(applied)

    spying = dataclasses.replace(counter, rules={"Linear": dataclasses.replace(rule, count=count)})
    x = sc.Input(T, H)
    net = sc.Sequential("deep", x, *(sc.Linear(H, H) for _ in range(50)))
    assert spying.read(net.equation()) == 50 * T * H**2
    assert len(calls) == 1


# --- integration: counters are readings like conventions ---


def test_a_counter_is_found_in_whatever_case_and_handed_back():
    assert sc.counter("FlopCounterMode") is sc.COUNTERS["flopcountermode"] is sc.counter(COUNTERS["flopcountermode"])
    with pytest.raises(sc.UnknownName) as error:
        sc.counter("fvcor")
    assert str(error.value) == "no counter is called 'fvcor'; did you mean 'fvcore'?"


def test_a_network_is_priced_by_a_counter_by_its_name_or_itself():
    x = sc.Input(T, I)
    net = sc.Network("n", x, sc.Tanh()(sc.Linear(I, H)(x)))
    assert net.cost("DeepSpeed") == net.cost(sc.COUNTERS["deepspeed"]) == 2 * T * I * H
    assert net.parameters_by("thop") == net.parameters
    assert net.terms("ptflops") == {T * I * H: {"linear": 1}, T * H: {"linear": 1}}


def test_the_width_by_a_counter_is_the_most_that_it_counts_in_a_step():
    x = sc.Input(T, I)
    net = sc.Network("n", x, sc.Linear(H, D)(sc.LSTM(I, H)(x)))
    assert net.width_by("thop") == sc.read("4*H*(I + H) + 16*H + H*D")  # a word behind the recurrence
    assert net.width_by("fvcore") == H * D


def test_a_table_takes_a_counter_and_notes_what_it_ignores():
    table = sc.table([sc.LSTM(I, H)], ["complexity", "depth"], convention="fvcore")
    assert [cell.value for cell in table.rows[0].cells] == [0, T]
    assert table.notes == ("LSTM: fvcore ignores LSTM.",)
    assert table.convention.startswith("Counter fvcore 0.1.5.post20221221 (flops): multiply-accumulates")
    assert sc.table([sc.Linear(I, H)], ["complexity"], convention="fvcore").notes == ()


@pytest.mark.parametrize("name", COUNTERS)
def test_every_named_network_is_counted(name):
    for build in sc.ARCHITECTURES.values():
        net = build()
        cost = net.cost(name)
        assert cost.free_symbols <= set(net.dimensions)
        shares = sum(part.priced(COUNTERS[name].read) for part in net.layers)
        assert (shares - cost).expand() == 0


def test_every_layer_of_the_catalogue_is_counted_and_nothing_is_silently_nothing():
    """What a counter leaves at zero is ignored with a note, or its rule says that it is nothing."""
    for kind in sc.CATALOGUE.values():
        if not kind.__module__.startswith("symcost."):
            continue
        layer = kind.example()
        inputs = layer.example_inputs()
        node = layer.apply(inputs)[0].node
        for each in COUNTERS.values():
            for leaf in each.leaves(node):
                assert leaf.counted.is_nonnegative is not False
                assert leaf.counted != 0 or not leaf.work or leaf.is_ignored or leaf.ruled
                assert leaf.reason


@pytest.mark.parametrize("name", sc.COUNTERS)
@pytest.mark.parametrize(
    "kind",
    [
        sc.Attention, sc.MultiheadAttention, sc.GroupedQueryAttention, sc.ScaledDotProductAttention,
        sc.TransformerEncoderLayer,
    ],
)  # fmt: skip
def test_a_mask_leaves_nothing_out_of_what_counters_count(kind, name):
    masked, plain = kind(is_causal=True, window=sc.dimension("w")), kind()
    inputs = masked.example_inputs()
    one, other = (sc.Network("net", inputs, layer.apply(inputs)) for layer in (masked, plain))
    assert one.cost(name) == other.cost(name)
