"""The verb that says how a network's costs grow."""

from __future__ import annotations

import rich_click as click

from symcost.cli.options import NETWORK, at_option, chosen_network, format_option, output_option, templates_option
from symcost.cli.writing import write_tables


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@click.option(
    "--in", "variables", metavar="T", multiple=True, help="What grows (all dimensions, unless some are named)."
)
@click.option("--assume", metavar="'K <= T'", multiple=True, help="A relation: <=, <, =, or N = o(T).")
@click.option("--of", "quantities", metavar="COST", multiple=True, help="parameters, activations, ... or a convention.")
@click.option("--leading", metavar="K", type=click.IntRange(1), help="How many leading terms to print.")
@format_option
@output_option
@templates_option
def growth(
    network: str, sizes: tuple[str, ...], variables: tuple[str, ...], assume: tuple[str, ...],
    quantities: tuple[str, ...], leading: int | None, format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print how a network's costs grow: exactly, as big-O, and the leading terms."""
    from symcost.render.growth import USUAL, growth_table

    built = chosen_network(network, sizes)
    table = growth_table(built, quantities or USUAL, variables or None, assume, leading)
    write_tables([table], format_, output, templates, "text")
