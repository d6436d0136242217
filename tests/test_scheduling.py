"""Schedules as people see them: tables, and the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx
import numpy as np
import pytest
from sympy import Max, Rational, Symbol, oo

import symcost as sc
from symcost.errors import DimensionError, GraphError, UnknownName
from symcost.expressions import at, total

T, H, I, L = (sc.dimension(name) for name in "THIL")


def values(found: sc.Schedule, processors: object = "p") -> dict[str, object]:
    return {row.label: row.cells[0].value for row in found.tables(processors)[0].rows}


def legs(found: sc.Schedule) -> list[tuple[object, ...]]:
    return [(row.label, *(cell.value for cell in row.cells)) for row in found.tables()[1].rows]


def test_a_schedule_says_how_deep_and_how_wide_something_is() -> None:
    found = sc.schedule(sc.RNN(I, H), "operation")
    work = T * H * I + T * H**2
    said = values(found, 16)

    assert said["Sequential depth"] == 4 * T
    assert said["Work"] == work
    assert said["Parallel width"] == T * H * I + H**2
    assert said["Iteration bound"] == 4
    assert (said["Average parallelism"] - work / (4 * T)).expand() == 0
    assert said["Steps on 16 processors: at least"] == Max(work / 16, 4 * T)
    assert (said["Steps on 16 processors: at most (W - D)/p + D"] - (work - 4 * T) / 16 - 4 * T).expand() == 0
    assert (said["Steps on 16 processors: at most W/p + D"] - work / 16 - 4 * T).expand() == 0


def test_the_critical_path_goes_layer_by_layer_and_round_its_loop() -> None:
    net = sc.Sequential("net", sc.Input(T, I), sc.RNN(I, H), sc.Linear(H, 3))

    assert legs(sc.schedule(net, "operation")) == [
        ("rnn", "einsum -> add -> scan.add_2 -> scan.tanh", 4, ""),
        (
            "rnn", "scan.einsum -> scan.add -> scan.add_2 -> scan.tanh", 4 * T - 4,
            ("again and again, ", 4, " for each step of time"),
        ),
        ("linear", "einsum -> add", 2, ""),
        ("in all", "", 4 * T + 2, ""),
    ]  # fmt: skip


def test_where_layers_are_steps_only_layers_are_named() -> None:
    assert legs(sc.schedule(sc.architecture("mnist"))) == [("linear", 1), ("relu", 1), ("linear_2", 1), ("in all", 3)]


@pytest.mark.parametrize("step", ["layer", "operation", "scalar", "sequential"])
@pytest.mark.parametrize("name", ["dnn", "lstm", "stacked-rnn", "language-model-sampling", "attention"])
def test_the_steps_of_each_critical_path_add_up(name: str, step: str) -> None:
    found = sc.schedule(sc.architecture(name), step)
    sizes = {symbol.name: 5 + 2 * place for place, symbol in enumerate(sc.architecture(name).dimensions)}

    longest = max(at(total(each.steps for each in case.schedule.critical_path), **sizes) for case in found.cases)
    assert longest == at(found.depth, **sizes)


def test_where_sizes_decide_there_is_a_way_for_each_case_and_a_note_says_what_decides() -> None:
    found = sc.schedule(sc.architecture("encoder-decoder"))
    whole, path = found.tables()

    assert whole.notes[0] == ("Undecided: declare which is larger, ", sc.T_cross, " or ", sc.T_self, ".")
    assert [row.label for row in path.rows] == [
        "encoder", "encoder", "attention", "output", "in all", "decoder", "decoder", "attention", "output", "in all",
    ]  # fmt: skip
    assert path.rows[5].cells[-1].value == (sc.T_self, " >= ", sc.T_cross)

    decided = sc.schedule(sc.architecture("encoder-decoder"), assume=["T_self >= T_cross"])
    assert decided.depth == sc.T_self + 2
    assert ("Taken to hold: ", sc.T_self, " >= ", sc.T_cross, ".") in decided.tables()[0].remarks


def test_a_bound_is_said_to_be_one() -> None:
    strided = (sc.RNN(H, H), sc.Conv1d(H, H, 3, stride=2, padding=1), sc.RNN(H, H))
    table = sc.schedule(sc.Sequential("strided", sc.Input(T, H), *strided)).tables()[0]

    assert "sequential depth: an upper bound; perhaps it is less." in table.notes
    assert sc.schedule(sc.LSTM(I, H)).tables()[0].notes == ()


def test_a_long_way_is_shortened_in_the_middle() -> None:
    net = sc.Sequential("long", sc.Input(T, H), *(sc.Linear(H, H) for _ in range(100)))
    rows = legs(sc.schedule(net))

    assert rows[20] == ("60 more", 60)
    assert len(rows) == 42
    assert rows[-1] == ("in all", 100)


def test_a_graph_has_the_same_tables() -> None:
    graph = networkx.MultiDiGraph(name="filter")
    graph.add_node("product", latency=2)
    graph.add_node("sum", latency=1)
    graph.add_edge("product", "sum", delay=0)
    graph.add_edge("sum", "product", delay=1)
    found = sc.schedule(graph)

    assert found.depth == 3 * T
    assert total(each.steps for each in found.critical_path) == 3 * T
    assert "filter" in str(found)
    assert values(found)["Iteration bound"] == 3


def recursion() -> networkx.MultiDiGraph:
    graph = networkx.MultiDiGraph()
    graph.add_node("product", latency=Symbol("t_m"), work=H)
    graph.add_node("sum", latency=1)
    graph.add_edge("product", "sum", delay=0)
    graph.add_edge("sum", "product", delay=Symbol("D"))
    return graph


@pytest.mark.parametrize("over", [T, "T", Symbol("T")])
def test_a_graph_goes_on_for_so_many_steps_of_time(over: object) -> None:
    whole, t_m = sc.schedule(recursion(), over=over), sc.dimension("t_m")

    assert sc.schedule(recursion(), over=over, at={"D": 1}).depth == T * t_m + T
    assert sc.schedule(recursion(), over=over, at={"D": 2, "t_m": 3, "T": 5}).depth == 12
    assert sc.schedule(recursion(), over=np.int64(5), at={"D": 2, "t_m": 3}).depth == 12
    assert at(whole.depth, D=2, t_m=3, T=5) == 12
    assert sc.schedule(recursion(), at={"H": 7, "D": 1}).work == 8 * T


GRAPHS = {
    "no step": ({"over": 0}, DimensionError, "over is 0; expected a positive whole number"),
    "fewer than none": ({"over": -1}, DimensionError, "over is -1"),
    "half a step": ({"over": Rational(1, 2)}, DimensionError, "over is 1/2"),
    "without end": ({"over": oo}, DimensionError, "over is oo"),
    "a yes": ({"over": True}, DimensionError, "over is True"),
    "a formula as text": ({"over": "T+1"}, DimensionError, "'T\\+1' is no name of a dimension"),
    "no such size": ({"at": {"Q": 3}}, DimensionError, "no dimension here is called 'Q'"),
    "no such reading": ({"step": "lyer"}, UnknownName, "no step is called 'lyer'; did you mean 'layer'"),
    "latencies apart": ({"latencies": {"sum": 2}}, GraphError, "schedule of a graph: latencies; expected a latency"),
    "a convention": ({"by": "macs"}, GraphError, "schedule of a graph: by='macs'; expected a latency"),
}


@pytest.mark.parametrize("case", GRAPHS)
def test_what_a_graph_has_none_of_is_said(case: str) -> None:
    asked, kind, said = GRAPHS[case]
    with pytest.raises(kind, match=said):
        sc.schedule(recursion(), **asked)  # type: ignore[arg-type]


def test_a_graph_of_layers_is_a_network() -> None:
    net = sc.Sequential("net", sc.Input(T, I), sc.RNN(I, H), sc.Linear(H, 3))
    assert sc.schedule(net.graph).depth == sc.schedule(net).depth == T + 1
    assert sc.schedule(net.graph, "operation").name == "net"


def test_what_samples_has_the_schedules_of_its_step_and_of_its_operations() -> None:
    sampled = sc.Sequential("net", sc.Input(T, H), sc.RNN(H, H), sc.Linear(H, H)).sampled()
    with pytest.raises(DimensionError, match=r"'net' as it samples.*operation_graph"):
        sc.schedule(sampled)
    assert sc.schedule(sc.operation_graph(sampled)).depth == T * sc.schedule(sampled.network, "operation").depth


def test_a_way_through_several_inputs_keeps_the_one_that_is_waited_for() -> None:
    one, other = sc.Input(T, H), sc.Input(L, H)
    late = sc.ReLU()(sc.Linear(H, H)(other, name="late"), name="later")
    net = sc.Network("net", (one, other), sc.Attention(H, H)(one, late, name="attention"))

    assert [each.names for each in sc.schedule(net).critical_path] == [("late", "later", "attention")]


# --- on the command line ---------------------------------------------------------------------------------------------


def test_the_command_prints_what_the_function_finds(prints: Callable[..., str]) -> None:
    printed = prints("schedule", "stacked-rnn", "--latency", "RNN=3", "--at", "T=10", "-p", "4")
    found = sc.schedule(sc.architecture("stacked-rnn"), latencies={"RNN": 3}, at={"T": 10})

    assert printed.rstrip("\n") == "\n\n".join(map(str, found.tables(4)))
    assert found.depth == 3 * (L + 9)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lstm", "--step", "oper"), "no step is called 'oper'; did you mean 'operation'?"),
        (("lstm", "--processors", "0"), "a number of processors is 0; expected a positive whole number"),
        (("lstm", "--latency", "LTM=3"), "latencies: no layer is called 'LTM'; did you mean 'LSTM'?"),
        (("lstm", "--latency", "LSTM=1/2"), "latency of 'LSTM': 1/2; expected a whole number from 0 on"),
        (("lstm", "--latency", "8"), "--latency: '8'; expected a layer or an operation and its steps, such as LSTM=8"),
        (("lstm", "--step", "operation", "--latency", "tan=2"), "no operation is called 'tan'; did you mean 'tanh'?"),
        (("lstm", "--assume", "T"), "'T' is no relation"),
        (("lsm",), "did you mean 'lstm'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(arguments: tuple[str, ...], said: str, refuses: Callable[..., str]) -> None:
    assert said in refuses("schedule", *arguments)


def test_a_depth_that_is_not_known_is_refused(refuses: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "bare.toml"
    file.write_text('name = "bare"\n[[layers]]\nname = "a"\nwork = "T*H"\n')

    assert "its depth is not known" in refuses("schedule", str(file))
