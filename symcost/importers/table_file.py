"""Tables from TOML.

title = "Complexity vs. parameter count"
columns = ["complexity", "parameter count", "sequential depth"]
convention = "lecture"                   # or a section: name, a price for each kind of work, otherwise, dot, biases
source = "printed on the slide"          # where published figures are from
step = "layer"                           # or operation, scalar, sequential: what the depth and the width are told in
beside = false                           # whether published figures get columns of their own
notes = ["T is time."]

[[rows]]
name = "RNN"
network = "rnn"                          # a named network or a file; or a network right here (see network files)
published = { complexity = "T*(I*H + H*H)" }
note = "Elman, 1990."
"""

from __future__ import annotations

from typing import Any

from symcost.conventions import Convention
from symcost.cost import KINDS
from symcost.errors import FileError
from symcost.importers import network_file
from symcost.importers.network_file import Finder, network_from
from symcost.importers.sections import Section, formula, within
from symcost.readings import Reading, reading
from symcost.render.columns import LECTURE, USUAL_STEP, WORDS, Value, quantity
from symcost.render.comparison import Entry, table
from symcost.render.table import Table

KEYS = ("title", "stub", "columns", "step", "convention", "source", "beside", "notes", "rows")
_ROW = ("name", "network", "published", "note")


def table_from(
    section: Section, find: Finder, by: str | Reading | None = None, step: str = "", *, strict: bool = False
) -> Table:
    """The table that a file describes; ``by`` is a convention or a counter to use in place of its own.

    So is ``step``, what a step is.

    Raises:
        FileError: a key is not known or holds what it cannot.
        SymcostError: what a network says, with the place in the file.
    """
    section.only(*KEYS)
    columns = section.texts("columns") or list(LECTURE)
    for column in columns:
        quantity(column, section.at("columns"))
    entries = [_entry(row, find) for row in section.sections("rows")]
    if not entries:
        raise FileError("no rows", where=section.place, expected="[[rows]], one section for each")
    with within(section.place):
        return table(
            entries,
            columns,
            by or _convention(section),
            step=step or section.text("step", USUAL_STEP),
            title=section.text("title"),
            stub=section.text("stub", "Model"),
            remarks=section.texts("notes"),
            source=section.text("source", "published"),
            beside=section.flag("beside"),
            strict=strict,
        )


def _convention(section: Section) -> Reading:
    given: Any = section.entries.get("convention", "lecture")
    if isinstance(given, str):
        with within(section.at("convention")):
            return reading(given)
    prices = section.section("convention").only("name", "otherwise", "dot", "biases", *KINDS)
    if not prices.text("name"):
        raise FileError("it has no name", where=prices.place, expected='name = "..."')
    priced = {key: prices.formula(key) for key in prices.entries if key not in ("name", "biases")}
    otherwise, dot = priced.pop("otherwise", 0), priced.pop("dot", 0)
    return Convention(prices.text("name"), priced, otherwise, dot, prices.flag("biases", True))


def _entry(row: Section, find: Finder) -> Entry:
    name = row.text("name")
    if "network" in row.entries:
        row.only(*_ROW)
        with within(row.at("network")):
            network = find(row.text("network"))
    else:
        row.only(*_ROW, *network_file.KEYS)
        network = network_from(row, find, name)
    figures = row.section("published")
    published: dict[str, Value] = {}
    for column in figures.entries:
        key, given = quantity(column, figures.at(column)), figures.entries[column]
        if key in published:
            raise FileError("a second figure for one column", where=figures.at(column), expected="one")
        published[key] = given if given in WORDS else formula(given, figures.at(column))
    return Entry(network, name, published, row.text("note"))
