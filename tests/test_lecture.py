"""The lecture: every group of slides is answered, in every format, by what is derived."""

from __future__ import annotations

import itertools
import re

import pytest

import symcost as sc
from symcost.importers import files
from symcost.render.explanation import Explanation
from symcost.teaching.lecture import lecture
from symcost.teaching.slides import GROUPS, System
from symcost.teaching.tables import against_table, conventions_table, on_its_side, tensors_table

SLIDES = [
    "Counting", "Convolution and filtering", "Recurrent networks", "Autoencoders", "Language models", "Attention",
    "Encoder and decoder", "Forward and backward", "Empirical cost", "Complexity and parameter count",
]  # fmt: skip


@pytest.fixture(scope="module")
def text():
    return lecture().render("text")


@pytest.fixture(scope="module")
def sections(text):
    """The sections of the text by their titles."""
    parts = re.split(r"^\d+\. (.+)\n=+\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def latex():
    return lecture().render("latex")


@pytest.fixture(scope="module")
def markdown():
    return lecture().render("markdown")


def row(section, label):
    """The cells of the first row that is called so."""
    line = next(line for line in section.splitlines() if line.startswith(f"{label}  "))
    return re.split(r"\s{2,}", line.removeprefix(label).strip())


def test_every_group_of_slides_has_a_section_in_order(sections):
    assert list(sections) == SLIDES == [group.title for group in GROUPS]


def test_every_group_has_a_table_and_every_group_of_systems_a_derivation():
    for group in GROUPS:
        kinds = {type(each) for made in group.answers for each in made()}
        assert sc.Table in kinds
        assert (Explanation in kinds) == (SLIDES.index(group.title) < SLIDES.index("Forward and backward"))


@pytest.mark.parametrize(
    ("section", "label", "begins"),
    [
        ("Counting", "2 by 2 matrix times vector", ["4", "2", "4"]),
        ("Counting", "M by N matrix times vector", ["N M", "M (N - 1)", "N M"]),
        ("Counting", "Affine layer, W (I, H), on x (B, I)", ["B H I", "B H I", "B H I"]),
        ("Counting", "MNIST classifier, 300 hidden", ["238200", "238200", "238200", "238510"]),
        ("Counting", "colour images", ["(B, C, H, W)", "B H C W"]),
        ("Convolution and filtering", "Minimal convolution net, W (2, 1)", ["2 T", "T", "2 T", "2"]),
        ("Convolution and filtering", "FIR filter, W (4, 1)", ["4 T", "3 T", "4 T", "4"]),
        ("Convolution and filtering", "Convolution, W (3, 3)", ["9 T", "6 T", "9 T", "9"]),
        ("Convolution and filtering", "Convolution, W (3, 3, 2)", ["18 T", "15 T", "18 T", "18"]),
        ("Convolution and filtering", "First-order IIR filter", ["2 T", "T", "2 T", "2", "T"]),
        ("Convolution and filtering", "Max pooling of 4 by 4 numbers", ["0", "12"]),
        ("Autoencoders", "DNN autoencoder", ["530400", "530400", "530400", "531884"]),
        ("Autoencoders", "CNN autoencoder, K = 3", ["17992800", "18013184", "17992800", "362201"]),
        ("Autoencoders", "CNN autoencoder, K by K", ["1999200 K^2", "1999200 K^2 + 20384", "1999200 K^2"]),
        ("Autoencoders", "MACs", ["17992800", "530400", "33.9"]),
        ("Forward and backward", "rnn", ["T B (H I + H^2)", "T B (H I + 2 H^2)"]),
        ("Empirical cost", "Passes", ["1800000"]),
    ],
)
def test_the_figures_of_the_slides_stand_in_their_sections(sections, section, label, begins):
    assert row(sections[section], label)[: len(begins)] == begins


def test_what_the_slides_print_is_what_is_derived_but_for_one_product_of_attention(text):
    differing = [line for line in text.splitlines() if "printed on the slide as" in line]
    assert [re.sub(r"^\[.\] ", "", line).partition(":")[0] for line in differing] == [
        "Products alone, MACs", "Attention, complexity",
    ]  # fmt: skip


def test_a_wrong_figure_of_a_slide_is_noted():
    entry = System("mnist", "", {"parameters": "238511"}, {"N_hidden": 300}).entry
    (note,) = sc.table([entry], ["parameters"], "macs").notes
    assert "1" in "".join(map(str, note))
    assert " less" in note


def test_the_last_section_is_the_table_of_the_lecture(text):
    assert text.rstrip().endswith(files.table("lecture").render("text").rstrip())


def test_it_is_the_same_twice(text):
    assert sc.lecture().render("text") == text  # and as LaTeX, below


def test_as_latex_it_is_one_document_that_needs_no_other_file(latex):
    for once in (r"\documentclass", r"\begin{document}", r"\end{document}", r"\tableofcontents"):
        assert latex.count(once) == 1
    assert r"\input" not in latex
    assert "symcostend" not in latex
    assert re.findall(r"\\section\{(.*)\}", latex) == SLIDES


def test_as_markdown_headings_go_down_in_steps(markdown):
    levels = [len(each) for each in re.findall(r"^(#+) ", markdown, re.MULTILINE)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


def test_as_markdown_it_has_the_same_sections(markdown):
    assert re.findall(r"^## \d+\. (.*)$", markdown, re.MULTILINE) == SLIDES


def test_an_unknown_format_is_refused():
    with pytest.raises(sc.UnknownName, match="latex"):
        lecture().render("latx")


def test_a_broken_template_is_named(tmp_path):
    (tmp_path / "lecture.txt.j2").write_text("{{ nothing }}")
    with pytest.raises(sc.RenderError, match=r"lecture\.txt\.j2"):
        lecture().render("text", tmp_path)


def test_conventions_differ_where_their_prices_do():
    table = conventions_table(sc.architecture("mnist").at(N_hidden=300))
    assert table.column("work") == [238200, 238200, 477010, 477010 - 310, 477010]
    assert table.column("Dot product") == [0, 0, 0, -1, 0]


def test_tensors_hold_the_product_of_their_sizes():
    assert tensors_table().column("Numbers")[:3] == [1, sc.D, sc.M * sc.N]


def test_one_network_against_another_of_half_the_work():
    one, half = (sc.Sequential("net", sc.Input(4), sc.Linear(4, size, bias=False)) for size in (8, 4))
    assert against_table(one, half).column("Ratio") == ["2", "2"]


def test_a_table_on_its_side_keeps_its_notes():
    noted = sc.table([sc.Entry(sc.architecture("rnn"), "RNN", note="Elman.")], ["macs", "depth"], "macs")
    side = on_its_side(noted)
    assert side.notes == ("Elman.",)
    assert [each.marks for each in (side.rows[0].cells[0], side.rows[1].cells[0])] == [(1,), ()]


def test_one_command_prints_it_or_writes_it(prints, tmp_path, latex):
    assert prints("lecture") == latex
    assert prints("lecture", "-o", tmp_path / "lecture.tex") == ""
    assert (tmp_path / "lecture.tex").read_text("utf-8") == latex


def test_it_is_written_whole_or_not_at_all(refuses, tmp_path):
    (tmp_path / "lecture.tex").write_text("before")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "lecture.tex.j2").write_text("((( title ))) ((( nothing )))")
    arguments = ("lecture", "-o", tmp_path / "lecture.tex", "--templates", tmp_path / "templates")
    assert "lecture.tex.j2" in refuses(*arguments)
    assert (tmp_path / "lecture.tex").read_text() == "before"
    assert "latex" in refuses("lecture", "-f", "latx")
    (tmp_path / "templates" / "lecture.tex.j2").write_text("((( title )))")
    arguments = ("lecture", "-o", tmp_path / "none" / "lecture.tex", "--templates", tmp_path / "templates")
    refuses(*arguments)
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["lecture.tex"]
