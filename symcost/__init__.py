"""What does this network cost, and how does that grow?

>>> import symcost as sc
>>> x = sc.Input(sc.T, sc.I)
>>> net = sc.Network("language model", x, sc.Linear(sc.H, sc.V)(sc.LSTM(sc.I, sc.H)(x)))
>>> net.macs
4*H**2*T + 4*H*I*T + H*T*V
>>> net.at(T=100, I=64, H=512, V=1000).macs
169164800

The names are those of ``symcost.api``; the dimensions of the table (``sc.T``, ``sc.H``, ...) are names too. They are
fetched when they are first asked for, so that the command line can print its help without importing sympy.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from symcost.api import *  # noqa: F403
    from symcost.interpret import count as count
    from symcost.interpret import execute as execute
    from symcost.interpret import weights_of as weights_of
    from symcost.measurement import measure as measure

_EXECUTING = {  # these need NumPy
    **dict.fromkeys(("count", "execute", "weights_of"), "symcost.interpret"),
    "measure": "symcost.measurement",
}


def __getattr__(name: str) -> Any:
    found = globals()[name] = _fetched(name)  # kept: the next time nobody asks here
    return found


def _fetched(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module 'symcost' has no attribute {name!r}")
    if name in _EXECUTING:
        return getattr(importlib.import_module(_EXECUTING[name]), name)
    if name.isidentifier() and importlib.util.find_spec(f"symcost.{name}"):  # a module, whoever imports it first
        return importlib.import_module(f"symcost.{name}")
    api = importlib.import_module("symcost.api")
    if name in api.__all__:
        return getattr(api, name)
    if name in api.DIMENSIONS:
        return api.dimension(name)
    from symcost.errors import nearest

    raise AttributeError(f"symcost has no {name!r}; {nearest(name, [*api.__all__, *_EXECUTING, *api.DIMENSIONS])}")


def __dir__() -> list[str]:
    api = importlib.import_module("symcost.api")
    return sorted({*globals(), *api.__all__, *_EXECUTING, *api.DIMENSIONS})
