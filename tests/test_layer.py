from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from oracles import FIGURES, ORACLES, Figure, Row, catalogue
from strategies_layers import RECIPES
from sympy import Integer

import symcost as sc
from symcost import CATALOGUE, Layer, Size, dimension, read
from symcost.analysis.depth.schedule import layer_depth
from symcost.axes import Axis
from symcost.conventions import convention
from symcost.cost import Work
from symcost.errors import DimensionError, GraphError, ShapeError, UnknownName
from symcost.functional import einsum, mean, scan, sqrt, tanh, total, weight
from symcost.interpret import count, execute, weights_of
from symcost.layer import layer_named
from symcost.tensor import Input, Tensor

B, T, H, I, L, N, Z = map(dimension, ["B", "T", "H", "I", "L", "N", "Z"])

LAYERS = sorted(catalogue())
ROWS = [pytest.param(row, id=f"{name}-{row}") for name, rows in ORACLES.items() for row in rows]
# Softmax(0) counts its dimension from the front, and for GroupNorm leading axes are places unless they are a batch.
LED = [
    case
    for case in ROWS
    if case.values[0].layer != sc.Softmax(0) and not isinstance(case.values[0].layer, sc.GroupNorm)
]
NAMING = [case for case in LED if case.values[0].layer.takes != "..."]  # layers that name axes of their inputs


@pytest.fixture
def own_layers() -> Iterator[None]:
    """Layers that a test defines leave the catalogue after it."""
    before = dict(CATALOGUE)
    yield
    CATALOGUE.clear()
    CATALOGUE.update(before)


# --- the catalogue, and its tables of cases ---


@pytest.mark.parametrize("table", [ORACLES, RECIPES], ids=["oracles", "strategies"])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_of_the_catalogue_has_a_row_in_every_table(name: str, table: dict[str, Any]) -> None:
    assert name in table and table[name] != (), f"{name} lacks a row"


def test_the_tables_have_no_rows_but_those_of_the_catalogue() -> None:
    assert not {*ORACLES, *RECIPES} - set(LAYERS)


def test_the_catalogue_holds_every_layer_that_the_library_names() -> None:
    from symcost import layers

    assert sorted(layers.__all__) == LAYERS
    assert {name: getattr(sc, name) for name in LAYERS} == catalogue()


@pytest.mark.parametrize("name", LAYERS)
def test_the_first_row_of_every_layer_is_its_example(name: str) -> None:
    row = ORACLES[name][0]
    assert row.layer == catalogue()[name].example() and not row.inputs


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_says_what_it_is(name: str) -> None:
    kind = catalogue()[name]
    assert kind.__doc__ and not kind.__doc__.startswith(f"{name}(")  # dataclass writes that where nothing is said


# --- what the textbooks say ---


@pytest.mark.parametrize("row", ROWS)
def test_parameters_are_those_of_the_literature(row: Row) -> None:
    cost = row.layer.cost(*row.tensors())
    assert (cost.weights, cost.biases) == (read(row.weights), read(row.biases)), row.source


@pytest.mark.parametrize("row", ROWS)
def test_work_of_every_kind_is_that_of_the_literature(row: Row) -> None:
    work = row.layer.cost(*row.tensors()).work
    assert dict(work) == {kind: read(formula) for kind, formula in row.work.items()}, row.source
    assert work.dots == read(row.dots), row.source
    assert convention("macs").price(work) == row.macs, row.source


@pytest.mark.parametrize("figure", FIGURES, ids=repr)
def test_published_figures_come_out(figure: Figure) -> None:
    cost = figure.layer.cost(*(Input(*shape) for shape in figure.shapes))
    priced = {name: convention(name).price(cost.work) for name in ("macs", "flops")}
    found = priced | {"parameters": cost.parameters, "activations": cost.activations}
    assert found[figure.quantity] == figure.value, figure.source


# --- leading axes ---


def _behind(lead: tuple[Axis, ...], inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(Tensor((*lead, *tensor.axes)) for tensor in inputs)


def _is_led(row: Row, *names: str) -> None:
    lead = tuple(Axis(name, length) for name, length in zip(names, (B, Z), strict=False))
    times = B * Z if len(lead) == 2 else B
    once, cost = row.layer.cost(*row.tensors()), row.layer.cost(*_behind(lead, row.tensors()))
    alone = Work({kind: read(formula) for kind, formula in row.once.items()})
    assert cost.work + alone * times == once.work * times + alone
    assert (cost.weights, cost.biases) == (once.weights, once.biases)
    assert cost.activations == (once.activations * times).expand()
    assert cost.state == (once.state * times).expand()


@pytest.mark.parametrize("row", LED)
def test_leading_axes_multiply_the_work_and_leave_the_parameters(row: Row) -> None:
    _is_led(row, "b")
    _is_led(row, "b", "c")


@pytest.mark.parametrize("row", NAMING)
def test_leading_axes_may_bear_the_names_that_an_equation_uses(row: Row) -> None:
    for name in ("t", "t_self", "x", "h", "i", "e", "s", "n", "d", "c0", "k_t", "k_x", "g", "d1"):
        _is_led(row, name)


@pytest.mark.parametrize("row", LED)
def test_leading_axes_come_out_in_front_and_take_no_time(row: Row) -> None:
    plain = row.layer.equation(*row.tensors())
    behind = row.layer.equation(*_behind((Axis("b", B), Axis("c", Z)), row.tensors()))
    if row.layer != sc.Flatten():  # which makes all but the batch one
        assert [y.shape for y in behind.outputs] == [(B, Z, *y.shape) for y in plain.outputs]
    assert layer_depth(behind) == layer_depth(plain)


@pytest.mark.parametrize("name", LAYERS)
def test_no_pattern_of_the_catalogue_names_a_batch(name: str) -> None:
    kind = catalogue()[name]
    assert all(part.strip().startswith("...") for part in kind.takes.split(","))
    assert all("b" not in tensor.axes[0].name for tensor in kind.example().example_inputs())


@pytest.mark.parametrize(
    ("name", "depth"),
    {
        **dict.fromkeys(LAYERS, 1),
        **dict.fromkeys(["RNN", "LSTM", "GRU", "IIR", "EveryPrefix", "MultiscaleRNN", "SRU"], T),
        **dict.fromkeys(["LinearRecurrence", "QRNN"], T - 1),  # of which the first step is there at once
        **dict.fromkeys(
            ["Identity", "Flatten", "Concat", "Dropout", "UpsamplingNearest1d", "UpsamplingNearest2d", "PixelShuffle"],
            0,
        ),
        "Repeat": L,
        "Attention": 1,
    }.items(),
)
def test_a_layer_is_one_step_and_a_recurrence_one_for_each_in_time(name: str, depth: Any) -> None:
    assert layer_depth(catalogue()[name].example().equation()) == depth


# --- a layer as a value ---


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_frozen(name: str) -> None:
    layer = catalogue()[name].example()
    for field in dataclasses.fields(layer):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(layer, field.name, 1)


@pytest.mark.parametrize("name", LAYERS)
def test_equal_arguments_make_equal_layers_of_equal_hash_that_share_an_equation(name: str) -> None:
    one, other = catalogue()[name].example(), catalogue()[name].example()
    assert one == other and hash(one) == hash(other) and one is not other
    inputs = one.example_inputs()
    assert (one.equation(*inputs) is other.equation(*inputs)) is not one.holds_layers  # the weights of those are theirs


def test_other_arguments_make_another_layer() -> None:
    assert sc.Linear(3, 4) != sc.Linear(3, 5)
    assert sc.Linear(3, 4) != sc.Linear(3, 4, bias=False)
    assert sc.Linear(3, 4) == sc.Linear(Integer(3), np.int64(4))


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (sc.ReLU(), "ReLU()"),
        (sc.Linear(), "Linear(in_features=I, out_features=H)"),
        (sc.Linear(3, 4, False), "Linear(in_features=3, out_features=4, bias=False)"),
        (sc.LSTM(3, 4, bidirectional=True), "LSTM(input_size=3, hidden_size=4, bidirectional=True)"),
        (sc.RNN(num_layers=L), "RNN(input_size=I, hidden_size=H, num_layers=L)"),
        (sc.Conv1d(3, 4, 5, padding="same"), "Conv1d(in_channels=3, out_channels=4, kernel_size=5, padding=same)"),
        (sc.Conv1d(3, 4, 5, padding=0), "Conv1d(in_channels=3, out_channels=4, kernel_size=5)"),
        (sc.Softmax(0), "Softmax(dim=0)"),
        (sc.Repeat(sc.ReLU(), 3), "Repeat(layer=ReLU(), count=3)"),
    ],
)
def test_a_layer_is_shown_by_its_sizes_and_by_what_differs_from_the_default(layer: Layer, text: str) -> None:
    assert repr(layer) == text


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (sc.Linear(), "linear"),
        (sc.LeakyReLU(), "leaky_relu"),
        (sc.ReLU(), "relu"),
        (sc.SiLU(), "silu"),
        (sc.LSTM(), "lstm"),
        (sc.Conv2d(), "conv2d"),
        (sc.LogSoftmax(), "log_softmax"),
        (sc.MultiheadAttention(), "multihead_attention"),
        (sc.ReLU6(), "relu6"),
        (sc.ALiBi(), "alibi"),
        (sc.ScaledDotProductAttention(), "scaled_dot_product_attention"),
    ],
)
def test_a_layer_is_called_as_one_would_call_it(layer: Layer, name: str) -> None:
    assert layer.name == name


@pytest.mark.parametrize("name", LAYERS)
def test_names_of_layers_are_names_of_variables(name: str) -> None:
    told = catalogue()[name].example().name
    assert told.isidentifier() and told == told.lower()


# --- sizes ---


def test_sizes_are_converted_to_exact_expressions() -> None:
    layer = sc.Linear(3, np.int64(4))
    assert isinstance(layer.in_features, Integer) and isinstance(layer.out_features, Integer)
    assert isinstance(sc.Conv2d(3, 4, [2, 5]).kernel_size[1], Integer)
    assert sc.Conv2d(3, 4, [2, 5]) == sc.Conv2d(3, 4, (2, 5))
    assert sc.Conv2d(3, 4, 3, padding=[1, 2]) == sc.Conv2d(3, 4, 3, padding=(1, 2))


def test_sizes_are_numbers_dimensions_or_expressions() -> None:
    assert sc.Linear(3, H).cost(Input(3)).parameters == 4 * H
    assert sc.Linear(I, 4 * H).cost(Input(I)).parameters == 4 * H * I + 4 * H
    assert sc.Linear(2 * H, 4 * H + 1).cost(Input(T, H + H)).work["mac"] == 8 * H**2 * T + 2 * H * T


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "H", "3", None, Integer(0), Integer(1) / 2, -H])
def test_what_is_no_size_is_refused_by_layer_and_argument(wrong: Any) -> None:
    with pytest.raises(DimensionError, match="Linear: out_features is "):
        sc.Linear(3, wrong)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_at_sizes_is_the_same_object_each_time(name: str) -> None:
    layer = catalogue()[name].example()
    sizes = {dimension(each): Integer(6) for each in ("H", "I", "E", "K", "K_x", "K_y", "L", "D", "F")} | {
        N: Integer(2)
    }
    assert layer.at_sizes(sizes) is layer.at_sizes(dict(reversed(sizes.items())))
    assert layer.at_sizes(sizes) is not layer or not any(
        getattr(field.default, "free_symbols", None) for field in dataclasses.fields(layer)
    )


def test_a_layer_without_what_is_given_stays_the_same_object() -> None:
    for layer in (sc.Linear(3, 4), sc.Linear(3, H), sc.ReLU(), sc.Conv1d(3, 4, 5, padding="same")):
        assert layer.at_sizes({T: Integer(3)}) is layer


def test_at_sizes_reaches_every_argument() -> None:
    sizes = {H: Integer(6), I: Integer(4), N: Integer(2), L: Integer(3)}
    assert sc.LSTM(I, H, L, proj_size=N).at_sizes(sizes) == sc.LSTM(4, 6, 3, proj_size=2)
    assert sc.Conv2d(I, H, (N, 1), padding=(N, 0)).at_sizes(sizes) == sc.Conv2d(4, 6, (2, 1), padding=(2, 0))
    assert sc.Repeat(sc.Linear(H, H), L).at_sizes(sizes) == sc.Repeat(sc.Linear(6, 6), 3)


def test_a_size_that_would_be_none_is_refused_at_sizes() -> None:
    with pytest.raises(DimensionError, match="out_features is 5/2"):
        sc.Linear(I, H / 2).at_sizes({H: Integer(5)})


# --- errors name the layer, the shapes and the condition ---


@pytest.mark.parametrize(
    "call", [lambda layer, x: layer(x), lambda layer, x: layer.cost(x), lambda layer, x: layer.equation(x)]
)
def test_a_shape_that_does_not_fit_names_the_layer_the_shape_and_the_condition(call: Any) -> None:
    with pytest.raises(ShapeError) as caught:
        call(sc.Linear(3, 4), Input(T, 5))
    told = str(caught.value)
    for part in (
        "Linear(in_features=3, out_features=4)",
        "(t=T, a2=5)",
        "axis i=5; expected in_features=3",
    ):
        assert part in told


def test_an_error_says_which_layer_made_what_does_not_fit_and_what_the_node_is_called() -> None:
    with pytest.raises(ShapeError, match=r"'head': Linear\(in_features=3.*on linear \(t=T, h=7\)"):
        sc.Linear(3, 4)(sc.Linear(I, 7)(Input(T, I)), name="head")


@pytest.mark.parametrize(
    ("layer", "inputs", "told"),
    [
        (sc.Linear(3, 4), (Input(3), Input(3)), "2 inputs; expected 1: ... i"),
        (sc.Linear(3, 4), (), "0 inputs; expected 1: ... i"),
        (sc.Add(), (), "0 inputs; expected at least one"),
        (sc.Attention(3, 4), (Input(2, 3),) * 3, "3 inputs; expected 2: ... t_self i, ... t_cross m"),
        (sc.MultiheadAttention(4, 2), (Input(2, 4),) * 4, "4 inputs; expected 3"),
        (sc.LSTM(3, 4), (Input(3),), "expected axes '... t i'"),
        (sc.Conv2d(3, 4, 2), (Input(7, 3),), "expected axes '... x y i'"),
    ],
)
def test_wrong_numbers_of_inputs_and_axes_are_refused(layer: Layer, inputs: tuple[Tensor, ...], told: str) -> None:
    with pytest.raises(ShapeError) as caught:
        layer.apply(inputs)
    assert told in str(caught.value) and repr(layer) in str(caught.value)


def test_a_single_input_too_few_is_refused_where_none_may_be_left_out() -> None:
    with pytest.raises(ShapeError, match="2 inputs; expected 3"):
        sc.ScaledDotProductAttention()(Input(2, 3), Input(2, 3))


@pytest.mark.parametrize("wrong", [3, "x", [[1.0, 2.0, 3.0]], None, T])
def test_only_symbolic_tensors_go_into_a_layer(wrong: Any) -> None:
    with pytest.raises(GraphError, match=r"Linear\(.*as an input; expected a symbolic tensor such as Input"):
        sc.Linear(3, 4)(wrong)


# --- layers of one's own ---


def test_a_layer_that_is_defined_enters_the_catalogue_and_is_found_by_name(own_layers: None) -> None:
    class Doubling(Layer):
        """y = 2 x."""

        def forward(self, x: Tensor) -> Tensor:
            return 2 * x

    assert CATALOGUE["Doubling"] is Doubling is layer_named("Doubling")
    assert Doubling().cost(Input(T, H)).work == Work(mul=T * H)


def test_a_name_that_no_layer_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="no layer is called 'Linaer'; did you mean 'Linear'"):
        layer_named("Linaer")


def test_a_layer_of_ones_own_may_be_called_as_one_of_ours_which_keeps_its_name(own_layers: None) -> None:
    class Linear(Layer):
        def forward(self, x: Tensor) -> Tensor:
            return x

    assert Linear().cost(Input(T, I)).parameters == 0
    assert CATALOGUE["Linear"] is sc.Linear


def test_a_second_layer_of_ours_of_one_name_is_refused(own_layers: None) -> None:
    with pytest.raises(GraphError, match="two layers are called 'Linear'; expected names that differ"):
        type("Linear", (Layer,), {"__module__": "symcost.layers.elsewhere", "__qualname__": "Other.Linear"})

    assert CATALOGUE["Linear"] is sc.Linear


def test_a_layer_may_be_defined_again_in_its_place(own_layers: None) -> None:
    def define() -> type[Layer]:
        class Again(Layer):
            def forward(self, x: Tensor) -> Tensor:
                return x

        return Again

    first, second = define(), define()
    assert first is not second and CATALOGUE["Again"] is second


def test_a_layer_without_an_equation_is_abstract(own_layers: None) -> None:
    class Nothing(Layer):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Nothing()


SCORER = """
{future}
from symcost import Layer, Size, dimension
from symcost.functional import einsum, weight

class {name}(Layer):
    "y = W x, in pieces."
    inputs: Size = dimension("I")
    outputs: "Size | None" = None
    widths: tuple[Size, Size] = (1, 1)
    sharp: bool = True
    takes = "... i"

    def forward(self, x):
        return einsum("... i, h i -> ... h", x, weight("weight", self.outputs or 1, self.inputs))
"""


@pytest.mark.parametrize("future", ["", "from __future__ import annotations"])
def test_sizes_are_found_with_postponed_annotations_and_without(
    own_layers: None, monkeypatch: pytest.MonkeyPatch, future: str
) -> None:
    own = types.ModuleType("own")
    monkeypatch.setitem(sys.modules, "own", own)  # where dataclasses look postponed annotations up
    names = own.__dict__
    source = SCORER.format(name="Scorer", future=future)
    if not future:
        source = source.replace('"Size | None"', "Size | None")
    exec(compile(source, "own.py", "exec", dont_inherit=True), names)
    layer = names["Scorer"](5, outputs=2 * H, widths=[3, 4])
    assert [type(each) for each in (layer.inputs, *layer.widths)] == [type(Integer(5))] * 3
    assert layer.cost(Input(T, 5)).work == Work(mac=10 * T * H, dots=2 * T * H)
    assert layer.sharp is True and repr(layer) == "Scorer(inputs=5, outputs=2*H, widths=(3, 4))"
    with pytest.raises(DimensionError, match="Scorer: inputs is 'five'"):
        names["Scorer"]("five")
    assert names["Scorer"](I).at_sizes({I: Integer(7)}).inputs == 7


def _rms_norm() -> type[Any]:
    class RootNorm(Layer):
        """x / sqrt(mean of x^2 + e), times a weight for each channel (Zhang and Sennrich, 2019)."""

        channels: Size = H
        eps: float = 1e-6
        takes = "... h"

        def forward(self, x: Tensor) -> Tensor:
            root = sqrt(mean(x * x, "h", keep=True) + self.eps)
            return x / root * weight("weight", self.channels)

    return RootNorm


def test_a_layer_with_weights_of_ones_own_is_priced_from_its_equation(own_layers: None) -> None:
    cost = _rms_norm()().cost(Input(T, H))
    assert cost.parameters == cost.weights == H
    # squares and scaling; a sum and the e; the mean's division and one a channel; a root
    assert cost.work == Work(mul=2 * H * T, add=H * T, div=H * T + T, sqrt=T)


def test_a_layer_with_weights_of_ones_own_computes_what_it_says_and_counts_as_priced(own_layers: None) -> None:
    layer = _rms_norm()(4)
    x, w = np.random.default_rng(0).normal(size=(2, 3, 4)), np.array([1.0, -2.0, 0.5, 3.0])
    assert weights_of(layer, (2, 3, 4)) == {"weight": (4,)}
    expected = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * w
    made, work = count(layer, x, weights={"weight": w})
    assert np.allclose(made, expected, atol=1e-12) and np.allclose(execute(layer, x, weights={"weight": w}), expected)
    assert work == layer.cost(Input(2, 3, 4)).work == Work(mul=48, add=24, div=30, sqrt=6)


def _elman_of_layers() -> type[Any]:
    class CellOfLayers(Layer):
        """h_t = tanh(A x_t + B h_(t-1)), where A and B are layers within the loop."""

        takes = "... t i"

        def forward(self, x: Tensor) -> Tensor:
            A, B = sc.Linear(2, 3), sc.Linear(3, 3, bias=False)
            return scan(lambda x_t, h: tanh(A(x_t) + B(h)), x, over="t", carry=[Integer(3)])[0]

    return CellOfLayers


def test_layers_within_a_loop_have_one_set_of_weights_and_work_at_every_step(own_layers: None) -> None:
    layer = _elman_of_layers()()
    cost = layer.cost(Input(T, 2))
    assert (cost.weights, cost.biases, cost.state) == (15, 3, 3)
    assert cost.work == Work(mac=15 * T, add=6 * T, tanh=3 * T, dots=6 * T)
    needed = weights_of(layer, (5, 2))
    assert sorted(needed.values()) == [(3,), (3, 2), (3, 3)]
    made, work = count(layer, np.ones((5, 2)))
    assert made.shape == (5, 3) and work == layer.cost(Input(5, 2)).work


def test_a_loop_within_a_loop_keeps_the_states_of_both_and_works_as_often_as_both_say(own_layers: None) -> None:
    class OfSentences(Layer):
        """Words are read by one recurrence; what it says of each sentence is carried on by another."""

        hidden_size: Size = H

        takes = "... t s i"

        def forward(self, x: Tensor) -> Tensor:
            words = sc.GRU(x.axes[-1].size, self.hidden_size)
            return scan(lambda x_t, h: h + total(words(x_t), -2), x, over="t", carry=[self.hidden_size])[0]

    S = dimension("S")
    inner = sc.GRU(I, H).cost(Input(S, I))
    cost = OfSentences().cost(Input(T, S, I))
    assert cost.state == inner.state + H == 2 * H
    assert (cost.weights, cost.biases) == (inner.weights, inner.biases)
    assert cost.work == inner.work * T + Work(add=T * ((S - 1) * H + H))
    assert layer_depth(OfSentences().equation(Input(T, S, I))) == S  # all are read at once; sums are no layer


def _residual() -> type[Any]:
    class Residual(Layer):
        """y = x + f(x), where f is a layer that is held."""

        inner: Layer

        def forward(self, x: Tensor) -> Tensor:
            return x + self.inner(x)

    return Residual


def test_a_layer_that_holds_one_leaves_it_its_weights(own_layers: None) -> None:
    Residual = _residual()
    inner = sc.Linear(4, 4)
    assert Residual(inner).holds_layers and Residual(inner).held == (inner,)
    x = Input(4)
    shared = sc.Network("shared", x, Residual(inner)(Residual(inner)(x)))
    apart = sc.Network("apart", x, Residual(sc.Linear(4, 4))(Residual(sc.Linear(4, 4))(x)))
    assert (shared.parameters, apart.parameters) == (20, 40)
    assert shared.work == apart.work == Work(mac=32, add=16, dots=8)
    for network in (shared, apart):
        assert sum(int(np.prod(shape)) for shape in weights_of(network, (4,)).values()) == network.parameters


def test_a_layer_at_sizes_keeps_what_it_shares_shared(own_layers: None) -> None:
    Residual = _residual()
    inner = sc.Linear(H, H)
    x = Input(H)
    net = sc.Network("shared", x, Residual(inner)(Residual(inner)(x)))
    assert net.at(H=4).parameters == 20 == sum(int(np.prod(s)) for s in weights_of(net.at(H=4), (4,)).values())


def test_an_equation_that_mixes_up_its_axes_says_where(own_layers: None) -> None:
    class Crossed(Layer):
        takes = "... t i"

        def forward(self, x: Tensor) -> Tensor:
            return einsum("... t i, h t -> ... h", x, weight("weight", 2, 3))

    with pytest.raises(ShapeError, match=r"Crossed\(\) on input .*einsum '... t i, h t -> ... h': axis 't' is 5"):
        Crossed()(Input(5, 7))


def test_layers_of_the_catalogue_take_the_arguments_of_pytorch_in_its_order() -> None:
    signatures = {
        "Linear": ["in_features", "out_features", "bias"],
        "Conv1d": ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"],
        "Conv2d": ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"],
        "RNN": ["input_size", "hidden_size", "num_layers", "nonlinearity", "bias"],
        "LSTM": ["input_size", "hidden_size", "num_layers", "bias"],
        "GRU": ["input_size", "hidden_size", "num_layers", "bias"],
        "MultiheadAttention": ["embed_dim", "num_heads"],
        "LeakyReLU": ["negative_slope"],
        "Flatten": ["start_dim", "end_dim"],
        "Conv3d": ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"],
        "ConvTranspose1d": [
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "output_padding",
            "groups",
        ],
        "ConvTranspose2d": [
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "output_padding",
            "groups",
        ],
        "MaxPool2d": ["kernel_size", "stride", "padding", "dilation"],
        "AvgPool2d": ["kernel_size", "stride", "padding"],
        "AdaptiveAvgPool2d": ["output_size"],
        "Embedding": ["num_embeddings", "embedding_dim"],
        "LayerNorm": ["normalized_shape", "eps", "elementwise_affine", "bias"],
        "RMSNorm": ["normalized_shape", "eps", "elementwise_affine"],
        "BatchNorm2d": ["num_features", "eps", "momentum", "affine"],
        "GroupNorm": ["num_groups", "num_channels", "eps", "affine"],
        "InstanceNorm2d": ["num_features", "eps", "momentum", "affine"],
        "Dropout": ["p"],
        "TransformerEncoderLayer": ["d_model", "nhead", "dim_feedforward", "dropout", "activation", "layer_norm_eps"],
        "TransformerDecoderLayer": ["d_model", "nhead", "dim_feedforward", "dropout", "activation", "layer_norm_eps"],
    }
    for name, expected in signatures.items():
        assert list(inspect.signature(catalogue()[name]).parameters)[: len(expected)] == expected


# --- what a review found ---


def test_a_dimension_that_is_neither_an_argument_nor_in_the_inputs_is_refused(own_layers: None) -> None:
    class Hidden(Layer):
        takes = "... i"

        def forward(self, x: Tensor) -> Tensor:
            return einsum("... i, k i -> ... k", x, weight("weight", dimension("K"), I))

    with pytest.raises(ShapeError, match="forward uses K; expected dimensions of arguments and inputs"):
        Hidden()(Input(T, I))


def test_a_layer_that_holds_a_network_leaves_it_its_weights(own_layers: None) -> None:
    class Twice(Layer):
        inner: Any

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(self.inner(x))

    inner = sc.Sequential("inner", Input(T, H), sc.Linear(H, H))
    x = Input(T, H)
    net = sc.Network("outer", x, Twice(inner)(inner(x)))

    assert net.parameters == H**2 + H


@pytest.mark.parametrize("wrong", [None, "a", [1, 2], True])
def test_what_is_no_number_is_no_constant(wrong: Any) -> None:
    with pytest.raises(DimensionError, match="expected a tensor, a number or an expression"):
        Input(T, I) + wrong


def test_a_forward_that_hands_out_nothing_is_refused(own_layers: None) -> None:
    class Nothing(Layer):
        def forward(self, x: Tensor) -> Tensor:
            return None  # type: ignore[return-value]

    with pytest.raises(GraphError, match="expected a tensor, or a tuple of them"):
        Nothing()(Input(T, I))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"bias": "no"}, "Linear: bias is 'no'; expected a value such as True"),
        ({"bias": 1}, "Linear: bias is 1; expected a value such as True"),
    ],
)
def test_an_argument_of_another_kind_is_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ShapeError) as caught:
        sc.Linear(2, 3, **arguments)
    assert str(caught.value) == said


PYTORCHS_ORDER = {   # the signatures of torch.nn, as far as they reach
    "RNN": "input_size hidden_size num_layers nonlinearity bias batch_first dropout bidirectional",
    "LSTM": "input_size hidden_size num_layers bias batch_first dropout bidirectional proj_size",
    "GRU": "input_size hidden_size num_layers bias batch_first dropout bidirectional",
    "MultiheadAttention": "embed_dim num_heads dropout bias add_bias_kv add_zero_attn kdim vdim",
    "TransformerEncoderLayer":
        "d_model nhead dim_feedforward dropout activation layer_norm_eps batch_first norm_first bias",
    "TransformerDecoderLayer":
        "d_model nhead dim_feedforward dropout activation layer_norm_eps batch_first norm_first bias",
    "Conv2d": "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode",
    "ConvTranspose2d": "in_channels out_channels kernel_size stride padding output_padding groups bias dilation",
    "UpsamplingNearest2d": "size scale_factor",
    "LayerNorm": "normalized_shape eps elementwise_affine bias",
    "GroupNorm": "num_groups num_channels eps affine",
    "MaxPool2d": "kernel_size stride padding dilation",
    "Linear": "in_features out_features bias",
    "Bilinear": "in1_features in2_features out_features bias",
    "RNNCell": "input_size hidden_size bias nonlinearity",
    "LSTMCell": "input_size hidden_size bias",
    "GRUCell": "input_size hidden_size bias",
    "Hardtanh": "min_val max_val",
    "PReLU": "num_parameters init",
    "LocalResponseNorm": "size alpha beta k",
    "InstanceNorm3d": "num_features eps momentum affine",
}  # fmt: skip


@pytest.mark.parametrize("name", PYTORCHS_ORDER)
def test_arguments_come_in_pytorchs_order_and_those_of_our_own_last(name: str) -> None:
    fields = [field.name for field in dataclasses.fields(getattr(sc, name))]

    assert fields[: len(PYTORCHS_ORDER[name].split())] == PYTORCHS_ORDER[name].split()
