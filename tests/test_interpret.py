from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import catalogue
from strategies_layers import RECIPES, learned, weights_for
from sympy import Integer

import symcost as sc
from symcost import Layer, Network, Sequential, dimension
from symcost.cost import Work
from symcost.errors import ShapeError, UnknownName, UnpricedError
from symcost.functional import scan
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, H, I, L, V = map(dimension, "BTHILV")

LAYERS = sorted(catalogue())


def _sum(shapes: Any) -> int:
    return sum(int(np.prod(shape)) for shape in shapes)


def _several(made: Any) -> tuple[Any, ...]:
    """What a layer makes, as a tuple."""
    return made if isinstance(made, tuple) else (made,)


# --- every layer ---


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_layer_needs_as_many_numbers_as_it_has_parameters_and_makes_finite_ones_of_its_shapes(
    name: str, data: st.DataObject
) -> None:
    recipe = data.draw(RECIPES[name])
    layer, shapes = recipe.numeric()
    inputs, weights = [Input(*shape) for shape in shapes], recipe.weights()
    assert _sum(each.shape for each in learned(weights).values()) == layer.cost(*inputs).parameters
    made = execute(layer, *recipe.arrays(), weights=weights)
    for each, tensor in zip(_several(made), layer.apply(inputs), strict=True):
        assert each.shape == tensor.shape
        assert each.dtype == float and np.isfinite(each).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        name
        for name in LAYERS
        if RECIPES.get(name) is not None
        and name not in ("Flatten", "Softmax", "Softmin", "LogSoftmax", "GLU", "ArgMax", "Concat", "Add", "GroupNorm")
    ],
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_example_of_a_batch_is_computed_by_itself(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, weights = recipe.numeric()[0], recipe.weights()
    first, second = recipe.arrays(0), recipe.arrays(5)
    both = _several(execute(layer, *(np.stack(pair) for pair in zip(first, second, strict=True)), weights=weights))
    for place, inputs in enumerate((first, second)):
        alone = _several(execute(layer, *inputs, weights=weights))
        for made, each in zip(both, alone, strict=True):
            assert np.allclose(made[place], each, rtol=1e-10, atol=1e-10)


# --- weights ---


def test_without_weights_they_are_drawn_by_a_seed() -> None:
    layer, x = sc.LSTM(3, 4), np.ones((5, 3))
    assert np.array_equal(execute(layer, x, seed=1), execute(layer, x, seed=1))
    assert not np.allclose(execute(layer, x, seed=1), execute(layer, x, seed=2))
    assert np.allclose(execute(layer, x, seed=1), count(layer, x, seed=1)[0], atol=1e-12)


def test_a_weight_that_is_missing_is_named_with_those_that_are_there() -> None:
    with pytest.raises(UnknownName, match=r"no weight is called 'bias'; .*weight"):
        execute(sc.Linear(2, 1), [1.0, 2.0], weights={"weight": [[1.0, 2.0]]})
    with pytest.raises(UnknownName, match="no weight is called 'weight'; there are none"):
        execute(sc.Linear(2, 1), [1.0, 2.0], weights={})
    with pytest.raises(UnknownName, match="no weight is called 'weight_hh_l0'; did you mean 'weight_ih_l0'"):
        count(sc.RNN(2, 1, bias=False), [[1.0, 2.0]], weights={"weight_ih_l0": [[1.0, 2.0]]})


@pytest.mark.parametrize("shape", [(3, 2), (2,), (2, 3, 1), ()])
def test_a_weight_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError) as caught:
        execute(sc.Linear(3, 2), np.ones(3), weights={"weight": np.ones(shape), "bias": np.ones(2)})
    assert str(caught.value) == f"weight 'weight' of shape {shape}; expected (2, 3)"


def test_weights_of_says_names_and_shapes_of_a_layer() -> None:
    assert weights_of(sc.Linear(3, 4), (7, 3)) == {"weight": (4, 3), "bias": (4,)}
    assert weights_of(sc.ReLU(), (7, 3)) == {}


def test_looking_for_weights_computes_nothing_that_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    from symcost.functional import mean, sqrt, weight

    monkeypatch.setattr("symcost.layer.CATALOGUE", {})

    class Normed(Layer):
        takes = "... h"

        def forward(self, x: sc.Tensor) -> sc.Tensor:
            return x / sqrt(mean(x * x, "h", keep=True)) * weight("weight", x.axes[-1].size)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert weights_of(Normed(), (2, 3)) == {"weight": (3,)}


def test_weights_may_be_lists_or_integers() -> None:
    assert execute(sc.Linear(2, 1), [1, 2], weights={"weight": [[3, 4]], "bias": [5]}).tolist() == [16.0]
    integers = {"weight": np.array([[3, 4]], dtype=np.int8), "bias": np.array([5], dtype=np.float32)}
    assert execute(sc.Linear(2, 1), np.array([1, 2]), weights=integers).dtype == np.float64


# --- inputs ---


@pytest.mark.parametrize("run", [execute, count])
def test_an_input_that_does_not_fit_is_refused_by_layer_and_shape(run: Any) -> None:
    with pytest.raises(ShapeError, match=r"Linear\(in_features=3, out_features=2\) on input \(a1=2, a2=4\)"):
        run(sc.Linear(3, 2), np.ones((2, 4)))
    with pytest.raises(ShapeError, match="2 inputs; expected 1"):
        run(sc.Linear(3, 2), np.ones(3), np.ones(3))


@pytest.mark.parametrize("run", [execute, count])
def test_inputs_that_are_left_out_are_refused_with_their_shapes(run: Any) -> None:
    with pytest.raises(ShapeError, match=r"'RNN'.*: 0 inputs; expected \(t=T, i=I\)$"):
        run(sc.architecture("rnn"))
    with pytest.raises(ShapeError, match=r"0 inputs; expected .* and "):
        run(sc.Add())


@pytest.mark.parametrize("run", [execute, count])
def test_inputs_are_not_written_to(run: Any) -> None:
    x, weights = np.ones((4, 3)), weights_for(sc.GRU(3, 2), ((4, 3),))
    before = {name: w.copy() for name, w in weights.items()}
    run(sc.GRU(3, 2), x, weights=weights)
    assert np.array_equal(x, np.ones((4, 3))) and all(np.array_equal(w, before[name]) for name, w in weights.items())


def test_symbolic_sizes_are_refused_by_name_and_with_what_to_do() -> None:
    told = r"H.*expected numbers; give sizes with at\(\.\.\.\)"
    with pytest.raises(ShapeError, match=told):
        execute(sc.Linear(2, H), [1.0, 2.0])
    with pytest.raises(ShapeError, match=told):
        weights_of(sc.Linear(2, H), (2,))
    inner = Sequential("inner", Input(2), sc.Linear(2, H), sc.Linear(H, 2))
    with pytest.raises(ShapeError, match=told):
        count(Sequential("outer", Input(2), inner), [1.0, 2.0])


# --- networks ---


def _mlp() -> Network:
    return Sequential("mlp", Input(3), sc.Linear(3, 5), sc.Tanh(), sc.Linear(5, 2), sc.Softmax())


def _by_hand(x: Any, w: dict[str, Any], first: str, second: str) -> Any:
    hidden = np.tanh(x @ w[f"{first}.weight"].T + w[f"{first}.bias"])
    powers = np.exp(hidden @ w[f"{second}.weight"].T + w[f"{second}.bias"])
    return powers / powers.sum(axis=-1, keepdims=True)


def test_a_chain_is_its_layers_one_after_the_other() -> None:
    net, x = _mlp(), np.random.default_rng(0).normal(size=3)
    w = weights_for(net, ((3,),))
    assert {name: each.shape for name, each in w.items()} == {
        "linear.weight": (5, 3), "linear.bias": (5,), "linear_2.weight": (2, 5), "linear_2.bias": (2,)
    }  # fmt: skip
    made, work = count(net, x, weights=w)
    assert np.allclose(made, _by_hand(x, w, "linear", "linear_2"), atol=1e-12)
    assert np.allclose(execute(net, x, weights=w), made, atol=1e-12)
    assert work == net.work == Work(mac=25, add=7 + 3, div=2, compare=1, exp=2, tanh=5, dots=7)


def test_a_chain_takes_leading_axes_that_it_does_not_name() -> None:
    net, x = _mlp(), np.random.default_rng(0).normal(size=(4, 2, 3))
    w = weights_for(net, ((3,),))
    made, work = count(net, x, weights=w)
    assert np.allclose(made, _by_hand(x, w, "linear", "linear_2"), atol=1e-12)
    assert work == net.work * 8 and weights_of(net, (4, 2, 3)) == weights_of(net, (3,))


def test_a_network_within_a_network_has_its_weights_under_its_name() -> None:
    x = Input(4)
    outer = Network("outer", x, sc.Linear(2, 2)(_mlp()(sc.Linear(4, 3)(x), name="head")))
    w = weights_for(outer, ((4,),))
    assert sorted(name for name in w if name.startswith("head.")) == [
        "head.linear.bias", "head.linear.weight", "head.linear_2.bias", "head.linear_2.weight"
    ]  # fmt: skip
    value = np.random.default_rng(0).normal(size=4)
    made, work = count(outer, value, weights=w)
    entered = w["linear.weight"] @ value + w["linear.bias"]
    expected = w["linear_2.weight"] @ _by_hand(entered, w, "head.linear", "head.linear_2") + w["linear_2.bias"]
    assert np.allclose(made, expected, atol=1e-12)
    assert work == outer.work and _sum(each.shape for each in w.values()) == outer.parameters


def test_branches_join_and_outputs_may_be_several() -> None:
    x, y = Input(3, name="x"), Input(3, name="y")
    layer = sc.Linear(3, 3)
    net = Network("siamese", (x, y), (sc.Add()(layer(x), layer(y)), sc.Concat()(layer(x), y)))
    a, b = np.random.default_rng(0).normal(size=(2, 3))
    w = weights_for(net, ((3,), (3,)))
    assert set(w) == {"linear.weight", "linear.bias"} and net.parameters == 12
    (total, joined), work = count(net, a, b, weights=w)
    one, other = (w["linear.weight"] @ each + w["linear.bias"] for each in (a, b))
    assert np.allclose(total, one + other, atol=1e-12) and np.allclose(joined, [*one, *b], atol=1e-12)
    assert work == net.work
    assert all(np.allclose(p, q) for p, q in zip(execute(net, a, b, weights=w), (total, joined), strict=True))


@pytest.mark.parametrize(
    "make",
    [
        lambda: sc.Attention(4, 4),
        lambda: sc.MultiheadAttention(4, 2),
        lambda: sc.LSTM(4, 4),
        lambda: sc.Repeat(sc.Linear(4, 4), 2),
    ],
    ids=["attention", "multihead", "lstm", "repeat"],
)
def test_equal_layers_have_weights_of_their_own_and_one_layer_used_twice_has_one_set(make: Any) -> None:
    layer = make()
    apart = Sequential("apart", Input(3, 4), make(), make(), make())
    shared = Sequential("shared", Input(3, 4), layer, layer, layer)
    once = layer.cost(Input(3, 4)).parameters
    for net, parameters in ((apart, 3 * once), (shared, once)):
        assert net.parameters == parameters == _sum(weights_of(net, (3, 4)).values())
        made, work = count(net, np.ones((3, 4)))
        assert work == net.work and np.allclose(made, execute(net, np.ones((3, 4))), atol=1e-10)


def test_equal_layers_side_by_side_have_weights_of_their_own() -> None:
    x = Input(3, 4)
    net = Network("two", x, (sc.Attention(4, 4)(x), sc.Attention(4, 4)(x)))
    one, other = execute(net, np.random.default_rng(0).normal(size=(3, 4)))
    assert not np.allclose(one, other)
    layer = sc.Attention(4, 4)
    one, other = execute(Network("one", x, (layer(x), layer(x))), np.random.default_rng(0).normal(size=(3, 4)))
    assert np.array_equal(one, other)


def test_a_network_of_dimensions_is_executed_once_they_are_bound() -> None:
    net = Sequential("tagger", Input(T, I), sc.LSTM(I, H, L, bidirectional=True), sc.Linear(2 * H, V), sc.LogSoftmax())
    bound = net.at(T=3, I=2, H=2, L=2, V=4)
    made, work = count(bound, np.random.default_rng(0).normal(size=(3, 2)))
    assert made.shape == (3, 4) and np.allclose(np.exp(made).sum(axis=-1), 1)
    assert work == bound.work
    assert _sum(weights_of(bound, (3, 2)).values()) == bound.parameters
    assert {name.rpartition("_")[2] for name in weights_of(bound, (3, 2)) if "lstm" in name} == {"l0", "l1", "reverse"}


def test_sizes_of_inputs_bind_the_dimensions_that_stand_there() -> None:
    net = Sequential("net", Input(T, I), sc.Linear(I, 3), sc.GRU(3, 2))
    made, work = count(net, np.ones((5, 4)))
    assert made.shape == (5, 2) and work == net.at(T=5, I=4).work
    with pytest.raises(ShapeError, match=r"H.*expected numbers; give sizes with at"):
        execute(Sequential("net", Input(T, I), sc.Linear(I, H)), np.ones((5, 4)))


def test_an_image_goes_through_convolutions_to_classes() -> None:
    net = Sequential(
        "lenet", Input(8, 7, 1), sc.Conv2d(1, 2, 3, padding="same"), sc.ReLU(), sc.Conv2d(2, 3, 2, 2), sc.Flatten(),
        sc.Linear(36, 4), sc.Softmax(),
    )  # fmt: skip
    made, work = count(net, np.random.default_rng(0).normal(size=(8, 7, 1)))
    assert made.shape == (4,) and made.sum() == pytest.approx(1)
    assert work == net.work and work["mac"] == 8 * 7 * 9 * 2 + 4 * 3 * 4 * 2 * 3 + 36 * 4


def test_a_node_of_known_cost_and_no_equation_cannot_be_executed() -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph()
    graph.add_node("lookup", parameters=100, work={"add": 3}, depth=1)
    net = Network("priced", graph)
    with pytest.raises(UnpricedError, match="node 'lookup': only its cost is known; expected an equation to execute"):
        execute(net)


# --- delays ---


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("begins", [False, True])
@pytest.mark.parametrize("steps", [1, 3, 8])
def test_a_carry_with_a_delay_is_what_so_many_steps_ago_made(steps: int, begins: bool, reverse: bool) -> None:
    x, starts, two = Input(steps, 2, axes="t h"), [Input(2), Input(2)], Integer(2)

    def step(x_t: sc.Tensor, h: sc.Tensor, c: sc.Tensor) -> tuple[sc.Tensor, ...]:
        return 2 * h + x_t, c * x_t + h

    given = starts if begins else []
    made = scan(step, x, over="t", carry=[two, two], initial=given, reverse=reverse, delays=[3, 2])
    net = Network("loop", (x, *given), made)
    generator = np.random.default_rng(0)
    rows, *first = (generator.normal(size=shape) for shape in ((steps, 2), (2,), (2,)))
    h, c = ([each] * 3 if begins else [np.zeros(2)] * 3 for each in first)  # so many that each looks back at one
    for row in rows[::-1] if reverse else rows:
        before, other = h[-3], c[-2]
        h.append(2 * before + row)
        c.append(other * row + before)
    found, work = count(net, rows, *(first if begins else ()))
    for one, expected in zip(found, (h[3:], c[3:]), strict=True):
        assert np.allclose(one, expected[::-1] if reverse else expected)
    assert work == net.work


def test_a_delay_without_a_number_is_refused() -> None:
    x = Input(3, 2, axes="t h")
    net = Network("loop", x, scan(lambda x_t, h: x_t + h, x, over="t", carry=[Integer(2)], delays=[dimension("D")]))
    with pytest.raises(ShapeError) as caught:
        execute(net, np.ones((3, 2)))
    assert str(caught.value) == "a delay of D steps; expected a number; give sizes with at(...)"
