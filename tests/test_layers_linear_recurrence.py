from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symcost as sc
from symcost import dimension
from symcost.analysis.depth.schedule import layer_depth
from symcost.errors import ShapeError, UnknownName
from symcost.expressions import at
from symcost.interpret import count, execute, weights_of
from symcost.parallel_prefix import ALGORITHMS
from symcost.tensor import Input

T, I, H, K = map(dimension, "TIHK")

BUILDS = {
    "linear": lambda algorithm: sc.LinearRecurrence(2, 3, algorithm=algorithm),
    "dense": lambda algorithm: sc.LinearRecurrence(2, 3, algorithm=algorithm, dense=True),
    "sru": lambda algorithm: sc.SRU(2, 3, peepholes=False, algorithm=algorithm),
    "qrnn": lambda algorithm: sc.QRNN(2, 3, 2, algorithm=algorithm),
}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("build", BUILDS.values(), ids=list(BUILDS))
@pytest.mark.parametrize("steps", [1, 6, 8])
def test_every_algorithm_computes_the_same_by_as_many_operations_as_its_formula_says(
    build: Any, algorithm: str, steps: int
) -> None:
    layer, x = build(algorithm), np.random.default_rng(0).normal(size=(steps, 2))
    drawn = np.random.default_rng(1)
    weights = {name: drawn.normal(size=shape) / 3 for name, shape in weights_of(layer, x.shape).items()}
    made, work = count(layer, x, weights=weights)

    assert np.allclose(made, execute(build("sequential"), x, weights=weights))
    assert work == layer.cost(Input(steps, 2)).work


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_depth_of_a_linear_recurrence_is_that_of_its_algorithm(algorithm: str) -> None:
    levels = ALGORITHMS[algorithm].levels
    for layer in (sc.LinearRecurrence(I, H, algorithm=algorithm), sc.QRNN(I, H, K, algorithm=algorithm)):
        assert layer_depth(layer.equation(Input(T, I))) == levels(T)
    deep = sc.Sequential("deep", Input(T, I), sc.LinearRecurrence(I, H, algorithm=algorithm), sc.Linear(H, H))
    assert at(deep.depth, T=64) == levels(dimension("T")).xreplace({T: at(T, T=64)}) + 1


@pytest.mark.parametrize(
    ("layer", "parameters"),
    [
        (sc.SRU(H, H, project_input=False), 3 * H**2 + 4 * H),
        (sc.SRU(H, H), 4 * H**2 + 4 * H),
        (sc.SRU(H, H, peepholes=False, project_input=False), 3 * H**2 + 2 * H),
        (sc.QRNN(I, H, K, bias=False), 3 * K * I * H),
        (sc.QRNN(I, H, K), 3 * K * I * H + 3 * H),
    ],
    ids=repr,
)
def test_parameters_are_the_published_ones(layer: Any, parameters: Any) -> None:
    assert (layer.cost().parameters - parameters).expand() == 0


def test_matrices_take_a_product_of_matrices_in_parallel_and_of_a_vector_one_after_another() -> None:
    sequential, parallel = (
        sc.LinearRecurrence(I, H, dense=True, algorithm=each).cost(Input(T, I)).work["mac"]
        for each in ("sequential", "blelloch")
    )
    projections = T * I * (H**2 + H)
    assert (sequential - projections).expand() == ((T - 1) * H**2).expand()
    assert str(sc.growth(parallel - projections).order) == str(sc.growth(T * H**3).order)


@pytest.mark.parametrize("kind", [sc.LinearRecurrence, sc.SRU, sc.QRNN])
def test_an_unknown_algorithm_is_refused(kind: Any) -> None:
    with pytest.raises(
        UnknownName, match=f"{kind.__name__}: no algorithm is called 'blelock'; did you mean 'blelloch'"
    ):
        kind(I, H, algorithm="blelock")


def test_gates_that_know_the_state_cannot_run_in_parallel() -> None:
    with pytest.raises(ShapeError) as caught:
        sc.SRU(I, H, algorithm="sklansky")
    assert str(caught.value) == (
        "SRU: algorithm is 'sklansky'; expected 'sequential'; peepholes=False leaves the state out of the gates"
    )


def test_an_input_that_is_not_projected_has_the_size_of_the_state() -> None:
    with pytest.raises(ShapeError, match="SRU: project_input is False, input_size=I; expected hidden_size=H"):
        sc.SRU(I, H, project_input=False)
