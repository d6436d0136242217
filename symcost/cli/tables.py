"""The verbs that print tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    convention_option,
    format_option,
    output_option,
    step_option,
    strict_option,
    templates_option,
)
from symcost.cli.writing import write_tables

if TYPE_CHECKING:
    from symcost.render.table import Table


def _made() -> dict[str, Callable[[], Table]]:
    """The tables that come with symcost and are no tables of networks."""
    from symcost.teaching.layer_types import LAYER_TYPES
    from symcost.teaching.tables import tensors_table

    return {"tensors": tensors_table, **LAYER_TYPES}


@click.command()
@click.argument("name", metavar="TABLE")
@format_option
@output_option
@convention_option
@templates_option
@strict_option
@step_option
def table(
    name: str, format_: str | None, output: str | None, convention: str | None, templates: str | None, strict: bool,
    step: str | None,
) -> None:  # fmt: skip
    """Print a table as LaTeX, Markdown or text.

    TABLE is one that comes with symcost (lecture, tensors, attention-is-all-you-need, dive-into-deep-learning) or a
    TOML file.
    """
    from symcost.importers import files

    known = _made()
    made = known[name]() if name in known else files.table(name, convention, step or "", strict=strict)
    write_tables([made], format_, output, templates, "latex")


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@format_option
@output_option
@convention_option
@templates_option
@strict_option
@click.option(
    "--terms", metavar="METRIC", help="Also say where each term of a metric comes from (macs, parameters, ...)."
)
def show(
    network: str, sizes: tuple[str, ...], format_: str | None, output: str | None, convention: str | None,
    templates: str | None, strict: bool, terms: str | None,
) -> None:  # fmt: skip
    """Print a network's layers, shapes, parameters and work, with totals."""
    from symcost.render import summary

    built = chosen_network(network, sizes)
    if strict:
        built.refuse_unpriced()
    tables = [summary.layers_table(built, convention or "flops")]
    if not built.total.unknown("work"):
        tables.append(summary.work_table(built))
    if terms:
        tables.append(summary.terms_table(built, terms))
    write_tables(tables, format_, output, templates, "text")


@click.command("eval", epilog=NETWORK)
@click.argument("network")
@at_option
@format_option
@output_option
@templates_option
def evaluate(
    network: str, sizes: tuple[str, ...], format_: str | None, output: str | None, templates: str | None
) -> None:
    """Print a network's costs at given sizes, exactly."""
    from symcost.render import summary

    write_tables([summary.values_table(chosen_network(network, sizes))], format_, output, templates, "text")


@click.command("list")
@format_option
@output_option
@templates_option
def list_names(format_: str | None, output: str | None, templates: str | None) -> None:
    """Print the networks and tables that come with symcost, a line each."""
    from symcost.importers import files
    from symcost.render import summary

    titles = {name: files.title(path) for name, path in files.tables().items()}
    titles |= {name: make().title for name, make in _made().items()}
    write_tables([summary.names_table(titles)], format_, output, templates, "text")


@click.command()
@format_option
@output_option
@convention_option
@templates_option
def layers(format_: str | None, output: str | None, convention: str | None, templates: str | None) -> None:
    """Print the catalogue: each layer with its derived formulas."""
    from symcost.render import summary

    write_tables([summary.catalogue_table(convention)], format_, output, templates, "text")
