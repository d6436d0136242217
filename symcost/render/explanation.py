"""The derivation of a network's costs as people read it: on a slide, in a document, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sympy import Expr, Symbol

from symcost.analysis.derivation import Derivation, derivation
from symcost.analysis.existence import growth_of
from symcost.analysis.growth import Growth
from symcost.analysis.waiting import Waiting, waiting
from symcost.conditions import refuse_sizes
from symcost.conventions import Convention, convention
from symcost.errors import DimensionError, UndecidedError
from symcost.expressions import sizes_given
from symcost.layer import Layer
from symcost.network import Network
from symcost.priced import network_of, remedy_for
from symcost.render import formats
from symcost.render.derivation import DerivationWriter
from symcost.render.sheet import legend
from symcost.render.templating import fill


@dataclass(frozen=True)
class Explanation:
    """The derivation of a network's work and parameters, its depth and its growth; at given sizes with the numbers.

    >>> import symcost as sc
    >>> print(explain(sc.Linear(sc.I, sc.H)).render("text").split("Parameters")[0].rstrip())
    Linear
    ======
    <BLANKLINE>
    MACs
    ----
    <BLANKLINE>
    linear: Affine layer, y = W x + b.
      y[h] = sum_i x[i] W[h, i] + b[h]
        MACs = H * I = H I
          H: output channels
          I: input channels, summed over
    <BLANKLINE>
    MACs = H I
    """

    network: Network
    by: Convention
    sizes: Mapping[Symbol, Expr] = field(default_factory=dict)

    @cached_property
    def work(self) -> Derivation:
        """Where the work comes from, under the convention."""
        self.network.cost(self.by)  # what is not known is said at once
        return derivation(self.network.equation(), self.by)

    @cached_property
    def parameters(self) -> Derivation:
        """Where the parameters come from that the convention counts."""
        self.network.parameters  # noqa: B018 - as above
        return derivation(self.network.equation(), "parameters" if self.by.biases else "weights")

    @cached_property
    def waiting(self) -> Waiting:
        """The layers that wait for one another."""
        return waiting(self.network.equation())

    @cached_property
    def growth(self) -> Growth:
        """How the work grows, all dimensions growing."""
        return growth_of(self.work.total, self.network.conditions)

    def render(self, format: str = "text", templates: str | Path | None = None) -> str | bytes:
        """The derivation in one of the formats ``latex``, ``markdown``, ``html``, ``typst``, ``pdf``, ``text``, ...

        ``templates`` are your own: a folder whose templates come first, or a file that is the template.

        Raises:
            UnknownName: there is no such format.
            RenderError: it is not for derivations; a template is broken; what the format needs is not installed.
            UnpricedError: a cost is not known.
        """
        return formats.finish(self.written(format, templates), format)

    def written(self, format: str, templates: str | Path | None = None, level: int = 0) -> str:
        """The derivation as the template of a format writes it.

        Under so many levels of headings it is a part of a document, and nothing that stands alone.
        """
        chosen = formats.format_for(format, "derivation", templates)
        return fill(chosen, ({**_context(self, format), "level": level} for _ in range(1)), templates)

    def __str__(self) -> str:
        return self.written("text").rstrip("\n")


def explain(given: Network | Layer, by: str | Convention = "macs", at: Mapping[str, Any] | None = None) -> Explanation:
    """How the costs of a network or a layer come about, line by line; ``at`` given sizes with the numbers.

    Raises:
        UnknownName: there is no such convention.
        DimensionError: a size is none, or of no dimension of the network.
        ShapeError: the sizes do not fit the network.
    """
    network = to_explain(given)
    sizes = sizes_given(at or {}, network.dimensions)
    if at:
        network.at(**at)  # refuses what does not fit
        refuse_sizes(network.conditions, sizes, f"network {network.name!r}")
    return Explanation(network, convention(by), sizes)


def to_explain(given: Network | Layer) -> Network:
    """The network that is given; a layer alone is one, on the inputs that it suggests.

    Raises:
        DimensionError: it is neither.
    """
    network = network_of(given)
    if not isinstance(network, Network):
        raise DimensionError(f"{given!r} to be explained", expected="a network or a layer", remedy=remedy_for(given))
    return network


def _growth(explanation: Explanation, writer: DerivationWriter) -> dict[str, Any]:
    """The growth, or why it is not known."""
    try:
        return writer.growth(explanation.growth)
    except UndecidedError as error:
        return {"bound": [writer.formulas.unknown], "notes": [writer.text(f"{error}.")]}


def _context(explanation: Explanation, name: str) -> dict[str, Any]:
    """What the templates of derivations get; everything is written in the format already."""
    writer = DerivationWriter(name, explanation.sizes)
    network = explanation.network
    symbols = explanation.work.total.free_symbols | explanation.parameters.total.free_symbols
    remarks = legend(symbols, network.conditions)
    return {
        "title": writer.text(network.name),
        "sections": [writer.section(each) for each in (explanation.work, explanation.parameters)],
        "depth": writer.depth(explanation.waiting),
        "legend": " ".join(map(writer.prose, ((said,) for said in remarks))),
        "sizes": writer.given(symbols),
        "growth": _growth(explanation, writer),
        "convention": writer.text(explanation.by.line()),
    }
