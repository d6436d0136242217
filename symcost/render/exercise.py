"""Sheets for students: questions on a network at given sizes, and their solutions with every step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symcost.analysis.derivation import Metric
from symcost.axes import Axes
from symcost.conventions import convention
from symcost.dimensions import rank
from symcost.expressions import normal, substitute
from symcost.layer import Layer
from symcost.network import Network
from symcost.render import formats
from symcost.render.derivation import DerivationWriter
from symcost.render.explanation import to_explain
from symcost.render.sheet import legend
from symcost.render.templating import fill
from symcost.task import ADDITIONS, MULTIPLICATIONS, Task, drawn

_ASKED: dict[str, Metric] = {
    "parameters": "parameters",
    "parameters without biases": "weights",
    "multiplications": MULTIPLICATIONS,
    "additions": ADDITIONS,
    "MACs": convention("macs"),
}


@dataclass(frozen=True)
class Exercise:
    """A sheet of questions and its solutions, each a LaTeX document that compiles as it stands."""

    task: Task

    @property
    def questions(self) -> str:
        """The sheet, as LaTeX."""
        return self.written("latex")

    @property
    def solutions(self) -> str:
        """The solutions, as LaTeX."""
        return self.written("latex", solutions=True)

    def render(
        self, format: str = "text", templates: str | Path | None = None, *, solutions: bool = False
    ) -> str | bytes:
        """The sheet, or its solutions, in one of the formats ``latex``, ``markdown``, ``html``, ``pdf``, ``text``, ...

        ``templates`` are your own: a folder whose templates come first, or a file that is the template.

        Raises:
            UnknownName: there is no such format.
            RenderError: it is not for exercises; a template is broken; what the format needs is not installed.
        """
        return formats.finish(self.written(format, templates, solutions=solutions), format)

    def written(self, format: str, templates: str | Path | None = None, *, solutions: bool = False) -> str:
        """The sheet, or its solutions, as the template of a format writes it."""
        chosen = formats.format_for(format, "exercise", templates)
        writer = _SheetWriter(self.task, format)
        return fill(chosen, (writer.context(solutions) for _ in range(1)), templates)


def exercise(given: Network | Layer, seed: int = 1) -> Exercise:
    """An exercise on a network or a layer, at sizes that the seed draws: the same for the same seed.

    >>> import symcost as sc
    >>> made = exercise(sc.architecture("rnn"), seed=7)
    >>> made.questions == exercise(sc.architecture("rnn"), seed=7).questions
    True

    Raises:
        DimensionError: no sizes are found that fit.
        UnpricedError: a cost is not known.
    """
    return Exercise(drawn(to_explain(given), seed))


class _SheetWriter(DerivationWriter):
    """Writes what an exercise gives, asks and answers."""

    def __init__(self, task: Task, name: str) -> None:
        super().__init__(name, task.sizes)
        self.task = task

    def context(self, solutions: bool) -> dict[str, Any]:
        """What the templates of exercises get; everything is written in the format already."""
        network, growing = self.task.network, self.task.growing
        formulas = self.task.derivation(convention("macs"))
        untold = {"said": "", "is_nothing": False}  # what a layer costs, and whether it does, is asked
        return {
            "title": self.text(network.name),
            "seed": str(self.task.seed),
            "sizes": self.given(self.task.sizes),
            "inputs": [
                {"name": self.text(tensor.label or "x"), **self.shape(tensor.axes)} for tensor in network.inputs
            ],
            "layers": [
                {**block, **untold, "layer": "" if place else self.text(said)}  # the first is the layer itself
                for share, said in zip(formulas.shares, self.layers(), strict=True)
                for place, block in enumerate(self.share(share))
            ],
            "grown": {"macs": "MACs", "flops": "FLOPs"}[self.task.grown.name],
            "doubled": self.expression(growing.doubled) if growing.doubled is not None else "",
            "legend": self.prose(legend(sorted(self.task.sizes, key=rank))),
            "solutions": self.solved() if solutions else None,
        }

    def layers(self) -> Iterable[str]:
        """Each layer with its arguments; an operation that stands beside layers has none."""
        for part in self.task.network.layers:
            yield repr(layer) if isinstance(layer := getattr(part.node.operation, "layer", None), Layer) else ""

    def shape(self, axes: Axes) -> dict[str, str]:
        """A shape, in symbols and in numbers."""
        lengths = [axis.size for axis in axes]
        comma, brackets = self.formulas.comma, self.formulas.brackets
        symbols = comma.join(map(self.expression, lengths))
        numbers = comma.join(self.expression(normal(substitute(each, self.sizes))) for each in lengths)
        return {"shape": brackets(symbols), "numbers": brackets(numbers) if numbers != symbols else ""}

    def solved(self) -> dict[str, Any]:
        """The answers, with where they come from."""
        derived = {name: self.task.derivation(metric) for name, metric in _ASKED.items()}
        growing, work = self.task.growing, self.task.network.cost(self.task.grown)
        put = {growing.doubled: 2 * growing.doubled} if growing.doubled is not None else {}
        return {
            "shapes": [
                {"name": self.text(share.name), **self.shape(share.outputs[0])} for share in derived["MACs"].shares
            ],
            "sections": [{**self.section(each), "asked": self.text(name)} for name, each in derived.items()],
            "depth": self.depth(self.task.waiting),
            "growth": {
                "before": self.expression(growing.before),
                "after": self.expression(growing.after),
                "ratio": self.expression(growing.ratio),
                "now": self.rows(work),
                "then": self.rows(normal(substitute(work, put) if put else 2 * work)),
            },
        }
