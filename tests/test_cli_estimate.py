"""The verbs estimate, measure and devices."""

from __future__ import annotations

import pytest

import symcost as sc
from symcost import measurement
from symcost.render import estimate as tables

OWN = '[[devices]]\nname = "card"\npeak = "1e12"\nbandwidth = 1e11\npower = 50\n'
HERE = sc.Device("this machine", 10**10, 10**10, None, 4)


@pytest.fixture
def run(run, monkeypatch, tmp_path):
    """Runs a verb, its arguments on one line: devices of one's own are in own.toml, and nothing is measured."""
    (tmp_path / "own.toml").write_text(OWN)
    monkeypatch.setattr(measurement, "this_machine", lambda: HERE)
    return lambda line: run(*line.split())


def test_an_estimate_is_two_tables(prints):
    found = sc.estimate(sc.architecture("mnist").at(N_hidden=300), "a100", passes=3, times=600_000)
    out = prints("estimate mnist --at N_hidden=300 -d a100 --passes 3 --times 60000*10")

    assert out == tables.estimate_table(found).render() + "\n" + tables.run_table(found).render()


def test_nothing_is_measured_for_a_file_that_cannot_be_written(refuses, monkeypatch, tmp_path):
    monkeypatch.setattr(measurement, "measure", None)
    (tmp_path / "folder.tex").mkdir()
    for file, said in (
        ("out.xyz", "-o out.xyz: no format by its ending is called '.xyz'; there are "),
        ("no/out.tex", "-o no/out.tex: there is no folder 'no'; make it first"),
        ("folder.tex", "-o folder.tex: it cannot be written: Is a directory"),
    ):
        assert refuses(f"measure rnn -o {file}").startswith(said)


def test_without_a_device_an_estimate_is_a_formula(prints):
    out = prints("estimate rnn")

    assert "/peak" in out
    assert "/bandwidth" in out
    assert "peak in operations a second, bandwidth in bytes a second, power in watts" in out
    assert "; 65 W.\n" in prints("estimate rnn --power 65")


@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_an_estimate_is_written_in_each_format(prints, form):
    assert "LSTM on NVIDIA H100 SXM5: one pass" in prints(f"estimate lstm --device h100 -f {form}")


def test_an_estimate_goes_into_a_file(prints, tmp_path):
    assert prints("estimate lstm -d h100 -o out.tex") == ""
    assert r"\begin{tabular}" in (tmp_path / "out.tex").read_text()


def test_devices_of_ones_own_are_taken(prints):
    assert "on card: one pass" in prints("estimate mnist --devices own.toml -d card")
    assert "on card: one pass" in prints("estimate mnist --devices own.toml")
    assert "on Google TPU v5e: one pass" in prints("estimate mnist --devices own.toml -d tpu-v5e")
    assert "card" in prints("devices --devices own.toml")


def test_a_power_takes_the_place_of_the_devices_own(prints):
    assert "Energy (kWh)                                ?" in prints("estimate mnist --at N_hidden=3 -d tpu-v5e")
    out = prints("estimate mnist --at N_hidden=3 -d tpu-v5e --power 200")
    assert "?" not in out
    assert "200 W" in out


def test_streamed_weights_are_asked_for(prints):
    assert "the weights of a recurrence at each step" in prints("estimate rnn -d a100 --streamed")


def test_the_devices_are_listed(prints):
    assert prints("devices") == tables.devices_table(sc.DEVICES).render()


def test_a_measurement_stands_beside_the_estimate_for_this_machine(prints):
    out = prints("measure mnist --at N_hidden=3 --seconds 0 --power 65")

    assert "Estimate for this machine  Measured here" in out
    assert "The estimate is theory" in out
    assert "The measurement is of this machine" in out
    assert "65 W" in out


def test_a_measurement_stands_beside_the_estimate_for_another_device(prints):
    out = prints("measure mnist --at N_hidden=3 --seconds 0 -d raspberry-pi-5 -f markdown")

    assert "They are of two machines: the estimate is for Raspberry Pi 5." in out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("estimate mnst", "no network is called 'mnst'; did you mean 'mnist'?"),
        ("estimate mnist -d a10", "no device is called 'a10'; did you mean 'a100'?"),
        ("estimate mnist --devices own.toml -d crad", "no device is called 'crad'; did you mean 'card'?"),
        ("estimate mnist --devices none.toml", "none.toml: it cannot be read: No such file or directory"),
        ("estimate mnist -d a100 --power 0", "device 'NVIDIA A100 SXM4 80 GB': power is 0; expected a positive number "
         "such as 3.12e14"),
        ("estimate mnist --passes 0", "passes is '0'; expected a positive number or a formula"),
        ("estimate mnist --times 3*", "formula '3*', character 3: the end; expected a number, a dimension, a function "
         "or '('"),
        ("estimate mnist --at N=3", "network 'MNIST classifier': no dimension here is called 'N'; there are N_hidden"),
        ("measure mnist", "network 'MNIST classifier': N_hidden without a number; expected numbers to run it on; "
         "give --at N_hidden=100"),
        ("measure mnist --at N_hidden=3 --seconds -1", "Invalid value for '--seconds': -1.0 is not in the range "
         "0<=x<=3600."),
        ("measure mnist --at N_hidden=3 --seconds inf", "Invalid value for '--seconds': inf is not in the range "
         "0<=x<=3600."),
        ("measure mnist --at N_hidden=1000000000000", "network 'MNIST classifier': its tensors do not fit into memory; "
         "expected a network that fits; choose smaller sizes"),
        ("devices --devices own.tml", "own.tml: it cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(refuses, line, said):
    assert refuses(line) == said


def test_help_says_what_the_verbs_do(prints):
    out = prints("--help")

    for verb in ("estimate", "measure", "devices"):
        assert verb in out
