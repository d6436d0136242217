"""Tables of networks: rows from several sources, published figures, unknown costs."""

from __future__ import annotations

import networkx
import pytest

import symcost as sc
from symcost.errors import DimensionError, UnknownName, UnpricedError

T, H, I, V = sc.T, sc.H, sc.I, sc.V
COLUMNS = ["complexity", "parameters", "time scaling", "depth"]


def note(table, number=1):
    part = table.notes[number - 1]
    return part if isinstance(part, str) else "".join(x if isinstance(x, str) else sc.text(x) for x in part)


def entry(**published):
    return sc.Entry(sc.architecture("rnn"), "RNN", published)


BARE = """
name = "worked out by hand"
[[layers]]
name = "scan"
parameters = "2*I*H"
work = { mac = "2*T*I*H", sigmoid = "T*H" }
depth = "ceil(log2(T))"
"""


def test_rows_may_come_from_a_file_a_graph_a_layer_and_a_network(tmp_path):
    file = tmp_path / "bare.toml"
    file.write_text(BARE)
    graph = networkx.DiGraph(name="drawn")
    graph.add_node("x", shape=(T, I))
    graph.add_node("project", layer=sc.Linear(I, V, bias=False))
    graph.add_edge("x", "project")
    network = sc.Sequential("deep", sc.Input(T, I), sc.LSTM(I, H), sc.LSTM(H, H))
    table = sc.table([sc.load(file), graph, sc.GRU(I, H), network], COLUMNS)
    assert [row.label for row in table.rows] == ["worked out by hand", "drawn", "GRU", "deep"]
    assert [[cell.value for cell in row.cells] for row in table.rows] == [
        [2 * T * I * H, 2 * I * H, T, sc.read("ceil(log2(T))")],
        [T * I * V, I * V, T, 1],
        [3 * T * H * I + 3 * T * H**2, 3 * H * I + 3 * H**2, T, T],
        [4 * T * H * I + 12 * T * H**2, 4 * H * I + 12 * H**2, T, T + 1],
    ]
    assert table.notes == ()


def test_a_graph_without_a_name_is_a_graph():
    graph = networkx.DiGraph()
    graph.add_node("a", work=T)
    assert [row.label for row in sc.table([graph], ["macs"]).rows] == ["graph"]


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (None, ""),
        (3, ""),
        (sc.RNN, "; give RNN(...)"),
        (sc.architecture("language-model").sampled(), "; give its .network, which runs one step"),
        (sc.architecture("language-model").sampled(cache=False), "; give its .network, which runs on every prefix"),
    ],
)
def test_what_is_no_network_is_refused(wrong, remedy):
    with pytest.raises(DimensionError) as caught:
        sc.table([wrong])
    expected = "a network or its name, a layer, a networkx.DiGraph or an Entry"
    assert str(caught.value) == f"{wrong!r} in a table; expected {expected}{remedy}"


def test_a_network_that_comes_with_symcost_is_taken_by_its_name():
    assert sc.table(["rnn"], COLUMNS) == sc.table([sc.architecture("rnn")], COLUMNS)
    with pytest.raises(UnknownName, match="no network is called 'rmn'"):
        sc.table(["rmn"])


def test_a_published_figure_that_agrees_has_no_note():
    table = sc.table([entry(complexity=T * H * (I + H), parameters=H * I + H * H, depth=T)], COLUMNS)
    assert table.notes == ()
    assert all(cell.marks == () for cell in table.rows[0].cells)


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (T * H * I, "published as T H I; derived, it has T H^2 more."),
        (T * H * I + T * H**2 + T * H, "published as T (H I + H^2 + H); derived, it has T H less."),
        (2 * T * H * I, "published as 2 T H I; derived, it has T H^2 more and T H I less."),
        (T, "published as T; derived, it has T H I + T H^2 more and T less."),
    ],
)
def test_a_published_figure_that_differs_is_noted_with_the_terms(published, said):
    table = sc.table([entry(complexity=published)], COLUMNS)
    assert table.rows[0].cells[0].marks == (1,)
    assert table.rows[0].cells[0].value == T * H * I + T * H**2
    assert [note(table)] == ["RNN, complexity: " + said]


def test_the_word_fixed_agrees_with_fixed_alone():
    fixed = sc.Entry(sc.architecture("dnn"), "DNN", {"time scaling": "fixed"})
    assert sc.table([fixed], COLUMNS).notes == ()
    table = sc.table([entry(**{"time scaling": "fixed"})], COLUMNS)
    assert note(table) == "RNN, time scaling: published as fixed; derived, it is T."


def test_a_figure_where_fixed_is_derived_is_noted():
    table = sc.table([sc.Entry(sc.architecture("dnn"), "DNN", {"time scaling": T})], COLUMNS)
    assert note(table) == "DNN, time scaling: published as T; derived, it is fixed."


def test_figures_are_held_against_the_convention_of_the_table():
    figures = entry(parameters=H * I + H * H + 2 * H)
    assert note(sc.table([figures], COLUMNS, "lecture")).endswith("derived, it has 2 H less.")
    assert sc.table([figures], COLUMNS, "macs").notes == ()


def test_the_source_names_where_figures_were_published():
    table = sc.table([entry(complexity=T)], COLUMNS, source="on page 3")
    assert note(table).startswith("RNN, complexity: on page 3 as T;")


def test_a_figure_of_a_column_that_is_not_shown_changes_nothing():
    assert sc.table([entry(flops=T)], COLUMNS).notes == ()


def test_a_figure_of_an_unknown_column_is_refused():
    with pytest.raises(UnknownName) as caught:
        sc.table([entry(deepth=T)], COLUMNS)
    assert str(caught.value) == ("published figures of 'RNN': no column is called 'deepth'; did you mean 'depth'?")


def test_beside_gives_published_figures_columns_of_their_own():
    table = sc.table([entry(complexity=T)], ["complexity", "depth"], source="slide", beside=True)
    assert [(column.spanner, column.heading) for column in table.columns] == [
        ("Complexity", "derived"), ("Complexity", "slide"), ("Sequential depth", "derived"),
    ]  # fmt: skip
    assert [cell.value for cell in table.rows[0].cells] == [T * H * I + T * H**2, T, T]
    assert [cell.marks for cell in table.rows[0].cells] == [(1,), (), ()]


def test_a_remark_on_a_row_is_a_note_on_its_label():
    table = sc.table([sc.Entry(sc.architecture("rnn"), "RNN", note="Elman, 1990.")], COLUMNS)
    assert (table.rows[0].marks, table.notes) == ((1,), ("Elman, 1990.",))


def test_equal_notes_are_said_once():
    networks = [sc.Entry(sc.architecture(name), name, note="Recurrent.") for name in ("rnn", "gru", "lstm")]
    table = sc.table(networks, COLUMNS)
    assert table.notes == ("Recurrent.",)
    assert [row.marks for row in table.rows] == [(1,), (1,), (1,)]


def unpriced():
    graph = networkx.DiGraph(name="half known")
    graph.add_node("known", parameters=H, work=T * H, depth=1)
    graph.add_node("mystery", parameters=H)
    graph.add_edge("known", "mystery")
    return graph


def test_an_unknown_cost_is_a_question_mark_with_a_note_that_names_the_node():
    table = sc.table([unpriced()], ["complexity", "parameters", "depth"])
    assert [cell.value for cell in table.rows[0].cells] == ["?", 2 * H, "?"]
    assert [cell.marks for cell in table.rows[0].cells] == [(1,), (), (2,)]
    assert table.notes == (
        "network 'half known': work of 'mystery' not known; give the costs of the node",
        "node 'mystery': its depth is not known; give it depth=...",
    )


@pytest.mark.parametrize("column", ["complexity", "depth", "macs", "exp", "activations"])
def test_a_strict_table_refuses_an_unknown_cost(column):
    with pytest.raises(UnpricedError, match="mystery"):
        sc.table([unpriced()], [column], strict=True)


def test_a_strict_table_takes_what_is_known():
    assert sc.table([unpriced()], ["parameters"], strict=True).column("Parameter count") == [2 * H]


def test_an_unknown_cost_is_not_compared_with_a_published_figure():
    published = sc.Entry(sc.Network("n", unpriced()), "n", {"complexity": T})
    table = sc.table([published], ["complexity"], beside=True)
    assert [cell.value for cell in table.rows[0].cells] == ["?", T]
    assert len(table.notes) == 1


def test_an_unknown_convention_suggests_near_names():
    with pytest.raises(UnknownName) as caught:
        sc.table([sc.architecture("rnn")], convention="flop")
    assert str(caught.value) == "no convention is called 'flop'; did you mean 'flops' or 'ptflops'?"


def test_the_dimensions_of_the_cells_are_explained():
    table = sc.table([sc.architecture("rnn")], ["complexity"], remarks=["More."])
    said = ["".join(map(str, part)) if not isinstance(part, str) else part for part in table.remarks]
    assert said == ["T: time steps; H: hidden channels; I: input channels.", "More."]
