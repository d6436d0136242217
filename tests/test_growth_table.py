"""How a network's costs grow, as a table, as a column and on the command line."""

from __future__ import annotations

import functools

import networkx
import pytest
from sympy import gamma

import symcost as sc
from symcost import H, I, K, T
from symcost.errors import DimensionError, UnknownName
from symcost.render.growth import growth_table


@pytest.fixture
def run(run):
    """Runs the verb."""
    return functools.partial(run, "growth")


def values(table, row=0):
    return [cell.value for cell in table.rows[row].cells]


def test_each_quantity_is_exact_bounded_and_led():
    lstm = sc.architecture("lstm")
    table = growth_table(lstm)

    assert [row.label for row in table.rows] == ["macs", "parameters", "activations"]
    assert values(table) == [lstm.macs, sc.growth(lstm.macs).order, (4 * T * H * I, ", ", 4 * T * H**2)]
    assert values(table, 1)[0] == lstm.parameters


@pytest.mark.parametrize("quantity", ["parameters", "activations", "state", "depth", "lecture", "flops", "exact"])
def test_a_quantity_is_a_count_or_a_convention(quantity):
    table = growth_table(sc.architecture("rnn"), [quantity])

    assert table.rows[0].label == quantity
    assert values(table)[1] == sc.growth(values(table)[0]).order


def test_what_grows_what_is_constant_and_what_is_assumed_is_said():
    table = growth_table(sc.architecture("rnn"), ["macs"], ["T"], "H <= I")

    assert table.remarks[:2] == (("What grows: ", T, ".", " Constant: ", H, ", ", I, "."), "Assumed: H <= I.")
    assert values(table)[1:] == [sc.growth(T).order, (T * H * I + T * H**2,)]


def test_as_many_leading_terms_are_printed_as_are_asked_for():
    rnn = sc.architecture("rnn")

    assert values(growth_table(rnn, ["parameters"], leading=1))[2] == (H * I,)
    assert values(growth_table(rnn, ["parameters"], leading=9))[2] == (H * I, ", ", H**2, ", ", 2 * H)


def test_a_bound_that_may_not_be_tight_has_a_note():
    valid = sc.Sequential("valid", sc.Input(T, I), sc.Conv1d(I, H, K))

    assert growth_table(valid, ["macs"]).notes == ("H I K^2 is taken off (times 1), which may leave less.",)
    assert growth_table(valid, ["macs"], assume="K = o(T)").notes == ()


def test_a_term_that_is_only_known_by_size_is_a_question_mark_with_a_note():
    strided = sc.Sequential("strided", sc.Input(T, I), sc.Conv1d(I, H, K, stride=2))
    table = growth_table(strided, ["macs"], ["T"], leading=2)

    assert values(table)[2] == "?"
    assert table.notes[0].startswith("leading terms: a term of size 1, number 2 or later")


def test_what_is_not_known_is_a_question_mark_with_a_note():
    graph = networkx.DiGraph()
    graph.add_node("a", work=T)
    table = growth_table(sc.Network("partly", graph), ["macs", "parameters"])

    assert values(table, 1) == ["?", "?", "?"]
    assert table.notes == ("network 'partly': parameters of 'a' not known; give the costs of the node.",)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ({"variables": ["TT"]}, DimensionError, "no dimension here is called 'TT'; did you mean 'T'?"),
        ({"quantities": ["flop"]}, UnknownName, "no quantity is called 'flop'; did you mean 'flops'?"),
        ({"assume": ["H <= T", "T = o(H)"]}, DimensionError,
         "assume: H <= T and T = o(H) cannot hold; take one of them out"),
    ],
)  # fmt: skip
def test_what_there_is_not_is_refused(arguments, kind, message):
    with pytest.raises(kind) as caught:
        growth_table(sc.architecture("rnn"), **arguments)
    assert str(caught.value) == message


# --- the verb --------------------------------------------------------------------------------------------------------


def test_the_verb_prints_the_table(run):
    status, out, err = run("rnn", "--in", "T", "--in", "H", "--assume", "I <= H", "--of", "macs", "--leading", "2")

    assert (status, err) == (0, "")
    assert out == (
        "RNN\n\n"
        "Quantity  Exact          Growth    Leading terms\n"
        "--------  -------------  --------  -------------\n"
        "macs      T (H I + H^2)  O(T H^2)  T H^2, T H I\n\n"
        "What grows: T, H. Constant: I.\n"
        "Assumed: I <= H.\n"
        "T: time steps; H: hidden channels; I: input channels.\n"
    )


@pytest.mark.parametrize(
    ("format_", "bound"),
    [
        ("text", "O(T H (I + H))"),
        ("markdown", r"$\mathcal{O}(T H (I + H))$"),
        ("latex", r"$\mathcal{O}(T H (I + H))$"),
    ],
)
def test_every_format_writes_the_bound(run, format_, bound):
    _, out, _ = run("rnn", "--of", "macs", "--format", format_)

    assert bound in out


def test_a_layer_of_the_catalogue_is_a_network(run):
    status, out, _ = run("GroupedQueryAttention", "--assume", "T_cross = T_self")
    assert status == 0
    assert "Holds where G divides N and N divides E." in out
    assert "O(T_self E (E + T_self))" in out


def test_a_dimension_that_cannot_grow_alone_is_one_line(run):
    status, out, err = run("Conv1d", "--in", "K")
    assert (status, out) == (2, "")
    assert (
        err == "symcost: growth: K cannot grow alone; expected sizes of which K <= T; let other dimensions grow too\n"
    )


def test_sizes_may_be_given(run):
    _, out, _ = run("rnn", "--at", "I=64", "--of", "parameters")

    assert "O(H^2)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rnn", "--in", "Q"), "no dimension here is called 'Q'; there are H, I, T"),
        (
            ("rnn", "--assume", "T"),
            "assume: 'T' is no relation; expected a relation such as K <= T, H = 4*I or N = o(T)",
        ),
        (("rnn", "--leading", "0"), "Invalid value for '--leading': 0 is not in the range x>=1."),
        (("rnm",), "no network"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, arguments, message):
    status, out, err = run(*arguments)

    assert (status, out) == (2, "")
    assert err.startswith("symcost: ")
    assert message in err
    assert err.count("\n") == 1


# --- the column ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["growth", "big-O", "Big O", "order"])
def test_the_column_is_the_bound_in_all_dimensions(name):
    table = sc.table([sc.architecture("rnn"), sc.architecture("attention")], [name])

    assert table.columns[0].heading == "Big-O"
    assert [sc.text(value) for value in table.column("Big-O")] == ["O(T H (I + H))", "O(T_self H (T_cross + I))"]


def test_a_published_bound_is_compared_as_a_bound():
    net = sc.architecture("rnn")
    same = sc.Entry(net, published={"growth": 7 * T * H * I + T * H**2 + T})
    other = sc.Entry(net, published={"growth": T * H**2})

    assert sc.table([same], ["growth"]).notes == ()
    assert sc.table([other], ["growth"]).notes == (
        ("RNN, big-O: published as ", sc.growth(T * H**2).order, "; derived, it is ", sc.growth(net.macs).order, "."),
    )
    assert [str(column.heading) for column in sc.table([other], ["growth"], beside=True).columns] == [
        "derived", "published",
    ]  # fmt: skip


def test_a_bound_that_cannot_be_told_is_a_question_mark_with_a_note():
    graph = networkx.DiGraph()
    graph.add_node("a", work=gamma(T), params=T)
    table = sc.table([sc.Network("odd", graph)], ["growth"], "macs")

    assert values(table) == ["?"]
    assert table.notes[0].startswith("network 'odd': gamma(T): the growth of gamma is not known")
    assert values(growth_table(sc.Network("odd", graph), ["macs"])) == [gamma(T), "?", "?"]
