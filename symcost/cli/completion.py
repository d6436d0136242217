"""What a shell completes, by the name of a parameter: names that come with symcost, dimensions, and files.

A shell does not wait until sympy is imported, so the names stand in ``names.json`` a second time. The tests hold them
to the tables that they are from, and write them anew under ``--update-golden``.

Once for each shell: ``eval "$(_SYMCOST_COMPLETE=bash_source symcost)"``, the same with ``zsh_source``; for fish
``_SYMCOST_COMPLETE=fish_source symcost | source``.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import rich_click as click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

_TOML, _FILE = "*.toml", "file"  # what is no name; the latter the shell finds by itself
_NETWORK = ("networks", "layers", _TOML)
_METRIC = ("conventions", "counters", "metrics")
_SIZE = ("sizes",)
_DIMENSION = ("dimensions",)

COMPLETED: dict[str | None, tuple[str, ...]] = {
    "network": _NETWORK, "networks": _NETWORK, "name": ("tables", _TOML), "device": ("devices",), "own": (_FILE,),
    "format_": ("formats",), "output": (_FILE,), "templates": (_FILE,), "convention": ("conventions", "counters"),
    "metric": _METRIC, "terms": _METRIC, "quantities": ("metrics", "conventions"),
    "quantity": _METRIC, "against": _METRIC, "step": ("steps",),
    "chosen": ("counters",), "sizes": _SIZE, "given": _SIZE, "by": _DIMENSION, "size": _DIMENSION, "over": _DIMENSION,
    "variables": _DIMENSION,
}  # fmt: skip
"""What completes each parameter of a verb."""

_DOCUMENT, _PLOT = ("formats of documents",), ("formats of plots", "formats")

FORMATS_OF = {
    "explain": _DOCUMENT, "exercise": _DOCUMENT, "lecture": _DOCUMENT, "draw": ("formats of drawings",),
    "plot": _PLOT, "plot-regimes": _PLOT, "plot-profile": _PLOT,
}  # fmt: skip
"""What completes the format of a verb that does not write tables alone."""


def completed(verb: click.Command) -> click.Command:
    """A verb whose parameters a shell completes."""
    for parameter in verb.params:
        if parameter.name in COMPLETED:
            kinds = COMPLETED[parameter.name]
            parameter.type = _Text(FORMATS_OF.get(verb.name or "", kinds) if parameter.name == "format_" else kinds)
    return verb


class _Text(click.ParamType):  # type: ignore[type-arg]  # which older ones do not take
    """Text as it is typed, which a shell completes."""

    name = "text"

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        known = dict.fromkeys(name for kind in self.kinds for name in _known().get(kind, ()))  # each once
        names = [name for name in known if name.startswith(incomplete)]
        names += _toml_files(incomplete) if _TOML in self.kinds else []
        if names or not {_TOML, _FILE} & {*self.kinds}:
            return list(map(CompletionItem, names))
        return [CompletionItem(incomplete, type="file")]


@functools.cache
def _known() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
    return {**found, "sizes": [f"{name}=" for name in found["dimensions"]]}


def _toml_files(begun: str) -> list[str]:
    """The TOML files whose paths begin as it is typed, as a shell would write them."""
    folder, slash, name = begun.rpartition("/")
    found = sorted(path.name for path in Path(folder + slash or ".").glob(_TOML) if path.name.startswith(name))
    return [folder + slash + each for each in found]


@add_completion_class
class _Bash(BashComplete):
    """Bash, which writes no blank behind ``T=``, for the size follows."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace"
    )
