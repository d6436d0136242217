"""The verbs that plot: scaling, regimes, and the profile of a schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from symcost.cli.compare import PRICED, assume_option, chosen, metric_option
from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    convention_option,
    given_sizes,
    output_option,
    step_option,
    templates_option,
)
from symcost.cli.writing import chosen_format, write
from symcost.errors import FormulaError

if TYPE_CHECKING:
    from sympy import Expr

    from symcost.render.plots.plot import Plot

_Verb = TypeVar("_Verb", bound=Callable[..., Any])
_WRITTEN = (
    "Without -o, it is printed as a table; the ending of FILE says the format: .png, .svg, .pdf, or .tex for LaTeX."
)

aspect_option = click.option(
    "--aspect", metavar="16:9", default="16:9", show_default=True, help="Of the slide that it fills: 16:9 or 4:3."
)
title_option = click.option("--title", metavar="TEXT", default="", help="What stands above it.")
format_option = click.option(
    "--format", "-f", "format_", metavar="FORMAT", help="png, svg, pdf or pgfplots; or the format of a table."
)


def _drawing(verb: _Verb) -> _Verb:
    return title_option(aspect_option(format_option(output_option(templates_option(verb)))))


@click.command(epilog=f"{PRICED} {_WRITTEN}")
@click.argument("networks", metavar="NETWORK...", nargs=-1, required=True)
@click.option("--over", metavar="T", help="The dimension that grows.")
@click.option(
    "--quantity", "--metric", "-m", "quantity", metavar="NAME", default="macs", show_default=True,
    help="A column of a table (macs, flops, parameters, depth, activations, ...) or a convention.",
)  # fmt: skip
@click.option("--against", metavar="NAME", default="", help="A quantity on the other axis, such as parameters.")
@at_option
@click.option("--range", "range_", metavar="1:1e6", help="From which size to which.")
@assume_option
@convention_option
@click.option("--scale", metavar="SCALE", default="log-log", help="log-log, linear, log-linear or linear-log.")
@_drawing
def plot(
    networks: tuple[str, ...], over: str | None, quantity: str, against: str, sizes: tuple[str, ...],
    range_: str | None, assume: tuple[str, ...], convention: str | None, scale: str, **drawing: Any,
) -> None:  # fmt: skip
    """Plot how cost, parameters, depth or memory grow, with the places where networks cost the same.

    For example: symcost plot lstm gru --over H --at T=100 --at I=64 -o scaling.png
    """
    from symcost.plotting.scaling import plot as plotted

    ends = None if range_ is None else _ends(range_)
    made = plotted(
        list(map(chosen, networks)), over, quantity, against=against, at=given_sizes(sizes), range=ends, assume=assume,
        convention=convention or "macs", scale=scale, title=drawing["title"],
    )  # fmt: skip
    _write(made, drawing)


@click.command("plot-regimes", epilog=f"{PRICED} {_WRITTEN}")
@click.argument("network")
@click.option("--over", metavar="T", multiple=True, help="A dimension that varies; give two.")
@metric_option
@at_option
@click.option("--range", "ranges", metavar="1:1e4", multiple=True, help="From which size to which; one or two.")
@assume_option
@_drawing
def plot_regimes(
    network: str, over: tuple[str, ...], metric: str, sizes: tuple[str, ...], ranges: tuple[str, ...],
    assume: tuple[str, ...], **drawing: Any,
) -> None:  # fmt: skip
    """Map which term of a cost, and which layer, dominates where, over two dimensions.

    For example: symcost plot-regimes TransformerEncoderLayer --at F=2048 -o regimes.png
    """
    from symcost.plotting.regime_map import USUAL_RANGE
    from symcost.plotting.regime_map import plot_regimes as mapped

    ends = [_ends(each) for each in ranges]
    made = mapped(
        chosen(network), over, metric, at=given_sizes(sizes), range=ends[0] if len(ends) == 1 else ends or USUAL_RANGE,
        assume=assume, title=drawing["title"],
    )  # fmt: skip
    _write(made, drawing)


@click.command("plot-profile", epilog=f"{NETWORK} {_WRITTEN}")
@click.argument("network")
@step_option
@at_option
@convention_option
@_drawing
def plot_profile(
    network: str, step: str | None, sizes: tuple[str, ...], convention: str | None, **drawing: Any
) -> None:
    """Plot how much work begins at each step of a schedule, with the width and the average parallelism.

    For example: symcost plot-profile stacked-rnn --at T=12 --at L=4 --at H=16 -o profile.png
    """
    from symcost.scheduling import schedule

    made = schedule(chosen_network(network, ()), step or "layer", by=convention or "").plot(**given_sizes(sizes))
    _write(made, drawing)


def _ends(text: str) -> tuple[Expr, Expr]:
    """The ends of a range, such as 1:1e6."""
    from symcost.formula import read

    lower, sign, upper = text.partition(":")
    if not (lower.strip() and sign and upper.strip()):
        raise FormulaError(repr(text), where="--range", expected="two sizes, such as 1:1e6")
    return read(lower), read(upper)


def _write(made: Plot, drawing: dict[str, Any]) -> None:
    """Writes a plot as a picture, as LaTeX, or as a table."""
    from symcost.render import formats
    from symcost.render.plots.formats import PLOT_FORMATS, plot_format_of_file

    form = chosen_format(drawing["format_"], drawing["output"], None, "text", plot_format_of_file)
    if form in PLOT_FORMATS:
        written = made.render(form, drawing["aspect"], drawing["templates"])
    else:
        written = formats.render(made.tables(), form, drawing["templates"])
    write(written, drawing["output"])
