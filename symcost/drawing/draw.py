"""Drawings of networks: folded, opened, or unrolled over a few steps of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr, Symbol

from symcost.architectures import architecture
from symcost.drawing.criticality import marked, way_of
from symcost.drawing.description import Critical, Edge, Kind, Picture
from symcost.drawing.drawing import Drawing
from symcost.drawing.network import View, picture
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import ONE, normal
from symcost.network import Network
from symcost.priced import network_of
from symcost.readings import Reading, reading
from symcost.render.sheet import Prose, legend
from symcost.sampled import Sampled
from symcost.scheduling import Schedule, schedule


def draw(
    given: Any,
    *,
    expand: int = 0,
    unrolled: int | None = None,
    step: str = "layer",
    by: str | Reading = "macs",
    at: Mapping[str, Any] | None = None,
) -> Drawing:
    """A drawing of a network or a layer, or of a network as it samples; one that comes with symcost by its name.

    Boxes are layers, the shapes of tensors stand at the edges. The darker a box, the larger its share of the work,
    counted by a convention or as a counter counts; where the share depends on sizes, boxes are shaded when they are
    given ``at`` which. The critical path is marked, a ``step`` being what it is for ``schedule``: a ``layer``, an
    ``operation``, a ``scalar`` operation. Loops in time are edges with a delay. Nested networks and repetitions are
    one box each, unless so many levels are to ``expand``; where a step is not a layer, layers open into operations.

    ``unrolled=4`` draws four steps of time beside one another, each layer at each step, and who reads whom.

    >>> import symcost as sc
    >>> drawing = draw(sc.architecture("language-model"))
    >>> [node.name for node in drawing.picture.nodes]
    ['input', 'Embedding', 'LSTM', 'Linear', 'Softmax', 'output']
    >>> drawing.render("svg")[:4]
    '<svg'

    Raises:
        DimensionError: it is no network, a number of levels or steps is none, or a size is missing where the picture
            depends on it.
        RenderError: an unrolled picture would be too large.
    """
    _check_count(expand, "expand", 0)
    if unrolled is not None:
        _check_count(unrolled, "unrolled", 1)
        from symcost.drawing.over_time import drawn_over_time  # it executes, and needs NumPy

        network, feedback = _network(given, {})
        return drawn_over_time(network, feedback, unrolled, reading(by), at or {})
    network, feedback = _network(given, at or {})
    chosen, equation = reading(by), network.equation()
    total = None if network.total.unknown("work") else chosen.read(equation)
    drawn = picture(equation, View(chosen, total, expand, step != "layer"))
    drawn = replace(drawn, edges=(*drawn.edges, *feedback))
    try:
        found = schedule(_scheduled(given, network), step)
    except UnpricedError as error:
        notes = [*_notes(drawn, chosen), f"The critical path is not known: {error.found}."]
    else:
        drawn = marked(drawn, [way_of(case.schedule) for case in found.cases])
        drawn = replace(drawn, edges=tuple(map(_always, drawn.edges)))
        notes = [*_notes(drawn, chosen), *_of_path(drawn, found, given)]
    return Drawing(network.name, drawn, (*notes, *legend(_symbols(drawn), network.conditions)))


def _check_count(count: Any, name: str, least: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise DimensionError(f"{name}={count!r}", where="drawing", expected=f"a whole number from {least} on")


def _network(given: Any, at: Mapping[str, Any]) -> tuple[Network, tuple[Edge, ...]]:
    """The network that is drawn, at given sizes, and the edge from output to input by which it samples."""
    if isinstance(given, str):
        given = architecture(given)
    model = network_of(given.model if isinstance(given, Sampled) else given)
    if not isinstance(model, Network):
        raise DimensionError(
            f"{given!r} cannot be drawn", expected="a network or its name, a layer or a sampled network"
        )
    sizes = dict(at)
    feedback: tuple[Edge, ...] = ()
    if isinstance(given, Sampled):
        made, taken = given.feedback
        feedback = (Edge((-1 - made,), (taken,), delays=(ONE,)),)
        if given.steps.is_Integer:
            sizes.setdefault(given.over.name, normal(given.prompt + given.steps))
    return (model.at(**sizes) if sizes else model), feedback


def _scheduled(given: Any, network: Network) -> Any:
    """What the critical path is of: with caches of one step of sampling."""
    return given.network if isinstance(given, Sampled) and given.cache else network


def _always(edge: Edge) -> Edge:
    """An edge back in time, on which every way of sampling lies."""
    return replace(edge, critical=Critical.YES) if edge.delays and edge.start[0] != edge.end[0] else edge


# --- what is said below ----------------------------------------------------------------------------------------------


def _notes(drawn: Picture, chosen: Reading) -> Iterator[Prose]:
    nodes = [node for node in drawn.every_node() if node.kind not in (Kind.INPUT, Kind.OUTPUT, Kind.PORT)]
    costly = [node for node in nodes if node.cost != 0]
    if any(node.share and not node.inside for node in nodes):
        yield "The darker a box, the larger its share of the work."
    if any(node.share is None and node.is_known for node in costly):
        yield "Shares of the work depend on sizes: boxes are shaded when these are given."
    if not all(node.is_known for node in nodes):
        yield "Hatched, with a question mark: the work is not known."
    if any(node.cost is not None for node in costly):
        yield chosen.line()
    if any(edge.delays for edge in drawn.every_edge()):
        yield "Dashed: what is used again so many steps of time later."


_STEPS = {
    "layer": ("layer step", "layer steps"),
    "operation": ("operation", "operations one after the other"),
    "scalar": ("scalar operation", "scalar operations one after the other"),
    "sequential": ("scalar operation", "scalar operations one after the other, reductions too"),
}
"""One step, and several."""


def _of_path(drawn: Picture, found: Schedule, given: Any) -> Iterator[Prose]:
    marks = {node.critical for node in drawn.every_node()}
    if marks <= {Critical.NO}:
        return
    each = ", at each step of sampling" if isinstance(given, Sampled) and given.cache else ""
    perhaps = "; thinner where sizes decide" if Critical.PERHAPS in marks else ""
    yield ("Thick: the critical path, ", found.depth, f" {_STEPS[found.step][found.depth != 1]}{each}{perhaps}.")


def _symbols(drawn: Picture) -> set[Symbol]:
    shapes = (length for edge in drawn.every_edge() for length in (*(edge.shape or ()), *edge.delays))
    costs = (each for node in drawn.every_node() for each in (node.cost, node.times) if each is not None)
    found: Iterable[Expr] = (*shapes, *costs)
    return {symbol for each in found for symbol in each.free_symbols}
