"""The verbs for teaching: derivations, and exercises with their solutions."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from symcost.cli.options import (
    NETWORK,
    at_option,
    chosen_network,
    convention_option,
    document_format_option,
    given_sizes,
    output_option,
    output_to,
    templates_option,
)
from symcost.cli.writing import chosen_format, save_together, write
from symcost.errors import FileError


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@document_format_option
@output_option
@convention_option
@templates_option
def explain(
    network: str, sizes: tuple[str, ...], format_: str | None, output: str | None, convention: str | None,
    templates: str | None,
) -> None:  # fmt: skip
    """Print how a network's costs come about, line by line, with a reason for every factor."""
    from symcost.render import explanation

    explained = explanation.explain(chosen_network(network, ()), convention or "macs", given_sizes(sizes))
    write(explained.render(chosen_format(format_, output, templates, "text"), templates), output)


@click.command(epilog=NETWORK)
@click.argument("network")
@click.option("--seed", type=int, default=1, show_default=True, help="It draws the sizes: the same for the same seed.")
@at_option
@document_format_option
@output_to("Write the sheet to a file, the solutions to FILE-solutions.")
@templates_option
def exercise(
    network: str, seed: int, sizes: tuple[str, ...], format_: str | None, output: str | None, templates: str | None
) -> None:
    """Print a sheet of questions on a network, at sizes that a seed draws, and its solutions."""
    from symcost.render import exercise as rendering

    made = rendering.exercise(chosen_network(network, sizes), seed)
    chosen = chosen_format(format_, output, templates, "text")
    questions, solutions = made.render(chosen, templates), made.render(chosen, templates, solutions=True)
    if output:
        sheet = Path(output)
        save_together({sheet: questions, sheet.with_name(f"{sheet.stem}-solutions{sheet.suffix}"): solutions})
    elif isinstance(questions, str) and isinstance(solutions, str):
        write(f"{questions}\n{solutions}", None)
    else:
        raise FileError("a sheet and its solutions are two files", where=chosen, remedy="give -o FILE")
