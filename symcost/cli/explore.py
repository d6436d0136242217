"""The verb that makes a page to play with."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    chosen_network,
    convention_option,
    given_sizes,
    output_to,
    step_option,
    templates_option,
)
from symcost.cli.writing import save


@click.command(epilog=NETWORK)
@click.argument("networks", metavar="NETWORK...", nargs=-1, required=True)
@output_to("The page to write; its name ends in .html.", required=True)
@click.option(
    "--at", "sizes", metavar="T=100", multiple=True,
    help="Where a slider begins; a formula such as I=2*H ties a size to others. May be given several times.",
)  # fmt: skip
@convention_option
@step_option
@click.option("--title", metavar="TITLE", default="", help="What stands over the page.")
@templates_option
def explore(
    networks: tuple[str, ...], output: str, sizes: tuple[str, ...], convention: str | None, step: str | None,
    title: str, templates: str | None,
) -> None:  # fmt: skip
    """Write a page with sliders for all sizes, live costs and curves: one file, which any browser shows offline."""
    from symcost.render.columns import USUAL_STEP
    from symcost.render.explorer.page import EXPLORED, explorer

    found = explorer(
        [chosen_network(name, ()) for name in networks], EXPLORED, convention or "lecture", step=step or USUAL_STEP,
        at=given_sizes(sizes), title=title,
    )  # fmt: skip
    save(Path(output), found.html(templates))
