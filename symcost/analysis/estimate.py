"""Estimates: the time and the energy that a network takes on a device, from its work, its traffic and the device.

Theory, not a measurement. A layer takes at least as long as its operations at the device's peak, and as its bytes at
the device's bandwidth: the roofline (Williams, Waterman and Patterson, 2009). The time of a network is the sum of the
larger of the two over its layers, one after the other. What programs take on top of it is not in it.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from sympy import Add, Expr, Integer, Max

from symcost.analysis.totals import Part, parts
from symcost.analysis.traffic import Traffic, part_traffic
from symcost.conditions import Condition
from symcost.conventions import CONVENTIONS
from symcost.cost import Cost
from symcost.devices import SYMBOLIC, Device, device
from symcost.equation import Equation
from symcost.errors import DimensionError, UnpricedError
from symcost.expressions import ONE, ZERO, exceeds, in_dimensions, total
from symcost.formula import read
from symcost.tensor import Tensor

Bound: TypeAlias = Literal["compute", "memory", "undecided", ""]

FLOPS = CONVENTIONS["flops"]
"""The convention in which operations are counted: peaks of devices are, too."""

FORWARD, TRAINING = 1, 3
"""Passes: one for inference; training as three forwards: the backward of a product is two products of its size."""

_HOUR = Integer(3600)  # s
JOULES = 1000 * _HOUR
"""Joules in a kilowatt hour."""


class Estimated(Protocol):
    """A network, or a layer on the inputs that it suggests."""

    @property
    def name(self) -> str: ...
    @property
    def is_network(self) -> bool: ...
    def equation(self) -> Equation: ...
    def apply(self, inputs: Sequence[Tensor]) -> tuple[Tensor, ...]: ...


@dataclass(frozen=True)
class Share:
    """A layer's operations and bytes, and how long each of them takes; None where they are not known."""

    name: str
    flops: Expr | None
    bytes: Expr | None
    device: Device

    @property
    def is_known(self) -> bool:
        """Whether its time is."""
        return self.flops is not None and self.bytes is not None

    @property
    def compute_time(self) -> Expr:
        """The operations at the peak, in seconds."""
        return _known(self.flops, self.name, "flops") / self.device.peak

    @property
    def transfer_time(self) -> Expr:
        """The bytes at the bandwidth, in seconds."""
        return _known(self.bytes, self.name, "bytes") / self.device.bandwidth

    @property
    def time(self) -> Expr:
        """The longer of the two, in seconds."""
        compute, transfer = self.compute_time, self.transfer_time
        if self.bound == "undecided":
            return Max(compute, transfer, evaluate=False)
        return transfer if self.bound == "memory" else compute

    @property
    def intensity(self) -> Expr:
        """Arithmetic intensity: operations for each byte; nothing if no byte moves."""
        moved = _known(self.bytes, self.name, "bytes")
        return _known(self.flops, self.name, "flops") / moved if moved != 0 else ZERO

    @property
    def bound(self) -> Bound:
        """What its time is bound by, as far as that can be decided; nothing if it takes none."""
        return _bound(self.compute_time, self.transfer_time)


@functools.lru_cache(maxsize=1024)
def _bound(compute: Expr, transfer: Expr) -> Bound:
    if compute == transfer == 0:
        return ""
    if exceeds(compute, transfer):
        return "compute"
    return "memory" if exceeds(transfer, compute) else "undecided"


@dataclass(frozen=True)
class Estimate:
    """Time and energy of a network on a device; ``passes`` forwards (3 for training), ``times`` over.

    Raises, where it is asked for a total:
        UnpricedError: a layer's work or traffic, or the device's power, is not known.
    """

    name: str
    device: Device
    shares: tuple[Share, ...]
    passes: Expr = ONE
    times: Expr = ONE
    streamed: bool = False
    conditions: tuple[Condition, ...] = ()  # of the sizes at which it holds

    def unknown(self, *metrics: str) -> list[str]:
        """The layers whose ``flops`` or ``bytes`` are not known."""
        return [share.name for share in self.shares if any(getattr(share, metric) is None for metric in metrics)]

    def _known(self, *metrics: str) -> tuple[Share, ...]:
        if names := self.unknown(*metrics):
            what = f"{' and '.join(metrics)} of {', '.join(map(repr, names))} not known"
            raise UnpricedError(what, where=f"network {self.name!r}")
        return self.shares

    @property
    def flops(self) -> Expr:
        """The operations of one pass."""
        return total(share.flops for share in self._known("flops"))

    @property
    def bytes(self) -> Expr:
        """The bytes of one pass."""
        return total(share.bytes for share in self._known("bytes"))

    @property
    def intensity(self) -> Expr:
        """Operations for each byte."""
        return self.whole.intensity

    @property
    def whole(self) -> Share:
        """The network as one layer: what it would be if computation and transfer overlapped throughout."""
        return Share(self.name, self.flops, self.bytes, self.device)

    @property
    def compute_time(self) -> Expr:
        """All operations of one pass at the peak, in seconds."""
        return self.flops / self.device.peak

    @property
    def transfer_time(self) -> Expr:
        """All bytes of one pass at the bandwidth, in seconds."""
        return self.bytes / self.device.bandwidth

    @property
    def time(self) -> Expr:
        """One pass, layer after layer, in seconds."""
        return _added(share.time for share in self._known("flops", "bytes"))

    @property
    def seconds(self) -> Expr:
        """All passes, all times."""
        return self.time * self.passes * self.times

    @property
    def hours(self) -> Expr:
        """All passes, all times, in hours of the device."""
        return self.seconds / _HOUR

    @property
    def energy(self) -> Expr:
        """The power for all of that time, in kWh."""
        if self.device.power is None:
            raise UnpricedError(
                "its power is not known", where=f"device {self.device.name!r}", remedy="give it, in watts"
            )
        return self.device.power * self.seconds / JOULES


def estimate(
    model: Estimated, on: str | Device = SYMBOLIC, *, passes: Any = FORWARD, times: Any = 1, streamed: bool = False
) -> Estimate:
    """What a network or a layer takes on a device: one of ``DEVICES`` by its name, one of your own, or all symbols.

    ``passes`` is 1 for a forward pass; 3 for training, as three forwards. ``times`` is how often, such as the number
    of batches. The weights of recurrences are kept on chip, unless they are ``streamed``, once a step.

    >>> import symcost as sc
    >>> net = sc.Sequential("affine", sc.Input(sc.B, sc.D), sc.Linear(sc.D, sc.F, bias=False))
    >>> found = estimate(net, "tpu-v5e")
    >>> found.flops, found.bytes
    (2*B*D*F, 2*B*D + 2*B*F + 2*D*F)
    >>> sc.at(found.time, B=1, D=1000, F=1000), found.device.balance
    (167/68250000, 197000/819)
    """
    chosen = device(on)
    equation = _equation(model)
    shares = tuple(_share(part, chosen, streamed) for part in parts(equation))
    runs = _number(passes, "passes"), _number(times, "times")
    return Estimate(model.name, chosen, shares, *runs, streamed, equation.conditions)


def _equation(model: Estimated) -> Equation:
    """The equation with layers as its nodes: a layer alone is one of them, and fused as any other."""
    equation = model.equation()
    if model.is_network:
        return equation
    return Equation(equation.inputs, model.apply(equation.inputs))


def _share(part: Part, on: Device, streamed: bool) -> Share:
    try:
        moved: Traffic | None = part_traffic(part, streamed=streamed)
    except UnpricedError:
        moved = None
    return Share(part.name, _flops(part.cost), None if moved is None else moved.bytes(on.bytes), on)


def _flops(cost: Cost) -> Expr | None:
    return None if cost.unknown("work") else FLOPS.price(cost.work)


def _known(figure: Expr | None, name: str, metric: str) -> Expr:
    if figure is None:
        raise UnpricedError(f"{metric} not known", where=f"layer {name!r}")
    return figure


def _added(times: Iterable[Expr]) -> Expr:
    """The sum, in which the larger of two stays as it is: to expand it would compare each with each."""
    return Add(*(each * count for each, count in Counter(times).items()))


def _number(given: Any, what: str) -> Expr:
    found = read(given) if isinstance(given, str) else Integer(given) if isinstance(given, int) else given
    if not isinstance(found, Expr) or found.is_positive is not True:
        raise DimensionError(f"{what} is {given!r}", expected="a positive number or a formula")
    return in_dimensions(found)
