"""Tables of estimates and devices."""

from __future__ import annotations

import re

import networkx as nx
import pytest

import symcost as sc
from symcost.devices import SYMBOLIC
from symcost.render.estimate import THEORY, devices_table, estimate_table, run_table

B, D, F, T, H = map(sc.dimension, "BDFTH")
MNIST = sc.architecture("mnist").at(N_hidden=300)


def cells(table, label):
    (row,) = [row for row in table.rows if row.label == label]
    return [cell.value for cell in row.cells]


def lines(table):
    return str(table).splitlines()


def test_an_estimate_in_numbers_layer_by_layer():
    table = estimate_table(sc.estimate(MNIST, "a100"))

    assert lines(table)[:8] == [
        "MNIST classifier on NVIDIA A100 SXM4 80 GB: one pass",
        "",
        "Layer     FLOPs   Bytes   FLOPs/byte  Bound   Time (ns)",
        "--------  ------  ------  ----------  ------  ---------",
        "linear    470700  473168  0.995       memory  232",
        "relu      300     1200    0.250       memory  0.589",
        "linear_2  6010    6640    0.905       memory  3.26",
        "total     477010  481008  0.992               236",
    ]
    assert table.convention.startswith("Convention flops: 2 for a multiply-accumulate")


@pytest.mark.parametrize("name", ["mnist", "cnn-2d"])
@pytest.mark.parametrize("device", ["tpu-v5e", "ryzen-7950x", SYMBOLIC], ids=str)
@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_formulas_are_written_in_every_format(name, device, form):
    found = sc.estimate(sc.architecture(name), device, passes=3, times=B)

    for table in (estimate_table(found), run_table(found)):
        assert table.render(form)


def read(prose):
    """The number that a cell's formula has, as it is written."""
    return sc.read("".join(part if isinstance(part, str) else sc.text(part) for part in prose))


@pytest.mark.parametrize("device", ["a100", "raspberry-pi-5", SYMBOLIC], ids=str)
def test_the_formulas_that_are_written_are_the_times(device):
    found = sc.estimate(sc.architecture("language-model"), device)
    table = estimate_table(found)
    (heading,) = [column.heading for column in table.columns if "Time" in column.heading]
    unit = {"ns": 10**9, "µs": 10**6, "s": 1}[heading.removeprefix("Time (").removesuffix(")")]
    sizes = {"T": 11, "H": 13, "E": 17, "V": 19}
    figures = {"peak": 3, "bandwidth": 5} if device is SYMBOLIC else {}

    for share in found.shares:
        *_, written = cells(table, share.name)
        assert sc.at(read(written), **sizes, **figures) == sc.at(share.time, **sizes, **figures) * unit
    written = cells(run_table(found), "One pass, layer after layer")[0]
    assert written[-1].strip() in heading
    assert sc.at(read(written[:-1]), **sizes, **figures) == sc.at(found.time, **sizes, **figures) * unit


def test_intensities_are_written_in_lowest_terms():
    net = sc.Sequential("affine", sc.Input(B, D), sc.Linear(D, F, bias=False))
    (row, _) = estimate_table(sc.estimate(net, "a100")).rows

    assert read(row.cells[2].value) == sc.read("B*D*F/(B*D + B*F + D*F)")


def test_what_is_not_decided_says_what_decides_it():
    table = estimate_table(sc.estimate(sc.Sequential("affine", sc.Input(B, D), sc.Linear(D, F)), "tpu-v5e"))

    assert cells(table, "linear")[3] == "undecided"
    assert "[a] By computation where FLOPs/byte is at least 241, by memory where it is less." in lines(table)
    assert cells(table, "total")[-1] == "the sum"


def test_equal_layers_stand_once_in_the_formula_of_the_whole():
    block = [sc.Linear(H, H), sc.ReLU()]
    table = run_table(sc.estimate(sc.Sequential("deep", sc.Input(T, H), *block * 3), "a100"))

    (written,) = cells(table, "One pass, layer after layer")
    assert [part for part in written if isinstance(part, str) and " x " in part] == ["3 x ", "3 x "]


def test_a_run_in_numbers():
    table = run_table(sc.estimate(MNIST, "a100", passes=3, times="60000*10"))

    assert {row.label: row.cells[0].value for row in table.rows} == {
        "Computation at the peak": "1.53 ns",
        "Transfer at the bandwidth": "236 ns",
        "One pass, computation and transfer at once": "236 ns",
        "One pass, layer after layer": "236 ns",
        "Passes": 1_800_000,
        "All passes, layer after layer": "425 ms",
        "Hours of the device": "118e-6",
        "Energy (kWh)": "47.2e-6",
        "Balance of the device (FLOPs/byte)": "153",
        "Critical batch (rows of a large product)": "153",
    }
    assert THEORY in table.remarks
    assert "theory" in THEORY
    assert any("Training is taken as three forward passes" in each for each in table.remarks)


def test_training_is_said_only_of_training():
    assert "Training" not in str(run_table(sc.estimate(MNIST, "a100")))


def test_an_unknown_power_is_a_question_mark_with_a_note_and_never_zero():
    table = run_table(sc.estimate(MNIST, "tpu-v5e"))

    assert cells(table, "Energy (kWh)") == ["?"]
    assert "[a] device 'Google TPU v5e': its power is not known; give it, in watts." in lines(table)
    assert cells(table, "Hours of the device") != ["?"]


def test_unknown_costs_are_question_marks_with_a_note():
    graph = nx.DiGraph()
    graph.add_node("x", shape=(3, 4))
    graph.add_node("bare", work=10, shape=(3, 4))
    graph.add_node("relu", layer=sc.ReLU())
    graph.add_edges_from([("x", "bare"), ("bare", "relu")])
    found = sc.estimate(sc.Network("net", graph), "a100")
    table = estimate_table(found)

    assert cells(table, "bare") == [20, "?", "?", "?", "?"]
    assert cells(table, "total") == [32, "?", "?", "?", "?"]
    assert "[a] Not known: of a node only costs are given." in lines(table)
    assert cells(run_table(found), "Hours of the device") == ["?"]
    assert "network 'net': flops and bytes of 'bare' not known." in str(run_table(found))


def test_the_reading_of_bytes_is_said():
    net = sc.Sequential("rnn", sc.Input(5, 4), sc.RNN(4, 4))

    assert "its weights once" in str(estimate_table(sc.estimate(net, "a100")))
    assert "the weights of a recurrence at each step" in str(estimate_table(sc.estimate(net, "a100", streamed=True)))


def test_devices_stand_with_their_sources():
    own = sc.Device("my <card> & co", "P", 10**10, source="100% made up")
    table = devices_table({**sc.DEVICES, "own": own})

    assert table.column("Power (W)") == ["300", "400", "700", "?", "170", "25", "?"]
    assert table.column("Source")[:-1] == [device.source for device in sc.DEVICES.values()]
    assert re.search(r"my \\textless\{\}card\\textgreater\{\} \\& co", table.render("latex"))
    assert table.column("Peak (TFLOP/s)")[-1] == sc.dimension("P") / 10**12


def test_tables_are_the_same_each_time():
    one, two = (estimate_table(sc.estimate(sc.architecture("encoder-decoder"))).render("latex") for _ in "ab")
    assert one == two
