from __future__ import annotations

import random

import numpy as np
import pytest
import sympy

import symcost as sc
from symcost.architectures.named import named
from symcost.interpret import weights_of

T, H, I, K, X = (sc.dimension(name) for name in "THIKX")
S, M = sc.T_self, sc.T_cross
N = sc.dimension("N_hidden")
KX, KY = sc.dimension("K_x"), sc.dimension("K_y")
B, C, E, L, V, ROWS, COLUMNS = sc.B, sc.C, sc.E, sc.L, sc.V, sc.M, sc.N
LSTM = 4 * (E * H + H**2)  # the products of one step of the language model's recurrence
CELL = 4 * (I * H + H**2)
ATTENTION = 2 * H**2 + 2 * H**2 * M / S + 2 * H * M  # of one step of the decoder, with its share of keys and values

# What a lecture on the costs of deep learning says of each: multiply-accumulates, weights, biases (two for each gate of
# a recurrence, one for every other output channel), depth in layer steps, and the widest of these. Where encoder and
# decoder meet, as much of the attention is begun at once as the decoder is ahead, then a step of it beside its own.
FIGURES = {
    "dnn": (T * I * H, T * I * H, H, 1, T * I * H),
    "cnn-1d": (T * H * I * K, H * I * K, H, 1, T * H * I * K),
    "cnn-2d": (T * H * I * KX * KY, H * I * KX * KY, H, 1, T * H * I * KX * KY),
    "rnn": (T * (I * H + H * H), I * H + H * H, 2 * H, T, I * H + H * H),
    "lstm": (4 * (I * H + H**2) * T, 4 * (I * H + H**2), 8 * H, T, 4 * (I * H + H**2)),
    "gru": (3 * (I * H + H**2) * T, 3 * (I * H + H**2), 6 * H, T, 3 * (I * H + H**2)),
    # The slide leaves out that the projections act at every step, and the weighted sum, which doubles the first term.
    "attention": (2 * S * M * H + S * (I * H + H * I), I * H + H * I, 0, 1, 2 * S * M * H + 2 * S * I * H),
    "mnist": (784 * N + 10 * N, 784 * N + 10 * N, N + 10, 3, 784 * N),
    "matrix-vector": (ROWS * COLUMNS, ROWS * COLUMNS, 0, 1, ROWS * COLUMNS),
    "affine": (B * I * H, I * H, H, 1, B * I * H),
    "minimal-convolution": (2 * T, 2, 0, 1, 2 * T),
    "fir": (4 * T, 4, 0, 1, 4 * T),
    "iir": (2 * T, 2, 0, T, 2),
    "width-one-convolution": (9 * T, 9, 0, 1, 9 * T),
    "convolution": (18 * T, 18, 0, 1, 18 * T),
    "max-pooling": (0, 0, 0, 1, 0),
    "average-pooling": (0, 0, 0, 1, 0),
    "depthwise-convolution": (T * I * K, I * K, I, 1, T * I * K),
    "separable-convolution": (T * (I * K + I * H), I * K + I * H, H, 1, T * (I * K + I * H)),
    "rnn-cell": (I * H + H * H, I * H + H * H, 2 * H, 1, I * H + H * H),
    "embedding": (0, V * E, 0, 1, 0),
    "one-hot-embedding": (T * V * E, V * E, 0, 1, T * V * E),
    "stacked-rnn": (2 * H * H * L * T, 2 * H * H * L, 2 * H * L, T + L - 1, 2 * H * H * sympy.Min(L, T)),
    "bidirectional-rnn": (2 * T * (I * H + H * H), 2 * (I * H + H * H), 4 * H, T, 2 * (I * H + H * H)),
    "language-model": (T * (LSTM + H * V), V * E + LSTM + H * V, 8 * H + V, T + 3, LSTM + H * V),
    "encoder-decoder": (
        4 * (S + M) * (I * H + H * H) + 2 * S * H * H + 2 * M * H * H + 2 * S * M * H + 2 * S * H * V,
        8 * (I * H + H * H) + 4 * H * H + 2 * H * V,
        16 * H + V,
        sympy.Max(S, M) + 2,
        CELL + sympy.Max(CELL, sympy.Min(S, M) * ATTENTION, ATTENTION + 2 * H * V * sympy.Min(S, M)),
    ),
    # Each of T steps is five layers: an embedding, the cell, the output, its softmax, the choice.
    "language-model-sampling": (T * (LSTM + H * V), V * E + LSTM + H * V, 8 * H + V, 5 * T, sympy.Max(LSTM, H * V)),
    # On t words the model takes t + 3 steps, and one for the choice.
    "language-model-sampling-uncached": (
        T * (T + 1) / 2 * (LSTM + H * V),
        V * E + LSTM + H * V,
        8 * H + V,
        T * (T + 1) / 2 + 4 * T,
        LSTM + H * V,
    ),
    "speech-synthesis": (
        M * LSTM + S * 4 * (C * H + H * H) + 2 * S * H * H + 2 * M * H * H + 2 * S * M * H + 2 * S * H * C,
        V * E + LSTM + 4 * (C * H + H * H) + 4 * H * H + 2 * H * C,
        16 * H + C,
        sympy.Max(1 + M, S) + 2,
        4 * (C * H + H * H)
        + sympy.Max(LSTM, sympy.Min(S, M + 1) * ATTENTION, ATTENTION + 2 * C * H * sympy.Min(S, M + 1)),
    ),
    # Behind the recurrences come attention, a layer of H units, its tangent, the output and its softmax.
    "translation": (
        (S + M) * LSTM + S * H * H + 2 * S * M * H + S * 2 * H * H + S * H * V,
        2 * V * E + 2 * LSTM + H * H + 2 * H * H + H * V,
        16 * H + V,
        1 + sympy.Max(S, M) + 5,
        LSTM
        + sympy.Max(
            LSTM,
            sympy.Min(S, M) * (H * H + 2 * H * M),
            H * H + 2 * H * M + 2 * H * H * sympy.Min(S, M),
            H * H + 2 * H * M + 2 * H * H + H * V * sympy.Min(S, M),
        ),
    ),
    # The same work; one step of the decoder is 8 layers, with the embedding and the choice. The first two of them wait
    # for no encoder, which takes an embedding and M steps, the cells of both at once.
    "translation-sampling": (
        (S + M) * LSTM + S * H * H + 2 * S * M * H + S * 2 * H * H + S * H * V,
        2 * V * E + 2 * LSTM + H * H + 2 * H * H + H * V,
        16 * H + V,
        1 + M + 6 + 8 * (S - 1),
        sympy.Max(2 * LSTM, H * H + 2 * M * H, 2 * H * H, H * V),
    ),
    "cnn-autoencoder": (1_999_200 * 9, 40_200 * 9, 401, 7, 7 * 7 * 200 * 100 * 9),
    "dnn-autoencoder": (530_400, 530_400, 531_884 - 530_400, 7, 784 * 300),
}


def same(first: object, second: object) -> bool:
    """Whether two costs are equal: as polynomials, or at some sizes where there is a maximum."""
    difference = sympy.sympify(first) - second
    if not difference.has(sympy.Max):
        return difference.expand() == 0
    symbols = sorted(difference.free_symbols, key=str)
    drawn = random.Random(7)
    sizes = [{each: sympy.Integer(drawn.randint(1, 50)) for each in symbols} for _ in range(50)]
    return all(difference.xreplace(some) == 0 for some in sizes)


@pytest.mark.parametrize("name", sorted({*FIGURES, *sc.ARCHITECTURES}))
def test_a_named_network_costs_what_the_lecture_says(name: str) -> None:
    macs, weights, biases, depth, width = FIGURES[name]  # a network without a row here fails
    net = sc.architecture(name)

    assert same(net.macs, macs)
    assert same(net.parameters_by("lecture"), weights)
    assert same(net.parameters, weights + biases)
    assert same(net.depth, depth)
    assert same(net.width, width)


@pytest.mark.parametrize("name", sorted(sc.ARCHITECTURES))
def test_a_named_network_says_what_it_is(name: str) -> None:
    assert (sc.ARCHITECTURES[name].__doc__ or "").strip().endswith(".")


@pytest.mark.parametrize("name", sorted(sc.ARCHITECTURES))
def test_a_named_network_is_built_anew_each_time(name: str) -> None:
    first, second = sc.architecture(name), sc.architecture(name)

    assert first is not second
    assert first.total == second.total


@pytest.mark.parametrize("name", sorted(sc.ARCHITECTURES))
def test_a_named_network_at_numbers_has_no_dimensions_left(name: str) -> None:
    net = sc.architecture(name)
    primes = dict(zip((symbol.name for symbol in net.dimensions), (6, 2, 5, 7, 3, 1, 4), strict=False))
    if name == "cnn-2d":
        primes |= {"T": 12, "X": 4}  # rows of equal length

    assert net.at(**primes).dimensions == []
    assert net.at(**primes).macs == net.macs.subs({sc.dimension(key): number for key, number in primes.items()})


LARGE = {"mnist", "dnn-autoencoder", "cnn-autoencoder"}  # too many numbers to go through one by one


@pytest.mark.parametrize("name", sorted(set(sc.ARCHITECTURES) - LARGE))
def test_a_named_network_does_on_numbers_what_it_is_said_to_cost(name: str) -> None:
    net = sc.architecture(name)
    net = net.at(**{symbol.name: 4 if symbol.name == "T" else 2 for symbol in net.dimensions})
    zeros = [np.zeros([int(length) for length in tensor.shape]) for tensor in net.inputs]  # words are rows 0

    assert sc.count(net, *zeros)[1] == net.work


def test_a_model_that_samples_is_the_trained_one_fed_with_its_own_words() -> None:
    """With its state kept, and run anew on all words before: both choose what the trained model finds most likely."""
    sizes = {"T": 4, "E": 3, "H": 6, "V": 5}
    training = sc.architecture("language-model")
    rng = np.random.default_rng(20)
    weights = {name: 3 * rng.normal(size=shape) for name, shape in weights_of(training.at(**sizes), (4,)).items()}
    words = [1]
    for steps in range(1, 5):
        told = sc.execute(training.at(**sizes | {"T": steps}), words, weights=weights)
        words.append(int(told[-1].argmax()))
    assert len(set(words)) > 2  # were they one, it would not matter what goes back in

    own = {_part(name): w for name, w in weights.items()}
    kept = sc.architecture("language-model-sampling").at(**sizes)
    renamed = {name: own[_part(name)] for name in weights_of(kept, (1,), (1, 6), (1, 6))}
    assert sc.execute(kept, [1], np.zeros((1, 6)), np.zeros((1, 6)), weights=renamed)[0] == words[-1]

    anew = sc.architecture("language-model-sampling-uncached").at(**sizes)
    renamed = {name: own[_part(name)] for name in weights_of(anew, (4,))}
    assert sc.execute(anew, words[:-1], weights=renamed).tolist() == words[1:]


def test_sampling_takes_the_work_of_one_pass_with_its_state_kept_and_of_all_prefixes_without() -> None:
    training, kept, anew = (
        sc.architecture(f"language-model{ending}") for ending in ("", "-sampling", "-sampling-uncached")
    )
    assert kept.macs == training.macs
    assert anew.macs == sympy.expand(training.macs * (T + 1) / 2)
    assert sympy.expand(kept.cost("flops") - training.cost("flops")) == sympy.expand(T * (V - 1))  # the choices
    assert kept.depth == T * 5


def _part(name: str) -> str:
    """What a weight is called apart from where it stands: an embedding's, the recurrence's, the output's."""
    kind = "embedding" if "embedding" in name else "linear" if "linear" in name else "recurrence"
    return kind + name.rpartition(".")[2].removesuffix("_l0")


def test_the_classifier_of_digits_has_the_parameters_of_the_slide() -> None:
    assert sc.architecture("mnist").at(N_hidden=300).parameters == 238_510


def test_the_autoencoder_has_as_many_products_as_weights() -> None:
    net = sc.architecture("dnn-autoencoder")

    assert net.macs == net.parameters_by("lecture") == 784 * 300 + 300 * 100 + 100 * 300 + 300 * 784
    assert net.parameters == 531_884
    assert net.outputs[0].shape == net.inputs[0].shape


def test_attention_differs_from_the_slide_by_what_the_slide_left_out() -> None:
    slide = S * M * H + I * H + H * I

    assert same(sc.architecture("attention").macs - slide, S * M * H + 2 * (S - 1) * I * H)


def test_an_unknown_network_suggests_the_nearest() -> None:
    with pytest.raises(sc.UnknownName) as error:
        sc.architecture("cnn-3d")

    assert str(error.value) == "no network is called 'cnn-3d'; did you mean 'cnn-2d' or 'cnn-1d'?"


def test_an_unknown_network_that_is_near_to_none_lists_them_all() -> None:
    with pytest.raises(sc.UnknownName) as error:
        sc.architecture("zzz")

    assert str(error.value) == f"no network is called 'zzz'; there are {', '.join(sorted(sc.ARCHITECTURES))}"


def test_a_name_is_given_to_one_network_only() -> None:
    with pytest.raises(sc.GraphError) as error:
        named("rnn")(sc.ARCHITECTURES["lstm"])

    assert str(error.value) == "two networks are called 'rnn'; expected names that differ"
    assert sc.architecture("rnn").name == "RNN"
