from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES
from strategies_networks import Plan, build, plans, sizes
from sympy import Integer

import symcost as sc
from symcost.analysis.latency import STEPS, Latencies
from symcost.arrival import critical_path_length, ready_times
from symcost.errors import DimensionError, ShapeError, UnknownName, UnpricedError
from symcost.functional import reduce_max, scan, window
from symcost.tensor import Tensor

H = sc.dimension("H")


def log2(number: int) -> int:
    """Rounded up."""
    return (number - 1).bit_length()


def steps_of(model: Any, *shapes: tuple[int, ...]) -> dict[str, int]:
    return {step: critical_path_length(model, *shapes, step=step) for step in STEPS}


# --- worked out by hand ----------------------------------------------------------------------------------------------

# One step of a loop at H hidden units: the product of the state, two biases (one of them with the input's part), and
# then of the RNN tanh; of the LSTM a gate, a product, the cell's sum, tanh, a product; of the GRU the reset gate, a
# product, a sum, tanh, a product, a sum.


@pytest.mark.parametrize("hidden", [1, 3, 4, 8])
@pytest.mark.parametrize("steps", [1, 5])
@pytest.mark.parametrize(("kind", "beside"), [(sc.RNN, 3), (sc.LSTM, 7), (sc.GRU, 8)])
def test_a_recurrence_is_as_deep_as_its_loop_times_its_steps(kind: Any, beside: int, steps: int, hidden: int) -> None:
    assert steps_of(kind(hidden, hidden), (steps, hidden)) == {
        "layer": steps,
        "operation": steps * (1 + beside),
        "scalar": steps * (1 + log2(hidden) + beside),
        "sequential": steps * (hidden + beside),
    }


def test_what_is_on_no_loop_is_done_for_all_steps_at_once() -> None:
    """The inputs' products take longer than the state's, but only the first step waits for them."""
    for inputs in (4, 64):
        assert critical_path_length(sc.RNN(inputs, 4), (10, inputs)) == log2(inputs) - log2(4) + 10 * (1 + log2(4) + 3)
    ready = ready_times(sc.RNN(64, 4), (10, 64))[0]
    assert np.diff(ready, axis=0).tolist() == [[6.0] * 4] * 9


@pytest.mark.parametrize("layers", [1, 2, 5])
@pytest.mark.parametrize("kind", [sc.RNN, sc.LSTM, sc.GRU])
def test_stacked_recurrences_are_a_wavefront(kind: Any, layers: int) -> None:
    made = ready_times(kind(4, 4, layers), (7, 4), step="layer")[0]
    assert made[:, 0].tolist() == [step + layers for step in range(7)]
    assert critical_path_length(kind(4, 4, layers), (7, 4), step="layer") == 7 + layers - 1


def test_a_bidirectional_stack_waits_for_the_whole_sequence_at_each_layer() -> None:
    assert [critical_path_length(sc.LSTM(4, 4, n, bidirectional=True), (7, 4), step="layer") for n in (1, 2, 3)] == [
        7, 14, 21
    ]  # fmt: skip
    forth, back = np.split(ready_times(sc.RNN(4, 4, bidirectional=True), (3, 4), step="layer")[0][:, [0, -1]].T, 2)
    assert forth.tolist() == [[1, 2, 3]] and back.tolist() == [[3, 2, 1]]


def test_a_filter_takes_a_product_and_a_sum_for_each_step() -> None:
    assert steps_of(sc.IIR(1), (6, 1)) == {"layer": 6, "operation": 12, "scalar": 12, "sequential": 12}
    assert steps_of(sc.IIR(3), (6, 3)) == {"layer": 6, "operation": 12, "scalar": 24, "sequential": 24}


@pytest.mark.parametrize("steps", [5, 50])
def test_a_convolution_is_as_deep_for_a_long_sequence_as_for_a_short_one(steps: int) -> None:
    layer, shape = sc.Conv1d(3, 2, 5, padding="causal"), (steps, 3)
    assert steps_of(layer, shape) == {
        "layer": 1, "operation": 2, "scalar": 1 + log2(15) + 1, "sequential": 15 + 1
    }  # fmt: skip


def test_causal_attention_is_as_deep_as_its_longest_row() -> None:
    """Queries and keys, scores, their scale, a softmax (two folds, three functions), the sum of values."""
    layer = sc.Attention(4, 4, projections="qkv", is_causal=True)
    shape = (6, 4)
    assert steps_of(layer, shape) == {
        "layer": 1,
        "operation": 1 + 1 + 1 + 5 + 1,
        "scalar": 3 + 3 + 1 + (2 * log2(6) + 3) + (1 + log2(6)),
        "sequential": 4 + 4 + 1 + (2 * 5 + 3) + 6,
    }


def test_layers_wait_for_what_they_really_depend_on() -> None:
    """A convolution of width 2 behind a recurrence is one step behind it, at each place."""
    x = sc.Input(5, 4)
    net = sc.Network("net", x, sc.Conv1d(4, 4, 2)(sc.RNN(4, 4)(x)))
    assert ready_times(net, (5, 4), step="layer")[0][:, 0].tolist() == [3, 4, 5, 6]
    joined = sc.Network("joined", x, sc.RNN(4, 4)(sc.RNN(4, 4)(x)) + x)  # the sum beside layers is a step
    assert critical_path_length(joined, (5, 4), step="layer") == 5 + 1 + 1


def test_a_recurrence_of_recurrences_takes_their_steps() -> None:
    def outer(x_t: Tensor, h: Tensor) -> Tensor:
        def inner(z: Tensor, g: Tensor) -> Tensor:
            return z + g

        return scan(inner, x_t + h, over="w", carry=[Integer(2)])[0]

    x = sc.Input(3, 4, 2, axes="t w c")
    net = sc.Network("nested", x, scan(outer, x, over="t", carry=[(Integer(4), Integer(2))])[0])
    assert critical_path_length(net, (3, 4, 2), step="layer") == 4 + 3 - 1  # place by place: another wavefront
    assert critical_path_length(net, (3, 4, 2), step="operation") == 2 * (4 + 3 - 1) - (4 - 1)  # no sum at its corner


def test_what_is_run_on_every_prefix_is_run_on_one_after_the_other() -> None:
    assert critical_path_length(sc.EveryPrefix(sc.RNN(2, 2)), (5, 2), step="layer") == 1 + 2 + 3 + 4 + 5
    conv = sc.Conv1d(2, 2, 3, padding="causal", bias=False)
    assert critical_path_length(sc.EveryPrefix(conv), (5, 2), step="operation") == 5


def test_padding_is_ready_at_once_and_absent_numbers_stay_absent() -> None:
    x = sc.Input(5, axes="t")
    net = sc.Network("net", x, sc.functional.pad(x + 1, "t", 2, 1))
    assert ready_times(net, (5,))[0].tolist() == [0, 0, 1, 1, 1, 1, 1, 0]
    lowest = sc.MaxPool1d(3, padding=1)
    assert steps_of(lowest, (6, 2)) == {"layer": 1, "operation": 1, "scalar": 2, "sequential": 2}


def test_only_looks_take_no_time() -> None:
    for layer in (sc.Identity(), sc.Flatten()):
        assert set(steps_of(layer, (3, 4)).values()) == {0}


# --- latencies of one's own ------------------------------------------------------------------------------------------


def test_latencies_may_be_given() -> None:
    slow = Latencies("scalar", {"tanh": 10})
    assert critical_path_length(sc.RNN(4, 4), (5, 4), step=slow) == 5 * (3 + 1 + 1 + 10)
    cells = Latencies("layer", {"RNN": 3, "Linear": 0})
    net = sc.Sequential("net", sc.Input(5, 4), sc.RNN(4, 4), sc.Linear(4, 4), sc.ReLU())
    assert critical_path_length(net, (5, 4), step=cells) == 5 * 3 + 0 + 1


def test_what_cannot_be_executed_is_said() -> None:
    with pytest.raises(UnknownName, match="no step is called 'layers'; did you mean 'layer'"):
        critical_path_length(sc.ReLU(), (3,), step="layers")
    with pytest.raises(UnknownName, match="no layer is called 'RN'; did you mean 'RNN'"):
        critical_path_length(sc.RNN(2, 2), (3, 2), step=Latencies("layer", {"RN": 2}))
    with pytest.raises(DimensionError, match="a latency of H; expected a number, to execute with"):
        critical_path_length(sc.Tanh(), (3,), step=Latencies("scalar", {"tanh": H}))
    with pytest.raises(ShapeError, match="expected numbers"):
        critical_path_length(sc.Linear(2, H), (3, 2))
    graph = pytest.importorskip("networkx").DiGraph()
    graph.add_node("lookup", work={"add": 3}, depth=1)
    with pytest.raises(UnpricedError, match="only its cost is known"):
        critical_path_length(sc.Network("priced", graph))


# --- properties ------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None, database=None)
@given(plans, sizes)
def test_layers_that_overlap_are_done_no_later_than_layer_after_layer(plan: Plan, env: dict[str, int]) -> None:
    net, shape = build(plan, {name: Integer(number) for name, number in env.items()}), (env["T"], env["H"])
    assert critical_path_length(net, shape, step="layer") <= net.depth


@pytest.mark.parametrize("name", sorted(catalogue()))
@settings(max_examples=2, deadline=None, database=None)
@given(data=st.data())
def test_readings_are_in_order(name: str, data: st.DataObject) -> None:
    """No reduction as a tree is deeper than one after the other; what comes out has the shape of the result."""
    layer, shapes = data.draw(RECIPES[name]).numeric()
    assert critical_path_length(layer, *shapes) <= critical_path_length(layer, *shapes, step="sequential")
    made = ready_times(layer, *shapes)
    assert [each.shape for each in made] == [y.shape for y in layer.equation(*(sc.Input(*s) for s in shapes)).outputs]
    assert max(each.max() for each in made) <= critical_path_length(layer, *shapes)


def test_windows_move_times_along() -> None:
    x = sc.Input(4, axes="t")
    h = scan(lambda z, y: z + y, x, over="t", carry=[()])[0]
    net = sc.Network("net", x, reduce_max(window(h, "t", *map(Integer, (2, 1, 1)), "k"), -1))
    assert ready_times(net, (4,), step="operation")[0].tolist() == [3, 4, 5]
