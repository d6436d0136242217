"""Tables of comparisons, budgets and regimes, and the verbs that print them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import DIMENSIONS, expressions, polynomials

import symcost as sc
from symcost.cli.compare import chosen
from symcost.errors import SymcostError
from symcost.render.analyses import exact_value, regimes_tables, solution_tables

T, H, D = sc.T, sc.H, sc.D

COMPARED = """\
scores and projections along T

Model        Cost
-----------  -------
scores       2 T^2 H
projections  4 T H^2

T: time steps; H: hidden channels.
Taken to hold: T >= K.

Ratios

Pair                  Ratio    As T grows
--------------------  -------  -----------
scores : projections  T/(2 H)  without end

Crossovers

Pair                  T    Cheaper below  Cheaper above  If
--------------------  ---  -------------  -------------  --------
scores : projections  2 H  scores         projections    2 H >= K

Regions

Cheapest     Where
-----------  -------
scores       T < 2 H
projections  T > 2 H"""


def test_a_comparison_is_written_as_tables():
    options = {"by": T, "names": ["scores", "projections"], "assume": ["K <= T"]}
    assert str(sc.compare(sc.read("2*T^2*H"), sc.read("4*T*H^2"), **options)) == COMPARED


def test_networks_name_their_convention_and_metrics_their_heading():
    assert "Convention flops: " in str(sc.compare(sc.GRU(3, H), sc.RNN(3, H), metric="flops"))
    assert "Model  Parameters\n" in str(sc.compare(sc.GRU(3, H), sc.RNN(3, H), metric="parameters"))


@pytest.mark.parametrize("form", ["text", "markdown", "latex"])
def test_every_table_is_written_in_every_format(form):
    found = sc.compare(sc.read("T^5"), sc.read("T + 100"), sc.read("T^3*H + T"), by=T)
    tables = [*found.tables(), *solution_tables(sc.solve(sc.read("H^3 + H"), H, macs=99), "")]
    tables += regimes_tables(sc.regimes(sc.read("T^2*H + 6*T*H^2 + 3")), "a title", "")
    assert all(table.render(form) for table in tables)


def test_a_root_without_closed_form_is_said_by_its_polynomial():
    (crossover,) = sc.compare(sc.read("T^5"), sc.read("T + 100"), by=T).crossovers
    number, words, polynomial, rest = exact_value(crossover.at)
    assert (number, words, sc.text(polynomial), rest) == ("about 2.52444", ", a root of ", "x^5 - x - 100", " in x")


def test_what_is_open_among_several_is_said_in_the_table_of_regions():
    found = sc.compare(sc.read("T^5 + T*D"), sc.read("T^2*D + 4*D"), sc.read("D^7 + T^3"), by=T)
    assert found.unassigned or found.regions
    assert not found.unassigned or "? " in found.tables()[-1].render()


# --- the verbs ---


def test_compare_prints_what_python_says(run):
    status, out, err = run("compare", "lstm", "gru", "--by", "H", "-m", "parameters", "--given", "I=64")
    both = sc.compare(
        sc.architecture("lstm"), sc.architecture("gru"), by=H, metric="parameters", given={"I": sc.read("64")}
    )
    assert (status, out.rstrip("\n"), err) == (0, str(both), "")


def test_compare_takes_relations_layers_files_and_formulas(run, tmp_path):
    (tmp_path / "net.toml").write_text('input = ["T", "D"]\n[[layers]]\nlayer = "Linear"\nargs = ["D", "D"]\n')
    given = [part for each in ("F=4*D", "N=1") for part in ("--given", each)]
    status, out, _ = run("compare", "TransformerEncoderLayer", "net.toml", "9*T*D^2", *given, "--assume", "D <= T")
    assert status == 0
    assert "Taken to hold: F = 4 D, N = 1, T >= D." in out


def test_solve_prints_the_largest_size_with_its_cost(run):
    status, out, _ = run("solve", "lstm", "--for", "H", "--parameters", "1e6", "--given", "I=64")
    assert status == 0
    assert out.splitlines()[4].split() == ["H", "sqrt(251089)", "-", "33", "468", "999648", "1003660"]


def test_solve_takes_a_network_or_a_dimension_as_the_budget(run):
    _, out, _ = run("solve", "LSTM", "--for", "H", "--parameters", "P")
    assert "-I/2 + sqrt(I^2 + 4 I + P + 4)/2 - 1" in out
    _, out, _ = run("solve", "8*H^2", "--for", "H", "--macs", "mnist", "--given", "N_hidden=300")
    assert " 172 " in out  # 8 * 172^2 = 236672 <= 238200 < 8 * 173^2 = 239432


def test_regimes_print_terms_with_their_layers_and_boundaries(run):
    status, out, _ = run("regimes", "TransformerEncoderLayer", "--given", "F=4*D")
    assert status == 0
    assert "12 T D^2  12 transformer_encoder_layer  T < 6 D" in out
    assert "T = 6 D" in out


@pytest.mark.parametrize("metric", ["macs", "flops without bias"])
def test_regimes_print_the_convention(prints, metric):
    assert prints("regimes", "gru", "--metric", metric).count(f"Convention {metric}: ") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "rnn"], "compare: 1 to compare; expected two or more"),
        (["compare", "rnn", "lsmt"], "no network is called 'lsmt'; expected a network, a layer of the catalogue"),
        (["compare", "rnn", "lstm", "--by", "Z"], "compare: no cost depends on Z; there are H, I, T"),
        (["compare", "rnn", "lstm", "--given", "H"], "--at: 'H'; expected a dimension and its size, such as T=100"),
        (["compare", "rnn", "lstm", "--assume", "T"], "assume: 'T' is no relation"),
        (["compare", "rnn", "lstm", "-m", "mac"], "no metric is called 'mac'; did you mean 'macs'?"),
        (["compare", "T^^2", "lstm"], "formula 'T^^2'"),
        (["solve", "rnn"], "Missing option '--for'"),
        (["solve", "rnn", "--for", "H"], "solve: 0 budgets; expected one"),
        (["solve", "rnn", "--for", "K", "--macs", "9"], "depends on T, H, I, not on K"),
        (["solve", "rnn", "--for", "H", "--macs", "gru"], "depends on H too"),
        (["regimes", "T*log2(H)"], "regimes: the term T log2(H); expected a number times powers of T, H"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(run, arguments, said):
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


def test_a_name_on_the_command_line_is_a_network_a_layer_or_a_formula():
    assert chosen("rnn").name == "RNN"
    assert chosen("GRU").name == "gru"
    assert chosen("H") == H
    assert chosen("T/D") == T / D
    assert chosen("100") == 100


# --- whatever is asked ---


@given(expressions(), expressions(), polynomials(), st.sampled_from(DIMENSIONS), st.booleans())
@pytest.mark.slow
@settings(deadline=None, max_examples=12, suppress_health_check=list(HealthCheck))
def test_every_question_has_an_answer_or_an_error_for_people(one, other, third, size, numbers):
    found = sorted((one.free_symbols | other.free_symbols | third.free_symbols) - {size}, key=str)
    given_sizes = {symbol.name: 3 + place for place, symbol in enumerate(found)} if numbers else {}
    questions = [
        lambda: str(sc.compare(one, other, third, by=size, given=given_sizes)),
        lambda: sc.text(sc.solve(one, size, macs=1000, given=given_sizes).exact or 0),
        lambda: sc.eliminate(one, other, size, "W").cost,
        lambda: sc.reuse(one, other).ratio,
        lambda: sc.regimes(one).regimes,
        lambda: sc.optimum(one, size, given=given_sizes).extrema,
        lambda: sc.elasticity(one, size),
    ]
    for question in questions:
        try:
            question()
        except SymcostError as error:
            assert str(error)
