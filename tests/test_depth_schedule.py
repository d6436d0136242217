"""What is known of depth and width in closed form, and the profile against the unrolled graph."""

from __future__ import annotations

from typing import Any

import pytest
from sized import at_small_sizes, of_layer, shapes_of
from sympy import Expr, Integer, Min

import symcost as sc
from symcost import Network
from symcost.conventions import convention
from symcost.errors import DimensionError, SymcostError
from symcost.unrolled import profile, unrolled

T, H, I, L, D, p = (sc.dimension(name) for name in ("T", "H", "I", "L", "D", "p"))
OWN = sorted(name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost."))


def chain(*layers: Any, size: Any = H) -> Network:
    return sc.Sequential("chain", sc.Input(T, size), *layers)


# Appleyard, Kocisky and Blunsom, 2016: T + L - 1 cells in a stack, L T where both ways are read.
@pytest.mark.parametrize(
    ("net", "step", "depth"),
    [
        (chain(sc.RNN(I, H), size=I), "layer", "T"),
        (chain(sc.RNN(I, H), size=I), "operation", "4*T"),  # product, its bias, the input's share, tanh
        (chain(sc.LSTM(H, H)), "operation", "8*T"),
        (chain(sc.GRU(H, H)), "operation", "9*T"),
        (chain(sc.RNN(H, H)), "scalar", "T*(ceil(log2(H)) + 4)"),
        (chain(sc.RNN(H, H)), "sequential", "T*(H + 3)"),
        (chain(sc.RNN(I, H), size=I), "scalar", "(T - 1)*ceil(log2(H)) + 4*T + max(ceil(log2(I)), ceil(log2(H)))"),
        (chain(sc.RNN(H, H, num_layers=3)), "layer", "T + 2"),
        (chain(sc.RNN(H, H, num_layers=L)), "layer", "T + L - 1"),
        (chain(sc.RNN(H, H), sc.RNN(H, H)), "layer", "T + 1"),
        (chain(sc.Repeat(sc.RNN(H, H), L)), "operation", "4*(T + L - 1)"),
        (chain(sc.RNN(H, H, num_layers=3, bidirectional=True)), "layer", "3*T"),
        (chain(sc.RNN(H, H, num_layers=L, bidirectional=True)), "layer", "L*T"),
        (chain(sc.RNN(H, H, dilation=3)), "layer", "floor((T + 2)/3)"),
        (chain(sc.RNN(H, H, dilation=1), sc.RNN(H, H, dilation=2)), "layer", "T + 1"),
        (chain(sc.MultiscaleRNN(H, H, periods=(1, 2, 4))), "layer", "T"),
        (chain(sc.IIR(H, order=2)), "operation", "3*T"),
        (chain(sc.Conv1d(H, H, 3, padding=1)), "layer", "1"),
        (chain(sc.Conv1d(H, H, 3, padding=1), sc.RNN(H, H), sc.Linear(H, H)), "layer", "T + 2"),
        (chain(sc.Repeat(sc.TransformerEncoderLayer(H, 4, 4 * H), L)), "layer", "L"),
        (chain(sc.LinearRecurrence(H, H)), "layer", "T - 1"),
        (chain(sc.LinearRecurrence(H, H, algorithm="kogge-stone")), "layer", "ceil(log2(T))"),
        (chain(sc.LinearRecurrence(H, H, algorithm="sklansky")), "layer", "ceil(log2(T))"),
        (chain(sc.LinearRecurrence(H, H, algorithm="blelloch")), "layer", "2*ceil(log2(T))"),
        (chain(sc.LinearRecurrence(H, H, algorithm="kogge-stone")), "operation", "2*ceil(log2(T)) + 3"),
    ],
)  # fmt: skip
def test_depths_that_are_known(net: Network, step: str, depth: str) -> None:
    found = sc.schedule(net, step).depth

    assert sc.at(found - sc.read(depth)) == 0


def test_a_relation_decides_what_is_open() -> None:
    net = chain(sc.RNN(I, H), size=I)

    assert sc.schedule(net, "scalar").questions
    assert sc.schedule(net, "scalar", assume=["I <= H"]).depth == sc.read("T*(ceil(log2(H)) + 4)")
    branches = Network("two", x := sc.Input(T, H), (sc.RNN(H, H)(x), sc.Repeat(sc.ReLU(), L)(x)))
    assert sc.schedule(branches).questions
    assert sc.schedule(branches, assume=["T >= L"]).depth == T


@pytest.mark.parametrize(
    ("net", "step", "bound"),
    [
        (chain(sc.RNN(H, H)), "layer", 1),
        (chain(sc.RNN(H, H)), "operation", 4),
        (chain(sc.RNN(H, H, dilation=2)), "operation", 2),
        (chain(sc.RNN(H, H, dilation=D)), "layer", 1 / D),
        (chain(sc.Conv1d(H, H, 3)), "operation", 0),
    ],
)
def test_the_iteration_bound_is_the_ratio_of_the_worst_loop(net: Network, step: str, bound: Any) -> None:
    assert sc.schedule(net, step).iteration_bound == bound


def test_the_critical_loop_of_an_lstm_goes_through_its_gates() -> None:
    loop = sc.schedule(chain(sc.LSTM(H, H)), "operation").critical_loop

    assert [name.rsplit(".", 1)[1].rstrip("_0123456789") for name in loop] == [
        "einsum", "add", "add", "sigmoid", "multiply", "add", "tanh", "multiply",
    ]  # fmt: skip


def test_latencies_may_be_symbols() -> None:
    a, b = sc.dimension("a"), sc.dimension("b")

    assert sc.schedule(chain(sc.RNN(H, H), sc.Linear(H, H)), latencies={"RNN": a, "Linear": b}).depth == a * T + b
    assert sc.schedule(chain(sc.RNN(H, H)), "operation", latencies={"tanh": a}).depth == sc.at((a + 3) * T)


@pytest.mark.parametrize(
    ("net", "width", "levels"),
    [
        (chain(sc.RNN(H, H)), 2 * H**2, 2 * H**2),
        (chain(sc.RNN(H, H, num_layers=L)), 2 * H**2 * Min(L, T), 2 * L * T * H**2 / (T + L - 1)),
        (chain(sc.RNN(H, H, bidirectional=True)), 4 * H**2, 4 * H**2),
        (chain(sc.Linear(H, I)), T * H * I, T * H * I),
    ],
)
def test_widths_that_are_known(net: Network, width: Expr, levels: Expr) -> None:
    found = sc.schedule(net)

    assert sc.at(found.width - width) == 0
    assert found.found.exact
    assert sc.at(found.level_width - levels) == 0


def test_bounds_for_processors_are_brents() -> None:
    net = chain(sc.Linear(H, H))
    found = sc.schedule(net, "scalar")
    work, depth = T * H * (2 * H - 1) + T * H, sc.read("ceil(log2(H)) + 2")

    assert (found.work, found.depth) == (sc.at(work), depth)
    bound = found.bound(p)
    assert sc.at(bound.loose - (work / p + depth)) == sc.at(bound.tight - ((work - depth) / p + depth)) == 0
    assert sc.at(found.parallelism * found.depth - found.work).simplify() == 0
    for nothing in (0, -1, "p", True):
        with pytest.raises(SymcostError):
            found.bound(nothing)


def test_steps_that_do_no_work_leave_the_loose_bound() -> None:
    found = sc.schedule(sc.MaxPool1d(2))  # comparisons are no multiply-accumulates
    assert (found.work, found.bound(4).lower, found.bound(4).tight) == (0, 1, 1)

    slow = sc.schedule(sc.IIR(), latencies={"IIR": 3}).bound(p)  # 2 products in 3 steps
    assert slow.tight == slow.loose == 2 * T / p + 3 * T
    labels = [row.label for row in sc.schedule(sc.MaxPool1d(2)).tables(4)[0].rows]
    assert labels[-2:] == ["Steps on 4 processors: at least", "Steps on 4 processors: at most W/p + D"]


# --- the profile -----------------------------------------------------------------------------------------------------


def _without_end(values: list[Expr]) -> list[Expr]:
    return values[: max((place + 1 for place, value in enumerate(values) if value != 0), default=0)]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OWN, *sc.ARCHITECTURES])
def test_the_profile_is_that_of_the_unrolled_graph(name: str) -> None:
    net = sc.architecture(name) if name in sc.ARCHITECTURES else of_layer(name)
    exact = convention("exact")
    symbolic = sc.schedule(net, "operation", by="exact")

    for sizes, sized in at_small_sizes(net, 1):
        found = sc.schedule(sized, "operation", by="exact")
        work = [exact.price(each) for each in profile(unrolled(sized, *shapes_of(sized), step="operation"))]
        assert sc.at(symbolic.width, **sizes) >= max(work, default=Integer(0))
        assert _without_end(found.profile()) == _without_end(work)
        assert _without_end(symbolic.profile(**sizes)) == _without_end(work)


def test_a_profile_needs_the_sizes_of_time() -> None:
    with pytest.raises(DimensionError, match="no size for T"):
        sc.schedule(chain(sc.RNN(H, H))).profile(H=3)
