"""The verb that puts other tools' counts side by side."""

from __future__ import annotations

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    format_option,
    output_option,
    templates_option,
)
from symcost.cli.writing import write_tables


@click.command("counters", epilog=NETWORK)
@click.argument("network")
@at_option
@click.option(
    "--counter", "chosen", metavar="NAME", multiple=True,
    help="fvcore, thop, ptflops, torchinfo, flopcountermode or deepspeed; several times for several, else all.",
)  # fmt: skip
@format_option
@output_option
@templates_option
def counters(
    network: str, sizes: tuple[str, ...], chosen: tuple[str, ...], format_: str | None, output: str | None,
    templates: str | None,
) -> None:  # fmt: skip
    """Print a network as well-known counters count it, and why they differ."""
    from symcost.counters import COUNTERS
    from symcost.render.counters import apart, counted

    built, named = chosen_network(network, sizes), chosen or tuple(COUNTERS)
    write_tables([counted(built, named), *apart(built, named)], format_, output, templates, "text")
