"""What notebooks show, and the example notebook, executed: what is kept in it is what it shows now."""

from __future__ import annotations

import warnings
from pathlib import Path

import hostile
import pytest
from sympy import Integer

import symcost as sc
from symcost import notebooks
from symcost.cost import Unpriced
from symcost.folders import folder
from symcost.render import summary
from symcost.render.sheet import Cell, Column, Row

EXAMPLE = folder("examples") / "lstm_or_attention.ipynb"
LSTM = sc.architecture("lstm")
MODEL = sc.architecture("language-model")


def shown():
    """One of each kind that is shown."""
    return [
        LSTM, sc.LSTM(), LSTM.total, LSTM.work, sc.table([LSTM]), sc.growth(LSTM.macs), sc.compare(LSTM, sc.GRU()),
        sc.schedule(LSTM), sc.explain(LSTM), sc.estimate(LSTM, "a100"), MODEL.sampled(), sc.regimes(LSTM),
        sc.solve(LSTM, "H", parameters=10**6),
    ]  # fmt: skip


EACH = pytest.mark.parametrize("value", shown(), ids=lambda value: type(value).__name__)


def test_each_kind_that_is_shown_is_tried_here():
    kinds = [*notebooks.TABLES, sc.Explanation]
    assert all(any(isinstance(value, kind) for value in shown()) for kind in kinds)
    assert len(kinds) == len(shown())


@EACH
def test_each_is_shown_as_markdown_and_as_latex(value):
    assert "$" in value._repr_markdown_()
    assert r"\begin{" in value._repr_latex_() or value._repr_latex_().startswith("$")
    assert r"\documentclass" not in value._repr_latex_()


@EACH
def test_each_is_shown_as_html(value):
    written = value._repr_html_()
    assert "<math" in written
    assert "<table" in written or isinstance(value, sc.Explanation)
    assert "<html" not in written


@EACH
def test_what_ipython_prints_is_short_or_text(value):
    if not hasattr(value, "_repr_pretty_"):
        assert len(repr(value)) < 500
        return
    printed = []
    value._repr_pretty_(type("Printer", (), {"text": lambda _, text: printed.append(text)})(), False)
    assert printed == ["\n".join(table.render("text") for table in tables_of(value)).rstrip("\n")]


def tables_of(value):
    if isinstance(value, sc.Explanation):
        return [value]
    return notebooks.TABLES[type(value)](value)


def test_a_network_is_shown_as_it_is_printed():
    assert LSTM._repr_markdown_() == summary.layers_table(LSTM).render("markdown")
    assert sc.LSTM()._repr_markdown_().startswith("**LSTM**\n\n| Layer |")


def test_several_tables_are_shown_one_under_the_other():
    found = sc.compare(LSTM, sc.GRU())
    assert found._repr_markdown_() == "\n".join(table.render("markdown") for table in found.tables())
    assert found._repr_latex_().count(r"\begin{table}") == len(found.tables())


def test_a_cost_says_what_is_not_known():
    known = sc.Cost(activations=sc.T)
    assert "| activations | $T$ |" in known._repr_markdown_()
    unknown = sc.Cost(activations=sc.T, unpriced=(Unpriced("work", "scan"), Unpriced("parameters", "step")))
    assert [str(cell) for cell in summary.cost_table(unknown).column("Value")] == ["?", "?", "?", "T", "0"]
    assert "Not known: work of scan." in unknown._repr_markdown_()


def test_a_bound_says_what_is_constant_and_what_is_assumed():
    found = sc.growth(sc.read("4*T*H^2 + T*K"), ["T", "K"], "K <= T")
    table = sc.Growth._repr_markdown_(found)
    assert "Constant: $H$." in table
    assert "Assumed: K &lt;= T." in table
    assert found._repr_latex_() == f"${found.latex}$"


def test_what_cannot_be_shown_is_left_to_python():
    huge = sc.Table((Column("n"),), (Row("many", (Cell(Integer(10) ** 5000),)),))
    assert [huge._repr_html_(), huge._repr_markdown_(), huge._repr_latex_()] == [None] * 3


@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_names_are_shown_as_what_they_are(name):
    x = sc.Input(sc.T, sc.I)
    network = sc.Network(name, x, sc.Linear(sc.I, sc.H)(x))
    table = summary.layers_table(network)
    assert network._repr_markdown_() == table.render("markdown")
    assert network._repr_latex_() in table.render("latex")
    assert "<script" not in network._repr_html_()


# --- the example ---

_KEPT = ("text/plain", "text/markdown")  # HTML and LaTeX say the same again


def executed(path):
    """A notebook with what it shows now: without times, and without what depends on the machine."""
    nbformat = pytest.importorskip("nbformat")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Jupyter's own, while it is imported and started
        nbclient = pytest.importorskip("nbclient")
        pytest.importorskip("ipykernel")
        notebook = nbformat.read(path, as_version=4)
        nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = {form: output.data[form] for form in _KEPT if form in output.data}
    notebook.metadata.language_info = {"name": "python"}
    return nbformat.writes(notebook) + "\n"


@pytest.mark.slow
def test_the_example_shows_what_is_kept_in_it(request, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(sc.__file__).parents[1]))
    now = executed(EXAMPLE)
    if request.config.getoption("--update-golden"):
        EXAMPLE.write_text(now, encoding="utf-8")
    assert EXAMPLE.read_text("utf-8") == now, "the notebook has drifted; pytest --update-golden writes it anew"
