"""The command line. It strings the verbs together; sympy is imported by the verb that needs it, never for help."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symcost import __version__
from symcost.errors import FileError, FormulaError, SymcostError

if TYPE_CHECKING:
    from symcost.network import Network
    from symcost.render.table import Table

_NETWORK = "NETWORK is a named network (rnn, lstm, mnist, ...) or a TOML file."


@click.group(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="symcost", message="%(package)s %(version)s")
def cli() -> None:
    """What does this network cost, and how does that grow?"""


_format = click.option("--format", "-f", "format_", metavar="FORMAT", help="latex, markdown or text.")
_output = click.option("--output", "-o", metavar="FILE", help="Write to a file; its ending says the format.")
_convention = click.option("--convention", "-c", metavar="NAME", help="lecture, macs, flops, exact or weighted.")
_templates = click.option("--templates", metavar="FOLDER", help="A folder whose templates come before symcost's.")
_strict = click.option("--strict", is_flag=True, help="An unknown cost is an error, not a ?.")
_at = click.option("--at", "sizes", metavar="T=100", multiple=True, help="A size; may be given several times.")


@cli.command()
@click.argument("name", metavar="TABLE")
@_format
@_output
@_convention
@_templates
@_strict
def table(
    name: str, format_: str | None, output: str | None, convention: str | None, templates: str | None, strict: bool
) -> None:
    """Print a table as LaTeX, Markdown or text.

    TABLE is one that comes with symcost (lecture) or a TOML file.
    """
    from symcost.importers import files

    _write([files.table(name, convention, strict=strict)], format_, output, templates, "latex")


@cli.command(epilog=_NETWORK)
@click.argument("network")
@_at
@_format
@_output
@_convention
@_templates
@_strict
@click.option(
    "--terms", metavar="METRIC", help="Also say where each term of a metric comes from (macs, parameters, ...)."
)
def show(
    network: str, sizes: tuple[str, ...], format_: str | None, output: str | None, convention: str | None,
    templates: str | None, strict: bool, terms: str | None,
) -> None:  # fmt: skip
    """Print a network's layers, shapes, parameters and work, with totals."""
    from symcost.render import summary

    built = _network(network, sizes)
    if strict:
        built.refuse_unpriced()
    tables = [summary.layers_table(built, convention or "flops")]
    if not built.total.unknown("work"):
        tables.append(summary.work_table(built))
    if terms:
        tables.append(summary.terms_table(built, terms))
    _write(tables, format_, output, templates, "text")


@cli.command("eval", epilog=_NETWORK)
@click.argument("network")
@_at
@_format
@_output
@_templates
def evaluate(
    network: str, sizes: tuple[str, ...], format_: str | None, output: str | None, templates: str | None
) -> None:
    """Print a network's costs at given sizes, exactly."""
    from symcost.render import summary

    _write([summary.values_table(_network(network, sizes))], format_, output, templates, "text")


@cli.command("list")
@_format
@_output
@_templates
def list_names(format_: str | None, output: str | None, templates: str | None) -> None:
    """Print the networks and tables that come with symcost, a line each."""
    from symcost.importers import files
    from symcost.render import summary

    titles = {name: files.title(path) for name, path in files.tables().items()}
    _write([summary.names_table(titles)], format_, output, templates, "text")


@cli.command()
@_format
@_output
@_convention
@_templates
def layers(format_: str | None, output: str | None, convention: str | None, templates: str | None) -> None:
    """Print the catalogue: each layer with its derived formulas."""
    from symcost.render import summary

    _write([summary.catalogue_table(convention)], format_, output, templates, "text")


def _network(name: str, sizes: tuple[str, ...]) -> Network:
    from symcost.formula import read
    from symcost.importers import files

    given: dict[str, Any] = {}
    for each in sizes:
        key, sign, value = each.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise FormulaError(repr(each), where="--at", expected="a dimension and its size, such as T=100")
        if key.strip() in given:
            raise FormulaError(f"{key.strip()!r} twice", where="--at", expected="it once")
        given[key.strip()] = read(value)
    network = files.network(name)
    return network.at(**given) if given else network


def _write(tables: list[Table], format_: str | None, output: str | None, templates: str | None, usual: str) -> None:
    from symcost.render import formats

    chosen = format_ or (formats.format_of_file(output) if output else usual)
    written = formats.render(tables, chosen, templates)
    if output:
        _save(Path(output), written)
    else:
        click.echo(written, nl=False)


def _save(path: Path, text: str) -> None:
    """Writes a file whole or not at all."""
    if not path.parent.is_dir():
        raise FileError(f"there is no folder {str(path.parent)!r}", where=f"-o {path}", remedy="make it first")
    scratch = None
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: written to, not replaced
            path.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            scratch = Path(file.name)
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        scratch.chmod(0o666 & ~mask)  # as any file that is made here; scratch files are private
        scratch.replace(path)
    except OSError as error:
        raise FileError(f"it cannot be written: {error.strerror}", where=f"-o {path}") from None
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


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
    click.echo("symcost: " + " ".join(message.split()), err=True)
    sys.exit(2)
