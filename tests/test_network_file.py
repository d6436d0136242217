"""Networks from TOML: what may stand in a file, and what is said of what may not."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symcost as sc
from symcost.errors import SymcostError, UnknownName
from symcost.importers.network_file import KEYS, network_from
from symcost.importers.sections import Section

T, H, I, V, K = sc.T, sc.H, sc.I, sc.V, sc.K


def find(name):
    if name not in sc.ARCHITECTURES:
        raise UnknownName(f"no network is called {name!r}")
    return sc.architecture(name)


def network(text):
    return network_from(Section("net.toml", tomllib.loads(text)).only(*KEYS), find)


CHAIN = 'input = ["T", "I"]\n'


# --- good files ---


def test_layers_without_edges_are_a_chain():
    net = network(CHAIN + '[[layers]]\nlayer = "LSTM"\n[[layers]]\nlayer = "Tanh"\n[[layers]]\nlayer = "Softmax"\n')
    assert [part.name for part in net.layers] == ["lstm", "tanh", "softmax"]
    assert net.macs == sc.read("4*T*(H*I + H**2)")
    assert net.depth == T + 2


def test_a_network_has_the_name_that_the_file_gives_or_a_usual_one():
    assert network('name = "tagger"\n' + CHAIN + '[[layers]]\nlayer = "ReLU"').name == "tagger"
    assert network(CHAIN + '[[layers]]\nlayer = "ReLU"').name == "network"
    section = Section("net.toml", {"input": ["T"], "layers": [{"layer": "ReLU"}]})
    assert network_from(section, find, "stem").name == "stem"


def test_arguments_may_be_keywords_or_stand_in_order():
    keywords = '[[layers]]\nlayer = "Linear"\nin_features = "I"\nout_features = 10\nbias = false'
    ordered = '[[layers]]\nlayer = "Linear"\nargs = ["I", 10, false]'
    both = '[[layers]]\nlayer = "Linear"\nargs = ["I"]\nout_features = 10\nbias = false'
    assert [network(CHAIN + each).parameters for each in (keywords, ordered, both)] == [10 * I] * 3


def test_an_argument_may_be_a_formula():
    net = network(CHAIN + '[[layers]]\nlayer = "Linear"\nout_features = "4*H + ceil(V/2)"\nbias = false')
    assert net.parameters == sc.read("I*(4*H + ceil(V/2))")


def test_padding_may_be_a_word_a_number_or_a_formula():
    def length(padding):
        layer = f'[[layers]]\nlayer = "Conv1d"\nkernel_size = 3\npadding = {padding}'
        return network(CHAIN + layer).outputs[0].shape[0]

    assert [length(each) for each in ('"same"', '"causal"', '"valid"', "0", "2", '"K"')] == [
        T, T, T - 2, T - 2, T + 2, T + 2 * K - 2,
    ]  # fmt: skip


def test_a_list_is_a_pair():
    net = network(
        'input = [28, 28, 1]\n[[layers]]\nlayer = "Conv2d"\nin_channels = 1\nout_channels = "H"\n'
        'kernel_size = [5, "K"]\nstride = [2, 1]\npadding = [2, 0]'
    )
    assert net.outputs[0].shape == (14, 29 - K, H)
    assert net.parameters == 5 * H * K + H


def test_booleans_and_words_are_arguments():
    net = network(CHAIN + '[[layers]]\nlayer = "RNN"\nbidirectional = true\nnonlinearity = "relu"\nbias = false')
    assert net.parameters == sc.read("2*(I*H + H**2)")
    assert "compare" in net.work
    assert "tanh" not in net.work


def test_numbers_that_are_no_sizes_are_arguments():
    net = network(
        CHAIN + '[[layers]]\nlayer = "LeakyReLU"\nnegative_slope = 0.2\n[[layers]]\nlayer = "Softmax"\ndim = 0'
    )
    assert net.work["div"] == T * I


def test_nodes_may_have_names_and_edges():
    net = network("""
        input = ["T", "H"]
        edges = [["input", "up"], ["up", "down"], ["down", "sum"], ["input", "sum"]]
        [[layers]]
        name = "up"
        layer = "Linear"
        args = ["H", "F"]
        [[layers]]
        name = "down"
        layer = "Linear"
        args = ["F", "H"]
        [[layers]]
        name = "sum"
        layer = "Add"
    """)
    assert [part.name for part in net.layers] == ["up", "down", "sum"]
    assert net.work["add"] == sc.read("T*F + 2*T*H")


@pytest.mark.parametrize(("edges", "asks"), [(("a", "b"), "T_self"), (("b", "a"), "T_cross")])
def test_edges_into_a_layer_are_its_arguments_in_their_order(edges, asks):
    first, second = edges
    net = network(f"""
        edges = [["{first}", "attention"], ["{second}", "attention"]]
        [inputs]
        a = ["T_self", "H"]
        b = ["T_cross", "H"]
        [[layers]]
        name = "attention"
        layer = "Attention"
        args = ["H"]
    """)
    assert net.outputs[0].shape == (sc.read(asks), H)


def test_nodes_without_names_are_numbered():
    net = network(
        CHAIN + '[[layers]]\nlayer = "ReLU"\n[[layers]]\nlayer = "ReLU"\n[[layers]]\nname = "relu_3"\nlayer="ReLU"'
    )
    assert [part.name for part in net.layers] == ["relu", "relu_2", "relu_3"]


def test_a_node_may_be_a_network():
    net = network('input = ["T", "I"]\n[[layers]]\nnetwork = "rnn"\n[[layers]]\nlayer = "Linear"\nargs = ["H", "V"]')
    assert net.macs == sc.read("T*(H*I + H**2) + T*H*V")
    assert [part.name for part in net.layers] == ["RNN.rnn", "linear"]


def test_a_network_twice_has_weights_twice():
    net = network('input = [784]\n[[layers]]\nnetwork = "dnn-autoencoder"\n[[layers]]\nnetwork = "dnn-autoencoder"')
    assert net.parameters == 2 * 531_884


def test_a_layer_may_be_repeated():
    net = network('input = ["T", "H"]\n[[layers]]\nlayer = "Linear"\nargs = ["H", "H"]\nrepeat = "L"')
    assert net.parameters == sc.read("L*(H**2 + H)")
    assert net.depth == sc.L


def test_a_network_may_be_repeated():
    net = network('input = [784]\n[[layers]]\nnetwork = "dnn-autoencoder"\nrepeat = 3')
    assert net.parameters == 3 * 531_884


def test_a_node_may_be_bare_costs():
    net = network("""
        [[layers]]
        parameters = "H*I"
        work = "T*H*I"
        depth = 2
        activations = 7
        state = 0
        [[layers]]
        name = "rest"
        parameters = 3
        work = { exp = "T", mac = 1 }
        depth = "log2(T)"
        activations = 0
        state = "H"
    """)
    assert (net.parameters, net.activations, net.state) == (H * I + 3, 7, H)
    assert dict(net.work) == {"mac": T * H * I + 1, "exp": T}
    assert net.depth == sc.read("log2(T) + 2")
    assert [part.name for part in net.layers] == ["node", "rest"]


def test_bare_costs_with_a_shape_may_be_followed_by_a_layer():
    net = network('[[layers]]\nwork = "T"\nshape = ["T", "I"]\n[[layers]]\nlayer = "Linear"\nargs = ["I", "H"]')
    assert net.macs == T + T * H * I


def test_what_is_left_out_of_bare_costs_is_unknown():
    assert network('[[layers]]\nname = "a"\nwork = "T"').total.unknown("parameters") == ["a"]


def test_every_layer_of_the_catalogue_may_stand_in_a_file():
    for name, kind in sc.CATALOGUE.items():
        if not kind.__module__.startswith("symcost.layers.") or name in ("Repeat", "EveryPrefix"):
            continue  # they take layers
        shapes = [[sc.text(size) for size in tensor.shape] for tensor in kind.example().example_inputs()]
        entries = {
            "inputs": {f"x{n}": shape for n, shape in enumerate(shapes)},
            "edges": [[f"x{n}", "layer"] for n in range(len(shapes))],
            "layers": [{"name": "layer", "layer": name}],
        }
        net = network_from(Section("net.toml", entries), find)
        assert net.total.work == kind.example().cost().work
        assert net.parameters == kind.example().cost().parameters


# --- bad files ---

RELU = '[[layers]]\nlayer = "ReLU"\n'
LINEAR = CHAIN + '[[layers]]\nlayer = "Linear"\n'
KINDS = "add, compare, div, erf, exp, log, mac, mul, sigmoid, sqrt, tanh"

BAD = {
    "an unknown key": (
        "inptu = 1",
        "net.toml: the key 'inptu'; expected a known one; did you mean 'input' or 'inputs'?",
    ),
    "an unknown key of a layer": (
        LINEAR + "in_featuers = 1",
        "net.toml, layers 1: the key 'in_featuers'; expected a known one; "
        "did you mean 'in_features' or 'out_features'?",
    ),
    "an argument of another layer": (
        CHAIN + '[[layers]]\nlayer = "ReLU"\nkernel_size = 3',
        "net.toml, layers 1: the key 'kernel_size'; expected a known one; there are args, layer, name, repeat",
    ),
    "a misspelt layer": (
        CHAIN + RELU + '[[layers]]\nlayer = "Lineer"',
        "net.toml, layers 2, 'layer': no layer is called 'Lineer'; did you mean 'Linear'",
    ),
    "a layer that is no text": (CHAIN + "[[layers]]\nlayer = 3", "net.toml, layers 1, 'layer': 3; expected text"),
    "a misspelt network": (
        CHAIN + '[[layers]]\nnetwork = "rn"',
        "net.toml, layers 1, 'network': no network is called 'rn'",
    ),
    "an argument beside a network": (
        CHAIN + '[[layers]]\nnetwork = "rnn"\nargs = [1]',
        "net.toml, layers 1: the key 'args'; expected a known one; there are name, network, repeat",
    ),
    "a broken formula": (
        'input = ["T", "I+"]\n' + RELU,
        "net.toml, 'input': formula 'I+', character 3: the end; expected a number, a dimension, a function or '('",
    ),
    "a broken formula in an argument": (
        LINEAR + 'out_features = "H)"',
        "net.toml, layers 1, 'out_features': formula 'H)', character 2: ')'; expected the end or an operator",
    ),
    "a power of powers": (
        'input = ["9**9**9"]\n' + RELU,
        "net.toml, 'input': formula '9**9**9', character 2: the exponent 387420489; expected ",
    ),
    "an import": (
        "input = [\"__import__('os').system('x')\"]\n" + RELU,
        "net.toml, 'input': formula \"__import__('os').system('x')\", character 1: '_'; "
        "expected names, numbers, + - * / ** ^ ( ) and commas",
    ),
    "a call": (
        LINEAR + 'out_features = "open(H)"',
        "net.toml, layers 1, 'out_features': formula 'open(H)', character 1: no function is called 'open'; ",
    ),
    "sizes that are no list": ('input = "T"\n' + RELU, "net.toml, 'input': 'T'; expected a list"),
    "no sizes": ("input = []\n" + RELU, "net.toml, 'input': no sizes; expected a list such as [\"T\", \"I\"]"),
    "a size that is a fraction": (
        "input = [1.5]\n" + RELU,
        "net.toml, 'input': 1.5; expected a whole number or a formula in quotes",
    ),
    "a size of nothing": (
        "input = [0]\n" + RELU,
        "net.toml: graph 'network': node 'input': size 1 of an input is 0; expected a positive whole number",
    ),
    "a size below nothing": (
        LINEAR + "out_features = -3",
        "net.toml, layers 1: Linear: out_features is -3; expected a positive whole number",
    ),
    "a size that is a date": (
        "input = [2020-01-01]\n" + RELU,
        "net.toml, 'input': datetime.date(2020, 1, 1); expected a whole number or a formula in quotes",
    ),
    "no layers": (CHAIN, "net.toml: no layers; expected [[layers]], one section for each"),
    "an empty file": ("", "net.toml: no layers; expected [[layers]], one section for each"),
    "layers that are none": ("layers = 3", "net.toml, 'layers': 3; expected a list"),
    "a layer that is no section": ("layers = [3]", "net.toml, layers 1: 3; expected a section"),
    "a layer that is nothing": (
        CHAIN + '[[layers]]\nname = "x"',
        "net.toml, layers 1: neither a layer nor a network nor a cost; expected one of them",
    ),
    "an unknown cost": (
        '[[layers]]\nparamters = "H"',
        "net.toml, layers 1: the key 'paramters'; expected a known one; did you mean 'parameters'?",
    ),
    "an unknown kind of work": (
        "[[layers]]\nwork = { multiply = 1 }",
        f"net.toml, layers 1: no kind of operation is called 'multiply'; there are {KINDS}",
    ),
    "a cost that is a fraction": (
        "[[layers]]\nparameters = 0.5",
        "net.toml, layers 1, 'parameters': 0.5; expected a whole number or a formula in quotes",
    ),
    "a cost of a kind that is a list": (
        "[[layers]]\nwork = { mac = [1] }",
        "net.toml, layers 1, 'work', 'mac': [1]; expected a whole number or a formula in quotes",
    ),
    "both kinds of inputs": (
        CHAIN + RELU + "[inputs]\na = [1]",
        "net.toml: both 'input' and 'inputs'; expected one of them",
    ),
    "an input too few": (
        CHAIN + '[[layers]]\nlayer = "ScaledDotProductAttention"',
        "net.toml: graph 'network': node 'scaled_dot_product_attention' after 'input': "
        "'scaled_dot_product_attention': ScaledDotProductAttention() on input (t=T, i=I): 1 inputs; expected 3: ",
    ),
    "two inputs and no edges": (
        RELU + "[inputs]\na = [1]\nb = [2]",
        "net.toml: 2 inputs and no edges; expected edges, since this is no chain",
    ),
    "a name twice": (
        CHAIN + '[[layers]]\nname = "a"\nlayer = "ReLU"\n[[layers]]\nname = "a"\nlayer = "ReLU"',
        "net.toml, layers 2: a second node 'a'; expected names that differ",
    ),
    "the name of the input": (
        CHAIN + '[[layers]]\nname = "input"\nlayer = "ReLU"',
        "net.toml, layers 1: a second node 'input'; expected names that differ",
    ),
    "an edge to nowhere": (
        CHAIN + 'edges = [["input", "rleu"]]\n' + RELU,
        "net.toml, edge 1: no node is called 'rleu'; did you mean 'relu'?",
    ),
    "an edge from nowhere": (
        CHAIN + 'edges = [["input", "relu"], [3, "relu"]]\n' + RELU,
        "net.toml, edge 2: no node is called 3; there are input, relu",
    ),
    "an edge with three ends": (
        CHAIN + 'edges = [["input", "relu", "relu"]]\n' + RELU,
        "net.toml, edge 1: ['input', 'relu', 'relu']; expected two names, such as [\"input\", \"linear\"]",
    ),
    "an edge that is no pair": (
        CHAIN + 'edges = ["input"]\n' + RELU,
        "net.toml, edge 1: 'input'; expected two names, such as [\"input\", \"linear\"]",
    ),
    "edges that are no list": (CHAIN + "edges = 1\n" + RELU, "net.toml, 'edges': 1; expected a list"),
    "a cycle": (
        'input = ["T"]\nedges = [["input", "relu"], ["relu", "tanh"], ["tanh", "relu"]]\n'
        + RELU + '[[layers]]\nlayer = "Tanh"',
        "net.toml: graph 'network': a cycle, relu -> tanh -> relu; expected none",
    ),
    "a node that leads to itself": (
        'input = ["T"]\nedges = [["input", "relu"], ["relu", "relu"]]\n' + RELU,
        "net.toml: graph 'network': a cycle, relu -> relu; expected none",
    ),
    "a layer that nothing leads to": (
        RELU,
        "net.toml: graph 'network': node 'relu': no node leads to this layer; "
        "expected an input, a node with shape=(T, I) or the like",
    ),
    "shapes that do not fit": (
        'name = "n"\n' + LINEAR + 'args = ["I", "H"]\n[[layers]]\nlayer = "Linear"\nargs = ["I", "V"]',
        "net.toml: graph 'n': node 'linear_2' after 'linear': ",
    ),
    "a layer after costs without a shape": (
        '[[layers]]\nwork = "T"\n[[layers]]\nlayer = "ReLU"',
        "net.toml: graph 'network': node 'relu' after 'node': 'node' hands out a tensor of unknown shape; "
        "expected its shape; give that node shape=...",
    ),
    "too many arguments": (
        LINEAR + "args = [1, 2, true, 4]",
        "net.toml, layers 1, 'args': 4 arguments; expected at most 3: in_features, out_features, bias",
    ),
    "an argument twice": (
        LINEAR + "args = [1]\nin_features = 1",
        "net.toml, layers 1: 'in_features' is among the args already; expected it once",
    ),
    "arguments that are no list": (LINEAR + "args = 1", "net.toml, layers 1, 'args': 1; expected a list"),
    "a flag that is a number": (LINEAR + "bias = 1", "net.toml, layers 1, 'bias': 1; expected a value such as True"),
    "a flag that is a word": (
        LINEAR + 'bias = "no"',
        "net.toml, layers 1, 'bias': 'no'; expected a value such as True",
    ),
    "a size that is a flag": (
        LINEAR + "in_features = true",
        "net.toml, layers 1, 'in_features': True; expected a whole number or a formula in quotes",
    ),
    "a size that is a section": (
        LINEAR + "in_features = { a = 1 }",
        "net.toml, layers 1, 'in_features': {'a': 1}; expected a whole number or a formula in quotes",
    ),
    "a size that is a list": (
        LINEAR + "in_features = [1, 2]",
        "net.toml, layers 1: Linear: in_features is (1, 2); "
        "expected a positive whole number, a dimension or an expression of them",
    ),
    "a number that is a word": (
        CHAIN + '[[layers]]\nlayer = "Softmax"\ndim = "t"',
        "net.toml, layers 1, 'dim': 't'; expected a value such as -1",
    ),
    "a number of too many digits": (
        CHAIN + f'[[layers]]\nlayer = "Softmax"\ndim = {10**40}',
        "net.toml, layers 1, 'dim': a number of too many digits; expected at most 40",
    ),
    "a misspelt padding": (
        CHAIN + '[[layers]]\nlayer = "Conv1d"\npadding = "smae"',
        "net.toml, layers 1, 'padding': 'smae'; expected a size or a word; did you mean 'same'?",
    ),
    "a pair that is none": (
        'input = ["X", "Y", "I"]\n[[layers]]\nlayer = "Conv2d"\nkernel_size = [3]',
        "net.toml, layers 1: Conv2d: kernel_size has 1 numbers; expected 2",
    ),
    "heads that do not divide": (
        CHAIN + '[[layers]]\nlayer = "MultiheadAttention"\nargs = [512, 6]',
        "net.toml, layers 1: MultiheadAttention: embed_dim=512, num_heads=6; expected num_heads that divide embed_dim",
    ),
    "a repetition of no size": (
        LINEAR + "repeat = 0",
        "net.toml, layers 1: Repeat: count is 0; expected a positive whole number",
    ),
    "a repetition that is no size": (
        LINEAR + "repeat = 0.5",
        "net.toml, layers 1, 'repeat': 0.5; expected a whole number or a formula in quotes",
    ),
    "a name that is no text": (CHAIN + RELU + "name = 3", "net.toml, layers 1, 'name': 3; expected text"),
    "a name of the network that is no text": ("name = 3\n" + CHAIN + RELU, "net.toml, 'name': 3; expected text"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_with_file_and_place(text, message):
    with pytest.raises(SymcostError) as caught:
        network(text)
    assert str(caught.value).startswith(message)
    if not message.endswith((" ", "'")):
        assert str(caught.value) == message


# --- anything ---

ARGUMENTS = sorted(
    {
        name
        for kind in sc.CATALOGUE.values()
        if kind.__module__.startswith("symcost.layers.")
        for name in kind.__dataclass_fields__
    }
)
SCALARS = st.one_of(
    st.sampled_from(["T", "I", "H", "T+1", "H/2", "same", "relu", "tanh", "qo", "", "9**9**9", "-1", "0", "rnn", "x"]),
    st.integers(-3, 5), st.booleans(), st.floats(), st.text(max_size=5), st.just(10**50),
    st.dates(),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from([name for name, kind in sc.CATALOGUE.items() if kind.__module__.startswith("symcost.layers.")])
LAYERS = st.one_of(
    st.fixed_dictionaries({"layer": NAMES}, optional={"args": st.lists(VALUES, max_size=4), "repeat": VALUES}),
    st.builds(
        lambda name, given: {"layer": name} | given,
        NAMES,
        st.dictionaries(st.sampled_from(ARGUMENTS), VALUES, max_size=3),
    ),
    st.builds(
        lambda name, data: {"layer": name} | dict(zip(sc.CATALOGUE[name].__dataclass_fields__, data, strict=False)),
        NAMES,
        st.lists(SCALARS, max_size=8),
    ),
    st.dictionaries(st.sampled_from(["name", "parameters", "work", "depth", "shape", "network", "state"]), VALUES),
    VALUES,
)
ENDS = st.sampled_from(["input", "a", "b", "linear", "node", "relu"])
FILES = st.fixed_dictionaries(
    {"layers": st.lists(LAYERS, max_size=3) | VALUES},
    optional={
        "name": VALUES,
        "input": st.sampled_from([["T", "I"], ["I"], ["B", "T", "H"]]) | VALUES,
        "inputs": st.dictionaries(ENDS, VALUES, max_size=2) | VALUES,
        "edges": st.lists(st.tuples(ENDS, ENDS).map(list), max_size=4) | VALUES,
    },
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_any_file_is_a_network_or_is_refused_with_its_name(entries):
    try:
        net = network_from(Section("net.toml", entries), find)
    except SymcostError as error:
        assert str(error).startswith("net.toml")
    else:
        assert isinstance(net, sc.Network)
        assert net.layers or net.inputs


@settings(max_examples=300, deadline=None)
@given(
    st.builds(lambda name, given: given | {"layer": name}, NAMES, st.dictionaries(st.sampled_from(ARGUMENTS), SCALARS))
)
def test_any_arguments_make_a_layer_or_are_refused(layer):
    kind = sc.CATALOGUE[layer["layer"]]
    layer = {key: value for key, value in layer.items() if key == "layer" or key in kind.__dataclass_fields__}
    try:
        network_from(Section("net.toml", {"input": ["T", "I"], "layers": [layer]}), find)
    except SymcostError as error:
        assert str(error).startswith("net.toml")
