"""Derivations, exercises and the lecture as HTML and through Typst."""

from __future__ import annotations

import re

import hostile
import pytest

import symcost as sc


def hostile_network(name):
    x = sc.Input(sc.T, sc.I, name=name)
    inner = sc.Linear(sc.I, sc.I)(x, name=name)
    return sc.Network(name, x, sc.GatedFeedForward(sc.I, sc.H)(inner, name=name))


def parsed(written):
    html5lib = pytest.importorskip("html5lib")
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(written)


@pytest.mark.parametrize("name", sc.ARCHITECTURES)
def test_every_named_network_is_explained_in_html(name):
    page = parsed(sc.explain(sc.architecture(name), "flops").render("html"))
    assert page.find("head/title").text == page.find(".//h1").text
    assert [each.text for each in page.iter("h2")][-2:] == ["Sequential depth", "Growth"]


@pytest.mark.parametrize("solutions", [False, True])
@pytest.mark.parametrize("name", ["lstm", "cnn-2d", "encoder-decoder"])
def test_exercises_and_solutions_are_pages(name, solutions):
    made = sc.exercise(sc.architecture(name), 7)
    shown = "".join(parsed(made.render("html", solutions=solutions)).itertext())
    answer = str(made.task.at_sizes.macs)
    assert (answer in shown) == solutions


def test_the_lecture_is_a_page_with_its_contents():
    written = sc.lecture().render("html")
    page = parsed(written)
    targets = [each.get("href") for each in page.iter("a")]
    assert targets == [f"#{each.get('id')}" for each in page.iter("h2") if each.get("id")]
    assert len(targets) == len(sc.lecture().groups)
    assert "238510" in written
    assert written.count("<style>") == written.count("</html>") == 1


def test_hostile_names_stand_on_pages_as_themselves():
    for name in hostile.NAMES.values():
        network = hostile_network(name)
        for written in (sc.explain(network).render("html"), sc.exercise(network, 1).render("html")):
            page = parsed(written)
            assert page.find(".//script") is None
            heading = " ".join((page.find(".//h1").text or "").split())
            assert heading.startswith(" ".join(sc.FORMATS["text"].text(name).split()))


def test_hostile_names_are_typeset():
    pytest.importorskip("typst")
    for name in hostile.NAMES.values():
        network = hostile_network(name)
        assert sc.explain(network).render("svg")
        assert sc.exercise(network, 1).render("pdf", solutions=True)


@pytest.mark.slow
def test_everything_is_typeset():
    pytest.importorskip("typst")
    for name in sc.ARCHITECTURES:
        assert sc.explain(sc.architecture(name), "exact").render("pdf")
    for layer in sc.CATALOGUE.values():
        if layer.__module__.startswith("symcost."):
            assert sc.explain(layer.example()).render("pdf")
    assert sc.lecture().render("pdf") == sc.lecture().render("pdf")


def test_mathematics_within_markdown_holds_nothing_that_markdown_takes_for_its_own():
    explained = [*map(sc.architecture, ("lstm", "attention", "mnist", "cnn-2d")), sc.ConvTranspose2d(), sc.Mish()]
    written = [sc.explain(each).render("markdown") for each in explained]
    found = ["".join(each) for text in written for each in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text)]
    assert len(found) > 100
    for each in found:
        assert not re.search(r"\\[^A-Za-z ]|[<>*|`]|(?<![A-Za-z0-9])_|\](?=\()|\\operatorname", each), each
