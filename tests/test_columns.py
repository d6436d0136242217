"""Columns: what a table can say of a network."""

from __future__ import annotations

import dataclasses

import networkx
import pytest
from sympy import Expr

import symcost as sc
from symcost.analysis.growth.writing import Order
from symcost.errors import UnknownName, UnpricedError
from symcost.render.columns import LECTURE, QUANTITIES, WORDS, quantity
from symcost.render.steps import STEP_LINES

T, H, I = sc.T, sc.H, sc.I


def cell(name, network, convention="macs"):
    return QUANTITIES[quantity(name)].value(network, sc.convention(convention))


@pytest.fixture(scope="module")
def tagger():
    x = sc.Input(T, I)
    return sc.Network("tagger", x, sc.Softmax()(sc.Linear(I, H)(x)))


# One affine layer and a softmax over H, at T places. Softmax of n: n - 1 comparisons, n subtractions, n exponentials,
# n - 1 additions and n divisions. Backwards the weight is one product, no input needs its gradient; kept are the input,
# the exponentials, what comes out, and the sums.
EXPECTED = {
    "complexity": T * H * I,
    "parameter count": H * I + H,
    "time scaling": T,
    "sequential depth": 2,
    "parallel width": T * H * I,
    "average parallelism": T * H * I / 2,
    "macs": T * H * I,
    "flops": 2 * T * H * I + T * H + T * (5 * H - 2),
    "multiplications": T * H * I,
    "additions": T * H * (I - 1) + T * H + T * (2 * H - 1),
    "activations": 2 * T * H,
    "state": 0,
    "reuse": T * I / (I + 1),
    "cost against parameters": T * sc.dimension("P") * I / (I + 1),
    "growth": Order(T * H * I),
    "training": 2 * T * H * I,
    "backward": T * H * I,
    "kept activations": T * I + 2 * T * H + T,
    # Operations: a product, the bias, then maximum, difference, exponential, sum and quotient. Scalar: the product is
    # 1 + ceil(log2(I)), each of the two reductions of H numbers ceil(log2(H)), or I and H - 1 one after the other.
    "sequential depth (operation)": 7,
    "parallel width (operation)": T * H * I,
    "average parallelism (operation)": T * H * I / 7,
    "sequential depth (scalar)": sc.read("ceil(log2(I)) + 2*ceil(log2(H)) + 5"),
    "parallel width (scalar)": T * H * I,
    "average parallelism (scalar)": T * H * I / sc.read("ceil(log2(I)) + 2*ceil(log2(H)) + 5"),
    "sequential depth (sequential)": I + 2 * H + 2,
    "parallel width (sequential)": T * H * I,
    "average parallelism (sequential)": T * H * I / (I + 2 * H + 2),
    "mac": T * H * I,
    "mul": 0,
    "add": T * H + T * (2 * H - 1),
    "div": T * H,
    "compare": T * (H - 1),
    "exp": T * H,
    "log": 0,
    "tanh": 0,
    "sigmoid": 0,
    "erf": 0,
    "sqrt": 0,
}


def test_every_column_has_an_expected_value():
    assert list(EXPECTED) == list(QUANTITIES)


@pytest.mark.parametrize("name", QUANTITIES)
def test_every_column_is_derived_for_a_network(name, tagger):
    assert (cell(name, tagger) - EXPECTED[name]).cancel() == 0


@pytest.mark.parametrize(
    ("alias", "name"), [(alias, name) for name, each in QUANTITIES.items() for alias in each.aliases]
)
def test_an_alias_is_the_column_itself(alias, name, tagger):
    assert quantity(alias) == name
    assert sc.table([tagger], [alias]).rows == sc.table([tagger], [name]).rows


def test_short_names_of_the_columns_of_the_lecture():
    assert [quantity(each) for each in ("cost", "params", "parameters", "depth", "width")] == [
        "complexity", "parameter count", "parameter count", "sequential depth", "parallel width",
    ]  # fmt: skip


@pytest.mark.parametrize("spelling", ["Sequential Depth", "sequential_depth", "SEQUENTIAL-DEPTH", "Depth"])
def test_case_and_hyphens_do_not_matter(spelling):
    assert quantity(spelling) == "sequential depth"


def test_names_of_columns_do_not_clash():
    names = [name for key, each in QUANTITIES.items() for name in dict.fromkeys((key, *each.aliases))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("complexitie", "no column is called 'complexitie'; did you mean 'complexity'?"),
        ("Flop", "no column is called 'Flop'; did you mean 'flops'?"),
        ("parameter cnt", "no column is called 'parameter cnt'; did you mean 'parameter count' or 'parameters'?"),
    ],
)
def test_an_unknown_column_suggests_near_names(wrong, message, tagger):
    with pytest.raises(UnknownName) as caught:
        sc.table([tagger], [wrong])
    assert str(caught.value) == message


def test_a_column_that_is_like_none_lists_them_all():
    with pytest.raises(UnknownName, match="there are activations, add, additions, average parallelism, "):
        quantity("zzz")


@pytest.mark.parametrize(
    ("convention", "complexity", "parameters"),
    [
        ("lecture", T * H * I, H * I),
        ("macs", T * H * I, H * I + H),
        ("flops", 2 * T * H * I + 6 * T * H - 2 * T, H * I + H),
        ("exact", 2 * T * H * I + 5 * T * H - 2 * T, H * I + H),
        ("weighted", 2 * T * H * I + 16 * T * H - 2 * T, H * I + H),
    ],
)
def test_the_convention_changes_the_cells(convention, complexity, parameters, tagger):
    (row,) = sc.table([tagger], ["cost", "params"], convention).rows
    assert [each.value for each in row.cells] == [complexity, parameters]


def test_the_width_is_priced_by_the_convention(tagger):
    assert cell("width", tagger, "flops") == T * H + sc.read("max(2*T*H*I, 4*T*H - 2*T)")


def test_a_convention_of_ones_own_may_have_symbols_as_prices(tagger):
    price = sc.dimension("p_exp")
    assert cell("cost", tagger, sc.Convention("mine", {"exp": price})) == T * H * price


def test_time_in_the_parameters_is_fixed():
    assert cell("time scaling", sc.architecture("dnn")) == "fixed"
    assert cell("time scaling", sc.architecture("mnist")) == "fixed"


def test_the_columns_of_the_lecture_are_the_usual_ones(tagger):
    headings = [column.heading for column in sc.table([tagger]).columns]
    assert headings == [QUANTITIES[name].heading for name in LECTURE]
    assert headings == ["Complexity", "Parameter count", "Time scaling", "Sequential depth", "Parallel width"]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] * each.heading.endswith(")")) for name, each in QUANTITIES.items()],
)
def test_every_column_is_an_expression_or_a_word_for_every_named_network(name):
    for known, build in sc.ARCHITECTURES.items():
        if name in ("training", "backward", "kept activations") and "sampling" in known:
            continue  # the choice of a word has no gradient: below
        value = cell(name, build())
        assert isinstance(value, Expr) or value in WORDS


def test_what_samples_has_no_cost_of_training():
    made = sc.table([sc.architecture("language-model-sampling")], ["training"])
    assert made.column("Training") == ["?"]
    assert "the place of the largest number has no gradient" in made.render("text")


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_column_of_an_unpriced_node_is_refused_and_the_node_named(name):
    graph = networkx.DiGraph()
    graph.add_node("mystery", shape=(T,), parameters=None, work=None)
    with pytest.raises(UnpricedError, match="mystery"):
        cell(name, sc.Network("n", graph))


@dataclasses.dataclass(frozen=True)
class _Odd:
    """What only looks like a network, and grows in a way that is no power of time."""

    name: str = "odd"

    def cost(self, by):
        return sc.read("2**T")

    def parameters_by(self, by):
        return sc.read("1")


def test_what_takes_no_step_has_no_parallelism():
    nothing = sc.Sequential("nothing", sc.Input(T, H), sc.Identity())
    assert cell("average parallelism", nothing) == "no steps"


def test_growth_that_is_no_power_of_time_is_not_known():
    with pytest.raises(UnpricedError) as caught:
        cell("time scaling", _Odd())
    assert str(caught.value) == "network 'odd': how it grows with time is not known; expected a sum of powers of time"


@pytest.mark.parametrize(
    ("name", "reused", "by_parameters"),
    [
        ("dnn", "fixed", "P"),
        ("cnn-1d", "T", "T*P"),
        ("cnn-2d", "T", "T*P"),
        ("rnn", "T", "T*P"),
        ("lstm", "T", "T*P"),
        ("stacked-rnn", "T", "T*P"),
        ("attention", "T_self*(T_cross/I + 1)", "T_self*P*(T_cross/I + 1)"),
    ],
)
def test_complexity_against_parameters_is_the_headline(name, reused, by_parameters):
    network = sc.architecture(name)
    reuse = cell("reuse", network, "lecture")
    assert reuse == "fixed" if reused == "fixed" else (reuse - sc.read(reused)).cancel() == 0
    assert (cell("cost against parameters", network, "lecture") - sc.read(by_parameters)).cancel() == 0


def test_without_parameters_nothing_is_reused():
    assert cell("reuse", sc.architecture("max-pooling")) == "no parameters"
    assert cell("cost against parameters", sc.architecture("max-pooling")) == "no parameters"


def test_the_parameters_have_a_name_that_is_free():
    P = sc.P
    network = sc.Sequential("projected", sc.Input(T, P), sc.Linear(P, H, bias=False))
    assert cell("cost against parameters", network) == T * sc.dimension("P_total")


def test_complexity_that_cannot_be_solved_for_is_a_question_mark_with_its_growth():
    graph = networkx.DiGraph(name="cubic")
    graph.add_node("a", parameters=H**3 + H**2, work=T * H**4)
    table = sc.table([graph], ["cost against parameters"])
    assert table.rows[0].cells[0].value == "?"
    assert "only known by its growth" in table.notes[0]


# --- what a step is --------------------------------------------------------------------------------------------------


def test_a_table_says_what_a_step_is_wherever_something_is_told_in_steps(tagger):
    assert sc.table([tagger], ["cost"]).remarks == sc.table([tagger], ["cost"], step="scalar").remarks
    for step, line in STEP_LINES.items():
        assert line in sc.table([tagger], ["cost", "width"], step=step).remarks
    both = sc.table([tagger], ["depth", "depth (operation)"])
    assert both.remarks[-2:] == (STEP_LINES["layer"], STEP_LINES["operation"])


@pytest.mark.parametrize(
    ("step", "depth"), [("layer", T), ("operation", 8 * T), ("scalar", None), ("sequential", None)]
)
def test_the_step_of_a_table_is_that_of_the_columns_that_name_none(step, depth):
    made = sc.table([sc.architecture("lstm")], ["depth", "width", "cost"], step=step)
    alone = sc.schedule(sc.architecture("lstm"), step, by="lecture")

    assert [each.value for each in made.rows[0].cells[:2]] == [alone.depth, alone.width]
    assert depth in (None, alone.depth)


def test_a_column_that_names_its_step_keeps_it():
    made = sc.table([sc.architecture("lstm")], ["depth (operation)"], step="scalar")

    assert made.column("Sequential depth (operation)") == [8 * T]


def test_an_unknown_step_is_refused_with_near_names(tagger):
    with pytest.raises(UnknownName, match="no step is called 'oper'; did you mean 'operation'"):
        sc.table([tagger], ["depth"], step="oper")


def test_a_published_depth_is_held_against_the_step_of_the_table():
    entry = sc.Entry(sc.architecture("lstm"), "LSTM", {"depth": 7 * T})
    made = sc.table([entry], ["depth"], step="operation")

    assert made.notes == (
        ("LSTM, sequential depth (operation): published as ", 7 * T, "; derived, it has ", T, " more", "."),
    )


def test_a_depth_that_is_only_a_bound_has_a_note():
    strided = (sc.RNN(H, H), sc.Conv1d(H, H, 3, stride=2, padding=1), sc.RNN(H, H))
    made = sc.table([sc.Sequential("strided", sc.Input(T, H), *strided)], ["depth"])

    assert "strided, sequential depth: an upper bound; perhaps it is less." in made.notes[-1][0]


def test_a_width_says_from_which_size_on_it_is_exact():
    made = sc.table([sc.architecture("language-model")], ["depth", "width"])

    assert made.notes == (
        ("Language model, parallel width: exact where ", T, " >= ", 2, "; elsewhere an upper bound."),
    )
    assert made.rows[0].cells[0].marks == ()
