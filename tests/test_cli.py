"""The command line: what it prints, where it writes, and what it says of what is wrong."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading

import pytest
import rich_click

import symcost as sc
from symcost import cli
from symcost.folders import folder
from symcost.importers import files
from symcost.render import formats, summary
from symcost.render.training import training_table

HEAD = 'name = "head"\ninput = ["T", "H"]\n[[layers]]\nlayer = "Linear"\nargs = ["H", "V"]\n'
UNPRICED = 'name = "scan"\n[[layers]]\nname = "step"\nwork = "T"\n'


def names(path):
    return [each.name for each in path.iterdir()]


def python(*arguments, **more):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False, **more
    )  # fmt: skip


# --- training ---


def test_training_is_printed_layer_by_layer(prints):
    table = training_table(sc.architecture("mnist").at(N_hidden=300), "macs", sc.B)
    printed = prints("training", "mnist", "--at", "N_hidden=300", "--batch", "B", "-c", "macs")
    assert printed == table.render()
    assert prints("training", "lstm", "-f", "markdown") == training_table(sc.architecture("lstm")).render("markdown")


def test_training_of_what_is_not_known_is_refused(refuses, tmp_path):
    (tmp_path / "net.toml").write_text(UNPRICED)
    assert "backward pass of 'step': only its cost is known" in refuses("training", "net.toml")
    assert "the batch is -1" in refuses("training", "mnist", "--batch=-1")


# --- table ---


@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_the_table_of_the_lecture_is_printed_in_each_format(prints, form):
    assert prints("table", "lecture", "--format", form) == files.table("lecture").render(form)


def test_a_table_is_printed_as_latex_unless_told_otherwise(prints):
    assert prints("table", "lecture") == files.table("lecture").render("latex")
    assert prints("table", "lecture", "-f", "text") == files.table("lecture").render("text")


def test_a_table_may_be_a_file(prints, tmp_path):
    (tmp_path / "mine.toml").write_text('columns = ["depth"]\n[[rows]]\nname = "A row"\nnetwork = "lstm"\n')
    out = prints("table", "mine.toml", "-f", "text")
    assert out.splitlines()[:3] == ["Model  Sequential depth", "-----  ----------------", "A row  T"]


def test_a_convention_is_taken_in_place_of_the_files(prints):
    out = prints("table", "lecture", "-f", "text", "--convention", "flops")
    assert out == files.table("lecture", "flops").render("text")
    assert "Convention flops: " in out


def test_templates_of_ones_own_are_taken(prints, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "table.txt.j2").write_text("{{ rows|length }} rows\n")
    assert prints("table", "lecture", "-f", "text", "--templates", "mine") == "5 rows\n"


def test_an_unknown_cost_is_refused_if_the_table_is_to_be_strict(prints, refuses, tmp_path):
    (tmp_path / "t.toml").write_text('columns = ["depth"]\n[[rows]]\nnetwork = "scan.toml"\n')
    (tmp_path / "scan.toml").write_text(UNPRICED)
    assert "? [a]" in prints("table", "t.toml", "-f", "text")
    assert refuses("table", "t.toml", "--strict").startswith("t.toml: node 'step': its depth is not known")


# --- output ---


@pytest.mark.parametrize(("name", "form"), [("t.tex", "latex"), ("t.md", "markdown"), ("t.txt", "text")])
def test_the_ending_of_the_output_says_its_format(prints, tmp_path, name, form):
    assert prints("table", "lecture", "-o", name) == ""
    assert (tmp_path / name).read_text(encoding="utf-8") == files.table("lecture").render(form)
    assert names(tmp_path) == [name]


def test_a_format_that_is_asked_for_goes_before_the_ending(prints, tmp_path):
    prints("table", "lecture", "-f", "text", "-o", "t.dat")
    assert (tmp_path / "t.dat").read_text() == files.table("lecture").render("text")


def test_an_output_is_replaced_as_a_whole(prints, tmp_path):
    (tmp_path / "t.txt").write_text("x" * 100_000)
    prints("table", "lecture", "-o", "t.txt")
    assert (tmp_path / "t.txt").read_text() == files.table("lecture").render("text")


def test_an_output_may_be_read_as_any_other_file_made_here(prints, tmp_path):
    (tmp_path / "usual").write_text("")
    prints("table", "lecture", "-o", "t.txt")
    assert (tmp_path / "t.txt").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("step", ["replace", "chmod"])
def test_an_output_that_cannot_be_written_leaves_all_as_it_was(refuses, tmp_path, monkeypatch, step):
    (tmp_path / "t.txt").write_text("before")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"pathlib.Path.{step}", full)
    assert refuses("table", "lecture", "-o", "t.txt") == "-o t.txt: it cannot be written: No space left on device"
    assert names(tmp_path) == ["t.txt"]
    assert (tmp_path / "t.txt").read_text() == "before"


def test_an_interrupted_output_leaves_all_as_it_was(run, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathlib.Path.replace", interrupted)
    status, out, err = run("table", "lecture", "-o", "t.txt")
    assert (status, out, err.strip()) == (130, "", "")
    assert names(tmp_path) == []


def test_a_table_that_cannot_be_made_writes_nothing(refuses, tmp_path):
    assert refuses("table", "lectrue", "-o", "t.tex").startswith("no table is called 'lectrue'")
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_is_named(refuses, tmp_path):
    assert refuses("table", "lecture", "-o", "no/t.tex") == "-o no/t.tex: there is no folder 'no'; make it first"
    assert names(tmp_path) == []


def test_an_ending_of_no_format_is_refused(refuses, tmp_path):
    assert refuses("table", "lecture", "-o", "t.xyz").startswith(
        "-o t.xyz: no format by its ending is called '.xyz'; there are .beamer.tex, .csv, .html, "
    )
    assert refuses("table", "lecture", "-o", "t.PDF").endswith("is called '.PDF'; did you mean '.pdf'?")
    assert names(tmp_path) == []


def test_a_folder_is_no_output(refuses, tmp_path):
    (tmp_path / "d.tex").mkdir()
    assert refuses("table", "lecture", "-o", "d.tex") == "-o d.tex: it cannot be written: Is a directory"
    assert names(tmp_path) == ["d.tex"]


def test_a_name_that_is_too_long_is_refused(refuses):
    assert refuses("table", "lecture", "-o", "x" * 300 + ".tex").endswith("it cannot be written: File name too long")
    assert refuses("table", "lecture", "-o", "x" * 300 + "/t.tex").endswith("cannot be written: File name too long")


def test_a_pipe_is_written_to_and_not_replaced(prints, tmp_path):
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    prints("table", "lecture", "-o", "pipe.txt")
    reader.join(30)
    assert read == [files.table("lecture").render("text")]
    assert pipe.is_fifo()


# --- show, eval, layers ---


def test_show_prints_layers_and_work(prints):
    rnn = sc.architecture("rnn")
    tables = [summary.layers_table(rnn), summary.work_table(rnn)]
    assert prints("show", "rnn") == formats.render(tables, "text")


def test_show_takes_a_file(prints, tmp_path):
    (tmp_path / "head.toml").write_text(HEAD)
    assert prints("show", "head.toml").startswith("head\n\nLayer   Output  Parameters")


@pytest.mark.parametrize("sizes", [["--at", "N_hidden=300"], ["--at", " N_hidden = 3*10^2 "]])
def test_show_takes_sizes(prints, sizes):
    total = next(line for line in prints("show", "mnist", *sizes).splitlines() if line.startswith("total"))
    assert total.split() == ["total", "(10)", "238510", "238200", "477010", "610", "3"]


def test_show_takes_several_sizes_at_once(prints):
    out = prints("eval", "rnn", "--at", "T=H", "--at", "H=T", "--at", "I=2")
    assert "Parameter count      T (T + 4)\nSequential depth     H\n" in out
    assert "MACs                 18" in prints("eval", "rnn", "--at", "T=3", "--at", "H=2", "--at", "I=1")


def test_show_says_where_terms_come_from(prints):
    out = prints("show", "mnist", "--terms", "parameters")
    assert "794 N_hidden" in out
    assert out.endswith("  795 N_hidden  785 linear, 10 linear_2\n  10            10 linear_2\n")


def test_show_takes_a_convention_and_a_format(prints):
    out = prints("show", "rnn", "-c", "exact", "-f", "markdown")
    assert out.startswith("**RNN**\n\n| Layer | Output | Parameters | MACs | exact | Activations | Depth |\n")


def test_show_in_latex_is_one_document(prints):
    out = prints("show", "rnn", "-f", "latex", "--terms", "macs")
    assert out.count(r"\documentclass{article}") == 1
    assert out.count(r"\end{table}") == 3


def test_show_writes_a_file(prints, tmp_path):
    assert prints("show", "rnn", "-o", "rnn.txt") == ""
    assert (tmp_path / "rnn.txt").read_text() == prints("show", "rnn")


@pytest.mark.parametrize("known", [[], ["work"], ["work", "parameters"], ["work", "parameters", "activations"]])
def test_show_leaves_open_what_is_unknown_unless_it_is_to_be_strict(prints, refuses, tmp_path, known):
    (tmp_path / "scan.toml").write_text(
        '[[layers]]\nname = "step"\nshape = ["T"]\n' + "".join(f"{k} = 1\n" for k in known)
    )
    if known:
        assert "?" in prints("show", "scan.toml")
        assert "'step'" in refuses("show", "scan.toml", "--strict")
    else:
        assert "step" in prints("show", "scan.toml", "--strict")  # a shape alone is an input, and costs nothing


def test_a_network_of_which_all_is_known_may_be_strict(prints):
    assert prints("show", "rnn", "--strict") == prints("show", "rnn")


def test_eval_prints_every_value(prints):
    lines = prints("eval", "lstm", "--at", "T=100", "--at", "I=64", "--at", "H=512").splitlines()
    values = {line[:21].strip(): line[21:] for line in lines[4:-2]}
    assert values["MACs"] == str(4 * (64 * 512 + 512 * 512) * 100)
    assert values["Parameter count"] == str(4 * (64 * 512 + 512 * 512) + 8 * 512)
    assert values["Sequential depth"] == "100"


def test_eval_is_exact_however_large(prints):
    assert str(10**39 * (10**30 + 10**60)) in prints("eval", "rnn", "--at", "T=10^39", "--at", "I=1", "--at", "H=10^30")


def test_layers_prints_the_catalogue(prints):
    out = prints("layers")
    for name in ("Linear", "Conv2d", "LSTM", "MultiheadAttention"):
        assert f"\n{name} " in out
    assert prints("layers", "-c", "weighted").endswith("8 for exponentials and such, 1 else.\n")


def test_list_names_every_network_and_table_with_a_line_each(prints):
    lines = prints("list").splitlines()[2:]

    assert [line.split()[:2] for line in lines] == [
        *([name, "network"] for name in sc.ARCHITECTURES),
        ["lecture", "table"],
        ["tensors", "table"],
        ["attention-is-all-you-need", "table"],
        ["dive-into-deep-learning", "table"],
    ]
    assert all(len(line.split()) > 2 for line in lines)


def test_the_version_is_said(prints):
    assert prints("--version") == f"symcost {sc.__version__}\n"


@pytest.mark.parametrize("command", ["table", "show", "eval", "layers"])
def test_every_command_has_help(prints, command):
    assert f"Usage: symcost {command} [OPTIONS]" in prints(command, "--help")
    assert prints(command, "-h") == prints(command, "--help")
    assert command in prints("--help")


# --- what is wrong ---


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing command."),
        (["tabel"], "No such command 'tabel'."),
        (["--nonsense"], "No such option '--nonsense'."),
        (["table"], "Missing argument 'TABLE'."),
        (["table", "lecture", "rnn"], "Got unexpected extra argument (rnn)"),
        (["table", "lecture", "--format"], "Option '--format' requires an argument."),
        (["table", "lectrue"], "no table is called 'lectrue'; did you mean 'lecture'?"),
        (["table", "rnn"], "no table is called 'rnn'; there are lecture"),
        (["table", "lecture", "-f", "xyz"], "no format is called 'xyz'; there are beamer, csv, html, json, latex"),
        (["table", "lecture", "-c", "flop"], "no convention is called 'flop'; did you mean 'flops' or 'ptflops'?"),
        (["table", "lecture", "--templates", "no"], "templates: there is no file or folder 'no'"),
        (["table", "no.toml"], "no.toml: it cannot be read: No such file or directory"),
        (["show", "lstn"], "no network is called 'lstn'; did you mean 'lstm'"),
        (["show", "."], "no network is called '.'; there are "),
        (["show", "./"], ".: it cannot be read: Is a directory"),
        (["show", "x" * 5000], "no network is called 'x"),
        (["show", "rnn\nx"], r"no network is called 'rnn\nx'"),
        (["show", "rnn", "--at", "T"], "--at: 'T'; expected a dimension and its size, such as T=100"),
        (["show", "rnn", "--at", "T="], "--at: 'T='; expected a dimension and its size, such as T=100"),
        (["show", "rnn", "--at", "=3"], "--at: '=3'; expected a dimension and its size, such as T=100"),
        (["show", "rnn", "--at", "T=1", "--at", "T=2"], "--at: 'T' twice; expected it once"),
        (["show", "rnn", "--at", "T=0"], "network 'RNN': T is 0; expected a positive whole number"),
        (["show", "rnn", "--at", "T=-5"], "network 'RNN': T is -5; expected a positive whole number"),
        (["show", "rnn", "--at", "T=1/2"], "network 'RNN': T is 1/2; expected a positive whole number"),
        (["show", "rnn", "--at", "T=2("], "formula '2(', "),
        (["show", "rnn", "--at", "T=9**9**9"], "formula '9**9**9', character 2: the exponent 387420489; "),
        (["show", "rnn", "--at", "Z=2"], "network 'RNN': no dimension here is called 'Z'; there are H, I, T"),
        (["show", "rnn", "--terms", "mac"], "no metric is called 'mac'; did you mean 'macs'?"),
        (["show", "rnn", "-c", "flop"], "no convention is called 'flop'; did you mean 'flops' or 'ptflops'?"),
        (["eval", "rnn", "--at", "T=x y z ("], "formula 'x y z (', "),
        (["layers", "-c", "flop"], "no convention is called 'flop'; did you mean 'flops' or 'ptflops'?"),
        (["layers", "rnn"], "Got unexpected extra argument (rnn)"),
    ],
    ids=lambda value: " ".join(value)[:40].encode("ascii", "replace").decode() if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_one_line(refuses, arguments, said):
    assert refuses(*arguments).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = = 1", "n.toml: Invalid value (at line 1, column 5); expected TOML"),
        ("", "n.toml: no layers; expected [[layers]], one section for each"),
        (
            'name = "a\\nb"\ninput = ["T"]\n[[layers]]\nlayer = "Linear"\n',
            "n.toml: graph 'a b': node 'linear' after 'input'",
        ),
        ('input = ["T"]\n[[layers]]\nlayer = "Lineer"\n', "n.toml, layers 1, 'layer': no layer is called 'Lineer'"),
        ('[[layers]]\nnetwork = "n.toml"', "n.toml, layers 1, 'network': n.toml: the file refers to itself"),
        ('[[rows]]\nnetwork = "rnn"', "n.toml: it describes a table; expected a network; try: symcost table n.toml"),
        (f"input = [0x{'f' * 5000}]\n[[layers]]\nlayer = 'ReLU'", "n.toml, 'input': a number of too many digits"),
        (f"input = [{'9' * 5000}]\n[[layers]]\nlayer = 'ReLU'", "n.toml: a number of too many digits"),
        (f'[[layers]]\nlayer = "ReLU"\n"k{"x" * 100_000}" = 1', "n.toml, layers 1: the key 'kxxxxx"),
    ],
    ids=["broken", "empty", "newline", "misspelt", "itself", "a table", "hexadecimal", "digits", "long"],
)
def test_what_is_wrong_in_a_file_is_said_in_one_line(refuses, tmp_path, text, said):
    (tmp_path / "n.toml").write_text(text)
    message = refuses("show", "n.toml")
    assert message.startswith(said.replace("a b", r"a\nb") if "a b" in said else said)


def test_numbers_that_python_does_not_write_down_are_refused(refuses, tmp_path):
    (tmp_path / "n.toml").write_text('[[layers]]\nwork = "H^100*T^100"\nparameters = 0\nactivations = 0\ndepth = 1\n')
    assert refuses("eval", "n.toml", "--at", "H=10^40", "--at", "T=10^40").startswith("a number of too many digits; ")


def test_words_that_standard_output_cannot_take_are_said(tmp_path):
    (tmp_path / "n.toml").write_text('name = "\U0001f600"\ninput = ["T"]\n[[layers]]\nlayer = "ReLU"\n', "utf-8")
    run = python("-m", "symcost", "show", "n.toml", cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert run.returncode == 2
    assert run.stderr == "symcost: standard output cannot take '\\U0001f600' as latin-1; use -o FILE\n"


def test_an_interrupt_ends_quietly(run, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "table", interrupted)
    status, out, err = run("table", "lecture")
    assert (status, out, err.strip()) == (130, "", "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes differ here")
def test_a_reader_that_has_gone_is_not_complained_of():
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-m", "symcost", "layers"], stdout=writing, stderr=subprocess.PIPE, timeout=120, check=False
    )
    os.close(writing)
    assert (run.returncode, run.stderr) == (1, b"")


# --- the command as a process ---


def test_the_module_is_the_command(tmp_path):
    run = python("-m", "symcost", "table", "lecture", "-f", "text", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == files.table("lecture").render("text")


@pytest.mark.parametrize(
    ("arguments", "begin"),
    [(["--help"], " Usage: symcost [OPTIONS] COMMAND"), (["show", "-h"], " Usage: symcost show [OPTIONS] NETWORK")],
)
def test_the_module_bears_the_name_of_the_command(tmp_path, arguments, begin):
    run = python("-m", "symcost", *arguments, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert begin in run.stdout
    assert "__main__" not in run.stdout


def test_every_verb_has_help_in_one_look_and_says_how_far_it_is():
    for verb in (cli.cli, *cli.cli.commands.values()):
        assert isinstance(verb, rich_click.RichCommand)
        assert {"quiet", "verbose"} <= {parameter.name for parameter in verb.params}


def test_the_module_says_what_is_wrong_without_a_traceback(tmp_path):
    run = python("-m", "symcost", "show", "\udcff\n.toml", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("symcost: ")
    assert run.stderr.count("\n") == 1


IMPORTED = """
import sys
from symcost.cli import cli
sys.argv = ["symcost", *{arguments}]
try:
    cli.main(prog_name="symcost", standalone_mode=False)
finally:
    found = {{name.partition(".")[0] for name in sys.modules}}
    print(sorted(found & {{"sympy", "networkx", "numpy", "jinja2", "torch"}}))
"""


@pytest.mark.parametrize(
    ("arguments", "imported"),
    [
        (["--help"], []),
        (["--version"], []),
        (["table", "--help"], []),
        (["show", "--help"], []),
        (["table", "lecture", "-f", "text"], ["jinja2", "sympy"]),
        (["show", "rnn"], ["jinja2", "sympy"]),
    ],
    ids=" ".join,
)
def test_no_more_is_imported_than_is_needed(arguments, imported):
    run = python("-c", IMPORTED.format(arguments=arguments))
    assert run.stderr == ""
    assert run.stdout.splitlines()[-1] == str(imported)


PRINTED = """
import sys
from symcost.cli import cli
commands = "table lecture; table lecture -f markdown; show attention --terms flops; eval cnn-2d; layers"
for arguments in commands.split("; "):
    cli.main(arguments.split(), prog_name="symcost", standalone_mode=False)
cli.main(["show", sys.argv[1]], prog_name="symcost", standalone_mode=False)
"""


@pytest.mark.slow
def test_the_output_is_the_same_in_every_run():
    example = str(folder("examples") / "translation.toml")
    runs = [python("-c", PRINTED, example, env={**os.environ, "PYTHONHASHSEED": seed}) for seed in ("0", "1", "4242")]
    assert [run.stderr for run in runs] == [""] * 3
    assert len(runs[0].stdout) > 5000
    assert runs[0].stdout == runs[1].stdout == runs[2].stdout


def test_the_numbers_of_tensors_are_a_table_too(prints):
    printed = prints("table", "tensors", "-f", "text")
    assert [line.split()[-1] for line in printed.splitlines() if line.startswith(("scalar", "vector"))] == ["1", "D"]
    assert ("N M" in printed and "K C_in C_out" in printed.replace("C_out C_in", "C_in C_out")) or "C_out" in printed
    assert "How many numbers a tensor holds" in prints("list")
