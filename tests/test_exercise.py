"""Exercises: sheets and solutions whose numbers are those of the network at the sizes drawn."""

from __future__ import annotations

import functools
import re

import networkx as nx
import pytest

import symcost as sc
from symcost.errors import DimensionError
from symcost.layer import CATALOGUE
from symcost.render.columns import QUANTITIES
from symcost.task import ADDITIONS, MULTIPLICATIONS, drawn

T, H, I, K, X = (sc.dimension(name) for name in "THIKX")


@pytest.mark.parametrize("name", ["lstm", "mnist"])
def test_sheets_and_solutions_are_as_the_golden_files_have_them(golden, name):
    made = sc.exercise(sc.architecture(name), seed=7)

    golden(f"exercise_{name}.tex", made.questions)
    golden(f"exercise_{name}_solutions.txt", made.render("text", solutions=True))


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_the_answers_are_those_of_the_network_at_the_sizes_drawn(name):
    net = sc.architecture(name)
    task = drawn(net, 3)
    numeric = net.at(**{symbol.name: size for symbol, size in task.sizes.items()})
    answers = {
        "2. Parameters": numeric.parameters,
        "2. Parameters without biases": numeric.total.weights,
        "3. Multiplications": QUANTITIES["multiplications"].value(numeric, sc.convention("macs")),
        "3. Additions": QUANTITIES["additions"].value(numeric, sc.convention("macs")),
        "4. MACs": numeric.macs,
        "5. Sequential depth": numeric.depth,
    }
    said = sc.exercise(net, 3).render("text", solutions=True)

    for heading, answer in answers.items():
        assert re.findall(rf"^{heading}: (.*)$", said, re.MULTILINE) == [str(answer)]
    for share, part in zip(task.derivation(MULTIPLICATIONS).shares, numeric.layers, strict=True):
        numbers = tuple(size.xreplace(dict(task.sizes)) for size in (axis.size for axis in share.outputs[0]))
        assert numbers == part.node.outputs[0].shape


OWN = sorted(name for name, kind in CATALOGUE.items() if kind.__module__.startswith("symcost."))


@pytest.mark.parametrize("name", OWN)
def test_every_layer_can_be_asked_for(name):
    task = drawn(sc.explain(CATALOGUE[name].example()).network, 1)

    for metric, priced in ((MULTIPLICATIONS, MULTIPLICATIONS), (ADDITIONS, ADDITIONS)):
        assert task.derivation(metric).total.xreplace(dict(task.sizes)) == task.at_sizes.cost(priced)


@pytest.mark.parametrize("form", ["latex", "markdown", "text"])
def test_a_sheet_does_not_say_which_layers_cost_nothing(form):
    graph = nx.DiGraph()
    graph.add_node("x", shape=(sc.T, sc.H))
    graph.add_node("mix", params=0, work={"add": sc.T * sc.H}, depth=1, activations=sc.T * sc.H, state=0)
    graph.nodes["mix"]["shape"] = (sc.T, sc.H)
    graph.add_node("lin", layer=sc.Linear(sc.H, sc.V))
    nx.add_path(graph, ["x", "mix", "lin"])

    assert ": no" not in sc.exercise(sc.Network("net", graph)).render(form)


def test_a_few_answers_reckoned_by_hand():
    said = sc.exercise(sc.Sequential("tiny", sc.Input(2, 3), sc.Linear(3, 4), sc.ReLU()), 1).render(solutions=True)

    assert "linear: (2, 4)" in said
    for answer in (
        "2. Parameters: 16", "2. Parameters without biases: 12", "3. Multiplications: 24", "3. Additions: 24",
        "4. MACs: 24", "5. Sequential depth: 2", "6. Growth: 2 times as many MACs",
    ):  # fmt: skip
        assert answer in said  # 3 * 4 (+ 4); 2 * 4 * 3; 2 * 4 * (2 + 1); one after the other; two examples


def test_what_doubling_does_is_exact():
    task = drawn(sc.Sequential("rnn", sc.Input(T, 3), sc.RNN(3, 5)), 1)
    assert (task.growing.doubled, task.growing.ratio) == (T, 2)

    task = drawn(sc.Sequential("rnn", sc.Input(4, 8), sc.RNN(8, H)), 1)
    h = task.sizes[H]
    assert (task.growing.doubled, task.growing.ratio) == (H, sc.read(f"2*(8 + 2*{h})/(8 + {h})"))
    assert (task.growing.before, task.growing.after) == (4 * h * (8 + h), 8 * h * (8 + 2 * h))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others():
    made = {
        (name, seed, solutions): sc.exercise(sc.architecture(name), seed).render("latex", solutions=solutions)
        for name in ("rnn", "lstm", "dnn-autoencoder")
        for seed in (1, 2, 3)
        for solutions in (False, True)
    }

    assert len(set(made.values())) == len(made)
    for (name, seed, solutions), written in made.items():
        assert sc.exercise(sc.architecture(name), seed).render("latex", solutions=solutions) == written
    assert sc.exercise(sc.architecture("rnn"), 1).questions == made["rnn", 1, False]
    assert sc.exercise(sc.architecture("rnn"), 1).solutions == made["rnn", 1, True]


@pytest.mark.parametrize("seed", range(20))
def test_sizes_fit_the_network(seed):
    many = sc.Sequential("heads", sc.Input(T, H), sc.MultiheadAttention(H, sc.dimension("N")))
    sizes = drawn(many, seed).sizes
    assert sizes[H] % sizes[sc.dimension("N")] == 0

    strided = sc.Sequential("strided", sc.Input(T, I), sc.Conv1d(I, H, K, stride=3))
    sizes = drawn(strided, seed).sizes
    assert sizes[T] >= sizes[K]
    assert (sizes[T] - sizes[K]) % 3 == 0  # no step is left over


def test_sizes_that_no_draw_fits_are_refused():
    impossible = sc.Sequential("odd", sc.Input(T, I), sc.Conv1d(I, H, 1000))
    with pytest.raises(DimensionError, match=r"network 'odd': none of 500 draws fits .* give some of them"):
        sc.exercise(impossible)
    assert sc.exercise(impossible.at(T=1001)).task.sizes  # as the message says


def test_the_sheet_gives_the_network_and_not_the_answers():
    made = sc.exercise(sc.architecture("lstm"), 7)
    task, sheet = made.task, made.render("text")

    assert f"(T, I) = ({task.sizes[T]}, {task.sizes[I]})" in sheet
    assert "LSTM(input_size=I, hidden_size=H)" in sheet
    assert "z[t, g] = sum_i x[t, i] W_ih[g, i] + b_ih[g]" in sheet
    for answer in (task.at_sizes.macs, task.at_sizes.parameters):
        assert str(answer) not in sheet
    assert sheet.count("?\n") + sheet.count("? A ") == 6


@pytest.mark.parametrize("form", ["latex", "markdown", "html", "typst", "text"])
def test_every_format_has_both(form):
    made = sc.exercise(sc.architecture("gru"), 2)

    assert "exercise 2" in made.render(form)
    assert "solutions 2" in made.render(form, solutions=True)


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def run(run):
    """Runs the verb."""
    return functools.partial(run, "exercise")


def test_a_sheet_is_written_with_its_solutions_beside_it(run, tmp_path):
    assert run("lstm", "--seed", 7, "-o", "sheet.tex") == (0, "", "")

    made = sc.exercise(sc.architecture("lstm"), 7)
    assert (tmp_path / "sheet.tex").read_text() == made.questions
    assert (tmp_path / "sheet-solutions.tex").read_text() == made.solutions
    assert len(list(tmp_path.iterdir())) == 2


def test_without_a_file_both_are_printed(run):
    made = sc.exercise(sc.architecture("rnn"), 1)

    assert run("rnn") == (0, f"{made.render()}\n{made.render(solutions=True)}", "")


def test_both_files_are_written_or_none(run, tmp_path):
    (tmp_path / "sheet-solutions.tex").mkdir()
    status, out, err = run("lstm", "-o", "sheet.tex")

    assert (status, out) == (2, "")
    assert "-o sheet-solutions.tex: it cannot be written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["sheet-solutions.tex"]


def test_a_template_that_is_broken_writes_neither(run, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "exercise.tex.j2").write_text("((* if solutions *))((( nonsense )))((* endif *))")
    status, _, err = run("lstm", "-o", "sheet.tex", "--templates", "mine")

    assert status == 2
    assert "template exercise.tex.j2, line 1" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_sizes_that_are_given_are_not_drawn(run):
    assert "T = " not in run("rnn", "--at", "T=17")[1].partition("Which shape")[0]
    assert "(17, I)" in run("rnn", "--at", "T=17")[1]
