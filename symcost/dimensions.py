"""The one table of symbols.

A dimension is a symbolic size: a positive integer. All symbols of the library are made here, so that two
dimensions of one name are the same symbol. ``I``, ``E``, ``N``, ``O``, ``Q`` and ``S`` are ours, never sympy's.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from sympy import Symbol

from symcost.errors import DimensionError


@dataclass(frozen=True, slots=True)
class Dimension:
    """A row of the table: a name, how LaTeX writes it, what it means."""

    name: str
    latex: str
    meaning: str


# The order is the order in which a product is written: time, then how many, then how large.
DIMENSIONS = {
    row.name: row
    for row in (
        Dimension("T", "T", "time steps"),
        Dimension("T_self", r"T_{\mathrm{self}}", "time steps that ask (queries)"),
        Dimension("T_cross", r"T_{\mathrm{cross}}", "time steps that are asked (keys and values)"),
        Dimension("S", "S", "time steps of a second sequence"),
        Dimension("B", "B", "examples in a batch"),
        Dimension("L", "L", "layers"),
        Dimension("X", "X", "width of an image"),
        Dimension("Y", "Y", "height of an image"),
        Dimension("Z", "Z", "depth of a volume"),
        Dimension("N", "N", "heads"),
        Dimension("H", "H", "hidden channels"),
        Dimension("I", "I", "input channels"),
        Dimension("J", "J", "channels of a second input"),
        Dimension("K", "K", "kernel width"),
        Dimension("K_x", "K_{x}", "kernel width along x"),
        Dimension("K_y", "K_{y}", "kernel width along y"),
        Dimension("K_z", "K_{z}", "kernel width along z"),
        Dimension("C", "C", "channels"),
        Dimension("D", "D", "channels of a model"),
        Dimension("E", "E", "channels of an embedding"),
        Dimension("F", "F", "channels of a feed-forward layer"),
        Dimension("M", "M", "rows"),
        Dimension("P", "P", "parameters, or projected channels"),
        Dimension("Q", "Q", "length of a chunk"),
        Dimension("G", "G", "groups"),
        Dimension("V", "V", "vocabulary"),
    )
}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
})  # fmt: skip
"""The letters that are written by their names."""
_LONGEST_NAME = 64


@functools.cache
def dimension(name: str) -> Symbol:
    """The symbol of a dimension, a positive integer; the same one each time.

    Any name made of letters, digits and inner underscores is a dimension; the table only knows some better.

    >>> dimension("T") * dimension("n_heads")
    T*n_heads

    Raises:
        DimensionError: the name is none.
    """
    if not isinstance(name, str) or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise DimensionError(
            f"{str(name)[:_LONGEST_NAME]!r} is no name of a dimension",
            expected="a letter, then letters, digits or single underscores, at most 64",
        )
    return Symbol(name, integer=True, positive=True)


@functools.cache
def index(name: str) -> Symbol:
    """The symbol that counts the places of an axis, from 0 on; no dimension, and called after the axis.

    >>> index("t") + dimension("T")
    T + t
    """
    return Symbol(re.sub(r"([a-z])(\d)", r"\1_\2", name), integer=True, nonnegative=True)


def meaning(symbol: Symbol) -> str:
    """What a dimension means, as far as the table knows.

    >>> meaning(dimension("K"))
    'kernel width'
    """
    row = DIMENSIONS.get(symbol.name)
    return row.meaning if row else ""


def latex(symbol: Symbol) -> str:
    r"""How LaTeX writes a dimension: from the table, or by the parts of its name.

    >>> print(latex(dimension("T_self")), latex(dimension("n_out")), latex(dimension("sigma_2")))
    T_{\mathrm{self}} n_{\mathrm{out}} \sigma_{2}
    """
    row = DIMENSIONS.get(symbol.name)
    if row:
        return row.latex
    head, *below = map(_part, parts(symbol.name))
    return f"{head}_{{{', '.join(below)}}}" if below else head


def parts(name: str) -> list[str]:
    """A name and what stands below it.

    >>> parts("T_self")
    ['T', 'self']
    """
    return name.split("_")


def _part(part: str) -> str:
    if part.endswith("'"):  # of an index
        return _part(part[:-1]) + "'"
    if part in GREEK:
        return "\\" + part
    return part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}"


def is_time(symbol: Symbol) -> bool:
    """Whether a dimension counts steps of time: T, T_self, T_anything, and S of a second sequence.

    >>> is_time(dimension("T_out")), is_time(dimension("H"))
    (True, False)
    """
    return symbol.name.split("_")[0] in ("T", "S")


@functools.cache
def rank(symbol: Symbol) -> tuple[int, str]:
    """Where a dimension stands in a product: by the table, and what it does not know behind, by name.

    >>> sorted(map(dimension, ["H", "beta", "T_out", "I", "T"]), key=rank)
    [T, T_out, H, I, beta]
    """
    name = symbol.name
    order = list(DIMENSIONS)
    known = name if name in DIMENSIONS else name.split("_")[0]
    return (order.index(known) if known in DIMENSIONS else len(order), name)
