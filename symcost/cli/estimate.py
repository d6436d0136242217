"""The verbs of time and energy: what is estimated, what is measured, and the devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rich_click as click

from symcost.cli.options import NETWORK, at_option, chosen_network, format_option, output_option, templates_option
from symcost.cli.reporting import finish
from symcost.cli.writing import write_tables

if TYPE_CHECKING:
    from symcost.devices import Device

_device_option = click.option(
    "--device", "-d", metavar="NAME", help="A device, such as a100; symcost devices lists them."
)
_devices_option = click.option("--devices", "own", metavar="FILE", help="Devices of your own, in TOML.")
_power_option = click.option("--power", metavar="WATTS", help="What the device draws, in place of its own figure.")


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@_device_option
@_devices_option
@_power_option
@click.option("--passes", default="1", show_default=True, metavar="N", help="1 forward; 3 for training.")
@click.option("--times", default="1", show_default=True, metavar="N", help="How often, such as 60000*10.")
@click.option("--streamed", is_flag=True, help="Recurrences read their weights at each step.")
@format_option
@output_option
@templates_option
def estimate(
    network: str, sizes: tuple[str, ...], device: str | None, own: str | None, power: str | None, passes: str,
    times: str, streamed: bool, format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Print the time and the energy that a network takes in theory, layer by layer and as a whole."""
    from symcost.analysis import estimate as estimates
    from symcost.devices import SYMBOLIC
    from symcost.render import estimate as tables

    on = _chosen(device, own, power) or _powered(SYMBOLIC, power)
    found = estimates.estimate(chosen_network(network, sizes), on, passes=passes, times=times, streamed=streamed)
    write_tables([tables.estimate_table(found), tables.run_table(found)], format_, output, templates, "text")


@click.command(epilog=NETWORK)
@click.argument("network")
@at_option
@_device_option
@_devices_option
@_power_option
@click.option(
    "--seconds", type=click.FloatRange(0, 3600), default=1.0, show_default=True, help="How long to run it, at least."
)
@format_option
@output_option
@templates_option
def measure(
    network: str, sizes: tuple[str, ...], device: str | None, own: str | None, power: str | None, seconds: float,
    format_: str | None, output: str | None, templates: str | None,
) -> None:  # fmt: skip
    """Run a network here, and print the measured time beside the estimate.

    The estimate is for the device, or for this machine by the peak and the bandwidth that are measured first.
    """
    from symcost import measurement
    from symcost.analysis.estimate import estimate
    from symcost.render.measurement import measurement_table

    built = chosen_network(network, sizes)
    on = _chosen(device, own, power)
    finish()  # drawing would be measured too
    taken = measurement.measure(built, seconds)
    found = estimate(built, on or _powered(measurement.this_machine(), power))
    write_tables([measurement_table(taken, found)], format_, output, templates, "text")


@click.command()
@_devices_option
@format_option
@output_option
@templates_option
def devices(own: str | None, format_: str | None, output: str | None, templates: str | None) -> None:
    """Print the devices: their figures, and where those are from."""
    from symcost.devices import DEVICES
    from symcost.importers.device_file import devices_in
    from symcost.render.estimate import devices_table

    write_tables([devices_table(DEVICES | (devices_in(own) if own else {}))], format_, output, templates, "text")


def _chosen(name: str | None, own: str | None, power: str | None) -> Device | None:
    """The device that is named, one of a file if there is one; the first of the file, if none is named."""
    from symcost.importers.device_file import device_named, devices_in

    if name is not None:
        return _powered(device_named(name, own), power)
    return _powered(next(iter(devices_in(own).values())), power) if own else None


def _powered(device: Device, power: str | None) -> Device:
    return device if power is None else device.with_power(power)
