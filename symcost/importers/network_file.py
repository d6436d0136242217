"""Networks from TOML.

    name = "tagger"
    input = ["T", "I"]                       # or [inputs], a list of sizes by name

    [[layers]]
    layer = "LSTM"                           # a layer and its arguments, by PyTorch's names
    input_size = "I"
    hidden_size = "H"

    [[layers]]
    name = "output"                          # a name, for edges and for errors
    layer = "Linear"
    args = ["H", "V"]                        # or its arguments in their order
    repeat = 1                               # how often, one after the other; a number or a formula

A node may also be a ``network`` (a named one, or a file), or bare costs (``parameters``, ``work``, ``depth``,
``activations``, ``state``). Without ``edges`` the layers are a chain; ``edges = [["input", "output"], ...]`` says
otherwise. A layer that hands out several tensors hands on its first. An argument that is a size is a number or a
formula in quotes.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable
from typing import Any

from symcost.errors import FileError, SymcostError, nearest
from symcost.formula import MOST_DIGITS
from symcost.graphs import bare
from symcost.importers.sections import Section, formula, told, within
from symcost.layer import Layer, layer_named
from symcost.layers import Repeat
from symcost.layers.spatial import PADDINGS
from symcost.network import Network

KEYS = ("name", "input", "inputs", "layers", "edges")
_COSTS = ("parameters", "work", "depth", "activations", "state", "shape")
_NODE = ("name", "layer", "network", "args", "repeat")

Finder = Callable[[str], Network]  # a network by its name or by a file's


def network_from(section: Section, find: Finder, name: str = "") -> Network:
    """The network that a section describes.

    Raises:
        FileError: a key is not known or holds what it cannot.
        SymcostError: what the layers or the graph say, with the place in the file.
    """
    import networkx  # only who reads a network from a file pays for it

    label = section.text("name", name) or name or "network"
    graph = networkx.DiGraph(name=label)
    inputs = _inputs(section)
    for key, lengths in inputs.items():
        graph.add_node(key, shape=lengths)
    layers = section.sections("layers")
    if not layers:
        raise FileError("no layers", where=section.place, expected="[[layers]], one section for each")
    names = [_add(graph, layer, find) for layer in layers]
    edges = section.items("edges")
    if not edges:
        first = list(inputs)[:1]
        if len(inputs) > 1:
            raise FileError(
                f"{len(inputs)} inputs and no edges", where=section.place, expected="edges, since this is no chain"
            )
        edges = [list(pair) for pair in zip([*first, *names], [*first, *names][1:], strict=False)]
    for number, edge in enumerate(edges, 1):
        graph.add_edge(*_edge(edge, f"{section.place}, edge {number}", list(graph)))
    with within(section.place):
        return Network(label, graph)


def _inputs(section: Section) -> dict[str, tuple[Any, ...]]:
    if "input" in section.entries and "inputs" in section.entries:
        raise FileError("both 'input' and 'inputs'", where=section.place, expected="one of them")
    if "inputs" in section.entries:
        inputs = section.section("inputs")
        return {key: _sizes(inputs, key) for key in inputs.entries}
    return {"input": _sizes(section, "input")} if "input" in section.entries else {}


def _sizes(section: Section, key: str) -> tuple[Any, ...]:
    found = section.items(key)
    if not found:
        raise FileError("no sizes", where=section.at(key), expected='a list such as ["T", "I"]')
    return tuple(formula(each, section.at(key)) for each in found)


def _edge(edge: Any, place: str, names: list[str]) -> tuple[str, str]:
    if not isinstance(edge, list) or len(edge) != 2:
        raise FileError(told(edge), where=place, expected='two names, such as ["input", "linear"]')
    for end in edge:
        if end not in names:
            raise FileError(f"no node is called {told(end)}", where=place, remedy=nearest(str(end), names))
    return edge[0], edge[1]


def _add(graph: Any, section: Section, find: Finder) -> str:
    """Adds a node to the graph; returns its name, which is made up if there is none."""
    if "layer" in section.entries:
        attributes: dict[str, Any] = {"layer": _layer(section, section.text("layer"))}
    elif "network" in section.entries:
        section.only("name", "network", "repeat")
        with within(section.at("network")):
            network = find(section.text("network"))
        attributes = {"layer": _repeated(section, network)}
    else:
        attributes = _costs(section)
    name = section.text("name")
    if name in graph:
        raise FileError(f"a second node {name!r}", where=section.place, expected="names that differ")
    stem, number = attributes["layer"].name if "layer" in attributes else "node", 1
    while not name or name in graph:
        name = stem if number == 1 else f"{stem}_{number}"
        number += 1
    graph.add_node(name, **attributes)
    return name


def _costs(section: Section) -> dict[str, Any]:
    section.only("name", *_COSTS)
    if not set(section.entries) & set(_COSTS):
        raise FileError("neither a layer nor a network nor a cost", where=section.place, expected="one of them")
    found: dict[str, Any] = {}
    for key in section.entries:
        if key == "shape":
            found[key] = _sizes(section, key)
        elif key == "work" and isinstance(section.entries[key], dict):
            kinds = section.section(key)
            found[key] = {kind: kinds.formula(kind) for kind in kinds.entries}
        elif key != "name":
            found[key] = section.formula(key)
    with within(section.place):
        bare("node", found)  # what is wrong with it is said here, with the place
    return found


def _layer(section: Section, name: str) -> Any:
    kind = layer_named(name, section.at("layer"))
    fields = {field.name: field for field in dataclasses.fields(kind) if field.init}  # type: ignore[arg-type]
    section.only("layer", "name", "args", "repeat", *fields)
    ordered = section.items("args")
    if len(ordered) > len(fields):
        raise FileError(
            f"{len(ordered)} arguments",
            where=section.at("args"),
            expected=f"at most {len(fields)}: {', '.join(fields)}",
        )
    arguments = {
        field: _argument(fields[field], value, section.at("args"))
        for field, value in zip(fields, ordered, strict=False)
    }
    for key in section.entries:
        if key in fields and key not in _NODE:
            if key in arguments:
                raise FileError(f"{key!r} is among the args already", where=section.place, expected="it once")
            arguments[key] = _argument(fields[key], section.entries[key], section.at(key))
    with within(section.place):
        try:
            layer = kind(**arguments)
        except TypeError as error:
            if isinstance(error, SymcostError):
                raise
            raise FileError(f"{name}: {error}", where="", expected=f"the arguments {', '.join(fields)}") from None
    return _repeated(section, layer)


def _repeated(section: Section, layer: Layer | Network) -> Any:
    if "repeat" not in section.entries:
        return layer
    count = section.formula("repeat")
    if count == 1:
        return layer
    with within(section.place):
        return Repeat(layer, count)


def _argument(field: dataclasses.Field[Any], value: Any, place: str) -> Any:
    """An argument of a layer: a formula is read where a size is meant, all else is of the kind that the field says."""
    kind = str(field.type)
    if isinstance(value, list):
        return tuple(_argument(field, each, place) for each in value)
    if any(word in kind for word in ("Size", "Margin")) and value not in PADDINGS:
        if "Margin" in kind and difflib.get_close_matches(str(value).lower(), PADDINGS, cutoff=0.75):
            raise FileError(told(value), where=place, expected="a size or a word", remedy=nearest(value, PADDINGS))
        return formula(value, place)
    if isinstance(value, int) and abs(value) >= 10**MOST_DIGITS:
        raise FileError("a number of too many digits", where=place, expected=f"at most {MOST_DIGITS}")
    kinds: dict[str, Any] = {"bool": bool, "str": str, "int": int, "float": (int, float)}
    expected = kinds.get(kind.split(" |", maxsplit=1)[0], object)
    if not isinstance(value, expected) or (isinstance(value, bool) and kind != "bool"):
        raise FileError(told(value), where=place, expected=f"a value such as {field.default!r}")
    return value
