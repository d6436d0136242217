"""The command line, a file a group of verbs. sympy is imported by the verb that needs it, never for help."""

from __future__ import annotations

import sys

import rich_click as click

from symcost import __version__
from symcost.cli import (
    compare,
    counters,
    draw,
    estimate,
    explain,
    explore,
    growth,
    lecture,
    plot,
    sample,
    schedule,
    tables,
    training,
)
from symcost.cli.completion import completed
from symcost.cli.outputs import refusing
from symcost.cli.reporting import on_one_line, quiet_option, reported, verbose_option
from symcost.errors import SymcostError


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="symcost", message="%(package)s %(version)s")
@quiet_option
@verbose_option
def cli(**_: bool) -> None:
    """What does this network cost, and how does that grow?"""


_VERBS = (
    tables.table, tables.show, tables.evaluate, tables.list_names, tables.layers, explain.explain, explain.exercise,
    growth.growth, schedule.schedule, draw.draw, compare.compare, compare.solve, compare.regimes, plot.plot,
    plot.plot_regimes, plot.plot_profile, training.training,
    sample.sample, counters.counters, estimate.estimate, estimate.measure, estimate.devices, lecture.lecture,
    explore.explore,
)  # fmt: skip

for verb in _VERBS:
    cli.add_command(completed(reported(refusing(verb))))


def main() -> None:
    """Runs the command line: what is wrong is said in one line on standard error, with exit status 2."""
    try:
        sys.exit(cli.main(prog_name="symcost", standalone_mode=False))
    except click.ClickException as error:
        _refuse(error.format_message())
    except SymcostError as error:
        _refuse(str(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except UnicodeEncodeError as error:
        _refuse(f"standard output cannot take {error.object[error.start]!a} as {error.encoding}; use -o FILE")
    except OSError as error:
        _refuse(f"{error.filename or 'standard output'}: {error.strerror}")


def _refuse(message: str) -> None:
    click.echo("symcost: " + on_one_line(" ".join(message.split())), err=True)
    sys.exit(2)
