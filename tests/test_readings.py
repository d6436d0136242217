"""Readings: conventions and counters by name."""

from __future__ import annotations

import pytest

import symcost as sc
from symcost.readings import reading, readings

T, I, H = sc.T, sc.I, sc.H


def test_every_convention_and_every_counter_is_a_reading():
    assert readings() == {**sc.CONVENTIONS, **sc.COUNTERS}
    assert not set(sc.CONVENTIONS) & set(sc.COUNTERS)


@pytest.mark.parametrize("name", readings())
def test_a_reading_reads_a_node_and_an_equation_alike(name):
    x = sc.Input(T, I)
    y = sc.LSTM(I, H)(x)
    net = sc.Network("n", x, y)
    by = reading(name)
    assert by.name == name
    assert by.read(y.node) == by.read(net.equation()) == net.cost(name) == net.cost(by)
    assert by.parameters(net.total) == net.parameters_by(name)
    assert name in by.line().lower()
    assert set(by.ignored(net.equation())) <= {"LSTM"}


def test_a_convention_ignores_nothing():
    x = sc.Input(T, I)
    net = sc.Network("n", x, sc.Tanh()(x))
    assert {each.ignored(net.equation()) for each in sc.CONVENTIONS.values()} == {()}


def test_a_reading_of_ones_own_is_handed_back():
    mine = sc.Convention("mine", {"tanh": 3})
    assert reading(mine) is mine


def test_an_unknown_reading_suggests_near_names():
    with pytest.raises(sc.UnknownName) as error:
        reading("FVCor")
    assert str(error.value) == "no convention is called 'FVCor'; did you mean 'fvcore'?"
    with pytest.raises(sc.UnknownName, match="no convention is called '3'; there are deepspeed, exact, "):
        reading(3)
