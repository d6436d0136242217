"""Plots as PGFPlots: exact coordinates; what is written compiles, alone and within a document."""

from __future__ import annotations

import re
import shutil
import subprocess

import hostile
import plots
import pytest

import symcost as sc
from symcost.errors import RenderError

WITHIN = r"""\documentclass[a4paper]{article}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\begin{document}
Before it.

%s

After it.
\end{document}
"""
SLIDES = r"""\documentclass[aspectratio=169]{beamer}
\usepackage{pgfplots}
\pgfplotsset{compat=1.16}
\begin{document}
\begin{frame}{Regimes}\input{one}\end{frame}
\end{document}
"""


def coordinates(written):
    blocks = re.findall(r"coordinates \{\n(.*?)\};", written, re.DOTALL)
    return [[tuple(map(float, pair.split(","))) for pair in re.findall(r"\(([^)]*)\)", block)] for block in blocks]


def test_coordinates_are_the_points():
    plot = plots.crossing()
    found = coordinates(plot.render("pgfplots"))
    for curve, points in zip(plot.curves, found, strict=True):
        assert points == [pytest.approx((float(x), float(y)), rel=1e-8) for x, y in curve.points]


def test_names_formulas_and_marks_are_in_the_source():
    written = plots.crossing().render("pgfplots")
    for each in (
        "{four LSTMs\\\\{\\footnotesize $32 \\, T \\, D^{2}$}}",
        "$T$ = $10 \\, D$ = $5120$",
        "xmode=log",
        "At D = 512.",
    ):
        assert each in written
    assert plots.crossing().render("pgfplots") == written


def test_a_template_of_ones_own_is_taken(tmp_path):
    (tmp_path / "plot.tex.j2").write_text("((( curves|length ))) curves\n", encoding="utf-8")
    assert plots.crossing().render("pgfplots", templates=tmp_path) == "3 curves\n"
    (tmp_path / "plot.tex.j2").write_text("((( nothing )))", encoding="utf-8")
    with pytest.raises(RenderError, match=r"template plot.tex.j2, line 1: 'nothing' is undefined"):
        plots.crossing().render("pgfplots", templates=tmp_path)


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_hostile_names_cannot_leave_their_place(name):
    written = plots.named(name, "another", title=name).render("pgfplots")
    assert written.count(r"\end{document}") == 1
    assert r"\input" not in written.partition(r"\begingroup")[2]
    assert r"\write" not in written


# --- compiled --------------------------------------------------------------------------------------------------------

needs_latex = [pytest.mark.slow, pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex")]


def compiled(folder, source, name="document"):
    """Compiles a document as strictly as can be; gives what it shows."""
    (folder / f"{name}.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, timeout=300, check=False)
    log = (folder / f"{name}.log").read_text(errors="replace")
    assert run.returncode == 0, log[-3000:]
    for wrong in ("Missing character", "Overfull", "Package pgfplots Warning"):
        assert wrong not in log
    shown = subprocess.run(["pdftotext", "-layout", f"{name}.pdf", "-"], cwd=folder, capture_output=True, check=True)
    return shown.stdout.decode()


class TestCompiled:
    pytestmark = needs_latex

    @pytest.mark.parametrize("kind", plots.KINDS)
    @pytest.mark.parametrize("aspect", ["16:9", "4:3"])
    def test_a_plot_compiles_as_it_stands(self, kind, aspect, tmp_path):
        shown = compiled(tmp_path, plots.KINDS[kind]().render("pgfplots", aspect))
        assert shown.count("\f") == 1
        assert {"crossing": "four LSTMs", "against": "Parameter count", "regimes": "T = 2048", "profile": "Average"}[
            kind
        ] in shown

    def test_a_plot_is_the_picture_alone_within_a_document(self, tmp_path):
        (tmp_path / "one.tex").write_text(plots.crossing().render("pgfplots"), encoding="utf-8")
        (tmp_path / "two.tex").write_text(plots.profile().render("pgfplots", "4:3"), encoding="utf-8")
        shown = compiled(tmp_path, WITHIN % "\\noindent\\input{one}\n\nBetween them.\n\n\\noindent\\input{two}")
        for said in ("Before it.", "Between them.", "After it.", "four LSTMs", "Width"):
            assert said in shown

    def test_a_plot_fits_on_a_slide(self, tmp_path):
        (tmp_path / "one.tex").write_text(plots.regimes().render("pgfplots"), encoding="utf-8")
        assert "Regimes" in compiled(tmp_path, SLIDES)

    def test_hostile_names_compile_and_print_as_themselves(self, tmp_path):
        names = list(hostile.NAMES.values())
        for place in range(0, len(names), 4):
            chunk = names[place : place + 4]
            (tmp_path / f"part{place}.tex").write_text(plots.named(*chunk, title=chunk[0]).render("pgfplots"), "utf-8")
        parts = "\n\n".join(rf"\noindent\input{{part{place}}}" for place in range(0, len(names), 4))
        shown = compiled(tmp_path, WITHIN % parts)
        for said in (r"\end{document}", r"\\write18{ls}", "a % b", "# heading", "Ærø", "[U+1F600]"):
            assert said.replace(" ", "") in shown.replace(" ", "")

    def test_many_decades_and_large_numbers_compile(self, tmp_path):
        assert "Complexity" not in compiled(tmp_path, sc.plot(sc.read("T^9"), range=(1, 10**9)).render("pgfplots"))
        compiled(tmp_path, sc.plot(sc.read("T^3"), range=(1, 10**6), scale="linear").render("pgfplots"), "linear")
