"""Drawings: what they show of a network."""

from __future__ import annotations

import re
from typing import Any

import drawings
import networkx as nx
import pytest
from click.testing import CliRunner
from sympy import Max, Rational

import symcost as sc
from symcost.cli import cli
from symcost.drawing import wording
from symcost.drawing.description import Critical, Edge, Kind, Node, Picture

T, H, I, V, L = (sc.dimension(name) for name in "THIVL")
ENDS = (Kind.INPUT, Kind.OUTPUT, Kind.PORT)


def layers(picture: Picture) -> list[Node]:
    return [node for node in picture.every_node() if node.kind not in ENDS]


def node(drawing: sc.Drawing, *key: str) -> Node:
    (found,) = (each for each in drawing.picture.every_node() if each.key == key)
    return found


def loops(drawing: sc.Drawing) -> list[Edge]:
    return [edge for edge in drawing.picture.every_edge() if edge.delays]


# --- what is there ---------------------------------------------------------------------------------------------------


def test_of_every_named_network_each_layer_is_there_once_and_each_edge_with_its_shape() -> None:
    for name in sc.ARCHITECTURES:
        net = sc.architecture(name)
        _check_shown(net.graph, sc.draw(net).picture)


@pytest.mark.slow
def test_of_every_layer_too() -> None:
    for name, net in drawings.named_networks().items():
        _check_shown(net.graph, drawings.folded()[name].picture)


def _check_shown(graph: nx.DiGraph, picture: Picture) -> None:
    given = {label: (place,) for place, label in enumerate(label for label in graph if graph.nodes[label].get("input"))}
    keys: dict[str, Any] = {label: given.get(label, (label,)) for label in graph}
    assert [each.key for each in picture.nodes if each.kind is not Kind.OUTPUT] == list(keys.values())
    drawn = [(edge.start, edge.end) for edge in picture.edges if not edge.delays and edge.end[0] not in (-1, -2, -3)]
    assert set(drawn) == {(keys[one], keys[other]) for one, other in graph.edges}
    shapes = {(edge.start, edge.end): edge.shape for edge in reversed(picture.edges) if not edge.delays}
    for one, other, carried in graph.edges(data=True):
        assert shapes[keys[one], keys[other]] == carried["shape"]
    handed = {(keys[label], -1 - place) for label in graph for place in graph.nodes[label].get("outputs", ())}
    assert handed == {(edge.start, edge.end[0]) for edge in picture.edges if edge.end[0] in (-1, -2, -3)}


@pytest.mark.parametrize("name", ["outer", "transformer", "skipping", "sampling", "translation"])
def test_opened_every_layer_is_there_once(name: str) -> None:
    net = drawings.nested_networks()[name]
    drawn = layers(sc.draw(net, expand=9).picture)
    assert len({each.key for each in drawn}) == len(drawn)
    shown = {".".join(str(part) for part in each.key if part != "repetition"): each.name for each in drawn}
    for part in net.layers:
        around, _, last = part.name.rpartition(".")
        kind = type(getattr(part.node.operation, "layer", None)).__name__
        assert part.name in shown or shown[around] == kind, last  # a repetition is drawn as what it repeats


def test_levels_open_one_after_the_other() -> None:
    net = drawings.nested_networks()["outer"]
    counts = [len(layers(sc.draw(net, expand=level).picture)) for level in range(4)]
    assert counts == sorted(counts)
    assert counts[0] == 3 < counts[1] < counts[2] == counts[3]
    assert {each.key[0] for each in sc.draw(net).picture.nodes if each.kind is Kind.NESTED} == {"middle", "middle_2"}


def test_a_repetition_says_how_often() -> None:
    net = drawings.nested_networks()["transformer"]
    assert (node(sc.draw(net), "repeat").name, node(sc.draw(net), "repeat").times) == ("TransformerEncoderLayer", L)
    inside = node(sc.draw(net, expand=1), "repeat").inside
    assert inside
    assert [each.name for each in inside.nodes if each.kind not in ENDS] == [
        "self_attn", "add", "norm1", "linear1", "ReLU", "linear2", "add", "norm2",
    ]  # fmt: skip


def test_every_edge_leads_from_something_drawn_to_something_drawn() -> None:
    for drawing in drawings.some().values():
        keys = {each.key for each in drawing.picture.every_node()}
        for edge in drawing.picture.every_edge():
            assert {edge.start, edge.end} <= keys


# --- what it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["macs", "flops", "thop"])
@pytest.mark.parametrize("name", ["encoder-decoder", "mnist", "cnn-autoencoder"])
def test_shares_of_the_work_add_up_to_all_of_it(name: str, by: str) -> None:
    net = sc.architecture(name)
    sizes = {symbol.name: 5 + place for place, symbol in enumerate(net.dimensions)}
    picture = sc.draw(net, at=sizes, by=by).picture
    assert sum(each.share or 0 for each in layers(picture)) == 1
    assert sum(each.cost for each in layers(picture)) == net.at(**sizes).cost(by)  # type: ignore[misc]


@pytest.mark.parametrize("name", ["outer", "transformer", "sampling", "translation"])
def test_opened_the_leaves_have_all_of_the_work(name: str) -> None:
    net = drawings.nested_networks()[name]
    leaves = [each for each in layers(sc.draw(net, expand=9, by="exact").picture) if not each.inside]
    assert sc.at(sum(each.cost for each in leaves) - net.cost("exact")) == 0  # type: ignore[misc]


def test_down_to_operations_too() -> None:
    for name in ("RNN", "LSTM", "Attention"):
        drawing = drawings.opened()[name]
        leaves = [each for each in layers(drawing.picture) if not each.inside]
        assert sc.at(sum(each.cost for each in leaves) - drawings.named_networks()[name].macs) == 0  # type: ignore[misc]


def test_a_share_that_sizes_decide_is_none() -> None:
    net = sc.architecture("language-model")
    assert {each.share for each in layers(sc.draw(net).picture) if each.cost != 0} == {None}
    first = layers(sc.draw(sc.architecture("dnn-autoencoder")).picture)[0]
    assert first.share == Rational(2352, 5304)
    assert any("when these are given" in str(note) for note in sc.draw(net).notes)


def test_what_is_not_known_is_no_zero() -> None:
    drawing = sc.draw(drawings.of_costs())
    assert [each.is_known for each in layers(drawing.picture)] == [True, False, True]
    assert {each.share for each in layers(drawing.picture)} == {None}
    assert {each.critical for each in layers(drawing.picture)} == {Critical.NO}
    assert any("critical path is not known: work of 'unknown'" in str(note) for note in drawing.notes)
    assert ">?</text>" in drawing.render("svg")


# --- loops in time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (sc.RNN(H, H), [((1,), False)]),
        (sc.RNN(H, H, bidirectional=True), [((1,), False), ((1,), True)]),
        (sc.RNN(H, H, dilation=4), [((4,), False)]),
        (sc.MultiscaleRNN(H, H, (2, 4)), [((2, 4), False)]),
        (sc.Linear(H, H), []),
    ],
)
def test_a_recurrence_is_an_edge_with_a_delay(layer: sc.Layer, expected: list[Any]) -> None:
    drawing = sc.draw(sc.Sequential("net", sc.Input(T, H), layer))
    found = [(edge.delays, edge.is_backwards) for edge in loops(drawing)]
    assert found == [(tuple(map(sc.read, map(str, delays))), backwards) for delays, backwards in expected]
    assert all(edge.start == edge.end for edge in loops(drawing))


def test_an_open_recurrence_loops_from_what_it_makes_to_what_it_carries() -> None:
    (loop,) = loops(drawings.opened()["RNN"])
    assert (loop.start, loop.end) == (("RNN", "scan", -1), ("RNN", "scan", 1)) or loop.start[-2:] == ("scan", -1)
    assert loop.delays == (1,)


def test_sampling_is_an_edge_from_the_output_to_the_input() -> None:
    net = sc.architecture("language-model")
    found = [edge for edge in loops(sc.draw(net.sampled())) if edge.start != edge.end]
    assert [(edge.start, edge.end, edge.delays, edge.critical) for edge in found] == [((-1,), (0,), (1,), Critical.YES)]
    (own,) = (edge for edge in loops(sc.draw(net.sampled())) if edge.start == edge.end)
    assert own.critical is Critical.NO  # each step of it waits for a whole step of sampling
    assert "at each step of sampling" in str(sc.draw(net.sampled()).notes)
    assert sc.draw(net.sampled().at(T=7, V=3)).picture.edges[0].shape == (7,)


# --- the critical path -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["layer", "operation"])
def test_what_is_critical_is_what_the_schedule_says(step: str) -> None:
    for name in ("language-model", "encoder-decoder", "cnn-autoencoder", "bidirectional-rnn"):
        net = sc.architecture(name)
        cases = sc.schedule(net, step).cases
        ways = [
            {
                first
                for stretch in case.schedule.critical_path
                for names in stretch.names
                for first in [names.split(".")[0]]
            }
            for case in cases
        ]
        drawn = layers(sc.draw(net, step=step).picture)
        assert {each.key[0] for each in drawn if each.critical is Critical.YES} == set.intersection(*ways)
        assert {each.key[0] for each in drawn if each.critical is not Critical.NO} == set.union(*ways)


def test_where_sizes_decide_the_path_may_be_critical() -> None:
    drawing = sc.draw(sc.architecture("encoder-decoder"))
    assert node(drawing, "encoder").critical is node(drawing, "decoder").critical is Critical.PERHAPS
    assert node(drawing, "attention").critical is Critical.YES
    assert sc.schedule(sc.architecture("encoder-decoder")).depth.atoms(Max)
    decided = sc.draw(sc.architecture("encoder-decoder"), at={"T_self": 4, "T_cross": 9})
    assert node(decided, "encoder").critical is Critical.YES
    assert node(decided, "decoder").critical is Critical.NO


def test_critical_edges_are_a_way_through_what_takes_no_step() -> None:
    drawing = sc.draw(sc.architecture("encoder-decoder"), at={"T_self": 4, "T_cross": 9})
    marked = [(edge.start[0], edge.end[0]) for edge in drawing.picture.edges if edge.critical is Critical.YES]
    assert marked == [
        ("encoder", "encoder"), ("encoder", "attention"), ("attention", "concat"), ("concat", "output")
    ]  # fmt: skip


def test_a_way_goes_into_what_is_open_and_out_of_it() -> None:
    drawing = sc.draw(drawings.nested_networks()["outer"], expand=1)
    graph = nx.DiGraph((edge.start, edge.end) for edge in drawing.picture.every_edge() if edge.critical is Critical.YES)
    assert nx.has_path(graph, ("middle", "inner"), ("layer_norm",))
    assert nx.has_path(graph, ("layer_norm",), ("middle_2", "rnn"))


# --- what cannot be drawn --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        (7, {}, "7 cannot be drawn; expected a network"),
        (sc.T, {}, "cannot be drawn"),
        ("rnn", {"expand": -1}, "expand=-1; expected a whole number from 0 on"),
        ("rnn", {"expand": True}, "expand=True"),
        ("rnn", {"unrolled": 0}, "unrolled=0; expected a whole number from 1 on"),
        ("rnn", {"unrolled": 2.5}, "unrolled=2.5"),
        ("mnist", {"unrolled": 3}, "no dimension counts time"),
        ("cnn-1d", {"unrolled": 3}, "the picture depends on K; expected its size; give sizes such as K=2"),
        ("rnn", {"unrolled": 300}, "more than 400 nodes"),
        ("rnn", {"step": "cell"}, "no step"),
        ("rnn", {"by": "mac"}, "no convention"),
        ("rnn", {"at": {"K": 3}}, "K"),
        ("language-model-sampling-uncached", {"unrolled": 3}, "run anew on every prefix"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(given: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(sc.SymcostError, match=said.replace("(", r"\(")):
        sc.draw(sc.architecture(given) if isinstance(given, str) else given, **more)


def test_a_drawing_is_the_same_each_time() -> None:
    net = drawings.nested_networks()["translation"]
    one, other = (sc.draw(net, expand=1) for _ in range(2))
    names = [name for name, each in sc.DRAWING_FORMATS.items() if not each.typeset]  # which need Typst
    assert [one.render(name) for name in names] == [other.render(name) for name in names]


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "begins"),
    [(".svg", "<svg"), (".dot", "digraph"), (".gv", "digraph"), (".mmd", "flowchart"), (".tex", "% Compiles")],
)
def test_a_file_is_drawn_as_its_ending_says(ending: str, begins: str, tmp_path: Any) -> None:
    path = tmp_path / f"net{ending}"
    run = CliRunner().invoke(cli, ["draw", "lstm", "--at", "T=10", "-o", str(path)], catch_exceptions=False)
    assert (run.exit_code, run.output) == (0, "")
    assert path.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["-o", "net.gif"],
            "-o net.gif: no format of drawings by its ending is called '.gif'; there are .dot, .gv",
        ),
        (["-f", "latex"], "no format of drawings is called 'latex'; there are dot, mermaid, pdf, png, svg, tikz"),
        (["-o", "nowhere/net.svg"], "there is no folder 'nowhere'; make it first"),
        (["--unroll", "0"], "unrolled=0"),
    ],
)
def test_the_verb_refuses_in_a_line(arguments: list[str], said: str) -> None:
    with pytest.raises(sc.SymcostError) as refused:
        CliRunner().invoke(cli, ["draw", "lstm", *arguments], catch_exceptions=False)
    assert said in str(refused.value)


def test_the_verb_draws_what_the_function_does() -> None:
    def printed(*arguments: str) -> str:
        return CliRunner().invoke(cli, ["draw", *arguments], catch_exceptions=False).output

    net = sc.architecture("language-model")
    assert printed("language-model", "--unroll", "3") == sc.draw(net, unrolled=3).render()
    assert printed("language-model", "--sampled", "-f", "dot") == sc.draw(net.sampled()).render("dot")
    assert printed("LSTM", "--expand", "1", "--step", "operation", "--at", "T=4", "-c", "flops") == (
        sc.draw(sc.LSTM(), expand=1, step="operation", at={"T": 4}, by="flops").render()
    )


def test_a_network_is_drawn_by_its_name_and_shown_in_a_line() -> None:
    assert repr(sc.draw("lstm")) == "<Drawing 'LSTM'>"
    assert sc.draw("lstm").render("svg") == sc.draw(sc.architecture("lstm")).render("svg")


def test_one_step_is_no_steps() -> None:
    notes = sc.draw(sc.TransformerEncoderLayer()).notes
    assert any("".join(map(str, note)).startswith("Thick: the critical path, 1 layer step.") for note in notes)


def test_a_picture_is_as_wide_as_the_formulas_below_it() -> None:
    drawing = sc.draw("language-model", step="scalar")
    (depth,) = (part for note in drawing.notes if note[0] == "Thick: the critical path, " for part in note[1:2])
    width = re.search(r'viewBox="0 0 ([\d.]+) ', drawing.render("svg"))
    assert width and float(width[1]) > wording.width((depth,), wording.Style.BODY)
