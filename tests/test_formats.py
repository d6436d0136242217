"""Formats: what is written stays what it is, whatever the names."""

from __future__ import annotations

import html
import re

import hostile
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import symcost as sc
from symcost.errors import RenderError, UnknownName
from symcost.render import formats
from symcost.render.formats import FORMATS, format_of_file
from symcost.render.sheet import Cell, Column, Row
from symcost.render.typesetting import typeset
from symcost.render.words import html_text, latex_text, markdown_text, typst_text
from symcost.typst_math import quoted

TEXTS = [name for name, each in FORMATS.items() if not each.typeset]
NAMES = pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)


def everywhere(name):
    """A table with a name wherever words may stand."""
    columns = (Column(name, name), Column((name, sc.T), name), Column("plain"))
    rows = tuple(Row(name, (Cell(name, (1,)), Cell(sc.T), Cell((name, sc.H, name)))) for _ in range(2))
    return sc.Table(columns, rows, name, name, (name, (name, sc.T)), (name,), name)


def lines_of(name, form):
    return everywhere(name).render(form).split("\n")


def rendered(text):
    """What Markdown shows of escaped text."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


# --- LaTeX ---


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"a_b & 50% \input{x} $", r"a\_b \& 50\% \textbackslash{}input\{x\} \$"),
        ("~^#", r"\textasciitilde{}\textasciicircum{}\#"),
        ("a--b", "a-{}-b"),
        ("*[x]", "{*}{[}x{]}"),
        ("first\nsecond\tthird\0fourth", "first second third fourth"),
        ("\U0001f600", "{[}U+1F600{]}"),
        ("e\u0301", "e{[}U+0301{]}"),
        ("Größe", "Größe"),
        ("\u0105", "{[}U+0105{]}"),
        ("\u2013 \u2014 \u2026", r"-- --- \ldots{}"),
    ],
)
def test_text_in_latex_is_written_character_by_character(text, written):
    assert latex_text(text) == written


SAFE = re.compile(
    r"\\[{}$&#%_]|\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar|textquotesingle"
    r"|textasciigrave|ldots)\{\}|\{\\ttfamily\\char34\}|\{[*\[\]]\}|\{\}|[^\\{}$&#%_^~<>|\"\[\]*]"
)


@given(st.text())
@example("\u2010\u2010-\u2011")
def test_text_in_latex_holds_nothing_that_latex_obeys(text):
    written = latex_text(text)
    assert SAFE.sub("", written) == ""
    assert "--" not in written or "\u2013" in text or "\u2014" in text


@NAMES
def test_a_table_in_latex_has_as_many_cells_as_columns(name):
    lines = lines_of(name, "latex")
    start, end = lines.index(r"    \midrule"), lines.index(r"    \bottomrule")
    rows = lines[start + 1 : end]
    assert len(rows) == 2
    for row in rows:
        assert row.endswith(r" \tabularnewline")
        assert len(re.findall(r"(?<!\\)&", row)) == 3


@NAMES
def test_a_table_in_latex_has_the_same_commands_whatever_the_names(name):
    def environments(text):
        found = re.findall(r"\\(?:begin|end|input|write|documentclass)\b\{?\w*", text)
        stacked = r"\\(begin|end)\{tabular"
        return [each for each in found if not re.match(stacked, each)]

    assert environments("\n".join(lines_of(name, "latex"))) == environments("\n".join(lines_of("plain", "latex")))


# --- Markdown ---


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a_b | <i>", r"a\_b \| &lt;i&gt;"),
        ("&amp;", "&amp;amp;"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("> quoted", "&gt; quoted"),
        ("# heading", r"\# heading"),
        ("a - b + c", "a - b + c"),
        ("`*_~[]$\\", r"\`\*\_\~\[\]\$\\"),
        ("first\nsecond", "first second"),
    ],
)
def test_text_in_markdown_is_escaped(text, written):
    assert markdown_text(text) == written


@given(st.text())
def test_text_in_markdown_shows_as_itself(text):
    one_line = FORMATS["text"].text(text)
    assert rendered(markdown_text(text)) == one_line


@given(st.text())
def test_text_in_markdown_holds_no_html_and_no_bare_pipe(text):
    written = markdown_text(text)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", written)
    assert not re.search(r"(?<!\\)(\\\\)*[|`*_$~\[\]#]", written)


def cells_of(line):
    """The cells of a row, split at the pipes that are not escaped."""
    return re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]


@NAMES
def test_a_row_in_markdown_has_as_many_cells_as_columns(name):
    rows = [line for line in lines_of(name, "markdown") if line.startswith("|")]
    assert len(rows) == 5 - (not name)  # no row of spanners where all are empty
    assert {len(cells_of(row)) for row in rows} == {4}


@NAMES
def test_a_table_in_markdown_holds_no_html_but_marks(name):
    text = everywhere(name).render("markdown")
    assert not re.search("[<>]", re.sub(r"</?sup>", "", text))


@NAMES
def test_no_line_of_markdown_begins_a_list_a_heading_or_code(name):
    for line in lines_of(name, "markdown"):
        assert not re.match(r"\s|[-+*] |\d+[.)] |#|```|>", line)


# --- HTML and Typst ---


@given(st.text())
def test_text_in_html_shows_as_itself(text):
    assert html.unescape(html_text(text)) == FORMATS["text"].text(text)
    assert not re.search("[<>\"']", html_text(text))


@settings(deadline=None, max_examples=10)
@given(st.lists(st.text(st.sampled_from("ab 1.-+=/\\#$*_`<>@[]~'\"()?!:;,|&%{}^\n")), min_size=20))
def test_text_in_typst_shows_as_itself(texts):
    pytest.importorskip("typst")
    flat = """#let flat(it) = {
      if it.has("text") { it.text } else if it.has("children") { it.children.map(flat).join() } else { " " }
    }"""
    words = [" ".join(text.split()) for text in texts]
    checks = [f"#assert.eq(flat[a{typst_text(each)}a], {quoted(f'a{each}a')})" for each in words]
    starts = [f"#assert.eq(flat[{typst_text(each)}a], {quoted(f'{each}a')})" for each in words]
    typeset("\n".join([flat, *checks, *starts]), "svg")


# --- text ---


@pytest.mark.parametrize("name", [each for each in hostile.NAMES.values() if each.strip()])
def test_a_table_in_text_has_a_line_for_each_row(name):
    assert len(lines_of(name, "text")) == len(lines_of("plain", "text"))


@NAMES
def test_text_holds_no_control_characters(name):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", everywhere(name).render("text"))


@pytest.mark.parametrize("name", ["plain", "first\nsecond", ""])
def test_columns_in_text_stand_under_their_headings(name):
    table = sc.Table((Column("One"), Column("Two")), (Row(name, (Cell(sc.T * sc.H, (1,)), Cell(sc.I))),), stub="Name")
    heading, rule, row = table.render("text").split("\n")[:3]
    assert heading.index("One") == rule.index(" -") + 1 == row.index("T H [a]")
    assert heading.index("Two") == row.index("I", row.index("]"))
    assert [len(each) for each in rule.split("  ")] == [max(4, len(name)), 7, 3]


@pytest.mark.parametrize("form", TEXTS)
def test_no_line_ends_in_a_space(form):
    table = sc.table([sc.architecture("rnn"), sc.Entry(sc.architecture("gru"), "", {"depth": sc.T})], beside=True)
    assert not re.search(r"[ \t]$", table.render(form), re.MULTILINE)


# --- formats ---


@pytest.mark.parametrize(
    ("file", "form"),
    [
        ("t.tex", "latex"),
        ("a/b.md", "markdown"),
        ("x.y.txt", "text"),
        (".tex", "latex"),
        ("t.beamer.tex", "beamer"),
        ("longtable.tex", "latex"),
        ("t.longtable.tex", "longtable"),
    ],
)
def test_the_ending_of_a_file_says_its_format(file, form):
    assert format_of_file(file) == form


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("t.xyz", "no format by its ending is called '.xyz'; there are .beamer.tex, .csv, .html, .json, "),
        ("t.PDF", "no format by its ending is called '.PDF'; did you mean '.pdf'?"),
        ("t.tx", "no format by its ending is called '.tx'; did you mean '.txt' or '.tex'?"),
        ("tex", "no format by its ending is called 'tex'; did you mean '.tex'"),
    ],
)
def test_an_ending_of_no_format_is_refused(file, message):
    with pytest.raises(UnknownName) as caught:
        format_of_file(file)
    assert str(caught.value).startswith(message)


def test_an_unknown_format_suggests_near_names():
    with pytest.raises(UnknownName) as caught:
        everywhere("x").render("markdwn")
    assert str(caught.value) == "no format is called 'markdwn'; did you mean 'markdown'?"


def test_names_and_endings_of_formats_do_not_clash():
    assert len({each.suffix for each in FORMATS.values()}) == len(FORMATS)


def test_formulas_are_written_in_each_formats_own_way():
    table = sc.Table((Column("A"),), (Row("r", (Cell(sc.T * (sc.H + sc.dimension("K_x") ** 2)),)),))
    assert r"$T \, (K_{x}^{2} + H)$" in table.render("latex")
    assert r"$T (K_{x}^{2} + H)$" in table.render("markdown")
    assert "T (K_x^2 + H)" in table.render("text")


def test_a_number_that_python_does_not_write_down_is_refused():
    table = sc.Table((Column("A"),), (Row("r", (Cell(sc.read("10^40").__pow__(200)),)),))
    with pytest.raises(RenderError) as caught:
        formats.render([table], "text")
    assert str(caught.value).startswith("a number of too many digits; expected at most ")


def test_a_table_is_written_the_same_each_time():
    for form in TEXTS:
        assert everywhere("x").render(form) == everywhere("x").render(form)
