"""Sampling, held to runs: what the counter counts on growing prefixes, and networks that are run step by step."""

from __future__ import annotations

import itertools
from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import catalogue
from strategies_causal import built, chains
from strategies_networks import DIMENSIONS, build, plans
from sympy import Integer, expand

import symcost as sc
from symcost import dimension
from symcost.cost import Work
from symcost.errors import DimensionError, GraphError, ShapeError, SymcostError, UndecidedError, UnpricedError
from symcost.expressions import ZERO
from symcost.interpret import count, execute, weights_of
from symcost.sampled import STEP, Sampled
from symcost.sequential import alone

T, H, I, E, F, V, K, L, N, G, P, C = map(dimension, "THIEFVKLNGPC")
T_self, T_cross, w = map(dimension, ["T_self", "T_cross", "w"])
Array = NDArray[Any]

SIZES = {"H": 4, "I": 4, "E": 4, "D": 4, "C": 4, "F": 3, "V": 5, "K": 2, "L": 2, "N": 2, "G": 1, "w": 2, "T_cross": 3}


def unfed(net: sc.Network, over: Any = T, *, cache: bool = True) -> Sampled:
    """A network step by step, whatever its outputs are."""
    return Sampled(net, over, cache, ZERO, over)


def sized(net: sc.Network, **more: int) -> sc.Network:
    """The network at the small sizes that it has."""
    given_sizes = SIZES | {"N_positions": 9} | more
    return net.at(**{each.name: given_sizes[each.name] for each in net.dimensions})


def counted(net: sc.Network, seed: int = 0) -> Work:
    """What a run really does."""
    generator = np.random.default_rng(seed)
    shapes = [tuple(map(int, tensor.shape)) for tensor in net.inputs]
    return count(net, *(np.floor(3 * generator.random(shape)) for shape in shapes))[1]


# --- every layer that takes no step after its own --------------------------------------------------------------------


def causal_layers() -> dict[str, tuple[sc.Network, Any]]:
    """Every layer of the catalogue over time, alone, as a causal one if it can be; with its dimension of time."""
    found: dict[str, tuple[sc.Network, Any]] = {}
    for name, kind in catalogue().items():
        fields = {each.name for each in kind.__dataclass_fields__.values()}  # type: ignore[attr-defined]
        variants: dict[str, dict[str, Any]] = {"": {}}
        if "is_causal" in fields:
            variants |= {" causal": {"is_causal": True}, " window": {"is_causal": True, "window": w}}
        if "padding_mode" in fields or name == "SeparableConv1d":
            variants |= {" causal": {"padding": "causal"}}
        for ending, options in variants.items():
            net = alone(kind(**options) if options else kind.example())
            over = next((each for each in (T, T_self) if each in net.inputs[0].shape), None)
            if over is not None and steps_are_causal(net, over):
                found[name + ending] = net, over
    return found


def steps_are_causal(net: sc.Network, over: Any) -> bool:
    try:
        return unfed(net, over).held is not None
    except GraphError:
        return False


CAUSAL = causal_layers()


def test_the_causal_layers_are_those_that_one_expects() -> None:
    recurrent = {"RNN", "LSTM", "GRU", "IIR"}
    attention = {"ScaledDotProductAttention", "Attention", "MultiheadAttention", "GroupedQueryAttention"}
    blocks = {"TransformerEncoderLayer", "TransformerDecoderLayer"}
    masked = {f"{name} {ending}" for name in attention | blocks for ending in ("causal", "window")}
    convolutions = {f"{name} causal" for name in ("Conv1d", "DepthwiseConv1d", "SeparableConv1d")}
    assert recurrent | attention | masked | convolutions <= CAUSAL.keys()  # cross attention, unmasked, is causal too
    not_causal = {"Conv1d", "EmbeddingBag", "InstanceNorm1d", "TransformerEncoderLayer", "TransformerDecoderLayer"}
    assert not (not_causal | {"MaxPool1d", "ConvTranspose1d", "Flatten"}) & CAUSAL.keys()


@pytest.mark.parametrize("name", CAUSAL)
def test_a_step_does_the_work_by_which_a_longer_pass_does_more(name: str) -> None:
    net, over = CAUSAL[name]
    kept, anew = unfed(net, over), unfed(net, over, cache=False)
    passes = [counted(sized(net, **{over.name: steps})) for steps in (1, 2, 3, 4)]
    sizes = {each.name: SIZES.get(each.name, 9) for each in net.dimensions if each != over}
    kept, anew = kept.at(**sizes), anew.at(**sizes)
    for step in (2, 3, 4):
        assert kept.work_at(step) == passes[step - 1] - passes[step - 2]
        assert anew.work_at(step) == passes[step - 1]
    assert kept.before + kept.work_at(1) == passes[0]
    assert kept.at(**{over.name: 4}).work == passes[3]
    assert anew.at(**{over.name: 4}).work == Work.sum({each: passes.count(each) for each in passes})


@pytest.mark.parametrize("name", CAUSAL)
def test_formulas_of_a_step_are_those_at_numbers(name: str) -> None:
    net, over = CAUSAL[name]
    found = unfed(net, over)
    sizes = {each.name: SIZES.get(each.name, 9) for each in net.dimensions if each != over}
    numeric = found.at(**sizes)
    for step in (2, 5, 7):  # no shorter than the window
        at = {dimension(each): Integer(length) for each, length in (sizes | {"t": step}).items()}
        assert {kind: each.xreplace(at).expand() for kind, each in found.work_at().items()} == dict(
            numeric.work_at(step).items()
        )
        assert found.state_at().xreplace(at).expand() == numeric.state_at(step)


@pytest.mark.parametrize("name", CAUSAL)
def test_no_step_changes_what_steps_before_it_made(name: str) -> None:
    net, over = CAUSAL[name]
    small = sized(net, **{over.name: 5})
    generator = np.random.default_rng(1)
    inputs = [np.floor(3 * generator.random(tuple(map(int, x.shape)))) for x in small.inputs]
    axes = [[str(axis.size) for axis in x.axes] for x in net.inputs]
    changed = [x.copy() for x in inputs]
    for x, lengths in zip(changed, axes, strict=True):
        if over.name in lengths:
            later = np.moveaxis(x, lengths.index(over.name), 0)[3:]
            later[:] = (later + 1) % 3
    weights = {
        name: generator.normal(size=shape) for name, shape in weights_of(small, *(x.shape for x in inputs)).items()
    }
    before, after = (execute(small, *each, weights=weights) for each in (inputs, changed))
    place = [str(axis.size) for axis in net.outputs[0].axes].index(over.name)
    assert np.array_equal(np.moveaxis(before, place, 0)[:3], np.moveaxis(after, place, 0)[:3])


# --- random networks -------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(chain=chains)
def test_random_networks_do_step_by_step_what_the_counter_counts(chain: Any) -> None:
    net = built(chain).at(H=2)
    passes = [net.at(T=steps).work for steps in range(1, 5)]
    assert counted(net.at(T=3)) == passes[2]
    kept, anew = net.sampled(), net.sampled(cache=False)
    assert [kept.work_at(step) for step in (2, 3, 4)] == [b - a for a, b in itertools.pairwise(passes)]
    assert kept.before == Work() and kept.work_at(1) == passes[0] and kept.at(T=4).work == passes[3]
    assert anew.at(T=3).work == passes[0] + passes[1] + passes[2]


@settings(max_examples=25, deadline=None)
@given(chain=chains, seed=st.integers(0, 9))
def test_what_is_kept_is_no_less_than_what_the_future_depends_on(chain: Any, seed: int) -> None:
    """What later outputs know of earlier inputs goes through the state: the derivative's rank is at most its size."""
    steps, past, channels = 7, 4, 2
    net = built(chain).at(T=steps, H=channels)
    generator = np.random.default_rng(seed)
    shapes = weights_of(net, (steps, channels))
    weights = {name: generator.normal(scale=0.5, size=shape) for name, shape in shapes.items()}
    x = generator.normal(size=(steps, channels))

    def later(change: Array) -> Array:
        moved = x.copy()
        moved[:past] += change.reshape(past, channels)
        made: Array = execute(net, moved, weights=weights)[past:]
        return made.ravel()

    ways = np.eye(past * channels)
    jacobian = np.array([(later(1e-4 * way) - later(-1e-4 * way)) / 2e-4 for way in ways])
    strengths = np.linalg.svd(jacobian, compute_uv=False)
    assert np.sum(strengths > 1e-5 * max(1.0, strengths[0])) <= built(chain).sampled().at(H=channels).state_at(past)


@settings(max_examples=30, deadline=None)
@given(plan=plans)
def test_nested_and_shared_networks_keep_what_their_layers_keep(plan: Any) -> None:
    net = build(plan, DIMENSIONS | {"padding": "causal"})
    found = unfed(net)
    assert found.work == net.work
    assert sum((each for row, each in found.held_at() if row.kind == "hidden state"), ZERO).expand() == net.state
    assert {row.kind for row in found.held} <= {"hidden state", "queue"}


@settings(max_examples=20, deadline=None)
@given(before=chains, after=chains)
def test_a_layer_that_looks_ahead_is_named_wherever_it_stands(before: Any, after: Any) -> None:
    x = sc.Input(T, H)
    y = sc.Conv1d(H, H, 3, padding="same")(built(before)(x), name="centred")
    net = sc.Network("ahead", x, built(after, "other")(y))
    with pytest.raises(GraphError, match=r"layer 'centred' \(Conv1d.*padding=same\)\) looks ahead.*padding='causal'"):
        net.sampled()


# --- networks that are run step by step, with what is kept ----------------------------------------------------------


def run(net: sc.Network, x: Array, seed: int = 0) -> tuple[Array, dict[str, Array]]:
    generator = np.random.default_rng(seed)
    weights = {name: generator.normal(size=shape) for name, shape in weights_of(net, x.shape).items()}
    return execute(net, x, weights=weights), weights


def drawn(*shape: int) -> Array:
    return np.random.default_rng(7).normal(size=shape)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def test_an_lstm_goes_on_from_two_vectors() -> None:
    net = sc.Sequential("lstm", sc.Input(T, H), sc.LSTM(H, H))
    x = drawn(6, 3)
    whole, weights = run(net.at(T=6, H=3), x)
    W, U, b, c = (weights[f"lstm.{name}_l0"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    state = [np.zeros(3), np.zeros(3)]
    for step, x_t in enumerate(x, 1):
        i, f, g, o = np.split(W @ x_t + b + U @ state[0] + c, 4)
        memory = _sigmoid(f) * state[1] + _sigmoid(i) * np.tanh(g)
        state = [_sigmoid(o) * np.tanh(memory), memory]
        assert np.allclose(state[0], whole[step - 1])
        assert sum(each.size for each in state) == net.sampled().at(H=3).state_at(step) == 6


def test_a_dilated_stack_goes_on_from_its_queues() -> None:
    x = sc.Input(T, H)
    y = x
    for dilation in (1, 2, 4):
        y = sc.Add()(y, sc.Conv1d(H, H, 3, padding="causal", dilation=dilation)(y, name=f"conv_{dilation}"))
    net = sc.Network("dilated", x, y)
    numbers = drawn(9, 2)
    whole, weights = run(net.at(T=9, H=2), numbers)
    queues = {d: deque([np.zeros(2)] * (2 * d), maxlen=2 * d) for d in (1, 2, 4)}
    for step, now in enumerate(numbers, 1):
        for dilation, queue in queues.items():
            W, b = weights[f"conv_{dilation}.weight"], weights[f"conv_{dilation}.bias"]
            taps = (queue[0], queue[dilation], now)
            made = now + b + sum(W[:, :, k] @ tap for k, tap in enumerate(taps))
            queue.append(now)
            now = made  # noqa: PLW2901 - the next layer takes it
        assert np.allclose(now, whole[step - 1])
        held = sum(each.size for queue in queues.values() for each in queue)
        assert held == net.sampled().at(H=2).state_at(step) == 2 * (2 + 4 + 8)


@pytest.mark.parametrize(("groups", "window"), [(4, None), (2, None), (1, None), (2, 3)])
def test_attention_goes_on_from_its_keys_and_values(groups: int, window: int | None) -> None:
    layer = sc.GroupedQueryAttention(E, 4, groups, is_causal=True, window=window)
    net = sc.Sequential("attention", sc.Input(T, E), layer)
    x = drawn(6, 8)
    whole, weights = run(net.at(T=6, E=8), x)
    W = {each: weights[f"grouped_query_attention.{each}_proj.weight"] for each in "qkvo"}
    cache: list[tuple[Array, Array]] = []
    for step, x_t in enumerate(x, 1):
        cache.append((W["k"] @ x_t, W["v"] @ x_t))
        keys, values = (np.array([each[n] for each in cache]).reshape(-1, groups, 2) for n in (0, 1))
        queries = (W["q"] @ x_t).reshape(4, 2)
        heads = []
        for head, query in enumerate(queries):
            shared = head * groups // 4
            scores = np.exp(keys[:, shared] @ query / np.sqrt(2))
            heads.append(scores @ values[:, shared] / scores.sum())
        assert np.allclose(W["o"] @ np.concatenate(heads), whole[step - 1])
        cache = cache[-(window - 1) :] if window else cache  # the next step adds its own
        assert sum(k.size + v.size for k, v in cache) == net.sampled().at(E=8).state_at(step)


def test_without_caches_the_network_itself_runs_on_every_prefix() -> None:
    net = sc.Sequential("model", sc.Input(T), sc.Embedding(V, E), sc.GRU(E, H), sc.Linear(H, V))
    anew = net.sampled(cache=False)
    small = anew.network.at(T=4, V=5, E=2, H=3)
    assert count(small, [1.0, 0.0, 4.0, 2.0])[1] == small.work == anew.at(T=4, V=5, E=2, H=3).work
    assert anew.network.work == anew.work and anew.network.depth == anew.depth


def test_one_step_is_a_network_of_its_own() -> None:
    step = sc.architecture("translation").sampled().network
    assert [tensor.shape for tensor in step.inputs] == [(T_cross,), (1,), (T_cross, H)]
    assert step.work == sc.architecture("translation").sampled().work_at()


def test_prefixes_take_what_is_no_sequence_whole() -> None:
    net = sc.architecture("translation")
    sizes = {"T_cross": 3, "E": 2, "H": 2, "V": 4}
    anew = net.sampled(cache=False).network
    words = [1.0, 3.0, 0.0], [2.0, 0.0, 1.0, 3.0]
    one = net.at(T_self=4, **sizes)
    rng = np.random.default_rng(0)
    weights = {name: rng.normal(size=shape) for name, shape in weights_of(one, (3,), (4,)).items()}
    small = anew.at(T_self=4, **sizes)
    names = weights_of(small, (3,), (4,))
    again = {name: weights[name.split(".", 3)[3]] for name in names}
    assert np.allclose(execute(small, *words, weights=again), execute(one, *words, weights=weights))
    assert count(small, *words)[1] == small.work


# --- the lecture's sentence, as formulas -----------------------------------------------------------------------------


def language_model(*layers: sc.Layer) -> sc.Network:
    return sc.Sequential("model", sc.Input(T), sc.Embedding(V, E), *layers, sc.Linear(E, V))


def test_with_caches_the_work_is_that_of_one_pass_and_the_depth_is_that_of_a_step_t_times() -> None:
    net = language_model(sc.TransformerEncoderLayer(E, N, F, is_causal=True), sc.LSTM(E, E))
    kept, anew = net.sampled(), net.sampled(cache=False)
    assert (kept.work, kept.macs, kept.flops) == (net.work, net.macs, net.flops)
    assert kept.step_depth == net.at(T=1).depth and kept.depth == expand(T * net.at(T=1).depth)
    assert (
        anew.macs
        == sum(net.macs.coeff(T, power) * total for power, total in ((1, T * (T + 1) / 2), (2, _squares()))).expand()
    )
    assert anew.cost_at() == net.macs.xreplace({T: STEP})
    assert anew.state == T and anew.held[0].kind == "sequence"


def _squares() -> Any:
    return T * (T + 1) * (2 * T + 1) / 6


def test_an_encoder_runs_once_and_before() -> None:
    net = sc.architecture("translation")
    kept = net.sampled()
    encoder = sc.Sequential("encoder", sc.Input(T_cross), sc.Embedding(V, E), sc.LSTM(E, H))
    assert kept.before == encoder.work and kept.depth_before == encoder.depth
    assert kept.work == net.work and kept.cost_at() == expand((net.macs - encoder.macs) / T_self)
    assert kept.depth == expand(kept.depth_before + T_self * kept.step_depth)
    assert {row.kind for row in kept.held} == {"hidden state", "made beforehand"}
    anew = net.sampled(cache=False)  # each step waits for the encoder or for the steps so far
    sizes = {"T_cross": 3, "T_self": 5}
    depths = [net.at(T_cross=3, T_self=steps).depth for steps in range(1, 6)]
    assert anew.depth.xreplace({T_cross: Integer(3), T_self: Integer(5)}) == sum(depths) == anew.at(**sizes).depth


def test_no_more_steps_are_sampled_than_there_are_positions() -> None:
    positions = sc.LearnedPositionalEncoding(1024, E)
    net = sc.Sequential("model", sc.Input(T, E), positions, sc.MultiheadAttention(E, 1, is_causal=True))
    assert net.sampled(prompt=24).at(T=1000).state == 2048 * E
    with pytest.raises(ShapeError, match="T=1025; expected sizes of which T is at most 1024"):
        net.sampled(prompt=25).at(T=1000)


def test_it_says_what_a_step_costs() -> None:
    found = sc.architecture("stacked-rnn").sampled()
    assert str(found) == "Stacked RNN, sampling with caches, step t: work 2 L H^2, depth L, state L H"
    assert "without caches, step t: work 2 L H^2 t" in str(sc.architecture("stacked-rnn").sampled(cache=False))


def test_a_batch_leads_words_and_scores_alike() -> None:
    B = dimension("B")
    net = sc.Sequential("model", sc.Input(B, T), sc.Embedding(V, E), sc.GRU(E, H), sc.Linear(H, V))
    assert net.sampled().state == B * H and net.sampled().macs == net.macs


def test_the_networks_that_sample_by_hand_cost_what_is_derived() -> None:
    model = sc.Sequential("model", sc.Input(T), sc.architecture("language-model"), sc.ArgMax())
    for found, name in ((model.sampled(), "sampling"), (model.sampled(cache=False), "sampling-uncached")):
        by_hand = sc.architecture(f"language-model-{name}")
        assert (found.work, found.depth) == (by_hand.work, by_hand.depth)


@pytest.mark.parametrize("heads", [1, 4])
def test_after_a_prompt_each_step_asks_it_too(heads: int) -> None:
    """Pairs: T (2 P + T + 1) / 2 after a prompt of P, and w T - w (w - 1) / 2 within a window of w."""
    attention = sc.Sequential("a", sc.Input(T, E), sc.Attention(E, E, num_heads=heads, projections="q", is_causal=True))
    found = attention.sampled(prompt=P)
    pairs = T * (2 * P + T + 1) / 2
    assert expand(found.macs - found.cost_before()) == expand(T * E**2 + 2 * E * pairs)
    assert found.cost_before() == attention.macs.xreplace({T: P})
    assert found.state == E * P + E * T  # what is asked is not projected: one cache for keys and values
    assert found.depth == T + 1 and found.cost_at() == expand(E**2 + 2 * E * (P + STEP))
    assert attention.sampled(prompt=3).at(T=2, E=4).macs == attention.at(T=5, E=4).macs
    narrow = sc.Sequential("n", sc.Input(T, E), sc.Attention(E, E, projections="q", is_causal=True, window=w))
    assert narrow.sampled().macs == expand(T * E**2 + 2 * E * (w * T - w * (w - 1) / 2))


def test_a_window_that_is_longer_than_the_steps_so_far_is_counted_as_it_is() -> None:
    net = sc.Sequential("n", sc.Input(T, E), sc.MultiheadAttention(E, 1, is_causal=True, window=w))
    found = net.sampled()
    assert [str(each) for each in found.conditions] == ["w is at most T"]
    assert found.state == expand(2 * E * (w - 1)) and found.at(w=5, T=3).state == 6 * E
    assert [found.at(w=3, E=1).state_at(step) for step in (1, 2, 3, 9)] == [2, 4, 4, 4]
    anew = net.sampled(cache=False)
    for unsaid in (anew, anew.at(T=5), net.sampled(cache=False, prompt=P).at(w=3)):
        with pytest.raises(
            UndecidedError, match=r"short ones too, not only where .* is at most .*; give numbers by at"
        ):
            unsaid.macs  # noqa: B018
    narrow, prompted = anew.at(w=4), net.sampled(cache=False, prompt=2).at(w=4)
    for steps in (1, 2, 3, 4, 7):
        passes = [net.at(T=length, w=4).macs for length in range(1, steps + 3)]
        assert narrow.at(T=steps).macs == expand(sum(passes[:steps]))
        assert prompted.at(T=steps).macs == expand(sum(passes[2:]))
        if steps >= 4:
            assert narrow.macs.xreplace({T: Integer(steps)}).expand() == narrow.at(T=steps).macs


# --- published -------------------------------------------------------------------------------------------------------


def per_token(layer: sc.Layer, layers: int, width: int) -> Any:
    """Elements that a stack of layers keeps more with each token."""
    net = sc.Sequential("model", sc.Input(T, width), sc.Repeat(layer, layers))
    return expand(net.sampled().state_at(STEP + 1) - net.sampled().state_at(STEP))


@pytest.mark.parametrize(
    ("model", "layer", "layers", "width", "elements"),
    [
        ("DeepSeek-V2, small MoE", sc.MultiheadAttention(2048, 16, is_causal=True), 27, 2048, 110_592),
        ("Llama 2 7B, 512 KiB", sc.MultiheadAttention(4096, 32, is_causal=True), 32, 4096, 512 * 1024 // 2),
        ("Llama 3 8B, 128 KiB", sc.GroupedQueryAttention(4096, 32, 8, is_causal=True), 32, 4096, 128 * 1024 // 2),
        ("Llama 3 70B, 320 KiB", sc.GroupedQueryAttention(8192, 64, 8, is_causal=True), 80, 8192, 320 * 1024 // 2),
        ("GPT-2", sc.TransformerEncoderLayer(768, 12, 3072, is_causal=True), 12, 768, 2 * 12 * 768),
    ],
)  # fmt: skip
def test_caches_of_published_models(model: str, layer: sc.Layer, layers: int, width: int, elements: int) -> None:
    assert per_token(layer, layers, width) == elements, model


def test_caches_of_attention_by_how_its_heads_share() -> None:
    """DeepSeek-V2, table 1: 2 n_h d_h l, 2 n_g d_h l and 2 d_h l elements a token."""
    d = dimension("d_h")
    kinds = {N: sc.MultiheadAttention(N * d, N, is_causal=True)}
    kinds |= {n: sc.GroupedQueryAttention(N * d, N, n, is_causal=True) for n in (G, Integer(1))}
    for heads, layer in kinds.items():
        net = sc.Sequential("model", sc.Input(T, N * d), sc.Repeat(layer, L))
        assert net.sampled().state_at() == 2 * heads * d * L * STEP
        assert [row.kind for row in net.sampled().held] == ["key-value cache"]


def test_the_cache_of_llama_2_13b_over_8192_steps() -> None:
    net = sc.Sequential("model", sc.Input(T, 5120), sc.Repeat(sc.MultiheadAttention(5120, 40, is_causal=True), 40))
    assert 2 * net.sampled().at(T=8192).state == 6_710_886_400


def wavenet(blocks: int, width: int, dilations: list[int]) -> sc.Network:
    x = sc.Input(T, H)
    y = x
    for dilation in dilations * blocks:
        y = sc.Add()(y, sc.Conv1d(H, H, width, padding="causal", dilation=dilation)(y))
    return sc.Network("wavenet", x, y)


@pytest.mark.parametrize(("blocks", "field"), [(1, 1024), (3, 3070)])
def test_the_queues_of_wavenet_hold_its_receptive_field_but_for_the_step_itself(blocks: int, field: int) -> None:
    net = wavenet(blocks, 2, [2**n for n in range(10)])
    assert net.sampled().state == H * (field - 1)
    assert net.sampled().depth == 2 * 10 * blocks * T and net.depth == 2 * 10 * blocks


def test_a_rerun_of_a_feed_forward_layer_is_quadratic_and_one_of_attention_cubic() -> None:
    net = sc.Sequential("model", sc.Input(T, E), sc.Attention(E, E, projections="o", is_causal=True), sc.Linear(E, E))
    kept, anew = net.sampled().macs, net.sampled(cache=False).macs
    assert expand(kept - E * T**2).coeff(T, 2) == 0 and kept.coeff(T, 2) == E
    assert anew.coeff(T, 3) == E / 3 and anew.coeff(T, 2) == E + E**2


# --- what cannot be sampled ------------------------------------------------------------------------------------------


def ahead(*layers: sc.Layer) -> sc.Network:
    return sc.Sequential("net", sc.Input(T, H), *layers)


LINEAR = {
    "channel by channel": (sc.LinearRecurrence(H, H), H, 5),  # product, bias, gate, then a h + b
    "matrices": (sc.LinearRecurrence(H, H, dense=True), H, 4),
    "by Kogge and Stone": (sc.LinearRecurrence(H, H, algorithm="kogge-stone"), H, 5),
    "by Blelloch": (sc.LinearRecurrence(H, H, algorithm="blelloch"), H, 5),
    "behind a window": (sc.QRNN(H, H, 2), 2 * H, 7),
    "repeated": (sc.Repeat(sc.LinearRecurrence(H, H), L), L * H, 5 * L),
    "within a network": (sc.Sequential("inner", sc.Input(T, H), sc.SRU(H, H, peepholes=False)), H, 8),
}


@pytest.mark.parametrize("case", LINEAR)
def test_a_step_of_a_linear_recurrence_takes_what_the_one_before_made(case: str) -> None:
    layer, kept, depth = LINEAR[case]
    net = sc.Sequential("net", sc.Input(T, H), layer)
    found = net.sampled()

    assert found.state == kept
    assert found.depth == T * found.step_depth == T * (L if case == "repeated" else 1)
    assert sc.schedule(found.network, "operation").depth == depth
    assert sc.schedule(found.network.at(H=3), "operation").depth == depth
    assert found.network.at(H=3).cost("exact") == sc.at(found.network.cost("exact"), H=3)
    assert found.macs == net.macs
    if case != "repeated":
        assert sc.schedule(sc.operation_graph(found)).depth == T * depth


def test_what_is_made_beforehand_is_no_recurrence_of_the_steps() -> None:
    memory = sc.LinearRecurrence(H, H, algorithm="kogge-stone")(said := sc.Input(T_cross, H))
    asked = sc.LinearRecurrence(H, H)(known := sc.Input(T_self, H))
    found = sc.Network("net", (said, known), sc.Attention(H, H)(asked, memory)).sampled()

    assert found.depth == sc.schedule(memory.node.operation.layer).depth.xreplace({T: T_cross}) + 2 * T_self
    assert {each.kind: count for each, count in found.held_at()}["hidden state"] == H


REFUSED: dict[str, tuple[Any, type[SymcostError], str]] = {
    "both directions": (
        lambda: ahead(sc.Linear(H, H), sc.LSTM(H, H, bidirectional=True), sc.Linear(2 * H, H)).sampled(),
        GraphError,
        r"sampling of 'net': layer 'lstm' \(LSTM\(.*bidirectional=True\)\) looks ahead: .* at its scan; .*"
        "recurrence may go forwards only",
    ),
    "attention": (
        lambda: ahead(sc.MultiheadAttention(H, 1)).sampled(), GraphError,
        "layer 'multihead_attention' .* looks ahead.*is_causal=True",
    ),
    "in a block": (
        lambda: ahead(sc.Repeat(sc.TransformerEncoderLayer(H, 1, F), L)).sampled(), GraphError,
        "layer 'repeat.repetition.transformer_encoder_layer.self_attn' .*is_causal=True",
    ),
    "repeated": (
        lambda: ahead(sc.Repeat(sc.Conv1d(H, H, 3, padding="same"), L)).sampled(), GraphError,
        "layer 'repeat.repetition.conv1d' .*padding='causal'",
    ),
    "statistics": (
        lambda: ahead(sc.InstanceNorm1d(H)).sampled(), GraphError, "'instance_norm1d'.*at its sum.*LayerNorm's",
    ),
    "repeating what is padded": (
        lambda: ahead(sc.Conv1d(H, H, 3, padding="causal", padding_mode="circular")).sampled(), GraphError,
        "layer 'conv1d' .*padding='causal'",
    ),
    "fewer steps": (
        lambda: ahead(sc.Conv1d(H, H, K)).sampled(), GraphError,
        r"an output of axes \(t=T - K \+ 1, h=H\); expected one for each of T steps",
    ),
    "other channels": (
        lambda: ahead(sc.Linear(H, V)).sampled(), ShapeError,
        r"a step makes \(V\); expected what a step takes, \(H\); add a layer",
    ),
    "other words": (
        lambda: sc.Sequential("net", sc.Input(T), sc.Embedding(V, E), sc.Linear(E, H)).sampled(), ShapeError,
        r"a step makes \(H\); expected what a step takes, one number, or scores of V words, \(V\)",
    ),
    "no steps": (
        lambda: sc.architecture("mnist").sampled(), DimensionError, "no input has a symbolic number of time steps",
    ),
    "a number of steps": (
        lambda: ahead(sc.Linear(H, H)).at(T=5).sampled("T"), DimensionError, "no input has an axis of T steps",
    ),
    "a number": (lambda: ahead(sc.Linear(H, H)).sampled(5), DimensionError, r"over=5; .*by at\(T=100\)"),
    "other steps": (
        lambda: sc.Sequential("net", sc.Input(2 * T, H, axes="t h"), sc.Linear(H, H)).sampled(T), ShapeError,
        r"an input of axes \(t=2 T, h=H\); expected one axis of T steps",
    ),
    "two sequences": (
        lambda: sc.Network("net", (a := sc.Input(dimension("T_a"), H), b := sc.Input(dimension("T_b"), H)),
                           sc.Attention(H, H, projections="q")(a, b)).sampled(),
        DimensionError, "inputs over T_a and T_b; expected one dimension of time; choose one: over=T_a",
    ),
    "a dimension called t": (
        lambda: ahead(sc.Linear(H, STEP), sc.Linear(STEP, H)).sampled(), DimensionError, "a dimension is called t",
    ),
    "a bare cost": (
        lambda: sc.Network("net", _priced()).sampled(), SymcostError, "only its cost is known|no input has",
    ),
    "a prompt": (lambda: ahead(sc.Linear(H, H)).sampled(prompt=-1), DimensionError, "the prompt is -1"),
    "step nought": (lambda: ahead(sc.Linear(H, H)).sampled().cost_at(0), DimensionError, "a step is 0"),
    "no such size": (lambda: ahead(sc.Linear(H, H)).sampled().at(X=3), DimensionError, "dimension here is called 'X'"),
}  # fmt: skip


def _priced() -> Any:
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_node("step", work=T * H, params=0, depth=1)
    return graph


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_sampled_is_said(case: str) -> None:
    sampled, kind, said = REFUSED[case]
    with pytest.raises(kind, match=said):
        sampled()


def test_a_counter_that_has_not_seen_what_is_done_before_does_not_guess() -> None:
    with pytest.raises(UnpricedError, match="what thop counts before the first step"):
        sc.architecture("translation").sampled().cost_before("thop")
    net = sc.architecture("language-model")
    assert net.sampled().cost("thop") == net.cost("thop")


def test_it_is_shown_in_short() -> None:
    net = sc.architecture("language-model")
    assert repr(net.sampled()) == "<Sampled 'Language model' over T, with caches>"
    assert repr(net.sampled(cache=False)) == "<Sampled 'Language model' over T, without caches>"
