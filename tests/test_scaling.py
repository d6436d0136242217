from __future__ import annotations

import pytest

import symcost as sc
from symcost.analysis.scaling import leading_powers, time_scaling

T, S, H = sc.T, sc.T_self, sc.T_cross


@pytest.mark.parametrize(
    ("cost", "parameters", "scaling"),
    [  # the rows of a lecture on the costs of deep learning, then what one may meet beside them
        ("T*I*H", "T*I*H", "1"),  # a fully connected layer sees all steps at once: time is fixed in its weights
        ("T*H*I*K", "H*I*K", "T"),
        ("T*H*I*K_x*K_y", "H*I*K_x*K_y", "T"),
        ("T*(I*H + H*H)", "I*H + H*H", "T"),
        ("T_self*T_cross*H + I*H + H*I", "I*H + H*I", "T_self*T_cross"),
        ("2*T_self*T_cross*H + 2*T_self*I*H", "2*H*I", "T_self*T_cross"),
        ("T**2*H + T*H**2", "H**2", "T**2"),
        ("T*H + 5", "H", "T"),
        ("H*I", "H*I", "1"),
        ("0", "0", "1"),
        ("T_in*H + T_out*H", "H", "T_in + T_out"),
        ("T_in**2*H + T_in*T_out + T_out", "H", "T_in**2 + T_in*T_out"),
        ("T*sqrt(T)*H + T*H", "H", "T**(3/2)"),
        ("sqrt(T)*H", "H", "sqrt(T)"),
        ("T*H/2", "H", "T"),
        ("T*S", "H", "T*S"),
        ("T_x*T*H", "T*H", "T_x"),
    ],
)
def test_time_scaling_is_the_leading_power_of_time_that_is_not_in_the_weights(
    cost: str, parameters: str, scaling: str
) -> None:
    assert time_scaling(sc.read(cost), sc.read(parameters)) == sc.read(scaling)


@pytest.mark.parametrize(
    ("cost", "scaling"),
    [
        ("floor(T/2)*H", "T"),
        ("H*ceil(T/4) + H", "T"),
        ("(floor((T - K)/2) + 1)*H*I*K", "T"),
        ("floor(floor(T/2)/2)*H", "T"),
        ("T*ceil(T/Q)*H", "T**2"),
    ],
)
def test_floors_and_ceilings_grow_as_what_is_in_them(cost: str, scaling: str) -> None:
    assert time_scaling(sc.read(cost), sc.read("H*I*K")) == sc.read(scaling)


@pytest.mark.parametrize("cost", ["T*log2(T)*H", "log(T)", "max(T, H)", "2**T", "T**H", "T*H/(T + 1)"])
def test_what_is_no_sum_of_powers_of_time_has_no_time_scaling(cost: str) -> None:
    assert time_scaling(sc.read(cost), sc.read("H")) is None


def test_logarithms_of_what_is_no_time_are_constants() -> None:
    assert time_scaling(sc.read("T*log2(H)"), sc.read("H")) == T


def test_a_convolution_with_strides_grows_with_time() -> None:
    net = sc.Sequential(
        "strided", sc.Input(T, sc.I), sc.Conv1d(sc.I, sc.H, sc.K, stride=2), sc.Conv1d(sc.H, 3, 5, stride=3)
    )

    assert time_scaling(net.macs, net.parameters) == T


@pytest.mark.parametrize(
    ("name", "scaling"),
    [("dnn", "1"), ("cnn-1d", "T"), ("cnn-2d", "T"), ("rnn", "T"), ("attention", "T_self*T_cross"), ("mnist", "1")],
)
def test_named_networks_grow_as_the_lecture_says(name: str, scaling: str) -> None:
    net = sc.architecture(name)

    assert time_scaling(net.macs, net.parameters) == sc.read(scaling)


def test_of_powers_that_none_outgrows_all_are_kept() -> None:
    cost = sc.read("3*T_self**2*H + T_cross**2 + 7*T_self*T_cross + T_self + 9")

    assert leading_powers(cost, [S, H]) == S**2 + H**2 + S * H


def test_leading_powers_are_idempotent() -> None:
    for formula in (
        "2*T_self*T_cross*H + T_self*H*I",
        "T_self**2 + T_cross",
        "5",
        "T_self*T_cross**2 + T_self**2*T_cross",
    ):
        once = leading_powers(sc.read(formula), [S, H])
        assert once is not None
        assert leading_powers(once, [S, H]) == once
