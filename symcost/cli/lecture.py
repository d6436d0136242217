"""The verb that writes the whole lecture."""

from __future__ import annotations

import rich_click as click

from symcost.cli.options import document_format_option, output_option, templates_option
from symcost.cli.writing import chosen_format, write


@click.command("lecture")
@document_format_option
@output_option
@templates_option
def lecture(format_: str | None, output: str | None, templates: str | None) -> None:
    """Print the whole lecture as one document: every slide's answer, and why."""
    from symcost.teaching.lecture import lecture as given

    write(given().render(chosen_format(format_, output, templates, "latex"), templates), output)
