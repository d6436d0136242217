from __future__ import annotations

import numpy as np
import pytest
from sympy import Integer, expand

import symcost as sc
from symcost import dimension
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of

T, H, E, V, D = map(dimension, "THEVD")


def _language_model() -> sc.Network:
    layers = (sc.Embedding(V, E), sc.MultiheadAttention(E, 1, is_causal=True), sc.GRU(E, H), sc.Linear(H, V))
    return sc.Sequential("model", sc.Input(T), *layers)


def test_a_causal_model_makes_on_every_prefix_what_it_makes_in_one_pass() -> None:
    sizes = {"T": 5, "V": 7, "E": 4, "H": 3}
    one = _language_model().at(**sizes)
    anew = sc.Sequential("anew", sc.Input(T), sc.EveryPrefix(_language_model())).at(**sizes)
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape) for name, shape in weights_of(one, (5,)).items()}
    words = [3.0, 0.0, 6.0, 6.0, 1.0]
    again = {f"every_prefix.prefixes.model.{name}": w for name, w in weights.items()}
    assert np.allclose(execute(anew, words, weights=again), execute(one, words, weights=weights), atol=1e-12)


def test_work_is_that_of_all_prefixes_and_weights_are_learned_once() -> None:
    model = _language_model()
    anew = sc.Sequential("anew", sc.Input(T), sc.EveryPrefix(model))
    for steps in (1, 2, 5):
        assert anew.at(T=steps).macs == expand(sum(model.at(T=n).macs for n in range(1, steps + 1)))
    assert (anew.parameters, anew.state) == (model.parameters, model.state)
    small = anew.at(T=3, V=3, E=2, H=2)
    assert count(small, [0.0, 2.0, 1.0])[1] == small.work


def test_prefixes_run_one_after_the_other() -> None:
    model = sc.Sequential("model", sc.Input(T, E), sc.RNN(E, H), sc.Linear(H, V))
    assert sc.Sequential("anew", sc.Input(T, E), sc.EveryPrefix(model)).depth == expand(T * (T + 1) / 2 + T)


def test_what_is_no_polynomial_in_the_length_is_added_up_at_numbers() -> None:
    halves = sc.Sequential(
        "halves", sc.Input(T, H), sc.Conv1d(H, H, 2, padding="causal", stride=2), sc.UpsamplingNearest1d(2)
    )
    layer = sc.EveryPrefix(halves)
    with pytest.raises(ShapeError, match="one axis of as many steps"):
        layer(sc.Input(T, H))


def test_a_network_that_is_fixed_to_a_length_has_no_prefixes() -> None:
    fixed = sc.Sequential("fixed", sc.Input(4, H, axes="t h"), sc.Linear(H, V))
    with pytest.raises(ShapeError, match="of size t_prefix; expected 4"):
        sc.EveryPrefix(fixed)(sc.Input(4, H))


@pytest.mark.parametrize(
    ("layer", "x", "said"),
    [
        (sc.EveryPrefix(sc.Linear(H, V)), sc.Input(D, H), "one that counts time"),
        (sc.EveryPrefix(sc.Conv1d(H, V, 2)), sc.Input(T, H), r"of t_prefix steps it makes \(t=t_prefix - 1, h=V\)"),
    ],
    ids=["no time", "fewer steps"],
)
def test_what_has_no_prefixes_is_refused(layer: sc.Layer, x: sc.Tensor, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        layer(x)


def test_the_axis_may_be_named() -> None:
    x = sc.Input(D, H)
    assert sc.EveryPrefix(sc.Linear(H, V), axis="d")(x).shape == (D, V)
    assert sc.EveryPrefix(sc.Linear(H, V), axis="d").cost(x).work["mac"] == expand(D * (D + 1) / 2 * H * V)


def test_the_length_may_be_any_expression() -> None:
    layer = sc.EveryPrefix(sc.Linear(H, V))
    assert layer.cost(sc.Input(2 * T, H, axes="t h")).work["mac"] == expand(T * (2 * T + 1) * H * V)
    assert layer.cost(sc.Input(Integer(3), H, axes="t h")).work["mac"] == 6 * H * V


def test_prefixes_that_do_not_fill_a_window_are_counted_as_they_are() -> None:
    w = dimension("w")
    model = sc.Sequential("model", sc.Input(T, H), sc.MultiheadAttention(H, 1, is_causal=True, window=w))
    anew = sc.Sequential("anew", sc.Input(T, H), sc.EveryPrefix(model))
    assert [str(each) for each in anew.conditions] == ["w is at most 1", "w is at most T"]
    narrow = anew.at(w=3)
    assert [str(each) for each in narrow.conditions] == ["3 is at most T"]
    for steps in (1, 2, 3, 5):
        small = narrow.at(T=steps)
        assert small.work == sc.Work.sum({model.at(w=3, T=n).work: 1 for n in range(1, steps + 1)})
        assert count(small.at(H=2), np.ones((steps, 2)))[1] == small.at(H=2).work
        if steps >= 3:
            assert {kind: each.xreplace({T: Integer(steps)}).expand() for kind, each in narrow.work.items()} == dict(
                small.work.items()
            )


def test_what_is_no_sequence_is_taken_whole_each_time() -> None:
    x, memory = sc.Input(T, H), sc.Input(D, H, name="memory")
    model = sc.Network("model", (x, memory), sc.Attention(H, H, projections="q")(x, memory))
    y, asked = sc.Input(T, H), sc.Input(D, H)
    anew = sc.Network("anew", (y, asked), sc.EveryPrefix(model)(y, asked))
    assert anew.macs == expand(model.macs * (T + 1) / 2)
    small = anew.at(T=3, D=2, H=2)
    assert count(small, np.ones((3, 2)), np.ones((2, 2)))[1] == small.work


def test_prefixes_wait_for_the_longer_of_two_and_of_three_there_is_no_formula() -> None:
    x, y, z = sc.Input(T, H), sc.Input(D, H), sc.Input(V, H)
    last = [sc.AdaptiveAvgPool1d(1)(sc.RNN(H, H)(each)) for each in (y, z)]
    two = sc.Network("two", (x, y), sc.Add()(sc.RNN(H, H)(x), last[0]))
    three = sc.Network("three", (x, y, z), sc.Add()(sc.RNN(H, H)(x), *last))
    anew = sc.Network("anew", (x, y), sc.EveryPrefix(two, "t")(x, y))
    assert anew.at(D=3, T=5).depth == sum(two.at(D=3, T=n).depth for n in range(1, 6))
    assert anew.depth.xreplace({D: Integer(3), T: Integer(5)}) == anew.at(D=3, T=5).depth
    unsaid = sc.Network("anew", (x, y, z), sc.EveryPrefix(three, "t")(x, y, z))
    with pytest.raises(DimensionError, match="expected a polynomial; give its end"):
        unsaid.depth  # noqa: B018
    assert unsaid.dimensions == [D, H, T, V]
    assert unsaid.at(D=3, V=2, T=2).depth == sum(three.at(D=3, V=2, T=n).depth for n in (1, 2))
