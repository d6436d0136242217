"""The verb that says what training costs."""

from __future__ import annotations

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    convention_option,
    format_option,
    output_option,
    templates_option,
)
from symcost.cli.writing import write_tables


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@click.option("--batch", metavar="B", help="Examples in a batch, a number or a dimension: an axis before every input.")
@format_option
@output_option
@convention_option
@templates_option
def training(
    network: str, sizes: tuple[str, ...], batch: str | None, format_: str | None, output: str | None,
    convention: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print what training a network costs: either pass layer by layer, and what is kept between them."""
    from symcost.formula import read
    from symcost.render.training import training_table

    many = read(batch) if batch is not None else None
    table = training_table(chosen_network(network, sizes), convention or "flops", many)
    write_tables([table], format_, output, templates, "text")
