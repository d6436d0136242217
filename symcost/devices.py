"""Devices that networks run on: how fast they compute at most, how fast they move bytes at most, what they draw.

The figures are the makers' own, for one number format and for dense tensors: upper bounds, which programs come near
to but do not reach.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from sympy import Expr, Integer, Rational

from symcost.dimensions import dimension
from symcost.errors import DimensionError, under_name
from symcost.expressions import NO_NUMBERS, in_dimensions
from symcost.formula import read

_SINGLE = Integer(4)  # bytes of a number in single precision
_MOST_DIGITS = 40  # of a figure, in front of the decimal point or behind it


@dataclass(frozen=True)
class Device:
    """A device by its figures; each may be a number, a formula as text, or a symbol. ``power`` None is not known.

    ``peak`` is in scalar operations a second (2 for a multiply-accumulate), ``bandwidth`` in bytes a second, to and
    from the memory, ``power`` in watts, ``bytes`` is the size of one number.

    >>> Device("mine", peak="1e12", bandwidth=5e10, power=65, bytes=4).balance
    20

    Raises:
        DimensionError: a figure is not positive.
    """

    name: str
    peak: Expr
    bandwidth: Expr
    power: Expr | None = None
    bytes: Expr = _SINGLE
    format: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            given = getattr(self, field.name)
            if "Expr" in str(field.type) and not (given is None and field.name == "power"):
                object.__setattr__(self, field.name, _figure(given, f"device {self.name!r}: {field.name}"))

    @property
    def balance(self) -> Expr:
        """Machine balance, peak / bandwidth: the operations that it can do in the time in which one byte moves.

        Work of a higher arithmetic intensity is bound by computation, of a lower one by memory (Williams, Waterman
        and Patterson, Roofline, Communications of the ACM 52(4), 2009).
        """
        return self.peak / self.bandwidth

    @property
    def critical_batch(self) -> Expr:
        """The rows at which a product with a large matrix is as long in computation as in memory: balance bytes / 2.

        B rows do 2 B operations for each number of the matrix, which is ``bytes`` long.
        """
        return self.balance * self.bytes / 2

    def with_power(self, power: Any) -> Device:
        """The same device with another power, in watts."""
        return replace(self, power=power)


def _figure(given: Any, what: str) -> Expr:
    """A positive number, exact; or a formula."""
    expected = "a positive number such as 3.12e14"
    if isinstance(given, str):
        figure = read(given)
    elif isinstance(given, Expr):
        figure = in_dimensions(given)
    elif isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 10**_MOST_DIGITS:
        figure = Rational(repr(given))
    else:
        raise DimensionError(f"{what} is {given!r}", expected=expected)
    if figure.is_positive is not True or figure.has(*NO_NUMBERS):
        raise DimensionError(f"{what} is {figure}", expected=expected)
    return figure


SYMBOLIC = Device(
    "any device", dimension("peak"), dimension("bandwidth"), dimension("power"),
    source="peak in operations a second, bandwidth in bytes a second, power in watts; 4 bytes a number",
)  # fmt: skip
"""A device whose figures are symbols: what is estimated for it are the formulas."""

_TERA, _GIGA = 10**12, 10**9

DEVICES: dict[str, Device] = {
    "v100": Device(
        "NVIDIA V100 SXM2", 125 * _TERA, 900 * _GIGA, 300, 2, "fp16",
        "NVIDIA Tesla V100 data sheet, 2018: tensor cores, HBM2, maximum power",
    ),
    "a100": Device(
        "NVIDIA A100 SXM4 80 GB", 312 * _TERA, 2039 * _GIGA, 400, 2, "bf16",
        "NVIDIA A100 data sheet, 2021: tensor cores without sparsity, HBM2e, maximum power",
    ),
    "h100": Device(
        "NVIDIA H100 SXM5", "989.4e12", 3350 * _GIGA, 700, 2, "bf16",
        "NVIDIA H100 Tensor Core GPU architecture, 2022, and data sheet, 2023: tensor cores without sparsity, HBM3, "
        "maximum power",
    ),
    "tpu-v5e": Device(
        "Google TPU v5e", 197 * _TERA, 819 * _GIGA, None, 2, "bf16",
        "Google Cloud documentation, TPU v5e, 2023: one chip; its power is not published",
    ),
    "ryzen-7950x": Device(
        "AMD Ryzen 9 7950X", 16 * 32 * 4_500_000_000, 2 * 8 * 5_200_000_000, 170, 4, "fp32",
        "AMD product page, 2022: 16 cores at 4.5 GHz, two 8-byte channels of DDR5-5200, TDP; Zen 4 does two "
        "multiply-adds of 256 bits a cycle",
    ),
    "raspberry-pi-5": Device(
        "Raspberry Pi 5", 4 * 16 * 2_400_000_000, 4 * 4_267_000_000, 25, 4, "fp32",
        "Raspberry Pi 5 product brief, 2023: 4 cores at 2.4 GHz, 32 bits of LPDDR4X-4267, supply of 5 V and 5 A; "
        "Arm Cortex-A76 software optimization guide: two multiply-adds of 128 bits a cycle",
    ),
}  # fmt: skip
"""Devices by a short name. A central processor's peak is cores, times operations a cycle, times its base clock."""


def device(name: str | Device) -> Device:
    """A device by its name; one that is given is handed back.

    >>> device("a100").power
    400

    Raises:
        UnknownName: there is none of that name.
    """
    if isinstance(name, Device):
        return name
    return under_name("device", name, DEVICES)
