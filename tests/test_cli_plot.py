"""The verbs that plot: what they write, and what they say of what is wrong."""

from __future__ import annotations

import pytest

import symcost as sc

LSTM = ("plot", "lstm", "gru", "--over", "H", "--at", "T=100", "--at", "I=64")


def test_a_plot_is_a_table_where_no_file_is_named(prints):
    made = sc.plot(["lstm", "gru"], "H", at={"T": 100, "I": 64})
    assert prints(*LSTM) == "\n\n".join(map(str, made.tables())) + "\n"
    assert prints(*LSTM, "-f", "markdown").startswith("**MACs**\n")


def test_the_ending_of_the_file_says_the_format(prints, tmp_path):
    made = sc.plot(["lstm", "gru"], "H", "parameters", at={"T": 100, "I": 64}, range=(1, 100), title="Two networks")
    options = (*LSTM, "--quantity", "parameters", "--range", "1:1e2", "--title", "Two networks")
    assert prints(*options, "-o", "plot.tex") == ""
    assert (tmp_path / "plot.tex").read_text("utf-8") == made.render("pgfplots")
    assert prints(*options, "-f", "pgfplots", "--aspect", "4:3") == made.render("pgfplots", "4:3")
    prints(*options, "-o", "plot.md")
    assert (tmp_path / "plot.md").read_text("utf-8").startswith("**Two networks**")


@pytest.mark.parametrize(("suffix", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_pictures_are_written(prints, tmp_path, suffix, begin):
    pytest.importorskip("matplotlib")
    prints("plot", "T^2", "100*T", "-o", f"plot.{suffix}")
    assert (tmp_path / f"plot.{suffix}").read_bytes().startswith(begin)


def test_cost_against_parameters(prints):
    printed = prints(*LSTM, "--against", "parameters", "--range", "1:100", "--scale", "linear")
    assert "H = 100" in printed
    assert "Parameter count" in printed


def test_regimes_are_mapped(prints):
    made = sc.plot_regimes(sc.TransformerEncoderLayer(), ("D", "T"), at={"F": 2048}, range=((1, 10**5), (1, 1000)))
    options = ("--at", "F=2048", "--over", "D", "--over", "T", "--range", "1:1e5", "--range", "1:1000")
    assert prints("plot-regimes", "TransformerEncoderLayer", *options) == f"{made}\n"
    assert "T = 2 D" in prints("plot-regimes", "TransformerEncoderLayer", "--at", "F=2048", "-f", "pgfplots").replace(
        "$", ""
    ).replace(" \\,", "")


def test_a_profile_is_plotted(prints):
    made = sc.schedule(sc.architecture("stacked-rnn")).plot(T=6, L=3, H=16)
    options = ("--at", "T=6", "--at", "L=3", "--at", "H=16")
    assert prints("plot-profile", "stacked-rnn", *options) == f"{made}\n"
    assert prints("plot-profile", "rnn", "--at", "T=3", "--at", "H=2", "--at", "I=2", "--step", "operation")


@pytest.mark.parametrize(("arguments", "said"), [
    (("plot", "rnn", "--over", "T"), "plot: no size for H, I; expected a number for each dimension but T; give them"),
    (("plot", "rnn", "gru"), "expected one dimension to plot over; name it by over (--over)"),
    ((*LSTM, "-o", "no/plot.tex"), "-o no/plot.tex: there is no folder 'no'; make it first"),
    ((*LSTM, "-o", "plot.gif"), "-o plot.gif: no format by its ending is called '.gif'; there are "),
    ((*LSTM, "-o", "plot"), "-o plot: no format by its ending is called 'plot'; there are "),
    (("plot", "lstm", "--over", "Q"), "plot: nothing here depends on 'Q'; there are H, I, T"),
    (("plot", "lstm", "--at", "Q=2"), "at: nothing here depends on 'Q'; there are H, I, T"),
    ((*LSTM, "-f", "gif"), "no format is called 'gif'; there are "),
    ((*LSTM, "--range", "5"), "--range: '5'; expected two sizes, such as 1:1e6"),
    ((*LSTM, "--range", "9:5"), "range: (9, 5); expected two whole numbers"),
    ((*LSTM, "--scale", "log"), "no scale is called 'log'; did you mean 'log-log'"),
    ((*LSTM, "-f", "pgfplots", "--aspect", "16x9"), "no aspect is called '16x9'; did you mean '16:9'?"),
    ((*LSTM, "--quantity", "macz"), "no column is called 'macz'; did you mean"),
    (("plot-regimes", "TransformerEncoderLayer"), "T, D, F; expected two dimensions; give the others a size by at"),
    (("plot-profile", "stacked-rnn", "--at", "T=6", "--at", "L=2"), "no size for H"),
    (("plot", "no.toml"), "no.toml"),
])  # fmt: skip
def test_what_is_wrong_is_one_line(refuses, arguments, said):
    assert said in refuses(*arguments)


def test_a_missing_library_is_one_line_and_writes_nothing(refuses, monkeypatch, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert refuses(*LSTM, "-o", "plot.png") == 'matplotlib is not installed; pip install "symcost[plot]"'
    assert not list(tmp_path.iterdir())
