from __future__ import annotations

from typing import Any

import networkx
import numpy as np
import pytest
from differences import along, several
from sympy import Integer

import symcost as sc
from symcost import Input, dimension, gradients
from symcost.differentiation import rules
from symcost.differentiation.fitting import Stretch, added_at, gathered
from symcost.differentiation.rules import PARTIALS, RULES, STEPS
from symcost.errors import GraphError, ShapeError, UnpricedError
from symcost.functional import detached, einsum, maximum, minimum, overlap_add, pad, reduce_max, take, total, window
from symcost.interpret import execute
from symcost.meaning import MEANING
from symcost.operations import FUNCTIONS
from symcost.tensor import Tensor, elementwise, record
from symcost.views import Broadcast, Flip, Pad

T, H = dimension("T"), dimension("H")


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("symcost.layer.CATALOGUE", {})


def layer(forward: Any, takes: str = "t h") -> Any:
    """A layer of which only the equation matters."""
    return type("Own", (sc.Layer,), {"takes": takes, "forward": lambda self, *x: forward(*x), "__annotations__": {}})()


def of_inputs(model: Any, *inputs: Any, arriving: Any = None) -> list[Any]:
    """The gradients of the inputs, by default for a gradient of ones."""
    arrays = [np.asarray(x, dtype=float) for x in inputs]
    outputs = several(execute(model, *arrays))
    given = [np.ones(y.shape) for y in outputs] if arriving is None else [np.asarray(arriving, dtype=float)]
    return list(several(execute(gradients(model, of_inputs=True), *arrays, *given))[len(outputs) :])


# --- the tables ------------------------------------------------------------------------------------------------------


def test_every_operation_that_has_a_meaning_has_a_rule() -> None:
    assert set(RULES) == set(MEANING)


def test_every_scalar_function_has_its_derivative_or_is_a_step() -> None:
    assert set(PARTIALS) | set(STEPS) == set(FUNCTIONS) and not set(PARTIALS) & set(STEPS)


def test_an_operation_without_a_rule_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "RULES", RULES)
    monkeypatch.delitem(RULES, Flip)
    with pytest.raises(UnpricedError, match="backward pass: flip has no rule"):
        sc.training(layer(lambda x: record(Flip(-1), x)[0] * x), Input(T, H), of_inputs=True)


# --- one operation at a time, against differences --------------------------------------------------------------------

OWN: dict[str, tuple[Any, str, tuple[tuple[int, ...], ...]]] = {
    "an axis summed alone": (lambda x, y: einsum("a b, c -> c", x, y), "a b, c", ((2, 3), (4,))),
    "all axes summed": (lambda x, y: einsum("a, a ->", x, y), "a, a", ((3,), (3,))),
    "one input is the other": (lambda x: einsum("t a, t b -> a b", x, x), "t a", ((3, 2),)),
    "leading axes of one": (lambda x, y: einsum("... t i, h i -> ... h t", x, y), "... t i, h i", ((2, 3, 4), (5, 4))),
    "leading axes of the other": (lambda x, y: einsum("h i, ... i -> ... h", x, y), "h i, ... i", ((5, 4), (2, 3, 4))),
    "leading axes of both": (lambda x, y: einsum("... i, ... i -> ...", x, y), "... i, ... i", ((2, 3), (2, 3))),
    "the larger of two": (maximum, "t h, h", ((3, 4), (4,))),
    "the smaller of two": (minimum, "h, t h", ((4,), (3, 4))),
    "the smaller of a number": (lambda x: minimum(x, 0.5), "t h", ((3, 4),)),
    "a number less": (lambda x: 2 - x, "t h", ((3, 4),)),
    "a number over": (lambda x: 2 / (x * x + 1), "t h", ((3, 4),)),
    "axes of size 1": (lambda x, y: x / (y * y + 1), "t h, t h", ((3, 4), (3, 1))),
    "the other way round": (lambda x, y: y - x, "t h, t h", ((1, 4), (3, 1))),
    "sums over the first axis": (lambda x: total(x, 0) * reduce_max(x, 0), "t h", ((3, 4),)),
    "the largest, kept": (lambda x: x * reduce_max(x, 0, 1, keep=True), "t h", ((3, 4),)),
    "windows that overlap": (
        lambda x: total(window(x, "t", *map(Integer, (3, 2, 2)), "k"), "k") * 2,
        "t h",
        ((10, 2),),
    ),
    "overlaps": (
        lambda x: overlap_add(x, ("a", "c"), (Integer(2), Integer(1)), (Integer(1), Integer(3))) * 2,
        "a b c d e",
        ((2, 3, 3, 2, 2),),
    ),
    "stretches that overlap": (lambda x: take(x, "t", 0, 3) * take(x, "t", 1, 3), "t h", ((5, 2),)),
    "neighbours out of order": (lambda x: take(x, 0, 2, 2) * take(x, 0, 0, 2) + take(x, 0, 4, 2), "t h", ((7, 2),)),
    **{
        f"padding {mode}": (lambda x, mode=mode: pad(x, "t", Integer(2), Integer(3), mode) * 2, "t h", ((4, 2),))
        for mode in ("zeros", "reflect", "replicate", "circular")
    },
    "backwards": (lambda x: record(Flip(-2), x)[0] * x, "t h", ((4, 2),)),
    "again": (lambda x: record(Broadcast((-2,), ("b",), (Integer(3),)), x)[0] * 2, "t h", ((4, 2),)),
}


@pytest.mark.parametrize("name", OWN)
def test_each_operation_hands_back_what_differences_say(name: str) -> None:
    forward, takes, shapes = OWN[name]
    model = layer(forward, takes)
    generator = np.random.default_rng(3)
    inputs = [generator.normal(size=shape) for shape in shapes]
    arriving = [generator.normal(size=several(execute(model, *inputs))[0].shape)]
    found = {f"input {i}": each for i, each in enumerate(of_inputs(model, *inputs, arriving=arriving[0]), 1)}
    assert [each.shape for each in found.values()] == list(shapes)
    by_gradients, by_difference = along(model, inputs, arriving, {}, found)
    assert by_gradients == pytest.approx(by_difference, rel=1e-6, abs=1e-8)


# --- where there is no derivative ------------------------------------------------------------------------------------


def test_from_a_tie_with_a_number_nothing_goes_back_and_equal_numbers_share() -> None:
    assert of_inputs(layer(lambda x: maximum(x, 0)), [[-1.0, 0.0, 2.0]])[0].tolist() == [[0, 0, 1]]
    assert of_inputs(layer(lambda x: minimum(0, x)), [[-1.0, 0.0, 2.0]])[0].tolist() == [[1, 0, 0]]
    one, other = of_inputs(layer(maximum, "h, h"), [1.0, 2.0, 3.0], [1.0, 3.0, 2.0])
    assert (one.tolist(), other.tolist()) == ([0.5, 0, 1], [0.5, 1, 0])
    assert of_inputs(layer(lambda x: reduce_max(x, "h")), [[1.0, 3.0, 3.0]])[0].tolist() == [[0, 0.5, 0.5]]
    assert of_inputs(layer(lambda x: elementwise("absolute", x)), [[-2.0, 0.0, 3.0]])[0].tolist() == [[-1, 0, 1]]


def test_nothing_goes_back_through_comparisons_and_constants() -> None:
    x = [[1.0, 2.0]]
    assert of_inputs(layer(lambda x: elementwise("greater", x, 1.5) * x), x)[0].tolist() == [[0, 1]]
    assert of_inputs(layer(lambda x: detached(x) * x), x)[0].tolist() == x
    assert of_inputs(layer(lambda x: elementwise("sign", x)), x) == []


def test_padding_of_no_known_mode_is_refused() -> None:
    with pytest.raises(UnpricedError, match="padding 'odd'"):
        sc.training(layer(lambda x: record(Pad(-1, Integer(1), Integer(0), "odd"), x)[0]), Input(2, 3), of_inputs=True)


# --- gradients that add ----------------------------------------------------------------------------------------------


def test_neighbouring_stretches_are_concatenated_and_add_nothing() -> None:
    x = Input(T, 4 * H)
    parts = [Stretch(Tensor((*x.axes[:1], type(x.axes[1])("h", H))), -1, H * place) for place in (2, 0, 3, 1)]
    made = gathered(parts, x.axes)
    assert made.shape == x.shape and [node.operation.name for node in [made.node]] == ["concat"]


def test_what_is_added_to_a_stretch_costs_as_many_additions_as_it_has_numbers() -> None:
    x, part = Input(T, H), Input(3, H)
    made = added_at(x, -2, Integer(2), part)
    from symcost.equation import Equation

    assert made.shape == (T, H) and Equation((x, part), (made,)).cost.work == sc.Work(add=3 * H)


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_node_of_known_cost_alone_has_no_backward_pass() -> None:
    graph = networkx.DiGraph()
    graph.add_node("lookup", parameters=100, work={"add": 3}, depth=1)
    with pytest.raises(UnpricedError, match=r"backward pass of 'lookup': only its cost is known; expected an equation"):
        sc.training(sc.Network("priced", graph))


def test_gradients_that_do_not_fit_the_outputs_are_refused() -> None:
    backward = gradients(sc.Linear(3, 2))
    with pytest.raises(ShapeError, match=r"gradients: a gradient of axes \(a1=4, a2=3\); expected axes \(a1=4, h=2\)"):
        execute(backward, np.ones((4, 3)), np.ones((4, 3)))
    with pytest.raises(ShapeError, match="inputs"):
        execute(backward, np.ones((4, 3)))
    with pytest.raises(ShapeError, match="0 inputs"):
        execute(backward)


def test_a_backward_pass_has_the_sizes_that_it_was_derived_at() -> None:
    from symcost.equation import replay

    joint = gradients(sc.Sequential("net", Input(T, 3), sc.Linear(3, 2))).equation(Input(T, 3), Input(T, 2))
    with pytest.raises(GraphError, match="give the sizes first"):
        replay(joint, joint.inputs, {T: Integer(2)})


def test_a_convention_that_counts_nothing_forward_has_no_ratio() -> None:
    step = sc.training(sc.ReLU(), Input(3), of_inputs=True)
    with pytest.raises(UnpricedError, match="training of 'relu': no work that convention macs counts"):
        step.ratio()
    assert step.ratio("flops") == 2


@pytest.mark.parametrize("batch", [0, -1, "B", 1.5])
def test_a_batch_is_a_size(batch: Any) -> None:
    with pytest.raises(sc.DimensionError, match="the batch"):
        sc.training(sc.Linear(), batch=batch)


def test_a_repetition_of_which_one_output_is_not_used_is_refused() -> None:
    x, y = Input(3), Input(3)
    body = sc.Network("body", (x, y), (sc.Linear(3, 3)(sc.Add()(x, y)), sc.Tanh()(y)))
    a, b = Input(3), Input(3)
    used, _ = sc.Repeat(body, 2)(a, b)
    with pytest.raises(UnpricedError, match="backward pass of a repetition: it hands out something"):
        sc.training(sc.Network("half", (a, b), used))
