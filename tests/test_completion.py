"""Shell completion: what is offered, in each shell, and that it does not wait for sympy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import get_completion_class

import symcost as sc
from symcost import cli
from symcost.cli import completion, tables
from symcost.importers import files
from symcost.priced import METRICS
from symcost.render.formats import format_for
from symcost.render.plots.formats import PLOT_FORMATS
from symcost.render.steps import STEP_LINES

NAMES = Path(completion.__file__).with_name("names.json")
ROOT = Path(cli.__file__).parents[2]


def is_of_documents(form):
    """Whether a format is one of derivations, exercises and lectures."""
    try:
        return all(format_for(form, what) for what in ("derivation", "exercise", "lecture"))
    except sc.RenderError:
        return False


def known():
    """The names, from the tables that they are of."""
    return {
        "networks": [*sc.ARCHITECTURES],
        "layers": sorted(name for name, layer in sc.CATALOGUE.items() if layer.__module__.startswith("symcost.")),
        "tables": [*files.tables(), *tables._made()],
        "formats": [*sc.FORMATS],
        "formats of documents": [name for name in sc.FORMATS if is_of_documents(name)],
        "formats of drawings": [*sc.DRAWING_FORMATS],
        "formats of plots": [*PLOT_FORMATS],
        "conventions": [*sc.CONVENTIONS],
        "counters": [*sc.COUNTERS],
        "metrics": [*METRICS],
        "steps": [*STEP_LINES],
        "dimensions": [*sc.DIMENSIONS],
        "devices": [*sc.DEVICES],
    }


def test_the_names_are_those_of_the_tables(request):
    written = json.dumps(known(), indent=1) + "\n"
    if request.config.getoption("--update-golden") and NAMES.read_text("utf-8") != written:
        NAMES.write_text(written, encoding="utf-8")
    assert NAMES.read_text("utf-8") == written, "names have come or gone; pytest --update-golden writes them anew"


def offered(shell, monkeypatch, *words):
    """What a shell is told to offer for the last word."""
    chosen = get_completion_class(shell)(cli.cli, {}, "symcost", "_SYMCOST_COMPLETE")
    monkeypatch.setenv("COMP_WORDS", " ".join(["symcost", *words]))
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words)))
    return chosen.complete().splitlines()


CASES = [
    (("sh",), ["show"]),
    (("--ver",), ["--version", "--verbose"]),
    (("show", "rn"), ["rnn", "rnn-cell"]),
    (("show", "TransformerE"), ["TransformerEncoderLayer"]),
    (("compare", "rnn", "ls"), ["lstm"]),
    (("show", "rnn", "--conv"), ["--convention"]),
    (("show", "rnn", "--convention", "f"), ["flops", "fvcore", "flopcountermode"]),
    (("show", "rnn", "--format", "m"), ["markdown"]),
    (("show", "rnn", "-f", "te"), ["text"]),
    (("draw", "rnn", "-f", ""), ["svg", "dot", "mermaid", "tikz", "pdf", "png"]),
    (("plot", "rnn", "-f", "p"), ["png", "pdf", "pgfplots"]),
    (("explain", "rnn", "--format", "b"), []),
    (("schedule", "rnn", "--step", "s"), ["scalar", "sequential"]),
    (("counters", "rnn", "--counter", "t"), ["thop", "torchinfo"]),
    (("show", "rnn", "--at", "T_"), ["T_self=", "T_cross="]),
    (("growth", "rnn", "--in", "T_s"), ["T_self"]),
    (("growth", "rnn", "--of", "par"), ["parameters"]),
    (("compare", "rnn", "--metric", "wi"), ["width"]),
    (("estimate", "rnn", "--device", "tpu"), ["tpu-v5e"]),
    (("table", "lec"), ["lecture"]),
    (("table", "rnn"), ["rnn.toml"]),
    (("show", "tag"), ["tagger.toml"]),
    (("show", "within/"), ["within/other.toml"]),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which some files lie."""
    monkeypatch.chdir(tmp_path)
    Path("within").mkdir()
    for name in ("tagger.toml", "rnn.toml", "notes.txt", "within/other.toml"):
        Path(name).touch()
    return tmp_path


@pytest.mark.parametrize(("words", "expected"), CASES, ids=" ".join)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_offered_what_may_come(monkeypatch, folder, shell, words, expected):
    if words == ("show", "rn"):
        expected = [*expected, "rnn.toml"]
    lines = offered(shell, monkeypatch, *words)
    values = lines[1::3] if shell == "zsh" else [line.split(",")[1].partition("\t")[0] for line in lines]
    assert values == expected


@pytest.mark.parametrize(
    "words", [("show", "rnn", "-o", "a"), ("show", "rnn", "--templates", "a"), ("show", "no")], ids=" ".join
)
def test_files_are_left_to_the_shell(monkeypatch, folder, words):
    assert offered("bash", monkeypatch, *words) == [f"file,{words[-1]}"]


def test_every_verb_completes_its_network_and_its_options():
    for verb in cli.cli.commands.values():
        for parameter in verb.params:
            if parameter.type is click.STRING:
                assert parameter.name not in completion.COMPLETED, (verb.name, parameter.name)
    named = {parameter.name for verb in cli.cli.commands.values() for parameter in verb.params}
    assert set(completion.COMPLETED) <= named


LOADED = """
import sys
from symcost.cli import cli
try:
    cli.main([], prog_name="symcost")
finally:
    print(*{"sympy", "networkx", "numpy", "jinja2", "rich"} & {*sys.modules}, file=sys.stderr)
"""


def test_nothing_heavy_is_imported_to_complete():
    asked = {"_SYMCOST_COMPLETE": "bash_complete", "COMP_WORDS": "symcost show rn", "COMP_CWORD": "2"}
    run = subprocess.run(
        [sys.executable, "-c", LOADED], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["plain,rnn", "plain,rnn-cell"]
    assert run.stderr == "\n"


SESSION = """
eval "$(_SYMCOST_COMPLETE=bash_source symcost)"
complete -p symcost
offer() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _symcost_completion symcost
    echo "${COMPREPLY[*]}"
}
offer symcost sch
offer symcost show Transf
offer symcost estimate rnn --device a
offer symcost schedule rnn --step s
"""


def test_bash_completes(tmp_path):
    bash = shutil.which("bash")
    assert bash
    command = tmp_path / "symcost"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m symcost "$@"\n')
    command.chmod(0o755)
    paths = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [bash, "--norc", "-c", SESSION], env={**os.environ, **paths}, capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    declared, *offers = run.stdout.splitlines()
    assert "-F _symcost_completion symcost" in declared
    assert offers == ["schedule", "TransformerDecoderLayer TransformerEncoderLayer", "a100", "scalar sequential"]
