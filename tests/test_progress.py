"""What long work says of itself, to whoever listens."""

from __future__ import annotations

import contextlib

import pytest

import symcost as sc
from symcost.progress import Part, along, part, told
from symcost.render.summary import catalogue_table
from symcost.teaching.lecture import lecture


@pytest.fixture
def heard():
    """What a listener hears, in order: parts as they begin, and None as they end."""
    events = []

    @contextlib.contextmanager
    def listen(part):
        events.append(part)
        try:
            yield
        finally:
            events.append(None)

    with told(listen):
        yield events
    assert events.count(None) * 2 == len(events)


def test_parts_are_told_one_after_the_other(heard):
    assert list(along(iter("ab"), "spell", str.upper)) == ["a", "b"]
    assert heard == [Part("spell", "A", 1, 2), None, Part("spell", "B", 2, 2), None]


def test_parts_lie_within_each_other(heard):
    with part("outer"):
        for each in along([1], "inner"):
            assert each == 1
    assert heard == [Part("outer"), Part("inner", "1"), None, None]


def test_a_part_that_fails_or_is_left_has_ended(heard):
    with contextlib.suppress(ZeroDivisionError), part("divide"):
        _ = 1 / 0
    for _ in along([1, 2], "leave"):
        break
    assert heard == [Part("divide"), None, Part("leave", "1", 1, 2), None]


def test_nobody_is_told_before_and_after():
    assert list(along(iter([1, 2]), "count")) == [1, 2]
    with part("nothing"):
        pass


def test_what_nobody_listens_to_is_taken_as_it_comes():
    def endless():
        while True:
            yield 1

    assert next(along(endless(), "count")) == 1


def names(heard, doing):
    return [each.to for each in heard if each and each.doing == doing]


def test_tables_say_their_rows(heard):
    nets = [sc.architecture("rnn"), sc.architecture("lstm")]
    sc.table(nets, ["macs"])
    sc.counted(nets[0], ["thop"])
    assert names(heard, "row") == ["RNN", "LSTM"]
    assert names(heard, "reading") == ["macs", "thop"]


def test_comparisons_and_schedules_say_what_they_are_at(heard):
    sc.compare(sc.RNN(), sc.LSTM(), sc.GRU())
    sc.schedule(sc.RNN()).tables()
    assert names(heard, "pair") == ["RNN and LSTM", "RNN and GRU", "LSTM and GRU"]
    assert [each.doing for each in heard if each][-3:] == ["depth of", "width of", "critical path of"]


def test_the_catalogue_says_its_layers(heard):
    catalogue_table()
    assert names(heard, "layer") == sorted(sc.CATALOGUE)


@pytest.mark.slow
def test_the_lecture_says_its_sections(heard):
    lecture().render("text")
    assert names(heard, "section") == [group.title for group in lecture().groups]
