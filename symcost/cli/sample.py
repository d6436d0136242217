"""The verb that says what it costs to sample from a network, step by step."""

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
    templates_option,
)
from symcost.cli.writing import write_tables


@click.command(epilog=NETWORK)
@click.argument("network")
@click.option("--over", metavar="T", help="The dimension of time (T, T_self, or the only one of time).")
@click.option("--no-cache", is_flag=True, help="Keep nothing: each step is a pass over all steps so far.")
@click.option("--prompt", metavar="P", help="Steps that are given, a number or a dimension, and read in one pass.")
@at_option
@format_option
@output_option
@convention_option
@templates_option
def sample(
    network: str, over: str | None, no_cache: bool, prompt: str | None, sizes: tuple[str, ...], format_: str | None,
    output: str | None, convention: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print what sampling costs, each output the next input: work, depth and state of a step and in all."""
    from symcost.formula import read
    from symcost.render.sampling import sampling_tables

    found = chosen_network(network, ()).sampled(over, cache=not no_cache, prompt=0 if prompt is None else read(prompt))
    tables = sampling_tables(found.at(**given_sizes(sizes)) if sizes else found, convention or "macs")
    write_tables(tables, format_, output, templates, "text")
