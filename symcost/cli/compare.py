"""The verbs that compare costs, keep within budgets and say what dominates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from symcost.cli.options import format_option, given_sizes, output_option, templates_option
from symcost.cli.writing import write_tables
from symcost.errors import DimensionError, SymcostError

if TYPE_CHECKING:
    from symcost.priced import Priced

_Verb = TypeVar("_Verb", bound=Callable[..., Any])
PRICED = (
    "A NETWORK is a named network (rnn, lstm, ...), a layer of the catalogue (TransformerEncoderLayer, ...), a TOML "
    "file, or a formula such as '4*T*H^2'."
)

given_option = click.option(
    "--at", "--given", "given", metavar="H=512", multiple=True, help="A size; may be given several times."
)
assume_option = click.option(
    "--assume", metavar="'K <= T'", multiple=True, help="A relation between sizes; may be given several times."
)
metric_option = click.option(
    "--metric", "-m", metavar="NAME", default="macs", show_default=True,
    help="A convention (macs, flops, ...), or parameters, activations, state, depth, width.",
)  # fmt: skip


def _writing(verb: _Verb) -> _Verb:
    return format_option(output_option(templates_option(verb)))


@click.command(epilog=PRICED)
@click.argument("networks", metavar="NETWORK...", nargs=-1, required=True)
@click.option("--over", "--by", "by", metavar="T", help="The dimension along which to compare.")
@given_option
@assume_option
@metric_option
@_writing
def compare(
    networks: tuple[str, ...], by: str | None, given: tuple[str, ...], assume: tuple[str, ...], metric: str,
    format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Compare two or more networks: ratio, crossovers, and where each is the cheapest."""
    from symcost.comparing import compare as compared

    found = compared(*map(chosen, networks), by=by, metric=metric, given=given_sizes(given), assume=assume)
    write_tables(found.tables(), format_, output, templates, "text")


@click.command(epilog=PRICED)
@click.argument("network")
@click.option("--for", "size", metavar="H", required=True, help="The dimension to solve for.")
@click.option("--macs", metavar="1e9", help="At most so many multiply-accumulates.")
@click.option("--flops", metavar="1e9", help="At most so many scalar operations.")
@click.option("--parameters", metavar="1e6", help="At most so many parameters.")
@click.option("--activations", metavar="1e6", help="At most so many elements of activations.")
@given_option
@assume_option
@_writing
def solve(
    network: str, size: str, given: tuple[str, ...], assume: tuple[str, ...], format_: str | None, output: str | None,
    templates: str | None, **budgets: str | None,
) -> None:  # fmt: skip
    """Find the largest size that a budget allows, as a formula and as a whole number.

    The budget is a number, a formula, or a NETWORK whose cost is not to be passed.
    """
    from symcost.conventions import line_of
    from symcost.render.analyses import solution_tables
    from symcost.solving import solve as solved

    within = {metric: chosen(value) for metric, value in budgets.items() if value is not None}
    found = solved(chosen(network), size, given=given_sizes(given), assume=assume, **within)
    write_tables(solution_tables(found, "".join(map(line_of, within))), format_, output, templates, "text")


@click.command(epilog=PRICED)
@click.argument("network")
@given_option
@assume_option
@metric_option
@_writing
def regimes(
    network: str, given: tuple[str, ...], assume: tuple[str, ...], metric: str, format_: str | None,
    output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print which term of a cost, and which layer, dominates where, and the boundaries between."""
    from symcost.conventions import line_of
    from symcost.render.analyses import regimes_tables
    from symcost.solving import regimes as regimes_in

    found = regimes_in(chosen(network), metric=metric, given=given_sizes(given), assume=assume)
    write_tables(regimes_tables(found, f"Regimes of {network}", line_of(metric)), format_, output, templates, "text")


def chosen(name: str) -> Priced:
    """What a name on the command line stands for: a network, a layer, a file, or a formula."""
    from symcost.architectures import ARCHITECTURES
    from symcost.dimensions import DIMENSIONS
    from symcost.formula import read
    from symcost.importers import files
    from symcost.layer import CATALOGUE

    if name in ARCHITECTURES or name.endswith(".toml"):
        return files.network(name)
    if name in CATALOGUE:
        return CATALOGUE[name].example()
    if name in DIMENSIONS or re.search(r"[-+*/^() ]|^\d", name):
        return read(name)
    try:
        return files.network(name)
    except SymcostError as error:
        raise DimensionError(
            error.found, where=error.where, expected="a network, a layer of the catalogue, a file or a formula",
            remedy=error.remedy,
        ) from None  # fmt: skip
