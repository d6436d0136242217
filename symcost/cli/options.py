"""The options that several verbs take, and the network that they are about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from symcost.cli.writing import check_folder
from symcost.errors import FormulaError
from symcost.progress import part

if TYPE_CHECKING:
    from symcost.network import Network

_Verb = TypeVar("_Verb", bound=Callable[..., Any])

NETWORK = (
    "NETWORK is a named network (rnn, lstm, ...), a layer of the catalogue (TransformerEncoderLayer, ...) or a TOML "
    "file."
)

_FORMATS = "latex, longtable, beamer, markdown, html, typst, pdf, png, svg, csv, json or text."  # FORMATS imports sympy
_DOCUMENTS = "latex, markdown, html, typst, pdf, png, svg or text."
format_option = click.option("--format", "-f", "format_", metavar="FORMAT", help=_FORMATS)
document_format_option = click.option("--format", "-f", "format_", metavar="FORMAT", help=_DOCUMENTS)


def _writable(_context: click.Context, _option: click.Parameter, file: str | None) -> str | None:
    """The name of a file to write: refused at once, and not when all is computed, if there is no folder for it."""
    if file is not None:
        check_folder(Path(file))
    return file


def output_to(help: str, *, required: bool = False) -> Callable[[_Verb], _Verb]:
    """The option that says where to write."""
    return click.option("--output", "-o", metavar="FILE", required=required, callback=_writable, help=help)


output_option = output_to("Write to a file; its ending says the format.")
convention_option = click.option(
    "--convention", "-c", metavar="NAME", help="lecture, macs, flops, exact or weighted; or a counter, such as thop."
)
templates_option = click.option(
    "--template", "--templates", "templates", metavar="PATH",
    help="Your own template, a file; or a folder of templates that come before symcost's.",
)  # fmt: skip
strict_option = click.option("--strict", is_flag=True, help="An unknown cost is an error, not a ?.")
step_option = click.option("--step", metavar="STEP", help="What a step is: layer, operation, scalar or sequential.")
at_option = click.option("--at", "sizes", metavar="T=100", multiple=True, help="A size; may be given several times.")


def chosen_network(name: str, sizes: tuple[str, ...]) -> Network:
    """The network of a name or a file, or a layer of the catalogue by itself, at the sizes that ``--at`` gives."""
    from symcost.importers import files
    from symcost.layer import CATALOGUE
    from symcost.sequential import alone

    given = given_sizes(sizes, "--at")
    with part("network", name):
        network = alone(CATALOGUE[name].example()) if name in CATALOGUE else files.network(name)
        return network.at(**given) if given else network


def given_sizes(
    sizes: tuple[str, ...], option: str = "--at", expected: str = "a dimension and its size, such as T=100"
) -> dict[str, Any]:
    """The sizes that an option gives, by the names of their dimensions."""
    from symcost.formula import read

    given: dict[str, Any] = {}
    for each in sizes:
        key, sign, value = each.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise FormulaError(repr(each), where=option, expected=expected)
        if key.strip() in given:
            raise FormulaError(f"{key.strip()!r} twice", where=option, expected="it once")
        given[key.strip()] = read(value)
    return given
