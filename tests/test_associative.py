from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from differences import along
from sympy import Integer

import symcost as sc
from symcost import Input, Network, dimension
from symcost.associative import AssociativeScan
from symcost.cost import Work
from symcost.differentiation.model import gradients
from symcost.errors import ShapeError, UnknownName
from symcost.functional import associative_scan, scan
from symcost.interpret import count, execute
from symcost.parallel_prefix import ALGORITHMS
from symcost.tensor import Tensor

T, H, B = map(dimension, "THB")

NAMES = pytest.mark.parametrize("algorithm", ALGORITHMS)
DENSE = pytest.mark.parametrize("dense", [False, True], ids=["place by place", "dense"])


def recurrence(
    *front: Any, steps: Any = T, channels: Any = H, algorithm: str = "sequential", dense: bool = False
) -> Any:
    """A network of nothing else."""
    b = Input(*front, steps, channels, axes="batch t h" if front else "t h")
    a = Input(*b.shape, *[channels] * dense, axes=" ".join([*(axis.name for axis in b.axes), *["j"] * dense]))
    return Network("recurrence", (a, b), associative_scan(a, b, "t", algorithm, dense=dense))


def recurrence_of(*shape: int, algorithm: str, dense: bool) -> tuple[Network, list[Any]]:
    """The same at numbers, and arrays for it."""
    *front, steps, channels = shape
    net = recurrence(*front, steps=steps, channels=channels, algorithm=algorithm, dense=dense)
    generator = np.random.default_rng(0)
    return net, [generator.normal(size=tuple(map(int, x.shape))) for x in net.inputs]


def one_after_another(a: Any, b: Any, dense: bool) -> Any:
    """The recurrence itself, with time in front of the channels."""
    h, made = np.zeros_like(b[..., 0, :]), []
    for step in range(b.shape[-2]):
        h = (np.einsum("...ij,...j->...i", a[..., step, :, :], h) if dense else a[..., step, :] * h) + b[..., step, :]
        made.append(h)
    return np.stack(made, axis=-2)


# --- what it computes, and what that takes ---


@NAMES
@pytest.mark.parametrize("steps", range(1, 34))
def test_every_algorithm_makes_the_recurrence_by_as_many_operations_as_its_formula_says(
    algorithm: str, steps: int
) -> None:
    net, (a, b) = recurrence_of(steps, 1, algorithm=algorithm, dense=False)
    made, work = count(net, a, b)

    assert np.allclose(made, one_after_another(a, b, dense=False))
    assert work == net.work == recurrence(algorithm=algorithm).work.at_sizes({T: Integer(steps), H: Integer(1)})


@NAMES
@DENSE
@pytest.mark.parametrize("shape", [(1, 2), (5, 3), (2, 6, 2)], ids=str)
def test_of_several_channels_and_examples_too(shape: tuple[int, ...], dense: bool, algorithm: str) -> None:
    net, (a, b) = recurrence_of(*shape, algorithm=algorithm, dense=dense)
    made, work = count(net, a, b)

    assert np.allclose(made, one_after_another(a, b, dense)) and np.allclose(execute(net, a, b), made)
    assert work == net.work


@NAMES
def test_an_application_takes_three_operations_a_place_or_the_product_of_two_matrices(algorithm: str) -> None:
    n = AssociativeScan(-2, algorithm).combines(T)
    found = [recurrence(B, algorithm=algorithm, dense=dense).work for dense in (False, True)]

    if algorithm == "sequential":  # of which the state is there already
        assert found == [Work(mul=B * H * (T - 1), add=B * H * (T - 1)),
                         Work(mac=B * H**2 * (T - 1), dots=B * H * (T - 1), add=B * H * (T - 1))]  # fmt: skip
    else:
        assert found == [Work(mul=2 * B * H * n, add=B * H * n),
                         Work(mac=B * (H**3 + H**2) * n, dots=B * (H**2 + H) * n, add=B * H * n)]  # fmt: skip


def test_the_sequential_one_costs_what_a_scan_does_but_for_the_first_step() -> None:
    a, b = Input(T, H), Input(T, H)
    loop = scan(lambda a_t, b_t, h: a_t * h + b_t, a, b, over="t", carry=[H])

    assert Network("loop", (a, b), loop).work == recurrence().work + Work(mul=H, add=H)


@NAMES
@DENSE
def test_its_state_is_that_of_one_step(dense: bool, algorithm: str) -> None:
    assert recurrence(B, algorithm=algorithm, dense=dense).state == B * H


def test_at_sizes_and_out_of_a_pickle_it_is_the_same() -> None:
    net = recurrence(algorithm="blelloch")
    again = pickle.loads(pickle.dumps(net))

    assert (again.total, again.depth) == (net.total, net.depth)
    assert (net.at(T=8).depth, net.at(T=8, H=2).work) == (6, Work(mul=56, add=28))


def test_its_combines_and_levels_are_those_of_its_algorithm() -> None:
    net = recurrence(algorithm="sklansky", dense=True)
    (node,) = net.equation().nodes
    operation: Any = node.operation

    assert operation.length(tuple(x.axes for x in node.inputs)) == T
    assert (operation.combines(Integer(8)), operation.levels(Integer(8))) == (12, 3)
    assert str(operation.levels(T)) == "ceiling(log(T)/log(2))"


# --- gradients ---


@NAMES
@DENSE
@pytest.mark.parametrize("shape", [(1, 2), (5, 2), (2, 4, 3)], ids=str)
def test_gradients_are_its_differences_and_are_counted(shape: tuple[int, ...], dense: bool, algorithm: str) -> None:
    net, inputs = recurrence_of(*shape, algorithm=algorithm, dense=dense)
    arriving = [np.random.default_rng(1).normal(size=shape)]
    backward = gradients(net, of_inputs=True)
    made, work = count(backward, *inputs, *arriving)
    found = {f"input {place}": each for place, each in enumerate(made[1:], 1)}
    by_gradients, by_difference = along(net, inputs, arriving, {}, found)

    assert by_gradients == pytest.approx(by_difference, rel=1e-5, abs=1e-6)
    assert work == net.work + backward.derivative(*(Input(*x.shape) for x in (*inputs, *arriving))).cost.work


def test_the_backward_pass_is_a_scan_the_other_way() -> None:
    one = AssociativeScan(-2, "brent-kung").combines(T)
    backward = sc.training(recurrence(algorithm="brent-kung"), of_inputs=True).backward.work

    assert backward == Work(mul=2 * H * one + T * H, add=H * one)


# --- what does not fit ---


@pytest.mark.parametrize(
    ("a", "b", "over", "dense", "message"),
    [
        (Input(T, H), Input(T, B), "t", False,
         "associative_scan: axes (t=T, h=H) and (t=T, b=B); expected axes (t=T, b=B) first"),
        (Input(T, H), Input(T, H), "t", True,
         "associative_scan: axes (t=T, h=H) and (t=T, h=H); expected axes (t=T, h=H, h=H) first"),
        (Input(T, T, axes="t s"), Input(T), "t", True,
         "associative_scan: steps along t=T; expected another axis than that of the matrices"),
        (Input(T, H), Input(T, H), "s", False, "a tensor of axes (t=T, h=H); expected an axis 's'"),
    ],
)  # fmt: skip
def test_factors_that_do_not_fit_are_refused(a: Tensor, b: Tensor, over: str, dense: bool, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        associative_scan(a, b, over, "blelloch", dense=dense)
    assert str(caught.value) == message


def test_an_algorithm_that_there_is_not_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="no algorithm is called 'brent-king'; did you mean 'brent-kung'"):
        associative_scan(Input(T, H), Input(T, H), "t", "brent-king")
