"""What verbs write: a format that there is not, or that lacks its library, is refused before anything is computed."""

from __future__ import annotations

import sys

import pytest

from symcost import cli

NEEDED = {"solve": ("--for", "H"), "explore": ()}
VERBS = sorted(cli.cli.commands)
UNNAMED = {"list", "layers", "devices", "lecture"}  # they are about no network


def arguments(verb):
    """What a verb is called with to be refused for its network, were that looked for."""
    return (verb, *(() if verb in UNNAMED else ("no-such-network",)), *NEEDED.get(verb, ()))


def test_every_verb_writes_to_a_file_and_takes_templates():
    for verb in cli.cli.commands.values():
        assert {"output", "templates"} <= {parameter.name for parameter in verb.params}, verb.name


@pytest.mark.parametrize("verb", VERBS)
def test_an_ending_that_no_format_has_is_refused_before_the_work(verb, refuses):
    assert refuses(*arguments(verb), "-o", "x.nope").startswith("-o x.nope: no format")


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "explore"])
def test_a_format_that_there_is_not_is_refused_before_the_work(verb, refuses):
    said = refuses(*arguments(verb), "-f", "nope")
    assert said.startswith(("no format is called 'nope'", "no format of drawings is called 'nope'"))


@pytest.mark.parametrize(
    ("verb", "form", "said"),
    [
        ("explain", "csv", "'csv' is no format of derivations"),
        ("exercise", "json", "'json' is no format of exercises"),
        ("lecture", "beamer", "'beamer' is no format of lectures"),
        ("draw", "latex", "no format of drawings is called 'latex'"),
        ("show", "tikz", "no format is called 'tikz'"),
    ],
)
def test_a_format_of_other_verbs_is_refused_before_the_work(verb, form, said, refuses):
    assert refuses(*arguments(verb), "-f", form).startswith(said)


@pytest.mark.parametrize("verb", VERBS)
def test_templates_that_are_not_there_are_refused_before_the_work(verb, refuses):
    output = ("-o", "x.html") if verb == "explore" else ()
    said = refuses(*arguments(verb), *output, "--template", "no.j2")
    assert said == "templates: there is no file or folder 'no.j2'"


@pytest.mark.parametrize("verb", VERBS)
def test_a_library_that_is_missing_is_said_before_the_work(verb, refuses, monkeypatch, tmp_path):
    for library in ("typst", "matplotlib", "bokeh"):
        monkeypatch.setitem(sys.modules, library, None)
    plots = verb.startswith("plot")
    library, extra = ("bokeh", "explore") if verb == "explore" else ("matplotlib", "plot") if plots else ("typst",) * 2
    said = refuses(*arguments(verb), "-o", "x.html" if verb == "explore" else "x.pdf")
    assert said == f'{library} is not installed; pip install "symcost[{extra}]"'
    assert not list(tmp_path.iterdir())
