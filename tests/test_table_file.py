"""Tables from TOML: what may stand in a file, and what is said of what may not."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcost as sc
from symcost.errors import FileError, SymcostError, UnpricedError, unknown
from symcost.importers.sections import Section
from symcost.importers.table_file import KEYS, table_from

T, H, I, V = sc.T, sc.H, sc.I, sc.V


def find(name):
    if name not in sc.ARCHITECTURES:
        raise unknown("network", name, sc.ARCHITECTURES)
    return sc.architecture(name)


def table(text, *rest, **more):
    return table_from(Section("t.toml", tomllib.loads(text)).only(*KEYS), find, *rest, **more)


def values(made):
    return [[cell.value for cell in row.cells] for row in made.rows]


RNN = '[[rows]]\nname = "Elman"\nnetwork = "rnn"\n'


def test_a_file_may_say_everything_of_a_table():
    made = table(
        """
        title = "Two"
        stub = "Which"
        columns = ["macs", "Depth"]
        convention = "macs"
        source = "on page 3"
        beside = true
        notes = ["A remark."]
        [[rows]]
        name = "Elman"
        network = "rnn"
        note = "From 1990."
        published = { macs = "T*(I*H + H*H)", depth = "1" }
        [[rows]]
        name = "GRU"
        network = "gru"
        """
    )
    assert (made.title, made.stub) == ("Two", "Which")
    assert made.convention == "Convention macs: multiply-accumulates of contractions; parameters with biases."
    assert [column.heading for column in made.columns] == ["derived", "on page 3"] * 2
    assert made.spanners() == [("MACs", 2), ("Sequential depth", 2)]
    assert [row.label for row in made.rows] == ["Elman", "GRU"]
    cost = sc.read("T*(I*H + H*H)")
    assert values(made) == [[cost, cost, T, 1], [sc.read("3*T*(I*H + H*H)"), "", T, ""]]
    assert made.notes[0] == "From 1990."
    assert made.rows[0].marks == (1,)
    assert made.rows[0].cells[2].marks == (2,)
    assert made.remarks[-1] == "A remark."


def test_a_file_that_says_little_gets_what_is_usual():
    made = table('[[rows]]\nnetwork = "rnn"')
    assert (made.title, made.stub, made.notes) == ("", "Model", ())
    assert made.columns[0].heading == "Complexity"
    assert len(made.columns) == 5
    assert made.convention.startswith("Convention lecture: ")
    assert made.rows[0].label == "RNN"


def test_a_row_may_be_a_network_right_here():
    made = table(
        'columns = ["macs", "parameters"]\nconvention = "macs"\n'
        '[[rows]]\nname = "head"\ninput = ["T", "I"]\n[[rows.layers]]\nlayer = "Linear"\nargs = ["I", "V", false]\n'
        '[[rows]]\nname = "bare"\n[[rows.layers]]\nwork = "T"\nparameters = 3\n'
    )
    assert [row.label for row in made.rows] == ["head", "bare"]
    assert values(made) == [[T * I * V, I * V], [T, 3]]


def test_a_convention_may_be_a_section_with_symbols_as_prices():
    made = table(
        'columns = ["complexity", "parameters"]\n' + RNN + "[convention]\n"
        'name = "mine"\nmac = 2\ntanh = "p_tanh"\notherwise = 1\nbiases = false\n'
    )
    price = sc.dimension("p_tanh")
    assert values(made) == [[(2 * T * (I * H + H**2) + 3 * T * H + price * T * H).expand(), I * H + H**2]]
    assert made.convention == "Convention mine: 2 a mac, p_tanh a tanh, 1 for everything else."


def test_a_convention_may_price_each_dot_product():
    text = 'columns = ["cost"]\n[[rows]]\ninput = ["I"]\n[[rows.layers]]\nlayer = "Linear"\nbias = false\n'
    made = table(text + '[convention]\nname = "exact"\nmac = 2\ndot = -1\n')
    assert values(made) == [[2 * I * H - H]]


def test_another_convention_may_be_asked_for():
    text = 'columns = ["cost"]\nconvention = "macs"\n' + RNN
    assert values(table(text)) == [[sc.read("T*(I*H + H**2)")]]
    assert values(table(text, "flops")) == [[sc.read("2*T*(I*H + H**2) + 4*T*H")]]


def test_a_published_figure_that_differs_is_noted():
    made = table('columns = ["cost"]\nsource = "on the slide"\n' + RNN + 'published = { complexity = "T*H*I" }')
    (note,) = made.notes
    said = "".join(each if isinstance(each, str) else sc.text(each) for each in note)
    assert said == "Elman, complexity: on the slide as T H I; derived, it has T H^2 more."


@pytest.mark.parametrize("scaling", ["fixed", "T"])
def test_the_word_fixed_may_be_published(scaling):
    made = table(RNN + f'published = {{ "time scaling" = "{scaling}" }}')
    assert len(made.notes) == (scaling == "fixed")


def test_an_unknown_cost_is_an_error_if_the_table_is_strict():
    text = 'columns = ["cost"]\n[[rows]]\nname = "r"\n[[rows.layers]]\nname = "scan"\nparameters = 1\n'
    assert values(table(text)) == [["?"]]
    with pytest.raises(UnpricedError) as caught:
        table(text, strict=True)
    assert str(caught.value) == "t.toml: network 'r': work of 'scan' not known; give the costs of the node"


KINDS = "add, biases, compare, div, dot, erf, exp, log, mac, mul, name, otherwise, sigmoid, sqrt, tanh"

BAD = {
    "an unknown key": (
        "colums = []\n" + RNN,
        "t.toml: the key 'colums'; expected a known one; did you mean 'columns'?",
    ),
    "no rows": ("title = 'x'", "t.toml: no rows; expected [[rows]], one section for each"),
    "rows that are none": ("rows = 1", "t.toml, 'rows': 1; expected a list"),
    "a row that is no section": ("rows = [1]", "t.toml, rows 1: 1; expected a section"),
    "an unknown column": (
        'columns = ["macs", "dept"]\n' + RNN,
        "t.toml, 'columns': no column is called 'dept'; did you mean 'depth'?",
    ),
    "a column that is no text": ("columns = [1]\n" + RNN, "t.toml, 'columns': 1 in the list; expected text"),
    "columns that are no list": ('columns = "macs"\n' + RNN, "t.toml, 'columns': 'macs'; expected a list"),
    "an unknown convention": (
        'convention = "flop"\n' + RNN,
        "t.toml, 'convention': no convention is called 'flop'; did you mean 'flops' or 'ptflops'?",
    ),
    "a convention that is a number": ("convention = 1\n" + RNN, "t.toml, 'convention': 1; expected a section"),
    "a convention without a name": (
        RNN + "[convention]\nmac = 1",
        "t.toml, 'convention': it has no name; expected name = \"...\"",
    ),
    "a price of an unknown kind": (
        RNN + '[convention]\nname = "x"\nmacc = 1',
        "t.toml, 'convention': the key 'macc'; expected a known one; did you mean 'mac'",
    ),
    "a price of nothing known": (
        RNN + '[convention]\nname = "x"\nzzzz = 1',
        f"t.toml, 'convention': the key 'zzzz'; expected a known one; there are {KINDS}",
    ),
    "a price that is a fraction": (
        RNN + '[convention]\nname = "x"\nmac = 0.5',
        "t.toml, 'convention', 'mac': 0.5; expected a whole number or a formula in quotes",
    ),
    "a price that is no formula": (
        RNN + '[convention]\nname = "x"\nmac = "p p ("',
        "t.toml, 'convention', 'mac': formula 'p p (', ",
    ),
    "biases that are a number": (
        RNN + '[convention]\nname = "x"\nbiases = 1',
        "t.toml, 'convention', 'biases': 1; expected true or false",
    ),
    "a flag that is a word": ('beside = "yes"\n' + RNN, "t.toml, 'beside': 'yes'; expected true or false"),
    "notes that are text": ('notes = "a"\n' + RNN, "t.toml, 'notes': 'a'; expected a list"),
    "a title that is a number": ("title = 1\n" + RNN, "t.toml, 'title': 1; expected text"),
    "a misspelt network": (
        RNN + '[[rows]]\nnetwork = "lstn"',
        "t.toml, rows 2, 'network': no network is called 'lstn'; did you mean 'lstm'",
    ),
    "a network that is no text": ("[[rows]]\nnetwork = 1", "t.toml, rows 1, 'network': 1; expected text"),
    "layers beside a network": (
        RNN + "layers = []",
        "t.toml, rows 1: the key 'layers'; expected a known one; there are name, network, note, published",
    ),
    "an unknown key of a row": (
        RNN + "notes = 1",
        "t.toml, rows 1: the key 'notes'; expected a known one; did you mean 'note'",
    ),
    "a row without layers": (
        '[[rows]]\nname = "x"',
        "t.toml, rows 1: no layers; expected [[layers]], one section for each",
    ),
    "a layer in a row": (
        '[[rows]]\nname = "x"\ninput = ["T"]\n[[rows.layers]]\nlayer = "Lineer"',
        "t.toml, rows 1, layers 1, 'layer': no layer is called 'Lineer'; did you mean 'Linear'",
    ),
    "a figure of an unknown column": (
        RNN + 'published = { depht = "T" }',
        "t.toml, rows 1, 'published', 'depht': no column is called 'depht'; did you mean 'depth'?",
    ),
    "a figure that is no formula": (
        RNN + 'published = { macs = "T T)" }',
        "t.toml, rows 1, 'published', 'macs': formula 'T T)', character 4: ')'; expected the end or an operator",
    ),
    "a figure that is hostile": (
        RNN + "published = { macs = \"__import__('os')\" }",
        "t.toml, rows 1, 'published', 'macs': formula \"__import__('os')\", character 1: '_'; ",
    ),
    "a figure that is no number and no formula": (
        RNN + "published = { macs = 1.5 }",
        "t.toml, rows 1, 'published', 'macs': 1.5; expected a whole number or a formula in quotes",
    ),
    "two figures for one column": (
        RNN + 'published = { depth = "T", "sequential depth" = "T" }',
        "t.toml, rows 1, 'published', 'sequential depth': a second figure for one column; expected one",
    ),
    "figures that are none": (RNN + "published = 1", "t.toml, rows 1, 'published': 1; expected a section"),
    "a note that is a number": (RNN + "note = 1", "t.toml, rows 1, 'note': 1; expected text"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_with_file_and_place(text, message):
    with pytest.raises(SymcostError) as caught:
        table(text)
    assert str(caught.value).startswith(message)
    if not message.endswith((" ", "'")):
        assert str(caught.value) == message


def test_an_empty_list_of_rows_is_refused():
    with pytest.raises(FileError, match=r"^t\.toml: no rows"):
        table_from(Section("t.toml", {"rows": []}), find)


SCALARS = st.sampled_from(
    ["T", "H*I", "fixed", "macs", "depth", "rnn", "flops", "", "9**9**9", 1, 0, -1, 1.5, True, 10**50, "x y (", "\0"]
)
VALUES = st.recursive(
    SCALARS | st.text(max_size=4) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
COLUMNS = st.sampled_from(["macs", "depth", "complexity", "time scaling", "width", "state", "cost", "nonsense"])
ROWS = st.one_of(
    st.fixed_dictionaries(
        {"network": st.sampled_from([*sc.ARCHITECTURES, "x"])},
        optional={"name": VALUES, "published": st.dictionaries(COLUMNS, VALUES, max_size=2) | VALUES, "note": VALUES},
    ),
    st.fixed_dictionaries({"layers": VALUES}, optional={"name": VALUES, "input": VALUES}),
    st.fixed_dictionaries(
        {"layers": st.lists(st.fixed_dictionaries({}, optional={"work": SCALARS, "depth": SCALARS}), min_size=1)}
    ),
    VALUES,
)
CONVENTIONS = st.dictionaries(st.sampled_from(["name", "mac", "exp", "otherwise", "dot", "biases", "x"]), SCALARS)
FILES = st.fixed_dictionaries(
    {"rows": st.lists(ROWS, max_size=3) | VALUES},
    optional={
        "columns": st.lists(COLUMNS, max_size=3) | VALUES,
        "convention": st.sampled_from(["flops", "exact"]) | CONVENTIONS | VALUES,
        "beside": VALUES, "title": VALUES, "stub": VALUES, "source": VALUES, "notes": VALUES, "x": VALUES,
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(FILES, st.booleans())
def test_any_file_is_a_table_or_is_refused_with_its_name(entries, strict):
    try:
        made = table_from(Section("t.toml", entries), find, strict=strict)
    except SymcostError as error:
        assert str(error).startswith("t.toml")
    else:
        assert len(made.rows) == len(entries["rows"])
        assert made.render("text")
