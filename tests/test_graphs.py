from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from strategies_layers import weights_for
from strategies_networks import Plan, build, plans
from sympy import Add

import symcost as sc
from symcost.interpret import execute

T, H, I, V, L, B = (sc.dimension(name) for name in "THIVLB")

PARTS = ("parameters", "macs", "flops", "activations", "state")


def again(net: sc.Network) -> sc.Network:
    return sc.Network("again", net.graph)


def costs(net: sc.Network) -> Any:
    return net.total, net.depth, net.width


def graph(*edges: tuple[str, str], **nodes: dict[str, Any]) -> nx.DiGraph:
    made = nx.DiGraph()
    for name, attributes in nodes.items():
        made.add_node(name, **attributes)
    made.add_edges_from(edges)
    return made


X = {"shape": (T, I)}


# --- to a graph ------------------------------------------------------------------------------------------------------


def test_the_graph_of_a_network_is_a_directed_graph_of_its_layers() -> None:
    x = sc.Input(T, I, name="words")
    net = sc.Network("tagger", x, sc.Linear(H, V)(sc.LSTM(I, H)(x), name="head"))

    assert type(net.graph) is nx.DiGraph
    assert net.graph.name == "tagger"
    assert list(net.graph.edges) == [("words", "lstm"), ("lstm", "head")]


def test_a_node_carries_its_layer_its_costs_and_its_shape() -> None:
    recurrence = sc.RNN(I, H)
    net = sc.Sequential("rnn", sc.Input(T, I), recurrence)

    assert net.graph.nodes["rnn"] == {
        "layer": recurrence,
        "operation": None,
        "shape": (T, H),
        "work": sc.Work(mac=(T * (I * H + H**2)).expand(), add=3 * T * H, tanh=T * H, dots=2 * T * H),
        "macs": (T * (I * H + H**2)).expand(),
        "flops": (2 * T * (I * H + H**2) + 4 * T * H).expand(),
        "parameters": I * H + H**2 + 2 * H,
        "activations": T * H,
        "state": H,
        "depth": T,
        "outputs": (0,),
        "parts": (0,),
    }


def test_an_input_is_a_node_that_costs_nothing() -> None:
    net = sc.Sequential("wire", sc.Input(T, I), sc.ReLU())

    node = net.graph.nodes["input"]
    assert node["shape"] == (T, I)
    assert node["layer"] is None
    assert [node[each] for each in (*PARTS, "depth")] == [0] * 6


def test_edges_carry_shapes_and_the_places_of_arguments() -> None:
    x = sc.Input(T, I)
    h = sc.Linear(I, H)(x)
    net = sc.Network("twice", x, sc.Add()(h, h))

    assert dict(net.graph.edges) == {
        ("input", "linear"): {"shape": (T, I), "arguments": (0,), "parts": (0,)},
        ("linear", "add"): {"shape": (T, H), "arguments": (0, 1), "parts": (0, 0)},
    }


@settings(max_examples=40, deadline=None, database=None)
@given(plans)
def test_nodes_add_up_to_the_totals(plan: Plan) -> None:
    net = build(plan)

    nodes = [node for _, node in net.graph.nodes(data=True)]

    for metric in PARTS:
        assert Add(*(node[metric] for node in nodes)).expand() == getattr(net, metric), metric
    for kind in sc.KINDS:
        assert Add(*(node["work"][kind] for node in nodes)).expand() == net.work[kind], kind


def test_inputs_of_one_name_are_two_nodes() -> None:
    x, y = sc.Input(T, H, name="x"), sc.Input(T, I, name="x")
    net = sc.Network("two", (x, y), (sc.Linear(H, 3)(x), sc.Linear(I, 4)(y)))

    assert len(net.graph) == 4
    assert costs(again(net)) == costs(net)


def test_a_layer_called_as_an_input_is_a_node_of_its_own() -> None:
    x = sc.Input(T, H)
    net = sc.Network("one", x, sc.Linear(H, H)(x, name="input"))

    assert len(net.graph) == 2
    assert costs(again(net)) == costs(net)


# --- and back --------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None, database=None)
@given(plans)
def test_a_network_goes_through_its_graph_unchanged(plan: Plan) -> None:
    net = build(plan)
    other = again(net)

    assert costs(other) == costs(net)
    assert other.dimensions == net.dimensions
    assert sorted(part.name for part in other.layers) == sorted(part.name for part in net.layers)


def test_the_order_of_arguments_survives_whatever_the_order_of_the_nodes() -> None:
    memory, x = sc.Input(sc.T_cross, H, name="a memory"), sc.Input(sc.T_self, I, name="x")
    layer = sc.Attention(I, H, projections="qo")
    net = sc.Network("attention", (memory, x), layer(x, memory))
    shuffled = nx.DiGraph()
    shuffled.add_nodes_from(reversed(list(net.graph.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(net.graph.edges(data=True))))

    assert sc.Network("again", shuffled).total == net.total
    assert net.macs == 2 * I * H * sc.T_self + 2 * sc.T_self * sc.T_cross * H


def test_arguments_of_plain_edges_come_in_the_order_in_which_the_edges_were_added() -> None:
    nodes = {"memory": {"shape": (sc.T_cross, H)}, "x": {"shape": (sc.T_self, I)}}
    layer = {"layer": sc.Attention(I, H, projections="qo")}
    right = graph(("x", "a"), ("memory", "a"), **nodes, a=layer)
    wrong = graph(("memory", "a"), ("x", "a"), **nodes, a=layer)

    assert sc.Network("right", right).parameters == 2 * I * H
    with pytest.raises(sc.ShapeError):
        sc.Network("wrong", wrong)


def test_a_tensor_that_is_two_arguments_of_one_layer_is_two_after_the_round_trip() -> None:
    x = sc.Input(T, H)
    h = sc.Tanh()(x)
    net = sc.Network("self", x, sc.ScaledDotProductAttention()(h, x, h))

    assert costs(again(net)) == costs(net)
    assert net.graph.edges["tanh", net.layers[-1].name]["arguments"] == (0, 2)


def test_shared_layers_are_shared_after_the_round_trip() -> None:
    layer, x = sc.Linear(H, H), sc.Input(T, H)
    block = sc.Sequential("block", sc.Input(T, H), sc.Linear(H, H))
    net = sc.Network("shared", x, block(layer(block(layer(x)))))

    assert again(net).parameters == net.parameters == 2 * (H**2 + H)
    assert again(net).macs == 4 * T * H**2


def test_operations_with_constants_go_through_a_graph() -> None:
    x = sc.Input(T, H)
    net = sc.Network("scaled", x, 2 * x / 3 - x)

    assert costs(again(net)) == costs(net)
    assert net.flops == 3 * T * H


# --- from layers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layer", [sc.RNN(I, H), sc.RNN, "RNN", sc.Sequential("r", sc.Input(T, I), sc.RNN(I, H))], ids=str
)
def test_a_layer_is_an_instance_a_class_a_name_or_a_network(layer: Any) -> None:
    net = sc.Network("rnn", graph(("x", "r"), x=X, r={"layer": layer}))

    assert costs(net) == costs(sc.Sequential("rnn", sc.Input(T, I), sc.RNN(I, H)))


def test_a_layer_of_a_graph_may_feed_several() -> None:
    net = sc.Network(
        "fork",
        graph(
            ("x", "h"), ("h", "a"), ("h", "b"), ("a", "sum"), ("b", "sum"),
            x=X, h={"layer": sc.Linear(I, H)}, a={"layer": sc.Linear(H, V)}, b={"layer": sc.RNN(H, V)},
            sum={"layer": "Add"},
        ),
    )  # fmt: skip

    assert net.parameters == (I * H + H) + (H * V + V) + (H * V + V**2 + 2 * V)
    assert net.depth == 2 + T
    assert net.work["add"] == T * H + T * V + 3 * T * V + T * V


def test_several_sources_and_sinks_are_inputs_and_outputs() -> None:
    net = sc.Network(
        "two",
        graph(
            ("x", "a"), ("y", "b"),
            x=X, y={"shape": (B, H)}, a={"layer": sc.Linear(I, 3)}, b={"layer": sc.Linear(H, 4)},
        ),
    )  # fmt: skip

    assert repr(net) == "<Network 'two': (t=T, i=I), (b=B, h=H) -> (t=T, h=3), (b=B, h=4)>"
    assert net.parameters == 3 * I + 3 + 4 * H + 4


def test_an_input_may_be_given_as_a_symbolic_tensor() -> None:
    net = sc.Network("n", graph(("x", "r"), x={"layer": sc.Input(T, I)}, r={"layer": sc.Linear(I, H)}))

    assert net.macs == T * I * H


def test_names_of_nodes_need_not_be_text() -> None:
    made = nx.DiGraph()
    made.add_node(0, shape=(T, I))
    made.add_node((1, "b"), layer=sc.Linear(I, H))
    made.add_edge(0, (1, "b"))

    assert [part.name for part in sc.Network("n", made).layers] == ["(1, 'b')"]


def test_the_callers_graph_is_left_as_it_was() -> None:
    made = graph(("x", "r"), x=X, r={"layer": "RNN"})
    before = nx.to_dict_of_dicts(made), dict(made.nodes(data=True))

    sc.Network("n", made)

    assert (nx.to_dict_of_dicts(made), dict(made.nodes(data=True))) == before


# --- from bare costs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["params", "parameters"])
@pytest.mark.parametrize(
    "work", [T * H**2, {"mac": T * H**2}, sc.Work(mac=T * H**2)], ids=["expression", "map", "Work"]
)
def test_bare_costs_are_expressions_maps_or_work(key: str, work: Any) -> None:
    net = sc.Network("bare", graph(("x", "b"), x=X, b={key: H**2, "work": work, "depth": T}))

    assert (net.parameters, net.macs, net.depth, net.width) == (H**2, T * H**2, T, H**2)


def test_bare_work_by_kind_is_priced_by_kind() -> None:
    net = sc.Network("bare", graph(b={"work": {"mac": H, "exp": T, "add": 3}, "params": 0, "depth": 1}))

    assert (net.macs, net.flops, net.cost("weighted")) == (H, 2 * H + T + 3, 2 * H + 8 * T + 3)


def test_a_graph_of_nothing_but_bare_costs_is_a_network() -> None:
    net = sc.Network(
        "bare",
        graph(
            ("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"),
            a={"params": 2, "work": T, "depth": 1}, b={"params": H, "work": T * H, "depth": T},
            c={"params": 5, "work": H, "depth": 3}, d={"params": 0, "work": 0, "depth": 1},
        ),
    )  # fmt: skip

    assert (net.parameters, net.macs) == (H + 7, T * H + T + H)
    assert net.depth == sympy.Max(T, 3) + 2
    assert net.at(T=7, H=2).depth == 9


def test_plain_sympy_symbols_are_the_dimensions_of_their_names() -> None:
    t, h = sympy.symbols("T H")
    net = sc.Network("bare", graph(("x", "b"), x=X, b={"params": h**2 + H, "work": t * H, "depth": t}))

    assert (net.parameters, net.macs, net.depth) == (H**2 + H, T * H, T)
    assert net.at(T=3, H=5).macs == 15


def test_bare_costs_are_put_at_sizes() -> None:
    net = sc.Network("bare", graph(b={"params": H**2, "work": T * H, "depth": L, "activations": T, "state": H}))
    placed = net.at(T=2, H=3, L=4)

    assert [symbol.name for symbol in net.dimensions] == ["H", "L", "T"]
    assert (placed.parameters, placed.macs, placed.depth, placed.activations, placed.state) == (9, 6, 4, 2, 3)


def test_layers_and_bare_costs_mix() -> None:
    net = sc.Network(
        "mixed",
        graph(
            ("x", "lookup"), ("lookup", "rnn"), ("rnn", "beam"),
            x=X, lookup={"params": V * I, "work": 0, "depth": 1, "shape": (T, H)}, rnn={"layer": sc.RNN(H, H)},
            beam={"params": 0, "work": T * V, "depth": T},
        ),
    )  # fmt: skip

    assert net.parameters == V * I + 2 * H**2 + 2 * H
    assert net.macs == 2 * T * H**2 + T * V
    assert net.depth == 2 * T + 1


@pytest.mark.parametrize(
    ("missing", "metrics"),
    [
        ("params", ["parameters"]),
        ("work", ["macs", "flops", "work", "width"]),
        ("depth", ["depth", "width"]),
        ("activations", ["activations"]),
        ("state", ["state"]),
    ],
)
def test_a_cost_that_is_missing_is_not_zero_but_unknown(missing: str, metrics: list[str]) -> None:
    known = {"params": 1, "work": 2, "depth": 3, "activations": 4, "state": 5}
    del known[missing]
    net = sc.Network("bare", graph(("x", "a"), x=X, a=known))

    for metric in ("parameters", "macs", "flops", "work", "width", "depth", "activations", "state"):
        if metric in metrics:
            with pytest.raises(sc.UnpricedError, match="'a'"):
                getattr(net, metric)
        else:
            getattr(net, metric)


def test_a_depth_that_is_missing_is_asked_for() -> None:
    net = sc.Network("bare", graph(("x", "a"), x=X, a={"params": 1, "work": 2}))

    with pytest.raises(sc.UnpricedError) as error:
        _ = net.depth

    assert str(error.value) == "node 'a': its depth is not known; give it depth=..."


def test_what_is_unknown_stays_unknown_through_a_graph() -> None:
    net = sc.Network("bare", graph(("x", "a"), x=X, a={"params": 3}))

    assert "work" not in net.graph.nodes["a"]
    assert "depth" not in net.graph.nodes["a"]
    assert again(net).parameters == 3
    with pytest.raises(sc.UnpricedError):
        _ = again(net).macs


def test_a_bare_node_with_a_shape_feeds_a_layer() -> None:
    lookup = {"params": V * H, "work": 0, "shape": (T, H)}
    net = sc.Network("n", graph(("x", "e"), ("e", "l"), x=X, e=lookup, l={"layer": sc.Linear(H, 3)}))

    assert net.macs == 3 * T * H


def test_numpy_integers_are_whole_numbers() -> None:
    net = sc.Network("n", graph(a={"params": np.prod((3, 4)), "work": np.int64(5)}))

    assert (net.parameters, net.macs) == (12, 5)


# --- errors ----------------------------------------------------------------------------------------------------------


def refused(kind: type[Exception], made: Any) -> str:
    with pytest.raises(kind) as error:
        sc.Network("g", made)
    return str(error.value)


def test_a_cycle_is_named_node_by_node() -> None:
    made = graph(("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), x=X)

    assert refused(sc.GraphError, made) == "graph 'g': a cycle, a -> b -> c -> a; expected none"
    assert refused(sc.GraphError, nx.DiGraph([("a", "a")])) == "graph 'g': a cycle, a -> a; expected none"


@pytest.mark.parametrize("kind", [nx.Graph, nx.MultiGraph, nx.MultiDiGraph])
def test_only_directed_simple_graphs_are_networks(kind: Any) -> None:
    assert refused(sc.GraphError, kind([("a", "b")])) == (f"graph 'g': a {kind.__name__}; expected a networkx.DiGraph")


def test_an_empty_graph_is_refused() -> None:
    assert refused(sc.GraphError, nx.DiGraph()) == "graph 'g': no nodes; expected at least one"


def test_a_layer_that_does_not_exist_suggests_the_nearest() -> None:
    assert refused(sc.UnknownName, graph(("x", "a"), x=X, a={"layer": "Lienar"})) == (
        "graph 'g': node 'a' after 'x': no layer is called 'Lienar'; did you mean 'Linear' or 'Bilinear'?"
    )


def test_an_attribute_that_is_misspelt_suggests_the_nearest() -> None:
    assert refused(sc.GraphError, graph(("x", "a"), x=X, a={"layr": sc.Linear(I, H)})) == (
        "graph 'g': node 'a' after 'x': the attribute 'layr'; expected layer=, shape= or costs; did you mean 'layer'?"
    )


@pytest.mark.parametrize("wrong", [3, sc.Input, object, [sc.ReLU()]])
def test_what_is_no_layer_is_refused(wrong: Any) -> None:
    assert refused(sc.GraphError, graph(("x", "a"), x=X, a={"layer": wrong})) == (
        f"graph 'g': node 'a' after 'x': layer={wrong!r}; expected a layer, a network or the name of a layer"
    )


def test_a_layer_without_an_input_is_refused() -> None:
    assert refused(sc.GraphError, graph(a={"layer": sc.Linear(I, H)})) == (
        "graph 'g': node 'a': no node leads to this layer; expected an input, a node with shape=(T, I) or the like"
    )


def test_a_shape_in_the_middle_of_a_graph_is_refused() -> None:
    assert refused(sc.GraphError, graph(("x", "a"), x=X, a={"shape": (T, H)})) == (
        "graph 'g': node 'a' after 'x': a shape alone, and nodes that lead to it; expected an input, to which none lead"
    )


@pytest.mark.parametrize("shape", [5, "TI", T])
def test_a_shape_is_a_tuple_of_sizes(shape: Any) -> None:
    assert refused(sc.DimensionError, graph(x={"shape": shape})) == (
        f"graph 'g': node 'x': shape={shape!r}; expected a tuple of sizes such as (T, I)"
    )


def test_shapes_that_do_not_fit_name_the_nodes() -> None:
    made = graph(("x", "a"), ("a", "b"), x=X, a={"layer": sc.Linear(I, 3)}, b={"layer": sc.Linear(4, 5)})

    assert refused(sc.ShapeError, made) == (
        "graph 'g': node 'b' after 'a': 'b': Linear(in_features=4, out_features=5) on a (t=T, h=3): "
        "axis i=3; expected in_features=4"
    )


def test_a_bare_node_without_a_shape_cannot_feed_a_layer() -> None:
    made = graph(("x", "a"), ("a", "b"), x=X, a={"params": 3}, b={"layer": sc.Linear(4, 5)})

    assert refused(sc.GraphError, made) == (
        "graph 'g': node 'b' after 'a': 'a' hands out a tensor of unknown shape; expected its shape; "
        "give that node shape=..."
    )


@pytest.mark.parametrize("key", ["params", "parameters", "work", "depth", "activations", "state"])
@pytest.mark.parametrize("wrong", [1.5, "T*H", True, -1, sympy.Float(2), sympy.oo, sympy.nan], ids=str)
def test_costs_are_whole_numbers_or_expressions(key: str, wrong: Any) -> None:
    assert refused(sc.DimensionError, graph(("x", "a"), x=X, a={key: wrong})) == (
        f"graph 'g': node 'a' after 'x': {key}={wrong!r}; expected a whole number or a sympy expression; "
        "text goes through symcost.read"
    )


def test_kinds_of_work_that_do_not_exist_suggest_the_nearest() -> None:
    assert refused(sc.UnknownName, graph(a={"work": {"mca": 3}})) == (
        "graph 'g': node 'a': no kind of operation is called 'mca'; did you mean 'mac'?"
    )
    assert "mac=1.5; expected a whole number" in refused(sc.DimensionError, graph(a={"work": {"mac": 1.5}}))


def test_a_layer_of_several_outputs_hands_on_its_first_unless_parts_says_which() -> None:
    x = sc.Input(T, I)
    fork = sc.Network("fork", x, (sc.Linear(I, H)(x), sc.Linear(I, V)(x)))
    first = graph(("x", "a"), ("a", "b"), x=X, a={"layer": fork}, b={"layer": sc.ReLU()})
    assert sc.Network("first", first).outputs[0].shape == (T, H)

    first.edges["a", "b"].update(arguments=(0,), parts=(1,))
    assert sc.Network("second", first).outputs[0].shape == (T, V)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((2,), "graph 'g': node 'b': output 2 of node 'a'; expected 0 to 0"),
        ((-1,), "graph 'g': node 'b': output -1 of node 'a'; expected 0 to 0"),
        (("h",), "graph 'g': node 'b': output 'h' of node 'a'; expected 0 to 0"),
        ((0, 1), "graph 'g': node 'b': parts=(0, 1); expected which output it is, 1 times"),
        (1, "graph 'g': node 'b': parts=1; expected which output it is, 1 times"),
    ],
)
def test_a_part_that_no_output_is_is_refused(parts: Any, told: str) -> None:
    wrong = graph(("x", "a"), ("a", "b"), x=X, a={"layer": sc.ReLU()}, b={"layer": sc.ReLU()})
    wrong.edges["a", "b"]["parts"] = parts
    assert refused(sc.GraphError, wrong) == told

    wrong = graph(("x", "b"), x=X, b={"layer": sc.ReLU(), "outputs": (0,), "parts": parts})
    assert refused(sc.GraphError, wrong) == told.replace("node 'a'", "node 'b'")


def test_at_the_end_a_layer_of_several_outputs_hands_out_all() -> None:
    states = {"x": {"shape": (I,)}, "h": {"shape": (H,)}, "c": {"shape": (H,)}}
    net = sc.Network("cell", graph(*((name, "a") for name in states), **states, a={"layer": sc.LSTMCell(I, H)}))

    assert [tensor.shape for tensor in net.outputs] == [(H,), (H,)]


def test_which_of_several_outputs_goes_where_is_kept() -> None:
    x, h, c = sc.Input(I, name="x"), sc.Input(H, name="h"), sc.Input(H, name="c")
    cell = sc.LSTMCell(I, H)
    one = cell(x, h, c)
    two = sc.LSTMCell(H, V)(one[1], sc.Linear(H, V)(one[0]), sc.Linear(H, V)(one[1]))
    net = sc.Network("two cells", (x, h, c), (two[1], one[0], two[0]))
    other = again(net)

    assert other.total == net.total
    assert [tensor.shape for tensor in other.outputs] == [(V,), (H,), (V,)]
    inputs = [np.random.default_rng(n).normal(size=3) for n in range(3)]
    weights = weights_for(net.at(I=3, H=3, V=3), ((3,),) * 3)
    made = execute(net.at(I=3, H=3, V=3), *inputs, weights=weights)
    assert np.array_equal(made, execute(other.at(I=3, H=3, V=3), *inputs, weights=weights))


def test_outputs_keep_their_order_and_may_feed_other_layers() -> None:
    x = sc.Input(T, I)
    hidden = sc.Linear(I, H)(x)
    out = sc.Linear(H, V)(hidden)
    net = sc.Network("two", x, (out, hidden, out))

    again = sc.Network("again", net.graph)
    assert [tensor.shape for tensor in again.outputs] == [(T, V), (T, H), (T, V)]


def test_a_misspelt_cost_beside_a_right_one_is_refused() -> None:
    graph = nx.DiGraph()
    graph.add_node("a", params=H, wrok=T)

    with pytest.raises(sc.GraphError, match=r"the attribute 'wrok'.*did you mean 'work'"):
        sc.Network("g", graph)


def test_attributes_of_other_tools_are_left_alone() -> None:
    graph = nx.DiGraph()
    graph.add_node("a", params=H, work=T, depth=1, color="red", pos=(0, 1))

    assert sc.Network("g", graph).parameters == H
