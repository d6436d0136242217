"""Drawings in the programs that read them: Graphviz draws what is in DOT, LaTeX compiles what is in TikZ."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import drawings
import hostile
import pytest
from test_drawing_formats import shown
from test_latex import compiled, words

import symcost as sc

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex"),
    pytest.mark.skipif(shutil.which("dot") is None, reason="there is no Graphviz"),
]


def by_graphviz(written: str) -> ET.Element:
    run = subprocess.run(["dot", "-Tsvg"], input=written.encode(), capture_output=True, timeout=120, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    return ET.fromstring(run.stdout)


def test_graphviz_draws_every_node_and_edge() -> None:
    for drawing in drawings.every().values():
        drawn = by_graphviz(drawing.render("dot"))
        classes = [each.get("class") for each in drawn.iter()]
        nodes = list(drawing.picture.every_node())
        opened = [each for each in nodes if each.inside]
        assert classes.count("node") == len(nodes) - len(opened)
        assert classes.count("cluster") == len(opened)
        assert classes.count("edge") == len(list(drawing.picture.every_edge()))


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_graphviz_shows_any_name_as_itself(name: str) -> None:
    drawn = by_graphviz(sc.draw(drawings.called(name), expand=1).render("dot"))
    said = "".join("".join(drawn.itertext()).split())
    assert said.count(shown(name)) >= 4


def test_every_drawing_compiles_within_one_document(tmp_path: Path) -> None:
    within = []
    for place, drawing in enumerate(drawings.every().values()):
        (tmp_path / f"{place}.tex").write_text(drawing.render("tikz"), encoding="utf-8")
        within.append(rf"\input{{{place}.tex}}\clearpage")
    document = r"\documentclass{article}\usepackage[paperwidth=80in,paperheight=80in]{geometry}\usepackage{tikz}" + (
        "\n\\begin{document}\n" + "\n".join(within) + "\n\\end{document}\n"
    )
    compiled(tmp_path, document)


def test_a_drawing_compiles_as_it_stands(tmp_path: Path) -> None:
    compiled(tmp_path, sc.draw(sc.architecture("encoder-decoder")).render("tikz"))
    assert {"encoder", "decoder", "attention", "LSTM", "delay 1"} <= {
        part.strip() for line in words(tmp_path).splitlines() for part in line.split("  ")
    }


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_any_name_compiles_and_opens_no_file(name: str, tmp_path: Any) -> None:
    compiled(tmp_path, sc.draw(drawings.called(name), expand=1).render("tikz"))
    if name.isascii() and not {"-", "`", "'"} & set(name):  # which TeX's fonts show otherwise
        assert shown(name).replace("_", "") in "".join(words(tmp_path).split())  # which is a line, no letter
