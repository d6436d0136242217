"""Estimates: the roofline, layer by layer, as formulas and as numbers."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Integer, Max, Rational

import symcost as sc
from symcost.analysis.estimate import FLOPS, TRAINING, Share
from symcost.devices import SYMBOLIC
from symcost.errors import DimensionError, UnknownName, UnpricedError

B, D, F, H, I, L, T, V = map(sc.dimension, "BDFHILTV")
SMALL = sc.Device("small", peak=1000, bandwidth=100, power=36, bytes=4)


def chain(*sizes, rows=8):
    layers = [layer for one, two in itertools.pairwise(sizes) for layer in (sc.Linear(one, two), sc.ReLU())]
    return sc.Sequential("chain", sc.Input(rows, sizes[0]), *layers)


def test_a_layer_takes_the_longer_of_its_operations_and_its_bytes():
    net = sc.Sequential("net", sc.Input(2, 3), sc.Linear(3, 4), sc.ReLU())
    linear, relu = sc.estimate(net, SMALL).shares

    # 2*2*3*4 and 2*4 for the bias; 6 in, 12 + 4 weights, 8 out, of 4 bytes; and 8 comparisons, 8 in, 8 out
    assert (linear.flops, linear.bytes) == (56, 120)
    assert (linear.compute_time, linear.transfer_time, linear.time) == (
        Rational(56, 1000),
        Rational(120, 100),
        Rational(6, 5),
    )
    assert (relu.flops, relu.bytes, relu.bound) == (8, 64, "memory")
    assert linear.intensity == Rational(56, 120)


def test_totals_are_sums_over_layers_one_after_the_other():
    found = sc.estimate(chain(64, 4096, 64, rows=64), sc.Device("even", 1000, 1000))
    assert {share.bound for share in found.shares} == {"compute", "memory"}
    assert found.flops == sum(share.flops for share in found.shares)
    assert found.bytes == sum(share.bytes for share in found.shares)
    assert found.time == sum(max(share.compute_time, share.transfer_time) for share in found.shares)
    assert found.intensity == found.flops / found.bytes
    assert found.whole.time == max(found.compute_time, found.transfer_time) < found.time


def test_operations_are_counted_as_the_network_does_in_the_convention_that_is_stated():
    net = sc.architecture("language-model")

    assert FLOPS.name == "flops"
    assert sc.estimate(net).flops == net.flops


def test_the_formulas_of_a_product_on_a_device_of_symbols():
    net = sc.Sequential("affine", sc.Input(B, D), sc.Linear(D, F, bias=False))
    found = sc.estimate(net)
    peak, bandwidth, power = SYMBOLIC.peak, SYMBOLIC.bandwidth, SYMBOLIC.power
    compute, transfer = 2 * B * D * F / peak, 4 * (B * D + B * F + D * F) / bandwidth

    (share,) = found.shares
    assert share.bound == "undecided"
    assert (share.compute_time - compute).expand() == (share.transfer_time - transfer).expand() == 0
    sizes = {B: 3, D: 50, F: 70, peak: 11, bandwidth: 7, power: 13}
    assert found.time.xreplace(sizes) == Max(compute, transfer).xreplace(sizes)
    assert found.energy.xreplace(sizes) == 13 * Max(compute, transfer).xreplace(sizes) / 3_600_000


def test_the_whole_formula_at_given_sizes_is_the_number_that_the_network_has_at_them():
    sizes = {"T": 17, "H": 64, "E": 32, "V": 1000}
    for device in ("a100", "raspberry-pi-5", SMALL):
        symbolic = sc.estimate(sc.architecture("language-model"), device)
        numeric = sc.estimate(sc.architecture("language-model").at(**sizes), device)
        assert sc.at(symbolic.time, **sizes) == numeric.time
        assert sc.at(symbolic.energy, **sizes) == numeric.energy


@pytest.mark.parametrize(
    ("layer", "rows", "bound"),
    [
        (sc.ReLU(), B, "memory"),  # an operation for each of 4 bytes, whatever the sizes
        (sc.Linear(D, D), 1, "memory"),
        (sc.Linear(D, D), B, "undecided"),
        (sc.Linear(4096, 4096), 4096, "compute"),
        (sc.Flatten(), B, ""),
        (sc.Softmax(), B, "memory"),
    ],
    ids=str,
)
def test_what_bounds_a_layer_is_said_as_far_as_it_is_decided(layer, rows, bound):
    width = 4096 if layer == sc.Linear(4096, 4096) else D
    (share,) = sc.estimate(sc.Sequential("one", sc.Input(rows, width), layer), "a100").shares

    assert share.bound == bound
    assert share.time == {"memory": share.transfer_time, "compute": share.compute_time, "": 0}.get(bound, share.time)


def test_a_look_up_computes_nothing_and_is_bound_by_memory():
    (share,) = sc.estimate(sc.Sequential("table", sc.Input(T), sc.Embedding(V, H)), SMALL).shares

    assert (share.flops, share.bound, share.intensity) == (0, "memory", 0)


def test_a_run_is_so_many_passes_so_many_times():
    net = chain(4, 5)
    once = sc.estimate(net, SMALL)
    run = sc.estimate(net, SMALL, passes=TRAINING, times="60000*10")

    assert (once.passes, once.times, TRAINING) == (1, 1, 3)
    assert run.seconds == once.time * 3 * 600_000
    assert run.hours == run.seconds / 3600
    assert run.energy == SMALL.power * run.hours / 1000 == once.energy * 1_800_000
    assert sc.estimate(net, SMALL, times=T).seconds == once.time * T


def test_repetitions_take_as_long_as_what_they_repeat_so_often():
    block = sc.Sequential("block", sc.Input(T, H), sc.Linear(H, H), sc.ReLU())
    repeated = sc.Sequential("net", sc.Input(T, H), sc.Repeat(block, L))
    written = sc.Sequential("net", sc.Input(T, H), *(layer for _ in range(5) for layer in (sc.Linear(H, H), sc.ReLU())))

    sizes = {"T": 7, "H": 40}
    assert sc.estimate(repeated.at(L=5, **sizes), SMALL).time == sc.estimate(written.at(**sizes), SMALL).time
    assert sc.at(sc.estimate(repeated, SMALL).time, L=5, **sizes) == sc.estimate(written.at(**sizes), SMALL).time


def test_streamed_weights_take_longer():
    net = sc.Sequential("rnn", sc.Input(100, 8), sc.LSTM(8, 256))
    resident, streamed = (sc.estimate(net, "a100", streamed=each) for each in (False, True))

    assert streamed.streamed
    assert resident.flops == streamed.flops
    assert streamed.bytes > 50 * resident.bytes
    assert streamed.time > resident.time


@pytest.mark.parametrize(
    "layer", [sc.LSTM(I, H), sc.TransformerEncoderLayer(D, 4, F), sc.Repeat(sc.Linear(H, H))], ids=repr
)
def test_a_layer_alone_is_estimated_as_it_is_in_a_network(layer):
    inputs = [sc.Input(*tensor.shape) for tensor in layer.example_inputs()]
    alone, within = sc.estimate(layer, "a100"), sc.estimate(sc.Network("net", inputs, layer.apply(inputs)), "a100")

    assert (alone.flops, alone.bytes, alone.time) == (within.flops, within.bytes, within.time)


def test_what_is_not_known_is_never_zero():
    graph = nx.DiGraph()
    graph.add_node("x", shape=(T, H))
    graph.add_node("bare", work=T * H, shape=(T, H))
    graph.add_node("relu", layer=sc.ReLU())
    graph.add_node("dark", depth=1, shape=(T, H))
    graph.add_edges_from([("x", "bare"), ("bare", "relu"), ("relu", "dark")])
    found = sc.estimate(sc.Network("net", graph), SMALL)
    bare, relu, dark = found.shares

    assert (bare.flops, bare.bytes, dark.flops, dark.bytes) == (2 * T * H, None, None, None)
    assert relu.is_known
    assert found.unknown("bytes") == ["bare", "dark"]
    assert found.unknown("flops") == ["dark"]
    for metric, said in [
        ("flops", "network 'net': flops of 'dark' not known"),
        ("bytes", "network 'net': bytes of 'bare', 'dark' not known"),
        ("time", "network 'net': flops and bytes of 'bare', 'dark' not known"),
        ("energy", "network 'net': flops and bytes of 'bare', 'dark' not known"),
    ]:
        with pytest.raises(UnpricedError, match=f"^{said}$"):
            getattr(found, metric)
    with pytest.raises(UnpricedError, match="layer 'bare': bytes not known"):
        bare.time  # noqa: B018 - asking is the test


def test_energy_without_a_power_is_not_known():
    found = sc.estimate(chain(3, 4), "tpu-v5e")

    assert found.time > 0
    with pytest.raises(UnpricedError, match="device 'Google TPU v5e': its power is not known; give it, in watts"):
        found.energy  # noqa: B018


@pytest.mark.parametrize("figure", ["passes", "times"])
@pytest.mark.parametrize("given", [0, -1, "0", "T - H", 1.5, None])
def test_a_number_of_passes_that_is_none_is_refused(figure, given):
    with pytest.raises(DimensionError, match=f"{figure} is .*; expected a positive number or a formula"):
        sc.estimate(chain(3, 4), SMALL, **{figure: given})


def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match="no device is called 'h10'; did you mean 'h100'"):
        sc.estimate(chain(3, 4), "h10")


# --- properties ---

figures = st.integers(1, 10**6)
widths = st.lists(st.integers(1, 40), min_size=2, max_size=4)


@settings(deadline=None, max_examples=60)
@given(widths, st.integers(1, 30), figures, figures, figures)
def test_no_bound_is_longer_than_the_time_and_energy_is_power_times_time(sizes, rows, peak, bandwidth, power):
    device = sc.Device("drawn", peak, bandwidth, power)
    found = sc.estimate(chain(*sizes, rows=rows), device, times=7)

    assert found.time >= found.whole.time >= max(found.compute_time, found.transfer_time)
    assert found.time <= found.compute_time + found.transfer_time
    assert found.energy == power * found.seconds / 3_600_000
    for share in found.shares:
        assert share.time == max(share.compute_time, share.transfer_time)
        assert (share.bound == "compute") == (share.intensity >= device.balance)


@settings(deadline=None, max_examples=40)
@given(widths, st.integers(1, 30), figures, figures)
def test_twice_the_batch_takes_no_less_and_at_most_twice_as_long(sizes, rows, peak, bandwidth):
    device = sc.Device("drawn", peak, bandwidth)
    one, two = (sc.estimate(chain(*sizes, rows=count), device) for count in (rows, 2 * rows))

    assert one.time <= two.time <= 2 * one.time


@settings(deadline=None, max_examples=30)
@given(figures, figures, st.integers(2, 9))
def test_a_device_that_is_so_many_times_faster_takes_so_many_times_less(peak, bandwidth, faster):
    slow, fast = sc.Device("slow", peak, bandwidth), sc.Device("fast", faster * peak, faster * bandwidth)
    net = chain(5, 6, rows=T)

    assert (sc.estimate(net, slow).time / sc.estimate(net, fast).time - faster).subs(T, 9) == 0


def test_a_share_can_be_made_of_its_own():
    share = Share("mine", Integer(10), Integer(5), SMALL)

    assert (share.intensity, share.bound) == (2, "memory")


def test_equal_layers_in_large_numbers_are_added_up_as_a_number_of_times():
    x = sc.Input(T, H)
    y = x
    for _ in range(300):
        y = sc.ReLU()(sc.Linear(H, H)(y))

    found = sc.estimate(sc.Network("deep", x, y), "a100")

    assert len(found.shares) == 600
    assert len(found.time.args) == 2  # one kind of layer twice 300 times
