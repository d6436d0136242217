"""Counters side by side, in Python and on the command line."""

from __future__ import annotations

import pytest

import symcost as sc
from symcost.cli import cli
from symcost.expressions import normal
from symcost.render import formats
from symcost.render.counters import apart
from symcost.render.differences import by_how_much

T, I, H, D, N, F = (sc.dimension(name) for name in "TIHDNF")


@pytest.fixture(scope="module")
def tagger():
    x = sc.Input(T, I)
    return sc.Network("tagger", x, sc.Softmax()(sc.Linear(H, D)(sc.LSTM(I, H)(x))))


def test_layers_are_rows_and_counters_columns_beside_what_they_are_held_against(tagger):
    table = sc.counted(tagger)
    assert [(column.spanner, column.heading) for column in table.columns] == [
        ("MACs", "symcost"), ("MACs", "fvcore"), ("MACs", "thop"), ("MACs", "ptflops"), ("MACs", "torchinfo"),
        ("FLOPs", "symcost"), ("FLOPs", "FlopCounterMode"), ("FLOPs", "DeepSpeed"),
    ]  # fmt: skip
    assert [row.label for row in table.rows] == ["lstm", "linear", "softmax", "total"]
    assert table.rows[-1].cells[0].value == tagger.macs
    assert table.rows[-1].cells[5].value == tagger.flops
    for row in table.rows:
        assert len(row.cells) == len(table.columns)


def test_the_shares_add_up_to_the_total(tagger):
    *layers, total = sc.counted(tagger).rows
    for place, cell in enumerate(total.cells):
        assert normal(sum(row.cells[place].value for row in layers) - cell.value) == 0


def test_only_the_counters_that_are_asked_for_are_there(tagger):
    table = sc.counted(tagger, ["deepspeed"])
    assert [column.heading for column in table.columns] == ["symcost", "DeepSpeed"]
    assert [column.spanner for column in table.columns] == ["FLOPs", "FLOPs"]
    assert sc.counted(tagger, "thop").columns == sc.counted(tagger, [sc.COUNTERS["thop"], "THOP"]).columns


def test_each_difference_has_a_note_with_its_terms_and_its_reason(tagger):
    table = sc.counted(tagger, ["thop", "fvcore"])
    assert table.notes == (
        ("thop, lstm: ", 16 * T * H, " more",
         " than MACs: sums, biases and products of the state counted as one each."),
        ("fvcore, lstm: ", 4 * T * H * I, " + ", 4 * T * H**2, " less",
         " than MACs: recurrent operators have no handle."),
        ("thop, softmax: ", 3 * T * D, " more and ", T, " less",
         " than MACs: exponentials, additions and divisions counted as one each."),
    )  # fmt: skip
    assert [[cell.marks for cell in row.cells] for row in table.rows] == [
        [(), (1,), (2,)], [(), (), ()], [(), (3,), ()], [(), (), ()],
    ]  # fmt: skip


def test_the_notes_add_up_to_the_difference_of_the_totals():
    x = sc.Input(T, D)
    net = sc.Network("n", x, sc.Linear(D, H)(sc.Repeat(sc.TransformerEncoderLayer(D, N, F), sc.L)(x + x)))
    for counter in sc.COUNTERS.values():
        table = sc.counted(net, counter)
        sign = {" more": 1, " more and ": 1, " less": -1}
        found = 0
        for note in table.notes:
            terms = []
            for part in note:
                if not isinstance(part, str):
                    terms.append(part)
                elif part in sign:
                    found += sign[part] * sum(terms)
                    terms = []
        assert normal(found - (net.cost(counter) - net.cost(counter.against))) == 0


def test_layers_of_one_kind_that_differ_for_one_reason_share_a_note():
    net = sc.Sequential("deep", sc.Input(T, H), *(sc.Linear(H, H) for _ in range(5)))
    table = sc.counted(net, "ptflops")
    assert table.notes == (
        ("ptflops, linear, linear_2, linear_3 and 2 more: ", 5 * T * H, " more",
         " than MACs: additions of the bias are counted too."),
    )  # fmt: skip
    assert [row.cells[1].marks for row in table.rows] == [(1,)] * 5 + [()]


def test_counters_say_their_versions_and_their_gaps(tagger):
    remarks = [remark for remark in sc.counted(tagger).remarks if isinstance(remark, str)]
    for counter in sc.COUNTERS.values():
        assert counter.line() in remarks
        assert counter.version in counter.line()
    assert "fvcore has no rule for LSTM, Softmax." in remarks
    assert "FlopCounterMode has no rule for LSTM, Softmax." in remarks
    assert not any(remark.startswith("thop has no rule") for remark in remarks)


def test_a_network_is_expected():
    with pytest.raises(sc.DimensionError) as error:
        sc.counted(3)
    assert str(error.value) == "3 to be counted; expected a network"


def test_an_unknown_counter_suggests_near_names(tagger):
    with pytest.raises(sc.UnknownName, match="no counter is called 'torch-info'; did you mean 'torchinfo'"):
        sc.counted(tagger, ["torch-info"])


@pytest.mark.parametrize("format_", [name for name, each in sc.FORMATS.items() if not each.typeset])
def test_it_is_written_in_every_format_and_always_the_same(tagger, format_):
    assert sc.counted(tagger).render(format_) == sc.counted(tagger).render(format_)
    assert "16" in sc.counted(tagger).render(format_)


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (T * H, (T * H, " more")),
        (-2 * T, (2 * T, " less")),
        (T - T, ("no more and no less",)),
        (T * H + T - H, (T * H, " + ", T, " more and ", H, " less")),
    ],
)
def test_a_difference_is_said_term_by_term(difference, said):
    assert by_how_much(difference) == said


def run(*arguments, capsys):
    cli.main(list(arguments), standalone_mode=False)
    return capsys.readouterr().out


def test_the_verb_prints_the_table(capsys):
    made = sc.counted(sc.architecture("mnist").at(N_hidden=300), ["thop", "torchinfo"])
    asked = ["counters", "mnist", "--at", "N_hidden=300", "--counter", "thop", "--counter", "TorchInfo"]
    printed = run(*asked, capsys=capsys)
    assert printed.startswith(made.render("text"))
    assert "between counters, in MACs" in printed and "310" in printed  # torchinfo has the biases besides
    marked = run("counters", "lstm", "-f", "markdown", capsys=capsys)
    assert marked.startswith(sc.counted(sc.architecture("lstm")).render("markdown").rstrip())


def test_the_verb_writes_a_file(tmp_path, capsys):
    path = tmp_path / "counted.tex"
    assert run("counters", "rnn", "-o", str(path), capsys=capsys) == ""
    net = sc.architecture("rnn")
    assert path.read_text(encoding="utf-8") == formats.render([sc.counted(net), *apart(net)], "latex")


def test_counters_are_set_against_each_other():
    net = sc.Sequential("net", sc.Input(T, I), sc.Linear(I, H), sc.ReLU())
    macs, flops = apart(net)
    names = ["fvcore", "thop", "ptflops", "torchinfo"]
    totals = {name: net.cost(name) for name in names}
    assert [row.label for row in macs.rows] == names
    for row in macs.rows:
        assert [cell.value for cell in row.cells] == [(totals[row.label] - totals[other]).expand() for other in names]
    assert [row.label for row in flops.rows] == ["FlopCounterMode", "DeepSpeed"]
    assert apart(net, ["thop"]) == []


def test_other_verbs_take_a_counter_for_a_convention(capsys):
    shown = run("show", "lstm", "-c", "fvcore", capsys=capsys)
    assert "[a] fvcore ignores LSTM." in shown
    assert "Counter fvcore 0.1.5.post20221221 (flops)" in shown
    assert "printed on the slide as" in run("table", "lecture", "-f", "text", "-c", "thop", capsys=capsys)
    assert "| flopcountermode |" in run("layers", "-f", "markdown", "-c", "FlopCounterMode", capsys=capsys)
