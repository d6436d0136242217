"""Devices from TOML.

[[devices]]                       # or one [device]
name = "my card"
peak = 3.12e14                    # operations a second; a number, or a formula in quotes
bandwidth = "2.039e12"            # bytes a second
power = 400                       # watts; may be missing, then energy is not known
bytes = 2                         # of one number; 4 if missing
format = "bf16"
source = "where the figures are from"
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symcost.devices import DEVICES, Device
from symcost.errors import FileError, under_name
from symcost.importers.sections import Section, formula, section_of, within

KEYS = ("device", "devices")
_DEVICE = ("name", "peak", "bandwidth", "power", "bytes", "format", "source")


def devices_in(path: str | Path) -> dict[str, Device]:
    """The devices that a file describes, by name.

    >>> from symcost.folders import folder
    >>> list(devices_in(folder("examples") / "devices.toml"))
    ['laptop', 'two cards']

    Raises:
        FileError: a key is not known or missing, or holds what it cannot; the place is named.
    """
    file = section_of(Path(path)).only(*KEYS)
    sections = [*([file.section("device")] if "device" in file.entries else []), *file.sections("devices")]
    if not sections:
        raise FileError("no devices", where=file.place, expected="[[devices]], one section for each")
    found: dict[str, Device] = {}
    for section in sections:
        made = _device(section)
        if made.name in found:
            raise FileError(f"a second device {made.name!r}", where=section.place, expected="names that differ")
        found[made.name] = made
    return found


def device_named(name: str, path: str | Path | None = None) -> Device:
    """A device by its name: one of a file, if there is one, or one of symcost's own.

    Raises:
        UnknownName: there is none of that name.
        FileError: what the file says.
    """
    known = DEVICES | (devices_in(path) if path else {})
    return under_name("device", name, known)


def _device(section: Section) -> Device:
    section.only(*_DEVICE)
    for key in ("name", "peak", "bandwidth"):
        if key not in section.entries:
            raise FileError(f"it has no {key}", where=section.place, expected=f"{key} = ...")
    figures = {key: _figure(section, key) for key in ("peak", "bandwidth", "power", "bytes") if key in section.entries}
    with within(section.place):
        return Device(section.text("name"), **figures, format=section.text("format"), source=section.text("source"))


def _figure(section: Section, key: str) -> Any:
    """A number with or without a decimal point, or a formula in text."""
    given = section.entries[key]
    return given if isinstance(given, float) else formula(given, section.at(key))
