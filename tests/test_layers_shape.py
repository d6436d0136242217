from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies_layers import weights_for

import symcost as sc
from symcost import Layer, dimension
from symcost.analysis.depth.schedule import layer_depth
from symcost.cost import Cost, Work
from symcost.errors import DimensionError, ShapeError
from symcost.interpret import execute, weights_of
from symcost.tensor import Input

B, T, H, I, L, X, Y = map(dimension, "BTHILXY")


# --- Flatten ---


@pytest.mark.parametrize(
    ("layer", "inputs", "shape"),
    [
        (sc.Flatten(), Input(X, Y, H), (H * X * Y,)),
        (sc.Flatten(), Input(B, X, Y, H), (B, H * X * Y)),
        (sc.Flatten(), Input(28, 28), (784,)),
        (sc.Flatten(), Input(7), (7,)),
        (sc.Flatten(0), Input(B, X, Y), (B * X * Y,)),
        (sc.Flatten(1), Input(T, X, Y), (T, X * Y)),
        (sc.Flatten(-2), Input(B, T, X, Y), (B, T, X * Y)),
        (sc.Flatten(0, 1), Input(T, X, Y), (T * X, Y)),
        (sc.Flatten(1, -2), Input(B, T, X, Y), (B, T * X, Y)),
        (sc.Flatten(1, 1), Input(B, T, X), (B, T, X)),
    ],
    ids=str,
)
def test_axes_become_one(layer: Layer, inputs: sc.Tensor, shape: tuple[Any, ...]) -> None:
    assert layer(inputs).shape == shape
    assert layer.cost(inputs) == Cost()


def test_what_is_flattened_keeps_the_order_of_its_numbers() -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    assert execute(sc.Flatten(1), x).tolist() == x.reshape(2, 12).tolist()
    assert execute(sc.Flatten(0, 1), x).tolist() == x.reshape(6, 4).tolist()


def test_flattening_twice_is_flattening_once() -> None:
    once = sc.Flatten()(Input(B, X, Y))
    assert sc.Flatten()(once).shape == once.shape == (B, X * Y)


def test_a_batch_behind_other_layers_is_still_a_batch() -> None:
    x = sc.Conv2d(3, H, 3, padding="same")(Input(B, X, Y, 3))
    assert sc.Linear(H * X * Y, 10)(sc.Flatten()(sc.ReLU()(x))).shape == (B, 10)


@pytest.mark.parametrize("dims", [(3,), (-4,), (0, 3), (0, -4)])
def test_an_axis_that_is_not_there_cannot_be_flattened(dims: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match=r"Flatten\(.*on input .*dimension .* of a tensor .*; expected -3 to 2"):
        sc.Flatten(*dims)(Input(B, X, Y))


@pytest.mark.parametrize(
    ("layer", "inputs"), [(sc.Flatten(1, 0), Input(X, Y)), (sc.Flatten(), Input(B)), (sc.Flatten(), Input())]
)
def test_there_must_be_an_axis_to_flatten(layer: Layer, inputs: sc.Tensor) -> None:
    with pytest.raises(ShapeError, match="expected at least one axis to flatten"):
        layer(inputs)


# --- Add and Concat ---


@pytest.mark.parametrize("terms", [1, 2, 3, 5])
def test_a_sum_of_n_terms_is_n_minus_1_additions(terms: int) -> None:
    assert sc.Add().cost(*[Input(T, H)] * terms).work == Work(add=(terms - 1) * T * H)
    assert sc.Concat().cost(*[Input(T, H)] * terms).work == Work()


def test_sums_and_concatenations_by_hand() -> None:
    x, y = [[1.0, 2.0]], [[10.0, 20.0]]
    assert execute(sc.Add(), x, y, y).tolist() == [[21.0, 42.0]]
    assert execute(sc.Concat(), x, y).tolist() == [[1.0, 2.0, 10.0, 20.0]]
    assert execute(sc.Concat(0), x, y, x).tolist() == [[1.0, 2.0], [10.0, 20.0], [1.0, 2.0]]


def test_concatenation_adds_the_sizes_of_one_axis() -> None:
    assert sc.Concat()(Input(T, H), Input(T, I)).shape == (T, H + I)
    assert sc.Concat(0)(Input(X, H), Input(Y, H), Input(3, H)).shape == (X + Y + 3, H)
    assert sc.Concat(-2)(Input(B, X, H), Input(B, Y, H)).shape == (B, X + Y, H)
    assert sc.Concat().cost(Input(T, H), Input(T, I)).activations == T * H + T * I


def test_a_shorter_term_is_added_to_every_row() -> None:
    assert sc.Add().cost(Input(T, H), Input(H)).work == Work(add=T * H)
    assert execute(sc.Add(), [[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0]).tolist() == [[11.0, 22.0], [13.0, 24.0]]


@pytest.mark.parametrize("inputs", [(Input(T, H), Input(T, I)), (Input(T, 3), Input(T, 4)), (Input(T, H), Input(T, T))])
def test_terms_that_do_not_fit_are_refused(inputs: tuple[sc.Tensor, ...]) -> None:
    with pytest.raises(ShapeError, match=r"Add\(\) on input .*expected equal sizes from the last axis on"):
        sc.Add()(*inputs)


@pytest.mark.parametrize("inputs", [(Input(X, H), Input(Y, I)), (Input(X, H), Input(H)), (Input(2, 3), Input(3, 4))])
def test_parts_that_do_not_fit_are_refused(inputs: tuple[sc.Tensor, ...]) -> None:
    with pytest.raises(ShapeError, match=r"Concat\(\) on input .*expected equal sizes but for one axis"):
        sc.Concat()(*inputs)


@pytest.mark.parametrize("dim", [2, -3])
def test_parts_cannot_be_joined_along_an_axis_that_is_not_there(dim: int) -> None:
    with pytest.raises(ShapeError, match=rf"dimension {dim} of a tensor .*expected -2 to 1"):
        sc.Concat(dim)(Input(T, H), Input(T, H))


# --- Repeat ---


@pytest.mark.parametrize("times", [1, 2, 7, L, 2 * L])
def test_work_parameters_and_state_are_multiplied_and_recurrences_overlap(times: Any) -> None:
    once, often = sc.LSTM(H, H).cost(Input(T, H)), sc.Repeat(sc.LSTM(H, H), times).cost(Input(T, H))
    assert often == once * times
    assert layer_depth(sc.Repeat(sc.LSTM(H, H), times).equation(Input(T, H))) == T + times - 1


@pytest.mark.parametrize("times", [1, 3, L])
def test_shared_repetitions_have_the_parameters_of_one_and_the_work_of_all(times: Any) -> None:
    once = sc.Linear(H, H).cost(Input(T, H))
    shared = sc.Repeat(sc.Linear(H, H), times, shared=True).cost(Input(T, H))
    assert (shared.weights, shared.biases, shared.work) == (once.weights, once.biases, once.work * times)


@pytest.mark.parametrize("shared", [False, True])
def test_repetition_is_application_one_after_the_other(shared: bool) -> None:
    layer = sc.Repeat(sc.Linear(2, 2), 3, shared)
    names = weights_of(layer, (2,))
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape) for name, shape in names.items()}
    matrices = [w for name, w in weights.items() if name.endswith("weight")]
    offsets = [w for name, w in weights.items() if name.endswith("bias")]
    assert len(matrices) == len(offsets) == (1 if shared else 3)
    x = expected = rng.normal(size=2)
    for step in range(3):
        expected = matrices[step * (not shared)] @ expected + offsets[step * (not shared)]
    assert np.allclose(execute(layer, x, weights=weights), expected, atol=1e-12)


def test_the_order_of_repetitions_is_that_of_their_numbers() -> None:
    layer = sc.Repeat(sc.Linear(1, 1, bias=False), 2)
    first, second = weights_of(layer, (1,))
    assert ".0." in first and ".1." in second and first.replace(".0.", ".1.") == second
    affine = sc.Repeat(sc.Linear(1, 1), 2)
    names = weights_of(affine, (1,))
    weights = {name: [[2.0]] if "weight" in name else [1.0 if ".0." in name else 0.0] for name in names}
    assert execute(affine, [3.0], weights=weights).tolist() == [14.0]  # 2 (2 x + 1)


def test_a_network_can_be_repeated_and_so_can_a_repetition() -> None:
    block = sc.Sequential("block", Input(T, H), sc.Linear(H, 4 * H), sc.ReLU(), sc.Linear(4 * H, H))
    assert sc.Repeat(block, L).cost(Input(T, H)).parameters == 8 * H**2 * L + 5 * H * L
    twice = sc.Repeat(sc.Repeat(sc.Linear(H, H), 2), 3).cost(Input(T, H))
    assert twice == sc.Repeat(sc.Linear(H, H), 6).cost(Input(T, H))
    assert len(weights_of(sc.Repeat(sc.Repeat(sc.Linear(2, 2), 2), 3), (2,))) == 12


def test_equal_bodies_repeated_apart_are_weights_apart() -> None:
    layer = sc.Linear(4, 4)
    net = sc.Sequential("net", Input(4), layer, sc.Repeat(layer, 2, shared=True), sc.Repeat(layer, 2))
    assert net.parameters == 20 * 4
    assert sum(int(np.prod(shape)) for shape in weights_of(net, (4,)).values()) == 80


def test_a_layer_that_changes_its_shape_cannot_be_repeated() -> None:
    with pytest.raises(
        ShapeError, match=r"Repeat\(.*repetition of linear: .*h=H.* becomes .*I.*; expected the shape that it takes"
    ):
        sc.Repeat(sc.Linear(H, I), 3)(Input(T, H))


@pytest.mark.parametrize("wrong", [3, "Linear", None, sc.Linear, len])
def test_only_layers_and_networks_are_repeated(wrong: Any) -> None:
    with pytest.raises(ShapeError, match=r"Repeat of .*; expected a layer or a network"):
        sc.Repeat(wrong, 3)


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "L"])
def test_a_number_of_repetitions_is_a_positive_whole_number(wrong: Any) -> None:
    with pytest.raises(DimensionError, match="Repeat: count is "):
        sc.Repeat(sc.ReLU(), wrong)


def test_an_unknown_number_of_repetitions_is_priced_but_not_executed() -> None:
    assert sc.Repeat(sc.Linear(2, 2), L).cost(Input(2)).parameters == 6 * L
    with pytest.raises(ShapeError, match=r"L repetitions; expected a number; give sizes with at"):
        execute(sc.Repeat(sc.Linear(2, 2), L), [1.0, 2.0])


def test_a_body_of_several_inputs_hands_out_what_the_next_one_takes() -> None:
    """A cell that reads its own state, three times: what comes out is what three steps by hand make."""
    x, c = Input(4), Input(4)
    step = sc.Network("step", (x, c), sc.LSTMCell(4, 4)(x, x, c))
    repeated = sc.Repeat(step, 3, shared=True)
    weights = weights_for(repeated, ((4,), (4,)))
    cell = {name.rpartition(".")[2]: w for name, w in weights.items()}
    state = (np.ones(4), np.full(4, 0.5))
    made = execute(repeated, *state, weights=weights)
    for _ in range(3):
        state = execute(sc.LSTMCell(4, 4), state[0], *state, weights=cell)

    assert np.allclose(made, state, atol=1e-13)
    assert repeated.cost(x, c).parameters == sc.LSTMCell(4, 4).cost().parameters
    assert repeated.cost(x, c).work == sc.LSTMCell(4, 4).cost().work * 3
    assert layer_depth(repeated.equation(x, c)) == 3


def test_a_body_that_takes_two_and_hands_out_one_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(a1=4\) and \(a1=4\) becomes \(a1=4\); expected the shape that it takes"):
        sc.Repeat(sc.Add(), 3)(Input(4), Input(4))


# --- PixelShuffle ---


def test_channels_become_places_row_by_row() -> None:
    """Shi et al., equation 4: place (x, y) of the large image is channel (x mod r) r + (y mod r) of the small one."""
    x = np.arange(2 * 3 * 8.0).reshape(2, 3, 8)
    made = execute(sc.PixelShuffle(2), x)
    assert made.shape == (4, 6, 2)
    for i, j, c in np.ndindex(4, 6, 2):
        assert made[i, j, c] == x[i // 2, j // 2, c * 4 + (i % 2) * 2 + j % 2]


def test_an_image_of_all_sizes_is_shuffled_for_nothing() -> None:
    K, C = dimension("K"), dimension("C")
    made = sc.PixelShuffle(K)(Input(B, X, Y, C * K**2))
    assert made.shape == (B, K * X, K * Y, C)
    assert sc.PixelShuffle(K).cost(Input(X, Y, C * K**2)) == Cost()


def test_channels_that_make_no_squares_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"PixelShuffle\(upscale_factor=2\).*axis c=6 as \(c i j\) with i=2, j=2"):
        sc.PixelShuffle(2)(Input(X, Y, 6))
