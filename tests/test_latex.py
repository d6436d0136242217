"""LaTeX: what is written compiles, on its own and within a document, and prints what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata

import hostile
import pytest

import symcost as sc
from symcost.importers import files
from symcost.render import formats, summary
from symcost.render.sheet import Cell, Column, Row
from symcost.render.words import latex_text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex"),
]

WITHIN = r"""\documentclass{article}
\usepackage{booktabs}
\begin{document}
Before it.
%s
After it.
\end{document}
"""


def compiled(folder, source, name="document"):
    """Compiles a document as strictly as can be; gives its log without line ends, which break words."""
    (folder / f"{name}.tex").write_text(source, encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"],
        cwd=folder, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    log = (folder / f"{name}.log").read_text(errors="replace")
    errors = [line for line in log.splitlines() if line.startswith("!")]
    assert (run.returncode, errors) == (0, []), log[-3000:]
    assert "Missing character" not in log
    return log.replace("\n", "")


def words(folder, name="document"):
    """What the document shows, with the accents that stand for ASCII signs made signs again."""
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext")
    run = subprocess.run(["pdftotext", "-layout", f"{name}.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return run.stdout.decode().translate({0x2C6: "^", 0x2DC: "~", 0x2019: "'", 0x2018: "`"})


def with_name(name):
    columns = (Column(name, name), Column("plain", name))
    rows = tuple(Row(name, (Cell(name, (1,)), Cell((name, sc.T)))) for _ in range(2))
    return sc.Table(columns, rows, name, name, (name,), (name,), name)


@pytest.fixture(scope="module")
def tables():
    rnn = sc.architecture("rnn")
    spanned = sc.table([sc.Entry(rnn, "RNN", {"complexity": sc.T})], source="on the slide", beside=True)
    return [
        files.table("lecture"),
        spanned,
        summary.layers_table(rnn),
        summary.work_table(rnn),
        summary.terms_table(rnn),
        summary.values_table(rnn),
        summary.catalogue_table(),
        summary.catalogue_table("weighted"),
    ]


def test_the_table_of_the_lecture_compiles_as_it_stands(tmp_path):
    log = compiled(tmp_path, files.table("lecture").render("latex"))
    assert "Overfull" not in log
    shown = words(tmp_path)
    for said in ("Complexity vs. parameter count", "CNN (2D)", "Attention", "Convention lecture"):
        assert said in shown


def test_every_kind_of_table_compiles_in_one_document(tmp_path, tables):
    compiled(tmp_path, formats.render(tables, "latex"))
    assert "ScaledDotProductAttention" in words(tmp_path)


def test_a_table_is_the_table_alone_within_a_document(tmp_path, tables):
    (tmp_path / "first.tex").write_text(tables[0].render("latex"), encoding="utf-8")
    (tmp_path / "second.tex").write_text(formats.render(tables[1:], "latex"), encoding="utf-8")
    loaded = WITHIN.replace("booktabs", "array,booktabs,longtable")
    compiled(tmp_path, loaded % "\\input{first}\nBetween them.\n\\input{second}")
    shown = words(tmp_path)
    for said in ("Before it.", "Between them.", "After it.", "Complexity vs. parameter count", "on the slide"):
        assert said in shown


def test_a_table_that_is_too_wide_shrinks_where_graphicx_is_loaded(tmp_path, tables):
    (tmp_path / "wide.tex").write_text(tables[0].render("latex"), encoding="utf-8")
    plain = WITHIN % r"\input{wide}"
    assert "Overfull" in compiled(tmp_path, plain, "plain")
    assert "Overfull" not in compiled(tmp_path, plain.replace("booktabs", "booktabs,graphicx"), "shrunk")


def test_a_table_that_is_too_long_for_a_page_goes_over_several(tmp_path):
    many = sc.Table((Column("Number"),), tuple(Row(f"row {number}", (Cell("1"),)) for number in range(120)))
    compiled(tmp_path, many.render("latex"))
    shown = words(tmp_path)
    assert shown.count("Number") == shown.count("\f") > 1  # the heading again on every page
    assert "row 119" in shown


def test_long_formulas_wrap_within_their_cells(tmp_path, tables):
    long = sc.read("+".join(f"T*H_{number}" for number in range(60)))
    wide = sc.Table(tuple(map(Column, "ABC")), (Row("long", (Cell(long), Cell(long), Cell("short"))),))
    log = compiled(tmp_path, wide.render("latex"))
    assert "Overfull" not in log
    assert "H59" in words(tmp_path).replace(" ", "")


def test_hostile_names_compile_wherever_they_stand(tmp_path):
    compiled(tmp_path, formats.render([with_name(name) for name in hostile.NAMES.values()], "latex"))


@pytest.mark.parametrize("name", ["letters", "letters that pdflatex lacks", "signs", "quotes"])
def test_hostile_names_compile_within_a_document_of_another_encoding(name, tmp_path):
    (tmp_path / "table.tex").write_text(with_name(hostile.NAMES[name]).render("latex"), encoding="utf-8")
    compiled(tmp_path, (WITHIN % r"\input{table}").replace("{booktabs}", "{booktabs}\n\\usepackage[T1]{fontenc}"))


def test_every_character_compiles(tmp_path):
    """All of the first planes that text may hold, a sample of the rest."""
    points = [*range(0x20, 0x530), *range(0x2000, 0x2070), *range(0x2190, 0x2200), 0xFFFD, 0x1F600, 0x10FFFF]
    rows = tuple(
        Row(f"{start:X}", (Cell("".join(map(chr, points[start : start + 16]))),)) for start in range(0, len(points), 16)
    )
    pages = [sc.Table((Column("A"),), rows[start : start + 20]) for start in range(0, len(rows), 20)]
    compiled(tmp_path, formats.render(pages, "latex"))


def plain_ascii():
    names = {key: " ".join(name.split()) for key, name in hostile.NAMES.items() if name.isascii()}
    return {key: name for key, name in names.items() if name.isprintable() and 0 < len(name) < 90}


def test_a_plain_hostile_name_prints_as_itself(tmp_path):
    names = plain_ascii()
    assert len(names) > 15
    rows = tuple(Row(f"row {number}", (Cell(f"({name})"),)) for number, name in enumerate(names.values()))
    compiled(tmp_path, sc.Table((Column("A"),), rows).render("latex"))
    shown = dict(re.findall(r"^\s*(row \d+)\s+(\(.*\))$", words(tmp_path), re.MULTILINE))
    said = {row.label: re.sub("[ _]", "", shown[row.label]) for row in rows}  # an underscore is drawn, no letter
    assert said == {f"row {n}": re.sub("[ _]", "", f"({name})") for n, name in enumerate(names.values())}


@pytest.mark.parametrize("form", ["longtable", "beamer"])
def test_hostile_names_compile_in_the_variants_too(form, tmp_path):
    compiled(tmp_path, formats.render([with_name(name) for name in hostile.NAMES.values()], form))


@pytest.mark.parametrize("form", ["longtable", "beamer"])
def test_the_variants_hold_all_that_stands_on_a_table(form, tmp_path, tables):
    log = compiled(tmp_path, formats.render([tables[0], tables[1], tables[6]], form))
    assert r"Overfull \vbox" not in log
    shown = words(tmp_path)
    for said in ("Complexity vs. parameter count", "on the slide", "UpsamplingNearest2d", "Convention lecture"):
        assert said in " ".join(shown.split())
    assert shown.count("Depth") > 1  # the heading again on every page


@pytest.mark.parametrize(("form", "within"), [("longtable", "article"), ("beamer", "beamer")])
def test_the_variants_are_themselves_alone_within_a_document(form, within, tmp_path, tables):
    (tmp_path / "first.tex").write_text(tables[0].render(form), encoding="utf-8")
    packages = r"\usepackage{array,booktabs,graphicx,longtable}"
    source = f"\\documentclass{{{within}}}{packages}\\begin{{document}}\n\\input{{first}}\n\\end{{document}}\n"
    compiled(tmp_path, source)
    assert "Complexity vs. parameter count" in words(tmp_path)


def test_a_label_that_begins_with_a_star_or_a_bracket_keeps_it(tmp_path):
    rows = tuple(Row(label, (Cell(sc.T),)) for label in ("first", "*second", "[1ex] third", "*"))
    compiled(tmp_path, sc.Table((Column("*A *B [C"),), rows).render("latex"))
    shown = words(tmp_path)
    for said in ("*second", "[1ex] third", "*A", "*B", "[C"):
        assert said in shown


def test_letters_print_as_themselves(tmp_path):
    compiled(tmp_path, sc.Table((), (), remarks=(hostile.NAMES["letters"],)).render("latex"))
    shown = unicodedata.normalize("NFC", words(tmp_path))
    for said in ("Größe", "Ærø", "Çeşme", "œuvre"):
        assert said in shown


def test_no_more_letters_are_given_up_than_pdflatex_lacks(tmp_path):
    """Each letter that is written as a code point stops pdflatex if it is written as itself."""
    given_up = [chr(point) for point in range(0xA0, 0x180) if latex_text(chr(point)).startswith("{[}U+")]
    body = "\n".join(given_up)
    source = f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (tmp_path / "letters.tex").write_text(source, encoding="utf-8")
    subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "letters.tex"], cwd=tmp_path, capture_output=True, check=False
    )
    log = (tmp_path / "letters.log").read_text(errors="replace")
    lines = {int(line) for line in re.findall(r"^l\.(\d+)", log, re.MULTILINE)}
    assert lines == set(range(3, 3 + len(given_up)))


def test_every_formula_of_the_catalogue_compiles(tmp_path):
    formulas = ["ceil(T/2)", "floor(T/(2*K))", "log2(T)", "log(T)", "sqrt(H)", "max(T, H)", "min(T, H)", "T**H"]
    formulas += ["H/I", "-T", "1/2", "beta_2 + n_heads*T_out", "2**(T+1)", "(T+1)**2/(H+1)", "sqrt(H/2)", "T**(-2)"]
    rows = tuple(Row(each, (Cell(sc.read(each)),)) for each in formulas)
    compiled(tmp_path, sc.Table((Column("A"),), rows).render("latex"))


def explained(folder, explanations):
    """Compiles explanations one after the other, each put in from its own file."""
    for number, each in enumerate(explanations):
        (folder / f"part{number}.tex").write_text(each.render("latex"), encoding="utf-8")
    parts = "\n".join(rf"\input{{part{number}}}\clearpage" for number in range(len(explanations)))
    packages = r"\usepackage{amsmath}\usepackage[a4paper,margin=20mm]{geometry}"
    return compiled(
        folder, f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n{parts}\n\\end{{document}}\n"
    )


@pytest.mark.parametrize("by", ["macs", "exact"])
def test_every_named_network_is_explained_within_the_margins(by, tmp_path):
    log = explained(tmp_path, [sc.explain(sc.architecture(name), by) for name in sc.ARCHITECTURES])
    assert "Overfull" not in log
    shown = words(tmp_path)
    assert "summed over" in shown
    assert "one after" in shown


def test_every_layer_is_explained_within_the_margins(tmp_path):
    layers = [kind.example() for kind in sc.CATALOGUE.values() if kind.__module__.startswith("symcost.")]
    layers += [
        sc.MultiheadAttention(is_causal=True),
        sc.GroupedQueryAttention(is_causal=True, window=sc.dimension("w")),
    ]
    assert "Overfull" not in explained(tmp_path, [sc.explain(layer, "exact") for layer in layers])


@pytest.mark.parametrize("name", ["lstm", "mnist", "attention"])
def test_an_explanation_compiles_as_it_stands_and_fits_on_slides(name, tmp_path):
    written = sc.explain(sc.architecture(name)).render("latex")
    assert "Overfull" not in compiled(tmp_path, written)
    (tmp_path / "part.tex").write_text(written, encoding="utf-8")
    frame = (
        r"\documentclass{beamer}\begin{document}\begin{frame}[allowframebreaks]\input{part}\end{frame}\end{document}"
    )
    assert r"Overfull \hbox" not in compiled(tmp_path, frame, "slides")


def test_hostile_names_are_explained_and_asked_for(tmp_path):
    explanations = []
    for place, name in enumerate(hostile.NAMES.values()):
        x = sc.Input(sc.T, sc.I, name=name)
        network = sc.Network(name, x, sc.GatedFeedForward(sc.I, sc.H)(sc.Linear(sc.I, sc.I)(x, name=name), name=name))
        explanations.append(sc.explain(network))
        if place % 6 == 0:
            made = sc.exercise(network, 1)
            compiled(tmp_path, made.questions, "questions")
            compiled(tmp_path, made.solutions, "solutions")
    explained(tmp_path, explanations)


@pytest.mark.parametrize("name", ["lstm", "cnn-2d", "mnist", "encoder-decoder", "dnn-autoencoder"])
def test_exercises_compile_within_the_margins(name, tmp_path):
    made = sc.exercise(sc.architecture(name), seed=7)
    for part in (made.questions, made.solutions):
        assert "Overfull" not in compiled(tmp_path, part)


def test_the_whole_lecture_compiles_within_the_margins_and_fills_its_contents(tmp_path):
    written = sc.lecture().render("latex")
    compiled(tmp_path, written)
    log = compiled(tmp_path, written)  # the contents are those of the first time
    assert "Overfull" not in log
    assert "LaTeX Warning" not in log
    shown = words(tmp_path)
    for title in (group.title for group in sc.lecture().groups):
        assert len(re.findall(rf"^\s*\d+\s+{title}\b", shown, re.MULTILINE)) == 2  # in the contents and in its place
    assert "238510" in shown


@pytest.mark.parametrize("form", ["latex", "longtable", "beamer"])
def test_in_a_wide_table_a_long_name_breaks_within_its_column(form, tmp_path):
    row = Row("a_long_name_of_a_layer_" * 4, tuple(Cell("word " * 8) for _ in range(4)))
    table = sc.Table(tuple(Column(str(number)) for number in range(4)), (row,))
    assert "Overfull" not in compiled(tmp_path, table.render(form))
    broken = [line for line in words(tmp_path).splitlines() if "a long name" in re.sub("_", " ", line)]
    assert len(broken) > 1
