"""How the well-known counters count a network: a table of rules each, as of a version, a file a counter."""

from __future__ import annotations

from symcost.counters.counter import Counter
from symcost.counters.deepspeed import DEEPSPEED
from symcost.counters.flopcountermode import FLOPCOUNTERMODE
from symcost.counters.fvcore import FVCORE
from symcost.counters.ptflops import PTFLOPS
from symcost.counters.thop import THOP
from symcost.counters.torchinfo import TORCHINFO
from symcost.errors import unknown

__all__ = ["COUNTERS", "Counter", "counter"]

COUNTERS = {each.name: each for each in (FVCORE, THOP, PTFLOPS, TORCHINFO, FLOPCOUNTERMODE, DEEPSPEED)}
"""Every counter by its name."""


def counter(name: str | Counter) -> Counter:
    """A counter by its name, in whatever case; one that is given is handed back.

    >>> counter("FlopCounterMode").version
    'of PyTorch 2.13.0'

    Raises:
        UnknownName: there is none of that name.
    """
    if isinstance(name, Counter):
        return name
    found = COUNTERS.get(str(name).lower())
    if found is None:
        raise unknown("counter", str(name), COUNTERS)
    return found
