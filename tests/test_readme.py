from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import readme

import symcost as sc

TEXT = readme.README.read_text(encoding="utf-8")
ROOT = readme.README.parent


def made_anew(document: Path, folder: Path) -> str:
    """A document as the tool makes it now, in a process of its own: other tests define layers."""
    subprocess.run([sys.executable, ROOT / "tests" / "readme.py", folder, document], check=True)
    return (folder / document.name).read_text(encoding="utf-8")


def test_everything_printed_in_the_readme_is_what_the_tool_prints_now(tmp_path: Path) -> None:
    assert made_anew(readme.README, tmp_path) == TEXT, "the README has drifted: python tests/readme.py"


def test_everything_in_the_gallery_is_what_the_tool_makes_now(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    text = readme.GALLERY.read_text(encoding="utf-8")

    assert made_anew(readme.GALLERY, tmp_path) == text, "the gallery has drifted: python tests/readme.py"
    pictures = {path.name for path in tmp_path.iterdir()}
    assert pictures == {path.name for path in readme.GALLERY.parent.iterdir()}
    for name in pictures - {readme.GALLERY.name}:
        assert f"]({name})" in text
        assert shown(tmp_path / name) == shown(readme.GALLERY.parent / name), f"{name}: python tests/readme.py"


def shown(picture: Path) -> list[str]:
    """What stands in a picture; where each thing stands is left to the version of the library that draws it."""
    return [text.strip() for text in ElementTree.parse(picture).getroot().itertext() if text.strip()]


def test_the_readme_opens_with_the_table_that_its_first_python_block_prints() -> None:
    _, printed = next(readme.python_outputs(TEXT))

    assert printed.strip() in TEXT[: TEXT.index("```")]


def test_the_readme_gives_two_commands_one_for_the_table_and_one_for_the_tests() -> None:
    commands = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)

    assert [command.strip() for command in commands] == [
        "python -m pip install -e . && symcost table lecture",
        'python -m pip install -e ".[test]" && python -m pytest',
    ]


def test_the_network_file_in_the_readme_loads(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "tagger.toml"
    path.write_text(block, encoding="utf-8")

    network = sc.load(path)

    assert isinstance(network, sc.Network)
    assert network.macs == sc.read("4*T*(I*H + H**2) + 4*T*(H**2 + H**2) + T*H*V")


def test_the_map_of_the_code_names_every_module() -> None:
    rows = TEXT[TEXT.index("## The code") :]
    named = {name.strip("/") for name in re.findall(r"`(?:symcost/)?([\w/]+?(?:\.py|/))`", rows)}
    present = {path.name for path in (ROOT / "symcost").iterdir() if path.name[0] not in "_."}

    assert present - {"py.typed", "api.py", "errors.py", "extras.py", "folders.py"} <= named | {"templates"}


def test_the_readme_names_no_path_that_is_not_there() -> None:
    for name in re.findall(r"`((?:symcost|tests|templates|examples)/[\w./]*)`", TEXT):
        assert (ROOT / name).exists(), name
