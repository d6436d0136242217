"""Measurements: that they are taken, of what, and how they stand beside an estimate; never how fast it is."""

from __future__ import annotations

import importlib.util
import sys

import networkx as nx
import numpy as np
import pytest

import symcost as sc
from symcost import measurement
from symcost.errors import DimensionError, GraphError, ShapeError, UnpricedError
from symcost.interpret import execute
from symcost.measurement import THIS_MACHINE, Measurement, measure, this_machine
from symcost.render.measurement import measurement_table

HAS_TORCH = importlib.util.find_spec("torch") is not None
TINY = sc.architecture("mnist").at(N_hidden=3)


@pytest.fixture
def without_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)


@pytest.fixture
def small(monkeypatch):
    """The machine shows its figures on small matrices."""
    monkeypatch.setattr(measurement, "_MATRIX", 16)
    monkeypatch.setattr(measurement, "_COPIED", 4096)


def test_a_network_is_run_and_timed():
    taken = measure(TINY, seconds=0.01)

    assert taken.name == "MNIST classifier"
    assert len(taken.seconds) >= 3
    assert all(each > 0 for each in taken.seconds)
    first, third = taken.quartiles
    assert min(taken.seconds) <= first <= taken.median <= third <= max(taken.seconds)
    assert taken.format == "float32"
    assert taken.machine
    assert taken.library.split()[0] == ("PyTorch" if HAS_TORCH else "NumPy")


def test_it_is_run_for_as_long_as_is_asked_for_but_a_few_times_in_any_case():
    assert len(measure(TINY, seconds=0).seconds) == 3
    assert sum(measure(TINY, seconds=0.05).seconds) >= 0.05


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed")
def test_pytorch_runs_it_with_layers_of_its_own():
    taken = measure(sc.architecture("language-model").at(T=3, E=2, H=4, V=5), seconds=0)

    assert taken.library.startswith("PyTorch ")
    assert taken.threads.endswith(" threads")
    assert set(taken.own_layers) == {"embedding", "lstm", "linear", "softmax"}


@pytest.mark.usefixtures("without_pytorch")
def test_without_pytorch_numpy_runs_it():
    taken = measure(TINY, seconds=0)

    assert taken.library == f"NumPy {np.__version__}"
    assert "BLAS" in taken.threads
    assert taken.own_layers == ()


@pytest.mark.parametrize("library", ["any", "numpy"])
def test_what_is_run_is_the_equation(library, monkeypatch):
    """The arrays that come out of a measured run are those that the equation computes of the same numbers."""
    if library == "numpy":
        monkeypatch.setitem(sys.modules, "torch", None)
    library = measurement.available()
    seen = []

    class Spy:
        def __init__(self, weights):
            self.weights, self.inner = weights, library.execution(weights)

        def run(self, equation, inputs, path):
            made = self.inner.run(equation, inputs, path)
            seen.append((inputs, made, self.weights))
            return made

    monkeypatch.setattr(measurement, "available", lambda: library._replace(execution=Spy))
    x = sc.Input(4, 3)
    net = sc.Network("net", x, sc.TransformerEncoderLayer(4, 2, 5, activation="gelu")(sc.GELU()(sc.LSTM(3, 4)(x) * 2)))
    measure(net, seconds=0)

    assert len(seen) == 4  # one that does not count, and three
    inputs, made, weights = seen[-1]
    names = sc.weights_of(net, *(each.shape for each in inputs))
    drawn = {name: weights(name, shape) for name, shape in names.items()}
    wanted = execute(net, *inputs, weights=drawn)
    assert all(each.dtype == np.float32 for each in (*inputs, *made))
    assert np.allclose(made[0], wanted, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("library", ["any", "numpy"])
def test_rows_of_tables_are_whole_numbers_below_their_number(library, monkeypatch):
    if library == "numpy":
        monkeypatch.setitem(sys.modules, "torch", None)
    x, y = sc.Input(2, 50), sc.Input(2, 50, 3)
    words = sc.Sequential("words", sc.Input(50), sc.Identity(), sc.Embedding(3, 4))
    net = sc.Network("net", (y, x), (sc.Linear(3, 4)(y), words(sc.Dropout()(x)), sc.Embedding(7, 2)(x)))

    drawn = measurement._drawn(net.equation(), np.random.default_rng(0))

    assert set(np.unique(drawn[1])) == {0, 1, 2}
    assert not np.array_equal(drawn[0], np.round(drawn[0]))
    assert len(measure(net, seconds=0).seconds) == 3


def test_what_samples_anew_for_each_prefix_looks_its_words_up_too():
    model = sc.Sequential("model", sc.Input(sc.T), sc.Embedding(5, 4), sc.Linear(4, 5))
    net = sc.Sequential("anew", sc.Input(sc.T), sc.EveryPrefix(model)).at(T=3)

    (words,) = measurement._drawn(net.equation(), np.random.default_rng(0))

    assert words.dtype == np.float32 and set(words) <= {0, 1, 2, 3, 4}
    assert len(measure(net, seconds=0).seconds) == 3


def test_a_layer_alone_is_refused():
    with pytest.raises(GraphError, match="alone; expected a network; put it into Network"):
        measure(sc.Linear(3, 4))


def test_sizes_without_a_number_are_named_with_what_to_do():
    with pytest.raises(DimensionError) as caught:
        measure(sc.architecture("rnn").at(I=3))

    assert str(caught.value) == (
        "network 'RNN': H, T without a number; expected numbers to run it on; give --at H=100 --at T=100"
    )


def test_a_number_of_layers_without_a_number_is_named_too():
    net = sc.Sequential("deep", sc.Input(3, 4), sc.Repeat(sc.Linear(4, 4)))

    with pytest.raises(DimensionError, match="L without a number"):
        measure(net)


def test_what_does_not_fit_into_memory_is_said():
    net = sc.Sequential("vast", sc.Input(10**7), sc.Linear(10**7, 10**9))

    with pytest.raises(ShapeError, match="network 'vast': its tensors do not fit into memory"):
        measure(net)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")], ids=repr)
def test_memory_that_ends_on_the_way_is_said(monkeypatch, error):
    def ends(*_):
        raise error

    monkeypatch.setattr("symcost.interpret.Execution.run", ends)
    with pytest.raises(ShapeError, match="its tensors do not fit into memory"):
        measure(TINY)


def test_what_else_goes_wrong_is_not_taken_for_it(monkeypatch):
    def fails(*_):
        raise RuntimeError("something else")

    monkeypatch.setattr("symcost.interpret.Execution.run", fails)
    with pytest.raises(RuntimeError, match="something else"):
        measure(TINY)


def test_what_has_only_costs_cannot_be_run():
    graph = nx.DiGraph()
    graph.add_node("x", shape=(3, 4))
    graph.add_node("bare", work=10, shape=(3, 4))
    graph.add_edge("x", "bare")

    with pytest.raises(UnpricedError, match="node 'bare': only its cost is known; expected an equation to execute"):
        measure(sc.Network("net", graph))


# --- this machine ---


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("library", ["any", "numpy"])
def test_this_machine_is_a_device_whose_figures_are_measured(library, monkeypatch):
    if library == "numpy":
        monkeypatch.setitem(sys.modules, "torch", None)
    device = this_machine(seconds=0)

    assert device.name == THIS_MACHINE
    assert device.peak > 0
    assert device.bandwidth > 0
    assert device.power is None
    assert (device.bytes, device.format) == (4, "float32")
    assert device.source.startswith("measured here")
    assert this_machine("65", seconds=0).power == 65


def test_a_processor_that_says_nothing_is_said_to(monkeypatch, tmp_path):
    monkeypatch.setattr(measurement, "Path", lambda _: tmp_path / "none")
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "")

    assert measurement.machine() == "a processor without a name"


# --- beside the estimate ---

TAKEN = Measurement("MNIST classifier", (0.002, 0.001, 0.004), "Torch 1", "2 threads", "a machine", ("linear",))


def beside(device, taken=TAKEN, net=TINY):
    table = measurement_table(taken, sc.estimate(net, device))
    return {row.label: [cell.value for cell in row.cells] for row in table.rows}, str(table)


def test_theory_and_measurement_stand_beside_each_other_and_each_says_which_it_is():
    here = sc.Device(THIS_MACHINE, 10**9, 10**9, 36, 4)
    cells, text = beside(here)
    found = sc.estimate(TINY, here)

    assert cells["Time of one pass"][1] == "2.00 ms"
    assert cells["Middle half of the runs"] == ["", "1.50 ms to 3.00 ms"]
    assert float(cells["Measured over estimated"][1]) == pytest.approx(float(0.002 / found.time), rel=0.01)
    assert cells["Operations"][1] == f"{int(found.flops) * 500 / 1e6:.3g} MFLOP/s"
    assert float(cells["Energy (kWh)"][1]) == pytest.approx(36 * 0.002 / 3.6e6, rel=0.01)
    assert "The estimate is theory" in text
    assert "The measurement is of this machine: the median of 3 runs after one that does not count" in text
    assert "by Torch 1 with 2 threads on a machine, in float32" in text
    assert "with layers of its own where it has them (linear)" in text
    assert "the power is given, it is not measured" in text


def test_the_energy_without_a_power_is_not_known():
    cells, text = beside(sc.Device(THIS_MACHINE, 10**9, 10**9))

    assert cells["Energy (kWh)"] == ["?", "?"]
    assert "--power gives it, in watts" in text


def test_an_estimate_of_another_device_says_so():
    cells, text = beside("a100")

    assert cells["Energy (kWh)"][1] == "?"
    assert cells["Energy (kWh)"][0] != "?"
    assert "They are of two machines: the estimate is for NVIDIA A100 SXM4 80 GB." in text


def test_many_layers_are_counted_and_none_are_said_to_be_none():
    many = Measurement("net", (1.0, 1.0), "T", "t", "m", tuple("abcdefghij"))
    none = Measurement("net", (1.0, 1.0), "T", "t", "m")

    assert "(10 of them)" in beside("a100", many)[1]
    assert "on random numbers, operation by operation." in beside("a100", none)[1]


def test_what_takes_no_time_in_theory_has_no_rates():
    wire = sc.Sequential("wire", sc.Input(3), sc.Identity())
    cells, _ = beside("a100", net=wire)

    assert cells["Measured over estimated"] == ["", ""]
    assert cells["Operations"] == ["", "0 FLOP/s"]
