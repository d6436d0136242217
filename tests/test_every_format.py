"""Whatever stands in the table of formats: names come out as themselves, formulas are read back, bytes are the same.

A new format needs a row in ``SHOWN`` here, which reads what it wrote.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from dataclasses import replace
from xml.etree import ElementTree

import hostile
import pytest
from oracles import catalogue
from sympy import Expr
from test_completion import is_of_documents

import symcost as sc
from symcost.importers import files
from symcost.render import formats, summary
from symcost.render.formats import FORMATS
from symcost.render.sheet import Cell, Column, Row
from symcost.render.typesetting import typeset
from symcost.render.words import one_line
from symcost.typst_math import quoted

LABELS = list(hostile.NAMES.values())
FORMULAS = [
    "T*(I*H + H**2)", "ceil(T/2)", "floor(T/(2*K))", "log2(T)", "log(T)", "sqrt(H)", "max(T, H, 3)",
    "min(T, H/I)", "T**H", "H/I", "-T", "1/2", "-3/2", "beta_2 + n_heads*T_out", "2**(T + 1)", "(T + 1)**2/(H + 1)",
    "T**-2", "T*(T + 1)/2", "0", "(T*H + I*J + K*L*M + V)/2", "ceil(log2(T))*H + 2*max(0, T - H)",
    "lambda*alpha_x", "10**30",
]  # fmt: skip


def needed(form):
    if FORMATS[form].typeset:
        pytest.importorskip("typst")


def labelled(names):
    """A table with each name in a row, twice, and wherever else words may stand."""
    rows = tuple(Row(name, (Cell(name, (1,)), Cell(sc.T * sc.H))) for name in names)
    return sc.Table(
        (Column("A", "over"), Column("B")), rows, "".join(names), "stub", ("a note",), tuple(names), names[0]
    )


def cells(written):
    """The words of a page's cells that hold the labels, without marks."""
    html5lib = pytest.importorskip("html5lib")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(written)
    return [
        "".join(row.find(each).itertext()).removesuffix("a" * (each == "td")).strip()
        for row in page.iter("tr") if row.find("td") is not None and row.find("th").get("scope") == "row"
        for each in ("th", "td")
    ]  # fmt: skip


def columns(written):
    """The first two columns of CSV; a spreadsheet takes an apostrophe off."""
    return [re.sub("^'(?=[-=+@])", "", each) for row in list(csv.reader(written.splitlines()))[1:] for each in row[:2]]


def records(written):
    return [each for row in json.loads(written)["rows"] for each in (row["label"], row["cells"][0]["value"])]


def lines(written):
    """Cells of Markdown, as it shows them."""
    rows = [line for line in written.split("\n") if line.startswith("| ")][2:]
    split = [re.split(r"(?<!\\)\|", row.replace(r"\\", "\0"))[1:3] for row in rows]
    plain = [re.sub(r"\\(.)", r"\1", each).replace("\0", "\\") for row in split for each in row]
    return [html_words(each.strip().removesuffix("<sup>a</sup>")) for each in plain]


def html_words(written):
    return written.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


SHOWN = {"html": cells, "csv": columns, "json": records, "markdown": lines}
ELSEWHERE = {
    "latex": "tests/test_latex.py", "longtable": "tests/test_latex.py", "beamer": "tests/test_latex.py",
    "text": "tests/test_formats.py", "typst": "below", "pdf": "below", "png": "below", "svg": "below",
}  # fmt: skip


def test_every_format_is_read_back_somewhere():
    assert not SHOWN.keys() & ELSEWHERE.keys()
    assert SHOWN.keys() | ELSEWHERE.keys() == FORMATS.keys()


@pytest.mark.parametrize("form", SHOWN)
@pytest.mark.parametrize("name", LABELS, ids=hostile.NAMES)
def test_a_hostile_name_comes_out_as_itself(form, name):
    written = labelled([name, "plain"]).render(form)
    as_it_is = name.strip() if form == "json" else " ".join(one_line(name).split())
    shown = SHOWN[form](written)
    assert [each if form == "json" else " ".join(each.split()) for each in shown] == [as_it_is] * 2 + ["plain"] * 2
    written.encode()  # no half characters


def test_hostile_names_come_out_of_typst_as_themselves():
    needed("pdf")
    names = [one_line(name) for name in LABELS]
    flat = """#let flat(it) = {
      if it.has("text") { it.text } else if it.has("children") { it.children.map(flat).join() } else { " " }
    }"""
    written = [f"flat[|{FORMATS['typst'].text(name)}|].split()" for name in names]
    wanted = [", ".join(map(quoted, f"|{name}|".split())) for name in names]
    checks = [f"#assert.eq({each}, ({words},))" for each, words in zip(written, wanted, strict=True)]
    typeset("\n".join([flat, *checks]), "svg")


@pytest.mark.parametrize("name", ["a_long_name_of_a_layer." * 4, "n" * 90], ids=["signs", "letters"])
def test_in_a_wide_table_of_typst_a_long_name_breaks(name):
    needed("png")
    row = Row(name, tuple(Cell("word " * 8) for _ in range(4)))
    heights = []
    for label in ("short", name):
        table = sc.Table(tuple(Column(str(number)) for number in range(4)), (replace(row, label=label),))
        heights.append(int.from_bytes(table.render("png")[20:24], "big"))
    assert heights[1] > heights[0] + 20  # pixels, of which a line has more


@pytest.mark.parametrize("form", ["pdf", "png", "svg"])
def test_a_table_of_hostile_names_is_typeset_the_same_each_time(form):
    needed(form)
    table = labelled(LABELS)
    made = table.render(form)
    assert made == table.render(form)
    if form == "svg":
        assert ElementTree.fromstring(made).tag.endswith("svg")
    else:
        assert made.startswith({"pdf": b"%PDF-", "png": b"\x89PNG"}[form])
        assert b"CreationDate" not in made
        assert b"ModDate" not in made


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "tables",
    [
        [sc.Table((Column("A"),), ())],
        [sc.Table((), ())],
        [sc.Table((), (Row("r", ()),), "only labels")],
        [sc.Table((Column("A", "over"), Column("B", "over"), Column("C")), (Row("r", (Cell("1"),) * 3),))] * 2,
        [sc.Table((Column("A"),), tuple(Row(f"row {n}", (Cell(sc.T**n, (1,)),)) for n in range(60)), notes=("n",))],
        [sc.Table(tuple(Column(f"C{n}") for n in range(30)), (Row("r", (Cell(sc.T * sc.H * sc.I),) * 30),), "wide")],
    ],
    ids=["no rows", "nothing", "no columns", "several, with spanners", "long", "wide"],
)  # fmt: skip
def test_tables_of_every_shape_are_written(form, tables):
    needed(form)
    assert formats.render(tables, form)
    assert formats.text_of(tables, form, within=True).count("\n") >= len(tables)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_formulas_are_read_back(form):
    table = sc.Table((Column("A"),), tuple(Row(each, (Cell(sc.read(each), (1,)),)) for each in FORMULAS), notes=("n",))
    shown = SHOWN[form](table.render(form))[1::2]
    assert [sc.read(each) for each in shown] == [sc.read(each) for each in FORMULAS]


@pytest.mark.parametrize(
    "make",
    [lambda: files.table("lecture"), summary.catalogue_table, lambda: summary.catalogue_table("exact")],
    ids=["lecture", "catalogue", "exact catalogue"],
)
def test_every_formula_of_a_table_is_read_back_from_json_and_words_are_none(make, monkeypatch):
    monkeypatch.setattr(summary, "CATALOGUE", catalogue())  # without the layers that tests define
    table = make()
    rows = json.loads(table.render("json"))["rows"]
    assert [row["label"] for row in rows] == [row.label for row in table.rows]
    for row, kept in zip(rows, table.rows, strict=True):
        for each, cell in zip(row["cells"], kept.cells, strict=True):
            assert each["formula"] == isinstance(cell.value, Expr)
            if each["formula"]:
                assert sc.read(each["value"]) == cell.value


@pytest.mark.parametrize(
    "verb",
    [
        "show lstm", "eval mnist --at N_hidden=300", "growth lstm", "compare GRU rnn T^2", "schedule lstm",
        "training rnn", "sample language-model --over T", "regimes encoder-decoder",
    ],
)  # fmt: skip
def test_every_formula_that_a_verb_prints_is_read_back(verb, prints):
    tables = json.loads(prints(*verb.split(), "-f", "json"))
    values = [
        cell["value"]
        for table in (tables if isinstance(tables, list) else [tables])
        for row in table["rows"] for cell in row["cells"] if cell["formula"]
    ]  # fmt: skip
    assert all(sc.text(sc.read(each)) == each for each in values)


def test_json_holds_everything_that_stands_on_a_table():
    table = sc.table(
        [sc.Entry(sc.architecture("rnn"), "RNN", {"complexity": sc.T})], ["complexity"], title="One", beside=True
    )
    made = json.loads(table.render("json"))
    assert list(made) == ["title", "stub", "columns", "rows", "notes", "remarks", "convention"]
    assert made["title"] == "One"
    assert made["columns"][0] == {"heading": "derived", "spanner": "Complexity"}
    assert made["rows"][0]["cells"][0] == {"value": "T (H I + H^2)", "formula": True, "notes": ["a"]}
    assert list(made["notes"]) == ["a"]
    assert made["convention"] == table.convention


def test_several_tables_are_a_list_in_json_and_have_a_line_between_them_in_csv():
    one, other = files.table("lecture"), summary.work_table(sc.architecture("rnn"))
    assert [each["title"] for each in json.loads(formats.render([one, other], "json"))] == [one.title, other.title]
    assert formats.render([one, other], "csv") == f"{one.render('csv')}\n{other.render('csv')}"


@pytest.mark.parametrize("word", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "- item"])
def test_a_spreadsheet_computes_no_word(word):
    row = list(csv.reader(sc.Table((Column("A"),), (Row(word, (Cell(word),)),)).render("csv").splitlines()))[1]
    assert row == [f"'{word}"] * 2


@pytest.mark.parametrize("word", ["-1.5", "+3", "a=b", "?", ""])
def test_other_words_and_formulas_stay_as_they_are_in_csv(word):
    table = sc.Table((Column("A"), Column("B")), (Row("r", (Cell(word), Cell(-sc.T))),))
    assert list(csv.reader(table.render("csv").splitlines()))[1] == ["r", word, "-T"]


def test_notes_stand_behind_their_rows_in_csv():
    rows = (Row("r", (Cell("1", (2,)),), (1,)), Row("s", (Cell("2"),)))
    written = sc.Table((Column("A", "over"),), rows, notes=("first", "second, at last")).render("csv")
    assert written == 'Model,over: A,Notes\nr,1,"first second, at last"\ns,2,\n'


def test_a_page_of_html_needs_nothing_else_and_a_part_has_no_page():
    table = files.table("lecture")
    page, part = table.render("html"), table.render("html", within=True)
    assert part in page
    assert not re.search("<script|<link|src=|href=|@import|url\\(", page)
    assert page.startswith("<!DOCTYPE html>\n")
    assert not re.search("<(html|head|body|style|title)", part)
    ElementTree.fromstring(part)


def test_what_is_not_installed_is_said_with_what_to_install(refuses, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "typst", None)
    assert refuses("table", "lecture", "-o", "t.pdf") == 'typst is not installed; pip install "symcost[typst]"'
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_verb_writes_every_format_by_the_ending_of_the_file(form, prints, tmp_path):
    needed(form)
    table, file = files.table("lecture"), tmp_path / f"t{FORMATS[form].suffix}"
    assert prints("table", "lecture", "-o", file) == ""
    written = table.render(form)
    assert file.read_bytes() == (written if isinstance(written, bytes) else written.encode())


def test_no_picture_is_written_to_a_terminal(refuses, monkeypatch):
    needed("png")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert refuses("table", "lecture", "-f", "png") == "standard output: a terminal shows no such file; give -o FILE"


@pytest.mark.parametrize("verb", ["table", "show", "explain", "exercise", "lecture"])
def test_help_lists_every_format(verb, prints):
    said = " ".join(prints(verb, "--help").replace("│", " ").split())  # a box is around it
    *known, last = [form for form in FORMATS if verb in ("table", "show") or is_of_documents(form)]
    assert f" {', '.join(known)} or {last}." in said


def test_a_template_that_typst_cannot_read_is_said_in_one_line(refuses, tmp_path):
    needed("pdf")
    (tmp_path / "mine.typ.j2").write_text("#nonsense", encoding="utf-8")
    said = refuses("table", "lecture", "--template", "mine.typ.j2", "-o", "t.pdf")
    assert said.startswith("Typst: unknown variable: nonsense")


def test_a_picture_is_of_one_page(tmp_path):
    needed("png")
    (tmp_path / "mine.typ.j2").write_text("one #pagebreak() two", encoding="utf-8")
    with pytest.raises(sc.RenderError, match="png: 2 pages; expected one; write a PDF"):
        files.table("lecture").render("png", tmp_path / "mine.typ.j2")


def test_a_sheet_and_its_solutions_are_two_pictures(refuses):
    needed("pdf")
    said = refuses("exercise", "mnist", "-f", "pdf")
    assert said == "pdf: a sheet and its solutions are two files; give -o FILE"
