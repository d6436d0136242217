"""Devices from TOML: what a file may say, and what is said of what it may not."""

from __future__ import annotations

import pytest

import symcost as sc
from symcost.errors import SymcostError
from symcost.folders import folder
from symcost.importers.device_file import device_named, devices_in

ONE = 'name = "card"\npeak = "3.12e14"\nbandwidth = 2.0e12\n'


@pytest.fixture
def write(tmp_path):
    def make(text):
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


def refused(path, *more):
    with pytest.raises(SymcostError) as caught:
        device_named(*more, path) if more else devices_in(path)
    return str(caught.value)


def test_a_file_has_one_device_or_several(write):
    card = sc.Device("card", 312 * 10**12, 2 * 10**12)

    assert devices_in(write("[device]\n" + ONE)) == {"card": card}
    both = devices_in(write(f"[[devices]]\n{ONE}power = 400\nbytes = 2\nformat = 'bf16'\nsource = 'sheet'\n"
                            '[[devices]]\nname = "other"\npeak = 10\nbandwidth = "P"\npower = 2.5\n'))  # fmt: skip
    assert list(both) == ["card", "other"]
    assert both["card"] == sc.Device("card", 312 * 10**12, 2 * 10**12, 400, 2, "bf16", "sheet")
    assert both["other"] == sc.Device("other", 10, sc.dimension("P"), sc.read("5/2"))


def test_the_example_holds_devices():
    found = devices_in(folder("examples") / "devices.toml")

    assert found["two cards"].peak == 2 * sc.device("a100").peak
    assert found["laptop"].power == 28


def test_a_device_is_one_of_the_file_or_of_symcosts_own(write):
    path = write("[device]\n" + ONE)

    assert device_named("card", path).name == "card"
    assert device_named("h100", path) == device_named("h100") == sc.device("h100")
    assert refused(path, "crad") == "no device is called 'crad'; did you mean 'card'?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.toml: no devices; expected [[devices]], one section for each"),
        ("[[devies]]\n" + ONE, "own.toml: the key 'devies'; expected a known one; did you mean 'devices' or 'device'?"),
        ("[[devices]]\n" + ONE + "bandwith = 3\n",
         "own.toml, devices 1: the key 'bandwith'; expected a known one; did you mean 'bandwidth'?"),
        ('[[devices]]\nname = "x"\npeak = 3\n', "own.toml, devices 1: it has no bandwidth; expected bandwidth = ..."),
        ("[device]\npeak = 3\nbandwidth = 3\n", "own.toml, 'device': it has no name; expected name = ..."),
        ("[device]\n" + ONE.replace("2.0e12", "true"),
         "own.toml, 'device', 'bandwidth': True; expected a whole number or a formula in quotes"),
        ("[device]\n" + ONE.replace("2.0e12", "inf"),
         "own.toml, 'device': device 'card': bandwidth is inf; expected a positive number such as 3.12e14"),
        ("[device]\n" + ONE.replace("2.0e12", "-1"),
         "own.toml, 'device': device 'card': bandwidth is -1; expected a positive number such as 3.12e14"),
        ("[device]\n" + ONE.replace('"3.12e14"', '"3.12e14 flops!"'),
         "own.toml, 'device', 'peak': formula '3.12e14 flops!', character 14: '!'; expected names, numbers, "
         "+ - * / ** ^ ( ) and commas"),
        ("[[devices]]\n" + ONE + "[[devices]]\n" + ONE,
         "own.toml, devices 2: a second device 'card'; expected names that differ"),
        ("devices = 3", "own.toml, 'devices': 3; expected a list"),
        ("[device]\n" + ONE + "source = 3\n", "own.toml, 'device', 'source': 3; expected text"),
        ("[device", "own.toml: Expected ']' at the end of a table declaration (at end of document); expected TOML"),
    ],
)  # fmt: skip
def test_what_a_file_may_not_say(write, text, said):
    assert refused(write(text)) == said


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert "it cannot be read: No such file" in refused(tmp_path / "none.toml")


def test_a_file_of_devices_is_no_network():
    path = folder("examples") / "devices.toml"

    with pytest.raises(SymcostError) as caught:
        sc.load(path)
    assert str(caught.value) == (
        f"devices.toml: it describes devices; expected a network; try: symcost devices --devices {path}"
    )
