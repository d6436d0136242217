"""Templates of one's own, and what is wrong with them."""

from __future__ import annotations

import pytest

import symcost as sc
from symcost.errors import RenderError, SymcostError
from symcost.folders import folder
from symcost.render import formats
from symcost.render.sheet import Cell, Column, Row


@pytest.fixture(scope="module")
def table():
    return sc.table([sc.architecture("rnn"), sc.architecture("gru")], ["macs"], title="Two & two")


@pytest.fixture
def template(tmp_path):
    def write(text, name="table.txt.j2"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


def refused(table, templates, form="text"):
    with pytest.raises(RenderError) as caught:
        table.render(form, templates)
    return str(caught.value)


def test_a_template_of_ones_own_comes_first(table, template):
    mine = template("{% for row in rows %}{{ row.label }}={{ row.cells[0] }};{% endfor %}")
    assert table.render("text", mine) == "RNN=T (H I + H^2);GRU=3 T (H I + H^2);"


def test_a_folder_may_be_named_by_text(table, template):
    assert table.render("text", str(template("{{ title }}"))) == "Two & two"


def test_cells_come_written_in_the_format(table, template):
    mine = template("((( title ))): ((( rows[0].cells[0] )))", "table.tex.j2")
    assert r"Two \& two: $T \, (H \, I + H^{2})$" in table.render("latex", mine)


def test_formats_without_a_template_of_ones_own_are_written_as_usual(table, template):
    mine = template("nothing")
    assert table.render("markdown", mine) == table.render("markdown")
    assert table.render("latex", mine) == table.render("latex")


def test_a_template_may_include_another_one_beside_it(table, template):
    template("RNN and others", "words.j2")
    assert table.render("text", template("{% include 'words.j2' %}!")) == "RNN and others!"


def test_a_template_may_build_on_the_usual_one(table, template, tmp_path):
    usual = (folder("templates") / "table.txt.j2").read_text()
    template(usual, "usual.j2")
    assert table.render("text", template("{% include 'usual.j2' %}")) == table.render("text")


@pytest.fixture
def file(template):
    """A template in a file of its own."""
    return lambda text, name="mine.j2": template(text, name) / name


def test_a_file_is_the_template(table, file):
    assert table.render("text", file("{% for row in rows %}{{ row.label }};{% endfor %}")) == "RNN;GRU;"


def test_a_file_is_filled_for_each_table_with_no_page_around(table, file):
    assert formats.render([table, table], "latex", file("((( title )))")) == "Two \\& two\nTwo \\& two"


def test_a_file_may_include_what_lies_beside_it(table, file, template):
    template("words", "words.j2")
    assert table.render("text", file("{% include 'words.j2' %}!")) == "words!"


def test_a_file_may_build_on_a_usual_template(table, file):
    assert table.render("text", file("{% include 'table.txt.j2' %}")) == table.render("text")


def test_what_is_wrong_in_a_file_is_said_with_line_and_variable(table, file):
    said = refused(table, file("{% for row in rows %}\n{{ row.label }}\n{{ rwo.cells }}\n{% endfor %}"))
    assert said == "template mine.j2, line 3: 'rwo' is undefined; expected the names that the documentation lists"


def test_a_file_of_any_name_is_named_with_the_line(table, file):
    said = refused(table, file("\n{% for row in rows %}\n{{ row.cells[9] }}{% endfor %}", "mine.html"))
    assert said.startswith("template mine.html, line 3: list object has no element 9")


def test_a_file_that_is_no_utf8_is_refused(table, file):
    assert refused(table, file(b"\xff\xfe")) == "template mine.j2: it is not UTF-8"


def test_labels_and_cells_are_to_be_had_without_their_marks(file):
    noted = sc.Table((Column("A"),), (Row("r", (Cell(sc.T, (2,)),), (1,)),), notes=("one", "two"))
    mine = file("{% for row in rows %}{{ row.label.value }} {{ row.cells[0].value }} {{ row.marks|join }}{% endfor %}")
    assert noted.render("text", mine) == "r T ab"


@pytest.mark.parametrize("what", ["explain", "exercise", "lecture"])
def test_a_document_has_a_template_of_ones_own_too(what, file):
    made = {"explain": sc.explain, "exercise": sc.exercise, "lecture": lambda _: sc.lecture()}[what](
        sc.architecture("rnn")
    )
    title = {"explain": "RNN", "exercise": "RNN", "lecture": "Computation in deep learning models"}[what]
    assert made.render("html", file("<<{{ title }}>>")) == f"<<{title}>>"


def test_the_verb_takes_a_file_and_its_ending_says_the_format(prints, refuses, file):
    html = file("<b>{{ rows[0].cells[0] }}</b>", "mine.html.j2")
    assert prints("table", "lecture", "--template", html).startswith("<b><math>")
    assert prints("table", "lecture", "--template", html, "-f", "text") == "<b>T H I</b>"
    assert prints("show", "rnn", "--template", file("{{ title }} ")).startswith("RNN ")
    assert refuses("table", "lecture", "--template", file("{{ titel }}"), "-f", "text") == (
        "template mine.j2, line 1: 'titel' is undefined; expected the names that the documentation lists"
    )


def test_the_page_is_a_template_too(table, template):
    mine = template("<<((( tables|length ))) ((( tables[1] )))>>", "page.tex.j2")
    template("((( title )))", "table.tex.j2")
    assert formats.render([table, table], "latex", mine) == r"<<2 Two \& two>>"


@pytest.mark.parametrize(
    "name",
    ["title", "stub", "spanners", "columns", "rows", "notes", "remarks", "convention", "widths", "shares"],
)
def test_the_names_that_the_documentation_lists_are_given(table, template, name):
    assert table.render("text", template("{{ %s is defined }}" % name)) == "True"  # noqa: UP031 - braces
    assert name in (formats.__doc__ or "")


def test_what_a_template_says_is_not_evaluated_twice(template):
    hostile = sc.Table((), (), title="{{ 7 * 7 }}{% for %}")
    assert hostile.render("text", template("{{ title }}")) == "{{ 7 * 7 }}{% for %}"


def test_a_broken_template_is_named_with_the_line(table, template):
    mine = template("one\ntwo {{ title }}\n{% for x in rows %}\n{{ x }\n")
    assert refused(table, mine) == "template table.txt.j2, line 4: unexpected '}'"


def test_a_template_that_lacks_an_end_is_named(table, template):
    said = refused(table, template("{% if title %}\n"))
    assert said.startswith("template table.txt.j2, line 1: Unexpected end of template.")


def test_a_broken_template_that_is_included_is_named(table, template):
    template("fine\n{% nonsense %}", "part.j2")
    said = refused(table, template("{% include 'part.j2' %}"))
    assert said.startswith("template part.j2, line 2: Encountered unknown tag 'nonsense'.")


def test_an_unknown_name_is_named_with_template_and_line(table, template):
    said = refused(table, template("{{ title }}\n\n{{ titel }}"))
    assert said == (
        "template table.txt.j2, line 3: 'titel' is undefined; expected the names that the documentation lists"
    )


def test_an_unknown_attribute_is_named(table, template):
    said = refused(table, template("{% for row in rows %}\n{{ row.name }}\n{% endfor %}"))
    assert said.startswith("template table.txt.j2, line 2: 'dict object' has no attribute 'name'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ title + 1 }}", "line 1: TypeError: "),
        ("\n{{ 1 // 0 }}", "line 2: ZeroDivisionError: "),
        ("{{ rows|nofilter }}", "line 1: No filter named 'nofilter'."),
        ("\n\n{% include 'nowhere.j2' %}", "'nowhere.j2'"),
    ],
)
def test_whatever_goes_wrong_in_a_template_is_said(table, template, text, said):
    assert said in refused(table, template(text))


def test_a_template_that_is_no_utf8_is_refused(table, template):
    assert refused(table, template(b"\xff\xfe")) == "template table.txt.j2: it is not UTF-8"


def test_a_missing_template_says_where_it_was_sought(table, template, tmp_path):
    said = refused(table, template("{% include 'nowhere.j2' %}"))
    assert said == f"no template 'nowhere.j2'; expected one in {tmp_path} or {folder('templates')}"


def test_a_missing_folder_is_named(table, tmp_path):
    said = refused(table, tmp_path / "nowhere")
    assert said == f"templates: there is no file or folder {str(tmp_path / 'nowhere')!r}"


def test_a_folder_without_templates_changes_nothing(table, tmp_path):
    assert table.render("text", tmp_path) == table.render("text")


def test_there_is_a_template_for_every_format():
    names = {path.name for path in folder("templates").iterdir()}
    for each in sc.FORMATS.values():
        assert {each.template, *([each.page] if each.page else [])} <= names


def test_a_folder_that_does_not_come_with_symcost_is_refused():
    with pytest.raises(SymcostError, match="there is no folder 'nonsense'; install symcost again"):
        folder("nonsense")
