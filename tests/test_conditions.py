from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Integer, floor

import symcost as sc
from symcost import dimension
from symcost.conditions import Condition, at_most, decided, of_size, undecided
from symcost.render.estimate import estimate_table
from symcost.render.growth import growth_table
from symcost.render.summary import layers_table, values_table
from symcost.render.training import training_table

T, K, N, H, G, L, X, Y, I = map(dimension, "TKNHGLXYI")


def _said(layer: sc.Layer, *inputs: sc.Tensor) -> list[str]:
    return [str(each) for each in layer.equation(*inputs).conditions]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (T, []),
        (Integer(7), []),
        (T - K + 1, ["K is at most T"]),
        (T - 1, ["2 is at most T"]),
        (T - 2 * K + 3, ["2 K is at most T + 2"]),
        (floor((T - K) / 2) + 1, ["K is at most T"]),
        (floor((T + 2 - K) / 2) + 1, ["K is at most T + 2"]),
        (floor(T / 2), ["2 is at most T"]),
        (H / N, ["N divides H"]),
        (K + T / X, ["X divides T"]),
        (H * N / N, []),
        (H / 2, ["2 divides H"]),
    ],
    ids=str,
)
def test_a_size_is_whole_and_at_least_one(length: Expr, said: list[str]) -> None:
    assert [str(each) for each in of_size(length)] == said


@given(smaller=st.integers(1, 20), larger=st.integers(1, 20))
def test_of_numbers_everything_is_decided(smaller: int, larger: int) -> None:
    a, b = Integer(smaller), Integer(larger)
    assert decided(at_most(a, b)) is (smaller <= larger)
    assert decided(Condition("divides", a, b)) is (larger % smaller == 0)


def test_what_holds_for_all_sizes_or_for_none_is_decided_too() -> None:
    assert decided(at_most(K, K + T)) is True
    assert decided(at_most(K + T, K)) is False
    assert decided(at_most(K, T)) is None
    assert decided(Condition("divides", N, 3 * N * H)) is True


def test_what_follows_is_not_said_again() -> None:
    found = undecided([Condition("divides", N, H * G), Condition("divides", N, H), at_most(K, T), at_most(K, T)])
    assert [str(each) for each in found] == ["N divides H", "K is at most T"]


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (sc.MultiheadAttention(), ["N divides E"]),
        (sc.MultiheadAttention(num_heads=1), []),
        (sc.GroupedQueryAttention(), ["G divides N", "N divides E"]),
        (sc.Conv1d(I, H, K), ["K is at most T"]),
        (sc.Conv1d(I, H, K, padding="same"), []),
        (sc.Conv1d(I, H, 3, groups=G, padding=1), ["G divides I", "G divides H"]),
        (sc.MaxPool2d(3, 2), ["3 is at most X", "3 is at most Y"]),
        (sc.AdaptiveAvgPool1d(K), ["K divides T"]),
        (sc.UpsamplingNearest2d((X, 2 * K)), ["Y divides 2 K"]),
        (sc.GroupNorm(G, H), ["G divides H"]),
        (sc.LSTM(), []),
    ],
    ids=repr,
)
def test_layers_carry_along_what_they_need(layer: sc.Layer, said: list[str]) -> None:
    assert sorted(_said(layer)) == sorted(said)


def test_conditions_come_out_of_networks_repetitions_and_loops_and_go_where_sizes_decide_them() -> None:
    block = sc.TransformerEncoderLayer(H, N, 4 * H)
    net = sc.Sequential("encoder", sc.Input(T, H), sc.Repeat(block, L))
    assert [str(each) for each in net.conditions] == ["N divides H"]
    assert net.at(N=8).conditions == (Condition("divides", Integer(8), H),)
    assert net.at(N=8, H=512).conditions == ()
    with pytest.raises(sc.ShapeError, match=r"embed_dim=512, num_heads=6; expected num_heads that divide"):
        net.at(N=6, H=512)


def test_tables_note_them() -> None:
    made = sc.table([sc.Conv1d(I, H, K), sc.Linear(I, H)], ["macs"]).render("text")
    assert "Conv1d [a]" in made and "[a] Holds where K is at most T." in made and "Linear [" not in made


def test_sizes_at_which_no_formula_holds_are_refused() -> None:
    net = sc.Sequential("net", sc.Input(T, H), sc.MultiheadAttention(H, N, is_causal=True, window=K))
    with pytest.raises(
        sc.ShapeError, match=r"network 'net': T=5, K=6, H=8, N=2; expected sizes of which K is at most T"
    ):
        sc.explain(net, at={"T": 5, "K": 6, "H": 8, "N": 2})
    assert net.at(T=5, K=6, H=8, N=2).macs == net.at(T=5, K=5, H=8, N=2).macs  # there it is counted anew


@pytest.mark.parametrize("seed", range(8))
def test_exercises_are_drawn_where_formulas_hold(seed: int) -> None:
    net = sc.Sequential("net", sc.Input(T, H), sc.MultiheadAttention(H, N, is_causal=True, window=K))
    task = sc.exercise(net, seed).task
    sizes = {symbol.name: size for symbol, size in task.sizes.items()}
    assert task.at_sizes.macs == sc.at(net.macs, **sizes)


def test_every_table_says_where_it_holds() -> None:
    net = sc.Sequential("net", sc.Input(T, H), sc.MultiheadAttention(H, N))
    said = "Holds where N divides H."
    tables = [
        layers_table(net), values_table(net), growth_table(net), training_table(net), sc.counted(net),
        estimate_table(sc.estimate(net)), sc.table([net]),
    ]  # fmt: skip
    assert all(said in made.render("text") for made in tables)
    assert said in str(sc.explain(net))


@pytest.mark.parametrize(
    ("divisor", "size", "answer"),
    [(2, 2 * K + 1, False), (8, 4 * K + 2, False), (8, 4 * K + 4, None), (3, K * T, None)],
)
def test_what_no_size_fulfils_is_decided(divisor: int, size: Expr, answer: bool | None) -> None:
    assert decided(Condition("divides", Integer(divisor), size)) is answer


def test_a_divisor_of_a_divisor_is_not_said_again() -> None:
    found = undecided([Condition("divides", Integer(2), H), Condition("divides", Integer(6), H)])
    assert [str(each) for each in found] == ["6 divides H"]
