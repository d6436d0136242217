from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer

import symcost as sc
from symcost import dimension, read
from symcost.addressing import ArgMax, Gather, OverlapAdd, ScatterAdd
from symcost.analysis.latency import FOLDINGS, OPERATIONS, STEPS, Latencies, ceil_log2
from symcost.associative import AssociativeScan
from symcost.axes import Axes, Axis
from symcost.bands import Band
from symcost.cost import Cost
from symcost.equation import Structured
from symcost.errors import DimensionError, UndecidedError, UnknownName, UnpricedError
from symcost.functional import einsum, softmax
from symcost.notation import text
from symcost.operations import FUNCTIONS, Einsum, Elementwise, Operation, Priced, Reduce, Weight
from symcost.tensor import Tensor
from symcost.views import Pad

B, T, H, I, K, M, N, S, w = map(dimension, ["B", "T", "H", "I", "K", "M", "N", "S", "w"])


def _axes(**sizes: Any) -> Axes:
    return tuple(Axis(name, read(str(length))) for name, length in sizes.items())


def _numbers(*given: int) -> tuple[Integer, ...]:
    return tuple(map(Integer, given))


MATMUL = Einsum("m k, k n -> m n"), (_axes(m=M, k=K), _axes(k=K, n=N))
CAUSAL = Axis("s", T, Band(None, Integer(0)), -1)
LOCAL = Axis("s", T, Band(w - 1, Integer(0)), -1)
MEETING = "min(T, ceil(K/S))"
AROUND = Axis("s", T, Band(w, w), -1)


# operation, what comes in: as operations, as trees, one after the other
CASES: list[tuple[Operation, tuple[Axes, ...], str, str, str]] = [
    (Weight("weight", (H, I)), (), "0", "0", "0"),
    (Pad(-1, K, K), (_axes(t=T),), "0", "0", "0"),
    (Elementwise("tanh"), (_axes(t=T, h=H),), "1", "1", "1"),
    (Elementwise("divide", (None, 3)), (_axes(t=T, h=H),), "1", "1", "1"),
    (Gather(), (_axes(t=T), _axes(v="V", h=H)), "1", "0", "0"),
    (*MATMUL, "1", "1 + ceil(log2(K))", "K"),
    (Einsum("t i, t i -> t i"), (_axes(t=T, i=I), _axes(t=T, i=I)), "1", "1", "1"),
    (Einsum("t a b, a b h -> t h"), (_axes(t=T, a=4, b=I), _axes(a=4, b=I, h=H)), "1", "3 + ceil(log2(I))", "4*I"),
    (Einsum("... t i, h i -> ... t h"), (_axes(n=N, t=T, i=5), _axes(h=H, i=5)), "1", "4", "5"),
    (Einsum("t i, h i -> t h"), (_axes(t=T, i=1), _axes(h=H, i=1)), "1", "1", "1"),
    (Reduce("add", (-1,)), (_axes(t=T, h=H),), "1", "ceil(log2(H))", "H - 1"),
    (Reduce("maximum", (0, 1), keep=True), (_axes(t=T, h=H),), "1", "ceil(log2(H*T))", "H*T - 1"),
    (Reduce("add", (-1,)), (_axes(t=T, h=1),), "1", "0", "0"),
    (ArgMax(-1), (_axes(t=T, v=9),), "1", "4", "8"),
    (ScatterAdd(H), (_axes(t=T), _axes(t=T, h=H)), "1", "ceil(log2(T + 1))", "T"),
    (Reduce("add", (-1,)), ((*_axes(t=T), CAUSAL),), "1", "ceil(log2(T))", "T - 1"),
    (Reduce("maximum", (-1,)), ((*_axes(n=N, t=T), LOCAL),), "1", "ceil(log2(w))", "w - 1"),
    (Reduce("maximum", (-2,)), ((*_axes(t=T), LOCAL),), "1", "ceil(log2(w))", "w - 1"),
    (Reduce("add", (-1,)), ((*_axes(t=T), AROUND),), "1", "ceil(log2(min(T, 2*w + 1)))", "min(T, 2*w + 1) - 1"),
    (Einsum("t s, s d -> t d"), ((*_axes(t=T), LOCAL), _axes(s=T, d=H)), "1", "1 + ceil(log2(w))", "w"),
    (Einsum("t s, s d -> t d"), ((*_axes(t=T), CAUSAL), _axes(s=T, d=H)), "1", "1 + ceil(log2(T))", "T"),
    (Einsum("t d, s d -> t s", ("t", "s", CAUSAL.band)), (_axes(t=T, d=5), _axes(s=T, d=5)), "1", "4", "5"),
    (OverlapAdd((-2,), (K,), (Integer(1),)), (_axes(t=T, k=K),), "1", "1", "1"),
    (OverlapAdd((-2,), (Integer(1),), (Integer(1),)), (_axes(t=7, k=3),), "1", "2", "3"),
    (OverlapAdd((-2,), (S,), _numbers(1)), (_axes(t=T, k=K),), "1", f"ceil(log2({MEETING} + 1))", MEETING),
    (OverlapAdd((0, 2), _numbers(2, 1), _numbers(1, 1)), (_axes(x=9, a=5, y=9, b=2),), "1", "3", "6"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "inputs", "one", "tree", "chain"), CASES, ids=lambda x: str(x)[:40])
def test_an_operation_takes_as_long_as_its_reading_says(
    operation: Operation, inputs: tuple[Axes, ...], one: str, tree: str, chain: str
) -> None:
    outputs = operation.outputs(*inputs)
    made = [Latencies(step).of(operation, inputs, outputs) for step in STEPS]
    assert made == [0, read(one), read(tree), read(chain)]
    for latency in made:
        assert read(text(latency)) == latency


def test_all_pairs_of_a_band_are_one_tree() -> None:
    made = Latencies().of(Reduce("add", (-1, -2)), ((*_axes(t=T), CAUSAL),))
    assert [made.xreplace({T: Integer(steps)}) for steps in (1, 2, 3, 4)] == [0, 2, 3, 4]  # of 1, 3, 6, 10 pairs


def _classes(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _classes(each)


def test_every_operation_that_computes_has_a_rule() -> None:
    """Free ones take no time, structures have equations of their own, and a price has its depth."""
    shipped = {kind for kind in _classes(Operation) if kind.__module__.startswith("symcost.")}
    assert {*FOLDINGS, AssociativeScan} == {
        kind for kind in shipped if kind.free is not True and not issubclass(kind, Structured | Priced)
    }


def test_names_are_those_that_operations_have() -> None:
    assert {operation.name for operation, *_ in CASES if type(operation) in FOLDINGS} <= {*FUNCTIONS, *OPERATIONS}
    assert set(OPERATIONS) == {operation.name for operation, *_ in CASES if type(operation) in FOLDINGS} - {*FUNCTIONS}


# --- published ---


def test_a_matrix_product_and_a_softmax_are_as_deep_as_published() -> None:
    """Blelloch: 1 + ceil(log2 K); a softmax of n: two trees, a subtraction, an exponential, a quotient."""
    assert Latencies().of(*MATMUL) == read("1 + ceil(log2(K))")
    x = sc.Input(N)
    y, deep = softmax(x, -1), Integer(0)
    while y.node is not None:  # along the longest way, which goes through both reductions
        deep += Latencies().of(y.node.operation, tuple(each.axes for each in y.node.inputs), (y.axes,))
        y = y.node.inputs[-1]
    assert deep == read("2*ceil(log2(N)) + 3")


def test_a_direct_convolution_is_as_deep_as_the_logarithm_of_what_it_sums() -> None:
    """Ben-Nun and Hoefler 2019: log K_x + log K_y + log C_in, here rounded once."""
    inputs = (_axes(x="X", y="Y", a="K_x", b="K_y", c="C"), _axes(a="K_x", b="K_y", c="C", h=H))
    operation = Einsum("x y a b c, a b c h -> x y h")
    made = Latencies().of(operation, inputs, operation.outputs(*inputs))
    assert made == read("1 + ceil(log2(K_x*K_y*C))") and text(made) == "ceil(log2(K_x K_y C)) + 1"


# --- counted one by one ---


@given(st.integers(1, 300))
def test_a_tree_halves_what_is_left_at_each_level(leaves: int) -> None:
    left, levels = leaves, 0
    while left > 1:
        left, levels = (left + 1) // 2, levels + 1
    assert ceil_log2(Integer(leaves)) == levels == ceil_log2(H).xreplace({H: Integer(leaves)})


@given(st.lists(st.tuples(*[st.integers(1, 6)] * 2, *[st.integers(1, 5)] * 2), min_size=1, max_size=2))
def test_as_many_numbers_fall_on_one_place_as_one_counts(geometry: list[tuple[int, ...]]) -> None:
    axes = tuple(Axis(f"a{place}", Integer(each)) for place, each in enumerate(n for row in geometry for n in row[:2]))
    steps = [tuple(Integer(row[place]) for row in geometry) for place in (2, 3)]
    operation = OverlapAdd(tuple(range(0, len(axes), 2)), *steps)
    hits: Counter[tuple[int, ...]] = Counter()
    for places in itertools.product(*(itertools.product(range(n), range(k)) for n, k, *_ in geometry)):
        hits[tuple(i * s + j * d for (i, j), (_, _, s, d) in zip(places, geometry, strict=True))] += 1
    assert Latencies("sequential").of(operation, (axes,)) == max(hits.values())


@given(*[st.integers(1, 7)] * 2, *[st.one_of(st.none(), st.integers(0, 7))] * 2)
def test_the_longest_row_of_a_band_is_as_long_as_one_counts(
    rows: int, columns: int, before: int | None, after: int | None
) -> None:
    band = Band(*(None if each is None else Integer(each) for each in (before, after)))
    lengths = [sum(band.holds(row, column) for column in range(columns)) for row in range(rows)]
    heights = [sum(band.holds(row, column) for row in range(rows)) for column in range(columns)]
    if 0 not in lengths:
        assert band.longest_row(Integer(rows), Integer(columns)) == max(lengths)
    if 0 not in heights:
        assert band.transposed.longest_row(Integer(columns), Integer(rows)) == max(heights)


# --- latencies of one's own ---


@pytest.mark.parametrize(
    ("step", "own", "expected"),
    [
        ("scalar", {"multiply": 2}, "2 + ceil(log2(K))"),
        ("scalar", {"multiply": 2, "add": 3}, "2 + 3*ceil(log2(K))"),
        ("sequential", {"multiply": 2, "add": 3}, "2 + 3*(K - 1)"),
        ("scalar", {"multiply": dimension("t_mul"), "add": dimension("t_add")}, "t_mul + t_add*ceil(log2(K))"),
        ("scalar", {"einsum": 7, "add": 3}, "7"),
        ("operation", {"einsum": 7, "add": 3}, "7"),
        ("operation", {"multiply": 7}, "1"),
        ("scalar", {"add": 0}, "1"),
    ],
)
def test_latencies_that_one_gives_go_before_those_of_the_reading(step: str, own: dict[str, Any], expected: str) -> None:
    assert Latencies(step, own).of(*MATMUL) == read(expected)
    assert Latencies(step, tuple(own.items())) == Latencies(step, own)


def test_a_function_takes_what_one_says_wherever_it_stands() -> None:
    own = Latencies("scalar", {"tanh": 5, "maximum": 2})
    assert own.of(Elementwise("tanh"), (_axes(t=T),)) == 5
    assert own.of(Elementwise("sigmoid"), (_axes(t=T),)) == 1
    assert own.of(Reduce("maximum", (-1,)), (_axes(t=T),)) == read("2*ceil(log2(T))")
    assert own.of(ArgMax(-1), (_axes(t=T),)) == read("2*ceil(log2(T))")


def test_a_layer_takes_one_step_or_what_one_says() -> None:
    own = Latencies("layer", {"LSTM": dimension("t_lstm"), "Linear": 2})
    assert [own.of_layer(name) for name in ("LSTM", "Linear", "RNN")] == [dimension("t_lstm"), 2, 1]
    own.refuse_layers(["LSTM", "Linear", "RNN"])
    with pytest.raises(UnknownName, match="latencies: no layer is called 'LSTM'; did you mean 'LSTMCell'"):
        own.refuse_layers(["LSTMCell", "Linear"])
    Latencies("scalar", {"tanh": 2}).refuse_layers(["LSTM"])


# --- errors ---


def test_a_step_or_an_operation_that_does_not_exist_is_refused_with_near_ones() -> None:
    with pytest.raises(UnknownName, match="no step is called 'scalars'; did you mean 'scalar'"):
        Latencies("scalars")
    with pytest.raises(UnknownName, match="latencies: no operation is called 'tanhh'; did you mean 'tanh'"):
        Latencies("scalar", {"tanhh": 2})


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "T", Integer(-2), read("1/2"), sc.read("T") / 0])
def test_a_latency_is_a_whole_number_or_an_expression(wrong: Any) -> None:
    with pytest.raises(DimensionError, match="latency of 'tanh'"):
        Latencies("scalar", {"tanh": wrong})


def test_what_is_not_known_is_said() -> None:
    with pytest.raises(UnpricedError, match="node 'lookup': its depth is not known"):
        Latencies().of(Priced("lookup", Cost(), None), ())
    assert Latencies().of(Priced("lookup", Cost(), H), ()) == H
    with pytest.raises(UndecidedError, match="what S and K have in common is not known"):
        Latencies().of(OverlapAdd((-2,), (S,), (K,)), (_axes(t=T, k=K),))


def test_an_operation_of_one_s_own_without_a_rule_is_not_priced() -> None:
    class Sorted(Operation):
        def outputs(self, *inputs: Axes) -> tuple[Axes, ...]:
            return inputs

    assert Latencies("operation").of(Sorted(), (_axes(t=T),)) == 1
    with pytest.raises(UnpricedError, match="operation 'sorted': its depth is not known"):
        Latencies("scalar").of(Sorted(), (_axes(t=T),))


def test_what_a_recorded_product_takes_is_that_of_its_tensors() -> None:
    y: Tensor = einsum("t i, h i -> t h", sc.Input(T, I), sc.Input(H, I))
    assert y.node is not None
    assert Latencies().of(y.node.operation, tuple(x.axes for x in y.node.inputs), (y.axes,)) == read("1+ceil(log2(I))")
