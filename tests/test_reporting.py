"""What is said on standard error while verbs work: bars on a terminal, gone at the end, and times if asked."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from terminals import columns, on_terminal

from symcost.cli.reporting import on_one_line

AT_ONCE = """
import sys
from symcost.cli import main, reporting
reporting._AFTER = 0
sys.argv = ["symcost", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def plain():
    """What is on the screen where no progress is shown."""
    return on_terminal("show", "mnist", "--quiet", width=60)


def test_progress_is_shown_and_is_gone_at_the_end(plain):
    seen = on_terminal("show", "mnist", code=AT_ONCE, width=60)
    assert "symcost show" in seen.plain
    assert seen.terminal.endswith(plain.terminal)
    assert seen.screen == plain.screen
    assert "symcost show" not in seen.screen
    assert seen.terminal.count("\x1b[?25h") >= seen.terminal.count("\x1b[?25l")  # the cursor is shown again


@pytest.mark.slow
def test_progress_is_shown_on_the_terminal_while_the_table_goes_into_a_pipe():
    seen = on_terminal("layers", code=AT_ONCE, output=False, width=60)
    alone = [sys.executable, "-m", "symcost", "layers"]  # in a process of its own: other tests define layers
    assert seen.piped == subprocess.run(alone, check=True, capture_output=True, text=True).stdout
    assert re.search(r"layer \w+ .*\d+/\d\d", seen.plain)
    assert seen.screen.strip() == ""
    assert max(columns(line) for line in seen.plain.replace("\r", "\n").split("\n")) <= 60


def test_progress_is_gone_where_something_is_wrong():
    seen = on_terminal("show", "rnn", "--at", "Z=2", code=AT_ONCE)
    assert seen.status == 2
    assert seen.screen == "symcost: network 'RNN': no dimension here is called 'Z'; there are H, I, T\n"


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        (["--quiet", "show", "mnist"], {}),
        pytest.param(["show", "mnist", "-q"], {}, marks=pytest.mark.slow),
        pytest.param(["show", "mnist"], {"TERM": "dumb"}, marks=pytest.mark.slow),
        (["show", "mnist"], {"errors": False, "output": False}),
    ],
    ids=["quiet", "quiet behind the verb", "a dumb terminal", "pipes"],
)
def test_no_progress_is_shown(arguments, more, prints):
    seen = on_terminal(*arguments, code=AT_ONCE, width=200, **more)
    assert "symcost show" not in seen.terminal + seen.piped
    if not more.get("output", True):
        assert seen.piped == prints("show", "mnist")


def test_what_is_quick_shows_no_progress(plain):
    seen = on_terminal("--help")
    assert "\x1b[2K" not in seen.terminal
    assert "\x1b[2K" not in plain.terminal


TIME = r" +\d+\.\d\d s  "


@pytest.mark.parametrize("arguments", [["-v", "compare", "rnn", "lstm"], ["compare", "rnn", "lstm", "--verbose"]])
def test_what_is_done_is_said_with_its_time(run, prints, arguments):
    status, out, err = run(*arguments)
    assert (status, out) == (0, prints("compare", "rnn", "lstm"))
    said = ["  import sympy", "  pair RNN and LSTM", "  regions along T", "  write text", "symcost compare"]
    assert re.fullmatch("".join(f"{TIME}{line}\n" for line in said), err), err


@pytest.mark.slow
def test_what_is_done_is_said_on_a_terminal_too():
    seen = on_terminal("table", "lecture", "-v", code=AT_ONCE, output=False)
    assert re.search(f"^{TIME}  row RNN$", seen.screen, re.MULTILINE)
    assert re.search(f"^{TIME}symcost table$", seen.screen, re.MULTILINE)


def test_one_is_quiet_or_verbose(refuses):
    for arguments in (["-q", "-v", "show", "rnn"], ["show", "rnn", "-qv"], ["-q", "show", "rnn", "-v"]):
        assert refuses(*arguments) == "--quiet and --verbose; expected one of them."


def test_names_are_said_without_their_escapes(run, tmp_path):
    (tmp_path / "t.toml").write_text('[[rows]]\nname = "\\u001b[31mred\\n\\u202e"\nnetwork = "rnn"\n')
    _, _, err = run("table", "t.toml", "-v")
    assert r"row \x1b[31mred\n\u202e" in err
    assert "\x1b" not in err


def test_text_is_said_on_one_line():
    assert on_one_line("a b\tc\nd\x9b\u2028 Größe 深層 \U0001f600") == (
        r"a b\tc\nd\x9b\u2028 Größe 深層 " + "\U0001f600"
    )
