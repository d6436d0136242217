"""Tables as a whole: golden files, and the lecture's table cell by cell."""

from __future__ import annotations

import dataclasses
import sys

import networkx
import pytest

import symcost as sc
from symcost.importers import files
from symcost.render import formats, summary
from symcost.render.sheet import Cell, Column, Row

SUFFIXES = {"latex": "tex", "markdown": "md", "text": "txt"}
KEPT = SUFFIXES | {"beamer": "beamer.tex", "html": "html", "typst": "typ", "csv": "csv", "json": "json"}

# What the slide prints, typed from it: model, complexity, parameter count, time scaling.
SLIDE = {
    "DNN": ("T*I*H", "T*I*H", "fixed"),
    "CNN (1D)": ("T*H*I*K", "H*I*K", "T"),
    "CNN (2D)": ("T*H*I*K_x*K_y", "H*I*K_x*K_y", "T"),
    "RNN": ("T*(I*H + H*H)", "I*H + H*H", "T"),
    "Attention": ("T_self*T_cross*H + I*H + H*I", "I*H + H*I", "T_self*T_cross"),
}
HEADINGS = ("Complexity", "Parameter count", "Time scaling")

# What is derived where the slide left something out: projections at every step, and the weighted sum.
ATTENTION = "2*T_self*T_cross*H + 2*T_self*I*H"


def figure(text):
    return text if text == "fixed" else sc.read(text)


def printed(part):
    return "".join(each if isinstance(each, str) else sc.text(each) for each in part)


@pytest.fixture(scope="module")
def lecture():
    return files.table("lecture")


@pytest.fixture(scope="module")
def spanned():
    """Published figures in columns of their own, a note, unknown cells, a remark."""
    graph = networkx.DiGraph(name="a & b")
    graph.add_node("first_stage", work=sc.T * sc.H, depth=1)
    graph.add_node("second_stage", parameters=sc.H, work={"exp": sc.T})
    graph.add_edge("first_stage", "second_stage")
    rnn = sc.architecture("rnn")
    published = {"complexity": sc.T * sc.H * sc.I, "depth": sc.T, "parameters": "many"}
    return sc.table(
        [sc.Entry(rnn, "RNN", published, "Elman, 1990."), sc.LSTM(sc.I, sc.H), graph],
        ["complexity", "parameters", "depth"],
        title="Three of them",
        stub="Network",
        remarks=["Read on 50% of the pages."],
        source="on the slide",
        beside=True,
    )


@pytest.mark.parametrize("form", KEPT)
def test_the_table_of_the_lecture_is_as_kept(lecture, form, golden):
    golden(f"lecture.{KEPT[form]}", lecture.render(form))


@pytest.mark.parametrize("form", KEPT)
def test_a_table_with_spanners_notes_and_unknown_cells_is_as_kept(spanned, form, golden):
    golden(f"spanned.{KEPT[form]}", spanned.render(form))


@pytest.mark.parametrize("name", ["rnn", "mnist"])
def test_the_tables_of_a_network_are_as_kept(name, golden):
    network = sc.architecture(name)
    tables = [summary.layers_table(network), summary.work_table(network), summary.terms_table(network)]
    golden(f"show_{name}.txt", formats.render(tables, "text"))


def test_the_catalogue_is_as_kept_where_it_is_about_recurrence(golden):
    table = summary.catalogue_table()
    rows = tuple(row for row in table.rows if row.label in ("GRU", "LSTM", "Linear", "RNN"))
    assert len(rows) == 4
    golden("catalogue.txt", dataclasses.replace(table, rows=rows).render("text"))


def test_the_lecture_has_these_rows_and_columns(lecture):
    assert [row.label for row in lecture.rows] == list(SLIDE)
    assert [column.heading for column in lecture.columns] == [*HEADINGS, "Sequential depth", "Parallel width"]


@pytest.mark.parametrize("place", range(3), ids=HEADINGS)
@pytest.mark.parametrize("model", SLIDE)
def test_a_cell_is_what_the_slide_prints_or_has_a_note(lecture, model, place):
    row = next(row for row in lecture.rows if row.label == model)
    cell = row.cells[place]
    if (model, place) == ("Attention", 0):
        assert cell.value == sc.read(ATTENTION)
        assert cell.marks == (1,)
    else:
        assert cell.value == figure(SLIDE[model][place])
        assert cell.marks == ()
    assert row.marks == ()


@pytest.mark.parametrize(
    ("model", "depth", "width"),
    [
        ("DNN", "1", "T*I*H"),
        ("CNN (1D)", "1", "T*H*I*K"),
        ("CNN (2D)", "1", "T*H*I*K_x*K_y"),
        ("RNN", "T", "I*H + H*H"),
        ("Attention", "1", ATTENTION),
    ],
)
def test_depth_and_width_stand_beside_the_columns_of_the_slide(lecture, model, depth, width):
    row = next(row for row in lecture.rows if row.label == model)
    assert [cell.value for cell in row.cells[3:]] == [sc.read(depth), sc.read(width)]
    assert all(cell.marks == () for cell in row.cells[3:])


def test_the_note_on_attention_says_by_what_the_slide_differs(lecture):
    (note,) = lecture.notes
    assert printed(note) == (
        "Attention, complexity: printed on the slide as T_self T_cross H + 2 H I; derived, it has "
        "T_self T_cross H + 2 T_self H I more and 2 H I less."
    )
    more = [part for part in note if not isinstance(part, str)]
    slide, *differences = more
    assert slide == sc.read(SLIDE["Attention"][0])
    assert slide + differences[0] + differences[1] - differences[2] == sc.read(ATTENTION)


def test_the_table_of_the_lecture_says_how_it_counts(lecture):
    assert lecture.title == "Complexity vs. parameter count"
    assert lecture.convention.startswith("Convention lecture: multiply-accumulates")


def test_spanners_gather_neighbouring_columns(spanned):
    assert spanned.spanners() == [("Complexity", 2), ("Parameter count", 2), ("Sequential depth", 2)]


def test_there_are_no_spanners_where_no_column_has_one(lecture):
    assert lecture.spanners() == []


def test_a_column_is_read_from_the_top_down(lecture):
    assert lecture.column("Time scaling")[:4] == ["fixed", sc.T, sc.T, sc.T]


def test_a_frame_has_the_expressions_in_rows_and_columns(lecture):
    pytest.importorskip("pandas")
    frame = lecture.frame()
    assert list(frame.index) == list(SLIDE)
    assert frame.index.name == "Model"
    assert list(frame["Time scaling"]) == lecture.column("Time scaling")
    assert frame.loc["RNN", "Complexity"] == figure(SLIDE["RNN"][0])
    assert frame.attrs["title"] == lecture.title
    assert frame.attrs["notes"] == [printed(lecture.notes[0])]
    assert frame.attrs["convention"] == lecture.convention


def test_a_frame_has_spanners_as_a_level_of_its_own(spanned):
    pytest.importorskip("pandas")
    frame = spanned.frame()
    assert frame["Complexity"].columns.to_list() == ["derived", "on the slide"]
    assert frame.loc["a & b", ("Parameter count", "derived")] == "?"
    assert frame.loc["RNN", ("Parameter count", "on the slide")] == "many"


def test_a_frame_of_nothing_is_empty_and_words_with_formulas_are_text():
    pytest.importorskip("pandas")
    assert sc.Table((), ()).frame().empty
    mixed = sc.Table((Column(("per ", sc.T)),), (Row("r", (Cell(("(", sc.T, ", ", sc.H, ")")),)),))
    assert mixed.frame().loc["r", "per T"] == "(T, H)"


def test_a_frame_needs_pandas(lecture, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(sc.RenderError, match=r'pandas is not installed; pip install "symcost\[pandas\]"'):
        lecture.frame()


def test_a_table_prints_as_its_text(lecture):
    assert str(lecture) + "\n" == lecture.render("text")


def test_several_tables_are_written_one_under_the_other(lecture, spanned):
    both = formats.render([lecture, spanned], "text")
    assert both == lecture.render("text") + "\n" + spanned.render("text")


def test_several_tables_in_latex_make_one_document(lecture, spanned):
    both = formats.render([lecture, spanned], "latex")
    assert both.count(r"\documentclass{article}") == 1
    assert both.count(r"\begin{table}") == both.count(r"\end{table}") == 2


@pytest.mark.parametrize("form", SUFFIXES)
def test_a_table_without_rows_or_words_is_written(form):
    empty = sc.Table((Column("A"),), ())
    assert "A" in empty.render(form)
    assert "Convention" not in empty.render(form)


@pytest.mark.parametrize("form", SUFFIXES)
def test_a_mark_stands_behind_its_cell_and_before_its_note(form):
    table = sc.Table((Column("A"),), (Row("r", (Cell(sc.T, (2,)),), (1, 2)),), notes=("one", "two"))
    written = table.render(form)
    marks = {"latex": r"\textsuperscript{%s}", "markdown": "<sup>%s</sup>", "text": " [%s]"}[form]
    assert "r" + marks % "a, b" in written  # letters: a number would be taken for a power
    assert ("T" if form == "text" else "$T$") + marks % "b" in written
    assert written.index("one") < written.index("two")
