"""The counters' rules against the counters themselves: every layer at random sizes, and whole networks."""

from __future__ import annotations

import math
import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from strategies_layers import RECIPES

import symcost as sc

torch = pytest.importorskip("torch")
with warnings.catch_warnings():  # of their own code
    warnings.simplefilter("ignore")
    for package in ("fvcore", "thop", "ptflops", "torchinfo", "deepspeed"):
        pytest.importorskip(package)

from counting import MEASURES, MODULES, WRITTEN, Written, measured, model_of  # noqa: E402 - it needs them
from test_counters import MEASURED  # noqa: E402

nn = torch.nn

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # the packages warn of their own code

COMPARED = sorted(name for name in RECIPES if name in {*MODULES, *WRITTEN, "Attention"})


def ours(layer: Any, shapes: tuple[Any, ...]) -> dict[str, Any]:
    """What our rules say of a layer on inputs of given shapes."""
    node = layer.apply([sc.Input(*shape) for shape in shapes])[0].node
    return {name: each.read(node) for name, each in sc.COUNTERS.items()}


def _is_taken(name: str, layer: Any, shapes: tuple[Any, ...]) -> bool:
    """Whether PyTorch and each counter take such shapes at all."""
    if name == "LayerNorm":  # fvcore refuses more than five axes
        return len(shapes[0]) < 5
    return name != "GroupNorm" or math.prod(shapes[0]) > layer.num_groups  # PyTorch refuses a group of one number


@pytest.mark.parametrize("name", COMPARED)
@settings(
    max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_every_layer_is_counted_as_each_counter_counts_it(name: str, data: st.DataObject) -> None:
    recipe = data.draw(RECIPES[name])
    layer, shapes = recipe.numeric()
    make = model_of(layer, shapes)
    assume(make is not None)
    assume(_is_taken(name, layer, shapes))
    assume(not getattr(layer, "is_causal", False) and getattr(layer, "window", None) is None)  # masks are no arguments
    inputs = tuple(torch.tensor(array[None], dtype=torch.float32) for array in recipe.arrays())
    theirs = measured(make, inputs)
    if name.startswith("AdaptiveAvgPool"):  # thop cuts a product of floating-point quotients off to a whole number
        assert theirs["thop"] in (ours(layer, shapes)["thop"], ours(layer, shapes)["thop"] - 1)
        theirs["thop"] = ours(layer, shapes)["thop"]
    assert ours(layer, shapes) == theirs


@pytest.mark.parametrize("name", MEASURED)
def test_the_numbers_that_the_rules_are_held_to_are_what_the_counters_say(name: str) -> None:
    layer, shapes, numbers = MEASURED[name]
    make = model_of(layer, shapes)
    assert make is not None
    assert measured(make, tuple(torch.zeros(1, *shape) for shape in shapes)) == dict(
        zip(sc.COUNTERS, numbers, strict=True)
    )


# --- whole networks: ours in dimensions, PyTorch's in numbers ---

B, T, I, H, V, E, D, F, N, X, L = (sc.dimension(name) for name in "BTIHVEDFNXL")


def _perceptron() -> Any:
    x = sc.Input(B, I)
    net = sc.Sequential("perceptron", x, sc.Linear(I, H), sc.ReLU(), sc.Linear(H, V), sc.Softmax())

    def model(B: int, I: int, H: int, V: int) -> Any:
        return nn.Sequential(nn.Linear(I, H), nn.ReLU(), nn.Linear(H, V), nn.Softmax(-1)), torch.zeros(B, I)

    return net, model, [{"B": 1, "I": 3, "H": 5, "V": 2}, {"B": 4, "I": 7, "H": 2, "V": 6}]


def _images() -> Any:
    x = sc.Input(B, X, X, I)
    layers = [
        sc.Conv2d(I, H, 3, padding=1, bias=False), sc.BatchNorm2d(H), sc.ReLU(), sc.MaxPool2d(2),
        sc.Conv2d(H, 2 * H, 3, stride=2), sc.ELU(), sc.AdaptiveAvgPool2d(1), sc.Flatten(), sc.Linear(2 * H, V),
    ]  # fmt: skip
    net = sc.Sequential("images", x, *layers)

    def model(B: int, X: int, I: int, H: int, V: int) -> Any:
        parts = [
            nn.Conv2d(I, H, 3, padding=1, bias=False), nn.BatchNorm2d(H), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(H, 2 * H, 3, stride=2), nn.ELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2 * H, V),
        ]  # fmt: skip
        return nn.Sequential(*parts), torch.zeros(B, I, X, X)

    return net, model, [{"B": 1, "X": 8, "I": 3, "H": 4, "V": 10}, {"B": 3, "X": 11, "I": 1, "H": 2, "V": 5}]


def _tagger() -> Any:
    x = sc.Input(B, T)
    layers = [sc.Embedding(V, E), sc.LSTM(E, H, 2, bidirectional=True), sc.Linear(2 * H, V), sc.LogSoftmax()]
    net = sc.Sequential("tagger", x, *layers)

    def model(B: int, T: int, V: int, E: int, H: int) -> Any:
        return Written(
            lambda x, table, lstm, out: out(lstm(table(x.long()))[0]).log_softmax(-1),
            table=nn.Embedding(V, E), lstm=nn.LSTM(E, H, 2, bidirectional=True, batch_first=True),
            out=nn.Linear(2 * H, V),
        ), torch.zeros(B, T)  # fmt: skip

    return net, model, [{"B": 1, "T": 5, "V": 11, "E": 3, "H": 4}, {"B": 2, "T": 3, "V": 7, "E": 2, "H": 5}]


def _encoder() -> Any:
    """Blocks that repeat L times, each with weights of its own."""
    x = sc.Input(B, T, D)
    block = sc.TransformerEncoderLayer(D, N, F)
    net = sc.Network("encoder", x, sc.Linear(D, V)(sc.Repeat(block, L)(x)))

    def model(B: int, T: int, D: int, N: int, F: int, V: int, L: int) -> Any:
        blocks = [nn.TransformerEncoderLayer(D, N, F, batch_first=True) for _ in range(L)]
        return nn.Sequential(*blocks, nn.Linear(D, V)), torch.zeros(B, T, D)

    small = {"B": 1, "T": 5, "D": 6, "N": 2, "F": 9, "V": 4, "L": 3}
    return net, model, [small, {"B": 3, "T": 2, "D": 4, "N": 4, "F": 5, "V": 3, "L": 1}]


def _residual() -> Any:
    """Operators beside modules, a network in a network, a layer that is used twice."""
    x = sc.Input(B, T, H)
    inner = sc.Sequential("inner", sc.Input(T, H), sc.LayerNorm(H), sc.Linear(H, H), sc.GELU())
    shared = sc.Linear(H, H)
    net = sc.Network("residual", x, shared(shared(x + inner(x)) * x))

    def model(B: int, T: int, H: int) -> Any:
        inner = nn.Sequential(nn.LayerNorm(H), nn.Linear(H, H), nn.GELU())
        return Written(
            lambda x, inner, shared: shared(shared(x + inner(x)) * x), inner=inner, shared=nn.Linear(H, H)
        ), torch.zeros(B, T, H)

    return net, model, [{"B": 1, "T": 3, "H": 4}, {"B": 2, "T": 1, "H": 5}]


NETWORKS = {make.__name__[1:]: make for make in (_perceptron, _images, _tagger, _encoder, _residual)}


@pytest.mark.parametrize("name", NETWORKS)
def test_whole_networks_are_counted_as_each_counter_counts_them(name: str) -> None:
    net, model, sizes = NETWORKS[name]()
    symbolic = {each: net.cost(each) for each in sc.COUNTERS}
    for given_sizes in sizes:
        inputs = model(**given_sizes)[1]
        theirs = measured(lambda given_sizes=given_sizes: model(**given_sizes)[0], (inputs,))
        assert {each: sc.at(cost, **given_sizes) for each, cost in symbolic.items()} == theirs
        assert {each: net.at(**given_sizes).cost(each) for each in sc.COUNTERS} == theirs


# --- what the modules of symcost.counters say of how the packages are asked ---


def test_the_flash_kernel_of_a_cpu_counts_nothing_in_flop_counter_mode_and_products_do() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    q = torch.zeros(1, 2, 7, 8)
    with FlopCounterMode(display=False) as flash:
        nn.functional.scaled_dot_product_attention(q, q, q)
    assert flash.get_total_flops() == 0
    assert MEASURES["flopcountermode"](WRITTEN["ScaledDotProductAttention"](None), (q, q, q)) == 2 * 2 * 7 * 7 * (8 + 8)


def test_without_gradients_a_block_is_one_operator_that_flop_counter_mode_does_not_know() -> None:
    from torch.utils.flop_counter import FlopCounterMode

    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        block(torch.zeros(1, 7, 8))
    assert counter.get_total_flops() == 0


def test_ptflops_divides_what_hooks_count_by_the_batch_of_inputs_by_place() -> None:
    from ptflops import get_model_complexity_info

    def asked(inputs: Any) -> int:
        return get_model_complexity_info(
            nn.Sequential(nn.Linear(3, 5)),
            (1,),
            print_per_layer_stat=False,
            as_strings=False,
            input_constructor=lambda _: inputs,
        )[0]

    x = torch.zeros(2, 3)
    assert (asked({"input": x}), asked(x)) == (40, 20)
