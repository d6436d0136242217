"""The verb that says how sequential a network is, and how parallel it can be."""

from __future__ import annotations

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    convention_option,
    format_option,
    given_sizes,
    output_option,
    step_option,
    templates_option,
)
from symcost.cli.writing import write_tables


@click.command(epilog=NETWORK)
@click.argument("network")
@step_option
@at_option
@click.option(
    "--assume", metavar="'T >= L'", multiple=True, help="A relation between sizes; may be given several times."
)
@click.option("--processors", "-p", metavar="64", help="How many processors there are (p, unless a number is given).")
@click.option(
    "--latency", "latencies", metavar="LSTM=8", multiple=True,
    help="How many steps a layer or an operation takes: a number or a formula; may be given several times.",
)  # fmt: skip
@convention_option
@format_option
@output_option
@templates_option
def schedule(
    network: str, step: str | None, sizes: tuple[str, ...], assume: tuple[str, ...], processors: str | None,
    latencies: tuple[str, ...], convention: str | None, format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print how deep and how wide a network is, its critical path, and what processors make of it."""
    from symcost.formula import read
    from symcost.scheduling import PROCESSORS
    from symcost.scheduling import schedule as scheduled

    found = scheduled(
        chosen_network(network, sizes), step or "layer", by=convention or "",
        latencies=given_sizes(latencies, "--latency", "a layer or an operation and its steps, such as LSTM=8"),
        assume=assume,
    )  # fmt: skip
    tables = found.tables(PROCESSORS if processors is None else read(processors))
    write_tables(tables, format_, output, templates, "text")
