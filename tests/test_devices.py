"""Devices: their figures, exact, and what follows from them."""

from __future__ import annotations

import dataclasses
import math

import pytest
from sympy import Integer, Rational, Symbol, limit, oo

import symcost as sc
from symcost.analysis.traffic import node_traffic
from symcost.devices import SYMBOLIC
from symcost.errors import DimensionError, FormulaError, UnknownName

FIGURES = ("peak", "bandwidth", "bytes")


@pytest.mark.parametrize("device", sc.DEVICES.values(), ids=sc.DEVICES)
def test_every_device_has_exact_figures_a_format_and_a_source_with_its_year(device):
    figures = [getattr(device, name) for name in FIGURES] + [device.power or Integer(1)]

    assert all(figure.is_Rational and figure > 0 for figure in figures)
    assert device.format
    assert any(year in device.source for year in map(str, range(2017, 2026)))


@pytest.mark.parametrize(
    ("name", "balance"),
    # NVIDIA, GPU performance background, 2023: 139 for V100; Austin et al., How to scale your model, 2025: 240 and 295
    [("v100", 139), ("tpu-v5e", 240), ("h100", 295)],
)
def test_the_balance_of_a_device_is_as_published(name, balance):
    assert math.isclose(sc.device(name).balance, balance, rel_tol=0.005)


@pytest.mark.parametrize("name", ["h100", "tpu-v5e", "ryzen-7950x"])
def test_the_critical_batch_is_where_a_large_product_is_as_intensive_as_the_device_is_balanced(name):
    device, (B, D) = sc.device(name), map(sc.dimension, "BD")
    node = sc.Linear(D, D, bias=False)(sc.Input(B, D)).node
    intensity = node.cost.work["mac"] * 2 / node_traffic(node).bytes(device.bytes)

    assert limit(intensity.subs(B, device.critical_batch), D, oo) == device.balance


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        (3, 3),
        (0.1, Rational(1, 10)),
        (2.5e11, 250_000_000_000),
        ("3.12e14", 312 * 10**12),
        ("2 * 400", 800),
        (Rational(1, 3), Rational(1, 3)),
        ("P", sc.dimension("P")),
        (Symbol("P"), sc.dimension("P")),
    ],
)
def test_figures_are_kept_exactly(given, exact):
    device = sc.Device("mine", given, given, given, given)

    assert [device.peak, device.bandwidth, device.power, device.bytes] == [exact] * 4


@pytest.mark.parametrize(
    "given", [0, -1, -0.5, "0", "T - H", True, math.inf, math.nan, 1e300, 10**41, [], None, sc.read("0")]
)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_that_is_none_is_refused(given, figure):
    with pytest.raises(
        DimensionError, match=f"device 'mine': {figure} is .*; expected a positive number such as 3.12e14"
    ):
        sc.Device("mine", **{"peak": 1, "bandwidth": 1, figure: given})


def test_text_is_read_and_never_evaluated():
    with pytest.raises(FormulaError, match="character 1: '_'"):
        sc.Device("mine", "__import__('os').getpid()", 1)


def test_power_may_be_unknown_or_given_later():
    device = sc.Device("mine", 1, 1)

    assert device.power is None
    assert device.with_power("65").power == 65
    assert device == dataclasses.replace(device.with_power(3), power=None)


def test_a_device_of_symbols_has_formulas():
    peak, bandwidth = SYMBOLIC.peak, SYMBOLIC.bandwidth

    assert SYMBOLIC.balance == peak / bandwidth
    assert SYMBOLIC.critical_batch == 2 * peak / bandwidth


def test_a_device_is_known_by_its_name_and_a_near_one_is_suggested():
    assert sc.device("a100") is sc.DEVICES["a100"]
    assert sc.device(SYMBOLIC) is SYMBOLIC
    with pytest.raises(UnknownName, match="no device is called 'A10'; did you mean 'a100'"):
        sc.device("A10")
