from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import count, execute, weights_of
from symcost.tensor import Input

B, T, V, E, D = map(dimension, "BTVED")

TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_rows_are_looked_up_without_arithmetic() -> None:
    made, work = count(sc.Embedding(3, 2), [[2, 0], [1, 1]], weights={"weight": TABLE})
    assert made.tolist() == [[[5, 6], [1, 2]], [[3, 4], [3, 4]]]
    assert work == Work()
    assert execute(sc.Embedding(3, 2), [2], weights={"weight": TABLE}).tolist() == [[5, 6]]


def test_the_table_is_the_only_cost() -> None:
    cost = sc.Embedding(V, E).cost(Input(B, T))
    assert (cost.weights, cost.biases, cost.work, cost.activations) == (V * E, 0, Work(), B * T * E)
    assert sc.Embedding(V, E)(Input(B, T)).shape == (B, T, E)
    assert weights_of(sc.Embedding(11, 7), (4,)) == {"weight": (11, 7)}


def test_a_product_with_one_hot_vectors_makes_the_same_rows_at_v_e_products_each() -> None:
    numbers = np.array([2, 0, 1, 1])
    vectors = np.eye(3)[numbers]
    weights = {"weight": TABLE}
    made, work = count(sc.OneHotEmbedding(3, 2), vectors, weights=weights)
    assert made.tolist() == execute(sc.Embedding(3, 2), numbers, weights=weights).tolist()
    assert work == Work(mac=4 * 3 * 2, dots=4 * 2)
    cost, table = sc.OneHotEmbedding(V, E).cost(Input(T, V)), sc.Embedding(V, E).cost(Input(T))
    assert cost.work == Work(mac=T * V * E, dots=T * E)
    assert (cost.parameters, cost.activations) == (table.parameters, table.activations) == (V * E, T * E)


def test_rows_go_on_into_other_layers() -> None:
    net = sc.Sequential("tagger", Input(T), sc.Embedding(V, E), sc.LSTM(E, D), sc.Linear(D, 3))
    assert net.outputs[0].shape == (T, 3)
    assert net.macs == (T * (4 * (E * D + D**2) + 3 * D)).expand()
    bound = net.at(T=4, V=5, E=2, D=3)
    made, work = count(bound, [4, 0, 1, 4])
    assert made.shape == (4, 3) and work == bound.work


def test_an_axis_that_bears_the_name_of_the_channels_stays_apart() -> None:
    made = sc.Embedding(V, E)(Input(dimension("D1"), T))
    assert made.shape == (dimension("D1"), T, E)
    assert len({axis.name for axis in made.axes}) == 3


@pytest.mark.parametrize(("wrong", "told"), [(3, "3"), (-1, "-1"), (0.5, "0.5")])
@pytest.mark.parametrize("run", [execute, count])
def test_a_number_outside_the_table_is_refused(run: Any, wrong: float, told: str) -> None:
    with pytest.raises(ShapeError) as caught:
        run(sc.Embedding(3, 2), [0, wrong])
    assert str(caught.value) == f"gather: row {told}; expected whole numbers from 0 to 2"


@pytest.mark.parametrize("kind", [sc.Embedding, sc.OneHotEmbedding])
@pytest.mark.parametrize("name", ["num_embeddings", "embedding_dim"])
@pytest.mark.parametrize("wrong", [0, -1, 1.5])
def test_sizes_that_are_none_are_refused(kind: Any, name: str, wrong: Any) -> None:
    with pytest.raises(DimensionError, match=f"^{kind.__name__}: {name} is {wrong}; expected a positive whole number"):
        kind(**{name: wrong})


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"OneHotEmbedding\(.*axis v=4; expected num_embeddings=3"):
        sc.OneHotEmbedding(3, 2)(Input(5, 4))


# --- bags ---


@pytest.mark.parametrize(
    ("mode", "made", "work"),
    [
        ("mean", [3.0, 4.0], Work(add=4, div=2)),
        ("sum", [9.0, 12.0], Work(add=4)),
        ("max", [5.0, 6.0], Work(compare=4)),
    ],
)
def test_the_rows_of_a_bag_become_one(mode: str, made: list[float], work: Work) -> None:
    outcome, counted = count(sc.EmbeddingBag(3, 2, mode), [2, 0, 1], weights={"weight": TABLE})
    assert outcome.tolist() == made
    assert counted == work


def test_a_bag_has_the_parameters_of_an_embedding_and_hands_out_one_row() -> None:
    assert sc.EmbeddingBag(V, E).cost(Input(B, T)).parameters == sc.Embedding(V, E).cost(Input(B, T)).parameters
    assert sc.EmbeddingBag(V, E)(Input(B, T)).shape == (B, E)


def test_a_way_to_make_one_of_a_bag_that_is_none_is_refused() -> None:
    with pytest.raises(ShapeError, match="EmbeddingBag: mode is 'median'; expected one of mean, sum, max"):
        sc.EmbeddingBag(3, 2, "median")
