"""The page as a file: what is in it, and that it asks for no other. How it behaves is in test_explorer_page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import hostile
import networkx
import pytest
from sympy import besselj

import symcost as sc
from symcost import extras
from symcost.errors import RenderError
from symcost.render.explorer.page import EXPLORED
from symcost.render.explorer.sizes import reach
from symcost.sequential import alone

bokeh = pytest.importorskip("bokeh")
html5lib = pytest.importorskip("html5lib")

T, H, I = sc.T, sc.H, sc.I
HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(page):
    return html5lib.HTMLParser(strict=True).parse(page)


def elements(tree, name):
    return list(tree.iter(HTML + name))


def shown(element):
    return "".join(element.itertext())


def live(tree):
    return json.loads(shown(next(each for each in elements(tree, "script") if each.get("id") == "live")))


@pytest.fixture(scope="module")
def made():
    graph = networkx.DiGraph()
    graph.add_node("mystery", shape=(T, H), parameters=H, work=None, depth=1)
    graph.add_node("strange", shape=(T, H), parameters=besselj(1, H), work=T, depth=1)
    graph.add_edge("mystery", "strange")
    unknown = sc.Network("unknown", graph)
    return sc.explorer([sc.architecture("rnn"), sc.LSTM(I, H), sc.Conv1d(I, H, sc.K), unknown], at={"T": 1000})


@pytest.fixture(scope="module")
def page(made):
    return made.html()


@pytest.fixture(scope="module")
def tree(page):
    return parsed(page)


# --- the description ---


def test_it_has_a_table_under_each_convention(made):
    assert list(made.tables) == list(sc.CONVENTIONS)
    for name, table in made.tables.items():
        assert table.column("Complexity")[0] == sc.architecture("rnn").cost(name)


def test_a_convention_of_ones_own_comes_on_top():
    mine = sc.Convention("mine", {"mac": sc.dimension("price")})
    made = sc.explorer([sc.LSTM(I, H)], convention=mine)
    assert list(made.tables) == [*sc.CONVENTIONS, "mine"]
    assert made.convention == "mine"
    assert sc.dimension("price") in made.begin


def test_sliders_begin_where_they_are_told(made):
    assert made.begin == {T: 1000, H: 64, I: 64, sc.K: 4}


def test_a_formula_ties_a_size_to_others():
    made = sc.explorer([sc.LSTM(I, H), sc.RNN(I, H)], at={"I": 2 * H})
    assert set(made.begin) == {T, H}
    assert made.tables["macs"].column("Complexity") == [12 * H**2 * T, 3 * H**2 * T]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ({"Q": 3}, "at: nothing here depends on 'Q'; there are H, I, T"),
        ({"Q": 2 * H}, "at: nothing here depends on 'Q'; there are H, I, T"),
        ({"T": 0}, "T is 0; expected a positive whole number"),
    ],
)
def test_a_size_that_is_none_is_refused(at, said):
    with pytest.raises(sc.DimensionError) as caught:
        sc.explorer([sc.LSTM(I, H)], at=at)
    assert str(caught.value) == said


@pytest.mark.parametrize("none", [[], {}])
def test_a_page_of_no_network_is_refused(none):
    with pytest.raises(sc.DimensionError, match=r"^explorer: nothing to show; expected networks or layers$"):
        sc.explorer(none)


def test_columns_of_ones_own_are_shown():
    made = sc.explorer([sc.architecture("dnn")], ["time scaling", "macs"])
    assert made.tables["macs"].column("Time scaling") == ["fixed"]
    assert "fixed" in made.html()


@pytest.mark.parametrize("name", [*sc.ARCHITECTURES, *sc.CATALOGUE])
def test_each_network_exists_at_the_sizes_at_which_sliders_begin(name):
    network = sc.architecture(name) if name in sc.ARCHITECTURES else alone(sc.CATALOGUE[name].example())
    network.at(**{symbol.name: reach(symbol).begin for symbol in network.dimensions})


# --- the file ---


def test_the_page_is_html_that_a_strict_parser_takes(tree):
    assert tree is not None


def test_the_page_asks_for_nothing(page, tree):
    for each in tree.iter():
        for name in ("src", "href", "srcset", "action", "poster", "background"):
            assert each.get(name) is None
    assert not elements(tree, "link") + elements(tree, "img") + elements(tree, "iframe") + elements(tree, "object")
    for style in elements(tree, "style"):
        assert "url(" not in shown(style)
        assert "@import" not in shown(style)
    (policy,) = (each.get("content") for each in elements(tree, "meta") if each.get("http-equiv"))
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_the_page_is_the_same_at_every_writing(made, page):
    assert made.html() == page


def test_the_page_is_of_a_size_that_can_be_sent(page):
    assert len(page) < 2_000_000


def test_each_dimension_has_a_field_and_a_slider_with_names(made, tree):
    inputs = {each.get("id"): each for each in elements(tree, "input")}
    labels = {each.get("for"): shown(each) for each in elements(tree, "label")}
    for place, (symbol, begin) in enumerate(made.begin.items()):
        assert inputs[f"size-{place}"].get("value") == str(begin)
        assert labels[f"size-{place}"].startswith(symbol.name)
        assert inputs[f"slider-{place}"].get("aria-label").startswith(symbol.name)
        assert 2 ** int(inputs[f"slider-{place}"].get("max")) >= begin
    assert len(inputs) == 2 * len(made.begin)
    assert {each.get("id") for each in elements(tree, "select")} <= set(labels)


def test_headings_go_down_by_one_level(tree):
    assert len(elements(tree, "h1")) == 1
    assert [shown(each) for each in elements(tree, "h2")] == ["Sizes", "Costs", "How they grow", "Notes"]


def test_each_table_has_a_row_a_network_and_its_formulas(made, tree):
    tables = elements(tree, "table")
    assert len(tables) == len(sc.CONVENTIONS)
    for table in tables:
        assert [shown(each).strip() for each in table.iter(HTML + "th")][: len(EXPLORED) + 1] == [
            "Network", "Complexity", "Parameter count", "Activations", "Sequential depth", "Parallel width",
            "Average parallelism",
        ]  # fmt: skip
        rows = [each for each in table.iter(HTML + "tr") if each.get("data-network")]
        assert len(rows) == len(made.networks)


def test_one_convention_is_shown_with_its_line(tree):
    sections = [each for each in tree.iter(HTML + "div") if each.get("class") == "convention"]
    (first,) = (each for each in sections if each.get("hidden") is None)
    assert first.get("data-convention") == "lecture"
    assert sc.convention("lecture").line() in shown(first)


def test_what_is_not_known_is_a_question_mark_with_a_note(tree):
    words = [shown(each) for each in tree.iter(HTML + "span") if each.get("class") == "words"]
    assert words
    assert set(words) == {"?"}
    notes = shown(next(each for each in tree.iter(HTML + "ul") if each.get("class") == "notes"))
    assert "work of 'mystery' not known" in notes
    assert "there is no JavaScript for besselj(1, H)" in notes


def test_each_place_of_the_script_is_a_formula(page, tree):
    count = page.count("\n  v => ")
    places = [int(each.get("data-formula")) for each in elements(tree, "data")]
    assert places
    assert max(places) < count
    figures = [place for rows in live(tree)["figures"].values() for row in rows for place in row if place is not None]
    assert set(figures) == set(places)


def test_conditions_are_said_and_can_be_checked(tree):
    assert [[each["said"] for each in conditions] for conditions in live(tree)["conditions"]] == [
        [], [], ["K is at most T"], [],
    ]  # fmt: skip


def test_a_network_at_given_sizes_has_nothing_to_move():
    tree = parsed(sc.explorer(sc.architecture("mnist").at(N_hidden=300)).html())
    assert "there is nothing to move" in shown(elements(tree, "form")[0])
    assert [shown(each) for each in elements(tree, "h2")] == ["Sizes", "Costs", "Notes"]
    assert elements(tree, "input") == []


@pytest.mark.parametrize("name", hostile.NAMES)
def test_a_hostile_name_comes_out_as_itself(name, monkeypatch):
    monkeypatch.setattr("symcost.render.explorer.writing.library", lambda: "")  # a megabyte to parse
    text = hostile.NAMES[name]
    x = sc.Input(T, I)
    network = sc.Network(text, x, sc.Linear(I, H)(x))
    tree = parsed(sc.explorer([network], title=text).html())
    expected = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).replace("\ud800", "[U+D800]")
    assert shown(elements(tree, "h1")[0]) == expected
    assert shown(elements(tree, "title")[0]).strip() == expected.strip()
    assert {shown(each) for each in tree.iter(HTML + "bdi")} == {expected}
    assert live(tree)["networks"] == [text]
    assert len(elements(tree, "script")) == 3


def test_a_missing_extra_says_what_to_install(monkeypatch, made):
    def absent(module):
        raise ModuleNotFoundError(name=module)

    monkeypatch.setattr(extras.importlib, "import_module", absent)
    with pytest.raises(RenderError) as caught:
        made.html()
    assert str(caught.value) == 'bokeh is not installed; pip install "symcost[explore]"'


# --- the command ---


def test_the_command_writes_the_page(run):
    assert run("explore", "rnn", "LSTM", "-o", "page.html", "--at", "T=1000", "-c", "flops") == (0, "", "")
    networks = [sc.architecture("rnn"), alone(sc.CATALOGUE["LSTM"].example())]
    made = sc.explorer(networks, convention="flops", at={"T": 1000})
    assert Path("page.html").read_text("utf-8") == made.html()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnn", "-o", "nowhere/page.html"], "-o nowhere/page.html: there is no folder 'nowhere'; make it first"),
        (["rnn", "-o", "page.pdf"], "-o page.pdf: no format by its ending is called '.pdf'; there are .html"),
        (["rnn"], "Missing option '--output' / '-o'."),
        (["-o", "page.html"], "Missing argument 'NETWORK...'."),
        (["rnn", "-o", "page.html", "--at", "W=3"], "at: nothing here depends on 'W'; there are H, I, T"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(refuses, arguments, said):
    assert refuses("explore", *arguments) == said
    assert not Path("page.html").exists()


def test_networks_are_given_by_their_names_or_with_names_of_ones_own():
    assert sc.explorer("lstm").tables == sc.explorer(["lstm"]).tables
    made = sc.explorer({"A": sc.LSTM(), "B": "gru"})
    assert [row.label for row in made.tables["macs"].rows] == ["A", "B"]
    assert repr(made) == "<Explorer 'A, B'>"
