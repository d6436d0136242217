"""The verb that draws networks."""

from __future__ import annotations

import rich_click as click

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


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@click.option("--expand", metavar="N", type=int, default=0, help="Open nested networks, so many levels deep.")
@click.option("--unroll", metavar="T", type=int, help="Draw so many steps of time beside one another.")
@click.option("--sampled", is_flag=True, help="Draw it as it samples: an edge from its output to its input.")
@step_option
@convention_option
@click.option("--format", "-f", "format_", metavar="FORMAT", help="svg, dot, mermaid, tikz, pdf or png.")
@output_option
@templates_option
def draw(
    network: str, sizes: tuple[str, ...], expand: int, unroll: int | None, sampled: bool, step: str | None,
    convention: str | None, format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Draw a network: its layers, shapes, shares of the work, loops in time and the critical path."""
    from symcost.drawing.draw import draw as drawn
    from symcost.drawing.formats import drawing_format_of_file

    chosen = chosen_format(format_, output, None, "svg", drawing_format_of_file)
    built = chosen_network(network, ())
    drawing = drawn(
        built.sampled() if sampled else built, expand=expand, unrolled=unroll, step=step or "layer",
        by=convention or "macs", at=given_sizes(sizes),
    )  # fmt: skip
    write(drawing.render(chosen, templates), output)
