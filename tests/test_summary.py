"""Tables of one network: what is printed adds up."""

from __future__ import annotations

import networkx
import pytest
from sympy import Add, Expr

import symcost as sc
from symcost.errors import UnknownName, UnpricedError
from symcost.importers import files
from symcost.render import summary

T, H, I, V = sc.T, sc.H, sc.I, sc.V


def nested():
    inner = sc.Sequential("inner", sc.Input(T, H), sc.Linear(H, H), sc.Tanh())
    x = sc.Input(T, I)
    return sc.Network("outer", x, sc.Linear(H, V)(inner(inner(sc.LSTM(I, H)(x)))))


def shared():
    one = sc.Linear(H, H)
    return sc.Sequential("s", sc.Input(T, H), one, one)


NETWORKS = {
    **sc.ARCHITECTURES,
    "nested": nested,
    "repeated": lambda: sc.Sequential("r", sc.Input(T, H), sc.Repeat(sc.Linear(H, H)), sc.Softmax()),
    "shared": shared,
    "file": lambda: files.network("examples/translation.toml"),
}


@pytest.fixture(params=NETWORKS)
def network(request, monkeypatch):
    from symcost.folders import folder

    monkeypatch.chdir(folder("examples").parent)
    return NETWORKS[request.param]()


def test_the_printed_total_is_the_sum_of_the_printed_rows(network):
    table = summary.layers_table(network)
    for heading in ("Parameters", "MACs", "flops", "Activations"):
        *rows, total = table.column(heading)
        assert rows, heading
        assert (Add(*rows) - total).expand() == 0, heading


def test_totals_add_up_under_every_convention(network):
    for convention in sc.CONVENTIONS:
        *rows, total = summary.layers_table(network, convention).column(convention)
        assert (Add(*rows) - total).expand() == 0, convention
        assert total == network.cost(convention), convention


def test_the_total_is_that_of_the_network(network):
    last = summary.layers_table(network).rows[-1]
    assert last.label == "total"
    assert [cell.value for cell in last.cells[1:]] == [
        network.parameters, network.macs, network.flops, network.activations, network.depth,
    ]  # fmt: skip


def test_totals_add_up_at_sizes_too():
    table = summary.layers_table(nested().at(T=7, H=5, I=3, V=11))
    for heading in ("Parameters", "MACs", "flops", "Activations"):
        *rows, total = table.column(heading)
        assert sum(map(int, rows)) == int(total) > 0


def test_the_classifier_for_digits_has_the_parameters_of_the_lecture():
    network = sc.architecture("mnist")
    total = summary.layers_table(network).column("Parameters")[-1]
    assert total == sc.read("784*N_hidden + N_hidden + 10*N_hidden + 10")
    assert summary.layers_table(network.at(N_hidden=300)).column("Parameters") == [235_500, 0, 3_010, 238_510]


def test_the_autoencoder_matches_parameters_and_computation():
    table = summary.layers_table(sc.architecture("dnn-autoencoder"))
    assert table.column("Parameters")[-1] == 531_884
    assert table.column("MACs")[-1] == 530_400


def test_layers_are_listed_in_order_with_their_shapes():
    table = summary.layers_table(nested())
    assert [row.label for row in table.rows] == [
        "lstm", "inner.linear", "inner.tanh", "inner_2.linear", "inner_2.tanh", "linear", "total",
    ]  # fmt: skip
    assert ["".join(map(str, shape)) for shape in table.column("Output")] == ["(T, H)"] * 5 + ["(T, V)"] * 2


def test_shared_weights_are_in_the_row_of_the_first_that_uses_them():
    table = summary.layers_table(nested())
    parameters = dict(zip((row.label for row in table.rows), table.column("Parameters"), strict=True))
    assert parameters["inner.linear"] == H**2 + H
    assert parameters["inner_2.linear"] == 0


def test_work_by_kind_is_the_work_of_the_network(network):
    table = summary.work_table(network)
    assert {row.label: row.cells[0].value for row in table.rows} == dict(network.work)
    assert all(row.cells[1].value == sc.KINDS[row.label] for row in table.rows)


def test_the_terms_add_up_to_the_total(network):
    for metric in ("parameters", "activations", *sc.CONVENTIONS):
        table = summary.terms_table(network, metric)
        expected = getattr(network, metric) if metric in ("parameters", "activations") else network.cost(metric)
        assert (Add(*table.column("Term")) - expected).expand() == 0, metric


def test_a_term_names_the_layers_that_it_comes_from():
    x = sc.Input(T, H)
    network = sc.Network("n", x, sc.Linear(H, H, bias=False)(sc.GRU(H, H)(x)))
    (row,) = summary.terms_table(network, "macs").rows
    assert row.cells[0].value == 7 * T * H**2
    assert "".join(map(str, row.cells[1].value)) == "6 gru, linear"


def test_terms_of_an_unknown_metric_are_refused():
    with pytest.raises(UnknownName) as caught:
        summary.terms_table(nested(), "parameter")
    assert str(caught.value) == "no metric is called 'parameter'; did you mean 'parameters'?"


def test_every_value_is_said(network):
    table = summary.values_table(network)
    values = dict(zip((row.label for row in table.rows), table.column("Value"), strict=True))
    assert values["MACs"] == network.macs
    assert values["Parameter count"] == network.parameters
    assert values["Sequential depth"] == network.depth
    unknown = {"Training", "Backward pass", "Kept activations"} if "sampling" in network.name else set()
    assert {heading for heading, value in values.items() if not isinstance(value, Expr)} == unknown


def test_the_catalogue_has_every_layer_that_comes_with_symcost():
    table = summary.catalogue_table()
    own = {name for name, kind in sc.CATALOGUE.items() if kind.__module__.startswith("symcost.layers.")}
    assert len(own) >= 24
    assert own <= {row.label for row in table.rows}
    labels = [row.label for row in table.rows]
    assert labels == sorted(labels)


def test_the_catalogue_is_derived_under_the_convention():
    def cells(convention):
        table = summary.catalogue_table(convention)
        return {row.label: [cell.value for cell in row.cells[1:]] for row in table.rows}

    assert cells("flops")["Linear"] == [H * I + H, H * I, 2 * H * I + H, 1]
    assert cells("exact")["Linear"] == [H * I + H, H * I, 2 * H * I, 1]
    assert cells("macs")["LSTM"][2] == sc.read("4*T*(H*I + H**2)")


@pytest.fixture
def unpriced():
    graph = networkx.DiGraph()
    graph.add_node("known", shape=(T, H), parameters=H, work=T * H, activations=T * H, state=0, depth=1)
    graph.add_node("mystery", parameters=I)
    graph.add_edge("known", "mystery")
    return sc.Network("half known", graph)


def test_what_is_not_known_of_a_layer_is_a_question_mark_there_and_in_the_total(unpriced):
    table = summary.layers_table(unpriced)
    rows = {row.label: [cell.value for cell in row.cells[1:]] for row in table.rows}
    assert rows["known"] == [H, T * H, 2 * T * H, T * H, 1]
    assert rows["mystery"] == [I, "?", "?", "?", "?"]
    assert rows["total"] == [H + I, "?", "?", "?", "?"]


def test_what_is_not_known_among_the_values_is_a_question_mark(unpriced):
    values = {row.label: row.cells[0].value for row in summary.values_table(unpriced).rows}
    assert values["Parameter count"] == H + I
    assert {label for label, value in values.items() if value == "?"} == set(values) - {"Parameter count"}


@pytest.mark.parametrize("metric", ["macs", "activations", "state"])
def test_terms_of_what_is_not_known_are_refused(unpriced, metric):
    with pytest.raises(UnpricedError, match="'mystery' not known"):
        summary.terms_table(unpriced, metric)


def test_dimensions_that_the_table_knows_are_explained():
    (legend,) = summary.layers_table(sc.architecture("lstm")).remarks
    assert "".join(map(str, legend)) == "T: time steps; H: hidden channels; I: input channels."
    assert summary.layers_table(sc.architecture("mnist")).remarks == ()


def test_what_is_unknown_has_a_note_in_every_table() -> None:
    graph = networkx.DiGraph(name="g")
    graph.add_node("own", params=sc.H, work=sc.T)
    net = sc.Network("g", graph)

    for table in (summary.layers_table(net), summary.values_table(net)):
        unknown = [cell for row in table.rows for cell in row.cells if cell.value == "?" and cell.marks]
        assert unknown
        assert all("own" in str(table.notes[mark - 1]) for cell in unknown for mark in cell.marks)
