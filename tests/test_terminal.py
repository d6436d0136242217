"""Tables on a terminal: whole cells, no line wider than it is, in colour where it may be; in a pipe as ever."""

from __future__ import annotations

import io
import re

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sympy import Integer
from terminals import ESCAPES, columns, on_terminal

import symcost as sc
from symcost.render import formats, summary, terminal
from symcost.render.sheet import Cell, Column, Row
from symcost.render.terminal import _fitted

WIDTHS = pytest.mark.parametrize("width", [40, 80, 120])


def printed(tables, width, **more):
    """What is printed on a terminal of a width, within this process."""
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=True, highlight=False, markup=False, emoji=False,
        **{"color_system": "standard", "_environ": {"TERM": "xterm"}, **more},
    )  # fmt: skip
    terminal.show(tables, console)
    return file.getvalue()


def plain(tables, width):
    return ESCAPES.sub("", printed(tables, width))


def words_of(text):
    """The words, however they are wrapped."""
    return sorted(re.sub(r"[─-]{2,}", " ", text).split())


# --- on a real terminal ---


@pytest.mark.parametrize(
    ("command", "width"),
    [
        ("show mnist", 40),
        pytest.param("counters rnn", 80, marks=pytest.mark.slow),
        pytest.param("table lecture -f text", 120, marks=pytest.mark.slow),
    ],
)
def test_no_line_is_wider_than_the_terminal(command, width):
    seen = on_terminal("-q", *command.split(), width=width)
    assert seen.status == 0
    assert max(map(columns, seen.lines)) <= width
    assert "\x1b[1m" in seen.terminal


def test_what_fits_is_as_in_a_pipe_but_for_colour():
    seen = on_terminal("-q", "show", "mnist", width=120)
    bare = [line.rstrip() for line in seen.lines if "─" not in line]
    text = formats.render([summary.layers_table(NET), summary.work_table(NET)], "text")
    assert bare == [line for line in text.split("\n") if not line.startswith("--")]


NET = sc.architecture("mnist")


@pytest.mark.parametrize("command", ["show mnist", pytest.param("table lecture", marks=pytest.mark.slow)])
def test_in_a_pipe_nothing_is_different(command, prints):
    seen = on_terminal("-q", *command.split(), width=40, output=False)
    assert seen.piped == prints(*command.split())
    assert "\x1b" not in seen.piped
    assert seen.terminal == ""


@pytest.mark.slow
def test_in_a_pipe_nothing_is_different_even_where_colour_is_asked_for(prints):
    seen = on_terminal("-q", "show", "mnist", output=False, FORCE_COLOR="1", CLICOLOR_FORCE="1", COLUMNS="40")
    assert seen.piped == prints("show", "mnist")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["show mnist -f markdown", "show mnist --templates mine"])
def test_what_is_asked_for_otherwise_is_left_as_it_is(command, prints, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "table.txt.j2").write_text("{{ title }} of one's own\n")
    seen = on_terminal("-q", *command.split(), width=40, cwd=tmp_path)
    assert seen.terminal == prints(*command.split())


@pytest.mark.slow
def test_a_file_is_written_as_ever(prints, tmp_path):
    seen = on_terminal("-q", "show", "mnist", "-o", "mnist.txt", width=40, cwd=tmp_path)
    assert (seen.plain, seen.status) == ("", 0)
    assert (tmp_path / "mnist.txt").read_text() == prints("show", "mnist")


COLOURED = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m")


def test_colours_are_left_out_where_that_is_asked_for():
    assert COLOURED.search(on_terminal("-q", "show", "mnist").terminal)
    seen = on_terminal("-q", "show", "mnist", NO_COLOR="1")
    assert not COLOURED.search(seen.terminal)
    assert "\x1b[1m" in seen.terminal


def test_a_terminal_that_knows_no_escapes_gets_none():
    seen = on_terminal("-q", "show", "mnist", width=40, TERM="dumb")
    assert "\x1b" not in seen.terminal
    assert max(map(columns, seen.lines)) <= 40


@pytest.mark.slow
def test_the_width_may_be_given():
    seen = on_terminal("-q", "show", "mnist", width=120, COLUMNS="50")
    assert 40 < max(map(columns, seen.lines)) <= 50


def test_an_error_holds_no_escapes_of_a_name(tmp_path):
    seen = on_terminal("-q", "show", "\x1b[31mred\x1b]0;title\x07.toml", cwd=tmp_path)
    assert (seen.status, "\x1b" in seen.terminal, "\x07" in seen.terminal) == (2, False, False)
    assert seen.terminal.startswith("symcost: ")


def test_names_out_of_a_file_hold_no_escapes(tmp_path):
    name = r"\u001b[31mred\u001b]0;title\u0007\u009b2J"
    text = f'name = "{name}"\ninput = ["T"]\n[[layers]]\nname = "{name}"\nlayer = "ReLU"\n'
    (tmp_path / "n.toml").write_text(text)
    seen = on_terminal("-q", "show", "n.toml", cwd=tmp_path, TERM="dumb")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", seen.terminal)
    assert "[31mred ]0;title" in seen.terminal


# --- whatever is on the table ---


def everywhere(name):
    """A table with a name wherever words may stand."""
    columns = (Column(name, name), Column((name, sc.T), name), Column("plain"))
    rows = tuple(Row(name, (Cell(name, (1,)), Cell(sc.T), Cell((name, sc.H, name)))) for _ in range(2))
    return sc.Table(columns, rows, name, name, (name, (name, sc.T)), (name,), name)


@WIDTHS
@pytest.mark.parametrize("name", hostile.NAMES.values(), ids=hostile.NAMES)
def test_names_are_printed_as_what_they_are(name, width):
    written = printed([everywhere(name)], width)
    assert max(map(columns, ESCAPES.sub("", written).split("\n"))) <= width
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ESCAPES.sub("", written))
    shown = formats.FORMATS["text"].text(name).split()
    if all(columns(word) <= 8 for word in shown):
        assert set(shown) <= {*ESCAPES.sub("", written).split()}


@WIDTHS
def test_nothing_is_lost_where_columns_are_wrapped(width):
    tables = [summary.layers_table(sc.architecture("translation")), summary.work_table(NET), *sc.schedule(NET).tables()]
    for table in tables:
        seen = words_of(plain([table], width).replace("─", ""))
        assert set(seen) >= {*words_of(table.render("text"))} - {"Layer", "Kind", "Quantity"}


def test_what_is_too_wide_is_a_list_of_rows():
    first = plain([summary.layers_table(NET)], 40).split("\n\n")[1].split("\n")
    assert [line.rstrip() for line in first] == [
        "linear",
        "  Output       (N_hidden)",
        "  Parameters   785 N_hidden",
        "  MACs         784 N_hidden",
        "  flops        1569 N_hidden",
        "  Activations  N_hidden",
        "  Depth        1",
    ]


def test_what_is_not_known_stands_out():
    table = sc.Table((Column("A"), Column("B")), (Row("x", (Cell("?", (1,)), Cell("? or not"))),), notes=("Why.",))
    written = printed([table], 80)
    assert "\x1b[1;35m?\x1b[0m\x1b[2m [a]\x1b[0m" in written
    assert written.count("\x1b[1;35m") == 1
    assert "\x1b[2mWhy.\x1b[0m" in written


def test_headings_over_several_columns_stand_over_each():
    table = sc.Table((Column("a", "one"), Column("b", "one"), Column("c")), (Row("x", (Cell("1"),) * 3),))
    assert [line.split() for line in plain([table], 80).split("\n")[:2]] == [["one", "one"], ["Model", "a", "b", "c"]]


def test_tables_are_apart_and_may_be_empty():
    assert printed([], 80) == ""
    assert plain([sc.Table((), (), "One"), sc.Table((), (), "Two")], 80).split() == [
        "One", "Model", "─────", "Two", "Model", "─────",
    ]  # fmt: skip


def test_a_number_that_python_does_not_write_down_is_refused():
    huge = sc.Table((Column("n"),), (Row("many", (Cell(Integer(10) ** 5000),)),))
    with pytest.raises(sc.RenderError, match="a number of too many digits"):
        printed([huge], 80)


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 30)), min_size=1), st.integers(1, 200))
def test_columns_fit_and_keep_their_longest_words(sizes, room):
    natural, least = [max(pair) for pair in sizes], [min(pair) for pair in sizes]
    if sum(least) <= room:
        widths = _fitted(natural, least, room)
        assert sum(widths) == min(sum(natural), room)
        assert all(word <= width <= most for word, width, most in zip(least, widths, natural, strict=True))
