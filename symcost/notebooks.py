"""What notebooks show of networks, costs, tables and findings: HTML, Markdown or LaTeX, the first that they take.

A network is shown as ``symcost show`` prints it. The classes know nothing of it: they lie below all rendering, and get
``_repr_html_``, ``_repr_markdown_`` and ``_repr_latex_`` here. What cannot be written in a form is None there, and a
notebook takes the next one, or in the end what Python prints.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, partialmethod
from typing import Any, TypeAlias

from symcost.analysis.budget import Solution
from symcost.analysis.estimate import Estimate
from symcost.analysis.growth import Growth
from symcost.analysis.regimes import Regimes
from symcost.comparing import Comparison
from symcost.cost import Cost, Work
from symcost.errors import SymcostError
from symcost.layer import Layer
from symcost.network import Network
from symcost.render import analyses, formats, summary
from symcost.render.estimate import estimate_table, run_table
from symcost.render.explanation import Explanation
from symcost.render.growth import bound_table
from symcost.render.sampling import sampling_tables
from symcost.render.table import Table
from symcost.sampled import Sampled
from symcost.scheduling import Schedule
from symcost.sequential import alone

_Tables: TypeAlias = Callable[[Any], list[Table]]

TABLES: dict[type, _Tables] = {
    Table: lambda table: [table],
    Network: lambda network: [summary.layers_table(network)],
    Layer: lambda layer: [summary.layers_table(alone(layer))],
    Cost: lambda cost: [summary.cost_table(cost)],
    Work: lambda work: [summary.kinds_table(work)],
    Growth: lambda growth: [bound_table(growth)],
    Comparison: Comparison.tables,
    Schedule: Schedule.tables,
    Estimate: lambda found: [estimate_table(found), run_table(found)],
    Sampled: sampling_tables,
    Regimes: lambda found: analyses.regimes_tables(found, "Regimes", ""),
    Solution: lambda found: analyses.solution_tables(found, ""),
}
"""As which tables each of them is shown."""


def _in_tables(tables: _Tables, value: Any, form: str) -> str:
    return formats.text_of(tables(value), form, within=True)


def _as_text(explanation: Explanation, form: str) -> str:
    return explanation.written(form, level=int(form in ("html", "latex")))  # which would be pages of their own


def _shown(value: Any, form: str, write: Callable[[Any, str], str]) -> str | None:
    try:
        return write(value, form)
    except SymcostError:
        return None


_WRITTEN: dict[type, Callable[[Any, str], str]] = {
    **{kind: partial(_in_tables, tables) for kind, tables in TABLES.items()},
    Explanation: _as_text,
}


def _printed(value: Any, printer: Any, _cycle: bool, *, write: Callable[[Any, str], str]) -> None:
    printer.text((_shown(value, "text", write) or repr(value)).rstrip("\n"))


_PRINTED_WELL = (Network, Layer, Cost, Work, Growth)  # by Python itself

for _kind, _write in _WRITTEN.items():
    for _form in ("html", "markdown", "latex"):
        if f"_repr_{_form}_" not in vars(_kind):  # a bound is its formula, as LaTeX
            setattr(_kind, f"_repr_{_form}_", partialmethod(_shown, form=_form, write=_write))
    if _kind not in _PRINTED_WELL:  # IPython prints text in place of all fields
        setattr(_kind, "_repr_pretty_", partialmethod(_printed, write=_write))  # noqa: B010 - no class declares it
